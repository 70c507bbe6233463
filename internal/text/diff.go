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
	// maxDiffWords bounds each side after the common ends are taken off.
	maxDiffWords = 20000
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
	var head, tail int
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var d differ
	for _, w := range a[:head] {
		d.add(Equal, w)
	}
	d.middle(a[head:len(a)-tail], b[head:len(b)-tail])
	for _, w := range a[len(a)-tail:] {
		d.add(Equal, w)
	}
	return d.join()
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
func (d *differ) middle(a, b []string) {
	trace, ok := [][]int32(nil), len(a) <= maxDiffWords && len(b) <= maxDiffWords
	if ok {
		trace, ok = myers(a, b)
	}
	if !ok {
		for _, w := range a {
			d.add(Delete, w)
		}
		for _, w := range b {
			d.add(Insert, w)
		}
		return
	}
	d.walk(a, b, trace)
}

// myers gives, for each number of steps, how far along a each diagonal came. Row
// n holds the diagonals -n … n.
func myers(a, b []string) ([][]int32, bool) {
	var trace [][]int32
	limit := min(len(a)+len(b), maxDiffSteps)
	for n := 0; n <= limit; n++ {
		row := make([]int32, 2*n+1)
		for k := -n; k <= n; k += 2 {
			x := start(trace, n, k)
			y := x - k
			for x < len(a) && y < len(b) && x >= 0 && y >= 0 && a[x] == b[y] {
				x, y = x+1, y+1
			}
			row[k+n] = int32(x)
			if x >= len(a) && y >= len(b) {
				return append(trace, row), true
			}
		}
		trace = append(trace, row)
	}
	return nil, false
}

// start is where diagonal k begins after step n: below or right of a neighbour.
func start(trace [][]int32, n, k int) int {
	if n == 0 {
		return 0
	}
	prev := trace[n-1]
	at := func(k int) int { return int(prev[k+n-1]) }
	if k == -n || k != n && at(k-1) < at(k+1) {
		return at(k + 1)
	}
	return at(k-1) + 1
}

// walk follows the trace back from the end and appends the edits in order.
func (d *differ) walk(a, b []string, trace [][]int32) {
	var back []Edit
	x, y := len(a), len(b)
	for n := len(trace) - 1; n >= 0; n-- {
		k := x - y
		from := start(trace, n, k)
		for x > from {
			x, y = x-1, y-1
			back = append(back, Edit{Equal, a[x]})
		}
		if n == 0 {
			break
		}
		prev := trace[n-1]
		if k == -n || k != n && prev[k-1+n-1] < prev[k+1+n-1] {
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
