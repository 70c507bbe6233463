package search_test

import (
	"slices"
	"strings"
	"testing"

	"sifara/internal/db/dbtest"
	"sifara/internal/id"
	"sifara/internal/search"
)

func TestDocument(t *testing.T) {
	tests := []struct {
		name, lang, text string
		filters          []string
		want             string
	}{
		{"empty", "", "", nil, "is:doc"},
		{"words and filters", "en", "Ministers met", []string{"lg:en", "src:7"}, "minist met lg:en src:7 is:doc"},
		{"signs in a filter", "", "", []string{"c:Côte d'Ivoire", "bare", `q:"'\`}, "c:c_c3_b4te_20d_27ivoire x:bare q:_22_27_5c is:doc"},
		{"a second colon", "", "", []string{"url:a:b"}, "url:a_3ab is:doc"},
		{"filters cannot be forged", "", "lg:en is:doc", nil, "lg en is doc is:doc"},
	}
	for _, tt := range tests {
		if got := search.Document(tt.lang, tt.text, tt.filters...); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
	long := search.Document("", "", "k:"+strings.Repeat("x", 5000))
	if len(long) > 60 || long == search.Document("", "", "k:"+strings.Repeat("x", 5001)) {
		t.Errorf("long filter became %q", long)
	}
}

func TestVector(t *testing.T) {
	if got, want := search.Vector("a  b's a\\ is:doc"), `'a':1 'b''s':2 'a\\':3 'is:doc':4`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestTerms(t *testing.T) {
	got := search.Parse(`ministers -war vis* "new york" @someone`).With("lg:en").Terms()
	for _, want := range []string{"minist", "ministers", "vis*", "new", "york"} {
		if !slices.Contains(got, want) {
			t.Errorf("%q is not in %q", want, got)
		}
	}
	for _, bad := range []string{"war", "someone", "lg:en"} {
		if slices.Contains(got, bad) {
			t.Errorf("%q is in %q", bad, got)
		}
	}
}

func TestQueriesAreValues(t *testing.T) {
	base := search.Parse("x").With("a:1")
	one, two := base.With("b:2"), base.With("c:3")
	if strings.Contains(one.FTS5(), "c:3") || strings.Contains(two.FTS5(), "b:2") || strings.Contains(base.FTS5(), "2") {
		t.Errorf("%s, %s, %s", base.FTS5(), one.FTS5(), two.FTS5())
	}
	if !(search.Query{}).Empty() || base.Empty() || search.Parse("@x").Empty() {
		t.Error("Empty")
	}
}

func TestIDFromUUID(t *testing.T) {
	var last int64
	for range 2000 {
		n, err := search.IDFromUUID(id.New())
		if err != nil || n <= 0 {
			t.Fatal(n, err)
		}
		if n>>15 < last>>15 {
			t.Fatalf("%d after %d", n, last)
		}
		last = n
	}
	for _, bad := range []string{"", "x", "0190163d-8694-439b-aea5-966c26f8ad91", "0190163d-8694-739b-aea5-966c26f8ad9"} {
		if _, err := search.IDFromUUID(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

// FuzzParse runs what anyone may type on the real engines: no question is a
// syntax error, and none is slow to make.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`a OR b -c "d e`, `"`, `*`, `-`, `--a`, `a*b*`, `OR OR`, `"" ""*`, `a' OR 1=1 --`, `x NEAR y`, `{a b}:c`, `'\`, `a:*`, `&|!<->()`,
		"\x00\xff", "ال*", "外 -外", "#", "#a_b*", `-"a b"*`, "a | | b", strings.Repeat("a ", 2000), strings.Repeat(`"`, 500),
	} {
		f.Add(s)
	}
	d := dbtest.SQLite(f, migrations()...)
	lite := fill(f, d)
	f.Fuzz(func(t *testing.T, s string) {
		q := search.Parse(s)
		if n := len(q.FTS5()) + len(q.TSQuery()); n > 1<<18 {
			t.Fatalf("%d bytes of expression for %d typed", n, len(s))
		}
		for _, q := range []search.Query{q, q.With(s), q.Without(s)} {
			if _, err := lite.Search(t.Context(), d.Reader(), q, search.Page{}); err != nil {
				t.Fatalf("%q: %v\n%s", s, err, q.FTS5())
			}
		}
	})
}

// TestHostileQuestionsOnPostgres repeats the seeds of FuzzParse and more there.
func TestHostileQuestionsOnPostgres(t *testing.T) {
	d := dbtest.Postgres(t, migrations()...)
	ix := fill(t, d)
	signs := []string{`"`, "*", "-", "|", "OR", "'", `\`, "&", "!", "<->", "(", ")", ":", "a", "ال", "外", "#", "@", "\x00", "\xff", " ", "_", ".", "x.y/z", "'a", ":*"}
	for i := range signs {
		for j := range signs {
			for k := range signs {
				if (i+j+k)%3 != 0 {
					continue
				}
				s := signs[i] + signs[j] + " " + signs[k] + signs[j]
				q := search.Parse(s).Without(s)
				if _, err := ix.Search(t.Context(), d.Reader(), q, search.Page{}); err != nil {
					t.Fatalf("%q: %v\n%s", s, err, q.TSQuery())
				}
			}
		}
	}
}
