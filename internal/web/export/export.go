// Package export writes a public site, as its handler shows it to a visitor,
// into a folder of files that any web server can give out and a browser can open
// from a disk: every address within is relative. What needs the house itself (a
// search, a form) stays a link to the living site.
package export

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"

	"sifara/internal/blob/media"
	"sifara/internal/web"
)

// Options say what is written. Handler, BaseURL, Starts and Keep are required.
type Options struct {
	Handler http.Handler
	BaseURL string   // address of the living site, without a trailing slash
	Starts  []string // paths of the first pages; a site map among them is followed
	// Keep tells whether a path belongs to the copy. It is asked for every
	// address that pages lead to.
	Keep func(path string) bool
	// Note gives the sentence that every page of the copy carries in its foot,
	// in the language of the page; nil writes none.
	Note func(lang string) string
	// Front is the path of the page that the copy opens with; its file is
	// index.html.
	Front string
	Now   time.Time
}

// Report is what was written.
type Report struct {
	Address string    `json:"address"` // of the living site
	At      time.Time `json:"at"`
	Pages   int       `json:"pages"`
	Files   int       `json:"files"` // all files, pages too
	Bytes   int64     `json:"bytes"`
	Written int       `json:"written"`           // files that were new or different
	Removed int       `json:"removed"`           // files of an earlier copy that are gone
	Missing []string  `json:"missing,omitempty"` // addresses that pages lead to and that answered with an error
}

// maxFiles bounds a copy: a handler that invents addresses must not fill a disk.
const maxFiles = 200_000

// ErrTooMany says that the site has more than maxFiles addresses.
var ErrTooMany = fmt.Errorf("export: the site has more than %d addresses", maxFiles)

// copier writes one copy.
type copier struct {
	o      Options
	base   *url.URL
	to     *folder
	files  map[string]string // address (path and query) to file; "" where there is none
	pages  []string          // addresses of pages, in the order in which they were found
	queue  []string
	report Report
}

// Write writes the site into dir, which is new, empty, or an earlier copy. Of an
// earlier copy only what changed is written, each file in one step; what is no
// longer there is removed at the end. ErrNotOurs refuses any other folder.
func Write(ctx context.Context, dir string, o Options) (Report, error) {
	base, err := url.Parse(o.BaseURL)
	if err != nil {
		return Report{}, fmt.Errorf("export: address of the site: %w", err)
	}
	to, err := openFolder(dir)
	if err != nil {
		return Report{}, err
	}
	c := &copier{o: o, base: base, to: to, files: map[string]string{}, report: Report{Address: o.BaseURL, At: o.Now}}
	for _, s := range o.Starts {
		c.find(s)
	}
	if err := c.discover(ctx); err != nil {
		return c.report, err
	}
	// Pages are asked for a second time, now that every address has its file:
	// so the copy of a large site needs no memory for its pages.
	for _, address := range c.pages {
		if err := c.page(ctx, address); err != nil {
			return c.report, err
		}
	}
	if err := c.front(); err != nil {
		return c.report, err
	}
	c.report.Written, c.report.Files, c.report.Bytes = to.written, len(to.now), to.bytes
	c.report.Removed, err = to.finish(c.report)
	return c.report, err
}

// find puts an address on the list, once.
func (c *copier) find(address string) {
	if _, known := c.files[address]; known {
		return
	}
	if p, _, _ := strings.Cut(address, "?"); !c.o.Keep(p) {
		return
	}
	c.files[address] = ""
	c.queue = append(c.queue, address)
}

// discover asks for every address once: what is not a page is written, and pages
// are read for what they lead to.
func (c *copier) discover(ctx context.Context) error {
	for len(c.queue) > 0 {
		if len(c.files) > maxFiles {
			return ErrTooMany
		}
		address := c.queue[0]
		c.queue = c.queue[1:]
		a, size, err := c.begin(ctx, address)
		if err != nil {
			return err
		}
		if a.Status != http.StatusOK {
			c.report.Missing = append(c.report.Missing, address)
			continue
		}
		file, err := fileOf(address, a.Media)
		if err != nil {
			return err
		}
		if c.to.now[file] {
			return fmt.Errorf("export: two addresses make the file %s", file)
		}
		if size > int64(len(a.Body)) {
			if err := c.large(ctx, address, file, a.Body, size); err != nil {
				return err
			}
			continue
		}
		c.files[address] = file
		if a.Media == "text/html" {
			c.pages = append(c.pages, address)
			doc, err := html.Parse(bytes.NewReader(a.Body))
			if err != nil {
				return fmt.Errorf("export: %s: %w", address, err)
			}
			c.eachAddress(doc, func(_ *html.Node, value string) string {
				if at, ok := c.within(address, value); ok {
					c.find(at)
				}
				return value
			})
			continue
		}
		body := a.Body
		switch a.Media {
		case "application/xml":
			for _, loc := range locations(body) {
				if at, ok := c.within(address, loc); ok {
					c.find(at)
				}
			}
		case "text/css", "text/javascript", "application/javascript":
			body = c.beside(address, body)
		}
		if err := c.to.write(file, body); err != nil {
			return err
		}
	}
	return nil
}

