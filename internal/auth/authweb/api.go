package authweb

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/auth"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/perm"
	"sifara/internal/web"
)

type meOutput struct{ Body me }

// me is who a token speaks for.
type me struct {
	ID       string    `json:"id" doc:"Id of the official whom the token speaks for"`
	Name     string    `json:"name"`
	Language string    `json:"language"`
	Mission  string    `json:"mission_id,omitempty"`
	Grants   []myGrant `json:"grants" doc:"What the caller may do, where and until when"`
}

type myGrant struct {
	Role        string            `json:"role"`
	Level       perm.Level        `json:"level" enum:"ministry,department,mission"`
	Unit        string            `json:"unit,omitempty" doc:"Id of the department or mission"`
	Permissions []perm.Permission `json:"permissions"`
	Until       db.Time           `json:"until" doc:"Null when it has no end"`
	StandInFor  string            `json:"stand_in_for,omitempty" doc:"Id of the person whose authority is borrowed"`
}

// api adds the operations of the context.
func (p *pages) api(a *web.API) {
	web.Operation(a, perm.Public, huma.Operation{OperationID: "get-me", Method: http.MethodGet, Path: "/me", Tags: []string{"Account"},
		Summary: "Who the token speaks for and what it may do", Security: []map[string][]string{{"token": {}}}},
		func(ctx context.Context, _ *struct{}) (*meOutput, error) {
			actor := perm.From(ctx)
			if actor.Kind == perm.Nobody {
				return nil, errs.New(errs.Unauthenticated, "")
			}
			person, err := p.svc.Org.Person(ctx, actor.ID)
			if err != nil {
				return nil, err
			}
			out := &meOutput{me{ID: person.ID, Name: person.Name, Language: string(person.Language), Mission: person.MissionID, Grants: []myGrant{}}}
			for _, g := range actor.Grants {
				out.Body.Grants = append(out.Body.Grants, myGrant{Role: g.Role, Level: g.Scope.Level, Unit: g.Scope.Unit, Permissions: g.Permissions, Until: db.At(g.Until), StandInFor: g.StandInFor})
			}
			return out, nil
		})
}

// IdempotencyHeader carries the key under which a request is done once.
const IdempotencyHeader = "Idempotency-Key"

// maxKept bounds an answer that is kept for a repeated request.
const maxKept = 1 << 20

// Idempotent has requests that carry an Idempotency-Key done once: a repeated
// one gets the first answer again, marked Idempotency-Replayed. It stands
// inside authentication. Answers of 5xx, and those asking to wait, are not
// kept, so that the request can be tried again. fail renders an error.
func Idempotent(keys auth.Idempotency, next http.Handler, fail func(http.ResponseWriter, *http.Request, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key, actor := r.Header.Get(IdempotencyHeader), perm.From(r.Context())
		if key == "" || actor.Kind == perm.Nobody || r.Method == http.MethodGet || r.Method == http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			fail(w, r, err)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		before, err := keys.Begin(r.Context(), actor.ID, key, fingerprint(r, body))
		if err != nil {
			fail(w, r, err)
			return
		}
		if before != nil {
			replay(w, *before)
			return
		}
		once(keys, next, w, r, actor.ID, key)
	})
}

// once does the request and keeps its answer. When the handler panics or the
// answer is not worth keeping the key is free again.
func once(keys auth.Idempotency, next http.Handler, w http.ResponseWriter, r *http.Request, actorID, key string) {
	ctx := context.WithoutCancel(r.Context()) // the answer is kept also when the caller has gone
	rec := &recorder{header: w.Header(), status: http.StatusOK}
	kept := false
	defer func() {
		if !kept {
			_ = keys.Abandon(ctx, actorID, key) // the key frees itself after a while
		}
	}()
	next.ServeHTTP(rec, r)
	if rec.status < 500 && rec.status != http.StatusTooManyRequests && rec.body.Len() <= maxKept {
		head := map[string]string{}
		for _, h := range []string{"Content-Type", "Location", "Etag"} {
			if v := rec.header.Get(h); v != "" {
				head[h] = v
			}
		}
		kept = keys.End(ctx, actorID, key, auth.Answer{Status: rec.status, Header: head, Body: rec.body.Bytes()}) == nil
	}
	w.WriteHeader(rec.status)
	_, _ = w.Write(rec.body.Bytes()) // the caller may have gone
}

func fingerprint(r *http.Request, body []byte) string {
	h := sha256.New()
	io.WriteString(h, r.Method+"\n"+r.URL.RequestURI()+"\n"+r.Header.Get("Content-Type")+"\n")
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

func replay(w http.ResponseWriter, a auth.Answer) {
	for k, v := range a.Header {
		w.Header().Set(k, v)
	}
	w.Header().Set("Idempotency-Replayed", "true")
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body)
}

// recorder keeps an answer while it is made.
type recorder struct {
	header http.Header
	body   bytes.Buffer
	status int
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(c int)           { r.status = c }
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }
