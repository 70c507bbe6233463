package listenweb

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/listen"
	"sifara/internal/listen/campaign"
	"sifara/internal/web"
)

// The API describes its objects by these names.
type (
	listenTopic     listen.Topic
	listenSource    listen.Source
	listenWarning   listen.Warning
	listenJudgement listen.Judgement
	listenImport    listen.FileImport
	listenBin       listen.Bin
	listenPart      listen.Share
	listenPrivacy   listen.PrivacyReport
)

type listenPost struct {
	ID        string    `json:"id" doc:"Newer posts have greater ids"`
	At        time.Time `json:"at"`
	SourceID  string    `json:"source_id"`
	Language  string    `json:"language" doc:"ISO 639; und when unknown"`
	Country   string    `json:"country,omitempty"`
	Author    string    `json:"author,omitempty" doc:"Pseudonym of this answer only; says whether two of its posts have one author"`
	Official  string    `json:"official,omitempty" doc:"Handle, for registered official accounts only"`
	Followers int64     `json:"followers" doc:"Rounded down to one digit and zeros; exact for official accounts"`
	URL       string    `json:"url,omitempty"`
	Text      string    `json:"text"`
	Sentiment string    `json:"sentiment" enum:"unsure,positive,negative,neutral" doc:"By model or word list; it errs"`
	Act       string    `json:"act" enum:"unsure,expression,statement,question,suggestion,threat,request,other" doc:"Speech act, by model or rule"`
	Crisis    string    `json:"crisis" enum:"unsure,related,not_related" doc:"Whether it is about a crisis at hand"`
	Sarcasm   bool      `json:"sarcasm,omitempty"`
	Story     string    `json:"story,omitempty" doc:"Id of the story that it goes on with"`
}

type searchInput struct {
	Query    string    `query:"q" maxLength:"1000" doc:"Words, \"phrases\", #tags, begin*, -without, a OR b, or a Boolean expression with AND, NOT, NEAR/n, parentheses and lang:"`
	Language []string  `query:"language,explode" doc:"Any of these languages"`
	Source   []string  `query:"source,explode" doc:"Ids of sources"`
	Country  string    `query:"country"`
	From     time.Time `query:"from"`
	Until    time.Time `query:"until" doc:"Moment after the last"`
	Cursor   string    `query:"cursor" doc:"The next of the page before"`
	Limit    int       `query:"limit" default:"50" minimum:"1" maximum:"200"`
}

type page[T any] struct {
	Body struct {
		Items []T    `json:"items"`
		Next  string `json:"next,omitempty" doc:"Cursor of the following page; absent on the last"`
	}
}

type one[T any] struct{ Body T }

// ByID names the object of an operation. It is exported because huma fills
// embedded structs only then.
type ByID struct {
	ID string `path:"id" format:"uuid"`
}

