package agenda

import (
	"errors"
	"testing"
	"time"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/publish"
)

func TestSameDay(t *testing.T) {
	for _, tt := range []struct {
		name string
		a, b map[i18n.Lang]string
		want bool
	}{
		{"equal", map[i18n.Lang]string{"en": "Ashura"}, map[i18n.Lang]string{"en": "Ashura"}, true},
		{"part of the name", map[i18n.Lang]string{"en": "Iraqi Army Day"}, map[i18n.Lang]string{"en": "Army Day"}, true},
		{"spelt apart in Arabic", map[i18n.Lang]string{"ar": "عيد الأضحى"}, map[i18n.Lang]string{"ar": "عيد الاضحى"}, true},
		{"with an ending", map[i18n.Lang]string{"kmr": "Cejna Newrozê"}, map[i18n.Lang]string{"kmr": "Newroz"}, true},
		{"in one language only", map[i18n.Lang]string{"en": "Newroz", "ar": "عيد نوروز"}, map[i18n.Lang]string{"en": "Nowruz", "ar": "نوروز"}, true},
		{"another day", map[i18n.Lang]string{"en": "World Poetry Day", "ar": "اليوم العالمي للشعر"}, map[i18n.Lang]string{"en": "Nowruz", "ar": "نوروز"}, false},
		{"no common language", map[i18n.Lang]string{"en": "Ashura"}, map[i18n.Lang]string{"ar": "عاشوراء"}, false},
		{"no name", nil, map[i18n.Lang]string{"ar": "عاشوراء"}, false},
	} {
		if got := sameDay(tt.a, tt.b); got != tt.want {
			t.Errorf("%s: got %v", tt.name, got)
		}
	}
}

func TestAFeastIsToldOnce(t *testing.T) {
	baghdad := time.FixedZone("Baghdad", 3*3600)
	day := time.Date(2026, 3, 21, 0, 0, 0, 0, time.UTC)
	occasion := func(name, country string) Entry {
		return Entry{Kind: Occasion, At: midnight(day, baghdad), country: country, names: publish.Texts{"en": name}}
	}
	holiday := func(name, country string, first time.Time) DayOff {
		return DayOff{Occurrence: org.Occurrence{Holiday: org.Holiday{Names: org.Names{"en": name}}, First: first, Last: first.AddDate(0, 0, 2)}, country: []string{country}}
	}
	for _, tt := range []struct {
		name string
		e    Entry
		o    DayOff
		want bool
	}{
		{"the same", occasion("Newroz", "IQ"), holiday("Newroz", "IQ", day), true},
		{"of everywhere", occasion("Eid al-Fitr", ""), holiday("Eid al-Fitr", "FR", day), true},
		{"of another country", occasion("Newroz", "IQ"), holiday("Newroz", "IR", day), false},
		{"another name", occasion("Newroz", "IQ"), holiday("Election day", "IQ", day), false},
		{"another first day", occasion("Newroz", "IQ"), holiday("Newroz", "IQ", day.AddDate(0, 0, -1)), false},
	} {
		d := Days{Entries: []Entry{tt.e}, Off: []DayOff{tt.o}}
		d.tellOnce()
		if d.Off[0].Told != tt.want || (d.Entries[0].Off != nil) != tt.want || d.Entries[0].Line().Holiday != tt.want {
			t.Errorf("%s: told %v", tt.name, d.Off[0].Told)
		}
	}
}

// TestTheNearerFeastTells: of two occasions that a holiday may be, that of the
// country says so.
func TestTheNearerFeastTells(t *testing.T) {
	day := time.Date(2026, 3, 21, 0, 0, 0, 0, time.UTC)
	entry := func(country string) Entry {
		return Entry{Kind: Occasion, At: day, country: country, names: publish.Texts{"ar": "يوم نوروز"}}
	}
	d := Days{Entries: []Entry{entry(""), entry("IQ")}, Off: []DayOff{{Occurrence: org.Occurrence{Holiday: org.Holiday{Names: org.Names{"ar": "نوروز"}}, First: day, Last: day}, country: []string{"IQ"}}}}
	d.tellOnce()
	if d.Entries[0].Off != nil || d.Entries[1].Off == nil {
		t.Error("the day of everywhere tells the holiday of the country")
	}
}

func TestSpan(t *testing.T) {
	zone := time.FixedZone("Baghdad", 3*3600)
	now := time.Date(2026, 3, 1, 22, 0, 0, 0, time.UTC) // the second of March there
	day := func(m time.Month, d int) time.Time { return time.Date(2026, m, d, 0, 0, 0, 0, zone) }
	for _, tt := range []struct {
		from, to     string
		first, until time.Time
		wrong        string
	}{
		{"", "", day(3, 2), day(4, 2), ""},
		{"2026-03-05", "", day(3, 5), day(4, 5), ""},
		{"2026-03-05", "2026-03-05", day(3, 5), day(3, 6), ""},
		{"٢٠٢٦-٠٣-٠٥", "۲۰۲۶-۰۳-۰۶", day(3, 5), day(3, 7), ""},
		{"", "2026-03-01", time.Time{}, time.Time{}, "to"},
		{"2026-03-05", "2027-05-01", time.Time{}, time.Time{}, "to"},
		{"yesterday", "", time.Time{}, time.Time{}, "from"},
		{"", "2026-02-30", time.Time{}, time.Time{}, "to"},
	} {
		first, until, err := Span(tt.from, tt.to, now, zone)
		if tt.wrong == "" {
			if err != nil || !first.Equal(tt.first) || !until.Equal(tt.until) {
				t.Errorf("%q to %q: %v to %v, %v", tt.from, tt.to, first, until, err)
			}
			continue
		}
		if e, ok := errors.AsType[*errs.Error](err); !ok || len(e.Fields) != 1 || e.Fields[0].Name != tt.wrong {
			t.Errorf("%q to %q: %v", tt.from, tt.to, err)
		}
	}
}

// FuzzSpan: whatever is asked, the span is refused or goes forward within its
// bound.
func FuzzSpan(f *testing.F) {
	f.Add("2026-03-05", "2026-03-06")
	f.Add("9999-12-31", "")
	f.Add("", "٢٠٢٦-٠٣-٠٥\x00")
	now := time.Date(2026, 3, 1, 22, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, from, to string) {
		first, until, err := Span(from, to, now, time.UTC)
		if err == nil && (!first.Before(until) || until.Sub(first) > maxSpan*24*time.Hour) {
			t.Fatalf("%q to %q: %v to %v", from, to, first, until)
		}
	})
}
