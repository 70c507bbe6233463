package listen

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
)

// Incoming is a post that a part of the house brings: the demonstration, a
// channel. ID tells it from the others of its source; without it time, author
// and text do.
type Incoming struct {
	At        time.Time
	ID        string
	Author    string // becomes a pseudonym
	Text      string
	Lang      string // code or English name; found from the text when empty
	Country   string // code or English name
	URL       string
	Followers int64
}

// Receive stores posts of a source, named as in ImportOptions. Posts that are
// there already, or could not be of any file (without text, from the future),
// are left out. It gives how many were stored.
func (s *Service) Receive(ctx context.Context, source string, posts []Incoming) (stored int, err error) {
	if err := may(ctx, ImportFiles); err != nil {
		return 0, err
	}
	src, err := s.importSource(ctx, source)
	if err != nil {
		return 0, err
	}
	n, err := s.normaliser(ctx, src)
	if err != nil {
		return 0, err
	}
	var r Report
	for len(posts) > 0 {
		part := posts[:min(len(posts), batchPosts)]
		posts = posts[len(part):]
		batch := make([]arrival, len(part))
		for i, p := range part {
			batch[i] = n.post(draft{at: p.At, id: p.ID, author: p.Author, body: p.Text, lang: p.Lang, country: p.Country, url: p.URL, followers: p.Followers})
			if at := db.At(p.At); batch[i].reason == "" {
				if r.From == 0 || at < r.From {
					r.From = at
				}
				r.To = max(r.To, at)
			}
		}
		fresh := 0
		err := s.store.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
			if err := s.lockStore(ctx, tx); err != nil {
				return err
			}
			fresh, err = s.write(ctx, tx, batch)
			return err
		})
		if err != nil {
			return stored, fmt.Errorf("receive posts: %w", err)
		}
		stored += fresh
	}
	r.Stored = int64(stored)
	if stored == 0 {
		return 0, nil
	}
	return stored, s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.after(ctx, tx, r); err != nil {
			return err
		}
		if err := s.notify(ctx, tx, LivePosts); err != nil {
			return err
		}
		return s.record(ctx, tx, ImportFiles, src.Scope(), "listen.posts.receive", "source", src.ID, map[string]any{"name": src.Name, "stored": r.Stored})
	})
}

// normaliser prepares to take posts of a source.
func (s *Service) normaliser(ctx context.Context, src Source) (*normaliser, error) {
	list, err := topics(ctx, s.db.Reader())
	if err != nil {
		return nil, err
	}
	m := newMatcher(list)
	f, err := newFilter(src)
	if err != nil {
		return nil, fmt.Errorf("filter of source: %w", err)
	}
	return &normaliser{filter: f, source: src, names: s.names, codes: newNameCodes(), topics: func() *matcher { return m }, now: s.clock.Now()}, nil
}
