package ui_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"sifara/internal/i18n"
	"sifara/internal/web/static"
	"sifara/internal/web/ui"
)

// weightLimit is what a first visit to a public page may weigh.
const weightLimit = 60 * 1024

func TestPublicPagesAreLight(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes a while")
	}
	ctx := browser(t)
	srv := gallery(t)
	// Chromium counts fonts that it still holds from the page before.
	if _, err := chromedp.Call(ctx, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true}); err != nil {
		t.Fatalf("disable the cache: %v", err)
	}
	for _, page := range []string{"statement", "ask"} {
		for _, lang := range i18n.Langs {
			t.Run(page+"/"+lang.Tag(), func(t *testing.T) {
				url := srv.URL + "/" + page + "?lang=" + lang.Tag()
				if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
					t.Fatalf("open: %v", err)
				}
				parts := evaluate[[]struct {
					Name string
					Size int
				}](t, ctx, `document.fonts.ready.then(() => performance.getEntriesByType("resource").map(r => ({Name: r.name.split("/").pop(), Size: r.encodedBodySize})))`)
				total := zipped(t, url)
				for _, p := range parts {
					total += p.Size
				}
				t.Logf("%.1f KB: page %.1f KB, %v", float64(total)/1024, float64(zipped(t, url))/1024, parts)
				if total > weightLimit {
					t.Errorf("got %d bytes, want at most %d", total, weightLimit)
				}
			})
		}
	}
}

// zipped is the size of a page as it travels.
func zipped(t *testing.T, url string) int {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.Copy(z, res.Body); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}

func TestPagesFitWhenEnlarged(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes a while")
	}
	ctx := browser(t)
	srv := gallery(t)
	// 640 is a desk window at 200 %, 320 is the reflow of WCAG 1.4.10.
	for _, width := range []int64{640, 320} {
		for _, page := range ui.GalleryPages {
			for _, lang := range []i18n.Lang{i18n.Arabic, i18n.English} {
				t.Run(fmt.Sprintf("%d/%s/%s", width, page, lang), func(t *testing.T) {
					if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 700), chromedp.Navigate(srv.URL+"/"+page+"?lang="+lang.Tag())); err != nil {
						t.Fatalf("open: %v", err)
					}
					if got := evaluate[int64](t, ctx, `document.fonts.ready.then(() => document.documentElement.scrollWidth)`); got > width {
						t.Errorf("the page is %d px wide, want at most %d", got, width)
					}
				})
			}
		}
	}
}

// bench serves one page with a body under the policy of the house, and
// whatever else a test needs.
func bench(t *testing.T, body templ.Component, routes map[string]http.HandlerFunc) string {
	t.Helper()
	p := printers(t)["en"]
	mux := http.NewServeMux()
	mux.Handle(static.Prefix, static.Handler())
	mux.HandleFunc("GET /page", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		page := ui.ConsolePage{Title: "Bench", LiveHref: "/live", PaletteHref: "/palette"}
		if r.FormValue("done") != "" {
			page.Flash = []ui.Flash{{Kind: ui.Success, Text: "Done"}}
		}
		if err := ui.ConsoleLayout(page, body).Render(i18n.WithPrinter(r.Context(), p), w); err != nil {
			t.Errorf("render: %v", err)
		}
	})
	for pattern, h := range routes {
		mux.HandleFunc(pattern, h)
	}
	srv := httptest.NewServer(mux)
	t.Cleanup(func() {
		srv.CloseClientConnections() // live pages hold theirs open
		srv.Close()
	})
	return strings.Replace(srv.URL, "127.0.0.1", "localhost", 1)
}

func raw(html string) templ.Component { return templ.Raw(html) }

