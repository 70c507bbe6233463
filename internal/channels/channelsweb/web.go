// Package channelsweb holds the pages and the API of the register of official
// accounts and of the webhooks.
package channelsweb

import (
	"sifara/internal/channels"
	"sifara/internal/db"
	"sifara/internal/module"
	"sifara/internal/web"
)

type pages struct {
	*channels.Service
	cache *web.Cache
}

// Addresses of the pages.
const (
	accountsPath = "/console/accounts"
	webhooksPath = "/console/webhooks"
)

// Module offers the register and the webhooks to the house. The cache keeps
// the public list.
func Module(svc *channels.Service, cache *web.Cache) module.Module {
	p := pages{svc, cache}
	return module.Module{
		Name:        "channels",
		Migrations:  []db.Migrations{channels.Migrations()},
		Locales:     channels.Locales(),
		Permissions: channels.Permissions(),
		Nav: []module.Nav{
			{Group: "nav.settings", Label: "channels.title", Href: accountsPath, Icon: "id-badge", Permission: channels.View, Badge: svc.DueCount},
			{Group: "nav.settings", Label: "channels.webhooks", Href: webhooksPath, Icon: "webhook", Permission: channels.Webhooks, Badge: svc.FailingWebhooks},
		},
		Jobs:   svc.Jobs,
		Routes: p.routes(),
		API:    p.api,
		Panels: []module.Panel{{Title: "channels.due", Href: accountsPath + "?due=1", Permission: channels.Manage, Topics: []string{channels.AccountsTopic}, Body: p.duePanel}},
		Search: []module.Search{{Permission: channels.View, Find: p.find}},
		Commands: []module.Command{
			{Label: "channels.new", Href: accountsPath + "/new", Permission: channels.Manage},
			{Label: "channels.webhook_new", Href: webhooksPath + "/new", Permission: channels.Webhooks},
		},
	}
}

// Links lead from the kinds of object in audit records to their pages.
func Links() map[string]string {
	return map[string]string{"channel": accountsPath + "/{id}", "webhook": webhooksPath + "/{id}"}
}

func (p pages) routes() []web.Route {
	return []web.Route{
		web.PublicGet("/{lang}/accounts", p.public),

		web.Get(accountsPath, channels.View, p.list),
		web.Get(accountsPath+"/new", channels.Manage, p.newForm),
		web.Post(accountsPath, channels.Manage, p.register),
		web.Get(accountsPath+"/{id}", channels.View, p.show),
		web.Get(accountsPath+"/{id}/edit", channels.Manage, p.editForm),
		web.Post(accountsPath+"/{id}", channels.Manage, p.save),
		web.Post(accountsPath+"/{id}/state", channels.Manage, p.setState),
		web.Post(accountsPath+"/{id}/check", channels.View, p.check),

		web.Get(webhooksPath, channels.Webhooks, p.webhooks),
		web.Get(webhooksPath+"/new", channels.Webhooks, p.newWebhook),
		web.Post(webhooksPath, channels.Webhooks, p.createWebhook),
		web.Get(webhooksPath+"/{id}", channels.Webhooks, p.webhook),
		web.Get(webhooksPath+"/{id}/edit", channels.Webhooks, p.editWebhook),
		web.Post(webhooksPath+"/{id}", channels.Webhooks, p.saveWebhook),
		web.Post(webhooksPath+"/{id}/act", channels.Webhooks, p.webhookAct),
		web.Post(webhooksPath+"/{id}/rotate", channels.Webhooks, p.rotate),
		web.Get(webhooksPath+"/{id}/deliveries/{delivery}", channels.Webhooks, p.delivery),
		web.Post(webhooksPath+"/{id}/deliveries/{delivery}/again", channels.Webhooks, p.again),
	}
}
