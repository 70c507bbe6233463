package search_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"

	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/search"
)

const table = "try_words"

func migrations() []db.Migrations {
	return []db.Migrations{{Context: "try", FS: fstest.MapFS{
		"0001_words.sqlite.sql": {Data: []byte(search.Schema(dialect.SQLite, table))},
		"0001_words.pg.sql":     {Data: []byte(search.Schema(dialect.PG, table))},
	}}}
}

// doc is an indexed text of the tests; its id is its place in the list from 1.
type doc struct {
	lang, text string
	filters    []string
}

var docs = []doc{
	0: {"ar", "التقى وزير الخارجية نظيرَه في بغداد", []string{"lg:ar", "src:1"}},
	1: {"ar", "قرار ببغداد عن العلاقات العراقية #تحيا_العراق", []string{"lg:ar", "src:2"}},
	2: {"ckb", "حکومەتی کوردستان لە هەولێر", []string{"lg:ckb", "src:1"}},
	3: {"kmr", "Hikûmeta Kurdistanê li Hewlêrê", []string{"lg:kmr", "src:2"}},
	4: {"en", "The Minister's visit to Baghdad: negotiations on 12,500 visas https://www.mofa.gov.iq/a?b=c", []string{"lg:en", "src:1"}},
	5: {"en", "RT @someone: #BlackLivesMatter in New York, write to a.b@example.org", []string{"lg:en", "src:Daily News"}},
	6: {"fa", "سفیر ایران در بغداد می\u200cگوید", []string{"lg:fa"}},
	7: {"zh", "伊拉克外交部发言人", []string{"lg:zh"}},
	8: {"", "in the new city of York", nil},
}

