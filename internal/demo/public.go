package demo

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"sifara/internal/db"
	"sifara/internal/id"
	"sifara/internal/listen/influence"
)

// public is a public actor of the demonstration. The ministry's accounts are made
// up; the organisations are real and only named by generated posts: no words are
// put into their mouths.
type public struct {
	name, kind, country string
	handle              string
	reason              string
	waits               bool // nobody has confirmed it yet
}

// generated ends each reason.
const generated = " (عرض تجريبي: المنشورات مولّدة.)"

// Names are those by which the actors are known everywhere, or in their own
// language; reasons stand in the ministry's.
var publicActors = []public{
	{"وزارة الخارجية العراقية", "government", "IQ", "mofa_iq_example", "حساب الوزارة نفسها، لمعرفة من تصل إليه بياناتها." + generated, false},
	{"سفارة العراق في باريس", "government", "FR", "iqembparis_ex", "حساب السفارة، لمعرفة أثر ردودها على أسئلة الجالية." + generated, false},
	{"UNESCO", "organisation", "", "unesco", "منظمة الأمم المتحدة للتربية والعلم والثقافة؛ عملها في التراث يعني ملحقياتنا الثقافية." + generated, false},
	{"UNEP", "organisation", "", "unep", "برنامج الأمم المتحدة للبيئة؛ يُذكر في معظم الحديث عن الأنهار." + generated, false},
	{"FAO", "organisation", "", "fao", "منظمة الأمم المتحدة للأغذية والزراعة؛ تُذكر في الحديث عن مياه الزراعة." + generated, false},
	{"UNHCR", "organisation", "", "refugees", "مفوضية الأمم المتحدة لشؤون اللاجئين؛ تخاطبها الجالية إلى جانب بعثاتنا." + generated, false},
	{"DAAD", "organisation", "DE", "daad_germany", "الهيئة الألمانية للتبادل الأكاديمي؛ يخاطبها طلبتنا." + generated, false},
	{"World Bank", "organisation", "", "worldbank", "البنك الدولي؛ يُذكر في الحديث عن الاستثمار الذي تتابعه الوزارة." + generated, true},
}

// addressees are whom posts on a theme name, and how often, in a hundred.
var addressees = map[string][]weight{
	"culture": {{"UNESCO", 34}}, "visit": {{"UNESCO", 16}}, "water": {{"UNEP", 22}, {"FAO", 14}}, "burst-river": {{"UNEP", 8}, {"FAO", 5}},
	"diaspora": {{"Refugees", 10}, {"mofa_iq_example", 3}}, "students": {{"DAAD_Germany", 26}}, "trade": {{"WorldBank", 18}}, "chatter": {{"UNESCO", 1}},
	"passports": {{"iqembparis_ex", 14}, {"mofa_iq_example", 3}}, "burst-passport": {{"iqembparis_ex", 9}, {"mofa_iq_example", 2}}, "attestation": {{"mofa_iq_example", 4}},
}

// address has a post name somebody, now and then.
func address(p post, theme string, r *rand.Rand) post {
	n, other := r.IntN(100), r.IntN(80)
	for _, w := range addressees[theme] {
		if n -= w.of; n < 0 {
			p.text += " @" + w.key
			return p
		}
	}
	// Some talk to somebody of their own circle, of eighty people.
	if number, err := strconv.Atoi(p.author[max(0, len(p.author)-4):]); err == nil && n%6 == 0 && !p.headline {
		p.text = fmt.Sprintf("@generated_%s_%04d %s", p.lang, number/80*80+other, p.text)
	}
	return p
}

// institutions adds what the ministry's own accounts write, and who passes it on.
func (b *builder) institutions(r *rand.Rand) error {
	for _, x := range []struct {
		theme, author, country string
		followers, every, fans int
	}{{"ministry", "mofa_iq_example", "IQ", 412_000, 3, 9}, {"embassy", "iqembparis_ex", "FR", 18_400, 4, 14}} {
		said, err := theme(x.theme)
		if err != nil {
			return err
		}
		langs := slices.Sorted(maps.Keys(said))
		for day := weeks*7 - 2; day > 0; day -= x.every {
			lang := langs[r.IntN(len(langs))]
			p := post{at: b.day(day, 7.5), lang: lang, country: x.country, author: x.author, followers: x.followers, text: said[lang][r.IntN(len(said[lang]))]}
			b.posts = append(b.posts, p)
			for range x.fans + r.IntN(x.fans) {
				number := r.IntN(1400)
				again := post{at: p.at.Add(time.Duration(r.IntN(20*3600)) * time.Second), lang: lang, country: pick(abroad[lang], r)}
				again.author, again.followers = fmt.Sprintf("generated_%s_%04d", lang, number), 40+number*3
				again.text = "RT @" + x.author + ": " + p.text
				if again.at.Before(b.end) {
					b.posts = append(b.posts, again)
				}
			}
		}
	}
	slices.SortStableFunc(b.posts, func(a, c post) int { return cmp.Compare(a.at.Unix(), c.at.Unix()) })
	return nil
}

// actors plans the register of public actors and what is measured of them.
func (b *builder) actors() {
	for i, x := range publicActors {
		a := influence.Actor{ID: id.New(), Name: x.name, Kind: x.kind, Country: x.country, Reason: x.reason, Accounts: []influence.Account{{Network: "x", Handle: x.handle}}}
		at := b.start.Add(5*time.Hour + time.Duration(i)*4*time.Minute)
		if x.waits {
			at = b.day(1, 9)
		}
		b.by(at, "analyst", "enter "+x.name, func(ctx context.Context) error {
			a.EndsAt = db.At(b.clock.Now().AddDate(0, 11, 0))
			return b.house.Influence.Propose(ctx, a)
		})
		if !x.waits {
			b.by(at.Add(time.Hour), "unit-head", "confirm "+x.name, func(ctx context.Context) error {
				return b.house.Influence.Confirm(ctx, a.ID)
			})
		}
	}
	measure := func(ctx context.Context) error {
		for _, days := range influence.Stretches {
			if _, err := b.house.Influence.Measure(ctx, days); err != nil {
				return err
			}
		}
		return nil
	}
	for day := 27; day > 0; day -= 2 {
		b.plan(b.day(day, 23), "measure influence", measure)
	}
	b.plan(b.before(0), "measure influence", measure)
}
