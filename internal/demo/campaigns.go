package demo

import (
	"context"
	"time"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/publish"
	"sifara/internal/publish/campaign"
)

// drive is a campaign of the demonstration with all that belongs to it.
type drive struct {
	by       string
	plan     campaign.Campaign
	begun    time.Time // when it was planned
	runs     time.Time
	ends     time.Time // zero while it runs
	messages []string  // keys of messages, which join a day after they are begun
	joins    time.Time
	lines    []budget
	values   []measured
	events   []campaign.Event
}

// budget is a line with what was paid of it.
type budget struct {
	title   string
	planned int64
	paid    []payment
}

type payment struct {
	at     time.Time
	amount int64
	note   string
}

type measured struct {
	at    time.Time
	value int64
	note  string
}

// campaigning plans two campaigns: one that is over, with its results, and one
// that runs.
func (b *builder) campaigning() {
	for _, d := range []drive{b.cultureWeek(), b.consularAbroad()} {
		d.plan.ID = id.New()
		b.campaign(d)
	}
}

// campaign plans what is done for a campaign.
func (b *builder) campaign(d drive) {
	c := b.house.PublishCampaigns
	b.by(d.begun, d.by, "plan a campaign", func(ctx context.Context) error {
		if err := c.Begin(ctx, d.plan); err != nil {
			return err
		}
		for _, e := range d.events {
			e.ID, e.CampaignID = id.New(), d.plan.ID
			if err := c.PutEvent(ctx, e); err != nil {
				return err
			}
		}
		return nil
	})
	for i, l := range d.lines {
		lineID := id.New()
		b.by(d.begun.Add(time.Duration(i+1)*time.Minute), d.by, "budget", func(ctx context.Context) error {
			return c.PutLine(ctx, campaign.Line{ID: lineID, CampaignID: d.plan.ID, Title: l.title, Planned: l.planned})
		})
		for _, p := range l.paid {
			b.by(p.at, d.by, "pay", func(ctx context.Context) error {
				return c.Pay(ctx, campaign.Spend{ID: id.New(), CampaignID: d.plan.ID, LineID: lineID, Amount: p.amount, Day: db.At(p.at), Note: p.note})
			})
		}
	}
	b.by(d.runs, d.by, "start the campaign", func(ctx context.Context) error { return c.Move(ctx, d.plan.ID, campaign.Running, "") })
	b.by(d.joins, d.by, "messages join", func(ctx context.Context) error {
		for _, key := range d.messages {
			if err := c.Join(ctx, b.messages[key], d.plan.ID); err != nil {
				return err
			}
		}
		return nil
	})
	for _, v := range d.values {
		b.by(v.at, d.by, "measure", func(ctx context.Context) error {
			return c.Measure(ctx, campaign.Value{ID: id.New(), CampaignID: d.plan.ID, Value: v.value, Day: db.At(v.at), Note: v.note})
		})
	}
	if !d.ends.IsZero() {
		b.by(d.ends, d.by, "end the campaign", func(ctx context.Context) error { return c.Move(ctx, d.plan.ID, campaign.Ended, "") })
	}
}

// inFour is a text in the four languages.
func inFour(ar, ckb, kmr, en string) publish.Texts {
	return publish.Texts{i18n.Arabic: ar, i18n.Sorani: ckb, i18n.Kurmanji: kmr, i18n.English: en}
}

// midnight is the day of a moment as campaigns keep it.
func midnight(t time.Time) db.Time { return db.At(t.UTC().Truncate(24 * time.Hour)) }

