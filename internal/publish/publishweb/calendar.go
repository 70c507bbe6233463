package publishweb

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"time"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/publish"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// calendarPage lists the moments of one month, day by day:
// GET /console/calendar?month=2016-05.
type calendarPage struct {
	d     *desk
	month time.Time
	days  []calendarDay
	off   []dayOff
}

// dayOff is a holiday of the month and where it is kept.
type dayOff struct {
	org.Occurrence
	where []string // names of missions; empty for the ministry and all of them
	not   []string // missions that do not keep one of the ministry
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
	if p.off, err = c.daysOff(r.Context(), p.month, p.month.AddDate(0, 1, -1)); err != nil {
		return err
	}
	return web.Render(w, r, web.Page{Title: d.t("publish.nav.calendar"), Intro: d.t("publish.calendar.intro"), Body: calendarView(p), Actions: pauseAction(d)})
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
