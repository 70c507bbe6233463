package auditweb

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/audit"
	"sifara/internal/i18n"
	"sifara/internal/web"
)

type listInput struct {
	Actor    string    `query:"actor" doc:"Id of a person, or name of a job or command"`
	Act      string    `query:"act" doc:"Code of the act, such as publish.approve"`
	Object   string    `query:"object" doc:"Kind of object"`
	ObjectID string    `query:"object_id"`
	Mission  string    `query:"mission" doc:"Id of a mission"`
	From     time.Time `query:"from" doc:"First moment"`
	Until    time.Time `query:"until" doc:"Moment after the last"`
	Cursor   string    `query:"cursor" doc:"The next of the page before"`
	Limit    int       `query:"limit" default:"50" minimum:"1" maximum:"500"`
}

type auditRecord struct {
	audit.Record
	Sentence string `json:"sentence" doc:"What was done, in the caller's language"`
}

type listOutput struct{ Body web.List[auditRecord] }

// The API describes its objects by these names, which are the house's own.
type (
	auditCheck  audit.Check
	auditHead   audit.Head
	checkOutput struct{ Body auditCheck }
	headOutput  struct{ Body auditHead }
)

// api adds the operations of the record.
func (p pages) api(a *web.API) {
	tags := []string{"Audit"}
	web.Operation(a, audit.View, huma.Operation{OperationID: "list-audit", Method: http.MethodGet, Path: "/audit", Tags: tags,
		Summary: "List who did what", Description: "Newest first; only records of the units in which the caller may see them."}, p.apiList)
	web.Operation(a, audit.View, huma.Operation{OperationID: "get-audit-head", Method: http.MethodGet, Path: "/audit/head", Tags: tags,
		Summary: "The present end of the record and its signed checkpoint"},
		func(ctx context.Context, _ *struct{}) (*headOutput, error) {
			h, err := p.Audit.Head(ctx)
			return &headOutput{auditHead(h)}, err
		})
	web.Operation(a, audit.View, huma.Operation{OperationID: "verify-audit", Method: http.MethodPost, Path: "/audit/verify", Tags: tags,
		Summary: "Recompute the whole record and say whether anything was changed"},
		func(ctx context.Context, _ *struct{}) (*checkOutput, error) {
			c, err := p.Audit.Check(ctx)
			return &checkOutput{auditCheck(c)}, err
		})
}

func (p pages) apiList(ctx context.Context, in *listInput) (*listOutput, error) {
	f := audit.Filter{Actor: in.Actor, Act: in.Act, Object: in.Object, ObjectID: in.ObjectID, Mission: in.Mission, From: in.From, Until: in.Until, Limit: in.Limit}
	if err := web.ReadCursor(in.Cursor, &f.Before); err != nil {
		return nil, err
	}
	records, next, err := p.Audit.List(ctx, f)
	if err != nil {
		return nil, err
	}
	var items []auditRecord
	for _, r := range records {
		items = append(items, auditRecord{r, r.Sentence(i18n.From(ctx), p.Directory.Zone(ctx, r.Mission))})
	}
	cursor := ""
	if next > 0 {
		cursor = web.Cursor(next)
	}
	return &listOutput{web.NewList(items, cursor)}, nil
}
