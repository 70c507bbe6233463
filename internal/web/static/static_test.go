package static

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

func TestAccepts(t *testing.T) {
	tests := []struct {
		name, header, coding string
		want                 bool
	}{
		{"named", "gzip, br", "br", true},
		{"with quality", "gzip;q=0.5, br; q=1.0", "gzip", true},
		{"refused", "br;q=0, gzip", "br", false},
		{"other case", "GZIP", "gzip", true},
		{"not named", "deflate", "br", false},
		{"nothing", "", "gzip", false},
		{"part of a word", "brotli", "br", false},
		{"broken quality", "br;q=x", "br", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := accepts(tt.header, tt.coding); got != tt.want {
				t.Errorf("accepts(%q, %q): got %t, want %t", tt.header, tt.coding, got, tt.want)
			}
		})
	}
}

func TestHandlerRefuses(t *testing.T) {
	tests := []struct {
		name, method, path string
		want               int
	}{
		{"unknown file", http.MethodGet, "/static/none.css", http.StatusNotFound},
		{"directory", http.MethodGet, "/static/", http.StatusNotFound},
		{"marker", http.MethodGet, "/static/.gitkeep", http.StatusNotFound},
		{"manifest", http.MethodGet, "/static/manifest.json", http.StatusNotFound},
		{"page with an address of its own", http.MethodGet, Path("verify.html"), http.StatusNotFound},
		{"way out", http.MethodGet, "/static/../static.go", http.StatusNotFound},
		{"writing", http.MethodPost, "/static/site.css", http.StatusMethodNotAllowed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			Handler().ServeHTTP(w, httptest.NewRequest(tt.method, tt.path, nil))
			if w.Code != tt.want {
				t.Errorf("got %d, want %d", w.Code, tt.want)
			}
		})
	}
}

func TestHandlerServesTheSmallestForm(t *testing.T) {
	if !Built() {
		t.Skip("the styles and scripts are not built: run `go run ./internal/assetbuild`")
	}
	plain, err := Read("site.css")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, accept, encoding string }{
		{"everything", "gzip, deflate, br, zstd", "br"},
		{"gzip only", "gzip", "gzip"},
		{"nothing", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, Path("site.css"), nil)
			r.Header.Set("Accept-Encoding", tt.accept)
			w := httptest.NewRecorder()
			Handler().ServeHTTP(w, r)
			if w.Code != http.StatusOK {
				t.Fatalf("got %d, want 200", w.Code)
			}
			if got := w.Header().Get("Content-Encoding"); got != tt.encoding {
				t.Errorf("encoding: got %q, want %q", got, tt.encoding)
			}
			if got := unpacked(t, tt.encoding, w.Body); !bytes.Equal(got, plain) {
				t.Errorf("got %d bytes unpacked, want the %d of the file", len(got), len(plain))
			}
			if got := w.Header().Get("Content-Type"); got != "text/css; charset=utf-8" {
				t.Errorf("type: got %q", got)
			}
			if got := w.Header().Get("Cache-Control"); !strings.Contains(got, "immutable") {
				t.Errorf("cache: got %q, want immutable", got)
			}
		})
	}
	for _, name := range Names() {
		w := httptest.NewRecorder()
		Handler().ServeHTTP(w, httptest.NewRequest(http.MethodHead, Path(name), nil))
		if w.Code != http.StatusOK || w.Body.Len() != 0 {
			t.Errorf("HEAD %s: got %d with %d bytes, want 200 with none", name, w.Code, w.Body.Len())
		}
	}
}

func unpacked(t *testing.T, coding string, r io.Reader) []byte {
	t.Helper()
	switch coding {
	case "br":
		r = brotli.NewReader(r)
	case "gzip":
		zr, err := gzip.NewReader(r)
		if err != nil {
			t.Fatal(err)
		}
		r = zr
	}
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