// cultureWeek is the embassy in Paris's campaign, which is over.
func (b *builder) cultureWeek() drive {
	opening := b.day(9, 17)
	return drive{
		by: "head-paris", begun: b.day(32, 9), runs: b.day(20, 9), joins: b.day(16, 13), ends: b.day(2, 10), messages: []string{"cultural-week"},
		plan: campaign.Campaign{
			MissionID: b.missions["paris"],
			Names:     inFour("الأسبوع الثقافي العراقي في باريس", "هەفتەی کولتووری عێراقی لە پاریس", "Hefteya çandî ya Iraqê li Parîsê", "Iraqi culture week in Paris"),
			Objective: inFour("أن يتعرف جمهور باريس إلى الثقافة العراقية الحية: الموسيقى والخط والسينما، لا الآثار وحدها.",
				"خەڵکی پاریس کولتووری زیندووی عێراق بناسن: مۆسیقا و خۆشنووسی و سینەما، نەک تەنیا شوێنەوار.",
				"Gelê Parîsê çanda zindî ya Iraqê nas bike: muzîk, xweşnivîsî û sînema, ne tenê şûnwar.",
				"Paris gets to know Iraq’s living culture: music, calligraphy and film, not only its antiquities."),
			KeyMessages: inFour("الثقافة العراقية تُصنع اليوم، في بغداد وأربيل والبصرة وفي المهجر.\nالدخول مجاني والجميع مرحب بهم.",
				"کولتووری عێراقی ئەمڕۆ دروست دەکرێت، لە بەغدا و هەولێر و بەسرە و لە تاراوگە.\nچوونەژوورەوە بێبەرامبەرە و هەمووان بەخێر بێن.",
				"Çanda Iraqê îro tê afirandin, li Bexda, Hewlêr, Besra û li xerîbiyê.\nKetin belaş e û her kes bi xêr hatiye.",
				"Iraqi culture is made today: in Baghdad, Erbil and Basra, and abroad.\nEntry is free and everybody is welcome."),
			Publics:   []campaign.Public{{Segment: "host_public", Note: ""}, {Segment: "culture", Note: "Programmers of concert halls and cinemas"}, {Segment: "diaspora"}},
			Countries: []string{"FR"}, Langs: i18n.Langs, Channels: []string{"site", "instagram", "press", "events"},
			StartsOn: midnight(b.day(20, 0)), EndsOn: midnight(b.day(3, 0)),
			Result:    inFour("زوار أكثر من العام الماضي، ونصفهم يحضر فعالية عراقية لأول مرة.", "سەردانکەری زیاتر لە ساڵی ڕابردوو، نیوەیان یەکەم جارە بەشداری چالاکییەکی عێراقی دەکەن.", "Ji sala borî zêdetir mêvan, nîvê wan cara yekem tên çalakiyeke Iraqî.", "More visitors than last year, half of them at an Iraqi event for the first time."),
			Indicator: inFour("زوار الفعاليات", "سەردانکەرانی چالاکییەکان", "Mêvanên çalakiyan", "Visitors of the events"), Baseline: 64000, Target: 120000, Currency: "EUR",
		},
		lines: []budget{
			{"Hall and technicians", 620000, []payment{{b.day(19, 11), 310000, "Advance on the hall, bill 118"}, {b.day(4, 15), 298000, "Rest of the hall, bill 131"}}},
			{"Posters and programme", 140000, []payment{{b.day(18, 10), 126550, "Printer, bill 5502"}}},
			{"Musicians’ travel", 380000, []payment{{b.day(12, 12), 352040, "Tickets of six musicians"}}},
			{"Subtitles of four films", 90000, []payment{{b.day(11, 9), 90000, "Subtitling, bill 77"}}},
		},
		values: []measured{{b.day(8, 9), 41000, "Counted at the door: opening"}, {b.day(5, 9), 86000, "Counted at the door: concerts and films"}, {b.day(2, 9), 131000, "Counted at the door: whole week"}},
		events: []campaign.Event{
			{Titles: inFour("افتتاح الأسبوع: أمسية عود", "کردنەوەی هەفتەکە: ئێوارەی عوود", "Vekirina hefteyê: şeva ûdê", "Opening night: an evening of oud"), Place: "Paris", StartsAt: db.At(opening), EndsAt: db.At(opening.Add(3 * time.Hour)), Attended: 410},
			{Titles: inFour("أربعة أفلام عراقية", "چوار فیلمی عێراقی", "Çar fîlmên Iraqî", "Four Iraqi films"), Place: "Paris", StartsAt: db.At(opening.AddDate(0, 0, 2)), EndsAt: db.At(opening.AddDate(0, 0, 4)), Attended: 520},
			{Titles: inFour("ورشة خط عربي للصغار", "وۆرکشۆپی خۆشنووسی بۆ منداڵان", "Atolyeya xweşnivîsiyê ji bo zarokan", "Calligraphy for children"), Place: "Paris", StartsAt: db.At(opening.AddDate(0, 0, 5).Add(-7 * time.Hour)), Attended: 130},
		},
	}
}

