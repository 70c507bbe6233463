// Package planningweb shows decision files: the list, opening one from an early
// warning or from nothing, and the file itself.
package planningweb

import (
	"context"

	"sifara/internal/db"
	"sifara/internal/module"
	"sifara/internal/org"
	"sifara/internal/planning"
	"sifara/internal/web"
)

// pages are the handlers of this context.
type pages struct {
	svc *planning.Service
	org *org.Service
}

// Module offers the context to the house.
func Module(svc *planning.Service, o *org.Service) module.Module {
	p := &pages{svc: svc, org: o}
	return module.Module{
		Name:        "planning",
		Migrations:  []db.Migrations{planning.Migrations()},
		Locales:     planning.Locales(),
		Permissions: planning.Permissions(),
		Nav:         []module.Nav{{Group: "nav.plan", Label: "planning.nav", Href: "/console/decisions", Icon: "gavel", Permission: planning.View, Badge: p.badge}},
		Jobs:        svc.Jobs,
		Routes: []web.Route{
			web.Get("/console/decisions", planning.View, p.list),
			web.Get("/console/decisions/new", planning.Open, p.newForm),
			web.Post("/console/decisions", planning.Open, p.open),
			web.Get("/console/decisions/{id}", planning.View, p.file),
			web.Get("/console/decisions/{id}/edit", planning.Open, p.editForm),
			web.Post("/console/decisions/{id}/edit", planning.Open, p.edit),
			web.Post("/console/decisions/{id}/options", planning.View, p.addOption),
			web.Post("/console/decisions/{id}/drop", planning.Open, p.dropOption),
			web.Post("/console/decisions/{id}/arguments", planning.View, p.addArgument),
			web.Post("/console/decisions/{id}/parties", planning.Open, p.addParty),
			web.Post("/console/decisions/{id}/remove", planning.Open, p.removeParty),
			web.Post("/console/decisions/{id}/position", planning.View, p.position),
			web.Post("/console/decisions/{id}/decide", planning.Decide, p.decide),
			web.Post("/console/decisions/{id}/close", planning.Decide, p.close),
			web.Post("/console/decisions/{id}/reopen", planning.Decide, p.reopen),
		},
		API:      p.api,
		Panels:   []module.Panel{{Title: "planning.panel", Href: "/console/decisions?box=mine", Permission: planning.View, Topics: []string{planning.ListTopic}, Body: p.panel}},
		Search:   []module.Search{{Permission: planning.View, Find: p.find}},
		Commands: []module.Command{{Label: "planning.new", Href: "/console/decisions/new", Permission: planning.Open}},
	}
}

func (p *pages) badge(ctx context.Context) (int, error) {
	list, err := p.svc.Waiting(ctx, 100)
	return len(list), err
}

func (p *pages) find(ctx context.Context, query string, limit int) ([]module.Found, error) {
	var out []module.Found
	for _, b := range []planning.Box{planning.BoxOpen, planning.BoxDecided} {
		list, err := p.svc.List(ctx, planning.Filter{Box: b, Query: query, Limit: limit})
		if err != nil {
			return nil, err
		}
		for _, d := range list.Items {
			if len(out) < limit {
				out = append(out, module.Found{Title: d.Title, Hint: "planning.found", Href: "/console/decisions/" + d.ID})
			}
		}
	}
	return out, nil
}
