package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"sifara/internal/clock"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/perm"
)

// storeNumber is how many posts the store of these benchmarks holds.
// SIFARA_BENCH_STORE takes fewer, to try them.
const storeNumber = 2_400_000

// watchedTopics are frequent and rare, lists and expressions.
func watchedTopics() (list []listen.Topic) {
	for name, terms := range map[string][]string{
		"Police": {"police"}, "Trump": {"trump"}, "Iraq": {"Iraq", "العراق", "Ирак", "Baghdad", "بغداد"}, "Refugees": {"refugees", "migrants", "беженцы", "Flüchtlinge"},
		"Attacks": {"(attack OR теракт OR shooting) AND (isis OR police OR Brussels OR paris)"}, "Rare": {"embassy NEAR/5 (closed OR attack)"},
	} {
		list = append(list, listen.Topic{ID: id.New(), Names: map[i18n.Lang]string{i18n.English: name}, Terms: terms})
	}
	return list
}

// BenchmarkTopicPage imports the posts again and again, each time as those of
// another source, until the store is full, and then reads what the page of a
// topic shows, for every topic and period, looks for bursts in all of it, and
// takes looks of the live detector. Wanted: p95 of a page below 300 ms, of
// searches below 50 ms, memory below 2 GiB.
func BenchmarkTopicPage(b *testing.B) {
	number := storeNumber
	if n, err := strconv.Atoi(os.Getenv("SIFARA_BENCH_STORE")); err == nil && n > 0 {
		number = n
	}
	path := posts(b)
	ctx := perm.With(context.Background(), perm.SystemActor("bench"))
	dir := b.TempDir()
	c := clock.At(time.Now())
	s, store := listenService(b, dir, c)
	topics := watchedTopics()
	for _, t := range topics {
		if err := s.AddTopic(ctx, t); err != nil {
			b.Fatal(err)
		}
	}
	before := serverCPU(b, store)
	var stored int64
	var cpu float64
	for i := 0; stored < int64(number); i++ {
		report, err := s.Import(ctx, listen.ImportOptions{Path: path, Source: fmt.Sprint("source ", i), Rejects: filepath.Join(dir, "rejects")})
		if err != nil {
			b.Fatal(err)
		}
		stored, cpu = stored+report.Stored, cpu+report.CPUSeconds
	}
	server := (serverCPU(b, store) - before) * 1e6 / float64(stored)
	settle(b, store)
	b.Logf("%d posts, %.1f CPU µs in the program, %.1f in the server of the database, %.0f bytes a post", stored, cpu*1e6/float64(stored), server, float64(sizeOf(b, store))/float64(stored))
	first, last, err := s.Extent(ctx)
	if err != nil {
		b.Fatal(err)
	}
	to := last.Add(time.Hour)
	b.Run("detect", func(b *testing.B) {
		for range b.N {
			began := processorTime()
			raised, err := s.Detect(ctx, first, to)
			if err != nil {
				b.Fatal(err)
			}
			took := processorTime() - began
			b.Logf("%d warnings raised", raised)
			b.ReportMetric(took.Seconds()*1e6/float64(stored), "cpu-µs/post")
			b.ReportMetric(0, "ns/op")
		}
	})
	b.Run("watch", func(b *testing.B) {
		for range b.N {
			b.ReportMetric(0, "ns/op")
			watchPast(ctx, b, s, c, first, last)
		}
	})
	c.Set(time.Now())
	for name, days := range map[string]int{"week": 7, "month": 30, "quarter": 91, "year": 364} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				var took durations
				for round := range 6 {
					for _, t := range topics {
						began := time.Now()
						if err := topicPage(ctx, s, t.ID, to.AddDate(0, 0, -days), to); err != nil {
							b.Fatal(err)
						}
						if d := time.Since(began); round > 0 {
							took = append(took, d)
						}
					}
				}
				b.ReportMetric(took.at(.5), "p50-ms")
				b.ReportMetric(took.at(.95), "p95-ms")
				b.ReportMetric(0, "ns/op")
			}
		})
	}
	plain, filtered := questions()
	b.Run("search", func(b *testing.B) {
		for range b.N {
			var took durations
			for round := range 4 {
				for _, q := range append(plain, filtered...) {
					began := time.Now()
					if _, err := s.Search(ctx, q.house); err != nil {
						b.Fatal(err)
					}
					if d := time.Since(began); round > 0 {
						took = append(took, d)
					}
				}
			}
			b.ReportMetric(took.at(.5), "p50-ms")
			b.ReportMetric(took.at(.95), "p95-ms")
			b.ReportMetric(0, "ns/op")
		}
	})
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.Logf("memory taken from the system: %d MiB", m.Sys>>20)
}

// watchLooks is how many looks of the live detector are measured.
const watchLooks = 200

// watchPast takes looks of the live detector, one every half minute as the house
// does, in ten stretches from the second half of the posts' time.
func watchPast(ctx context.Context, b *testing.B, s *listen.Service, c *clock.Manual, first, last time.Time) {
	var looks durations
	var cpu time.Duration
	middle := first.Add(last.Sub(first) / 2)
	for stretch := range 10 {
		c.Set(middle.Add(last.Sub(middle) * time.Duration(stretch) / 10))
		for range watchLooks / 10 {
			c.Advance(30 * time.Second)
			began, used := time.Now(), processorTime()
			if _, err := s.Watch(ctx); err != nil {
				b.Fatal(err)
			}
			looks, cpu = append(looks, time.Since(began)), cpu+processorTime()-used
		}
	}
	b.ReportMetric(looks.at(.5), "p50-ms")
	b.ReportMetric(looks.at(.95), "p95-ms")
	b.ReportMetric(cpu.Seconds()*1e3/watchLooks, "cpu-ms/look")
}

// processorTime is the CPU time that this process has taken.
func processorTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// topicPage reads what the page of a topic shows.
func topicPage(ctx context.Context, s *listen.Service, topic string, from, to time.Time) error {
	for _, of := range []string{topic, ""} {
		if _, err := s.Volume(ctx, of, from, to, 24*time.Hour); err != nil {
			return err
		}
	}
	if _, err := s.Volume(ctx, topic, from.Add(from.Sub(to)), from, to.Sub(from)); err != nil {
		return err
	}
	if _, _, err := s.Warnings(ctx, listen.WarningFilter{TopicID: topic, Limit: 50}); err != nil {
		return err
	}
	f, err := s.Facets(ctx, topic, from, to)
	if err != nil {
		return err
	}
	if _, err := s.TopicSources(ctx, f); err != nil {
		return err
	}
	since := to.Add(-min(7*24*time.Hour, to.Sub(from)/2))
	if _, err := s.TopicWords(ctx, topic, since, to, 20); err != nil {
		return err
	}
	if _, err := s.TopicStories(ctx, topic, from, to, 6); err != nil {
		return err
	}
	_, err = s.Mentions(ctx, listen.MentionQuery{TopicID: topic})
	return err
}