// api adds the operations of listening.
func (p pages) api(a *web.API) {
	tags := []string{"Listen"}
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: "/listen" + path, Tags: tags, Summary: summary}
	}
	web.Operation(a, listen.View, op("search-posts", http.MethodGet, "/posts", "Search posts, newest first"), p.apiSearch)
	web.Operation(a, listen.View, op("get-volume", http.MethodGet, "/volume", "Count posts over time, of a topic or of all"), p.apiVolume)
	web.Operation(a, listen.View, op("list-top", http.MethodGet, "/top", "List the commonest words, hashtags or languages of a period"), p.apiTop)
	web.Operation(a, listen.View, op("list-topics", http.MethodGet, "/topics", "List topics"), p.apiTopics)
	web.Operation(a, listen.View, op("get-topic", http.MethodGet, "/topics/{id}", "Read a topic"), func(ctx context.Context, in *ByID) (*one[listenTopic], error) {
		t, err := p.svc.Topic(ctx, in.ID)
		return &one[listenTopic]{listenTopic(t)}, err
	})
	web.Operation(a, listen.ManageTopics, op("add-topic", http.MethodPost, "/topics", "Add a topic or a narrative"), p.apiAddTopic)
	p.topicAPI(a, op)
	web.Operation(a, listen.View, op("list-warnings", http.MethodGet, "/warnings", "List warnings, the newest burst first"), p.apiWarnings)
	web.Operation(a, listen.View, op("get-warning", http.MethodGet, "/warnings/{id}", "Read a warning with its evidence"), func(ctx context.Context, in *ByID) (*one[listenWarning], error) {
		w, err := p.svc.Warning(ctx, in.ID)
		return &one[listenWarning]{listenWarning(w)}, err
	})
	web.Operation(a, listen.Warn, op("acknowledge-warning", http.MethodPost, "/warnings/{id}/acknowledge", "Note that the desk has seen a warning"), func(ctx context.Context, in *ByID) (*struct{}, error) {
		return nil, p.svc.Acknowledge(ctx, in.ID)
	})
	web.Operation(a, listen.Warn, op("dismiss-warning", http.MethodPost, "/warnings/{id}/dismiss", "Dismiss a warning with a reason"), func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Reason string `json:"reason" minLength:"1" maxLength:"1000"`
		}
	}) (*struct{}, error) {
		return nil, p.svc.Dismiss(ctx, in.ID, in.Body.Reason)
	})
	web.Operation(a, campaign.Manage, op("list-campaigns", http.MethodGet, "/campaigns", "List campaign files, the newest first"), func(ctx context.Context, _ *struct{}) (*page[listenCampaign], error) {
		files, err := p.campaignSvc.Files(ctx)
		return list(files, func(f campaign.File) listenCampaign { return listenCampaign(f) }), err
	})
	web.Operation(a, campaign.Manage, op("get-campaign", http.MethodGet, "/campaigns/{id}", "Read a campaign file"), func(ctx context.Context, in *ByID) (*one[listenCampaign], error) {
		f, err := p.campaignSvc.File(ctx, in.ID)
		return &one[listenCampaign]{listenCampaign(f)}, err
	})
	p.detectAPI(a, op)
	p.scoreAPI(a, op)
	p.campaignAPI(a, op)
	p.actorAPI(a, op)
	p.groupAPI(a, op)
	p.briefAPI(a, op)
	web.Operation(a, listen.View, op("get-privacy-report", http.MethodGet, "/privacy", "Read the data-protection report"), func(ctx context.Context, _ *struct{}) (*one[listenPrivacy], error) {
		r, err := p.svc.PrivacyReport(ctx)
		return &one[listenPrivacy]{listenPrivacy(r)}, err
	})
	web.Operation(a, listen.Warn, op("judge-warning", http.MethodPost, "/warnings/{id}/judge", "Say what came of a warning"), func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Verdict string `json:"verdict" enum:"right,wrong,unclear"`
			Note    string `json:"note" minLength:"1" maxLength:"1000"`
		}
	}) (*struct{}, error) {
		return nil, p.svc.Judge(ctx, in.ID, in.Body.Verdict, in.Body.Note)
	})
	web.Operation(a, listen.View, op("list-judgements", http.MethodGet, "/warnings/{id}/judgements", "Read what was said of a warning, the judgement in force first"), p.apiJudgements)
	web.Operation(a, listen.View, op("list-sources", http.MethodGet, "/sources", "List sources and how they do"), p.apiSources)
	p.sourceAPI(a, op)
	web.Operation(a, listen.ImportFiles, op("list-imports", http.MethodGet, "/imports", "List imports, the newest first"), p.apiImports)
	web.Operation(a, listen.ImportFiles, op("get-import", http.MethodGet, "/imports/{id}", "Read how far an import is"), func(ctx context.Context, in *ByID) (*one[listenImport], error) {
		i, err := p.svc.FileImport(ctx, in.ID)
		return &one[listenImport]{listenImport(i)}, err
	})
}

func (p pages) apiSearch(ctx context.Context, in *searchInput) (*page[listenPost], error) {
	before, _ := strconv.ParseInt(in.Cursor, 10, 64)
	found, err := p.svc.Search(ctx, listen.SearchQuery{Text: in.Query, Langs: in.Language, Sources: in.Source, Country: in.Country, From: in.From, To: in.Until, Limit: in.Limit, Before: before})
	if err != nil {
		return nil, err
	}
	return foundPage(found), nil
}

// foundPage is a page of posts.
func foundPage(found listen.SearchResult) *page[listenPost] {
	out := list(found.Posts, postOut)
	if found.Next > 0 {
		out.Body.Next = strconv.FormatInt(found.Next, 10)
	}
	return out
}

