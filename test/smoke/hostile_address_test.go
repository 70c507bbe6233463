package smoke

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"sifara/internal/id"
)

func (h *hostileHouse) unknown() {
	for _, lang := range []string{"ar", "ckb", "kmr", "en"} {
		for _, path := range []string{"/nowhere", "/statements/nothing-like-this", "/missions/atlantis", "/missions/atlantis/feed.rss", "/feed.pdf"} {
			h.page("/"+lang+path, h.visitor().try(http.MethodGet, "/"+lang+path, nil), http.StatusNotFound, lang)
		}
		a := h.visitor().try(http.MethodPut, "/"+lang+"/verify", strings.NewReader("x"))
		h.page("PUT /"+lang+"/verify", a, http.StatusMethodNotAllowed, lang)
		if allow := a.header.Get("Allow"); !strings.Contains(allow, "GET") || !strings.Contains(allow, "POST") {
			h.t.Errorf("Allow: %q", allow)
		}
		h.page("unknown below the console", h.press().try(http.MethodGet, "/console/nowhere", nil, "Accept-Language", lang), http.StatusNotFound, lang)
	}
	for _, path := range []string{"/xx", "/fr/statements", "/en-GB", "/AR", "/..", "/%20"} {
		if a := h.visitor().try(http.MethodGet, path, nil, "Accept-Language", "kmr"); a.status >= 500 || a.status == http.StatusOK && a.path == path {
			h.t.Errorf("%s: %d", path, a.status)
		}
	}
	h.page("/fr", h.visitor().try(http.MethodGet, "/fr", nil, "Accept-Language", "kmr"), http.StatusNotFound, "kmr")
	if a := h.visitor().try(http.MethodGet, "/console/language?lang="+url.QueryEscape(hostile), nil); a.status < 400 || a.status >= 500 {
		h.t.Errorf("an unknown language: %d", a.status)
	}
	for accept, want := range map[string]string{"": "ar", "ku": "kmr", "ckb-IQ": "ckb", "fr, en;q=0.5": "en", "*;q=" + strings.Repeat("9", 3000): "", "\xff\xfe": "", strings.Repeat("en,", 5000): ""} {
		a, err := h.visitor().send(http.MethodGet, "/", nil, "Accept-Language", accept)
		if err == nil && (a.status != http.StatusOK || want != "" && a.path != "/"+want) {
			h.t.Errorf("Accept-Language %.30q: %d at %s, want /%s", accept, a.status, a.path, want)
		}
	}
}

// raw sends a request line as it stands and gives the status and the headers.
func (h *hostileHouse) raw(line string) (status int, header http.Header) {
	h.t.Helper()
	address := strings.TrimPrefix(h.n.base, "http://")
	c, err := net.DialTimeout("tcp", address, 5*time.Second)
	if err != nil {
		h.t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	fmt.Fprintf(c, "%s\r\nHost: localhost\r\nConnection: close\r\n\r\n", line)
	b, err := io.ReadAll(io.LimitReader(c, 1<<20))
	if err != nil && len(b) == 0 {
		h.t.Fatalf("%.80q: %v", line, err)
	}
	head, _, _ := strings.Cut(string(b), "\r\n\r\n")
	first, rest, _ := strings.Cut(head, "\r\n")
	if _, err := fmt.Sscanf(first, "HTTP/1.1 %d", &status); err != nil {
		h.t.Fatalf("%.80q: answered %.80q", line, first)
	}
	header = http.Header{}
	for l := range strings.SplitSeq(rest, "\r\n") {
		name, value, _ := strings.Cut(l, ": ")
		header.Add(name, value)
	}
	return status, header
}

func (h *hostileHouse) paths() {
	for _, path := range []string{
		"/../../etc/passwd", "/static/../../../vault.key", "/static/%2e%2e/%2e%2e/vault.key", "/static/..%2f..%2fvault.key", "/static/..\\..\\vault.key",
		"/ar/%2e%2e/%2e%2e/etc/passwd", "/ar/statements/..%2F..%2Fconsole", "/ar/%00", "/ar/statements/%00", "/media/../vault.key", "/media/%2e%2e/%2e%2e",
		"/media/x/..%2fsifara.db", "/log/proof/-1", "/log/proof/999999999999999999999", "/log/entries?start=-1&end=99999999999", "/.git/config", "/data/sifara.db", "/ar//console",
		"//console/messages", "/console/../console/messages", "/console/messages/..%2f..%2f", "/console//messages", "/ar/;/console", "/%61r/%63onsole", "/console%2fmessages", "/CONSOLE/messages", "*",
	} {
		status, header := h.raw("GET " + path + " HTTP/1.1")
		if status >= 500 || status == http.StatusOK && strings.Contains(path, "vault.key") {
			h.t.Errorf("%s: %d", path, status)
		}
		if to := header.Get("Location"); to != "" && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//")) {
			h.t.Errorf("%s: leads away to %q", path, to)
		}
	}
	for _, line := range []string{"GET  HTTP/1.1", "BREW /ar HTTP/1.1", "GET http://evil.example/ar HTTP/1.1", "GET /ar HTTP/9.9", "CONNECT evil.example:443 HTTP/1.1", "TRACE /ar HTTP/1.1", "OPTIONS * HTTP/1.1"} {
		if status, _ := h.raw(line); status >= 500 && status != http.StatusHTTPVersionNotSupported && status != http.StatusNotImplemented {
			h.t.Errorf("%s: %d", line, status)
		}
	}
}

