package channelsweb

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/channels"
	"sifara/internal/id"
	"sifara/internal/web"
)

// shownOnce is an answer with a secret. Only a repeated request with the same
// Idempotency-Key is given it again.
type shownOnce struct {
	Once string `header:"Sifara-Shown-Once"`
	Body struct {
		Webhook channels.Webhook `json:"webhook"`
		Secret  string           `json:"secret" doc:"Shown this once; signs every delivery"`
	}
}

type webhookInput struct {
	ID      string   `json:"id,omitempty" format:"uuid" doc:"Of your own for a new webhook: making it again is then 409"`
	Name    string   `json:"name" minLength:"1" maxLength:"80"`
	URL     string   `json:"url" format:"uri" maxLength:"500"`
	Events  []string `json:"events" minItems:"1" maxItems:"50" doc:"Names of events, or * for all"`
	Version int64    `json:"version,omitempty" doc:"Version that was edited; absent for a new webhook"`
}

type sentDelivery struct {
	channels.Delivery
	Payload json.RawMessage `json:"payload" doc:"The body as it is sent"`
}

func (p pages) webhookAPI(a *web.API) {
	tags := []string{"Webhooks"}
	web.Operation(a, channels.Webhooks, huma.Operation{OperationID: "list-webhooks", Method: http.MethodGet, Path: "/webhooks", Tags: tags, Summary: "List the webhooks"},
		func(ctx context.Context, _ *struct{}) (*body[web.List[channels.Webhook]], error) {
			list, err := p.WebhookList(ctx)
			return &body[web.List[channels.Webhook]]{web.NewList(list, "")}, err
		})
	web.Operation(a, channels.Webhooks, huma.Operation{OperationID: "create-webhook", Method: http.MethodPost, Path: "/webhooks", Tags: tags, Summary: "Make a webhook", Description: "The answer holds the secret, which is shown this once.", DefaultStatus: http.StatusCreated},
		func(ctx context.Context, in *body[webhookInput]) (*shownOnce, error) {
			fresh := in.Body.ID
			if fresh == "" {
				fresh = id.New()
			}
			secret, err := p.CreateWebhook(ctx, channels.WebhookDraft{ID: fresh, Name: in.Body.Name, URL: in.Body.URL, Events: in.Body.Events})
			if err != nil {
				return nil, err
			}
			return p.answerSecret(ctx, fresh, secret)
		})
	web.Operation(a, channels.Webhooks, huma.Operation{OperationID: "update-webhook", Method: http.MethodPut, Path: "/webhooks/{id}", Tags: tags, Summary: "Change a webhook"},
		func(ctx context.Context, in *struct {
			ByID
			Body webhookInput
		}) (*body[channels.Webhook], error) {
			if err := p.EditWebhook(ctx, channels.WebhookDraft{ID: in.ID, Name: in.Body.Name, URL: in.Body.URL, Events: in.Body.Events, Version: in.Body.Version}); err != nil {
				return nil, err
			}
			return p.answerWebhook(ctx, in.ID)
		})
	web.Operation(a, channels.Webhooks, huma.Operation{OperationID: "set-webhook-state", Method: http.MethodPost, Path: "/webhooks/{id}/state", Tags: tags, Summary: "Pause or resume a webhook", Description: "Events that happen while it is paused are not kept for it."},
		func(ctx context.Context, in *struct {
			ByID
			Body struct {
				State   channels.WebhookState `json:"state" enum:"active,paused"`
				Version int64                 `json:"version"`
			}
		}) (*body[channels.Webhook], error) {
			act := p.PauseWebhook
			if in.Body.State == channels.WebhookActive {
				act = p.ResumeWebhook
			}
			if err := act(ctx, in.ID, in.Body.Version); err != nil {
				return nil, err
			}
			return p.answerWebhook(ctx, in.ID)
		})
	web.Operation(a, channels.Webhooks, huma.Operation{OperationID: "rotate-webhook-secret", Method: http.MethodPost, Path: "/webhooks/{id}/secret", Tags: tags, Summary: "Give a webhook a new secret", Description: "The old secret signs beside the new one for 24 hours."},
		func(ctx context.Context, in *struct {
			ByID
			Body struct {
				Version int64 `json:"version"`
			}
		}) (*shownOnce, error) {
			secret, err := p.RotateSecret(ctx, in.ID, in.Body.Version)
			if err != nil {
				return nil, err
			}
			return p.answerSecret(ctx, in.ID, secret)
		})
	web.Operation(a, channels.Webhooks, huma.Operation{OperationID: "ping-webhook", Method: http.MethodPost, Path: "/webhooks/{id}/ping", Tags: tags, Summary: "Send a test delivery", DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, in *ByID) (*struct{}, error) { return nil, p.Ping(ctx, in.ID) })
	web.Operation(a, channels.Webhooks, huma.Operation{OperationID: "delete-webhook", Method: http.MethodDelete, Path: "/webhooks/{id}", Tags: tags, Summary: "Remove a webhook", DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, in *struct {
			ByID
			Version int64 `query:"version" required:"true"`
		}) (*struct{}, error) {
			return nil, p.DeleteWebhook(ctx, in.ID, in.Version)
		})
	p.deliveryAPI(a, tags)
}

