package newsletter

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/db"
)

// hard reports whether a refusal means that there is no such mailbox, now and
// later (RFC 3463: 5.1.x addresses). A full mailbox, policy and suspicion of
// spam are no fault of the address; nor is a code without an enhanced one that
// says more than "no".
func hard(code int, enhanced string) bool {
	switch {
	case strings.HasPrefix(enhanced, "5.1."):
		return enhanced != "5.1.7" && enhanced != "5.1.8" // these speak of the sender
	case enhanced == "":
		return code == 550 || code == 551 || code == 553
	}
	return false
}

// softLimit is how many letters in all may come back for reasons that pass until
// an address is taken from the lists.
const softLimit = 5

// Returned takes what came back: a bounce or a complaint, as a mail server hands
// it over. to is the address it came to, may be empty. The same report twice is
// one. ErrNoReport for what is none.
func (s *Service) Returned(ctx context.Context, r io.Reader, to string) (Report, error) {
	report, err := ParseReport(r, to)
	if err != nil {
		return Report{}, err
	}
	letterID, n, ok := s.deliveryOf(report.Code)
	if !ok {
		return Report{}, ErrNoReport
	}
	return report, s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return s.returned(ctx, tx, report, letterID, n)
	})
}

func (s *Service) returned(ctx context.Context, tx bun.Tx, report Report, letterID string, n int64) error {
	var row struct{ SubscriberID, State string }
	err := tx.NewRaw(`SELECT subscriber_id, state FROM publish_newsletter_delivery WHERE letter_id = ? AND n = ?`, letterID, n).Scan(ctx, &row)
	if db.IsNoRows(err) {
		return nil // its time is over
	}
	if err != nil {
		return fmt.Errorf("newsletter: report: %w", err)
	}
	t, err := s.letter(ctx, tx, letterID)
	if err != nil {
		return err
	}
	switch report.Kind {
	case Complaint:
		err = s.suppress(ctx, tx, row.SubscriberID, LeftComplained)
	case HardBounce, SoftBounce:
		err = s.bounced(ctx, tx, report, t, n, row.SubscriberID, row.State)
	default:
		return nil
	}
	if err != nil {
		return err
	}
	l, err := s.list(ctx, tx, t.ListID)
	if err != nil {
		return err
	}
	return s.recordLetter(ctx, tx, "", "returned", t, l, map[string]any{"newsletter_report": audit.Word("newsletter.report." + string(report.Kind)), "newsletter_status": report.Status})
}

// bounced notes a bounce once, and pauses the letter when there are too many.
func (s *Service) bounced(ctx context.Context, tx bun.Tx, report Report, t Letter, n int64, subscriberID, state string) error {
	if state == RowBounced {
		return nil
	}
	if _, err := tx.ExecContext(ctx, `UPDATE publish_newsletter_delivery SET state = ?, at = ? WHERE letter_id = ? AND n = ? AND state IN (?, ?)`, RowBounced, s.now(), t.ID, n, RowSent, RowUnknown); err != nil {
		return fmt.Errorf("newsletter: bounce: %w", err)
	}
	if report.Kind == SoftBounce {
		var count int
		err := tx.NewRaw(`UPDATE publish_newsletter_subscriber SET soft_bounces = soft_bounces + 1 WHERE id = ? RETURNING soft_bounces`, subscriberID).Scan(ctx, &count)
		if db.IsNoRows(err) {
			return nil
		}
		if err != nil || count < softLimit {
			return err
		}
		return s.suppress(ctx, tx, subscriberID, LeftBounced)
	}
	if err := s.suppress(ctx, tx, subscriberID, LeftBounced); err != nil {
		return err
	}
	var now Letter
	err := tx.NewRaw(`UPDATE publish_newsletter_letter SET dead = dead + 1 WHERE id = ? RETURNING state, sent, failed, dead, base_sent, base_dead`, t.ID).Scan(ctx, &now)
	if err != nil {
		return fmt.Errorf("newsletter: bounce: %w", err)
	}
	set, err := s.Settings(ctx)
	if err != nil || now.State != Sending || !tooMany(now, set.bounces()) {
		return err
	}
	return s.pauseItself(ctx, tx, t, WhyBounces)
}
