package publish

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// Typed is what a person has typed of a text and not saved yet.
type Typed struct {
	bun.BaseModel `bun:"table:publish_autosave,alias:y"`

	MessageID string    `bun:",pk"`
	Lang      i18n.Lang `bun:",pk"`
	PersonID  string    `bun:",pk"`
	Title     string
	Summary   string
	Body      string
	Base      int // the version that they had before them; zero when there was no text
	SavedAt   db.Time
}

// Words are the words that were typed, which may be longer than a text may be.
func (t Typed) Words() Words { return Words{t.Title, t.Summary, t.Body} }

const (
	// typedFor is how long what was typed waits for its writer.
	typedFor = 30 * 24 * time.Hour
	// atWork is for how long after their last key somebody is taken to be writing.
	atWork = 10 * time.Minute
	// maxTyped bounds a kept field, so that also a text that is too long is kept
	// while it is being shortened.
	maxTyped = 2 * MaxBody
)

// KeepTyped keeps what the actor has typed of a text until they save it, discard
// it, or come back for it within a month. It is nobody's edit: nothing of the
// message changes. Words that are the stored ones are not kept.
func (s *Service) KeepTyped(ctx context.Context, m Message, l i18n.Lang, w Words, base int) error {
	actor := perm.From(ctx)
	if !s.Allowed(ctx, m).Edit || !slices.Contains(i18n.Langs, l) {
		return fmt.Errorf("publish: keep what was typed of %s: %w", m.ID, errNotPermitted)
	}
	y := Typed{MessageID: m.ID, Lang: l, PersonID: actor.ID, Title: text.Clean(w.Title), Summary: text.Clean(w.Summary), Body: text.Clean(w.Body), Base: base, SavedAt: db.At(s.clock.Now())}
	if utf8.RuneCountInString(y.Title+y.Summary+y.Body) > maxTyped {
		return errs.New(errs.TooLarge, "")
	}
	v, _ := m.Variant(l)
	if trimmed(y.Words()) == trimmed(Words{v.Title, v.Summary, v.Body}) {
		return s.DropTyped(ctx, m.ID, l)
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(&y).On("CONFLICT (message_id, lang, person_id) DO UPDATE").
			Set("title = EXCLUDED.title, summary = EXCLUDED.summary, body = EXCLUDED.body, base = EXCLUDED.base, saved_at = EXCLUDED.saved_at").Exec(ctx)
		if err != nil {
			return fmt.Errorf("publish: keep what was typed of %s: %w", m.ID, err)
		}
		return nil
	})
}

func trimmed(w Words) Words {
	return Words{strings.TrimSpace(w.Title), strings.TrimSpace(w.Summary), strings.TrimSpace(w.Body)}
}

// DropTyped forgets what the actor has typed of a text.
func (s *Service) DropTyped(ctx context.Context, messageID string, l i18n.Lang) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error { return dropTyped(ctx, tx, messageID, l, perm.From(ctx).ID) })
}

func dropTyped(ctx context.Context, tx bun.Tx, messageID string, l i18n.Lang, personID string) error {
	_, err := tx.NewDelete().Model((*Typed)(nil)).Where("message_id = ? AND lang = ? AND person_id = ?", messageID, l, personID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("forget what was typed: %w", err)
	}
	return nil
}

// TypedOf gives what the actor has typed of a text and not saved, if anything,
// and what others who are writing there now have. It is for those who may edit the
// message; others get nothing.
func (s *Service) TypedOf(ctx context.Context, m Message, l i18n.Lang) (own *Typed, others []Typed, err error) {
	if !s.Allowed(ctx, m).Edit {
		return nil, nil, nil
	}
	var all []Typed
	if err := s.db.Reader().NewSelect().Model(&all).Where("y.message_id = ? AND y.lang = ?", m.ID, l).Order("y.saved_at DESC").Scan(ctx); err != nil {
		return nil, nil, fmt.Errorf("publish: what was typed of %s: %w", m.ID, err)
	}
	now := s.clock.Now()
	for _, y := range all {
		switch {
		case y.PersonID == perm.From(ctx).ID:
			own = &y
		case db.At(now).Sub(y.SavedAt) < atWork:
			others = append(others, y)
		}
	}
	return own, others, nil
}

// forgetTyped drops what its writers have not come back for, and what was typed
// of messages that are public since.
func (s *Service) forgetTyped(ctx context.Context) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewDelete().Model((*Typed)(nil)).Where("saved_at < ?", db.At(s.clock.Now().Add(-typedFor))).
			WhereOr("message_id IN (SELECT id FROM publish_message WHERE state IN (?, ?))", StateReleased, StateWithdrawn).Exec(ctx)
		if err != nil {
			return fmt.Errorf("publish: forget what was typed: %w", err)
		}
		return nil
	})
}

// Join puts together what was typed over a version of a text and what has been
// saved since. It reports false when both changed the same words, or when the
// version is not known.
func (s *Service) Join(ctx context.Context, m Message, l i18n.Lang, typed Words, base int) (Words, bool, error) {
	from, known, err := s.TextAt(ctx, m.ID, l, base)
	if err != nil || !known {
		return Words{}, false, err
	}
	now, _ := m.Variant(l)
	var out Words
	for _, f := range []struct {
		put                *string
		base, mine, theirs string
	}{{&out.Title, from.Title, typed.Title, now.Title}, {&out.Summary, from.Summary, typed.Summary, now.Summary}, {&out.Body, from.Body, typed.Body, now.Body}} {
		joined, ok := text.Merge(f.base, strings.TrimSpace(f.mine), f.theirs)
		if !ok {
			return Words{}, false, nil
		}
		*f.put = joined
	}
	return out, true, nil
}
