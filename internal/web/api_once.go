package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"

	"sifara/internal/errs"
	"sifara/internal/perm"
)

// Idempotency keeps the answers to requests with an Idempotency-Key.
type Idempotency interface {
	// Begin claims a key of an actor for a request, told by its hash. A
	// non-nil answer is that of the first request with the key. An error says
	// that the key is in use, was used for another request, or is malformed.
	Begin(ctx context.Context, actorID, key, request string) (*KeptAnswer, error)
	// End keeps the answer of a request that Begin let through.
	// The answer may hold a secret: it must be sealed where it is kept.
	End(ctx context.Context, actorID, key string, a KeptAnswer) error
	// Abandon frees the key of a request that did nothing.
	Abandon(ctx context.Context, actorID, key string) error
}

// KeptAnswer is an answer to be given again.
type KeptAnswer struct {
	Status int
	Header map[string]string
	Body   []byte
}

// UseIdempotency has the API honour Idempotency-Key. Call it while the house
// is wired; without it the header is not looked at.
func (a *API) UseIdempotency(i Idempotency) { a.keys = i }

// maxKept bounds the answers that are kept.
const maxKept = 1 << 20

// once bounds the body and runs the request, or gives the answer of an earlier
// one with the same key.
func (a *API) once(w http.ResponseWriter, r *http.Request, next http.Handler, limit int64) error {
	if r.ContentLength > limit {
		return errs.New(errs.TooLarge, "web.too_large", "limit", limit)
	}
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	key := r.Header.Get("Idempotency-Key")
	actor := perm.From(r.Context())
	changes := r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodOptions
	if key == "" || !changes || a.keys == nil || actor.Kind == perm.Nobody {
		next.ServeHTTP(w, r)
		return nil
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	kept, err := a.keys.Begin(r.Context(), actor.ID, key, fingerprint(r, body))
	if err != nil {
		return err
	}
	if kept != nil {
		return replay(w, kept)
	}
	return a.first(w, r, next, actor.ID, key)
}

// fingerprint tells requests apart.
func fingerprint(r *http.Request, body []byte) string {
	h := sha256.New()
	h.Write([]byte(r.Method + "\n" + r.URL.RequestURI() + "\n" + r.Header.Get("Content-Type") + "\n"))
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

func replay(w http.ResponseWriter, kept *KeptAnswer) error {
	for k, v := range kept.Header {
		w.Header().Set(k, v)
	}
	w.Header().Set("Idempotency-Replayed", "true")
	w.WriteHeader(kept.Status)
	_, _ = w.Write(kept.Body) // the caller may have gone
	return nil
}

// first runs a request and keeps its answer, unless another try could end
// otherwise, or it is too large to keep.
func (a *API) first(w http.ResponseWriter, r *http.Request, next http.Handler, actorID, key string) error {
	rec := &recorder{header: http.Header{}, status: http.StatusOK}
	done := false
	// The key outlives a caller who hangs up, for the act may be done.
	ctx := context.WithoutCancel(r.Context())
	defer func() {
		if !done {
			_ = a.keys.Abandon(ctx, actorID, key) // a panic or a failure goes its way
		}
	}()
	next.ServeHTTP(rec, r)
	if keepable(rec) {
		kept := KeptAnswer{Status: rec.status, Header: map[string]string{}, Body: rec.body.Bytes()}
		for _, k := range []string{"Content-Type", "Location", "Content-Language", "Sifara-Shown-Once"} {
			if v := rec.header.Get(k); v != "" {
				kept.Header[k] = v
			}
		}
		if err := a.keys.End(ctx, actorID, key, kept); err != nil {
			a.server.o.Log.Error("answer not kept", "ref", RequestID(ctx), "err", err)
		}
		done = true
	}
	rec.replay(w)
	return nil
}

func keepable(rec *recorder) bool {
	switch rec.status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusRequestTimeout, http.StatusTooManyRequests:
		return false
	}
	return rec.status < 500 && rec.body.Len() <= maxKept
}
