package listen

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/search"
)

// words is the full-text index of posts.
var words = search.New("listen_post_words")

// lockStore puts the writers of the store in order. SQLite has one writer
// anyway; on PostgreSQL nodes wait for each other, so that ids and counts are
// exact.
func (s *Service) lockStore(ctx context.Context, tx bun.Tx) error {
	if s.store.Engine() != db.Postgres {
		return nil
	}
	const lock int64 = 0x6c69_7374_656e // "listen"
	_, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(?)`, lock)
	return err
}

// write stores arrivals that are not refused, in their order, with all that is
// counted of them. It gives how many were new. The store must be locked.
func (s *Service) write(ctx context.Context, tx bun.Tx, batch []arrival) (stored int, err error) {
	for i := range batch {
		if batch[i].err != nil {
			return 0, batch[i].err
		}
	}
	fresh, err := s.place(ctx, tx, batch)
	if err != nil || len(fresh) == 0 {
		return 0, err
	}
	// In the order of the ids both B-trees grow at their ends.
	slices.SortFunc(fresh, func(a, b *arrival) int { return cmp.Compare(a.ID, b.ID) })
	if err := s.stories.assign(ctx, tx, fresh); err != nil {
		return 0, err
	}
	const width = 12
	rows := make([]any, 0, width*len(fresh))
	entries := make([]search.Entry, 0, len(fresh))
	for _, a := range fresh {
		rows = append(rows, a.ID, a.key, a.Source, a.Lang, a.Country, a.Author, a.Official, a.Followers, a.URL, a.Text, int64(a.Labels), a.Story)
		entries = append(entries, search.Entry{ID: a.ID, Words: a.words})
	}
	if err := s.bulk(ctx, tx, `INSERT INTO listen_post (id, key, source, lang, country, author, official, followers, url, text, labels, story)`, width, rows, ``); err != nil {
		return 0, fmt.Errorf("store posts: %w", err)
	}
	if err := words.Add(ctx, tx, entries...); err != nil {
		return 0, err
	}
	if err := s.storeResponses(ctx, tx, fresh); err != nil {
		return 0, err
	}
	if err := s.storeShared(ctx, tx, fresh); err != nil {
		return 0, err
	}
	return len(fresh), s.count(ctx, tx, fresh)
}

// place gives each arrival its id. An id that another post has makes it move
// to the next; the same key there means that it is stored already.
func (s *Service) place(ctx context.Context, tx bun.Tx, batch []arrival) ([]*arrival, error) {
	fresh := make([]*arrival, 0, len(batch))
	waiting := make([]*arrival, 0, len(batch))
	for i := range batch {
		if batch[i].reason == "" {
			a := batch[i] // a copy: a transaction may be run twice
			waiting = append(waiting, &a)
		}
	}
	taken := make(map[int64]int64, len(waiting))
	for len(waiting) > 0 {
		if err := s.keys(ctx, tx, waiting, taken); err != nil {
			return nil, err
		}
		var again []*arrival
		for _, a := range waiting {
			key, ok := taken[a.ID]
			switch {
			case !ok:
				taken[a.ID] = a.key
				fresh = append(fresh, a)
			case key != a.key:
				a.ID++
				again = append(again, a)
			}
		}
		waiting = again
	}
	return fresh, nil
}

// keys reads the keys stored under the ids of the arrivals.
func (s *Service) keys(ctx context.Context, tx bun.Tx, list []*arrival, into map[int64]int64) error {
	for part := range slices.Chunk(list, 500) {
		var q strings.Builder
		q.WriteString(`SELECT id, key FROM listen_post WHERE id IN (`)
		for i, a := range part {
			if i > 0 {
				q.WriteByte(',')
			}
			q.WriteString(strconv.FormatInt(a.ID, 10))
		}
		q.WriteByte(')')
		rows, err := tx.Tx.QueryContext(ctx, q.String())
		if err != nil {
			return fmt.Errorf("look for posts: %w", err)
		}
		for rows.Next() {
			var id, key int64
			if err := rows.Scan(&id, &key); err != nil {
				rows.Close()
				return fmt.Errorf("look for posts: %w", err)
			}
			into[id] = key
		}
		if err := rows.Close(); err != nil {
			return fmt.Errorf("look for posts: %w", err)
		}
	}
	return nil
}

type volumeKey struct {
	hour   int64
	lang   string
	source int64
}

type topicKey struct {
	topic   string
	hour    int64
	country string
}

type tagKey struct {
	tag  string
	hour int64
}

// count adds new posts to the counts.
func (s *Service) count(ctx context.Context, tx bun.Tx, posts []*arrival) error {
	volume, topics, tags, days := map[volumeKey]int64{}, map[topicKey]int64{}, map[tagKey]int64{}, map[int64]int64{}
	places := map[placeKey]int64{}
	for _, a := range posts {
		h := hourOf(a.At)
		volume[volumeKey{h, a.Lang, a.Source}]++
		days[dayOf(h)]++
		if a.Country != "" {
			places[placeKey{h, a.Country}]++
		}
		for _, t := range a.topics {
			topics[topicKey{t, h, a.Country}]++
		}
		for _, t := range a.tags {
			tags[tagKey{t, h}]++
		}
	}
	const more = ` DO UPDATE SET posts = `
	if err := upsert(ctx, s, tx, `INSERT INTO listen_volume (hour, lang, source, posts)`, ` ON CONFLICT (hour, lang, source)`+more+`listen_volume.posts + excluded.posts`, volume,
		func(k volumeKey) []any { return []any{k.hour, k.lang, k.source} },
		func(a, b volumeKey) int {
			return cmp.Or(cmp.Compare(a.hour, b.hour), cmp.Compare(a.lang, b.lang), cmp.Compare(a.source, b.source))
		}); err != nil {
		return err
	}
	if err := upsert(ctx, s, tx, `INSERT INTO listen_topic_count (topic, hour, country, posts)`, ` ON CONFLICT (topic, hour, country)`+more+`listen_topic_count.posts + excluded.posts`, topics,
		func(k topicKey) []any { return []any{k.topic, k.hour, k.country} },
		func(a, b topicKey) int {
			return cmp.Or(cmp.Compare(a.topic, b.topic), cmp.Compare(a.hour, b.hour), cmp.Compare(a.country, b.country))
		}); err != nil {
		return err
	}
	if err := upsert(ctx, s, tx, `INSERT INTO listen_tag_count (tag, hour, posts)`, ` ON CONFLICT (tag, hour)`+more+`listen_tag_count.posts + excluded.posts`, tags,
		func(k tagKey) []any { return []any{k.tag, k.hour} },
		func(a, b tagKey) int { return cmp.Or(cmp.Compare(a.tag, b.tag), cmp.Compare(a.hour, b.hour)) }); err != nil {
		return err
	}
	if err := s.countPlaces(ctx, tx, places); err != nil {
		return err
	}
	if err := s.countMentions(ctx, tx, posts); err != nil {
		return err
	}
	if err := s.countStories(ctx, tx, posts); err != nil {
		return err
	}
	rows := make([]any, 0, len(days))
	for d := range days {
		rows = append(rows, d)
	}
	return s.bulk(ctx, tx, `INSERT INTO listen_day_dirty (day)`, 1, rows, ` ON CONFLICT DO NOTHING`)
}

// upsert writes sums in the order of their keys, so that two writers never
// wait for each other crosswise.
func upsert[K comparable](ctx context.Context, s *Service, tx bun.Tx, head, tail string, sums map[K]int64, columns func(K) []any, order func(a, b K) int) error {
	keys := slices.SortedFunc(maps.Keys(sums), order)
	var rows []any
	width := 0
	for _, k := range keys {
		row := append(columns(k), sums[k])
		width = len(row)
		rows = append(rows, row...)
	}
	if err := s.bulk(ctx, tx, head, width, rows, tail); err != nil {
		return fmt.Errorf("count posts: %w", err)
	}
	return nil
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// bulk runs an INSERT of many rows into the store.
func (s *Service) bulk(ctx context.Context, tx bun.Tx, head string, width int, args []any, tail string) error {
	return db.Bulk(ctx, tx, s.store.Engine(), head, make([]string, width), args, tail)
}
