package publishweb

import (
	"context"
	"errors"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/prayer"
	"sifara/internal/publish/timing"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// hoursPath is the page of when missions speak and are silent.
const hoursPath = calendarPath + "/hours"

func (c *console) hourRoutes() []web.Route {
	return []web.Route{
		web.Get(hoursPath, publish.MayView, c.hours),
		web.Get(hoursPath+"/edit", timing.Manage, c.editHours),
		web.Post(hoursPath+"/edit", timing.Manage, c.saveHours),
	}
}

// unit is the id of a mission in an address, where the ministry is a word.
func unit(missionID string) string {
	if missionID == "" {
		return ministryChoice
	}
	return missionID
}

// missionOf is its opposite.
func missionOf(unit string) string {
	if unit == ministryChoice {
		return ""
	}
	return unit
}

// hours lists the hours of the ministry and the missions that the reader sees:
// GET /console/calendar/hours.
func (c *console) hours(w http.ResponseWriter, r *http.Request) error {
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	t := ui.TableProps{ID: "hours", Caption: d.t("publish.hours.title"), Columns: []ui.Column{{Label: d.t("publish.hours.where")}, {Label: d.t("publish.hours.day"), Short: true}, {Label: d.t("publish.time.prayers")}, {Label: d.t("publish.time.now")}}}
	for _, o := range d.scopes(publish.MayView, "") {
		p, err := c.timing.Place(r.Context(), o.Value)
		if errs.KindOf(err) == errs.NotFound {
			continue
		}
		if err != nil {
			return err
		}
		where := ui.TextCell(o.Label)
		if d.actor.MayIn(timing.Manage, perm.InMission(o.Value)) {
			where.Href = hoursPath + "/edit?unit=" + unit(o.Value)
		}
		here := p.Look(d.now)
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{where, {Text: d.awake(p.Hours)}, {Text: d.t("publish.hours.method." + p.Hours.Method)}, ui.CompCell(dayCellOf(d, here))}})
	}
	return web.Render(w, r, web.Page{Title: d.t("publish.hours.title"), Intro: d.t("publish.hours.intro"), Crumbs: d.calendarCrumbs(), Body: hoursView(d, t)})
}

func (d *desk) calendarCrumbs() []ui.Link {
	return []ui.Link{{Label: d.t("publish.nav.calendar"), Href: calendarPath}}
}

// awake writes the hours in which people are awake.
func (d *desk) awake(h timing.Hours) string {
	clock := func(m int) string { return d.p.Digits(strconv.Itoa(m/60) + ":" + twoDigits(m%60)) }
	return d.t("publish.hours.span", "from", clock(h.DayFrom), "until", clock(h.DayUntil))
}

