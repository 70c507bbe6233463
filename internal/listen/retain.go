package listen

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/jobs"
	"sifara/internal/search"
)

// pruneJob removes what is older than it may be kept.
type pruneJob struct{}

// Kind implements jobs.Args.
func (pruneJob) Kind() string { return "listen.prune" }

const (
	// rejectsKept is how long the refused lines of an import that is over are
	// kept: they may hold what no post may.
	rejectsKept = 30 * 24 * time.Hour
	// maxKeep bounds the days of a source: ten years.
	maxKeep = 3660
	// pruneAtOnce is how many posts one transaction removes.
	pruneAtOnce = 2000
	// pruneRounds bounds one run of the job, so that others get their turn.
	pruneRounds = 50
)

func (s *Service) runPrune(ctx context.Context, _ jobs.Job[pruneJob]) error {
	if err := s.forgetItems(ctx); err != nil {
		return err
	}
	if err := s.forgetRejects(ctx); err != nil {
		return err
	}
	if err := s.forgetKeys(ctx); err != nil {
		return err
	}
	if err := s.forgetResponses(ctx); err != nil {
		return err
	}
	done, err := s.prunePosts(ctx)
	if err == nil && !done {
		return jobs.Later(time.Second)
	}
	return err
}

// Keeps is how long posts of a source are kept; zero is for ever.
func (s *Service) Keeps(src Source) time.Duration {
	if src.KeepDays > 0 {
		return time.Duration(src.KeepDays) * 24 * time.Hour
	}
	return s.keep
}

// prunePosts removes posts by the rules of their sources. It reports whether
// nothing is left to remove.
func (s *Service) prunePosts(ctx context.Context) (done bool, err error) {
	sources, err := s.sourcesByNumber(ctx)
	if err != nil {
		return false, err
	}
	own := false
	for _, src := range sources {
		own = own || src.KeepDays > 0
	}
	rounds := 0
	if !own && s.keep > 0 {
		// One rule for all: the oldest posts, without looking at their sources.
		return s.pruneOf(ctx, search.Query{}, s.keep, &rounds)
	}
	done = true
	for number, src := range sources {
		keep := s.Keeps(src)
		if keep <= 0 || !own {
			continue
		}
		all, err := s.pruneOf(ctx, search.Query{}.With("src:"+strconv.FormatInt(number, 10)), keep, &rounds)
		if err != nil {
			return false, err
		}
		done = done && all
	}
	return done, nil
}

// pruneOf removes the posts of a question that are older than they may be.
func (s *Service) pruneOf(ctx context.Context, q search.Query, keep time.Duration, rounds *int) (done bool, err error) {
	before := PostID(s.clock.Now().Add(-keep))
	for ; *rounds < pruneRounds; *rounds++ {
		n, err := s.prune(ctx, q, before)
		if err != nil || n == 0 {
			return err == nil, err
		}
	}
	return false, nil
}

func (s *Service) prune(ctx context.Context, q search.Query, before int64) (n int, err error) {
	numbers, err := s.topicNumbers(ctx)
	if err != nil {
		return 0, err
	}
	err = s.store.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.lockStore(ctx, tx); err != nil {
			return err
		}
		ids := []int64{}
		column, clause, args := s.from(q, 0, before)
		if err := tx.NewRaw(`SELECT `+column+` `+clause+` ORDER BY `+column+` LIMIT ?`, append(args, pruneAtOnce)...).Scan(ctx, &ids); err != nil {
			return fmt.Errorf("old posts: %w", err)
		}
		if n = len(ids); n == 0 {
			return s.forgetStories(ctx, tx, before)
		}
		return s.forgetPosts(ctx, tx, numbers, ids)
	})
	if err != nil {
		return 0, fmt.Errorf("prune posts: %w", err)
	}
	if n == 0 {
		return 0, nil
	}
	return n, s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error { return s.removed(ctx, tx, "posts", int64(n)) })
}

// forgetStories removes stories of which no post can be left. Sums stay.
func (s *Service) forgetStories(ctx context.Context, tx bun.Tx, before int64) error {
	for _, q := range []string{
		`DELETE FROM listen_story WHERE last < ? AND NOT EXISTS (SELECT 1 FROM listen_post WHERE listen_post.id = listen_story.last)`,
		`DELETE FROM listen_story_sketch WHERE newest < ?`,
	} {
		if _, err := tx.ExecContext(ctx, q, before); err != nil {
			return fmt.Errorf("prune stories: %w", err)
		}
	}
	return nil
}

// forgetItems forgets items that their feeds no longer show.
func (s *Service) forgetItems(ctx context.Context) error {
	var n int64
	err := s.store.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.ExecContext(ctx, `DELETE FROM listen_feed_item WHERE seen < ?`, db.At(s.clock.Now().Add(-itemMemory)))
		if err == nil {
			n, err = res.RowsAffected()
		}
		return err
	})
	if err != nil || n == 0 {
		return wrap("forget items", err)
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error { return s.removed(ctx, tx, "items", n) })
}

// forgetRejects removes the refused lines of imports that are long over.
func (s *Service) forgetRejects(ctx context.Context) error {
	var over []string
	err := s.db.Reader().NewRaw(`SELECT id FROM listen_import WHERE finished_at > 0 AND finished_at < ?`, db.At(s.clock.Now().Add(-rejectsKept))).Scan(ctx, &over)
	if err != nil {
		return fmt.Errorf("imports that are over: %w", err)
	}
	var n int64
	err = s.store.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		n = 0
		for _, id := range over {
			res, err := tx.ExecContext(ctx, `DELETE FROM listen_import_reject WHERE import = ?`, id)
			if err != nil {
				return err
			}
			k, err := res.RowsAffected()
			if err != nil {
				return err
			}
			n += k
		}
		return nil
	})
	if err != nil || n == 0 {
		return wrap("forget refused lines", err)
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error { return s.removed(ctx, tx, "lines", n) })
}

// removed counts what retention removed, for the data-protection report.
func (s *Service) removed(ctx context.Context, tx bun.Tx, kind string, n int64) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO listen_removed (day, kind, removed) VALUES (?, ?, ?) ON CONFLICT (day, kind) DO UPDATE SET removed = listen_removed.removed + excluded.removed`,
		dayOf(hourOf(s.clock.Now())), kind, n)
	return wrap("count what was removed", err)
}

func wrap(what string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// idList writes ids for a query.
func idList(ids []int64) string {
	b := make([]byte, 0, 20*len(ids))
	for i, id := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, id, 10)
	}
	return string(b)
}
