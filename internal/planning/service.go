package planning

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/event"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/jobs"
	"sifara/internal/listen"
	"sifara/internal/mail"
	"sifara/internal/org"
	"sifara/internal/perm"
)

// ListTopic is the live topic of every change of a file.
const ListTopic = "planning.decisions"

// FileTopic is the live topic of one file.
func FileTopic(id string) string { return "planning.decision:" + id }

// Warnings is what this context asks of the one that listens. Warning is
// NotFound when the actor may not see it; MarkDecided notes, in the same
// transaction, which file answers it.
type Warnings interface {
	Warning(ctx context.Context, id string) (listen.Warning, error)
	Topic(ctx context.Context, id string) (listen.Topic, error)
	Posts(ctx context.Context, ids []int64) ([]listen.Post, error)
	MarkDecided(ctx context.Context, tx bun.Tx, warningID, decisionID string) error
}

// Followed is something that was begun from a decision. StateKey is a message
// key; Href is empty when the reader may not see it.
type Followed struct {
	Titles   map[i18n.Lang]string
	StateKey string
	At       db.Time
	Href     string
}

// Results tells what was begun from a decision.
type Results interface {
	FromDecision(ctx context.Context, decisionID string) ([]Followed, error)
}

// Deps are what the service needs of the house. Warnings, Results and Mail may
// be nil: then files are opened from nothing only, nothing is said to have
// followed, and reminders are not sent.
type Deps struct {
	DB       *db.DB
	Log      *slog.Logger
	Clock    clock.Clock
	Audit    *audit.Log
	Bus      *event.Bus
	Live     *event.Live
	Queue    *jobs.Queue
	Org      *org.Service
	Warnings Warnings
	Results  Results
	Mail     mail.Sender
	Words    *i18n.Catalogue // for letters
	BaseURL  string          // absolute address of the house without trailing slash, for letters
}

// Service keeps decision files. It is safe for concurrent use.
type Service struct{ Deps }

// New gives the service.
func New(d Deps) *Service { return &Service{d} }

// Jobs registers the jobs of this context.
func (s *Service) Jobs(q *jobs.Queue) {
	jobs.Handle(q, s.runRemind)
	jobs.Handle(q, s.runReminder)
	q.Every(time.Hour, remindArgs{})
}

func (s *Service) now() db.Time { return db.At(s.Clock.Now()) }

// units are those for which an actor speaks: themselves and whom they stand in
// for; the mission or department where they serve; those where they hold Open
// by a grant of exactly that scope. Holding it in the whole ministry does not
// make one the voice of every mission.
type units struct {
	people, missions, departments []string
	all                           bool // the house itself
}

func (s *Service) unitsOf(ctx context.Context) (units, error) {
	a := perm.From(ctx)
	u := units{people: []string{a.ID}, missions: []string{"-"}, departments: []string{"-"}, all: a.Kind == perm.System}
	if a.Kind == perm.Nobody || u.all {
		return u, nil
	}
	for _, g := range a.Grants {
		if g.StandInFor != "" {
			u.people = append(u.people, g.StandInFor)
		}
		if !slices.Contains(g.Permissions, Open) {
			continue
		}
		switch g.Scope.Level {
		case perm.Mission:
			u.missions = append(u.missions, g.Scope.Unit)
		case perm.Department:
			u.departments = append(u.departments, g.Scope.Unit)
		}
	}
	p, err := s.Org.Person(ctx, a.ID)
	switch {
	case errs.KindOf(err) == errs.NotFound:
	case err != nil:
		return u, fmt.Errorf("where %s serves: %w", a.ID, err)
	case a.May(View):
		if p.MissionID != "" {
			u.missions = append(u.missions, p.MissionID)
		}
		if p.DepartmentID != "" {
			u.departments = append(u.departments, p.DepartmentID)
		}
	}
	return u, nil
}

// speaksFor reports whether the actor may record the party's position.
func (u units) speaksFor(p *Party) bool {
	switch p.Kind {
	case PersonParty:
		return u.all || slices.Contains(u.people, p.UnitID)
	case MissionParty:
		return u.all || slices.Contains(u.missions, p.UnitID)
	case DepartmentParty:
		return u.all || slices.Contains(u.departments, p.UnitID)
	}
	return false
}

