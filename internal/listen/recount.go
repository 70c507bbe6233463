package listen

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/jobs"
)

// recountJob counts a topic's posts of the past anew, from the newest
// backwards. Before is the hour up to which there is still to count; zero from
// the end.
type recountJob struct {
	Topic   string `json:"topic"`
	Version int64  `json:"version"`
	Before  int64  `json:"before,omitempty"`
}

// Kind implements jobs.Args.
func (recountJob) Kind() string { return "listen.recount" }

func (s *Service) recountSoon(ctx context.Context, tx bun.Tx, t Topic) error {
	return s.enqueue(ctx, tx, recountJob{Topic: t.ID, Version: t.TermsVersion})
}

// The hours that are counted in one transaction of the store, while which new
// posts wait: as many as take about recountTakes.
const (
	recountLeast = 24
	recountMost  = 64 * 24
	recountTakes = 50 * time.Millisecond
)

// nextStep chooses the hours of the next transaction by what the last took.
func nextStep(step int64, took time.Duration) int64 {
	switch {
	case took > 2*recountTakes:
		return max(step/2, recountLeast)
	case took < recountTakes/2:
		return min(step*2, recountMost)
	}
	return step
}

func (s *Service) runRecount(ctx context.Context, job jobs.Job[recountJob]) error {
	stop := time.Now().Add(slice)
	t, err := topicByID(ctx, s.db.Reader(), job.Args.Topic)
	if errs.KindOf(err) == errs.NotFound {
		return jobs.Cancel(err)
	}
	if err != nil {
		return err
	}
	if t.TermsVersion != job.Args.Version || t.Archived {
		return nil // changed again: that change has a job of its own
	}
	first, last, err := s.Extent(ctx)
	if err != nil {
		return err
	}
	before := job.Args.Before
	if before == 0 {
		before = hourOf(last) + 1
	}
	p, step := newPace(), int64(recountLeast)
	for before > hourOf(first) && !first.IsZero() {
		from, began := before-step, time.Now()
		if err := s.recount(ctx, t, from, before); err != nil {
			return err
		}
		before, step = from, nextStep(step, time.Since(began))
		if err := p.rest(ctx); err != nil {
			return err
		}
		if time.Now().After(stop) {
			return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
				return s.enqueue(ctx, tx, recountJob{Topic: t.ID, Version: job.Args.Version, Before: before})
			})
		}
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE listen_topic SET counted_version = ? WHERE id = ? AND terms_version = ?`, job.Args.Version, t.ID, job.Args.Version)
		if err != nil {
			return fmt.Errorf("topic counted: %w", err)
		}
		if err := s.notify(ctx, tx, LivePosts); err != nil {
			return err
		}
		if t.Watched && !last.IsZero() {
			return s.enqueue(ctx, tx, detectJob{From: db.At(first), To: db.At(last.Add(time.Hour))})
		}
		return nil
	})
}

// recount counts the posts of the hours [from, to) anew. New posts wait
// meanwhile, so that none is counted twice or not at all.
func (s *Service) recount(ctx context.Context, t Topic, from, to int64) error {
	return s.store.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.lockStore(ctx, tx); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM listen_topic_count WHERE topic = ? AND hour >= ? AND hour < ?`, t.ID, from, to); err != nil {
			return fmt.Errorf("recount topic: %w", err)
		}
		lo, hi := span(hourTime(from), hourTime(to))
		_, clause, args := s.from(t.query(), lo, hi)
		var rows []struct {
			ID      int64
			Country string
		}
		if err := tx.NewRaw(`SELECT id, country FROM listen_post WHERE id IN (SELECT rowid `+clause+`)`, args...).Scan(ctx, &rows); err != nil {
			return fmt.Errorf("recount topic: %w", err)
		}
		sums := map[topicKey]int64{}
		for _, r := range rows {
			sums[topicKey{t.ID, hourOf(timeOf(r.ID)), r.Country}]++
		}
		return upsert(ctx, s, tx, `INSERT INTO listen_topic_count (topic, hour, country, posts)`, ` ON CONFLICT (topic, hour, country) DO UPDATE SET posts = excluded.posts`, sums,
			func(k topicKey) []any { return []any{k.topic, k.hour, k.country} },
			func(a, b topicKey) int {
				return cmp.Or(cmp.Compare(a.hour, b.hour), strings.Compare(a.country, b.country))
			})
	})
}
