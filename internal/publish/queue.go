package publish

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/perm"
)

// QueueGrace is how late a queued message may still go out: a slot that was
// missed by more, because nothing ran, is made up for by a later one.
const QueueGrace = 15 * time.Minute

// ErrNoSlot: no slot that suits the message is free.
var ErrNoSlot = errs.New(errs.Conflict, "publish.error.no_slot")

// Queued reports whether the message waits in the queue of its speaker.
func (m *Message) Queued() bool { return m.State == StateScheduled && !m.QueueAt.IsZero() }

// Missed reports whether the message should have gone out in a slot that is
// past, and no pause holds it up.
func (m *Message) Missed(now time.Time) bool {
	return m.Queued() && m.HeldAt.IsZero() && m.QueueAt.Add(QueueGrace) < db.At(now)
}

// InQueue is a message in a queue, and the earliest moment at which it may go
// out: after its embargo and its cooling-off.
type InQueue struct {
	Message
	NotBefore db.Time
}

// Placing gives each message of a queue, in its order, the moment of its slot;
// zero where no slot is free. What is due now keeps its moment. It must ask no
// database.
type Placing func(list []InQueue, now time.Time) []db.Time

// Queue lists what waits in the queue of a mission, or of the ministry under
// the empty id, in its order. What a pause holds up is not in it. Whoever may
// not view messages there is told errs.NotFound.
func (s *Service) Queue(ctx context.Context, missionID string) ([]InQueue, error) {
	if !perm.From(ctx).MayIn(MayView, perm.InMission(missionID)) {
		return nil, errs.New(errs.NotFound, "")
	}
	list, err := s.queueOf(ctx, s.db.Reader(), missionID)
	if err != nil {
		return nil, err
	}
	all := make([]Message, len(list))
	for i := range list {
		all[i] = list[i].Message
	}
	if err := outline(ctx, s.db.Reader(), all); err != nil {
		return nil, err
	}
	for i := range list {
		list[i].Message = all[i]
	}
	return list, nil
}

func (s *Service) queueOf(ctx context.Context, q bun.IDB, missionID string) ([]InQueue, error) {
	var list []Message
	err := q.NewSelect().Model(&list).Where("m.mission_id = ? AND m.state = ? AND m.queue_at > 0 AND m.held_at = 0", missionID, StateScheduled).
		Order("m.queue_rank", "m.queue_at", "m.id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("publish: queue of %q: %w", missionID, err)
	}
	out := make([]InQueue, len(list))
	for i := range list {
		if out[i], err = inQueue(ctx, q, list[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// WaitingFor gives a message as it would stand in a queue.
func (s *Service) WaitingFor(ctx context.Context, m Message) (InQueue, error) {
	return inQueue(ctx, s.db.Reader(), m)
}

func inQueue(ctx context.Context, q bun.IDB, m Message) (InQueue, error) {
	c, err := readCooling(ctx, q, &m)
	if err != nil {
		return InQueue{}, err
	}
	out := InQueue{Message: m, NotBefore: m.EmbargoUntil}
	if c.EndedAt.IsZero() {
		out.NotBefore = max(out.NotBefore, c.Until)
	}
	return out, nil
}

// Enqueue plans the release of an approved message for the first slot that is
// free behind what waits already. What a pause held up, and an official puts
// back, comes before the others, which follow a slot later each. It is the last
// step of the route, like Schedule, and by the same rules.
func (s *Service) Enqueue(ctx context.Context, messageID, hash string, place Placing) (Message, error) {
	m, err := s.Message(ctx, messageID)
	if err != nil {
		return Message{}, err
	}
	var out Message
	err = s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := lockQueue(ctx, tx, m.MissionID); err != nil {
			return err
		}
		var moved map[string]db.Time
		out, err = s.within(ctx, tx, messageID, "publish.enqueue", func(ctx context.Context, a *act) error {
			moved, err = a.enqueue(ctx, hash, place)
			return err
		})
		if err != nil {
			return err
		}
		return s.shift(ctx, tx, moved)
	})
	return out, err
}

// enqueue takes a slot, and gives the new times of the others.
func (a *act) enqueue(ctx context.Context, hash string, place Placing) (map[string]db.Time, error) {
	first := a.m.Held()
	if err := a.takeRelease(ctx, hash); err != nil {
		return nil, err
	}
	list, err := a.s.queueOf(ctx, a.tx, a.m.MissionID)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(x InQueue) bool { return x.ID == a.m.ID })
	me, err := inQueue(ctx, a.tx, *a.m)
	if err != nil {
		return nil, err
	}
	me.QueueAt, me.HeldAt = 0, 0
	rank, at := int64(1), len(list)
	if len(list) > 0 {
		rank = list[len(list)-1].QueueRank + 1
	}
	if first && len(list) > 0 {
		rank, at = list[0].QueueRank-1, 0
	}
	list = slices.Insert(list, at, me)
	times := place(list, a.now)
	if times[at].IsZero() {
		return nil, ErrNoSlot
	}
	to := times[at].Std()
	if err := a.m.releasable(to); err != nil {
		return nil, err
	}
	if err := a.cooled(ctx, to); err != nil {
		return nil, err
	}
	if err := a.plan(ctx, to); err != nil {
		return nil, err
	}
	a.m.QueueAt, a.m.QueueRank = times[at], rank
	return changedTimes(slices.Delete(list, at, at+1), slices.Delete(times, at, at+1)), nil
}

// changedTimes are the new times of the messages that get another one.
func changedTimes(list []InQueue, times []db.Time) map[string]db.Time {
	out := map[string]db.Time{}
	for i, x := range list {
		if times[i] != x.QueueAt {
			out[x.ID] = times[i]
		}
	}
	return out
}

// ArrangeQueue puts a queue into an order, or with nil leaves it in its own, and
// gives every message the slot that is its due: what missed its slot goes out in
// the next ones, and those behind it follow. Needs publish.release there; the
// house itself does it when slots were missed. Releases that were given stay
// good: they are for this content, in a slot of this queue.
func (s *Service) ArrangeQueue(ctx context.Context, missionID string, place Placing, order func([]InQueue) ([]InQueue, error)) error {
	if a := perm.From(ctx); a.Kind != perm.System && !a.MayIn(MayRelease, perm.InMission(missionID)) {
		return fmt.Errorf("publish: queue of %q: %w", missionID, errNotPermitted)
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := lockQueue(ctx, tx, missionID); err != nil {
			return err
		}
		list, err := s.queueOf(ctx, tx, missionID)
		if err != nil {
			return err
		}
		if order != nil {
			if list, err = order(list); err != nil {
				return err
			}
			if err := rerank(ctx, tx, list); err != nil {
				return err
			}
		}
		return s.shift(ctx, tx, changedTimes(list, place(list, s.clock.Now())))
	})
}

