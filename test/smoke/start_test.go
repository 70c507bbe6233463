package smoke

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"sifara/internal/id"
)

// TestSecondStart stops a demonstration gracefully and starts it again, on
// another port: all is there, the same people are signed in, the log goes on.
func TestSecondStart(t *testing.T) {
	data := demonstration(t)
	began := time.Now()
	n := serveOwn(t, data, "--demo")
	first := time.Since(began)
	people := staff(t, data)
	press := signedIn(t, n.base, people["press-paris"])
	o := openOffice(t, n.base, people, "paris")
	draft := id.New()
	press.post("/console/messages", url.Values{"id": {draft}, "mission": {o.mission}, "kind": {"news"}, "sensitivity": {"routine"}, "source_lang": {"en"}})
	press.post("/console/messages/"+draft+"/edit", url.Values{"lang": {"en"}, "version": {"0"}, "title": {"Kept over the night"}, "body": {"A draft."}})
	m := o.release(o.approved("Released before the restart", "It stays where it is."), time.Time{})
	log := logged(t, n.base)
	n.stop(t)

	began = time.Now()
	n = serveOwn(t, data, "--demo")
	second := time.Since(began)
	t.Logf("first answer after %s and %s", first.Round(time.Millisecond), second.Round(time.Millisecond))
	if first > 30*time.Second || second > 30*time.Second {
		t.Errorf("first answer after %s and %s", first, second)
	}
	press.base = n.base
	if got := press.get("/console/messages/" + draft).Find("main").Text(); !strings.Contains(got, "A draft.") {
		t.Errorf("the draft is gone: %s", squeeze(got))
	}
	if got := logged(t, n.base); len(got) != len(log) || got[m.ID+" en"] != 1 {
		t.Errorf("the log has %d texts, want %d", len(got), len(log))
	}
	releasedOnce(t, n.base, []message{m})
	if r := run(t, data, "audit", "verify", "--base-url", ownAddress); r.code != 0 {
		t.Errorf("the record: %s%s", r.stdout, r.stderr)
	}
}

// TestGracefulStop stops a server in the middle of a request and with an open
// console: the request is answered, the stream ends, the exit is clean.
func TestGracefulStop(t *testing.T) {
	data := demonstration(t)
	n := serveOwn(t, data)
	press := signedIn(t, n.base, staff(t, data)["press-paris"])
	res, err := press.http.Get(n.base + "/console/live?topics=publish.messages")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	stream := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, res.Body)
		close(stream)
	}()

	// A form whose second half comes after the order to stop.
	c, err := net.Dial("tcp", strings.TrimPrefix(n.base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	body := "q=" + strings.Repeat("word+", 100)
	fmt.Fprintf(c, "POST /en/verify HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", formType, len(body), body[:100])
	time.Sleep(300 * time.Millisecond)
	began := time.Now()
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		n.stop(t)
	}()
	time.Sleep(500 * time.Millisecond)
	if a, err := visitor(t, n.base).send(http.MethodGet, "/readyz", nil); err == nil && a.status == http.StatusOK {
		t.Error("says that it is ready while it stops")
	}
	fmt.Fprint(c, body[100:])
	_ = c.SetReadDeadline(time.Now().Add(15 * time.Second))
	answered, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil || answered.StatusCode != http.StatusOK {
		t.Errorf("the request that was under way: %v %v", answered, err)
	}
	select {
	case <-stream:
	case <-time.After(10 * time.Second):
		t.Error("the stream of an open console holds up the stop")
	}
	<-stopped
	if took := time.Since(began); took > 25*time.Second {
		t.Errorf("stopping took %s", took)
	}
}

// TestRealHouseKeepsOutTheDemonstration starts a ministry that was set up with
// init as if it were a demonstration: nothing of one appears, and the first
// administrator comes in by the invitation.
func TestRealHouseKeepsOutTheDemonstration(t *testing.T) {
	data := initialised(t)
	n := serveOwn(t, data, "--demo")
	v := visitor(t, n.base)
	if got := v.get("/console/signin").Find("button[data-role]").Length(); got != 0 {
		t.Errorf("%d sign-ins by one click in a real house", got)
	}
	users := decode[[]struct{ ID, Email string }](t, must(t, data, "user", "list", "--json"))
	if len(users) != 1 || users[0].Email != "admin@mofa.example" {
		t.Fatalf("users %+v, want the administrator alone", users)
	}
	if a := v.submit("/console/signin/demo", url.Values{"person": {users[0].ID}}); a.status != http.StatusNotFound {
		t.Errorf("signing in by one click: %d, want 404", a.status)
	}
	for _, page := range []string{"/en", "/en/statements", "/en/missions", "/en/accounts", "/en/questions"} {
		doc := v.get(page)
		if doc.Find(`main a[href*="/statements/"], main a[href*="/missions/"]`).Length() != 0 {
			t.Errorf("%s shows something: %s", page, squeeze(doc.Find("main").Text()))
		}
		if text := doc.Text(); strings.Contains(strings.ToLower(text), "demonstration") {
			t.Errorf("%s speaks of a demonstration", page)
		}
	}
	if got := call[struct{ Items []any }](machine{t, n.base, ""}, http.MethodGet, "/statements", nil).Items; len(got) != 0 {
		t.Errorf("%d statements in the API", len(got))
	}
	if got := decode[struct{ Total int }](t, must(t, data, "listen", "search", "passport", "--json")).Total; got != 0 {
		t.Errorf("%d posts", got)
	}
	if r := run(t, data, "demo", "reset"); r.code != 2 {
		t.Errorf("reset of a real house: exit %d", r.code)
	}

	link := decode[struct{ Invitation string }](t, must(t, data, "user", "reset", "admin@mofa.example", "--json", "--base-url", ownAddress)).Invitation
	admin := visitor(t, n.base)
	admin.enter(t, strings.TrimPrefix(link, ownAddress))
	for _, page := range []string{"/console", "/console/messages", "/console/listen", "/console/listen/warnings", "/console/inbox", "/console/decisions", "/console/accounts", "/console/org/missions"} {
		a := admin.try(http.MethodGet, page, nil)
		// What needs a role that the first administrator has not is forbidden.
		if a.path != page || a.status >= 500 || page == "/console" && a.status != http.StatusOK {
			t.Errorf("%s of an empty house: %d at %s", page, a.status, a.path)
		}
		if strings.Contains(a.body, "@mofa.example") && strings.Contains(a.body, "press-") {
			t.Errorf("%s shows staff of the demonstration", page)
		}
	}
	if a := visitor(t, n.base).try(http.MethodGet, strings.TrimPrefix(link, ownAddress), nil); a.status != http.StatusNotFound && a.status != http.StatusGone {
		t.Errorf("the invitation is good for a second person: %d", a.status)
	}
}

// enter follows an invitation with a password and an authenticator.
func (p *person) enter(t *testing.T, path string) {
	t.Helper()
	const password = "violet anchor seven lanterns"
	p.get(path)
	doc := p.post(path, url.Values{"password": {password}, "again": {password}})
	secret := squeeze(doc.Find("#secret, code.ltr, main code").First().Text())
	code, err := totp.GenerateCode(strings.ReplaceAll(secret, " ", ""), time.Now())
	if err != nil {
		t.Fatalf("no secret to enrol on the page: %v\n%s", err, squeeze(doc.Find("main").Text()))
	}
	if got := p.post("/console/signin/enrol", url.Values{"code": {code}}); got.Find("main").Length() == 0 {
		t.Error("no page after the first code")
	}
}