func twoDigits(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// hoursForm changes the hours of one unit: GET /console/calendar/hours/edit?unit=.
type hoursForm struct {
	form
	missionID string
}

func (c *console) editHours(w http.ResponseWriter, r *http.Request) error {
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	missionID := missionOf(r.URL.Query().Get("unit"))
	if !d.actor.MayIn(timing.Manage, perm.InMission(missionID)) {
		return errs.New(errs.NotFound, "")
	}
	h, err := c.timing.Hours(r.Context(), missionID)
	if err != nil {
		return err
	}
	v := url.Values{"unit": {unit(missionID)}, "version": {strconv.Itoa(h.Version)}, "method": {h.Method}, "shadow": {string(h.Shadow)}, "high_latitude": {string(h.HighLatitude)},
		"lat": {degreesText(h.Lat)}, "lon": {degreesText(h.Lon)}, "day_from": {strconv.Itoa(h.DayFrom / 60)}, "day_until": {strconv.Itoa(h.DayUntil / 60)}}
	for name, n := range map[string]int{"friday_before": h.FridayBefore, "friday_after": h.FridayAfter, "prayer_after": h.PrayerAfter, "iftar_before": h.IftarBefore, "iftar_after": h.IftarAfter} {
		v.Set(name, strconv.Itoa(n))
	}
	return c.showHours(w, r, hoursForm{form: d.fresh(v), missionID: missionID})
}

func (c *console) showHours(w http.ResponseWriter, r *http.Request, p hoursForm) error {
	crumbs := append(p.d.calendarCrumbs(), ui.Link{Label: p.d.t("publish.hours.title"), Href: hoursPath})
	return web.Render(w, r, web.Page{Title: p.d.t("publish.hours.of", "name", p.d.mission(p.missionID)), Crumbs: crumbs, Body: hoursFormView(p), Status: p.status})
}

// saveHours: POST /console/calendar/hours/edit.
func (c *console) saveHours(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	h := readHours(in)
	if err = in.Err(); err == nil {
		err = c.timing.SaveHours(r.Context(), h)
	}
	if err == nil {
		return done(w, r, nil, hoursPath, "publish.done.saved")
	}
	d, deskErr := c.desk(r)
	if deskErr != nil {
		return deskErr
	}
	p := hoursForm{form: d.typed(r), missionID: h.MissionID}
	if !p.refused(r, err) {
		return err
	}
	if errors.Is(err, publish.ErrEdited) {
		now, err := c.timing.Hours(r.Context(), h.MissionID)
		if err != nil {
			return err
		}
		p.v.Set("version", strconv.Itoa(now.Version))
	}
	return c.showHours(w, r, p)
}

func readHours(in *web.Form) timing.Hours {
	h := timing.Hours{MissionID: missionOf(in.Raw("unit")), Version: number(in.Raw("version")), Method: in.Raw("method"), Shadow: prayer.Shadow(in.Raw("shadow")), HighLatitude: prayer.HighLatitude(in.Raw("high_latitude")),
		DayFrom: 60 * in.Int("day_from", 0, 23), DayUntil: 60 * in.Int("day_until", 1, 24),
		FridayBefore: in.Int("friday_before", 0, timing.MaxQuiet), FridayAfter: in.Int("friday_after", 0, timing.MaxQuiet), PrayerAfter: in.Int("prayer_after", 0, timing.MaxQuiet),
		IftarBefore: in.Int("iftar_before", 0, timing.MaxQuiet), IftarAfter: in.Int("iftar_after", 0, timing.MaxQuiet)}
	if h.MissionID == "" {
		h.Lat, h.Lon = readDegrees(in, "lat", 90), readDegrees(in, "lon", 180)
	}
	return h
}

// degreesText writes ten-thousandths of a degree.
func degreesText(n int) string { return strconv.FormatFloat(float64(n)/10000, 'f', -1, 64) }

// readDegrees reads a coordinate in any digits.
func readDegrees(in *web.Form, name string, most float64) int {
	s := strings.NewReplacer("٫", ".", ",", ".").Replace(i18n.ParseDigits(strings.TrimSpace(in.Raw(name))))
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(math.Abs(v) <= most) {
		in.Fail(name, "web.field.number", "min", -int(most), "max", int(most))
		return 0
	}
	return int(math.Round(v * 10000))
}

func (p hoursForm) methods() ui.ChoiceProps {
	options := []ui.Option{{Value: timing.NoPrayers, Label: p.d.t("publish.hours.method.none")}}
	for _, m := range prayer.Methods {
		options = append(options, ui.Option{Value: m.ID, Label: p.d.t("publish.hours.method." + m.ID)})
	}
	return p.choice("method", "publish.hours.method", "publish.time.about", options)
}

func (p hoursForm) shadows() ui.ChoiceProps {
	var options []ui.Option
	for _, s := range prayer.Shadows {
		options = append(options, ui.Option{Value: string(s), Label: p.d.t("publish.hours.shadow." + string(s))})
	}
	return p.choice("shadow", "publish.hours.shadow", "", options)
}

func (p hoursForm) highLatitudes() ui.ChoiceProps {
	var options []ui.Option
	for _, h := range prayer.HighLatitudes {
		options = append(options, ui.Option{Value: string(h), Label: p.d.t("publish.hours.high_latitude." + string(h))})
	}
	return p.choice("high_latitude", "publish.hours.high_latitude", "", options)
}

// here says what a moment is like where a message is read.
func (c *console) here(ctx context.Context, p messagePage, at time.Time) ([]timing.Here, error) {
	places, err := c.timing.Places(ctx, p.m.MissionID, p.plan.Partners, p.plan.Countries)
	if err != nil {
		return nil, err
	}
	var out []timing.Here
	for _, x := range places {
		out = append(out, x.Look(at))
	}
	return out, nil
}

// signs names what speaks against a moment at a place.
func (d *desk) signs(h timing.Here) []string {
	var out []string
	for _, s := range h.Signs {
		if s == timing.Holiday && h.Holiday != nil {
			out = append(out, d.t("publish.time.holiday", "name", h.Holiday.Name(d.p.Lang())))
			continue
		}
		out = append(out, d.t("publish.time.sign."+string(s)))
	}
	return out
}

// prayers writes the times of prayer of a day.
func (d *desk) prayers(h timing.Here) string {
	if !h.Prays() {
		return d.t("publish.time.no_prayers")
	}
	var out []string
	for _, p := range prayer.All {
		if p != prayer.Sunrise && !h.Times[p].IsZero() {
			out = append(out, d.t("publish.time.prayer."+p.Name())+" "+d.p.Clock(h.Times[p]))
		}
	}
	return strings.Join(out, " · ")
}

// coordinate describes a field for degrees.
func (p hoursForm) coordinate(name string) ui.FieldProps {
	f := p.field(name, "publish.hours."+name, "")
	f.Width, f.InputMode, f.Dir = 10, "decimal", "ltr"
	return f
}
