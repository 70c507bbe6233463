package web

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/web/ui"
)

// docs is what the documentation pages show.
type docs struct {
	p       *i18n.Printer
	base    string // absolute address of the API
	version string
	tags    []docTag
	events  []docOperation
}

// docTag is a group of operations.
type docTag struct {
	Name string
	Href string
	Ops  []docOperation
}

// docOperation is one operation as it is shown.
type docOperation struct {
	ID          string
	Method      string
	Path        string
	Summary     string
	Description string
	Public      bool
	Permission  string // empty where any token will do, and for public ones
	Params      []docField
	Body        []docField
	BodyExample string
	Answer      []docField
	AnswerJSON  string
	AnswerCode  string
	Errors      []string
	Curl        string
}

// developers is the first page of the documentation. GET /{lang}/developers
func (a *API) developers(w http.ResponseWriter, r *http.Request) error {
	return a.pages.Serve(w, r, func(w http.ResponseWriter, r *http.Request) error {
		d := a.docs(r)
		return Render(w, r, Page{Title: d.p.T("web.api.doc.title"), Description: d.p.T("web.api.doc.intro"), Body: docsOverview(d)})
	})
}

// developersTag shows the operations of one group.
// GET /{lang}/developers/{tag}
func (a *API) developersTag(w http.ResponseWriter, r *http.Request) error {
	return a.pages.Serve(w, r, func(w http.ResponseWriter, r *http.Request) error {
		d := a.docs(r)
		for _, t := range d.tags {
			if t.Href == r.URL.Path {
				crumb := ui.Link{Label: d.p.T("web.api.doc.title"), Href: docsPath(d.p)}
				return Render(w, r, Page{Title: t.Name + " – " + d.p.T("web.api.doc.title"), Crumbs: []ui.Link{crumb}, Body: docsTag(d, t)})
			}
		}
		return errs.New(errs.NotFound, "")
	})
}

func docsPath(p *i18n.Printer) string { return "/" + string(p.Lang()) + "/developers" }

func (a *API) docs(r *http.Request) docs {
	d := docs{p: i18n.From(r.Context()), base: APIPrefix, version: a.version}
	if a.server.o.Site != nil {
		d.base = a.server.o.Site(r, "").BaseURL + APIPrefix
	}
	groups := map[string][]docOperation{}
	for _, e := range a.Endpoints() {
		if !e.Hidden && len(e.Tags) > 0 {
			groups[e.Tags[0]] = append(groups[e.Tags[0]], a.document(d.base, e))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		slug := strings.ReplaceAll(strings.ToLower(name), " ", "-")
		d.tags = append(d.tags, docTag{Name: name, Href: docsPath(d.p) + "/" + slug, Ops: groups[name]})
	}
	hooks := a.huma.OpenAPI().Webhooks
	for _, name := range slices.Sorted(maps.Keys(hooks)) {
		op := hooks[name].Post
		schema := op.RequestBody.Content["application/json"].Schema
		d.events = append(d.events, docOperation{ID: name, Summary: op.Summary, Body: a.fields(schema.Properties["data"])})
	}
	return d
}

func (a *API) document(base string, e Endpoint) docOperation {
	d := docOperation{ID: e.OperationID, Method: e.Method, Path: APIPrefix + e.Path, Summary: e.Summary, Description: e.Description}
	d.Permission, _ = e.Extensions["x-permission"].(string)
	if d.Public = d.Permission == string(perm.Public); d.Public {
		d.Permission = ""
	}
	for _, p := range e.Parameters {
		f := docField{Name: p.Name, Type: p.In, Required: p.Required, Doc: p.Description}
		if p.Schema != nil {
			f.Type, f.Limits = a.typeOf(p.Schema)+", "+p.In, limitsOf(p.Schema)
			if f.Doc == "" {
				f.Doc = p.Schema.Description
			}
		}
		d.Params = append(d.Params, f)
	}
	if e.RequestBody != nil {
		if s := schemaOf(e.RequestBody.Content); s != nil {
			d.Body, d.BodyExample = a.fields(s), a.example(s)
		}
	}
	a.documentAnswers(&d, e.Operation)
	d.Curl = curl(base, e, d.BodyExample)
	return d
}

func (a *API) documentAnswers(d *docOperation, op *huma.Operation) {
	for _, code := range slices.Sorted(maps.Keys(op.Responses)) {
		if code >= "400" {
			d.Errors = append(d.Errors, code)
			continue
		}
		d.AnswerCode = code
		if s := schemaOf(op.Responses[code].Content); s != nil {
			d.Answer, d.AnswerJSON = a.fields(s), a.example(s)
		}
	}
}

// schemaOf gives the schema of the JSON among the forms of a content, or of
// the only one.
func schemaOf(content map[string]*huma.MediaType) *huma.Schema {
	if m := content["application/json"]; m != nil {
		return m.Schema
	}
	return nil
}

// curl is a command that calls an operation.
func curl(base string, e Endpoint, body string) string {
	var b strings.Builder
	b.WriteString("curl")
	if e.Method != http.MethodGet {
		b.WriteString(" -X " + e.Method)
	}
	if len(e.Security) > 0 {
		b.WriteString(` -H "Authorization: Bearer $SIFARA_TOKEN"`)
	}
	b.WriteString(" \\\n  -H 'Accept-Language: en' \\\n")
	if body != "" {
		var flat any
		if json.Unmarshal([]byte(body), &flat) == nil {
			if line, err := json.Marshal(flat); err == nil {
				body = string(line)
			}
		}
		b.WriteString("  -H 'Content-Type: application/json' -d '" + strings.ReplaceAll(body, "'", `'\''`) + "' \\\n")
	}
	sign := "?"
	b.WriteString("  '" + base + e.Path)
	for _, p := range e.Parameters {
		if p.In == "query" && p.Required {
			b.WriteString(sign + p.Name + "=…")
			sign = "&"
		}
	}
	return b.String() + "'"
}

// problemExample is a problem document in the reader's language.
func (d docs) problemExample() string {
	b, err := json.MarshalIndent(Problem{
		Type: "urn:sifara:error:invalid", Title: d.p.T("web.title.invalid"), Status: http.StatusUnprocessableEntity, Detail: d.p.T("errs.fields"),
		Instance: "urn:sifara:request:…", Errors: []ProblemField{{Field: "title", Detail: d.p.T("web.field.required")}},
	}, "", "  ")
	if err != nil {
		return ""
	}
	return string(b)
}

// verifyExample checks a delivery's signature with common tools.
const verifyExample = `# t and v1 come from the header Sifara-Signature: t=…,v1=…
printf '%s.%s' "$t" "$body" | openssl dgst -sha256 -hmac "$SECRET"
# the result must be v1, and t not older than five minutes`
