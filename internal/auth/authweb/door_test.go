package authweb_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"sifara/internal/auth"
	"sifara/internal/auth/authtest"
	"sifara/internal/auth/authweb"
	"sifara/internal/fetch"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/test/fakes/oidc"
)

func (b *browser) cookie(name string) string {
	u, _ := url.Parse(b.s.url)
	for _, c := range b.client.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// Without any script: invitation, password, second factor, recovery codes, in
// through the door again, and out.
func TestWholeWayByPassword(t *testing.T) {
	each(t, auth.Options{}, func(t *testing.T, s *site) {
		for _, l := range []i18n.Lang{i18n.Arabic, i18n.English} {
			p := s.Person("Layla "+string(l), string(l)+"@mofa.example", org.Drafter)
			link, err := s.Auth.InvitationLink(s.System(), p.ID)
			s.Must(err)
			b := s.browser(l)
			b.get(link).want(t, 200, strings.TrimPrefix(link, s.url))
			pg := b.post(link, "password", "short", "again", "short")
			if pg.status != 422 || pg.text("#password-error") == "" {
				t.Errorf("short password: %d %q", pg.status, pg.text("#password-error"))
			}
			pg = b.post(link, "password", authtest.Password, "again", "another")
			if pg.status != 422 || pg.text("#again-error") == "" {
				t.Errorf("different passwords: %d", pg.status)
			}
			pg = b.post(link, "password", authtest.Password, "again", authtest.Password).want(t, 200, "/console/signin/enrol")
			if !strings.HasPrefix(pg.attr("main img", "src"), "data:image/png;base64,") {
				t.Error("no QR code")
			}
			secret := pg.attr(`main a[href^="otpauth:"]`, "href")
			pg = b.post("/console/signin/enrol", "code", "000000").want(t, 422, "/console/signin/enrol")
			if again := pg.attr(`main a[href^="otpauth:"]`, "href"); again != secret {
				t.Error("a wrong first code changed the secret")
			}
			pg = b.post("/console/signin/enrol", "code", i18nDigits(s, l, s.Code(secret))).want(t, 200, "/console/signin/enrol")
			if n := pg.doc.Find("#recovery-codes li").Length(); n != 10 {
				t.Fatalf("%d recovery codes, want 10", n)
			}
			recovery := pg.text("#recovery-codes li:first-child")
			b.get("/console/account").want(t, 200, "/console/account")
			b.post("/console/signout").want(t, 200, "/console/signin")
			b.get("/console/account").want(t, 200, "/console/signin")

			s.Clock.Advance(time.Minute)
			fixed := b.cookie("sifara_session")
			b.post("/console/signin", "email", p.Email, "password", authtest.Password).want(t, 200, "/console/signin/code")
			half := b.cookie("sifara_session")
			b.get("/console/account").want(t, 200, "/console/signin")
			b.post("/console/signin/code", "code", "12").want(t, 422, "/console/signin/code")
			// It leads back to where the person was going.
			b.post("/console/signin/code", "code", s.Code(secret)).want(t, 200, "/console/account")
			if now := b.cookie("sifara_session"); now == half || now == fixed {
				t.Error("the session's token did not change at sign-in")
			}
			b.post("/console/signout")
			b.get("/console/account")
			b.post("/console/signin", "email", p.Email, "password", authtest.Password).want(t, 200, "/console/signin/code")
			if got := b.post("/console/signin/code", "code", recovery).want(t, 200, "/console/account").text(".flash"); got == "" {
				t.Error("nothing was said about the spent recovery code")
			}
		}
	})
}

func i18nDigits(s *site, l i18n.Lang, code string) string { return s.Words.Printer(l).Digits(code) }

func TestNoEnumeration(t *testing.T) {
	each(t, auth.Options{}, func(t *testing.T, s *site) {
		p := s.Person("Layla", "layla@mofa.example", "")
		s.Equip(p)
		b := s.browser(i18n.Arabic)
		var answers []string
		for _, email := range []string{p.Email, "nobody@mofa.example"} {
			pg := b.post("/console/signin", "email", email, "password", "wrong").want(t, 422, "/console/signin")
			answers = append(answers, strings.ReplaceAll(pg.text("main"), email, ""))
			pg = b.post("/console/reset", "email", email).want(t, 200, "/console/reset")
			answers = append(answers, pg.text("main"))
		}
		if answers[0] != answers[2] || answers[1] != answers[3] {
			t.Errorf("answers differ: %q", answers)
		}
	})
}

func TestBackStaysInTheHouse(t *testing.T) {
	each(t, auth.Options{}, func(t *testing.T, s *site) {
		p := s.Person("Layla", "layla@mofa.example", "")
		code := s.Equip(p)
		for _, back := range []string{"https://evil.example/", "//evil.example/x", "/\\evil.example", "/ar/statements"} {
			s.Clock.Advance(time.Minute)
			b := s.browser(i18n.English)
			b.get("/console/signin?" + url.Values{"back": {back}}.Encode())
			b.post("/console/signin", "email", p.Email, "password", authtest.Password)
			b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/console/signin/code", strings.NewReader(url.Values{"code": {code()}}.Encode()))
			s.Must(err)
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			res, err := b.client.Do(r)
			s.Must(err)
			res.Body.Close()
			if got := res.Header.Get("Location"); got != "/console" {
				t.Errorf("back=%q leads to %q, want /console", back, got)
			}
		}
	})
}

// enter signs an equipped person in through the pages.
func (b *browser) enter(p org.Person, code string) {
	b.s.t.Helper()
	b.post("/console/signin", "email", p.Email, "password", authtest.Password).want(b.s.t, 200, "/console/signin/code")
	b.post("/console/signin/code", "code", code)
}

func TestAccountPages(t *testing.T) {
	each(t, auth.Options{}, func(t *testing.T, s *site) {
		p := s.Person("Layla", "layla@mofa.example", org.Auditor)
		code := s.Equip(p)
		for _, l := range i18n.Langs {
			s.Clock.Advance(time.Minute)
			b := s.browser(l)
			b.enter(p, code())
			for _, path := range []string{"", "/sessions", "/tokens", "/profile", "/password", "/authenticator", "/confirm"} {
				b.get("/console/account"+path).want(t, 200, "/console/account"+path)
			}
		}
		b := s.browser(i18n.English)
		s.Clock.Advance(time.Minute)
		b.enter(p, code())

		pg := b.get("/console/account/sessions")
		if n := pg.doc.Find("#sessions tbody tr").Length(); n != 5 {
			t.Errorf("%d sessions, want 5", n)
		}
		if got := pg.text("#sessions tbody tr:first-child th"); !strings.Contains(got, "Firefox on Linux") {
			t.Errorf("first session is %q", got)
		}
		pg = b.post("/console/account/sessions/others").want(t, 200, "/console/account/sessions")
		if n := pg.doc.Find("#sessions tbody tr").Length(); n != 1 {
			t.Errorf("%d sessions after ending the others, want 1", n)
		}

		pg = b.post("/console/account/digests", "digests", "off").want(t, 200, "/console/account/profile")
		if _, checked := pg.doc.Find(`input[name=digests][value=off]`).Attr("checked"); !checked {
			t.Error("reminders are not shown as switched off")
		}
		b.post("/console/account/digests", "digests", "sometimes").want(t, 422, "/console/account/digests")

		pg = b.post("/console/account/tokens", "id", id.New(), "name", "Script", "days", "30").want(t, 422, "/console/account/tokens")
		if pg.text("#permissions-error, #permissions ~ .problem, .problem") == "" || pg.attr("#name", "value") != "Script" {
			t.Error("a token without permissions: no message, or the name was lost")
		}
		pg = b.post("/console/account/tokens", "id", id.New(), "name", "Script", "days", "30", "permissions", string(org.View)).want(t, 200, "/console/account/tokens")
		secret := pg.text("#token")
		s.wantMe(t, secret, 200)
		if again := b.get("/console/account/tokens"); strings.Contains(again.body, secret) {
			t.Error("the secret is shown twice")
		}
		b.post("/console/account/tokens/revoke", "id", pg.attr(`#tokens input[name=id]`, "value")).want(t, 200, "/console/account/tokens")
		s.wantMe(t, secret, 401)
		s.wantMe(t, "", 401)

		// Sensitive acts ask again after a while.
		s.Clock.Advance(20 * time.Minute)
		b.get("/console/account/password").want(t, 200, "/console/account/confirm")
		b.post("/console/account/confirm", "password", "wrong").want(t, 422, "/console/account/confirm")
		b.post("/console/account/confirm", "password", authtest.Password).want(t, 200, "/console/account/password")
		b.post("/console/account/password", "password", "yet another long phrase", "again", "yet another long phrase").want(t, 200, "/console/account")
	})
}

func (s *site) wantMe(t *testing.T, token string, status int) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/api/v1/me", nil)
	s.Must(err)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(r)
	s.Must(err)
	defer res.Body.Close()
	var body struct {
		Name   string
		Grants []struct{ Permissions []string }
	}
	s.Must(json.NewDecoder(res.Body).Decode(&body))
	if res.StatusCode != status {
		t.Errorf("GET /me = %d, want %d", res.StatusCode, status)
	}
	if status == 200 && (body.Name != "Layla" || len(body.Grants) != 1 || len(body.Grants[0].Permissions) != 1) {
		t.Errorf("GET /me = %+v", body)
	}
}

