package agenda

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/text"
)

// DayOff is a holiday and where it is kept.
type DayOff struct {
	org.Occurrence
	Where []string // names of missions; empty for the ministry and all of them
	Not   []string // missions that do not keep one of the ministry
	Told  bool     // an entry of an occasion says it on its first day

	country []string // where it is kept
}

// Covers reports whether a day, in any zone, is one of the holiday's.
func (o DayOff) Covers(t time.Time) bool {
	day := dayUTC(t)
	return !day.Before(o.First) && !day.After(o.Last)
}

// daysOff lists the holidays of the ministry and of its open missions, so that
// nobody plans a release for a day on which nobody answers.
func (s *Service) daysOff(ctx context.Context, from, until time.Time) ([]DayOff, error) {
	missions, err := s.Org.Missions(ctx)
	if err != nil {
		return nil, err
	}
	week, err := s.Org.Week(ctx, "")
	if err != nil {
		return nil, err
	}
	home := ""
	if m, err := s.Org.Ministry(ctx); err == nil {
		home = m.Country
	}
	var out []DayOff
	for _, o := range week.Holidays(from, until) {
		if o.Kept() {
			out = append(out, DayOff{Occurrence: o, country: []string{home}})
		}
	}
	for _, m := range missions {
		if !m.Open {
			continue
		}
		if week, err = s.Org.Week(ctx, m.ID); err != nil {
			return nil, err
		}
		// The days are told as days, whatever the mission's zone.
		for _, o := range week.Holidays(noon(from, week), noon(until, week)) {
			out = noteMission(out, o, m.Name(i18n.From(ctx).Lang()), m.Country)
		}
	}
	slices.SortStableFunc(out, func(a, b DayOff) int { return a.First.Compare(b.First) })
	return out, nil
}

func noon(t time.Time, w org.Week) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 12, 0, 0, 0, w.Zone())
}

// noteMission adds what one mission does on a holiday.
func noteMission(out []DayOff, o org.Occurrence, name, country string) []DayOff {
	inherited := o.Holiday.MissionID == ""
	for i := range out {
		same := out[i].First.Equal(o.First) && (out[i].Holiday.ID == o.Holiday.ID || !inherited && maps.Equal(out[i].Holiday.Names, o.Holiday.Names))
		switch {
		case !same:
		case inherited && !o.Kept():
			out[i].Not = append(out[i].Not, name)
			return out
		case inherited:
			return out
		case o.Kept():
			out[i].Where, out[i].country = append(out[i].Where, name), append(out[i].country, country)
			return out
		}
	}
	if inherited || !o.Kept() {
		return out
	}
	return append(out, DayOff{Occurrence: o, Where: []string{name}, country: []string{country}})
}

// tellOnce marks the holidays that an occasion on the same day is: one of their
// country before one of everywhere.
func (d *Days) tellOnce() {
	for _, everywhere := range []bool{false, true} {
		for i := range d.Entries {
			if e := &d.Entries[i]; e.Kind == Occasion && (e.country == "") == everywhere {
				d.tell(e)
			}
		}
	}
}

// tell finds the holiday that an occasion is.
func (d *Days) tell(e *Entry) {
	for j := range d.Off {
		o := &d.Off[j]
		if !o.Told && o.First.Equal(dayUTC(e.At)) && (e.country == "" || slices.Contains(o.country, e.country)) && sameDay(e.names, o.Holiday.Names) {
			o.Told, e.Off = true, o
			return
		}
	}
}

// sameDay reports whether two days of one date are the same feast by their
// names: in some language all words of the shorter name begin words of the
// longer one. Whoever enters a holiday seldom writes it as the list of
// occasions does: "Army Day" is "Iraqi Army Day".
func sameDay(a, b map[i18n.Lang]string) bool {
	for _, l := range i18n.Langs {
		x, y := strings.Fields(text.Fold(a[l])), strings.Fields(text.Fold(b[l]))
		if len(x) > len(y) {
			x, y = y, x
		}
		if len(x) > 0 && !slices.ContainsFunc(x, func(w string) bool { return !slices.ContainsFunc(y, func(v string) bool { return alike(w, v) }) }) {
			return true
		}
	}
	return false
}

// minStem is how many letters two words must share from their beginning to
// count as forms of one, such as Newroz and Newrozê.
const minStem = 5

func alike(a, b string) bool {
	return a == b || min(utf8.RuneCountInString(a), utf8.RuneCountInString(b)) >= minStem && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a))
}
