package publishweb

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/publish"
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
	off    []dayOff
	filter calendarFilter
	plans  []campaign.Campaign // that touch the time shown
	since  db.Time             // when the reader's address for calendar programs was made
	secret string              // that address, when it has just been made
}

// calendarFilter narrows the calendar; empty is everything.
type calendarFilter struct {
	mission  string // id, or ministryChoice
	campaign string
	lang     i18n.Lang
	state    publish.State
	kind     string // of an entry
	members  []string
}

// calendarDay are the entries of one day.
type calendarDay struct {
	day     time.Time // its first moment in the zone of the page
	entries []calendarEntry
	off     []dayOff
}

// calendarEntry is one thing that happens on a day: a moment of a message, an event or
// the beginning or end of a campaign.
type calendarEntry struct {
	at      time.Time // in the zone of the page
	allDay  bool
	kind    string
	title   string
	href    string
	where   string // who speaks or invites
	message *publish.Message
	movable bool
	uid     string    // the same whenever the same thing is told
	until   time.Time // of an event; may be zero
	place   string    // of an event; may be empty
}

// entryKinds are the kinds of entry, with their icons.
var entryKinds = []struct{ kind, icon string }{
	{string(publish.PlannedMoment), "clock"}, {string(publish.ReleasedMoment), "world"}, {string(publish.EmbargoMoment), "lock"}, {string(publish.EndMoment), "eye-off"},
	{"event", "calendar-event"}, {"begins", "target"}, {"ends", "flag"}, {"occasion", "star"},
}

