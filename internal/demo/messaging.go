package demo

import (
	"context"
	"slices"
	"time"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/publish"
)

// messaging plans all messages, those of the two rumours included.
func (b *builder) messaging() error {
	tomorrow := b.end.Truncate(24*time.Hour).AddDate(0, 0, 1).Add(6 * time.Hour)
	later := b.end.Truncate(24*time.Hour).AddDate(0, 0, 2).Add(13 * time.Hour)
	list := []telling{
		{key: "new-site", by: "drafter", at: b.day(33, 10), until: released},
		{key: "mobile-service", mission: "stockholm", by: "press-stockholm", source: i18n.Sorani, at: b.day(30, 11), until: released, picture: tiles,
			alt: publish.Texts{i18n.Arabic: "زخرفة هندسية من نجوم ثمانية زرقاء وذهبية", i18n.Sorani: "نەخشێکی ئەندازەیی لە ئەستێرەی هەشتپەڕی شین و زێڕین", i18n.Kurmanji: "Neqşeke geometrîk ji stêrkên heştpel ên şîn û zêrîn", i18n.English: "A geometric pattern of blue and gold eight-pointed stars"}},
		{key: "flood-condolences", by: "drafter", kind: publish.Statement, at: b.day(27, 13), span: 7 * time.Hour, until: released},
		{key: "water-talks", mission: "ankara", by: "press-ankara", at: b.day(19, 15), until: released, picture: rivers,
			alt: publish.Texts{i18n.Arabic: "رسم لنهرين متعرجين يلتقيان بين ضفاف خضراء", i18n.Sorani: "وێنەی دوو ڕووبار کە لە نێوان کەناری سەوزدا یەک دەگرنەوە", i18n.Kurmanji: "Wêneyê du çemên ku di navbera qeraxên kesk de digihîjin hev", i18n.English: "A drawing of two winding rivers that meet between green banks"}},
		{key: "tehran-holiday", mission: "tehran", by: "press-tehran", at: b.day(18, 9), until: released, settings: notAfter(b.day(15, 6))},
		{key: "cultural-week", mission: "paris", by: "cultural-attache", kind: publish.News, at: b.day(16, 12), span: 50 * time.Hour, until: released, picture: tiles,
			alt: publish.Texts{i18n.Arabic: "ملصق الأسبوع الثقافي: زخرفة من نجوم ثمانية", i18n.Sorani: "پۆستەری هەفتەی کولتووری: نەخشی ئەستێرەی هەشتپەڕ", i18n.Kurmanji: "Posterê hefteya çandî: neqşa stêrkên heştpel", i18n.English: "Poster of the cultural week: a pattern of eight-pointed stars"}},
		{key: "un-water-speech", mission: "new-york", by: "press-new-york", kind: publish.Speech, source: i18n.English, at: b.day(13, 19), until: released, settings: detailed(publish.Details{
			GivenBy:   publish.Texts{i18n.Arabic: "الممثل الدائم لجمهورية العراق", i18n.English: "Permanent Representative of the Republic of Iraq"},
			Occasion:  publish.Texts{i18n.Arabic: "الجمعية العامة للأمم المتحدة، المناقشة العامة حول المياه والمناخ", i18n.English: "United Nations General Assembly, general debate on water and climate"},
			Delivered: db.At(b.day(13, 15)),
		})},
		{key: "london-hours", mission: "london", by: "press-london", source: i18n.English, at: b.day(11, 10), until: released},
		{key: "book-fair", mission: "cairo", by: "press-cairo", at: b.day(8, 14), until: released},
		{key: "student-days", mission: "berlin", by: "press-berlin", source: i18n.Kurmanji, at: b.day(6, 10), until: released},
		{key: "amman-address-wrong", mission: "amman", by: "press-amman", at: b.day(4, 8), until: released},
		{key: "amman-address", mission: "amman", by: "press-amman", at: b.day(3, 12), span: 6 * time.Hour, until: released},

		{key: "heads-conference", by: "drafter", at: b.before(20 * time.Hour), span: 30 * time.Hour, until: cleared, then: b.scheduled(tomorrow)},
		{key: "culture-communique", mission: "paris", by: "cultural-attache", kind: publish.Statement, sensitivity: publish.Sensitive, at: b.before(18 * time.Hour), span: 26 * time.Hour,
			until: cleared, settings: embargo(later), then: b.scheduled(later.Add(30 * time.Minute))},
		{key: "investment-forum", mission: "washington", by: "press-washington", source: i18n.English, at: b.before(2 * time.Hour), span: 96 * time.Hour, until: reviewed},
		{key: "canberra-reception", mission: "canberra", by: "press-canberra", source: i18n.English, at: b.before(30 * time.Hour), span: 40 * time.Hour, until: reviewed, thenBy: "consul-canberra",
			then: b.rejected("Pupils are children: neither names nor pictures may be announced or published without the written consent of their parents. Please take the sentence out, or say that consent will be asked for.")},
		// Heated: it took the route of the next sensitivity, and cools off.
		{key: "rumour-reply", mission: "istanbul", by: "press-istanbul", kind: publish.Post, at: b.before(time.Hour), span: 4 * time.Hour, until: cleared},
		{key: "undersecretary-speech", by: "drafter", kind: publish.Speech, at: b.before(8 * time.Hour), span: 4 * time.Hour},
		{key: "brussels-seminar", mission: "brussels", by: "press-brussels", at: b.before(26 * time.Hour), span: 20 * time.Hour},
		{key: "istanbul-hours", mission: "istanbul", by: "press-istanbul", at: b.before(6 * time.Hour), span: 20 * time.Hour},
	}
	for _, t := range slices.Concat(list, b.siteMessages(), b.story) {
		if err := b.tell(t); err != nil {
			return err
		}
	}
	b.by(b.day(4, 19), "head-amman", "withdraw", b.withdrawAmman)
	b.by(b.before(22*time.Hour), "press-brussels", "change the source", b.changeBrussels)
	return nil
}

// withdrawAmman takes back an announcement with a wrong date.
func (b *builder) withdrawAmman(ctx context.Context) error {
	_, err := b.house.Publish.Withdraw(ctx, b.messages["amman-address-wrong"], publish.Texts{
		i18n.Arabic:   "سُحب هذا الإعلان لأن موعد الانتقال المذكور فيه غير صحيح. سننشر الموعد الصحيح هنا.",
		i18n.Sorani:   "ئەم ڕاگەیاندنە کشێنرایەوە چونکە بەرواری گواستنەوەکە تێیدا هەڵە بوو. بەرواری ڕاست لێرە بڵاو دەکەینەوە.",
		i18n.Kurmanji: "Ev daxuyanî hat paşvekişandin ji ber ku roja veguhestinê tê de şaş bû. Em ê roja rast li vir biweşînin.",
		i18n.English:  "This announcement was withdrawn because the date of the move was wrong. The correct date will be published here.",
	})
	return err
}

// changeBrussels edits the source of a message after it was translated.
func (b *builder) changeBrussels(ctx context.Context) error {
	m, err := b.message(ctx, "brussels-seminar")
	if err != nil {
		return err
	}
	v, _ := m.Source()
	w := publish.Words{Title: v.Title, Summary: v.Summary, Body: v.Body + "\n\nوأُضيفت إلى البرنامج جلسة عن صناديق التمويل المخصصة للأهوار، والتسجيل على brussels@mofa.example."}
	_, err = b.house.Publish.Write(ctx, m.ID, v.Lang, publish.Edit{Words: w, Version: v.Version})
	return err
}
