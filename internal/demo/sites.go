package demo

import (
	"context"
	"time"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/publish"
)

// siteMessages are what the sites show beside news: events, travel advice, pages about a
// mission and the profile of the country.
func (b *builder) siteMessages() []telling {
	b.by(b.day(24, 8), "spokesperson", "arrange the site of Paris", func(ctx context.Context) error {
		_, err := b.house.Publish.SaveSite(ctx, publish.Site{MissionID: b.missions["paris"], Opens: "09:30", Closes: "14:00", Speakers: []string{b.people["head-paris"], b.people["press-paris"]},
			Note: publish.Texts{i18n.Arabic: "أحضر معك تأكيد الموعد. المدخل مهيأ للكراسي المتحركة.", i18n.Sorani: "دڵنیاکردنەوەی کاتەکەت لەگەڵ خۆت بهێنە. دەرگاکە بۆ کورسیی جووڵاو ئامادەیە.", i18n.Kurmanji: "Piştrastkirina randevûya xwe bi xwe re bîne. Derî ji bo kursiyên bi teker guncan e.", i18n.English: "Please bring the confirmation of your appointment. The entrance is accessible by wheelchair."}})
		return err
	})
	list := []telling{
		{key: "maqam-evening", mission: "paris", by: "cultural-attache", kind: publish.Event, at: b.day(5, 12), until: released, settings: detailed(publish.Details{
			Starts: b.evening(9, 18), Ends: b.evening(9, 20), Zone: "Europe/Paris", Register: "mailto:paris@mofa.example",
			Venue: publish.Texts{i18n.Arabic: "سفارة العراق، باريس", i18n.Sorani: "باڵیۆزخانەی عێراق، پاریس", i18n.Kurmanji: "Balyozxaneya Iraqê, Parîs", i18n.English: "Embassy of Iraq, Paris"},
		})},
		{key: "advice-nepal", by: "drafter", kind: publish.TravelAdvice, at: b.day(20, 10), until: released,
			settings: detailed(publish.Details{Country: "NP", Level: 2, ValidUntil: db.At(b.end.AddDate(0, 6, 0))})},
		{key: "advice-france", by: "drafter", kind: publish.TravelAdvice, at: b.day(22, 10), until: released,
			settings: detailed(publish.Details{Country: "FR", Level: 1, ValidUntil: db.At(b.end.AddDate(0, 6, 0))})},
		{key: "advice-japan", by: "drafter", kind: publish.TravelAdvice, at: b.day(29, 12), until: released, // its season is over, and nobody has renewed it
			settings: detailed(publish.Details{Country: "JP", Level: 2, ValidUntil: db.At(b.day(3, 12))})},
		{key: "open-house", mission: "london", by: "press-london", kind: publish.Event, source: i18n.English, at: b.day(2, 10), until: released, settings: detailed(publish.Details{
			Starts: b.evening(13, 10), Ends: b.evening(13, 14), Zone: "Europe/London", Register: "mailto:london@mofa.example",
			Venue: publish.Texts{i18n.Arabic: "سفارة العراق، لندن", i18n.Sorani: "باڵیۆزخانەی عێراق، لەندەن", i18n.Kurmanji: "Balyozxaneya Iraqê, London", i18n.English: "Embassy of Iraq, London"},
		})},
		{key: "written-answers", by: "drafter", kind: publish.Blog, at: b.day(14, 10), until: released},
		{key: "certificate-thread", mission: "berlin", by: "press-berlin", kind: publish.Thread, at: b.day(9, 10), until: released},
		{key: "drawn-landscapes", by: "drafter", kind: publish.Gallery, at: b.day(21, 11), until: released, plates: gallery()},
	}
	for i, x := range []struct {
		key, mission, by string
		section          publish.Section
		address          string
	}{
		{"paris-about", "paris", "press-paris", publish.AboutPage, ""}, {"paris-head", "paris", "press-paris", publish.HeadPage, ""}, {"paris-services", "paris", "press-paris", publish.ServicesPage, ""},
		{"london-about", "london", "press-london", publish.AboutPage, ""}, {"london-head", "london", "press-london", publish.HeadPage, ""}, {"london-services", "london", "press-london", publish.ServicesPage, ""},
		{"berlin-about", "berlin", "press-berlin", publish.AboutPage, ""}, {"berlin-head", "berlin", "press-berlin", publish.HeadPage, ""}, {"berlin-services", "berlin", "press-berlin", publish.ServicesPage, ""},
		{"iraq-history", "", "drafter", publish.ProfilePage, "history"}, {"iraq-culture", "", "drafter", publish.ProfilePage, "culture"},
		{"iraq-values", "", "drafter", publish.ProfilePage, "values"}, {"iraq-heritage", "", "drafter", publish.ProfilePage, "heritage"},
	} {
		list = append(list, telling{key: x.key, mission: x.mission, by: x.by, kind: publish.Page, at: b.day(25, 9).Add(time.Duration(i) * time.Hour), until: released,
			settings: detailed(publish.Details{Section: x.section, Address: x.address, Order: i + 1})})
	}
	return list
}

// evening is an hour, by UTC, so many days after the demonstration.
func (b *builder) evening(days, hour int) db.Time {
	return db.At(b.end.Truncate(24*time.Hour).AddDate(0, 0, days).Add(time.Duration(hour) * time.Hour))
}

// detailed is a setting: what the kind of a message needs besides its text.
func detailed(d publish.Details) func(*publish.Settings) {
	return func(s *publish.Settings) { s.Details = d }
}
