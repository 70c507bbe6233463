package channelsweb

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/channels"
	"sifara/internal/perm"
	"sifara/internal/web"
)

type body[T any] struct{ Body T }

// ByID names the object of an operation. It is exported because huma fills
// embedded structs only then.
type ByID struct {
	ID string `path:"id" doc:"Identifier, a UUID"`
}

type accountInput struct {
	MissionID   string            `json:"mission_id,omitempty" doc:"Empty for the ministry's own"`
	Platform    channels.Platform `json:"platform" enum:"website,x,facebook,instagram,youtube,telegram,whatsapp,tiktok,linkedin,bluesky,mastodon,activitypub,email,other"`
	Handle      string            `json:"handle,omitempty" maxLength:"200" doc:"Name on the platform, or its whole address"`
	URL         string            `json:"url,omitempty" maxLength:"500" doc:"Made from the handle when empty"`
	OwnerID     string            `json:"owner_id" doc:"Official who answers for what is said"`
	CustodianID string            `json:"custodian_id,omitempty" doc:"Another official, who keeps the access"`
	Recovery    *string           `json:"recovery,omitempty" maxLength:"200" doc:"Contact that restores access; kept sealed, never given out here"`
	Version     int64             `json:"version,omitempty" doc:"Version that was edited; absent for a new account"`
}

func (in accountInput) draft(accountID string) channels.Draft {
	return channels.Draft{ID: accountID, MissionID: in.MissionID, Platform: in.Platform, Handle: in.Handle, URL: in.URL, OwnerID: in.OwnerID, CustodianID: in.CustodianID, Recovery: in.Recovery, Version: in.Version}
}

func (p pages) api(a *web.API) {
	p.publicAPI(a)
	p.accountAPI(a)
	p.webhookAPI(a)
	for event, doc := range webhookDocs {
		a.Webhook(event, doc.summary, doc.data)
	}
}

func (p pages) publicAPI(a *web.API) {
	tags := []string{"Accounts"}
	web.Operation(a, perm.Public, huma.Operation{OperationID: "list-accounts", Method: http.MethodGet, Path: "/accounts", Tags: tags,
		Summary: "List the official accounts", Description: "Active and suspended accounts of the ministry and its missions."},
		func(ctx context.Context, in *struct {
			Mission  string            `query:"mission" doc:"Id of a mission; - for the ministry's own"`
			Platform channels.Platform `query:"platform" doc:"Code of a platform"`
			Cursor   string            `query:"cursor" doc:"The next of the page before"`
			Limit    int               `query:"limit" default:"100" minimum:"1" maximum:"500"`
		}) (*body[web.List[channels.PublicAccount]], error) {
			list, err := p.Public(ctx, channels.Filter{Mission: in.Mission, Platform: in.Platform})
			if err != nil {
				return nil, err
			}
			from, next := 0, ""
			if err := web.ReadCursor(in.Cursor, &from); err != nil {
				return nil, err
			}
			list = list[min(max(from, 0), len(list)):]
			if len(list) > in.Limit {
				list, next = list[:in.Limit], web.Cursor(from+in.Limit)
			}
			return &body[web.List[channels.PublicAccount]]{web.NewList(list, next)}, nil
		})
	web.Operation(a, perm.Public, huma.Operation{OperationID: "lookup-account", Method: http.MethodGet, Path: "/accounts/lookup", Tags: tags,
		Summary: "Ask whether an account is official", Description: "Reads a handle, a web address, a telephone number or a mail address in any usual form. The verdict is ours, suspended, closed, resembles (it looks like one of ours and is not), unknown or unreadable."},
		func(ctx context.Context, in *struct {
			Q string `query:"q" required:"true" minLength:"1" maxLength:"500" doc:"Handle or address"`
		}) (*body[channels.Answer], error) {
			answer, err := p.Lookup(ctx, in.Q)
			return &body[channels.Answer]{answer}, err
		})
}

