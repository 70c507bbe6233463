package smoke

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"

	"sifara/internal/id"
)

// hostile is a text with everything that no page may give back as it came: a
// script, a zero byte, a half character, an override of the writing direction.
const hostile = "نص <script>alert(1)</script> \"'><img src=x onerror=alert(2)> \u202Egnp.exe\u202C \x00 \xc3\x28 ${7*7} {{7*7}} end"

// TestHostileInput sends a house what nobody well-meaning sends. The answer is
// always a page in the visitor's language or a problem document, never a
// failure of the house, and nothing comes back as code.
func TestHostileInput(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { hostileInput(t, demonstration(t)) })
	t.Run("postgres", func(t *testing.T) {
		data, database := demonstrationOnPostgres(t)
		hostileInput(t, data, "--database-url", database)
	})
}

func hostileInput(t *testing.T, data string, flags ...string) {
	n := serveOwn(t, data, flags...)
	people := staff(t, data, flags...)
	h := &hostileHouse{t: t, n: n, people: people, office: openOffice(t, n.base, people, "paris")}
	h.statement = h.office.release(h.office.approved("A statement to try things on", "The consular section is open from nine to one on working days."), time.Time{})
	for _, test := range []struct {
		name string
		run  func(*hostileHouse)
	}{
		{"forged hosts", (*hostileHouse).forgedHosts},
		{"wrong content types", (*hostileHouse).contentTypes},
		{"oversized bodies", (*hostileHouse).oversized},
		{"code in public fields", (*hostileHouse).publicFields},
		{"code in a message", (*hostileHouse).messageFields},
		{"replayed forms", (*hostileHouse).replays},
		{"dead links", (*hostileHouse).deadLinks},
		{"requests from other sites", (*hostileHouse).crossOrigin},
		{"session fixation", (*hostileHouse).fixation},
		{"unknown pages, languages and methods", (*hostileHouse).unknown},
		{"tricks with paths", (*hostileHouse).paths},
		{"ways out", (*hostileHouse).wayOut},
		{"long addresses", (*hostileHouse).long},
		{"problems of the API", (*hostileHouse).problems},
	} {
		t.Run(test.name, func(t *testing.T) {
			h.t = t
			test.run(h)
		})
	}
	h.t = t
	if a := visitor(t, n.base).try(http.MethodGet, "/readyz", nil); a.status != http.StatusOK {
		t.Errorf("after all that the house is not ready: %d", a.status)
	}
	n.stop(t)
	if log := n.log.String(); strings.Contains(log, "panic") || strings.Contains(log, "request failed") {
		t.Errorf("the house failed at something:\n%s", log)
	}
}

type hostileHouse struct {
	t         *testing.T
	n         *node
	people    map[string]string
	office    office
	statement message
}

func (h *hostileHouse) visitor() *person {
	h.t.Helper()
	return visitor(h.t, h.n.base)
}

func (h *hostileHouse) press() *person {
	h.t.Helper()
	p := signedIn(h.t, h.n.base, h.people["press-paris"])
	return p
}

// page holds an answer to what every page keeps: the status, the language, one
// heading, no code of others, no key in place of a word.
func (h *hostileHouse) page(what string, a answer, status int, lang string) *goquery.Document {
	h.t.Helper()
	doc := a.doc(h.t)
	if a.status != status {
		h.t.Errorf("%s: status %d, want %d: %.300s", what, a.status, status, squeeze(doc.Find("main").Text()))
	}
	if got := doc.Find("html").AttrOr("lang", ""); got != lang {
		h.t.Errorf("%s: in %q, want %q: %.200q", what, got, lang, a.body)
	}
	if got := doc.Find("h1").Length(); got != 1 {
		h.t.Errorf("%s: %d headings, want 1", what, got)
	}
	h.clean(what, a)
	return doc
}

// clean holds that nothing of a hostile text came back as code.
func (h *hostileHouse) clean(what string, a answer) {
	h.t.Helper()
	lower := strings.ToLower(a.body)
	for _, code := range []string{"<script>alert", "<img src=x", "\x00", "\u202e", "⟦", "goroutine "} {
		if strings.Contains(lower, code) {
			i := strings.Index(lower, code)
			h.t.Errorf("%s: gives %q back: …%q…", what, code, a.body[max(0, i-80):min(len(a.body), i+80)])
		}
	}
	if !utf8.ValidString(a.body) {
		h.t.Errorf("%s: no UTF-8", what)
	}
}

