package publishweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/publish/agenda"
	"sifara/internal/publish/campaign"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

const calendarPath = "/console/calendar"

// calendarPage shows what will go out and what has, over all missions that the
// reader may see: GET /console/calendar with view=month (2016-05 in month),
// week (2016-05-03 in day) or list.
type calendarPage struct {
	d      *desk
	query  url.Values
	view   string
	from   time.Time // first day shown, midnight in the ministry's zone
	until  time.Time // the day after the last
	month  time.Time // whose days are shown; zero for a week
	days   []calendarDay
	off    []agenda.DayOff
	filter agenda.Filter
	plans  []campaign.Campaign // that touch the time shown
	since  db.Time             // when the reader's address for calendar programs was made
	secret string              // that address, when it has just been made
}

// calendarDay are the entries of one day.
type calendarDay struct {
	day     time.Time // its first moment in the zone of the page
	entries []calendarEntry
	off     []agenda.DayOff // that no entry tells
}

// closed reports whether somebody keeps a holiday on the day.
func (d calendarDay) closed() bool {
	return len(d.off) > 0 || slices.ContainsFunc(d.entries, func(e calendarEntry) bool { return e.Off != nil })
}

// calendarEntry is an entry of the agenda as the pages show it.
type calendarEntry struct {
	agenda.Entry
	href    string
	movable bool // the reader may plan it for another day
}

// entryIcons are the icons of the kinds of entry.
var entryIcons = map[agenda.Kind]string{
	agenda.Planned: "clock", agenda.Released: "world", agenda.Embargo: "lock", agenda.NotAfter: "eye-off",
	agenda.Event: "calendar-event", agenda.Begins: "target", agenda.Ends: "flag", agenda.Occasion: "star",
}

func (e calendarEntry) icon() string { return entryIcons[e.Kind] }

// entryPath is the page of what an entry tells of.
func entryPath(e agenda.Entry) string {
	switch e.Kind {
	case agenda.Event:
		return campaignPath(e.ID) + "#events"
	case agenda.Begins, agenda.Ends:
		return campaignPath(e.ID)
	case agenda.Occasion:
		return occasionPath(e.ID)
	}
	return messagePath(e.ID)
}

func (c *console) calendar(w http.ResponseWriter, r *http.Request) error {
	return c.showCalendar(w, r, "")
}

// showCalendar draws the calendar, with the address for calendar programs that
// has just been made, if any.
func (c *console) showCalendar(w http.ResponseWriter, r *http.Request, secret string) error {
	ctx := r.Context()
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	p := calendarPage{d: d, query: r.URL.Query(), filter: readCalendar(r.URL.Query()), secret: secret}
	p.span(c.org.Zone(ctx, ""))
	told, err := c.agenda.Between(ctx, p.from, p.until, p.filter)
	if err != nil {
		return err
	}
	p.days, p.off = byDay(c.entries(ctx, told.Entries)), told.Off
	if p.plans, err = c.campaigns.List(ctx, campaign.Filter{From: db.At(dayUTC(p.from)), To: db.At(dayUTC(p.until.AddDate(0, 0, -1))), Limit: 200}); err != nil {
		return err
	}
	if p.since, err = c.feeds.Since(ctx); err != nil {
		return err
	}
	if p.view != "list" {
		p.fill()
	}
	return web.Render(w, r, web.Page{Title: d.t("publish.nav.calendar"), Intro: d.t("publish.calendar.intro"), Body: calendarView(p), Wide: p.view != "list", Actions: calendarActions(d)})
}

// readCalendar reads the filter of the address. What it does not understand it
// leaves out.
func readCalendar(q url.Values) agenda.Filter {
	f := agenda.Filter{MissionID: q.Get("mission"), Campaign: q.Get("campaign"), State: publish.State(q.Get("state")), Kind: agenda.Kind(q.Get("kind"))}
	if f.MissionID == ministryChoice {
		f.MissionID, f.Ministry = "", true
	}
	if l, ok := i18n.Parse(q.Get("lang")); ok {
		f.Lang = l
	}
	return f
}

