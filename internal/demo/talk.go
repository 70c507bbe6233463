package demo

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// post is a generated post.
type post struct {
	at                    time.Time
	lang, country, author string
	text                  string
	followers             int
	headline              bool
}

// weight is how often something is chosen among others.
type weight struct {
	key string
	of  int
}

func pick(list []weight, r *rand.Rand) string {
	sum := 0
	for _, w := range list {
		sum += w.of
	}
	n := r.IntN(sum)
	for _, w := range list {
		if n -= w.of; n < 0 {
			return w.key
		}
	}
	return ""
}

// Where people write from, by language, when a theme does not say.
var abroad = map[string][]weight{
	"ar":  {{"IQ", 30}, {"FR", 12}, {"SE", 10}, {"DE", 12}, {"GB", 8}, {"JO", 6}, {"TR", 6}, {"US", 5}, {"BE", 3}, {"", 8}},
	"ckb": {{"IQ", 30}, {"SE", 12}, {"GB", 10}, {"DE", 8}, {"FR", 6}, {"BE", 2}, {"", 6}},
	"kmr": {{"IQ", 16}, {"TR", 14}, {"DE", 16}, {"SE", 6}, {"FR", 5}, {"", 5}},
	"en":  {{"GB", 16}, {"US", 12}, {"SE", 8}, {"AU", 5}, {"IQ", 8}, {"DE", 4}, {"FR", 3}, {"", 8}},
	"fr":  {{"FR", 30}, {"BE", 6}, {"CH", 3}, {"", 3}},
}

// spoken are the shares of the languages, when a theme does not say.
var spoken = []weight{{"ar", 52}, {"ckb", 13}, {"kmr", 8}, {"en", 17}, {"fr", 10}}

// talk is what people talk of: everyday talk at an even rate, or a burst that
// begins, grows, and fades.
type talk struct {
	theme    string
	rate     float64 // posts an hour on a common day
	headline bool

	from      time.Time     // of a burst
	grow      time.Duration // until its peak
	fade      time.Duration // time in which it falls to a third
	until     time.Time
	peak      float64 // posts an hour
	langs     []weight
	countries []weight
}

func everyday() []talk {
	return []talk{
		{theme: "chatter", rate: 1.9}, {theme: "diaspora", rate: 1.1}, {theme: "football", rate: 0.7}, {theme: "culture", rate: 0.7},
		{theme: "passports", rate: 0.75}, {theme: "attestation", rate: 0.35}, {theme: "water", rate: 0.5}, {theme: "visit", rate: 0.45},
		{theme: "students", rate: 0.35}, {theme: "trade", rate: 0.3}, {theme: "diplomacy", rate: 0.3, headline: true},
	}
}

// bursts are what the demonstration's weeks are remembered for.
func (b *builder) bursts() []talk {
	return []talk{
		{theme: "burst-fee", from: b.day(24, 9), grow: 5 * time.Hour, fade: 14 * time.Hour, until: b.day(22, 20), peak: 34,
			langs: []weight{{"ar", 60}, {"ckb", 18}, {"kmr", 8}, {"en", 14}}, countries: []weight{{"SE", 70}, {"NO", 6}, {"DK", 6}, {"IQ", 6}, {"", 12}}},
		{theme: "echo-fee", from: b.day(23, 15), grow: 3 * time.Hour, fade: 12 * time.Hour, until: b.day(21, 20), peak: 9,
			langs: []weight{{"ar", 60}, {"ckb", 20}, {"kmr", 6}, {"en", 14}}, countries: []weight{{"SE", 80}, {"NO", 5}, {"", 15}}},
		{theme: "burst-contest", from: b.day(11, 18), grow: 2 * time.Hour, fade: 5 * time.Hour, until: b.day(10, 12), peak: 46,
			langs: []weight{{"ar", 75}, {"ckb", 12}, {"en", 13}}, countries: []weight{{"IQ", 80}, {"JO", 6}, {"", 14}}},
		{theme: "burst-river", from: b.day(6, 15), grow: 4 * time.Hour, fade: 9 * time.Hour, until: b.day(5, 14), peak: 38,
			langs: []weight{{"ar", 62}, {"ckb", 14}, {"kmr", 8}, {"en", 10}, {"fr", 6}}, countries: []weight{{"IQ", 70}, {"TR", 10}, {"DE", 5}, {"", 15}}},
		{theme: "burst-passport", from: b.day(2, 7), grow: 9 * time.Hour, fade: 20 * time.Hour, until: b.end, peak: 72,
			langs: []weight{{"ar", 54}, {"ckb", 9}, {"kmr", 5}, {"en", 10}, {"fr", 22}}, countries: []weight{{"FR", 82}, {"IQ", 6}, {"CH", 3}, {"", 9}}},
		{theme: "spread-belgium", from: b.day(1, 9), grow: 4 * time.Hour, fade: 10 * time.Hour, until: b.end, peak: 30,
			langs: []weight{{"ar", 50}, {"ckb", 10}, {"en", 12}, {"fr", 28}}, countries: []weight{{"BE", 96}, {"", 4}}},
		{theme: "calm-passport", from: b.end.Add(-4 * time.Hour), grow: 3 * time.Hour, fade: 10 * time.Hour, until: b.end, peak: 9,
			langs: []weight{{"ar", 60}, {"en", 14}, {"fr", 26}}, countries: []weight{{"FR", 90}, {"", 10}}},
	}
}

