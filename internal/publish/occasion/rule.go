package occasion

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/hablullah/go-hijri"

	"sifara/internal/errs"
)

// Rule says on which day an occasion falls. Written, it is one of
//
//	03-21        21 March
//	3mon-01      the third Monday of January; -1mon-05 is the last of May
//	sat+06-20   the first Saturday from 20 June on
//	easter-2     two days before Easter Sunday of the Gregorian calendar
//	h10-01       10 Muharram (month 1) of the Umm al-Qura calendar
//	newroz+12    twelve days after the first day of the Solar Hijri year
type Rule struct {
	kind    kind
	nth     int // of a weekday in its month, counted from the end when negative
	weekday time.Weekday
	month   int
	day     int
	plus    int
}

type kind int

const (
	fixed kind = iota
	nthWeekday
	weekdayFrom
	easter
	lunar
	solar
)

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

var ruleForm = regexp.MustCompile(`^(?:(-?[1-5])(sun|mon|tue|wed|thu|fri|sat)-(\d\d)|(sun|mon|tue|wed|thu|fri|sat)\+(\d\d)-(\d\d)|(easter|newroz)([+-]\d{1,3})|h(\d\d?)-(\d\d)|(\d\d)-(\d\d))$`)

// errRule is what is said of a text that is no rule.
var errRule = errs.New(errs.Invalid, "publish.occasion.bad_rule")

// Parse reads a rule; errs.Invalid for what is none.
func Parse(s string) (Rule, error) {
	m := ruleForm.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return Rule{}, fmt.Errorf("rule %q: %w", s, errRule)
	}
	num := func(i int) int { n, _ := strconv.Atoi(m[i]); return n }
	var r Rule
	switch {
	case m[1] != "":
		r = Rule{kind: nthWeekday, nth: num(1), weekday: weekdayOf(m[2]), month: num(3), day: 1}
	case m[4] != "":
		r = Rule{kind: weekdayFrom, weekday: weekdayOf(m[4]), month: num(5), day: num(6)}
	case m[7] == "easter":
		r = Rule{kind: easter, plus: num(8), month: 1, day: 1}
	case m[7] == "newroz":
		r = Rule{kind: solar, plus: num(8), month: 1, day: 1}
	case m[9] != "":
		r = Rule{kind: lunar, day: num(9), month: num(10)}
	default:
		r = Rule{kind: fixed, month: num(11), day: num(12)}
	}
	longest := 30
	if r.kind != lunar && r.month >= 1 && r.month <= 12 {
		longest = time.Date(2024, time.Month(r.month)+1, 0, 0, 0, 0, 0, time.UTC).Day() // of a leap year
	}
	if r.month < 1 || r.month > 12 || r.day < 1 || r.day > longest || r.kind == easter && (r.plus < -90 || r.plus > 120) || r.kind == solar && (r.plus < 0 || r.plus > 365) {
		return Rule{}, fmt.Errorf("rule %q: %w", s, errRule)
	}
	return r, nil
}

func weekdayOf(s string) time.Weekday {
	for i, w := range weekdays {
		if w == s {
			return time.Weekday(i)
		}
	}
	return time.Sunday
}

// Moves reports whether the day is reckoned by the moon, so that a sighting may
// move it by a day.
func (r Rule) Moves() bool { return r.kind == lunar }

// date gives the day, as midnight UTC, in a year of the rule's own calendar:
// Gregorian, Hijri, or for newroz the Gregorian year in which that Solar Hijri
// year begins. False when that year has no such day.
func (r Rule) date(year int) (time.Time, bool) {
	switch r.kind {
	case nthWeekday:
		return nth(year, r.month, r.nth, r.weekday)
	case weekdayFrom:
		t := utc(year, r.month, r.day)
		return t.AddDate(0, 0, (int(r.weekday)-int(t.Weekday())+7)%7), true
	case easter:
		return easterSunday(year).AddDate(0, 0, r.plus), true
	case lunar:
		return ummAlQura(year, r.month, r.day)
	case solar:
		return newroz(year).AddDate(0, 0, r.plus), true
	}
	t := utc(year, r.month, r.day)
	return t, t.Day() == r.day
}

