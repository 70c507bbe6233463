package publishweb

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/slot"
	"sifara/internal/publish/timing"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// slotsPath is the page of the weekly slots.
const slotsPath = calendarPath + "/slots"

func (c *console) slotRoutes() []web.Route {
	return []web.Route{
		web.Get(slotsPath, publish.MayView, c.listSlots),
		web.Get(slotsPath+"/edit", timing.Manage, c.editSlot),
		web.Post(slotsPath+"/edit", timing.Manage, c.saveSlot),
		web.Post(slotsPath+"/remove", timing.Manage, c.removeSlot),
		web.Get(queuePath, publish.MayView, c.queue),
		web.Post(queuePath, publish.MayRelease, c.moveInQueue),
	}
}

// unitPage is a page about one unit among those that the reader sees.
type unitPage struct {
	d         *desk
	missionID string
	path      string
	units     []ui.Option
}

// unitPage reads the unit of the address: the ministry's or a mission's; without
// one the first that the reader sees. errs.NotFound for others.
func (c *console) unitPage(r *http.Request, path, asked string) (unitPage, error) {
	d, err := c.desk(r)
	if err != nil {
		return unitPage{}, err
	}
	p := unitPage{d: d, path: path, units: d.scopes(publish.MayView, missionOf(asked))}
	for _, o := range p.units {
		if asked == "" || o.Value == missionOf(asked) {
			p.missionID = o.Value
			return p, nil
		}
	}
	return p, errs.New(errs.NotFound, "")
}

// choice lets the reader look at another unit.
func (p unitPage) choice() ui.ChoiceProps {
	c := ui.ChoiceProps{Name: "unit", Label: p.d.t("publish.hours.where")}
	for _, o := range p.units {
		c.Options = append(c.Options, ui.Option{Value: unit(o.Value), Label: o.Label, Checked: o.Value == p.missionID})
	}
	return c
}

func (p unitPage) may(what perm.Permission) bool {
	return p.d.actor.MayIn(what, perm.InMission(p.missionID))
}

// slotsPage lists the slots of a unit: GET /console/calendar/slots?unit=.
type slotsPage struct {
	unitPage
	list []slot.Slot
	zone *time.Location
}

func (c *console) listSlots(w http.ResponseWriter, r *http.Request) error {
	u, err := c.unitPage(r, slotsPath, r.URL.Query().Get("unit"))
	if err != nil {
		return err
	}
	p := slotsPage{unitPage: u, zone: c.org.Zone(r.Context(), u.missionID)}
	if p.list, err = c.slots.Slots(r.Context(), u.missionID); err != nil {
		return err
	}
	page := web.Page{Title: p.d.t("publish.slot.title"), Intro: p.d.t("publish.slot.intro"), Crumbs: p.d.calendarCrumbs(), Body: slotsView(p)}
	if p.may(timing.Manage) {
		page.Actions = ui.Btn(ui.Button{Label: p.d.t("publish.slot.new"), Icon: "plus", Href: slotsPath + "/edit?unit=" + url.QueryEscape(unit(p.missionID))})
	}
	return web.Render(w, r, page)
}

// clock writes a minute of the day.
func (d *desk) clock(minute int) string {
	return d.p.Digits(twoDigits(minute/60) + ":" + twoDigits(minute%60))
}

func (p slotsPage) table() ui.TableProps {
	d := p.d
	t := ui.TableProps{ID: "slots", Caption: d.t("publish.slot.of", "name", d.mission(p.missionID)), Visible: true,
		Columns: []ui.Column{{Label: d.t("publish.slot.when"), Short: true}, {Label: d.t("publish.slot.places"), Numeric: true}, {Label: d.t("publish.field.kind")}, {Label: d.t("publish.slot.channel")}},
		Empty:   ui.EmptyState("clock", d.t("publish.slot.none"), d.t("publish.slot.none_next"), nil)}
	for _, s := range p.list {
		when := ui.TextCell(d.p.Weekday(s.Weekday) + " " + d.clock(s.Minute))
		if p.may(timing.Manage) {
			when.Href = slotsPath + "/edit?id=" + url.QueryEscape(s.ID)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{when, {Text: d.p.Int(s.Places)}, {Text: d.anyOr(string(s.Kind), "publish.kind.")}, {Text: d.anyOr(string(s.Channel), "publish.channel.")}}})
	}
	return t
}

// anyOr names a value, or says that any will do.
func (d *desk) anyOr(value, prefix string) string {
	if value == "" {
		return d.t("publish.any")
	}
	return d.t(prefix + value)
}

// slotForm changes one slot: GET /console/calendar/slots/edit?id=, or with unit=
// a new one.
type slotForm struct {
	form
	s     slot.Slot
	fresh bool
}

