package listen

import (
	"context"
	"fmt"
	"time"
)

// WalkQuery says which posts are walked through.
type WalkQuery struct {
	TopicID  string    // only those of a topic that the actor sees; empty is all
	From, To time.Time // from inclusive, to exclusive; zero is open
	Most     int       // posts; 0 is all
	Shared   bool      // fill in Post.Shared
}

// walkPage is how many posts are in memory at once.
const walkPage = 2000

const postColumns = `p.id, p.source, p.lang, p.country, p.author, p.official, p.followers, p.url, p.text, p.labels, p.story`

// Walk gives the posts of a period one after the other, the newest first, and
// tells how many they were and whether Most left some out. Memory holds a page
// of them at a time, so each must keep no more than it needs. An error of each
// ends the walk.
func (s *Service) Walk(ctx context.Context, q WalkQuery, each func(Post) error) (n int, more bool, err error) {
	if err := may(ctx, View); err != nil {
		return 0, false, err
	}
	lo, hi := span(q.From, q.To)
	query := `SELECT ` + postColumns + ` FROM listen_post p WHERE p.id >= ? AND p.id < ? ORDER BY p.id DESC LIMIT ?`
	args := []any{}
	if q.TopicID != "" {
		t, err := s.Topic(ctx, q.TopicID)
		if err != nil {
			return 0, false, err
		}
		query = `SELECT ` + postColumns + ` FROM listen_mention m JOIN listen_post p ON p.id = m.post WHERE m.topic = ? AND m.post >= ? AND m.post < ? ORDER BY m.post DESC LIMIT ?`
		args = append(args, t.Number)
	}
	for {
		var rows []postRow
		if err := s.store.Reader().NewRaw(query, append(args, lo, hi, walkPage)...).Scan(ctx, &rows); err != nil {
			return n, false, fmt.Errorf("walk through posts: %w", err)
		}
		shared, err := s.sharedOf(ctx, q, rows)
		if err != nil {
			return n, false, err
		}
		for _, r := range rows {
			if q.Most > 0 && n >= q.Most {
				return n, true, nil
			}
			n++
			p := r.post()
			p.Shared = shared[p.ID]
			if err := each(p); err != nil {
				return n, false, err
			}
		}
		if len(rows) < walkPage {
			return n, false, nil
		}
		hi = rows[len(rows)-1].ID
	}
}

// sharedOf reads what a page of posts shares, if that was asked for.
func (s *Service) sharedOf(ctx context.Context, q WalkQuery, page []postRow) (map[int64][]Shared, error) {
	if !q.Shared {
		return nil, nil
	}
	ids := make([]int64, len(page))
	for i, r := range page {
		ids[i] = r.ID
	}
	return s.sharedBy(ctx, ids)
}
