package score

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"sifara/internal/db"
	"sifara/internal/listen"
)

const (
	// before and after bound how far a warning may lie from an event's beginning.
	before = 72 * time.Hour
	after  = 24 * time.Hour
	// month is the month of rates.
	month = 30 * 24 * time.Hour
)

// Leads sums up times in minutes; absent without any.
type Leads struct {
	Of     int     `json:"of"`
	Median float64 `json:"median_minutes"`
	Least  float64 `json:"least_minutes"`
	Most   float64 `json:"most_minutes"`
}

// Line counts the warnings of a topic, a family or a month.
type Line struct {
	// Key is the id of a topic, listen.RateOfTags, listen.RateOfPlaces, OtherDesks
	// or a month as 2026-03.
	Key         string `json:"key"`
	Hits        int    `json:"hits"`
	FalseAlarms int    `json:"false_alarms"`
	Unclear     int    `json:"unclear"`
	Unjudged    int    `json:"unjudged"`
	Warned      int    `json:"events_warned"`
	Missed      int    `json:"events_missed"`
	// PerMonth are the false alarms in 30 days, Rate those that are borne; 0 for
	// months and for other desks.
	PerMonth  float64 `json:"false_alarms_per_month"`
	Rate      float64 `json:"rate,omitempty"`
	Lead      *Leads  `json:"lead,omitempty"`       // of hits, to the busiest hour
	EventLead *Leads  `json:"event_lead,omitempty"` // of events that were warned of

	leads, eventLeads []float64
}

// Warnings is how many warnings the line counts.
func (l Line) Warnings() int { return l.Hits + l.FalseAlarms + l.Unclear + l.Unjudged }

// OtherDesks is the key of the topics that the reader does not see, together.
const OtherDesks = "other"

// Card is the scorecard of a period.
type Card struct {
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	Total  Line      `json:"total"`
	Topics []Line    `json:"topics"` // the busiest first
	Months []Line    `json:"months"` // the oldest first, those without anything left out
}

// Card computes the scorecard of the warnings and events that began in a period,
// of the whole ministry.
func (s *Service) Card(ctx context.Context, from, to time.Time) (Card, error) {
	c := Card{From: from, To: to, Topics: []Line{}, Months: []Line{}}
	list, err := s.Listen.AllJudged(ctx, from.Add(-before), to.Add(after))
	if err != nil {
		return c, err
	}
	events, err := s.all(ctx, from, to)
	if err != nil {
		return c, err
	}
	seen, err := s.seen(ctx)
	if err != nil {
		return c, err
	}
	rates, err := s.Listen.AlarmRates(ctx)
	if err != nil {
		return c, err
	}
	topics, months := map[string]*Line{}, map[string]*Line{}
	lines := func(key string, at db.Time) []*Line {
		m := at.Std().UTC().Format("2006-01")
		return []*Line{&c.Total, line(topics, key), line(months, m)}
	}
	for _, w := range list {
		if at := w.Since.Std(); at.Before(from) || !at.Before(to) {
			continue
		}
		for _, l := range lines(keyOf(w.Warning, seen), w.Since) {
			l.take(w)
		}
	}
	for _, e := range events {
		key := listen.RateOfPlaces
		if e.TopicID != "" {
			key = known(e.TopicID, seen)
		}
		lead, warned := e.lead(list)
		for _, l := range lines(key, e.BeganAt) {
			l.event(lead, warned)
		}
	}
	c.Total.close(to.Sub(from))
	c.Topics = closed(topics, to.Sub(from))
	for i := range c.Topics {
		if l := &c.Topics[i]; l.Key != OtherDesks {
			l.Rate = listen.RateIn(rates, l.Key)
		}
	}
	slices.SortStableFunc(c.Topics, func(a, b Line) int { return cmp.Compare(b.Warnings()+b.Missed, a.Warnings()+a.Missed) })
	c.Months = closed(months, month)
	return c, nil
}

func line(m map[string]*Line, key string) *Line {
	if m[key] == nil {
		m[key] = &Line{Key: key}
	}
	return m[key]
}

// closed are the lines in the order of their keys.
func closed(m map[string]*Line, span time.Duration) []Line {
	out := make([]Line, 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		m[k].close(span)
		out = append(out, *m[k])
	}
	return out
}

// keyOf is the line of a warning among the topics.
func keyOf(w listen.Warning, seen map[string]bool) string {
	switch {
	case w.TopicID != "":
		return known(w.TopicID, seen)
	case w.Term != "":
		return listen.RateOfTags
	}
	return listen.RateOfPlaces
}

func known(topic string, seen map[string]bool) string {
	if seen[topic] {
		return topic
	}
	return OtherDesks
}

func (l *Line) take(w listen.Judged) {
	switch w.Verdict {
	case listen.VerdictRight:
		l.Hits++
		if lead, ok := toPeak(w.Warning); ok {
			l.leads = append(l.leads, lead)
		}
	case listen.VerdictWrong:
		l.FalseAlarms++
	case listen.VerdictUnclear:
		l.Unclear++
	default:
		l.Unjudged++
	}
}

func (l *Line) event(lead float64, warned bool) {
	if !warned {
		l.Missed++
		return
	}
	l.Warned++
	l.eventLeads = append(l.eventLeads, lead)
}

func (l *Line) close(span time.Duration) {
	l.PerMonth = float64(l.FalseAlarms) * float64(month) / float64(max(span, time.Hour))
	l.Lead, l.EventLead = sum(l.leads), sum(l.eventLeads)
}

// toPeak are the minutes from the alarm to the middle of the busiest hour.
func toPeak(w listen.Warning) (minutes float64, ok bool) {
	if w.AlarmedAt.IsZero() {
		return 0, false
	}
	most := int64(-1)
	var at time.Time
	for _, b := range w.Evidence.Bins {
		if b.Burst && b.Posts > most {
			most, at = b.Posts, b.From.Add(30*time.Minute)
		}
	}
	return at.Sub(w.AlarmedAt.Std()).Minutes(), most >= 0
}

// lead are the minutes from the first warning of an event to its beginning.
func (e Event) lead(list []listen.Judged) (minutes float64, warned bool) {
	for _, w := range list {
		at := cmp.Or(w.AlarmedAt, w.Since)
		d := e.BeganAt.Std().Sub(at.Std())
		if !e.about(w.Warning) || d > before || d < -after {
			continue
		}
		if m := d.Minutes(); !warned || m > minutes {
			minutes, warned = m, true
		}
	}
	return minutes, warned
}

// about reports whether a warning speaks of the event: by its topic, where it
// has one, else by its country.
func (e Event) about(w listen.Warning) bool {
	if e.TopicID != "" {
		return w.TopicID == e.TopicID && (e.Country == "" || w.Country == "" || w.Country == e.Country)
	}
	return w.Country == e.Country
}

func sum(list []float64) *Leads {
	if len(list) == 0 {
		return nil
	}
	slices.Sort(list)
	n := len(list)
	return &Leads{Of: n, Median: (list[(n-1)/2] + list[n/2]) / 2, Least: list[0], Most: list[n-1]}
}
