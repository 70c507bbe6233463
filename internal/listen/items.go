package listen

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/listen/collect"
)

// errLost ends the reading of a stream that another node has taken over.
var errLost = errors.New("another node reads this source now")

// cursorOf is how far a source was read; empty when it never was.
func (s *Service) cursorOf(ctx context.Context, source int64) (cursor string, err error) {
	err = s.store.Reader().NewRaw(`SELECT cursor FROM listen_source_cursor WHERE source = ?`, source).Scan(ctx, &cursor)
	if err != nil && !db.IsNoRows(err) {
		return "", fmt.Errorf("cursor of source: %w", err)
	}
	return cursor, nil
}

// storeItems stores what a reader delivers together with how far it is: a crash
// loses nothing, and what comes twice is stored once. It is stored only while
// the holder may.
func (s *Service) storeItems(ctx context.Context, n *normaliser, items []collect.Item, cursor, holder string) (stored int, err error) {
	src := n.source
	number := strconv.FormatInt(src.Number, 10)
	var batch []arrival
	index := map[int64]int{}
	for _, it := range items {
		at := it.At
		if at.IsZero() || at.After(n.now) {
			at = n.now
		}
		key := it.Key()
		a := n.post(draft{at: at, id: key, author: it.Author, body: it.Text, url: it.URL, country: src.Country, lang: feedLang(it.Text, it.Lang, src.Lang), followers: it.Followers,
			repost: it.Repost, repostBy: it.RepostBy, reply: it.Reply, replyTo: it.ReplyTo, mentions: it.Mentions, quote: it.Quote, images: it.Images})
		_, item := s.names.identity(number, "item", key)
		if _, twice := index[item]; a.reason == "" && !twice {
			index[item] = len(batch)
			batch = append(batch, a)
		}
	}
	err = s.store.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		stored = 0
		if err := s.lockStore(ctx, tx); err != nil {
			return err
		}
		if len(batch) > 0 {
			fresh, err := s.unseen(ctx, tx, src, index, batch)
			if err != nil {
				return err
			}
			if stored, err = s.write(ctx, tx, fresh); err != nil {
				return err
			}
		}
		return s.moveOn(ctx, tx, src.Number, cursor, holder)
	})
	if err != nil {
		return 0, fmt.Errorf("store items: %w", err)
	}
	return stored, nil
}

// takeCursor makes one reader the only one that may store what comes next.
func (s *Service) takeCursor(ctx context.Context, source int64, holder string) error {
	_, err := s.store.Writer().ExecContext(ctx, `INSERT INTO listen_source_cursor (source, cursor, holder) VALUES (?, '', ?) ON CONFLICT (source) DO UPDATE SET holder = excluded.holder`, source, holder)
	return wrap("hold cursor", err)
}

// moveOn writes the cursor, if the holder may.
func (s *Service) moveOn(ctx context.Context, tx bun.Tx, source int64, cursor, holder string) error {
	res, err := tx.ExecContext(ctx, `UPDATE listen_source_cursor SET cursor = ? WHERE source = ? AND holder = ?`, cursor, source, holder)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return cmpErr(err, errLost)
	}
	return nil
}

func cmpErr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// read asks a source that is no feed once and stores what is new. The error is
// the source's own; what failed of ours is fatal.
func (s *Service) read(ctx context.Context, src Source) (stored int, sourceErr, fatal error) {
	rd, err := s.reader(src)
	if err != nil {
		return 0, nil, err
	}
	n, err := s.normaliser(ctx, src)
	if err != nil {
		return 0, nil, err
	}
	// A job that outlived its lease can store nothing more.
	turn := id.New()
	if err := s.takeCursor(ctx, src.Number, turn); err != nil {
		return 0, nil, err
	}
	cursor, err := s.cursorOf(ctx, src.Number)
	if err != nil {
		return 0, nil, err
	}
	var storing error
	err = rd.Read(ctx, cursor, func(ctx context.Context, items []collect.Item, cursor string) error {
		k, err := s.storeItems(ctx, n, items, cursor, turn)
		stored += k
		storing = err
		return err
	})
	switch {
	case ctx.Err() != nil:
		return stored, nil, ctx.Err()
	case errors.Is(storing, errLost):
		return stored, nil, nil
	case storing != nil:
		return stored, nil, storing
	}
	return stored, err, nil
}

// enough is how many items a test of a source wants to see.
const enough = 10

var errEnough = errors.New("enough seen")

// tryOut reads a few items without storing anything.
func (s *Service) tryOut(ctx context.Context, src Source) (Feed, error) {
	if src.Kind == XStreamSource {
		src.Kind = XSearchSource // a stream would set its rule at X
	}
	rd, err := s.reader(src)
	if err != nil {
		return Feed{}, err
	}
	var f Feed
	ctx, cancel := context.WithTimeout(ctx, sampleTime)
	defer cancel()
	err = rd.Read(ctx, "", func(_ context.Context, items []collect.Item, _ string) error {
		for _, it := range items {
			if it.Text != "" && len(f.Items) < enough {
				f.Items = append(f.Items, collect.FeedItem{Key: it.Key(), At: it.At, URL: s.names.address(it.URL, it.Author), Text: it.Text})
			}
		}
		// What is polled is not asked for more: Telegram forgets what it gave once
		// somebody asks for what comes after.
		if len(f.Items) >= enough || !src.Rules().Streams {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) || len(f.Items) > 0 || errors.Is(err, context.DeadlineExceeded) {
		return f, nil
	}
	if err != nil {
		if e, ok := errs.Find(err); ok && e.Key != "" {
			return f, errs.Wrap(err, errs.Unavailable, e.Key, e.Args...)
		}
		return f, errs.Wrap(err, errs.Unavailable, "listen.source.failed")
	}
	return f, nil
}
