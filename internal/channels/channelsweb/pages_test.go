package channelsweb

import (
	"context"
	"encoding/json"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sifara/internal/audit"
	"sifara/internal/channels"
	"sifara/internal/clock"
	"sifara/internal/db/dbtest"
	"sifara/internal/event"
	"sifara/internal/fetch"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/jobs"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/vault"
	"sifara/internal/web"
	"sifara/internal/web/webtest"
)

type house struct {
	*channels.Service
	t             *testing.T
	site          *webtest.Site
	api           *web.API
	org           *org.Service
	paris, rome   org.Mission
	owner, keeper org.Person
}

func open(t *testing.T) *house {
	t.Helper()
	d := dbtest.SQLite(t, audit.Migrations(), org.Migrations(), channels.Migrations())
	c := clock.At(time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC))
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	live, records, q := event.NewLive(d, log), audit.New(d, c), jobs.New(d, log)
	v, err := vault.Create(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := fetch.New(fetch.Options{})
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, org: org.New(org.Deps{DB: d, Log: log, Clock: c, Audit: records, Live: live})}
	h.Service = channels.New(channels.Deps{DB: d, Log: log, Clock: c, Audit: records, Bus: event.NewBus(q), Live: live, Queue: q, Vault: v, Org: h.org, Fetch: f})
	h.Jobs(q)
	ctx := h.system()
	h.must(h.org.SyncRoles(ctx, org.Permissions()))
	_, err = h.org.Setup(ctx, org.MinistrySpec{
		Ministry: org.Ministry{Names: four("Ministry"), City: four("Baghdad"), Country: "IQ", TimeZone: "Asia/Baghdad", Weekend: []time.Weekday{5, 6}, Languages: i18n.Langs},
		First:    org.Person{Name: "First", Post: four("Head"), Email: "first@example.iq", Language: i18n.Arabic},
	})
	h.must(err)
	h.paris, h.rome = h.mission("paris", "FR"), h.mission("rome", "IT")
	h.owner, h.keeper = h.person("Press officer"), h.person("Keeper")
	m := Module(h.Service, web.NewCache(time.Minute))
	h.site = webtest.New(t, []fs.FS{channels.Locales(), audit.Locales(), org.Locales(), fetch.Locales()}, m.Routes...)
	h.api = web.NewAPI(h.site.Server, "test")
	m.API(h.api)
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) system() context.Context { return perm.With(h.t.Context(), perm.SystemActor("test")) }

func (h *house) mission(slug, country string) org.Mission {
	m := org.Mission{ID: id.New(), Slug: slug, Kind: org.Embassy, Names: four(slug), City: four(slug), Country: country, TimeZone: "Europe/Paris", Weekend: []time.Weekday{0, 6}, Languages: []i18n.Lang{i18n.English}}
	h.must(h.org.CreateMission(h.system(), m))
	return m
}

func (h *house) person(name string) org.Person {
	p := org.Person{ID: id.New(), Name: name, Post: four(name), MissionID: h.paris.ID, Language: i18n.English}
	h.must(h.org.AddPerson(h.system(), p))
	return p
}

func (h *house) account(mission, handle string, states ...channels.State) channels.Account {
	h.t.Helper()
	d := channels.Draft{ID: id.New(), MissionID: mission, Platform: channels.X, Handle: handle, OwnerID: h.owner.ID, CustodianID: h.keeper.ID}
	h.must(h.Register(h.system(), d))
	for i, s := range states {
		h.must(h.SetState(h.system(), d.ID, s, "x", int64(i+1)))
	}
	a, err := h.Account(h.system(), d.ID)
	h.must(err)
	return a
}

func four(s string) org.Names {
	return org.Names{i18n.Arabic: s, i18n.Sorani: s, i18n.Kurmanji: s, i18n.English: s}
}

func (h *house) officer(mission string, ps ...perm.Permission) *perm.Actor {
	return webtest.Official(h.owner.ID, perm.InMission(mission), ps...)
}

