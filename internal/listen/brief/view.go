package brief

import (
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/listen"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// Asked is what a kept search asks.
type Asked struct {
	Text     string `json:"text,omitempty"`
	Language string `json:"language,omitempty"`
	SourceID string `json:"source_id,omitempty"`
	Country  string `json:"country,omitempty"`
}

// search is the question to the posts.
func (q Asked) search() listen.SearchQuery {
	out := listen.SearchQuery{Text: q.Text, Country: q.Country}
	if q.Language != "" {
		out.Langs = []string{q.Language}
	}
	if q.SourceID != "" {
		out.Sources = []string{q.SourceID}
	}
	return out
}

// View is a search that somebody keeps, for themselves or for all who listen.
type View struct {
	bun.BaseModel `bun:"table:listen_view,alias:v" json:"-"`

	ID        string  `bun:",pk" json:"id"`
	PersonID  string  `json:"person_id"`
	Name      string  `json:"name"`
	Asked     Asked   `json:"question"`
	Shared    bool    `json:"shared"`
	CreatedAt db.Time `json:"created_at"`
	Version   int64   `json:"version"`
}

const (
	maxViews    = 100 // of one person
	maxViewName = 80
	maxAsked    = 1000 // characters, as for the API's searches
)

// Keep keeps a search under the id it brings. One that is there already is
// left as it is. A question that Search would refuse is refused.
func (s *Service) Keep(ctx context.Context, v View) error {
	me := perm.From(ctx)
	if me.Kind != perm.Person || !me.May(listen.View) {
		return errs.New(errs.Forbidden, "")
	}
	v.Name, v.Asked.Text = text.Line(v.Name), text.Line(v.Asked.Text)
	switch n := utf8.RuneCountInString(v.Name); {
	case n == 0:
		return errs.InvalidFields(errs.Field{Name: "name", Key: "web.field.required"})
	case n > maxViewName:
		return errs.InvalidFields(errs.Field{Name: "name", Key: "web.field.long", Args: []any{"max", maxViewName, "count", n - maxViewName}})
	}
	if n := utf8.RuneCountInString(v.Asked.Text); n > maxAsked {
		return errs.InvalidFields(errs.Field{Name: "q", Key: "web.field.long", Args: []any{"max", maxAsked, "count", n - maxAsked}})
	}
	if v.Asked == (Asked{}) {
		return errs.New(errs.Invalid, "listen.view.empty")
	}
	q := v.Asked.search()
	q.Limit = 1
	if _, err := s.Listen.Search(ctx, q); err != nil {
		return err
	}
	mine, err := s.Views(ctx)
	if err != nil {
		return err
	}
	if len(slices.DeleteFunc(mine, func(o View) bool { return o.PersonID != me.ID })) >= maxViews {
		return errs.New(errs.Conflict, "listen.view.many", "max", maxViews)
	}
	v.PersonID, v.CreatedAt, v.Version = me.ID, db.At(s.Clock.Now()), 1
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewInsert().Model(&v).On("CONFLICT (id) DO NOTHING").Exec(ctx)
		if err != nil {
			return fmt.Errorf("keep search: %w", err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return nil
		}
		return s.record(ctx, tx, listen.View, perm.Everywhere(), "listen.view.keep", "view", v.ID, map[string]any{"name": v.Name, "shared": v.Shared})
	})
}

// Views lists the actor's kept searches and the shared ones, by name.
func (s *Service) Views(ctx context.Context) ([]View, error) {
	me := perm.From(ctx)
	if !me.May(listen.View) {
		return nil, errs.New(errs.Forbidden, "")
	}
	list := []View{}
	if err := s.DB.Reader().NewSelect().Model(&list).Where("person_id = ? OR shared = ?", me.ID, true).OrderExpr("name, id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("kept searches: %w", err)
	}
	return list, nil
}

// view gives a kept search that the actor may use.
func (s *Service) view(ctx context.Context, id string) (View, error) {
	list, err := s.Views(ctx)
	if err != nil {
		return View{}, err
	}
	if i := slices.IndexFunc(list, func(v View) bool { return v.ID == id }); i >= 0 {
		return list[i], nil
	}
	return View{}, notFound(fmt.Errorf("no kept search %s", id))
}

// Drop forgets a kept search of the actor, and the alerts that rest on it.
func (s *Service) Drop(ctx context.Context, id string) error {
	v, err := s.view(ctx, id)
	if err != nil {
		return err
	}
	if v.PersonID != perm.From(ctx).ID {
		return errs.New(errs.Forbidden, "")
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewDelete().Model((*Alert)(nil)).Where("view_id = ?", id).Exec(ctx); err != nil {
			return fmt.Errorf("drop alerts of search: %w", err)
		}
		if _, err := tx.NewDelete().Model(&v).WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("drop search: %w", err)
		}
		return s.record(ctx, tx, listen.View, perm.Everywhere(), "listen.view.drop", "view", id, map[string]any{"name": v.Name})
	})
}
