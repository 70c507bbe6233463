package search

import "strings"

// syntax is how an engine writes a condition.
type syntax struct {
	and, or string
	not     func(all, none string) string
	row     func(s sequence) string
	near    func(a, b []sequence, distance int) string
}

var fts5 = syntax{
	and: " AND ", or: " OR ",
	not: func(all, none string) string { return "(" + all + ") NOT " + none },
	row: fts5Row,
	near: func(a, b []sequence, distance int) string {
		var pairs []string
		for _, x := range a {
			for _, y := range b {
				pairs = append(pairs, "NEAR("+fts5Row(x)+" "+fts5Row(y)+", "+decimal(distance)+")")
			}
		}
		return strings.Join(pairs, " OR ")
	},
}

func fts5Row(s sequence) string {
	out := `"` + strings.ReplaceAll(strings.Join(s.words, " "), `"`, `""`) + `"`
	if s.prefix {
		out += " *"
	}
	return out
}

var tsquery = syntax{
	and: " & ", or: " | ",
	not: func(all, none string) string { return all + " & !" + none },
	row: tsqueryRow,
	// PostgreSQL knows exact distances only: each is asked for.
	near: func(a, b []sequence, distance int) string {
		left, right := tsqueryAny(a), tsqueryAny(b)
		var ways []string
		for d := 1; d <= distance+1; d++ {
			by := " <" + decimal(d) + "> "
			ways = append(ways, left+by+right, right+by+left)
		}
		return strings.Join(ways, " | ")
	},
}

func tsqueryRow(s sequence) string {
	var b []byte
	for i, w := range s.words {
		if i > 0 {
			b = append(b, " <-> "...)
		}
		b = quoteLexeme(b, w)
	}
	if s.prefix {
		b = append(b, ":*"...)
	}
	if len(s.words) > 1 {
		return "(" + string(b) + ")"
	}
	return string(b)
}

func tsqueryAny(list []sequence) string {
	rows := make([]string, len(list))
	for i, s := range list {
		rows[i] = tsqueryRow(s)
	}
	return "(" + strings.Join(rows, " | ") + ")"
}

// FTS5 writes the question as a MATCH expression of SQLite. Every token is
// quoted: nothing a person types reaches the expression's grammar.
func (q Query) FTS5() string { return q.write(fts5) }

// TSQuery writes the question as a value to be cast to PostgreSQL's tsquery.
// Every token is quoted.
func (q Query) TSQuery() string { return q.write(tsquery) }

func (q Query) write(x syntax) string {
	if q.lost {
		return x.row(sequence{words: []string{never}})
	}
	var all []string
	for _, f := range q.filters {
		all = append(all, x.any(singles(f)))
	}
	for _, clause := range q.all {
		all = append(all, x.any(clause))
	}
	if q.expr != nil {
		all = append(all, q.expr.write(x))
	}
	if len(all) == 0 {
		all = append(all, x.row(sequence{words: []string{every}}))
	}
	out := strings.Join(all, x.and)
	if none := append(singles(q.without), q.not...); len(none) > 0 {
		out = x.not(out, x.any(none))
	}
	return out
}

func (x syntax) any(list []sequence) string {
	rows := make([]string, len(list))
	for i, s := range list {
		rows[i] = x.row(s)
	}
	return "(" + strings.Join(rows, x.or) + ")"
}
