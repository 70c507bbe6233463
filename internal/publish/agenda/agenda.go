package agenda

import (
	"cmp"
	"context"
	"slices"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/publish/campaign"
	"sifara/internal/publish/occasion"
)

// Filter narrows the agenda; the zero value takes everything.
type Filter struct {
	MissionID string
	Ministry  bool   // what is the ministry's own; MissionID is empty then
	Campaign  string // what belongs to it
	Lang      i18n.Lang
	State     publish.State // of messages; without it everything else is told too
	Kind      Kind

	members []string // ids of the campaign's messages
}

// all reports whether the filter takes the entries of every unit.
func (f Filter) all() bool { return f.MissionID == "" && !f.Ministry }

// takes reports whether the filter wants an entry of some units; id is that of
// its message or campaign.
func (f Filter) takes(kind Kind, units []string, id string) bool {
	return (f.Kind == "" || f.Kind == kind) && (f.all() || slices.Contains(units, f.MissionID)) &&
		(f.Campaign == "" || f.Campaign == id || slices.Contains(f.members, id))
}

// Days is the agenda of some days.
type Days struct {
	Entries []Entry  // the earliest first
	Off     []DayOff // by their first days
}

// Between gives the agenda from a moment to before another, in the first
// one's zone. errs.NotFound for a campaign that the actor
// does not see.
func (s *Service) Between(ctx context.Context, from, until time.Time, f Filter) (Days, error) {
	var out Days
	var err error
	if f.Campaign != "" {
		if f.members, err = s.Campaigns.Members(ctx, f.Campaign); err != nil {
			return out, err
		}
	}
	n, err := s.names(ctx)
	if err != nil {
		return out, err
	}
	if out.Entries, err = s.moments(ctx, n, from, until, f); err != nil {
		return out, err
	}
	if f.State == "" {
		for _, more := range []func(context.Context, names, time.Time, time.Time, Filter) ([]Entry, error){s.ofCampaigns, s.ofOccasions} {
			list, err := more(ctx, n, from, until, f)
			if err != nil {
				return out, err
			}
			out.Entries = append(out.Entries, list...)
		}
	}
	slices.SortStableFunc(out.Entries, func(a, b Entry) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Title, b.Title)) })
	if out.Off, err = s.daysOff(ctx, from, until.Add(-1)); err != nil {
		return out, err
	}
	out.tellOnce()
	return out, nil
}

// names are what the entries of one reader are called by.
type names struct {
	p        *i18n.Printer
	missions map[string]string
	ministry string
}

func (s *Service) names(ctx context.Context) (n names, err error) {
	n.p = i18n.From(ctx)
	if m, err := s.Org.Ministry(ctx); err == nil {
		n.ministry = m.Name(n.p.Lang())
	}
	n.missions, err = s.Org.MissionNames(ctx)
	return n, err
}

func (n names) unit(id string) string {
	if id == "" {
		return n.ministry
	}
	return cmp.Or(n.missions[id], n.p.T("publish.mission.unknown"))
}

// moments are those of messages.
func (s *Service) moments(ctx context.Context, n names, from, until time.Time, f Filter) ([]Entry, error) {
	list, err := s.Publish.Planned(ctx, db.At(from), db.At(until)-1)
	if err != nil {
		return nil, err
	}
	var out []Entry
	for _, x := range list {
		m := &x.Message
		if !f.takes(Kind(x.Kind), []string{m.MissionID}, m.ID) || f.Lang != "" && !slices.Contains(m.Langs(), f.Lang) || f.State != "" && m.State != f.State {
			continue
		}
		title, _ := m.Title(n.p.Lang())
		if title == "" {
			title = n.p.T("publish.untitled")
		}
		out = append(out, Entry{At: x.At.In(from.Location()), Kind: Kind(x.Kind), Title: title, Where: n.unit(m.MissionID), ID: m.ID, Message: m, UID: m.ID + "-" + string(x.Kind)})
	}
	return out, nil
}

// maxCampaigns bounds the campaigns that are told of at once.
const maxCampaigns = 200

// ofCampaigns are the events of campaigns, their first and their last days.
func (s *Service) ofCampaigns(ctx context.Context, n names, from, until time.Time, f Filter) ([]Entry, error) {
	zone, lang := from.Location(), n.p.Lang()
	var out []Entry
	take := func(e Entry, x campaign.Campaign) {
		if f.takes(e.Kind, x.Units(), x.ID) && (f.Lang == "" || slices.Contains(x.Langs, f.Lang)) {
			e.ID = x.ID
			out = append(out, e)
		}
	}
	events, err := s.Campaigns.EventsBetween(ctx, db.At(from), db.At(until)-1)
	if err != nil {
		return nil, err
	}
	for _, x := range events {
		e := Entry{At: x.Event.StartsAt.In(zone), Kind: Event, Title: x.Event.Titles.In(lang), Where: x.Campaign.Name(lang), UID: x.Event.ID, Place: x.Event.Place}
		if !x.Event.EndsAt.IsZero() {
			e.Until = x.Event.EndsAt.In(zone)
		}
		take(e, x.Campaign)
	}
	plans, err := s.Campaigns.List(ctx, campaign.Filter{From: db.At(dayUTC(from)), To: db.At(dayUTC(until)), Limit: maxCampaigns})
	if err != nil {
		return nil, err
	}
	for _, x := range plans {
		for _, end := range []struct {
			kind Kind
			day  db.Time
		}{{Begins, x.StartsOn}, {Ends, x.EndsOn}} {
			at := midnight(end.day.Std(), zone)
			if !at.Before(from) && at.Before(until) {
				take(Entry{At: at, AllDay: true, Kind: end.kind, Title: x.Name(lang), Where: n.unit(x.MissionID), UID: x.ID + "-" + string(end.kind)}, x)
			}
		}
	}
	return out, nil
}

// ofOccasions are the occasions; with a unit chosen only those of its country
// and those of everywhere.
func (s *Service) ofOccasions(ctx context.Context, n names, from, until time.Time, f Filter) ([]Entry, error) {
	if f.Campaign != "" || f.Lang != "" || f.Kind != "" && f.Kind != Occasion {
		return nil, nil
	}
	country := ""
	if !f.all() {
		p, err := s.Timing.Place(ctx, f.MissionID)
		if errs.KindOf(err) == errs.NotFound {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		country = p.Country
	}
	list, err := s.Occasions.Between(ctx, dayUTC(from), dayUTC(until.Add(-1)))
	if err != nil {
		return nil, err
	}
	var out []Entry
	for _, x := range list {
		at := midnight(x.First, from.Location())
		if country != "" && x.Country != "" && x.Country != country || at.Before(from) {
			continue
		}
		out = append(out, Entry{At: at, Until: midnight(x.Last.AddDate(0, 0, 1), from.Location()), AllDay: true, Kind: Occasion, Title: x.Name(n.p.Lang()), Where: n.country(x.Occasion), ID: x.ID, UID: x.ID + "-" + x.First.Format("20060102"), country: x.Country, names: x.Names})
	}
	return out, nil
}

func (n names) country(o occasion.Occasion) string {
	if o.Country == "" {
		return n.p.T("publish.occasion.everywhere")
	}
	return n.p.Country(o.Country)
}

// dayUTC is the day of t as campaigns, occasions and holidays keep days:
// midnight UTC, whatever the zone.
func dayUTC(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// midnight is the beginning of a day, kept as midnight UTC, in a zone.
func midnight(day time.Time, zone *time.Location) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}
