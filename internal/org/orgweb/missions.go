package orgweb

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/text"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// missionsPage lists the missions.
type missionsPage struct {
	p        *i18n.Printer
	now      time.Time
	query    string
	missions []org.Mission
	weeks    map[string]org.Week // by mission
	all      int
}

// missions lists and maps the missions: GET /console/org/missions?q=…
func (p pages) missions(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	page := missionsPage{p: i18n.From(ctx), now: p.org.Now(), query: text.Line(r.URL.Query().Get("q"))}
	all, err := p.org.Missions(ctx)
	if err != nil {
		return err
	}
	page.all, page.missions = len(all), all
	if page.query != "" {
		page.missions = p.matching(ctx, page.query)
	}
	page.weeks = map[string]org.Week{}
	for _, m := range page.missions {
		if page.weeks[m.ID], err = p.org.Week(ctx, m.ID); err != nil {
			return err
		}
	}
	return web.Render(w, r, web.Page{Title: web.T(r, "org.missions"), Intro: web.T(r, "org.missions_intro"), Crumbs: crumbs(r), Body: missionsBody(page), Actions: actions(
		button(r, org.Manage, perm.Everywhere(), ui.Button{Label: web.T(r, "org.mission_new"), Icon: "plus", Href: missionsPath + "/new"}),
	)})
}

// matching finds missions by words of their names, cities or countries in any
// of the languages.
func (p pages) matching(ctx context.Context, query string) []org.Mission {
	all, err := p.org.Missions(ctx)
	if err != nil {
		return nil
	}
	pr, query := i18n.From(ctx), text.Fold(query)
	var out []org.Mission
	for _, m := range all {
		words := []string{m.Slug}
		for _, c := range m.Countries() {
			words = append(words, pr.Country(c))
		}
		for _, l := range i18n.Langs {
			words = append(words, m.Names[l], m.City[l])
		}
		if strings.Contains(text.Fold(strings.Join(words, "\n")), query) {
			out = append(out, m)
		}
	}
	return out
}

// missionPage shows one mission.
type missionPage struct {
	p       *i18n.Printer
	mission org.Mission
	now     time.Time
	week    org.Week
	units   units
	people  []org.Person
	history []org.Posting
	names   map[string]string // of people in the history
	holders []holder
	sees    bool // the reader may see who serves there
}

// holder is someone with authority in a unit.
type holder struct {
	assignment org.Assignment
	person     string
	role       string
}

