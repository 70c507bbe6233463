package publish

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sifara/internal/db/dbtest"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
)

// onEngines runs a benchmark in a house on each engine.
func onEngines(b *testing.B, run func(b *testing.B, h *house)) {
	b.Run("sqlite", func(b *testing.B) { run(b, build(b, dbtest.SQLite(b, schema()...))) })
	b.Run("postgres", func(b *testing.B) { run(b, build(b, dbtest.Postgres(b, schema()...))) })
}

// BenchmarkClearance takes a message in two languages through a routine route:
// created, translated, submitted, reviewed, cleared, released. Of the record, the
// events and the jobs everything is written; of the public log nothing.
func BenchmarkClearance(b *testing.B) {
	body := strings.Repeat("استقبل وزير الخارجية اليوم نظيره، وبحث الجانبان العلاقات. ", 20)
	onEngines(b, func(b *testing.B, h *house) {
		began := usedCPU(b)
		for b.Loop() {
			m := h.must(h.Create(as(b, writer), Beginning{ID: id.New(), MissionID: paris, Kind: Statement, Sensitivity: Routine, SourceLang: i18n.Arabic, Words: Words{Title: "بيان عن الزيارة", Body: body}}))
			src, _ := m.Source()
			m = h.must(h.Write(as(b, writer), m.ID, i18n.English, Edit{Words: Words{Title: "Statement on the visit", Body: strings.Repeat("The minister visited Paris today. ", 30)}, SourceHash: src.Hash}))
			m = h.must(h.Submit(as(b, writer), m.ID, m.Hash))
			m = h.must(h.Approve(as(b, reviewer), m.ID, Judgement{Step: 0, Hash: m.Hash}))
			m = h.must(h.Approve(as(b, clearer), m.ID, Judgement{Step: 1, Hash: m.Hash}))
			if m = h.must(h.Release(as(b, releaser), m.ID, m.Hash)); m.State != StateReleased {
				b.Fatalf("it is %s", m.State)
			}
		}
		b.ReportMetric(float64((usedCPU(b)-began).Microseconds())/float64(b.N), "cpu-µs/message")
	})
}

// BenchmarkPause has two nodes send over eight goroutines each, every sending a
// millisecond, and pauses everything on one. It measures from the act to its
// confirmation, and fails when anything is sent after that.
func BenchmarkPause(b *testing.B) {
	onEngines(b, func(b *testing.B, h *house) {
		other := build(b, h.db)
		ctx, end := context.WithCancel(b.Context())
		var gates sync.WaitGroup
		for _, n := range []*house{h, other} {
			gates.Go(func() { n.RunGate(ctx) })
		}
		defer gates.Wait()
		defer end()
		var took []time.Duration
		var sent, late atomic.Int64
		for b.Loop() {
			took = append(took, pauseOnce(b, h, other, &sent, &late))
		}
		if late.Load() > 0 {
			b.Fatalf("%d sendings after a pause was confirmed", late.Load())
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "median-ms")
		b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "most-ms")
		b.ReportMetric(float64(sent.Load())/float64(b.N), "sendings/pause")
		b.ReportMetric(0, "ns/op")
	})
}

func pauseOnce(b *testing.B, h, other *house, sent, late *atomic.Int64) time.Duration {
	var confirmed atomic.Bool
	var work sync.WaitGroup
	for _, n := range []*house{h, other} {
		for range 8 {
			work.Go(func() {
				for {
					err := n.Pass(b.Context(), About{MissionID: paris}, func(context.Context) error {
						time.Sleep(time.Millisecond)
						if sent.Add(1); confirmed.Load() {
							late.Add(1)
						}
						return nil
					})
					if errors.Is(err, ErrPaused) {
						return
					}
					if err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
	}
	time.Sleep(50 * time.Millisecond) // they are at it
	began := time.Now()
	p, err := h.Pause(perm.With(b.Context(), chief), Pause{Scope: PauseAll, Reason: "quake"})
	took := time.Since(began)
	confirmed.Store(true)
	if err != nil {
		b.Fatal(err)
	}
	work.Wait()
	h.resume(p)
	if err := h.queue.Drain(b.Context(), h.clock.Advance(time.Minute)); err != nil {
		b.Fatal(err)
	}
	return took
}
