package publishweb

import (
	"cmp"
	"context"
	"encoding/xml"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/publish"
	"sifara/internal/publish/calendar"
	"sifara/internal/text"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// placed narrows a filter to one mission, or to the ministry itself.
func placed(f publish.ReleasedFilter, m org.Mission) publish.ReleasedFilter {
	f.MissionID, f.Ministry = m.ID, m.ID == ""
	return f
}

// pageHref is the address of a page on the site of a mission, or of the
// ministry.
func pageHref(l i18n.Lang, mission string, m publish.Message) string {
	if m.Details.Section == publish.ProfilePage {
		return href(l, mission, "/profile/"+m.Details.Address)
	}
	return href(l, mission, "/pages/"+m.Details.Address)
}

// standingPage is a page by its address: about the mission, its head, its
// services and others: GET /{lang}/pages/{address}, and below a mission.
func (s *site) standingPage(w http.ResponseWriter, r *http.Request) error {
	return s.pageBySubject(w, r, r.PathValue("address"))
}

// profilePage is one page of the country's profile:
// GET /{lang}/profile/{address}, and below a mission.
func (s *site) profilePage(w http.ResponseWriter, r *http.Request) error {
	return s.pageBySubject(w, r, string(publish.ProfilePage)+"/"+r.PathValue("address"))
}

func (s *site) pageBySubject(w http.ResponseWriter, r *http.Request, subject string) error {
	m, err := s.place(r)
	if err != nil {
		return err
	}
	list, err := s.Service.InForce(r.Context(), placed(publish.ReleasedFilter{Kind: publish.Page, Subject: subject}, m))
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return errs.New(errs.NotFound, "")
	}
	return s.show(w, r, list[0])
}

// placePage is a page that leads to others.
type placePage struct {
	Title, Lead string
	Entries     []entry
	Past        []entry // events that are over
	Calendar    string  // for calendar programs
}

// showList renders a list of the site of a mission, or of the ministry.
func (s *site) showList(w http.ResponseWriter, r *http.Request, m org.Mission, v placePage) error {
	p := i18n.From(r.Context())
	page := web.Page{Title: v.Title, Description: v.Lead, Mission: m.Slug, Body: placeView(v)}
	if m.Slug != "" {
		page.Crumbs = []ui.Link{{Label: m.Name(p.Lang()), Href: href(p.Lang(), m.Slug, "")}}
	}
	s.mark(r, publish.View{MissionID: m.ID, Lang: p.Lang(), Kind: publish.PageView})
	return web.Render(w, r, page)
}

// profile leads to the pages of the country's profile, those of the mission
// before those of the ministry: GET /{lang}/profile, and below a mission.
func (s *site) profile(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	p := i18n.From(ctx)
	m, err := s.place(r)
	if err != nil {
		return err
	}
	ministry, err := s.Org.Ministry(ctx)
	if err != nil && errs.KindOf(err) != errs.NotFound {
		return err
	}
	v := placePage{Title: p.T("publish.site.profile", "country", p.Country(ministry.Country)), Lead: p.T("publish.site.profile.lead")}
	places := []org.Mission{m}
	if m.ID != "" {
		places = append(places, org.Mission{})
	}
	for _, at := range places {
		list, err := s.Service.InForce(ctx, placed(publish.ReleasedFilter{Kind: publish.Page}, at))
		if err != nil {
			return err
		}
		for _, x := range list {
			if words, ok := x.Variant(p.Lang()); ok && x.Details.Section == publish.ProfilePage {
				v.Entries = append(v.Entries, entry{Title: words.Title, Lang: words.Lang.Tag(), Href: pageHref(p.Lang(), at.Slug, x), Summary: summary(words, 240)})
			}
		}
	}
	return s.showList(w, r, m, v)
}

