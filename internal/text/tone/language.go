package tone

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"sifara/internal/text"
)

// Least words and confidence from which the language of a text is held against
// the one stated; shorter texts are too often mistaken. Only texts longer than a
// post are looked through for passages in another language.
const (
	toldWords    = 5
	toldFrom     = 0.8
	passageWords = 40
)

// language finds the wrong language: of the whole text, of a passage, of single
// letters. It gives the language that the text seems to be in, the stated one when
// it cannot tell.
func (l *look) language() string {
	l.letters()
	if len(l.words) < toldWords {
		return l.lang
	}
	is, p := text.Identify(l.s)
	if is == "und" || p < toldFrom {
		return l.lang
	}
	if is != l.lang {
		l.add(Language, 0, len(l.s), 0, 0, "", "language", "is", LanguageName(is))
		return is
	}
	if len(l.words) > passageWords {
		l.foreign()
	}
	return is
}

// LanguageName is the code of a language as an argument of a reason.
type LanguageName string

// foreign finds passages in another language within a text of the stated one.
func (l *look) foreign() {
	for _, s := range text.Spans(l.s) {
		if s.Lang == l.lang || s.Lang == "und" || s.Confidence < toldFrom || len(strings.Fields(l.s[s.From:s.To])) < toldWords || strings.Contains(l.s[s.From:s.To], "://") {
			continue
		}
		l.add(Language, s.From, s.To, 0, 0, "", "passage", "is", LanguageName(s.Lang))
	}
}

// letters finds letters that belong to the spelling of another language, or that
// only look like the right ones.
func (l *look) letters() {
	for i := range l.words {
		w := &l.words[i]
		s := l.s[w.from:w.to]
		switch {
		case w.script&latin != 0 && w.script&cyrillic != 0:
			l.mark(Language, i, i+1, 0, "", "mixed_letters")
		case w.script&arabic != 0 && l.lang == "ckb":
			if right := soraniLetters.Replace(s); right != s {
				l.mark(Language, i, i+1, 0, right, "letters")
			}
		case w.script&arabic != 0 && l.lang == "ar":
			if right := arabicLetters.Replace(s); right != s {
				l.mark(Language, i, i+1, 0, right, "letters")
			}
		case w.script&arabic != 0 && l.lang == "kmr":
			l.mark(Language, i, i+1, 0, "", "script")
		}
	}
}

// Letters of a neighbour's keyboard and those that the language is written with.
var (
	soraniLetters = strings.NewReplacer("ي", "ی", "ك", "ک", "ى", "ی", "ة", "ە")
	arabicLetters = strings.NewReplacer("ی", "ي", "ک", "ك", "ە", "ه", "ہ", "ه")
)

// direction finds characters that turn the text around, and paragraphs that
// networks, which go by the first letter, would lay from the wrong side.
func (l *look) direction() {
	if l.controls {
		l.steering()
	}
	rtl := l.lang == "ar" || l.lang == "ckb"
	for from := 0; from < len(l.s); {
		to := lineEnd(l.s, from)
		if word, at, ok := firstStrong(l.s[from:to]); ok && word != rtl && !foreignLine(l.s[from:to], rtl) {
			l.add(Direction, from+at, from+at+firstWord(l.s[from+at:to]), l.wordAt(from+at), 0, "", map[bool]string{true: "first_latin", false: "first_arabic"}[rtl])
		}
		from = to + 1
	}
}

// firstStrong finds the first letter of a line that has a direction: its side and
// place. Mentions, hashtags and addresses do not count.
func firstStrong(line string) (rtl bool, at int, ok bool) {
	for i := 0; i < len(line); {
		c, n := utf8.DecodeRuneInString(line[i:])
		switch {
		case c == 0x200F || c == 0x061C:
			return true, i, true
		case c == 0x200E:
			return false, i, true
		case c == '@' || c == '#' || c == '!' && strings.HasPrefix(line[i:], "!["):
			return false, 0, false
		case unicode.In(c, unicode.Arabic, unicode.Hebrew) && unicode.IsLetter(c):
			return true, i, true
		case unicode.IsLetter(c):
			return false, i, !strings.HasPrefix(line[i:], "http")
		}
		i += n
	}
	return false, 0, false
}

// foreignLine tells whether hardly a letter of a line has the direction of the
// text: then it is a passage in another language and not laid out wrongly.
func foreignLine(line string, rtl bool) bool {
	own, other := 0, 0
	for _, c := range line {
		if !unicode.IsLetter(c) {
			continue
		}
		if unicode.Is(unicode.Arabic, c) == rtl {
			own++
		} else {
			other++
		}
	}
	return own < other
}

func firstWord(s string) int {
	for i, c := range s {
		if !inWord(c) {
			return i
		}
	}
	return len(s)
}

// steering finds embeddings and overrides, and isolates that are not closed.
func (l *look) steering() {
	open := 0
	for i, c := range l.s {
		switch {
		case c >= 0x202A && c <= 0x202E:
			l.add(Direction, i, i+utf8.RuneLen(c), l.wordAt(i), 0, "", "override")
		case c >= 0x2066 && c <= 0x2068:
			open++
		case c == 0x2069 && open > 0:
			open--
		case c == 0x2069:
			open = -1
		}
		if c == '\n' || open < 0 {
			if open != 0 {
				l.add(Direction, i, i+utf8.RuneLen(c), l.wordAt(i), 0, "", "isolate")
			}
			open = 0
		}
	}
	if open > 0 {
		l.add(Direction, len(l.s), len(l.s), len(l.words), 0, "", "isolate")
	}
}
