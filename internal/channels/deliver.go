package channels

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/jobs"
)

// runDelivery makes one attempt. Should the house die between the receiver's
// answer and its note, the attempt is made again with the same ids.
func (s *Service) runDelivery(ctx context.Context, job jobs.Job[deliverJob]) error {
	row, err := one[deliveryRow](ctx, s.DB.Reader(), job.Args.DeliveryID)
	if errs.KindOf(err) == errs.NotFound {
		return nil // the webhook was removed
	}
	if err != nil {
		return fmt.Errorf("deliver %s: %w", job.Args.DeliveryID, err)
	}
	if row.State != Waiting || row.Tried != job.Args.Try {
		return nil
	}
	w, err := one[webhookRow](ctx, s.DB.Reader(), row.WebhookID)
	if err != nil {
		return fmt.Errorf("deliver %s: %w", row.ID, err)
	}
	if w.State == WebhookPaused && row.Event != PingEvent {
		return s.note(ctx, row.ID, job.Args.Try, Try{At: s.now(), Failure: "paused"}, 0)
	}
	var try Try
	var after time.Duration
	err = s.pass(ctx, &row.Delivery, func(ctx context.Context) (err error) {
		try, after, err = s.attempt(ctx, &w.Webhook, &row.Delivery)
		return err
	})
	if errors.Is(err, ErrHeld) {
		return s.hold(ctx, row.ID, job.Args.Try)
	}
	if err != nil {
		return fmt.Errorf("deliver %s: %w", row.ID, err)
	}
	return s.note(ctx, row.ID, job.Args.Try, try, after)
}

// attempt sends the delivery once. The error is one of ours; what the receiver
// does wrong is in the Try.
func (s *Service) attempt(ctx context.Context, w *Webhook, d *Delivery) (Try, time.Duration, error) {
	secrets, err := s.secrets(w)
	if err != nil {
		return Try{}, 0, err
	}
	try := Try{At: s.now()}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader(d.Body))
	if err != nil {
		try.Failure = "bad_url"
		return try, 0, nil
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(SignatureHeader, Sign(s.Clock.Now(), d.Body, secrets...))
	req.Header.Set("Sifara-Event", d.Event)
	req.Header.Set("Sifara-Delivery", d.ID)
	req.Header.Set("Idempotency-Key", d.EventID)
	start := time.Now()
	res, err := s.Fetch.Do(ctx, req)
	try.Millis = time.Since(start).Milliseconds()
	if err != nil {
		if ctx.Err() != nil {
			return Try{}, 0, errors.Join(ctx.Err(), err)
		}
		try.Failure = failureOf(err)
		return try, 0, nil
	}
	try.Status = res.Status
	return try, res.RetryAfter, nil
}

func (s *Service) secrets(w *Webhook) ([]string, error) {
	sealed := []string{w.Secret}
	if w.OldSecret != "" && s.now().Before(w.OldUntil) {
		sealed = append(sealed, w.OldSecret)
	}
	var out []string
	for _, x := range sealed {
		b, err := s.Vault.Unseal(secretPurpose(w.ID), x)
		if err != nil {
			return nil, fmt.Errorf("secret of webhook %s: %w", w.ID, err)
		}
		out = append(out, string(b))
	}
	return out, nil
}

// ok reports whether the receiver took the delivery.
func (t Try) ok() bool { return t.Status >= 200 && t.Status < 300 }

// note keeps the outcome of an attempt and, when it failed, plans the next.
// An outcome that was noted already is left as it is.
func (s *Service) note(ctx context.Context, deliveryID string, tried int, try Try, after time.Duration) error {
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		row, err := one[deliveryRow](ctx, tx, deliveryID)
		if err != nil || row.State != Waiting || row.Tried != tried {
			return err
		}
		w, err := one[webhookRow](ctx, tx, row.WebhookID)
		if err != nil {
			return err
		}
		row.Tries = append(row.Tries, try)
		row.Tries = row.Tries[max(0, len(row.Tries)-maxTries):]
		row.Tried++
		s.judge(&row.Delivery, try, after)
		res, err := tx.NewUpdate().Model(row).WherePK().Where("tried = ?", tried).Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		if row.State == Waiting {
			if err := s.Queue.Insert(ctx, tx, deliverJob{DeliveryID: row.ID, Try: row.Tried}, jobs.At(row.NextAt.Std())); err != nil {
				return err
			}
		}
		return s.health(ctx, tx, w, &row.Delivery, try)
	})
}