// span finds the days that are shown.
func (p *calendarPage) span(zone *time.Location) {
	now := p.d.now.In(zone)
	midnight := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, zone) }
	p.view = p.query.Get("view")
	if p.view == "week" {
		at := now
		if t, err := time.ParseInLocation(time.DateOnly, i18n.ParseDigits(p.query.Get("day")), zone); err == nil {
			at = t
		}
		p.from = p.weekStart(midnight(at))
		p.until = p.from.AddDate(0, 0, 7)
		return
	}
	p.month = time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, zone)
	if t, err := time.ParseInLocation("2006-01", i18n.ParseDigits(p.query.Get("month")), zone); err == nil {
		p.month = t
	}
	p.from, p.until = p.month, p.month.AddDate(0, 1, 0)
	if p.view != "list" {
		p.view = "month"
		p.from = p.weekStart(p.from)
		p.until = p.weekStart(p.until.AddDate(0, 0, 6))
	}
}

// weekStart is the first day of the week of a day.
func (p *calendarPage) weekStart(t time.Time) time.Time {
	back := (int(t.Weekday()) - int(p.d.p.WeekStart()) + 7) % 7
	return t.AddDate(0, 0, -back)
}

// entries are those of the agenda with their pages, and whether the reader may
// move them.
func (c *console) entries(ctx context.Context, list []agenda.Entry) []calendarEntry {
	out := make([]calendarEntry, len(list))
	for i, e := range list {
		out[i] = calendarEntry{e, entryPath(e), e.Kind == agenda.Planned && c.svc.Allowed(ctx, *e.Message).Release}
	}
	return out
}

