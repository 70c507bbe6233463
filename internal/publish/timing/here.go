package timing

import (
	"slices"
	"time"

	"sifara/internal/org"
	"sifara/internal/publish/prayer"
)

// Sign is something that speaks against a moment at a place.
type Sign string

// The signs. Those of prayer are silences that the mission has set.
const (
	Night   Sign = "night"   // outside the hours in which people are awake
	Weekend Sign = "weekend" // nobody works
	Holiday Sign = "holiday"
	Friday  Sign = "friday" // around the noon prayer of Friday
	Prayer  Sign = "prayer" // just after the beginning of another prayer
	Iftar   Sign = "iftar"  // around the breaking of the fast, in Ramadan
)

// Signs lists the signs.
var Signs = []Sign{Night, Weekend, Holiday, Friday, Prayer, Iftar}

// Grave reports whether the mission is silent then; the others are only worth
// knowing.
func (s Sign) Grave() bool { return s == Friday || s == Prayer || s == Iftar }

// Here is what a moment is like at a place.
type Here struct {
	Place   Place
	At      time.Time    // in the place's zone
	Holiday *org.Holiday // that is kept on its day
	Ramadan bool         // its day lies in Ramadan, by the Umm al-Qura calendar
	Times   prayer.Times // of its day; all zero where none are reckoned
	Signs   []Sign
}

// Prays reports whether prayers are reckoned at the place.
func (h Here) Prays() bool { return !h.Times[prayer.Dhuhr].IsZero() }

// Grave reports whether a silence covers the moment.
func (h Here) Grave() bool { return slices.ContainsFunc(h.Signs, Sign.Grave) }

// Look says what a moment is like at the place.
func (p Place) Look(t time.Time) Here {
	h := Here{Place: p, At: t.In(p.Zone())}
	if m := h.At.Hour()*60 + h.At.Minute(); m < p.Hours.DayFrom || m >= p.Hours.DayUntil {
		h.Signs = append(h.Signs, Night)
	}
	if day, off := p.Week.Holiday(h.At); off {
		h.Holiday = &day
		h.Signs = append(h.Signs, Holiday)
	} else if !p.Week.Works(h.At) {
		h.Signs = append(h.Signs, Weekend)
	}
	if p.rule.Zone != nil {
		h.Ramadan = prayer.Ramadan(h.At)
		h.Times = p.rule.On(h.At)
		h.Signs = append(h.Signs, p.silences(h)...)
	}
	return h
}

// silences are those of the mission that cover the moment. Isha may lie after
// midnight, so the evening before is looked at too.
func (p Place) silences(h Here) []Sign {
	around := func(at time.Time, before, after int) bool {
		minutes := func(n int) time.Duration { return time.Duration(n) * time.Minute }
		return !at.IsZero() && before+after > 0 && !h.At.Before(at.Add(-minutes(before))) && h.At.Before(at.Add(minutes(after)))
	}
	var out []Sign
	friday := h.At.Weekday() == time.Friday
	if friday && around(h.Times[prayer.Dhuhr], p.Hours.FridayBefore, p.Hours.FridayAfter) {
		out = append(out, Friday)
	}
	late := p.rule.On(h.At.AddDate(0, 0, -1))[prayer.Isha]
	praying := around(late, 0, p.Hours.PrayerAfter)
	for _, x := range prayer.All {
		switch {
		case x == prayer.Sunrise, x == prayer.Dhuhr && friday:
		case x == prayer.Maghrib && h.Ramadan:
			if around(h.Times[x], p.Hours.IftarBefore, p.Hours.IftarAfter) {
				out = append(out, Iftar)
			}
		default:
			praying = praying || around(h.Times[x], 0, p.Hours.PrayerAfter)
		}
	}
	if praying {
		out = append(out, Prayer)
	}
	return out
}
