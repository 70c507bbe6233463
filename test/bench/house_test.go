package bench

import (
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
)

// BenchmarkHouse measures the program as it is run: with the demonstration's
// data, then with all posts in the listening store. What it is compared with
// is a bare Go server that writes the same bytes, or /healthz of the same
// server, in the same run.
//
//	make build && go test ./test/bench -run '^$' -bench House -benchtime 1x
func BenchmarkHouse(b *testing.B) {
	info, err := os.Stat(binary(b))
	if err != nil {
		b.Fatal(err)
	}
	b.Run("binary", func(b *testing.B) {
		b.ReportMetric(float64(info.Size())/1e6, "MB")
		b.ReportMetric(0, "ns/op")
	})
	data := filepath.Join(b.TempDir(), "data")
	sifara(b, data, "demo", "reset")
	body := []byte(strings.Repeat("bare ", 3000))
	b.Run("start/bare", func(b *testing.B) { startOften(b, func() *server { return startBare(b, body) }) })
	b.Run("start/demonstration", func(b *testing.B) { startOften(b, func() *server { return startHouse(b, data) }) })
	b.Run("idle/bare", func(b *testing.B) { idle(b, startBare(b, body)) })
	b.Run("idle/demonstration", func(b *testing.B) { idle(b, startHouse(b, data)) })

	h := startHouse(b, data)
	b.Run("statement", func(b *testing.B) { statement(b, h) })
	b.Run("console", func(b *testing.B) { console(b, h) })
	b.Run("idle/used", func(b *testing.B) { idle(b, h) })
	h.stop(b)

	full := filepath.Join(b.TempDir(), "full")
	b.Run("import", func(b *testing.B) {
		for range b.N {
			importInto(b, data, full)
		}
	})
	if _, err := os.Stat(full); err != nil {
		return // the import was not asked for
	}
	b.Run("start/posts", func(b *testing.B) { startOften(b, func() *server { return startHouse(b, full) }) })
	b.Run("idle/posts", func(b *testing.B) { idle(b, startHouse(b, full)) })
	h = startHouse(b, full)
	b.Run("full", func(b *testing.B) { console(b, h) })
	h.stop(b)
}

// startOften reports the median time from start to first answer.
func startOften(b *testing.B, begin func() *server) {
	for range b.N {
		var took durations
		for range 5 {
			s := begin()
			took = append(took, s.first)
			s.stop(b)
		}
		b.ReportMetric(took.at(.5), "ms")
		b.ReportMetric(took.at(1), "longest-ms")
		b.ReportMetric(0, "ns/op")
	}
}

// idle reports the memory of a server that was left alone for 20 seconds, and
// the CPU time it needs for nothing.
func idle(b *testing.B, s *server) {
	const alone = 20 * time.Second
	for range b.N {
		before := processOf(b, s.pid)
		wait := min(alone, 4*length()) // 20 s when nobody asked for shorter
		time.Sleep(wait)
		after := processOf(b, s.pid)
		b.ReportMetric(after.resident, "MB")
		b.ReportMetric(after.anonymous, "anon-MB")
		b.ReportMetric(100*(after.cpu-before.cpu)/wait.Seconds(), "cpu-%")
		b.ReportMetric(0, "ns/op")
	}
}

// statement asks for the newest Arabic statement, compressed, as readers do.
func statement(b *testing.B, h *server) {
	path := link(b, h, "/ar/statements", `main a[href^="/ar/statements/"]`)
	bare := startBare(b, fetchOnce(b, h.base+path))
	defer bare.stop(b)
	for _, run := range []struct {
		name string
		on   *server
		rate int
	}{{"max/bare", bare, 0}, {"max/page", h, 0}, {"500/bare", bare, 500}, {"500/page", h, 500}} {
		b.Run(run.name, func(b *testing.B) {
			for range b.N {
				load(b, asking{url: run.on.base + path, rate: run.rate, clients: 16, pid: run.on.pid})
			}
		})
	}
}

// consoleRate is how often the console's pages are asked for in a second:
// five hundred officials who each open a page every ten seconds.
const consoleRate = 50

// console asks for pages with long lists, signed in as somebody who sees all.
func console(b *testing.B, h *server) {
	cookie := signIn(b, h)
	for _, page := range []struct{ name, path, cookie string }{
		{"healthz", "/healthz", ""}, {"messages", "/console/messages", cookie}, {"inbox", "/console/inbox", cookie}, {"listen", "/console/listen", cookie},
		{"search", "/console/listen/search?q=police", cookie},
	} {
		for _, way := range []struct {
			name          string
			rate, clients int
		}{{"50", consoleRate, 8}, {"max", 0, 4}} {
			b.Run(page.name+"/"+way.name, func(b *testing.B) {
				for range b.N {
					load(b, asking{url: h.base + page.path, cookie: page.cookie, rate: way.rate, clients: way.clients, pid: h.pid})
				}
			})
		}
	}
}

// signIn gives the cookie of a signed-in head of the digital-diplomacy unit.
func signIn(b *testing.B, h *server) string {
	b.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	res, err := client.Get(h.base + "/console/signin")
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	doc, err := goquery.NewDocumentFromReader(res.Body)
	if err != nil {
		b.Fatal(err)
	}
	person, ok := doc.Find(`button[data-role="unit_head"]`).Attr("value")
	if !ok {
		var roles []string
		doc.Find(`button[data-role]`).Each(func(_ int, s *goquery.Selection) { roles = append(roles, s.AttrOr("data-role", "")) })
		b.Fatalf("the demonstration lets nobody in as unit_head, but as %s", roles)
	}
	req, err := http.NewRequest(http.MethodPost, h.base+"/console/signin/demo", strings.NewReader(url.Values{"person": {person}}.Encode()))
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", h.base)
	if res, err = client.Do(req); err != nil {
		b.Fatal(err)
	}
	res.Body.Close()
	base, err := url.Parse(h.base + "/console")
	if err != nil {
		b.Fatal(err)
	}
	var pairs []string
	for _, c := range jar.Cookies(base) {
		pairs = append(pairs, c.String())
	}
	return strings.Join(pairs, "; ")
}

// link gives where the first link of a page leads.
func link(b *testing.B, h *server, path, selector string) string {
	b.Helper()
	res, err := http.Get(h.base + path)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	doc, err := goquery.NewDocumentFromReader(res.Body)
	if err != nil {
		b.Fatal(err)
	}
	href, ok := doc.Find(selector).First().Attr("href")
	if !ok {
		b.Fatalf("%s has no %s", path, selector)
	}
	return href
}

// importInto imports the posts by command into a copy of the demonstration and
// reports its figures.
func importInto(b *testing.B, data, copied string) {
	b.Helper()
	if err := os.RemoveAll(copied); err != nil {
		b.Fatal(err)
	}
	// With its permissions: the house refuses keys that others can read.
	if out, err := exec.Command("cp", "-a", data, copied).CombinedOutput(); err != nil {
		b.Fatalf("copy the demonstration: %v %s", err, out)
	}
	out, peak := sifara(b, copied, "listen", "import", posts(b), "--quiet", "--json", "--rejects", filepath.Join(b.TempDir(), "rejects"))
	var report struct {
		Read       int
		Seconds    float64
		CPUSeconds float64 `json:"cpu_seconds"`
	}
	if err := json.Unmarshal(out, &report); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(report.Read)/report.Seconds, "posts/s")
	b.ReportMetric(report.CPUSeconds*1e6/float64(report.Read), "cpu-µs/post")
	b.ReportMetric(peak, "peak-MB")
	b.ReportMetric(0, "ns/op")
}
