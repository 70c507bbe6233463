package search_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/search"
)

// eachDoc gives the documents that an expression finds without an index, the
// highest first.
func eachDoc(e search.Expr) (out []int64) {
	for i, x := range slices.Backward(docs) {
		if e.Matches(strings.Split(search.Document(x.lang, x.text, x.filters...), " ")) {
			out = append(out, int64(i+1))
		}
	}
	return out
}

// TestExpr asks each expression of both engines and of each document alone:
// all three find the same.
func TestExpr(t *testing.T) {
	tests := []struct {
		name, expr string
		want       []int64
	}{
		{"one word", "بغداد", []int64{7, 2, 1}},
		{"and", "بغداد AND وزير", []int64{1}},
		{"or binds less than and", "visit OR بغداد AND وزير", []int64{5, 1}},
		{"parentheses", "(visit OR بغداد) AND وزير", []int64{1}},
		{"not", "york AND NOT new", nil},
		{"not alone between words", `york NOT "new york"`, []int64{9}},
		{"not of a choice", "(بغداد OR baghdad) AND NOT (وزير OR سفیر)", []int64{5, 2}},
		{"twice not", "york AND NOT NOT new", []int64{9, 6}},
		{"a choice with something excluded", "visit OR (york AND NOT new)", []int64{5}},
		{"words in a row", "new york OR هەولێر", []int64{6, 3}},
		{"quotation", `"new york"`, []int64{6}},
		{"beginning", "negotiat* AND minister", []int64{5}},
		{"hashtag", "#BlackLivesMatter AND york", []int64{6}},
		{"language", "بغداد AND lang:fa", []int64{7}},
		{"not the language", "بغداد AND NOT lang:fa", []int64{2, 1}},
		{"a choice of languages", "بغداد AND (lang:fa OR LANG:ar)", []int64{7, 2, 1}},
		{"near, in order", "minister NEAR/3 baghdad", []int64{5}},
		{"near, the other way round", "baghdad NEAR/3 minister", []int64{5}},
		{"not so near", "minister NEAR/1 baghdad", nil},
		{"side by side", "york NEAR/0 new", []int64{6}},
		{"near with a choice", "(city OR hewler) NEAR/2 york", []int64{9}},
		{"near with a phrase and a beginning", `"new city" NEAR/1 yor*`, []int64{9}},
		{"near, chained", "minister NEAR/3 visit NEAR/3 baghdad", []int64{5}},
		{"near excluded", "york AND NOT (new NEAR/0 york)", []int64{9}},
		{"nothing", "qqq OR zzz AND baghdad", nil},
	}
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB) {
		ix := fill(t, d)
		for _, tt := range tests {
			e, err := search.ParseExpr(tt.expr, search.InARow)
			if err != nil {
				t.Errorf("%s: %v", tt.name, err)
				continue
			}
			again, err := search.ParseExpr(e.String(), search.InARow)
			if err != nil {
				t.Errorf("%s: %q is not read back: %v", tt.name, e, err)
			}
			for way, q := range map[string]search.Query{"as parsed": e.Query(), "written and read": again.Query(), "in a search box": search.Parse(e.String())} {
				got, err := ix.Search(t.Context(), d.Reader(), q, search.Page{})
				if err != nil {
					t.Errorf("%s, %s: %v\n%s\n%s", tt.name, way, err, q.FTS5(), q.TSQuery())
				} else if !slices.Equal(got, tt.want) {
					t.Errorf("%s, %s: got %v, want %v\n%s", tt.name, way, got, tt.want, q.TSQuery())
				}
			}
			if got := eachDoc(e); !slices.Equal(got, tt.want) {
				t.Errorf("%s, without an index: got %v, want %v", tt.name, got, tt.want)
			}
		}
	})
}

func TestExprInASearchBox(t *testing.T) {
	for _, tt := range []struct {
		typed string
		want  []int64
	}{
		{"minister (visit OR meeting)", []int64{5}},
		{"york AND -new", nil},
		{"baghdad AND (", []int64{5}}, // no expression: words
		{"someone said: york", nil},
	} {
		e, err := search.ParseExpr(tt.typed, search.AllThem)
		if err == nil {
			if got := eachDoc(e); !slices.Equal(got, tt.want) {
				t.Errorf("%q: got %v, want %v", tt.typed, got, tt.want)
			}
		}
		d := dbtest.SQLite(t, migrations()...)
		got, err := fill(t, d).Search(t.Context(), d.Reader(), search.Parse(tt.typed), search.Page{})
		if err != nil || tt.typed != "baghdad AND (" && !slices.Equal(got, append([]int64{}, tt.want...)) {
			t.Errorf("%q: got %v, %v, want %v", tt.typed, got, err, tt.want)
		}
	}
}

