package tone

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// personal finds data of persons: addresses of mail, telephone numbers, accounts,
// numbers of passports and identity cards, places where someone lives.
func (l *look) personal() {
	l.mailboxes()
	until := 0
	for i := range l.words {
		w := &l.words[i]
		if w.from < until {
			continue
		}
		if to := l.account(i); to > 0 {
			l.add(Personal, w.from, to, i, 0, "", "iban")
			until = to
		} else if to, ok := l.telephone(i); ok {
			from := w.from
			if from > 0 && l.s[from-1] == '+' {
				from--
			}
			l.add(Personal, from, to, i, 0, "", "phone")
			until = to
		} else if papers(w.key) {
			l.mark(Personal, i, i+1, 0, "", "papers")
		}
	}
	l.homes()
}

func (l *look) mailboxes() {
	for at := 0; ; {
		i := strings.IndexByte(l.s[at:], '@')
		if i < 0 {
			return
		}
		i += at
		at = i + 1
		from, to := i, i+1
		for from > 0 && mailByte(l.s[from-1]) {
			from--
		}
		for to < len(l.s) && (mailByte(l.s[to])) {
			to++
		}
		for to > i && (l.s[to-1] == '.' || l.s[to-1] == '-') {
			to--
		}
		if from == i || strings.LastIndexByte(l.s[i:to], '.') < 2 {
			continue
		}
		if reason := "mail"; !office(l.s[from:i]) {
			l.add(Personal, from, to, l.wordAt(from), 0, "", reason)
		}
	}
}

func mailByte(c byte) bool {
	return c == '.' || c == '_' || c == '-' || c == '+' || c == '%' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// office tells whether the name of a mailbox is that of a desk, which may be
// published.
func office(name string) bool {
	name = strings.ToLower(name)
	for _, desk := range []string{"info", "press", "media", "contact", "office", "embassy", "consul", "visa", "help", "support", "news", "culture", "protocol", "mission", "brussels", "secretariat", "no-reply", "noreply"} {
		if strings.HasPrefix(name, desk) {
			return true
		}
	}
	return false
}

// wordAt is the first word that ends behind a byte.
func (l *look) wordAt(from int) int {
	i, _ := slices.BinarySearchFunc(l.words, from, func(w word, at int) int { return cmp.Compare(w.to, at+1) })
	return i
}

// telephone reads a number of nine to fifteen digits that begins at word i, with
// spaces, dashes or brackets, and begins as numbers of telephones do.
func (l *look) telephone(i int) (to int, ok bool) {
	w := &l.words[i]
	if !w.number {
		return 0, false
	}
	plus := w.from > 0 && l.s[w.from-1] == '+'
	digits, groups := "", 0
	for j := i; j < len(l.words) && l.words[j].number && len(digits) < 16; j++ {
		if j > i && !dialled(l.s[l.words[j-1].to:l.words[j].from]) || strings.Contains(l.words[j].key, ".") {
			break
		}
		digits += l.words[j].key
		to = l.words[j].to
		groups++
	}
	if len(digits) < 9 || len(digits) > 15 {
		return 0, false
	}
	return to, plus || digits[0] == '0' || digits[0] == '7' && len(digits) == 10 && groups <= 3
}

// dialled tells whether what stands between two groups of digits may stand in a
// telephone number.
func dialled(between string) bool {
	return len(between) <= 2 && strings.Trim(between, " -()/\u00A0") == ""
}

// papers tells whether a word is like the number of a passport, one or two letters
// and seven to nine digits, or of an identity card, twelve digits.
func papers(key string) bool {
	letters := 0
	for letters < len(key) && letters < 3 && key[letters] >= 'a' && key[letters] <= 'z' {
		letters++
	}
	digits := key[letters:]
	if strings.Trim(digits, "0123456789") != "" {
		return false
	}
	return letters > 0 && letters < 3 && len(digits) >= 7 && len(digits) <= 9 || letters == 0 && len(digits) == 12
}

// account reads an IBAN (ISO 13616) at word i, in one piece or in groups, and
// gives the byte behind it; 0 when there is none.
func (l *look) account(i int) int {
	w := &l.words[i]
	if w.to-w.from < 4 || w.script != latin || len(w.key) < 4 || w.key[2] < '0' || w.key[2] > '9' {
		return 0
	}
	s := ""
	for j := i; j < len(l.words) && j < i+9 && len(s) < 34; j++ {
		if j > i && l.s[l.words[j-1].to:l.words[j].from] != " " {
			break
		}
		if s += l.words[j].key; len(s) >= 15 && len(s) <= 34 && iban(s) {
			return l.words[j].to
		}
	}
	return 0
}

// iban checks the two digits of an account number in small letters.
func iban(s string) bool {
	rest := 0
	for i := range len(s) {
		switch c := s[(i+4)%len(s)]; {
		case c >= '0' && c <= '9':
			rest = (rest*10 + int(c-'0')) % 97
		case c >= 'a' && c <= 'z':
			rest = (rest*100 + int(c-'a') + 10) % 97
		default:
			return false
		}
	}
	return rest == 1 && s[0] >= 'a' && s[1] >= 'a'
}

// homes finds addresses: two different words of places each with a number, or a
// number, a name and a street.
func (l *look) homes() {
	first := -1
	var last hit
	for _, h := range l.hits {
		if h.list != Places || !l.numbered(h) {
			continue
		}
		if l.street(h) {
			l.mark(Personal, max(0, h.from-2), h.to, 0, "", "home")
			first = -1
			continue
		}
		if first >= 0 && h.from-last.to <= 3 && l.words[h.from].key != l.words[last.from].key {
			l.mark(Personal, first, min(h.to+1, len(l.words)), 0, "", "home")
			first = -1
			continue
		}
		first, last = h.from, h
	}
}

// numbered tells whether a number stands behind the place, or before its name.
func (l *look) numbered(h hit) bool {
	return h.to < len(l.words) && l.words[h.to].number && len(l.words[h.to].key) <= 5 || l.street(h)
}

// street tells whether it is "12 Name Street".
func (l *look) street(h hit) bool {
	if h.from < 2 || !l.words[h.from-2].number || len(l.words[h.from-2].key) > 5 {
		return false
	}
	a, _ := utf8.DecodeRuneInString(l.s[l.words[h.from-1].from:])
	b, _ := utf8.DecodeRuneInString(l.s[l.words[h.from].from:])
	return unicode.IsUpper(a) && unicode.IsUpper(b) && l.together(h.from-2, h.from)
}
