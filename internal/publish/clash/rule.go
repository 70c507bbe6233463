package clash

import (
	"slices"
	"time"
)

// Kind sorts warnings.
type Kind string

// The kinds of warning. The first four are about one other message, from the
// most telling.
const (
	Campaign Kind = "campaign" // of the same campaign
	Subject  Kind = "subject"  // on the same country or page
	Topic    Kind = "topic"    // on the same topic
	Audience Kind = "audience" // to the same countries
	Crowd    Kind = "crowd"    // too many to the same countries on one day
	Mourning Kind = "mourning" // a day of remembrance
	Occasion Kind = "occasion"
	Sign     Kind = "sign" // of package timing: holidays, nights, weekends, silences
)

// Item is a message as the rules see it.
type Item struct {
	Unit      string // the mission; empty: the ministry
	Campaign  string // its id; empty: none
	Subject   string // kind and subject; empty: none
	TopicID   string
	Countries []string // whose public it is for
	At        time.Time
}

// Clash says how an item clashes with another of another unit; empty when it
// does not.
func (m Item) Clash(o Item) Kind {
	same := func(a, b string) bool { return a != "" && a == b }
	switch {
	case o.Unit == m.Unit || o.At.Sub(m.At).Abs() >= Window:
		return ""
	case same(m.Campaign, o.Campaign):
		return Campaign
	case same(m.Subject, o.Subject):
		return Subject
	case same(m.TopicID, o.TopicID):
		return Topic
	case m.meets(o):
		return Audience
	}
	return ""
}

// meets reports whether two items are for one public.
func (m Item) meets(o Item) bool {
	return slices.ContainsFunc(m.Countries, func(c string) bool { return slices.Contains(o.Countries, c) })
}

// Crowd counts the others that go to the same public on the item's day in a
// zone, whoever sends them; zero when the public takes one more.
func (m Item) Crowd(others []Item, zone *time.Location) int {
	n := 0
	y, mo, d := m.At.In(zone).Date()
	for _, o := range others {
		oy, omo, od := o.At.In(zone).Date()
		if oy == y && omo == mo && od == d && m.meets(o) {
			n++
		}
	}
	if n < MaxDaily {
		return 0
	}
	return n
}
