package publishweb

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/publish"
	"sifara/internal/web"
)

// The machine face of pauses and of what they held up. Operations share their
// types where they can: each pair of types costs the program 30 kB.

type apiPause struct {
	ID      string  `json:"id"`
	Scope   string  `json:"scope" enum:"all,country,mission,topic"`
	Value   string  `json:"value" doc:"Country code, id of the mission or topic; empty for all"`
	Reason  string  `json:"reason"`
	Actor   string  `json:"actor_id"`
	Since   db.Time `json:"since" format:"date-time"`
	EndedAt db.Time `json:"ended_at" format:"date-time"`
}

func toAPIPause(p publish.Pause) apiPause {
	return apiPause{ID: p.ID, Scope: string(p.Scope), Value: p.Value, Reason: p.Reason, Actor: p.ActorID, Since: p.Since, EndedAt: p.EndedAt}
}

type apiHeld struct {
	Source    string            `json:"source" doc:"message, or the name of another sender"`
	ID        string            `json:"id"`
	Title     map[string]string `json:"title,omitempty"`
	MissionID string            `json:"mission_id"`
	DueAt     db.Time           `json:"due_at" format:"date-time" doc:"When it should have gone out"`
}

type pauseIn struct {
	Body struct {
		Scope  string `json:"scope" enum:"all,country,mission,topic"`
		Value  string `json:"value,omitempty" doc:"Country code, id of the mission or topic"`
		Reason string `json:"reason,omitempty" doc:"Required to pause"`
	}
}

type pauseOut struct{ Body apiPause }

type pausesOut struct {
	Body struct {
		Items   []apiPause `json:"items"`
		Passes  []string   `json:"passes" doc:"Exemptions and kinds of message that no pause stops"`
		Gap     int        `json:"gap" doc:"Seconds between two releases of what was held up"`
		Version int64      `json:"version" doc:"Give it back with a change of the rules"`
		Held    []apiHeld  `json:"held" doc:"What pauses held up and you may decide on, the earliest due first"`
	}
}

type pauseRulesIn struct {
	Body struct {
		Passes  []string `json:"passes" doc:"consular, crisis and kinds of message"`
		Gap     int      `json:"gap"`
		Version int64    `json:"version" doc:"As it was read"`
	}
}

type heldIn struct {
	Source string `path:"source" maxLength:"40"`
	ID     string `path:"id" format:"uuid"`
	Body   struct {
		Act    string `json:"act" enum:"release,drop" doc:"Messages are released with release-message"`
		Reason string `json:"reason,omitempty" doc:"Required to drop"`
	}
}

type heldOut struct {
	Body struct {
		At db.Time `json:"at" format:"date-time" doc:"When it goes out: now, or behind others that were let out before"`
	}
}

func pauseOp(method, path, operation, summary string) huma.Operation {
	return huma.Operation{OperationID: operation, Method: method, Path: path, Summary: summary, Tags: []string{"pauses"}}
}

func (c *console) pauseAPI(a *web.API) {
	web.Operation(a, publish.MayView, pauseOp(http.MethodGet, "/pauses", "list-pauses", "List the pauses in force, what passes them and what they held up"), c.apiPauses)
	web.Operation(a, publish.MayEmergency, pauseOp(http.MethodPost, "/pauses", "pause-publishing", "Stop publishing; the answer confirms that nothing leaves any more"), func(ctx context.Context, in *pauseIn) (*pauseOut, error) {
		p, err := c.svc.Pause(ctx, publish.Pause{Scope: publish.PauseScope(in.Body.Scope), Value: in.Body.Value, Reason: in.Body.Reason})
		return &pauseOut{toAPIPause(p)}, err
	})
	web.Operation(a, publish.MayEmergency, pauseOp(http.MethodPost, "/pauses/resume", "resume-publishing", "End a pause; what it held up waits for an official"), func(ctx context.Context, in *pauseIn) (*pauseOut, error) {
		p, err := c.svc.ResumeScope(ctx, publish.PauseScope(in.Body.Scope), in.Body.Value)
		return &pauseOut{toAPIPause(p)}, err
	})
	web.Operation(a, publish.MayExempt, pauseOp(http.MethodPut, "/pauses/rules", "set-pause-rules", "Change what no pause stops, and how what was held up follows"), func(ctx context.Context, in *pauseRulesIn) (*pausesOut, error) {
		if err := c.svc.SetPauseRules(ctx, publish.PauseRules{Passes: in.Body.Passes, Gap: in.Body.Gap, Version: in.Body.Version}); err != nil {
			return nil, err
		}
		return c.apiPauses(ctx, nil)
	})
	web.Operation(a, publish.MayView, pauseOp(http.MethodPost, "/held/{source}/{id}", "judge-held", "Let out or give up what a pause held up"), c.apiHeld)
}

func (c *console) apiPauses(ctx context.Context, _ *struct{}) (*pausesOut, error) {
	list, err := c.svc.Pauses(ctx)
	if err != nil {
		return nil, err
	}
	rules, err := c.svc.PauseRules(ctx)
	if err != nil {
		return nil, err
	}
	held, err := c.svc.Held(ctx)
	if err != nil {
		return nil, err
	}
	out := &pausesOut{}
	out.Body.Items, out.Body.Held = []apiPause{}, []apiHeld{}
	out.Body.Passes, out.Body.Gap, out.Body.Version = append([]string{}, rules.Passes...), rules.Gap, rules.Version
	for _, p := range list {
		out.Body.Items = append(out.Body.Items, toAPIPause(p))
	}
	for _, h := range held {
		title := map[string]string{}
		for l, s := range h.Title {
			title[string(l)] = s
		}
		out.Body.Held = append(out.Body.Held, apiHeld{Source: h.Source, ID: h.ID, Title: title, MissionID: h.MissionID, DueAt: h.DueAt})
	}
	return out, nil
}

func (c *console) apiHeld(ctx context.Context, in *heldIn) (*heldOut, error) {
	out := &heldOut{}
	message := in.Source == publish.MessageSource
	switch {
	case in.Body.Act == "drop" && message:
		_, err := c.svc.Drop(ctx, in.ID, in.Body.Reason)
		return out, err
	case in.Body.Act == "drop":
		return out, c.svc.DropOther(ctx, in.Source, in.ID, in.Body.Reason)
	case message:
		return nil, errs.New(errs.Invalid, "publish.error.held_message")
	}
	at, err := c.svc.LetGoOther(ctx, in.Source, in.ID)
	out.Body.At = db.At(at)
	return out, err
}
