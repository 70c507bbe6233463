package publish

import (
	"strings"
	"sync"
	"testing"
	"time"

	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/i18n"
)

func TestViewsAreCountedOnceAcrossNodes(t *testing.T) {
	dbtest.Each(t, schema(), func(t *testing.T, d *db.DB) {
		c := clock.At(day)
		one, two := New(Deps{DB: d, Clock: c}), New(Deps{DB: d, Clock: c})
		var group sync.WaitGroup
		for n, s := range []*Service{one, two} {
			group.Go(func() {
				for round := range 5 {
					for i := range 100 {
						s.Count(View{MissionID: paris, MessageID: "m", Lang: i18n.Arabic, Kind: PageView, Visitor: uint64(n*1000 + i)},
							View{MissionID: paris, Kind: PageView, Visitor: uint64(n*1000 + i), Again: true},
							View{MissionID: paris, MessageID: string(rune('a' + (i+round)%7)), Lang: i18n.English, Kind: PageView, Visitor: 1})
					}
					if err := s.FlushViews(t.Context()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		got, err := one.MessageFigures(t.Context(), "m", "unread")
		if err != nil {
			t.Fatal(err)
		}
		if r := got["m"]; r.Views != 1000 || r.Readers < 196 || r.Readers > 204 || len(got) != 1 {
			t.Errorf("got %+v, want 1000 views by about 200 readers of one message", got)
		}
		site, err := two.SiteFigures(t.Context(), Span{From: db.At(day.Truncate(24 * time.Hour))}, paris)
		if err != nil || site.Views != 2000 || site.Readers < 196 || site.Readers > 204 {
			t.Errorf("site: got %+v, %v; want 2000 views by about 200 readers", site, err)
		}
		if none, err := two.SiteFigures(t.Context(), Span{}, ""); err != nil || none.Views != 0 {
			t.Errorf("the ministry's own: got %+v, %v; want none", none, err)
		}
	})
}

func TestFeedReaders(t *testing.T) {
	dbtest.Each(t, schema(), func(t *testing.T, d *db.DB) {
		c := clock.At(day)
		s := New(Deps{DB: d, Clock: c})
		for range 3 { // days
			s.Count(View{Kind: FeedView, Lang: i18n.Arabic, Visitor: 1}, View{Kind: FeedView, Lang: i18n.Arabic, Visitor: 2, Again: true},
				View{Kind: FeedView, Lang: i18n.Arabic, Subscribers: 40, Aggregator: "feedly"}, View{Kind: FeedView, Lang: i18n.Arabic, Subscribers: 42, Aggregator: "feedly"})
			if err := s.FlushViews(t.Context()); err != nil {
				t.Fatal(err)
			}
			c.Advance(24 * time.Hour)
		}
		sites, err := s.EachSite(t.Context(), Span{})
		if err != nil || len(sites) == 0 {
			t.Fatalf("each site: %v, %v", sites, err)
		}
		for id, got := range sites {
			if want, err := s.SiteFigures(t.Context(), Span{}, id); err != nil || got != want {
				t.Errorf("site %q: got %+v, want %+v, %v", id, got, want, err)
			}
		}
		got, err := s.SiteFigures(t.Context(), Span{}, All)
		if want := (Reading{FeedViews: 9, FeedReaders: 44}); err != nil || got != want {
			t.Errorf("got %+v, %v; want %+v", got, err, want)
		}
	})
}

func TestViewsSurviveAFailedFlush(t *testing.T) {
	d := dbtest.SQLite(t, schema()...)
	s := New(Deps{DB: d, Clock: clock.At(day)})
	s.Count(View{MessageID: "m", Kind: PageView, Visitor: 7})
	if _, err := d.Writer().ExecContext(t.Context(), `ALTER TABLE publish_view RENAME TO publish_gone`); err != nil {
		t.Fatal(err)
	}
	if err := s.FlushViews(t.Context()); err == nil {
		t.Fatal("storing without a table succeeded")
	}
	if _, err := d.Writer().ExecContext(t.Context(), `ALTER TABLE publish_gone RENAME TO publish_view`); err != nil {
		t.Fatal(err)
	}
	if err := s.FlushViews(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, err := s.MessageFigures(t.Context(), "m")
	if err != nil || got["m"].Views != 1 || got["m"].Readers != 1 {
		t.Errorf("got %+v, %v; want the one view", got, err)
	}
}

// TestViewsHoldNoPerson reads the tables of counts back and looks for
// anything that names a reader.
func TestViewsHoldNoPerson(t *testing.T) {
	d := dbtest.SQLite(t, schema()...)
	var columns []string
	err := d.Reader().NewRaw(`SELECT lower(name) FROM pragma_table_info('publish_view') UNION SELECT lower(name) FROM pragma_table_info('publish_reader')`).Scan(t.Context(), &columns)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(columns, " ")
	if want := "day hour kind lang message_id mission_id readers views"; got != want {
		t.Errorf("got columns %s, want %s", got, want)
	}
}
