package listenweb

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/listen/forecast"
	"sifara/internal/web"
)

// TopicFields are what both a new and a changed topic have.
type TopicFields struct {
	Kind         string              `json:"kind,omitempty" enum:"topic,narrative" default:"topic"`
	Names        map[string]string   `json:"names" doc:"By language: ar, ckb, kmr, en"`
	Terms        []string            `json:"terms,omitempty" doc:"Any of them: words in a row, #tag, begin*, or an expression with AND, OR, NOT, NEAR/n, parentheses and lang:"`
	TermsIn      map[string][]string `json:"terms_in,omitempty" doc:"More terms, by the language in which they are written"`
	Wordings     map[string][]string `json:"wordings,omitempty" doc:"Wordings of a narrative's claim, by language"`
	Countries    []string            `json:"countries,omitempty"`
	MissionID    string              `json:"mission_id,omitempty"`
	DepartmentID string              `json:"department_id,omitempty"`
	Watched      bool                `json:"watched,omitempty"`
}

func (b TopicFields) topic() listen.Topic {
	t := listen.Topic{Kind: b.Kind, Names: map[i18n.Lang]string{}, Terms: b.Terms, TermsIn: map[i18n.Lang][]string{}, Wordings: map[i18n.Lang][]string{},
		Countries: b.Countries, MissionID: b.MissionID, DepartmentID: b.DepartmentID, Watched: b.Watched}
	for l, n := range b.Names {
		t.Names[i18n.Lang(l)] = n
	}
	for l, list := range b.TermsIn {
		t.TermsIn[i18n.Lang(l)] = list
	}
	for l, list := range b.Wordings {
		t.Wordings[i18n.Lang(l)] = list
	}
	return t
}

// NewTopic is what a caller says of a topic that is not there yet. It is
// exported because huma fills embedded structs only then.
type NewTopic struct {
	ID string `json:"id,omitempty" format:"uuid" doc:"Given by the caller, so that a repeated call makes it once"`
	TopicFields
}

// listenStory is a story as the API tells it.
type listenStory struct {
	ID        string    `json:"id" doc:"Of the post with which it began"`
	Posts     int64     `json:"posts"`
	First     time.Time `json:"first"`
	Last      time.Time `json:"last"`
	Sources   int       `json:"sources"`
	Languages int       `json:"languages"`
	Text      string    `json:"text,omitempty" doc:"Of its first post; absent when that is gone"`
	Language  string    `json:"language,omitempty"`
}

func storyOut(s listen.Story) listenStory {
	return listenStory{ID: strconv.FormatInt(s.ID, 10), Posts: s.Posts, First: s.First, Last: s.Last, Sources: s.Sources, Languages: s.Languages, Text: s.Lead.Text, Language: s.Lead.Lang}
}

// listenTopicFigures are the properties of a topic's posts in a period.
type listenTopicFigures struct {
	From       time.Time           `json:"from" doc:"First day, UTC"`
	Days       int                 `json:"days"`
	Sentiments map[string][]*int64 `json:"sentiments" doc:"By day; null is fewer than ten, or a number from which one would follow"`
	Languages  map[string][]*int64 `json:"languages" doc:"By day, as sentiments; other stands for all those of few posts"`
	Acts       []listenPart        `json:"acts"`
	Crisis     []listenPart        `json:"crisis"`
	Countries  []listenPart        `json:"countries" doc:"An empty key is an unknown country; other stands for all those of few posts"`
	Sources    []listenPart        `json:"sources" doc:"Keys are ids of sources"`
	NewWords   []listenPart        `json:"new_words" doc:"That have become commoner in the last week of the period"`
}

type listenForecastDay forecast.Day

// listenForecast is what the next days of a topic are expected to bring.
type listenForecast struct {
	Enough bool                `json:"enough" doc:"False when there is not enough data: 28 full days since the first post and 28 posts in the last 28 days are needed"`
	Known  int                 `json:"known_days" doc:"Full days that were looked at, 400 at most"`
	Days   []listenForecastDay `json:"days" doc:"Seven, the first is the one after the last full day (UTC); of ten days five should lie from low50 to high50 and nine from low90 to high90"`
}

