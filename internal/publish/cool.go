package publish

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/perm"
)

// Tone says how heated the texts of a message are and what follows from it, by
// the lists and settings that q reads. It is asked when a message is submitted and
// again when it is released, in the transaction of the act.
type Tone interface {
	Weigh(ctx context.Context, q bun.IDB, m Message) (Weight, error)
}

// Weight is the heat of a message and what it leads to.
type Weight struct {
	Heat  int           // thousandths, of the hottest language
	Least Sensitivity   // the message takes at least the route of this one
	Cool  time.Duration // how long it cools off before it may be released
}

// What stands against a release of a heated message.
var (
	ErrCooling      = errs.New(errs.Conflict, "publish.error.cooling")        // it cools off
	ErrHotter       = errs.New(errs.Conflict, "publish.error.hotter")         // its heat needs a higher route than it took
	ErrSecondPerson = errs.New(errs.Forbidden, "publish.error.second_person") // who has a part in it does not end its cooling-off
)

// Cooling is what heat led to at one submission, or that an emergency release had
// it. While it lasts the message is released only when a second person has ended
// it, and not by that person.
type Cooling struct {
	bun.BaseModel `bun:"table:publish_cool,alias:co"`

	MessageID   string `bun:",pk"`
	Round       int    `bun:",pk"`
	Hash        string // the content that was weighed
	Heat        int    // thousandths
	Sensitivity Sensitivity
	Since       db.Time
	Until       db.Time // Since for a message that does not cool
	Emergency   bool
	EndedAt     db.Time
	EndedBy     string
	EndedFor    string // in whose name, when not their own
	EndedWhy    string
}

// Lasts reports whether the message still cools at a moment and nobody has ended
// it.
func (c Cooling) Lasts(now time.Time) bool { return c.EndedAt.IsZero() && db.At(now).Before(c.Until) }

// weigh asks how heated the message is as it is stored. Without a judge nothing is.
func (a *act) weigh(ctx context.Context) (Weight, error) {
	if a.s.tone == nil {
		return Weight{Least: a.m.Sensitivity}, nil
	}
	w, err := a.s.tone.Weigh(ctx, a.tx, *a.m)
	if err != nil {
		return w, fmt.Errorf("tone: %w", err)
	}
	w.Least = higher(w.Least, a.m.Sensitivity)
	return w, nil
}

// higher is the more sensitive of the two.
func higher(a, b Sensitivity) Sensitivity {
	if slices.Index(Sensitivities, a) > slices.Index(Sensitivities, b) {
		return a
	}
	return b
}

// Next is the sensitivity above this one; the highest has none above it.
func (s Sensitivity) Next() Sensitivity {
	return Sensitivities[min(slices.Index(Sensitivities, s)+1, len(Sensitivities)-1)]
}

// cool notes what the heat of the submission leads to.
func (a *act) cool(ctx context.Context, w Weight) error {
	c := a.cooling(w)
	if w.Heat > 0 {
		a.detail["publish_heat"] = w.Heat
	}
	if c.Lasts(a.now) {
		a.detail["publish_until"] = c.Until
	}
	return a.putCooling(ctx, &c)
}

func (a *act) cooling(w Weight) Cooling {
	return Cooling{MessageID: a.m.ID, Round: a.m.Round, Hash: a.m.Hash, Heat: w.Heat, Sensitivity: w.Least, Since: a.nowDB(), Until: a.nowDB().Add(w.Cool)}
}

// coolEmergency records how heated an emergency release is; nothing waits for it.
func (a *act) coolEmergency(ctx context.Context) error {
	w, err := a.weigh(ctx)
	if err != nil {
		return err
	}
	c := a.cooling(w)
	c.Until, c.Emergency, c.Sensitivity = c.Since, true, a.m.Sensitivity
	a.detail["publish_heat"] = w.Heat
	return a.putCooling(ctx, &c)
}

func (a *act) putCooling(ctx context.Context, c *Cooling) error {
	_, err := a.tx.NewInsert().Model(c).On("CONFLICT (message_id, round) DO UPDATE").
		Set("hash = EXCLUDED.hash, heat = EXCLUDED.heat, sensitivity = EXCLUDED.sensitivity, since = EXCLUDED.since, until = EXCLUDED.until").
		Set("emergency = EXCLUDED.emergency, ended_at = EXCLUDED.ended_at, ended_by = EXCLUDED.ended_by, ended_for = EXCLUDED.ended_for, ended_why = EXCLUDED.ended_why").Exec(ctx)
	if err != nil {
		return fmt.Errorf("cooling-off: %w", err)
	}
	return nil
}

