package listen

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/fetch"
	"sifara/internal/jobs"
	"sifara/internal/listen/collect"
	"sifara/internal/perm"
)

// pollJob finds the sources that are due.
type pollJob struct{}

// Kind implements jobs.Args.
func (pollJob) Kind() string { return "listen.poll" }

// fetchJob asks one source.
type fetchJob struct {
	Source string `json:"source"`
}

// Kind implements jobs.Args.
func (fetchJob) Kind() string { return "listen.fetch" }

const (
	pollAtOnce = 200
	// lease is how long a source that was handed to a job is not handed to
	// another, should the job be lost.
	lease = 10 * time.Minute
	// itemMemory is how long an item that the feed no longer shows is
	// remembered.
	itemMemory = 120 * 24 * time.Hour
	// mapsAtOnce is how many maps of an index of maps are read.
	mapsAtOnce = 3
)

func (s *Service) runPoll(ctx context.Context, _ jobs.Job[pollJob]) error {
	now := db.At(s.clock.Now())
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		ids := []string{}
		err := tx.NewRaw(`SELECT id FROM listen_source WHERE kind IN (?) AND paused = ? AND next_at <= ? ORDER BY next_at LIMIT ?`, bun.List(polled()), false, now, pollAtOnce).Scan(ctx, &ids)
		if err != nil {
			return fmt.Errorf("due sources: %w", err)
		}
		for _, id := range ids {
			if _, err := tx.ExecContext(ctx, `UPDATE listen_source SET next_at = ? WHERE id = ?`, now.Add(lease), id); err != nil {
				return fmt.Errorf("lease source: %w", err)
			}
			if err := s.enqueue(ctx, tx, fetchJob{Source: id}, jobs.Unique(), jobs.Attempts(1)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) runFetch(ctx context.Context, job jobs.Job[fetchJob]) error {
	src, err := sourceBy(ctx, s.db.Reader(), "id = ?", job.Args.Source)
	if errs.KindOf(err) == errs.NotFound {
		return jobs.Cancel(err)
	}
	if err != nil || src.Paused {
		return err
	}
	_, err = s.ask(ctx, src)
	return err
}

// ask asks a source once, in the way of its kind.
func (s *Service) ask(ctx context.Context, src Source) (stored int, err error) {
	if src.Kind == FeedSource || src.Kind == SitemapSource {
		return s.poll(ctx, src)
	}
	old := src
	src.LastTryAt = db.At(s.clock.Now())
	stored, failed, err := s.read(ctx, src)
	if err != nil {
		return stored, err
	}
	if failed == nil {
		src.Failures, src.LastError, src.LastSuccessAt = 0, "", src.LastTryAt
	} else {
		src.Failures++
		src.LastError = keyOf(failed)
		if collect.Lasting(failed) {
			src.Failures = max(src.Failures, deadAfter)
		}
	}
	if stored > 0 {
		src.LastNewAt = src.LastTryAt
		src.Posts += int64(stored)
	}
	src.NextAt = src.LastTryAt.Add(src.wait(collect.RetryAfter(failed), s.spread()))
	return stored, s.notePoll(ctx, old, src)
}

// poll asks a source once and stores what is new. Failures of the source are
// noted with it; the error is ours.
func (s *Service) poll(ctx context.Context, src Source) (stored int, err error) {
	old := src
	src.LastTryAt = db.At(s.clock.Now())
	var retryAfter time.Duration
	failure := func(key string) {
		src.Failures++
		src.LastError = key
	}
	resp, err := s.fetch.Get(ctx, src.URL, fetch.Conditional{ETag: src.ETag, LastModified: src.LastModified})
	switch {
	case err != nil && ctx.Err() != nil:
		return 0, ctx.Err()
	case err != nil:
		failure(keyOf(err))
	case resp.NotModified:
		src.Failures, src.LastError, src.LastSuccessAt = 0, "", src.LastTryAt
	case resp.Status >= 200 && resp.Status < 300:
		feed, err := s.parse(ctx, src, resp)
		if err != nil {
			failure(keyOf(err))
			break
		}
		if stored, err = s.storeFeed(ctx, src, feed); err != nil {
			return 0, err
		}
		src.Failures, src.LastError, src.LastSuccessAt = 0, "", src.LastTryAt
		src.ETag, src.LastModified = resp.ETag, resp.LastModified
		src.take(feed, stored)
	case resp.Status == 410:
		failure("listen.source.gone")
		src.Failures = max(src.Failures, deadAfter)
	case resp.Status == 401 || resp.Status == 403:
		failure("listen.source.refused")
	case resp.Status == 404:
		failure("listen.source.missing")
	case resp.Status == 429:
		failure("listen.source.busy")
	default:
		failure("listen.source.status")
	}
	if resp != nil {
		retryAfter = resp.RetryAfter
		if resp.MovedTo != "" && resp.MovedTo != src.URL && src.Failures == 0 {
			src.MovedFrom, src.URL = src.URL, resp.MovedTo
		}
	}
	src.NextAt = src.LastTryAt.Add(src.wait(retryAfter, s.spread()))
	return stored, s.notePoll(ctx, old, src)
}

// parse reads a feed, or a site's map with the newest of the maps that it leads
// to.
func (s *Service) parse(ctx context.Context, src Source, resp *fetch.Response) (Feed, error) {
	if src.Kind != SitemapSource {
		return collect.ParseFeed(resp.Body, resp.Header.Get("Content-Type"))
	}
	m, err := collect.ParseSitemap(resp.Body)
	if err != nil {
		return Feed{}, err
	}
	for _, address := range m.Maps[:min(len(m.Maps), mapsAtOnce)] {
		more, err := s.fetch.Get(ctx, address, fetch.Conditional{})
		if err != nil || more.Status != 200 {
			continue // the others may answer
		}
		if sub, err := collect.ParseSitemap(more.Body); err == nil {
			m.Feed.Items = append(m.Feed.Items, sub.Feed.Items...)
			if m.Feed.Title == "" {
				m.Feed.Title, m.Feed.Lang = sub.Feed.Title, sub.Feed.Lang
			}
		}
	}
	return m.Feed, nil
}

// take learns from what a feed says of itself.
func (s *Source) take(f Feed, stored int) {
	if s.Site == "" && fetch.CheckURL(f.Site) == nil {
		s.Site = collect.Shorten(f.Site, 500)
	}
	if s.Lang == "" {
		s.Lang = newNameCodes().langCode(f.Lang, "")
	}
	if stored > 0 {
		s.LastNewAt = s.LastTryAt
		s.Posts += int64(stored)
	}
}

// notePoll saves how a source did. What an officer changed meanwhile stays.
func (s *Service) notePoll(ctx context.Context, old, src Source) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		q := tx.NewUpdate().Model(&src).Column("etag", "last_modified", "next_at", "last_try_at", "last_success_at", "last_new_at", "failures", "last_error", "posts", "site").
			Where("id = ? AND url = ?", src.ID, old.URL)
		if src.URL != old.URL {
			taken, err := tx.NewSelect().TableExpr("listen_source").Where("kind = ? AND url = ?", FeedSource, src.URL).Count(ctx)
			if err != nil {
				return fmt.Errorf("address of source: %w", err)
			}
			if taken == 0 {
				q = q.Set("url = ?, moved_from = ?, version = version + 1", src.URL, src.MovedFrom)
				if err := s.record(ctx, tx, ManageSources, src.Scope(), "listen.source.move", "source", src.ID, map[string]any{"name": src.Name, "from": src.MovedFrom, "to": src.URL}); err != nil {
					return err
				}
			}
		}
		if _, err := q.Exec(ctx); err != nil {
			return fmt.Errorf("note source: %w", err)
		}
		if src.LastNewAt != old.LastNewAt {
			return s.notify(ctx, tx, LivePosts)
		}
		return nil
	})
}

