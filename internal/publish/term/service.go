package term

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/event"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/text"
	"sifara/internal/text/parallel"
	engine "sifara/internal/text/tone"
)

// Edit is the permission to change the term base, where an entry counts.
const Edit perm.Permission = "publish.terms"

// Permissions says which standard roles hold it in a new ministry.
func Permissions() []perm.Definition {
	return []perm.Definition{{Permission: Edit, Roles: []string{"administrator", "unit_head", "language_reviewer"}}}
}

// MaxEntries bounds the base.
const MaxEntries = 20_000

// Deps are what the service needs.
type Deps struct {
	DB    *db.DB
	Clock clock.Clock
	Audit *audit.Log
	Live  *event.Live
}

// Service keeps the entries. It is safe for concurrent use.
type Service struct {
	Deps
	mu     sync.Mutex
	number int64
	base   *Base
}

// New gives the service.
func New(d Deps) *Service { return &Service{Deps: d, number: -1} }

// Base gives the base in force. It is read anew only when it has changed.
func (s *Service) Base(ctx context.Context) (*Base, error) {
	var number int64
	if err := s.DB.Reader().NewRaw(`SELECT number FROM publish_term_edition WHERE id = 1`).Scan(ctx, &number); err != nil {
		return nil, fmt.Errorf("terms: edition: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.number >= number {
		return s.base, nil
	}
	var all []Entry
	if err := s.DB.Reader().NewSelect().Model(&all).Order("te.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("terms: %w", err)
	}
	s.number, s.base = number, NewBase(all)
	return s.base, nil
}

// Find implements tone.Terms: see Base.Find, and Base.Across for a translation.
func (s *Service) Find(ctx context.Context, missionID string, lang i18n.Lang, words string, from i18n.Lang, source string) (marked, missing []engine.Finding, err error) {
	b, err := s.Base(ctx)
	if err != nil {
		return nil, nil, err
	}
	marked = b.Find(missionID, string(lang), words)
	if source != "" {
		missing = b.Across(missionID, string(lang), words, string(from), source)
	}
	return marked, missing, nil
}

// Named implements publish.Names: see Base.Named. Only entries of the whole house
// count: who pastes a text is of no mission.
func (s *Service) Named(ctx context.Context, lang, words string) ([]parallel.Known, error) {
	b, err := s.Base(ctx)
	if err != nil {
		return nil, err
	}
	if b.Count() == 0 {
		b = Shipped() // a house that keeps no base yet
	}
	return b.Named(lang, words), nil
}

// Filter chooses entries. The zero value is all that the actor sees.
type Filter struct {
	Query     string // words of a wording, in any spelling
	Kind      Kind
	MissionID string
	House     bool      // only those of the whole house
	Missing   i18n.Lang // without a preferred wording in this language
	After     string    // the id of the entry that the list goes on behind
	Limit     int       // all when zero
}

// List lists entries by their Arabic, else first, wording.
func (s *Service) List(ctx context.Context, f Filter) ([]Entry, error) {
	q := s.DB.Reader().NewSelect().Model((*Entry)(nil))
	if ids, all := perm.From(ctx).Missions(publish.MayView); !all {
		q = q.Where("te.mission_id IN (?)", bun.List(append(ids, "")))
	}
	for _, w := range []struct {
		on   bool
		text string
		arg  any
	}{
		{f.Kind != "", "te.kind = ?", f.Kind},
		{f.MissionID != "" || f.House, "te.mission_id = ?", f.MissionID},
		{f.Missing != "", "te.words NOT LIKE ?", `%"` + string(f.Missing) + `":{"preferred"%`},
	} {
		if w.on {
			q = q.Where(w.text, w.arg)
		}
	}
	if f.After != "" {
		q = q.Where("(te.folded, te.id) > (SELECT a.folded, a.id FROM publish_term AS a WHERE a.id = ?)", f.After)
	}
	for _, w := range strings.Fields(text.Fold(f.Query)) {
		q = q.Where("te.folded LIKE ? ESCAPE '\\'", "%"+likeEscape.Replace(w)+"%")
	}
	if f.Limit > 0 {
		q = q.Limit(int64(f.Limit))
	}
	list := []Entry{}
	if err := q.Order("te.folded", "te.id").Scan(ctx, &list); err != nil {
		return nil, fmt.Errorf("terms: list: %w", err)
	}
	return list, nil
}

var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// Entry gives one entry; errs.NotFound when there is none that the actor sees.
func (s *Service) Entry(ctx context.Context, id string) (Entry, error) {
	return load(ctx, s.DB.Reader(), id)
}

func load(ctx context.Context, q bun.IDB, id string) (Entry, error) {
	var e Entry
	err := q.NewSelect().Model(&e).Where("te.id = ?", id).Scan(ctx)
	if db.IsNoRows(err) || err == nil && e.MissionID != "" && !perm.From(ctx).MayIn(publish.MayView, e.Scope()) {
		return Entry{}, errs.Wrap(fmt.Errorf("no term %s", id), errs.NotFound, "")
	}
	if err != nil {
		return Entry{}, fmt.Errorf("term %s: %w", id, err)
	}
	return e, nil
}

// May reports whether the actor may change an entry.
func (s *Service) May(ctx context.Context, e Entry) bool {
	return perm.From(ctx).MayIn(Edit, e.Scope())
}

func allowed(ctx context.Context, e Entry) error {
	if !perm.From(ctx).MayIn(Edit, e.Scope()) {
		return fmt.Errorf("terms: %w", errs.New(errs.Forbidden, ""))
	}
	return nil
}

// Save writes an entry under the id it brings. Version is that which the actor had
// before them, 0 for a new one; another one stored is publish.ErrEdited, unless it
// says the same. Where it counts may change to where the actor may edit. Errors of
// the form name its fields: see Entry.clean.
func (s *Service) Save(ctx context.Context, e Entry) (Entry, error) {
	if err := e.clean(); err != nil {
		return e, err
	}
	if err := allowed(ctx, e); err != nil {
		return e, err
	}
	err := s.change(ctx, func(ctx context.Context, tx bun.Tx) (done audit.Entry, err error) {
		old, err := load(ctx, tx, e.ID)
		known := err == nil
		switch {
		case err != nil && errs.KindOf(err) != errs.NotFound:
			return done, err
		case known && old.same(&e):
			e = old
			return done, errIdle
		case old.Version != e.Version:
			return done, publish.ErrEdited
		}
		if known {
			if err := allowed(ctx, old); err != nil {
				return done, err
			}
		} else if err := room(ctx, tx, 1); err != nil {
			return done, err
		}
		if err := s.write(ctx, tx, &e, known); err != nil {
			return done, err
		}
		return act("publish.term_save", &e), nil
	})
	return e, err
}

// write stores an entry, with the next version, under the edition's lock.
func (s *Service) write(ctx context.Context, tx bun.Tx, e *Entry, known bool) error {
	e.Version++
	e.EditedBy, e.EditedAt = perm.From(ctx).ID, db.At(s.Clock.Now())
	exec := tx.NewUpdate().Model(e).WherePK().Exec
	if !known {
		exec = tx.NewInsert().Model(e).On("CONFLICT (id) DO NOTHING").Exec
	}
	res, err := exec(ctx)
	if err != nil {
		return fmt.Errorf("term %s: write: %w", e.ID, err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return errs.Wrap(fmt.Errorf("no term %s that the actor sees", e.ID), errs.NotFound, "")
}

// room refuses more entries than the base may have.
func room(ctx context.Context, tx bun.Tx, more int) error {
	n, err := tx.NewSelect().Model((*Entry)(nil)).Count(ctx)
	if err == nil && int64(n)+int64(more) > MaxEntries {
		err = errs.New(errs.Conflict, "publish.term.error.full", "max", MaxEntries)
	}
	return err
}

// Remove takes an entry out of the base. What it said stays in the record.
func (s *Service) Remove(ctx context.Context, id string, version int) error {
	return s.change(ctx, func(ctx context.Context, tx bun.Tx) (done audit.Entry, err error) {
		e, err := load(ctx, tx, id)
		if err != nil {
			return done, err
		}
		if err := allowed(ctx, e); err != nil {
			return done, err
		}
		if e.Version != version {
			return done, publish.ErrEdited
		}
		if _, err := tx.NewDelete().Model(&e).WherePK().Exec(ctx); err != nil {
			return done, fmt.Errorf("term %s: remove: %w", id, err)
		}
		return act("publish.term_remove", &e), nil
	})
}

// errIdle ends an act that changes nothing.
var errIdle = errs.New(errs.Conflict, "")

// change does an act in a transaction that holds off others, makes every node read
// the base anew, and records what fn says was done.
func (s *Service) change(ctx context.Context, fn func(context.Context, bun.Tx) (audit.Entry, error)) error {
	err := s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE publish_term_edition SET number = number + 1 WHERE id = 1`); err != nil {
			return fmt.Errorf("terms: edition: %w", err)
		}
		done, err := fn(ctx, tx)
		if err != nil {
			return err
		}
		if err := s.Live.Notify(ctx, tx, publish.TopicMessages); err != nil {
			return err
		}
		return s.Audit.Record(ctx, tx, done)
	})
	if err == errIdle {
		return nil
	}
	return err
}

// act is how the record tells of an entry: by its wordings.
func act(name string, e *Entry) audit.Entry {
	title := map[string]any{}
	for _, l := range i18n.Langs {
		if w := e.Words[string(l)].Preferred; w != "" {
			title[string(l)] = w
		}
	}
	if len(title) == 0 {
		title[string(i18n.English)] = e.Name(i18n.English)
	}
	return audit.Entry{Act: name, Object: "term", ObjectID: e.ID, Mission: e.MissionID, Permission: Edit,
		Detail: map[string]any{"title": title, "publish_words": e.Words.String()}}
}
