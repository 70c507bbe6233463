package listenweb

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/listen/campaign"
	"sifara/internal/web"
)

// campaignAPI adds the acts on campaign files.
func (p pages) campaignAPI(a *web.API, op func(id, method, path, summary string) huma.Operation) {
	web.Operation(a, campaign.Manage, op("list-campaign-evidence", http.MethodGet, "/campaigns/{id}/evidence", "List the evidence snapshots of a campaign file, each checked against its hash"), func(ctx context.Context, in *ByID) (*page[listenSnapshot], error) {
		snaps, err := p.campaignSvc.Snapshots(ctx, in.ID)
		return list(snaps, func(s campaign.Snapshot) listenSnapshot { return listenSnapshot(s) }), err
	})
	web.Operation(a, campaign.Manage, op("take-campaign-evidence", http.MethodPost, "/campaigns/{id}/evidence", "Copy posts into a new evidence snapshot"), func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Posts []string `json:"posts" minItems:"1" maxItems:"500" doc:"Ids of posts"`
			Note  string   `json:"note,omitempty" maxLength:"1000"`
		}
	}) (*struct{}, error) {
		var posts []int64
		for _, s := range in.Body.Posts {
			n, err := strconv.ParseInt(s, 10, 64)
			if err != nil {
				return nil, errs.InvalidFields(errs.Field{Name: "posts", Key: "web.field.choice"})
			}
			posts = append(posts, n)
		}
		return nil, p.campaignSvc.Take(ctx, in.ID, id.New(), in.Body.Note, posts)
	})
	p.campaignActsAPI(a, op)
	web.Operation(a, campaign.Manage, op("close-campaign", http.MethodPost, "/campaigns/{id}/close", "Close a campaign file with a reason"), func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Reason string `json:"reason" minLength:"1" maxLength:"1000"`
		}
	}) (*struct{}, error) {
		return nil, p.campaignSvc.Close(ctx, in.ID, in.Body.Reason)
	})
	web.Operation(a, campaign.Manage, op("export-campaign", http.MethodGet, "/campaigns/{id}/stix", "Export a campaign file as a STIX 2.1 bundle"), func(ctx context.Context, in *ByID) (*one[json.RawMessage], error) {
		ministry, err := p.org.Ministry(ctx)
		if err != nil {
			return nil, err
		}
		b, err := p.campaignSvc.STIX(ctx, in.ID, ministry.Name("en"))
		return &one[json.RawMessage]{b}, err
	})
}
