package orgweb

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/db"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/web"
)

// roleBody is a role of the ministry's own as programs write it.
type roleBody struct {
	Key         string            `json:"key,omitempty" doc:"Small Latin letters, digits and _; of a new role"`
	Names       org.Names         `json:"names" doc:"Arabic is needed"`
	Permissions []perm.Permission `json:"permissions" doc:"None that the caller does not hold everywhere without end"`
	Version     int64             `json:"version,omitempty" doc:"The version that was edited"`
}

func (b roleBody) role(key string) org.Role {
	return org.Role{Key: key, Names: b.Names, Permissions: b.Permissions, Version: b.Version}
}

type keyInput struct {
	Key string `path:"key"`
}

type newRoleInput struct{ Body roleBody }

type editRoleInput struct {
	Key  string `path:"key"`
	Body roleBody
}

type grantInput struct {
	ID   string `path:"id" doc:"Of the official"`
	Body struct {
		ID     string     `json:"id,omitempty" doc:"UUIDv7; the same one again grants nothing twice"`
		Role   string     `json:"role"`
		Level  perm.Level `json:"level" enum:"ministry,department,mission"`
		Unit   string     `json:"unit,omitempty" doc:"Id of the department or mission"`
		From   time.Time  `json:"from,omitempty" required:"false" doc:"Now when absent"`
		Until  time.Time  `json:"until,omitempty" required:"false" doc:"No end when absent"`
		Reason string     `json:"reason,omitempty" maxLength:"400"`
	}
}

type endGrantInput struct {
	ID     string `path:"id"`
	Reason string `query:"reason" maxLength:"400"`
}

type standInInput struct {
	Body struct {
		ID          string    `json:"id,omitempty" doc:"UUIDv7; the same one again appoints nobody twice"`
		PersonID    string    `json:"person_id" doc:"Who stands in"`
		ForPersonID string    `json:"for_person_id" doc:"For whom"`
		From        time.Time `json:"from,omitempty" required:"false" doc:"Now when absent"`
		Until       time.Time `json:"until" doc:"At most a year later"`
		Reason      string    `json:"reason" minLength:"1" maxLength:"400"`
	}
}

// roleAPI adds the operations on roles.
func (p pages) roleAPI(a *web.API, tags []string) {
	web.Operation(a, org.View, huma.Operation{OperationID: "list-roles", Method: http.MethodGet, Path: "/roles", Tags: tags, Summary: "List roles and their permissions"},
		func(ctx context.Context, in *PageInput) (*output[web.List[org.Role]], error) {
			all, err := p.org.Roles(ctx)
			if err != nil {
				return nil, err
			}
			return part(all, *in)
		})
	web.Operation(a, org.View, huma.Operation{OperationID: "get-role", Method: http.MethodGet, Path: "/roles/{key}", Tags: tags, Summary: "One role"},
		func(ctx context.Context, in *keyInput) (*output[org.Role], error) { return p.apiRole(ctx, in.Key) })
	web.Operation(a, org.Manage, huma.Operation{OperationID: "create-role", Method: http.MethodPost, Path: "/roles", Tags: tags, Summary: "Add a role", DefaultStatus: http.StatusCreated},
		func(ctx context.Context, in *newRoleInput) (*output[org.Role], error) {
			if err := p.org.CreateRole(ctx, in.Body.role(in.Body.Key)); err != nil {
				return nil, err
			}
			return p.apiRole(ctx, in.Body.Key)
		})
	web.Operation(a, org.Manage, huma.Operation{OperationID: "edit-role", Method: http.MethodPut, Path: "/roles/{key}", Tags: tags, Summary: "Change a role of the ministry's own"},
		func(ctx context.Context, in *editRoleInput) (*output[org.Role], error) {
			if err := p.org.EditRole(ctx, in.Body.role(in.Key)); err != nil {
				return nil, err
			}
			return p.apiRole(ctx, in.Key)
		})
	web.Operation(a, org.Manage, huma.Operation{OperationID: "delete-role", Method: http.MethodDelete, Path: "/roles/{key}", Tags: tags, Summary: "Delete a role that nobody was ever given"},
		func(ctx context.Context, in *keyInput) (*struct{}, error) { return nil, p.org.DeleteRole(ctx, in.Key) })
}

