package publishweb

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/module"
	"sifara/internal/perm"
	"sifara/internal/publish/newsletter"
	"sifara/internal/publish/newsletter/newslettertest"
	"sifara/internal/vault"
	"sifara/internal/web"
	"sifara/internal/web/webtest"
)

// post office is a ministry with a newsletter and its pages.
type postOffice struct {
	*newslettertest.House
	clock *clock.Manual
	sink  *newslettertest.Sink
	site  *webtest.Site
	head  *perm.Actor
}

func newPostOffice(t *testing.T, d *db.DB) *postOffice {
	t.Helper()
	keys, err := vault.Create(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	o := &postOffice{clock: clock.At(time.Date(2026, 5, 3, 9, 0, 0, 0, time.UTC)), sink: newslettertest.NewSink(t)}
	o.House = newslettertest.Build(t, d, keys, o.clock, o.sink.Carrier(t))
	m := AddLetters(module.Module{}, LetterOptions{Service: o.Service, Publish: o.Publish, Org: o.Org, Clock: o.clock})
	o.site = webtest.New(t, newslettertest.Locales(), m.Routes...)
	m.API(web.NewAPI(o.site.Server, "test"))
	o.head = newslettertest.Official(o.First.ID, perm.Everywhere())
	return o
}

var linkIn = regexp.MustCompile(`https://example\.test(/\S+)`)

// TestNewsletterByHand walks the whole way in the pages: a list, a subscription,
// a letter, its archive, and leaving with one click.
func TestNewsletterByHand(t *testing.T) {
	for _, l := range []i18n.Lang{i18n.Arabic, i18n.English, i18n.Sorani, i18n.Kurmanji} {
		t.Run(string(l), func(t *testing.T) {
			o := newPostOffice(t, dbtest.SQLite(t, newslettertest.Migrations()...))
			head, reader := o.site.As(o.head, l), o.site.As(nil, l)
			m := o.Say(t, "", newslettertest.Words())
			for _, path := range []string{lettersPath, lettersPath + "/lists/new", lettersPath + "/letters/new", lettersPath + "/settings", "/" + string(l) + "/newsletter", "/" + string(l) + "/newsletter/archive"} {
				who := head
				if strings.HasPrefix(path, "/"+string(l)) {
					who = reader
				}
				if a := who.Get(t, path); a.Status != 200 {
					t.Errorf("%s: %d", path, a.Status)
				}
			}
			list := id.New()
			form := url.Values{"id": {list}, "version": {"0"}, "mission": {""}, "slug": {"press"}, "open": {"1"}, "digest": {""}, "digest_hour": {"16"}, "digest_day": {"0"}, "topics": {"culture: ثقافة | کولتوور | çand | culture\n"}}
			for _, x := range i18n.Langs {
				form.Set("name-"+string(x), "Name "+string(x))
			}
			bad := url.Values{"id": {list}, "version": {"0"}, "slug": {"Not Good"}, "digest_hour": {"99"}, "digest_day": {"0"}}
			if a := head.Post(t, lettersPath+"/lists", bad); a.Status != 422 || a.Text(".error-summary") == "" && a.Doc.Find("[role=alert]").Length() == 0 {
				t.Errorf("a wrong form: %d %s", a.Status, a.Text("main"))
			}
			if a := head.Post(t, lettersPath+"/lists", form); a.Status != 303 {
				t.Fatalf("make list: %d %s", a.Status, a.Text("main"))
			}
			base := "/" + string(l) + "/newsletter"
			if a := reader.Post(t, base, url.Values{"lists": {list}, "address": {"no address"}, "lang": {string(l)}}); a.Status != 422 {
				t.Errorf("a wrong address: %d", a.Status)
			}
			a := reader.Post(t, base, url.Values{"lists": {list}, "address": {"reader@x.example"}, "lang": {string(l)}, "country": {"FR"}, "topics-" + list: {"culture"}})
			first := a.Text("main")
			if a.Status != 200 || strings.Contains(a.Body, "reader@x.example") {
				t.Fatalf("sign up: %d %s", a.Status, first)
			}
			if err := o.Queue.Drain(t.Context(), o.clock.Now()); err != nil {
				t.Fatal(err)
			}
			way := linkIn.FindStringSubmatch(o.Letters.Sent[0].Text)[1]
			if a := reader.Get(t, way); a.Status != 200 || a.Doc.Find("form[method=post]").Length() == 0 {
				t.Fatalf("confirm: %d", a.Status)
			}
			if n, _ := o.Reach(newslettertest.System(t), list, newsletter.Segment{}); n != 0 {
				t.Error("opening the link subscribed")
			}
			if a := reader.Post(t, way, nil); a.Status != 200 {
				t.Fatalf("confirm: %d", a.Status)
			}
			if a := reader.Post(t, base, url.Values{"lists": {list}, "address": {"reader@x.example"}, "lang": {string(l)}}); a.Text("main") != first {
				t.Errorf("a known address is answered otherwise: %s", a.Text("main"))
			}
			letter := id.New()
			plan := url.Values{"id": {letter}, "list": {list}, "message": {m.ID}, "test_share": {"20"}, "test_hours": {"4"}, "langs": {string(l)}, "countries": {"FR"}}
			if a := head.Post(t, lettersPath+"/letters", plan); a.Status != 303 {
				t.Fatalf("write: %d %s", a.Status, a.Text("main"))
			}
			if a := head.Get(t, letterPath(letter)); a.Status != 200 || a.Doc.Find("pre").Length() != 4 {
				t.Errorf("letter: %d, %d editions", a.Status, a.Doc.Find("pre").Length())
			}
			if a := head.Get(t, letterPath(letter)+"/preview/"+string(l)); a.Status != 200 || !strings.Contains(a.Header.Get("Content-Security-Policy"), "sandbox") {
				t.Errorf("preview: %d %v", a.Status, a.Header)
			}
			if a := head.Post(t, letterPath(letter)+"/test", nil); a.Status != 303 || len(o.sink.Letters("first@mofa.example")) != 4 {
				t.Errorf("test: %d %s, %d letters", a.Status, a.Text("main"), len(o.sink.Letters("first@mofa.example")))
			}
			if a := head.Post(t, letterPath(letter)+"/send", nil); a.Status != 303 {
				t.Fatalf("send: %d %s", a.Status, a.Text("main"))
			}
			if err := o.Queue.Drain(t.Context(), o.clock.Now()); err != nil {
				t.Fatal(err)
			}
			if a := head.Get(t, letterPath(letter)); a.Status != 200 || len(o.sink.Letters("reader@x.example")) != 1 {
				t.Fatalf("sent: %d, %d letters", a.Status, len(o.sink.Letters("reader@x.example")))
			}
			sent, err := o.Letter(newslettertest.System(t), letter)
			if err != nil {
				t.Fatal(err)
			}
			if a := reader.Get(t, base+"/archive/"+sent.Slug); a.Status != 200 || !strings.Contains(a.Text("main"), newslettertest.Words()[l].Title) {
				t.Errorf("archive: %d %s", a.Status, a.Text("main"))
			}
			raw := string(o.sink.Letters("reader@x.example")[0])
			door := regexp.MustCompile(`List-Unsubscribe: <https://example\.test(/\S+)>`).FindStringSubmatch(raw)[1]
			token := door[strings.LastIndexByte(door, '/')+1:]
			if a := reader.Get(t, base+"/preferences/"+token); a.Status != 200 || strings.Contains(a.Body, "reader@x.example") || !strings.Contains(a.Body, "r•••@x.example") {
				t.Errorf("preferences: %d", a.Status)
			}
			for _, path := range []string{door, base + "/unsubscribe/" + token} {
				if a := reader.Get(t, path); a.Status != 200 && a.Status != 303 {
					t.Errorf("%s: %d", path, a.Status)
				}
			}
			if n, _ := o.Reach(newslettertest.System(t), list, newsletter.Segment{}); n != 1 {
				t.Error("opening a link unsubscribed")
			}
			o.oneClick(t, door)
			if n, _ := o.Reach(newslettertest.System(t), list, newsletter.Segment{}); n != 0 {
				t.Error("one click did not unsubscribe")
			}
			if a := reader.Get(t, base+"/preferences/"+token); a.Status != 404 {
				t.Errorf("preferences of who left: %d", a.Status)
			}
		})
	}
}

// oneClick does what a mail provider's server does (RFC 8058): a POST without
// cookies, origin or browser.
func (o *postOffice) oneClick(t *testing.T, path string) {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Host = "example.test"
		o.site.Server.Handler().ServeHTTP(w, r)
	}))
	defer srv.Close()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for body, want := range map[string]int{"x=y": 422, "List-Unsubscribe=One-Click": 200} {
		res, err := client.Post(srv.URL+path, "application/x-www-form-urlencoded", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, res.Body)
		res.Body.Close()
		if res.StatusCode != want || len(res.Cookies()) != 0 {
			t.Errorf("POST %s: %d with %d cookies, want %d", body, res.StatusCode, len(res.Cookies()), want)
		}
	}
}

