package demo

import (
	"context"
	"fmt"

	"sifara/internal/id"
	"sifara/internal/org"
)

// feast is a holiday as the demonstration lists it.
type feast struct {
	where    string // a mission's slug; empty for the ministry
	calendar org.Reckoning
	month    int
	day      int
	days     int
	names    org.Names
}

// feasts are Iraq's public holidays and, for each host country, one or two that
// everybody there knows. Hijri ones fall by the Umm al-Qura calendar. Those of
// Iran that follow the Solar Hijri calendar stand on the Gregorian day on which
// they fall in most years.
var feasts = []feast{
	{"", org.Yearly, 1, 1, 1, names("رأس السنة الميلادية", "سەری ساڵی زایینی", "Serê sala mîladî", "New Year’s Day")},
	{"", org.Yearly, 1, 6, 1, names("عيد الجيش", "ڕۆژی سوپا", "Roja Artêşê", "Army Day")},
	{"", org.Yearly, 3, 21, 1, names("نوروز", "نەورۆز", "Newroz", "Nowruz")},
	{"", org.Yearly, 5, 1, 1, names("عيد العمال", "ڕۆژی کرێکاران", "Roja Karkeran", "Labour Day")},
	{"", org.Yearly, 10, 3, 1, names("اليوم الوطني العراقي", "ڕۆژی نیشتمانیی عێراق", "Roja Neteweyî ya Iraqê", "Iraqi National Day")},
	{"", org.Yearly, 12, 25, 1, names("عيد الميلاد المجيد", "جەژنی لەدایکبوونی مەسیح", "Cejna Zayîna Mesîh", "Christmas Day")},
	{"", org.Hijri, 1, 1, 1, names("رأس السنة الهجرية", "سەری ساڵی کۆچی", "Serê sala koçî", "Hijri New Year")},
	{"", org.Hijri, 1, 10, 1, names("عاشوراء", "عاشورا", "Aşûra", "Ashura")},
	{"", org.Hijri, 3, 12, 1, names("المولد النبوي الشريف", "جەژنی لەدایکبوونی پێغەمبەر", "Mewlûda Pêxember", "The Prophet’s Birthday")},
	{"", org.Hijri, 10, 1, 3, names("عيد الفطر", "جەژنی ڕەمەزان", "Cejna Remezanê", "Eid al-Fitr")},
	{"", org.Hijri, 12, 10, 4, names("عيد الأضحى", "جەژنی قوربان", "Cejna Qurbanê", "Eid al-Adha")},
	{"amman", org.Yearly, 5, 25, 1, names("عيد استقلال الأردن", "ڕۆژی سەربەخۆیی ئوردن", "Roja Serxwebûna Urdunê", "Independence Day of Jordan")},
	{"ankara", org.Yearly, 10, 29, 1, names("عيد الجمهورية التركية", "ڕۆژی کۆماری تورکیا", "Roja Komara Tirkiyeyê", "Republic Day of Türkiye")},
	{"istanbul", org.Yearly, 10, 29, 1, names("عيد الجمهورية التركية", "ڕۆژی کۆماری تورکیا", "Roja Komara Tirkiyeyê", "Republic Day of Türkiye")},
	{"berlin", org.Yearly, 10, 3, 1, names("يوم الوحدة الألمانية", "ڕۆژی یەکێتیی ئەڵمانیا", "Roja Yekbûna Almanyayê", "Day of German Unity")},
	{"brussels", org.Yearly, 7, 21, 1, names("العيد الوطني البلجيكي", "جەژنی نیشتمانیی بەلجیکا", "Cejna Neteweyî ya Belçîkayê", "Belgian National Day")},
	{"cairo", org.Yearly, 7, 23, 1, names("عيد ثورة 23 يوليو", "ڕۆژی شۆڕشی 23ی تەمووز", "Roja Şoreşa 23ê Tîrmehê", "Revolution Day of Egypt")},
	{"canberra", org.Yearly, 1, 26, 1, names("يوم أستراليا", "ڕۆژی ئوسترالیا", "Roja Awistralyayê", "Australia Day")},
	{"canberra", org.Yearly, 4, 25, 1, names("يوم أنزاك", "ڕۆژی ئەنزاک", "Roja Anzakê", "Anzac Day")},
	{"geneva", org.Yearly, 8, 1, 1, names("العيد الوطني السويسري", "جەژنی نیشتمانیی سویسرا", "Cejna Neteweyî ya Swîsreyê", "Swiss National Day")},
	{"london", org.Yearly, 12, 26, 1, names("ثاني أيام عيد الميلاد", "ڕۆژی دووەمی جەژنی لەدایکبوون", "Roja duyem a Cejna Zayînê", "Boxing Day")},
	{"new-york", org.Yearly, 7, 4, 1, names("عيد استقلال الولايات المتحدة", "ڕۆژی سەربەخۆیی ئەمریکا", "Roja Serxwebûna Amerîkayê", "Independence Day of the United States")},
	{"washington", org.Yearly, 7, 4, 1, names("عيد استقلال الولايات المتحدة", "ڕۆژی سەربەخۆیی ئەمریکا", "Roja Serxwebûna Amerîkayê", "Independence Day of the United States")},
	{"paris", org.Yearly, 7, 14, 1, names("العيد الوطني الفرنسي", "جەژنی نیشتمانیی فەڕەنسا", "Cejna Neteweyî ya Fransayê", "French National Day")},
	{"paris", org.Yearly, 11, 11, 1, names("ذكرى الهدنة", "یادی ئاگربەست", "Bîranîna Agirbestê", "Armistice Day")},
	{"stockholm", org.Yearly, 6, 6, 1, names("العيد الوطني السويدي", "جەژنی نیشتمانیی سوید", "Cejna Neteweyî ya Swêdê", "National Day of Sweden")},
	{"tehran", org.Yearly, 2, 11, 1, names("عيد الثورة الإيرانية", "ڕۆژی شۆڕشی ئێران", "Roja Şoreşa Îranê", "Revolution Day of Iran")},
	{"tehran", org.Yearly, 3, 22, 3, names("أيام عيد نوروز", "ڕۆژانی نەورۆز", "Rojên Newrozê", "Days of Nowruz")},
	{"tokyo", org.Yearly, 2, 11, 1, names("يوم تأسيس اليابان", "ڕۆژی دامەزراندنی ژاپۆن", "Roja Damezrandina Japonê", "National Foundation Day of Japan")},
	{"tokyo", org.Yearly, 11, 3, 1, names("يوم الثقافة", "ڕۆژی کولتوور", "Roja Çandê", "Culture Day")},
}

// holidays enters the feasts; the embassy in Tokyo works on Labour Day.
func (b *builder) holidays(ctx context.Context) error {
	for _, f := range feasts {
		h := org.Holiday{ID: id.New(), MissionID: b.missions[f.where], Names: f.names, Calendar: f.calendar, Month: f.month, Day: f.day, Days: f.days}
		if err := b.house.Org.AddHoliday(ctx, h); err != nil {
			return fmt.Errorf("holiday %d-%d of %q: %w", f.month, f.day, f.where, err)
		}
		if f.where == "" && f.month == 5 {
			if err := b.house.Org.KeepHoliday(ctx, h.ID, b.missions["tokyo"], 0, false); err != nil {
				return fmt.Errorf("labour day in Tokyo: %w", err)
			}
		}
	}
	return nil
}
