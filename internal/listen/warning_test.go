package listen

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/event"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
)

// TestSurprise compares the bound of the tail with the tail itself, summed term
// by term: it may say a little less, never more.
func TestSurprise(t *testing.T) {
	for _, mean := range []float64{0.3, 2, 10, 80} {
		for _, times := range []float64{1.2, 3, 10, 40} {
			k := int64(mean*times) + 1
			r := 1 / 0.2
			q := mean / (mean + r)
			term, tail := math.Pow(1-q, r), 0.0
			for x := int64(0); x < k+5000; x++ {
				if x >= k {
					tail += term
				}
				term *= q * (float64(x) + r) / float64(x+1)
			}
			got, want := surprise(k, mean, 0.2), -math.Log10(tail)
			if got > want+1e-6 || got < want-0.6 {
				t.Errorf("surprise(%d, %v) = %.3f, want a little below %.3f", k, mean, got, want)
			}
		}
	}
	if got := surprise(3, 3, 0.2); got != 0 {
		t.Errorf("as expected: %v, want 0", got)
	}
}

// TestQuietSeries wants no alarm in a year of ordinary, over-dispersed counts.
func TestQuietSeries(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	alarms := 0
	for range 20 {
		counts := make([]int64, 90*24)
		for i := range counts {
			rate := 6 * (1 + 0.8*float64(i%24)/24) * (0.6 + 0.8*r.Float64())
			for x := r.ExpFloat64(); x < rate; x += r.ExpFloat64() {
				counts[i]++
			}
		}
		alarms += len(episodes(counts, 0, len(counts), topicThreshold))
	}
	if alarms > 1 {
		t.Errorf("%d alarms in 20 quiet series of 90 days, want at most 1", alarms)
	}
}

// quietThenBurst writes four weeks of a few posts a day and a burst of 60 posts
// in two hours.
func quietThenBurst(t testing.TB, country string) (path string, burst time.Time) {
	t.Helper()
	var b strings.Builder
	b.WriteString("time,author,text,country\n")
	start := now.AddDate(0, 0, -30)
	for i := range 28 * 8 {
		fmt.Fprintf(&b, "%s,a%d,quiet words of Brussels number %d,%s\n", start.Add(time.Duration(i)*3*time.Hour).Format(time.RFC3339), i, i, country)
	}
	burst = now.Add(-5 * time.Hour).Truncate(time.Hour)
	for i := range 60 {
		fmt.Fprintf(&b, "%s,b%d,Explosion in Brussels airport reported by many %d,%s\n", burst.Add(time.Duration(i)*2*time.Minute).Format(time.RFC3339), i, i, country)
	}
	path = filepath.Join(t.TempDir(), "burst.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, burst
}

func TestWarning(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ctx := system()
		heard := []WarningRaised{}
		event.On(h.bus, "test", func(_ context.Context, e WarningRaised) error {
			heard = append(heard, e)
			return nil
		})
		topic := Topic{ID: id.New(), Names: map[i18n.Lang]string{i18n.English: "Brussels"}, Terms: []string{"Brussels"}, Countries: []string{"BE"}, MissionID: "mission-fr", Watched: true}
		if err := h.AddTopic(ctx, topic); err != nil {
			t.Fatal(err)
		}
		path, burst := quietThenBurst(t, "BE")
		if _, err := h.Import(ctx, ImportOptions{Path: path}); err != nil {
			t.Fatal(err)
		}
		h.drain(t)
		list, err := h.OpenWarnings(ctx)
		if err != nil || len(list) != 2 || len(heard) != 2 {
			t.Fatalf("%d warnings, %d events, %v, want 2: of the topic and of the desk of Belgium", len(list), len(heard), err)
		}
		desk := map[string]Warning{}
		for _, w := range list {
			desk[w.MissionID] = w
		}
		w := desk["mission-fr"]
		if w.Since != db.At(burst) || w.Observed != 60 || w.Times() < 5 || w.Evidence.Authors != 60 || len(w.Evidence.Posts) == 0 || w.Evidence.Words[0].Posts < 50 {
			t.Errorf("warning %+v", w)
		}
		if be := desk["mission-be"]; be.Country != "BE" {
			t.Errorf("warning of the country %+v", be)
		}
		if n, err := h.Detect(ctx, now.AddDate(0, -1, 0), now); n != 0 || err != nil {
			t.Errorf("a second look raised %d, %v", n, err)
		}

		paris := perm.With(context.Background(), &perm.Actor{Kind: perm.Person, ID: "p", Grants: []perm.Grant{{Permissions: []perm.Permission{View, Warn}, Scope: perm.InMission("mission-fr")}}})
		if own, err := h.OpenWarnings(paris); err != nil || len(own) != 1 || own[0].ID != w.ID {
			t.Errorf("Paris sees %d, %v, want its own", len(own), err)
		}
		if n, err := h.CountOpen(paris); n != 1 || err != nil {
			t.Errorf("Paris counts %d, %v", n, err)
		}
		if _, err := h.Warning(paris, desk["mission-be"].ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("a foreign warning: %v, want NotFound", err)
		}
		if err := h.Dismiss(paris, w.ID, " "); errs.KindOf(err) != errs.Invalid {
			t.Errorf("no reason: %v, want Invalid", err)
		}
		if err := h.Acknowledge(paris, w.ID); err != nil {
			t.Fatal(err)
		}
		reader := perm.With(context.Background(), &perm.Actor{Kind: perm.Person, ID: "r", Grants: []perm.Grant{{Permissions: []perm.Permission{View}, Scope: perm.InMission("mission-fr")}}})
		if err := h.Dismiss(reader, w.ID, "not mine"); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("as a reader: %v, want Forbidden", err)
		}
		for range 2 {
			err := d.Tx(paris, func(ctx context.Context, tx bun.Tx) error { return h.MarkDecided(ctx, tx, w.ID, "decision") })
			if err != nil {
				t.Fatal(err)
			}
		}
		if w, err = h.Warning(ctx, w.ID); err != nil || w.State != WarningDecided || w.DecisionID != "decision" {
			t.Errorf("decided %+v, %v", w, err)
		}
		if err := h.Dismiss(paris, w.ID, "late"); errs.KindOf(err) != errs.Conflict {
			t.Errorf("late dismissal: %v, want Conflict", err)
		}
		f, err := h.Figures(ctx, now.AddDate(0, -2, 0), now.Add(time.Hour))
		if err != nil || f.Raised != 2 || f.Decided != 1 || f.Posts != 284 {
			t.Errorf("figures %+v, %v", f, err)
		}
	})
}
