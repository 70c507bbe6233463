package web

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/perm"
)

// lazySpec is the OpenAPI document, made when it is first asked for.
type lazySpec struct {
	once sync.Once
	json []byte
	etag string
}

// serveSpec answers GET /api/v1/openapi.json.
func (a *API) serveSpec(w http.ResponseWriter, r *http.Request) {
	a.spec.once.Do(func() {
		b, err := json.Marshal(a.huma.OpenAPI())
		if err != nil {
			a.server.o.Log.Error("OpenAPI document", "err", err)
			return
		}
		sum := sha256.Sum256(b)
		a.spec.json, a.spec.etag = b, `"`+base64.RawURLEncoding.EncodeToString(sum[:12])+`"`
	})
	h := w.Header()
	h.Set("Content-Type", "application/vnd.oai.openapi+json;version=3.1")
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cache-Control", "public, max-age=300")
	h.Set("Etag", a.spec.etag)
	if strings.Contains(r.Header.Get("If-None-Match"), a.spec.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write(a.spec.json) // the caller may have gone
}

// Endpoint is one operation with its path below /api/v1.
type Endpoint struct {
	Method string
	Path   string
	*huma.Operation
}

// Endpoints lists the operations by path and method.
func (a *API) Endpoints() []Endpoint {
	var list []Endpoint
	paths := a.huma.OpenAPI().Paths
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		item := paths[path]
		for _, m := range []struct {
			method string
			op     *huma.Operation
		}{{http.MethodGet, item.Get}, {http.MethodPost, item.Post}, {http.MethodPut, item.Put}, {http.MethodPatch, item.Patch}, {http.MethodDelete, item.Delete}} {
			if m.op != nil {
				list = append(list, Endpoint{m.method, path, m.op})
			}
		}
	}
	return list
}

// Check holds every operation against the rules of the house: an id of its
// own, a summary, one tag, a permission that the description shows, and
// documented errors. It returns all breaches joined, or nil.
func (a *API) Check() error {
	bad := slices.Clone(a.faults)
	seen := map[string]bool{}
	for _, e := range a.Endpoints() {
		fail := func(what string) { bad = append(bad, fmt.Errorf("%s %s: %s", e.Method, e.Path, what)) }
		if e.OperationID == "" || seen[e.OperationID] {
			fail("no operation id of its own")
		}
		seen[e.OperationID] = true
		if e.Summary == "" || strings.HasSuffix(e.Summary, ".") {
			fail("needs a summary without a full stop")
		}
		if len(e.Tags) != 1 {
			fail("needs one tag")
		}
		p, _ := e.Extensions["x-permission"].(string)
		signedIn, _ := e.Extensions["x-signed-in"].(bool)
		if (p == "") != signedIn || (p == string(perm.Public)) != (len(e.Security) == 0) {
			fail("permission and security disagree")
		}
		for _, code := range []string{"422", "429", "500"} {
			if r := e.Responses[code]; r == nil || r.Content[problemType] == nil {
				fail("error " + code + " is not documented")
			}
		}
	}
	return errors.Join(bad...)
}
