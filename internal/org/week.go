package org

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// Week says on which days a mission works: its weekend and its holidays, in
// its own time zone. The zero value works every day, by UTC.
type Week struct {
	zone    *time.Location
	weekend []time.Weekday
	rules   []Holiday
	unkept  map[unkept]bool
	mission string
}

// unkept is where one occurrence of a holiday is not kept.
type unkept struct {
	holiday, mission string
	year             int // 0 is all
}

// Week gives the working days of a mission, the ministry's when the id is
// empty. errs.NotFound when there is no such mission, or no ministry.
func (s *Service) Week(ctx context.Context, missionID string) (Week, error) {
	snap, err := s.snap(ctx)
	if err != nil {
		return Week{}, err
	}
	w := Week{unkept: snap.unkept, mission: missionID}
	if missionID == "" {
		m, err := s.Ministry(ctx)
		if err != nil {
			return Week{}, err
		}
		w.zone, w.weekend = m.Location(), m.Weekend
	} else {
		m, err := s.Mission(ctx, missionID)
		if err != nil {
			return Week{}, err
		}
		w.zone, w.weekend = m.Location(), m.Weekend
	}
	w.weekend = usable(w.weekend)
	for _, h := range snap.holidays {
		if h.MissionID == "" || h.MissionID == missionID {
			w.rules = append(w.rules, h)
		}
	}
	return w, nil
}

// usable takes a weekend that covers the whole week for none.
func usable(weekend []time.Weekday) []time.Weekday {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if !slices.Contains(weekend, d) {
			return weekend
		}
	}
	return nil
}

// Zone is the zone by which the days are told.
func (w Week) Zone() *time.Location {
	if w.zone == nil {
		return time.UTC
	}
	return w.zone
}

// Works reports whether the day of t, in the mission's zone, is a working day.
func (w Week) Works(t time.Time) bool {
	t = t.In(w.Zone())
	if slices.Contains(w.weekend, t.Weekday()) {
		return false
	}
	_, off := w.Holiday(t)
	return !off
}

// Holiday gives the holiday that is kept on the day of t, if any; of several
// the one that began first.
func (w Week) Holiday(t time.Time) (Holiday, bool) {
	d := day(t.In(w.Zone()))
	for _, o := range w.between(d, d) {
		if o.Kept() {
			return o.Holiday, true
		}
	}
	return Holiday{}, false
}

// idleDays is how many days off on end are waited for.
const idleDays = 31

// Due is the end, one minute before midnight, of the given number of working
// days after the day of t, in the mission's zone. A day off therefore waits
// for the next working day. After a month of days off on end each day counts:
// nobody waits for ever.
func (w Week) Due(t time.Time, days int) time.Time {
	y, m, d := t.In(w.Zone()).Date()
	idle := 0
	for n := 0; n < days; {
		d++
		switch {
		case w.Works(time.Date(y, m, d, 12, 0, 0, 0, w.Zone())):
			idle = 0
			n++
		case idle < idleDays:
			idle++
		default:
			n++
		}
	}
	return time.Date(y, m, d, 23, 59, 0, 0, w.Zone()).UTC()
}

// After is the moment at which so much time has passed since t on working days
// of the mission; the hours of days off do not count, and nothing ends on one.
// Days are those of the mission's zone, with as many hours as its clocks give
// them, and what ends with a day ends one minute before midnight. After a month
// of days off on end each day counts, as in Due.
func (w Week) After(t time.Time, d time.Duration) time.Time {
	at, idle := t.In(w.Zone()), 0
	for {
		next, works := dayAfter(at), w.Works(at)
		left := next.Sub(at)
		switch {
		case !works && idle < idleDays:
			idle++
			at = next
			continue
		case works:
			idle = 0
		}
		if d <= left {
			return at.Add(min(d, left-time.Minute)).UTC()
		}
		d -= left
		at = next
	}
}

// dayAfter is the first moment of the next day in the zone of t. Where clocks
// are put forward at midnight, the day begins at one o'clock.
func dayAfter(t time.Time) time.Time {
	y, m, d := t.Date()
	next := time.Date(y, m, d+1, 0, 0, 0, 0, t.Location())
	for next.Day() == d {
		next = next.Add(time.Hour)
	}
	return next
}

// Occurrence is a holiday in one year of its calendar. First and Last are its
// days as midnight UTC, whatever the zone.
type Occurrence struct {
	Holiday Holiday
	Year    int // of the holiday's own calendar
	First   time.Time
	Last    time.Time
	// Never and NotNow say why it is not kept: by a mark on the holiday, or on
	// this occurrence. Above says that the mark is the ministry's.
	Never, NotNow, Above bool
}

// Kept reports whether the mission is closed on its days.
func (o Occurrence) Kept() bool { return !o.Never && !o.NotNow }

// Holidays lists the occurrences that touch the days from one moment to
// another, those that are not kept too, by their first days.
func (w Week) Holidays(from, until time.Time) []Occurrence {
	return w.between(day(from.In(w.Zone())), day(until.In(w.Zone())))
}

func (w Week) between(from, until time.Time) []Occurrence {
	var out []Occurrence
	for _, h := range w.rules {
		early := from.AddDate(0, 0, -h.Days) // it may have begun the year before
		a, b := h.years(early, until)
		for year := a; year <= b; year++ {
			first, ok := h.first(year)
			last := first.AddDate(0, 0, h.Days-1)
			if ok && !last.Before(from) && !first.After(until) {
				out = append(out, w.marked(Occurrence{Holiday: h, Year: year, First: first, Last: last}))
			}
		}
	}
	slices.SortFunc(out, func(a, b Occurrence) int {
		return cmp.Or(a.First.Compare(b.First), cmp.Compare(a.Holiday.ID, b.Holiday.ID))
	})
	return out
}

// marked says of an occurrence whether it is kept here.
func (w Week) marked(o Occurrence) Occurrence {
	never := func(mission string) bool { return w.unkept[unkept{o.Holiday.ID, mission, 0}] }
	notNow := func(mission string) bool { return w.unkept[unkept{o.Holiday.ID, mission, o.Year}] }
	o.Never, o.NotNow = never(w.mission) || never(""), notNow(w.mission) || notNow("")
	o.Above = w.mission != "" && (never("") || notNow(""))
	return o
}