func TestWrongExprs(t *testing.T) {
	for _, tt := range []struct {
		expr, reason string
		pos          int
	}{
		{"", search.WrongEmpty, 1},
		{"   ", search.WrongEmpty, 4},
		{"a AND", search.WrongOperand, 6},
		{"visa AND AND fee", search.WrongOperand, 10},
		{"OR visa", search.WrongOperand, 1},
		{"(visa OR fee", search.WrongOpen, 1},
		{"visa AND (fee", search.WrongOpen, 10},
		{"visa) AND fee", search.WrongClose, 5},
		{"()", search.WrongOperand, 2},
		{`visa AND "fee`, search.WrongOpen, 10},
		{"(visa) (fee)", search.WrongOperator, 8},
		{`visa "fee"`, search.WrongOperator, 6},
		{"visa AND @someone", search.WrongWords, 10},
		{"visa NEAR/99 fee", search.WrongNear, 6},
		{"visa NEAR/x fee", search.WrongNear, 6},
		{"visa NEAR/2 (a AND b)", search.WrongNear, 6},
		{"visa AND lang:", search.WrongLang, 10},
		{"visa AND lang:english", search.WrongLang, 10},
		{"NOT visa", search.WrongOnlyNot, 1},
		{"lang:ar", search.WrongOnlyNot, 1},
		{"visa OR NOT fee", search.WrongOnlyNot, 1},
		{"تأشيرة AND", search.WrongOperand, 11},
		{strings.Repeat("(", 40) + "a", search.WrongLong, 13},
		{strings.Repeat("word ", 2000), search.WrongLong, 1},
	} {
		_, err := search.ParseExpr(tt.expr, search.InARow)
		var bad *search.SyntaxError
		if !errors.As(err, &bad) || bad.Reason != tt.reason || bad.Pos != tt.pos {
			t.Errorf("%.40q: got %v, want %s at %d", tt.expr, err, tt.reason, tt.pos)
		}
	}
}

func TestAnchors(t *testing.T) {
	for _, tt := range []struct {
		expr  string
		plain bool
		want  string // one that must be among the rows, one that must not
		not   string
	}{
		{"visa", true, "visa", ""},
		{"visa OR fee", true, "fee", ""},
		{"visa AND embassies", false, "embassi", "visa"},
		{"visa AND NOT embassies", false, "visa", "embassi"},
		{"(visa OR fee) AND lang:ar", false, "fee", "lg:ar"},
	} {
		e, err := search.ParseExpr(tt.expr, search.InARow)
		if err != nil {
			t.Fatal(err)
		}
		rows, plain := e.Anchors()
		has := func(w string) bool {
			return slices.ContainsFunc(rows, func(p search.Pattern) bool { return slices.Contains(p.Words, w) })
		}
		if plain != tt.plain || !has(tt.want) || tt.not != "" && has(tt.not) {
			t.Errorf("%s: got %v, plain %t", tt.expr, rows, plain)
		}
	}
}

// FuzzExpr wants every expression that is read to be answered alike by the
// engine and by the documents alone, and to survive being written and read.
func FuzzExpr(f *testing.F) {
	for _, s := range []string{
		"a AND b OR NOT c", `"a b"* AND (x NEAR/3 y)`, "lang:ar AND بغداد", "a NEAR b NEAR/2 c", "((a))", "a AND (b OR (c AND NOT (d OR e)))",
		`“new” NOT «york»`, "NOT NOT NOT york OR york", "外 AND 交", "#a_b AND x.y/z", "a（b）", "york NEAR/0 york", "\x00 AND \xff", "'a' AND \"",
	} {
		f.Add(s)
	}
	d := dbtest.SQLite(f, migrations()...)
	lite := fill(f, d)
	f.Fuzz(func(t *testing.T, s string) {
		for _, beside := range []search.Adjacency{search.InARow, search.AllThem} {
			e, err := search.ParseExpr(s, beside)
			if err != nil {
				var bad *search.SyntaxError
				if !errors.As(err, &bad) || bad.Pos < 1 {
					t.Fatalf("%q: %v", s, err)
				}
				continue
			}
			q := e.Query()
			if n := len(q.FTS5()) + len(q.TSQuery()); n > 1<<18 {
				t.Fatalf("%d bytes of expression for %d typed", n, len(s))
			}
			got, err := lite.Search(t.Context(), d.Reader(), q, search.Page{})
			if err != nil {
				t.Fatalf("%q: %v\n%s", s, err, q.FTS5())
			}
			if want := eachDoc(e); !strings.Contains(s, "NEAR") && !slices.Equal(got, append([]int64{}, want...)) {
				t.Fatalf("%q: the index finds %v, the documents %v", s, got, want)
			}
			again, err := search.ParseExpr(e.String(), search.InARow)
			if err != nil {
				t.Fatalf("%q is written as %q: %v", s, e, err)
			}
			if !slices.Equal(eachDoc(again), eachDoc(e)) {
				t.Fatalf("%q finds something else when written as %q", s, e)
			}
		}
	})
}
