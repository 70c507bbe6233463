package publishweb

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/publish"
	"sifara/internal/text"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// openMissions are the missions that the public is told of.
func (s *site) openMissions(ctx context.Context) ([]org.Mission, error) {
	all, err := s.Org.Missions(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(all), func(m org.Mission) bool { return !m.Open }), nil
}

// region is a part of the world with the countries in which missions are.
type region struct {
	Name      string
	Countries []hostCountry
}

type hostCountry struct {
	Name     string
	Missions []ui.Link
}

// regions sorts missions by part of the world, country and name.
func regions(p *i18n.Printer, all []org.Mission) []region {
	by := map[string]map[string][]ui.Link{}
	for _, m := range all {
		at := regionOf(m.Country)
		if by[at] == nil {
			by[at] = map[string][]ui.Link{}
		}
		by[at][m.Country] = append(by[at][m.Country], ui.Link{Label: m.Name(p.Lang()), Href: href(p.Lang(), m.Slug, "")})
	}
	var out []region
	for _, key := range regionOrder {
		if by[key] == nil {
			continue
		}
		g := region{Name: p.T("publish.site.region." + key)}
		for code, links := range by[key] {
			text.Sort(string(p.Lang()), links, func(l ui.Link) string { return l.Label })
			g.Countries = append(g.Countries, hostCountry{Name: p.Country(code), Missions: links})
		}
		text.Sort(string(p.Lang()), g.Countries, func(c hostCountry) string { return c.Name })
		out = append(out, g)
	}
	return out
}

type missionsPage struct {
	Lead    string
	Regions []region
	Points  []ui.MapPoint
}

// missions lists all missions by region and country.
func (s *site) missions(w http.ResponseWriter, r *http.Request) error {
	p := i18n.From(r.Context())
	open, err := s.openMissions(r.Context())
	if err != nil {
		return err
	}
	view := missionsPage{Lead: p.T("publish.site.missions.lead", "count", len(open)), Regions: regions(p, open), Points: points(p, open)}
	s.mark(r, publish.View{Lang: p.Lang(), Kind: publish.PageView})
	return web.Render(w, r, web.Page{Title: p.T("publish.site.missions"), Description: view.Lead, Body: missionsView(view)})
}

type missionPage struct {
	Name     string
	Where    string
	Closed   bool
	Facts    []ui.KeyValue
	Entries  []entry
	MoreHref string
	Menu     []ui.Link
	Lang     i18n.Lang
	Data     string
}

// mission is the first page of one mission.
func (s *site) mission(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	p := i18n.From(ctx)
	m, err := s.place(r)
	if err != nil {
		return err
	}
	released, err := s.Service.Released(ctx, publish.ReleasedFilter{MissionID: m.ID, Lang: p.Lang(), Limit: 6})
	if err != nil {
		return err
	}
	week, err := s.Org.Week(r.Context(), m.ID)
	if err != nil {
		return err
	}
	view := missionPage{Name: m.Name(p.Lang()), Closed: !m.Open, Facts: s.facts(p, m, week), Lang: p.Lang(), MoreHref: href(p.Lang(), m.Slug, "/statements")}
	view.Where = s.where(p, m)
	if view.Menu, err = s.menu(ctx, m); err != nil {
		return err
	}
	if view.Entries, err = s.list(ctx, released); err != nil {
		return err
	}
	page := s.BaseURL + r.URL.Path
	view.Data = linked(organisation(view.Name, page, page, contactOf(m.Email, m.Phone)))
	s.mark(r, publish.View{MissionID: m.ID, Lang: p.Lang(), Kind: publish.PageView})
	return web.Render(w, r, web.Page{Title: view.Name, Mission: m.Slug, Description: p.T("publish.site.mission.lead", "mission", view.Name),
		Body: missionView(view), Feeds: s.feeds(r, m.Slug, view.Name)})
}

