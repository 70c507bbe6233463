package privacy

import (
	"cmp"
	"slices"
)

// K is the fewest posts or accounts that are told as a number.
const K = 10

// Hidden says which cells of a table must not be told, when their sum may be
// known: those of fewer than K, and, so that none follows from the sum and the
// others, the smallest of the rest until at least two cells of together at
// least K are hidden. Empty cells hide nothing and are not hidden.
func Hidden(cells []int64) []bool {
	hide := make([]bool, len(cells))
	var n, sum int64
	for i, c := range cells {
		if c > 0 && c < K {
			hide[i] = true
			n++
			sum += c
		}
	}
	if n == 0 {
		return hide
	}
	order := make([]int, 0, len(cells))
	for i, c := range cells {
		if c >= K {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(cells[a], cells[b]) })
	for _, i := range order {
		if n >= 2 && sum >= K {
			break
		}
		hide[i] = true
		n++
		sum += cells[i]
	}
	return hide
}

// Fold takes the hidden rows out of a table and gives their sum, zero when
// nothing is hidden. A sum below K is given as zero too, and is not to be told:
// the rows that are left are all that can be said.
func Fold[T any](rows []T, count func(T) int64) (shown []T, others int64) {
	cells := make([]int64, len(rows))
	for i, r := range rows {
		cells[i] = count(r)
	}
	hide := Hidden(cells)
	shown = make([]T, 0, len(rows))
	for i, r := range rows {
		if hide[i] {
			others += cells[i]
		} else {
			shown = append(shown, r)
		}
	}
	if others < K {
		others = 0
	}
	return shown, others
}