// events lists what is to come, the nearest first, and what is over:
// GET /{lang}/events, and below a mission.
func (s *site) events(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	p := i18n.From(ctx)
	m, all, err := s.eventsOf(r)
	if err != nil {
		return err
	}
	entries, err := s.list(ctx, all)
	if err != nil {
		return err
	}
	v := placePage{Title: p.T("publish.site.kind.event"), Lead: p.T("publish.site.events.lead"), Calendar: href(p.Lang(), m.Slug, "/events.ics")}
	now := s.Clock.Now()
	for i, e := range entries {
		e.When, e.DateTime, e.Kind = eventTime(p, all[i]), all[i].Details.Starts.In(eventZone(all[i])).Format(time.RFC3339), all[i].Details.Venue[p.Lang()]
		if all[i].Details.Ends.Std().After(now) {
			v.Entries = append(v.Entries, e)
		} else {
			v.Past = append(v.Past, e)
		}
	}
	slices.Reverse(v.Past)
	return s.showList(w, r, m, v)
}

// eventsOf gives the events of a site in the reader's language, by their
// beginning.
func (s *site) eventsOf(r *http.Request) (org.Mission, []publish.Message, error) {
	m, err := s.place(r)
	if err != nil {
		return m, nil, err
	}
	all, err := s.Service.Released(r.Context(), publish.ReleasedFilter{Kind: publish.Event, MissionID: m.ID, Lang: langOf(r), From: 1, Limit: 200})
	slices.SortStableFunc(all, func(a, b publish.Message) int { return cmp.Compare(a.OccursAt, b.OccursAt) })
	return m, all, err
}

// eventsFile gives the events of a site to calendar programs:
// GET /{lang}/events.ics, and below a mission.
func (s *site) eventsFile(w http.ResponseWriter, r *http.Request) error {
	p := i18n.From(r.Context())
	m, all, err := s.eventsOf(r)
	if err != nil {
		return err
	}
	who, err := s.speakers(r.Context())
	if err != nil {
		return err
	}
	var list []calendar.Event
	var changed time.Time
	for _, x := range all {
		v, _ := x.Variant(p.Lang())
		list = append(list, s.calendarEvent(p, x, v))
		if at := x.ChangedAt().Std(); at.After(changed) {
			changed = at
		}
	}
	w.Header().Set("Content-Type", calendar.Media)
	_, _ = w.Write([]byte(calendar.Write(who[m.ID].Name, changed, list))) // the reader may have gone
	return nil
}

// adviceInForce is the travel advice of the ministry; on the site of a mission
// that about the countries it deals with.
func (s *site) adviceInForce(ctx context.Context, m org.Mission) ([]publish.Message, error) {
	all, err := s.Service.InForce(ctx, publish.ReleasedFilter{Kind: publish.TravelAdvice, Ministry: true})
	if m.ID != "" {
		all = slices.DeleteFunc(all, func(x publish.Message) bool { return !slices.Contains(m.Countries(), x.Details.Country) })
	}
	return all, err
}

// advice lists the travel advice in force by country:
// GET /{lang}/travel-advice, and below a mission.
func (s *site) advice(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	p := i18n.From(ctx)
	m, err := s.place(r)
	if err != nil {
		return err
	}
	all, err := s.adviceInForce(ctx, m)
	if err != nil {
		return err
	}
	text.Sort(string(p.Lang()), all, func(x publish.Message) string { return p.Country(x.Details.Country) })
	v := placePage{Title: p.T("publish.site.kind.travel_advice"), Lead: p.T("publish.site.advice.lead")}
	entries, err := s.list(ctx, all)
	if err != nil {
		return err
	}
	for i, x := range slices.DeleteFunc(all, func(x publish.Message) bool { _, ok := x.Variant(p.Lang()); return !ok }) {
		entries[i].Kind = p.T("publish.level." + strconv.Itoa(x.Details.Level))
	}
	v.Entries = entries
	return s.showList(w, r, m, v)
}

