package orgweb

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/org"
	"sifara/internal/web"
)

type pageInput struct {
	Cursor string `query:"cursor" doc:"The next of the page before"`
	Limit  int    `query:"limit" default:"50" minimum:"1" maximum:"200"`
}

type page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"Cursor of the following page; absent on the last"`
}

type output[T any] struct{ Body T }

type idInput struct {
	ID string `path:"id"`
}

type missionsInput struct {
	pageInput
	Country string `query:"country" doc:"ISO 3166-1 alpha-2: missions in it or with jurisdiction over it"`
	Open    bool   `query:"open" doc:"Only open missions"`
}

type peopleInput struct {
	pageInput
	Mission    string `query:"mission"`
	Department string `query:"department"`
	Query      string `query:"q" maxLength:"200" doc:"Words of name, post or address"`
	Left       bool   `query:"left" doc:"Those who left too"`
}

// api adds the operations of the institution.
func (p pages) api(a *web.API) {
	tags := []string{"Institution"}
	web.Operation(a, org.View, huma.Operation{OperationID: "get-ministry", Method: http.MethodGet, Path: "/ministry", Tags: tags, Summary: "The ministry"},
		func(ctx context.Context, _ *struct{}) (*output[org.Ministry], error) {
			m, err := p.org.Ministry(ctx)
			return &output[org.Ministry]{m}, err
		})
	web.Operation(a, org.View, huma.Operation{OperationID: "list-departments", Method: http.MethodGet, Path: "/departments", Tags: tags, Summary: "List departments"}, p.apiDepartments)
	web.Operation(a, org.View, huma.Operation{OperationID: "list-missions", Method: http.MethodGet, Path: "/missions", Tags: tags, Summary: "List missions"}, p.apiMissions)
	web.Operation(a, org.View, huma.Operation{OperationID: "get-mission", Method: http.MethodGet, Path: "/missions/{id}", Tags: tags, Summary: "One mission"},
		func(ctx context.Context, in *idInput) (*output[org.Mission], error) {
			m, err := p.org.Mission(ctx, in.ID)
			return &output[org.Mission]{m}, err
		})
	web.Operation(a, org.View, huma.Operation{OperationID: "list-people", Method: http.MethodGet, Path: "/people", Tags: tags,
		Summary: "List officials", Description: "Only those of the units in which the caller may see them."}, p.apiPeople)
	web.Operation(a, org.View, huma.Operation{OperationID: "get-person", Method: http.MethodGet, Path: "/people/{id}", Tags: tags, Summary: "One official"},
		func(ctx context.Context, in *idInput) (*output[org.Person], error) {
			x, err := p.org.SeePerson(ctx, in.ID)
			return &output[org.Person]{x}, err
		})
}

// cut gives the part of a whole list after the cursor, an id of the list.
func cutPage[T any](all []T, id func(T) string, in pageInput) page[T] {
	out := page[T]{Items: []T{}}
	begun := in.Cursor == ""
	for _, x := range all {
		switch {
		case !begun:
			begun = id(x) == in.Cursor
		case len(out.Items) == in.Limit:
			out.Next = id(out.Items[in.Limit-1])
			return out
		default:
			out.Items = append(out.Items, x)
		}
	}
	return out
}

func (p pages) apiDepartments(ctx context.Context, in *pageInput) (*output[page[org.Department]], error) {
	all, err := p.org.Departments(ctx)
	if err != nil {
		return nil, err
	}
	return &output[page[org.Department]]{cutPage(all, func(d org.Department) string { return d.ID }, *in)}, nil
}

func (p pages) apiMissions(ctx context.Context, in *missionsInput) (*output[page[org.Mission]], error) {
	all, err := p.org.Missions(ctx)
	if err != nil {
		return nil, err
	}
	var some []org.Mission
	for _, m := range all {
		if (in.Country == "" || has(m.Countries(), in.Country)) && (!in.Open || m.Open) {
			some = append(some, m)
		}
	}
	return &output[page[org.Mission]]{cutPage(some, func(m org.Mission) string { return m.ID }, in.pageInput)}, nil
}

func (p pages) apiPeople(ctx context.Context, in *peopleInput) (*output[page[org.Person]], error) {
	f := org.PeopleFilter{MissionID: in.Mission, DepartmentID: in.Department, Query: in.Query, Left: in.Left, Visible: true, Limit: in.Limit + 1}
	if in.Cursor != "" {
		last, err := p.org.SeePerson(ctx, in.Cursor)
		if err != nil {
			return nil, err
		}
		f.After = last
	}
	people, err := p.org.People(ctx, f)
	if err != nil {
		return nil, err
	}
	out := page[org.Person]{Items: append([]org.Person{}, people[:min(in.Limit, len(people))]...)}
	if len(people) > in.Limit {
		out.Next = people[in.Limit-1].ID
	}
	return &output[page[org.Person]]{out}, nil
}
