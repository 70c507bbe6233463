package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Part is a piece of a text for showing: plain text to be escaped by the view,
// and whether to mark it.
type Part struct {
	Text string
	Hit  bool
}

const (
	// snippetSource is how much of a text is looked at, in bytes.
	snippetSource = 64 << 10
	// snippetLead is how many characters stand before the first hit.
	snippetLead = 30
)

// Snippet cuts from s about width characters around the words that a search
// found, and marks these words. terms are tokens as the index holds them (of
// [Index], [Forms], or a search's own list); one ending in '*' stands for all
// that begin so. The piece with most different terms wins, the first of equals;
// without any hit it is the beginning of s. Cuts fall between words and show as
// "…"; white space becomes single spaces. An empty text gives nil.
func Snippet(s string, terms []string, width int) []Part {
	if len(s) > snippetSource {
		s = strings.ToValidUTF8(s[:snippetSource], "")
	}
	s = Line(s)
	spans := marks(s, newMatcher(terms))
	from, to := window(s, spans, width)
	return cutParts(s, spans, from, to)
}

// Marked is [Snippet] without cutting: the whole of s, white space untouched.
func Marked(s string, terms []string) []Part {
	return cutParts(s, marks(s, newMatcher(terms)), 0, len(s))
}

// span is a marked word in bytes; term tells different terms apart.
type span struct{ from, to, term int }

// marks finds the words of s that match.
func marks(s string, m matcher) (out []span) {
	if m.none() {
		return nil
	}
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if classify(r) == pair {
			next, n2 := utf8.DecodeRuneInString(s[i+n:])
			if classify(next) == pair {
				if t := m.find(s[i : i+n+n2]); t > 0 {
					out = append(out, span{i, i + n + n2, t})
				}
			} else if t := m.find(s[i : i+n]); t > 0 {
				out = append(out, span{i, i + n, t})
			}
			i += n
			continue
		}
		if !inWord(r) && r != '#' {
			i += n
			continue
		}
		j := i + n
		for j < len(s) {
			r, n := utf8.DecodeRuneInString(s[j:])
			if !inWord(r) && r != '_' || classify(r) == pair {
				break
			}
			j += n
		}
		handle := i > 0 && s[i-1] == '@'
		if t := m.word(s[i:j]); t > 0 && !handle {
			out = append(out, span{i, j, t})
		}
		i = j
	}
	return out
}

func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) || r >= 0x80 && invisible(r)
}

// matcher looks words up among terms.
type matcher struct {
	whole map[string]int
	begin []string
}

func newMatcher(terms []string) matcher {
	m := matcher{whole: make(map[string]int, len(terms))}
	for i, t := range terms {
		if p, ok := strings.CutSuffix(t, "*"); ok && p != "" {
			m.begin = append(m.begin, p)
		} else if ok = t != ""; ok {
			m.whole[t] = i + 1
		}
	}
	return m
}

func (m matcher) none() bool { return len(m.whole)+len(m.begin) == 0 }

// word gives the number of the term that a raw word matches, else 0. The words
// of a hashtag count for the whole of it.
func (m matcher) word(raw string) int {
	var stack [8]Token
	for _, tok := range Tokens(stack[:0], raw) {
		for _, lang := range [...]string{"", "ckb", "kmr", "fa"} {
			form := tok.Text
			if tok.Kind == Word {
				form = Stem(lang, form)
			}
			if n := m.find(form); n > 0 {
				return n
			}
		}
		if n := m.find(tok.Text); n > 0 {
			return n
		}
	}
	return 0
}

func (m matcher) find(form string) int {
	if n := m.whole[form]; n > 0 {
		return n
	}
	for i, p := range m.begin {
		if strings.HasPrefix(form, p) {
			return len(m.whole) + i + 1
		}
	}
	return 0
}

// window chooses the bytes of s to show.
func window(s string, spans []span, width int) (from, to int) {
	best, bestScore := 0, -1
	for i, a := range spans {
		seen, score := map[int]bool{}, 0
		for _, b := range spans[i:] {
			if b.to-a.from > 2*width { // bytes: about width letters of two bytes
				break
			}
			if score++; !seen[b.term] {
				seen[b.term] = true
				score += 10
			}
		}
		if score > bestScore {
			best, bestScore = a.from, score
		}
		if i > 200 {
			break
		}
	}
	from = backward(s, best, min(snippetLead, width/3))
	to = forward(s, from, width)
	if to == len(s) { // room left: show more of what stands before
		from = backward(s, best, max(0, width-utf8.RuneCountInString(s[best:])))
	}
	return from, to
}

// backward goes about n characters back from byte i, to the start of a word.
func backward(s string, i, n int) int {
	j := i
	for ; n > 0 && j > 0; n-- {
		_, w := utf8.DecodeLastRuneInString(s[:j])
		j -= w
	}
	if j == 0 {
		return 0
	}
	if k := strings.IndexByte(s[j:i], ' '); k >= 0 {
		return j + k + 1
	}
	return i
}

// forward goes about n characters on from byte i, to the end of a word.
func forward(s string, i, n int) int {
	j := i
	for ; n > 0 && j < len(s); n-- {
		_, w := utf8.DecodeRuneInString(s[j:])
		j += w
	}
	if j == len(s) {
		return j
	}
	if k := strings.LastIndexByte(s[i:j], ' '); k > 0 {
		return i + k
	}
	return j
}

func cutParts(s string, spans []span, from, to int) (out []Part) {
	add := func(text string, hit bool) {
		switch last := len(out) - 1; {
		case text == "":
		case last >= 0 && out[last].Hit == hit:
			out[last].Text += text
		default:
			out = append(out, Part{text, hit})
		}
	}
	if from > 0 {
		add("… ", false)
	}
	at := from
	for _, sp := range spans {
		if sp.to <= at || sp.to > to {
			continue
		}
		start := max(sp.from, at)
		add(s[at:start], false)
		add(s[start:sp.to], true)
		at = sp.to
	}
	add(s[at:max(at, to)], false)
	if to < len(s) {
		add(" …", false)
	}
	return out
}
