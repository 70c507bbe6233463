package campaign

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/event"
	"sifara/internal/i18n"
	"sifara/internal/listen"
	"sifara/internal/perm"
)

// Decision is what a file tells of the decision file it leads to.
type Decision struct{ Title, State string }

// Answer is what a file tells of the open answer: a message of the state.
type Answer struct {
	Titles  map[i18n.Lang]string
	State   string // as publish calls it: draft, in_review, approved, scheduled, released, withdrawn, rejected
	Views   int64
	Readers int64
}

// Decisions tells of decision files; errs.NotFound for one that the actor may
// not see.
type Decisions interface {
	CampaignDecision(ctx context.Context, id string) (Decision, error)
}

// Answers tells of messages; errs.NotFound for one that the actor may not see.
type Answers interface {
	CampaignAnswer(ctx context.Context, id string) (Answer, error)
}

// Deps are what the service needs. Bus, Live, Decisions and Answers may be
// absent.
type Deps struct {
	DB        *db.DB
	Clock     clock.Clock
	Audit     *audit.Log
	Bus       *event.Bus
	Live      *event.Live
	Listen    *listen.Service
	Decisions Decisions
	Answers   Answers
}

// Service keeps the files. It is safe for concurrent use.
type Service struct{ Deps }

// New gives the service.
func New(d Deps) *Service { return &Service{d} }

// HandedOver is emitted when a file is handed to a desk.
type HandedOver struct {
	CampaignID   string `json:"campaign_id"`
	MissionID    string `json:"mission_id,omitempty"`
	DepartmentID string `json:"department_id,omitempty"`
	By           string `json:"by"`
}

// EventName implements event.Event.
func (HandedOver) EventName() string { return "listen.campaign_handed_over" }

func notFound(id string) error {
	return errs.Wrap(fmt.Errorf("no campaign file %s", id), errs.NotFound, "")
}

// load gives a file that the actor sees.
func (s *Service) load(ctx context.Context, q bun.IDB, id string) (File, error) {
	var f File
	err := q.NewSelect().Model(&f).Where("id = ?", id).Scan(ctx)
	if db.IsNoRows(err) || err == nil && !f.seen(perm.From(ctx)) {
		return File{}, notFound(id)
	}
	if err != nil {
		return File{}, fmt.Errorf("read campaign file: %w", err)
	}
	return f, nil
}

// File gives a file; errs.NotFound when there is none that the actor sees.
func (s *Service) File(ctx context.Context, id string) (File, error) {
	return s.load(ctx, s.DB.Reader(), id)
}

// Files lists the files that the actor sees, of the states named or of all,
// the newest first.
func (s *Service) Files(ctx context.Context, states ...string) ([]File, error) {
	if !perm.From(ctx).May(Manage) {
		return nil, errs.New(errs.Forbidden, "")
	}
	list := []File{}
	q := s.DB.Reader().NewSelect().Model(&list).OrderExpr("created_at DESC, id DESC")
	if len(states) > 0 {
		q = q.Where("state IN (?)", bun.List(states))
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("list campaign files: %w", err)
	}
	return slices.DeleteFunc(list, func(f File) bool { return !f.seen(perm.From(ctx)) }), nil
}

// CountHanded counts the open files that were handed to a desk of the actor.
func (s *Service) CountHanded(ctx context.Context) (int, error) {
	list, err := s.Files(ctx, Open)
	if errs.KindOf(err) == errs.Forbidden {
		return 0, nil
	}
	n := 0
	for _, f := range list {
		if !f.HandedAt.IsZero() && perm.From(ctx).MayIn(Manage, f.Desk()) {
			n++
		}
	}
	return n, err
}

