// Package prayer computes the times of the five daily prayers of Islam for a
// place and a day, by the methods that ministries and societies publish, so
// that a mission does not speak over them.
//
// The times follow from the height of the sun, by the low-precision formulas of
// Meeus, Astronomical Algorithms (chapters 25 and 28): within a minute of
// published tables. What a mosque announces may still differ by a few minutes.
package prayer

import (
	"slices"
	"time"

	"github.com/hablullah/go-hijri"
)

// Prayer is one of the moments of a day. Sunrise is no prayer but the end of
// the time of the first.
type Prayer int

// The moments, in their order.
const (
	Fajr Prayer = iota
	Sunrise
	Dhuhr
	Asr
	Maghrib
	Isha
	moments
)

// All lists the moments in their order.
var All = []Prayer{Fajr, Sunrise, Dhuhr, Asr, Maghrib, Isha}

// Name is the moment's name, as it stands in keys of words and in the API.
func (p Prayer) Name() string {
	return [moments]string{"fajr", "sunrise", "dhuhr", "asr", "maghrib", "isha"}[p]
}

// Method is a way of computing the times that some authority publishes. Angles
// are degrees of the sun below the horizon.
type Method struct {
	ID      string
	Fajr    float64
	Isha    float64
	Maghrib float64 // zero: sunset
	// IshaAfter takes the place of the angle: so long after Maghrib, in Ramadan
	// IshaRamadan.
	IshaAfter, IshaRamadan time.Duration
	// Minutes are added to the moments by the authority's own tables: one at
	// noon so that the sun has surely passed its height, others of caution.
	Minutes [moments]int
}

// Methods lists the methods: of the Muslim World League, Umm al-Qura University
// (Makkah), the Egyptian General Authority of Survey, the University of Islamic
// Sciences in Karachi, the Islamic Society of North America, Turkey's Diyanet,
// the Institute of Geophysics in Tehran and the Jafari tables of Qom.
var Methods = []Method{
	{ID: "mwl", Fajr: 18, Isha: 17, Minutes: [moments]int{Dhuhr: 1}},
	{ID: "umm_al_qura", Fajr: 18.5, IshaAfter: 90 * time.Minute, IshaRamadan: 120 * time.Minute},
	{ID: "egyptian", Fajr: 19.5, Isha: 17.5, Minutes: [moments]int{Dhuhr: 1}},
	{ID: "karachi", Fajr: 18, Isha: 18, Minutes: [moments]int{Dhuhr: 1}},
	{ID: "isna", Fajr: 15, Isha: 15, Minutes: [moments]int{Dhuhr: 1}},
	{ID: "diyanet", Fajr: 18, Isha: 17, Minutes: [moments]int{Sunrise: -7, Dhuhr: 5, Asr: 4, Maghrib: 7}},
	{ID: "tehran", Fajr: 17.7, Isha: 14, Maghrib: 4.5},
	{ID: "jafari", Fajr: 16, Isha: 14, Maghrib: 4},
}

// Find gives a method by its name.
func Find(name string) (Method, bool) {
	i := slices.IndexFunc(Methods, func(m Method) bool { return m.ID == name })
	if i < 0 {
		return Method{}, false
	}
	return Methods[i], true
}

// Shadow says when Asr begins: when the shadow of a thing is longer than at noon
// by its length, or by twice it.
type Shadow string

// The two schools.
const (
	Standard Shadow = "standard" // Shafi'i, Maliki, Hanbali, Jafari
	Hanafi   Shadow = "hanafi"
)

// Shadows lists the schools.
var Shadows = []Shadow{Standard, Hanafi}

func (s Shadow) length() float64 {
	if s == Hanafi {
		return 2
	}
	return 1
}

// HighLatitude says how Fajr and Isha are bounded where the night is too short for
// their angles: a part of the night before sunrise and after sunset.
type HighLatitude string

