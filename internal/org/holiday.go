package org

import (
	"slices"
	"time"

	"github.com/hablullah/go-hijri"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
)

// Reckoning is the way in which the days of a holiday are found.
type Reckoning string

// The reckonings. Hijri is the Umm al-Qura calendar; where the beginning of a
// month is announced by sighting, a day more is entered Once and a day less is
// marked as not kept.
const (
	Once   Reckoning = "once"   // one day or period of one Gregorian year
	Yearly Reckoning = "yearly" // the same Gregorian date in every year
	Hijri  Reckoning = "hijri"  // the same date of every Hijri year
)

// Reckonings lists the reckonings.
func Reckonings() []Reckoning { return []Reckoning{Yearly, Hijri, Once} }

// The years of the Umm al-Qura calendar's tables; the library panics outside.
const firstHijri, lastHijri = 1356, 1500

// maxHolidayDays bounds one holiday: the longest official ones take a week or
// two.
const maxHolidayDays = 15

// Holiday is a day, or some days in a row, on which a mission is closed beside
// its weekends. One without a mission is the ministry's and holds for every
// mission that does not mark it as not kept.
type Holiday struct {
	ID        string    `bun:",pk" json:"id"`
	MissionID string    `bun:",nullzero" json:"mission_id,omitempty"`
	Names     Names     `json:"names"`
	Calendar  Reckoning `json:"calendar"`
	Year      int       `json:"year,omitempty"` // of Once; zero otherwise
	Month     int       `json:"month"`          // 1 to 12, of the calendar
	Day       int       `json:"day"`            // the first one, 1 to 31
	Days      int       `json:"days"`           // how many in a row
	CreatedAt db.Time   `json:"created_at"`
	Version   int64     `json:"version"`
}

// Name is the holiday's name in a language.
func (h Holiday) Name(l i18n.Lang) string { return h.Names.In(l) }

func (h *Holiday) normalise() {
	h.Names = h.Names.clean()
	if h.Calendar != Once {
		h.Year = 0
	}
	if h.Days == 0 {
		h.Days = 1
	}
}

func (h Holiday) check() error {
	bad := h.Names.check("names", maxName, i18n.Langs...)
	if !slices.Contains(Reckonings(), h.Calendar) {
		bad = append(bad, errs.Field{Name: "calendar", Key: "web.field.choice"})
	}
	if !h.dated() {
		bad = append(bad, errs.Field{Name: "date", Key: "org.holiday_date_wrong"})
	}
	if h.Days < 1 || h.Days > maxHolidayDays {
		bad = append(bad, errs.Field{Name: "days", Key: "org.holiday_days_wrong", Args: []any{"max", maxHolidayDays}})
	}
	return errs.InvalidFields(bad...)
}

// dated reports whether the date exists in some year of the calendar.
func (h Holiday) dated() bool {
	if h.Month < 1 || h.Month > 12 || h.Day < 1 {
		return false
	}
	switch h.Calendar {
	case Hijri:
		return h.Day <= 30
	case Once:
		_, ok := gregorian(h.Year, h.Month, h.Day)
		return ok && h.Year >= 1990 && h.Year <= 2100
	}
	_, ok := gregorian(2024, h.Month, h.Day) // a leap year
	return ok
}

// first gives the first day, at midnight UTC, of the holiday in a year of its
// calendar. It reports false when that year has no such day (29 February, the
// 30th of a short Hijri month) or lies outside the calendar's tables.
func (h Holiday) first(year int) (time.Time, bool) {
	switch {
	case h.Calendar == Once && year != h.Year:
		return time.Time{}, false
	case h.Calendar != Hijri:
		return gregorian(year, h.Month, h.Day)
	}
	if year < firstHijri || year > lastHijri {
		return time.Time{}, false
	}
	d := hijri.UmmAlQuraDate{Year: int64(year), Month: int64(h.Month), Day: int64(h.Day)}.ToGregorian()
	back, ok := hijriDate(d)
	if !ok || back.Year != int64(year) || back.Month != int64(h.Month) || back.Day != int64(h.Day) {
		return time.Time{}, false
	}
	return day(d), true
}

// years gives the years of the holiday's calendar that a period touches.
func (h Holiday) years(from, until time.Time) (first, last int) {
	if h.Calendar != Hijri {
		return from.Year(), until.Year()
	}
	a, okA := hijriDate(from)
	b, okB := hijriDate(until)
	if !okA || !okB {
		return 0, -1
	}
	return int(a.Year), int(b.Year)
}

// hijriDate is the Umm al-Qura date of a day; false outside its tables.
func hijriDate(t time.Time) (hijri.UmmAlQuraDate, bool) {
	d, err := hijri.CreateUmmAlQuraDate(day(t).Add(12 * time.Hour))
	return d, err == nil
}

func gregorian(year, month, dayOf int) (time.Time, bool) {
	t := time.Date(year, time.Month(month), dayOf, 0, 0, 0, 0, time.UTC)
	return t, t.Year() == year && int(t.Month()) == month && t.Day() == dayOf
}

// day is the calendar day of t, in t's own zone, as midnight UTC: so days can
// be compared whatever the zone.
func day(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
