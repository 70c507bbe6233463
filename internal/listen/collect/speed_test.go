package collect

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
)

// cpuSeconds is what this process has used of the processors.
func cpuSeconds() float64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// BenchmarkParseFeed parses a feed of a hundred items with markup, as
// newspapers give them.
func BenchmarkParseFeed(b *testing.B) {
	var s strings.Builder
	s.WriteString(`<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>`)
	for i := range 100 {
		fmt.Fprintf(&s, `<item><guid>%d</guid><title>قالت الوزارة إن الاجتماع رقم %d انعقد</title><link>https://news.example/%d</link><pubDate>Mon, 01 Jun 2026 12:00:00 GMT</pubDate><description>&lt;p&gt;%s&lt;/p&gt;</description></item>`, i, i, i, strings.Repeat("The ministry said that talks would go on. ", 12))
	}
	s.WriteString(`</channel></rss>`)
	body := []byte(s.String())
	b.ReportAllocs()
	start := cpuSeconds()
	for b.Loop() {
		f, err := ParseFeed(body, "")
		if err != nil || len(f.Items) != 100 {
			b.Fatal(len(f.Items), err)
		}
	}
	b.ReportMetric(float64(100*b.N)/(cpuSeconds()-start), "items/cpu-s")
}
