package websub

import (
	"context"
	"fmt"
	"net/url"

	"github.com/uptrace/bun"

	"sifara/internal/errs"
	"sifara/internal/perm"
	"sifara/internal/publish"
)

// State says how it goes with a subscription.
type State string

// The states.
const (
	Quiet   State = "quiet"   // nothing was told yet
	Told    State = "told"    // it has the newest
	Waiting State = "waiting" // an attempt is due
	Failed  State = "failed"  // the newest was given up; the next release is told
)

// State gives the state of the subscription.
func (s *Subscription) State() State {
	switch {
	case !s.NextAt.IsZero():
		return Waiting
	case s.Sent != s.Turn:
		return Failed
	case s.Turn == 0 && s.ToldAt.IsZero():
		return Quiet
	}
	return Told
}

// Host is the host of the subscriber's address. The rest of the address may be
// a secret of its owner and is shown to nobody.
func (s *Subscription) Host() string {
	u, err := url.Parse(s.Callback)
	if err != nil {
		return ""
	}
	return u.Host
}

// List gives subscriptions, the newest first; next is the before of the
// following page, empty when there is none.
func (h *Hub) List(ctx context.Context, before string, limit int) (list []Subscription, next string, err error) {
	q := h.DB.Reader().NewSelect().Model(&list).Order("w.id DESC").Limit(int64(limit) + 1)
	if before != "" {
		q = q.Where("w.id < ?", before)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, "", fmt.Errorf("websub: list: %w", err)
	}
	if len(list) > limit {
		list = list[:limit]
		next = list[limit-1].ID
	}
	return list, next, nil
}

// TellNow tells a subscriber of the feed as it is, whatever was told before.
func (h *Hub) TellNow(ctx context.Context, id string) error {
	return h.act(ctx, id, "publish.hub_tell", func(ctx context.Context, tx bun.Tx, s *Subscription) error { return h.mark(ctx, tx, s) })
}

// Remove ends a subscription; its owner may ask anew.
func (h *Hub) Remove(ctx context.Context, id string) error {
	return h.act(ctx, id, "publish.hub_remove", func(ctx context.Context, tx bun.Tx, s *Subscription) error {
		_, err := tx.NewDelete().Model(s).WherePK().Exec(ctx)
		return err
	})
}

func (h *Hub) act(ctx context.Context, id, name string, do func(ctx context.Context, tx bun.Tx, s *Subscription) error) error {
	if !perm.From(ctx).MayIn(publish.MayRelease, perm.Everywhere()) {
		return errs.New(errs.Forbidden, "")
	}
	return h.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var list []Subscription
		if err := tx.NewSelect().Model(&list).Where("w.id = ?", id).Scan(ctx); err != nil {
			return fmt.Errorf("websub: subscription %s: %w", id, err)
		}
		if len(list) == 0 {
			return errs.New(errs.NotFound, "")
		}
		if err := do(ctx, tx, &list[0]); err != nil {
			return fmt.Errorf("websub: %s: %w", name, err)
		}
		return h.record(ctx, tx, name, &list[0])
	})
}