func (c *console) editSlot(w http.ResponseWriter, r *http.Request) error {
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	p := slotForm{s: slot.Slot{ID: id.New(), MissionID: missionOf(q.Get("unit")), Weekday: time.Sunday, Minute: 10 * 60, Places: 1}, fresh: q.Get("id") == ""}
	if p.fresh && !d.actor.MayIn(timing.Manage, perm.InMission(p.s.MissionID)) {
		return errs.New(errs.NotFound, "")
	}
	if !p.fresh {
		if p.s, err = c.slots.Slot(r.Context(), q.Get("id")); err != nil {
			return err
		}
	}
	s := p.s
	p.form = d.fresh(url.Values{"weekday": {strconv.Itoa(int(s.Weekday))}, "at-time": {d.clock(s.Minute)}, "places": {d.p.Int(s.Places)}, "kind": {string(s.Kind)}, "channel": {string(s.Channel)}})
	return c.showSlot(w, r, p)
}

func (c *console) showSlot(w http.ResponseWriter, r *http.Request, p slotForm) error {
	if p.s.MissionID != "" {
		if _, err := c.org.Mission(r.Context(), p.s.MissionID); err != nil {
			return err
		}
	}
	title := "publish.slot.edit"
	if p.fresh {
		title = "publish.slot.new"
	}
	crumbs := append(p.d.calendarCrumbs(), ui.Link{Label: p.d.t("publish.slot.title"), Href: slotsPath + "?unit=" + url.QueryEscape(unit(p.s.MissionID))})
	return web.Render(w, r, web.Page{Title: p.d.t(title), Intro: p.d.mission(p.s.MissionID), Crumbs: crumbs, Body: slotFormView(p), Status: p.status})
}

// saveSlot: POST /console/calendar/slots/edit.
func (c *console) saveSlot(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	s := slot.Slot{ID: in.ID("id"), MissionID: missionOf(in.Raw("unit")), Version: number(in.Raw("version")), Kind: publish.Kind(in.Raw("kind")), Channel: publish.Channel(in.Raw("channel")),
		Weekday: time.Weekday(in.Int("weekday", 0, 6)), Minute: readClock(in, "at"), Places: in.Int("places", 1, slot.MaxPlaces)}
	if err = in.Err(); err == nil {
		err = c.slots.Save(r.Context(), s)
	}
	if err == nil {
		return done(w, r, nil, slotsPath+"?unit="+url.QueryEscape(unit(s.MissionID)), "publish.done.saved")
	}
	d, deskErr := c.desk(r)
	if deskErr != nil {
		return deskErr
	}
	p := slotForm{form: d.typed(r), s: s, fresh: s.Version == 0}
	if !p.refused(r, err) {
		return err
	}
	if errors.Is(err, publish.ErrEdited) {
		now, err := c.slots.Slot(r.Context(), s.ID)
		if err != nil {
			return err
		}
		p.s.Version, p.fresh = now.Version, false
	}
	return c.showSlot(w, r, p)
}

// readClock reads a time of day as a minute, in any digits.
func readClock(in *web.Form, name string) int {
	minute, ok := parseClock(in.Raw(name + "-time"))
	if !ok {
		in.Fail(name, "web.field.time")
	}
	return minute
}

// removeSlot: POST /console/calendar/slots/remove.
func (c *console) removeSlot(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	s, err := c.slots.Slot(r.Context(), in.Raw("id"))
	if err != nil {
		return err
	}
	return done(w, r, c.slots.Remove(r.Context(), s.ID), slotsPath+"?unit="+url.QueryEscape(unit(s.MissionID)), "publish.slot.removed")
}

func (p slotForm) weekdays() ui.ChoiceProps {
	var options []ui.Option
	for n := range 7 {
		day := (p.d.p.WeekStart() + time.Weekday(n)) % 7
		options = append(options, ui.Option{Value: strconv.Itoa(int(day)), Label: p.d.p.Weekday(day)})
	}
	return p.choice("weekday", "publish.slot.weekday", "", options)
}

func (p slotForm) kinds() ui.ChoiceProps {
	var options []ui.Option
	for _, k := range publish.Kinds {
		options = append(options, ui.Option{Value: string(k), Label: p.d.t("publish.kind." + string(k))})
	}
	c := p.choice("kind", "publish.field.kind", "", options)
	c.Blank, c.Optional = p.d.t("publish.any"), true
	return c
}

func (p slotForm) channels() ui.ChoiceProps {
	var options []ui.Option
	for _, x := range publish.ChannelList {
		options = append(options, ui.Option{Value: string(x), Label: p.d.t("publish.channel." + string(x))})
	}
	c := p.choice("channel", "publish.slot.channel", "publish.slot.channel_hint", options)
	c.Blank, c.Optional = p.d.t("publish.any"), true
	return c
}

// time describes the field of the time of day.
func (p slotForm) time(zone string) ui.FieldProps {
	f := p.clock("at", p.d.t("publish.time_in", "zone", zone))
	f.Optional, f.Error = false, p.errors["at"]
	return f
}
