package listen

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/jobs"
)

// Jobs registers what runs outside requests.
func (s *Service) Jobs(q *jobs.Queue) {
	jobs.Handle(q, s.countWords)
	jobs.Handle(q, s.runDetect)
	jobs.Handle(q, s.runWatch)
	jobs.Handle(q, s.runRecount)
	jobs.Handle(q, s.runRecounts)
	jobs.Handle(q, s.runPrune)
	jobs.Handle(q, s.runImport)
	jobs.Handle(q, s.runPoll)
	jobs.Handle(q, s.runFetch)
	q.Every(time.Minute, pollJob{})
	q.Every(5*time.Minute, wordsJob{})
	q.Every(time.Minute, watchJob{})
	q.Every(time.Hour, pruneJob{})
	q.Every(time.Hour, recountsJob{})
}

// pruneJob removes posts that are older than they may be kept.
type pruneJob struct{}

// Kind implements jobs.Args.
func (pruneJob) Kind() string { return "listen.prune" }

func (s *Service) runPrune(ctx context.Context, _ jobs.Job[pruneJob]) error {
	err := s.store.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM listen_feed_item WHERE seen < ?`, db.At(s.clock.Now().Add(-itemMemory)))
		return err
	})
	if err != nil {
		return fmt.Errorf("forget items: %w", err)
	}
	if s.keep <= 0 {
		return nil
	}
	before := PostID(s.clock.Now().Add(-s.keep))
	stop := time.Now().Add(slice)
	for time.Now().Before(stop) {
		n, err := s.prune(ctx, before)
		if err != nil {
			return err
		}
		if n == 0 {
			return s.forgetMentions(ctx, before)
		}
	}
	return jobs.Later(time.Second)
}

func (s *Service) prune(ctx context.Context, before int64) (n int, err error) {
	err = s.store.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.lockStore(ctx, tx); err != nil {
			return err
		}
		ids := []int64{}
		if err := tx.NewRaw(`SELECT id FROM listen_post WHERE id < ? ORDER BY id LIMIT 2000`, before).Scan(ctx, &ids); err != nil {
			return fmt.Errorf("old posts: %w", err)
		}
		if n = len(ids); n == 0 {
			return nil
		}
		if err := words.Delete(ctx, tx, ids...); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM listen_post WHERE id <= ?`, ids[n-1])
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("prune posts: %w", err)
	}
	return n, nil
}

// forgetMentions removes what leads to posts that are gone. Sums stay.
func (s *Service) forgetMentions(ctx context.Context, before int64) error {
	var numbers []int64
	if err := s.db.Reader().NewRaw(`SELECT number FROM listen_topic`).Scan(ctx, &numbers); err != nil {
		return fmt.Errorf("topics: %w", err)
	}
	return s.store.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.lockStore(ctx, tx); err != nil {
			return err
		}
		for _, n := range numbers {
			if _, err := tx.ExecContext(ctx, `DELETE FROM listen_mention WHERE topic = ? AND post < ?`, n, before); err != nil {
				return fmt.Errorf("prune mentions: %w", err)
			}
		}
		for _, q := range []string{`DELETE FROM listen_story WHERE last < ?`, `DELETE FROM listen_story_sketch WHERE newest < ?`} {
			if _, err := tx.ExecContext(ctx, q, before); err != nil {
				return fmt.Errorf("prune stories: %w", err)
			}
		}
		return nil
	})
}
