package i18n

import (
	"strconv"
	"time"

	"github.com/hablullah/go-hijri"
)

// Date writes the day in full: 3 May 2016, ٣ أيار ٢٠١٦.
func (p *Printer) Date(t time.Time) string {
	return p.raw("i18n.date.long", "day", p.plainNumber(t.Day()), "month", p.monthOf(t.Month()),
		"year", p.plainNumber(t.Year()))
}

// DateWeekday writes the day in full after the day of the week.
func (p *Printer) DateWeekday(t time.Time) string {
	return p.raw("i18n.date.weekday", "weekday", p.Weekday(t.Weekday()), "date", p.Date(t))
}

// ShortDate writes the day in figures, day before month: 03/05/2016.
func (p *Printer) ShortDate(t time.Time) string {
	return p.raw("i18n.date.short", "day", p.padded(t.Day()), "month", p.padded(int(t.Month())),
		"year", p.plainNumber(t.Year()))
}

// DayMonth writes the day in figures where the year is known: 03/05.
func (p *Printer) DayMonth(t time.Time) string {
	return p.raw("i18n.date.day_month", "day", p.padded(t.Day()), "month", p.padded(int(t.Month())))
}

// Clock writes the time of day by 24 hours: 14:05.
func (p *Printer) Clock(t time.Time) string {
	return p.raw("i18n.date.clock", "hour", p.padded(t.Hour()), "minute", p.padded(t.Minute()))
}

// DateTime writes the day in full and the time of day.
func (p *Printer) DateTime(t time.Time) string {
	return p.raw("i18n.date.time", "date", p.Date(t), "clock", p.Clock(t))
}

// Month is the name of a month standing alone, as it is used in Iraq; empty
// for a month that does not exist.
func (p *Printer) Month(m time.Month) string {
	if m < time.January || m > time.December {
		return ""
	}
	return p.raw("i18n.month." + strconv.Itoa(int(m)))
}

// monthOf is the form of the month's name inside a date.
func (p *Printer) monthOf(m time.Month) string {
	return p.raw("i18n.month.of." + strconv.Itoa(int(m)))
}

// MonthYear writes a month of a year: May 2016.
func (p *Printer) MonthYear(t time.Time) string {
	return p.raw("i18n.date.month", "month", p.monthOf(t.Month()), "year", p.plainNumber(t.Year()))
}

// Weekday is the name of a day of the week; empty for a day that does not
// exist.
func (p *Printer) Weekday(d time.Weekday) string {
	if d < time.Sunday || d > time.Saturday {
		return ""
	}
	return p.raw("i18n.weekday." + strconv.Itoa(int(d)))
}

// WeekStart is the day with which a calendar's week begins: Saturday, CLDR's
// first day for Iraq, in every language, so that a calendar does not turn when
// its reader changes the language. Which days are worked is not said here.
func (p *Printer) WeekStart() time.Weekday { return time.Saturday }

// Hijri writes the day in the Umm al-Qura calendar: ٢٦ رجب ١٤٣٧ هـ. It is
// empty outside the calendar's tables (14 March 1937 to 16 November 2077). The
// beginning of a month announced in Iraq by sighting can differ by a day.
func (p *Printer) Hijri(t time.Time) string {
	noon := time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, time.UTC)
	d, err := hijri.CreateUmmAlQuraDate(noon)
	if err != nil {
		return ""
	}
	return p.raw("i18n.date.hijri", "day", p.plainNumber(int(d.Day)),
		"month", p.raw("i18n.hijri."+strconv.FormatInt(d.Month, 10)), "year", p.plainNumber(int(d.Year)))
}

// plainNumber writes a number without grouping.
func (p *Printer) plainNumber(n int) string { return p.Digits(strconv.Itoa(n)) }

// padded writes a number with at least two digits.
func (p *Printer) padded(n int) string {
	s := strconv.Itoa(n)
	if len(s) == 1 {
		s = "0" + s
	}
	return p.Digits(s)
}

// HijriMonth is the name of a month of the Hijri calendar, 1 to 12; empty for
// one that does not exist.
func (p *Printer) HijriMonth(m int) string {
	if m < 1 || m > 12 {
		return ""
	}
	return p.raw("i18n.hijri." + strconv.Itoa(m))
}
