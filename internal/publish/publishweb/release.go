package publishweb

import (
	"net/http"
	"net/url"
	"time"

	"sifara/internal/publish"
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
	v := url.Values{"when": {"now"}}
	at := p.m.ReleaseAt
	if at.IsZero() {
		at = p.m.EmbargoUntil
	}
	if !at.IsZero() {
		v.Set("when", "later")
		p.d.putTime(v, "at", at, zone)
	}
	return c.showRelease(w, r, releasePage{messagePage: p, form: p.d.fresh(v), zone: zone})
}

func (c *console) showRelease(w http.ResponseWriter, r *http.Request, p releasePage) error {
	var err error
	if p.tones, err = c.tones(r, p.d(), &p.m); err != nil {
		return err
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
	said := "publish.done.released"
	if in.Choice("when", "now", "later") == "later" {
		said = "publish.done.scheduled"
		at := in.DateTime("at", zone)
		if at.IsZero() && in.Err() == nil {
			in.Fail("at", "web.field.required")
		}
		if err = in.Err(); err == nil {
			_, err = c.svc.Schedule(ctx, messageID, in.Raw("hash"), at)
		}
	} else if err = in.Err(); err == nil {
		var out publish.Message
		if out, err = c.svc.Release(ctx, messageID, in.Raw("hash")); out.State == publish.StateScheduled {
			said = "publish.done.queued" // behind others that a pause held up
		}
	}
	if err == nil {
		return done(w, r, nil, messagePath(messageID), said)
	}
	p, pageErr := c.messagePage(r)
	if pageErr != nil {
		return pageErr
	}
	f := p.d.typed(r)
	if !f.refused(r, err) {
		return err
	}
	return c.showRelease(w, r, releasePage{messagePage: p, form: f, zone: zone})
}

func (p releasePage) when() ui.ChoiceProps {
	return p.choice("when", "publish.release.when", "", []ui.Option{
		{Value: "now", Label: p.d().t("publish.release.now")},
		{Value: "later", Label: p.d().t("publish.release.later"), Then: moment(p.form, "at", "publish.release.at", "publish.release.at_hint", p.d().t("publish.time_in", "zone", p.zone.String()))},
	})
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
	route, err := c.svc.RouteFor(r.Context(), publish.Match{MissionID: p.m.MissionID, TopicID: p.m.TopicID, Kind: p.m.Kind, Sensitivity: p.m.Sensitivity})
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
