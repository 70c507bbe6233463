package newsletter

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/id"
	"sifara/internal/jobs"
	"sifara/internal/publish"
)

// sweepArgs ask for what time alone brings.
type sweepArgs struct{}

// Kind implements jobs.Args.
func (sweepArgs) Kind() string { return "newsletter.sweep" }

// keepLedger is how long rows of the ledger are kept after a letter ended;
// its figures stay.
const keepLedger = 90 * 24 * time.Hour

// Sweep has letters sent on whose job was lost, writes digests that are due, and
// deletes requests and ledgers whose time is over. It is idempotent.
func (s *Service) Sweep(ctx context.Context) error {
	return errors.Join(s.takeUp(ctx), s.digests(ctx), s.forget(ctx))
}

// takeUp asks for the sending of letters that nobody sends now.
func (s *Service) takeUp(ctx context.Context) error {
	var ids []string
	err := s.DB.Reader().NewRaw(`SELECT id FROM publish_newsletter_letter WHERE state IN (?, ?) AND (holder = '' OR held_until < ?) ORDER BY started_at LIMIT 50`, Preparing, Sending, s.now()).Scan(ctx, &ids)
	if err != nil {
		return fmt.Errorf("newsletter: letters to send on: %w", err)
	}
	for _, letterID := range ids {
		if err := s.askFor(ctx, letterID); err != nil {
			return err
		}
	}
	return s.settle(ctx)
}

// settle says of letters that no process will hold again what was in flight when
// theirs died.
func (s *Service) settle(ctx context.Context) error {
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var all []Letter
		err := tx.NewSelect().Model(&all).Column("t.id", "t.flying").Where("t.flying <> ''").Where("t.held_until < ?", s.now()).Where("t.state NOT IN (?, ?)", Preparing, Sending).Limit(20).Scan(ctx)
		if err != nil {
			return fmt.Errorf("newsletter: letters in flight: %w", err)
		}
		for _, t := range all {
			if err := s.lost(ctx, tx, t.ID, t.Flying); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) askFor(ctx context.Context, letterID string) error {
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return s.Queue.Insert(ctx, tx, sendArgs{LetterID: letterID}, jobs.Unique())
	})
}

// forget deletes what is kept for a time only.
func (s *Service) forget(ctx context.Context) error {
	for _, q := range []struct {
		query string
		args  []any
	}{
		{`DELETE FROM publish_newsletter_request WHERE expires_at < ?`, []any{s.now()}},
		{`DELETE FROM publish_newsletter_delivery WHERE letter_id IN (SELECT id FROM publish_newsletter_letter WHERE ended_at > 0 AND ended_at < ? ORDER BY ended_at LIMIT 1)`, []any{s.now().Add(-keepLedger)}},
	} {
		if _, err := s.DB.Writer().ExecContext(ctx, q.query, q.args...); err != nil {
			return fmt.Errorf("newsletter: retention: %w", err)
		}
	}
	return nil
}

// digests writes those that are due.
func (s *Service) digests(ctx context.Context) error {
	var all []List
	if err := s.DB.Reader().NewSelect().Model(&all).Where("l.digest <> ''").Where("l.closed_at = 0").Scan(ctx); err != nil {
		return fmt.Errorf("newsletter: digests: %w", err)
	}
	var failed []error
	for _, l := range all {
		due, day, err := s.due(ctx, l)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		if due {
			failed = append(failed, s.digest(ctx, l, day))
		}
	}
	return errors.Join(failed...)
}

// due reports whether a list's digest is to be sent now, and for which day of
// its mission.
func (s *Service) due(ctx context.Context, l List) (bool, string, error) {
	week, err := s.Org.Week(ctx, l.MissionID)
	if err != nil {
		return false, "", fmt.Errorf("newsletter: week of %q: %w", l.MissionID, err)
	}
	now := s.Clock.Now().In(week.Zone())
	at := time.Date(now.Year(), now.Month(), now.Day(), l.DigestHour, 0, 0, 0, week.Zone())
	if now.Before(at) || !l.DigestUpto.Before(db.At(at)) {
		return false, "", nil
	}
	if l.Digest == Daily && !week.Works(now) || l.Digest == Weekly && int(now.Weekday()) != l.DigestDay {
		return false, "", nil
	}
	return true, now.Format(time.DateOnly), nil
}

// digest writes and sends the digest of a day: once, on whichever node. What was
// released since the last one is in it; when nothing was, no letter goes.
func (s *Service) digest(ctx context.Context, l List, day string) error {
	until := s.now()
	f := publish.ReleasedFilter{MissionID: l.MissionID, Ministry: l.MissionID == "", Since: l.DigestUpto, Limit: maxItems}
	all, err := s.Publish.Released(ctx, f)
	if err != nil {
		return err
	}
	t := Letter{ID: id.New(), ListID: l.ID, MissionID: l.MissionID, Kind: DigestLetter, Occasion: "digest-" + day, State: Draft, CreatedBy: l.DigestBy, CreatedAt: until, StartedAt: until, Version: 1}
	t.Slug = slugOf(until.In(s.Org.Zone(ctx, l.MissionID)), t.ID)
	for _, m := range all {
		if m.Channels.Has(publish.Newsletter) && m.ReleasedAt < until && m.ReleasedAt >= l.DigestUpto {
			t.Messages = append(t.Messages, m.ID)
		}
	}
	var editions []Edition
	if len(t.Messages) > 0 {
		if editions, err = s.editions(ctx, t); err != nil {
			return err
		}
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE publish_newsletter_list SET digest_upto = ? WHERE id = ? AND digest_upto = ? AND digest = ?`, until, l.ID, l.DigestUpto, l.Digest)
		if err != nil {
			return fmt.Errorf("newsletter: digest: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 || len(editions) == 0 {
			return err // another node wrote it, or there is nothing to tell
		}
		var on int
		if err := tx.NewRaw(`SELECT count(*) FROM publish_newsletter_subscriber WHERE list_id = ?`, l.ID).Scan(ctx, &on); err != nil || on == 0 {
			return err
		}
		if _, err := tx.NewInsert().Model(&t).Exec(ctx); err != nil {
			return fmt.Errorf("newsletter: digest: %w", err)
		}
		if err := s.begin(ctx, tx, &t, editions, l.DigestBy); err != nil {
			return err
		}
		if _, err := tx.NewUpdate().Model(&t).WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("newsletter: digest: %w", err)
		}
		return s.recordLetter(ctx, tx, MaySend, "digest", t, l, map[string]any{"newsletter_count": len(t.Messages)})
	})
}

func (s *Service) recordTest(ctx context.Context, t Letter, l List) error {
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return s.recordLetter(ctx, tx, MayWrite, "test", t, l, nil)
	})
}

// word is a detail of the record that stands for a message of the catalogue.
func word(group, key string) string { return audit.Word("newsletter." + group + "." + key) }