// consularAbroad is the ministry's campaign, which runs.
func (b *builder) consularAbroad() drive {
	hearing := b.end.UTC().Truncate(24*time.Hour).AddDate(0, 0, 9).Add(16 * time.Hour)
	return drive{
		by: "unit-head", begun: b.day(31, 10), runs: b.day(30, 8), joins: b.day(1, 9), messages: []string{"mobile-service", "london-hours", "student-days", "amman-address", "heads-conference"},
		plan: campaign.Campaign{
			Partners:  []string{b.missions["stockholm"], b.missions["london"], b.missions["berlin"], b.missions["amman"]},
			Names:     inFour("قنصليتك أقرب", "کونسوڵخانەکەت نزیکترە", "Konsulxaneya te nêziktir e", "Your consulate, closer"),
			Objective: inFour("أن يعرف العراقيون في الخارج مواعيد القنصليات وشروط المعاملات قبل أن يسافروا إليها.", "عێراقییەکانی دەرەوە پێش ئەوەی گەشت بکەن کاتەکانی کونسوڵخانە و مەرجەکانی مامەڵە بزانن.", "Iraqiyên li derve beriya ku rê bikin, demên konsulxaneyan û mercên karan bizanibin.", "Iraqis abroad know opening hours and requirements before they travel to a consulate."),
			KeyMessages: inFour("اسأل قبل أن تسافر: الأجوبة على موقع بعثتك.\nكل الرسوم منشورة، ولا رسوم غيرها.", "پێش گەشت بپرسە: وەڵامەکان لە ماڵپەڕی نێردەکەتن.\nهەموو ڕسوومەکان بڵاو کراونەتەوە و هیچی تر نییە.",
				"Berî rêwîtiyê bipirse: bersiv li malpera nûnertiya te ne.\nHemû xerc hatine weşandin û yên din tune ne.", "Ask before you travel: the answers are on your mission’s site.\nAll fees are published, and there are no others."),
			Publics:   []campaign.Public{{Segment: "diaspora", Note: "Families with children born abroad"}, {Segment: "students"}},
			Countries: []string{"SE", "GB", "DE", "JO"}, Langs: i18n.Langs, Channels: []string{"site", "newsletter", "facebook", "telegram", "whatsapp"},
			StartsOn: midnight(b.day(30, 0)), EndsOn: midnight(b.end.AddDate(0, 0, 45)),
			Result:    inFour("معاملات أقل تُرد لنقص الأوراق.", "مامەڵەی کەمتر بەهۆی کەموکوڕی کاغەزەوە دەگەڕێنرێتەوە.", "Kêmtir kar ji ber kêmasiya kaxezan tên vegerandin.", "Fewer cases are sent back for missing papers."),
			Indicator: inFour("معاملات مكتملة من أول مرة (٪)", "مامەڵەی تەواو لە یەکەم جارەوە (٪)", "Karên ku cara yekem temam in (%)", "Cases complete at the first visit (%)"), Baseline: 5800, Target: 7500, Currency: "IQD",
		},
		lines: []budget{
			{"Translation into four languages", 2_400_000, []payment{{b.day(26, 10), 900_000, "Translators, first month"}}},
			{"Leaflets for mobile services", 1_800_000, []payment{{b.day(24, 11), 1_250_500, "Printing house, bill 2040"}}},
			{"Video with sign language", 3_000_000, nil},
		},
		values: []measured{{b.day(22, 9), 5950, "Counters of four missions, first week"}, {b.day(15, 9), 6320, "Counters of four missions"}, {b.day(8, 9), 6410, "Counters of four missions"}, {b.day(1, 8), 6880, "Counters of four missions"}},
		events: []campaign.Event{
			{Titles: inFour("لقاء مفتوح مع الجالية في ستوكهولم", "دیدارێکی کراوە لەگەڵ ڕەوەند لە ستۆکهۆڵم", "Hevdîtineke vekirî bi diyasporayê re li Stokholmê", "Open meeting with the community in Stockholm"), Place: "Stockholm", StartsAt: db.At(hearing), EndsAt: db.At(hearing.Add(2 * time.Hour)), Attended: -1},
			{Titles: inFour("يوم الخدمة المتنقلة في مالمو", "ڕۆژی خزمەتگوزاری گەڕۆک لە مالمۆ", "Roja xizmeta gerok li Malmöyê", "Mobile service day in Malmö"), Place: "Malmö", StartsAt: db.At(b.day(12, 8)), EndsAt: db.At(b.day(12, 15)), Attended: 186},
		},
	}
}
