package publish

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/event"
	"sifara/internal/id"
	"sifara/internal/perm"
)

// siteTopic empties the caches of public pages on every node.
const siteTopic = "site"

// act is one act on one message while its transaction runs.
type act struct {
	s     *Service
	tx    bun.Tx
	m     *Message
	now   time.Time
	actor *perm.Actor
	grant perm.Grant // the authority used

	name   string         // of the record: "publish.approve"
	detail map[string]any // of the record
	events []event.Event
	proof  bool // the texts became public, or were taken back: say so in the public log
	site   bool // something public changed
	idle   bool // nothing happened: write and record nothing
}

// do runs one act: lock, rules, save, tell, record. fn sets what is told and
// recorded, and returns an error to undo everything.
func (s *Service) do(ctx context.Context, messageID, name string, fn func(ctx context.Context, a *act) error) (Message, error) {
	var out Message
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		out, err = s.within(ctx, tx, messageID, name, fn)
		return err
	})
	return out, err
}

// within is do in a transaction that does more.
func (s *Service) within(ctx context.Context, tx bun.Tx, messageID, name string, fn func(ctx context.Context, a *act) error) (Message, error) {
	m, err := s.acted(ctx, tx, messageID, name, fn)
	if err != nil {
		return Message{}, fmt.Errorf("%s %s: %w", name, messageID, err)
	}
	return *m, nil
}

func (s *Service) acted(ctx context.Context, tx bun.Tx, messageID, name string, fn func(ctx context.Context, a *act) error) (*Message, error) {
	m, err := lock(ctx, tx, messageID)
	if err != nil {
		return nil, err
	}
	a := &act{s: s, tx: tx, m: m, now: s.clock.Now(), actor: perm.From(ctx), name: name, detail: map[string]any{}}
	if !a.actor.MayIn(MayView, m.Scope()) {
		return nil, errs.New(errs.NotFound, "")
	}
	if err := fn(ctx, a); err != nil {
		return nil, err
	}
	return m, a.finish(ctx)
}

// finish saves the message and tells of the act. The public log and the audit
// record come last: they are queues that all releases and all acts share.
func (a *act) finish(ctx context.Context) error {
	if a.idle {
		return nil
	}
	a.m.UpdatedAt = db.At(a.now)
	if err := save(ctx, a.tx, a.m); err != nil {
		return err
	}
	a.m.fill()
	for _, e := range a.events {
		if err := a.s.bus.Emit(ctx, a.tx, e); err != nil {
			return err
		}
	}
	topics := []string{TopicMessages, TopicMessage(a.m.ID)}
	if a.site {
		topics = append(topics, siteTopic)
	}
	if err := a.s.live.Notify(ctx, a.tx, topics...); err != nil {
		return err
	}
	if err := a.prove(ctx); err != nil {
		return fmt.Errorf("public log: %w", err)
	}
	return a.record(ctx)
}

// prove takes what became public, or that it was taken back, into the public
// log.
func (a *act) prove(ctx context.Context) error {
	if !a.proof || a.s.proof == nil {
		return nil
	}
	if a.m.State == StateWithdrawn {
		return a.s.proof.Withdraw(ctx, a.tx, *a.m)
	}
	for _, v := range a.m.Variants {
		if err := a.s.proof.Append(ctx, a.tx, *a.m, v); err != nil {
			return err
		}
	}
	return nil
}

// record writes the audit entry under the authority that was used.
func (a *act) record(ctx context.Context) error {
	if a.actor.Kind != perm.System {
		one := *a.actor
		one.Grants = []perm.Grant{a.grant}
		ctx = perm.With(ctx, &one)
	}
	if len(a.m.Variants) > 0 {
		titles := map[string]any{}
		for _, v := range a.m.Variants {
			titles[string(v.Lang)] = v.Title
		}
		a.detail["title"] = titles
	} else {
		a.detail["title"] = audit.Word("publish.untitled")
	}
	e := audit.Entry{Act: a.name, Object: "message", ObjectID: a.m.ID, Mission: a.m.MissionID, Detail: a.detail}
	if len(a.grant.Permissions) > 0 {
		e.Permission = a.grant.Permissions[0]
	}
	return a.s.audit.Record(ctx, a.tx, e)
}

// need asks for a permission that is no approval, and uses the authority.
func (a *act) need(p perm.Permission, scope perm.Scope) error {
	if a.actor.Kind == perm.System {
		return nil
	}
	all := authorities(a.actor, p, scope)
	if len(all) == 0 {
		return errNotPermitted
	}
	a.use(all[0], p)
	return nil
}