// mission shows one mission: GET /console/org/missions/{id}.
func (p pages) mission(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	m, err := p.org.Mission(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	page := missionPage{p: i18n.From(ctx), mission: m, now: p.org.Now()}
	scope := perm.InMission(m.ID)
	if page.week, err = p.org.Week(ctx, m.ID); err != nil {
		return err
	}
	if page.units, err = p.units(ctx); err != nil {
		return err
	}
	if page.sees = perm.From(ctx).MayIn(org.View, scope); page.sees {
		if err := p.readMission(ctx, &page); err != nil {
			return err
		}
	}
	return web.Render(w, r, web.Page{Title: m.Name(page.p.Lang()), Crumbs: crumbs(r, ui.Link{Label: web.T(r, "org.missions"), Href: missionsPath}), Body: missionBody(page), Actions: actions(
		button(r, org.Staff, scope, ui.Button{Label: web.T(r, "org.person_new"), Icon: "user-plus", Href: staffPath + "/new?unit=" + url.QueryEscape(scopeValue(scope))}),
		button(r, org.Manage, scope, ui.Button{Label: web.T(r, "org.edit"), Icon: "pencil", Quiet: true, Href: missionsPath + "/" + m.ID + "/edit"}),
	)})
}

// readMission reads who serves at the mission and on what authority.
func (p pages) readMission(ctx context.Context, page *missionPage) (err error) {
	if page.people, err = p.org.People(ctx, org.PeopleFilter{MissionID: page.mission.ID, Visible: true, Lang: i18n.From(ctx).Lang()}); err != nil {
		return err
	}
	if page.history, err = p.org.MissionHistory(ctx, page.mission.ID); err != nil {
		return err
	}
	assignments, err := p.org.AssignmentsIn(ctx, perm.InMission(page.mission.ID))
	if err != nil {
		return err
	}
	var ids []string
	for _, x := range page.history {
		ids = append(ids, x.PersonID)
	}
	for _, a := range assignments {
		ids = append(ids, a.PersonID)
	}
	if page.names, err = p.org.PersonNames(ctx, ids); err != nil {
		return err
	}
	roles, err := p.org.RoleNames(ctx)
	if err != nil {
		return err
	}
	for _, a := range assignments {
		page.holders = append(page.holders, holder{a, page.names[a.PersonID], roles[a.Role]})
	}
	return nil
}

func missionValues(m org.Mission) url.Values {
	v := url.Values{
		"id": {m.ID}, "version": {number(m.Version)}, "slug": {m.Slug}, "kind": {string(m.Kind)}, "country": {m.Country}, "jurisdiction": m.Jurisdiction,
		"zone": {m.TimeZone}, "lat": {coordinate(m.Lat)}, "lon": {coordinate(m.Lon)}, "email": {m.Email}, "phone": {m.Phone},
	}
	putNames(v, "names", m.Names)
	putNames(v, "city", m.City)
	putNames(v, "address", m.Address)
	for _, d := range m.Weekend {
		v.Add("weekend", number(int64(d)))
	}
	for _, l := range m.Languages {
		v.Add("languages", string(l))
	}
	return v
}

func missionOf(f form) org.Mission {
	return org.Mission{
		ID: f.v.Get("id"), Slug: f.v.Get("slug"), Kind: org.MissionKind(f.v.Get("kind")), Names: namesOf(f.v, "names"), City: namesOf(f.v, "city"),
		Country: f.v.Get("country"), Jurisdiction: f.v["jurisdiction"], TimeZone: f.v.Get("zone"), Weekend: daysOf(f.v, "weekend"),
		Languages: langsOf(f.v, "languages"), Lat: degrees(f.v.Get("lat")), Lon: degrees(f.v.Get("lon")), Email: f.v.Get("email"), Phone: f.v.Get("phone"),
		Address: namesOf(f.v, "address"), Version: versionOf(f.v),
	}
}

func coordinate(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// degrees reads a coordinate in any digits; what cannot be read is outside
// every range.
func degrees(s string) float64 {
	s = strings.ReplaceAll(i18n.ParseDigits(strings.TrimSpace(s)), "٫", ".")
	v, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", "."), 64)
	if err != nil {
		return 999
	}
	return v
}

// newMission asks for a new mission: GET /console/org/missions/new.
func (p pages) newMission(w http.ResponseWriter, r *http.Request) error {
	v := url.Values{"id": {id.New()}, "kind": {string(org.Embassy)}, "weekend": {"6", "0"}}
	for _, l := range i18n.Langs {
		v.Add("languages", string(l))
	}
	return p.showMission(w, r, "org.mission_new", fresh(r, missionsPath, missionsPath, v))
}

func (p pages) showMission(w http.ResponseWriter, r *http.Request, title string, f form) error {
	var kinds []ui.Option
	for _, k := range org.MissionKinds() {
		kinds = append(kinds, ui.Option{Value: string(k), Label: f.t("org.mission_kind." + string(k))})
	}
	return f.show(w, r, web.T(r, title), "", crumbs(r, ui.Link{Label: web.T(r, "org.missions"), Href: missionsPath}), missionFields(f, kinds))
}

// createMission opens a mission: POST /console/org/missions.
func (p pages) createMission(w http.ResponseWriter, r *http.Request) error {
	f, wf, err := typed(r, missionsPath, missionsPath)
	if err != nil {
		return err
	}
	if wf.ID("id"); wf.Err() != nil {
		return wf.Err()
	}
	err = p.org.CreateMission(r.Context(), missionOf(f))
	if f.refused(r, err) {
		return p.showMission(w, r, "org.mission_new", f)
	}
	if err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "org.mission_created"))
	return web.Redirect(w, r, missionsPath+"/"+f.v.Get("id"))
}

// editMission asks for changes: GET /console/org/missions/{id}/edit.
func (p pages) editMission(w http.ResponseWriter, r *http.Request) error {
	m, err := p.org.Mission(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	here := missionsPath + "/" + m.ID
	return p.showMission(w, r, "org.mission_edit", fresh(r, here, here, missionValues(m)))
}

// saveMission changes a mission: POST /console/org/missions/{id}.
func (p pages) saveMission(w http.ResponseWriter, r *http.Request) error {
	here := missionsPath + "/" + r.PathValue("id")
	f, _, err := typed(r, here, here)
	if err != nil {
		return err
	}
	f.v.Set("id", r.PathValue("id"))
	err = p.org.EditMission(r.Context(), missionOf(f))
	if f.refused(r, err) {
		if now, err := p.org.Mission(r.Context(), r.PathValue("id")); err == nil {
			f.stale(missionValues(now))
		}
		return p.showMission(w, r, "org.mission_edit", f)
	}
	if err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "org.saved"))
	return web.Redirect(w, r, here)
}

// openMission closes or reopens one: POST /console/org/missions/{id}/state.
func (p pages) openMission(w http.ResponseWriter, r *http.Request) error {
	f, wf, err := typed(r, "", "")
	if err != nil {
		return err
	}
	open := wf.Choice("state", "open", "closed") == "open"
	if err := wf.Err(); err != nil {
		return err
	}
	if err := p.org.OpenMission(r.Context(), r.PathValue("id"), open, versionOf(f.v)); err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "org.saved"))
	return web.Redirect(w, r, missionsPath+"/"+r.PathValue("id"))
}