// until waits until a script says something, and fails after ten seconds. While one
// page gives way to the next, no script runs.
func until(t *testing.T, ctx context.Context, script string, want string) {
	t.Helper()
	var got string
	var err error
	for range 100 {
		if got, err = chromedp.Run(ctx, chromedp.Evaluate[string](`String(`+script+`)`)); err == nil && got == want {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%s: got %q, want %q (%v)", script, got, want, err)
}

func visit(t *testing.T, ctx context.Context, url string) {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
		t.Fatalf("open %s: %v", url, err)
	}
}

// press sends a key to where the focus is.
func press(t *testing.T, ctx context.Context, key, more string) {
	t.Helper()
	evaluate[bool](t, ctx, fmt.Sprintf(`document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: %q, bubbles: true, cancelable: true%s}))`, key, more))
}

func TestScripts(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes a while")
	}
	ctx := browser(t)
	t.Run("the palette finds and opens", func(t *testing.T) {
		url := bench(t, nil, map[string]http.HandlerFunc{
			"GET /palette": func(w http.ResponseWriter, r *http.Request) {
				answer := []map[string]string{{"title": "First", "href": "/first", "hint": r.FormValue("q"), "kind": "page"}, {"title": "<b>Second", "href": "/second"}}
				if r.FormValue("q") == "none" {
					answer = nil
				}
				_ = json.NewEncoder(w).Encode(append([]map[string]string{}, answer...))
			},
			"GET /second": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<title>second</title>") },
		})
		visit(t, ctx, url+"/page")
		press(t, ctx, "k", `, code: "KeyK", ctrlKey: true`)
		until(t, ctx, `document.querySelectorAll("#palette-list [role=option]").length`, "2")
		until(t, ctx, `document.activeElement.getAttribute("aria-activedescendant")`, "palette-0")
		press(t, ctx, "ArrowDown", "")
		until(t, ctx, `document.querySelector("#palette-list [aria-selected=true] b").textContent`, "<b>Second")
		evaluate[bool](t, ctx, `(q => {q.value = "none"; q.dispatchEvent(new Event("input")); return true})(document.getElementById("palette-q"))`)
		until(t, ctx, `document.getElementById("palette-note").textContent`, "Nothing found. Try another word.")
		evaluate[bool](t, ctx, `(q => {q.value = ""; q.dispatchEvent(new Event("input")); return true})(document.getElementById("palette-q"))`)
		until(t, ctx, `document.querySelectorAll("#palette-list [role=option]").length`, "2")
		press(t, ctx, "ArrowUp", "")
		press(t, ctx, "Enter", "")
		until(t, ctx, `document.title`, "second")
	})

	t.Run("nothing is destroyed without asking", func(t *testing.T) {
		asked := 0
		url := bench(t, raw(`<form method="post" action="/delete">`+`<button id="b" class="btn" name="act" value="delete" data-confirm="It will be gone." data-confirm-danger>Delete</button></form>`), map[string]http.HandlerFunc{
			"POST /delete": func(w http.ResponseWriter, r *http.Request) {
				asked++
				fmt.Fprintf(w, "<title>%s</title>", r.FormValue("act"))
			},
		})
		visit(t, ctx, url+"/page")
		evaluate[int](t, ctx, `document.getElementById("b").click(), 0`)
		until(t, ctx, `document.getElementById("confirm").open`, "true")
		until(t, ctx, `document.getElementById("confirm-text").textContent`, "It will be gone.")
		evaluate[int](t, ctx, `document.querySelector("#confirm [value=cancel]").click(), 0`)
		until(t, ctx, `document.getElementById("confirm").open`, "false")
		if asked != 0 {
			t.Fatalf("the form was sent %d times before the answer", asked)
		}
		evaluate[int](t, ctx, `document.getElementById("b").click(), 0`)
		until(t, ctx, `document.getElementById("confirm").open`, "true")
		evaluate[int](t, ctx, `document.querySelector("#confirm-ok").click(), 0`)
		until(t, ctx, `document.title`, "delete")
		if asked != 1 {
			t.Errorf("got %d requests, want 1", asked)
		}
	})

	t.Run("what was typed comes back until the server took it", func(t *testing.T) {
		url := bench(t, raw(`<form method="post" action="/save" data-autosave="draft"><input id="t" name="t"><input type="password" name="p" value=""><button>Save</button></form>`), map[string]http.HandlerFunc{
			"POST /save": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/page?done=1", http.StatusSeeOther) },
		})
		visit(t, ctx, url+"/page")
		evaluate[int](t, ctx, `(t => {t.value = "kept"; t.form.p.value = "secret"; t.dispatchEvent(new Event("input", {bubbles: true})); return 0})(document.getElementById("t"))`)
		until(t, ctx, `(localStorage.getItem("sifara:draft:draft") || "").includes("kept")`, "true")
		if got := evaluate[string](t, ctx, `localStorage.getItem("sifara:draft:draft")`); strings.Contains(got, "secret") {
			t.Errorf("a password was kept: %s", got)
		}
		visit(t, ctx, url+"/page")
		until(t, ctx, `document.querySelectorAll("form .notice button").length`, "2")
		evaluate[int](t, ctx, `document.querySelector("form .notice button").click(), 0`)
		until(t, ctx, `document.getElementById("t").value`, "kept")
		evaluate[int](t, ctx, `document.querySelector("form > button").click(), 0`)
		until(t, ctx, `document.querySelectorAll("[data-flash=success]").length`, "1")
		until(t, ctx, `localStorage.getItem("sifara:draft:draft")`, "null")
	})

	t.Run("a topic loads its part again", func(t *testing.T) {
		loads := make(chan string, 100)
		url := bench(t, raw(`<div id="inbox" data-live="inbox" data-live-src="/part">old</div>`), map[string]http.HandlerFunc{
			"GET /live": func(w http.ResponseWriter, r *http.Request) {
				loads <- r.FormValue("topics")
				w.Header().Set("Content-Type", "text/event-stream")
				fmt.Fprint(w, "event: inbox\ndata: 1\n\nevent: inbox\ndata: 2\n\nevent: toast\ndata: {\"text\":\"Hello\"}\n\n")
				w.(http.Flusher).Flush()
				<-r.Context().Done()
			},
			"GET /part": func(w http.ResponseWriter, _ *http.Request) {
				fmt.Fprint(w, `<p>noise</p><div id="inbox"><b>new</b></div>`)
			},
		})
		visit(t, ctx, url+"/page")
		if got := <-loads; got != "inbox" {
			t.Errorf("topics: got %q, want inbox", got)
		}
		until(t, ctx, `document.getElementById("inbox").innerHTML`, "<b>new</b>")
		until(t, ctx, `document.querySelector(".toast span").textContent`, "Hello")
	})

	t.Run("a passkey is made and signs in", func(t *testing.T) {
		if _, err := chromedp.Call(ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
			t.Fatalf("webauthn: %v", err)
		}
		if _, err := chromedp.Call(ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		}}); err != nil {
			t.Fatalf("authenticator: %v", err)
		}
		got := make(chan map[string]any, 2)
		finish := func(w http.ResponseWriter, r *http.Request) {
			var m map[string]any
			if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
				t.Errorf("credential: %v", err)
			}
			got <- m
			fmt.Fprint(w, `{"redirect":"/page?done=1"}`)
		}
		url := bench(t, raw(`<button id="r" data-passkey="register" data-begin="/r/begin" data-finish="/finish">R</button><button id="s" data-passkey="signin" data-begin="/s/begin" data-finish="/finish">S</button>`), map[string]http.HandlerFunc{
			"POST /r/begin": func(w http.ResponseWriter, _ *http.Request) {
				fmt.Fprint(w, `{"publicKey":{"challenge":"Y2hhbGxlbmdl-_8","rp":{"id":"localhost","name":"Sifara"},"user":{"id":"dXNlcg","name":"press.paris","displayName":"Press"},"pubKeyCredParams":[{"type":"public-key","alg":-7}],"authenticatorSelection":{"residentKey":"required","userVerification":"required"}}}`)
			},
			"POST /s/begin": func(w http.ResponseWriter, _ *http.Request) {
				fmt.Fprint(w, `{"publicKey":{"challenge":"Y2hhbGxlbmdl","rpId":"localhost","userVerification":"required"}}`)
			},
			"POST /finish": finish,
		})
		visit(t, ctx, url+"/page")
		evaluate[int](t, ctx, `document.getElementById("r").click(), 0`)
		made := receive(t, got)
		if made["response"].(map[string]any)["attestationObject"] == nil {
			t.Errorf("register: no attestation in %v", made)
		}
		until(t, ctx, `location.search`, "?done=1")
		visit(t, ctx, url+"/page")
		evaluate[int](t, ctx, `document.getElementById("s").click(), 0`)
		signed := receive(t, got)
		if signed["id"] != made["id"] {
			t.Errorf("sign-in: got credential %v, want %v", signed["id"], made["id"])
		}
		if got, want := signed["response"].(map[string]any)["userHandle"], "dXNlcg"; got != want {
			t.Errorf("sign-in: got user %v, want %v", got, want)
		}
	})
}

func receive(t *testing.T, c <-chan map[string]any) map[string]any {
	t.Helper()
	select {
	case m := <-c:
		return m
	case <-time.After(20 * time.Second):
		t.Fatal("the browser sent no credential")
		return nil
	}
}
