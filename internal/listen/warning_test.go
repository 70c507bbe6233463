package listen

import (
	"context"
	"fmt"
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
		list, err := h.OpenWarnings(ctx, 100)
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
		if own, err := h.OpenWarnings(paris, 100); err != nil || len(own) != 1 || own[0].ID != w.ID {
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