func (p pages) apiRole(ctx context.Context, key string) (*output[org.Role], error) {
	x, err := p.org.Role(ctx, key)
	return &output[org.Role]{x}, err
}

// authorityAPI adds the operations on who holds which role, and who stands in.
func (p pages) authorityAPI(a *web.API, tags []string) {
	web.Operation(a, org.View, huma.Operation{OperationID: "list-assignments", Method: http.MethodGet, Path: "/people/{id}/roles", Tags: tags, Summary: "List the roles of an official",
		Description: "Those that ended too."}, p.apiAssignments)
	web.Operation(a, org.Grant, huma.Operation{OperationID: "grant-role", Method: http.MethodPost, Path: "/people/{id}/roles", Tags: tags, Summary: "Grant a role", DefaultStatus: http.StatusCreated,
		Description: "Nobody grants more than they hold: the same permissions, in the same scope, for no longer; and nobody to themselves."}, p.apiGrant)
	web.Operation(a, org.Grant, huma.Operation{OperationID: "end-assignment", Method: http.MethodDelete, Path: "/assignments/{id}", Tags: tags, Summary: "End a role now"},
		func(ctx context.Context, in *endGrantInput) (*struct{}, error) {
			return nil, p.org.EndAssignment(ctx, in.ID, in.Reason)
		})
	web.Operation(a, org.View, huma.Operation{OperationID: "list-stand-ins", Method: http.MethodGet, Path: "/stand-ins", Tags: tags, Summary: "List stand-ins in force and to come"},
		func(ctx context.Context, in *PageInput) (*output[web.List[org.StandIn]], error) {
			all, err := p.org.StandIns(ctx)
			if err != nil {
				return nil, err
			}
			return part(all, *in)
		})
	web.Operation(a, org.View, huma.Operation{OperationID: "appoint-stand-in", Method: http.MethodPost, Path: "/stand-ins", Tags: tags, Summary: "Appoint a stand-in", DefaultStatus: http.StatusCreated,
		Description: "For oneself, or with org.grant for others whose whole authority the caller holds."}, p.apiAppoint)
	web.Operation(a, org.View, huma.Operation{OperationID: "end-stand-in", Method: http.MethodDelete, Path: "/stand-ins/{id}", Tags: tags, Summary: "End a stand-in now"},
		func(ctx context.Context, in *idInput) (*struct{}, error) { return nil, p.org.EndStandIn(ctx, in.ID) })
}

func (p pages) apiAssignments(ctx context.Context, in *struct {
	ID string `path:"id"`
	PageInput
}) (*output[web.List[org.Assignment]], error) {
	x, err := p.org.SeePerson(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	all, err := p.org.Assignments(ctx, x.ID)
	if err != nil {
		return nil, err
	}
	return part(all, in.PageInput)
}

func (p pages) apiGrant(ctx context.Context, in *grantInput) (*output[org.Assignment], error) {
	b := in.Body
	x := org.Assignment{ID: b.ID, PersonID: in.ID, Role: b.Role, Level: b.Level, Unit: b.Unit, From: at(b.From), Until: at(b.Until), Reason: b.Reason}
	if x.ID == "" {
		x.ID = id.New()
	}
	if err := p.org.Grant(ctx, x); err != nil {
		return nil, unknownRole(err)
	}
	all, err := p.org.Assignments(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		if a.ID == x.ID {
			return &output[org.Assignment]{a}, nil
		}
	}
	return &output[org.Assignment]{x}, nil
}

func (p pages) apiAppoint(ctx context.Context, in *standInInput) (*output[org.StandIn], error) {
	b := in.Body
	x := org.StandIn{ID: b.ID, PersonID: b.PersonID, ForPersonID: b.ForPersonID, From: at(b.From), Until: at(b.Until), Reason: b.Reason}
	if x.ID == "" {
		x.ID = id.New()
	}
	if err := p.org.AppointStandIn(ctx, x); err != nil {
		return nil, err
	}
	all, err := p.org.StandInsOf(ctx, b.ForPersonID)
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		if s.ID == x.ID {
			return &output[org.StandIn]{s}, nil
		}
	}
	return &output[org.StandIn]{x}, nil
}

// at is a moment as it is stored; an absent one stays unset.
func at(t time.Time) db.Time {
	if t.IsZero() {
		return 0
	}
	return db.At(t)
}
