package response

import (
	"cmp"
	"context"
	"slices"
	"time"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/publish/timing"
)

// Advice is what the counts say about releasing a message.
type Advice struct {
	Lang     i18n.Lang // of the texts that were counted; empty: all
	Verdict  Verdict
	Releases int
	Times    []Time // the best first; none when they are Told but none is open
}

// Time is an hour to which a release can be planned.
type Time struct {
	Hour
	At time.Time // in the zone of the place
}

// ahead is how far advice looks.
const ahead = 14 // days

// Advise says at which hours to come a message of its speaker is read most,
// first over all languages, then for those of its own in which a difference is
// shown. The hours are working ones where the message comes from, in no silence
// of the places where it is read, after embargo and cooling-off and before the
// end of its time. errs.NotFound for whoever may not view messages there.
func (s *Service) Advise(ctx context.Context, m publish.Message) ([]Advice, error) {
	now := s.Clock.Now()
	list, err := s.Publish.Responses(ctx, m.MissionID, db.At(now.AddDate(0, 0, -Days)), Hours)
	if err != nil {
		return nil, err
	}
	zone := s.Org.Zone(ctx, m.MissionID)
	open, err := s.open(ctx, m, now)
	if err != nil {
		return nil, err
	}
	out := []Advice{advise("", observe(list, "", zone), open)}
	for _, l := range m.Langs() {
		if a := advise(l, observe(list, l, zone), open); a.Verdict == Told && len(a.Times) > 0 {
			out = append(out, a)
		}
	}
	return out, nil
}

// observe takes the releases with a text in a language; all when it is empty.
func observe(list []publish.Response, l i18n.Lang, zone *time.Location) []Observation {
	var out []Observation
	for _, r := range list {
		n, has := r.Views[l]
		if l == "" {
			n, has = r.Total(), true
		}
		if has {
			out = append(out, Observation{At: r.ReleasedAt.In(zone), Kind: r.Kind, Views: n})
		}
	}
	return out
}

// opening says when within an hour a release may be planned; false when it may
// not.
type opening func(hour time.Time) (time.Time, bool)

// advise chooses the best hours that are open.
func advise(l i18n.Lang, list []Observation, open func() (from time.Time, at opening)) Advice {
	model := Fit(list)
	a := Advice{Lang: l, Verdict: model.Verdict, Releases: model.Releases}
	if model.Verdict != Told {
		return a
	}
	from, at := open()
	seen := map[int]bool{}
	for n := range ahead * 24 {
		t := from.Add(time.Duration(n) * time.Hour)
		h, ok := model.Hour(t.Weekday(), t.Hour())
		if !ok || h.Low <= 0 || seen[cell(t.Weekday(), t.Hour())] {
			continue
		}
		if moment, ok := at(t); ok {
			seen[cell(t.Weekday(), t.Hour())] = true
			a.Times = append(a.Times, Time{h, moment})
		}
	}
	slices.SortStableFunc(a.Times, func(x, y Time) int { return cmp.Or(cmp.Compare(y.Gain, x.Gain), x.At.Compare(y.At)) })
	a.Times = a.Times[:min(len(a.Times), Best)]
	return a
}

// quarter is the step in which an hour is looked through.
const quarter = 15 * time.Minute

// open finds when a message may go out.
func (s *Service) open(ctx context.Context, m publish.Message, now time.Time) (func() (time.Time, opening), error) {
	me, err := s.Publish.WaitingFor(ctx, m)
	if err != nil {
		return nil, err
	}
	of, err := s.Campaigns.Of(ctx, m.ID)
	if err != nil {
		return nil, err
	}
	plan := of[m.ID]
	places, err := s.Timing.Places(ctx, m.MissionID, plan.Partners, plan.Countries)
	if err != nil {
		return nil, err
	}
	zone := s.Org.Zone(ctx, m.MissionID)
	least := now
	if t := me.NotBefore; !t.IsZero() && t.Std().After(now) {
		least = t.Std()
	}
	return func() (time.Time, opening) {
		local := least.In(zone)
		from := time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), 0, 0, 0, zone)
		return from, func(hour time.Time) (time.Time, bool) {
			for n := range 4 {
				t := hour.Add(time.Duration(n) * quarter)
				if t.After(now) && !t.Before(least) && (m.NotAfter.IsZero() || t.Before(m.NotAfter.Std())) && quietless(places, t) {
					return t, true
				}
			}
			return time.Time{}, false
		}
	}, nil
}

// quietless reports whether a moment is a working one at the first place and
// falls into no silence at any.
func quietless(places []timing.Place, t time.Time) bool {
	for i, p := range places {
		if h := p.Look(t); h.Grave() || i == 0 && len(h.Signs) > 0 {
			return false
		}
	}
	return true
}