// wayOut tries to be sent to other sites.
func (h *hostileHouse) wayOut() {
	v := h.visitor()
	v.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for _, to := range []string{"//evil.example", "https://evil.example/", `/\evil.example`, `\\evil.example`, "javascript:alert(1)", "/\t/evil.example", "http:/evil.example", "///evil.example", "/console//../..//evil.example"} {
		for _, path := range []string{"/console/language?lang=ar&back=", "/console/signin?back="} {
			a := v.try(http.MethodGet, path+url.QueryEscape(to), nil)
			if location := a.header.Get("Location"); location != "" && !ours(location) {
				h.t.Errorf("%s%q leads to %q", path, to, location)
			}
		}
		p := h.visitor()
		p.try(http.MethodGet, "/console/signin?back="+url.QueryEscape(to), nil)
		p.http.CheckRedirect = v.http.CheckRedirect
		if a := p.submit("/console/signin/demo", url.Values{"person": {h.people["press-paris"]}}); !ours(a.header.Get("Location")) {
			h.t.Errorf("signing in with %q leads to %q", to, a.header.Get("Location"))
		}
	}
}

// ours reports that an address stays in the house.
func ours(location string) bool {
	return strings.HasPrefix(location, "/") && !strings.HasPrefix(location, "//") && !strings.ContainsAny(location, "\\\r\n\t")
}

func (h *hostileHouse) long() {
	v := h.visitor()
	h.page("a long path", v.try(http.MethodGet, "/ar/"+strings.Repeat("a", 8000), nil), http.StatusNotFound, "ar")
	for _, path := range []string{"/ar/search?q=" + strings.Repeat("%D8%A7", 8000), "/ar/statements?" + strings.Repeat("kind=a&", 6000), "/en/verify?q=" + strings.Repeat("a+b+", 10000), "/ar/search?q=" + strings.Repeat("%22", 3000), "/ar/search?q=" + strings.Repeat("a*%20OR%20", 2000)} {
		a := v.try(http.MethodGet, path, nil, "X-Forwarded-For", "198.51.100.11")
		if a.status >= 500 {
			h.t.Errorf("%.40s…: %d", path, a.status)
		}
		h.clean(path[:40], a)
	}
	if status, _ := h.raw("GET /ar/" + strings.Repeat("a", 200_000) + " HTTP/1.1"); status != http.StatusRequestHeaderFieldsTooLarge && status != http.StatusRequestURITooLong {
		h.t.Errorf("an address of 200 kB: %d", status)
	}
}

// problem holds an answer of the API to what every problem document keeps. A
// status of zero is any of the caller's faults.
func (h *hostileHouse) problem(what string, a answer, status int, lang string) {
	h.t.Helper()
	if status == 0 && (a.status < 400 || a.status >= 500) || status != 0 && a.status != status {
		h.t.Errorf("%s: %d, want %d", what, a.status, status)
	}
	if got := a.header.Get("Content-Type"); got != "application/problem+json" {
		h.t.Errorf("%s: %s, want a problem document: %.200s", what, got, a.body)
		return
	}
	p := decode[struct {
		Title, Detail string
		Status        int
	}](h.t, a.body)
	if p.Title == "" || p.Detail == "" || p.Status != a.status || strings.Contains(a.body, "⟦") {
		h.t.Errorf("%s: %s", what, a.body)
	}
	arabic := strings.ContainsFunc(p.Title+p.Detail, func(r rune) bool { return unicode.Is(unicode.Arabic, r) })
	if want := lang == "ar" || lang == "ckb"; arabic != want || a.header.Get("Content-Language") != lang {
		h.t.Errorf("%s: in %s (%s), want %s", what, a.header.Get("Content-Language"), p.Title, lang)
	}
}

func (h *hostileHouse) problems() {
	v := h.visitor()
	token := h.press().token("publish.view", "publish.draft")
	for _, lang := range []string{"ar", "ckb", "kmr", "en"} {
		for _, test := range []struct {
			name, method, path, body, token string
			status                          int
		}{
			{"nobody", "GET", "/messages", "", "", http.StatusUnauthorized},
			{"a made-up token", "GET", "/messages", "", "sifara_made_up", http.StatusUnauthorized},
			{"no permission", "GET", "/questions", "", token, http.StatusForbidden},
			{"no such path", "GET", "/nowhere", "", token, http.StatusNotFound},
			{"no such method", "PUT", "/messages", "{}", token, http.StatusMethodNotAllowed},
			{"no such message", "GET", "/messages/" + id.New(), "", token, http.StatusNotFound},
			{"an id that is none", "GET", "/messages/" + url.PathEscape(hostile), "", token, 0},
			{"no JSON", "POST", "/messages", "{", token, 0},
			{"wrong types", "POST", "/messages", `{"kind":7,"source_lang":[]}`, token, 0},
			{"unknown fields", "POST", "/messages", `{"kind":"news","source_lang":"en","evil":true}`, token, 0},
			{"deep", "POST", "/messages", strings.Repeat("[", 100_000), token, 0},
			{"a limit out of range", "GET", "/messages?limit=100000", "", token, 0},
			{"a cursor that is none", "GET", "/messages?cursor=" + url.QueryEscape(hostile), "", token, -1},
		} {
			headers := []string{"Accept-Language", lang, "Content-Type", "application/json", "X-Forwarded-For", "198.51.100.12"}
			if test.token != "" {
				headers = append(headers, "Authorization", "Bearer "+test.token)
			}
			a := v.try(test.method, "/api/v1"+test.path, strings.NewReader(test.body), headers...)
			if test.status == -1 {
				if a.status >= 500 {
					h.t.Errorf("%s in %s: %d", test.name, lang, a.status)
				}
				continue
			}
			h.problem(test.name+" in "+lang, a, test.status, lang)
			h.clean(test.name, a)
		}
	}
}
