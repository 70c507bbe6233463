package listen

import (
	"context"
	"encoding/hex"
	"fmt"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/listen/privacy"
	"sifara/internal/perm"
)

// refuse refuses questions that single out the account of a private person,
// and records the attempt: who asked, and a keyed hash by which two attempts at
// one account can be told, not the account. field is the field of the form.
func (s *Service) refuse(ctx context.Context, field string, questions ...string) error {
	for _, q := range questions {
		handle, found := privacy.Named(q, s.names.named)
		if !found {
			continue
		}
		sum := s.names.sum("asked", handle)
		err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
			_, err := tx.ExecContext(ctx, `INSERT INTO listen_refusal (day, refused) VALUES (?, 1) ON CONFLICT (day) DO UPDATE SET refused = listen_refusal.refused + 1`, dayOf(hourOf(s.clock.Now())))
			if err != nil {
				return fmt.Errorf("count refusal: %w", err)
			}
			return s.record(ctx, tx, View, perm.Everywhere(), "listen.search.refuse", "search", "", map[string]any{"hash": hex.EncodeToString(sum[:6])})
		})
		if err != nil {
			return err
		}
		return errs.InvalidFields(errs.Field{Name: field, Key: "listen.search.person"})
	}
	return nil
}

// Refuse refuses, as Search does, what another package would keep and ask for
// later: errs.Invalid on the field, recorded.
func (s *Service) Refuse(ctx context.Context, field string, questions ...string) error {
	return s.refuse(ctx, field, questions...)
}

// Refused counts the questions that were refused since a day.
func (s *Service) Refused(ctx context.Context, since db.Time) (n int64, err error) {
	err = s.db.Reader().NewRaw(`SELECT coalesce(sum(refused), 0) FROM listen_refusal WHERE day >= ?`, dayOf(hourOf(since.Std()))).Scan(ctx, &n)
	if err != nil {
		return 0, fmt.Errorf("refused questions: %w", err)
	}
	return n, nil
}