func TestPublicPageAnswers(t *testing.T) {
	h := open(t)
	h.account(h.paris.ID, "@IraqInParis", channels.Active)
	h.account("", "@mofairaq", channels.Active, channels.Suspended)
	for _, lang := range i18n.Langs {
		c := h.site.As(nil, lang)
		page := c.Get(t, "/"+string(lang)+"/accounts")
		if page.Status != 200 || page.Doc.Find(`a[href="https://x.com/iraqinparis"]`).Length() != 1 || page.Doc.Find("#verdict").Length() != 0 {
			t.Errorf("%s: list %d %s", lang, page.Status, page.Text("main"))
		}
		for query, want := range map[string]string{"@iraqinparis": "ours", "https://x.com/mofairaq": "suspended", "lraqinparis": "resembles", "somebody": "unknown", "": "unreadable", `"><script>alert(1)</script>`: "unknown"} {
			a := c.Get(t, "/"+string(lang)+"/accounts?q="+url.QueryEscape(query))
			if got, _ := a.Doc.Find("#verdict").Attr("data-verdict"); a.Status != 200 || got != want {
				t.Errorf("%s: %q gives %d %q, want %q", lang, query, a.Status, got, want)
			}
			if strings.Contains(a.Body, "<script>alert") {
				t.Errorf("%s: %q comes back unescaped", lang, query)
			}
		}
	}
	ar := h.site.As(nil, i18n.Arabic).Get(t, "/ar/accounts?q=iraqinparis")
	if got := ar.Text("#verdict"); !strings.Contains(got, "نعم، هذا لنا") || !strings.Contains(got, "paris") {
		t.Errorf("Arabic answer: %s", got)
	}
}

func TestRegisterByForm(t *testing.T) {
	h := open(t)
	c := h.site.As(h.officer(h.paris.ID, channels.View, channels.Manage), i18n.Arabic)
	form := c.Get(t, "/console/accounts/new")
	if form.Status != 200 || form.Doc.Find("select[name=custodian] option").Length() < 3 || form.Doc.Find("select[name=mission] option").Length() != 1 {
		t.Fatalf("form: %d %s", form.Status, form.Text("main"))
	}
	fresh, _ := form.Doc.Find("input[name=id]").Attr("value")
	v := url.Values{"id": {fresh}, "mission": {h.paris.ID}, "platform": {"x"}, "handle": {"@IraqInParis"}, "owner": {h.owner.ID}, "custodian": {h.owner.ID}, "recovery": {"keys@example.iq"}}
	bad := c.Post(t, "/console/accounts", v)
	if bad.Status != 422 || bad.Doc.Find("#custodian-error").Length() != 1 || bad.Doc.Find(`input[name=handle][value="@IraqInParis"]`).Length() != 1 {
		t.Errorf("one person in both posts: %d %s", bad.Status, bad.Text("main"))
	}
	v.Set("custodian", h.keeper.ID)
	good := c.Post(t, "/console/accounts", v)
	if good.Status != http.StatusSeeOther {
		t.Fatalf("register: %d %s", good.Status, good.Text("main"))
	}
	page := c.Get(t, good.Header.Get("Location"))
	if page.Status != 200 || !strings.Contains(page.Text("#facts"), "مقترح") || !strings.Contains(page.Text("#facts"), "keys@example.iq") {
		t.Errorf("page: %d %s", page.Status, page.Text("main"))
	}
	act := c.Post(t, good.Header.Get("Location")+"/state", url.Values{"version": {"1"}, "state": {"active"}})
	if act.Status != http.StatusSeeOther {
		t.Errorf("activate: %d %s", act.Status, act.Text("main"))
	}
	stale := c.Post(t, good.Header.Get("Location")+"/state", url.Values{"version": {"1"}, "state": {"suspended"}, "reason": {"taken over"}})
	if stale.Status != 409 || !strings.Contains(stale.Body, "taken over") {
		t.Errorf("stale: %d, want 409 with the reason kept", stale.Status)
	}
	check := c.Post(t, good.Header.Get("Location")+"/check", url.Values{"version": {"2"}})
	if check.Status != http.StatusSeeOther {
		t.Errorf("check: %d", check.Status)
	}
	for _, path := range []string{"/console/accounts", "/console/accounts?state=active&platform=x&due=", good.Header.Get("Location") + "/edit"} {
		for _, lang := range []i18n.Lang{i18n.Arabic, i18n.English, i18n.Sorani, i18n.Kurmanji} {
			if a := h.site.As(h.officer(h.paris.ID, channels.View, channels.Manage), lang).Get(t, path); a.Status != 200 || !strings.Contains(a.Body, "IraqInParis") {
				t.Errorf("%s in %s: %d", path, lang, a.Status)
			}
		}
	}
}

