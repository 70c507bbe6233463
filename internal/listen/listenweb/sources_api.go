package listenweb

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/listen/collect"
	"sifara/internal/web"
)

// SourceBody is what is said of a source. It is exported because huma fills
// embedded structs only then.
type SourceBody struct {
	Kind        string `json:"kind,omitempty" enum:"feed,sitemap,mastodon,activitypub,telegram,youtube,facebook,instagram,x_search,x_stream,bluesky,wikimedia" default:"feed" doc:"Cannot be changed later"`
	URL         string `json:"url,omitempty" doc:"Needed for feeds, sitemaps, Mastodon and ActivityPub (the actor); others have a usual address, which for Facebook and Instagram ends with the version of the interface"`
	Asks        string `json:"asks,omitempty" doc:"A hashtag, channels, a page, an account, a search, wikis"`
	Token       string `json:"token,omitempty" doc:"Kept sealed, never given back; empty leaves the one that is kept"`
	Name        string `json:"name,omitempty"`
	Country     string `json:"country,omitempty"`
	Grade       string `json:"grade,omitempty" enum:"A,B,C,D,E,F"`
	Credibility int    `json:"credibility,omitempty" minimum:"1" maximum:"6" default:"6"`
	Owner       string `json:"owner,omitempty" doc:"Needed for ActivityPub, as terms"`
	Terms       string `json:"terms,omitempty"`
	KeepIf      string `json:"keep_if,omitempty" doc:"Only posts that meet this expression are taken"`
	DropIf      string `json:"drop_if,omitempty" doc:"Posts that meet this expression are not taken"`
	MissionID   string `json:"mission_id,omitempty"`
	Every       int    `json:"every_minutes,omitempty" minimum:"5" maximum:"1440"`
	KeepDays    int    `json:"keep_days,omitempty" minimum:"0" maximum:"3660" doc:"Days that posts are kept; 0 as the house does"`
	Paused      bool   `json:"paused,omitempty"`
}

// source is the source that is meant; errs.NotFound for an unknown mission.
func (p pages) sourceOf(ctx context.Context, id string, b SourceBody) (listen.Source, error) {
	s := listen.Source{
		ID: id, Kind: listen.SourceKind(b.Kind), URL: b.URL, Asks: b.Asks, Name: b.Name, Country: b.Country, Grade: b.Grade, Credibility: b.Credibility,
		Owner: b.Owner, Terms: b.Terms, KeepIf: b.KeepIf, DropIf: b.DropIf, MissionID: b.MissionID, Every: b.Every, KeepDays: b.KeepDays, Paused: b.Paused,
		Token: p.svc.SealToken(id, b.Token),
	}
	if s.MissionID == "" {
		return s, nil
	}
	_, err := p.org.Mission(ctx, s.MissionID)
	return s, err
}

// SampleItem is what a source gives when it is tried.
type SampleItem struct {
	At   time.Time `json:"at"`
	URL  string    `json:"url,omitempty"`
	Text string    `json:"text"`
}

// sourceAPI adds the acts on sources.
func (p pages) sourceAPI(a *web.API, op func(id, method, path, summary string) huma.Operation) {
	web.Operation(a, listen.ManageSources, op("add-source", http.MethodPost, "/sources", "Add a source"), func(ctx context.Context, in *struct {
		Body struct {
			ID string `json:"id,omitempty" format:"uuid" doc:"Given by the caller, so that a repeated call makes it once"`
			SourceBody
		}
	}) (*one[listenSource], error) {
		if in.Body.ID == "" {
			in.Body.ID = id.New()
		}
		s, err := p.sourceOf(ctx, in.Body.ID, in.Body.SourceBody)
		if err != nil {
			return nil, err
		}
		if err := p.svc.AddSource(ctx, s); err != nil {
			return nil, err
		}
		s, err = p.svc.Source(ctx, s.ID)
		return &one[listenSource]{listenSource(s)}, err
	})
	web.Operation(a, listen.ManageSources, op("change-source", http.MethodPut, "/sources/{id}", "Change, pause or resume a source"), func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Version int64 `json:"version" minimum:"1" doc:"The one that was read"`
			SourceBody
		}
	}) (*one[listenSource], error) {
		s, err := p.sourceOf(ctx, in.ID, in.Body.SourceBody)
		if err != nil {
			return nil, err
		}
		s.Version = in.Body.Version
		if err := p.svc.SaveSource(ctx, s); err != nil {
			return nil, err
		}
		s, err = p.svc.Source(ctx, s.ID)
		return &one[listenSource]{listenSource(s)}, err
	})
	web.Operation(a, listen.ManageSources, op("try-source", http.MethodPost, "/sources/try", "Show what a source would give, storing nothing"), func(ctx context.Context, in *struct{ Body SourceBody }) (*page[SampleItem], error) {
		s, err := p.sourceOf(ctx, id.New(), in.Body)
		if err != nil {
			return nil, err
		}
		f, err := p.svc.TestSource(ctx, s)
		return list(f.Items, func(i collect.FeedItem) SampleItem { return SampleItem{At: i.At, URL: i.URL, Text: i.Text} }), err
	})
	web.Operation(a, listen.ManageSources, op("apply-source-filter", http.MethodPost, "/sources/{id}/filter", "Remove stored posts that the source's filter drops"), func(ctx context.Context, in *ByID) (*struct{}, error) {
		return nil, p.svc.ApplyFilter(ctx, in.ID)
	})
	web.Operation(a, listen.ManageSources, op("add-feeds", http.MethodPost, "/sources/opml", "Add the feeds of a list (OPML)"), func(ctx context.Context, in *struct {
		RawBody []byte `contentType:"text/x-opml"`
	}) (*one[opmlReport], error) {
		r, err := p.addFeeds(ctx, bytes.NewReader(in.RawBody))
		return &one[opmlReport]{r}, err
	})
}
