package publishweb

import (
	"context"
	"net/http"
	"slices"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/publish"
	"sifara/internal/web"
)

// The machine face of the routes of approval.

type apiRoute struct {
	ID                  string         `json:"id,omitempty" doc:"Of a stored route; a change is made by mission, topic, kind, channel and sensitivity"`
	MissionID           string         `json:"mission_id,omitempty" doc:"Empty: any"`
	TopicID             string         `json:"topic_id,omitempty"`
	Kind                string         `json:"kind,omitempty"`
	Channel             string         `json:"channel,omitempty"`
	Sensitivity         string         `json:"sensitivity,omitempty" enum:"routine,sensitive,high,"`
	Steps               []publish.Step `json:"steps" doc:"The last one is the release"`
	OneStepEach         bool           `json:"one_step_each,omitempty"`
	TwoPeople           bool           `json:"two_people,omitempty" doc:"Who releases is another than who cleared"`
	Required            []string       `json:"required,omitempty" doc:"Languages that a message must have"`
	Incomplete          string         `json:"incomplete,omitempty" enum:"emergency,always," doc:"When it may go out without them; the page says so"`
	AnswerNeedsApproval bool           `json:"answer_needs_approval,omitempty"`
	ReviewWithin        int            `json:"review_within" doc:"Hours in which an emergency release must be judged"`
	Version             int            `json:"version" doc:"As it was read; 0 for a new one"`
	UpdatedAt           db.Time        `json:"updated_at,omitempty" format:"date-time"`
}

type routesOut struct {
	Body struct {
		Items []apiRoute `json:"items"`
	}
}

type routeIn struct{ Body apiRoute }

func toAPIRoute(r publish.Route) apiRoute {
	out := apiRoute{ID: r.ID, MissionID: r.MissionID, TopicID: r.TopicID, Kind: string(r.Kind), Channel: string(r.Channel), Sensitivity: string(r.Sensitivity), Steps: r.Steps,
		OneStepEach: r.OneStepEach, TwoPeople: r.TwoPeople, Incomplete: string(r.Incomplete), AnswerNeedsApproval: r.AnswerNeedsApproval, ReviewWithin: r.ReviewWithin, Version: r.Version, UpdatedAt: r.UpdatedAt}
	for _, l := range r.Required {
		out.Required = append(out.Required, string(l))
	}
	return out
}

// route reads it. The permission of a step is that of its kind, whatever was sent.
func (in apiRoute) route() publish.Route {
	r := publish.Route{ID: id.New(), MissionID: in.MissionID, TopicID: in.TopicID, Kind: publish.Kind(in.Kind), Channel: publish.Channel(in.Channel), Sensitivity: publish.Sensitivity(in.Sensitivity),
		OneStepEach: in.OneStepEach, TwoPeople: in.TwoPeople, Required: languagesIn(in.Required), Incomplete: publish.Incomplete(in.Incomplete), AnswerNeedsApproval: in.AnswerNeedsApproval, ReviewWithin: in.ReviewWithin, Version: in.Version}
	for _, s := range in.Steps {
		s.Permission = publish.NewStep(s.Kind, 0, false).Permission
		r.Steps = append(r.Steps, s)
	}
	return r
}

func (c *console) routeAPI(a *web.API) {
	web.Operation(a, publish.MayView, tagged(http.MethodGet, "/routes", "list-routes", "List the routes of approval, the ministry's first", "routes"), c.apiRoutes)
	web.Operation(a, publish.MayRoutes, tagged(http.MethodPut, "/routes", "save-route", "Make or change the route for one mission, topic, kind, channel and sensitivity; the answer lists all", "routes"), func(ctx context.Context, in *routeIn) (*routesOut, error) {
		if _, err := c.svc.SaveRoute(ctx, in.Body.route()); err != nil {
			return nil, err
		}
		return c.apiRoutes(ctx, nil)
	})
	web.Operation(a, publish.MayRoutes, tagged(http.MethodDelete, "/routes/{id}", "drop-route", "Remove a route, so that a less specific one counts; the answer lists those that stay", "routes"), func(ctx context.Context, in *MessageInput) (*routesOut, error) {
		list, err := c.svc.Routes(ctx)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(list, func(r publish.Route) bool { return r.ID == in.ID })
		if i < 0 {
			return nil, errs.New(errs.NotFound, "")
		}
		if err := c.svc.DropRoute(ctx, list[i].Match()); err != nil {
			return nil, err
		}
		return c.apiRoutes(ctx, nil)
	})
}

func (c *console) apiRoutes(ctx context.Context, _ *struct{}) (*routesOut, error) {
	list, err := c.svc.Routes(ctx)
	if err != nil {
		return nil, err
	}
	out := &routesOut{}
	out.Body.Items = []apiRoute{}
	for _, r := range list {
		out.Body.Items = append(out.Body.Items, toAPIRoute(r))
	}
	return out, nil
}