// partSize is how much of a film is held in memory at once.
const partSize = 4 << 20

// begin asks for the beginning of an address and says how long the whole is. What
// is no longer than that has come whole, as OK.
func (c *copier) begin(ctx context.Context, address string) (web.Answer, int64, error) {
	a, whole, err := c.part(ctx, address, 0)
	if a.Status == http.StatusPartialContent {
		a.Status = http.StatusOK
	}
	return a, whole, err
}

// large writes what is too long for memory, part by part. When it is gone before
// its end it is missing.
func (c *copier) large(ctx context.Context, address, file string, first []byte, size int64) error {
	err := c.to.stream(file, func(w io.Writer) error {
		at := int64(0)
		for body := first; ; {
			n, err := w.Write(body)
			if err != nil {
				return fmt.Errorf("export: %w", err)
			}
			if at += int64(n); at >= size {
				return nil
			}
			a, whole, err := c.part(ctx, address, at)
			if err != nil {
				return err
			}
			if a.Status != http.StatusPartialContent || whole != size || len(a.Body) == 0 {
				return errGone
			}
			body = a.Body
		}
	})
	if errors.Is(err, errGone) {
		c.report.Missing = append(c.report.Missing, address)
		return nil
	}
	if err == nil {
		c.files[address] = file
	}
	return err
}

// errGone says that something was taken back while it was copied.
var errGone = errors.New("export: gone meanwhile")

// page writes a page with its addresses made relative.
func (c *copier) page(ctx context.Context, address string) error {
	a, err := c.get(ctx, address)
	if err != nil {
		return err
	}
	if a.Status != http.StatusOK {
		// It was withdrawn a moment ago.
		c.report.Missing = append(c.report.Missing, address)
		return nil
	}
	doc, err := html.Parse(bytes.NewReader(a.Body))
	if err != nil {
		return fmt.Errorf("export: %s: %w", address, err)
	}
	here := path.Dir(c.files[address])
	c.eachAddress(doc, func(n *html.Node, value string) string {
		at, ok := c.within(address, value)
		if !ok || absolute(value) && n.Data != "a" {
			return value // canonical addresses stay those of the living site
		}
		if file := c.files[at]; file != "" {
			return relative(here, file) + fragment(value)
		}
		return c.o.BaseURL + at + fragment(value)
	})
	c.note(doc)
	var out bytes.Buffer
	if err := html.Render(&out, doc); err != nil {
		return fmt.Errorf("export: %s: %w", address, err)
	}
	c.report.Pages++
	return c.to.write(c.files[address], out.Bytes())
}

// front writes index.html, which leads to the front page at once.
func (c *copier) front() error {
	file := c.files[c.o.Front]
	if file == "" {
		return nil
	}
	at := html.EscapeString((&url.URL{Path: file}).String())
	return c.to.write("index.html", []byte(`<!DOCTYPE html><html><head><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=`+at+`"><title>`+html.EscapeString(c.base.Host)+`</title></head><body><a href="`+at+`">`+html.EscapeString(c.base.Host)+`</a></body></html>`+"\n"))
}

// note writes the copy's sentence into the foot of a page.
func (c *copier) note(doc *html.Node) {
	if c.o.Note == nil {
		return
	}
	lang, foot := "", (*html.Node)(nil)
	for n := range doc.Descendants() {
		switch {
		case n.Type == html.ElementNode && n.Data == "html":
			lang = attribute(n, "lang")
		case n.Type == html.ElementNode && n.Data == "footer":
			foot = n
		}
	}
	if foot == nil {
		return
	}
	p := &html.Node{Type: html.ElementNode, Data: "p", Attr: []html.Attribute{{Key: "class", Val: "wrap copy-note"}}}
	p.AppendChild(&html.Node{Type: html.TextNode, Data: c.o.Note(lang)})
	foot.AppendChild(p)
}

// within gives the address on the site, as path and query, that a value on a
// page leads to; false when it leads elsewhere.
func (c *copier) within(page, value string) (string, bool) {
	u, err := url.Parse(strings.TrimSpace(value))
	if err != nil || value == "" || u.Path == "" && u.Host == "" && u.RawQuery == "" {
		return "", false
	}
	from, err := url.Parse(page)
	if err != nil {
		return "", false
	}
	from.Scheme, from.Host = c.base.Scheme, c.base.Host
	u = from.ResolveReference(u)
	if u.Scheme != c.base.Scheme || u.Host != c.base.Host {
		return "", false
	}
	return (&url.URL{Path: u.Path, RawQuery: u.Query().Encode()}).String(), true
}