// Period is the part of a question that names days. It is exported because
// huma fills embedded structs only then.
type Period struct {
	From  time.Time `query:"from" required:"true"`
	Until time.Time `query:"until" required:"true" doc:"Moment after the last"`
}

// topicAPI adds what is asked of topics, narratives and stories.
func (p pages) topicAPI(a *web.API, op func(id, method, path, summary string) huma.Operation) {
	p.discoveredAPI(a, op)
	web.Operation(a, listen.ManageTopics, op("change-topic", http.MethodPut, "/topics/{id}", "Change or archive a topic or narrative"), p.apiChangeTopic)
	web.Operation(a, listen.ManageTopics, op("preview-topic", http.MethodPost, "/topics/preview", "Find what a topic would find, saving nothing"), func(ctx context.Context, in *struct{ Body TopicFields }) (*page[listenPost], error) {
		found, err := p.svc.PreviewTopic(ctx, in.Body.topic())
		return foundPage(found), err
	})
	web.Operation(a, listen.View, op("get-topic-figures", http.MethodGet, "/topics/{id}/figures", "Count a topic by day and property"), p.apiFigures)
	web.Operation(a, listen.View, op("get-topic-forecast", http.MethodGet, "/topics/{id}/forecast", "Forecast the posts of a topic in the next seven days"), func(ctx context.Context, in *ByID) (*one[listenForecast], error) {
		f, err := p.svc.Forecast(ctx, in.ID, time.Time{})
		days := list(f.Days, func(d forecast.Day) listenForecastDay { return listenForecastDay(d) }).Body.Items
		return &one[listenForecast]{listenForecast{Enough: len(days) > 0, Known: len(f.Known), Days: days}}, err
	})
	web.Operation(a, listen.View, op("list-topic-posts", http.MethodGet, "/topics/{id}/posts", "List the posts of a topic, the newest first"), func(ctx context.Context, in *struct {
		ByID
		Sentiment string    `query:"sentiment" enum:"unsure,positive,negative,neutral"`
		Act       string    `query:"act" enum:"unsure,expression,statement,question,suggestion,threat,request,other"`
		Crisis    bool      `query:"crisis" doc:"Only those about a crisis at hand"`
		From      time.Time `query:"from"`
		Until     time.Time `query:"until"`
		Cursor    string    `query:"cursor"`
		Limit     int       `query:"limit" default:"50" minimum:"1" maximum:"200"`
	}) (*page[listenPost], error) {
		before, _ := strconv.ParseInt(in.Cursor, 10, 64)
		found, err := p.svc.Mentions(ctx, listen.MentionQuery{TopicID: in.ID, Sentiment: in.Sentiment, Act: in.Act, Crisis: in.Crisis, From: in.From, To: in.Until, Before: before, Limit: in.Limit})
		return foundPage(found), err
	})
	web.Operation(a, listen.View, op("list-topic-stories", http.MethodGet, "/topics/{id}/stories", "List the stories of a topic, the largest first"), func(ctx context.Context, in *struct {
		ByID
		Period
		Limit int `query:"limit" default:"20" minimum:"1" maximum:"100"`
	}) (*page[listenStory], error) {
		all, err := p.svc.TopicStories(ctx, in.ID, in.From, in.Until, in.Limit)
		return list(all, storyOut), err
	})
	web.Operation(a, listen.View, op("list-stories", http.MethodGet, "/stories", "List the stories that were told in a period, the largest first"), func(ctx context.Context, in *struct {
		Period
		Limit int `query:"limit" default:"20" minimum:"1" maximum:"100"`
	}) (*page[listenStory], error) {
		all, err := p.svc.Stories(ctx, in.From, in.Until, in.Limit)
		return list(all, storyOut), err
	})
	web.Operation(a, listen.View, op("list-story-posts", http.MethodGet, "/stories/{story}", "Read the newest posts of a story"), func(ctx context.Context, in *struct {
		Story string `path:"story" pattern:"^[0-9]{1,19}$"`
	}) (*page[listenPost], error) {
		number, err := strconv.ParseInt(in.Story, 10, 64)
		if err != nil {
			return nil, errs.New(errs.NotFound, "")
		}
		s, err := p.svc.Story(ctx, number)
		return list(s.Newest, postOut), err
	})
}

