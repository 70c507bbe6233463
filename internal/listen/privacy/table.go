package privacy

import (
	"cmp"
	"slices"
)

// HiddenTable says which cells of a table must not be told when the sums of all
// its rows and columns may be known. Rows have the same length.
//
// Cells of fewer than K are hidden, then the smallest of their row and column,
// until no hidden cell follows from sums and told cells: in each line the hidden
// ones are two or more and together K or more, or all of its cells are hidden,
// also the empty ones; and each hidden cell lies on a ring of hidden ones along
// rows and columns, so that it may be more or less with the others of the ring
// (a cell on no ring is the one unknown between two known parts). What is hidden
// so is not always itself below K. A table of one row or one column has no ring,
// for its cells are its sums: with a small cell all of it is hidden.
func HiddenTable(cells [][]int64) [][]bool {
	hide := make([][]bool, len(cells))
	for i, row := range cells {
		hide[i] = make([]bool, len(row))
		for j, n := range row {
			hide[i][j] = n > 0 && n < K
		}
	}
	t := table{cells, hide}
	for t.lines() || t.rings() {
	}
	return hide
}

type table struct {
	cells [][]int64
	hide  [][]bool
}

// place is a cell.
type place struct{ row, column int }

// lines hides more where a line of cells tells too much; it reports whether it
// did.
func (t table) lines() (more bool) {
	for i := range t.cells {
		line := make([]place, len(t.cells[i]))
		for j := range line {
			line[j] = place{i, j}
		}
		more = t.line(line) || more
	}
	if len(t.cells) == 0 {
		return more
	}
	for j := range t.cells[0] {
		line := make([]place, len(t.cells))
		for i := range line {
			line[i] = place{i, j}
		}
		more = t.line(line) || more
	}
	return more
}

// line hides the smallest cells of a row or column that has hidden ones until
// these are enough; empty ones only when no others are left.
func (t table) line(line []place) (more bool) {
	var told []place
	n, sum := 0, int64(0)
	for _, p := range line {
		if t.hide[p.row][p.column] {
			n++
			sum += t.at(p)
		} else {
			told = append(told, p)
		}
	}
	if n == 0 {
		return false
	}
	slices.SortStableFunc(told, func(a, b place) int { return cmp.Compare(t.rank(a), t.rank(b)) })
	for _, p := range told {
		if n >= 2 && sum >= K {
			break
		}
		t.hide[p.row][p.column], more = true, true
		n++
		sum += t.at(p)
	}
	return more
}

func (t table) at(p place) int64 { return t.cells[p.row][p.column] }

// rank orders cells by size, the empty ones last.
func (t table) rank(p place) uint64 { return uint64(t.at(p) - 1) }

// rings hides one more cell for a hidden one that lies on no ring; it reports
// whether it did. Rows and columns are the ends of hidden cells: a cell lies on
// a ring when its ends hang together without it.
func (t table) rings() bool {
	for i := range t.cells {
		for j := range t.cells[i] {
			if !t.hide[i][j] {
				continue
			}
			if side := t.without(place{i, j}); !side[len(t.cells)+j] {
				return t.join(side)
			}
		}
	}
	return false
}

// without are the rows and, after them, the columns that hang together with the
// row of a hidden cell by other hidden cells.
func (t table) without(cut place) []bool {
	rows, columns := len(t.cells), len(t.cells[0])
	seen := make([]bool, rows+columns)
	queue := []int{cut.row}
	seen[cut.row] = true
	reach := func(line int, p place) {
		if !seen[line] && p != cut && t.hide[p.row][p.column] {
			seen[line] = true
			queue = append(queue, line)
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		if at := queue[0]; at < rows {
			for j := range columns {
				reach(rows+j, place{at, j})
			}
		} else {
			for i := range rows {
				reach(i, place{i, at - rows})
			}
		}
	}
	return seen
}

// join hides the smallest told cell between one side of a table and the other.
func (t table) join(side []bool) bool {
	var best place
	found := false
	for i := range t.cells {
		for j := range t.cells[i] {
			p := place{i, j}
			if t.hide[i][j] || side[i] == side[len(t.cells)+j] {
				continue
			}
			if !found || t.rank(p) < t.rank(best) {
				best, found = p, true
			}
		}
	}
	if found {
		t.hide[best.row][best.column] = true
	}
	return found
}