func (e calendarEntry) icon() string {
	for _, k := range entryKinds {
		if k.kind == e.kind {
			return k.icon
		}
	}
	return ""
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
	if p.filter.campaign != "" {
		if p.filter.members, err = c.campaigns.Members(ctx, p.filter.campaign); err != nil {
			return err
		}
	}
	entries, err := c.entries(ctx, d, p.from, p.until, p.filter)
	if err != nil {
		return err
	}
	p.days = byDay(entries)
	if p.plans, err = c.campaigns.List(ctx, campaign.Filter{From: db.At(dayUTC(p.from)), To: db.At(dayUTC(p.until.AddDate(0, 0, -1))), Limit: 200}); err != nil {
		return err
	}
	if p.off, err = c.daysOff(ctx, p.from, p.until.AddDate(0, 0, -1)); err != nil {
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

// readCalendar reads the filter of the address.
func readCalendar(q url.Values) calendarFilter {
	f := calendarFilter{mission: q.Get("mission"), campaign: q.Get("campaign"), state: publish.State(q.Get("state")), kind: q.Get("kind")}
	if l, ok := i18n.Parse(q.Get("lang")); ok {
		f.lang = l
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

// entries lists what happens from a day to before another, the earliest first.
func (c *console) entries(ctx context.Context, d *desk, from, until time.Time, f calendarFilter) ([]calendarEntry, error) {
	list, err := c.svc.Planned(ctx, db.At(from), db.At(until)-1)
	if err != nil {
		return nil, err
	}
	var out []calendarEntry
	for _, x := range list {
		m := &x.Message
		e := calendarEntry{at: x.At.In(from.Location()), kind: string(x.Kind), title: d.title(m), href: messagePath(m.ID), where: d.mission(m.MissionID), message: m, uid: m.ID + "-" + string(x.Kind)}
		if !f.takes(e, []string{m.MissionID}, m.ID) || f.lang != "" && !slices.Contains(m.Langs(), f.lang) || f.state != "" && m.State != f.state {
			continue
		}
		e.movable = x.Kind == publish.PlannedMoment && c.svc.Allowed(ctx, *m).Release
		out = append(out, e)
	}
	if f.state == "" {
		more, err := c.campaignEntries(ctx, d, from, until, f)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
		if more, err = c.occasionEntries(ctx, d, from, until, f); err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	slices.SortStableFunc(out, func(a, b calendarEntry) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.title, b.title)) })
	return out, nil
}

// takes reports whether the filter wants an entry of some units; id is that of
// its message or campaign.
func (f calendarFilter) takes(e calendarEntry, units []string, id string) bool {
	unit := f.mission
	if unit == ministryChoice {
		unit = ""
	}
	return (f.kind == "" || f.kind == e.kind) && (f.mission == "" || slices.Contains(units, unit)) &&
		(f.campaign == "" || f.campaign == id || slices.Contains(f.members, id))
}

// campaignEntries are the events of campaigns, their first and their last days.
func (c *console) campaignEntries(ctx context.Context, d *desk, from, until time.Time, f calendarFilter) ([]calendarEntry, error) {
	zone, lang := from.Location(), d.p.Lang()
	var out []calendarEntry
	take := func(e calendarEntry, x campaign.Campaign) {
		if f.takes(e, x.Units(), x.ID) && (f.lang == "" || slices.Contains(x.Langs, f.lang)) {
			out = append(out, e)
		}
	}
	events, err := c.campaigns.EventsBetween(ctx, db.At(from), db.At(until)-1)
	if err != nil {
		return nil, err
	}
	for _, x := range events {
		take(calendarEntry{at: x.Event.StartsAt.In(zone), kind: "event", title: x.Event.Titles.In(lang), href: campaignPath(x.Campaign.ID) + "#events", where: x.Campaign.Name(lang), uid: x.Event.ID, until: x.Event.EndsAt.Std(), place: x.Event.Place}, x.Campaign)
	}
	plans, err := c.campaigns.List(ctx, campaign.Filter{From: db.At(dayUTC(from)), To: db.At(dayUTC(until)), Limit: 200})
	if err != nil {
		return nil, err
	}
	for _, x := range plans {
		for kind, day := range map[string]db.Time{"begins": x.StartsOn, "ends": x.EndsOn} {
			y, m, dd := day.Std().Date()
			at := time.Date(y, m, dd, 0, 0, 0, 0, zone)
			if !at.Before(from) && at.Before(until) {
				take(calendarEntry{at: at, allDay: true, kind: kind, title: x.Name(lang), href: campaignPath(x.ID), where: d.mission(x.MissionID)}, x)
			}
		}
	}
	return out, nil
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
		day := time.Date(e.at.Year(), e.at.Month(), e.at.Day(), 0, 0, 0, 0, e.at.Location())
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
	f := calendarFilter{campaign: p.x.ID}
	for _, m := range p.messages {
		f.members = append(f.members, m.ID)
	}
	list, err := c.entries(r.Context(), p.d, from.In(zone), until.In(zone), f)
	return byDay(list), err
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
		at := dayUTC(day)
		for _, o := range p.off {
			if !at.Before(o.First) && !at.After(o.Last) {
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

// dayOff is a holiday of the month and where it is kept.
type dayOff struct {
	org.Occurrence
	where []string // names of missions; empty for the ministry and all of them
	not   []string // missions that do not keep one of the ministry
}

// move plans a release for another day at the same time of day, by the rules
// of every planned release: POST /console/calendar/move, by dragging. Without
// scripts the page of the release does the same.
func (c *console) move(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	back := calendarPath
	if u, err := url.Parse(in.Raw("back")); err == nil && u.Path == calendarPath && u.Host == "" {
		back = u.RequestURI()
	}
	m, err := c.svc.Message(ctx, in.ID("message"))
	if err != nil {
		return err
	}
	day, err := time.Parse(time.DateOnly, in.Raw("day"))
	if err != nil {
		return errs.New(errs.Invalid, "web.field.date")
	}
	at := m.ReleaseAt.In(c.org.Zone(ctx, ""))
	to := time.Date(day.Year(), day.Month(), day.Day(), at.Hour(), at.Minute(), at.Second(), 0, at.Location())
	if m.State != publish.StateScheduled {
		return done(w, r, publish.ErrState, back, "")
	}
	_, err = c.svc.Schedule(ctx, m.ID, in.Raw("hash"), to)
	return done(w, r, err, back, "publish.done.scheduled")
}

// daysOff lists the holidays of the ministry and of its open missions, so that
// nobody plans a release for a day on which nobody answers.
func (c *console) daysOff(ctx context.Context, from, until time.Time) ([]dayOff, error) {
	missions, err := c.org.Missions(ctx)
	if err != nil {
		return nil, err
	}
	week, err := c.org.Week(ctx, "")
	if err != nil {
		return nil, err
	}
	var out []dayOff
	for _, o := range week.Holidays(from, until) {
		if o.Kept() {
			out = append(out, dayOff{Occurrence: o})
		}
	}
	for _, m := range missions {
		if !m.Open {
			continue
		}
		if week, err = c.org.Week(ctx, m.ID); err != nil {
			return nil, err
		}
		name := m.Name(i18n.From(ctx).Lang())
		// The month is told in days, whatever the mission's zone.
		for _, o := range week.Holidays(noon(from, week), noon(until, week)) {
			out = noteMission(out, o, name)
		}
	}
	slices.SortStableFunc(out, func(a, b dayOff) int { return a.First.Compare(b.First) })
	return out, nil
}

func noon(t time.Time, w org.Week) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 12, 0, 0, 0, w.Zone())
}

// noteMission adds what one mission does on a holiday.
func noteMission(out []dayOff, o org.Occurrence, name string) []dayOff {
	inherited := o.Holiday.MissionID == ""
	for i := range out {
		same := out[i].First.Equal(o.First) && (out[i].Holiday.ID == o.Holiday.ID || !inherited && maps.Equal(out[i].Holiday.Names, o.Holiday.Names))
		switch {
		case !same:
		case inherited && !o.Kept():
			out[i].not = append(out[i].not, name)
			return out
		case inherited:
			return out
		case o.Kept():
			out[i].where = append(out[i].where, name)
			return out
		}
	}
	if inherited || !o.Kept() {
		return out
	}
	return append(out, dayOff{Occurrence: o, where: []string{name}})
}

// says writes the days of a holiday and where it is kept.
func (p calendarPage) says(o dayOff) (days, where string) {
	pr := p.d.p
	days = pr.DateWeekday(o.First)
	if !o.First.Equal(o.Last) {
		days = p.d.t("publish.calendar.off_days", "from", days, "until", pr.DateWeekday(o.Last))
	}
	switch {
	case len(o.where) > 0:
		where = pr.List(o.where)
	case len(o.not) > 0:
		where = p.d.t("publish.calendar.off_but", "missions", pr.List(o.not))
	default:
		where = p.d.t("publish.calendar.off_all")
	}
	return days, where
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
	missions := listPage{d: d, filter: publish.Filter{MissionID: p.filter.mission, Ministry: p.filter.mission == ministryChoice}}.missions()
	plans := ui.ChoiceProps{Name: "campaign", Label: d.t("publish.campaign"), Blank: d.t("publish.any")}
	for _, x := range p.plans {
		plans.Options = append(plans.Options, ui.Option{Value: x.ID, Label: x.Name(d.p.Lang()), Checked: x.ID == p.filter.campaign})
	}
	langs := ui.ChoiceProps{Name: "lang", Label: d.t("publish.field.languages"), Blank: d.t("publish.any")}
	for _, o := range d.languages() {
		o.Checked = o.Value == string(p.filter.lang)
		langs.Options = append(langs.Options, o)
	}
	states := listPage{d: d, filter: publish.Filter{State: p.filter.state}}.states()
	kinds := ui.ChoiceProps{Name: "kind", Label: d.t("publish.calendar.kind"), Blank: d.t("publish.any")}
	for _, k := range entryKinds {
		kinds.Options = append(kinds.Options, ui.Option{Value: k.kind, Label: d.t("publish.moment." + k.kind), Checked: k.kind == p.filter.kind})
	}
	return []ui.ChoiceProps{missions, plans, langs, states, kinds}
}

// steps are the entries of a day as a line of time.
func (d *desk) steps(day calendarDay) []ui.Step {
	var out []ui.Step
	for _, e := range day.entries {
		s := ui.Step{Title: d.t("publish.moment." + e.kind), Icon: e.icon(), Comp: entryView(d, e)}
		if !e.allDay {
			s.When = d.p.Clock(e.at)
		}
		if !e.at.After(d.now) {
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