// storeFeed stores the items that are new.
func (s *Service) storeFeed(ctx context.Context, src Source, feed Feed) (stored int, err error) {
	n, err := s.normaliser(ctx, src)
	if err != nil {
		return 0, err
	}
	now := n.now
	number := strconv.FormatInt(src.Number, 10)
	var batch []arrival
	items := map[int64]int{}
	for _, it := range feed.Items {
		at := it.At
		if at.IsZero() || at.After(now) {
			at = now
		}
		a := n.post(draft{at: at, id: it.Key, body: it.Text, url: it.URL, country: src.Country, lang: feedLang(it.Text, feed.Lang, src.Lang)})
		_, item := s.names.identity(number, "item", it.Key)
		if _, twice := items[item]; a.reason == "" && !twice {
			items[item] = len(batch)
			batch = append(batch, a)
		}
	}
	if len(batch) == 0 {
		return 0, nil
	}
	err = s.store.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.lockStore(ctx, tx); err != nil {
			return err
		}
		fresh, err := s.unseen(ctx, tx, src, items, batch)
		if err != nil {
			return err
		}
		stored, err = s.write(ctx, tx, fresh)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("store feed: %w", err)
	}
	return stored, nil
}

// unseen leaves the arrivals whose items were not stored before, and remembers
// all.
func (s *Service) unseen(ctx context.Context, tx bun.Tx, src Source, items map[int64]int, batch []arrival) ([]arrival, error) {
	keys := make([]int64, 0, len(items))
	for k := range items {
		keys = append(keys, k)
	}
	known := []int64{}
	if err := tx.NewRaw(`SELECT item FROM listen_feed_item WHERE source = ? AND item IN (?)`, src.Number, bun.List(keys)).Scan(ctx, &known); err != nil {
		return nil, fmt.Errorf("known items: %w", err)
	}
	for _, k := range known {
		delete(items, k)
	}
	now := db.At(s.clock.Now())
	if len(known) > 0 {
		if _, err := tx.ExecContext(ctx, `UPDATE listen_feed_item SET seen = ? WHERE source = ? AND seen < ? AND item IN (?)`, now, src.Number, now.Add(-24*time.Hour), bun.List(known)); err != nil {
			return nil, fmt.Errorf("known items: %w", err)
		}
	}
	fresh := make([]arrival, 0, len(items))
	rows := make([]any, 0, 3*len(items))
	for _, k := range keys {
		if i, ok := items[k]; ok {
			fresh = append(fresh, batch[i])
			rows = append(rows, src.Number, k, now)
		}
	}
	if err := s.bulk(ctx, tx, `INSERT INTO listen_feed_item (source, item, seen)`, 3, rows, ``); err != nil {
		return nil, fmt.Errorf("remember items: %w", err)
	}
	return fresh, nil
}

