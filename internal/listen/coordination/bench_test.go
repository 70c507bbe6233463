package coordination

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"sifara/internal/text/link"
)

// BenchmarkMillion finds the groups planted among a million posts over all
// behaviours, and says how right it is, in CPU seconds, with the most memory of
// the process (the posts of the benchmark itself included).
func BenchmarkMillion(b *testing.B) {
	w := newWorld(970_000, 9)
	runtime.GC()
	for b.Loop() {
		before := cpu()
		groups := detect(b, w.posts, Options{})
		b.ReportMetric((cpu() - before).Seconds(), "cpu-s")
		precision, recall, by := w.score(accountsOf(groups))
		b.ReportMetric(precision, "precision")
		b.ReportMetric(recall, "recall")
		b.Log(len(w.posts), "posts,", len(w.planted), "accounts in", w.groups, "groups; found", len(groups), by)
	}
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) == nil {
		b.ReportMetric(float64(u.Maxrss)/1024, "MiB-peak")
	}
}

// BenchmarkThresholds is the baseline on the smaller world: whoever met another
// at least so often within a minute is coordinated, as the defaults of the
// coordination-network-toolkit (1) and of CooRTweet (2) have it.
func BenchmarkThresholds(b *testing.B) {
	w := newWorld(100_000, 3)
	for _, least := range []int{1, 2, 3, 5} {
		b.Run(fmt.Sprint(least), func(b *testing.B) {
			for b.Loop() {
				precision, recall, _ := w.score(thresholds(w.posts, least))
				b.ReportMetric(precision, "precision")
				b.ReportMetric(recall, "recall")
			}
		})
	}
	b.Run("null models", func(b *testing.B) {
		for b.Loop() {
			precision, recall, _ := w.score(accountsOf(detect(b, w.posts, Options{})))
			b.ReportMetric(precision, "precision")
			b.ReportMetric(recall, "recall")
		}
	})
}

// thresholds counts meetings of pairs on reposts, links, replies, equal texts.
func thresholds(posts []Post, least int) (found []string) {
	by := map[string][]Post{}
	for _, p := range posts {
		for kind, key := range append([]string{p.Repost, p.Reply, p.Text}, p.Images...) {
			if key != "" {
				by[fmt.Sprint(kind, key)] = append(by[fmt.Sprint(kind, key)], p)
			}
		}
		for _, l := range p.Links {
			by["link"+link.Canonical(l)] = append(by["link"+link.Canonical(l)], p)
		}
	}
	met := map[[2]string]int{}
	for _, list := range by {
		slices.SortFunc(list, func(a, b Post) int { return cmp.Compare(a.At.Unix(), b.At.Unix()) })
		for i, p := range list {
			for _, q := range list[i+1:] {
				if q.At.Sub(p.At) > time.Minute {
					break
				}
				if p.Account != q.Account {
					met[[2]string{min(p.Account, q.Account), max(p.Account, q.Account)}]++
				}
			}
		}
	}
	for pair, n := range met {
		if n >= least {
			found = append(found, pair[0], pair[1])
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func cpu() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
