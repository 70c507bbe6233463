package publishweb

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/occasion"
	"sifara/internal/publish/timing"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

const occasionsPath = calendarPath + "/occasions"

func occasionPath(id string) string { return occasionsPath + "/" + url.PathEscape(id) }

func (c *console) occasionRoutes() []web.Route {
	return []web.Route{
		web.Get(occasionsPath, publish.MayView, c.listOccasions),
		web.Get(occasionsPath+"/{id}", publish.MayView, c.occasion),
		web.Post(occasionsPath+"/{id}", timing.Manage, c.saveOccasion),
		web.Post(occasionsPath+"/{id}/day", timing.Manage, c.moveOccasion),
	}
}

func (d *desk) mayOccasions() bool { return d.actor.MayIn(timing.Manage, perm.Everywhere()) }

// occasionsPage lists the occasions of the coming year:
// GET /console/calendar/occasions.
type occasionsPage struct {
	d      *desk
	list   []occasion.Date
	hidden []occasion.Occasion
}

func (c *console) listOccasions(w http.ResponseWriter, r *http.Request) error {
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	p := occasionsPage{d: d}
	today := dayUTC(d.now.In(c.org.Zone(r.Context(), "")))
	if p.list, err = c.occasions.Between(r.Context(), today, today.AddDate(1, 0, 0)); err != nil {
		return err
	}
	all, err := c.occasions.List(r.Context())
	if err != nil {
		return err
	}
	p.hidden = slices.DeleteFunc(all, func(o occasion.Occasion) bool { return !o.Hidden })
	return web.Render(w, r, web.Page{Title: d.t("publish.occasion.title"), Intro: d.t("publish.occasion.intro"), Crumbs: d.calendarCrumbs(), Body: occasionsView(p), Actions: occasionActions(d)})
}

func (p occasionsPage) table() ui.TableProps {
	d := p.d
	t := ui.TableProps{ID: "occasions", Caption: d.t("publish.occasion.title"), Columns: []ui.Column{{Label: d.t("publish.occasion.when"), Short: true}, {Label: d.t("publish.occasion.title")}, {Label: d.t("publish.occasion.kind")}, {Label: d.t("publish.occasion.country")}}}
	for _, o := range p.list {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: d.daysOf(o)}, {Text: o.Name(d.p.Lang()), Href: occasionPath(o.ID)}, ui.CompCell(occasionKind(d, o.Occasion)), {Text: d.countryOf(o.Occasion)}}})
	}
	return t
}

// daysOf writes the days of an occasion in one year.
func (d *desk) daysOf(o occasion.Date) string {
	if o.First.Equal(o.Last) {
		return d.p.DateWeekday(o.First)
	}
	return d.t("publish.calendar.off_days", "from", d.p.DateWeekday(o.First), "until", d.p.DateWeekday(o.Last))
}

func (d *desk) countryOf(o occasion.Occasion) string {
	if o.Country == "" {
		return d.t("publish.occasion.everywhere")
	}
	return d.p.Country(o.Country)
}

// occasionPage shows one occasion, leads to planning from it, and lets the
// ministry change it: GET /console/calendar/occasions/{id}; "new" begins one.
type occasionPage struct {
	form
	o     occasion.Occasion
	dates []occasion.Date
	may   bool
	fresh bool // not stored yet
}

// newOccasion is the address of one that is not there yet.
const newOccasion = "new"

