package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/web/ui"
)

// statusOf maps kinds of error to HTTP.
var statusOf = map[errs.Kind]int{
	errs.Internal: http.StatusInternalServerError, errs.Invalid: http.StatusUnprocessableEntity,
	errs.NotFound: http.StatusNotFound, errs.Unauthenticated: http.StatusUnauthorized,
	errs.Forbidden: http.StatusForbidden, errs.Conflict: http.StatusConflict, errs.Gone: http.StatusGone,
	errs.TooLarge: http.StatusRequestEntityTooLarge, errs.TooMany: http.StatusTooManyRequests,
	errs.Unavailable: http.StatusServiceUnavailable,
}

// classify makes the error one of ours: what net/http found wrong with the
// request is not our fault.
func classify(err error) *errs.Error {
	if e, ok := errs.Find(err); ok {
		return e
	}
	if e, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return errs.Wrap(err, errs.TooLarge, "web.too_large", "limit", e.Limit)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return errs.Wrap(err, errs.Unavailable, "")
	}
	return errs.Wrap(err, errs.Internal, "")
}

// Message is what a person reads of an error: what happened.
func Message(p *i18n.Printer, e *errs.Error) string {
	if e.Key == "" {
		return p.T("web.error." + e.Kind.String())
	}
	return p.T(e.Key, e.Args...)
}

// fail answers with an error. A status of zero is that of the error's kind.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error, status int) {
	e := classify(err)
	if status == 0 {
		status = statusOf[e.Kind]
	}
	if e.Kind == errs.Internal && !errors.Is(err, context.Canceled) {
		s.o.Log.Error("request failed", "ref", RequestID(r.Context()), "method", r.Method, "path", loggedPath(r), "actor", perm.From(r.Context()).ID, "err", err)
	}
	r = r.WithContext(withServer(r.Context(), s))
	if e.Kind == errs.TooMany || e.Kind == errs.Unavailable {
		w.Header().Set("Retry-After", "60")
	}
	switch {
	case areaOf(r.URL.Path) == areaAPI || wantsJSON(r):
		s.problem(w, r, e, status)
	case e.Kind == errs.Unauthenticated && r.Method == http.MethodGet && r.Header.Get("HX-Request") == "":
		http.Redirect(w, r, SignInPath+"?"+url.Values{"back": {r.URL.RequestURI()}}.Encode(), http.StatusSeeOther)
	case r.Header.Get("HX-Request") == "true":
		s.toast(w, r, e, status)
	default:
		s.errorPage(w, r, e, status)
	}
}

// loggedPath is the path of a request without the secret of a link.
func loggedPath(r *http.Request) string {
	path := r.URL.Path
	for _, name := range []string{"token", "secret"} {
		if v := r.PathValue(name); v != "" {
			path = strings.ReplaceAll(path, v, "{"+name+"}")
		}
	}
	return path
}

// SignInPath is where officials sign in; `back` says where they were going.
const SignInPath = "/console/signin"

func wantsJSON(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") || strings.HasPrefix(r.Header.Get("Accept"), "application/json")
}

// toast tells an htmx request's page what went wrong, leaving the page as it
// is.
func (s *Server) toast(w http.ResponseWriter, r *http.Request, e *errs.Error, status int) {
	b, _ := json.Marshal(map[string]any{"toast": map[string]string{"kind": string(ui.Danger), "text": Message(i18n.From(r.Context()), e)}})
	w.Header().Set("HX-Trigger", asciiJSON(b))
	w.Header().Set("HX-Reswap", "none")
	w.WriteHeader(status)
}

// asciiJSON escapes what a header cannot carry.
func asciiJSON(b []byte) string {
	var out strings.Builder
	for _, r := range string(b) {
		switch {
		case r < 0x80:
			out.WriteRune(r)
		case r > 0xffff:
			r -= 0x10000
			out.WriteString(escape16(0xd800+(r>>10)) + escape16(0xdc00+(r&0x3ff)))
		default:
			out.WriteString(escape16(r))
		}
	}
	return out.String()
}

func escape16(r rune) string {
	const hex = "0123456789abcdef"
	return `\u` + string([]byte{hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15]})
}

func (s *Server) errorPage(w http.ResponseWriter, r *http.Request, e *errs.Error, status int) {
	p := i18n.From(r.Context())
	name, next := e.Kind.String(), e.Kind.String()
	switch e.Key {
	case "web.method": // nothing is marked that could be corrected
		name, next = errs.Forbidden.String(), errs.NotFound.String()
	case "web.cross_origin": // nor would a permission help
		next = errs.NotFound.String()
	}
	title := p.T("web.title." + name)
	home := ui.Link{Label: p.T("web.home"), Href: "/" + string(p.Lang())}
	heading := "" // the other frames write it themselves
	switch area := areaOf(r.URL.Path); {
	case area == areaConsole:
		home.Href = "/console"
	case area == areaSite && s.o.Site != nil:
		heading = title
	}
	page := Page{
		Title: title, Status: status, NoIndex: true,
		Body: ui.ErrorBody(heading, Message(p, e), p.T("web.next."+next), RequestID(r.Context()), home),
	}
	page.Plain = perm.From(r.Context()).Kind == perm.Nobody
	if err := Render(w, r, page); err != nil {
		s.o.Log.Error("error page failed", "err", err)
		http.Error(w, http.StatusText(status), status)
	}
}

// Problem is an error document by RFC 9457, in the caller's language.
type Problem struct {
	Type     string         `json:"type"`
	Title    string         `json:"title"`
	Status   int            `json:"status"`
	Detail   string         `json:"detail,omitempty"`
	Instance string         `json:"instance,omitempty"`
	Errors   []ProblemField `json:"errors,omitempty"`
}

// ProblemField is one wrong input.
type ProblemField struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

func problemOf(ctx context.Context, e *errs.Error, status int) *Problem {
	p := i18n.From(ctx)
	doc := &Problem{Type: "urn:sifara:error:" + e.Kind.String(), Title: p.T("web.title." + e.Kind.String()), Status: status, Detail: Message(p, e), Instance: "urn:sifara:request:" + RequestID(ctx)}
	for _, f := range e.Fields {
		doc.Errors = append(doc.Errors, ProblemField{Field: f.Name, Detail: p.T(f.Key, f.Args...)})
	}
	return doc
}

func (s *Server) problem(w http.ResponseWriter, r *http.Request, e *errs.Error, status int) {
	if e.Kind == errs.Unauthenticated {
		w.Header().Set("WWW-Authenticate", `Bearer realm="sifara"`)
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(problemOf(r.Context(), e, status))
}