// lockQueue takes the turn at a queue until the transaction ends.
func lockQueue(ctx context.Context, tx bun.Tx, missionID string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO publish_queue (mission_id, touched) VALUES (?, 1) ON CONFLICT (mission_id) DO UPDATE SET touched = publish_queue.touched + 1`, missionID)
	if err != nil {
		return fmt.Errorf("publish: queue of %q: %w", missionID, err)
	}
	return nil
}

// rerank writes the order of a queue.
func rerank(ctx context.Context, tx bun.Tx, list []InQueue) error {
	for i, x := range list {
		if x.QueueRank == int64(i+1) {
			continue
		}
		if _, err := tx.ExecContext(ctx, `UPDATE publish_message SET queue_rank = ? WHERE id = ?`, i+1, x.ID); err != nil {
			return fmt.Errorf("publish: order of a queue: %w", err)
		}
	}
	return nil
}

// shift gives messages of a queue their new slots. One that may not go out then
// keeps the time it has; one that missed its slot and finds no other waits for
// its release again.
func (s *Service) shift(ctx context.Context, tx bun.Tx, to map[string]db.Time) error {
	ids := make([]string, 0, len(to))
	for id := range to {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b string) int { return cmp.Or(cmp.Compare(to[a], to[b]), cmp.Compare(a, b)) })
	for _, id := range ids {
		_, err := s.within(ctx, tx, id, "publish.shift", func(ctx context.Context, a *act) error { return a.shift(ctx, to[id]) })
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *act) shift(ctx context.Context, to db.Time) error {
	m := a.m
	if !m.Queued() || m.Held() {
		a.idle = true
		return nil
	}
	if err := a.need(MayRelease, m.Scope()); err != nil {
		return err
	}
	missed := m.Missed(a.now)
	if to.IsZero() && missed {
		a.name, a.detail["publish_why"] = "publish.release_failed", audit.Word(ErrNoSlot.Key)
		return a.unschedule(ctx, ErrNoSlot.Key)
	}
	err := error(ErrNoSlot)
	if !to.IsZero() {
		err = firstError(m.releasable(to.Std()), func() error { return a.cooled(ctx, to.Std()) })
	}
	if e, ok := errs.Find(err); ok && e.Kind != errs.Internal {
		a.idle = true
		if missed {
			a.idle, a.name, a.detail["publish_why"] = false, "publish.release_failed", audit.Word(e.Key)
			return a.unschedule(ctx, e.Key)
		}
		return nil
	}
	if err != nil {
		return err
	}
	rank := m.QueueRank
	if err := a.plan(ctx, to.Std()); err != nil {
		return err
	}
	m.QueueAt, m.QueueRank = to, rank
	return nil
}

// firstError is the error, or else that of what comes next.
func firstError(err error, next func() error) error {
	if err != nil {
		return err
	}
	return next()
}

// MissedQueues gives the missions whose queues have messages that missed their
// slots; the ministry is the empty id.
func (s *Service) MissedQueues(ctx context.Context) ([]string, error) {
	var ids []string
	err := s.db.Reader().NewRaw(`SELECT DISTINCT mission_id FROM publish_message WHERE state = ? AND held_at = 0 AND queue_at > 0 AND queue_at < ? ORDER BY mission_id`,
		StateScheduled, db.At(s.clock.Now().Add(-QueueGrace))).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("publish: missed slots: %w", err)
	}
	return ids, nil
}