func (c *console) occasion(w http.ResponseWriter, r *http.Request) error {
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	p := occasionPage{o: occasion.Occasion{ID: id.New(), Kind: occasion.National, Days: 1}, fresh: r.PathValue("id") == newOccasion}
	if p.fresh && !d.mayOccasions() {
		return errs.New(errs.NotFound, "")
	}
	if !p.fresh {
		if p.o, err = c.occasions.Occasion(r.Context(), r.PathValue("id")); err != nil {
			return err
		}
	}
	o := p.o
	v := url.Values{"id": {o.ID}, "version": {strconv.Itoa(o.Version)}, "kind": {string(o.Kind)}, "country": {o.Country}, "rule": {o.Rule}, "days": {strconv.Itoa(o.Days)}}
	for l, s := range o.Names {
		v.Set("names-"+string(l), s)
	}
	for name, on := range map[string]bool{"mourning": o.Mourning, "hidden": o.Hidden} {
		if on {
			v.Set(name, "1")
		}
	}
	p.form = d.fresh(v)
	return c.showOccasion(w, r, p)
}

func (c *console) showOccasion(w http.ResponseWriter, r *http.Request, p occasionPage) error {
	p.may = p.d.mayOccasions()
	if !p.fresh {
		today := dayUTC(p.d.now.In(c.org.Zone(r.Context(), "")))
		list, err := c.occasions.Between(r.Context(), today, today.AddDate(2, 0, 0))
		if err != nil {
			return err
		}
		p.dates = slices.DeleteFunc(list, func(x occasion.Date) bool { return x.ID != p.o.ID })
	}
	title := p.o.Name(p.d.p.Lang())
	if p.fresh {
		title = p.d.t("publish.occasion.new")
	}
	crumbs := append(p.d.calendarCrumbs(), ui.Link{Label: p.d.t("publish.occasion.title"), Href: occasionsPath})
	return web.Render(w, r, web.Page{Title: title, Crumbs: crumbs, Body: occasionView(p), Status: p.status})
}

// saveOccasion: POST /console/calendar/occasions/{id}.
func (c *console) saveOccasion(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	o := occasion.Occasion{ID: r.PathValue("id"), Version: number(in.Raw("version")), Kind: occasion.Kind(in.Raw("kind")), Country: in.Raw("country"), Rule: in.Raw("rule"), Days: in.Int("days", 1, occasion.MaxDays),
		Mourning: in.Checked("mourning"), Hidden: in.Checked("hidden"), Names: publish.Texts{}}
	for _, l := range i18n.Langs {
		o.Names[l] = in.Raw("names-" + string(l))
	}
	if err = in.Err(); err == nil {
		err = c.occasions.Save(r.Context(), o)
	}
	if err == nil {
		return done(w, r, nil, occasionPath(o.ID), "publish.done.saved")
	}
	return c.occasionAgain(w, r, o.ID, err)
}

// occasionAgain shows the page with what was typed and what is wrong with it.
func (c *console) occasionAgain(w http.ResponseWriter, r *http.Request, occasionID string, wrong error) error {
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	p := occasionPage{form: d.typed(r)}
	if !p.refused(r, wrong) {
		return wrong
	}
	p.o, err = c.occasions.Occasion(r.Context(), occasionID)
	if errs.KindOf(err) == errs.NotFound && id.Valid(occasionID) {
		p.o, p.fresh, err = occasion.Occasion{ID: occasionID}, true, nil
	}
	if err != nil {
		return err
	}
	if errors.Is(wrong, publish.ErrEdited) {
		p.v.Set("version", strconv.Itoa(p.o.Version))
	}
	return c.showOccasion(w, r, p)
}

// moveOccasion corrects the day of one year: POST /console/calendar/occasions/{id}/day.
func (c *console) moveOccasion(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	var day time.Time
	if s := in.Raw("day"); s != "" {
		if day, err = time.Parse(time.DateOnly, s); err != nil {
			return errs.New(errs.Invalid, "web.field.date")
		}
	}
	err = c.occasions.Move(r.Context(), r.PathValue("id"), number(in.Raw("year")), day)
	return done(w, r, err, occasionPath(r.PathValue("id")), "publish.done.saved")
}