const ownParty = "((p.kind = 'person' AND p.unit_id IN (?)) OR (p.kind = 'mission' AND p.unit_id IN (?)) OR (p.kind = 'department' AND p.unit_id IN (?)))"

func (u units) args() []any {
	return []any{bun.List(u.people), bun.List(u.missions), bun.List(u.departments)}
}

// visible narrows to files the actor may see: of their scopes, and those in
// which they must be heard.
func (s *Service) visible(ctx context.Context, sel *bun.SelectQuery, u units) *bun.SelectQuery {
	scopes, all := perm.From(ctx).Scopes(View)
	if all {
		return sel
	}
	missions, departments := []string{"-"}, []string{"-"}
	for _, sc := range scopes {
		if sc.Level == perm.Mission {
			missions = append(missions, sc.Unit)
		} else {
			departments = append(departments, sc.Unit)
		}
	}
	return sel.Where("(d.mission_id IN (?) OR (d.mission_id = '' AND d.department_id IN (?)) OR EXISTS (SELECT 1 FROM planning_party AS p WHERE p.decision_id = d.id AND "+ownParty+"))",
		append([]any{bun.List(missions), bun.List(departments)}, u.args()...)...)
}

// change is one write on a file: it loads it whole, refuses what the actor may
// not see, lets do change it, and saves, notes, announces and records it in one
// transaction.
type change struct {
	id      string
	act     string
	note    string // kept in the entry, never in the audit record
	subject string
	detail  map[string]any
	need    perm.Permission // in the file's scope; empty: do checks for itself
}

func (s *Service) do(ctx context.Context, c *change, do func(ctx context.Context, tx bun.Tx, f *File, u units) error) error {
	u, err := s.unitsOf(ctx)
	if err != nil {
		return err
	}
	err = s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		f, err := s.lock(ctx, tx, c.id)
		if err != nil {
			return err
		}
		if !sees(ctx, f, u) {
			return errs.New(errs.NotFound, "")
		}
		if c.need != "" && !perm.From(ctx).MayIn(c.need, f.Scope()) {
			return errs.New(errs.Forbidden, "")
		}
		if err := do(ctx, tx, f, u); err != nil {
			return err
		}
		return s.finish(ctx, tx, f, c)
	})
	if err != nil {
		return fmt.Errorf("%s decision file %s: %w", c.act, c.id, err)
	}
	return nil
}

func (s *Service) finish(ctx context.Context, tx bun.Tx, f *File, c *change) error {
	f.Version++
	res, err := tx.NewUpdate().Model(&f.Decision).WherePK().Where("version = ?", f.Version-1).Exec(ctx)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return errs.Wrap(err, errs.Conflict, "planning.error.changed")
	}
	if err := s.enter(ctx, tx, f.ID, c); err != nil {
		return err
	}
	if err := s.Live.Notify(ctx, tx, ListTopic, FileTopic(f.ID)); err != nil {
		return err
	}
	return s.record(ctx, tx, &f.Decision, c)
}

func (s *Service) enter(ctx context.Context, tx bun.Tx, file string, c *change) error {
	e := &Entry{ID: id.New(), DecisionID: file, At: s.now(), ActorID: perm.From(ctx).ID, Act: c.act, Note: c.note, Subject: c.subject}
	_, err := tx.NewInsert().Model(e).Exec(ctx)
	return err
}

func (s *Service) record(ctx context.Context, tx bun.Tx, d *Decision, c *change) error {
	detail := map[string]any{"title": d.Title}
	for k, v := range c.detail {
		detail[k] = v
	}
	return s.Audit.Record(ctx, tx, audit.Entry{Act: "planning." + c.act, Object: "decision", ObjectID: d.ID, Mission: d.MissionID, Department: d.DepartmentID, Detail: detail})
}

// sees is the check of the object: scope, or a party the actor speaks for.
func sees(ctx context.Context, f *File, u units) bool {
	return perm.From(ctx).MayIn(View, f.Scope()) || slices.ContainsFunc(f.Parties, func(p Party) bool { return u.speaksFor(&p) })
}
