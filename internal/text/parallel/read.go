package parallel

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"sifara/internal/text"
)

// Kind says what stays alike.
type Kind uint8

// The kinds of mark.
const (
	Stem   Kind = iota // a word, without its endings; of one language only
	Sound              // the consonants of a word that may be a name
	Name               // of a person or place, in Latin letters with a capital
	Term               // what the caller knows by name in several languages
	Place              // a Term that is a country or place
	Number             // in digits or, small ones, as a word
	Year               // a Number that may be one; translations leave it out or add it
	Date               // day and month
)

// mark is one thing in a sentence.
type mark struct {
	key      uint64
	kind     Kind
	quiet    bool // counts where both have it, and is not missed elsewhere
	weight   float64
	from, to int // bytes
}

// unit is a sentence.
type unit struct {
	from, to int
	marks    []mark
	denied   int // words that deny
}

// Text is a text that has been read.
type Text struct {
	Lang  string
	body  string
	units []unit
	words int
}

// Known is what the caller knows by name at a place of a text, in bytes: equal
// things have equal keys in all languages. Of two places in sentences that belong
// together one was put for the other; two offices may be two ways to say the same.
type Known struct {
	Key      string
	Place    bool
	From, To int
}

// Bounds of what is read of a text: words, sentences, and words of a sentence.
const (
	maxWords = 12_000
	maxUnits = 400
	longUnit = 80
)

// Read reads a text in a language (BCP 47; empty when nobody knows). known is in
// any order.
func Read(lang, s string, known []Known) Text {
	r := reader{s: s, lang: lang, t: Text{Lang: lang, body: s}, known: slices.Clone(known)}
	slices.SortFunc(r.known, func(a, b Known) int { return cmp.Or(a.From-b.From, b.To-a.To) })
	r.scan()
	return r.t
}

// Words is how many words were read.
func (t Text) Words() int { return t.words }

// Keys are the marks of a text, each once, in the order of their first places:
// what finds it among others. The values are stable and may be stored.
func (t Text) Keys() []int64 {
	var out []int64
	seen := map[uint64]bool{}
	for _, u := range t.units {
		for _, m := range u.marks {
			if !seen[m.key] {
				seen[m.key] = true
				out = append(out, int64(m.key))
			}
		}
	}
	return out
}

func keyOf(class, s string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(class + ":" + s))
	return h.Sum64()
}

// token is a word or a number, folded.
type token struct {
	folded   string
	from, to int
	number   bool
	capital  bool
	breaks   bool // a sentence ends behind it
}

type reader struct {
	s, lang string
	t       Text
	known   []Known
	tokens  []token
}

func (r *reader) scan() {
	for i := 0; i < len(r.s) && len(r.tokens) < maxWords; {
		c, n := utf8.DecodeRuneInString(r.s[i:])
		switch {
		case unicode.IsDigit(c):
			i = r.number(i)
		case unicode.IsLetter(c) || unicode.IsMark(c):
			i = r.word(i)
		default:
			r.sign(c, i)
			i += n
		}
	}
	r.t.words = len(r.tokens)
	for from := 0; from < len(r.tokens) && len(r.t.units) < maxUnits; {
		to := from + 1
		for to < len(r.tokens) && !r.tokens[to-1].breaks && to-from < longUnit {
			to++
		}
		r.unit(from, to)
		from = to
	}
}

// sign ends a sentence, or does not.
func (r *reader) sign(c rune, i int) {
	n := len(r.tokens)
	if n == 0 {
		return
	}
	switch c {
	case '!', '?', '؟', '۔', ';', '؛', '…':
		r.tokens[n-1].breaks = true
	case '.':
		rest := r.s[i+1:]
		next, _ := utf8.DecodeRuneInString(rest)
		r.tokens[n-1].breaks = r.tokens[n-1].breaks || rest == "" || !unicode.IsLetter(next) && !unicode.IsDigit(next)
	case '\n':
		if strings.HasPrefix(r.s[i+1:], "\n") || strings.HasPrefix(r.s[i+1:], "- ") {
			r.tokens[n-1].breaks = true
		}
	}
}

func (r *reader) word(i int) int {
	j := i
	for j < len(r.s) {
		c, n := utf8.DecodeRuneInString(r.s[j:])
		if !unicode.IsLetter(c) && !unicode.IsMark(c) && c != '\u200c' && c != '\u200d' {
			break
		}
		j += n
	}
	first, _ := utf8.DecodeRuneInString(r.s[i:])
	if f := text.Fold(r.s[i:j]); f != "" {
		r.tokens = append(r.tokens, token{folded: f, from: i, to: j, capital: unicode.IsUpper(first)})
	}
	return j
}

