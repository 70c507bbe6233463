package listen

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"sifara/internal/errs"
	"sifara/internal/jobs"
	"sifara/internal/search"
)

// filter says which posts of a source are taken. The zero filter takes all.
type filter struct{ keep, drop search.Expr }

// newFilter compiles the expressions of a source.
func newFilter(src Source) (filter, error) {
	var f filter
	var err error
	if src.KeepIf != "" {
		if f.keep, err = search.ParseExpr(src.KeepIf, search.InARow); err != nil {
			return f, err
		}
	}
	if src.DropIf != "" {
		f.drop, err = search.ParseExpr(src.DropIf, search.InARow)
	}
	return f, err
}

func (f filter) empty() bool { return f.keep.Empty() && f.drop.Empty() }

// wants reports whether a post is taken, by what the index holds of it.
func (f filter) wants(words string) bool {
	if f.empty() {
		return true
	}
	tokens := strings.Split(words, " ")
	return (f.keep.Empty() || f.keep.Matches(tokens)) && !f.drop.Matches(tokens)
}

// checkFilter finds what is wrong with the expressions.
func (s *Source) checkFilter() (wrong []errs.Field) {
	for _, x := range []struct{ name, expr string }{{"keep_if", s.KeepIf}, {"drop_if", s.DropIf}} {
		if x.expr == "" {
			continue
		}
		_, err := search.ParseExpr(x.expr, search.InARow)
		if e, ok := errors.AsType[*search.SyntaxError](err); ok {
			wrong = append(wrong, errs.Field{Name: x.name, Key: "listen.source.bad_filter", Args: []any{"place", e.Pos}})
		} else if err != nil || len(x.expr) > maxTermBytes {
			wrong = append(wrong, errs.Field{Name: x.name, Key: "listen.source.bad_filter", Args: []any{"place", 1}})
		}
	}
	return wrong
}

// FilterTest is what a filter would do to stored posts.
type FilterTest struct {
	Looked  int    `json:"looked"`
	Dropped int    `json:"dropped"`
	Posts   []Post `json:"-"` // some of those that would be dropped
}

// filterLook is how many stored posts a test looks at.
const filterLook = 1000

// TestFilter tries the filter of a source, which need not be saved, on its
// newest stored posts. Nothing is changed.
func (s *Service) TestFilter(ctx context.Context, src Source) (FilterTest, error) {
	if err := allowed(ctx, ManageSources, src.Scope()); err != nil {
		return FilterTest{}, err
	}
	if err := s.refuseSource(ctx, src); err != nil {
		return FilterTest{}, err
	}
	if err := errs.InvalidFields(src.checkFilter()...); err != nil {
		return FilterTest{}, err
	}
	f, err := newFilter(src)
	if err != nil {
		return FilterTest{}, err
	}
	old, err := s.Source(ctx, src.ID)
	if err != nil {
		return FilterTest{}, err
	}
	_, dropped, looked, err := s.sift(ctx, f, old.Number, 1<<62, filterLook)
	if err != nil {
		return FilterTest{}, err
	}
	t := FilterTest{Looked: looked, Dropped: len(dropped)}
	t.Posts, err = s.posts(ctx, dropped[:min(len(dropped), 5)])
	return t, err
}

// sift looks at stored posts of a source before an id and gives those that the
// filter drops, and the id of the last that it looked at.
func (s *Service) sift(ctx context.Context, f filter, source, before int64, most int) (last int64, dropped []int64, looked int, err error) {
	ids, err := s.ids(ctx, search.Query{}.With("src:"+strconv.FormatInt(source, 10)), 0, before, most)
	if err != nil || len(ids) == 0 {
		return 0, nil, 0, err
	}
	posts, err := s.posts(ctx, ids)
	if err != nil {
		return 0, nil, 0, err
	}
	for _, p := range posts {
		if !f.wants(search.Document(p.Lang, p.Text, "lg:"+p.Lang)) {
			dropped = append(dropped, p.ID)
		}
	}
	return ids[len(ids)-1], dropped, len(ids), nil
}

// filterJob removes stored posts that the filter of their source drops.
type filterJob struct {
	Source string `json:"source"`
	Before int64  `json:"before"`
}

// Kind implements jobs.Args.
func (filterJob) Kind() string { return "listen.filter" }

// ApplyFilter applies the saved filter of a source to its stored posts again: a
// job removes what it drops. What was never stored does not come back.
func (s *Service) ApplyFilter(ctx context.Context, id string) error {
	src, err := s.Source(ctx, id)
	if err != nil {
		return err
	}
	if err := allowed(ctx, ManageSources, src.Scope()); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.enqueue(ctx, tx, filterJob{Source: id, Before: 1 << 62}, jobs.Unique()); err != nil {
			return err
		}
		return s.record(ctx, tx, ManageSources, src.Scope(), "listen.source.filter", "source", id, map[string]any{"name": src.Name})
	})
}

func (s *Service) runFilter(ctx context.Context, job jobs.Job[filterJob]) error {
	src, err := s.Source(ctx, job.Args.Source)
	if err != nil {
		return err
	}
	f, err := newFilter(src)
	if err != nil || f.empty() {
		return err
	}
	last, dropped, looked, err := s.sift(ctx, f, src.Number, job.Args.Before, pruneAtOnce)
	if err != nil {
		return fmt.Errorf("filter posts: %w", err)
	}
	if len(dropped) > 0 {
		if err := s.removePosts(ctx, dropped); err != nil {
			return err
		}
	}
	if looked < pruneAtOnce {
		return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error { return s.notify(ctx, tx, LivePosts) })
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return s.enqueue(ctx, tx, filterJob{Source: src.ID, Before: last})
	})
}

// topicNumbers are the numbers by which the store knows topics.
func (s *Service) topicNumbers(ctx context.Context) (numbers []int64, err error) {
	if err = s.db.Reader().NewRaw(`SELECT number FROM listen_topic`).Scan(ctx, &numbers); err != nil {
		return nil, fmt.Errorf("topics: %w", err)
	}
	return numbers, nil
}

// removePosts removes posts with all that leads to them; counts stay.
func (s *Service) removePosts(ctx context.Context, ids []int64) error {
	numbers, err := s.topicNumbers(ctx)
	if err != nil {
		return err
	}
	err = s.store.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.lockStore(ctx, tx); err != nil {
			return err
		}
		return s.forgetPosts(ctx, tx, numbers, ids)
	})
	if err != nil {
		return fmt.Errorf("remove posts: %w", err)
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error { return s.removed(ctx, tx, "posts", int64(len(ids))) })
}

// forgetPosts is removePosts within a transaction of the store.
func (s *Service) forgetPosts(ctx context.Context, tx bun.Tx, topics, ids []int64) error {
	if err := words.Delete(ctx, tx, ids...); err != nil {
		return err
	}
	list := idList(ids)
	for _, t := range topics {
		if _, err := tx.ExecContext(ctx, `DELETE FROM listen_mention WHERE topic = ? AND post IN (`+list+`)`, t); err != nil {
			return fmt.Errorf("prune mentions: %w", err)
		}
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM listen_response WHERE post IN (`+list+`)`); err != nil {
		return fmt.Errorf("prune responses: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM listen_shared WHERE post IN (`+list+`)`); err != nil {
		return fmt.Errorf("prune what posts share: %w", err)
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM listen_post WHERE id IN (`+list+`)`)
	return err
}
