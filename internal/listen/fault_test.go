package listen

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/listen/burst"
	"sifara/internal/perm"
)

func TestAlarmRate(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		topic := Topic{ID: id.New(), Names: map[i18n.Lang]string{i18n.English: "Brussels"}, Terms: []string{"Brussels"}, MissionID: "mission-fr", Watched: true}
		if err := h.AddTopic(system(), topic); err != nil {
			t.Fatal(err)
		}
		as := func(mission string, p ...perm.Permission) context.Context {
			return perm.With(context.Background(), &perm.Actor{Kind: perm.Person, ID: "p", Grants: []perm.Grant{{Permissions: p, Scope: perm.InMission(mission)}}})
		}
		for _, x := range []struct {
			name, subject string
			rate          float64
			ctx           context.Context
			want          errs.Kind
		}{
			{"too few", topic.ID, 0, system(), errs.Invalid},
			{"too many", topic.ID, 31, system(), errs.Invalid},
			{"reader", topic.ID, 2, as("mission-fr", View), errs.Forbidden},
			{"other desk", topic.ID, 2, as("mission-be", View, ManageTopics), errs.NotFound},
			{"a family, as a desk", RateOfTags, 2, as("mission-fr", View, ManageTopics), errs.Forbidden},
			{"none", "x", 2, system(), errs.NotFound},
		} {
			if err := h.SetAlarmRate(x.ctx, x.subject, x.rate); errs.KindOf(err) != x.want {
				t.Errorf("%s: %v, want %v", x.name, err, x.want)
			}
		}
		for _, rate := range []float64{3, 0.05} {
			if err := h.SetAlarmRate(as("mission-fr", View, ManageTopics), topic.ID, rate); err != nil {
				t.Fatal(err)
			}
		}
		rates, err := h.AlarmRates(as("mission-be", View))
		if r := rates[topic.ID]; err != nil || r.Rate != 0.05 || r.Version != 2 || rateOf(rates, RateOfPlaces) != DefaultRate {
			t.Errorf("rates %+v, %v, want 0.05 set twice", rates, err)
		}
	})
}

// wire brings posts of agencies: every three hours one of each for thirty days,
// up to some time ago, so that the house knows what is usual.
func (h *house) wire(t testing.TB, until time.Time, agencies ...string) {
	t.Helper()
	for i, a := range agencies {
		var list []Incoming
		for at := now.AddDate(0, 0, -30).Add(time.Duration(i*50+7) * time.Minute); at.Before(until); at = at.Add(3 * time.Hour) {
			list = append(list, Incoming{At: at, Author: a + at.String(), Text: "quiet words of Brussels, " + a + at.String()})
		}
		h.hears(t, a, list...)
	}
}

func (h *house) hears(t testing.TB, source string, list ...Incoming) {
	t.Helper()
	if _, err := h.Receive(system(), source, list); err != nil {
		t.Fatal(err)
	}
}

// rush are posts in the last seconds.
func rush(n int, within time.Duration) (list []Incoming) {
	for i := range n {
		list = append(list, Incoming{At: now.Add(-within + time.Duration(i)*within/time.Duration(n)), Author: fmt.Sprint("b", i), Text: fmt.Sprint("Explosion in Brussels, report ", i)})
	}
	return list
}

func brussels(t testing.TB, h *house) Topic {
	t.Helper()
	topic := Topic{ID: id.New(), Names: map[i18n.Lang]string{i18n.English: "Brussels"}, Terms: []string{"Brussels"}, MissionID: "mission-fr", Watched: true}
	if err := h.AddTopic(system(), topic); err != nil {
		t.Fatal(err)
	}
	return topic
}

// TestWatch wants an explosion of posts told within the minute in which it
// began, once, with its reasons.
func TestWatch(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		brussels(t, h)
		h.wire(t, now, "a", "b", "c")
		if n, err := h.Watch(system()); n != 0 || err != nil {
			t.Fatalf("quiet: %d raised, %v", n, err)
		}
		for i, p := range rush(30, 40*time.Second) {
			h.hears(t, []string{"a", "b", "c"}[i%3], p)
		}
		for i, want := range []int{1, 0} {
			if n, err := h.Watch(system()); n != want || err != nil {
				t.Fatalf("look %d: %d raised, %v, want %d", i, n, err, want)
			}
		}
		list, err := h.OpenWarnings(system(), 100)
		if err != nil || len(list) != 1 {
			t.Fatalf("%d warnings, %v", len(list), err)
		}
		w := list[0]
		if w.Since.Std().Before(now.Add(-2*time.Minute)) || w.Observed < 30 || len(w.Evidence.Sources) != 3 {
			t.Errorf("warning %+v", w)
		}
		y := w.Evidence.Why
		if y == nil || y.Rate != DefaultRate || y.FalseAlarms > 1e-6 || y.Posts < 10 || y.High > 3 || y.UsualHour < 0.5 || y.UsualHour > 2 {
			t.Errorf("reasons %+v, want a post an hour as usual", y)
		}
	})
}

// TestOneSource wants what only one of several sources brings noted as its fault.
func TestOneSource(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		topic := brussels(t, h)
		h.wire(t, now, "a", "b", "c", "d")
		h.hears(t, "b", rush(40, 10*time.Minute)...)
		if n, err := h.Watch(system()); n != 0 || err != nil {
			t.Fatalf("%d raised, %v, want none", n, err)
		}
		list, err := h.Faults(system(), 10)
		if err != nil || len(list) != 1 || list[0].Kind != burst.OneSource || list[0].TopicID != topic.ID || list[0].SourceID == "" {
			t.Errorf("faults %+v, %v, want one of a single source", list, err)
		}
		other := perm.With(context.Background(), &perm.Actor{Kind: perm.Person, ID: "p", Grants: []perm.Grant{{Permissions: []perm.Permission{View}, Scope: perm.InMission("mission-be")}}})
		if list, err := h.Faults(other, 10); err != nil || len(list) != 0 {
			t.Errorf("another desk sees %+v, %v", list, err)
		}
	})
}

// TestSilence wants a feed that stops noted, unless it is a file or paused.
func TestSilence(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.wire(t, now, "steady")
		h.wire(t, now.AddDate(0, 0, -4), "broken", "file", "paused")
		err := d.Tx(context.Background(), func(ctx context.Context, tx bun.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE listen_source SET kind = CASE WHEN name = 'file' THEN kind ELSE ? END, paused = (name = 'paused')`, FeedSource)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := h.Watch(system()); err != nil {
				t.Fatal(err)
			}
		}
		list, err := h.Faults(system(), 10)
		if err != nil || len(list) != 1 || list[0].Kind != burst.Silent || list[0].Ended {
			t.Fatalf("faults %+v, %v, want the silence of one", list, err)
		}
		if src, err := h.Source(system(), list[0].SourceID); err != nil || src.Name != "broken" {
			t.Errorf("silent is %+v, %v", src, err)
		}
	})
}
