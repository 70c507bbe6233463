package text

import "unicode"

// Op says what became of a piece of text.
type Op uint8

// The operations that turn one text into another.
const (
	Equal Op = iota
	Delete
	Insert
)

// Edit is one piece of the way from an old text to a new one.
type Edit struct {
	Op   Op
	Text string
}

const (
	// maxDiffWords bounds each side, words and what parts them, after the common
	// ends are taken off.
	maxDiffWords = 50000
	// maxDiffSteps bounds how different the sides may be: time and memory grow
	// with its square.
	maxDiffSteps = 1500
)

// Diff gives the word-wise difference between an old text and a new one as few
// edits, so that Equal and Delete together are old and Equal and Insert are new,
// byte for byte. Neighbouring edits have different operations. Texts too large
// or too different to compare word by word in a moment differ as one deletion
// and one insertion between their common beginning and end.
func Diff(old, new string) []Edit {
	a, b := diffWords(old), diffWords(new)
	x, y := numbered(a, b)
	var head, tail int
	for head < len(x) && head < len(y) && x[head] == y[head] {
		head++
	}
	for tail < len(x)-head && tail < len(y)-head && x[len(x)-1-tail] == y[len(y)-1-tail] {
		tail++
	}
	d := differ{out: make([]Edit, 0, len(a)+len(b)-head-tail)}
	for _, w := range a[:head] {
		d.add(Equal, w)
	}
	d.middle(side{a[head : len(a)-tail], x[head : len(x)-tail]}, side{b[head : len(b)-tail], y[head : len(y)-tail]})
	for _, w := range a[len(a)-tail:] {
		d.add(Equal, w)
	}
	return d.join()
}

// side is a text in words, each with its number: equal words have equal ones.
type side struct {
	words  []string
	number []int32
}

// numbered gives the words of two texts their numbers.
func numbered(a, b []string) (x, y []int32) {
	seen := make(map[string]int32, len(a)/4)
	all := make([]int32, 0, len(a)+len(b))
	for _, words := range [2][]string{a, b} {
		for _, w := range words {
			n, ok := seen[w]
			if !ok {
				n = int32(len(seen))
				seen[w] = n
			}
			all = append(all, n)
		}
	}
	return all[:len(a)], all[len(a):]
}

// diffWords splits s into words, each sign and each run of white space.
func diffWords(s string) (out []string) {
	start, kind := 0, -1
	for i, r := range s {
		k := 2
		switch {
		case unicode.IsSpace(r):
			k = 0
		case inWord(r) && classify(r) != pair:
			k = 1
		}
		if i > start && (k != kind || k == 2) {
			out = append(out, s[start:i])
			start = i
		}
		kind = k
	}
	if start < len(s) {
		out = append(out, s[start:])
	}
	return out
}

type differ struct{ out []Edit }

func (d *differ) add(op Op, s string) { d.out = append(d.out, Edit{op, s}) }

// middle appends the edits between a and b by Myers' greedy algorithm (An O(ND)
// Difference Algorithm and Its Variations, 1986).
func (d *differ) middle(a, b side) {
	trace, ok := [][]int32(nil), len(a.words) <= maxDiffWords && len(b.words) <= maxDiffWords
	if ok {
		trace, ok = myers(a.number, b.number)
	}
	if !ok {
		for _, w := range a.words {
			d.add(Delete, w)
		}
		for _, w := range b.words {
			d.add(Insert, w)
		}
		return
	}
	d.walk(a.words, b.words, trace)
}

// myers gives, for each number of steps, how far along a each diagonal came. Row
// n holds every second diagonal of -n … n, which are those that n steps reach.
func myers(a, b []int32) ([][]int32, bool) {
	var trace [][]int32
	limit := min(len(a)+len(b), maxDiffSteps)
	var prev []int32
	for n := 0; n <= limit; n++ {
		row := make([]int32, n+1)
		for i := range row {
			x := start(prev, i)
			y := x - (2*i - n)
			for x < len(a) && y < len(b) && a[x] == b[y] {
				x, y = x+1, y+1
			}
			row[i] = int32(x)
			if x >= len(a) && y >= len(b) {
				return append(trace, row), true
			}
		}
		trace, prev = append(trace, row), row
	}
	return nil, false
}

// start is where the diagonal at place i of a row begins, after the row before
// it: below or right of a neighbour.
func start(prev []int32, i int) int {
	switch {
	case prev == nil:
		return 0
	case below(prev, i):
		return int(prev[i])
	}
	return int(prev[i-1]) + 1
}

// below tells whether the step to place i of a row takes a word of b.
func below(prev []int32, i int) bool { return i == 0 || i != len(prev) && prev[i-1] < prev[i] }

// walk follows the trace back from the end and appends the edits in order.
func (d *differ) walk(a, b []string, trace [][]int32) {
	var back []Edit
	x, y := len(a), len(b)
	for n := len(trace) - 1; n >= 0; n-- {
		i := (x - y + n) / 2
		var prev []int32
		if n > 0 {
			prev = trace[n-1]
		}
		for from := start(prev, i); x > from; {
			x, y = x-1, y-1
			back = append(back, Edit{Equal, a[x]})
		}
		if n == 0 {
			break
		}
		if below(prev, i) {
			y--
			back = append(back, Edit{Insert, b[y]})
		} else {
			x--
			back = append(back, Edit{Delete, a[x]})
		}
	}
	for i := len(back) - 1; i >= 0; i-- {
		d.out = append(d.out, back[i])
	}
}

// join glues edits together: within a changed stretch all deletions come first.
// A single space between two changes belongs to them, else every changed word
// would be an island.
func (d *differ) join() (out []Edit) {
	var del, ins, eq []byte
	flush := func() {
		if len(del) > 0 {
			out = append(out, Edit{Delete, string(del)})
		}
		if len(ins) > 0 {
			out = append(out, Edit{Insert, string(ins)})
		}
		del, ins = del[:0], ins[:0]
	}
	for i, e := range d.out {
		switch {
		case e.Op == Equal && e.Text == " " && len(del) > 0 && len(ins) > 0 && i+1 < len(d.out) && d.out[i+1].Op != Equal:
			del, ins = append(del, ' '), append(ins, ' ')
		case e.Op == Equal:
			flush()
			eq = append(eq, e.Text...)
		default:
			if len(eq) > 0 {
				out = append(out, Edit{Equal, string(eq)})
				eq = eq[:0]
			}
			if e.Op == Delete {
				del = append(del, e.Text...)
			} else {
				ins = append(ins, e.Text...)
			}
		}
	}
	flush()
	if len(eq) > 0 {
		out = append(out, Edit{Equal, string(eq)})
	}
	return out
}
