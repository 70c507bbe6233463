package publish

import (
	"context"
	"reflect"
	"slices"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/perm"
)

// Settings are what a message is, besides its text. They are content: an edit
// voids approvals.
type Settings struct {
	MissionID    string      `json:"mission_id"`
	Kind         Kind        `json:"kind"`
	Sensitivity  Sensitivity `json:"sensitivity"`
	EmbargoUntil db.Time     `json:"embargo_until"`    // not public before; not set: none
	NotAfter     db.Time     `json:"not_after"`        // not public after; not set: none
	Exempt       Exemption   `json:"exempt,omitempty"` // goes out also during a pause; setting it needs MayExempt
	Details      Details     `json:"details,omitzero"` // of the kind; what belongs to another is dropped
	Channels     Channels    `json:"channels,omitempty"`
}

// Settings gives those of the message, to change some and keep the others.
func (m *Message) Settings() Settings {
	return Settings{m.MissionID, m.Kind, m.Sensitivity, m.EmbargoUntil, m.NotAfter, m.Exempt, m.Details, m.Channels}
}

// Arrange changes the settings. Version is the SettingsVersion that the actor
// had before them; another one stored is ErrEdited. Moving a message to a
// mission needs the permission to draft there too.
func (s *Service) Arrange(ctx context.Context, messageID string, version int, to Settings) (Message, error) {
	return s.do(ctx, messageID, "publish.arrange", func(ctx context.Context, a *act) error {
		if err := a.mayEdit(); err != nil {
			return err
		}
		to.Details = to.Details.of(to.Kind)
		if reflect.DeepEqual(a.m.Settings(), to) {
			a.idle = true
			return nil
		}
		if version != a.m.SettingsVersion {
			return ErrEdited
		}
		if err := a.checkSettings(ctx, to); err != nil {
			return err
		}
		m := a.m
		m.MissionID, m.Kind, m.Sensitivity, m.EmbargoUntil, m.NotAfter, m.Exempt, m.Channels = to.MissionID, to.Kind, to.Sensitivity, to.EmbargoUntil, to.NotAfter, to.Exempt, to.Channels
		m.setDetails(to.Details)
		if err := a.edited(ctx, "settings", "", to); err != nil {
			return err
		}
		m.SettingsVersion = m.Version
		return nil
	})
}

func (a *act) checkSettings(ctx context.Context, to Settings) error {
	if to.MissionID != a.m.MissionID && a.actor.Kind != perm.System {
		if len(authorities(a.actor, MayDraft, perm.InMission(to.MissionID))) == 0 {
			return errNotPermitted
		}
	}
	if to.Exempt != "" && (to.Exempt != a.m.Exempt || to.MissionID != a.m.MissionID) && a.actor.Kind != perm.System {
		if len(authorities(a.actor, MayExempt, perm.InMission(to.MissionID))) == 0 {
			return errNotPermitted
		}
	}
	var bad []errs.Field
	if to.Exempt != "" && !slices.Contains(Exemptions, to.Exempt) {
		bad = append(bad, errs.Field{Name: "exempt", Key: "web.field.choice"})
	}
	if !to.Channels.valid() {
		bad = append(bad, errs.Field{Name: "channels", Key: "web.field.choice"})
	}
	if !slices.Contains(Kinds, to.Kind) {
		bad = append(bad, errs.Field{Name: "kind", Key: "web.field.choice"})
	}
	if !slices.Contains(Sensitivities, to.Sensitivity) {
		bad = append(bad, errs.Field{Name: "sensitivity", Key: "web.field.choice"})
	}
	if !to.NotAfter.IsZero() && (to.NotAfter.Before(db.At(a.now)) || !to.EmbargoUntil.Before(to.NotAfter)) {
		bad = append(bad, errs.Field{Name: "not_after", Key: "publish.error.not_after"})
	}
	return errs.InvalidFields(append(bad, to.Details.check(ctx)...)...)
}
