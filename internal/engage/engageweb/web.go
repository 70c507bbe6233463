// Package engageweb shows the talk with the public: the form below a
// statement, the asker's own page, the public questions and answers, and the
// inbox of the officials who answer.
package engageweb

import (
	"context"

	"sifara/internal/db"
	"sifara/internal/engage"
	"sifara/internal/module"
	"sifara/internal/org"
	"sifara/internal/web"
)

// pages are the handlers of this context.
type pages struct {
	svc   *engage.Service
	org   *org.Service
	cache *web.Cache // of public pages; may be nil
}

// Module offers the context to the house. The cache keeps public pages; nil
// draws them anew each time.
func Module(svc *engage.Service, o *org.Service, cache *web.Cache) module.Module {
	p := &pages{svc: svc, org: o, cache: cache}
	return module.Module{
		Name:        "engage",
		Migrations:  []db.Migrations{engage.Migrations()},
		Locales:     engage.Locales(),
		Permissions: engage.Permissions(),
		Nav: []module.Nav{
			{Group: "nav.engage", Label: "engage.nav.inbox", Href: "/console/inbox", Icon: "inbox", Permission: engage.View, Badge: p.badge},
			{Group: "nav.engage", Label: "engage.nav.canned", Href: "/console/answers", Icon: "template", Permission: engage.View},
		},
		SiteNav:  []module.SiteNav{{Label: "engage.nav.public", Path: "/questions"}},
		Jobs:     svc.Jobs,
		Routes:   p.routes(),
		API:      p.api,
		Panels:   []module.Panel{{Title: "engage.panel.title", Href: "/console/inbox", Permission: engage.View, Topics: []string{engage.InboxTopic}, Body: p.panel}},
		Search:   []module.Search{{Permission: engage.View, Find: p.find}},
		Commands: []module.Command{{Label: "engage.canned.new", Href: "/console/answers/new", Permission: engage.Moderate}},
	}
}

func (p *pages) routes() []web.Route {
	return []web.Route{
		web.PublicGet("/{lang}/statements/{slug}/ask", p.askForm),
		web.PublicPost("/{lang}/statements/{slug}/ask", p.ask),
		web.PublicGet("/{lang}/questions", p.public),
		web.PublicGet("/{lang}/missions/{slug}/questions", p.publicOfMission),
		web.PublicGet("/{lang}/questions/follow/{secret}", p.follow),
		web.PublicPost("/{lang}/questions/follow/{secret}/withdraw", p.withdraw),

		web.Get("/console/inbox", engage.View, p.inbox),
		web.Get("/console/inbox/{id}", engage.View, p.question),
		web.Post("/console/inbox/{id}/draft", engage.Answer, p.draft),
		web.Post("/console/inbox/{id}/submit", engage.Answer, p.submit),
		web.Post("/console/inbox/{id}/recall", engage.Answer, p.recall),
		web.Post("/console/inbox/{id}/approve", engage.Approve, p.approve),
		web.Post("/console/inbox/{id}/return", engage.Approve, p.giveBack),
		web.Post("/console/inbox/{id}/assign", engage.Answer, p.assign),
		web.Post("/console/inbox/{id}/handover", engage.Answer, p.handOver),
		web.Post("/console/inbox/{id}/note", engage.View, p.note),
		web.Post("/console/inbox/{id}/close", engage.Answer, p.close),
		web.Post("/console/inbox/{id}/reopen", engage.Answer, p.reopen),
		web.Post("/console/inbox/{id}/public", engage.Moderate, p.setPublic),

		web.Get("/console/answers", engage.View, p.cannedList),
		web.Get("/console/answers/new", engage.Moderate, p.cannedNew),
		web.Get("/console/answers/{id}", engage.Moderate, p.cannedEdit),
		web.Post("/console/answers/{id}", engage.Moderate, p.cannedSave),
	}
}

func (p *pages) badge(ctx context.Context) (int, error) { return p.svc.Waiting(ctx) }
