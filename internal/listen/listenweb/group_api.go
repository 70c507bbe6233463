package listenweb

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/listen/campaign"
	"sifara/internal/listen/group"
	"sifara/internal/web"
)

// The API describes what groups are by these names.
type (
	listenGroup group.Group
	listenLook  group.Run
	listenMedia group.Media
)

// listenGroupPost is a post that shows a group.
type listenGroupPost struct {
	Post       listenPost `json:"post"`
	Behaviours []string   `json:"behaviours"`
	Objects    []string   `json:"objects" doc:"Equal where the same was shared"`
}

// groupAPI adds the acts on coordinated groups.
func (p pages) groupAPI(a *web.API, op func(id, method, path, summary string) huma.Operation) {
	web.Operation(a, listen.View, op("list-groups", http.MethodGet, "/groups", "List coordinated groups, those that acted last first"), func(ctx context.Context, in *struct {
		State string `query:"state" enum:"open,aside" default:"open"`
		Limit int    `query:"limit" default:"50" minimum:"1" maximum:"200"`
	}) (*page[listenGroup], error) {
		all, err := p.groups.Groups(ctx, in.State, in.Limit)
		return list(all, func(g group.Group) listenGroup { return listenGroup(g) }), err
	})
	web.Operation(a, listen.View, op("get-group", http.MethodGet, "/groups/{id}", "Read a coordinated group with its network, which names nobody"), func(ctx context.Context, in *ByID) (*one[listenGroup], error) {
		g, err := p.groups.Group(ctx, in.ID)
		return &one[listenGroup]{listenGroup(g)}, err
	})
	web.Operation(a, listen.View, op("list-group-posts", http.MethodGet, "/groups/{id}/posts", "List the posts that show a group, the oldest first"), func(ctx context.Context, in *ByID) (*page[listenGroupPost], error) {
		return p.apiGroupPosts(ctx, in.ID)
	})
	web.Operation(a, group.Manage, op("set-group-aside", http.MethodPost, "/groups/{id}/aside", "Say that a group is of no concern, and why"), func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Reason string `json:"reason" minLength:"1" maxLength:"1000"`
		}
	}) (*struct{}, error) {
		return nil, p.groups.SetAside(ctx, in.ID, in.Body.Reason)
	})
	web.Operation(a, group.Manage, op("take-group-up", http.MethodPost, "/groups/{id}/take-up", "Take up again a group that was set aside"), func(ctx context.Context, in *ByID) (*struct{}, error) {
		return nil, p.groups.TakeUp(ctx, in.ID)
	})
	p.groupFileAPI(a, op)
	p.lookAPI(a, op)
}