// facts are what a citizen asks of a mission first.
func (s *site) facts(p *i18n.Printer, m org.Mission, week org.Week) []ui.KeyValue {
	l := p.Lang()
	var out []ui.KeyValue
	add := func(key, value string, ltr bool) {
		if value != "" {
			out = append(out, ui.KeyValue{Key: p.T("publish.site.fact." + key), Value: value, Ltr: ltr})
		}
	}
	add("address", m.Address.In(l), false)
	if m.Phone != "" {
		out = append(out, ui.KeyValue{Key: p.T("publish.site.fact.phone"), Comp: contactLink("tel:"+strings.ReplaceAll(m.Phone, " ", ""), m.Phone)})
	}
	if m.Email != "" {
		out = append(out, ui.KeyValue{Key: p.T("publish.site.fact.email"), Comp: contactLink("mailto:"+m.Email, m.Email)})
	}
	add("days", workingDays(p, m.Weekend), false)
	add("weekend", p.List(dayNames(p, inRow(m.Weekend))), false)
	now := s.Clock.Now().In(m.Location())
	add("closed", p.List(closedNext(p, week, now)), false)
	add("zone", p.T("publish.site.zone", "city", m.City.In(l), "offset", p.Digits(offset(now))), false)
	var also []string
	for _, c := range m.Jurisdiction {
		also = append(also, p.Country(c))
	}
	add("also", p.List(also), false)
	var speaks []string
	for _, x := range m.Languages {
		speaks = append(speaks, p.LanguageName(string(x)))
	}
	add("languages", p.List(speaks), false)
	return out
}

// closedNext names the next three holidays of a mission within three months.
func closedNext(p *i18n.Printer, w org.Week, now time.Time) []string {
	var out []string
	for _, o := range w.Holidays(now, now.AddDate(0, 3, 0)) {
		if o.Kept() && len(out) < 3 {
			out = append(out, p.Date(o.First)+" ("+o.Holiday.Name(p.Lang())+")")
		}
	}
	return out
}

func dayNames(p *i18n.Printer, days []time.Weekday) []string {
	var out []string
	for _, d := range days {
		out = append(out, p.Weekday(d))
	}
	return out
}

// inRow orders free days as they follow each other: Saturday before Sunday,
// Friday before Saturday.
func inRow(days []time.Weekday) []time.Weekday {
	out := slices.Clone(days)
	slices.Sort(out)
	for i, d := range out {
		if !slices.Contains(out, (d+6)%7) {
			return append(slices.Clone(out[i:]), out[:i]...)
		}
	}
	return out
}

// workingDays names the days on which a mission works: the first and the last
// when they follow each other.
func workingDays(p *i18n.Printer, weekend []time.Weekday) string {
	works := func(d time.Weekday) bool { return !slices.Contains(weekend, d) }
	var days []time.Weekday
	first := p.WeekStart()
	for i := range time.Weekday(7) {
		// A week begins on a working day that follows a free one.
		if d := (first + i) % 7; works(d) && !works((d+6)%7) {
			first = d
			break
		}
	}
	runs := 0
	for i := range time.Weekday(7) {
		d := (first + i) % 7
		if works(d) {
			days = append(days, d)
			if i == 0 || !works((d+6)%7) {
				runs++
			}
		}
	}
	if len(days) > 2 && runs == 1 && len(days) < 7 {
		return p.T("publish.site.days", "from", p.Weekday(days[0]), "to", p.Weekday(days[len(days)-1]))
	}
	return p.List(dayNames(p, days))
}

// offset writes the distance from Greenwich: "UTC+3", "UTC+5:30".
func offset(t time.Time) string {
	_, seconds := t.Zone()
	sign := "+"
	if seconds < 0 {
		sign, seconds = "−", -seconds
	}
	if minutes := seconds / 60 % 60; minutes != 0 {
		return fmt.Sprintf("%s%d:%02d", sign, seconds/3600, minutes)
	}
	return fmt.Sprintf("%s%d", sign, seconds/3600)
}