func TestPermissions(t *testing.T) {
	h := open(t)
	a := h.account(h.paris.ID, "@IraqInParis", channels.Active)
	reader, manager := h.officer(h.rome.ID, channels.View), h.officer(h.rome.ID, channels.View, channels.Manage)
	admin := webtest.Official("admin", perm.Everywhere(), channels.View, channels.Manage, channels.Webhooks)
	local := h.officer(h.paris.ID, channels.Webhooks)
	for _, tc := range []struct {
		name   string
		actor  *perm.Actor
		method string
		path   string
		want   int
	}{
		{"nobody", nil, "GET", "/console/accounts", 303},
		{"nobody posts", nil, "POST", "/console/accounts", 401},
		{"from another mission", reader, "GET", "/console/accounts/" + a.ID, 404},
		{"act from another mission", manager, "POST", "/console/accounts/" + a.ID + "/state", 404},
		{"reader makes", reader, "GET", "/console/accounts/new", 403},
		{"webhooks without permission", manager, "GET", "/console/webhooks", 403},
		{"webhooks of a mission", local, "GET", "/console/webhooks", 403},
		{"administrator", admin, "GET", "/console/webhooks", 200},
		{"administrator's account", admin, "GET", "/console/accounts/" + a.ID, 200},
		{"unknown", admin, "GET", "/console/accounts/" + id.New(), 404},
	} {
		c := h.site.As(tc.actor, i18n.English)
		var got webtest.Answer
		if tc.method == "GET" {
			got = c.Get(t, tc.path)
		} else {
			got = c.Post(t, tc.path, url.Values{"state": {"suspended"}, "reason": {"x"}, "version": {"2"}})
		}
		if got.Status != tc.want {
			t.Errorf("%s: %d, want %d", tc.name, got.Status, tc.want)
		}
	}
}

func TestWebhookPages(t *testing.T) {
	h := open(t)
	admin := webtest.Official(h.owner.ID, perm.Everywhere(), channels.Webhooks)
	for _, lang := range []i18n.Lang{i18n.Arabic, i18n.English} {
		c := h.site.As(admin, lang)
		form := c.Get(t, "/console/webhooks/new")
		fresh, _ := form.Doc.Find("input[name=id]").Attr("value")
		v := url.Values{"id": {fresh}, "name": {"Newsroom"}, "url": {"http://10.0.0.1/hook"}, "events": {"publish.released"}}
		if bad := c.Post(t, "/console/webhooks", v); bad.Status != 422 || bad.Doc.Find("#url-error").Length() != 1 {
			t.Errorf("%s: private address: %d", lang, bad.Status)
		}
		v.Set("url", "https://hooks.example.org/in")
		made := c.Post(t, "/console/webhooks", v)
		if made.Status != 200 || !strings.HasPrefix(made.Text("#secret"), "sifara_wh_") {
			t.Fatalf("%s: made: %d %s", lang, made.Status, made.Text("main"))
		}
		if again := c.Post(t, "/console/webhooks", v); again.Status != 409 || strings.Contains(again.Body, made.Text("#secret")) {
			t.Errorf("%s: a replay: %d", lang, again.Status)
		}
		if page := c.Get(t, "/console/webhooks/"+fresh); page.Status != 200 || page.Doc.Find("#secret").Length() != 0 {
			t.Errorf("%s: the secret is shown twice", lang)
		}
		if ping := c.Post(t, "/console/webhooks/"+fresh+"/act", url.Values{"act": {"ping"}}); ping.Status != 303 {
			t.Errorf("%s: ping %d", lang, ping.Status)
		}
		list, _, err := h.Deliveries(h.system(), channels.DeliveryFilter{WebhookID: fresh})
		h.must(err)
		page := c.Get(t, "/console/webhooks/"+fresh+"/deliveries/"+list[0].ID)
		if page.Status != 200 || !strings.Contains(page.Text("#sent"), "channels.ping") {
			t.Errorf("%s: delivery %d %s", lang, page.Status, page.Text("main"))
		}
		if rotated := c.Post(t, "/console/webhooks/"+fresh+"/rotate", url.Values{"version": {"1"}}); rotated.Status != 200 || rotated.Text("#secret") == made.Text("#secret") {
			t.Errorf("%s: rotate %d", lang, rotated.Status)
		}
		for _, path := range []string{"/console/webhooks", "/console/webhooks/" + fresh + "/edit", "/console/webhooks/" + fresh + "?state=failed"} {
			if a := c.Get(t, path); a.Status != 200 {
				t.Errorf("%s: %s %d", lang, path, a.Status)
			}
		}
		if gone := c.Post(t, "/console/webhooks/"+fresh+"/act", url.Values{"act": {"delete"}, "version": {"2"}}); gone.Status != 303 {
			t.Errorf("%s: delete %d", lang, gone.Status)
		}
	}
}

