// Package publishweb are the pages of publish: in the console the list of
// messages, the editor, approvals, releases, the calendar and the routes; on
// the public site what has been released, its feeds and the check of a text.
package publishweb

import (
	"context"
	"net/http"
	"slices"

	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/jobs"
	"sifara/internal/module"
	"sifara/internal/org"
	"sifara/internal/publish"
	"sifara/internal/publish/agenda"
	"sifara/internal/publish/calendar"
	"sifara/internal/publish/campaign"
	"sifara/internal/publish/clash"
	"sifara/internal/publish/occasion"
	"sifara/internal/publish/response"
	"sifara/internal/publish/slot"
	"sifara/internal/publish/term"
	"sifara/internal/publish/theme"
	"sifara/internal/publish/timing"
	"sifara/internal/publish/tone"
	"sifara/internal/publish/websub"
	"sifara/internal/publish/witness"
	"sifara/internal/web"
)

// Options are what the pages need.
type Options struct {
	Service   *publish.Service
	Campaigns *campaign.Service
	Tone      *tone.Service // checks texts; nil leaves its parts out
	Terms     *term.Service // official names; nil leaves their pages out
	Feeds     *calendar.Service
	Agenda    *agenda.Service
	Clashes   *clash.Service
	Slots     *slot.Service
	Responses *response.Service
	Occasions *occasion.Service
	Themes    *theme.Service   // how sites look; nil leaves its pages out
	Timing    *timing.Service  // says what time it is where messages are read
	Witness   *witness.Service // keys and witnesses of the public log; nil leaves its page out
	Hub       *websub.Hub      // tells readers of feeds; nil leaves its page out
	Writing   Writing
	Org       *org.Service
	Clock     clock.Clock
	// Words are the catalogue in which calendar programs are answered, each in
	// its person's language; nil answers in that of the request.
	Words *i18n.Catalogue
	// BaseURL is the address of the house, without a slash at its end.
	BaseURL string
	// Reauth tells whether the person at the keyboard has proved who they are
	// a moment ago, with a second factor; when not, href is the page where they
	// do and from which they come back to the given one. Emergency releases ask
	// for it. Nil: not asked.
	Reauth func(r *http.Request, back string) (href string, fresh bool)
}

// console holds the handlers of the console's pages.
type console struct {
	svc       *publish.Service
	log       *witness.Service
	campaigns *campaign.Service
	tone      *tone.Service
	terms     *term.Service
	hub       *websub.Hub
	feeds     *calendar.Service
	agenda    *agenda.Service
	clashes   *clash.Service
	slots     *slot.Service
	responses *response.Service
	occasions *occasion.Service
	themes    *theme.Service
	timing    *timing.Service
	words     *i18n.Catalogue
	baseURL   string
	writing   Writing
	org       *org.Service
	clock     clock.Clock
	reauth    func(r *http.Request, back string) (href string, fresh bool)
}