// shifts are the days on which an occasion may be said to begin in a year.
func (p occasionPage) shifts(x occasion.Date) ui.ChoiceProps {
	c := ui.ChoiceProps{Name: "day", ID: "day-" + strconv.Itoa(x.Year), Label: p.d.t("publish.occasion.begins"), Blank: p.d.t("publish.occasion.as_reckoned")}
	for n := -1; n <= 1; n++ {
		at := x.First.AddDate(0, 0, n)
		c.Options = append(c.Options, ui.Option{Value: at.Format(time.DateOnly), Label: p.d.p.DateWeekday(at), Checked: n == 0 && x.ByHand})
	}
	return c
}

func (p occasionPage) kinds() ui.ChoiceProps {
	var options []ui.Option
	for _, k := range occasion.Kinds {
		options = append(options, ui.Option{Value: string(k), Label: p.d.t("publish.occasion.kind." + string(k))})
	}
	return p.choice("kind", "publish.occasion.kind", "", options)
}

func (p occasionPage) countries() ui.ChoiceProps {
	c := p.choice("country", "publish.occasion.country", "", p.d.countries())
	c.Blank, c.Optional = p.d.t("publish.occasion.everywhere"), true
	return c
}

// planAddress leads to planning something from an occasion.
func planAddress(path string, x occasion.Date) string {
	return path + "?" + url.Values{"occasion": {x.ID}, "day": {x.First.Format(time.DateOnly)}}.Encode()
}

// fromOccasion gives the occasion from which something is planned, by the query of the
// address or the fields of a form; false when there is none.
func (c *console) fromOccasion(ctx context.Context, v url.Values) (occasion.Date, bool, error) {
	day, err := time.Parse(time.DateOnly, v.Get("day"))
	if err != nil || v.Get("occasion") == "" {
		return occasion.Date{}, false, nil
	}
	x, err := c.occasions.Next(ctx, v.Get("occasion"), day)
	if errs.KindOf(err) == errs.NotFound {
		return x, false, nil
	}
	return x, err == nil, err
}

// lead is how many days before an occasion its campaign begins, unless somebody
// says otherwise.
const lead = 7

// fillFrom writes an occasion into the fields of a new campaign.
func (d *desk) fillFrom(v url.Values, x occasion.Date) {
	for l, s := range x.Names {
		v.Set("names-"+string(l), s)
	}
	d.putTime(v, "starts", db.At(x.First.AddDate(0, 0, -lead)), time.UTC)
	d.putTime(v, "ends", db.At(x.Last), time.UTC)
	if x.Country != "" && x.Kind == occasion.Host {
		v.Set("countries", d.p.Country(x.Country))
	}
}

// embargoFor sets the end of the embargo of a message to the morning of its
// occasion, where it comes from.
func (c *console) embargoFor(ctx context.Context, m publish.Message, x occasion.Date) error {
	h, err := c.timing.Hours(ctx, m.MissionID)
	if err != nil {
		return err
	}
	y, mo, day := x.First.Date()
	at := time.Date(y, mo, day, h.DayFrom/60, h.DayFrom%60, 0, 0, c.org.Zone(ctx, m.MissionID))
	if !at.After(c.clock.Now()) {
		return nil
	}
	to := m.Settings()
	to.EmbargoUntil = db.At(at)
	_, err = c.svc.Arrange(ctx, m.ID, m.SettingsVersion, to)
	return err
}

// name describes the field of the name in a language.
func (p occasionPage) name(l i18n.Lang) ui.FieldProps {
	f := p.words("names-"+string(l), "publish.occasion.name", "", l, 0, 0)
	f.Label, f.Optional = p.d.t("publish.occasion.name", "language", l.Name()), true
	return f
}

// rule describes the field of when it returns.
func (p occasionPage) rule() ui.FieldProps {
	f := p.field("rule", "publish.occasion.rule", "")
	f.Hint = p.d.t("publish.occasion.rule_hint", "fixed", "03-21", "nth", "3mon-01", "last", "-1mon-05", "from", "sat+06-20", "easter", "easter-2", "lunar", "h10-01", "solar", "newroz+0")
	f.Dir, f.Width = "ltr", 20
	return f
}