// use notes the authority of the act; of its permissions only p counts.
func (a *act) use(g perm.Grant, p perm.Permission) {
	g.Permissions = []perm.Permission{p}
	a.grant = g
}

// admit asks for a permission to vouch for the message at a step.
func (a *act) admit(ctx context.Context, p perm.Permission, scope perm.Scope, step int) error {
	g, err := a.m.admit(a.actor, p, scope, step)
	if err != nil {
		return err
	}
	if step >= 0 && step < len(a.m.Route.Steps) {
		held, err := a.s.heldBy(ctx, a.actor.ID)
		if err != nil {
			return err
		}
		if !a.m.Route.Steps[step].certified(held) {
			return ErrUncertified
		}
	}
	a.use(g, p)
	return nil
}

// seen holds the content that the actor saw against what is stored.
func (a *act) seen(hash string) error {
	if hash != a.m.Hash || a.m.ContentHash() != a.m.Hash {
		return ErrChanged
	}
	return nil
}

// say adds what the actor says at a step to the record of approvals.
func (a *act) say(ctx context.Context, p Approval) error {
	p.ID, p.MessageID, p.Round, p.Hash, p.At = id.New(), a.m.ID, a.m.Round, a.m.Hash, db.At(a.now)
	p.ActorID, p.OnBehalfOf = a.actor.ID, a.grant.StandInFor
	if _, err := a.tx.NewInsert().Model(&p).Exec(ctx); err != nil {
		return fmt.Errorf("approval: %w", err)
	}
	a.m.Approvals = append(a.m.Approvals, p)
	return nil
}

// void ends every approval that match chooses and that was not void yet.
func (a *act) void(ctx context.Context, why string, match func(Approval) bool) error {
	for i := range a.m.Approvals {
		p := &a.m.Approvals[i]
		if !p.VoidedAt.IsZero() || p.Decision != Approve || !match(*p) {
			continue
		}
		p.VoidedAt, p.VoidedBy, p.VoidedWhy = db.At(a.now), a.actor.ID, why
		if _, err := a.tx.NewUpdate().Model(p).Column("voided_at", "voided_by", "voided_why").WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("void approval: %w", err)
		}
	}
	return nil
}

func everyApproval(Approval) bool { return true }

// offRoute takes the message from its route: no step waits any more.
func (a *act) offRoute(to State) {
	m := a.m
	m.State, m.Step, m.StepDue, m.RemindedAt, m.OverdueAt, m.ReleaseAt, m.HeldAt, m.Failure = to, 0, 0, 0, 0, 0, 0, ""
	m.Escalated, m.EscalateAt, m.QueueAt, m.QueueRank = nil, 0, 0, 0
}

// at puts the message before a step and tells those who may take it.
func (a *act) at(ctx context.Context, step int) error {
	m := a.m
	m.Step, m.RemindedAt, m.OverdueAt, m.ReleaseAt, m.HeldAt = step, 0, 0, 0, 0
	m.Escalated, m.EscalateAt, m.QueueAt, m.QueueRank = nil, 0, 0, 0
	m.State, m.StepAt = StateInReview, a.nowDB()
	if m.Route.Steps[step].Kind == ReleaseStep {
		m.State = StateApproved
	}
	if err := a.waitOn(ctx); err != nil {
		return err
	}
	a.events = append(a.events, a.waiting(Waiting{})...)
	return nil
}

// waitOn sets the deadline: the earliest of the steps that still wait, each
// counted from when they began to.
func (a *act) waitOn(ctx context.Context) error {
	m := a.m
	week, err := a.s.week(ctx, m.MissionID)
	if err != nil {
		return err
	}
	due := db.Time(0)
	for _, i := range m.Open() {
		if at := m.Route.Steps[i].due(m.StepAt.Std(), week); due.IsZero() || !at.IsZero() && at < due {
			due = at
		}
	}
	if due != m.StepDue {
		m.StepDue, m.RemindedAt, m.OverdueAt = due, 0, 0
	}
	m.EscalateAt = m.nextEscalation(week)
	return nil
}

// waiting gives the events of the steps that wait now; how says which sort.
func (a *act) waiting(how Waiting) []event.Event {
	var out []event.Event
	for _, i := range a.m.Open() {
		out = append(out, a.waitingAt(i, how))
	}
	return out
}

func (a *act) waitingAt(i int, how Waiting) event.Event {
	step := a.m.Route.Steps[i]
	how.MessageID, how.MissionID, how.Index, how.Due = a.m.ID, a.m.MissionID, i, a.m.StepDue
	how.Step, how.Permission, how.Ministry = step.Kind, step.Permission, step.Ministry
	return how
}