func TestAPI(t *testing.T) {
	h := open(t)
	h.must(h.api.Check())
	a := h.account(h.paris.ID, "@IraqInParis", channels.Active)
	call := func(actor *perm.Actor, method, path, body string, into any) int {
		t.Helper()
		r := httptest.NewRequest(method, "/api/v1"+path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		if actor != nil {
			r.Header.Set("Authorization", "Bearer test")
		}
		got := h.site.As(actor, i18n.English).Do(t, r)
		if into != nil {
			if err := json.Unmarshal([]byte(got.Body), into); err != nil {
				t.Fatalf("%s %s: %v in %s", method, path, err, got.Body)
			}
		}
		return got.Status
	}
	var list web.List[channels.PublicAccount]
	if got := call(nil, "GET", "/accounts", "", &list); got != 200 || len(list.Items) != 1 || list.Items[0].Handle != "@IraqInParis" {
		t.Errorf("public list: %d %+v", got, list)
	}
	var answer channels.Answer
	if got := call(nil, "GET", "/accounts/lookup?q=twitter.com/iraqinparis", "", &answer); got != 200 || answer.Verdict != channels.Ours {
		t.Errorf("lookup: %d %+v", got, answer)
	}
	manager, other := h.officer(h.paris.ID, channels.View, channels.Manage), h.officer(h.rome.ID, channels.View, channels.Manage)
	if got := call(nil, "GET", "/register", "", nil); got != 401 {
		t.Errorf("register by nobody: %d", got)
	}
	if got := call(other, "GET", "/register/"+a.ID, "", nil); got != 404 {
		t.Errorf("account from another mission: %d", got)
	}
	fresh := id.New()
	body := `{"mission_id":"` + h.paris.ID + `","platform":"telegram","handle":"t.me/iraqparis","owner_id":"` + h.owner.ID + `","custodian_id":"` + h.keeper.ID + `"}`
	var made channels.Account
	if got := call(manager, "PUT", "/register/"+fresh, body, &made); got != 200 || made.ID != fresh || made.NameKey != "" || made.State != channels.Proposed {
		t.Errorf("register: %d %+v", got, made)
	}
	if got := call(manager, "POST", "/register/"+fresh+"/state", `{"state":"active","version":1}`, &made); got != 200 || made.State != channels.Active || made.Since == 0 {
		t.Errorf("activate: %d %+v", got, made)
	}
	admin := webtest.Official(h.owner.ID, perm.Everywhere(), channels.Webhooks)
	var hook struct {
		Webhook channels.Webhook
		Secret  string
	}
	if got := call(admin, "POST", "/webhooks", `{"name":"N","url":"https://hooks.example.org/","events":["*"]}`, &hook); got != 201 || hook.Secret == "" {
		t.Errorf("webhook: %d %+v", got, hook)
	}
	if got := call(manager, "GET", "/webhooks", "", nil); got != 403 {
		t.Errorf("webhooks by an officer: %d", got)
	}
}
