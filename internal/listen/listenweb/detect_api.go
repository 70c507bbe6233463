package listenweb

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/db"
	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/listen/score"
	"sifara/internal/web"
)

// The API describes its objects by these names.
type (
	listenFault     listen.Fault
	listenAlarmRate listen.AlarmRate
)

type rateInput struct {
	Subject string `path:"subject" maxLength:"64" doc:"Id of a topic, or hashtags, or places"`
	Body    struct {
		Rate float64 `json:"rate" minimum:"0.01" maximum:"30" doc:"False alarms borne in 30 days"`
	}
}

// detectAPI adds the operations of faults and rates.
func (p pages) detectAPI(a *web.API, op func(id, method, path, summary string) huma.Operation) {
	web.Operation(a, listen.View, op("list-faults", http.MethodGet, "/faults", "List faults of collection, the newest first"), func(ctx context.Context, in *struct {
		Limit int `query:"limit" default:"50" minimum:"1" maximum:"200"`
	}) (*page[listenFault], error) {
		all, err := p.svc.Faults(ctx, in.Limit)
		return list(all, func(f listen.Fault) listenFault { return listenFault(f) }), err
	})
	web.Operation(a, listen.View, op("list-alarm-rates", http.MethodGet, "/alarm-rates", "List how many false alarms a month are borne, where that was set"), p.apiRates)
	web.Operation(a, listen.ManageTopics, op("set-alarm-rate", http.MethodPut, "/alarm-rates/{subject}", "Set how many false alarms a month are borne"), func(ctx context.Context, in *rateInput) (*struct{}, error) {
		return nil, p.svc.SetAlarmRate(ctx, in.Subject, in.Body.Rate)
	})
}

// apiRates leaves out the topics that the caller does not see.
func (p pages) apiRates(ctx context.Context, _ *struct{}) (*page[listenAlarmRate], error) {
	rates, err := p.svc.AlarmRates(ctx)
	if err != nil {
		return nil, err
	}
	topics, err := p.svc.Topics(ctx)
	if err != nil {
		return nil, err
	}
	subjects := []string{listen.RateOfTags, listen.RateOfPlaces}
	for _, t := range topics {
		subjects = append(subjects, t.ID)
	}
	var seen []listen.AlarmRate
	for _, s := range subjects {
		if r, ok := rates[s]; ok {
			seen = append(seen, r)
		}
	}
	return list(seen, func(r listen.AlarmRate) listenAlarmRate { return listenAlarmRate(r) }), nil
}

type (
	listenScorecard score.Card
	listenEvent     score.Event
)

type periodInput struct {
	From  time.Time `query:"from" required:"true"`
	Until time.Time `query:"until" required:"true" doc:"Moment after the last"`
}

type eventInput struct {
	Body struct {
		ID      string    `json:"id,omitempty" format:"uuid" doc:"Given by the caller, so that a repeated call enters it once"`
		Title   string    `json:"title" minLength:"1" maxLength:"200"`
		TopicID string    `json:"topic_id,omitempty"`
		Country string    `json:"country,omitempty" pattern:"^[A-Z]{2}$"`
		BeganAt time.Time `json:"began_at"`
		Origin  string    `json:"origin" minLength:"1" maxLength:"500" doc:"Where this is known from"`
	}
}

// scoreAPI adds the operations of the scorecard.
func (p pages) scoreAPI(a *web.API, op func(id, method, path, summary string) huma.Operation) {
	web.Operation(a, listen.View, op("get-scorecard", http.MethodGet, "/scorecard", "Read the scorecard of the warnings of a period, of the whole ministry"), func(ctx context.Context, in *periodInput) (*one[listenScorecard], error) {
		c, err := p.scores.Card(ctx, in.From, in.Until)
		return &one[listenScorecard]{listenScorecard(c)}, err
	})
	web.Operation(a, listen.View, op("list-events", http.MethodGet, "/events", "List what happened, as officers entered it"), func(ctx context.Context, in *periodInput) (*page[listenEvent], error) {
		all, err := p.scores.Events(ctx, in.From, in.Until)
		return list(all, func(e score.Event) listenEvent { return listenEvent(e) }), err
	})
	web.Operation(a, listen.Warn, op("enter-event", http.MethodPost, "/events", "Enter what happened, to hold warnings against it"), func(ctx context.Context, in *eventInput) (*one[listenEvent], error) {
		b := in.Body
		e := score.Event{ID: cmp.Or(b.ID, id.New()), Title: b.Title, TopicID: b.TopicID, Country: b.Country, BeganAt: db.At(b.BeganAt), Origin: b.Origin}
		return &one[listenEvent]{listenEvent(e)}, p.scores.Enter(ctx, e)
	})
	web.Operation(a, listen.Warn, op("withdraw-event", http.MethodPost, "/events/{id}/withdraw", "Take an event out that was entered by mistake"), func(ctx context.Context, in *ByID) (*struct{}, error) {
		return nil, p.scores.Withdraw(ctx, in.ID)
	})
}
