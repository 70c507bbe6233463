package publishweb

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/publish"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// settings asks what a message is, besides its text:
// GET /console/messages/{id}/settings.
func (c *console) settings(w http.ResponseWriter, r *http.Request) error {
	p, err := c.messagePage(r)
	if err != nil {
		return err
	}
	if !p.acts.Edit {
		return errs.New(errs.Conflict, "publish.error.state")
	}
	return c.showSettings(w, r, p, p.d.fresh(c.settingsOf(r, p)))
}

// settingsOf are the stored settings as the form shows them.
func (c *console) settingsOf(r *http.Request, p messagePage) url.Values {
	zone := c.org.Zone(r.Context(), p.m.MissionID)
	v := url.Values{"mission": {p.m.MissionID}, "kind": {string(p.m.Kind)}, "sensitivity": {string(p.m.Sensitivity)}, "version": {strconv.Itoa(p.m.SettingsVersion)}, "exempt": {string(p.m.Exempt)}}
	for _, x := range p.m.Channels.List() {
		v.Add("channels", string(x))
	}
	p.d.putTime(v, "embargo", p.m.EmbargoUntil, zone)
	p.d.putTime(v, "not_after", p.m.NotAfter, zone)
	p.d.putDetails(v, p.m.Details, zone)
	return v
}

func (c *console) showSettings(w http.ResponseWriter, r *http.Request, p messagePage, f form) error {
	zone := c.org.Zone(r.Context(), p.m.MissionID)
	return web.Render(w, r, web.Page{Title: p.d.t("publish.settings.title"), Crumbs: p.d.crumbs(&p.m), Body: settingsView(releasePage{messagePage: p, form: f, zone: zone}), Status: f.status})
}

// arrange saves the settings: POST /console/messages/{id}/settings.
func (c *console) arrange(w http.ResponseWriter, r *http.Request) error {
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
	to := publish.Settings{
		MissionID: in.OptionalID("mission"), Kind: publish.Kind(in.Raw("kind")), Sensitivity: publish.Sensitivity(in.Raw("sensitivity")),
		EmbargoUntil: minute(in, "embargo", m.EmbargoUntil, zone), NotAfter: minute(in, "not_after", m.NotAfter, zone), Exempt: publish.Exemption(in.Raw("exempt")), Channels: publish.JoinChannels(in.All("channels")...),
	}
	to.Details = readDetails(in, to.Kind, m.Details, zone)
	if err = in.Err(); err == nil {
		_, err = c.svc.Arrange(ctx, messageID, number(in.Raw("version")), to)
	}
	if err == nil {
		return done(w, r, nil, messagePath(messageID), "publish.done.saved")
	}
	p, pageErr := c.messagePage(r)
	if pageErr != nil {
		return pageErr
	}
	f := p.d.typed(r)
	if !f.refused(r, err) {
		return err
	}
	if errors.Is(err, publish.ErrEdited) {
		f.v.Set("version", strconv.Itoa(p.m.SettingsVersion))
	}
	return c.showSettings(w, r, p, f)
}

// minute reads a moment. What is stored to the second and shown to the minute
// stays as it was when nobody changed it.
func minute(in *web.Form, name string, stored db.Time, zone *time.Location) db.Time {
	at := db.At(in.DateTime(name, zone))
	if !at.IsZero() && at.Std().Truncate(time.Minute).Equal(stored.Std().Truncate(time.Minute)) {
		return stored
	}
	return at
}

// exempt asks whether a message goes out also while publishing is paused, those
// who may say so; it is empty for others, to whom it stays as it is.
func (p releasePage) exempt() ui.ChoiceProps {
	if !p.d().actor.MayIn(publish.MayExempt, p.m.Scope()) {
		return ui.ChoiceProps{}
	}
	options := []ui.Option{{Label: p.d().t("publish.exempt.no")}}
	for _, x := range publish.Exemptions {
		options = append(options, ui.Option{Value: string(x), Label: p.d().t("publish.exempt." + string(x))})
	}
	return p.choice("exempt", "publish.field.exempt", "publish.field.exempt.hint", options)
}
