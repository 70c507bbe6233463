package publish

import (
	"context"
	"sifara/internal/audit"
	"slices"
	"strings"
	"time"

	"sifara/internal/errs"
	"sifara/internal/perm"
)

// Rush makes a message public before its route is walked: the emergency
// release. It needs a permission of its own and a reason, is held to embargo,
// NotAfter and alternative texts like any other, waits like any other while
// publishing is paused unless it is on the whitelist, and must be judged afterwards by someone who may clear and took
// no part in it. The caller has made sure that the actor is at the keyboard
// (second factor).
func (s *Service) Rush(ctx context.Context, messageID, hash, reason string) (Message, error) {
	reason, err := cleanReason("reason", reason)
	if err != nil {
		return Message{}, err
	}
	return s.do(ctx, messageID, "publish.emergency", func(ctx context.Context, a *act) error {
		m := a.m
		if err := a.need(MayEmergency, m.Scope()); err != nil {
			return err
		}
		if a.actor.Kind != perm.Person && a.actor.Kind != perm.Token {
			return ErrInPerson
		}
		if !m.Editable() {
			return ErrState
		}
		if err := a.seen(hash); err != nil {
			return err
		}
		if err := m.Complete(a.now); err != nil {
			return err
		}
		if err := m.credited(); err != nil {
			return err
		}
		if err := m.timely(a.now, true); err != nil {
			return err
		}
		if err := a.notPaused(ctx, 0); err != nil {
			return err
		}
		route, err := bestRoute(ctx, a.tx, m.match(), m.Channels.Has)
		if err != nil {
			return err
		}
		if err := m.ready(route.path(), true); err != nil {
			return err
		}
		if m.Round == 0 {
			m.Slug = m.betterSlug()
		}
		m.Emergency, m.EmergencyReason, m.ReleaseAt, m.OverdueAt, m.RemindedAt = true, reason, 0, 0, 0
		m.ReviewDue = a.nowDB().Add(time.Duration(route.ReviewWithin) * time.Hour)
		if err := a.say(ctx, Approval{Step: -1, Kind: EmergencyStep, Decision: Approve, Reason: reason}); err != nil {
			return err
		}
		if err := a.coolEmergency(ctx); err != nil {
			return err
		}
		a.detail["reason"], a.detail["publish_hash"] = reason, m.Hash
		a.goPublic(route.path())
		a.events = append(a.events, a.reviewWaits())
		return nil
	})
}

// reviewWaits is the event of a judgement that an emergency release owes.
func (a *act) reviewWaits() Waiting {
	return Waiting{MessageID: a.m.ID, MissionID: a.m.MissionID, Step: AfterReview, Index: -1, Permission: MayClear, Due: a.m.ReviewDue}
}

// Judge gives or refuses the approval that an emergency release owes. Refusing
// needs a reason; it does not withdraw the message, which is another act.
func (s *Service) Judge(ctx context.Context, messageID, hash string, d Decision, reason string) (Message, error) {
	if d == Reject {
		var err error
		if reason, err = cleanReason("reason", reason); err != nil {
			return Message{}, err
		}
	} else if d != Approve {
		return Message{}, errs.InvalidFields(errs.Field{Name: "decision", Key: "web.field.choice"})
	}
	return s.do(ctx, messageID, "publish.judge", func(ctx context.Context, a *act) error {
		m := a.m
		if !m.AwaitsReview() {
			return ErrState
		}
		if err := a.admitAfter(ctx); err != nil {
			return err
		}
		if err := a.seen(hash); err != nil {
			return err
		}
		m.ReviewedAt, m.ReviewOutcome = a.nowDB(), d
		a.detail["publish_outcome"], a.detail["reason"] = audit.Word("publish.decision."+string(d)), reason
		return a.say(ctx, Approval{Step: -1, Kind: AfterReview, Decision: d, Reason: strings.TrimSpace(reason)})
	})
}

// admitAfter is admit with those barred who released it.
func (a *act) admitAfter(ctx context.Context) error {
	as := a.m.barReleasers()
	keep := a.m
	a.m = &as
	defer func() { a.m = keep }()
	return a.admit(ctx, MayClear, keep.Scope(), -1)
}

// barReleasers gives the message with those who released it in an emergency
// counted among its authors.
func (m *Message) barReleasers() Message {
	as := *m
	as.Authors = slices.Clone(m.Authors)
	as.Route.OneStepEach, as.Route.TwoPeople = false, false
	for _, p := range m.Approvals {
		if p.Kind == EmergencyStep {
			as.Authors = append(as.Authors, p.ActorID, p.OnBehalfOf)
		}
	}
	return as
}
