package publish

import (
	"context"
	"slices"
	"strings"

	"sifara/internal/errs"
	"sifara/internal/i18n"
)

// Judgement is what someone says at a step. Step and Hash are those of the
// page that they read; when either has moved on the judgement does not count.
type Judgement struct {
	Step   int
	Hash   string
	Langs  []i18n.Lang // of a language review: the languages vouched for; none means all that are missing and that they read
	Reason string      // must be given to reject
}

// Approve vouches for the message at the step that waits. A language review is
// done when every language is vouched for, perhaps by different people. The
// release itself is not approved here: see Release and Schedule.
func (s *Service) Approve(ctx context.Context, messageID string, j Judgement) (Message, error) {
	return s.do(ctx, messageID, "publish.approve", func(ctx context.Context, a *act) error {
		step, err := a.judge(ctx, j)
		if err != nil {
			return err
		}
		if a.m.State != StateInReview {
			return ErrState
		}
		if err := a.m.Complete(a.now); err != nil {
			return err
		}
		if err := a.m.ready(a.m.Route, false); err != nil {
			return err
		}
		langs := []i18n.Lang{""}
		if step.Kind == LanguageReview {
			if langs, err = a.reviewed(ctx, j.Step, j.Langs); err != nil {
				return err
			}
		}
		for _, l := range langs {
			if err := a.say(ctx, Approval{Step: j.Step, Kind: step.Kind, Lang: l, Decision: Approve, Reason: strings.TrimSpace(j.Reason)}); err != nil {
				return err
			}
		}
		a.detail["publish_step"], a.detail["publish_hash"] = step.word(), a.m.Hash
		if from, to := a.m.Route.group(a.m.Step); a.m.groupDone(from, to) {
			return a.at(ctx, to)
		}
		return a.waitOn(ctx)
	})
}

// judge holds what every judgement must: a step waits, it is the one on the
// page, the content is that of the page, and the actor may take it.
func (a *act) judge(ctx context.Context, j Judgement) (Step, error) {
	open := a.m.Open()
	if len(open) == 0 {
		return Step{}, ErrState
	}
	at := open[0]
	if slices.Contains(open, j.Step) {
		at = j.Step
	}
	step := a.m.Route.Steps[at]
	if err := a.admit(ctx, step.Permission, step.Scope(a.m), at); err != nil {
		return Step{}, err
	}
	if j.Step != at {
		return Step{}, ErrState
	}
	return step, a.seen(j.Hash)
}

// reviewed chooses among the languages that miss a review, and that the actor
// reads, those that were named.
func (a *act) reviewed(ctx context.Context, step int, named []i18n.Lang) ([]i18n.Lang, error) {
	reads, err := a.s.reads(ctx, a.actor.ID)
	if err != nil {
		return nil, err
	}
	unread := func(l i18n.Lang) bool { return !slices.Contains(reads, l) }
	missing := a.m.reviewable(step, reads)
	if len(missing) == 0 || slices.ContainsFunc(named, unread) {
		return nil, ErrUnread
	}
	if len(named) == 0 {
		return missing, nil
	}
	var out []i18n.Lang
	for _, l := range named {
		if slices.Contains(missing, l) && !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	if len(out) == 0 {
		return nil, errs.InvalidFields(errs.Field{Name: "langs", Key: "web.field.choice"})
	}
	return out, nil
}

// Reject sends the message back to its writer with a reason. Any step may,
// that of the release included.
func (s *Service) Reject(ctx context.Context, messageID string, j Judgement) (Message, error) {
	reason, err := cleanReason("reason", j.Reason)
	if err != nil {
		return Message{}, err
	}
	return s.do(ctx, messageID, "publish.reject", func(ctx context.Context, a *act) error {
		step, err := a.judge(ctx, j)
		if err != nil {
			return err
		}
		if err := a.void(ctx, VoidRejected, everyApproval); err != nil {
			return err
		}
		if err := a.say(ctx, Approval{Step: j.Step, Kind: step.Kind, Decision: Reject, Reason: reason}); err != nil {
			return err
		}
		a.detail["publish_step"], a.detail["reason"] = step.word(), reason
		a.offRoute(StateRejected)
		return nil
	})
}
