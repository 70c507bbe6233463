package org

import (
	"errors"
	"testing"
	"time"

	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/perm"
)

func zoneOf(t testing.TB, name string) *time.Location {
	t.Helper()
	l, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestDue(t *testing.T) {
	baghdad, paris := zoneOf(t, "Asia/Baghdad"), zoneOf(t, "Europe/Paris")
	eastern, western := []time.Weekday{time.Friday, time.Saturday}, []time.Weekday{time.Saturday, time.Sunday}
	nowruz := Holiday{ID: "n", Calendar: Yearly, Month: 3, Day: 21, Days: 1}
	fitr := Holiday{ID: "f", Calendar: Hijri, Month: 10, Day: 1, Days: 3} // 20 March 2026
	newYear := Holiday{ID: "y", Calendar: Yearly, Month: 12, Day: 31, Days: 3}
	for _, tc := range []struct {
		name  string
		asked string
		week  Week
		days  int
		want  string
	}{
		{"within the week", "2026-03-01 10:00", Week{zone: baghdad, weekend: eastern}, 3, "2026-03-04 23:59"},
		{"over the weekend", "2026-03-04 10:00", Week{zone: baghdad, weekend: eastern}, 3, "2026-03-09 23:59"},
		{"asked on Friday", "2026-03-06 10:00", Week{zone: baghdad, weekend: eastern}, 1, "2026-03-08 23:59"},
		{"another week", "2026-03-06 10:00", Week{zone: paris, weekend: western}, 1, "2026-03-09 23:59"},
		{"over the change of clocks", "2026-03-27 10:00", Week{zone: paris, weekend: western}, 1, "2026-03-30 23:59"},
		{"late at night", "2026-03-01 23:58", Week{zone: baghdad, weekend: eastern}, 1, "2026-03-02 23:59"},
		{"no weekend", "2026-03-05 10:00", Week{zone: baghdad}, 2, "2026-03-07 23:59"},
		{"over the feast", "2026-03-18 10:00", Week{zone: baghdad, weekend: eastern, rules: []Holiday{fitr, nowruz}}, 2, "2026-03-23 23:59"},
		{"over Nowruz", "2026-03-19 10:00", Week{zone: paris, rules: []Holiday{nowruz}}, 2, "2026-03-22 23:59"},
		{"Nowruz not kept", "2026-03-19 10:00", Week{zone: paris, rules: []Holiday{nowruz}, mission: "m", unkept: map[unkept]bool{{"n", "m", 2026}: true}}, 2, "2026-03-21 23:59"},
		{"Nowruz not kept by another", "2026-03-19 10:00", Week{zone: paris, rules: []Holiday{nowruz}, mission: "m", unkept: map[unkept]bool{{"n", "x", 0}: true}}, 2, "2026-03-22 23:59"},
		{"over the turn of the year", "2025-12-30 10:00", Week{zone: paris, rules: []Holiday{newYear}}, 1, "2026-01-03 23:59"},
		{"a hundred days", "2026-03-02 10:00", Week{zone: paris, weekend: western}, 100, "2026-07-20 23:59"},
		{"half a year of holidays", "2026-03-01 10:00", Week{zone: paris, rules: everyDay()}, 1, "2026-04-02 23:59"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			asked, err := time.ParseInLocation("2006-01-02 15:04", tc.asked, tc.week.Zone())
			if err != nil {
				t.Fatal(err)
			}
			if got := tc.week.Due(asked, tc.days).In(tc.week.Zone()).Format("2006-01-02 15:04"); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
	if got := usable([]time.Weekday{0, 1, 2, 3, 4, 5, 6}); got != nil {
		t.Errorf("a week of weekend: %v, want none", got)
	}
}

func TestAfter(t *testing.T) {
	baghdad, paris, cairo := zoneOf(t, "Asia/Baghdad"), zoneOf(t, "Europe/Paris"), zoneOf(t, "Africa/Cairo")
	eastern, western, sunday := []time.Weekday{time.Friday, time.Saturday}, []time.Weekday{time.Saturday, time.Sunday}, []time.Weekday{time.Sunday}
	nowruz := Holiday{ID: "n", Calendar: Yearly, Month: 3, Day: 22, Days: 1}
	for _, tc := range []struct {
		name  string
		from  string
		week  Week
		hours int
		want  string
	}{
		{"within a day", "2026-03-01 10:00", Week{zone: baghdad, weekend: eastern}, 4, "2026-03-01 14:00"},
		{"into the next day", "2026-03-01 10:00", Week{zone: baghdad, weekend: eastern}, 24, "2026-03-02 10:00"},
		{"Thursday evening before Friday and Saturday", "2026-03-05 20:00", Week{zone: baghdad, weekend: eastern}, 24, "2026-03-08 20:00"},
		{"Thursday evening before Saturday and Sunday", "2026-03-05 20:00", Week{zone: paris, weekend: western}, 24, "2026-03-06 20:00"},
		{"Friday evening before Saturday and Sunday", "2026-03-06 20:00", Week{zone: paris, weekend: western}, 24, "2026-03-09 20:00"},
		{"Saturday before Sunday", "2026-03-07 20:00", Week{zone: paris, weekend: sunday}, 24, "2026-03-09 20:00"},
		{"Friday when only Sunday is off", "2026-03-06 20:00", Week{zone: paris, weekend: sunday}, 24, "2026-03-07 20:00"},
		{"given on a day off", "2026-03-06 15:00", Week{zone: baghdad, weekend: eastern}, 3, "2026-03-08 03:00"},
		{"two weeks", "2026-03-01 09:00", Week{zone: baghdad, weekend: eastern}, 240, "2026-03-15 09:00"},
		{"ends with the day before days off", "2026-03-05 18:00", Week{zone: baghdad, weekend: eastern}, 6, "2026-03-05 23:59"},
		{"a minute more", "2026-03-05 18:01", Week{zone: baghdad, weekend: eastern}, 6, "2026-03-08 00:01"},
		{"a whole day, given on a day off", "2026-03-06 15:00", Week{zone: baghdad, weekend: eastern}, 24, "2026-03-08 23:59"},
		{"a hundred days", "2026-03-02 10:00", Week{zone: paris, weekend: western}, 2400, "2026-07-20 10:00"},
		{"over a weekend and a holiday", "2026-03-19 20:00", Week{zone: baghdad, weekend: eastern, rules: []Holiday{nowruz}}, 24, "2026-03-23 20:00"},
		{"no weekend", "2026-03-05 20:00", Week{zone: baghdad}, 48, "2026-03-07 20:00"},
		{"clocks put forward on a day off", "2026-03-27 10:00", Week{zone: paris, weekend: western}, 24, "2026-03-30 10:00"},
		{"clocks put forward on a working day", "2026-03-28 20:00", Week{zone: paris, weekend: []time.Weekday{time.Monday}}, 24, "2026-03-29 21:00"},
		{"clocks put back on a working day", "2026-10-24 20:00", Week{zone: paris, weekend: []time.Weekday{time.Monday}}, 24, "2026-10-25 19:00"},
		{"over a day of 23 hours", "2026-03-28 20:00", Week{zone: paris, weekend: []time.Weekday{time.Monday}}, 28, "2026-03-31 01:00"},
		{"clocks put forward at midnight", "2026-04-23 20:00", Week{zone: cairo}, 24, "2026-04-24 21:00"},
		{"clocks put forward at midnight of a day off", "2026-04-23 20:00", Week{zone: cairo, weekend: eastern}, 24, "2026-04-26 20:00"},
		{"a month of holidays", "2026-03-01 10:00", Week{zone: paris, rules: everyDay()}, 24, "2026-04-01 23:59"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			from, err := time.ParseInLocation("2006-01-02 15:04", tc.from, tc.week.Zone())
			if err != nil {
				t.Fatal(err)
			}
			if got := tc.week.After(from, time.Duration(tc.hours)*time.Hour).In(tc.week.Zone()).Format("2006-01-02 15:04"); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

// everyDay are holidays that leave no working day.
func everyDay() []Holiday {
	var out []Holiday
	for m := 1; m <= 12; m++ {
		for d := 1; d <= 31; d += 10 {
			out = append(out, Holiday{Calendar: Yearly, Month: m, Day: min(d, 28), Days: 12})
		}
	}
	return out
}

// The dates of the feasts are those of the Umm al-Qura calendar as Saudi Arabia
// published it.
func TestFirstDay(t *testing.T) {
	for _, tc := range []struct {
		name string
		h    Holiday
		year int
		want string
	}{
		{"Eid al-Fitr 1445", Holiday{Calendar: Hijri, Month: 10, Day: 1}, 1445, "2024-04-10"},
		{"Eid al-Fitr 1446", Holiday{Calendar: Hijri, Month: 10, Day: 1}, 1446, "2025-03-30"},
		{"Eid al-Adha 1446", Holiday{Calendar: Hijri, Month: 12, Day: 10}, 1446, "2025-06-06"},
		{"Hijri new year 1447", Holiday{Calendar: Hijri, Month: 1, Day: 1}, 1447, "2025-06-26"},
		{"the 30th of a month of 29 days", Holiday{Calendar: Hijri, Month: 9, Day: 30}, 1446, ""},
		{"before the tables", Holiday{Calendar: Hijri, Month: 1, Day: 1}, 1300, ""},
		{"after the tables", Holiday{Calendar: Hijri, Month: 1, Day: 1}, 1501, ""},
		{"29 February", Holiday{Calendar: Yearly, Month: 2, Day: 29}, 2025, ""},
		{"29 February of a leap year", Holiday{Calendar: Yearly, Month: 2, Day: 29}, 2028, "2028-02-29"},
		{"once", Holiday{Calendar: Once, Year: 2026, Month: 5, Day: 4}, 2026, "2026-05-04"},
		{"once, another year", Holiday{Calendar: Once, Year: 2026, Month: 5, Day: 4}, 2027, ""},
	} {
		got, ok := tc.h.first(tc.year)
		text := ""
		if ok {
			text = got.Format("2006-01-02")
		}
		if text != tc.want {
			t.Errorf("%s: got %q, want %q", tc.name, text, tc.want)
		}
	}
}

// Every date that a form can bring must be refused or answered, never panic.
func FuzzHoliday(f *testing.F) {
	f.Add("hijri", 1447, 10, 1, 3)
	f.Add("once", 2026, 2, 29, 1)
	f.Add("yearly", 0, -1, 400, 1<<40)
	f.Fuzz(func(t *testing.T, calendar string, year, month, dayOf, days int) {
		h := Holiday{Names: four("x"), Calendar: Reckoning(calendar), Year: year, Month: month, Day: dayOf, Days: days}
		h.normalise()
		if h.check() != nil {
			return
		}
		from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		for _, o := range (Week{rules: []Holiday{h}}).Holidays(from, from.AddDate(2, 0, 0)) {
			if n := int(o.Last.Sub(o.First).Hours()/24) + 1; n != h.Days {
				t.Errorf("%+v lasts %d days", h, n)
			}
		}
	})
}

func TestHolidays(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		head := h.person("Head", h.paris.ID)
		h.give(head, HeadOfMission, perm.InMission(h.paris.ID), time.Time{})
		feast := Holiday{ID: id.New(), Names: four("Feast"), Calendar: Yearly, Month: 3, Day: 10, Days: 2}
		own := Holiday{ID: id.New(), MissionID: h.paris.ID, Names: four("Bastille"), Calendar: Yearly, Month: 7, Day: 14, Days: 1}
		if err := h.AddHoliday(h.as(head), feast); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a head of mission enters a holiday of the ministry: %v", err)
		}
		for range 2 { // the form sent twice enters it once
			h.must(h.AddHoliday(h.as(h.first), feast))
		}
		h.must(h.AddHoliday(h.as(head), own))
		other := own
		other.ID, other.MissionID = id.New(), h.geneva.ID
		if err := h.AddHoliday(h.as(head), other); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("for another mission: %v", err)
		}
		works := func(mission string, month time.Month, d int) bool {
			w, err := h.Week(t.Context(), mission)
			h.must(err)
			return w.Works(time.Date(2026, month, d, 12, 0, 0, 0, time.UTC))
		}
		if works(h.paris.ID, 3, 11) || works(h.geneva.ID, 3, 10) || works("", 3, 10) {
			t.Error("the ministry's holiday is not inherited")
		}
		if works(h.paris.ID, 7, 14) || !works(h.geneva.ID, 7, 14) || !works("", 7, 14) {
			t.Error("a mission's holiday is not its own")
		}
		h.must(h.KeepHoliday(h.as(head), feast.ID, h.paris.ID, 2026, false))
		if !works(h.paris.ID, 3, 10) || works(h.geneva.ID, 3, 10) {
			t.Error("not kept in Paris only")
		}
		if err := h.KeepHoliday(h.as(head), feast.ID, "", 0, false); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("for all missions: %v", err)
		}
		h.must(h.KeepHoliday(h.as(head), feast.ID, h.paris.ID, 2026, true))
		if works(h.paris.ID, 3, 10) {
			t.Error("kept again")
		}
		stale := own
		stale.Days, stale.Version = 2, 1
		h.must(h.EditHoliday(h.as(head), stale))
		if err := h.EditHoliday(h.as(head), stale); errs.KindOf(err) != errs.Conflict {
			t.Errorf("a stale edit: %v", err)
		}
		if works(h.paris.ID, 7, 15) {
			t.Error("two days since it was edited")
		}
		if err := h.RemoveHoliday(h.as(head), feast.ID); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a head of mission removes a holiday of the ministry: %v", err)
		}
		h.must(h.RemoveHoliday(h.as(head), own.ID))
		if !works(h.paris.ID, 7, 14) {
			t.Error("removed and still kept")
		}
		bad := Holiday{ID: id.New(), Names: four("Bad"), Calendar: Yearly, Month: 2, Day: 30, Days: 99}
		var e *errs.Error
		if err := h.AddHoliday(h.system(), bad); !errors.As(err, &e) || len(e.Fields) != 2 {
			t.Errorf("30 February for 99 days: %v", err)
		}
		if err := h.KeepHoliday(t.Context(), feast.ID, "", 0, false); err == nil {
			t.Error("nobody may mark")
		}
	})
}
