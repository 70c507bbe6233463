package bench

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
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
// in the house. CPU seconds are those of client and server together.
//
//	go test ./test/bench -run - -bench StatementPage -benchtime 1x
func BenchmarkStatementPage(b *testing.B) {
	handler, path, stop := statementSite(b)
	defer stop()
	page := serveOn(b, handler)
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
				load(b, run.url, run.rate, 5*time.Second)
			}
		})
	}
}

// connections are how many clients ask at once.
const connections = 16

// load asks for a page and reports how fast it came. At a rate, the time is
// measured from when a request was due, so that waiting counts.
func load(b *testing.B, url string, rate int, length time.Duration) {
	b.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections, DisableCompression: true}}
	defer client.CloseIdleConnections()
	var next atomic.Int64
	times := make([][]time.Duration, connections)
	cpu, start := cpuSeconds(), time.Now()
	var group sync.WaitGroup
	for c := range connections {
		group.Go(func() {
			for {
				due := time.Now()
				if rate > 0 {
					due = start.Add(time.Duration(next.Add(1)-1) * time.Second / time.Duration(rate))
					time.Sleep(time.Until(due))
				}
				if due.Sub(start) >= length {
					return
				}
				if err := ask(client, url); err != nil {
					b.Error(err)
					return
				}
				times[c] = append(times[c], time.Since(due))
			}
		})
	}
	group.Wait()
	wall := time.Since(start).Seconds()
	all := slices.Concat(times...)
	slices.SortFunc(all, cmp.Compare)
	if len(all) == 0 {
		b.Fatal("nothing was answered")
	}
	at := func(share float64) float64 { return float64(all[int(share*float64(len(all)-1))].Microseconds()) / 1000 }
	b.ReportMetric(float64(len(all))/wall, "req/s")
	b.ReportMetric(at(.5), "p50-ms")
	b.ReportMetric(at(.99), "p99-ms")
	b.ReportMetric(cpuSeconds()-cpu, "cpu-s")
	b.ReportMetric(0, "ns/op")
}

func ask(client *http.Client, url string) error {
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Accept-Encoding", "br")
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
	res, err := client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, res.Status)
	}
	return nil
}

func cpuSeconds() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
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

// statementSite gives the public site of a ministry that has released one
// statement of usual length, and the statement's address.
func statementSite(b *testing.B) (http.Handler, string, func()) {
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
	proof, err := publish.NewPublicLog(house, keys, "https://example.test")
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
	m := releaseOne(b, svc)
	site := publishweb.AddSite(module.Module{}, publishweb.SiteOptions{Service: svc, Log: proof, Org: institution, Clock: now, Pages: web.NewCache(time.Minute), BaseURL: "https://example.test"})
	counting, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { defer close(done); svc.RunViews(counting) }()
	s := webtest.New(b, []fs.FS{publish.Locales(), org.Locales()}, site.Routes...)
	return s.Server.Handler(), "/ar/statements/" + m.Slug, func() { stop(); <-done }
}

// releaseOne walks a statement along its route.
func releaseOne(b *testing.B, svc *publish.Service) publish.Message {
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
	body := strings.Repeat("استقبل وزير الخارجية اليوم في بغداد نظيره، وبحث الجانبان العلاقات الثنائية وسبل تطويرها في المجالات كافة.\n\n", 12)
	m := must(svc.Create(as("writer", publish.MayDraft), publish.Beginning{ID: id.New(), Kind: publish.Statement, Sensitivity: publish.Routine, SourceLang: i18n.Arabic,
		Words: publish.Words{Title: "بيان عن زيارة العمل", Summary: "زيارة عمل ليومين.", Body: body}}))
	m = must(svc.Submit(as("writer", publish.MayDraft), m.ID, m.Hash))
	m = must(svc.Approve(as("reviewer", publish.MayReview), m.ID, publish.Judgement{Step: m.Step, Hash: m.Hash}))
	m = must(svc.Approve(as("clearer", publish.MayClear), m.ID, publish.Judgement{Step: m.Step, Hash: m.Hash}))
	return must(svc.Release(as("releaser", publish.MayRelease), m.ID, m.Hash))
}
