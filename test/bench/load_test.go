package bench

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// asking is how a page is asked for.
type asking struct {
	url    string
	cookie string // of who is signed in; empty for a visitor
	rate   int    // requests a second; zero is as many as possible
	// clients ask at once, each for one page at a time.
	clients int
	pid     int // of the server, whose CPU time is told
}

// length is how long a page is asked for: SIFARA_BENCH_SECONDS, or 5 seconds.
func length() time.Duration {
	if s, err := strconv.ParseFloat(os.Getenv("SIFARA_BENCH_SECONDS"), 64); err == nil && s > 0 {
		return time.Duration(s * float64(time.Second))
	}
	return 5 * time.Second
}

// load asks for a page and reports how fast it came. At a rate, the time is
// measured from when a request was due, so that waiting counts.
func load(b *testing.B, a asking) {
	b.Helper()
	client := &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: a.clients, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	defer client.CloseIdleConnections()
	if err := a.ask(client); err != nil { // the page may have to be made first
		b.Fatal(err)
	}
	var next atomic.Int64
	times := make([]durations, a.clients)
	cpu, start, end := processOf(b, a.pid).cpu, time.Now(), length()
	var group sync.WaitGroup
	for c := range a.clients {
		group.Go(func() {
			for {
				due := time.Now()
				if a.rate > 0 {
					due = start.Add(time.Duration(next.Add(1)-1) * time.Second / time.Duration(a.rate))
					time.Sleep(time.Until(due))
				}
				if due.Sub(start) >= end {
					return
				}
				if err := a.ask(client); err != nil {
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
	if len(all) == 0 {
		b.Fatal("nothing was answered")
	}
	cpu = processOf(b, a.pid).cpu - cpu
	b.ReportMetric(float64(len(all))/wall, "req/s")
	b.ReportMetric(all.at(.5), "p50-ms")
	b.ReportMetric(all.at(.99), "p99-ms")
	b.ReportMetric(cpu, "cpu-s")
	b.ReportMetric(cpu*1e6/float64(len(all)), "cpu-µs/req")
	b.ReportMetric(0, "ns/op")
}

func (a asking) ask(client *http.Client) error {
	r, err := http.NewRequest(http.MethodGet, a.url, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Accept-Encoding", "br")
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
	if a.cookie != "" {
		r.Header.Set("Cookie", a.cookie)
	}
	res, err := client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", a.url, res.Status)
	}
	return nil
}

// durations are how long each of many acts took.
type durations []time.Duration

// at gives the duration, in milliseconds, within which a share of all acts was
// done. It sorts.
func (d durations) at(share float64) float64 {
	slices.Sort(d)
	return float64(d[int(share*float64(len(d)-1))].Microseconds()) / 1000
}