// years are those of the rule's calendar whose day may lie in a span.
func (r Rule) years(from, until time.Time) (first, last int) {
	if r.kind != lunar {
		return from.Year() - 1, until.Year()
	}
	a, errA := hijri.CreateUmmAlQuraDate(from.Add(12 * time.Hour))
	b, errB := hijri.CreateUmmAlQuraDate(until.Add(12 * time.Hour))
	if errA != nil || errB != nil {
		return 0, -1
	}
	return int(a.Year) - 1, int(b.Year)
}

func utc(year, month, day int) time.Time {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

func nth(year, month, n int, w time.Weekday) (time.Time, bool) {
	if n < 0 {
		last := utc(year, month+1, 0)
		back := (int(last.Weekday()) - int(w) + 7) % 7
		t := last.AddDate(0, 0, -back+7*(n+1))
		return t, int(t.Month()) == month
	}
	first := utc(year, month, 1)
	t := first.AddDate(0, 0, (int(w)-int(first.Weekday())+7)%7+7*(n-1))
	return t, int(t.Month()) == month
}

// easterSunday is Easter by the Gregorian calendar (Meeus, Astronomical
// Algorithms, chapter 8).
func easterSunday(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	h := (19*a + b - b/4 - (b-(b+8)/25+1)/3 + 15) % 30
	l := (32 + 2*(b%4) + 2*(c/4) - h - c%4) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return utc(year, n/31, n%31+1)
}

// The years of the tables of the Umm al-Qura calendar.
const firstHijri, lastHijri = 1356, 1500

func ummAlQura(year, month, day int) (time.Time, bool) {
	if year < firstHijri || year > lastHijri {
		return time.Time{}, false
	}
	t := hijri.UmmAlQuraDate{Year: int64(year), Month: int64(month), Day: int64(day)}.ToGregorian()
	t = utc(t.Year(), int(t.Month()), t.Day())
	back, err := hijri.CreateUmmAlQuraDate(t.Add(12 * time.Hour))
	return t, err == nil && int(back.Month) == month && int(back.Day) == day
}

// newroz is the first day of the Solar Hijri year that begins in a Gregorian
// year: the day of the March equinox, or the day after when the sun has passed
// it after the true noon of Iran's meridian, 52.5° E.
func newroz(year int) time.Time {
	at := equinox(year).Add(3*time.Hour + 30*time.Minute)
	day := utc(at.Year(), int(at.Month()), at.Day())
	noon := day.Add(12*time.Hour + 7*time.Minute) // the sun is some seven minutes behind the clock then
	if at.After(noon) {
		return day.AddDate(0, 0, 1)
	}
	return day
}

// equinox is that of March, within two minutes between 1950 and 2100 (Meeus,
// chapter 27, with the largest of the periodic terms).
func equinox(year int) time.Time {
	y := float64(year-2000) / 1000
	jde := 2451623.80984 + y*(365242.37404+y*(0.05169-y*(0.00411+y*0.00057)))
	t := (jde - 2451545) / 36525
	w := (35999.373*t - 2.47) * math.Pi / 180
	lambda := 1 + 0.0334*math.Cos(w) + 0.0007*math.Cos(2*w)
	s := 0.0
	for _, p := range [][3]float64{{485, 324.96, 1934.136}, {203, 337.23, 32964.467}, {199, 342.08, 20.186}, {182, 27.85, 445267.112}, {156, 73.14, 45036.886}, {136, 171.52, 22518.443},
		{77, 222.54, 65928.934}, {74, 296.72, 3034.906}, {70, 243.58, 9037.513}, {58, 119.81, 33718.147}, {52, 297.17, 150.678}, {50, 21.02, 2281.226}} {
		s += p[0] * math.Cos((p[1]+p[2]*t)*math.Pi/180)
	}
	jde += 0.00001 * s / lambda
	ahead := 69 * time.Second // of terrestrial time before universal time
	return utc(2000, 1, 1).Add(12*time.Hour + time.Duration((jde-2451545)*24*float64(time.Hour)) - ahead)
}
