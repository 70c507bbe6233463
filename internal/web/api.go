package web

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"sifara/internal/errs"
	"sifara/internal/perm"
)

// API is the machine face under /api/v1, described by OpenAPI 3.1. Callers
// authenticate with a bearer token; errors are problem documents in the
// language that the caller asks for.
type API struct {
	huma   huma.API
	server *Server
}

// APIPrefix is where the machine face lives.
const APIPrefix = "/api/v1"

// NewAPI mounts an empty API on the server.
func NewAPI(s *Server, version string) *API {
	c := huma.DefaultConfig("Sifara", version)
	c.DocsPath, c.SchemasPath, c.OpenAPIPath = "", "", ""
	c.CreateHooks = nil // no $schema links in answers
	c.Servers = []*huma.Server{{URL: APIPrefix}}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer", Description: "A token of an official, made in the console under their account. It holds a part of their permissions and ends on a date."}}
	mux := http.NewServeMux()
	a := &API{huma: humago.NewWithPrefix(mux, APIPrefix, c), server: s}
	s.Mount(APIPrefix+"/", a.guard(mux))
	return a
}

// guard authenticates the caller, limits the rate, and answers as the house
// does for a path that does not exist.
func (a *API) guard(mux *http.ServeMux) http.Handler {
	return a.server.plain(func(w http.ResponseWriter, r *http.Request) error {
		if _, pattern := mux.Handler(r); pattern == "" {
			return errs.New(errs.NotFound, "")
		}
		if err := Limit(r.Context(), "api", apiInterval, apiBurst); err != nil {
			return err
		}
		r.Body = http.MaxBytesReader(w, r.Body, defaultMaxBody)
		mux.ServeHTTP(w, r)
		return nil
	})
}

// OpenAPI is the description of all operations.
func (a *API) OpenAPI() *huma.OpenAPI { return a.huma.OpenAPI() }

// Operation adds one operation that needs a permission. Public operations,
// those that a visitor may call, have perm.Public.
func Operation[I, O any](a *API, p perm.Permission, op huma.Operation, h func(context.Context, *I) (*O, error)) {
	if p == "" {
		panic("web: API operation " + op.OperationID + " has no permission")
	}
	if p != perm.Public {
		op.Security = []map[string][]string{{"token": {}}}
		op.Extensions = map[string]any{"x-permission": string(p)}
	}
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		if err := a.allowed(ctx, p); err != nil {
			return nil, a.failed(ctx, op.OperationID, err)
		}
		out, err := h(ctx, in)
		if err != nil {
			return nil, a.failed(ctx, op.OperationID, err)
		}
		return out, nil
	})
}

// The rate of one network on the API: a short burst, then ten a second.
const (
	apiInterval = 100 * time.Millisecond
	apiBurst    = 200
)

// allowed is the check that serve makes for pages.
func (a *API) allowed(ctx context.Context, p perm.Permission) error {
	rt := Route{Permission: p}
	if p == perm.Public {
		rt = Route{Public: true}
	}
	return a.server.allowed(ctx, rt)
}

// failed turns an error of a service into the problem that the caller reads.
func (a *API) failed(ctx context.Context, operation string, err error) error {
	e := classify(err)
	if e.Kind == errs.Internal {
		a.server.o.Log.Error("API operation failed", "ref", RequestID(ctx), "operation", operation, "err", err)
	}
	return problemOf(ctx, e, statusOf[e.Kind])
}

// Error implements error; it is for logs.
func (p *Problem) Error() string { return p.Title + ": " + p.Detail }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter: problem+json.
func (p *Problem) ContentType(string) string { return "application/problem+json" }
