package channelsweb

import (
	"context"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"sifara/internal/channels"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// webhooksPage lists the webhooks.
type webhooksPage struct {
	names
	list []channels.Webhook
	last map[string]channels.Delivery
}

// webhooks lists them: GET /console/webhooks
func (p pages) webhooks(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	page := webhooksPage{last: map[string]channels.Delivery{}}
	var err error
	if page.names, err = p.names(ctx); err != nil {
		return err
	}
	if page.list, err = p.WebhookList(ctx); err != nil {
		return err
	}
	for _, h := range page.list {
		list, _, err := p.Deliveries(ctx, channels.DeliveryFilter{WebhookID: h.ID, Limit: 1})
		if err != nil {
			return err
		}
		if len(list) > 0 {
			page.last[h.ID] = list[0]
		}
	}
	if r.URL.Query().Get("part") == "list" {
		return web.Fragment(w, r, webhookTable(page))
	}
	action := ui.Btn(ui.Button{Label: web.T(r, "channels.webhook_new"), Icon: "plus", Href: webhooksPath + "/new"})
	return web.Render(w, r, web.Page{Title: web.T(r, "channels.webhooks"), Intro: web.T(r, "channels.webhooks_intro"), Body: webhooksBody(page), Actions: action})
}

// webhookPage shows one webhook with its deliveries.
type webhookPage struct {
	names
	hook       channels.Webhook
	creator    string
	deliveries []channels.Delivery
	links      ui.PageLinks
	state      channels.DeliveryState
	secret     string // shown this once
}

// webhook shows one: GET /console/webhooks/{id}?state=…&before=…
func (p pages) webhook(w http.ResponseWriter, r *http.Request) error {
	return p.drawWebhook(w, r, r.PathValue("id"), "")
}

func (p pages) drawWebhook(w http.ResponseWriter, r *http.Request, webhookID, secret string) error {
	page, err := p.readWebhook(r.Context(), webhookID, r.URL.Query())
	if err != nil {
		return err
	}
	page.secret = secret
	if r.URL.Query().Get("part") == "list" {
		return web.Fragment(w, r, deliveryTable(page))
	}
	action := ui.Btn(ui.Button{Label: web.T(r, "channels.edit"), Icon: "pencil", Quiet: true, Href: webhooksPath + "/" + page.hook.ID + "/edit"})
	return web.Render(w, r, web.Page{Title: page.hook.Name, Crumbs: webhookCrumbs(r), Body: webhookBody(page), Actions: action})
}

func (p pages) readWebhook(ctx context.Context, webhookID string, q url.Values) (page webhookPage, err error) {
	if page.hook, err = p.Webhook(ctx, webhookID); err != nil {
		return page, err
	}
	if page.names, err = p.names(ctx); err != nil {
		return page, err
	}
	people, err := p.Org.PersonNames(ctx, []string{page.hook.CreatedBy})
	if err != nil {
		return page, err
	}
	page.creator, page.state = people[page.hook.CreatedBy], channels.DeliveryState(q.Get("state"))
	list, next, err := p.Deliveries(ctx, channels.DeliveryFilter{WebhookID: webhookID, State: page.state, Before: q.Get("before"), Limit: 30})
	if err != nil {
		return page, err
	}
	page.deliveries = list
	link := func(before string) string {
		v := url.Values{}
		if page.state != "" {
			v.Set("state", string(page.state))
		}
		if before != "" {
			v.Set("before", before)
		}
		return webhooksPath + "/" + webhookID + "?" + v.Encode()
	}
	if q.Get("before") != "" {
		page.links.NewerHref = link("")
	}
	if next != "" {
		page.links.OlderHref = link(next)
	}
	return page, nil
}

func webhookCrumbs(r *http.Request, more ...ui.Link) []ui.Link {
	return append([]ui.Link{{Label: i18n.T(r.Context(), "channels.webhooks"), Href: webhooksPath}}, more...)
}

// newWebhook asks for a webhook: GET /console/webhooks/new
func (p pages) newWebhook(w http.ResponseWriter, r *http.Request) error {
	return p.askWebhook(w, r, fresh(r, url.Values{"id": {id.New()}}), "channels.webhook_new", webhooksPath, webhooksPath)
}

// editWebhook changes one: GET /console/webhooks/{id}/edit
func (p pages) editWebhook(w http.ResponseWriter, r *http.Request) error {
	h, err := p.Webhook(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	v := url.Values{"id": {h.ID}, "version": {itoa(h.Version)}, "name": {h.Name}, "url": {h.URL}, "events": h.Events}
	href := webhooksPath + "/" + h.ID
	return p.askWebhook(w, r, fresh(r, v), "channels.edit", href, href)
}

func (p pages) askWebhook(w http.ResponseWriter, r *http.Request, f form, title, action, cancel string) error {
	var events []ui.Option
	for _, e := range append([]string{channels.AllEvents}, p.Deps.Events...) {
		o := ui.Option{Value: e, Label: eventName(f.p, e)}
		if e != channels.AllEvents {
			o.Hint = e
		}
		events = append(events, o)
	}
	return web.Render(w, r, web.Page{Title: web.T(r, title), Crumbs: webhookCrumbs(r), Body: webhookForm(f, events, action, cancel), Status: f.status})
}

// eventName is what an event means, or its code where no words are known.
func eventName(p *i18n.Printer, event string) string {
	if event == channels.AllEvents {
		return p.T("channels.event_all")
	}
	if key := "channels.event." + event; p.Has(key) {
		return p.T(key)
	}
	return event
}

func webhookDraft(f form) channels.WebhookDraft {
	return channels.WebhookDraft{ID: f.get("id"), Name: f.get("name"), URL: f.get("url"), Events: f.v["events"], Version: f.version()}
}

// createWebhook makes one and shows its secret: POST /console/webhooks
func (p pages) createWebhook(w http.ResponseWriter, r *http.Request) error {
	f, err := typed(r)
	if err != nil {
		return err
	}
	if !id.Valid(f.get("id")) {
		return errs.New(errs.Invalid, "web.form")
	}
	secret, err := p.CreateWebhook(r.Context(), webhookDraft(f))
	if err != nil {
		if f.refused(r, err) {
			return p.askWebhook(w, r, f, "channels.webhook_new", webhooksPath, webhooksPath)
		}
		return err
	}
	return p.drawWebhook(w, r, f.get("id"), secret)
}

// saveWebhook changes one: POST /console/webhooks/{id}
func (p pages) saveWebhook(w http.ResponseWriter, r *http.Request) error {
	f, err := typed(r)
	if err != nil {
		return err
	}
	d := webhookDraft(f)
	d.ID = r.PathValue("id")
	href := webhooksPath + "/" + d.ID
	if err := p.EditWebhook(r.Context(), d); err != nil {
		if f.refused(r, err) {
			return p.askWebhook(w, r, f, "channels.edit", href, href)
		}
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "channels.saved"))
	return web.Redirect(w, r, href)
}

// webhookAct pauses, resumes, tests or removes one, as its button says:
// POST /console/webhooks/{id}/act
func (p pages) webhookAct(w http.ResponseWriter, r *http.Request) error {
	f, err := typed(r)
	if err != nil {
		return err
	}
	ctx, hook, href := r.Context(), r.PathValue("id"), webhooksPath+"/"+r.PathValue("id")
	said := "channels.saved"
	switch f.get("act") {
	case "pause":
		err = p.PauseWebhook(ctx, hook, f.version())
	case "resume":
		err = p.ResumeWebhook(ctx, hook, f.version())
	case "ping":
		err, said = p.Ping(ctx, hook), "channels.pinged"
	case "delete":
		err, said, href = p.DeleteWebhook(ctx, hook, f.version()), "channels.webhook_deleted", webhooksPath
	default:
		err = errs.New(errs.Invalid, "web.form")
	}
	if err != nil {
		return err
	}
	web.Flash(ctx, ui.Success, web.T(r, said))
	return web.Redirect(w, r, href)
}

// rotate gives a new secret and shows it: POST /console/webhooks/{id}/rotate
func (p pages) rotate(w http.ResponseWriter, r *http.Request) error {
	f, err := typed(r)
	if err != nil {
		return err
	}
	secret, err := p.RotateSecret(r.Context(), r.PathValue("id"), f.version())
	if err != nil {
		return err
	}
	return p.drawWebhook(w, r, r.PathValue("id"), secret)
}

// delivery shows what was sent and each attempt:
// GET /console/webhooks/{id}/deliveries/{delivery}
func (p pages) delivery(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	d, err := p.Delivery(ctx, r.PathValue("delivery"))
	if err != nil {
		return err
	}
	if d.WebhookID != r.PathValue("id") {
		return errs.New(errs.NotFound, "")
	}
	h, err := p.Webhook(ctx, d.WebhookID)
	if err != nil {
		return err
	}
	n, err := p.names(ctx)
	if err != nil {
		return err
	}
	var again templ.Component
	if d.State != channels.Waiting {
		again = sendAgain(n, d)
	}
	return web.Render(w, r, web.Page{Title: eventName(n.p, d.Event), Crumbs: webhookCrumbs(r, ui.Link{Label: h.Name, Href: webhooksPath + "/" + h.ID}), Body: deliveryBody(n, d), Actions: again})
}

// again queues a delivery once more:
// POST /console/webhooks/{id}/deliveries/{delivery}/again
func (p pages) again(w http.ResponseWriter, r *http.Request) error {
	if err := p.SendAgain(r.Context(), r.PathValue("delivery")); err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "channels.queued_again"))
	return web.Redirect(w, r, webhooksPath+"/"+r.PathValue("id")+"/deliveries/"+r.PathValue("delivery"))
}