// at is how many posts an hour a talk brings at a moment.
func (t talk) at(now time.Time) float64 {
	rhythm := t.rhythm(now)
	if t.from.IsZero() {
		return t.rate * rhythm
	}
	if now.Before(t.from) || !now.Before(t.until) {
		return 0
	}
	since := now.Add(30 * time.Minute).Sub(t.from)
	if since < t.grow {
		return t.peak * math.Pow(since.Hours()/t.grow.Hours(), 1.6)
	}
	// Whoever is excited sleeps, too, but less.
	return t.peak * math.Exp(-(since-t.grow).Hours()/t.fade.Hours()) * (0.4 + 0.6*rhythm)
}

// rhythm is the share of people awake and writing: most in the evening, few at
// four in the morning, more on the days of the weekend.
func (t talk) rhythm(now time.Time) float64 {
	local := now.Add(2 * time.Hour) // between Paris and Baghdad
	hour := float64(local.Hour())
	r := 0.95 + 0.55*math.Cos((hour-20)/24*2*math.Pi) + 0.25*math.Cos((hour-13)/12*2*math.Pi)
	switch day := local.Weekday(); {
	case t.headline && (day == time.Friday || day == time.Saturday):
		r *= 0.5
	case t.headline:
	case day == time.Friday:
		r *= 1.25
	case day == time.Saturday || day == time.Sunday:
		r *= 1.1
	}
	return max(r, 0.08)
}

// claims are repeated all the time, by few: what narratives find between the
// days on which everybody speaks of them.
func claims() []talk {
	return []talk{
		{theme: "claim-brokers", rate: 0.25, langs: []weight{{"ar", 50}, {"ckb", 10}, {"kmr", 6}, {"en", 12}, {"fr", 22}}, countries: []weight{{"FR", 80}, {"BE", 8}, {"", 12}}},
		{theme: "claim-river", rate: 0.2, langs: []weight{{"ar", 66}, {"ckb", 14}, {"kmr", 8}, {"en", 12}}},
		{theme: "claim-fee", rate: 0.08, langs: []weight{{"ar", 62}, {"ckb", 20}, {"en", 18}}, countries: []weight{{"SE", 80}, {"NO", 8}, {"", 12}}},
	}
}

// speak generates all posts of the weeks.
func (b *builder) speak() error {
	// Whom posts name is drawn by itself, so that the talk stays what it was.
	naming := rand.New(rand.NewPCG(7, 11))
	if err := b.talk(append(everyday(), b.bursts()...), naming); err != nil {
		return err
	}
	b.passOn()
	if err := b.ring(); err != nil {
		return err
	}
	if err := b.talk(claims(), naming); err != nil {
		return err
	}
	return b.institutions(naming)
}

// talk adds the posts that talks bring.
func (b *builder) talk(list []talk, naming *rand.Rand) error {
	first := b.start.Truncate(time.Hour)
	for _, t := range list {
		said, err := theme(t.theme)
		if err != nil {
			return err
		}
		for hour := first; hour.Before(b.end); hour = hour.Add(time.Hour) {
			for range poisson(t.at(hour), b.random) {
				p := t.post(said, hour, b.random)
				if p.at.Before(b.end) && !p.at.Before(b.start) {
					b.posts = append(b.posts, address(p, t.theme, naming))
				}
			}
		}
	}
	return nil
}

// passOn has every seventh post link to an article of its language: what many
// read on a day, each at their own time.
func (b *builder) passOn() {
	for i := range b.posts {
		if p := &b.posts[i]; i%7 == 0 && !p.headline {
			at := p.at.UTC()
			p.text += fmt.Sprintf(" https://agency.example/%s/%s-%d", p.lang, at.Format("2006-01-02"), at.Hour()/8+1)
		}
	}
}

func (t talk) post(said patterns, hour time.Time, r *rand.Rand) post {
	langs, countries := t.langs, t.countries
	if langs == nil {
		langs = spoken
	}
	p := post{at: hour.Add(time.Duration(r.IntN(3600)) * time.Second), lang: pick(langs, r), headline: t.headline}
	if countries == nil {
		countries = abroad[p.lang]
	}
	p.country = pick(countries, r)
	ways := said[p.lang]
	p.text = say(ways[r.IntN(len(ways))], r)
	// A few write much, most write seldom.
	number := int(math.Pow(r.Float64(), 2.2) * 1400)
	p.author = fmt.Sprintf("generated_%s_%04d", p.lang, number)
	p.followers = int(math.Exp(4.6+1.5*spread(number))) + number%7
	if p.headline {
		p.author, p.followers = fmt.Sprintf("generated_desk_%d", number%6), 12_000+number%6*4_100
	}
	return p
}

// spread is a value between about -2 and 2 that always belongs to a number.
func spread(number int) float64 {
	return 2 * math.Sin(float64(number)*12.9898)
}

// poisson draws how many of events that come independently come.
func poisson(mean float64, r *rand.Rand) int {
	if mean <= 0 {
		return 0
	}
	limit, n, p := math.Exp(-mean), 0, 1.0
	for {
		if p *= r.Float64(); p <= limit {
			return n
		}
		n++
	}
}
