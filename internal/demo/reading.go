package demo

import (
	"context"
	"math"
	"time"

	"sifara/internal/i18n"
	"sifara/internal/publish"
)

// interest is how many people read a message on its first day.
var interest = map[string]float64{
	"no-new-fee": 1900, "no-new-fee-post": 620, "passports-normal": 3600, "flood-condolences": 240, "new-site": 380, "cultural-week": 430,
	"mobile-service": 310, "london-hours": 270, "student-days": 290, "amman-address": 340, "amman-address-wrong": 150,
}

// common is the interest of all others.
const common = 130

// readIn are the languages in which people read.
var readIn = map[i18n.Lang]float64{i18n.Arabic: 0.58, i18n.Sorani: 0.17, i18n.Kurmanji: 0.09, i18n.English: 0.16}

// reading counts who read what was released, hour by hour: most on the first
// day, then fewer and fewer. It goes through the weeks once more, after all
// else happened.
func (b *builder) reading(ctx context.Context) error {
	defer b.clock.Set(b.end)
	b.clock.Set(b.end)
	list, err := b.house.Publish.Released(ctx, publish.ReleasedFilter{Withdrawn: true, Limit: 500})
	if err != nil {
		return err
	}
	keys := map[string]string{}
	for key, m := range b.messages {
		keys[m] = key
	}
	visitor := uint64(1)
	for hour := b.start.Truncate(time.Hour); hour.Before(b.end); hour = hour.Add(time.Hour) {
		b.clock.Set(hour)
		for _, m := range list {
			visitor = b.read1(m, keys[m.ID], hour, visitor)
		}
		visitor = b.visit(hour, visitor)
		if hour.Hour() == 23 {
			if err := b.house.Publish.FlushViews(ctx); err != nil {
				return err
			}
		}
	}
	return b.house.Publish.FlushViews(ctx)
}

// read1 counts the readers of a message in an hour. visitor is the next reader
// nobody has been yet.
func (b *builder) read1(m publish.Message, key string, hour time.Time, visitor uint64) uint64 {
	age := hour.Sub(m.ReleasedAt.Std()).Hours() + 0.5
	if age < 0 || m.State == publish.StateWithdrawn && hour.After(m.WithdrawnAt.Std().Add(48*time.Hour)) {
		return visitor
	}
	first := interest[key]
	if first == 0 {
		first = common
	}
	awake := talk{}.rhythm(hour)
	// A wave that falls to a third in 14 hours, and a few who come for weeks.
	rate := first * awake * (0.066*math.Exp(-age/14) + 0.0016*math.Exp(-age/400))
	for _, l := range m.Langs() {
		for range poisson(rate*readIn[l], b.random) {
			who := visitor
			if b.random.IntN(4) == 0 && visitor > 50 {
				who = visitor - uint64(b.random.IntN(50)) // somebody comes back
			} else {
				visitor++
			}
			b.house.Publish.Count(publish.View{MissionID: m.MissionID, MessageID: m.ID, Lang: l, Kind: publish.PageView, Visitor: mixed(who)})
		}
	}
	if hour.Hour()%6 == 0 && age < 7*24 {
		b.house.Publish.Count(
			publish.View{MissionID: m.MissionID, MessageID: m.ID, Lang: i18n.Arabic, Kind: publish.FeedView, Subscribers: 60 + len(m.Slug), Aggregator: "Example Reader"},
			publish.View{MissionID: m.MissionID, MessageID: m.ID, Lang: i18n.English, Kind: publish.FeedView, Visitor: mixed(uint64(b.random.IntN(40)))})
	}
	return visitor
}

// visit counts the readers of home pages and feeds in an hour.
func (b *builder) visit(hour time.Time, visitor uint64) uint64 {
	awake := talk{}.rhythm(hour)
	for i, slug := range []string{"", "paris", "stockholm", "berlin", "ankara", "london", "amman", "cairo"} {
		for range poisson(awake*9/float64(i+1), b.random) {
			visitor++
			lang := []i18n.Lang{i18n.Arabic, i18n.Arabic, i18n.Sorani, i18n.English, i18n.Kurmanji, i18n.Arabic}[b.random.IntN(6)]
			b.house.Publish.Count(publish.View{MissionID: b.missions[slug], Lang: lang, Kind: publish.PageView, Visitor: mixed(visitor)})
		}
		if hour.Hour()%6 == 0 {
			b.house.Publish.Count(publish.View{MissionID: b.missions[slug], Lang: i18n.Arabic, Kind: publish.FeedView, Subscribers: 140 / (i + 1), Aggregator: "Example Reader"})
		}
	}
	return visitor
}

// mixed spreads numbers over all values, as the hashes of real visitors are
// (the finalizer of SplitMix64).
func mixed(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