func TestPeoplePages(t *testing.T) {
	each(t, auth.Options{}, func(t *testing.T, s *site) {
		admin := s.Person("Admin", "admin@mofa.example", org.Administrator)
		p := s.Person("Layla", "layla@mofa.example", org.Drafter)
		code, drafter := s.Equip(admin), s.Equip(p)
		noor := s.Person("Noor", "noor@mofa.example", "")
		for _, l := range []i18n.Lang{i18n.Arabic, i18n.English} {
			s.Clock.Advance(time.Minute)
			b := s.browser(l)
			b.enter(admin, code())
			pg := b.get("/console/account/people").want(t, 200, "/console/account/people")
			if n := pg.doc.Find("tbody tr").Length(); n != 4 {
				t.Errorf("%d people, want 4", n)
			}
			if n := b.get("/console/account/people?q=noor").doc.Find("tbody tr").Length(); n != 1 {
				t.Errorf("search finds %d, want 1", n)
			}
			path := authweb.PersonPath(noor.ID)
			b.get(path).want(t, 200, path)
			b.post(path+"/invite").want(t, 200, path)
			b.post(path+"/disable").want(t, 200, path)
			b.post(path+"/enable").want(t, 200, path)
			b.post(path+"/nothing").want(t, 404, path+"/nothing")
			b.post(authweb.PersonPath(admin.ID)+"/disable").want(t, 409, authweb.PersonPath(admin.ID)+"/disable")
		}
		if s.Link(noor.Email) == "" {
			t.Error("no invitation was sent")
		}
		s.Clock.Advance(time.Minute)
		b := s.browser(i18n.English)
		b.enter(p, drafter())
		b.get("/console/account/people").want(t, 403, "/console/account/people")
		b.post(authweb.PersonPath(noor.ID)+"/disable").want(t, 403, authweb.PersonPath(noor.ID)+"/disable")
	})
}