// addressed are the attributes that hold one address.
var addressed = []string{"href", "src", "action", "formaction", "poster", "cite", "data"}

// eachAddress hands every address of a page to change and puts what it gives in
// its place.
func (c *copier) eachAddress(doc *html.Node, change func(n *html.Node, value string) string) {
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		for i, a := range n.Attr {
			switch {
			case slices.Contains(addressed, a.Key):
				n.Attr[i].Val = change(n, a.Val)
			case a.Key == "srcset":
				var parts []string
				for part := range strings.SplitSeq(a.Val, ",") {
					at, size, _ := strings.Cut(strings.TrimSpace(part), " ")
					parts = append(parts, strings.TrimSpace(change(n, at)+" "+size))
				}
				n.Attr[i].Val = strings.Join(parts, ", ")
			}
		}
	}
}

// beside makes the addresses in a style sheet or script relative that lead into
// its own folder.
func (c *copier) beside(address string, body []byte) []byte {
	folder := path.Dir(address) + "/"
	for _, name := range quoted(body, folder) {
		c.find(folder + name)
	}
	for _, mark := range []string{`"`, `'`, "("} {
		body = bytes.ReplaceAll(body, []byte(mark+folder), []byte(mark+"./"))
	}
	return body
}

// quoted are the names of files in a folder that a style sheet or script names.
func quoted(body []byte, folder string) (names []string) {
	for part := range bytes.SplitSeq(body, []byte(folder)) {
		if i := bytes.IndexAny(part, "\"')"); i > 0 && !bytes.ContainsAny(part[:i], " /\n;{") {
			names = append(names, string(part[:i]))
		}
	}
	return names
}

// get asks the handler. It is an error when the house fails.
func (c *copier) get(ctx context.Context, address string) (web.Answer, error) {
	if err := ctx.Err(); err != nil {
		return web.Answer{}, err
	}
	a, err := web.Inside(ctx, c.o.Handler, c.o.BaseURL, address)
	return c.served(address, a, err)
}

// part is get for partSize bytes from a place on.
func (c *copier) part(ctx context.Context, address string, from int64) (web.Answer, int64, error) {
	if err := ctx.Err(); err != nil {
		return web.Answer{}, 0, err
	}
	a, whole, err := web.InsidePart(ctx, c.o.Handler, c.o.BaseURL, address, from, partSize)
	a, err = c.served(address, a, err)
	return a, whole, err
}

func (c *copier) served(address string, a web.Answer, err error) (web.Answer, error) {
	if err != nil {
		return a, fmt.Errorf("export: %w", err)
	}
	if a.Status >= http.StatusInternalServerError || a.Status == http.StatusTooManyRequests {
		return a, fmt.Errorf("export: %s answered %d", address, a.Status)
	}
	return a, nil
}

// errAddress refuses an address of which no file can be made.
var errAddress = errors.New("export: an address that makes no file name")

// endings are the name endings of what has none in its address.
var endings = map[string]string{"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/gif": ".gif", "application/pdf": ".pdf", "text/plain": ".txt",
	media.MP4: ".mp4", media.M4A: ".m4a", media.WebM: ".webm", media.WebA: ".weba", media.MP3: ".mp3", media.Ogg: ".ogg"}

// fileOf gives the file of an address, with slashes: pages are index.html in a
// folder of their own, or named by their query.
func fileOf(address, media string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("%w: %s", errAddress, address)
	}
	name := strings.Trim(path.Clean(u.Path), "/")
	for part := range strings.SplitSeq(name, "/") {
		if part == ".." || strings.ContainsAny(part, "\\\x00") {
			return "", fmt.Errorf("%w: %s", errAddress, address)
		}
	}
	switch {
	case media == "text/html" && u.RawQuery == "":
		return path.Join(name, "index.html"), nil
	case media == "text/html":
		var parts []string
		for k, values := range u.Query() {
			parts = append(parts, k+"-"+strings.Join(values, "-"))
		}
		slices.Sort(parts)
		return path.Join(name, strings.Map(plain, strings.Join(parts, "_"))+".html"), nil
	case path.Ext(name) == "":
		return name + endings[media], nil
	}
	return name, nil
}

// plain keeps the letters that every file system takes.
func plain(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
		return r
	}
	return '-'
}

// relative is the address of a file from a folder of the copy.
func relative(from, file string) string {
	a, b := strings.Split(from, "/"), strings.Split(file, "/")
	if from == "." {
		a = nil
	}
	for len(a) > 0 && len(b) > 1 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	return (&url.URL{Path: strings.Repeat("../", len(a)) + strings.Join(b, "/")}).String()
}

func absolute(value string) bool { return strings.Contains(value, "://") }

func fragment(value string) string {
	if _, after, ok := strings.Cut(value, "#"); ok {
		return "#" + after
	}
	return ""
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
