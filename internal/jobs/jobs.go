// Package jobs runs work outside the request: River's queue in the house's own
// database, so that a job exists exactly when the act that caused it was
// committed.
//
// A job may run more than once (a node can die after the work and before the
// note of it): handlers are idempotent. On PostgreSQL any node may run any
// job, and one elected node inserts the periodic ones.
package jobs

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"
	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/perm"
)

// Args are what a job is told, kept as JSON. Kind names the job for ever:
// "publish.release".
type Args = river.JobArgs

// Job is one run of a job. Attempt counts from 1.
type Job[T Args] struct {
	ID          int64
	Attempt     int
	MaxAttempts int
	Args        T
}

// Last reports whether a failure of this run is final.
func (j Job[T]) Last() bool { return j.Attempt >= j.MaxAttempts }

const (
	// timeout bounds one run; longer work goes on in a following job.
	timeout = time.Minute
	// rescueAfter is when a run whose node died is given to another.
	rescueAfter = 2 * time.Minute
)

// Queue is the house's job queue. Handlers and periodic jobs are registered
// while the house is wired, before the first Insert or Start.
type Queue struct {
	db       *db.DB
	log      *slog.Logger
	workers  *river.Workers
	periodic []*river.PeriodicJob
	direct   map[string]func(context.Context, *rivertype.JobRow) error

	once    sync.Once
	client  *river.Client[*sql.Tx]
	failure error
}

// New gives a queue on a database whose job tables have been migrated.
func New(d *db.DB, log *slog.Logger) *Queue {
	return &Queue{db: d, log: log, workers: river.NewWorkers(), direct: map[string]func(context.Context, *rivertype.JobRow) error{}}
}

// Handle registers the handler of a kind of job. The handler's context carries
// the system actor of that name. An error means another try, later each time;
// Cancel ends it.
func Handle[T Args](q *Queue, fn func(ctx context.Context, job Job[T]) error) {
	var zero T
	run := func(ctx context.Context, row *rivertype.JobRow, args T) error {
		ctx = perm.With(ctx, perm.SystemActor("job:"+zero.Kind()))
		return fn(ctx, Job[T]{ID: row.ID, Attempt: row.Attempt, MaxAttempts: row.MaxAttempts, Args: args})
	}
	river.AddWorker(q.workers, river.WorkFunc(func(ctx context.Context, j *river.Job[T]) error { return run(ctx, j.JobRow, j.Args) }))
	q.direct[zero.Kind()] = func(ctx context.Context, row *rivertype.JobRow) error {
		var args T
		if err := json.Unmarshal(row.EncodedArgs, &args); err != nil {
			return fmt.Errorf("arguments of job %d: %w", row.ID, err)
		}
		return run(ctx, row, args)
	}
}

// Every has a job inserted at each interval, by one node of the house.
func (q *Queue) Every(interval time.Duration, args Args) {
	q.periodic = append(q.periodic, river.NewPeriodicJob(river.PeriodicInterval(interval),
		func() (river.JobArgs, *river.InsertOpts) {
			return args, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: pending}}
		}, &river.PeriodicJobOpts{RunOnStart: true}))
}

// pending are the states in which a unique job is not inserted again. A
// running one is among them because River requires it; a periodic job that
// would have been inserted while its predecessor runs simply waits for the
// next interval.
var pending = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning,
	rivertype.JobStateRetryable, rivertype.JobStateScheduled,
}

// Option changes how a job is inserted.
type Option func(*river.InsertOpts)

// At has the job run no earlier than t.
func At(t time.Time) Option { return func(o *river.InsertOpts) { o.ScheduledAt = t } }

// Unique inserts nothing when a job with the same arguments is waiting or
// running.
func Unique() Option {
	return func(o *river.InsertOpts) { o.UniqueOpts = river.UniqueOpts{ByArgs: true, ByState: pending} }
}

// Attempts bounds the tries; the default is 25, over about three weeks.
func Attempts(n int) Option { return func(o *river.InsertOpts) { o.MaxAttempts = n } }

// Insert adds a job in the transaction that causes it.
func (q *Queue) Insert(ctx context.Context, tx bun.Tx, args Args, options ...Option) error {
	if err := q.ready(); err != nil {
		return err
	}
	o := &river.InsertOpts{}
	for _, f := range options {
		f(o)
	}
	if _, err := q.client.InsertTx(ctx, tx.Tx, args, o); err != nil {
		return fmt.Errorf("insert job %s: %w", args.Kind(), err)
	}
	return nil
}

// Cancel wraps an error that no further try can mend.
func Cancel(err error) error { return river.JobCancel(err) }