func (h *hostileHouse) forgedHosts() {
	for _, host := range []string{"evil.example", "evil.example:80", "localhost.evil.example", "10.0.0.1", "[2001:db8::1]", "user@localhost@evil"} {
		for _, path := range []string{"/ar", "/console/signin", "/api/v1/statements", "/readyz"} {
			a, err := h.visitor().send(http.MethodGet, path, nil, "Host", host)
			if err != nil || a.status != http.StatusMisdirectedRequest && a.status != http.StatusBadRequest {
				h.t.Errorf("%s as %s: %d %v, want 421", path, host, a.status, err)
			}
		}
	}
	for _, header := range []string{"X-Forwarded-Host", "Forwarded", "X-Original-URL", "X-Rewrite-URL", "X-Host"} {
		a := h.visitor().try(http.MethodGet, "/ar", nil, header, "evil.example")
		if a.status != http.StatusOK || strings.Contains(a.body, "evil.example") {
			h.t.Errorf("%s: status %d, told of a forged host: %t", header, a.status, strings.Contains(a.body, "evil.example"))
		}
	}
}

func (h *hostileHouse) contentTypes() {
	body := func() io.Reader { return strings.NewReader("q=hello&text=hello") }
	for _, kind := range []string{"text/plain", "application/xml", "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=x", "application/x-www-form-urlencoded; charset=utf-7", "nonsense", ""} {
		for _, path := range []string{"/ar/verify", "/ar/statements/" + h.statement.Slug + "/ask"} {
			a := h.visitor().try(http.MethodPost, path, body(), "Content-Type", kind, "X-Forwarded-For", "198.51.100.7")
			if a.status >= 500 {
				h.t.Errorf("%s with %q: %d", path, kind, a.status)
			}
			h.page(path+" with "+kind, a, a.status, "ar")
		}
	}
	broken := h.visitor().try(http.MethodPost, "/ar/verify", strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"q\"\r\n\r\nhalf"), "Content-Type", "multipart/form-data; boundary=x")
	h.page("a form that breaks off", broken, http.StatusUnprocessableEntity, "ar")
	h.page("a form of wrong escapes", h.visitor().try(http.MethodPost, "/en/verify", strings.NewReader("q=%zz%"), "Content-Type", formType), http.StatusUnprocessableEntity, "en")
	for _, kind := range []string{"text/plain", formType, "application/json; charset=latin1"} {
		h.problem("API with "+kind, h.visitor().try(http.MethodPost, "/api/v1/verify", strings.NewReader("{"), "Content-Type", kind, "Accept-Language", "en"), 0, "en")
	}
}

// oversized sends more than is taken: a little more, so that the house reads on
// to the end and the answer arrives.
func (h *hostileHouse) oversized() {
	for _, test := range []struct {
		path, lang string
		size       int
	}{{"/ar/verify", "ar", 2<<20 + 1000}, {"/ckb/verify", "ckb", 2<<20 + 1000}, {"/kmr/statements/" + h.statement.Slug + "/ask", "kmr", 1<<20 + 1000}, {"/console/signin", "en", 1<<20 + 1000}} {
		text := "q=" + strings.Repeat("a", test.size)
		for _, body := range []io.Reader{strings.NewReader(text), struct{ io.Reader }{strings.NewReader(text)}} { // with and without a length
			a := h.visitor().try(http.MethodPost, test.path, body, "Content-Type", formType, "Accept-Language", test.lang)
			h.page("too much for "+test.path, a, http.StatusRequestEntityTooLarge, test.lang)
		}
	}
	press := h.press()
	m := id.New()
	press.post("/console/messages", url.Values{"id": {m}, "mission": {h.office.mission}, "kind": {"news"}, "sensitivity": {"routine"}, "source_lang": {"ar"}})
	for name, size := range map[string]int{"a file that is too large": 25 << 20, "a form that is too large": 64 << 20} {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		_ = w.WriteField("id", id.New())
		f, err := w.CreateFormFile("file", "picture.png")
		if err != nil {
			h.t.Fatal(err)
		}
		_, _ = f.Write(make([]byte, size))
		w.Close()
		a, err := press.send(http.MethodPost, "/console/messages/"+m+"/files", &b, "Content-Type", w.FormDataContentType(), "Expect", "100-continue", "Accept-Language", "ar")
		if err != nil {
			continue // the house hung up on the rest: nothing was taken
		}
		if a.status < 400 || a.status >= 500 {
			h.t.Errorf("%s: %d", name, a.status)
		}
	}
	if got := press.get("/console/messages/" + m + "/edit").Find(`form[action$="/remove"]`).Length(); got != 0 {
		h.t.Errorf("%d files were taken, want none", got)
	}
	big := `{"text":"` + strings.Repeat("a", 2<<20) + `"}`
	h.problem("API with too much", h.visitor().try(http.MethodPost, "/api/v1/verify", strings.NewReader(big), "Content-Type", "application/json", "Accept-Language", "ckb"), http.StatusRequestEntityTooLarge, "ckb")
}

