package listenweb

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/listen/brief"
	"sifara/internal/web"
)

// The API describes its objects by these names.
type (
	listenBriefing brief.Briefing
	listenAbout    brief.About
	listenView     brief.View
	listenAlert    brief.Alert
)

// listenMade names what a call made.
type listenMade struct {
	ID string `json:"id"`
}

// AboutInput says whose briefing is meant; nothing is the ministry's. It is
// exported because huma fills embedded structs only then.
type AboutInput struct {
	Mission    string `query:"mission" doc:"Id of a mission"`
	Department string `query:"department" doc:"Id of a department"`
	Topic      string `query:"topic" doc:"Id of a topic"`
}

func (a AboutInput) about() brief.About {
	return brief.About{MissionID: a.Mission, DepartmentID: a.Department, TopicID: a.Topic}
}

// briefAPI adds briefings, kept searches and alerts.
func (p pages) briefAPI(a *web.API, op func(id, method, path, summary string) huma.Operation) {
	web.Operation(a, listen.View, op("get-briefing", http.MethodGet, "/briefing", "Read the briefing of a day"), func(ctx context.Context, in *struct {
		AboutInput
		Day string `query:"day" doc:"2006-01-02; the last day that is over when empty"`
	}) (*one[listenBriefing], error) {
		b, err := p.briefs.Of(ctx, in.about(), in.Day)
		return &one[listenBriefing]{listenBriefing(b)}, err
	})
	web.Operation(a, listen.View, op("list-briefings", http.MethodGet, "/briefing/subscriptions", "List the briefings that one gets by mail"), func(ctx context.Context, _ *struct{}) (*page[listenAbout], error) {
		all, err := p.briefs.Subscribed(ctx)
		return list(all, func(x brief.About) listenAbout { return listenAbout(x) }), err
	})
	web.Operation(a, listen.View, op("subscribe-briefing", http.MethodPut, "/briefing/subscription", "Get a briefing by mail each morning"), func(ctx context.Context, in *AboutInput) (*struct{}, error) {
		return nil, p.briefs.Subscribe(ctx, in.about(), true)
	})
	web.Operation(a, listen.View, op("unsubscribe-briefing", http.MethodDelete, "/briefing/subscription", "Get a briefing by mail no more"), func(ctx context.Context, in *AboutInput) (*struct{}, error) {
		return nil, p.briefs.Subscribe(ctx, in.about(), false)
	})
	p.viewAPI(a, op)
	p.alertAPI(a, op)
}

func (p pages) viewAPI(a *web.API, op func(id, method, path, summary string) huma.Operation) {
	web.Operation(a, listen.View, op("list-views", http.MethodGet, "/views", "List kept searches"), func(ctx context.Context, _ *struct{}) (*page[listenView], error) {
		all, err := p.briefs.Views(ctx)
		return list(all, func(v brief.View) listenView { return listenView(v) }), err
	})
	web.Operation(a, listen.View, op("keep-view", http.MethodPost, "/views", "Keep a search"), func(ctx context.Context, in *struct {
		Body struct {
			ID     string      `json:"id,omitempty" format:"uuid" doc:"Given by the caller, so that a repeated call makes it once"`
			Name   string      `json:"name" minLength:"1" maxLength:"80"`
			Asked  brief.Asked `json:"question"`
			Shared bool        `json:"shared,omitempty"`
		}
	}) (*one[listenMade], error) {
		v := brief.View{ID: in.Body.ID, Name: in.Body.Name, Asked: in.Body.Asked, Shared: in.Body.Shared}
		if v.ID == "" {
			v.ID = id.New()
		}
		return &one[listenMade]{listenMade{v.ID}}, p.briefs.Keep(ctx, v)
	})
	web.Operation(a, listen.View, op("drop-view", http.MethodDelete, "/views/{id}", "Forget a kept search"), func(ctx context.Context, in *ByID) (*struct{}, error) {
		return nil, p.briefs.Drop(ctx, in.ID)
	})
}

func (p pages) alertAPI(a *web.API, op func(id, method, path, summary string) huma.Operation) {
	web.Operation(a, listen.View, op("list-alerts", http.MethodGet, "/alerts", "List alerts"), func(ctx context.Context, _ *struct{}) (*page[listenAlert], error) {
		all, err := p.briefs.Alerts(ctx)
		return list(all, func(x brief.Alert) listenAlert { return listenAlert(x) }), err
	})
	web.Operation(a, listen.View, op("add-alert", http.MethodPost, "/alerts", "Have somebody told at once"), func(ctx context.Context, in *struct {
		Body struct {
			ID           string `json:"id,omitempty" format:"uuid"`
			Name         string `json:"name" minLength:"1" maxLength:"80"`
			TopicID      string `json:"topic_id,omitempty" doc:"Warnings of this topic"`
			Country      string `json:"country,omitempty" doc:"Warnings in this country"`
			ViewID       string `json:"view_id,omitempty" doc:"New posts of a kept search, instead of warnings"`
			Least        int64  `json:"least,omitempty" minimum:"0" maximum:"100000"`
			Receiver     string `json:"receiver" enum:"me,desk,webhook"`
			MissionID    string `json:"mission_id,omitempty" doc:"The desk; nothing is the ministry"`
			DepartmentID string `json:"department_id,omitempty"`
		}
	}) (*one[listenMade], error) {
		b := in.Body
		x := brief.Alert{ID: b.ID, Name: b.Name, TopicID: b.TopicID, Country: b.Country, ViewID: b.ViewID, Least: b.Least, Receiver: b.Receiver, MissionID: b.MissionID, DepartmentID: b.DepartmentID}
		if x.ID == "" {
			x.ID = id.New()
		}
		return &one[listenMade]{listenMade{x.ID}}, p.briefs.AddAlert(ctx, x)
	})
	web.Operation(a, listen.View, op("switch-alert", http.MethodPut, "/alerts/{id}/active", "Have an alert rest or work again"), func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Active bool `json:"active"`
		}
	}) (*struct{}, error) {
		return nil, p.briefs.Switch(ctx, in.ID, in.Body.Active)
	})
	web.Operation(a, listen.View, op("remove-alert", http.MethodDelete, "/alerts/{id}", "Remove an alert"), func(ctx context.Context, in *ByID) (*struct{}, error) {
		return nil, p.briefs.RemoveAlert(ctx, in.ID)
	})
}
