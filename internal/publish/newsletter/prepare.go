package newsletter

import (
	"context"
	"fmt"
	"hash/fnv"

	"github.com/uptrace/bun"

	"sifara/internal/db"
)

// The states of a row of the ledger; see the package documentation.
const (
	RowQueued    = "queued"
	RowLater     = "later"
	RowSent      = "sent"
	RowFailed    = "failed"
	RowBounced   = "bounced"
	RowUnknown   = "unknown"
	RowExpired   = "expired"
	RowLeft      = "left"
	RowCancelled = "cancelled"
)

// Rows lists the states in the order in which they are shown.
var Rows = []string{RowQueued, RowLater, RowSent, RowBounced, RowFailed, RowUnknown, RowExpired, RowLeft, RowCancelled}

// preparePart is how many recipients one transaction writes into the ledger.
const preparePart = 2000

// prepare writes the ledger, part by part. Broken off anywhere it goes on where
// it was: the place is kept in the same transaction.
func (s *Service) prepare(ctx context.Context, letterID string) error {
	for {
		more, err := s.preparePart(ctx, letterID)
		if err != nil || !more {
			return err
		}
	}
}

func (s *Service) preparePart(ctx context.Context, letterID string) (more bool, err error) {
	err = s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var t Letter
		err := tx.NewRaw(`UPDATE publish_newsletter_letter SET version = version + 1 WHERE id = ? RETURNING *`, letterID).Scan(ctx, &t)
		if err != nil {
			return notFound(err, "letter", letterID)
		}
		if t.State != Preparing {
			more = false
			return nil
		}
		var part []struct {
			ID   string
			Lang string
		}
		q := tx.NewSelect().Model((*subscriber)(nil)).Column("b.id", "b.lang").Where("b.list_id = ?", t.ListID).Where("b.id > ?", t.Prepared)
		if err := inSegment(q, t.Segment).Order("b.id").Limit(preparePart).Scan(ctx, &part); err != nil {
			return fmt.Errorf("newsletter: recipients: %w", err)
		}
		args := make([]any, 0, 6*len(part))
		for i, b := range part {
			args = append(args, t.ID, t.Total+int64(i)+1, b.ID, b.Lang, t.wording(b.ID), RowQueued)
		}
		err = db.Bulk(ctx, tx, s.DB.Engine(), `INSERT INTO publish_newsletter_delivery (letter_id, n, subscriber_id, lang, wording, state)`, make([]string, 6), args, "")
		if err != nil {
			return fmt.Errorf("newsletter: ledger: %w", err)
		}
		t.Total += int64(len(part))
		if more = len(part) == preparePart; more {
			t.Prepared = part[len(part)-1].ID
		} else {
			t.Ready, t.State = true, Sending
		}
		_, err = tx.NewUpdate().Model(&t).Column("total", "prepared", "ready", "state").WherePK().Exec(ctx)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("newsletter: prepare letter %s: %w", letterID, err)
	}
	return more, nil
}

// wording gives the wording that a recipient gets: A without a test; in a test
// A or B for a share of them, by lot, and none yet for the rest.
func (t *Letter) wording(subscriberID string) string {
	if !t.Tested() {
		return WordingA
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(t.ID + subscriberID)) // never fails
	lot := mixed(h.Sum64())
	if lot%100 >= uint64(t.TestShare) {
		return ""
	}
	if lot/100%2 == 0 {
		return WordingA
	}
	return WordingB
}

// mixed spreads the bits of a hash (the end of MurmurHash3).
func mixed(x uint64) uint64 {
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}
