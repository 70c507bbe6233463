package app

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"sifara/internal/clock"
	"sifara/internal/db/dbtest"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/web"
)

// almighty gives the handler of a house in which every request is that of one
// program that may do everything.
func almighty(h *House, actorID string) http.Handler {
	a := &perm.Actor{Kind: perm.Token, ID: actorID, Name: "program"}
	for _, m := range h.Modules {
		for _, d := range m.Permissions {
			a.Grants = append(a.Grants, perm.Grant{Permissions: []perm.Permission{d.Permission}, Scope: perm.Everywhere()})
		}
	}
	h.authenticate = func(*http.Request) (*perm.Actor, error) { return a, nil }
	return h.Server.Handler()
}

func post(h http.Handler, path, key, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, web.APIPrefix+path, strings.NewReader(body))
	r.Host = "localhost"
	r.RemoteAddr = fmt.Sprintf("[2001:db8:%x:%x::1]:1234", rand.IntN(1<<16), rand.IntN(1<<16)) // rates are limited by network
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer of-the-program")
	r.Header.Set("Idempotency-Key", key)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// TestWebhookIsMadeOnce sends one request to make a webhook many times at once,
// to one house and to two nodes on one database: one is made, all answers are
// the same, the secret in them too.
func TestWebhookIsMadeOnce(t *testing.T) {
	configs := map[string]Config{"sqlite": {Data: t.TempDir(), MailFrom: "sifara@localhost"}}
	if server := os.Getenv(dbtest.Variable); server != "" {
		configs["postgres"] = Config{Data: t.TempDir(), MailFrom: "sifara@localhost", DatabaseURL: emptyDatabase(t, server, "once")}
	}
	for name, c := range configs {
		t.Run(name, func(t *testing.T) {
			a := openedHouse(t, c)
			b, err := Open(t.Context(), c, slog.New(slog.DiscardHandler), clock.System{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { b.Close() })
			program := id.New()
			nodes := []http.Handler{almighty(a, program), almighty(b, program)}
			const body = `{"name":"Desk","url":"https://receiver.example/hook","events":["publish.released"]}`
			var wait sync.WaitGroup
			answers := make([]*httptest.ResponseRecorder, 12)
			for i := range answers {
				wait.Go(func() { answers[i] = post(nodes[i%2], "/webhooks", "the-key", body) })
			}
			wait.Wait()
			for i, w := range answers {
				if w.Code != http.StatusCreated || w.Body.String() != answers[0].Body.String() {
					t.Errorf("answer %d: %d %s, want %s", i, w.Code, w.Body, answers[0].Body)
				}
			}
			made := 0
			if err := a.DB.Reader().NewRaw(`SELECT count(*) FROM channels_webhook`).Scan(t.Context(), &made); err != nil || made != 1 {
				t.Errorf("%d webhooks, %v; want 1", made, err)
			}
			kept := ""
			if err := a.DB.Reader().NewRaw(`SELECT header FROM auth_idempotency`).Scan(t.Context(), &kept); err != nil || strings.Contains(kept, "secret") {
				t.Errorf("the kept answer is readable in the database: %q, %v", kept, err)
			}
		})
	}
}

// TestEveryPostKeepsItsAnswer sends to each operation that posts the same
// request twice: what was answered once is answered again and not acted on.
func TestEveryPostKeepsItsAnswer(t *testing.T) {
	h := opened(t)
	seen := 0
	for path, item := range h.API.OpenAPI().Paths {
		if item.Post == nil {
			continue
		}
		seen++
		handler := almighty(h, id.New()) // and by token
		path, key := concrete(path), id.New()
		first, again := post(handler, path, key, `{}`), post(handler, path, key, `{}`)
		if first.Code == http.StatusTooManyRequests || first.Code == http.StatusUnauthorized || first.Code == http.StatusForbidden || first.Code >= 500 {
			t.Errorf("POST %s: %d %s", path, first.Code, first.Body)
			continue
		}
		if again.Code != first.Code || again.Body.String() != first.Body.String() || again.Header().Get("Idempotency-Replayed") != "true" {
			t.Errorf("POST %s: %d %s, then %d %s", path, first.Code, first.Body, again.Code, again.Body)
		}
		if other := post(handler, path, key, `{"other":1}`); other.Code != http.StatusConflict {
			t.Errorf("POST %s with the key of another request: %d, want 409", path, other.Code)
		}
	}
	if seen < 15 {
		t.Fatalf("only %d operations: the list is broken", seen)
	}
}
