package slot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/jobs"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/timing"
)

// Deps are what the service needs. All are required.
type Deps struct {
	DB      *db.DB
	Clock   clock.Clock
	Audit   *audit.Log
	Org     *org.Service
	Publish *publish.Service
	Timing  *timing.Service
}

// Service keeps slots and queues. It is safe for concurrent use.
type Service struct{ Deps }

// New gives the service.
func New(d Deps) *Service { return &Service{d} }

// Slots gives those of a mission, or of the ministry under the empty id, as the
// week goes. errs.NotFound when there is no such mission.
func (s *Service) Slots(ctx context.Context, missionID string) ([]Slot, error) {
	if missionID != "" {
		if _, err := s.Org.Mission(ctx, missionID); err != nil {
			return nil, err
		}
	}
	var list []Slot
	if err := s.DB.Reader().NewSelect().Model(&list).Where("sl.mission_id = ?", missionID).Scan(ctx); err != nil {
		return nil, fmt.Errorf("slots of %q: %w", missionID, err)
	}
	slices.SortFunc(list, order)
	return list, nil
}

// Slot gives one to whoever may change it; errs.NotFound otherwise.
func (s *Service) Slot(ctx context.Context, slotID string) (Slot, error) {
	x, err := slotOf(ctx, s.DB.Reader(), slotID)
	if err == nil && !perm.From(ctx).MayIn(timing.Manage, perm.InMission(x.MissionID)) {
		err = errs.New(errs.NotFound, "")
	}
	return x, err
}

func slotOf(ctx context.Context, q bun.IDB, slotID string) (x Slot, err error) {
	err = q.NewSelect().Model(&x).Where("sl.id = ?", slotID).Scan(ctx)
	if db.IsNoRows(err) {
		return x, fmt.Errorf("slot %s: %w", slotID, errs.New(errs.NotFound, ""))
	}
	if err != nil {
		return x, fmt.Errorf("slot %s: %w", slotID, err)
	}
	return x, nil
}

// Save changes a slot, or adds it under the id it brings with version zero.
// Another version stored is publish.ErrEdited; a slot of the same moment for the
// same messages is refused. Where it belongs stays. Needs publish.calendar
// there. The queue follows its slots.
func (s *Service) Save(ctx context.Context, to Slot) error {
	if err := to.Check(); err != nil {
		return err
	}
	if !id.Valid(to.ID) {
		return errs.InvalidFields(errs.Field{Name: "id", Key: "web.field.required"})
	}
	if to.MissionID != "" {
		if _, err := s.Org.Mission(ctx, to.MissionID); err != nil {
			return err
		}
	}
	had := to.Version
	to.Version, to.EditedBy, to.EditedAt = had+1, perm.From(ctx).ID, db.At(s.Clock.Now())
	err := s.act(ctx, "publish.slot", to.MissionID, func(ctx context.Context, tx bun.Tx) error {
		if err := room(ctx, tx, to, had == 0); err != nil {
			return err
		}
		exec := tx.NewUpdate().Model(&to).WherePK().Where("version = ? AND mission_id = ?", had, to.MissionID).Exec
		if had == 0 {
			exec = tx.NewInsert().Model(&to).On("CONFLICT (id) DO NOTHING").Exec
		}
		res, err := exec(ctx)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n > 0 {
			return err
		}
		return publish.ErrEdited
	})
	if err != nil {
		return err
	}
	return s.follow(ctx, to.MissionID)
}

// room refuses a second slot of the same, and too many.
func room(ctx context.Context, tx bun.Tx, to Slot, fresh bool) error {
	same, err := tx.NewSelect().Model((*Slot)(nil)).Where("sl.mission_id = ? AND sl.kind = ? AND sl.channel = ? AND sl.weekday = ? AND sl.minute = ? AND sl.id <> ?", to.MissionID, to.Kind, to.Channel, int(to.Weekday), to.Minute, to.ID).Exists(ctx)
	if err != nil {
		return err
	}
	if same {
		return errs.InvalidFields(errs.Field{Name: "at", Key: "publish.slot.twice"})
	}
	n, err := tx.NewSelect().Model((*Slot)(nil)).Where("sl.mission_id = ?", to.MissionID).Count(ctx)
	if err == nil && fresh && n >= maxSlots {
		return errs.InvalidFields(errs.Field{Name: "at", Key: "publish.slot.many", Args: []any{"max", maxSlots}})
	}
	return err
}

// Remove removes a slot. What waits for it takes others, or keeps its time when
// there is none. Needs publish.calendar where it belongs.
func (s *Service) Remove(ctx context.Context, slotID string) error {
	x, err := s.Slot(ctx, slotID)
	if err != nil {
		return err
	}
	err = s.act(ctx, "publish.slot_remove", x.MissionID, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewDelete().Model(&x).WherePK().Exec(ctx)
		return err
	})
	if err != nil {
		return err
	}
	return s.follow(ctx, x.MissionID)
}

