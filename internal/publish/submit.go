package publish

import (
	"context"
)

// Submit sends a complete draft on its route: that of its sensitivity, or a higher
// one when its texts are heated (see Tone). Hash is the content that the actor saw.
// The route is copied into the message.
func (s *Service) Submit(ctx context.Context, messageID, hash string) (Message, error) {
	return s.do(ctx, messageID, "publish.submit", func(ctx context.Context, a *act) error {
		m := a.m
		if err := a.need(MayDraft, m.Scope()); err != nil {
			return err
		}
		if m.State != StateDraft && m.State != StateRejected {
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
		weight, err := a.weigh(ctx)
		if err != nil {
			return err
		}
		route, err := heatedRoute(ctx, a.tx, m, weight.Least)
		if err != nil {
			return err
		}
		if err := m.ready(route, false); err != nil {
			return err
		}
		if m.Round == 0 {
			m.Slug = m.betterSlug()
		}
		m.Route = route
		m.Round++
		m.SubmittedAt, m.SubmittedBy, m.Failure = a.nowDB(), a.actor.ID, ""
		if err := a.cool(ctx, weight); err != nil {
			return err
		}
		if err := a.at(ctx, 0); err != nil {
			return err
		}
		a.detail["publish_round"], a.detail["publish_hash"] = m.Round, m.Hash
		a.events = append(a.events, Submitted{MessageID: m.ID, MissionID: m.MissionID, Hash: m.Hash})
		return nil
	})
}

// Recall takes a message back from its route, before it is public: it is a
// draft again, and what was approved is void.
func (s *Service) Recall(ctx context.Context, messageID string) (Message, error) {
	return s.do(ctx, messageID, "publish.recall", func(ctx context.Context, a *act) error {
		if err := a.need(MayDraft, a.m.Scope()); err != nil {
			return err
		}
		if s := a.m.State; s != StateInReview && s != StateApproved && s != StateScheduled {
			return ErrState
		}
		if err := a.void(ctx, VoidRecalled, everyApproval); err != nil {
			return err
		}
		a.offRoute(StateDraft)
		return nil
	})
}
