package listen

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"
)

// Shared is one thing that a post has in common with others that pass on, answer
// or show the same. Object is a keyed hash of the source's own name of it: equal
// within a source and a period of pseudonyms, and led back to nothing, neither to
// the post that was answered, should it be stored, nor to its author.
type Shared struct {
	Kind   SharedKind
	Object int64
}

// SharedKind is what a post does with the thing.
type SharedKind int64

// The kinds. They are stored.
const (
	RepostShared SharedKind = 1 // passes it on, without words of its own
	ReplyShared  SharedKind = 2 // answers it
	ImageShared  SharedKind = 3 // shows it
	QuoteShared  SharedKind = 4 // passes it on with words of its own
)

// mostImages is how many images of one post are told from others.
const mostImages = 8

// shared is what a draft has in common with others. A repost has nothing but what
// it passes on. Who has no account acts together with nobody.
func (n *normaliser) shared(d draft, number string, author int64) ([]Shared, error) {
	if author == 0 || d.repost == "" && d.reply == "" && d.quote == "" && len(d.images) == 0 {
		return nil, nil
	}
	macs, err := n.names.keys.pool(periodOf(d.at))
	if err != nil {
		return nil, err
	}
	var out []Shared
	take := func(kind SharedKind, id string) {
		if id != "" {
			sum := keyed(macs, "shared", number, id)
			out = append(out, Shared{kind, positive(sum[:8])})
		}
	}
	if take(RepostShared, d.repost); len(out) > 0 {
		return out, nil
	}
	take(ReplyShared, d.reply)
	take(QuoteShared, d.quote)
	for _, image := range d.images[:min(len(d.images), mostImages)] {
		take(ImageShared, image)
	}
	return out, nil
}

// storeShared keeps what new posts share.
func (s *Service) storeShared(ctx context.Context, tx bun.Tx, posts []*arrival) error {
	var rows []any
	for _, a := range posts {
		for _, x := range a.Shared {
			rows = append(rows, a.ID, int64(x.Kind), x.Object)
		}
	}
	return wrap("store what posts share", s.bulk(ctx, tx, `INSERT INTO listen_shared (post, kind, object)`, 3, rows, ` ON CONFLICT DO NOTHING`))
}

// sharedBy reads what posts share, by their ids.
func (s *Service) sharedBy(ctx context.Context, ids []int64) (map[int64][]Shared, error) {
	out := map[int64][]Shared{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []struct{ Post, Kind, Object int64 }
	err := s.store.Reader().NewRaw(`SELECT post, kind, object FROM listen_shared WHERE post IN (`+idList(ids)+`) ORDER BY post, kind, object`).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("what posts share: %w", err)
	}
	for _, r := range rows {
		out[r.Post] = append(out[r.Post], Shared{SharedKind(r.Kind), r.Object})
	}
	return out, nil
}