func (h *hostileHouse) publicFields() {
	for _, lang := range []string{"ar", "ckb", "kmr", "en"} {
		v := h.visitor()
		from := []string{"X-Forwarded-For", "198.51.100.8"}
		q := url.QueryEscape(hostile)
		for _, path := range []string{"/search?q=", "/verify?q=", "/accounts?q=", "/questions?before=", "/statements?kind=", "/statements?before="} {
			a := v.try(http.MethodGet, "/"+lang+path+q, nil, from...)
			if a.status >= 500 {
				h.t.Errorf("/%s%s: %d", lang, path, a.status)
			}
			h.page("/"+lang+path, a, a.status, lang)
		}
		h.page("verify", v.submit("/"+lang+"/verify", url.Values{"q": {strings.Repeat(hostile+" ", 20)}}, from...), http.StatusOK, lang)
	}
	v := h.visitor()
	from := []string{"X-Forwarded-For", "198.51.100.9"}
	form := v.questionForm("en", h.statement.Slug, hostile, from...)
	form.Set("name", "<script>alert(1)</script>\u202Egnp.exe\x00 \xc3\x28")
	wrong := url.Values{"ticket": form["ticket"], "text": {hostile}, "name": {hostile}, "email": {hostile}, "lang": {hostile}, "human": {hostile}}
	h.page("a wrong form", v.submit("/en/statements/"+h.statement.Slug+"/ask", wrong, from...), http.StatusUnprocessableEntity, "en")
	time.Sleep(formAge)
	got := v.submit("/en/statements/"+h.statement.Slug+"/ask", form, from...)
	h.page("the asker's page", got, http.StatusOK, "en")
	press := h.press()
	for text, q := range inboxOf(h.t, press) {
		if strings.Contains(text, "${7*7}") {
			a := press.try(http.MethodGet, "/console/inbox/"+q, nil, "Accept-Language", "en")
			h.page("the question in the inbox", a, http.StatusOK, "en")
			h.page("a hostile note", press.submit("/console/inbox/"+q+"/note", url.Values{"remark": {hostile}}, "Accept-Language", "en"), http.StatusOK, "en")
			h.page("the inbox", press.try(http.MethodGet, "/console/inbox?q="+url.QueryEscape(hostile), nil, "Accept-Language", "en"), http.StatusOK, "en")
			return
		}
	}
	h.t.Error("the question did not reach the inbox")
}

