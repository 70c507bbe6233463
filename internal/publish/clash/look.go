package clash

import (
	"context"
	"slices"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/campaign"
	"sifara/internal/publish/timing"
)

// Warning is one thing that speaks against a moment.
type Warning struct {
	Kind  Kind
	Grave bool // it is planned over only on purpose

	// Of the first four kinds. What the actor may not know is empty.
	MessageID string
	Title     string
	Unit      string // the name of who sends it
	At        time.Time
	Out       bool // it is public already

	Count int         // of a crowd: how many go out besides
	Name  string      // of an occasion or a holiday
	Sign  timing.Sign // of a sign
	Place string      // where the sign is, or the country of an occasion
}

// Grave reports whether one of the warnings must be planned over on purpose.
func Grave(list []Warning) bool {
	return slices.ContainsFunc(list, func(w Warning) bool { return w.Grave })
}

// Look gives what speaks against releasing a message at a moment, the graver
// first. Names are in the reader's language.
func (s *Service) Look(ctx context.Context, m publish.Message, at time.Time) ([]Warning, error) {
	of, err := s.Campaigns.Of(ctx, m.ID)
	if err != nil {
		return nil, err
	}
	plan := of[m.ID]
	out, err := s.others(ctx, m, plan, at)
	if err != nil {
		return nil, err
	}
	places, err := s.Timing.Places(ctx, m.MissionID, plan.Partners, plan.Countries)
	if err != nil {
		return nil, err
	}
	l := i18n.From(ctx).Lang()
	for _, p := range places {
		h := p.Look(at)
		for _, sign := range h.Signs {
			w := Warning{Kind: Sign, Sign: sign, Grave: sign.Grave(), Place: p.Name(l)}
			if sign == timing.Holiday && h.Holiday != nil {
				w.Name = h.Holiday.Name(l)
			}
			out = append(out, w)
		}
	}
	days, err := s.days(ctx, m, plan, at)
	if err != nil {
		return nil, err
	}
	out = append(out, days...)
	slices.SortStableFunc(out, func(a, b Warning) int { return rank(a) - rank(b) })
	return out, nil
}

func rank(w Warning) int {
	if w.Grave {
		return 0
	}
	return 1
}

// days are the occasions of the message's public on the day.
func (s *Service) days(ctx context.Context, m publish.Message, plan campaign.Campaign, at time.Time) ([]Warning, error) {
	countries, err := s.countries(ctx, m.MissionID, plan)
	if err != nil {
		return nil, err
	}
	y, mo, d := at.In(s.Org.Zone(ctx, m.MissionID)).Date()
	day := time.Date(y, mo, d, 0, 0, 0, 0, time.UTC)
	list, err := s.Occasions.Between(ctx, day, day)
	if err != nil {
		return nil, err
	}
	p := i18n.From(ctx)
	home := ""
	if m, err := s.Org.Ministry(ctx); err == nil {
		home = m.Country // what the country grieves for, its missions do too
	}
	var out []Warning
	for _, o := range list {
		if o.Country != "" && !slices.Contains(countries, o.Country) && (!o.Mourning || o.Country != home) {
			continue
		}
		w := Warning{Kind: Occasion, Name: o.Name(p.Lang())}
		if o.Mourning {
			w.Kind, w.Grave = Mourning, true
		}
		if o.Country != "" {
			w.Place = p.Country(o.Country)
		}
		out = append(out, w)
	}
	return out, nil
}

// countries are those whose public a message of a unit is for: the mission's,
// with those of its campaign.
func (s *Service) countries(ctx context.Context, missionID string, plan campaign.Campaign) ([]string, error) {
	if missionID == "" {
		m, err := s.Org.Ministry(ctx)
		if err != nil {
			return plan.Countries, nil // before the house is set up
		}
		return append([]string{m.Country}, plan.Countries...), nil
	}
	m, err := s.Org.Mission(ctx, missionID)
	if errs.KindOf(err) == errs.NotFound {
		return plan.Countries, nil
	}
	if err != nil {
		return nil, err
	}
	return append(m.Countries(), plan.Countries...), nil
}

