package listenweb

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/listen/campaign"
	"sifara/internal/web"
)

// CampaignBody is what the makers of a file say. It is exported because huma
// fills embedded structs only then.
type CampaignBody struct {
	Titles        map[string]string `json:"titles" doc:"By language: ar, ckb, kmr, en"`
	Narrative     string            `json:"narrative" minLength:"1"`
	Wordings      []string          `json:"wordings,omitempty"`
	TopicID       string            `json:"topic_id,omitempty"`
	WarningID     string            `json:"warning_id,omitempty"`
	Group         string            `json:"group,omitempty" format:"uuid" doc:"Coordinated group; its posts become the first evidence"`
	Search        string            `json:"search,omitempty" doc:"Finds its posts, from which its reach is measured"`
	SearchCountry string            `json:"search_country,omitempty"`
	From          time.Time         `json:"from"`
	Until         time.Time         `json:"until" doc:"Moment after the last"`
	Countries     []string          `json:"countries,omitempty"`
	Confidence    int64             `json:"confidence" minimum:"1" maximum:"99"`
	Basis         string            `json:"basis,omitempty"`
	Behaviour     []string          `json:"behaviour,omitempty" doc:"Techniques of DISARM: T0000 or T0000.000"`
	TLP           string            `json:"tlp" enum:"white,green,amber,red" default:"amber"`
	MissionID     string            `json:"mission_id,omitempty"`
	DepartmentID  string            `json:"department_id,omitempty"`
}

func (b CampaignBody) file(id string) campaign.File {
	f := campaign.File{
		ID: id, Titles: map[i18n.Lang]string{}, Narrative: b.Narrative, Wordings: b.Wordings, TopicID: b.TopicID, WarningID: b.WarningID, Group: b.Group,
		Search: b.Search, SearchCountry: b.SearchCountry, From: db.At(b.From), Until: db.At(b.Until), Countries: b.Countries, Confidence: b.Confidence, Basis: b.Basis,
		TLP: b.TLP, MissionID: b.MissionID, DepartmentID: b.DepartmentID,
	}
	for l, t := range b.Titles {
		f.Titles[i18n.Lang(l)] = t
	}
	for _, t := range b.Behaviour {
		f.Behaviour = append(f.Behaviour, campaign.Technique{ID: t})
	}
	return f
}

// campaignActsAPI opens, changes, hands over and answers campaign files.
func (p pages) campaignActsAPI(a *web.API, op func(id, method, path, summary string) huma.Operation) {
	web.Operation(a, campaign.Manage, op("open-campaign", http.MethodPost, "/campaigns", "Open a campaign file"), func(ctx context.Context, in *struct {
		Body struct {
			ID   string `json:"id,omitempty" format:"uuid" doc:"Given by the caller, so that a repeated call makes it once"`
			Keep int    `json:"keep_months,omitempty" minimum:"1" default:"24" doc:"How long evidence is kept"`
			CampaignBody
		}
	}) (*one[listenCampaign], error) {
		f := in.Body.file(in.Body.ID)
		if f.ID == "" {
			f.ID = id.New()
		}
		if err := p.open(ctx, f, in.Body.Keep); err != nil {
			return nil, err
		}
		return p.campaignBy(ctx, f.ID)
	})
	web.Operation(a, campaign.Manage, op("change-campaign", http.MethodPut, "/campaigns/{id}", "Change a campaign file"), func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Version int64 `json:"version" minimum:"1" doc:"The one that was read"`
			CampaignBody
		}
	}) (*one[listenCampaign], error) {
		f := in.Body.file(in.ID)
		f.Version = in.Body.Version
		if err := p.campaignSvc.Save(ctx, f); err != nil {
			return nil, err
		}
		return p.campaignBy(ctx, in.ID)
	})
	web.Operation(a, campaign.Manage, op("hand-over-campaign", http.MethodPost, "/campaigns/{id}/hand-over", "Hand a campaign file to a desk; nothing is the ministry"), func(ctx context.Context, in *struct {
		ByID
		Body struct {
			MissionID    string `json:"mission_id,omitempty"`
			DepartmentID string `json:"department_id,omitempty"`
		}
	}) (*struct{}, error) {
		name, err := p.deskName(ctx, in.Body.MissionID, in.Body.DepartmentID)
		if err != nil {
			return nil, err
		}
		return nil, p.campaignSvc.HandOver(ctx, in.ID, in.Body.MissionID, in.Body.DepartmentID, name)
	})
	web.Operation(a, campaign.Manage, op("link-campaign", http.MethodPut, "/campaigns/{id}/links", "Tie a campaign file to the decision file and the message that answer it"), func(ctx context.Context, in *struct {
		ByID
		Body struct {
			DecisionID string `json:"decision_id,omitempty"`
			AnswerID   string `json:"answer_id,omitempty"`
		}
	}) (*struct{}, error) {
		return nil, p.campaignSvc.Link(ctx, in.ID, in.Body.DecisionID, in.Body.AnswerID)
	})
	web.Operation(a, campaign.Manage, op("answer-campaign", http.MethodPost, "/campaigns/{id}/answered", "Note that the open answer was given"), func(ctx context.Context, in *ByID) (*struct{}, error) {
		return nil, p.campaignSvc.MarkAnswered(ctx, in.ID)
	})
}

func (p pages) campaignBy(ctx context.Context, id string) (*one[listenCampaign], error) {
	f, err := p.campaignSvc.File(ctx, id)
	return &one[listenCampaign]{listenCampaign(f)}, err
}

// deskName is the name of a desk in the reader's language; errs.NotFound when
// there is none.
func (p pages) deskName(ctx context.Context, mission, department string) (string, error) {
	l := i18n.From(ctx).Lang()
	switch {
	case mission != "":
		m, err := p.org.Mission(ctx, mission)
		return m.Name(l), err
	case department != "":
		d, err := p.org.Department(ctx, department)
		return d.Name(l), err
	}
	return i18n.From(ctx).T("listen.desk.ministry"), nil
}
