package group

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/listen"
	"sifara/internal/perm"
)

// Media is a source whose accounts are media that an official entered.
type Media struct {
	bun.BaseModel `bun:"table:listen_group_media,alias:m" json:"-"`

	SourceID  string  `bun:",pk" json:"source_id"`
	Reason    string  `json:"reason"`
	EnteredBy string  `json:"-"`
	EnteredAt db.Time `json:"entered_at"`
}

// Media lists the sources that were entered as media, the newest first. Feeds
// and site maps are media without being entered.
func (s *Service) Media(ctx context.Context) ([]Media, error) {
	if err := may(ctx, listen.View); err != nil {
		return nil, err
	}
	list := []Media{}
	if err := s.DB.Reader().NewSelect().Model(&list).OrderExpr("entered_at DESC, source_id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list media: %w", err)
	}
	return list, nil
}

func (s *Service) mediaIDs(ctx context.Context) (map[string]bool, error) {
	list, err := s.Media(ctx)
	out := map[string]bool{}
	for _, m := range list {
		out[m.SourceID] = true
	}
	return out, err
}

// EnterMedia enters a source as media, with a reason: its accounts are in no
// group from the next look on.
func (s *Service) EnterMedia(ctx context.Context, sourceID, reason string) error {
	if err := may(ctx, Manage); err != nil {
		return err
	}
	reason, err := reasonOf(reason)
	if err != nil {
		return err
	}
	src, err := s.Listen.Source(ctx, sourceID)
	if errs.KindOf(err) == errs.NotFound {
		return errs.InvalidFields(errs.Field{Name: "source", Key: "web.field.choice"})
	}
	if err != nil {
		return err
	}
	m := Media{SourceID: sourceID, Reason: reason, EnteredBy: perm.From(ctx).ID, EnteredAt: db.At(s.Clock.Now())}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(&m).On("CONFLICT (source_id) DO UPDATE").Set("reason = EXCLUDED.reason, entered_by = EXCLUDED.entered_by, entered_at = EXCLUDED.entered_at").Exec(ctx); err != nil {
			return fmt.Errorf("enter media: %w", err)
		}
		return s.record(ctx, tx, "listen.group.media", "source", sourceID, map[string]any{"name": src.Name, "reason": reason})
	})
}

// RemoveMedia takes a source out again; errs.NotFound when it was not entered.
func (s *Service) RemoveMedia(ctx context.Context, sourceID string) error {
	if err := may(ctx, Manage); err != nil {
		return err
	}
	src, err := s.Listen.Source(ctx, sourceID)
	if err != nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.ExecContext(ctx, `DELETE FROM listen_group_media WHERE source_id = ?`, sourceID)
		if err != nil {
			return fmt.Errorf("remove media: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errs.Wrap(fmt.Errorf("no media %s", sourceID), errs.NotFound, "")
		}
		return s.record(ctx, tx, "listen.group.media_remove", "source", sourceID, map[string]any{"name": src.Name})
	})
}