// The rules.
const (
	MiddleOfNight HighLatitude = "middle"  // half of it
	Seventh       HighLatitude = "seventh" // a seventh of it
	AngleBased    HighLatitude = "angle"   // a sixtieth for each degree of the angle
)

// HighLatitudes lists the rules.
var HighLatitudes = []HighLatitude{MiddleOfNight, Seventh, AngleBased}

func (h HighLatitude) share(angle float64) float64 {
	switch h {
	case Seventh:
		return 1.0 / 7
	case AngleBased:
		return angle / 60
	}
	return 1.0 / 2
}

// Rule is all that the times of a place depend on beside the day.
type Rule struct {
	Method       Method
	Shadow       Shadow       // empty is Standard
	HighLatitude HighLatitude // empty is MiddleOfNight
	Lat, Lon     float64      // degrees north and east
	Zone         *time.Location
}

// Times are the moments of one day, rounded to the minute, in the rule's zone.
// A moment that there is not, because the sun does not rise or set that day, is
// the zero time.
type Times [moments]time.Time

// On gives the times of the day of t, in the rule's zone.
func (r Rule) On(t time.Time) Times {
	zone := r.Zone
	if zone == nil {
		zone = time.UTC
	}
	y, m, d := t.In(zone).Date()
	s := sky{lat: r.Lat, lon: r.Lon}
	noon := s.transit(time.Date(y, m, d, 12, 0, 0, 0, zone))
	rise, up := s.crossing(noon, horizon, morning)
	set, down := s.crossing(noon, horizon, evening)
	var out Times
	out[Dhuhr] = noon
	out[Asr], _ = s.shadow(noon, r.Shadow.length())
	if up && down {
		out[Sunrise], out[Maghrib] = rise, set
		next, _ := s.crossing(s.transit(noon.Add(24*time.Hour)), horizon, morning)
		r.night(&out, s, noon, next)
	}
	for i := range out {
		if !out[i].IsZero() {
			out[i] = out[i].Add(time.Duration(r.Method.Minutes[i]) * time.Minute).Round(time.Minute).In(zone)
		}
	}
	return out
}

// night fills in what depends on the twilight. next is the sunrise after the
// night; zero where there is none, and then the night is as long as the last.
func (r Rule) night(out *Times, s sky, noon, next time.Time) {
	rise, set := out[Sunrise], out[Maghrib]
	if next.IsZero() {
		next = rise.Add(24 * time.Hour)
	}
	dark := next.Sub(set)
	part := func(angle float64) time.Duration {
		return time.Duration(float64(dark) * r.HighLatitude.share(angle))
	}
	fajr, ok := s.crossing(noon, -r.Method.Fajr, morning)
	if least := rise.Add(-part(r.Method.Fajr)); !ok || fajr.Before(least) {
		fajr = least
	}
	out[Fajr] = fajr
	if r.Method.IshaAfter > 0 {
		out[Isha] = set.Add(r.Method.IshaAfter)
		if Ramadan(noon.In(r.zone())) {
			out[Isha] = set.Add(r.Method.IshaRamadan)
		}
		return
	}
	isha, ok := s.crossing(noon, -r.Method.Isha, evening)
	if most := set.Add(part(r.Method.Isha)); !ok || isha.After(most) {
		isha = most
	}
	out[Isha] = isha
	if r.Method.Maghrib > 0 {
		if at, ok := s.crossing(noon, -r.Method.Maghrib, evening); ok && at.Before(isha) {
			out[Maghrib] = at
		}
	}
}

func (r Rule) zone() *time.Location {
	if r.Zone == nil {
		return time.UTC
	}
	return r.Zone
}

// Ramadan reports whether the day of t, in t's own zone, lies in Ramadan by the
// Umm al-Qura calendar. Where the month is announced by sighting, it may begin
// and end a day earlier or later.
func Ramadan(t time.Time) bool {
	y, m, d := t.Date()
	h, err := hijri.CreateUmmAlQuraDate(time.Date(y, m, d, 12, 0, 0, 0, time.UTC))
	return err == nil && h.Month == 9
}