// Later has the same job run again after d, without counting a failure.
func Later(d time.Duration) error { return river.JobSnooze(d) }

func (q *Queue) ready() error {
	q.once.Do(func() {
		c := &river.Config{
			Logger:               q.log,
			Workers:              q.workers,
			Queues:               map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 4}},
			PeriodicJobs:         q.periodic,
			JobTimeout:           timeout,
			RescueStuckJobsAfter: rescueAfter,
			FetchCooldown:        50 * time.Millisecond,
			FetchPollInterval:    500 * time.Millisecond,
		}
		if q.db.Engine() == db.Postgres {
			q.client, q.failure = river.NewClient(riverdatabasesql.New(q.db.Writer().DB), c)
		} else {
			q.client, q.failure = river.NewClient(riversqlite.New(q.db.Writer().DB), c)
		}
	})
	return q.failure
}

// Start begins to work jobs until ctx ends or Stop is called. On SQLite, where
// this process is the only worker, jobs that a killed predecessor left running
// are taken up at once, and so is its office as leader: without a leader nothing
// planned becomes due until the lease of the dead one ends.
func (q *Queue) Start(ctx context.Context) error {
	if err := q.ready(); err != nil {
		return err
	}
	if q.db.Engine() == db.SQLite {
		if _, err := q.db.Writer().ExecContext(ctx, `UPDATE river_job SET state = 'available' WHERE state = 'running'`); err != nil {
			return fmt.Errorf("take up orphaned jobs: %w", err)
		}
		if _, err := q.db.Writer().ExecContext(ctx, `DELETE FROM river_leader`); err != nil {
			return fmt.Errorf("take over as leader: %w", err)
		}
	}
	return q.client.Start(ctx)
}

// Stop lets running jobs finish until ctx ends, then cancels them.
func (q *Queue) Stop(ctx context.Context) error {
	if q.client == nil {
		return nil
	}
	if err := q.client.Stop(ctx); err == nil {
		return nil
	}
	again, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return q.client.StopAndCancel(again)
}

// Drain runs every job that is due at now, and those they cause, one after
// the other in the caller's goroutine, and stops at the first failure. It is
// for tests and for building the demonstration; no client may be running.
func (q *Queue) Drain(ctx context.Context, now time.Time) error {
	if err := q.ready(); err != nil {
		return err
	}
	for {
		due, err := q.due(ctx, now)
		if err != nil || len(due) == 0 {
			return err
		}
		for _, row := range due {
			if err := q.runNow(ctx, row); err != nil {
				return fmt.Errorf("job %s: %w", row.Kind, err)
			}
		}
	}
}

func (q *Queue) due(ctx context.Context, now time.Time) ([]*rivertype.JobRow, error) {
	list, err := q.client.JobList(ctx, river.NewJobListParams().First(1000).
		States(rivertype.JobStateAvailable, rivertype.JobStateScheduled, rivertype.JobStateRetryable).
		OrderBy(river.JobListOrderByID, river.SortOrderAsc))
	if err != nil {
		return nil, fmt.Errorf("list jobs: %w", err)
	}
	return slices.DeleteFunc(list.Jobs, func(r *rivertype.JobRow) bool {
		return r.State != rivertype.JobStateAvailable && r.ScheduledAt.After(now)
	}), nil
}

func (q *Queue) runNow(ctx context.Context, row *rivertype.JobRow) error {
	fn, ok := q.direct[row.Kind]
	if !ok {
		return errors.New("no handler")
	}
	row.Attempt++
	err := fn(ctx, row)
	if snooze, ok := errors.AsType[*rivertype.JobSnoozeError](err); ok {
		later := time.Now().Add(snooze.Duration)
		_, err = q.db.Writer().ExecContext(ctx, `UPDATE river_job SET state = 'scheduled', scheduled_at = ? WHERE id = ?`, later, row.ID)
		return err
	}
	if cancel, ok := errors.AsType[*rivertype.JobCancelError](err); ok {
		q.log.Info("job cancelled", "kind", row.Kind, "err", cancel)
		err = nil
	}
	if err != nil {
		return err
	}
	_, err = q.client.JobDelete(ctx, row.ID)
	return err
}

// Backlog counts the jobs that wait or run, and those given up.
func (q *Queue) Backlog(ctx context.Context) (waiting, failed int, err error) {
	err = q.db.Reader().NewRaw(`SELECT
		coalesce(sum(CASE WHEN state IN ('available','running','retryable') THEN 1 ELSE 0 END), 0),
		coalesce(sum(CASE WHEN state = 'discarded' THEN 1 ELSE 0 END), 0) FROM river_job`).Scan(ctx, &waiting, &failed)
	return waiting, failed, err
}
