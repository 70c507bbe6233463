package listen

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/errs"
	"sifara/internal/listen/privacy"
)

// Response says that an account passed on, answered or named another. Both are
// pseudonyms, of which only those of registered accounts can be made.
type Response struct {
	Post          int64 // id
	Kind          ResponseKind
	From, To      int64
	Object        int64 // what was passed on or answered; 0 when that is not known
	Lang, Country string
	Followers     int64 // of From, when the post was heard
}

// At is when it was written, to the second.
func (r Response) At() time.Time { return timeOf(r.Post) }

// storeResponses keeps whom new posts respond to.
func (s *Service) storeResponses(ctx context.Context, tx bun.Tx, posts []*arrival) error {
	var rows []any
	for _, a := range posts {
		for _, r := range a.responses {
			rows = append(rows, a.ID, r.target, int64(r.kind), r.object)
		}
	}
	return wrap("store responses", s.bulk(ctx, tx, `INSERT INTO listen_response (post, target, kind, object)`, 4, rows, ` ON CONFLICT DO NOTHING`))
}

// responsePage is how many responses are in memory at once.
const responsePage = 5000

// Responses gives the responses of a period one after the other, the newest
// first, at most limit. It says how many they were, and whether there were more.
// An error of each ends the walk.
func (s *Service) Responses(ctx context.Context, from, to time.Time, limit int, each func(Response) error) (n int, more bool, err error) {
	if err := may(ctx, View); err != nil {
		return 0, false, err
	}
	lo, hi := span(from, to)
	last := int64(math.MinInt64) // target; hi itself is the first of the next page
	for {
		var rows []struct {
			Post, Target, Kind, Object, Author, Followers int64
			Lang, Country                                 string
		}
		// The page first, then its posts: an engine without statistics would join all.
		err := s.store.Reader().NewRaw(`SELECT r.post, r.target, r.kind, r.object, coalesce(p.author, 0) AS author, coalesce(p.lang, '') AS lang, coalesce(p.country, '') AS country, coalesce(p.followers, 0) AS followers
			FROM (SELECT post, target, kind, object FROM listen_response WHERE post >= ? AND (post, target) < (?, ?) ORDER BY post DESC, target DESC LIMIT ?) r
			LEFT JOIN listen_post p ON p.id = r.post ORDER BY r.post DESC, r.target DESC`, lo, hi, last, responsePage).Scan(ctx, &rows)
		if err != nil {
			return n, false, fmt.Errorf("walk through responses: %w", err)
		}
		for _, r := range rows {
			if r.Author == 0 {
				continue // the post has just been removed
			}
			if n >= limit {
				return n, true, nil
			}
			n++
			x := Response{Post: r.Post, Kind: ResponseKind(r.Kind), From: r.Author, To: r.Target, Object: r.Object, Lang: r.Lang, Country: r.Country, Followers: r.Followers}
			if err := each(x); err != nil {
				return n, false, err
			}
		}
		if len(rows) < responsePage {
			return n, false, nil
		}
		hi, last = rows[len(rows)-1].Post, rows[len(rows)-1].Target
	}
}

// Pseudonyms gives how a registered account is called in the posts of a period,
// in the sources of the kinds named: under every key in force, for every source.
// For an account that is neither official nor in the register of public actors
// it is errs.Forbidden: nobody else can be found.
func (s *Service) Pseudonyms(ctx context.Context, handle string, kinds []SourceKind, from, to time.Time) ([]int64, error) {
	handle = privacy.BareHandle(handle)
	if !s.names.named(handle) {
		return nil, errs.New(errs.Forbidden, "")
	}
	sources, err := s.sourcesByNumber(ctx)
	if err != nil {
		return nil, err
	}
	var periods []int64 // of others no post was stored
	err = s.db.Reader().NewRaw(`SELECT period FROM listen_pseudonym_key WHERE period >= ? AND period <= ? ORDER BY period`, periodOf(from), periodOf(to)).Scan(ctx, &periods)
	if err != nil {
		return nil, fmt.Errorf("keys of pseudonyms: %w", err)
	}
	var out []int64
	for _, number := range sortedKeys(sources) {
		if !slices.Contains(kinds, sources[number].Kind) {
			continue
		}
		for _, period := range periods {
			p, err := s.names.author(fmt.Sprint(number), handle, periodEnd(period).Add(-time.Second))
			if err != nil {
				return nil, err
			}
			out = append(out, p)
		}
	}
	return out, nil
}

// Audience is how many followers an author had when it last wrote.
type Audience struct {
	Post      int64 // its last post that tells
	Followers int64
}

// Audiences gives the followers of authors by their pseudonyms, from what they
// wrote in a period; who wrote nothing, or whose source does not say, is left
// out. It is only meant for pseudonyms that Pseudonyms gave. All posts of the
// period are gone through once.
func (s *Service) Audiences(ctx context.Context, pseudonyms []int64, from, to time.Time) (map[int64]Audience, error) {
	out := map[int64]Audience{}
	if len(pseudonyms) == 0 {
		return out, nil
	}
	lo, hi := span(from, to)
	var rows []struct{ ID, Author, Followers int64 }
	err := s.store.Reader().NewRaw(`SELECT id, author, followers FROM listen_post WHERE id >= ? AND id < ? AND followers > 0 AND author IN (`+idList(pseudonyms)+`) ORDER BY id`, lo, hi).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("audiences: %w", err)
	}
	for _, r := range rows {
		out[r.Author] = Audience{r.ID, r.Followers}
	}
	return out, nil
}

// forgetResponses removes what is older than it may be kept.
func (s *Service) forgetResponses(ctx context.Context) error {
	before := PostID(s.clock.Now().Add(-responsesKept))
	for range pruneRounds {
		var n int64
		err := s.store.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
			res, err := tx.ExecContext(ctx, `DELETE FROM listen_response WHERE post < ? AND post IN (SELECT post FROM listen_response WHERE post < ? ORDER BY post LIMIT ?)`, before, before, pruneAtOnce)
			if err == nil {
				n, err = res.RowsAffected()
			}
			return err
		})
		if err != nil || n == 0 {
			return wrap("forget responses", err)
		}
		if err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error { return s.removed(ctx, tx, "responses", n) }); err != nil {
			return err
		}
	}
	return nil
}

// TopicPosts gives the posts of a period that belong to topics, one topic after
// the other. An error of each ends the walk.
func (s *Service) TopicPosts(ctx context.Context, from, to time.Time, each func(topicID string, post int64) error) error {
	if err := may(ctx, View); err != nil {
		return err
	}
	list, err := topics(ctx, s.db.Reader())
	if err != nil {
		return err
	}
	lo, end := span(from, to)
	for _, t := range list {
		for next := lo; ; {
			var ids []int64
			err := s.store.Reader().NewRaw(`SELECT post FROM listen_mention WHERE topic = ? AND post >= ? AND post < ? ORDER BY post LIMIT ?`, t.Number, next, end, responsePage).Scan(ctx, &ids)
			if err != nil {
				return fmt.Errorf("posts of topics: %w", err)
			}
			for _, id := range ids {
				if err := each(t.ID, id); err != nil {
					return err
				}
			}
			if len(ids) < responsePage {
				break
			}
			next = ids[len(ids)-1] + 1
		}
	}
	return nil
}