func (p pages) deliveryAPI(a *web.API, tags []string) {
	web.Operation(a, channels.Webhooks, huma.Operation{OperationID: "list-deliveries", Method: http.MethodGet, Path: "/webhooks/{id}/deliveries", Tags: tags, Summary: "List deliveries, the newest first"},
		func(ctx context.Context, in *struct {
			ByID
			State  channels.DeliveryState `query:"state" enum:"waiting,delivered,failed,held"`
			Cursor string                 `query:"cursor"`
			Limit  int                    `query:"limit" default:"50" minimum:"1" maximum:"500"`
		}) (*body[web.List[sentDelivery]], error) {
			f := channels.DeliveryFilter{WebhookID: in.ID, State: in.State, Limit: in.Limit}
			if err := web.ReadCursor(in.Cursor, &f.Before); err != nil {
				return nil, err
			}
			list, next, err := p.Deliveries(ctx, f)
			if err != nil {
				return nil, err
			}
			var items []sentDelivery
			for _, d := range list {
				items = append(items, sentDelivery{d, d.Body})
			}
			if next != "" {
				next = web.Cursor(next)
			}
			return &body[web.List[sentDelivery]]{web.NewList(items, next)}, nil
		})
	web.Operation(a, channels.Webhooks, huma.Operation{OperationID: "send-again", Method: http.MethodPost, Path: "/deliveries/{id}/again", Tags: tags, Summary: "Send a delivery again", DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, in *ByID) (*struct{}, error) { return nil, p.SendAgain(ctx, in.ID) })
}

func (p pages) answerWebhook(ctx context.Context, webhookID string) (*body[channels.Webhook], error) {
	h, err := p.Webhook(ctx, webhookID)
	return &body[channels.Webhook]{h}, err
}

func (p pages) answerSecret(ctx context.Context, webhookID, secret string) (*shownOnce, error) {
	h, err := p.Webhook(ctx, webhookID)
	if err != nil {
		return nil, err
	}
	out := &shownOnce{Once: "true"}
	out.Body.Webhook, out.Body.Secret = h, secret
	return out, nil
}

// webhookDocs document the events for receivers. The types of other contexts
// are not known here; the data are what their events carry.
var webhookDocs = map[string]struct {
	summary string
	data    any
}{
	"publish.submitted": {"A message went on its route of approval", struct {
		MessageID string `json:"message_id"`
		MissionID string `json:"mission_id"`
		Hash      string `json:"hash"`
	}{}},
	"publish.released": {"A message became public", struct {
		MessageID string   `json:"message_id"`
		MissionID string   `json:"mission_id"`
		Slug      string   `json:"slug"`
		Langs     []string `json:"langs"`
		Emergency bool     `json:"emergency"`
	}{}},
	"publish.withdrawn": {"A public message was taken back", struct {
		MessageID string `json:"message_id"`
		MissionID string `json:"mission_id"`
		Slug      string `json:"slug"`
		Expired   bool   `json:"expired"`
	}{}},
	"planning.decided": {"A decision file was decided", struct {
		DecisionID string `json:"decision_id"`
		MissionID  string `json:"mission_id"`
	}{}},
	"listen.warning_raised": {"An early warning was raised", struct {
		WarningID    string `json:"warning_id"`
		TopicID      string `json:"topic_id"`
		Country      string `json:"country"`
		MissionID    string `json:"mission_id"`
		DepartmentID string `json:"department_id"`
	}{}},
	"listen.alerted": {"An alert of listening was told to webhooks", struct {
		AlertID   string `json:"alert_id"`
		WarningID string `json:"warning_id,omitempty"`
		ViewID    string `json:"view_id,omitempty"`
		Posts     int64  `json:"posts,omitempty"`
	}{}},
	"engage.asked": {"Somebody asked a question", struct {
		QuestionID string `json:"question_id"`
		Number     int64  `json:"number"`
		MessageID  string `json:"message_id"`
		MissionID  string `json:"mission_id"`
	}{}},
	"engage.answered": {"A question was answered", struct {
		QuestionID string `json:"question_id"`
		Number     int64  `json:"number"`
		MessageID  string `json:"message_id"`
		MissionID  string `json:"mission_id"`
		Public     bool   `json:"public"`
	}{}},
	"channels.account_changed": {"An official account was registered or changed", channels.AccountChanged{}},
	"channels.ping": {"A test, sent from the console", struct {
		WebhookID string `json:"webhook_id"`
	}{}},
}