// maxTries bounds what is remembered of a delivery that was sent again often.
const maxTries = 60

// judge decides what follows an attempt.
func (s *Service) judge(d *Delivery, try Try, after time.Duration) {
	pause := max(pauseAfter(d.ID, len(d.Tries)), min(after, longestPause))
	d.NextAt = s.now().Add(pause)
	switch {
	case try.ok():
		d.State, d.NextAt, d.DoneAt = Delivered, 0, s.now()
	case try.Status == http.StatusGone, try.Failure == "paused", d.NextAt >= d.UntilAt:
		d.State, d.NextAt, d.DoneAt = Failed, 0, s.now()
	}
}

// pauseAfter is the pause after the n-th failure: doubled each time, moved by
// up to a fifth either way so that deliveries which failed together do not
// return together. It is the same for the same delivery.
func pauseAfter(deliveryID string, n int) time.Duration {
	pause := longestPause
	if n < 12 {
		pause = min(firstPause<<(n-1), longestPause)
	}
	h := fnv.New32a()
	h.Write([]byte(deliveryID + strconv.Itoa(n)))
	share := float64(h.Sum32()%1000)/1000*0.4 - 0.2
	return (pause + time.Duration(float64(pause)*share)).Round(time.Second)
}

// health keeps since when a webhook fails, pauses one that has failed too
// long, and records the end of a delivery.
func (s *Service) health(ctx context.Context, tx bun.Tx, w *webhookRow, d *Delivery, try Try) error {
	since, why := w.FailingSince, ""
	switch {
	case try.ok():
		since = 0
	case try.Failure == "paused":
	case since == 0:
		since = s.now()
	}
	switch {
	case try.Status == http.StatusGone:
		why = PausedGone
	case d.State == Failed && since != 0 && s.now().Sub(since) >= PauseAfter:
		why = PausedFailing
	}
	if since != w.FailingSince {
		if _, err := tx.ExecContext(ctx, `UPDATE channels_webhook SET failing_since = ? WHERE id = ?`, since, w.ID); err != nil {
			return err
		}
	}
	if why != "" && w.State == WebhookActive {
		if err := s.pause(ctx, tx, w, why); err != nil {
			return err
		}
	}
	if d.State != Failed {
		return s.Live.Notify(ctx, tx, WebhooksTopic)
	}
	return s.noted(ctx, tx, &w.Webhook, "webhook_failed", map[string]any{"event": d.Event, "count": len(d.Tries)})
}

func (s *Service) pause(ctx context.Context, tx bun.Tx, w *webhookRow, why string) error {
	_, err := tx.ExecContext(ctx, `UPDATE channels_webhook SET state = ?, why = ?, version = version + 1 WHERE id = ?`, WebhookPaused, why, w.ID)
	if err != nil {
		return err
	}
	return s.noted(ctx, tx, &w.Webhook, "webhook_pause", map[string]any{"reason": audit.Word("channels.why." + why)})
}

// FailingWebhooks counts those that are paused by the house or fail at
// present.
func (s *Service) FailingWebhooks(ctx context.Context) (int, error) {
	if everywhere(ctx) != nil {
		return 0, nil
	}
	n, err := s.DB.Reader().NewSelect().Model((*webhookRow)(nil)).Where("w.failing_since > 0 AND w.failing_since < ? OR w.why IN (?, ?)", db.At(s.Clock.Now().Add(-time.Hour)), PausedFailing, PausedGone).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count failing webhooks: %w", err)
	}
	return int(n), nil
}
