package web

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/perm"
)

// API is the machine face under /api/v1, described by OpenAPI 3.1.
//
// Callers authenticate with a bearer token and nothing else: the console's
// cookie is not looked at, so no page elsewhere can act with it. Errors are
// problem documents (RFC 9457) in the language that the caller asks for, those
// of malformed input too. Rates are limited per network and per token. A
// request that changes something may carry an Idempotency-Key.
type API struct {
	huma    huma.API
	server  *Server
	mux     *http.ServeMux
	version string
	keys    Idempotency
	spec    lazySpec
	faults  []error // in the types of operations; see Check
	pages   *Cache
	large   map[string]int64 // bounds of the bodies of operations that take uploads, by pattern
}

// APIPrefix is where the machine face lives.
const APIPrefix = "/api/v1"

// NewAPI mounts an empty API on the server, its description at
// /api/v1/openapi.json and its documentation at /{lang}/developers.
func NewAPI(s *Server, version string) *API {
	c := huma.DefaultConfig("Sifara", version)
	c.DocsPath, c.SchemasPath, c.OpenAPIPath = "", "", ""
	c.CreateHooks = nil // no $schema links in answers
	c.Transformers = []huma.Transformer{localise}
	c.Servers = []*huma.Server{{URL: APIPrefix}}
	c.Info.Description = "The machine face of a ministry of foreign affairs: missions, official accounts, statements with proofs of authenticity, questions of the public, and the work behind them."
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	c.Components.Schemas.RegisterTypeAlias(reflect.TypeFor[db.Time](), reflect.TypeFor[moment]())
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer", Description: "A token of an official, made in the console under their account. It holds a part of their permissions and ends on a date."}}
	mux := http.NewServeMux()
	a := &API{huma: humago.NewWithPrefix(mux, APIPrefix, c), server: s, mux: mux, version: version, pages: NewCache(time.Minute), large: map[string]int64{}}
	mux.HandleFunc("GET "+APIPrefix+"/openapi.json", a.serveSpec)
	s.Mount(APIPrefix+"/", a.guard())
	s.Add(PublicGet("/{lang}/developers", a.developers), PublicGet("/{lang}/developers/{tag}", a.developersTag))
	return a
}

// moment describes db.Time, a number in Go and RFC 3339 in JSON.
type moment struct{}

// Schema implements huma.SchemaProvider.
func (moment) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date-time", Nullable: true}
}

// schemaName names a type after its context, for several have an Account.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	rest, ours := strings.CutPrefix(t.PkgPath(), "sifara/internal/")
	if !ours {
		return name
	}
	context, _, _ := strings.Cut(rest, "/")
	if context == "web" || strings.HasPrefix(strings.ToLower(name), context) {
		return name
	}
	return strings.ToUpper(context[:1]) + context[1:] + name
}

// guard stands before every operation: unknown paths, who calls, how often,
// how much, and whether it was answered before.
func (a *API) guard() http.Handler {
	return a.server.plain(func(w http.ResponseWriter, r *http.Request) error {
		h, pattern := a.mux.Handler(r)
		if pattern == "" {
			return a.unmatched(w, r, h)
		}
		if bearer(r) == "" && perm.From(r.Context()).Kind == perm.Person { // the console's cookie
			r = r.WithContext(perm.With(r.Context(), &perm.Actor{Kind: perm.Nobody}))
		}
		if !a.admit(w, r) {
			return nil
		}
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Add("Vary", "Authorization, Accept-Language")
		if err := a.once(w, r, a.mux, max(defaultMaxBody, a.large[pattern])); err != nil {
			return err
		}
		return nil
	})
}

// unmatched tells a wrong method from a wrong path.
func (a *API) unmatched(w http.ResponseWriter, r *http.Request, fromMux http.Handler) error {
	probe := &statusProbe{header: http.Header{}}
	fromMux.ServeHTTP(probe, r)
	if probe.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", probe.header.Get("Allow"))
		a.server.problem(w, r, errs.New(errs.Invalid, "web.method"), http.StatusMethodNotAllowed)
		return nil
	}
	return errs.New(errs.NotFound, "")
}

// bearer is the token of the request, empty when there is none.
func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// OpenAPI is the description of all operations.
func (a *API) OpenAPI() *huma.OpenAPI { return a.huma.OpenAPI() }

// SignedIn stands for a permission where any token will do: what it speaks of
// is the caller's own.
const SignedIn perm.Permission = "signed-in"

