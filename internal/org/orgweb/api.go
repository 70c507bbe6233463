package orgweb

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/org"
	"sifara/internal/web"
)

// PageInput are the parameters of every list.
type PageInput struct {
	Cursor string `query:"cursor" doc:"The next of the page before"`
	Limit  int    `query:"limit" default:"50" minimum:"1" maximum:"200"`
}

type output[T any] struct{ Body T }

type idInput struct {
	ID string `path:"id"`
}

type missionsInput struct {
	PageInput
	Country string `query:"country" doc:"ISO 3166-1 alpha-2: missions in it or with jurisdiction over it"`
	Open    bool   `query:"open" doc:"Only open missions"`
}

type peopleInput struct {
	PageInput
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
	p.holidayAPI(a, tags)
	p.roleAPI(a, tags)
	p.authorityAPI(a, tags)
}

// part gives the page of a whole list that begins after the cursor, the place
// of the last item before it.
func part[T any](all []T, in PageInput) (*output[web.List[T]], error) {
	from := 0
	if err := web.ReadCursor(in.Cursor, &from); err != nil {
		return nil, err
	}
	from = min(max(from, 0), len(all))
	to, next := min(from+in.Limit, len(all)), ""
	if to < len(all) {
		next = web.Cursor(to)
	}
	return &output[web.List[T]]{web.NewList(all[from:to], next)}, nil
}

func (p pages) apiDepartments(ctx context.Context, in *PageInput) (*output[web.List[org.Department]], error) {
	all, err := p.org.Departments(ctx)
	if err != nil {
		return nil, err
	}
	return part(all, *in)
}

func (p pages) apiMissions(ctx context.Context, in *missionsInput) (*output[web.List[org.Mission]], error) {
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
	return part(some, in.PageInput)
}

func (p pages) apiPeople(ctx context.Context, in *peopleInput) (*output[web.List[org.Person]], error) {
	f := org.PeopleFilter{MissionID: in.Mission, DepartmentID: in.Department, Query: in.Query, Left: in.Left, Visible: true, Limit: in.Limit + 1}
	if in.Cursor != "" {
		var last [2]string
		if err := web.ReadCursor(in.Cursor, &last); err != nil {
			return nil, err
		}
		f.After = org.Person{Name: last[0], ID: last[1]}
	}
	people, err := p.org.People(ctx, f)
	if err != nil {
		return nil, err
	}
	next := ""
	if len(people) > in.Limit {
		people = people[:in.Limit]
		next = web.Cursor([2]string{people[in.Limit-1].Name, people[in.Limit-1].ID})
	}
	return &output[web.List[org.Person]]{web.NewList(people, next)}, nil
}
