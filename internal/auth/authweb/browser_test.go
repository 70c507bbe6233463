package authweb_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"sifara/internal/auth"
	"sifara/internal/auth/authtest"
	"sifara/internal/auth/authweb"
	"sifara/internal/db/dbtest"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/web/static"
)

// chromium starts a real browser, or skips where it or the built files are
// missing.
func chromium(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes a while")
	}
	if !static.Built() {
		t.Skip("the styles and scripts are not built: run `go run ./internal/assetbuild`")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not installed")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("hide-scrollbars", true),
	)
	alloc, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	return ctx
}

func do(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

func evaluate[T any](t *testing.T, ctx context.Context, script string) T {
	t.Helper()
	got, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("evaluate %.80s: %v", script, err)
	}
	return got
}

// arrive waits until the browser is at a path and has the whole page.
func arrive(t *testing.T, ctx context.Context, path string) {
	t.Helper()
	at := ""
	for range 100 {
		// While one page gives way to the next, no script runs.
		where, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.readyState === "complete" ? location.href : ""`))
		if at = where; err == nil && strings.HasSuffix(at, path) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	said := evaluate[string](t, ctx, `document.querySelector("main")?.innerText ?? ""`)
	t.Fatalf("at %s, want %s: %s", at, path, said)
}

// platform gives the browser a device with a finger sensor that always agrees.
func platform(t *testing.T, ctx context.Context) {
	t.Helper()
	if _, err := chromedp.Call(ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	_, err := chromedp.Call(ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
	if err != nil {
		t.Fatal(err)
	}
}

func TestPasskeyInBrowser(t *testing.T) {
	ctx := chromium(t)
	s := open(t, dbtest.SQLite(t, authtest.Migrations()...), auth.Options{})
	p := s.Person("Layla", "layla@mofa.example", org.Drafter)
	link, err := s.Auth.InvitationLink(s.System(), p.ID)
	s.Must(err)
	platform(t, ctx)

	// Invited: the first passkey.
	do(t, ctx, chromedp.Navigate(s.url+"/console/account"))
	do(t, ctx, chromedp.Navigate(link), chromedp.Click(`[data-passkey="register"]`))
	arrive(t, ctx, "/console/account")
	o, err := s.Auth.Overview(s.System(), p.ID)
	if err != nil || len(o.Passkeys) != 1 || o.HasPassword {
		t.Fatalf("account is %+v, %v, want one passkey and no password", o, err)
	}
	// The link is used up.
	do(t, ctx, chromedp.Navigate(link))
	if got := evaluate[int](t, ctx, `document.querySelectorAll("[data-passkey]").length`); got != 0 {
		t.Error("a used invitation still offers a passkey")
	}

	// Out, and in again by the passkey alone.
	do(t, ctx, chromedp.Navigate(s.url+"/console/account"))
	evaluate[int](t, ctx, `fetch("/console/signout", {method: "POST"}).then(() => 1)`)
	do(t, ctx, chromedp.Navigate(s.url+"/console/account"))
	// The browser may offer the passkey by itself before the button is pressed.
	evaluate[int](t, ctx, `(document.querySelector('[data-passkey="signin"]')?.click(), 1)`)
	arrive(t, ctx, "/console/account")
	if got := evaluate[int](t, ctx, `document.querySelectorAll("#passkeys tbody tr").length`); got != 1 {
		t.Errorf("%d passkeys on the account page, want 1", got)
	}

	// A sensitive act later asks for the passkey once more.
	s.Clock.Advance(20 * time.Minute)
	do(t, ctx, chromedp.Navigate(s.url+"/console/account/password"), chromedp.WaitVisible(`[data-finish="/console/account/confirm/passkey/finish"]`))
	do(t, ctx, chromedp.Click(`[data-finish="/console/account/confirm/passkey/finish"]`))
	arrive(t, ctx, "/console/account/password")

	// The same device cannot be registered twice.
	do(t, ctx, chromedp.Navigate(s.url+"/console/account"), chromedp.Click(`[data-passkey="register"]`), chromedp.WaitVisible("#passkey-error"))

	// A passkey of an account that was closed is worth nothing.
	s.Must(s.Auth.Disable(s.System(), p.ID))
	do(t, ctx, chromedp.Navigate(s.url+"/console/signin"))
	evaluate[int](t, ctx, `(document.querySelector('[data-passkey="signin"]')?.click(), 1)`)
	do(t, ctx, chromedp.WaitVisible("#passkey-error"))
}

// finding is what axe-core reports about a page.
type finding struct {
	ID, Impact, Help string
	Nodes            []struct{ HTML, FailureSummary string }
}

// TestPagesInBrowser looks at every page in four languages at two widths.
// SIFARA_PICTURES names a folder for pictures of them.
func TestPagesInBrowser(t *testing.T) {
	ctx := chromium(t)
	axe, err := os.ReadFile(filepath.Join("..", "..", "..", "assets", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Skip("axe-core is not installed: run `npm ci` in assets")
	}
	s := open(t, dbtest.SQLite(t, authtest.Migrations()...), auth.Options{DemoSignIn: true, Absolute: 1000 * time.Hour, Idle: 1000 * time.Hour})
	s.Must(s.Auth.MarkDemonstration(s.System()))
	p := s.Person("Layla Hassan", "layla@mofa.example", org.Administrator)
	noor := s.Person("Noor Kareem", "noor@mofa.example", org.Drafter)
	code := s.Equip(p)
	_, err = s.Auth.CreateToken(s.As(p), auth.NewToken{ID: id.New(), Name: "Script", Permissions: []perm.Permission{org.View}, ExpiresAt: s.Clock.Now().Add(24 * time.Hour)})
	s.Must(err)
	invitation, err := s.Auth.InvitationLink(s.System(), noor.ID)
	s.Must(err)
	look := func(name string, path string) {
		for _, l := range i18n.Langs {
			do(t, ctx, chromedp.Navigate(s.url+"/console/language?lang="+string(l)+"&back=/console/reset"))
			for _, width := range []int64{390, 1280} {
				do(t, ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate(path))
				where := fmt.Sprintf("%s %s at %d", name, l, width)
				if got := evaluate[string](t, ctx, `document.documentElement.lang`); got != l.Tag() {
					t.Errorf("%s: in %q", where, got)
				}
				if over := evaluate[int64](t, ctx, `document.fonts.ready.then(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)`); over > 0 {
					t.Errorf("%s: %d px too wide", where, over)
				}
				picture(t, ctx, fmt.Sprintf("%s-%s-%d", name, l, width))
				if width == 1280 {
					check(t, ctx, where, string(axe))
				}
			}
		}
	}
	look("signin", s.url+"/console/signin")
	look("reset", s.url+"/console/reset")
	look("invitation", invitation)
	do(t, ctx, chromedp.Navigate(s.url+"/console/account"))
	submit(t, ctx, "form[action='/console/signin']", map[string]string{"email": p.Email, "password": authtest.Password})
	arrive(t, ctx, "/console/signin/code")
	look("code", s.url+"/console/signin/code")
	do(t, ctx, chromedp.Navigate(s.url+"/console/signin/code"))
	submit(t, ctx, "form[action='/console/signin/code']", map[string]string{"code": code()})
	arrive(t, ctx, "/console/account")
	for _, tab := range []string{"", "sessions", "tokens", "profile", "authenticator", "password", "confirm", "people", "people/" + noor.ID} {
		name, _, _ := strings.Cut(tab, "/")
		if strings.Contains(tab, "/") {
			name = "person"
		}
		look("account-"+name, strings.TrimSuffix(s.url+"/console/account/"+tab, "/"))
	}
	if authweb.PersonPath("x") != "/console/account/people/x" {
		t.Error("PersonPath moved")
	}
}

func submit(t *testing.T, ctx context.Context, form string, fields map[string]string) {
	t.Helper()
	b, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	evaluate[int](t, ctx, fmt.Sprintf(`(() => { const f = document.querySelector(%q); for (const [k, v] of Object.entries(%s)) f.elements[k].value = v; f.requestSubmit(); return 1 })()`, form, b))
}

func picture(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	folder := os.Getenv("SIFARA_PICTURES")
	if folder == "" {
		return
	}
	height := evaluate[int64](t, ctx, `document.documentElement.scrollHeight`)
	width := evaluate[int64](t, ctx, `window.innerWidth`)
	do(t, ctx, chromedp.EmulateViewport(width, max(height, 900)))
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), png, 0o644); err != nil {
		t.Fatal(err)
	}
}

// check runs axe-core and reports what is serious or critical.
func check(t *testing.T, ctx context.Context, where, axe string) {
	t.Helper()
	evaluate[int](t, ctx, axe+";0")
	result := evaluate[string](t, ctx, `axe.run(document, {resultTypes: ["violations"]}).then(r => JSON.stringify(r.violations.map(v => ({ID: v.id, Impact: v.impact, Help: v.help, Nodes: v.nodes.slice(0, 3).map(n => ({HTML: n.html.slice(0, 300), FailureSummary: n.failureSummary}))}))))`)
	var findings []finding
	if err := json.Unmarshal([]byte(result), &findings); err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		if f.Impact == "serious" || f.Impact == "critical" {
			t.Errorf("%s: axe %s (%s): %s: %+v", where, f.ID, f.Impact, f.Help, f.Nodes)
		}
	}
}
