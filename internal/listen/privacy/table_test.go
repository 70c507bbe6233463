package privacy_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"sifara/internal/listen/privacy"
)

// solved are the unknown cells of a table that follow from the sums of its rows
// and columns and the told cells: the unknowns with a value of their own in the
// system of linear equations, modulo a prime.
func solved(hide [][]bool) (out [][2]int) {
	const prime = 1_000_003
	var unknown [][2]int
	for i := range hide {
		for j := range hide[i] {
			if hide[i][j] {
				unknown = append(unknown, [2]int{i, j})
			}
		}
	}
	var rows [][]int64
	for line := range len(hide) + len(hide[0]) {
		row := make([]int64, len(unknown))
		for k, u := range unknown {
			if line == u[0] || line == len(hide)+u[1] {
				row[k] = 1
			}
		}
		rows = append(rows, row)
	}
	inverse := func(x int64) int64 {
		y := int64(1)
		for e := prime - 2; e > 0; e >>= 1 {
			if e&1 == 1 {
				y = y * x % prime
			}
			x = x * x % prime
		}
		return y
	}
	rank := 0
	for k := range unknown {
		pivot := rank
		for pivot < len(rows) && rows[pivot][k] == 0 {
			pivot++
		}
		if pivot == len(rows) {
			continue
		}
		rows[rank], rows[pivot] = rows[pivot], rows[rank]
		by := inverse(rows[rank][k])
		for c := range rows[rank] {
			rows[rank][c] = rows[rank][c] * by % prime
		}
		for r := range rows {
			if f := rows[r][k]; r != rank && f != 0 {
				for c := range rows[r] {
					rows[r][c] = ((rows[r][c]-f*rows[rank][c])%prime + prime) % prime
				}
			}
		}
		rank++
	}
	for _, row := range rows[:rank] {
		at, n := 0, 0
		for k, x := range row {
			if x != 0 {
				at, n = k, n+1
			}
		}
		if n == 1 {
			out = append(out, unknown[at])
		}
	}
	return out
}

func TestHiddenTable(t *testing.T) {
	for _, tt := range []struct {
		name  string
		cells [][]int64
		want  string
	}{
		{"nothing small", [][]int64{{20, 30}, {40, 0}}, "[[false false] [false false]]"},
		{"one small", [][]int64{{3, 30, 50}, {40, 20, 60}, {70, 80, 90}}, "[[true true false] [true true false] [false false false]]"},
		{"a day of few is hidden whole, with its empty cells", [][]int64{{3, 50}, {0, 60}}, "[[true true] [true true]]"},
		{"nothing at all", nil, "[]"},
	} {
		if got := fmt.Sprint(privacy.HiddenTable(tt.cells)); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestNothingFollowsFromTheTable solves tables of all kinds for what is hidden
// in them, knowing every sum. The naive rule, which hides what is small and one
// more in its column, fails the same test.
func TestNothingFollowsFromTheTable(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	naive := 0
	for range 3000 {
		rows, columns := 2+r.IntN(5), 2+r.IntN(8)
		cells := make([][]int64, rows)
		for i := range cells {
			cells[i] = make([]int64, columns)
			for j := range cells[i] {
				switch r.IntN(4) {
				case 0:
					cells[i][j] = r.Int64N(privacy.K)
				case 1:
				default:
					cells[i][j] = privacy.K + r.Int64N(60)
				}
			}
		}
		hide := privacy.HiddenTable(cells)
		for i := range cells {
			for j, n := range cells[i] {
				if n > 0 && n < privacy.K && !hide[i][j] {
					t.Fatalf("%v: %d is told", cells, n)
				}
			}
		}
		if found := solved(hide); len(found) > 0 {
			t.Fatalf("%v\n%v: %v follow", cells, hide, found)
		}
		if len(solved(columnsOnly(cells))) > 0 {
			naive++
		}
	}
	if naive < 300 {
		t.Errorf("the naive rule fails in %d tables only: the test solves nothing", naive)
	}
}

// columnsOnly hides what is small by column, as if rows had no sums.
func columnsOnly(cells [][]int64) [][]bool {
	hide := make([][]bool, len(cells))
	for i := range cells {
		hide[i] = make([]bool, len(cells[i]))
	}
	for j := range cells[0] {
		column := make([]int64, len(cells))
		for i := range cells {
			column[i] = cells[i][j]
		}
		for i, h := range privacy.Hidden(column) {
			hide[i][j] = h
		}
	}
	return hide
}
