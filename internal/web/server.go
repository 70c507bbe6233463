package web

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/alexedwards/scs/v2"

	"sifara/internal/errs"
	"sifara/internal/event"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/text"
	"sifara/internal/web/static"
)

// Options are what the server needs of the house. Catalogue and Log are
// required, the rest may be absent in tests.
type Options struct {
	Catalogue *i18n.Catalogue
	Log       *slog.Logger
	// Sessions keeps the console's sessions.
	Sessions *scs.SessionManager
	// Authenticate tells who sends a request. It gives an actor of kind Nobody
	// for a visitor, and an error only when it cannot tell.
	Authenticate func(r *http.Request) (*perm.Actor, error)
	// Hosts are the names under which the house may be addressed; a request
	// for another is refused. Empty allows loopback names only.
	Hosts []string
	// Proxies are the addresses of load balancers whose X-Forwarded-For and
	// X-Forwarded-Proto are believed.
	Proxies []netip.Prefix
	// Secure says that people reach the house by HTTPS: cookies and HSTS
	// depend on it.
	Secure bool
	// Demo says whether every page is marked as a demonstration; nil is no.
	Demo func() bool
	Live *event.Live
	// Console describes the shell of the console, Site that of the public site.
	Console func(r *http.Request) Shell
	Site    func(r *http.Request, mission string) SiteShell
}

// Server routes requests.
type Server struct {
	o       Options
	muxes   [areas]*http.ServeMux
	routes  []Route
	limits  *limiter
	counts  *counts
	streams chan struct{} // closed when the house stops
	closing sync.Once
}

// New gives a server without routes.
func New(o Options) *Server {
	s := &Server{o: o, limits: newLimiter(), counts: newCounts(), streams: make(chan struct{})}
	for i := range s.muxes {
		s.muxes[i] = http.NewServeMux()
	}
	return s
}

// demo reports whether pages are marked as a demonstration.
func (s *Server) demo() bool { return s.o.Demo != nil && s.o.Demo() }

// Add adds routes. It panics when a route says not who may use it.
func (s *Server) Add(routes ...Route) {
	for _, rt := range routes {
		rt.check()
		s.routes = append(s.routes, rt)
		s.muxes[areaOf(rt.Pattern)].Handle(rt.Method+" "+rt.Pattern, s.serve(rt))
	}
}

// Mount hands all requests under a path to another handler: static files, the
// API. What is mounted looks after permissions itself.
func (s *Server) Mount(pattern string, h http.Handler) { s.muxes[areaOf(pattern)].Handle(pattern, h) }

// Routes lists the routes, for the test that calls each as the wrong person.
func (s *Server) Routes() []Route { return slices.Clone(s.routes) }

// Handler is the whole server with what surrounds every request. What refuses a
// request with a page stands inside what the page needs: language, session,
// actor.
func (s *Server) Handler() http.Handler {
	var h http.Handler = http.HandlerFunc(s.dispatch)
	h = s.recover(h)
	cop := http.NewCrossOriginProtection()
	cop.SetDenyHandler(s.plain(func(http.ResponseWriter, *http.Request) error {
		return errs.New(errs.Forbidden, "web.cross_origin")
	}))
	h = cop.Handler(h)
	h = s.identify(h)
	if s.o.Sessions != nil {
		h = s.sessions(h)
	}
	h = s.language(h)
	h = s.hosts(h)
	return s.secure(h)
}