// TestSource asks a source once, which need not be saved, and shows what it
// gives, without storing anything. A token that is not given is that of the
// saved source, for the address that was saved with it.
func (s *Service) TestSource(ctx context.Context, src Source) (Feed, error) {
	if err := may(ctx, ManageSources); err != nil {
		return Feed{}, err
	}
	if s.fetch == nil {
		return Feed{}, errs.New(errs.Unavailable, "")
	}
	if old, err := s.Source(ctx, src.ID); err == nil {
		if err := allowed(ctx, ManageSources, old.Scope()); err != nil {
			return Feed{}, err
		}
		src.keepToken(old)
	}
	if err := s.refuseSource(ctx, src); err != nil {
		return Feed{}, err
	}
	if err := src.check(s.fetch.CheckURL); err != nil {
		return Feed{}, err
	}
	f, err := s.give(ctx, src)
	for i := range f.Items {
		f.Items[i].Text = s.names.mask(f.Items[i].Text, "")
	}
	return f, err
}

// give is what a source gives now.
func (s *Service) give(ctx context.Context, src Source) (Feed, error) {
	if src.Kind != FeedSource && src.Kind != SitemapSource {
		return s.tryOut(ctx, src)
	}
	resp, err := s.fetch.Get(ctx, src.URL, fetch.Conditional{})
	if err != nil {
		return Feed{}, err
	}
	if resp.Status < 200 || resp.Status > 299 {
		return Feed{}, errs.New(errs.Unavailable, "listen.source.answer", "status", strconv.Itoa(resp.Status))
	}
	return s.parse(ctx, src, resp)
}

// PollNow asks a source at once, for the command line and for tests.
func (s *Service) PollNow(ctx context.Context, id string) (stored int, err error) {
	src, err := s.Source(ctx, id)
	if err != nil {
		return 0, err
	}
	if err := allowed(ctx, ManageSources, src.Scope()); err != nil {
		return 0, err
	}
	if s.fetch == nil || src.Kind == ImportSource || src.Rules().Streams {
		return 0, errs.New(errs.Invalid, "listen.source.not_feed")
	}
	return s.ask(ctx, src)
}

