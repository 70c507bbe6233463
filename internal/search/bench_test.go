package search_test

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"testing"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/search"
)

// posts reads texts of the test data that is not part of the repository.
func posts(b *testing.B, n int) (texts []string) {
	dir := os.Getenv("SIFARA_TEST_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(dir, "posts_2016h1.csv.gz"))
	if err != nil {
		b.Skip("no test data: set SIFARA_TEST_DATA to a directory with posts_2016h1.csv.gz")
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		b.Fatal(err)
	}
	r := csv.NewReader(z)
	head, err := r.Read()
	if err != nil {
		b.Fatal(err)
	}
	col := 0
	for i, name := range head {
		if name == "content" || name == "text" {
			col = i
		}
	}
	for len(texts) < n {
		row, err := r.Read()
		if err != nil {
			break
		}
		texts = append(texts, row[col])
	}
	return texts
}

func add(b *testing.B, d *db.DB, from int, texts []string) search.Index {
	ix := search.New(table)
	const step = 1000
	for i := 0; i < len(texts); i += step {
		err := d.Tx(b.Context(), func(ctx context.Context, tx bun.Tx) error {
			var entries []search.Entry
			for j := i; j < min(i+step, len(texts)); j++ {
				entries = append(entries, search.Entry{ID: int64(from + j + 1), Words: search.Document("en", texts[j], "lg:en", "src:1")})
			}
			return ix.Add(ctx, tx, entries...)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return ix
}

func BenchmarkDocument(b *testing.B) {
	texts := posts(b, 20000)
	for i := 0; b.Loop(); i++ {
		search.Document("en", texts[i%len(texts)], "lg:en", "src:1")
	}
}

// each runs a benchmark on both engines.
func each(b *testing.B, run func(b *testing.B, d *db.DB)) {
	b.Run("sqlite", func(b *testing.B) { run(b, dbtest.SQLite(b, migrations()...)) })
	b.Run("postgres", func(b *testing.B) { run(b, dbtest.Postgres(b, migrations()...)) })
}

// BenchmarkFill makes real posts searchable; one operation is 1,000 posts in a
// transaction.
func BenchmarkFill(b *testing.B) {
	texts := posts(b, 100000)
	each(b, func(b *testing.B, d *db.DB) {
		n := 0
		for b.Loop() {
			at := n * 1000 % (len(texts) - 1000)
			add(b, d, n*1000, texts[at:at+1000])
			n++
		}
		b.ReportMetric(float64(n*1000)/b.Elapsed().Seconds(), "posts/s")
	})
}

// BenchmarkSearch asks 100,000 real posts.
func BenchmarkSearch(b *testing.B) {
	texts := posts(b, 100000)
	each(b, func(b *testing.B, d *db.DB) {
		ix := add(b, d, 0, texts)
		if d.Engine() == db.Postgres {
			if _, err := d.Writer().Exec("ANALYZE " + table); err != nil {
				b.Fatal(err)
			}
		}
		for _, x := range []struct {
			label string
			q     search.Query
		}{
			{"word", search.Parse("trump")}, {"rare", search.Parse("baghdad embassy")}, {"filtered", search.Parse("police").With("lg:en")},
			{"prefix", search.Parse("negotiat*")}, {"phrase", search.Parse(`"white house"`)}, {"exclusion", search.Parse("-the")},
			{"nothing", search.Parse("qqqq the")}, {"common and rare", search.Parse("the ambassador").With("lg:en", "src:1")},
		} {
			b.Run(x.label, func(b *testing.B) {
				for b.Loop() {
					if _, err := ix.Search(b.Context(), d.Reader(), x.q, search.Page{}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	})
}
