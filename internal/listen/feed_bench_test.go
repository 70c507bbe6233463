package listen

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"sifara/internal/db/dbtest"
	"sifara/internal/fetch"
	"sifara/internal/id"
)

// BenchmarkFeed takes feeds of two hundred new items the whole way: asked over
// loopback, parsed, identified, classified, stored, indexed and counted. Wanted:
// at least 5,000 items a CPU-second. The server's time counts too, that of
// unpacking the models does not.
func BenchmarkFeed(b *testing.B) {
	const items = 200
	round := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		var s strings.Builder
		s.WriteString(`<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><link>https://news.example/</link>`)
		for i := range items {
			fmt.Fprintf(&s, `<item><guid>%d-%d</guid><title>Harbour news %d of round %d</title><description>&lt;p&gt;The embassy in city %d said on day %d that the new procedure for passports begins next month; what is needed stands on its site.&lt;/p&gt;</description><pubDate>%s</pubDate><link>https://news.example/%d/%d</link></item>`,
				round, i, i, round, i*7, round, now.Add(-time.Duration(i)*time.Minute).Format(time.RFC1123Z), round, i)
		}
		s.WriteString(`</channel></rss>`)
		fmt.Fprint(w, s.String())
	}))
	defer server.Close()
	client, err := fetch.New(fetch.Options{Allow: []string{"127.0.0.0/8"}})
	if err != nil {
		b.Fatal(err)
	}
	h := newHouse(b, dbtest.SQLite(b, all()...), func(d *Deps) { d.Fetch = client })
	src := Source{ID: id.New(), Name: "News", URL: server.URL, Every: 15}
	if err := h.AddSource(system(), src); err != nil {
		b.Fatal(err)
	}
	stored := 0
	poll := func() {
		round++
		n, err := h.PollNow(system(), src.ID)
		if err != nil {
			b.Fatal(err)
		}
		stored += n
	}
	poll() // the first one unpacks the models
	began := processorTime()
	for b.Loop() {
		poll()
	}
	took := processorTime() - began
	if stored != items*round {
		b.Fatalf("%d items stored of %d", stored, items*round)
	}
	b.ReportMetric(float64(stored-items)/took.Seconds(), "items/cpu-s")
}

func processorTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
