// Package static holds the built styles, scripts, fonts and pictures of the
// pages inside the binary and serves them.
//
// The files are made by `go run ./internal/assetbuild` and are not committed.
// Without them the package still compiles: Path then answers addresses that
// are not found, and pages show unstyled.
//
// Every file carries a hash of its content in its name, so an address never
// changes its meaning and may be kept by browsers for ever.
package static

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

// Prefix is the path under which Handler is to be mounted; Path answers
// addresses that begin with it.
const Prefix = "/static/"

//go:embed all:dist
var files embed.FS

// manifest maps the plain name of a file ("console.css") to its hashed name.
var manifest = sync.OnceValue(func() map[string]string {
	names := map[string]string{}
	data, err := files.ReadFile("dist/manifest.json")
	if err != nil {
		return names
	}
	if json.Unmarshal(data, &names) != nil {
		return map[string]string{}
	}
	return names
})

// Built reports whether the files were there when the binary was compiled.
func Built() bool { return len(manifest()) > 0 }

// Path is the address of a file by its plain name: "site.css", "console.css",
// "site.js", "console.js", "world.svg", "icon.svg", "font-ar-400.woff2". An
// unknown name gives an address that answers 404.
func Path(name string) string {
	if hashed, ok := manifest()[name]; ok {
		return Prefix + hashed
	}
	return Prefix + name
}

// Names lists the plain names of the files that Handler serves, in no order.
// Whole pages that the binary carries are not among them: they are given by
// Read and served at an address of their own, with a page's headers.
func Names() []string {
	names := make([]string, 0, len(manifest()))
	for name := range manifest() {
		if _, public := contentTypes[path.Ext(name)]; public {
			names = append(names, name)
		}
	}
	return names
}

// Read gives the content of a file by its plain name, for tests and for pages
// that carry a file inside them. The error is fs.ErrNotExist for unknown names.
func Read(name string) ([]byte, error) {
	hashed, ok := manifest()[name]
	if !ok {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
	}
	return content(hashed)
}

// content gives a file by its hashed name, unpacked where only its compressed
// form is kept.
func content(name string) ([]byte, error) {
	data, err := files.ReadFile("dist/" + name)
	if !errors.Is(err, fs.ErrNotExist) {
		return data, err
	}
	packed, packedErr := files.Open("dist/" + name + ".br")
	if packedErr != nil {
		return nil, err
	}
	defer packed.Close()
	return io.ReadAll(brotli.NewReader(packed))
}

// forms are the names under which the files are kept, and what was made of
// them since the program began.
type forms struct {
	kept map[string]bool
	gzip sync.Map // by hashed name: []byte
}

// gzipped gives a file packed for those that take gzip alone: the browsers that
// speak plain HTTP within a house. It is made at the first request and kept.
func (f *forms) gzipped(name string) ([]byte, error) {
	if data, ok := f.gzip.Load(name); ok {
		return data.([]byte), nil
	}
	data, err := content(name)
	if err != nil {
		return nil, err
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	f.gzip.Store(name, packed.Bytes())
	return packed.Bytes(), nil
}

// best gives the smallest form that a browser with that Accept-Encoding takes,
// and the name of its coding; a file that is kept as it is has no coding.
func (f *forms) best(name, accept string) (coding string, data []byte, err error) {
	switch packed := f.kept[name+".br"]; {
	case packed && accepts(accept, "br"):
		data, err = content(name + ".br")
		return "br", data, err
	case packed && accepts(accept, "gzip"):
		data, err = f.gzipped(name)
		return "gzip", data, err
	}
	data, err = content(name)
	return "", data, err
}

// Handler serves the files under Prefix. It sends the smallest form that the
// browser takes and lets it be kept for a year. Anything but GET and HEAD of
// a known file is 404 or 405; there are no directory listings.
func Handler() http.Handler {
	f := &forms{kept: map[string]bool{}}
	_ = fs.WalkDir(files, "dist", func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			p = strings.TrimPrefix(p, "dist/")
			f.kept[p] = true
			f.kept[strings.TrimSuffix(p, ".br")] = true
		}
		return nil
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
			return
		}
		f.serve(w, r)
	})
}

func (f *forms) serve(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, Prefix)
	kind, public := contentTypes[path.Ext(name)]
	if !f.kept[name] || !public || name == "manifest.json" {
		http.NotFound(w, r)
		return
	}
	coding, data, err := f.best(name, r.Header.Get("Accept-Encoding"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Add("Vary", "Accept-Encoding")
	if coding != "" {
		h.Set("Content-Encoding", coding)
	}
	h.Set("Content-Length", strconv.Itoa(len(data)))
	if r.Method == http.MethodGet {
		// An error here means that the browser went away; nobody is left to tell.
		_, _ = w.Write(data)
	}
}

// accepts reads an Accept-Encoding header for one coding; "q=0" refuses it.
func accepts(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if !strings.EqualFold(strings.TrimSpace(name), coding) {
			continue
		}
		value, ok := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
		if !ok {
			return true
		}
		q, err := strconv.ParseFloat(value, 64)
		return err == nil && q > 0
	}
	return false
}

// contentTypes are set by hand so that they do not depend on the machine.
var contentTypes = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".json":  "application/json",
	".svg":   "image/svg+xml",
	".txt":   "text/plain; charset=utf-8",
	".woff2": "font/woff2",
}