// number reads digits of any script with the signs that group them: "1,500",
// "١٬٥٠٠" and "1.500" are one number, "2.5" and "2,5" another. A space groups only in languages
// that write it so.
func (r *reader) number(i int) int {
	digits := func(j int) int {
		for j < len(r.s) {
			c, n := utf8.DecodeRuneInString(r.s[j:])
			if !unicode.IsDigit(c) {
				break
			}
			j += n
		}
		return j
	}
	j := digits(i)
	folded := text.Fold(r.s[i:j])
	for j < len(r.s) {
		c, n := utf8.DecodeRuneInString(r.s[j:])
		space := c == ' ' && denials[r.lang] == nil && len(folded) < 4
		if !space && !strings.ContainsRune(",.٬٫'’\u00a0\u202f", c) {
			break
		}
		k := digits(j + n)
		part := text.Fold(r.s[j+n : k])
		if part == "" || space && len(part) != 3 {
			break
		}
		if len(part) == 3 && c != '٫' {
			folded += part
		} else if strings.ContainsRune(",.٫", c) && !strings.Contains(folded, ".") {
			folded += "." + part
		} else {
			break
		}
		j = k
	}
	r.tokens = append(r.tokens, token{folded: folded, from: i, to: j, number: true})
	return j
}

// unit makes a sentence of tokens.
func (r *reader) unit(from, to int) {
	u := unit{from: r.tokens[from].from, to: r.tokens[to-1].to}
	list := r.tokens[from:to]
	taken := r.terms(&u)
	months := r.dates(&u, list)
	for i, t := range list {
		if denials[r.lang][t.folded] {
			u.denied++
		}
		switch {
		case t.number:
			u.add(numberMark(t))
		case months[i]:
		default:
			r.wordMarks(&u, t, i, covered(taken, t))
		}
	}
	r.t.units = append(r.t.units, u)
}

func (u *unit) add(m mark) { u.marks = append(u.marks, m) }

// terms takes what is known in the sentence.
func (r *reader) terms(u *unit) []Known {
	var out []Known
	for len(r.known) > 0 && r.known[0].From < u.to {
		k := r.known[0]
		r.known = r.known[1:]
		if k.From < u.from || k.To > u.to {
			continue
		}
		kind := Term
		if k.Place {
			kind = Place
		}
		u.add(mark{keyOf("term", k.Key), kind, false, 2, k.From, k.To})
		out = append(out, k)
	}
	return out
}

func covered(list []Known, t token) bool {
	return slices.ContainsFunc(list, func(k Known) bool { return k.From <= t.from && t.to <= k.To })
}

// numberMark weighs a number by its figures. A year says little.
func numberMark(t token) mark {
	s := strings.TrimLeft(t.folded, "0")
	weights := []float64{0.5, 1, 1.5, 2.5}
	w := 3.5
	if len(s) < len(weights) {
		w = weights[len(s)]
	}
	kind := Number
	if len(s) == 4 && (s[:2] == "19" || s[:2] == "20") {
		w, kind = 1, Year
	}
	return mark{keyOf("number", s), kind, false, w, t.from, t.to}
}

// dates finds days beside months, and gives which tokens are months.
func (r *reader) dates(u *unit, list []token) map[int]bool {
	out := map[int]bool{}
	for i := range list {
		m, n := month(list, i)
		if m == 0 {
			continue
		}
		for _, at := range []int{i - 1, i - 2, i + n, i + n + 1} {
			if at < 0 || at >= len(list) || !list[at].number || len(list[at].folded) > 2 {
				continue
			}
			day := strings.TrimLeft(list[at].folded, "0")
			if day == "" || len(day) == 2 && day > "31" || len(day) == 2 && strings.Contains(day, ".") {
				continue
			}
			from, to := min(list[at].from, list[i].from), max(list[at].to, list[i+n-1].to)
			u.add(mark{keyOf("date", months[m-1]+" "+day), Date, false, 3, from, to})
			for k := range n {
				out[i+k] = true
			}
			break
		}
	}
	return out
}

// wordMarks adds what a word may be: a small number, a name, and its stem.
func (r *reader) wordMarks(u *unit, t token, place int, known bool) {
	if n, ok := figures[r.lang][t.folded]; ok {
		u.add(mark{keyOf("number", n), Number, true, 0.5, t.from, t.to})
	}
	if text.StopWord(t.folded) || utf8.RuneCountInString(t.folded) < 3 {
		return
	}
	r.sounds(u, t, place, known)
	u.add(mark{keyOf("stem "+r.lang, text.Stem(r.lang, t.folded)), Stem, false, 1, t.from, t.to})
}