// Module is what publish offers to the house in the console and by the API.
func Module(o Options) module.Module {
	c := &console{svc: o.Service, writing: o.Writing, tone: o.Tone, terms: o.Terms, hub: o.Hub, log: o.Witness, campaigns: o.Campaigns, feeds: o.Feeds, agenda: o.Agenda, clashes: o.Clashes, slots: o.Slots, responses: o.Responses, occasions: o.Occasions, themes: o.Themes, timing: o.Timing, words: o.Words, baseURL: o.BaseURL, org: o.Org, clock: o.Clock, reauth: o.Reauth}
	m := module.Module{
		Name:        "publish",
		Migrations:  []db.Migrations{publish.Migrations()},
		Locales:     publish.Locales(),
		Permissions: slices.Concat(publish.Permissions(), campaign.Permissions(), timing.Permissions()),
		Jobs:        c.jobs,
		Nav: []module.Nav{
			{Group: "nav.publish", Label: "publish.nav.messages", Href: "/console/messages", Icon: "speakerphone", Permission: publish.MayView, Badge: o.Service.WaitingCount},
			{Group: "nav.publish", Label: "publish.nav.campaigns", Href: campaignsPath, Icon: "target", Permission: publish.MayView},
			{Group: "nav.publish", Label: "publish.nav.calendar", Href: calendarPath, Icon: "calendar-event", Permission: publish.MayView},
			{Group: "nav.publish", Label: "publish.nav.pause", Href: pausePath, Icon: "player-pause", Permission: publish.MayView, Badge: c.countHeld},
			{Group: "nav.publish", Label: "publish.nav.sites", Href: SitesPath, Icon: "world", Permission: publish.MayRelease},
			{Group: "nav.settings", Label: "publish.nav.routes", Href: "/console/routes", Icon: "route", Permission: publish.MayView},
		},
		Routes: slices.Concat(c.routes(), c.campaignRoutes(), c.toneRoutes(), c.feedRoutes(), c.hourRoutes(), c.slotRoutes(), c.occasionRoutes()),
		API: func(a *web.API) {
			c.api(a)
			c.campaignAPI(a)
		},
		Panels: c.panels(),
		Banner: c.banner,
		Search: []module.Search{{Permission: publish.MayView, Find: c.find}, {Permission: publish.MayView, Find: c.findCampaigns}},
		Commands: []module.Command{
			{Label: "publish.command.new", Href: "/console/messages/new", Permission: publish.MayDraft},
			{Label: "publish.command.waiting", Href: "/console/messages?show=waiting", Permission: publish.MayView},
			{Label: "publish.command.campaign", Href: campaignsPath + "/new", Permission: campaign.Manage},
			{Label: "publish.command.calendar", Href: "/console/calendar", Permission: publish.MayView},
			{Label: "publish.command.pause", Href: pausePath + "/new", Permission: publish.MayEmergency},
		},
	}
	c.addDiscuss(&m)
	c.addShares(&m)
	if c.tone != nil {
		m.Nav = append(m.Nav, module.Nav{Group: "nav.settings", Label: "publish.nav.tone", Href: tonePath, Icon: "gauge", Permission: publish.MayView})
	}
	if c.terms != nil {
		c.addTerms(&m)
	}
	if c.themes != nil {
		m.Routes = append(m.Routes, c.themeRoutes()...)
	}
	if c.log != nil {
		c.addLog(&m)
	}
	if c.hub != nil {
		c.addHub(&m)
	}
	return m
}

// jobs are those of messages and of their queues.
func (c *console) jobs(q *jobs.Queue) {
	c.svc.Jobs(q)
	c.slots.Jobs(q)
}

// maxUpload is the largest form with a picture: the file and what surrounds it.
const maxUpload = publish.MaxAttachment + 1<<20

