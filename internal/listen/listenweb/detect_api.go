package listenweb

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/listen"
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
