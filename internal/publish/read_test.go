package publish

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/errs"
	"sifara/internal/i18n"
)

var day = time.Date(2016, 5, 3, 9, 0, 0, 0, time.UTC)

// put writes a message as it stands, without any rule.
func put(t *testing.T, d *db.DB, m Message) {
	t.Helper()
	err := d.Tx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(&m).Exec(ctx); err != nil {
			return err
		}
		for _, v := range m.Variants {
			v.MessageID = m.ID
			if _, err := tx.NewInsert().Model(&v).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestReadReleased(t *testing.T) {
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB) {
		s := New(Deps{DB: d, Clock: clock.At(day)})
		put(t, d, Message{ID: "a", Slug: "first", Kind: Statement, SourceLang: i18n.Arabic, State: StateReleased, ReleasedAt: 10,
			Variants: []Variant{{Lang: i18n.English, Title: "One", Body: "x"}, {Lang: i18n.Arabic, Title: "واحد", Body: "x"}}})
		put(t, d, Message{ID: "b", Slug: "second", MissionID: "paris", Kind: News, SourceLang: i18n.Arabic, State: StateReleased, ReleasedAt: 20,
			Variants: []Variant{{Lang: i18n.Arabic, Title: "اثنان", Body: "x"}}})
		put(t, d, Message{ID: "c", Slug: "third", State: StateWithdrawn, ReleasedAt: 20, WithdrawnAt: 30, WithdrawnNote: Texts{i18n.English: "Wrong date"},
			Route: Path{RouteID: "r", Steps: []Step{{Kind: Clearance, Hours: 3}}}})
		put(t, d, Message{ID: "d", Slug: "draft", State: StateDraft})

		tests := []struct {
			name string
			f    ReleasedFilter
			want string
		}{
			{"all", ReleasedFilter{}, "ba"},
			{"withdrawn too", ReleasedFilter{Withdrawn: true}, "cba"},
			{"mission", ReleasedFilter{MissionID: "paris"}, "b"},
			{"ministry", ReleasedFilter{Ministry: true}, "a"},
			{"language", ReleasedFilter{Lang: i18n.English}, "a"},
			{"kind", ReleasedFilter{Kind: News}, "b"},
			{"next page", ReleasedFilter{Withdrawn: true, Limit: 5, Before: Place{20, "c"}}, "ba"},
			{"since", ReleasedFilter{Since: 15}, "b"},
			{"limit", ReleasedFilter{Limit: 1}, "b"},
		}
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				list, err := s.Released(t.Context(), tt.f)
				if err != nil {
					t.Fatal(err)
				}
				got := ""
				for _, m := range list {
					got += m.ID
				}
				if got != tt.want {
					t.Errorf("got %q, want %q", got, tt.want)
				}
			})
		}

		m, err := s.ReleasedBySlug(t.Context(), "third")
		if err != nil || m.WithdrawnNote.In(i18n.Arabic) != "Wrong date" || len(m.Route.Steps) != 1 || m.Route.Steps[0].Hours != 3 {
			t.Errorf("withdrawn message: got %+v, %v", m, err)
		}
		if _, err := s.ReleasedBySlug(t.Context(), "draft"); errs.KindOf(err) != errs.NotFound {
			t.Errorf("a draft by its slug: got %v, want not found", err)
		}
		one, err := s.ReleasedBySlug(t.Context(), "first")
		if err != nil || len(one.Variants) != 2 || one.Variants[0].Lang != i18n.Arabic || one.Variants[0].State != VariantApproved {
			t.Errorf("released message: got %+v, %v", one.Variants, err)
		}
		if _, err := s.Message(t.Context(), "a"); !errors.Is(err, errs.New(errs.NotFound, "")) {
			t.Errorf("a visitor reads a message: got %v, want not found", err)
		}
	})
}