// menu leads to what a site has: its pages, its kinds of text, its events, the
// advice, how to reach it.
func (s *site) menu(ctx context.Context, m org.Mission) ([]ui.Link, error) {
	p := i18n.From(ctx)
	l := p.Lang()
	var out []ui.Link
	pages, err := s.Service.InForce(ctx, placed(publish.ReleasedFilter{Kind: publish.Page}, m))
	if err != nil {
		return nil, err
	}
	for _, x := range pages {
		if v, ok := x.Variant(l); ok && x.Details.Section != publish.ProfilePage {
			out = append(out, ui.Link{Label: v.Title, Href: pageHref(l, m.Slug, x)})
		}
	}
	kinds, err := s.Service.ReleasedKinds(ctx, m.ID, l)
	if err != nil {
		return nil, err
	}
	for _, k := range kinds {
		if k != publish.Event && k != publish.TravelAdvice {
			out = append(out, ui.Link{Label: p.T("publish.site.kind." + string(k)), Href: listHref(href(l, m.Slug, "/statements"), k, "")})
		}
	}
	if slices.Contains(kinds, publish.Event) {
		out = append(out, ui.Link{Label: p.T("publish.site.kind.event"), Href: href(l, m.Slug, "/events")})
	}
	if advice, err := s.adviceInForce(ctx, m); err != nil {
		return nil, err
	} else if len(advice) > 0 {
		out = append(out, ui.Link{Label: p.T("publish.site.kind.travel_advice"), Href: href(l, m.Slug, "/travel-advice")})
	}
	out = append(out, ui.Link{Label: p.T("publish.site.profile.short"), Href: href(l, m.Slug, "/profile")})
	if m.ID != "" {
		out = append(out, ui.Link{Label: p.T("publish.site.search"), Href: href(l, m.Slug, "/search")})
	}
	return out, nil
}

// contactPage says where a mission is and when it is open.
type contactPage struct {
	Name, Where string
	Facts       []ui.KeyValue
	Points      []ui.MapPoint
	Geo, Coords string
	Closed      []closedDay
	Speakers    []ui.KeyValue // officials who may speak publicly, with their posts
	Note        string
	Data        string
}

type closedDay struct{ Name, When string }

// contact is how a mission is reached: address, map, days off:
// GET /{lang}/missions/{slug}/contact.
func (s *site) contact(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	p := i18n.From(ctx)
	m, err := s.place(r)
	if err != nil {
		return err
	}
	week, err := s.Org.Week(ctx, m.ID)
	if err != nil {
		return err
	}
	name := m.Name(p.Lang())
	v := contactPage{Name: name, Where: s.where(p, m), Facts: s.facts(p, m, week), Points: points(p, []org.Mission{m})}
	more := contactOf(m.Email, m.Phone)
	if err := s.doors(ctx, m, &v, more); err != nil {
		return err
	}
	if len(v.Points) > 0 {
		lat, lon := strconv.FormatFloat(m.Lat, 'f', -1, 64), strconv.FormatFloat(m.Lon, 'f', -1, 64)
		v.Coords = lat + ", " + lon
		v.Geo = "geo:" + lat + "," + lon // RFC 5870: opened by the reader's own map
		more["geo"] = map[string]any{"@type": "GeoCoordinates", "latitude": m.Lat, "longitude": m.Lon}
	}
	if at := m.Address.In(p.Lang()); at != "" {
		more["address"] = at
	}
	now := s.Clock.Now().In(m.Location())
	for _, o := range week.Holidays(now, now.AddDate(1, 0, 0)) {
		if o.Kept() {
			day := closedDay{Name: o.Holiday.Name(p.Lang()), When: p.DateWeekday(o.First)}
			if o.Last.After(o.First) {
				day.When = p.T("publish.site.days", "from", day.When, "to", p.DateWeekday(o.Last))
			}
			v.Closed = append(v.Closed, day)
		}
	}
	home := s.BaseURL + href(p.Lang(), m.Slug, "")
	v.Data = linked(organisation(name, home, home, more))
	s.mark(r, publish.View{MissionID: m.ID, Lang: p.Lang(), Kind: publish.PageView})
	return web.Render(w, r, web.Page{Title: p.T("publish.site.contact"), Mission: m.Slug, Description: v.Where, Body: contactView(v),
		Crumbs: []ui.Link{{Label: name, Href: href(p.Lang(), m.Slug, "")}}})
}