// groupFileAPI opens campaign files from groups.
func (p pages) groupFileAPI(a *web.API, op func(id, method, path, summary string) huma.Operation) {
	web.Operation(a, campaign.Manage, op("draft-group-campaign", http.MethodGet, "/groups/{id}/campaign", "Propose a campaign file from a group, saving nothing"), func(ctx context.Context, in *ByID) (*one[listenCampaign], error) {
		f, err := p.groupFile(ctx, in.ID)
		return &one[listenCampaign]{listenCampaign(f)}, err
	})
	web.Operation(a, campaign.Manage, op("open-group-campaign", http.MethodPost, "/groups/{id}/campaign", "Open a campaign file from a group: wordings, search, period, behaviour and first evidence come from it"), func(ctx context.Context, in *struct {
		ByID
		Body struct {
			ID           string            `json:"id,omitempty" format:"uuid" doc:"Given by the caller, so that a repeated call makes it once"`
			Titles       map[string]string `json:"titles" doc:"By language: ar, ckb, kmr, en"`
			Narrative    string            `json:"narrative" minLength:"1"`
			Confidence   int64             `json:"confidence" minimum:"1" maximum:"99"`
			TLP          string            `json:"tlp" enum:"white,green,amber,red" default:"amber"`
			Countries    []string          `json:"countries,omitempty"`
			MissionID    string            `json:"mission_id,omitempty"`
			DepartmentID string            `json:"department_id,omitempty"`
			Keep         int               `json:"keep_months,omitempty" minimum:"1" default:"24" doc:"How long evidence is kept"`
		}
	}) (*one[listenCampaign], error) {
		f, err := p.groupFile(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		if in.Body.ID != "" {
			f.ID = in.Body.ID
		}
		for l, t := range in.Body.Titles {
			f.Titles[i18n.Lang(l)] = t
		}
		f.Narrative, f.Confidence, f.TLP, f.Countries = in.Body.Narrative, in.Body.Confidence, in.Body.TLP, in.Body.Countries
		f.MissionID, f.DepartmentID = in.Body.MissionID, in.Body.DepartmentID
		if err := p.open(ctx, f, in.Body.Keep); err != nil {
			return nil, err
		}
		return p.campaignBy(ctx, f.ID)
	})
}

// lookAPI has posts looked at, and enters media.
func (p pages) lookAPI(a *web.API, op func(id, method, path, summary string) huma.Operation) {
	web.Operation(a, group.Manage, op("list-group-looks", http.MethodGet, "/group-looks", "List looks for coordinated groups, the newest first"), func(ctx context.Context, in *struct {
		Limit int `query:"limit" default:"20" minimum:"1" maximum:"100"`
	}) (*page[listenLook], error) {
		all, err := p.groups.Runs(ctx, in.Limit)
		return list(all, func(r group.Run) listenLook { return listenLook(r) }), err
	})
	web.Operation(a, group.Manage, op("get-group-look", http.MethodGet, "/group-looks/{id}", "Read how far a look is"), func(ctx context.Context, in *ByID) (*one[listenLook], error) {
		r, err := p.groups.Run(ctx, in.ID)
		return &one[listenLook]{listenLook(r)}, err
	})
	web.Operation(a, group.Manage, op("look-for-groups", http.MethodPost, "/group-looks", "Have the posts of a period looked at for coordinated groups"), func(ctx context.Context, in *struct {
		Body struct {
			ID      string    `json:"id,omitempty" format:"uuid" doc:"Given by the caller, so that a repeated call looks once"`
			TopicID string    `json:"topic_id,omitempty"`
			From    time.Time `json:"from"`
			Until   time.Time `json:"until" doc:"Moment after the last; at most 31 days later"`
			Window  int       `json:"window_seconds,omitempty" minimum:"5" maximum:"3600" default:"60" doc:"Acts this close in time are together"`
		}
	}) (*one[listenLook], error) {
		ask := group.Ask{ID: in.Body.ID, TopicID: in.Body.TopicID, From: in.Body.From, Until: in.Body.Until, Window: time.Duration(in.Body.Window) * time.Second}
		if ask.ID == "" {
			ask.ID = id.New()
		}
		if err := p.groups.Look(ctx, ask); err != nil {
			return nil, err
		}
		r, err := p.groups.Run(ctx, ask.ID)
		return &one[listenLook]{listenLook(r)}, err
	})
	web.Operation(a, listen.View, op("list-group-media", http.MethodGet, "/group-media", "List the sources whose accounts are media and in no group"), func(ctx context.Context, _ *struct{}) (*page[listenMedia], error) {
		all, err := p.groups.Media(ctx)
		return list(all, func(m group.Media) listenMedia { return listenMedia(m) }), err
	})
	web.Operation(a, group.Manage, op("enter-group-media", http.MethodPut, "/group-media/{id}", "Enter a source whose accounts are media"), func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Reason string `json:"reason" minLength:"1" maxLength:"1000"`
		}
	}) (*struct{}, error) {
		if _, err := p.svc.Source(ctx, in.ID); err != nil {
			return nil, err
		}
		return nil, p.groups.EnterMedia(ctx, in.ID, in.Body.Reason)
	})
	web.Operation(a, group.Manage, op("remove-group-media", http.MethodDelete, "/group-media/{id}", "Take a source out of the media"), func(ctx context.Context, in *ByID) (*struct{}, error) {
		return nil, p.groups.RemoveMedia(ctx, in.ID)
	})
}

func (p pages) apiGroupPosts(ctx context.Context, groupID string) (*page[listenGroupPost], error) {
	evidence, err := p.groups.Evidence(ctx, groupID)
	if err != nil {
		return nil, err
	}
	posts, err := p.groups.Posts(ctx, groupID)
	if err != nil {
		return nil, err
	}
	sources, err := p.svc.Sources(ctx)
	if err != nil {
		return nil, err
	}
	return list(posts, func(x listen.Post) listenGroupPost {
		out := listenGroupPost{Behaviours: []string{}, Objects: []string{}}
		src := listen.Source{}
		if i := slices.IndexFunc(sources, func(s listen.Source) bool { return s.Number == x.Source }); i >= 0 {
			src = sources[i]
		}
		out.Post = postOut(listen.Found{Post: x, Source: src})
		out.Post.Author = "" // a group is no list of what each of its accounts wrote
		for _, e := range evidence {
			if e.Post == x.ID {
				out.Behaviours, out.Objects = append(out.Behaviours, e.Kind), append(out.Objects, e.Object)
			}
		}
		return out
	}), nil
}
