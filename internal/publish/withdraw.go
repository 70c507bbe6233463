package publish

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/text"
)

// Withdraw takes back what is public. The page stays with the note, which says
// why, at least in the source language.
func (s *Service) Withdraw(ctx context.Context, messageID string, note Texts) (Message, error) {
	clean := Texts{}
	var bad []errs.Field
	for l, v := range note {
		v = strings.TrimSpace(text.Clean(v))
		if n := utf8.RuneCountInString(v); n > maxReason {
			bad = append(bad, errs.Field{Name: "note-" + string(l), Key: "web.field.long", Args: []any{"max", maxReason, "count", n - maxReason}})
		}
		if v != "" && slices.Contains(i18n.Langs, l) {
			clean[l] = v
		}
	}
	if err := errs.InvalidFields(bad...); err != nil {
		return Message{}, err
	}
	return s.do(ctx, messageID, "publish.withdraw", func(_ context.Context, a *act) error {
		if a.m.State != StateReleased {
			return ErrState
		}
		if err := a.need(MayWithdraw, a.m.Scope()); err != nil {
			return err
		}
		if clean[a.m.SourceLang] == "" {
			return errs.InvalidFields(errs.Field{Name: "note-" + string(a.m.SourceLang), Key: "web.field.required"})
		}
		a.m.WithdrawnNote = clean
		a.detail["reason"] = clean[a.m.SourceLang]
		a.takeBack(false)
		return nil
	})
}

func (a *act) takeBack(expired bool) {
	m := a.m
	m.State, m.WithdrawnAt, m.Expired = StateWithdrawn, a.nowDB(), expired
	a.proof, a.site = true, true
	a.events = append(a.events, Withdrawn{MessageID: m.ID, MissionID: m.MissionID, Slug: m.Slug, Expired: expired})
}

// expire withdraws a public message whose NotAfter has passed.
func (s *Service) expire(ctx context.Context, messageID string) error {
	_, err := s.do(ctx, messageID, "publish.expire", func(_ context.Context, a *act) error {
		if a.m.State != StateReleased || a.m.NotAfter.IsZero() || db.At(a.now).Before(a.m.NotAfter) {
			a.idle = true
			return nil
		}
		a.takeBack(true)
		return nil
	})
	return err
}
