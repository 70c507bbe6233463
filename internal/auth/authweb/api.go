package authweb

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/db"
	"sifara/internal/perm"
	"sifara/internal/web"
)

type meOutput struct{ Body me }

// me is who a token speaks for.
type me struct {
	ID       string    `json:"id" doc:"Id of the official whom the token speaks for"`
	Name     string    `json:"name"`
	Language string    `json:"language"`
	Mission  string    `json:"mission_id,omitempty"`
	Grants   []myGrant `json:"grants" doc:"What the caller may do, where and until when"`
}

type myGrant struct {
	Role        string            `json:"role"`
	Level       perm.Level        `json:"level" enum:"ministry,department,mission"`
	Unit        string            `json:"unit,omitempty" doc:"Id of the department or mission"`
	Permissions []perm.Permission `json:"permissions"`
	Until       db.Time           `json:"until" doc:"Null when it has no end"`
	StandInFor  string            `json:"stand_in_for,omitempty" doc:"Id of the person whose authority is borrowed"`
}

// api adds the operations of the context.
func (p *pages) api(a *web.API) {
	web.Operation(a, web.SignedIn, huma.Operation{OperationID: "get-me", Method: http.MethodGet, Path: "/me", Tags: []string{"Account"},
		Summary: "Who the token speaks for and what it may do"},
		func(ctx context.Context, _ *struct{}) (*meOutput, error) {
			actor := perm.From(ctx)
			person, err := p.svc.Org.Person(ctx, actor.ID)
			if err != nil {
				return nil, err
			}
			out := &meOutput{me{ID: person.ID, Name: person.Name, Language: string(person.Language), Mission: person.MissionID, Grants: []myGrant{}}}
			for _, g := range actor.Grants {
				out.Body.Grants = append(out.Body.Grants, myGrant{Role: g.Role, Level: g.Scope.Level, Unit: g.Scope.Unit, Permissions: g.Permissions, Until: db.At(g.Until), StandInFor: g.StandInFor})
			}
			return out, nil
		})
}
