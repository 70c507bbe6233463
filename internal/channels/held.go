package channels

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/jobs"
)

// pass asks the gate for one attempt of a delivery.
func (s *Service) pass(ctx context.Context, d *Delivery, send func(ctx context.Context) error) error {
	if s.Gate == nil {
		return send(ctx)
	}
	var p Payload
	if err := json.Unmarshal(d.Body, &p); err != nil {
		return fmt.Errorf("payload: %w", err)
	}
	return s.Gate.Pass(ctx, p.Data, d.NextAt, send)
}

// hold puts a delivery aside that a pause covers; no attempt is counted.
func (s *Service) hold(ctx context.Context, deliveryID string, tried int) error {
	return s.changeDelivery(ctx, deliveryID, "webhook_held", "", func(row *deliveryRow) bool {
		if row.State != Waiting || row.Tried != tried {
			return false
		}
		row.State = OnHold
		return true
	})
}

// changeDelivery does one act on a delivery and records it; fn reports whether there
// was something to do.
func (s *Service) changeDelivery(ctx context.Context, deliveryID, act, reason string, fn func(row *deliveryRow) bool) error {
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		row, err := one[deliveryRow](ctx, tx, deliveryID)
		if err != nil || !fn(row) {
			return err
		}
		w, err := one[webhookRow](ctx, tx, row.WebhookID)
		if err != nil {
			return err
		}
		if _, err := tx.NewUpdate().Model(row).WherePK().Exec(ctx); err != nil {
			return err
		}
		if row.State == Waiting {
			if err := s.Queue.Insert(ctx, tx, deliverJob{DeliveryID: row.ID, Try: row.Tried}, jobs.At(row.NextAt.Std())); err != nil {
				return err
			}
		}
		detail := map[string]any{"event": row.Event}
		if reason != "" {
			detail["reason"] = reason
		}
		return s.noted(ctx, tx, &w.Webhook, act, detail)
	})
}

// Held lists what pauses put aside, the earliest first, for those who connect
// programs; nothing for others.
func (s *Service) Held(ctx context.Context, limit int) ([]Delivery, error) {
	if everywhere(ctx) != nil {
		return nil, nil
	}
	var rows []deliveryRow
	if err := s.DB.Reader().NewSelect().Model(&rows).Where("d.state = ?", OnHold).Order("d.next_at", "d.id").Limit(int64(limit)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("held deliveries: %w", err)
	}
	out := make([]Delivery, len(rows))
	for i, r := range rows {
		out[i] = r.Delivery
	}
	return out, nil
}

// LetGo has a held delivery made at a moment, and tried for a day from then.
func (s *Service) LetGo(ctx context.Context, deliveryID string, at time.Time) error {
	if err := everywhere(ctx); err != nil {
		return err
	}
	err := s.changeDelivery(ctx, deliveryID, "webhook_let_go", "", func(row *deliveryRow) bool {
		if row.State != OnHold {
			return false
		}
		row.State, row.NextAt, row.UntilAt = Waiting, db.At(at), db.At(at).Add(giveUp)
		row.Tried++ // a job of before finds another number
		return true
	})
	return wrapHeld(err, deliveryID)
}

// DropHeld gives up a held delivery; it may still be sent again by hand.
func (s *Service) DropHeld(ctx context.Context, deliveryID, reason string) error {
	if err := everywhere(ctx); err != nil {
		return err
	}
	err := s.changeDelivery(ctx, deliveryID, "webhook_dropped", reason, func(row *deliveryRow) bool {
		if row.State != OnHold {
			return false
		}
		row.State, row.NextAt, row.DoneAt = Failed, 0, s.now()
		row.Tries = append(row.Tries, Try{At: s.now(), Failure: "dropped"})
		return true
	})
	return wrapHeld(err, deliveryID)
}

func wrapHeld(err error, deliveryID string) error {
	if err != nil {
		return fmt.Errorf("held delivery %s: %w", deliveryID, err)
	}
	return nil
}
