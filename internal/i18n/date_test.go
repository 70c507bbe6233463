package i18n

import (
	"strings"
	"testing"
	"time"
)

var morning = time.Date(2016, 5, 3, 9, 5, 0, 0, time.FixedZone("Baghdad", 3*3600))

func TestDates(t *testing.T) {
	const r = "\u200f"
	for name, tc := range map[string]struct {
		write func(*Printer) string
		want  [4]string
	}{
		"Date":        {func(p *Printer) string { return p.Date(morning) }, [4]string{"٣ أيار ٢٠١٦", "٣ی ئایاری ٢٠١٦", "3ê Gulana 2016an", "3 May 2016"}},
		"DateWeekday": {func(p *Printer) string { return p.DateWeekday(morning) }, [4]string{"الثلاثاء، ٣ أيار ٢٠١٦", "سێشەممە، ٣ی ئایاری ٢٠١٦", "Sêşem, 3ê Gulana 2016an", "Tuesday, 3 May 2016"}},
		"ShortDate":   {func(p *Printer) string { return p.ShortDate(morning) }, [4]string{"٠٣" + r + "/٠٥" + r + "/٢٠١٦", "٠٣" + r + "/٠٥" + r + "/٢٠١٦", "03.05.2016", "03/05/2016"}},
		"DayMonth":    {func(p *Printer) string { return p.DayMonth(morning) }, [4]string{"٠٣" + r + "/٠٥", "٠٣" + r + "/٠٥", "03.05", "03/05"}},
		"Clock":       {func(p *Printer) string { return p.Clock(morning) }, [4]string{"٠٩:٠٥", "٠٩:٠٥", "09:05", "09:05"}},
		"DateTime":    {func(p *Printer) string { return p.DateTime(morning) }, [4]string{"٣ أيار ٢٠١٦، ٠٩:٠٥", "٣ی ئایاری ٢٠١٦، ٠٩:٠٥", "3ê Gulana 2016an, 09:05", "3 May 2016, 09:05"}},
		"MonthYear":   {func(p *Printer) string { return p.MonthYear(morning) }, [4]string{"أيار ٢٠١٦", "ئایاری ٢٠١٦", "Gulana 2016an", "May 2016"}},
		"Hijri":       {func(p *Printer) string { return p.Hijri(morning) }, [4]string{"٢٦ رجب ١٤٣٧ هـ", "٢٦ی ڕەجەبی ١٤٣٧ی کۆچی", "26 Receb 1437 (koçî)", "26 Rajab 1437 AH"}},
	} {
		t.Run(name, func(t *testing.T) { fourWays(t, name, tc.write, tc.want) })
	}
}

func TestMonthsAndWeekdays(t *testing.T) {
	join := func(n int, name func(int) string) string {
		var names []string
		for i := range n {
			names = append(names, name(i))
		}
		return strings.Join(names, " ")
	}
	fourWays(t, "months", func(p *Printer) string {
		return join(12, func(i int) string { return p.Month(time.Month(i + 1)) })
	}, [4]string{
		"كانون الثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين الأول تشرين الثاني كانون الأول",
		"کانوونی دووەم شوبات ئازار نیسان ئایار حوزەیران تەمووز ئاب ئەیلوول تشرینی یەکەم تشرینی دووەم کانوونی یەکەم",
		"Rêbendan Sibat Adar Nîsan Gulan Hezîran Tîrmeh Tebax Îlon Cotmeh Mijdar Berfanbar",
		"January February March April May June July August September October November December",
	})
	fourWays(t, "weekdays", func(p *Printer) string {
		return join(7, func(i int) string { return p.Weekday(time.Weekday(i)) })
	}, [4]string{
		"الأحد الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت",
		"یەکشەممە دووشەممە سێشەممە چوارشەممە پێنجشەممە هەینی شەممە",
		"Yekşem Duşem Sêşem Çarşem Pêncşem Înî Şemî",
		"Sunday Monday Tuesday Wednesday Thursday Friday Saturday",
	})
	fourWays(t, "no such", func(p *Printer) string { return p.Month(0) + p.Month(13) + p.Weekday(-1) + p.Weekday(7) }, [4]string{})
	fourWays(t, "week", func(p *Printer) string { return p.WeekStart().String() }, [4]string{"Saturday", "Saturday", "Saturday", "Saturday"})
}

func TestHijri(t *testing.T) {
	p := load(t).Printer(English)
	midnight := time.FixedZone("Baghdad", 3*3600)
	for _, tc := range []struct {
		when time.Time
		want string
	}{
		{time.Date(1937, 3, 13, 12, 0, 0, 0, time.UTC), ""},
		{time.Date(1937, 3, 14, 12, 0, 0, 0, time.UTC), "1 Muharram 1356 AH"},
		// The first days of Ramadan and of the year as announced in Mecca.
		{time.Date(2016, 6, 6, 0, 0, 0, 0, midnight), "1 Ramadan 1437 AH"},
		{time.Date(2016, 6, 6, 23, 59, 0, 0, midnight), "1 Ramadan 1437 AH"},
		{time.Date(2024, 3, 11, 0, 30, 0, 0, midnight), "1 Ramadan 1445 AH"},
		{time.Date(2025, 6, 26, 12, 0, 0, 0, time.UTC), "1 Muharram 1447 AH"},
		{time.Date(2077, 11, 16, 12, 0, 0, 0, time.UTC), "30 Dhu al-Hijjah 1500 AH"},
		{time.Date(2077, 11, 17, 12, 0, 0, 0, time.UTC), ""},
		{time.Time{}, ""},
	} {
		if got := p.Hijri(tc.when); got != tc.want {
			t.Errorf("Hijri(%v) = %q, want %q", tc.when, got, tc.want)
		}
	}
	for day := time.Date(1937, 3, 14, 0, 0, 0, 0, time.UTC); day.Year() < 2077; day = day.AddDate(0, 0, 1) {
		if got := p.Hijri(day); got == "" || strings.Contains(got, "⟦") {
			t.Fatalf("Hijri(%v) = %q", day, got)
		}
	}
}
