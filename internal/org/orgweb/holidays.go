package orgweb

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// holidaysPage lists the holidays of a mission, or of the ministry, in the
// twelve months to come.
type holidaysPage struct {
	p       *i18n.Printer
	mission string // id, empty for the ministry
	list    []org.Occurrence
	rules   []org.Holiday // that do not occur in that time
	choices []ui.Option
	manage  bool
}

// holidaysOf is the page of a mission's holidays.
func holidaysOf(mission string) string {
	if mission == "" {
		return holidaysPath
	}
	return holidaysPath + "?" + url.Values{"mission": {mission}}.Encode()
}

// holidays: GET /console/org/holidays?mission=ID.
func (p pages) holidays(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	page := holidaysPage{p: i18n.From(ctx), mission: r.URL.Query().Get("mission")}
	week, err := p.org.Week(ctx, page.mission)
	if err != nil {
		return err
	}
	now := p.org.Now()
	page.list = week.Holidays(now, now.AddDate(1, 0, 0))
	all, err := p.org.Holidays(ctx, page.mission)
	if err != nil {
		return err
	}
	for _, h := range all {
		if !occurs(page.list, h.ID) {
			page.rules = append(page.rules, h)
		}
	}
	missions, err := p.org.Missions(ctx)
	if err != nil {
		return err
	}
	page.choices = []ui.Option{{Value: "", Label: page.p.T("org.whole_ministry")}}
	title := page.p.T("org.holidays")
	for _, m := range missions {
		if m.Open || m.ID == page.mission {
			page.choices = append(page.choices, ui.Option{Value: m.ID, Label: m.Name(page.p.Lang()), Checked: m.ID == page.mission})
		}
	}
	scope := perm.InMission(page.mission)
	page.manage = perm.From(ctx).MayIn(org.Manage, scope)
	return web.Render(w, r, web.Page{Title: title, Intro: page.p.T("org.holidays_intro"), Crumbs: crumbs(r), Body: holidaysBody(page), Actions: actions(
		button(r, org.Manage, scope, ui.Button{Label: web.T(r, "org.holiday_new"), Icon: "plus", Href: holidaysPath + "/new?" + url.Values{"mission": {page.mission}}.Encode()}),
	)})
}

func occurs(list []org.Occurrence, id string) bool {
	for _, o := range list {
		if o.Holiday.ID == id {
			return true
		}
	}
	return false
}

// days writes the days of an occurrence.
func (h holidaysPage) days(o org.Occurrence) string {
	if o.First.Equal(o.Last) {
		return h.p.DateWeekday(o.First)
	}
	return h.p.T("org.period", "from", h.p.DateWeekday(o.First), "until", h.p.DateWeekday(o.Last))
}

// editable tells whether the reader may change the holiday itself here: an
// inherited one is changed on the ministry's page.
func (h holidaysPage) editable(x org.Holiday) bool { return h.manage && x.MissionID == h.mission }

func (h holidaysPage) state(o org.Occurrence) (ui.Kind, string) {
	switch {
	case o.Kept():
		return ui.Success, h.p.T("org.holiday_kept")
	case o.Never:
		return ui.Neutral, h.p.T("org.holiday_never")
	}
	return ui.Neutral, h.p.T("org.holiday_not_now")
}

func (h holidaysPage) origin(x org.Holiday) string {
	if x.MissionID == "" {
		return h.p.T("org.ministry")
	}
	return h.p.T("org.mission")
}

// rule writes when a holiday returns: "10 Shawwal each year, Hijri".
func rule(p *i18n.Printer, h org.Holiday) string {
	month := p.Month(time.Month(h.Month))
	if h.Calendar == org.Hijri {
		month = p.HijriMonth(h.Month)
	}
	return p.T("org.holiday_rule."+string(h.Calendar), "day", p.Digits(strconv.Itoa(h.Day)), "month", month, "year", p.Digits(strconv.Itoa(h.Year)))
}

func holidayValues(h org.Holiday) url.Values {
	v := url.Values{"id": {h.ID}, "version": {number(h.Version)}, "mission": {h.MissionID}, "calendar": {string(h.Calendar)},
		"date-day": {strconv.Itoa(h.Day)}, "date-month": {strconv.Itoa(h.Month)}, "days": {strconv.Itoa(h.Days)}, "date-year": {""}}
	if h.Year != 0 {
		v.Set("date-year", strconv.Itoa(h.Year))
	}
	putNames(v, "names", h.Names)
	return v
}

