package listen

import "sifara/internal/listen/privacy"

// Cells are the posts of a facet by value and piece of time, without those that
// would tell of a few. The sums of the values and of the pieces may be known.
type Cells struct {
	Values []string // the commonest first; OtherKey is all that are not named
	posts  [][]int64
	hidden [][]bool
}

// Cells counts a facet by value in pieces of so many days. Values of a facet
// of people's (see Totals) that are few in all are together under OtherKey. In
// the pieces cells of fewer than privacy.K posts are hidden, and as many others
// as it takes that none of them follows (privacy.HiddenTable).
func (f Facets) Cells(facet string, days int) Cells {
	var c Cells
	pieces := (f.Days + days - 1) / days
	rest := make([]int64, pieces)
	add := func(to []int64, series []int64, sign int64) {
		for i, n := range series {
			to[i/days] += sign * n
		}
	}
	for _, series := range f.rows[facet] {
		add(rest, series, 1)
	}
	others := false
	for _, s := range f.Totals(facet) {
		if s.Key == OtherKey {
			continue
		}
		row := make([]int64, pieces)
		add(row, f.rows[facet][s.Key], 1)
		add(rest, f.rows[facet][s.Key], -1)
		c.Values, c.posts = append(c.Values, s.Key), append(c.posts, row)
	}
	for _, n := range rest {
		others = others || n > 0
	}
	if others {
		c.Values, c.posts = append(c.Values, OtherKey), append(c.posts, rest)
	}
	c.hidden = privacy.HiddenTable(c.posts)
	return c
}

// At gives the posts of a value, by its place in Values, in a piece; told is
// false where they are hidden.
func (c Cells) At(value, piece int) (posts int64, told bool) {
	if c.hidden[value][piece] {
		return 0, false
	}
	return c.posts[value][piece], true
}

// Pieces is how many pieces there are; zero without values.
func (c Cells) Pieces() int {
	if len(c.posts) == 0 {
		return 0
	}
	return len(c.posts[0])
}

// Untold are the posts of a piece that are hidden, of all values together.
func (c Cells) Untold(piece int) (n int64) {
	for i, row := range c.posts {
		if c.hidden[i][piece] {
			n += row[piece]
		}
	}
	return n
}
