package publish

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
)

// Held is something that would have gone out during a pause. It waits until an
// official has looked at it and lets it out, plans it anew or drops it.
type Held struct {
	Source    string // MessageSource, or the name of another sender
	ID        string
	Title     Texts
	Word      string // message key instead of a title
	MissionID string
	DueAt     db.Time // when it should have gone out
	Href      string  // its page in the console
}

// MessageSource is the source of held messages.
const MessageSource = "message"

// HeldSource is another sender whose held-up work officials look at in the
// same queue. Each method asks for the actor's permission.
type HeldSource interface {
	// Held lists what the actor may decide on, the earliest due first.
	Held(ctx context.Context, limit int) ([]Held, error)
	// LetGo lets it out at a moment, which is now or follows what was let out before.
	LetGo(ctx context.Context, id string, at time.Time) error
	// Drop gives it up for good.
	Drop(ctx context.Context, id, reason string) error
}

type namedSource struct {
	name string
	HeldSource
}

// UseHeld adds a sender to the queue, before the service is used.
func (s *Service) UseHeld(name string, source HeldSource) {
	s.held = append(s.held, namedSource{name, source})
}

// maxHeld bounds what one look at the queue shows of each source.
const maxHeld = 100

// Held lists what pauses held up and the actor may decide on, the earliest due
// first. What is still covered by a pause is in it, and cannot be let out yet.
func (s *Service) Held(ctx context.Context) ([]Held, error) {
	list, err := s.Messages(ctx, Filter{Held: true, Brief: true, Limit: maxHeld})
	if err != nil {
		return nil, err
	}
	var out []Held
	for i := range list {
		if m := &list[i]; s.Allowed(ctx, *m).Drop {
			h := Held{Source: MessageSource, ID: m.ID, Title: Texts{}, MissionID: m.MissionID, DueAt: m.ReleaseAt, Href: "/console/messages/" + m.ID}
			for _, v := range m.Variants {
				h.Title[v.Lang] = v.Title
			}
			out = append(out, h)
		}
	}
	for _, src := range s.held {
		more, err := src.Held(ctx, maxHeld)
		if err != nil {
			return nil, fmt.Errorf("publish: held by %s: %w", src.name, err)
		}
		for _, h := range more {
			h.Source = src.name
			out = append(out, h)
		}
	}
	slices.SortStableFunc(out, func(a, b Held) int { return cmp.Compare(a.DueAt, b.DueAt) })
	return out, nil
}

// LetGoOther lets out what another sender holds. Like messages, one follows the
// other with the gap of PauseRules between them; it gives the moment.
func (s *Service) LetGoOther(ctx context.Context, source, heldID string) (time.Time, error) {
	src, err := s.source(source)
	if err != nil {
		return time.Time{}, err
	}
	at, err := s.slot(ctx)
	if err != nil {
		return time.Time{}, err
	}
	return at, src.LetGo(ctx, heldID, at)
}

// DropOther gives up what another sender holds.
func (s *Service) DropOther(ctx context.Context, source, heldID, reason string) error {
	reason, err := cleanReason("reason", reason)
	if err != nil {
		return err
	}
	src, err := s.source(source)
	if err != nil {
		return err
	}
	return src.Drop(ctx, heldID, reason)
}

func (s *Service) source(name string) (HeldSource, error) {
	for _, src := range s.held {
		if src.name == name {
			return src, nil
		}
	}
	return nil, errs.New(errs.NotFound, "")
}

// slot takes the next moment at which something that was held up may go out.
func (s *Service) slot(ctx context.Context) (time.Time, error) {
	at, err := takeSlot(ctx, s.db.Writer(), db.At(s.clock.Now()))
	if err != nil {
		return time.Time{}, fmt.Errorf("publish: %w", err)
	}
	return at.Std(), nil
}

func takeSlot(ctx context.Context, q bun.IDB, now db.Time) (db.Time, error) {
	var next db.Time
	err := q.NewRaw(`UPDATE publish_gate SET next_at = CASE WHEN next_at > ? THEN next_at ELSE ? END + gap_seconds * 1000000
		WHERE id = 1 RETURNING next_at - gap_seconds * 1000000`, now, now).Scan(ctx, &next)
	if err != nil {
		return 0, fmt.Errorf("turn of what was held up: %w", err)
	}
	return next, nil
}

// hold marks a planned release that a pause covers.
func (a *act) hold() {
	a.m.HeldAt = a.nowDB()
	a.name, a.detail["publish_at"] = "publish.held", a.m.ReleaseAt
	a.events = append(a.events, Waiting{MessageID: a.m.ID, MissionID: a.m.MissionID, Step: ReleaseStep, Index: len(a.m.Route.Steps) - 1, Permission: MayRelease})
}

// letGo lets out what a pause held up: now when its turn has come, else at its
// turn, so that what many officials let out is no flood.
func (a *act) letGo(ctx context.Context) error {
	next, err := takeSlot(ctx, a.tx, a.nowDB())
	if err != nil {
		return err
	}
	if next > a.nowDB() {
		a.name = "publish.schedule"
		return a.plan(ctx, next.Std())
	}
	a.goPublic(a.m.Route)
	return nil
}

// Drop gives up a message that a pause held up: it is a draft again, and what
// was approved is void.
func (s *Service) Drop(ctx context.Context, messageID, reason string) (Message, error) {
	reason, err := cleanReason("reason", reason)
	if err != nil {
		return Message{}, err
	}
	return s.do(ctx, messageID, "publish.drop", func(ctx context.Context, a *act) error {
		if !a.m.Held() {
			return ErrNotHeld
		}
		if err := a.need(MayRelease, a.m.Scope()); err != nil {
			return err
		}
		if err := a.void(ctx, VoidDropped, everyApproval); err != nil {
			return err
		}
		a.detail["reason"] = reason
		a.offRoute(StateDraft)
		return nil
	})
}