// holidayOf reads the form; a figure that cannot be read is one that no date
// has.
func holidayOf(f form) org.Holiday {
	figure := func(name string) int {
		n, err := strconv.Atoi(i18n.ParseDigits(strings.TrimSpace(f.v.Get(name))))
		if err != nil {
			return -1
		}
		return n
	}
	return org.Holiday{ID: f.v.Get("id"), MissionID: f.v.Get("mission"), Names: namesOf(f.v, "names"), Calendar: org.Reckoning(f.v.Get("calendar")),
		Year: figure("date-year"), Month: figure("date-month"), Day: figure("date-day"), Days: figure("days"), Version: versionOf(f.v)}
}

// newHoliday: GET /console/org/holidays/new?mission=ID.
func (p pages) newHoliday(w http.ResponseWriter, r *http.Request) error {
	mission := r.URL.Query().Get("mission")
	v := url.Values{"id": {id.New()}, "mission": {mission}, "calendar": {string(org.Yearly)}, "days": {"1"}}
	return p.showHoliday(w, r, "org.holiday_new", fresh(r, holidaysPath, holidaysOf(mission), v))
}

func (p pages) showHoliday(w http.ResponseWriter, r *http.Request, title string, f form) error {
	mission := f.v.Get("mission")
	scope := perm.InMission(mission)
	u, err := p.units(r.Context())
	if err != nil {
		return err
	}
	back := ui.Link{Label: web.T(r, "org.holidays"), Href: holidaysOf(mission)}
	return f.show(w, r, web.T(r, title), web.T(r, "org.holiday_of", "name", u.name(scope)), crumbs(r, back), holidayFields(f))
}

// createHoliday: POST /console/org/holidays.
func (p pages) createHoliday(w http.ResponseWriter, r *http.Request) error {
	f, wf, err := typed(r, holidaysPath, "")
	if err != nil {
		return err
	}
	if wf.ID("id"); wf.Err() != nil {
		return wf.Err()
	}
	f.cancel = holidaysOf(f.v.Get("mission"))
	err = p.org.AddHoliday(r.Context(), holidayOf(f))
	return p.afterHoliday(w, r, "org.holiday_new", f, err)
}

// editHoliday: GET /console/org/holidays/{id}.
func (p pages) editHoliday(w http.ResponseWriter, r *http.Request) error {
	h, err := p.org.Holiday(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return p.showHoliday(w, r, "org.holiday_edit", fresh(r, holidaysPath+"/"+h.ID, holidaysOf(h.MissionID), holidayValues(h)))
}

// saveHoliday: POST /console/org/holidays/{id}, or its removal.
func (p pages) saveHoliday(w http.ResponseWriter, r *http.Request) error {
	old, err := p.org.Holiday(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	f, _, err := typed(r, holidaysPath+"/"+old.ID, holidaysOf(old.MissionID))
	if err != nil {
		return err
	}
	f.v.Set("id", old.ID)
	f.v.Set("mission", old.MissionID)
	err = p.org.EditHoliday(r.Context(), holidayOf(f))
	if now, again := p.org.Holiday(r.Context(), old.ID); again == nil && f.refused(r, err) {
		f.stale(holidayValues(now))
		return p.showHoliday(w, r, "org.holiday_edit", f)
	}
	return p.afterHoliday(w, r, "org.holiday_edit", f, err)
}

func (p pages) afterHoliday(w http.ResponseWriter, r *http.Request, title string, f form, err error) error {
	if f.refused(r, err) {
		return p.showHoliday(w, r, title, f)
	}
	if err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "org.saved"))
	return web.Redirect(w, r, f.cancel)
}

// removeHoliday: POST /console/org/holidays/{id}/remove.
func (p pages) removeHoliday(w http.ResponseWriter, r *http.Request) error {
	h, err := p.org.Holiday(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := p.org.RemoveHoliday(r.Context(), h.ID); err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "org.holiday_removed"))
	return web.Redirect(w, r, holidaysOf(h.MissionID))
}

// keepHoliday: POST /console/org/holidays/{id}/keep with mission, year (0 for
// every year) and keep=yes or no.
func (p pages) keepHoliday(w http.ResponseWriter, r *http.Request) error {
	f, wf, err := typed(r, "", "")
	if err != nil {
		return err
	}
	year, keep := wf.Int("year", 0, 2100), wf.Choice("keep", "yes", "no") == "yes"
	if err := wf.Err(); err != nil {
		return err
	}
	mission := f.v.Get("mission")
	if err := p.org.KeepHoliday(r.Context(), r.PathValue("id"), mission, year, keep); err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "org.saved"))
	return web.Redirect(w, r, holidaysOf(mission))
}