func (p pages) accountAPI(a *web.API) {
	tags := []string{"Register of accounts"}
	web.Operation(a, channels.View, huma.Operation{OperationID: "list-register", Method: http.MethodGet, Path: "/register", Tags: tags, Summary: "List the register with the people responsible"},
		func(ctx context.Context, in *struct {
			Mission  string            `query:"mission" doc:"Id of a mission; - for the ministry's own"`
			Platform channels.Platform `query:"platform"`
			State    channels.State    `query:"state" enum:"proposed,active,suspended,closed"`
			Due      bool              `query:"due" doc:"Only those whose security check is due"`
			Cursor   string            `query:"cursor"`
			Limit    int               `query:"limit" default:"50" minimum:"1" maximum:"500"`
		}) (*body[web.List[channels.Account]], error) {
			f := channels.Filter{Mission: in.Mission, Platform: in.Platform, State: in.State, Due: in.Due, Limit: in.Limit + 1}
			if err := web.ReadCursor(in.Cursor, &f.After); err != nil {
				return nil, err
			}
			list, err := p.Accounts(ctx, f)
			next := ""
			if len(list) > in.Limit {
				list = list[:in.Limit]
				next = web.Cursor(list[in.Limit-1].ID)
			}
			return &body[web.List[channels.Account]]{web.NewList(list, next)}, err
		})
	web.Operation(a, channels.View, huma.Operation{OperationID: "get-account", Method: http.MethodGet, Path: "/register/{id}", Tags: tags, Summary: "Read an account"},
		func(ctx context.Context, in *ByID) (*body[channels.Account], error) {
			return p.answerAccount(ctx, in.ID)
		})
	web.Operation(a, channels.Manage, huma.Operation{OperationID: "put-account", Method: http.MethodPut, Path: "/register/{id}", Tags: tags,
		Summary: "Register an account, or change one", Description: "Without version the account is registered under the id, which the caller makes (UUID version 7); the same again changes nothing. With version it is changed."},
		func(ctx context.Context, in *struct {
			ByID
			Body accountInput
		}) (*body[channels.Account], error) {
			var err error
			if in.Body.Version == 0 {
				err = p.Register(ctx, in.Body.draft(in.ID))
			} else {
				err = p.Edit(ctx, in.Body.draft(in.ID))
			}
			if err != nil {
				return nil, err
			}
			return p.answerAccount(ctx, in.ID)
		})
	web.Operation(a, channels.Manage, huma.Operation{OperationID: "set-account-state", Method: http.MethodPost, Path: "/register/{id}/state", Tags: tags, Summary: "Activate, suspend or close an account"},
		func(ctx context.Context, in *struct {
			ByID
			Body struct {
				State   channels.State `json:"state" enum:"active,suspended,closed"`
				Reason  string         `json:"reason,omitempty" maxLength:"500" doc:"Kept with the account; needed unless it becomes active"`
				Version int64          `json:"version"`
			}
		}) (*body[channels.Account], error) {
			if err := p.SetState(ctx, in.ID, in.Body.State, in.Body.Reason, in.Body.Version); err != nil {
				return nil, err
			}
			return p.answerAccount(ctx, in.ID)
		})
	web.Operation(a, channels.View, huma.Operation{OperationID: "check-account", Method: http.MethodPost, Path: "/register/{id}/checks", Tags: tags, Summary: "Note that the security of an account was checked"},
		func(ctx context.Context, in *struct {
			ByID
			Body struct {
				Note    string `json:"note,omitempty" maxLength:"500"`
				Version int64  `json:"version"`
			}
		}) (*body[channels.Account], error) {
			if err := p.Check(ctx, in.ID, in.Body.Note, in.Body.Version); err != nil {
				return nil, err
			}
			return p.answerAccount(ctx, in.ID)
		})
	web.Operation(a, channels.View, huma.Operation{OperationID: "list-account-history", Method: http.MethodGet, Path: "/register/{id}/history", Tags: tags, Summary: "List what happened to an account, the newest first"},
		func(ctx context.Context, in *ByID) (*body[web.List[channels.Entry]], error) {
			list, err := p.History(ctx, in.ID)
			return &body[web.List[channels.Entry]]{web.NewList(list, "")}, err
		})
}

func (p pages) answerAccount(ctx context.Context, accountID string) (*body[channels.Account], error) {
	account, err := p.Account(ctx, accountID)
	return &body[channels.Account]{account}, err
}
