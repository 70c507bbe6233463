package bench

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/listen"
	"sifara/internal/perm"
	"sifara/internal/vault"
)

// listenService gives a service with databases of the benchmark's own, and its
// store.
func listenService(tb testing.TB, dir string, c clock.Clock) (*listen.Service, *db.DB) {
	tb.Helper()
	ctx := context.Background()
	house := openDatabase(tb, dir, "house", db.Options{})
	store := openDatabase(tb, dir, "listen", db.Options{Relaxed: true})
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
	return listen.New(listen.Deps{DB: house, Store: store, Log: slog.New(slog.DiscardHandler), Clock: c, Audit: audit.New(house, c), Vault: v}), store
}

// BenchmarkListenImport imports the posts to searchable. Wanted: at least
// 8,000 posts/s, at least 0.5 of the bare loop. What the command needs beside
// is measured by BenchmarkHouse/import.
func BenchmarkListenImport(b *testing.B) {
	path := posts(b)
	ctx := perm.With(context.Background(), perm.SystemActor("bench"))
	for b.Loop() {
		dir := b.TempDir()
		s, store := listenService(b, dir, clock.System{})
		before := serverCPU(b, store)
		report, err := s.Import(ctx, listen.ImportOptions{Path: path, Rejects: filepath.Join(dir, "rejects")})
		if err != nil {
			b.Fatal(err)
		}
		server := serverCPU(b, store) - before
		bare := bareLoop(b, path, dir)
		rate := float64(report.Read) / report.Seconds
		b.ReportMetric(rate, "posts/s")
		b.ReportMetric(bare.rate(), "bare-posts/s")
		b.ReportMetric(rate/bare.rate(), "of-bare")
		b.ReportMetric(report.CPUSeconds*1e6/float64(report.Read), "cpu-µs/post")
		if store.Engine() == db.Postgres {
			b.ReportMetric(server*1e6/float64(report.Read), "server-cpu-µs/post")
		}
		b.ReportMetric(bare.cpu*1e6/float64(bare.rows), "bare-cpu-µs/post")
		b.Logf("%+v; bare %d rows in %s", report, bare.rows, bare.took)
	}
}

// question is one search, as the house is asked and as the bare tables are.
type question struct {
	house listen.SearchQuery
	match string // in FTS5's language
	where string // further conditions on bare_post
}

// questions are asked of the posts: words that are frequent, rare and absent,
// in three scripts, alone and with filters.
func questions() (plain, filtered []question) {
	from, to := time.Date(2016, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(2016, 4, 1, 0, 0, 0, 0, time.UTC)
	for _, t := range []struct{ text, match string }{
		{"Brussels", "Brussels"}, {"police", "police"}, {"Trump", "Trump"}, {"Путин", "Путин"}, {"#news", "news"},
		{"Iraq OR العراق", "Iraq OR العراق"}, {`"breaking news"`, `"breaking news"`}, {"syri*", "syri*"}, {"the", "the"},
		{"refugees -Germany", "refugees NOT Germany"}, {"qzxv", "qzxv"}, {"police shooting chicago", "police shooting chicago"},
		{"Исламское государство", "Исламское государство"}, {"isis attack", "isis attack"},
	} {
		plain = append(plain, question{listen.SearchQuery{Text: t.text}, t.match, ""})
		filtered = append(filtered,
			question{listen.SearchQuery{Text: t.text, Langs: []string{"en"}, From: from, To: to}, t.match, ` AND p.lang = 'English' AND p.time >= '2016-03-01' AND p.time < '2016-04-01'`},
			question{listen.SearchQuery{Text: t.text, Langs: []string{"ru"}}, t.match, ` AND p.lang = 'Russian'`},
			question{listen.SearchQuery{Text: t.text, Country: "US", To: from}, t.match, ` AND p.country = 'United States' AND p.time < '2016-03-01'`},
			question{listen.SearchQuery{Text: t.text, Langs: []string{"de", "ar"}, Country: "AE"}, t.match, ` AND p.lang IN ('German', 'Arabic') AND p.country = 'United Arab Emirates'`})
	}
	return plain, filtered
}

// BenchmarkListenSearch searches the posts, newest first, and asks the bare
// tables the same in the same run. Wanted: p95 below 20 ms, with filters below
// 60 ms. Every question is asked once before the time is taken.
func BenchmarkListenSearch(b *testing.B) {
	path := posts(b)
	ctx := perm.With(context.Background(), perm.SystemActor("bench"))
	dir := b.TempDir()
	s, store := listenService(b, dir, clock.System{})
	if _, err := s.Import(ctx, listen.ImportOptions{Path: path, Rejects: filepath.Join(dir, "rejects")}); err != nil {
		b.Fatal(err)
	}
	settle(b, store)
	bare := bareLoop(b, path, dir)
	house := func(q question) error {
		_, err := s.Search(ctx, q.house)
		return err
	}
	plain, filtered := questions()
	for _, c := range []struct {
		name      string
		questions []question
		ask       func(question) error
	}{{"plain/bare", plain, bare.search}, {"plain/house", plain, house}, {"filtered/bare", filtered, bare.search}, {"filtered/house", filtered, house}} {
		b.Run(c.name, func(b *testing.B) {
			for range b.N {
				var took durations
				for round := range 11 {
					for _, q := range c.questions {
						began := time.Now()
						if err := c.ask(q); err != nil {
							b.Fatal(err)
						}
						d := time.Since(began)
						if round > 0 {
							took = append(took, d)
						}
						if os.Getenv("SIFARA_BENCH_VERBOSE") != "" {
							b.Logf("%s %s%s", d, q.match, q.where)
						}
					}
				}
				b.ReportMetric(took.at(.5), "p50-ms")
				b.ReportMetric(took.at(.95), "p95-ms")
				b.ReportMetric(0, "ns/op")
			}
		})
	}
}
