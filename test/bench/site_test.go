package bench

import (
	"context"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sifara/internal/audit"
	"sifara/internal/blob"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/event"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/jobs"
	"sifara/internal/module"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/publishweb"
	"sifara/internal/vault"
	"sifara/internal/web"
	"sifara/internal/web/webtest"
)

// BenchmarkStatementPage asks for one public statement over loopback, as fast
// as it goes and at 500 requests a second, and the same bytes from a bare
// handler in the same run. The readings are counted and stored meanwhile, as
// in the house. Client and server are one process here, which profiles well
// (-cpuprofile); BenchmarkHouse/statement asks the program itself.
//
//	go test ./test/bench -run '^$' -bench StatementPage -benchtime 1x
func BenchmarkStatementPage(b *testing.B) {
	s := newSite(b)
	m := s.release(b, "بيان عن زيارة العمل", strings.Repeat("استقبل وزير الخارجية اليوم في بغداد نظيره، وبحث الجانبان العلاقات الثنائية وسبل تطويرها في المجالات كافة.\n\n", 12))
	handler, stop := s.handler(b)
	defer stop()
	page, path := serveOn(b, handler), "/ar/statements/"+m.Slug
	body := fetchOnce(b, page+path)
	bare := serveOn(b, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Encoding", "br")
		_, _ = w.Write(body)
	}))
	for _, run := range []struct {
		name, url string
		rate      int // requests a second; zero is as many as possible
	}{{"max/bare", bare + path, 0}, {"max/page", page + path, 0}, {"500/bare", bare + path, 500}, {"500/page", page + path, 500}} {
		b.Run(run.name, func(b *testing.B) {
			for range b.N {
				load(b, asking{url: run.url, rate: run.rate, clients: 16, pid: os.Getpid()})
			}
		})
	}
}

func fetchOnce(b *testing.B, url string) []byte {
	b.Helper()
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "br")
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || res.Header.Get("Content-Encoding") != "br" {
		b.Fatalf("%s: %s, %v", url, res.Status, err)
	}
	return body
}

// serveOn serves on a loopback address until the benchmark ends.
func serveOn(b *testing.B, h http.Handler) string {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: time.Second}
	go func() { _ = srv.Serve(l) }()
	b.Cleanup(func() { srv.Close() })
	return "http://" + l.Addr().String()
}

// site is the publishing part of a ministry, in this process.
type site struct {
	svc         *publish.Service
	proof       *publish.PublicLog
	institution *org.Service
	clock       clock.Clock
	db          *db.DB
}

// newSite gives the site of a ministry that has released nothing.
func newSite(b *testing.B) site {
	b.Helper()
	ctx := context.Background()
	dir := b.TempDir()
	must := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	house, err := db.Open(ctx, filepath.Join(dir, "house.db"), db.Options{})
	must(err)
	b.Cleanup(func() { house.Close() })
	must(house.Migrate(ctx, true, audit.Migrations(), org.Migrations(), publish.Migrations()))
	keys, err := vault.Create(filepath.Join(dir, "keys"))
	must(err)
	blobs, err := blob.Open(filepath.Join(dir, "blobs"))
	must(err)
	log, now := slog.New(slog.DiscardHandler), clock.System{}
	queue, live, record := jobs.New(house, log), event.NewLive(house, log), audit.New(house, now)
	proof, err := publish.NewPublicLog(house, keys, clock.System{}, "https://example.test")
	must(err)
	svc := publish.New(publish.Deps{DB: house, Log: log, Clock: now, Audit: record, Bus: event.NewBus(queue), Live: live, Queue: queue, Blobs: blobs, Proof: proof})
	institution := org.New(org.Deps{DB: house, Log: log, Clock: now, Audit: record, Live: live})
	system := perm.With(ctx, perm.SystemActor("bench"))
	must(institution.SyncRoles(system, append(org.Permissions(), publish.Permissions()...)))
	all := func(s string) org.Names {
		return org.Names{i18n.Arabic: s, i18n.Sorani: s, i18n.Kurmanji: s, i18n.English: s}
	}
	_, err = institution.Setup(system, org.MinistrySpec{
		Ministry: org.Ministry{Names: all("Ministry"), City: all("Baghdad"), Country: "IQ", TimeZone: "Asia/Baghdad", Weekend: []time.Weekday{5, 6}, Languages: i18n.Langs},
		First:    org.Person{Name: "First", Post: all("Head"), Email: "first@mofa.example", Language: i18n.Arabic},
	})
	must(err)
	return site{svc, proof, institution, now, house}
}

// handler serves the public pages; readings are counted until stop.
func (s site) handler(b *testing.B) (h http.Handler, stop func()) {
	b.Helper()
	pages := publishweb.AddSite(module.Module{}, publishweb.SiteOptions{Service: s.svc, Log: s.proof, Org: s.institution, Clock: s.clock, Pages: web.NewCache(time.Minute), BaseURL: "https://example.test"})
	counting, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); s.svc.RunViews(counting) }()
	server := webtest.New(b, []fs.FS{publish.Locales(), org.Locales()}, pages.Routes...)
	return server.Server.Handler(), func() { cancel(); <-done }
}

// release walks a statement in Arabic along its route.
func (s site) release(b *testing.B, title, body string) publish.Message {
	b.Helper()
	as := func(name string, p ...perm.Permission) context.Context {
		return perm.With(context.Background(), webtest.Official(name, perm.Everywhere(), append(p, publish.MayView)...))
	}
	must := func(m publish.Message, err error) publish.Message {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
		return m
	}
	m := must(s.svc.Create(as("writer", publish.MayDraft), publish.Beginning{ID: id.New(), Kind: publish.Statement, Sensitivity: publish.Routine, SourceLang: i18n.Arabic,
		Words: publish.Words{Title: title, Summary: "زيارة عمل ليومين.", Body: body}}))
	m = must(s.svc.Submit(as("writer", publish.MayDraft), m.ID, m.Hash))
	m = must(s.svc.Approve(as("reviewer", publish.MayReview), m.ID, publish.Judgement{Step: m.Step, Hash: m.Hash}))
	m = must(s.svc.Approve(as("clearer", publish.MayClear), m.ID, publish.Judgement{Step: m.Step, Hash: m.Hash}))
	return must(s.svc.Release(as("releaser", publish.MayRelease), m.ID, m.Hash))
}
