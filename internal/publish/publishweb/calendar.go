package publishweb

import (
	"net/http"
	"time"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// calendarPage lists the moments of one month, day by day:
// GET /console/calendar?month=2016-05.
type calendarPage struct {
	d      *desk
	month  time.Time
	days   []calendarDay
	pauses []publish.Pause
}

type calendarDay struct {
	day     time.Time
	moments []publish.Moment
}

func (c *console) calendar(w http.ResponseWriter, r *http.Request) error {
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	zone := c.org.Zone(r.Context(), "")
	now := d.now.In(zone)
	p := calendarPage{d: d, month: time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, zone)}
	if t, err := time.ParseInLocation("2006-01", i18n.ParseDigits(r.URL.Query().Get("month")), zone); err == nil {
		p.month = t
	}
	list, err := c.svc.Planned(r.Context(), db.At(p.month), db.At(p.month.AddDate(0, 1, 0))-1)
	if err != nil {
		return err
	}
	for _, m := range list {
		at := m.At.In(zone)
		day := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, zone)
		if n := len(p.days); n == 0 || !p.days[n-1].day.Equal(day) {
			p.days = append(p.days, calendarDay{day: day})
		}
		last := &p.days[len(p.days)-1]
		last.moments = append(last.moments, m)
	}
	if p.pauses, err = c.svc.Pauses(r.Context()); err != nil {
		return err
	}
	return web.Render(w, r, web.Page{Title: d.t("publish.nav.calendar"), Intro: d.t("publish.calendar.intro"), Body: calendarView(p)})
}

func (p calendarPage) address(months int) string {
	return "/console/calendar?month=" + p.month.AddDate(0, months, 0).Format("2006-01")
}

func (p calendarPage) steps(day calendarDay) []ui.Step {
	icons := map[publish.MomentKind]string{publish.PlannedMoment: "clock", publish.ReleasedMoment: "world", publish.EmbargoMoment: "lock", publish.EndMoment: "eye-off"}
	var out []ui.Step
	for i := range day.moments {
		x := &day.moments[i]
		s := ui.Step{Title: p.d.t("publish.moment." + string(x.Kind)), When: p.d.p.Clock(x.At.In(p.month.Location())), Icon: icons[x.Kind], Comp: momentView(p.d, &x.Message)}
		if !x.At.Std().After(p.d.now) {
			s.State = ui.Done
		}
		out = append(out, s)
	}
	return out
}