func (p pages) apiAddTopic(ctx context.Context, in *struct{ Body NewTopic }) (*one[listenTopic], error) {
	t := in.Body.topic()
	if t.ID = in.Body.ID; t.ID == "" {
		t.ID = id.New()
	}
	if err := p.deskExists(ctx, t); err != nil {
		return nil, err
	}
	if err := p.svc.AddTopic(ctx, t); err != nil {
		return nil, err
	}
	t, err := p.svc.Topic(ctx, t.ID)
	return &one[listenTopic]{listenTopic(t)}, err
}

func (p pages) apiChangeTopic(ctx context.Context, in *struct {
	ByID
	Body struct {
		Version  int64 `json:"version" doc:"That was read; another is refused"`
		Archived bool  `json:"archived,omitempty"`
		TopicFields
	}
}) (*one[listenTopic], error) {
	old, err := p.svc.Topic(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	t := in.Body.topic()
	t.ID, t.Kind, t.Version, t.Archived = old.ID, old.Kind, in.Body.Version, in.Body.Archived
	if err := p.deskExists(ctx, t); err != nil {
		return nil, err
	}
	if err := p.svc.SaveTopic(ctx, t); err != nil {
		return nil, err
	}
	t, err = p.svc.Topic(ctx, t.ID)
	return &one[listenTopic]{listenTopic(t)}, err
}

// deskExists refuses a desk that does not.
func (p pages) deskExists(ctx context.Context, t listen.Topic) error {
	if t.MissionID != "" {
		_, err := p.org.Mission(ctx, t.MissionID)
		return err
	}
	if t.DepartmentID != "" {
		_, err := p.org.Department(ctx, t.DepartmentID)
		return err
	}
	return nil
}

func (p pages) apiFigures(ctx context.Context, in *struct {
	ByID
	Period
}) (*one[listenTopicFigures], error) {
	f, err := p.svc.Facets(ctx, in.ID, in.From, in.Until)
	if err != nil {
		return nil, err
	}
	sources, err := p.svc.TopicSources(ctx, f)
	if err != nil {
		return nil, err
	}
	words, err := p.svc.TopicWords(ctx, in.ID, in.Until.Add(-7*24*time.Hour), in.Until, 20)
	if err != nil {
		return nil, err
	}
	byDay := func(facet string) map[string][]*int64 {
		out, cells := map[string][]*int64{}, f.Cells(facet, 1)
		for i, value := range cells.Values {
			days := make([]*int64, cells.Pieces())
			for j := range days {
				if n, told := cells.At(i, j); told {
					days[j] = &n
				}
			}
			out[value] = days
		}
		return out
	}
	totals := func(shares []listen.Share) []listenPart {
		return list(shares, func(s listen.Share) listenPart { return listenPart(s) }).Body.Items
	}
	out := listenTopicFigures{From: f.From, Days: f.Days, Sentiments: byDay(listen.FacetSentiment), Languages: byDay(listen.FacetLanguage),
		Acts: totals(f.Totals(listen.FacetAct)), Crisis: totals(f.Totals(listen.FacetCrisis)), Countries: totals(f.Totals(listen.FacetCountry)), NewWords: totals(words)}
	out.Sources = []listenPart{}
	for _, s := range sources {
		part := listenPart{Key: s.Source.ID, Posts: s.Posts}
		if s.Others {
			part.Key = listen.OtherKey
		}
		out.Sources = append(out.Sources, part)
	}
	return &one[listenTopicFigures]{out}, nil
}
