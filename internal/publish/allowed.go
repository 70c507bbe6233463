package publish

import (
	"context"
	"errors"

	"sifara/internal/perm"
)

// Acts says what the actor may do with a message as it is now. It is for
// showing buttons; each act asks again.
type Acts struct {
	Edit       bool
	Submit     bool
	Recall     bool
	Step       int  // which of the waiting steps Approve and Reject are about
	Approve    bool // take the waiting step, which is not the release
	Reject     bool
	Release    bool // now or planned
	Unschedule bool
	Rush       bool
	Judge      bool
	Withdraw   bool
	Drop       bool // give up what a pause held up
	// Barred is why someone with the right permission may still not take the
	// waiting step: ErrOwnWork, ErrOneStep, ErrTwoPeople, ErrUnread or
	// ErrUncertified. Nil otherwise.
	Barred error
}

// Allowed tells what the actor of ctx may do with a message.
func (s *Service) Allowed(ctx context.Context, m Message) Acts {
	v, err := s.viewer(ctx)
	if err != nil {
		s.log.Error("what an official reads is not known: no review is offered", "err", err)
	}
	return m.allowed(v)
}

func (m *Message) allowed(v viewer) Acts {
	var out Acts
	a := v.Actor
	scope := m.Scope()
	draft := a.MayIn(MayDraft, scope)
	out.Edit = draft && m.Editable()
	out.Submit = draft && (m.State == StateDraft || m.State == StateRejected)
	out.Recall = draft && (m.State == StateInReview || m.State == StateApproved || m.State == StateScheduled)
	out.Unschedule = m.State == StateScheduled && a.MayIn(MayRelease, scope)
	out.Drop = m.Held() && a.MayIn(MayRelease, scope)
	out.Rush = m.Editable() && a.Kind != perm.System && a.MayIn(MayEmergency, scope)
	out.Withdraw = m.State == StateReleased && a.MayIn(MayWithdraw, scope)
	for _, i := range m.Open() {
		step := m.Route.Steps[i]
		_, err := m.admit(a, step.Permission, step.Scope(m), i)
		if err == nil && !m.readable(i, v.reads) {
			err = ErrUnread
		}
		if err == nil && !step.certified(v.held) {
			err = ErrUncertified
		}
		if err == nil {
			out.Step, out.Reject, out.Barred = i, true, nil
			out.Approve, out.Release = m.State == StateInReview, m.State == StateApproved
			break
		}
		if errors.Is(err, ErrOwnWork) || errors.Is(err, ErrOneStep) || errors.Is(err, ErrTwoPeople) || errors.Is(err, ErrUnread) || errors.Is(err, ErrUncertified) {
			out.Barred = err
		}
	}
	if m.State == StateScheduled && len(m.Route.Steps) > 0 {
		last := len(m.Route.Steps) - 1
		step := m.Route.Steps[last]
		_, err := m.admit(a, step.Permission, step.Scope(m), last)
		out.Release = err == nil && step.certified(v.held)
	}
	if m.AwaitsReview() {
		as := m.barReleasers()
		_, err := as.admit(a, MayClear, scope, -1)
		out.Judge = err == nil
		if errors.Is(err, ErrOwnWork) {
			out.Barred = err
		}
	}
	return out
}

// waitsFor reports whether the message waits for this actor: a step they may
// take, a judgement that is owed, or their own draft that was sent back.
func (m *Message) waitsFor(a viewer) bool {
	acts := m.allowed(a)
	return m.owes(acts) || m.sentBack(acts) && m.writtenBy(a.ID)
}

// mayWaitFor is what of waitsFor can be told before it is known whose hands a
// message went through: that can only bar someone, so what it denies does not
// wait.
func (m *Message) mayWaitFor(a viewer) bool {
	acts := m.allowed(a)
	return m.owes(acts) || m.sentBack(acts)
}

func (m *Message) owes(acts Acts) bool {
	return acts.Approve || acts.Release && (m.State == StateApproved || m.Held()) || acts.Judge
}

func (m *Message) sentBack(acts Acts) bool { return m.State == StateRejected && acts.Submit }