func postOut(f listen.Found) listenPost {
	p := listenPost{
		ID: strconv.FormatInt(f.ID, 10), At: f.At, SourceID: f.Source.ID, Language: f.Lang, Country: f.Country, Author: f.Pseudonym(),
		Official: f.Official, Followers: f.Audience(), URL: f.URL, Text: f.Text,
		Sentiment: f.Labels.Sentiment().String(), Act: f.Labels.Act().String(), Crisis: f.Labels.Crisis().String(), Sarcasm: f.Labels.Sarcasm(),
	}
	if f.Story != 0 {
		p.Story = strconv.FormatInt(f.Story, 10)
	}
	return p
}

func (p pages) apiVolume(ctx context.Context, in *struct {
	Topic string    `query:"topic" doc:"Id of a topic; empty counts all posts"`
	From  time.Time `query:"from" required:"true"`
	Until time.Time `query:"until" required:"true"`
	Hours int       `query:"hours" default:"24" minimum:"1" maximum:"8784" doc:"Length of a piece"`
}) (*page[listenBin], error) {
	if in.Topic != "" {
		if _, err := p.svc.Topic(ctx, in.Topic); err != nil {
			return nil, err
		}
	}
	bins, err := p.svc.Volume(ctx, in.Topic, in.From, in.Until, time.Duration(in.Hours)*time.Hour)
	return list(bins, func(b listen.Bin) listenBin { return listenBin(b) }), err
}

func (p pages) apiTop(ctx context.Context, in *struct {
	Of       string    `query:"of" enum:"words,hashtags,languages" default:"words"`
	Language string    `query:"language" doc:"Words of one language only"`
	From     time.Time `query:"from" required:"true"`
	Until    time.Time `query:"until" required:"true"`
	Limit    int       `query:"limit" default:"50" minimum:"1" maximum:"200"`
}) (*page[listenPart], error) {
	var shares []listen.Share
	var err error
	switch in.Of {
	case "hashtags":
		shares, err = p.svc.TopTags(ctx, in.From, in.Until, in.Limit)
	case "languages":
		shares, err = p.svc.Languages(ctx, in.From, in.Until)
	default:
		shares, err = p.svc.TopWords(ctx, in.From, in.Until, in.Language, in.Limit)
	}
	return list(shares, func(s listen.Share) listenPart { return listenPart(s) }), err
}

func (p pages) apiTopics(ctx context.Context, _ *struct{}) (*page[listenTopic], error) {
	all, err := p.svc.Topics(ctx)
	return list(all, func(t listen.Topic) listenTopic { return listenTopic(t) }), err
}

func (p pages) apiWarnings(ctx context.Context, in *struct {
	State  []string `query:"state,explode" enum:"open,acknowledged,dismissed,decided"`
	Topic  string   `query:"topic"`
	Cursor string   `query:"cursor"`
	Limit  int      `query:"limit" default:"50" minimum:"1" maximum:"200"`
}) (*page[listenWarning], error) {
	all, next, err := p.svc.Warnings(ctx, listen.WarningFilter{States: in.State, TopicID: in.Topic, Before: in.Cursor, Limit: in.Limit})
	out := list(all, func(w listen.Warning) listenWarning { return listenWarning(w) })
	out.Body.Next = next
	return out, err
}

func (p pages) apiJudgements(ctx context.Context, in *ByID) (*page[listenJudgement], error) {
	all, err := p.svc.Judgements(ctx, in.ID)
	return list(all, func(j listen.Judgement) listenJudgement { return listenJudgement(j) }), err
}

func (p pages) apiSources(ctx context.Context, _ *struct{}) (*page[listenSource], error) {
	all, err := p.svc.Sources(ctx)
	return list(all, func(s listen.Source) listenSource { return listenSource(s) }), err
}

func (p pages) apiImports(ctx context.Context, in *struct {
	Cursor string `query:"cursor"`
	Limit  int    `query:"limit" default:"50" minimum:"1" maximum:"200"`
}) (*page[listenImport], error) {
	all, next, err := p.svc.Imports(ctx, in.Cursor, in.Limit)
	out := list(all, func(i listen.FileImport) listenImport { return listenImport(i) })
	out.Body.Next = next
	return out, err
}

// list makes a page of items.
func list[F, T any](from []F, to func(F) T) *page[T] {
	out := &page[T]{}
	out.Body.Items = make([]T, 0, len(from))
	for _, x := range from {
		out.Body.Items = append(out.Body.Items, to(x))
	}
	return out
}