func (c *console) routes() []web.Route {
	upload := web.Post("/console/messages/{id}/files", publish.MayDraft, c.attach)
	most, _ := c.svc.MaxUpload()
	upload.MaxBody = most + 1<<20
	captions := web.Post("/console/messages/{id}/files/{file}/captions", publish.MayDraft, c.caption)
	captions.MaxBody = maxCaptionForm
	return []web.Route{
		web.Get("/console/messages", publish.MayView, c.list),
		web.Get("/console/calendar", publish.MayView, c.calendar),
		web.Get(movePath, publish.MayRelease, c.moving),
		web.Post(movePath, publish.MayRelease, c.move),
		web.Get("/console/messages/new", publish.MayDraft, c.begin),
		web.Post("/console/messages", publish.MayDraft, c.create),
		web.Post("/console/messages/preview", publish.MayDraft, c.preview),
		web.Get("/console/messages/{id}", publish.MayView, c.message),
		web.Post("/console/messages/{id}/forget", publish.MayDraft, c.forget),
		web.Post("/console/messages/{id}/restore", publish.MayDraft, c.restore),
		web.Get("/console/messages/{id}/preview", publish.MayView, c.previewPage),
		web.Post("/console/messages/{id}/preview", publish.MayDraft, c.look),
		web.Get("/console/messages/{id}/history", publish.MayView, c.history),
		web.Get("/console/messages/{id}/edit", publish.MayDraft, c.edit),
		web.Post("/console/messages/{id}/edit", publish.MayDraft, c.write),
		web.Get("/console/messages/{id}/settings", publish.MayDraft, c.settings),
		web.Post("/console/messages/{id}/settings", publish.MayDraft, c.arrange),
		upload,
		web.Post("/console/messages/{id}/files/{file}/describe", publish.MayDraft, c.describe),
		web.Post("/console/messages/{id}/files/{file}/earlier", publish.MayDraft, c.earlier),
		web.Post("/console/messages/{id}/files/{file}/remove", publish.MayDraft, c.detach),
		web.Get("/console/messages/{id}/files/{file}", publish.MayView, c.file),
		web.Get("/console/messages/{id}/files/{file}/captions", publish.MayDraft, c.captions),
		captions,
		web.Get("/console/messages/{id}/files/{file}/captions/{lang}", publish.MayView, c.captionsTrack),
		web.Post("/console/messages/{id}/submit", publish.MayDraft, c.submit),
		web.Post("/console/messages/{id}/recall", publish.MayDraft, c.recall),
		web.Get("/console/messages/{id}/approve", publish.MayView, c.approval),
		web.Post("/console/messages/{id}/approve", publish.MayView, c.judge),
		web.Get("/console/messages/{id}/release", publish.MayRelease, c.releasing),
		web.Post("/console/messages/{id}/release", publish.MayRelease, c.release),
		web.Post("/console/messages/{id}/unschedule", publish.MayRelease, c.unschedule),
		web.Get("/console/messages/{id}/emergency", publish.MayEmergency, c.emergency),
		web.Post("/console/messages/{id}/emergency", publish.MayEmergency, c.rush),
		web.Get("/console/messages/{id}/withdraw", publish.MayWithdraw, c.withdrawing),
		web.Post("/console/messages/{id}/withdraw", publish.MayWithdraw, c.withdraw),
		web.Get(SitesPath, publish.MayRelease, c.sites),
		web.Get(SitesPath+"/{id}", publish.MayRelease, c.site),
		web.Post(SitesPath+"/{id}", publish.MayRelease, c.saveSite),
		web.Get("/console/routes", publish.MayView, c.approvalRoutes),
		web.Get("/console/routes/try", publish.MayView, c.tryRoute),
		web.Get("/console/routes/edit", publish.MayRoutes, c.editRoute),
		web.Post("/console/routes/edit", publish.MayRoutes, c.saveRoute),
		web.Post("/console/routes/drop", publish.MayRoutes, c.dropRoute),
		web.Get(pausePath, publish.MayView, c.pausing),
		web.Get(pausePath+"/new", publish.MayEmergency, c.beginPause),
		web.Post(pausePath+"/new", publish.MayEmergency, c.pause),
		web.Get(pausePath+"/{id}/resume", publish.MayEmergency, c.resuming),
		web.Post(pausePath+"/{id}/resume", publish.MayEmergency, c.resume),
		web.Post(pausePath+"/rules", publish.MayExempt, c.pauseRules),
		web.Get(heldPath, publish.MayView, c.heldUp),
		web.Post(heldPath, publish.MayView, c.judgeHeld),
	}
}

// find answers the command palette.
func (c *console) find(ctx context.Context, query string, limit int) ([]module.Found, error) {
	list, err := c.svc.Messages(ctx, publish.Filter{Query: query, Limit: limit, Brief: true})
	if err != nil {
		return nil, err
	}
	var out []module.Found
	for _, m := range list {
		out = append(out, module.Found{Title: titleOf(ctx, &m), Hint: "publish.kind." + string(m.Kind), Href: messagePath(m.ID)})
	}
	return out, nil
}

// countHeld counts what pauses held up and the reader may decide on.
func (c *console) countHeld(ctx context.Context) (int, error) {
	list, err := c.svc.Held(ctx)
	return len(list), err
}