// doors adds what the mission says of itself: when it is open, who speaks.
func (s *site) doors(ctx context.Context, m org.Mission, v *contactPage, more map[string]any) error {
	p := i18n.From(ctx)
	x, err := s.Service.Site(ctx, m.ID)
	if err != nil {
		return err
	}
	v.Note = x.Note[p.Lang()]
	if x.Opens != "" {
		v.Facts = append([]ui.KeyValue{{Key: p.T("publish.site.fact.hours"), Value: p.T("publish.site.hours", "from", p.Digits(x.Opens), "to", p.Digits(x.Closes))}}, v.Facts...)
		var days []string
		for d := range time.Weekday(7) {
			if !slices.Contains(m.Weekend, d) {
				days = append(days, d.String()[:2])
			}
		}
		more["openingHours"] = strings.Join(days, ",") + " " + x.Opens + "-" + x.Closes
	}
	people, err := s.Service.Spokespeople(ctx, x)
	for _, o := range people {
		v.Speakers = append(v.Speakers, ui.KeyValue{Key: o.Called(p.Lang()), Value: o.Post.In(p.Lang())})
	}
	return err
}

// where names the city and country of a mission.
func (s *site) where(p *i18n.Printer, m org.Mission) string {
	if city := m.City.In(p.Lang()); city != "" {
		return p.T("publish.site.city", "city", city, "country", p.Country(m.Country))
	}
	return p.Country(m.Country)
}

// siteRoutes are the pages that the ministry and every mission have.
func (s *site) siteRoutes() []web.Route {
	var out []web.Route
	for _, at := range []string{"/{lang}", "/{lang}/missions/{slug}"} {
		out = append(out,
			web.PublicGet(at+"/pages/{address}", s.cached(s.standingPage)),
			web.PublicGet(at+"/profile", s.cached(s.profile)),
			web.PublicGet(at+"/profile/{address}", s.cached(s.profilePage)),
			web.PublicGet(at+"/events", s.cached(s.events)),
			web.PublicGet(at+"/events.ics", s.cached(s.eventsFile)),
			web.PublicGet(at+"/travel-advice", s.cached(s.advice)),
		)
	}
	return append(out,
		web.PublicGet("/{lang}/missions/{slug}/contact", s.cached(s.contact)),
		web.PublicGet("/{lang}/missions/{slug}/search", s.search),
		web.PublicGet("/sitemaps/{file}", s.cached(s.missionSitemap)),
	)
}

// missionSitemap lists the pages of one mission: GET /sitemaps/{slug}.xml.
func (s *site) missionSitemap(w http.ResponseWriter, r *http.Request) error {
	slug, ok := strings.CutSuffix(r.PathValue("file"), ".xml")
	if !ok {
		return errs.New(errs.NotFound, "")
	}
	m, err := s.Org.MissionBySlug(r.Context(), slug)
	if err != nil {
		return err
	}
	set := newURLSet()
	base := "/missions/" + m.Slug
	for _, rest := range []string{"", "/statements", "/events", "/travel-advice", "/profile", "/contact"} {
		s.addPage(&set, base+rest, i18n.Langs, "")
	}
	if err := s.addPlaces(r.Context(), &set, m); err != nil {
		return err
	}
	if err := s.addReleased(r.Context(), &set, publish.ReleasedFilter{MissionID: m.ID}); err != nil {
		return err
	}
	return writeXML(w, set)
}

// addPlaces adds the pages in force of a site.
func (s *site) addPlaces(ctx context.Context, set *urlset, m org.Mission) error {
	pages, err := s.Service.InForce(ctx, placed(publish.ReleasedFilter{Kind: publish.Page}, m))
	for _, x := range pages {
		path := strings.TrimPrefix(pageHref(i18n.English, m.Slug, x), "/"+string(i18n.English))
		s.addPage(set, path, x.Langs(), x.ChangedAt().Std().Format(time.RFC3339))
	}
	return err
}

// sitemapIndex names the site maps: that of the ministry and one for each
// mission.
type sitemapIndex struct {
	XMLName xml.Name     `xml:"sitemapindex"`
	NS      string       `xml:"xmlns,attr"`
	Maps    []sitemapRef `xml:"sitemap"`
}

type sitemapRef struct {
	Loc string `xml:"loc"`
}
