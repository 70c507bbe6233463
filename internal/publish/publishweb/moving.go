package publishweb

import (
	"net/http"
	"net/url"
	"time"

	"sifara/internal/publish"
	"sifara/internal/publish/clash"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

const movePath = calendarPath + "/move"

// movePage moves a planned release to another day at the same time of day:
// GET /console/calendar/move?message=. It asks for the day, unless somebody has
// dragged the release to one, and shows what speaks against it before it does
// anything. The rules are those of every planned release.
type movePage struct {
	form
	m        publish.Message
	zone     *time.Location // the ministry's, in which the calendar is drawn
	to       time.Time      // zero: no day has been chosen
	warnings []clash.Warning
	back     string
}

// calendarBack is the calendar that a form returns to.
func calendarBack(raw string) string {
	if u, err := url.Parse(raw); err == nil && u.Path == calendarPath && u.Host == "" && u.Scheme == "" {
		return u.RequestURI()
	}
	return calendarPath
}

// moving asks for the day: GET /console/calendar/move?message=&back=.
func (c *console) moving(w http.ResponseWriter, r *http.Request) error {
	p, err := c.movePage(r, r.URL.Query())
	if err != nil {
		return err
	}
	if p.m.State != publish.StateScheduled {
		return done(w, r, publish.ErrState, p.back, "")
	}
	v := url.Values{}
	p.d.putTime(v, "to", p.m.ReleaseAt, p.zone)
	p.form = p.d.fresh(v)
	return c.showMove(w, r, p)
}

func (c *console) movePage(r *http.Request, v url.Values) (movePage, error) {
	ctx := r.Context()
	m, err := c.svc.Message(ctx, v.Get("message"))
	if err != nil {
		return movePage{}, err
	}
	d, err := c.desk(r, m)
	return movePage{form: form{d: d}, m: m, zone: c.org.Zone(ctx, ""), back: calendarBack(v.Get("back"))}, err
}

// move shows what speaks against the day, and plans the release once that has
// been confirmed: POST /console/calendar/move.
func (c *console) move(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	p, err := c.movePage(r, url.Values{"message": {in.Raw("message")}, "back": {in.Raw("back")}})
	if err != nil {
		return err
	}
	if p.m.State != publish.StateScheduled {
		return done(w, r, publish.ErrState, p.back, "")
	}
	day := p.readDay(in)
	if err := in.Err(); err != nil {
		p.form = p.d.typed(r)
		if !p.refused(r, err) {
			return err
		}
		return c.showMove(w, r, p)
	}
	at := p.m.ReleaseAt.In(p.zone)
	p.to = time.Date(day.Year(), day.Month(), day.Day(), at.Hour(), at.Minute(), at.Second(), at.Nanosecond(), p.zone)
	if in.Checked("confirm") {
		_, err = c.svc.Schedule(r.Context(), p.m.ID, in.Raw("hash"), p.to)
		return done(w, r, err, p.back, "publish.done.scheduled")
	}
	if p.warnings, err = c.clashes.Look(r.Context(), p.m, p.to); err != nil {
		return err
	}
	return c.showMove(w, r, p)
}

// readDay reads the day: that of the calendar to which the release was dragged,
// or the fields of the page.
func (p movePage) readDay(in *web.Form) time.Time {
	if s := in.Raw("day"); s != "" {
		day, err := time.Parse(time.DateOnly, s)
		if err != nil {
			in.Fail("to", "web.field.date")
		}
		return day
	}
	day := in.Date("to", p.zone)
	if day.IsZero() && in.Err() == nil {
		in.Fail("to", "web.field.required")
	}
	return day
}

func (c *console) showMove(w http.ResponseWriter, r *http.Request, p movePage) error {
	return web.Render(w, r, web.Page{Title: p.d.t("publish.move.title"), Crumbs: p.d.calendarCrumbs(), Intro: p.d.title(&p.m), Body: moveView(p), Status: p.status})
}

// facts are where the release stands and where it would.
func (p movePage) facts() []ui.KeyValue {
	at := func(t time.Time) string { return p.d.p.DateWeekday(t) + " · " + p.d.p.Clock(t) }
	out := []ui.KeyValue{{Key: p.d.t("publish.field.speaker"), Value: p.d.mission(p.m.MissionID)}, {Key: p.d.t("publish.move.from"), Value: at(p.m.ReleaseAt.In(p.zone))}}
	if !p.to.IsZero() {
		out = append(out, ui.KeyValue{Key: p.d.t("publish.move.to"), Value: at(p.to)})
	}
	return out
}

// beside are the warnings about a moment besides what the table of places says.
func beside(list []clash.Warning) []clash.Warning {
	var out []clash.Warning
	for _, w := range list {
		if w.Kind != clash.Sign {
			out = append(out, w)
		}
	}
	return out
}

func warningKind(list []clash.Warning) ui.Kind {
	if clash.Grave(list) {
		return ui.Warning
	}
	return ui.Info
}

// confirms is the button that moves, over what speaks against it or not.
func (p movePage) confirms() string {
	if clash.Grave(p.warnings) {
		return p.d.t("publish.move.anyway")
	}
	return p.d.t("publish.move.do")
}
