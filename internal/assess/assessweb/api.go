package assessweb

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/assess"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/publish"
	"sifara/internal/web"
)

type body[T any] struct{ Body T }

type periodInput struct {
	Days    int       `query:"days" default:"28" doc:"Length of the period: 7, 28, 90 or 365"`
	End     time.Time `query:"end" doc:"A moment of its last day; now when absent"`
	Mission string    `query:"mission" doc:"Id of a mission; - for the ministry itself"`
}

// listInput repeats the fields of periodInput, for defaults are not looked for
// in embedded ones.
type listInput struct {
	Days    int       `query:"days" default:"28" doc:"Length of the period: 7, 28, 90 or 365"`
	End     time.Time `query:"end" doc:"A moment of its last day; now when absent"`
	Mission string    `query:"mission" doc:"Id of a mission; - for the ministry itself"`
	Cursor  string    `query:"cursor" doc:"The next of the page before"`
}

// asked is the period that is asked for; a length that is not offered is an
// error of the field.
func (p pages) asked(ctx context.Context, in periodInput) (assess.Period, error) {
	if !slices.Contains(assess.PeriodLengths, in.Days) {
		return assess.Period{}, errs.InvalidFields(errs.Field{Name: "days", Key: "web.field.choice"})
	}
	return p.Period(ctx, in.Days, in.End), nil
}

func moment(t db.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Std().Format(time.RFC3339)
}

func (p pages) api(a *web.API) {
	tags := []string{"Assessment"}
	web.Operation(a, assess.View, huma.Operation{OperationID: "get-figures", Method: http.MethodGet, Path: "/assess", Tags: tags,
		Summary: "Compare missions in a period", Description: "Views, distinct readers, feed readers, questions and the time to answer for each mission that the caller may see, and their total with the period before. What each figure counts is said on the console's page."},
		func(ctx context.Context, in *periodInput) (*body[assess.Overview], error) {
			period, err := p.asked(ctx, *in)
			if err != nil {
				return nil, err
			}
			o, err := p.Overview(ctx, period, in.Mission)
			if o.Missions == nil {
				o.Missions = []assess.Sum{}
			}
			return &body[assess.Overview]{o}, err
		})
	web.Operation(a, assess.View, huma.Operation{OperationID: "list-statement-figures", Method: http.MethodGet, Path: "/assess/statements", Tags: tags,
		Summary: "Compare the statements released in a period", Description: "The newest first; figures are since each release."},
		func(ctx context.Context, in *listInput) (*body[web.List[assess.Statement]], error) {
			var after publish.Place
			if err := web.ReadCursor(in.Cursor, &after); err != nil {
				return nil, err
			}
			period, err := p.asked(ctx, periodInput{in.Days, in.End, in.Mission})
			if err != nil {
				return nil, err
			}
			list, place, err := p.Statements(ctx, period, in.Mission, after)
			if err != nil {
				return nil, err
			}
			next := ""
			if place.At != 0 {
				next = web.Cursor(place)
			}
			return &body[web.List[assess.Statement]]{web.NewList(list, next)}, nil
		})
	web.Operation(a, assess.View, huma.Operation{OperationID: "get-statement-figures", Method: http.MethodGet, Path: "/assess/statements/{id}", Tags: tags, Summary: "Read the figures of one statement"},
		func(ctx context.Context, in *struct {
			ID string `path:"id"`
		}) (*body[assess.Statement], error) {
			s, err := p.Statement(ctx, in.ID)
			return &body[assess.Statement]{s}, err
		})
}