// act runs a change of slots and records it.
func (s *Service) act(ctx context.Context, name, missionID string, change func(context.Context, bun.Tx) error) error {
	if !perm.From(ctx).MayIn(timing.Manage, perm.InMission(missionID)) {
		return errs.New(errs.Forbidden, "")
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := change(ctx, tx); err != nil {
			return fmt.Errorf("%s of %q: %w", name, missionID, err)
		}
		return s.Audit.Record(ctx, tx, audit.Entry{Act: name, Object: "publish_slots", ObjectID: missionID, Permission: timing.Manage, Mission: missionID})
	})
}

// plan gives what decides the times of a queue.
func (s *Service) plan(ctx context.Context, missionID string) (Plan, error) {
	list, err := s.Slots(ctx, missionID)
	if err != nil {
		return Plan{}, err
	}
	p, err := s.Timing.Place(ctx, missionID)
	return Plan{list, p}, err
}

// Next is when a message would go out if it were put into the queue now; zero
// when no slot is free, and when its speaker has none.
func (s *Service) Next(ctx context.Context, m publish.Message) (time.Time, error) {
	p, err := s.plan(ctx, m.MissionID)
	if err != nil || len(p.Slots) == 0 {
		return time.Time{}, err
	}
	list, err := s.Publish.Queue(ctx, m.MissionID)
	if err != nil {
		return time.Time{}, err
	}
	me, err := s.Publish.WaitingFor(ctx, m)
	if err != nil {
		return time.Time{}, err
	}
	first := m.Held()
	me.QueueAt, me.HeldAt = 0, 0
	list = slices.DeleteFunc(list, func(x publish.InQueue) bool { return x.ID == m.ID })
	at := len(list)
	if first {
		at = 0
	}
	t := p.Assign(slices.Insert(list, at, me), s.Clock.Now())[at]
	if t.IsZero() {
		return time.Time{}, nil
	}
	return t.Std(), nil
}

// Enqueue puts a message into the queue of its speaker: see publish.Enqueue.
func (s *Service) Enqueue(ctx context.Context, messageID, hash string) (publish.Message, error) {
	m, err := s.Publish.Message(ctx, messageID)
	if err != nil {
		return m, err
	}
	p, err := s.plan(ctx, m.MissionID)
	if err != nil {
		return m, err
	}
	return s.Publish.Enqueue(ctx, messageID, hash, p.Assign)
}

// Move has a message go out earlier in its queue, or later. Needs
// publish.release there.
func (s *Service) Move(ctx context.Context, messageID string, later bool) error {
	m, p, err := s.queued(ctx, messageID)
	if err != nil {
		return err
	}
	return s.Publish.ArrangeQueue(ctx, m.MissionID, p.Assign, func(list []publish.InQueue) ([]publish.InQueue, error) {
		return p.Move(list, messageID, later, s.Clock.Now())
	})
}

// TakeOut gives up the release of a message in its queue, which waits for its
// release again; those behind it come forward.
func (s *Service) TakeOut(ctx context.Context, messageID string) error {
	m, p, err := s.queued(ctx, messageID)
	if err != nil {
		return err
	}
	if _, err := s.Publish.Unschedule(ctx, messageID); err != nil {
		return err
	}
	return s.Publish.ArrangeQueue(ctx, m.MissionID, p.Assign, nil)
}

// queued gives a message that waits in a queue, and what decides its time.
func (s *Service) queued(ctx context.Context, messageID string) (publish.Message, Plan, error) {
	m, err := s.Publish.Message(ctx, messageID)
	if err != nil {
		return m, Plan{}, err
	}
	if !m.Queued() || m.Held() {
		return m, Plan{}, publish.ErrState
	}
	p, err := s.plan(ctx, m.MissionID)
	return m, p, err
}

// follow has the queue of a unit take its slots anew, as the house: slots decide
// the times, whoever may release.
func (s *Service) follow(ctx context.Context, missionID string) error {
	p, err := s.plan(ctx, missionID)
	if err != nil {
		return err
	}
	return s.Publish.ArrangeQueue(perm.With(ctx, perm.SystemActor("publish.slots")), missionID, p.Assign, nil)
}

// slotsJob makes up for slots that were missed.
type slotsJob struct{}

// Kind implements jobs.Args.
func (slotsJob) Kind() string { return "publish.slots" }

// Jobs registers the work of this package.
func (s *Service) Jobs(q *jobs.Queue) {
	jobs.Handle(q, func(ctx context.Context, _ jobs.Job[slotsJob]) error { return s.MakeUp(ctx) })
	q.Every(time.Minute, slotsJob{})
}

// MakeUp gives what missed its slot the next ones, and those behind it the ones
// after.
func (s *Service) MakeUp(ctx context.Context) error {
	missions, err := s.Publish.MissedQueues(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for _, m := range missions {
		failed = append(failed, s.follow(ctx, m))
	}
	return errors.Join(failed...)
}