// sessions loads and saves the session for the console and the sign-in of the
// site only; public pages are the same for everyone and set no cookie.
func (s *Server) sessions(next http.Handler) http.Handler {
	with := s.o.Sessions.LoadAndSave(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// An event stream must be flushed, which a saved session would hold back.
		if areaOf(r.URL.Path) == areaConsole && r.URL.Path != livePath {
			with.ServeHTTP(w, r)
			return
		}
		if r.URL.Path == livePath {
			ctx, err := s.o.Sessions.Load(r.Context(), s.sessionToken(r))
			if err == nil {
				r = r.WithContext(ctx)
			}
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Server) sessionToken(r *http.Request) string {
	c, err := r.Cookie(s.o.Sessions.Cookie.Name)
	if err != nil {
		return ""
	}
	return c.Value
}

func (s *Server) dispatch(w http.ResponseWriter, r *http.Request) {
	if text.Clean(r.URL.Path) != r.URL.Path {
		// No address of ours holds such bytes. The page does not repeat it.
		s.fail(w, atRoot(r), errs.New(errs.NotFound, ""), 0)
		return
	}
	r = cleanQuery(r)
	mux := s.muxes[areaOf(r.URL.Path)]
	h, pattern := mux.Handler(r)
	if pattern == "" {
		s.unmatched(w, r, h)
		return
	}
	// The mux fills in the path values, which its Handler method does not.
	mux.ServeHTTP(w, r)
}

// cleanQuery gives the request with parameters of its address that hold nothing
// that no text may hold: pages show them again, databases look for them.
func cleanQuery(r *http.Request) *http.Request {
	if !strings.ContainsFunc(r.URL.RawQuery, func(c rune) bool { return c == '%' || c > '~' }) {
		return r
	}
	values, changed := r.URL.Query(), false
	for _, list := range values {
		for i, v := range list {
			list[i] = text.Clean(v)
			changed = changed || list[i] != v
		}
	}
	if !changed {
		return r
	}
	c, u := *r, *r.URL
	u.RawQuery = values.Encode()
	c.URL = &u
	return &c
}

// atRoot gives the request as if it were for the front page of its area.
func atRoot(r *http.Request) *http.Request {
	c, u := *r, *r.URL
	u.Path, u.RawPath, u.RawQuery = "/"+string(i18n.From(r.Context()).Lang()), "", ""
	switch areaOf(r.URL.Path) {
	case areaConsole:
		u.Path = "/console"
	case areaAPI:
		u.Path = APIPrefix + "/"
	}
	c.URL = &u
	return &c
}

// unmatched answers for a path without a route: a redirect the mux proposes,
// "method not allowed" with its Allow header, or "not found", as a page.
func (s *Server) unmatched(w http.ResponseWriter, r *http.Request, fromMux http.Handler) {
	probe := &statusProbe{header: http.Header{}}
	fromMux.ServeHTTP(probe, r)
	switch {
	case probe.status >= 300 && probe.status < 400:
		fromMux.ServeHTTP(w, r)
	case probe.status == http.StatusMethodNotAllowed:
		w.Header().Set("Allow", probe.header.Get("Allow"))
		s.fail(w, r, errs.New(errs.Invalid, "web.method"), http.StatusMethodNotAllowed)
	default:
		s.fail(w, r, errs.New(errs.NotFound, ""), 0)
	}
}

// statusProbe sees what a handler would answer.
type statusProbe struct {
	header http.Header
	status int
}

func (p *statusProbe) Header() http.Header { return p.header }
func (p *statusProbe) WriteHeader(c int)   { p.status = c }
func (p *statusProbe) Write(b []byte) (int, error) {
	if p.status == 0 {
		p.status = http.StatusOK
	}
	return len(b), nil
}

// serve wraps a route: permission, body limit, error.
func (s *Server) serve(rt Route) http.Handler {
	limit := rt.MaxBody
	if limit == 0 {
		limit = defaultMaxBody
	}
	return s.plain(func(w http.ResponseWriter, r *http.Request) error {
		if err := s.allowed(r.Context(), rt); err != nil {
			return err
		}
		if r.Body != nil && rt.Method != http.MethodGet {
			if r.ContentLength > limit {
				return errs.New(errs.TooLarge, "web.too_large", "limit", limit)
			}
			r.Body = http.MaxBytesReader(w, r.Body, limit)
		}
		start := time.Now()
		err := rt.Handler(w, r)
		s.counts.observe(rt, start, err)
		return err
	})
}

func (s *Server) allowed(ctx context.Context, rt Route) error {
	a := perm.From(ctx)
	switch {
	case rt.Public:
		return nil
	case a.Kind == perm.Nobody:
		return errs.New(errs.Unauthenticated, "")
	case rt.SignedIn || a.May(rt.Permission):
		return nil
	default:
		return errs.New(errs.Forbidden, "")
	}
}

// plain turns a Handler into an http.Handler.
func (s *Server) plain(h Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r.WithContext(withServer(r.Context(), s))); err != nil {
			s.fail(w, r, err, 0)
		}
	})
}

