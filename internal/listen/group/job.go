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
)

const (
	// lookTries is how often a look is tried that fails.
	lookTries = 3
	// turn is how long a look may run before another takes its place: longer
	// than any job runs.
	turn = 5 * time.Minute
	// wait is how long a look waits for another to end.
	wait = 15 * time.Second
)

// lookJob does one look.
type lookJob struct {
	Run string `json:"run"`
}

// Kind implements jobs.Args.
func (lookJob) Kind() string { return "listen.group_look" }

// nightJob asks for the look of the night.
type nightJob struct{}

// Kind implements jobs.Args.
func (nightJob) Kind() string { return "listen.group_night" }

// Jobs registers what runs outside requests.
func (s *Service) Jobs(q *jobs.Queue) {
	jobs.Handle(q, s.runLook)
	jobs.Handle(q, func(ctx context.Context, _ jobs.Job[nightJob]) error { return s.Night(ctx) })
	q.Every(time.Hour, nightJob{})
}

func (s *Service) runLook(ctx context.Context, job jobs.Job[lookJob]) error {
	ok, err := s.begin(ctx, job.Args.Run)
	if err != nil {
		return err
	}
	if !ok {
		r, err := s.Run(ctx, job.Args.Run)
		if err != nil || r.State == Done || r.State == Failed {
			return err
		}
		return jobs.Later(wait)
	}
	if err := s.look(ctx, job.Args.Run); err != nil {
		if job.Last() {
			return s.fail(ctx, job.Args.Run, err)
		}
		return err
	}
	return nil
}

// begin gives a look its turn, unless another has it. Whoever had it for too
// long has died: their job begins anew.
func (s *Service) begin(ctx context.Context, run string) (ok bool, err error) {
	now := s.Clock.Now()
	err = s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE listen_group_run SET state = ? WHERE state = ? AND id <> ? AND started_at < ?`, Waiting, Running, run, db.At(now.Add(-turn))); err != nil {
			return err
		}
		var other int
		if err := tx.NewRaw(`SELECT count(*) FROM listen_group_run WHERE state = ? AND id <> ?`, Running, run).Scan(ctx, &other); err != nil || other > 0 {
			return err
		}
		res, err := tx.ExecContext(ctx, `UPDATE listen_group_run SET state = ?, started_at = ? WHERE id = ? AND state IN (?, ?)`, Running, db.At(now), run, Waiting, Running)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		ok = n > 0
		return err
	})
	if db.IsUnique(err) { // another node was faster
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("begin look: %w", err)
	}
	return ok, nil
}

// fail ends a look that cannot be done, and gives the error.
func (s *Service) fail(ctx context.Context, run string, cause error) error {
	key := "listen.group.failed"
	if e, ok := errs.Find(cause); ok && e.Key != "" {
		key = e.Key
	}
	ctx = context.WithoutCancel(ctx)
	err := s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE listen_group_run SET state = ?, finished_at = ?, reason = ? WHERE id = ? AND state IN (?, ?)`, Failed, db.At(s.Clock.Now()), key, run, Waiting, Running); err != nil {
			return err
		}
		if err := s.notify(ctx, tx); err != nil {
			return err
		}
		return s.record(ctx, tx, "listen.group.fail", "look", run, nil)
	})
	if err != nil {
		return fmt.Errorf("note that a look failed: %w", err)
	}
	return cause
}

// Night asks for the look of the night when it is due, and forgets what is old.
func (s *Service) Night(ctx context.Context) error {
	now := s.Clock.Now().UTC()
	var last db.Time
	if err := s.DB.Reader().NewRaw(`SELECT coalesce(max(asked_at), 0) FROM listen_group_run WHERE asked_by = ''`).Scan(ctx, &last); err != nil {
		return fmt.Errorf("last look of the night: %w", err)
	}
	if !jobs.Nightly(now, last.Std()) {
		return nil
	}
	_, newest, err := s.Listen.Extent(ctx)
	if err != nil {
		return err
	}
	r := Run{ID: id.New(), From: db.At(now.Add(-night)), Until: db.At(now.Add(time.Hour)), Window: int64(UsualWindow / time.Second), State: Waiting, AskedAt: db.At(now)}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.forget(ctx, tx, db.At(now.Add(-keptFor))); err != nil {
			return err
		}
		if newest.Before(now.Add(-night)) {
			return nil // nothing to look at
		}
		return s.ask(ctx, tx, r)
	})
}

// forget removes groups and looks that are long over.
func (s *Service) forget(ctx context.Context, tx bun.Tx, before db.Time) error {
	for _, q := range []string{
		`DELETE FROM listen_group_post WHERE group_id IN (SELECT id FROM listen_group WHERE seen_at < ?)`,
		`DELETE FROM listen_group WHERE seen_at < ?`,
		`DELETE FROM listen_group_run WHERE asked_at < ? AND state IN ('done', 'failed') AND NOT EXISTS (SELECT 1 FROM listen_group g WHERE g.run_id = listen_group_run.id)`,
	} {
		if _, err := tx.ExecContext(ctx, q, before); err != nil {
			return fmt.Errorf("forget groups: %w", err)
		}
	}
	return nil
}
