package influence

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/jobs"
)

// hourJob ends what is over, and asks for the measure of the night.
type hourJob struct{}

// Kind implements jobs.Args.
func (hourJob) Kind() string { return "listen.actors_hour" }

// measureJob measures one stretch: both would take a job too long.
type measureJob struct {
	Days int `json:"days"`
}

// Kind implements jobs.Args.
func (measureJob) Kind() string { return "listen.influence" }

// Jobs registers what runs outside requests.
func (s *Service) Jobs(q *jobs.Queue) {
	jobs.Handle(q, func(ctx context.Context, _ jobs.Job[hourJob]) error { return s.Hour(ctx) })
	jobs.Handle(q, func(ctx context.Context, job jobs.Job[measureJob]) error {
		_, err := s.Measure(ctx, job.Args.Days)
		return err
	})
	q.Every(time.Hour, hourJob{})
}

// Hour ends the entries whose date has come, and has influence measured when it
// is due.
func (s *Service) Hour(ctx context.Context) error {
	if err := s.Expire(ctx); err != nil {
		return err
	}
	var last db.Time
	if err := s.DB.Reader().NewRaw(`SELECT coalesce(max(measured_at), 0) FROM listen_influence_run`).Scan(ctx, &last); err != nil {
		return fmt.Errorf("last measure of influence: %w", err)
	}
	if !jobs.Nightly(s.Clock.Now(), last.Std()) {
		return nil
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error { return s.ask(ctx, tx) })
}

// Ask has influence measured now, beside the measure of the night.
func (s *Service) Ask(ctx context.Context) error {
	if err := may(ctx, Manage); err != nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error { return s.ask(ctx, tx) })
}

func (s *Service) ask(ctx context.Context, tx bun.Tx) error {
	if s.Queue == nil {
		return errs.New(errs.Unavailable, "")
	}
	for _, days := range Stretches {
		if err := s.Queue.Insert(ctx, tx, measureJob{days}, jobs.Unique(), jobs.Attempts(3)); err != nil {
			return err
		}
	}
	return s.Audit.Record(ctx, tx, audit.Entry{Act: "listen.actors.ask", Object: "influence", Permission: Manage})
}
