package bench

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/listen"
	"sifara/internal/perm"
	"sifara/internal/vault"
)

// realPosts finds the file of real posts, or skips.
func realPosts(tb testing.TB) string {
	tb.Helper()
	dir := os.Getenv("SIFARA_TEST_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	path := filepath.Join(dir, "posts_2016h1.csv.gz")
	if _, err := os.Stat(path); err != nil {
		tb.Skipf("no real posts: %v", err)
	}
	return path
}

// listenService gives a service with databases in files of the benchmark.
func listenService(tb testing.TB, dir string) *listen.Service {
	tb.Helper()
	ctx := context.Background()
	house, err := db.Open(ctx, filepath.Join(dir, "house.db"), db.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { house.Close() })
	store, err := db.Open(ctx, filepath.Join(dir, "listen.db"), db.Options{Relaxed: true})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { store.Close() })
	if err := house.Migrate(ctx, true, audit.Migrations(), listen.Migrations()); err != nil {
		tb.Fatal(err)
	}
	if err := store.Migrate(ctx, false, listen.StoreMigrations()); err != nil {
		tb.Fatal(err)
	}
	keys := filepath.Join(dir, "keys")
	v, err := vault.Open(keys)
	if err != nil {
		if v, err = vault.Create(keys); err != nil {
			tb.Fatal(err)
		}
	}
	c := clock.System{}
	return listen.New(listen.Deps{DB: house, Store: store, Log: slog.New(slog.DiscardHandler), Clock: c, Audit: audit.New(house, c), Vault: v})
}

// bareLoop is what the import is measured against: the same rows, read and
// stored by multi-row INSERTs with FTS5's own tokenizer, nothing else.
func bareLoop(tb testing.TB, path, dir string) (rows int, took time.Duration) {
	tb.Helper()
	ctx := context.Background()
	d, err := db.Open(ctx, filepath.Join(dir, "bare.db"), db.Options{Relaxed: true})
	if err != nil {
		tb.Fatal(err)
	}
	defer d.Close()
	w := d.Writer().DB
	for _, q := range []string{
		`CREATE TABLE bare_post (id INTEGER PRIMARY KEY, time TEXT, author TEXT, lang TEXT, country TEXT, followers TEXT, text TEXT)`,
		`CREATE VIRTUAL TABLE bare_words USING fts5(text, content='', contentless_delete=1)`,
	} {
		if _, err := w.ExecContext(ctx, q); err != nil {
			tb.Fatal(err)
		}
	}
	began := time.Now()
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	r := csv.NewReader(z)
	r.ReuseRecord = false
	if _, err := r.Read(); err != nil {
		tb.Fatal(err)
	}
	const many = 100
	posts := "INSERT INTO bare_post VALUES (?,?,?,?,?,?,?)" + strings.Repeat(",(?,?,?,?,?,?,?)", many-1)
	words := "INSERT INTO bare_words (rowid, text) VALUES (?,?)" + strings.Repeat(",(?,?)", many-1)
	for end := false; !end; {
		tx, err := w.BeginTx(ctx, nil)
		if err != nil {
			tb.Fatal(err)
		}
		for range 40 {
			var a, b []any
			for len(b) < 2*many {
				rec, err := r.Read()
				if err == io.EOF {
					end = true
					break
				}
				if err != nil {
					tb.Fatal(err)
				}
				rows++
				a = append(a, rows, rec[0], rec[1], rec[2], rec[3], rec[7], rec[11])
				b = append(b, rows, rec[11])
			}
			if end {
				break // the last rows of less than a hundred
			}
			if _, err := tx.ExecContext(ctx, posts, a...); err != nil {
				tb.Fatal(err)
			}
			if _, err := tx.ExecContext(ctx, words, b...); err != nil {
				tb.Fatal(err)
			}
		}
		if err := tx.Commit(); err != nil {
			tb.Fatal(err)
		}
	}
	return rows, time.Since(began)
}

// peakRSS is the largest memory of this process so far, in megabytes.
func peakRSS() float64 {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.SplitSeq(string(b), "\n") {
		var kb float64
		if n, _ := fmt.Sscanf(line, "VmHWM: %f kB", &kb); n == 1 {
			return kb / 1000
		}
	}
	return 0
}

// BenchmarkListenImport imports the real posts to searchable. Wanted: at least
// 8,000 posts/s, at least 0.5 of the bare loop, less than 400 MB.
func BenchmarkListenImport(b *testing.B) {
	path := realPosts(b)
	ctx := perm.With(context.Background(), perm.SystemActor("bench"))
	for b.Loop() {
		dir := b.TempDir()
		s := listenService(b, dir)
		report, err := s.Import(ctx, listen.ImportOptions{Path: path, Rejects: filepath.Join(dir, "rejects")})
		if err != nil {
			b.Fatal(err)
		}
		rss := peakRSS()
		rows, bare := bareLoop(b, path, dir)
		rate := float64(report.Read) / report.Seconds
		b.ReportMetric(rate, "posts/s")
		b.ReportMetric(rate/(float64(rows)/bare.Seconds()), "of-bare")
		b.ReportMetric(report.CPUSeconds*1e6/float64(report.Read), "cpu-µs/post")
		b.ReportMetric(rss, "peak-MB")
		b.Logf("%+v; bare %d rows in %s", report, rows, bare)
	}
}

// BenchmarkListenSearch searches the real posts, newest first. Wanted: p95
// below 20 ms, with filters below 60 ms.
func BenchmarkListenSearch(b *testing.B) {
	path := realPosts(b)
	ctx := perm.With(context.Background(), perm.SystemActor("bench"))
	s := listenService(b, b.TempDir())
	if _, err := s.Import(ctx, listen.ImportOptions{Path: path, Rejects: filepath.Join(b.TempDir(), "rejects")}); err != nil {
		b.Fatal(err)
	}
	texts := []string{"Brussels", "police", "Trump", "Путин", "#news", "Iraq OR العراق", `"breaking news"`, "syri*", "the", "refugees -Germany", "qzxv", "police shooting chicago", "Исламское государство", "isis attack"}
	from, to := time.Date(2016, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(2016, 4, 1, 0, 0, 0, 0, time.UTC)
	plain, filtered := []listen.SearchQuery{}, []listen.SearchQuery{}
	for _, t := range texts {
		plain = append(plain, listen.SearchQuery{Text: t})
		filtered = append(filtered, listen.SearchQuery{Text: t, Langs: []string{"en"}, From: from, To: to},
			listen.SearchQuery{Text: t, Langs: []string{"ru"}}, listen.SearchQuery{Text: t, Country: "US", To: from}, listen.SearchQuery{Text: t, Langs: []string{"de", "ar"}, Country: "AE"})
	}
	for _, c := range []struct {
		name    string
		queries []listen.SearchQuery
	}{{"plain", plain}, {"filtered", filtered}} {
		b.Run(c.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				for _, q := range c.queries {
					began := time.Now()
					if _, err := s.Search(ctx, q); err != nil {
						b.Fatal(err)
					}
					d := time.Since(began)
					took = append(took, d)
					if os.Getenv("SIFARA_BENCH_VERBOSE") != "" {
						b.Logf("%s %+v", d, q)
					}
				}
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
		})
	}
}
