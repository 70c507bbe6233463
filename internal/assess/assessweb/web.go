// Package assessweb shows the figures: what was published, read, asked and
// answered, and how the talk of a topic went on.
package assessweb

import (
	"sifara/internal/assess"
	"sifara/internal/module"
	"sifara/internal/web"
)

type pages struct{ *assess.Service }

const root = "/console/assess"

// Module offers the figures to the house.
func Module(svc *assess.Service) module.Module {
	p := pages{svc}
	return module.Module{
		Name:        "assess",
		Locales:     assess.Locales(),
		Permissions: assess.Permissions(),
		Nav:         []module.Nav{{Group: "nav.assess", Label: "assess.title", Href: root, Icon: "chart-histogram", Permission: assess.View}},
		Commands:    []module.Command{{Label: "assess.title", Href: root, Permission: assess.View}},
		Panels:      []module.Panel{{Title: "assess.panel", Href: root, Permission: assess.View, Wide: true, Topics: []string{web.SiteTopic, "engage.inbox"}, Body: p.panel}},
		Routes: []web.Route{
			web.Get(root, assess.View, p.overview),
			web.Get(root+"/export", assess.View, p.export),
			web.Get(root+"/statements/{id}", assess.View, p.loop),
		},
		API: p.api,
	}
}
