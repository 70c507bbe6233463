package group

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/jobs"
	"sifara/internal/perm"
)

// Ask says which posts are to be looked at.
type Ask struct {
	ID      string // of the look; given by the caller, so that asking twice asks once
	TopicID string // only those of a topic that the actor sees; empty is all
	From    time.Time
	Until   time.Time     // exclusive
	Window  time.Duration // UsualWindow when 0
}

func (a *Ask) check() error {
	var wrong []errs.Field
	if !id.Valid(a.ID) {
		wrong = append(wrong, errs.Field{Name: "id", Key: "web.field.required"})
	}
	if a.Window == 0 {
		a.Window = UsualWindow
	}
	if a.Window < LeastWindow || a.Window > MostWindow {
		wrong = append(wrong, errs.Field{Name: "window", Key: "web.field.number", Args: []any{"min", int(LeastWindow.Seconds()), "max", int(MostWindow.Seconds())}})
	}
	switch {
	case a.From.IsZero() || a.Until.IsZero():
		wrong = append(wrong, errs.Field{Name: "from", Key: "web.field.required"})
	case !a.From.Before(a.Until):
		wrong = append(wrong, errs.Field{Name: "until", Key: "listen.group.bad_span"})
	case a.Until.Sub(a.From) > MostDays*24*time.Hour+2*time.Hour: // a clock may be put back within it
		wrong = append(wrong, errs.Field{Name: "until", Key: "listen.group.long_span", Args: []any{"max", MostDays}})
	}
	return errs.InvalidFields(wrong...)
}

// Look has the posts of a period looked at by a job, as soon as no other look
// runs. A look of this id that is there already is left as it is.
func (s *Service) Look(ctx context.Context, a Ask) error {
	r, err := s.run(ctx, a)
	if err != nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error { return s.ask(ctx, tx, r) })
}

// ask notes that a look is wanted and gives it to a job.
func (s *Service) ask(ctx context.Context, tx bun.Tx, r Run) error {
	fresh, err := s.note(ctx, tx, r)
	if err != nil || !fresh || s.Queue == nil {
		return err
	}
	return s.Queue.Insert(ctx, tx, lookJob{r.ID}, jobs.Unique(), jobs.Attempts(lookTries))
}

// LookNow is Look for the command line: it looks at once and gives what was
// found. errs.Conflict while another look runs.
func (s *Service) LookNow(ctx context.Context, a Ask) (Run, []Group, error) {
	r, err := s.run(ctx, a)
	if err != nil {
		return r, nil, err
	}
	err = s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := s.note(ctx, tx, r)
		return err
	})
	if err != nil {
		return r, nil, err
	}
	ok, err := s.begin(ctx, r.ID)
	if err != nil {
		return r, nil, err
	}
	if !ok {
		return r, nil, s.fail(ctx, r.ID, errs.New(errs.Conflict, "listen.group.busy"))
	}
	if err := s.look(ctx, r.ID); err != nil {
		return r, nil, s.fail(ctx, r.ID, err)
	}
	if r, err = s.Run(ctx, r.ID); err != nil {
		return r, nil, err
	}
	list := []Group{}
	if err := s.DB.Reader().NewSelect().Model(&list).Where("run_id = ?", r.ID).OrderExpr("p, accounts DESC, id").Scan(ctx); err != nil {
		return r, nil, fmt.Errorf("groups of look: %w", err)
	}
	return r, list, nil
}

// run is a look that the actor may ask for.
func (s *Service) run(ctx context.Context, a Ask) (Run, error) {
	if err := may(ctx, Manage); err != nil {
		return Run{}, err
	}
	if err := a.check(); err != nil {
		return Run{}, err
	}
	if a.TopicID != "" {
		if _, err := s.Listen.Topic(ctx, a.TopicID); err != nil {
			return Run{}, err
		}
	}
	return Run{
		ID: a.ID, TopicID: a.TopicID, From: db.At(a.From), Until: db.At(a.Until), Window: int64(a.Window / time.Second), State: Waiting,
		AskedBy: perm.From(ctx).ID, AskedAt: db.At(s.Clock.Now()),
	}, nil
}

// note writes down that a look is wanted; false when it is already.
func (s *Service) note(ctx context.Context, tx bun.Tx, r Run) (fresh bool, err error) {
	res, err := tx.NewInsert().Model(&r).On("CONFLICT (id) DO NOTHING").Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("ask for a look: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return false, err
	}
	if err := s.notify(ctx, tx); err != nil {
		return false, err
	}
	return true, s.record(ctx, tx, "listen.group.ask", "look", r.ID, map[string]any{"from": r.From.Std().Format(time.DateOnly), "until": r.Until.Std().Format(time.DateOnly)})
}

// Runs lists looks, the newest first.
func (s *Service) Runs(ctx context.Context, limit int) ([]Run, error) {
	if err := may(ctx, Manage); err != nil {
		return nil, err
	}
	list := []Run{}
	if err := s.DB.Reader().NewSelect().Model(&list).OrderExpr("asked_at DESC, id DESC").Limit(int64(limit)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list looks: %w", err)
	}
	return list, nil
}

// Run gives a look; errs.NotFound when there is none.
func (s *Service) Run(ctx context.Context, id string) (Run, error) {
	var r Run
	if err := may(ctx, Manage); err != nil {
		return r, err
	}
	err := s.DB.Reader().NewSelect().Model(&r).Where("id = ?", id).Scan(ctx)
	if db.IsNoRows(err) {
		return r, errs.Wrap(fmt.Errorf("no look %s", id), errs.NotFound, "")
	}
	if err != nil {
		return r, fmt.Errorf("read look: %w", err)
	}
	return r, nil
}
