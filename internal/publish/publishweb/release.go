package publishweb

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"time"

	"sifara/internal/db"
	"sifara/internal/publish"
	"sifara/internal/publish/clash"
	"sifara/internal/publish/response"
	"sifara/internal/publish/timing"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// releasePage asks whether the message goes out now or later:
// GET /console/messages/{id}/release.
type releasePage struct {
	messagePage
	form
	zone  *time.Location
	tones []toneView
	at    time.Time     // the moment that is looked at; zero: now
	here  []timing.Here // what it is like where the message is read
	grave bool          // something speaks against it, and nobody has said "all the same"

	warnings []clash.Warning // what else speaks against it
	advice   []response.Advice
	slot     time.Time // the next free slot of the queue; zero: none
}

func (p releasePage) d() *desk { return p.messagePage.d }

func (c *console) releasing(w http.ResponseWriter, r *http.Request) error {
	p, err := c.messagePage(r)
	if err != nil {
		return err
	}
	if !p.acts.Release {
		return done(w, r, publish.ErrState, messagePath(p.m.ID), "")
	}
	zone := c.org.Zone(r.Context(), p.m.MissionID)
	v, at := url.Values{"when": {"now"}}, cmp.Or(p.m.ReleaseAt, p.m.EmbargoUntil)
	page := releasePage{messagePage: p, zone: zone}
	if t, err := time.Parse(time.RFC3339, r.URL.Query().Get("at")); err == nil {
		at = db.At(t) // a time that was advised
	}
	if !at.IsZero() {
		v.Set("when", "later")
		p.d.putTime(v, "at", at, zone)
		page.at = at.Std()
	}
	page.form = p.d.fresh(v)
	return c.showRelease(w, r, page)
}

func (c *console) showRelease(w http.ResponseWriter, r *http.Request, p releasePage) error {
	var err error
	if p.tones, err = c.tones(r, p.d(), &p.m); err != nil {
		return err
	}
	if p.here, err = c.here(r.Context(), p.messagePage, p.moment()); err != nil {
		return err
	}
	if p.advice, err = c.responses.Advise(r.Context(), p.m); err != nil {
		return err
	}
	if p.slot, err = c.slots.Next(r.Context(), p.m); err != nil {
		return err
	}
	if !p.at.IsZero() {
		list, err := c.clashes.Look(r.Context(), p.m, p.at)
		if err != nil {
			return err
		}
		p.warnings = beside(list)
	}
	return web.Render(w, r, web.Page{Title: p.d().t("publish.release.title"), Intro: p.d().t("publish.release.intro"), Crumbs: p.d().crumbs(&p.m), Body: releaseView(p), Status: p.status})
}

// release makes public or plans: POST /console/messages/{id}/release.
func (c *console) release(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	ctx, messageID := r.Context(), r.PathValue("id")
	m, err := c.svc.Message(ctx, messageID)
	if err != nil {
		return err
	}
	zone := c.org.Zone(ctx, m.MissionID)
	switch in.Choice("when", "now", "later", "queue") {
	case "later":
		return c.releaseLater(w, r, in, m, zone)
	case "queue":
		return c.enqueue(w, r, in, m, zone)
	}
	said := "publish.done.released"
	if err = in.Err(); err == nil {
		var out publish.Message
		if out, err = c.svc.Release(ctx, messageID, in.Raw("hash")); out.State == publish.StateScheduled {
			said = "publish.done.queued" // behind others that a pause held up
		}
	}
	if err == nil {
		return done(w, r, nil, messagePath(messageID), said)
	}
	return c.releaseAgain(w, r, err, releasePage{zone: zone})
}

// releaseLater plans the release, once the person has seen what speaks against
// the time; or only looks at the time when that was asked.
func (c *console) releaseLater(w http.ResponseWriter, r *http.Request, in *web.Form, m publish.Message, zone *time.Location) error {
	ctx := r.Context()
	page := releasePage{zone: zone, at: in.DateTime("at", zone)}
	if page.at.IsZero() && in.Err() == nil {
		in.Fail("at", "web.field.required")
	}
	if err := in.Err(); err != nil {
		return c.releaseAgain(w, r, err, page)
	}
	if in.Raw("act") == "look" {
		return c.releaseAgain(w, r, nil, page)
	}
	if err := c.weigh(ctx, in, m, &page); err != nil || page.grave {
		return c.orAgain(w, r, err, page)
	}
	if _, err := c.svc.Schedule(ctx, m.ID, in.Raw("hash"), page.at); err != nil {
		return c.releaseAgain(w, r, err, page)
	}
	return done(w, r, nil, messagePath(m.ID), "publish.done.scheduled")
}

// weigh notes whether something grave speaks against the moment of the page that
// the person has not planned over on purpose.
func (c *console) weigh(ctx context.Context, in *web.Form, m publish.Message, page *releasePage) error {
	if in.Checked("anyway") {
		return nil
	}
	list, err := c.clashes.Look(ctx, m, page.at)
	page.grave = clash.Grave(list)
	return err
}

