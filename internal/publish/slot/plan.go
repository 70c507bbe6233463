package slot

import (
	"cmp"
	"slices"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/publish"
	"sifara/internal/publish/timing"
)

// horizon is how far ahead a slot is looked for.
const horizon = 12 * 7 // days

// Plan is what decides the times of a queue: the slots of a unit, and its place.
type Plan struct {
	Slots []Slot
	Place timing.Place
}

// opening is a slot on one day.
type opening struct {
	Slot
	at    time.Time
	free  int
	quiet *bool // whether a silence covers it; nil: nobody has looked
}

// openings are the slots ahead, the earliest first and of one moment the most
// particular first.
func (p Plan) openings(now time.Time) []opening {
	zone := p.Place.Zone()
	y, m, d := now.In(zone).Date()
	var out []opening
	for n := range horizon {
		day := time.Date(y, m, d+n, 12, 0, 0, 0, zone)
		for _, s := range p.Slots {
			at := s.on(day.Year(), day.Month(), day.Day(), zone)
			if s.Weekday == day.Weekday() && at.After(now) {
				out = append(out, opening{Slot: s, at: at, free: s.Places})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b opening) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(b.particular(), a.particular()), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// silent reports whether the place is silent then.
func (o *opening) silent(p timing.Place) bool {
	if o.quiet == nil {
		grave := p.Look(o.at).Grave()
		o.quiet = &grave
	}
	return *o.quiet
}

// takes reports whether a message may go out in the opening.
func (o *opening) takes(x *publish.InQueue, p timing.Place) bool {
	at := db.At(o.at)
	return o.free > 0 && !at.Before(x.NotBefore) && (x.NotAfter.IsZero() || at.Before(x.NotAfter)) && o.Suits(&x.Message) && !o.silent(p)
}

// due reports whether a message is going out now: its slot has begun and it has
// not missed it.
func due(x *publish.InQueue, now time.Time) bool {
	return !x.QueueAt.IsZero() && !db.At(now).Before(x.QueueAt) && !x.Missed(now)
}

// Assign gives each message, in the order of the queue, the first slot that
// suits it and that none before it has taken; zero where there is none. It is a
// publish.Placing.
func (p Plan) Assign(list []publish.InQueue, now time.Time) []db.Time {
	open := p.openings(now)
	out := make([]db.Time, len(list))
	for i := range list {
		x := &list[i]
		if due(x, now) {
			out[i] = x.QueueAt
			continue
		}
		for j := range open {
			if o := &open[j]; o.takes(x, p.Place) {
				o.free--
				out[i] = db.At(o.at)
				break
			}
		}
	}
	return out
}

// What stands against moving a message in its queue.
var (
	ErrFirst = errs.New(errs.Conflict, "publish.queue.first") // none before it could wait for its slot instead
	ErrLast  = errs.New(errs.Conflict, "publish.queue.last")
)

// Move gives the order in which a message goes out earlier, or later: it passes
// the nearest others until that gives it another time.
func (p Plan) Move(list []publish.InQueue, id string, later bool, now time.Time) ([]publish.InQueue, error) {
	i := slices.IndexFunc(list, func(x publish.InQueue) bool { return x.ID == id })
	if i < 0 {
		return nil, publish.ErrState
	}
	was := p.Assign(list, now)[i]
	step, none := -1, error(ErrFirst)
	if later {
		step, none = 1, ErrLast
	}
	next := slices.Clone(list)
	for j := i + step; j >= 0 && j < len(next); j += step {
		next[j], next[j-step] = next[j-step], next[j]
		at := p.Assign(next, now)[j]
		if !at.IsZero() && (later && at > was || !later && at < was) {
			return next, nil
		}
	}
	return nil, none
}