func fill(t testing.TB, d *db.DB) search.Index {
	t.Helper()
	ix := search.New(table)
	err := d.Tx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		for i, x := range docs {
			e := search.Entry{ID: int64(i + 1), Words: search.Document(x.lang, x.text, x.filters...)}
			if err := ix.Put(ctx, tx, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ix
}

func TestSearch(t *testing.T) {
	tests := []struct {
		name string
		q    search.Query
		want []int64
	}{
		{"bare word finds particle and article", search.Parse("بغداد"), []int64{7, 2, 1}},
		{"article in the question", search.Parse("الوزير"), []int64{1}},
		{"wa and article", search.Parse("والعراق"), []int64{2}},
		{"vowel signs", search.Parse("وَزِيرُ"), []int64{1}},
		{"Persian letters for Arabic words", search.Parse("خارجیه"), []int64{1}},
		{"Sorani with Arabic kaf and a plain suffix", search.Parse("حكومەت"), []int64{3}},
		{"Kurmanji without its letters", search.Parse("hikumet kurdistan"), []int64{4}},
		{"English inflection", search.Parse("ministers negotiation"), []int64{5}},
		{"Arabic digits", search.Parse("١٢٥٠٠"), []int64{5}},
		{"two words, any order", search.Parse("York new"), []int64{9, 6}},
		{"phrase", search.Parse(`"new york"`), []int64{6}},
		{"curly phrase", search.Parse(`“New York”`), []int64{6}},
		{"phrase with particle", search.Parse(`"بغداد عن العلاقات"`), []int64{2}},
		{"phrase in Sorani", search.Parse(`"حکومەت کوردستان"`), []int64{3}},
		{"prefix", search.Parse("negotiat*"), []int64{5}},
		{"prefix of an Arabic word", search.Parse("الخارج*"), []int64{1}},
		{"exclusion", search.Parse("york -new"), nil},
		{"exclusion of a phrase", search.Parse(`york -"new york"`), []int64{9}},
		{"only an exclusion", search.Parse("-york").With("lg:en"), []int64{5}},
		{"only an exclusion, all documents", search.Parse("-baghdad -بغداد -york"), []int64{8, 4, 3}},
		{"or", search.Parse("visit OR هەولێر"), []int64{5, 3}},
		{"or binds tighter", search.Parse("visit | york new"), []int64{9, 6}},
		{"hashtag", search.Parse("#blacklivesmatter"), []int64{6}},
		{"hashtag is not its word", search.Parse("#العراق"), nil},
		{"word inside a hashtag", search.Parse("lives"), []int64{6}},
		{"word of a hashtag", search.Parse("تحيا"), []int64{2}},
		{"host", search.Parse("mofa.gov.iq"), []int64{5}},
		{"host as address", search.Parse("https://mofa.gov.iq/xyz"), []int64{5}},
		{"path is not searchable", search.Parse("b=c"), nil},
		{"handle is not searchable", search.Parse("someone"), nil},
		{"handle with at finds nothing", search.Parse("@someone"), nil},
		{"mail is not searchable", search.Parse("a.b@example.org"), nil},
		{"Chinese", search.Parse("外交部"), []int64{8}},
		{"one Chinese character", search.Parse("外"), []int64{8}},
		{"filter", search.Parse("").With("lg:ar"), []int64{2, 1}},
		{"filter case and signs", search.Query{}.With("src:daily news"), []int64{6}},
		{"two filters", search.Query{}.With("lg:ar", "src:2"), []int64{2}},
		{"any filter", search.Query{}.WithAny("lg:kmr", "lg:ckb"), []int64{4, 3}},
		{"any of no filters", search.Parse("بغداد").WithAny(), nil},
		{"without filter", search.Parse("بغداد").Without("lg:ar"), []int64{7}},
		{"user cannot type a filter", search.Parse("lg:ar"), nil},
		{"user cannot type the mark of every document", search.Parse("is:doc"), nil},
		{"empty", search.Parse("  "), []int64{9, 8, 7, 6, 5, 4, 3, 2, 1}},
		{"engine syntax is only text", search.Parse(`NEAR(visit baghdad) AND ^visit {words}:visit`), nil},
		{"engine operators in a quotation", search.Parse(`"visit' & !baghdad"`), nil},
		{"unfinished quotation", search.Parse(`"visit to`), []int64{5}},
		{"only signs", search.Parse(`"" * - ' \ ) (`), nil},
	}
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB) {
		ix := fill(t, d)
		for _, tt := range tests {
			got, err := ix.Search(t.Context(), d.Reader(), tt.q, search.Page{})
			if err != nil {
				t.Errorf("%s: %v", tt.name, err)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("%s: got %v, want %v\nfts5 %s\ntsquery %s", tt.name, got, tt.want, tt.q.FTS5(), tt.q.TSQuery())
			}
			n, err := ix.Count(t.Context(), d.Reader(), tt.q, 100)
			if err != nil || n != len(tt.want) {
				t.Errorf("%s: count %d, %v", tt.name, n, err)
			}
		}
	})
}

func TestPages(t *testing.T) {
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB) {
		ix := fill(t, d)
		var all []int64
		for p := (search.Page{Limit: 2}); ; {
			ids, err := ix.Search(t.Context(), d.Reader(), search.Parse("بغداد"), p)
			if err != nil {
				t.Fatal(err)
			}
			if len(ids) == 0 {
				break
			}
			all = append(all, ids...)
			p.Before = ids[len(ids)-1]
		}
		if want := []int64{7, 2, 1}; !slices.Equal(all, want) {
			t.Errorf("got %v, want %v", all, want)
		}
		if n, err := ix.Count(t.Context(), d.Reader(), search.Query{}, 4); n != 4 || err != nil {
			t.Errorf("bounded count is %d, %v", n, err)
		}
	})
}