// orAgain gives the error, or else the form again.
func (c *console) orAgain(w http.ResponseWriter, r *http.Request, err error, page releasePage) error {
	if err != nil {
		return err
	}
	return c.releaseAgain(w, r, nil, page)
}

// enqueue puts the message into the queue of its speaker, once the person has
// seen what speaks against its slot.
func (c *console) enqueue(w http.ResponseWriter, r *http.Request, in *web.Form, m publish.Message, zone *time.Location) error {
	ctx := r.Context()
	at, err := c.slots.Next(ctx, m)
	if err != nil {
		return err
	}
	page := releasePage{zone: zone, at: at}
	if !at.IsZero() {
		if err := c.weigh(ctx, in, m, &page); err != nil || page.grave {
			return c.orAgain(w, r, err, page)
		}
	}
	out, err := c.slots.Enqueue(ctx, m.ID, in.Raw("hash"))
	if err != nil {
		return c.releaseAgain(w, r, err, page)
	}
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	return done(w, r, nil, messagePath(m.ID), "publish.queue.done", "time", d.when(m.MissionID, out.QueueAt))
}

// releaseAgain shows the form with what was typed and what is wrong, if
// anything.
func (c *console) releaseAgain(w http.ResponseWriter, r *http.Request, wrong error, page releasePage) error {
	p, err := c.messagePage(r)
	if err != nil {
		return err
	}
	page.messagePage, page.form = p, p.d.typed(r)
	if wrong != nil && !page.refused(r, wrong) {
		return wrong
	}
	return c.showRelease(w, r, page)
}

// moment is the time that the page is about.
func (p releasePage) moment() time.Time {
	if p.at.IsZero() {
		return p.d().now
	}
	return p.at
}

// hereTable says what the moment is like at each place.
func (p releasePage) hereTable() ui.TableProps {
	d := p.d()
	caption := d.t("publish.time.now")
	if !p.at.IsZero() {
		caption = d.t("publish.time.then")
	}
	t := ui.TableProps{Caption: caption, Columns: []ui.Column{{Label: d.t("publish.time.place")}, {Label: d.t("publish.time.local"), Short: true}, {Label: d.t("publish.time.day")}, {Label: d.t("publish.time.prayers")}}}
	for _, h := range p.here {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: h.Place.Name(d.p.Lang())}, {Text: d.p.Weekday(h.At.Weekday()) + " " + d.p.DateTime(h.At)}, ui.CompCell(dayCellOf(d, h)), {Text: d.prayers(h)}}})
	}
	return t
}

func (p releasePage) when() ui.ChoiceProps {
	options := []ui.Option{
		{Value: "now", Label: p.d().t("publish.release.now")},
		{Value: "later", Label: p.d().t("publish.release.later"), Then: moment(p.form, "at", "publish.release.at", "publish.release.at_hint", p.d().t("publish.time_in", "zone", p.zone.String()))},
	}
	if !p.slot.IsZero() {
		at := p.slot.In(p.zone)
		options = append(options, ui.Option{Value: "queue", Label: p.d().t("publish.queue.put"), Hint: p.d().t("publish.queue.put_hint", "time", p.d().p.DateWeekday(at)+" · "+p.d().p.Clock(at))})
	}
	return p.choice("when", "publish.release.when", "", options)
}

// emergency is the page of the release that skips the route:
// GET /console/messages/{id}/emergency.
func (c *console) emergency(w http.ResponseWriter, r *http.Request) error {
	p, err := c.messagePage(r)
	if err != nil {
		return err
	}
	if !p.acts.Rush {
		return done(w, r, publish.ErrState, messagePath(p.m.ID), "")
	}
	if ok, err := c.proved(w, r, r.URL.RequestURI()); !ok {
		return err
	}
	return c.showEmergency(w, r, p, p.d.fresh(url.Values{}))
}

func (c *console) showEmergency(w http.ResponseWriter, r *http.Request, p messagePage, f form) error {
	route, err := c.svc.EmergencyRoute(r.Context(), p.m)
	if err != nil {
		return err
	}
	within := time.Duration(route.ReviewWithin) * time.Hour
	return web.Render(w, r, web.Page{Title: p.d.t("publish.emergency.title"), Crumbs: p.d.crumbs(&p.m), Body: emergencyView(releasePage{messagePage: p, form: f}, p.d.p.Duration(within)), Status: f.status})
}

// rush releases at once: POST /console/messages/{id}/emergency.
func (c *console) rush(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	back := messagePath(r.PathValue("id")) + "/emergency"
	if ok, err := c.proved(w, r, back); !ok {
		return err
	}
	if _, err = c.svc.Rush(r.Context(), r.PathValue("id"), in.Raw("hash"), in.Raw("reason")); err == nil {
		return done(w, r, nil, messagePath(r.PathValue("id")), "publish.done.released")
	}
	p, pageErr := c.messagePage(r)
	if pageErr != nil {
		return pageErr
	}
	f := p.d.typed(r)
	if !f.refused(r, err) {
		return err
	}
	return c.showEmergency(w, r, p, f)
}