func TestDemoPage(t *testing.T) {
	each(t, auth.Options{DemoSignIn: true}, func(t *testing.T, s *site) {
		p := s.Person("Layla", "layla@mofa.example", org.Analyst)
		b := s.browser(i18n.Arabic)
		if n := b.get("/console/signin").doc.Find("[data-role]").Length(); n != 0 {
			t.Errorf("a real ministry offers %d one-click sign-ins", n)
		}
		b.post("/console/signin/demo", "person", p.ID).want(t, 404, "/console/signin/demo")
		s.Must(s.Auth.MarkDemonstration(s.System()))
		if n := b.get("/console/signin").doc.Find(`[data-role="analyst"]`).Length(); n != 1 {
			t.Errorf("%d buttons for the analyst, want 1", n)
		}
		b.get("/console/account")
		b.post("/console/signin/demo", "person", p.ID).want(t, 200, "/console/account")
	})
}

func TestOIDC(t *testing.T) {
	provider := oidc.Start(t)
	client, err := fetch.New(fetch.Options{Allow: []string{"127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	o := auth.Options{OIDC: auth.OIDC{Issuer: provider.Issuer, ClientID: provider.ClientID, ClientSecret: provider.ClientSecret, Name: "Ministry directory"}, Fetch: client}
	each(t, o, func(t *testing.T, s *site) {
		p := s.Person("Layla", "layla@mofa.example", org.Drafter)
		left := s.Person("Left", "left@mofa.example", "")
		s.Must(s.Org.Activate(s.System(), left.ID, false, left.Version))
		for _, tt := range []struct {
			name   string
			person oidc.Person
			spoil  func(map[string]any)
		}{
			{"stranger", oidc.Person{Subject: "s1", Email: "stranger@elsewhere.example", Verified: true}, nil},
			{"address not verified", oidc.Person{Subject: "s2", Email: p.Email}, nil},
			{"has left", oidc.Person{Subject: "s3", Email: left.Email, Verified: true}, nil},
			{"another nonce", oidc.Person{Subject: "s4", Email: p.Email, Verified: true}, func(c map[string]any) { c["nonce"] = "other" }},
			{"for another client", oidc.Person{Subject: "s5", Email: p.Email, Verified: true}, func(c map[string]any) { c["aud"] = "other" }},
			{"expired", oidc.Person{Subject: "s6", Email: p.Email, Verified: true}, func(c map[string]any) { c["exp"] = 1 }},
			{"another issuer", oidc.Person{Subject: "s7", Email: p.Email, Verified: true}, func(c map[string]any) { c["iss"] = "https://evil.example" }},
		} {
			provider.SignInAs(tt.person)
			provider.Spoil(tt.spoil)
			pg := s.browser(i18n.Arabic).get("/console/signin/oidc")
			if pg.status < 400 || pg.path != auth.CallbackPath || pg.text(".notice") == "" {
				t.Errorf("%s: %d at %s, want a refusal", tt.name, pg.status, pg.path)
			}
		}
		provider.Spoil(nil)
		provider.SignInAs(oidc.Person{Subject: "layla", Email: "Layla@mofa.example", Verified: true})
		b := s.browser(i18n.English)
		b.get("/console/account")
		b.get("/console/signin/oidc").want(t, 200, "/console/account")
		// From now on the subject is enough.
		provider.SignInAs(oidc.Person{Subject: "layla"})
		c := s.browser(i18n.English)
		c.get("/console/account")
		c.get("/console/signin/oidc").want(t, 200, "/console/account")
		// A callback that nobody began.
		if pg := s.browser(i18n.English).get(auth.CallbackPath + "?code=x&state=y"); pg.status != 422 {
			t.Errorf("forged callback: %d, want 422", pg.status)
		}
	})
}

func TestLinkPages(t *testing.T) {
	each(t, auth.Options{}, func(t *testing.T, s *site) {
		b := s.browser(i18n.Sorani)
		for _, path := range []string{"/console/invitation/x", "/console/reset/" + strings.Repeat("a", 43)} {
			b.get(path).want(t, 410, path)
			b.post(path, "password", authtest.Password, "again", authtest.Password).want(t, 410, path)
		}
		b.post("/console/invitation/x/passkey/begin").want(t, 410, "/console/invitation/x/passkey/begin")
		b.get("/console/signin/code").want(t, 200, "/console/signin")
		b.get("/console/signin/enrol").want(t, 200, "/console/signin")
		b.post("/console/signin/code", "code", "1").want(t, 422, "/console/signin/code")
	})
}