// Open opens a file under the id it brings, at a desk of the actor, and
// measures its reach. keepMonths, 1 to KeepMost, bounds how long its evidence
// is kept. A file that is there already under this id is left as it is.
func (s *Service) Open(ctx context.Context, f File, keepMonths int) error {
	if err := f.check(); err != nil {
		return err
	}
	if keepMonths < 1 || keepMonths > KeepMost {
		return errs.InvalidFields(errs.Field{Name: "keep", Key: "listen.campaign.bad_keep", Args: []any{"max", KeepMost}})
	}
	if !perm.From(ctx).MayIn(Manage, f.Scope()) {
		return errs.New(errs.Forbidden, "")
	}
	if err := s.name(ctx, &f, nil); err != nil {
		return err
	}
	if err := s.origin(ctx, f); err != nil {
		return err
	}
	if err := s.Listen.Refuse(ctx, "search", f.Search); err != nil {
		return err
	}
	now := s.Clock.Now()
	f.State, f.Reason, f.DecisionID, f.AnswerID = Open, "", "", ""
	f.DeskMissionID, f.DeskDepartmentID, f.HandedAt, f.HandedBy = "", "", 0, ""
	f.CreatedBy, f.CreatedAt, f.UpdatedAt, f.Version = perm.From(ctx).ID, db.At(now), db.At(now), 1
	f.KeepUntil = db.At(now.AddDate(0, keepMonths, 0))
	var err error
	if f.Reach, err = s.measure(ctx, f); err != nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewInsert().Model(&f).On("CONFLICT (id) DO NOTHING").Exec(ctx)
		if err != nil {
			return fmt.Errorf("open campaign file: %w", err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return nil
		}
		if err := s.notify(ctx, tx); err != nil {
			return err
		}
		return s.record(ctx, tx, f, "listen.campaign.open", nil)
	})
}

// origin refuses a warning or topic that the actor does not see.
func (s *Service) origin(ctx context.Context, f File) error {
	if f.WarningID != "" {
		if _, err := s.Listen.Warning(ctx, f.WarningID); err != nil {
			return err
		}
	}
	if f.TopicID != "" {
		if _, err := s.Listen.Topic(ctx, f.TopicID); err != nil {
			return err
		}
	}
	return nil
}

// Save changes what a file says. Version must be the one that was read;
// otherwise errs.Conflict. Where it came from, its desk, state, links and the
// time of its evidence stay; its reach is measured anew.
func (s *Service) Save(ctx context.Context, f File) error {
	if err := f.check(); err != nil {
		return err
	}
	old, err := s.File(ctx, f.ID)
	if err != nil {
		return err
	}
	if err := s.name(ctx, &f, old.Behaviour); err != nil {
		return err
	}
	if err := s.Listen.Refuse(ctx, "search", f.Search); err != nil {
		return err
	}
	if f.Reach, err = s.measure(ctx, f); err != nil {
		return err
	}
	return s.change(ctx, f.ID, "listen.campaign.change", func(ctx context.Context, _ bun.Tx, now *File) (map[string]any, error) {
		if now.Version != f.Version {
			return nil, errs.New(errs.Conflict, "")
		}
		if now.State == Closed {
			return nil, errs.New(errs.Conflict, "listen.campaign.is_closed")
		}
		now.Titles, now.Narrative, now.Wordings, now.Countries = f.Titles, f.Narrative, f.Wordings, f.Countries
		now.Search, now.SearchCountry, now.From, now.Until, now.Reach = f.Search, f.SearchCountry, f.From, f.Until, f.Reach
		now.Confidence, now.Basis, now.Behaviour, now.TLP = f.Confidence, f.Basis, f.Behaviour, f.TLP
		return nil, nil
	})
}

// change loads a file that the actor works on, has it changed, saves and
// records it.
func (s *Service) change(ctx context.Context, id, act string, rule func(context.Context, bun.Tx, *File) (map[string]any, error)) error {
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		f, err := s.load(ctx, tx, id)
		if err != nil {
			return err
		}
		detail, err := rule(ctx, tx, &f)
		if err != nil {
			return err
		}
		read := f.Version
		f.Version++
		f.UpdatedAt = db.At(s.Clock.Now())
		res, err := tx.NewUpdate().Model(&f).WherePK().Where("version = ?", read).Exec(ctx)
		if err != nil {
			return fmt.Errorf("save campaign file: %w", err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return errs.New(errs.Conflict, "")
		}
		if err := s.notify(ctx, tx); err != nil {
			return err
		}
		return s.record(ctx, tx, f, act, detail)
	})
}

func (s *Service) notify(ctx context.Context, tx bun.Tx) error {
	if s.Live == nil {
		return nil
	}
	return s.Live.Notify(ctx, tx, Live)
}

func (s *Service) record(ctx context.Context, tx bun.Tx, f File, act string, more map[string]any) error {
	detail := map[string]any{"campaign": f.Title(i18n.English)}
	for k, v := range more {
		detail[k] = v
	}
	return s.Audit.Record(ctx, tx, audit.Entry{Act: act, Object: "campaign", ObjectID: f.ID, Permission: Manage, Mission: f.MissionID, Department: f.DepartmentID, Detail: detail})
}

// day is how often the time of evidence is looked at.
const day = 24 * time.Hour