type serverKey struct{}

func withServer(ctx context.Context, s *Server) context.Context {
	return context.WithValue(ctx, serverKey{}, s)
}

// of gives the server that handles the request.
func of(ctx context.Context) *Server {
	s, _ := ctx.Value(serverKey{}).(*Server)
	return s
}

type requestKey struct{}

// Request is what every request carries besides the actor.
type request struct {
	id   string
	addr netip.Addr
}

// RequestID is the reference a person can give to support; it stands in the
// log beside the error.
func RequestID(ctx context.Context) string {
	q, _ := ctx.Value(requestKey{}).(request)
	return q.id
}

// identify puts the reference, the client's address and the actor into the
// context.
func (s *Server) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := request{id: id.New()[24:], addr: s.clientAddr(r)}
		ctx := context.WithValue(r.Context(), requestKey{}, q)
		ctx = withServer(ctx, s)
		r = r.WithContext(ctx)
		w.Header().Set("X-Request-Id", q.id)
		if a := areaOf(r.URL.Path); s.o.Authenticate != nil && (a == areaConsole || a == areaAPI) {
			actor, err := s.o.Authenticate(r)
			if err != nil {
				s.fail(w, r, err, 0)
				return
			}
			r = r.WithContext(perm.With(ctx, actor))
		}
		next.ServeHTTP(w, r)
	})
}

// clientAddr is the address a request comes from; forwarded addresses are
// believed from known proxies only, read from the right.
func (s *Server) clientAddr(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	addr = addr.Unmap()
	forwarded := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(forwarded) - 1; i >= 0 && s.trusted(addr); i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(forwarded[i]))
		if err != nil {
			break
		}
		addr = next.Unmap()
	}
	return addr
}

func (s *Server) trusted(a netip.Addr) bool {
	return slices.ContainsFunc(s.o.Proxies, func(p netip.Prefix) bool { return p.Contains(a) })
}

// hosts refuses requests under a name that is not ours, so that no link or
// cookie can be made for a forged host.
func (s *Server) hosts(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		host = strings.Trim(strings.ToLower(host), "[]")
		if !s.knownHost(host) {
			http.Error(w, "unknown host", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Server) knownHost(host string) bool {
	if host == "localhost" || slices.Contains(s.o.Hosts, host) {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}

// policy is the content security policy of every page: our own files only, no
// inline code or style.
const policy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// assetPolicy is that of styles, scripts, fonts and pictures of the pages, which
// are no documents: whoever opens one as such gets it inert. A first visit loads
// some ten of them, so they carry no more than they need.
const assetPolicy = "default-src 'none'"

func isAsset(path string) bool {
	return strings.HasPrefix(path, static.Prefix) || strings.HasPrefix(path, ThemePrefix)
}

// ThemePrefix is the path below which the looks of sites have their style sheets and
// emblems.
const ThemePrefix = "/theme/"

func (s *Server) secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		if isAsset(r.URL.Path) {
			h.Set("Content-Security-Policy", assetPolicy)
		} else {
			h.Set("Content-Security-Policy", policy)
			h.Set("Referrer-Policy", "same-origin")
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), interest-cohort=()")
		}
		if s.o.Secure {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		if areaOf(r.URL.Path) == areaConsole {
			h.Set("Cache-Control", "no-store")
			h.Set("X-Robots-Tag", "noindex")
		}
		next.ServeHTTP(w, r)
	})
}

// recover answers for a handler that panicked. The connection is given up when
// the answer had begun.
func (s *Server) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil || v == http.ErrAbortHandler {
				if v != nil {
					panic(v)
				}
				return
			}
			s.o.Log.Error("panic", "value", v, "path", loggedPath(r), "stack", string(debug.Stack()))
			s.fail(w, r, errs.New(errs.Internal, ""), 0)
		}()
		next.ServeHTTP(w, r)
	})
}