// readCooling reads what heat led to at the message's last submission. A message
// that was submitted to an earlier version of the program has no row: it took its
// own route and cools from then.
func readCooling(ctx context.Context, q bun.IDB, m *Message) (Cooling, error) {
	var c Cooling
	err := q.NewSelect().Model(&c).Where("co.message_id = ? AND co.round = ?", m.ID, m.Round).Scan(ctx)
	if db.IsNoRows(err) {
		return Cooling{MessageID: m.ID, Round: m.Round, Hash: m.Hash, Sensitivity: m.Sensitivity, Since: m.SubmittedAt, Until: m.SubmittedAt}, nil
	}
	if err != nil {
		return c, fmt.Errorf("publish: cooling-off of %s: %w", m.ID, err)
	}
	return c, nil
}

// cooled holds the release at a moment against heat, weighed anew: the route that
// the message took is high enough, and it has cooled off, or someone has ended that
// who does not release it.
func (a *act) cooled(ctx context.Context, at time.Time) error {
	w, err := a.weigh(ctx)
	if err != nil {
		return err
	}
	c, err := readCooling(ctx, a.tx, a.m)
	if err != nil {
		return err
	}
	if c.Hash != a.m.Hash {
		return ErrChanged
	}
	if higher(w.Least, c.Sensitivity) != c.Sensitivity {
		return ErrHotter
	}
	c.Until = max(c.Until, c.Since.Add(w.Cool))
	if !db.At(at).Before(c.Until) {
		return nil
	}
	if c.EndedAt.IsZero() {
		return ErrCooling
	}
	if slices.ContainsFunc(a.m.Approvals, func(p Approval) bool {
		return p.Kind == ReleaseStep && p.inForce(a.m) && (p.by(c.EndedBy) || p.by(c.EndedFor))
	}) {
		return ErrSecondPerson
	}
	return nil
}

// EndCooling ends the cooling-off of a message on its route before its time. It
// takes a second person: none who wrote the message, submitted it or gave its
// release, in person or by a stand-in. Hash is the content that they saw.
func (s *Service) EndCooling(ctx context.Context, messageID, hash, reason string) (Message, error) {
	reason, err := cleanReason("reason", reason)
	if err != nil {
		return Message{}, err
	}
	return s.do(ctx, messageID, "publish.end_cooling", func(ctx context.Context, a *act) error {
		if !a.m.onRoute() {
			return ErrState
		}
		if err := a.admitSecond(ctx); err != nil {
			return err
		}
		if err := a.seen(hash); err != nil {
			return err
		}
		c, err := readCooling(ctx, a.tx, a.m)
		if err != nil {
			return err
		}
		if !c.Lasts(a.now) {
			return ErrState
		}
		c.EndedAt, c.EndedBy, c.EndedFor, c.EndedWhy = a.nowDB(), a.actor.ID, a.grant.StandInFor, reason
		a.detail["reason"], a.detail["publish_heat"], a.detail["publish_until"], a.detail["publish_hash"] = reason, c.Heat, c.Until, a.m.Hash
		return a.putCooling(ctx, &c)
	})
}

func (m *Message) onRoute() bool {
	return m.State == StateInReview || m.State == StateApproved || m.State == StateScheduled
}

// admitSecond is admit with everyone barred who has a part in the message.
func (a *act) admitSecond(ctx context.Context) error {
	as := a.m.barParties()
	keep := a.m
	a.m = &as
	defer func() { a.m = keep }()
	err := a.admit(ctx, MayCool, keep.Scope(), -1)
	if errors.Is(err, ErrOwnWork) {
		return ErrSecondPerson
	}
	return err
}

// barParties gives the message with those who submitted it or gave its release
// counted among its authors.
func (m *Message) barParties() Message {
	as := *m
	as.Authors = append(slices.Clone(m.Authors), m.SubmittedBy)
	as.Route.OneStepEach = false
	for _, p := range m.Approvals {
		if p.Kind == ReleaseStep && p.inForce(m) {
			as.Authors = append(as.Authors, p.ActorID, p.OnBehalfOf)
		}
	}
	return as
}

// MayEndCooling reports whether the actor of ctx may end a cooling-off that lasts:
// nil, or what stands against it. It is for showing buttons.
func (s *Service) MayEndCooling(ctx context.Context, m Message) error {
	as := m.barParties()
	_, err := as.admit(perm.From(ctx), MayCool, m.Scope(), -1)
	if errors.Is(err, ErrOwnWork) {
		return ErrSecondPerson
	}
	return err
}

// Cooling gives what heat led to at the message's last submission or its emergency
// release; false for one that was not submitted.
func (s *Service) Cooling(ctx context.Context, m Message) (Cooling, bool, error) {
	if !m.onRoute() && !m.WasPublic() {
		return Cooling{}, false, nil
	}
	c, err := readCooling(ctx, s.db.Reader(), &m)
	return c, err == nil, err
}