// Operation adds one operation that needs a permission. Public operations,
// those that a visitor may call, have perm.Public. The permission is asked for
// before the input is looked at, and again by the service for the object. One that
// takes an upload says so by MaxBodyBytes.
func Operation[I, O any](a *API, p perm.Permission, op huma.Operation, h func(context.Context, *I) (*O, error)) {
	if p == "" {
		panic("web: API operation " + op.OperationID + " has no permission")
	}
	if op.Extensions == nil {
		op.Extensions = map[string]any{}
	}
	if p == SignedIn {
		op.Extensions["x-signed-in"] = true
	} else {
		op.Extensions["x-permission"] = string(p)
	}
	if p != perm.Public {
		op.Security = []map[string][]string{{"token": {}}}
	}
	if op.MaxBodyBytes > defaultMaxBody {
		a.large[op.Method+" "+APIPrefix+op.Path] = op.MaxBodyBytes
	}
	a.describeErrors(&op, p)
	a.inspect(op.OperationID, reflect.TypeFor[I]())
	op.Middlewares = append(huma.Middlewares{a.ask(p)}, op.Middlewares...)
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := h(ctx, in)
		if err != nil {
			return nil, a.failed(ctx, op.OperationID, err)
		}
		return out, nil
	})
}

// inspect looks for what would go unfilled without a word: huma fills embedded
// structs only when they are exported.
func (a *API) inspect(operation string, t reflect.Type) {
	if t.Kind() != reflect.Struct {
		return
	}
	for i := range t.NumField() {
		if f := t.Field(i); f.Anonymous && !f.IsExported() {
			a.faults = append(a.faults, fmt.Errorf("%s: embedded %s is not exported and would not be filled", operation, f.Name))
		}
	}
}

// ask is the check that serve makes for pages. What anybody may read, pages
// elsewhere may read too.
func (a *API) ask(p perm.Permission) func(huma.Context, func(huma.Context)) {
	rt := Route{Permission: p}
	switch p {
	case perm.Public:
		rt = Route{Public: true}
	case SignedIn:
		rt = Route{SignedIn: true}
	}
	return func(c huma.Context, next func(huma.Context)) {
		if err := a.server.allowed(c.Context(), rt); err != nil {
			r, w := humago.Unwrap(c)
			a.server.fail(w, r.WithContext(c.Context()), err, 0)
			return
		}
		if rt.Public && c.Method() == http.MethodGet {
			c.SetHeader("Access-Control-Allow-Origin", "*")
		}
		next(c)
	}
}

// describeErrors documents what may go wrong with an operation, by what it is.
// Operations name in Errors what is theirs alone.
func (a *API) describeErrors(op *huma.Operation, p perm.Permission) {
	codes := append([]int{http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusInternalServerError}, op.Errors...)
	if p != perm.Public {
		codes = append(codes, http.StatusUnauthorized, http.StatusForbidden)
	}
	if strings.Contains(op.Path, "{") {
		codes = append(codes, http.StatusNotFound)
	}
	if op.Method != http.MethodGet {
		codes = append(codes, http.StatusBadRequest, http.StatusConflict, http.StatusRequestEntityTooLarge)
	}
	op.Errors = nil
	if op.Responses == nil {
		op.Responses = map[string]*huma.Response{}
	}
	schema := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "Problem")
	for _, code := range codes {
		op.Responses[strconv.Itoa(code)] = &huma.Response{Description: http.StatusText(code), Content: map[string]*huma.MediaType{problemType: {Schema: schema}}}
	}
}

// Webhook documents an event that other programs may be told of. Data is a
// value of the event's type.
func (a *API) Webhook(event, summary string, data any) {
	o := a.huma.OpenAPI()
	schema := &huma.Schema{Type: huma.TypeObject, Required: []string{"id", "type", "time", "data"}, Properties: map[string]*huma.Schema{
		"id":   {Type: huma.TypeString, Description: "The same for every receiver and every attempt"},
		"type": {Type: huma.TypeString, Enum: []any{event}},
		"time": {Type: huma.TypeString, Format: "date-time"},
		"data": o.Components.Schemas.Schema(reflect.TypeOf(data), true, eventSchema(event)),
	}}
	if o.Webhooks == nil {
		o.Webhooks = map[string]*huma.PathItem{}
	}
	o.Webhooks[event] = &huma.PathItem{Post: &huma.Operation{
		OperationID: event, Summary: summary, Tags: []string{"Webhooks"},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}},
		Responses:   map[string]*huma.Response{"200": {Description: "Taken. Any other answer than 2xx means another try."}},
	}}
}

// eventSchema names the data of an event: "publish.released" is
// PublishReleasedEvent.
func eventSchema(event string) string {
	var b strings.Builder
	for part := range strings.FieldsFuncSeq(event, func(r rune) bool { return r == '.' || r == '_' }) {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String() + "Event"
}

// failed turns an error of a service into the problem that the caller reads.
func (a *API) failed(ctx context.Context, operation string, err error) error {
	e := classify(err)
	if e.Kind == errs.Internal {
		a.server.o.Log.Error("API operation failed", "ref", RequestID(ctx), "operation", operation, "err", err)
	}
	return problemOf(ctx, e, statusOf[e.Kind])
}
