package listenweb

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/listen/influence"
	"sifara/internal/web"
)

// The API describes what public actors are by these names.
type (
	listenActor       influence.Actor
	listenRankedActor influence.Ranked
	listenActorPoint  influence.Point
	listenMeasured    influence.Measured
)

// actorsAnswer is a ranking with what it was made of.
type actorsAnswer struct {
	Body struct {
		Measured *listenMeasured     `json:"measured,omitempty" doc:"Absent before the first measure"`
		Items    []listenRankedActor `json:"items"`
	}
}

// actorAPI adds the register of public actors and their influence.
func (p pages) actorAPI(a *web.API, op func(id, method, path, summary string) huma.Operation) {
	web.Operation(a, listen.View, op("list-actors", http.MethodGet, "/actors", "List the public actors that count by influence; of those with few responses nothing is told"), func(ctx context.Context, in *struct {
		Days string `query:"days" enum:"28,90" default:"28"`
	}) (*actorsAnswer, error) {
		days, _ := strconv.Atoi(in.Days)
		m, all, err := p.influence.Ranking(ctx, days)
		out := &actorsAnswer{}
		if err != nil {
			return nil, err
		}
		topics, err := p.svc.Topics(ctx)
		seen := topicMap(topics)
		out.Body.Items = list(all, func(r influence.Ranked) listenRankedActor {
			r.Topics = onlySeen(r.Topics, seen)
			return listenRankedActor(r)
		}).Body.Items
		if m.Days > 0 {
			out.Body.Measured = (*listenMeasured)(&m)
		}
		return out, err
	})
	web.Operation(a, listen.View, op("list-actor-register", http.MethodGet, "/actors/register", "List the entries of the register with their reasons"), func(ctx context.Context, in *struct {
		State []string `query:"state,explode" enum:"proposed,active,ended"`
	}) (*page[listenActor], error) {
		all, err := p.influence.Actors(ctx, in.State...)
		return list(all, func(a influence.Actor) listenActor { return listenActor(a) }), err
	})
	web.Operation(a, listen.View, op("get-actor", http.MethodGet, "/actors/{id}", "Read an entry of the register"), func(ctx context.Context, in *ByID) (*one[listenActor], error) {
		x, err := p.influence.Actor(ctx, in.ID)
		return &one[listenActor]{listenActor(x)}, err
	})
	web.Operation(a, listen.View, op("list-actor-figures", http.MethodGet, "/actors/{id}/figures", "List what was measured of an actor by day, the oldest first; topics only as far as they are seen"), p.apiActorFigures)
	web.Operation(a, influence.Manage, op("propose-actor", http.MethodPost, "/actors", "Propose a public actor; a second official confirms it"), func(ctx context.Context, in *struct {
		Body struct {
			ID       string    `json:"id,omitempty" format:"uuid" doc:"Given by the caller, so that a repeated call makes it once"`
			Name     string    `json:"name" minLength:"1"`
			Kind     string    `json:"kind" enum:"government,media,organisation,figure" doc:"A private person is none of them"`
			Country  string    `json:"country,omitempty" doc:"ISO 3166-1 alpha-2"`
			Reason   string    `json:"reason" doc:"Five words or more; all colleagues read it"`
			EndsAt   time.Time `json:"ends_at" doc:"A year ahead at most"`
			Accounts []struct {
				Network string `json:"network"`
				Handle  string `json:"handle"`
			} `json:"accounts" minItems:"1"`
		}
	}) (*one[listenActor], error) {
		b := in.Body
		x := influence.Actor{ID: cmp.Or(b.ID, id.New()), Name: b.Name, Kind: b.Kind, Country: b.Country, Reason: b.Reason, EndsAt: db.At(b.EndsAt)}
		for _, n := range b.Accounts {
			x.Accounts = append(x.Accounts, influence.Account{Network: n.Network, Handle: n.Handle})
		}
		if err := p.influence.Propose(ctx, x); err != nil {
			return nil, err
		}
		x, err := p.influence.Actor(ctx, x.ID)
		return &one[listenActor]{listenActor(x)}, err
	})
	web.Operation(a, influence.Manage, op("confirm-actor", http.MethodPost, "/actors/{id}/confirm", "Confirm what another has proposed: an entry, or its new end"), func(ctx context.Context, in *ByID) (*struct{}, error) {
		return nil, p.influence.Confirm(ctx, in.ID)
	})
	web.Operation(a, influence.Manage, op("renew-actor", http.MethodPost, "/actors/{id}/renew", "Propose a new end of an entry"), func(ctx context.Context, in *struct {
		ByID
		Body struct {
			EndsAt time.Time `json:"ends_at"`
			Reason string    `json:"reason"`
		}
	}) (*struct{}, error) {
		return nil, p.influence.Renew(ctx, in.ID, db.At(in.Body.EndsAt), in.Body.Reason)
	})
	web.Operation(a, influence.Manage, op("keep-actor-end", http.MethodPost, "/actors/{id}/keep-end", "Take back a new end that waits"), func(ctx context.Context, in *ByID) (*struct{}, error) {
		return nil, p.influence.KeepEnd(ctx, in.ID)
	})
	web.Operation(a, influence.Manage, op("end-actor", http.MethodPost, "/actors/{id}/end", "End an entry before its date, or refuse one that waits"), func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Reason string `json:"reason" minLength:"1" maxLength:"1000"`
		}
	}) (*struct{}, error) {
		return nil, p.influence.End(ctx, in.ID, in.Body.Reason)
	})
	web.Operation(a, influence.Manage, op("measure-actors", http.MethodPost, "/actors/measure", "Have influence measured now, beside the measure of the night"), func(ctx context.Context, _ *struct{}) (*struct{}, error) {
		return nil, p.influence.Ask(ctx)
	})
}

func (p pages) apiActorFigures(ctx context.Context, in *struct {
	ByID
	Days string `query:"days" enum:"28,90" default:"28"`
}) (*page[listenActorPoint], error) {
	if _, err := p.influence.Actor(ctx, in.ID); err != nil {
		return nil, err
	}
	days, err := strconv.Atoi(in.Days)
	if err != nil {
		return nil, errs.New(errs.Invalid, "listen.actor.stretch")
	}
	points, err := p.influence.Series(ctx, in.ID, days)
	if err != nil {
		return nil, err
	}
	topics, err := p.svc.Topics(ctx)
	seen := topicMap(topics)
	return list(points, func(x influence.Point) listenActorPoint {
		x.Topics = onlySeen(x.Topics, seen)
		return listenActorPoint(x)
	}), err
}

// onlySeen leaves out the topics that the reader does not see.
func onlySeen(all []influence.Portion, seen map[string]listen.Topic) []influence.Portion {
	out := []influence.Portion{}
	for _, s := range all {
		if _, ok := seen[s.Key]; ok {
			out = append(out, s)
		}
	}
	return out
}
