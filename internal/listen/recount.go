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
	"sifara/internal/search"
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
	if first, err = s.countable(ctx, first); err != nil {
		return err
	}
	before := job.Args.Before
	if before == 0 {
		before = (dayOf(hourOf(last)) + 1) * 24 // whole days: some sums are by the day
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

// countable is the first moment from which posts can be counted anew. What was
// counted of posts that are gone by now stays as it is: where the first that is
// left is younger than the counts, from the next day on.
func (s *Service) countable(ctx context.Context, first time.Time) (time.Time, error) {
	var oldest int64
	if err := s.store.Reader().NewRaw(`SELECT coalesce(min(id), 0) FROM listen_post`).Scan(ctx, &oldest); err != nil {
		return first, fmt.Errorf("oldest post: %w", err)
	}
	if at := timeOf(oldest); oldest > 0 && hourOf(at) > hourOf(first) {
		return at.Truncate(24 * time.Hour).Add(24 * time.Hour), nil
	}
	return first, nil
}

// recountsJob has topics counted whose counts are behind their terms and for
// which no job is left, as after a change of the tables.
type recountsJob struct{}

// Kind implements jobs.Args.
func (recountsJob) Kind() string { return "listen.recounts" }

func (s *Service) runRecounts(ctx context.Context, _ jobs.Job[recountsJob]) error {
	list, err := topics(ctx, s.db.Reader())
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		for _, t := range list {
			if t.Counted() || s.clock.Now().Sub(t.UpdatedAt.Std()) < time.Hour {
				continue
			}
			if err := s.enqueue(ctx, tx, recountJob{Topic: t.ID, Version: t.TermsVersion}, jobs.Unique()); err != nil {
				return err
			}
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
		lo, hi := span(hourTime(from), hourTime(to))
		if err := s.forgetCounts(ctx, tx, t, from, to); err != nil {
			return err
		}
		list, err := s.mentionsOf(ctx, tx, t, lo, hi)
		if err != nil {
			return fmt.Errorf("recount topic: %w", err)
		}
		sums, days := map[topicKey]int64{}, facets{}
		var rows []any
		for _, m := range list {
			sums[topicKey{t.ID, hourOf(timeOf(m.ID)), m.Country}]++
			days.add(t.Number, m)
			rows = append(rows, mentionRow(t.Number, m)...)
		}
		if err := s.bulk(ctx, tx, mentionInsert, mentionWidth, rows, ``); err != nil {
			return fmt.Errorf("recount topic: %w", err)
		}
		if err := s.addFacets(ctx, tx, days); err != nil {
			return err
		}
		return upsert(ctx, s, tx, `INSERT INTO listen_topic_count (topic, hour, country, posts)`, ` ON CONFLICT (topic, hour, country) DO UPDATE SET posts = excluded.posts`, sums,
			func(k topicKey) []any { return []any{k.topic, k.hour, k.country} },
			func(a, b topicKey) int {
				return cmp.Or(cmp.Compare(a.hour, b.hour), strings.Compare(a.country, b.country))
			})
	})
}

// forgetCounts removes what was counted of a topic in the hours [from, to).
func (s *Service) forgetCounts(ctx context.Context, tx bun.Tx, t Topic, from, to int64) error {
	lo, hi := span(hourTime(from), hourTime(to))
	for _, q := range []struct {
		query string
		args  []any
	}{
		{`DELETE FROM listen_topic_count WHERE topic = ? AND hour >= ? AND hour < ?`, []any{t.ID, from, to}},
		{`DELETE FROM listen_mention WHERE topic = ? AND post >= ? AND post < ?`, []any{t.Number, lo, hi}},
		{`DELETE FROM listen_topic_day WHERE topic = ? AND day >= ? AND day < ?`, []any{t.Number, dayOf(from), dayOf(to)}},
	} {
		if _, err := tx.ExecContext(ctx, q.query, q.args...); err != nil {
			return fmt.Errorf("recount topic: %w", err)
		}
	}
	return nil
}

// mentionsOf finds the posts of a topic in a range of ids. Posts that came
// before the classifiers were asked are labelled now; those of a narrative are
// compared with its wordings.
func (s *Service) mentionsOf(ctx context.Context, tx bun.Tx, t Topic, lo, hi int64) ([]mention, error) {
	_, clause, args := s.from(t.candidates(), lo, hi)
	text := `CASE WHEN labels = 0 THEN text ELSE '' END`
	if t.Narrative() {
		text = `text`
	}
	var rows []struct {
		ID, Source, Story   int64
		Country, Lang, Text string
		Labels              Labels
	}
	err := tx.NewRaw(`SELECT id, source, story, country, lang, labels, `+text+` AS text FROM listen_post WHERE id IN (SELECT rowid `+clause+`)`, args...).Scan(ctx, &rows)
	if err != nil {
		return nil, err
	}
	m := newMatcher([]Topic{t})
	out := make([]mention, 0, len(rows))
	for _, r := range rows {
		if t.Narrative() && len(m.match(tokensOf(nil, search.Document(r.Lang, r.Text, "lg:"+r.Lang)))) == 0 {
			continue
		}
		if !r.Labels.Asked() {
			r.Labels = labelsOf(r.Lang, r.Text)
		}
		out = append(out, mention{ID: r.ID, Source: r.Source, Story: cmp.Or(r.Story, r.ID), Country: r.Country, Lang: r.Lang, Labels: r.Labels})
	}
	return out, nil
}
