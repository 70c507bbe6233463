package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

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
// topic shows, for every topic and period. Wanted: p95 below 300 ms, searches
// below 50 ms, memory below 2 GiB.
func BenchmarkTopicPage(b *testing.B) {
	number := storeNumber
	if n, err := strconv.Atoi(os.Getenv("SIFARA_BENCH_STORE")); err == nil && n > 0 {
		number = n
	}
	path := posts(b)
	ctx := perm.With(context.Background(), perm.SystemActor("bench"))
	dir := b.TempDir()
	s, store := listenService(b, dir)
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
	_, last, err := s.Extent(ctx)
	if err != nil {
		b.Fatal(err)
	}
	to := last.Add(time.Hour)
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