// AddSource makes a source under the id it brings, a feed unless it says
// otherwise; it is asked at once, or read by some node soon. A source that is
// there already under this id is left as it is.
func (s *Service) AddSource(ctx context.Context, src Source) error {
	if src.Kind == "" {
		src.Kind = FeedSource
	}
	if err := allowed(ctx, ManageSources, src.Scope()); err != nil {
		return err
	}
	if err := s.refuseSource(ctx, src); err != nil {
		return err
	}
	if err := src.check(s.fetch.CheckURL); err != nil {
		return err
	}
	src.Version, src.CreatedAt, src.HeldBy, src.HeldUntil = 1, db.At(s.clock.Now()), "", 0
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := sourceBy(ctx, tx, "id = ?", src.ID); err == nil {
			return nil
		}
		if err := uniqueURL(ctx, tx, src); err != nil {
			return err
		}
		if err := insertSource(ctx, tx, &src); err != nil {
			return err
		}
		if !src.Rules().Streams {
			if err := s.enqueue(ctx, tx, fetchJob{Source: src.ID}, jobs.Unique(), jobs.Attempts(1)); err != nil {
				return err
			}
		}
		return s.record(ctx, tx, ManageSources, src.Scope(), "listen.source.add", "source", src.ID, map[string]any{"name": src.Name})
	})
	if db.IsUnique(err) {
		return errs.New(errs.Conflict, "")
	}
	return err
}

func uniqueURL(ctx context.Context, tx bun.Tx, src Source) error {
	n, err := tx.NewSelect().TableExpr("listen_source").Where("kind = ? AND url = ? AND asks = ? AND id <> ?", src.Kind, src.URL, src.Asks, src.ID).Count(ctx)
	if err != nil {
		return fmt.Errorf("address of source: %w", err)
	}
	if n > 0 {
		return errs.InvalidFields(errs.Field{Name: "url", Key: "listen.source.known"})
	}
	return nil
}

// SaveSource changes a source. Version must be the one that was read; otherwise
// errs.Conflict. A changed address is asked at once.
func (s *Service) SaveSource(ctx context.Context, src Source) error {
	if err := allowed(ctx, ManageSources, src.Scope()); err != nil {
		return err
	}
	if old, err := sourceBy(ctx, s.db.Reader(), "id = ?", src.ID); err == nil {
		src.Kind = old.Kind
	}
	if err := s.refuseSource(ctx, src); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		old, err := sourceBy(ctx, tx, "id = ?", src.ID)
		if err != nil {
			return err
		}
		src.Kind = old.Kind
		if old.Kind == ImportSource {
			src.URL, src.Every = old.URL, old.Every
		}
		src.keepToken(old)
		if src.Lang == "" {
			src.Lang = old.Lang
		}
		if err := src.check(s.fetch.CheckURL); err != nil {
			return err
		}
		for _, sc := range []perm.Scope{old.Scope(), src.Scope()} {
			if err := allowed(ctx, ManageSources, sc); err != nil {
				return err
			}
		}
		if old.Version != src.Version {
			return errs.New(errs.Conflict, "")
		}
		if err := uniqueURL(ctx, tx, src); src.Kind != ImportSource && err != nil {
			return err
		}
		src.Version++
		columns := []string{"name", "url", "lang", "country", "grade", "mission_id", "paused", "every_minutes", "keep_days", "asks", "token", "credibility", "owner", "terms", "keep_if", "drop_if", "version"}
		if src.URL != old.URL || src.Asks != old.Asks || src.Token != old.Token || old.Paused && !src.Paused {
			src.ETag, src.LastModified, src.Failures, src.LastError, src.NextAt = "", "", 0, "", 0
			columns = append(columns, "etag", "last_modified", "failures", "last_error", "next_at")
		}
		if _, err := tx.NewUpdate().Model(&src).Column(columns...).Where("id = ? AND version = ?", src.ID, old.Version).Exec(ctx); err != nil {
			return fmt.Errorf("save source: %w", err)
		}
		act := "listen.source.change"
		switch {
		case src.Paused && !old.Paused:
			act = "listen.source.pause"
		case !src.Paused && old.Paused:
			act = "listen.source.resume"
		}
		return s.record(ctx, tx, ManageSources, src.Scope(), act, "source", src.ID, map[string]any{"name": src.Name})
	})
}