func (h *hostileHouse) messageFields() {
	bodies := hostile + "\n\n[a](javascript:alert(3)) ![b](javascript:alert(4)) <a href=\"data:text/html,x\">c</a>\n\n<iframe src=//evil.example></iframe>\n\n| a |\n|---|\n| <svg/onload=alert(5)> |\n"
	m := h.office.approvedHostile(hostile, bodies)
	m = h.office.release(m, time.Time{})
	press := h.press()
	for _, path := range []string{"/console/messages/" + m.ID, "/console/messages/" + m.ID + "/history", "/console/messages?q=" + url.QueryEscape("alert"), "/console"} {
		h.page(path, press.try(http.MethodGet, path, nil, "Accept-Language", "en"), http.StatusOK, "en")
	}
	fragment := press.submit("/console/messages/preview", url.Values{"lang": {"en"}, "title": {hostile}, "summary": {hostile}, "body": {bodies}})
	h.clean("preview", fragment)
	v := h.visitor()
	for _, lang := range []string{"ar", "en"} {
		for _, path := range []string{"/statements/" + m.Slug, "", "/statements", "/missions/paris"} {
			a := v.try(http.MethodGet, "/"+lang+path, nil)
			doc := h.page("/"+lang+path, a, http.StatusOK, lang)
			if got := doc.Find(`a[href^="javascript:"], a[href^="data:"], img[src^="javascript:"], main iframe, main svg[onload], [onerror]`).Length(); got != 0 {
				h.t.Errorf("/%s%s: %d elements that run code", lang, path, got)
			}
		}
		for _, kind := range []string{"rss", "atom", "json"} {
			a := v.try(http.MethodGet, "/"+lang+"/feed."+kind, nil)
			if err := wellFormed(kind, a.body); err != nil {
				h.t.Errorf("/%s/feed.%s: %v", lang, kind, err)
			}
			h.clean("/"+lang+"/feed."+kind, a)
		}
	}
}

// approvedHostile is approved for texts that the API would refuse as bytes.
func (o office) approvedHostile(title, body string) message {
	valid := func(s string) string {
		return strings.ToValidUTF8(strings.Map(func(r rune) rune {
			if r == 0 {
				return -1
			}
			return r
		}, s), "�")
	}
	return o.approved(valid(title), valid(body))
}

func wellFormed(kind, body string) error {
	if kind == "json" {
		if !json.Valid([]byte(body)) {
			return errors.New("no JSON")
		}
		return nil
	}
	d := xml.NewDecoder(strings.NewReader(body))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func (h *hostileHouse) replays() {
	press := h.press()
	m := id.New()
	form := url.Values{"id": {m}, "mission": {h.office.mission}, "kind": {"news"}, "sensitivity": {"routine"}, "source_lang": {"en"}}
	for range 3 {
		if a := press.submit("/console/messages", form); a.status != http.StatusOK && a.status != http.StatusConflict {
			h.t.Errorf("message again: %d", a.status)
		}
	}
	write := url.Values{"lang": {"en"}, "version": {"0"}, "title": {"Replayed once and again"}, "body": {"One text."}}
	for range 3 {
		if a := press.submit("/console/messages/"+m+"/edit", write); a.status != http.StatusOK && a.status != http.StatusConflict {
			h.t.Errorf("text again: %d", a.status)
		}
	}
	list := press.get("/console/messages?q=" + url.QueryEscape("Replayed once and again"))
	if got := list.Find(`main a[href="/console/messages/` + m + `"]`).Length(); got != 1 {
		h.t.Errorf("%d messages in the list, want 1", got)
	}
	v := h.visitor()
	from := []string{"X-Forwarded-For", "198.51.100.10"}
	question := v.questionForm("en", h.statement.Slug, "A question that is sent three times?", from...)
	time.Sleep(formAge)
	links := map[string]bool{}
	for range 3 {
		links[v.submit("/en/statements/"+h.statement.Slug+"/ask", question, from...).path] = true
	}
	if len(links) != 1 {
		h.t.Errorf("one form gave %d questions", len(links))
	}
	analyst := signedIn(h.t, h.n.base, h.people["analyst"])
	topic := url.Values{"id": {id.New()}, "name_en": {"Sent twice"}, "terms": {"replayedtopic"}, "owner": {""}, "watched": {"yes"}}
	for range 2 {
		if a := analyst.submit("/console/listen/topics", topic); a.status >= 500 {
			h.t.Errorf("topic again: %d", a.status)
		}
	}
	if got := strings.Count(analyst.get("/console/listen/topics").Find("main").Text(), "Sent twice"); got != 1 {
		h.t.Errorf("%d topics, want 1", got)
	}
}

func (h *hostileHouse) deadLinks() {
	secret := strings.Repeat("a", 32)
	for path, status := range map[string]int{
		"/console/invitation/" + secret: 0, "/console/reset/" + secret: 0, "/console/invitation/" + url.PathEscape(hostile): 0,
		"/ar/questions/follow/" + secret: http.StatusNotFound, "/ar/questions/follow/" + url.PathEscape(hostile): http.StatusNotFound, "/ar/statements/" + url.PathEscape(hostile): http.StatusNotFound,
	} {
		a := h.visitor().try(http.MethodGet, path, nil, "Accept-Language", "ar")
		if status == 0 {
			if status = a.status; status != http.StatusNotFound && status != http.StatusGone {
				h.t.Errorf("%s: %d, want not found or gone", path, status)
			}
		}
		doc := h.page(path, a, status, "ar")
		if doc.Find("main a[href], .error-body a[href]").Length() == 0 {
			h.t.Errorf("%s: leads nowhere", path)
		}
	}
	h.page("a password for a dead link", h.visitor().submit("/console/reset/"+secret, url.Values{"password": {"correct horse battery staple"}, "again": {"correct horse battery staple"}}, "Accept-Language", "ar"), http.StatusGone, "ar")
	h.page("withdrawing nothing", h.visitor().submit("/ar/questions/follow/"+secret+"/withdraw", url.Values{}), http.StatusNotFound, "ar")
}

func (h *hostileHouse) crossOrigin() {
	press := h.press()
	m := id.New()
	form := url.Values{"id": {m}, "mission": {h.office.mission}, "kind": {"news"}, "sensitivity": {"routine"}, "source_lang": {"en"}}
	for _, headers := range [][]string{{"Origin", "https://evil.example"}, {"Origin", "null"}, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}} {
		headers = append(headers, "Accept-Language", "ckb")
		h.page("as "+headers[1], press.submit("/console/messages", form, headers...), http.StatusForbidden, "ckb")
		h.page("sign-in as "+headers[1], h.visitor().submit("/console/signin/demo", url.Values{"person": {h.people["administrator"]}}, headers...), http.StatusForbidden, "ckb")
	}
	if a := press.try(http.MethodGet, "/console/messages/"+m, nil); a.status != http.StatusNotFound {
		h.t.Errorf("the message of another site is there: %d", a.status)
	}
	// The console's cookie does not open the API.
	h.problem("API by cookie", press.try(http.MethodGet, "/api/v1/messages", nil, "Accept-Language", "en"), http.StatusUnauthorized, "en")
}

