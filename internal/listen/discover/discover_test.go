package discover

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/perm"
	"sifara/internal/search"
	"sifara/internal/vault"
)

var now = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

func system() context.Context {
	return perm.With(context.Background(), perm.SystemActor("test"))
}

func service(t *testing.T, d *db.DB) *Service {
	t.Helper()
	v, err := vault.Create(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	c := clock.At(now)
	a := audit.New(d, c)
	l := listen.New(listen.Deps{DB: d, Store: d, Log: slog.New(slog.DiscardHandler), Clock: c, Audit: a, Vault: v})
	return New(Deps{DB: d, Clock: c, Audit: a, Listen: l})
}

// say has a text posted n times, with a word changed each time.
func say(t *testing.T, s *Service, at time.Time, n int, text string) {
	t.Helper()
	var posts []listen.Incoming
	for i := range n {
		posts = append(posts, listen.Incoming{At: at.Add(time.Duration(i) * time.Minute), ID: fmt.Sprint(text, i), Lang: "en", Text: fmt.Sprint(text, " n", i)})
	}
	if got, err := s.Listen.Receive(system(), "wire", posts); err != nil || got != n {
		t.Fatalf("%d of %d posts, %v", got, n, err)
	}
}

func TestClusters(t *testing.T) {
	dbtest.Each(t, []db.Migrations{audit.Migrations(), listen.Migrations(), listen.StoreMigrations()}, func(t *testing.T, d *db.DB) {
		s, ctx := service(t, d), system()
		if err := s.Look(ctx); err != nil {
			t.Fatal("an empty store", err)
		}
		at := now.Add(-30 * time.Hour)
		say(t, s, at, 5, "Cholera outbreak reported in the northern camps, doctors ask for clean water")
		say(t, s, at, 4, "Doctors fear the cholera outbreak spreads from camps to the northern city")
		say(t, s, at, 6, "The national football team wins the regional cup final after extra time")
		say(t, s, at, 3, "Cup final won by the football team: fans of the national side celebrate extra late")
		say(t, s, at, 2, "A rare bird was photographed by a ranger at the quiet lake yesterday morning")
		for range 2 {
			if err := s.Look(ctx); err != nil {
				t.Fatal(err)
			}
		}
		list, err := s.Clusters(ctx, 20)
		if err != nil || len(list) != 2 {
			t.Fatalf("%d clusters, %v, want cholera and football", len(list), err)
		}
		for _, c := range list {
			if c.Stories != 2 || c.Posts != 9 || len(c.Largest) != 2 || len(c.Watched) != 0 {
				t.Errorf("%s: %d stories of %d posts, %d shown", c.Title(), c.Stories, c.Posts, len(c.Largest))
			}
		}
		i := slices.IndexFunc(list, func(f Found) bool { return strings.Contains(f.Largest[0].Lead.Text, "holera") })
		cholera := list[i]
		terms := cholera.Terms()
		if len(terms) == 0 {
			t.Fatal("no term is proposed")
		}
		for _, term := range terms {
			if _, err := search.ParseExpr(term, search.InARow); err != nil {
				t.Errorf("proposed %q: %v", term, err)
			}
		}
		// As a topic it counts the stories, and the list says so.
		topic := listen.Topic{ID: id.New(), Names: map[i18n.Lang]string{i18n.English: cholera.Title()}, Terms: terms}
		if err := s.Listen.AddTopic(ctx, topic); err != nil {
			t.Fatal(err)
		}
		// More posts of a story are added to its cluster.
		say(t, s, at.Add(time.Hour), 7, "Cholera outbreak reported in the northern camps, doctors ask for clean water now")
		if err := s.Look(ctx); err != nil {
			t.Fatal(err)
		}
		if list, err = s.Clusters(ctx, 20); err != nil || len(list) != 2 || list[1].Posts != 16 || len(list[1].Watched) != 1 {
			t.Errorf("after a topic was made: %+v, %v", list, err)
		}
		nobody := perm.With(context.Background(), &perm.Actor{})
		if err := s.Dismiss(nobody, list[0].ID); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a stranger dismisses: %v", err)
		}
		if err := s.Dismiss(ctx, list[0].ID); err != nil {
			t.Fatal(err)
		}
		if list, err = s.Clusters(ctx, 20); err != nil || len(list) != 1 {
			t.Errorf("after one was dismissed: %d, %v", len(list), err)
		}
		// A fortnight later they are forgotten.
		c := s.Clock.(*clock.Manual)
		c.Advance(20 * 24 * time.Hour)
		say(t, s, now.Add(17*24*time.Hour), 3, "An altogether different matter of grain prices and harvest taxes appears")
		if err := s.Look(ctx); err != nil {
			t.Fatal(err)
		}
		n, err := d.Reader().NewSelect().Model((*Cluster)(nil)).Count(ctx)
		if err != nil || n != 1 {
			t.Errorf("%d clusters, %v, want the new one", n, err)
		}
	})
}

func TestClustersAreBounded(t *testing.T) {
	b := &book{byID: map[string]*Cluster{}, told: map[int64]*told{}, changed: map[*Cluster]bool{}}
	r := newRarity(nil)
	for i := range 500 {
		w := []listen.Word{{Key: fmt.Sprint("a", i)}, {Key: fmt.Sprint("b", i)}}
		b.take(listen.Story{ID: int64(i + 1), Posts: int64(i), Last: now}, w, r)
	}
	c := b.clusters[0]
	for i := range 200 {
		c.join([]listen.Word{{Key: fmt.Sprint("w", i)}}, listen.Story{}, r)
	}
	if len(c.Words) != keptWords {
		t.Errorf("%d words", len(c.Words))
	}
}
