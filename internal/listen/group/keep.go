package group

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/id"
)

// keep stores what a look saw: a group that is there already is brought up to
// date, others are added. Keeping twice changes nothing more. A look that was
// asked for, of other days or another window, may see but a piece of a known
// group: that leaves the group as it is.
func (s *Service) keep(ctx context.Context, r Run, groups []seen) error {
	now := db.At(s.Clock.Now())
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		known, err := s.known(ctx, tx, groups)
		if err != nil {
			return err
		}
		taken := map[string]bool{}
		for i, g := range groups {
			g.RunID, g.TopicID, g.SeenAt, g.FoundAt, g.State = r.ID, r.TopicID, now, now, Open
			if whole, ok := nearest(known[i], g.Posts, nil); ok && !r.Nightly() && g.Accounts < whole.Accounts {
				taken[whole.ID] = true
				if _, err := tx.ExecContext(ctx, `UPDATE listen_group SET run_id = ?, seen_at = ? WHERE id = ?`, r.ID, now, whole.ID); err != nil {
					return fmt.Errorf("keep group: %w", err)
				}
				continue
			}
			old, ok := nearest(known[i], g.Posts, taken)
			if ok {
				g.ID, g.FoundAt, g.First = old.ID, old.FoundAt, min(old.First, g.First)
				g.State, g.Reason, g.SetBy, g.SetAt = old.State, old.Reason, old.SetBy, old.SetAt
			} else {
				g.ID = id.New()
			}
			taken[g.ID] = true
			if err := s.put(ctx, tx, g); err != nil {
				return err
			}
		}
		r.Found, r.State, r.FinishedAt = int64(len(taken)), Done, now
		if _, err := tx.NewUpdate().Model(&r).Column("posts", "left_out", "more", "found", "state", "finished_at").WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("end look: %w", err)
		}
		if err := s.notify(ctx, tx); err != nil {
			return err
		}
		return s.record(ctx, tx, "listen.group.look", "look", r.ID, map[string]any{
			"from": r.From.Std().Format(time.DateOnly), "until": r.Until.Std().Format(time.DateOnly), "count": r.Found, "posts": r.Posts,
		})
	})
}

// put writes a group with its evidence in the place of what was there.
func (s *Service) put(ctx context.Context, tx bun.Tx, g seen) error {
	_, err := tx.NewInsert().Model(&g.Group).On("CONFLICT (id) DO UPDATE").
		Set("run_id = EXCLUDED.run_id, topic_id = EXCLUDED.topic_id, kinds = EXCLUDED.kinds, accounts = EXCLUDED.accounts, posts = EXCLUDED.posts, objects = EXCLUDED.objects").
		Set("p = EXCLUDED.p, spread_seconds = EXCLUDED.spread_seconds, first_at = EXCLUDED.first_at, last_at = EXCLUDED.last_at").
		Set("network = EXCLUDED.network, spread = EXCLUDED.spread, seen_at = EXCLUDED.seen_at").Exec(ctx)
	if err != nil {
		return fmt.Errorf("keep group: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM listen_group_post WHERE group_id = ?`, g.ID); err != nil {
		return fmt.Errorf("keep group: %w", err)
	}
	for i := range g.evidence {
		g.evidence[i].GroupID = g.ID
	}
	for part := range slices.Chunk(g.evidence, 100) {
		if _, err := tx.NewInsert().Model(&part).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
			return fmt.Errorf("keep evidence of group: %w", err)
		}
	}
	return nil
}

// common is a kept group with how many posts it shares with a seen one.
type common struct {
	Group
	shared int64
}

// known gives for each seen group the kept ones that share posts with it.
func (s *Service) known(ctx context.Context, tx bun.Tx, groups []seen) ([][]common, error) {
	out := make([][]common, len(groups))
	for i, g := range groups {
		shared := map[string]map[int64]bool{}
		for part := range slices.Chunk(g.evidence, 200) {
			var rows []struct {
				GroupID string
				Post    int64
			}
			if err := tx.NewRaw(`SELECT DISTINCT group_id, post FROM listen_group_post WHERE post IN (`+postList(part)+`)`).Scan(ctx, &rows); err != nil {
				return nil, fmt.Errorf("groups of posts: %w", err)
			}
			for _, r := range rows {
				if shared[r.GroupID] == nil {
					shared[r.GroupID] = map[int64]bool{}
				}
				shared[r.GroupID][r.Post] = true
			}
		}
		for _, id := range slices.Sorted(maps.Keys(shared)) {
			old, err := s.load(ctx, tx, id)
			if err != nil {
				return nil, err
			}
			out[i] = append(out[i], common{old, int64(len(shared[id]))})
		}
	}
	return out, nil
}

func postList(list []Evidence) string {
	b := make([]byte, 0, 20*len(list))
	for i, e := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, e.Post, 10)
	}
	return string(b)
}

// nearest chooses the kept group that a seen one is: that with which it shares
// most posts, a third of the fewer of both at least. Groups of two nights share
// six days of seven; groups that merely joined the same crowd share little.
func nearest(list []common, posts int64, taken map[string]bool) (common, bool) {
	list = slices.DeleteFunc(slices.Clone(list), func(c common) bool { return taken[c.ID] || 3*c.shared < min(c.Posts, posts) })
	if len(list) == 0 {
		return common{}, false
	}
	return slices.MaxFunc(list, func(a, b common) int { return cmp.Or(cmp.Compare(a.shared, b.shared), cmp.Compare(b.ID, a.ID)) }), true
}