func (h *hostileHouse) fixation() {
	base, err := url.Parse(h.n.base)
	if err != nil {
		h.t.Fatal(err)
	}
	session := func(p *person) string {
		for _, c := range p.http.Jar.Cookies(base) {
			if strings.Contains(c.Name, "session") {
				return c.Value
			}
		}
		return ""
	}
	for _, planted := range []string{"", "madeup", session(func() *person { p := h.visitor(); p.get("/console/signin?back=/console/messages"); return p }())} {
		victim := h.visitor()
		if planted != "" {
			victim.http.Jar.SetCookies(base, []*http.Cookie{{Name: "sifara_session", Value: planted, Path: "/"}})
		}
		victim.post("/console/signin/demo", url.Values{"person": {h.people["press-paris"]}})
		now := session(victim)
		if now == "" || now == planted {
			h.t.Errorf("session %q after %q was planted", now, planted)
		}
		if planted == "" {
			continue
		}
		thief := h.visitor()
		thief.http.Jar.SetCookies(base, []*http.Cookie{{Name: "sifara_session", Value: planted, Path: "/"}})
		if a := thief.try(http.MethodGet, "/console/messages", nil); a.path != "/console/signin" {
			h.t.Errorf("the planted session opens %s", a.path)
		}
	}
	// After signing out the old session is worth nothing.
	p := h.press()
	old := session(p)
	p.post("/console/signout", url.Values{})
	p.http.Jar.SetCookies(base, []*http.Cookie{{Name: "sifara_session", Value: old, Path: "/"}})
	if a := p.try(http.MethodGet, "/console/messages", nil); a.path != "/console/signin" {
		h.t.Errorf("a session that was ended opens %s", a.path)
	}
}