// TestSubscribersByFile imports and exports in the pages.
func TestSubscribersByFile(t *testing.T) {
	o := newPostOffice(t, dbtest.SQLite(t, newslettertest.Migrations()...))
	l := o.Newsletter(t, "press", "")
	head := o.site.As(o.head, i18n.English)
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range map[string]string{"source": "forms of the open day", "date-day": "1", "date-month": "5", "date-year": "2026", "lang": "ar"} {
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", "x.csv")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(part, "email,lang\na@x.example,en\nnone\n")
	w.Close()
	r := httptest.NewRequest(http.MethodPost, listPath(l.ID)+"/import", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if a := head.Do(t, r); a.Status != 303 {
		t.Fatalf("import: %d %s", a.Status, a.Text("main"))
	}
	if a := head.Get(t, listPath(l.ID)); !strings.Contains(a.Body, "1 added") || strings.Contains(a.Body, "a@x.example") {
		t.Errorf("after the import: %s", a.Text("main"))
	}
	if a := head.Post(t, listPath(l.ID)+"/export", nil); a.Status != 200 || !strings.Contains(a.Body, "a@x.example,en") {
		t.Errorf("export: %d %s", a.Status, a.Body)
	}
	abroad := o.site.As(newslettertest.Official("abroad", perm.InMission("elsewhere")), i18n.English)
	for _, path := range []string{"/export", "/close", "/forget", "/import"} {
		if a := abroad.Post(t, listPath(l.ID)+path, url.Values{}); a.Status != 404 && a.Status != 422 {
			t.Errorf("%s by another mission: %d", path, a.Status)
		}
	}
	if a := abroad.Get(t, listPath(l.ID)); a.Status != 404 {
		t.Errorf("the page for another mission: %d", a.Status)
	}
	if a := head.Post(t, listPath(l.ID)+"/forget", url.Values{"address": {"a@x.example"}}); a.Status != 303 {
		t.Errorf("forget: %d", a.Status)
	}
	if a := head.Post(t, lettersPath+"/settings", url.Values{"version": {"0"}, "workers": {"100000"}, "per_second": {"0"}, "per_domain": {"0"}, "bounce_rate": {"5"}}); a.Status != 422 {
		t.Errorf("a hundred thousand workers: %d", a.Status)
	}
	if a := head.Post(t, lettersPath+"/settings/key", url.Values{"algorithm": {"ed25519"}}); a.Status != 303 {
		t.Errorf("key: %d", a.Status)
	}
	if a := head.Get(t, lettersPath+"/settings"); !strings.Contains(a.Body, "_domainkey.mofa.example") || !strings.Contains(a.Body, "v=DKIM1; k=ed25519; p=") {
		t.Errorf("settings: %s", a.Text("main"))
	}
}