// dayUTC is the day of t as campaigns and holidays keep days: midnight UTC,
// whatever the zone.
func dayUTC(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// byDay groups entries, which are in order, by their days.
func byDay(entries []calendarEntry) []calendarDay {
	var out []calendarDay
	for _, e := range entries {
		day := time.Date(e.At.Year(), e.At.Month(), e.At.Day(), 0, 0, 0, 0, e.At.Location())
		if n := len(out); n == 0 || !out[n-1].day.Equal(day) {
			out = append(out, calendarDay{day: day})
		}
		last := &out[len(out)-1]
		last.entries = append(last.entries, e)
	}
	return out
}

// campaignDays are the entries of one campaign from its first to its last day,
// and as far beyond as its messages go.
func (c *console) campaignDays(r *http.Request, p campaignPage) ([]calendarDay, error) {
	const margin = 60 // days
	zone := c.org.Zone(r.Context(), "")
	from, until := p.x.StartsOn.Std().AddDate(0, 0, -margin), p.x.EndsOn.Std().AddDate(0, 0, margin)
	told, err := c.agenda.Between(r.Context(), from.In(zone), until.In(zone), agenda.Filter{Campaign: p.x.ID})
	return byDay(c.entries(r.Context(), told.Entries)), err
}

// fill gives every day from the first to the last, with the holidays on it.
func (p *calendarPage) fill() {
	var all []calendarDay
	next := 0
	for day := p.from; day.Before(p.until); day = day.AddDate(0, 0, 1) {
		x := calendarDay{day: day}
		if next < len(p.days) && p.days[next].day.Equal(day) {
			x.entries = p.days[next].entries
			next++
		}
		for _, o := range p.off {
			if o.Covers(day) && !(o.Told && o.First.Equal(dayUTC(day))) {
				x.off = append(x.off, o)
			}
		}
		all = append(all, x)
	}
	p.days = all
}

// weeks are the days in rows of seven.
func (p calendarPage) weeks() [][]calendarDay {
	return slices.Collect(slices.Chunk(p.days, 7))
}

// offDays writes the days of a holiday and where it is kept.
func (d *desk) offDays(o agenda.DayOff) (days, where string) {
	days = d.p.DateWeekday(o.First)
	if !o.First.Equal(o.Last) {
		days = d.t("publish.calendar.off_days", "from", days, "until", d.p.DateWeekday(o.Last))
	}
	switch {
	case len(o.Where) > 0:
		where = d.p.List(o.Where)
	case len(o.Not) > 0:
		where = d.t("publish.calendar.off_but", "missions", d.p.List(o.Not))
	default:
		where = d.t("publish.calendar.off_all")
	}
	return days, where
}

// offAs says of an occasion that it is a holiday, and where.
func (d *desk) offAs(e calendarEntry) string {
	_, where := d.offDays(*e.Off)
	return d.t("publish.calendar.closed", "where", where)
}

// untold are the holidays of the time shown that no entry tells.
func (p calendarPage) untold() []agenda.DayOff {
	return slices.DeleteFunc(slices.Clone(p.off), func(o agenda.DayOff) bool { return o.Told })
}

// address is the calendar with values changed.
func (p calendarPage) address(set ...string) string {
	q := url.Values{}
	for k, v := range p.query {
		if len(v) > 0 && v[0] != "" {
			q.Set(k, v[0])
		}
	}
	for i := 0; i+1 < len(set); i += 2 {
		q.Set(set[i], set[i+1])
	}
	return calendarPath + "?" + q.Encode()
}

// moveAddress is the page that moves an entry to another day and returns here.
func (p calendarPage) moveAddress(e calendarEntry) string {
	return movePath + "?" + url.Values{"message": {e.ID}, "back": {p.address()}}.Encode()
}

// step is the calendar of the time before or after the one shown.
func (p calendarPage) step(n int) string {
	if p.view == "week" {
		return p.address("day", p.from.AddDate(0, 0, 7*n).Format(time.DateOnly))
	}
	return p.address("month", p.month.AddDate(0, n, 0).Format("2006-01"))
}

// name is the time that is shown.
func (p calendarPage) name() string {
	if p.view == "week" {
		return p.d.t("publish.calendar.off_days", "from", p.d.p.Date(p.from), "until", p.d.p.Date(p.until.AddDate(0, 0, -1)))
	}
	return p.d.p.MonthYear(p.month)
}

func (p calendarPage) tabs() []ui.Tab {
	month := p.month
	if month.IsZero() {
		month = p.from
	}
	day := p.d.now.In(p.from.Location())
	if day.Before(p.from) || !day.Before(p.until) {
		day = month
	}
	var out []ui.Tab
	for _, v := range []struct{ view, icon, key, value string }{
		{"month", "calendar", "month", month.Format("2006-01")}, {"week", "columns", "day", day.Format(time.DateOnly)}, {"list", "list", "month", month.Format("2006-01")},
	} {
		out = append(out, ui.Tab{Label: p.d.t("publish.calendar.view." + v.view), Icon: v.icon, Href: p.address("view", v.view, v.key, v.value), Active: v.view == p.view})
	}
	return out
}

// choices are the filters of the calendar.
func (p calendarPage) choices() []ui.ChoiceProps {
	d := p.d
	missions := listPage{d: d, filter: publish.Filter{MissionID: p.filter.MissionID, Ministry: p.filter.Ministry}}.missions()
	plans := ui.ChoiceProps{Name: "campaign", Label: d.t("publish.campaign"), Blank: d.t("publish.any")}
	for _, x := range p.plans {
		plans.Options = append(plans.Options, ui.Option{Value: x.ID, Label: x.Name(d.p.Lang()), Checked: x.ID == p.filter.Campaign})
	}
	langs := ui.ChoiceProps{Name: "lang", Label: d.t("publish.field.languages"), Blank: d.t("publish.any")}
	for _, o := range d.languages() {
		o.Checked = o.Value == string(p.filter.Lang)
		langs.Options = append(langs.Options, o)
	}
	states := listPage{d: d, filter: publish.Filter{State: p.filter.State}}.states()
	kinds := ui.ChoiceProps{Name: "kind", Label: d.t("publish.calendar.kind"), Blank: d.t("publish.any")}
	for _, k := range agenda.Kinds {
		kinds.Options = append(kinds.Options, ui.Option{Value: string(k), Label: d.t("publish.moment." + string(k)), Checked: k == p.filter.Kind})
	}
	return []ui.ChoiceProps{missions, plans, langs, states, kinds}
}

// steps are the entries of a day as a line of time.
func (d *desk) steps(day calendarDay) []ui.Step {
	var out []ui.Step
	for _, e := range day.entries {
		s := ui.Step{Title: d.t("publish.moment." + string(e.Kind)), Icon: e.icon(), Comp: entryView(d, e)}
		if !e.AllDay {
			s.When = d.p.Clock(e.At)
		}
		if !e.At.After(d.now) {
			s.State = ui.Done
		}
		out = append(out, s)
	}
	return out
}

// today reports whether a day is the present one.
func (p calendarPage) today(day time.Time) bool {
	now := p.d.now.In(day.Location())
	return now.Year() == day.Year() && now.YearDay() == day.YearDay()
}

// unit is what the buttons before and after step over.
func (p calendarPage) unit() string {
	if p.view == "week" {
		return "week"
	}
	return "month"
}
