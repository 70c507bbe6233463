package language

import (
	"strings"
	"unicode/utf8"
)

// Span is a stretch of a text in one language: bytes From up to To.
type Span struct {
	From, To   int
	Lang       string
	Confidence float64
}

// change is what a change of language within a script costs, in natural logarithms
// of probability: two or three clear words.
const change = 6.0

// Spans divides s where its language changes, in order, without gaps but white
// space.
func Spans(s string) []Span {
	var out []Span
	for _, r := range runs(s) {
		out = append(out, divide(s, r)...)
	}
	joined := out[:0]
	for _, x := range out {
		if n := len(joined); n > 0 && joined[n-1].Lang == x.Lang {
			last := &joined[n-1]
			last.To = x.To
			_, last.Confidence = Identify(s[last.From:last.To])
			continue
		}
		joined = append(joined, x)
	}
	return joined
}

// piece is a stretch of s of one script, with the places of its words.
type piece struct {
	of    script
	words [][2]int
}

// runs divides s at white space where the script changes. Chunks without letters
// belong to what stands before them.
func runs(s string) (out []piece) {
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText], "")
	}
	for i := 0; i < len(s); {
		n := unbroken(s[i:])
		if n == 0 {
			_, n = utf8.DecodeRuneInString(s[i:])
			i += n
			continue
		}
		var t text
		t.read(s[i : i+n])
		sc, _ := dominant(&t.count)
		if k := len(out); k > 0 && (sc == noScript || sc == out[k-1].of) {
			out[k-1].words = append(out[k-1].words, [2]int{i, i + n})
		} else if sc != noScript {
			out = append(out, piece{sc, [][2]int{{i, i + n}}})
		}
		i += n
	}
	return out
}

// divide finds the likeliest languages of the words of one script, each change
// costing [change] (Viterbi's algorithm).
func divide(s string, r piece) []Span {
	var empty text
	p := empty.partOf(r.of)
	if p == nil || len(r.words) < 4 {
		return []Span{span(s, r.words)}
	}
	n := len(p.classes)
	back := make([][]int, len(r.words))
	best := make([]float64, n)
	for i, w := range r.words {
		var t text
		var x [maxClasses]float64
		t.read(s[w[0]:w[1]])
		if t.w > 0 {
			t.score(p, r.of, &x)
		}
		top := 0
		for c := range n {
			if best[c] > best[top] {
				top = c
			}
		}
		back[i] = make([]int, n)
		next := make([]float64, n)
		for c := range n {
			back[i][c], next[c] = c, best[c]
			if v := best[top] - change; i > 0 && v > next[c] && p.first[c] != p.first[top] {
				back[i][c], next[c] = top, v
			}
			next[c] += x[c]
		}
		best = next
	}
	return path(s, r, p, best, back)
}

// path follows the best way back and makes spans of it.
func path(s string, r piece, p *part, best []float64, back [][]int) (out []Span) {
	c := 0
	for k := range best {
		if best[k] > best[c] {
			c = k
		}
	}
	langs := make([]int, len(r.words))
	for i := len(r.words) - 1; i >= 0; i-- {
		langs[i] = p.first[c]
		c = back[i][c]
	}
	from := 0
	for i := 1; i <= len(langs); i++ {
		if i == len(langs) || langs[i] != langs[from] {
			x := span(s, r.words[from:i])
			out = append(out, x)
			from = i
		}
	}
	return out
}

func span(s string, words [][2]int) Span {
	x := Span{From: words[0][0], To: words[len(words)-1][1]}
	x.Lang, x.Confidence = Identify(s[x.From:x.To])
	return x
}