// others are the messages that go out about the same time, and the crowd of a
// day.
func (s *Service) others(ctx context.Context, m publish.Message, plan campaign.Campaign, at time.Time) ([]Warning, error) {
	zone := s.Org.Zone(ctx, m.MissionID)
	y, mo, d := at.In(zone).Date()
	from, until := time.Date(y, mo, d, 0, 0, 0, 0, zone), time.Date(y, mo, d+1, 0, 0, 0, 0, zone)
	if t := at.Add(-Window); t.Before(from) {
		from = t
	}
	if t := at.Add(Window); t.After(until) {
		until = t
	}
	list, err := s.Publish.Besides(ctx, db.At(from), db.At(until), m.ID)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	items, err := s.items(ctx, list)
	if err != nil {
		return nil, err
	}
	me := Item{Unit: m.MissionID, Campaign: plan.ID, Subject: subject(m.Kind, m.Subject), TopicID: m.TopicID, At: at}
	if me.Countries, err = s.countries(ctx, m.MissionID, plan); err != nil {
		return nil, err
	}
	names, err := s.namer(ctx, plan, list)
	if err != nil {
		return nil, err
	}
	var out []Warning
	for i, o := range items {
		if kind := me.Clash(o); kind != "" {
			out = append(out, names.warning(kind, list[i]))
		}
	}
	if n := me.Crowd(items, zone); n > 0 {
		out = append(out, Warning{Kind: Crowd, Grave: true, Count: n})
	}
	return out, nil
}

// subject is what two messages of one kind may both be about.
func subject(k publish.Kind, s string) string {
	if s == "" {
		return ""
	}
	return string(k) + "/" + s
}

// items are neighbours as the rules see them. Which campaigns they are part of
// counts whoever looks; it is told to nobody here.
func (s *Service) items(ctx context.Context, list []publish.Beside) ([]Item, error) {
	ids := make([]string, len(list))
	for i, o := range list {
		ids[i] = o.ID
	}
	of, err := s.Campaigns.Of(perm.With(ctx, perm.SystemActor("publish.clash")), ids...)
	if err != nil {
		return nil, err
	}
	out := make([]Item, len(list))
	for i, o := range list {
		plan := of[o.ID]
		out[i] = Item{Unit: o.MissionID, Campaign: plan.ID, Subject: subject(o.Kind, o.Subject), TopicID: o.TopicID, At: o.At.Std()}
		if out[i].Countries, err = s.countries(ctx, o.MissionID, plan); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// namer tells of other messages as much as the actor may know.
type namer struct {
	titles   map[string]string // of messages that the actor sees
	units    map[string]string // the names of missions
	ministry string
	plan     campaign.Campaign
}

func (s *Service) namer(ctx context.Context, plan campaign.Campaign, list []publish.Beside) (namer, error) {
	n := namer{titles: map[string]string{}, plan: plan}
	var seen []string
	for _, o := range list {
		if o.Seen {
			seen = append(seen, o.ID)
		}
	}
	p := i18n.From(ctx)
	if len(seen) > 0 {
		messages, err := s.Publish.Messages(ctx, publish.Filter{IDs: seen, Brief: true, Limit: len(seen)})
		if err != nil {
			return n, err
		}
		for i := range messages {
			n.titles[messages[i].ID], _ = messages[i].Title(p.Lang())
		}
	}
	if m, err := s.Org.Ministry(ctx); err == nil {
		n.ministry = m.Name(p.Lang())
	}
	var err error
	n.units, err = s.Org.MissionNames(ctx)
	return n, err
}

func (n namer) warning(kind Kind, o publish.Beside) Warning {
	w := Warning{Kind: kind, Grave: true, Out: o.Out}
	together := n.plan.ID != "" && kind == Campaign && slices.Contains(n.plan.Units(), o.MissionID)
	if !o.Seen && !together {
		return w
	}
	w.Unit, w.At = n.ministry, o.At.Std()
	if o.MissionID != "" {
		w.Unit = n.units[o.MissionID]
	}
	if o.Seen {
		w.MessageID, w.Title = o.ID, n.titles[o.ID]
	}
	return w
}