func TestPutReplacesAndDeleteRemoves(t *testing.T) {
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB) {
		ix := fill(t, d)
		find := func(q string) []int64 {
			ids, err := ix.Search(t.Context(), d.Reader(), search.Parse(q), search.Page{})
			if err != nil {
				t.Fatal(err)
			}
			return ids
		}
		err := d.Tx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
			if err := ix.Put(ctx, tx, search.Entry{ID: 9, Words: search.Document("en", "Mosul")}); err != nil {
				return err
			}
			return ix.Delete(ctx, tx, 6, 777)
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := find("york"); len(got) != 0 {
			t.Errorf("york still finds %v", got)
		}
		if got := find("mosul"); !slices.Equal(got, []int64{9}) {
			t.Errorf("mosul finds %v", got)
		}
		if got := find("-مستحيل"); len(got) != 8 {
			t.Errorf("documents left: %v", got)
		}
		if err := ix.Add(t.Context(), d.Writer(), search.Entry{ID: 1000, Words: search.Document("en", "Basra")}); err != nil {
			t.Fatal(err)
		}
		if got := find("basra"); !slices.Equal(got, []int64{1000}) {
			t.Errorf("basra finds %v", got)
		}
	})
}

func TestMatchInsideOwnSelect(t *testing.T) {
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB) {
		ix := fill(t, d)
		if _, err := d.Writer().Exec("CREATE TABLE try_row (id TEXT PRIMARY KEY, words_id BIGINT NOT NULL UNIQUE)"); err != nil {
			t.Fatal(err)
		}
		for i := range docs {
			if _, err := d.Writer().Exec("INSERT INTO try_row VALUES (?, ?)", fmt.Sprint("row", i+1), i+1); err != nil {
				t.Fatal(err)
			}
		}
		cond, args := ix.Match(d.Reader(), "words_id", search.Parse("بغداد").Without("lg:fa"))
		var got []string
		if err := d.Reader().NewSelect().Table("try_row").Column("id").Where(cond, args...).Order("words_id").Scan(t.Context(), &got); err != nil {
			t.Fatal(err)
		}
		if want := []string{"row1", "row2"}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

func TestLongDocument(t *testing.T) {
	var b strings.Builder
	for i := range 60000 {
		fmt.Fprintf(&b, "word%d ", i)
	}
	words := search.Document("en", b.String(), "lg:en", "src:9")
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB) {
		ix := search.New(table)
		if err := ix.Put(t.Context(), d.Writer(), search.Entry{ID: 5, Words: words}); err != nil {
			t.Fatal(err)
		}
		for _, q := range []search.Query{search.Parse("word17"), search.Query{}.With("src:9")} {
			if got, err := ix.Search(t.Context(), d.Reader(), q, search.Page{}); err != nil || len(got) != 1 {
				t.Errorf("%s: %v, %v", q.FTS5(), got, err)
			}
		}
	})
}

// TestTokensSurvive stores every character that a token may hold and asks for it.
func TestTokensSurvive(t *testing.T) {
	var words []string
	for r := rune('!'); r < 0x3000; r++ {
		words = append(words, "x"+string(r)+"y")
	}
	for r := rune(0x1F300); r < 0x1F340; r++ {
		words = append(words, "x"+string(r)+"y")
	}
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB) {
		ix := search.New(table)
		var entries []search.Entry
		for i, w := range words {
			entries = append(entries, search.Entry{ID: int64(i + 1), Words: search.Document("de", w)})
		}
		if err := ix.Add(t.Context(), d.Writer(), entries...); err != nil {
			t.Fatal(err)
		}
		for i, w := range words {
			if i%7 != 0 && i > 700 {
				continue
			}
			q := search.Parse(`"` + w + `"`)
			if len(q.Terms()) == 0 {
				continue // the sign begins a handle or ends the quotation
			}
			// Many signs end a word: their entries hold the same words. Only what is
			// found next before the one behind it counts.
			got, err := ix.Search(t.Context(), d.Reader(), q, search.Page{Before: int64(i + 2), Limit: 1})
			if err != nil {
				t.Fatalf("%q: %v", w, err)
			}
			if !slices.Equal(got, []int64{int64(i + 1)}) {
				t.Errorf("%q (%s) is not found, document %q", w, q.FTS5(), entries[i].Words)
			}
		}
	})
}
