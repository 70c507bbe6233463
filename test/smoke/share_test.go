package smoke

import (
	"bytes"
	"database/sql"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sifara/internal/id"
	"sifara/test/fakes"
	"sifara/test/fakes/eventstreams"
	"sifara/test/fakes/feeds"
)

// TestNodesShareListening lets two servers on one PostgreSQL read a stream,
// feeds and files, and kills the one that holds the stream in the middle of it
// all: the other takes the stream over and reads the files to their end, and
// every post that was sent is stored, once.
func TestNodesShareListening(t *testing.T) {
	if testing.Short() {
		t.Skip("waits until the hold of a dead node ends")
	}
	t.Parallel()
	const (
		edits = 1500
		sites = 4
		files = 6 // more than one node takes at once
	)
	h := newShared(t)
	stream := eventstreams.Start(t, fakes.Setup{Posts: edits, First: 1000, Begin: time.Now().Add(-2 * time.Hour), Pace: 3 * time.Millisecond})
	want := map[string][]string{"stream": fakes.Texts(edits)}

	a := serveEnv(t, h.env)
	analyst := signedIn(t, a.base, staff(t, h.data, "--database-url", h.database)["analyst"])
	desk := machine{t, a.base, analyst.token("listen.view", "listen.sources")}
	addSource(desk, "stream", "wikimedia", stream.URL, eventstreams.Wiki)
	eventually(t, 30*time.Second, "posts of the stream", func() bool { return h.stored("stream") > 0 })
	first := h.workers()
	if len(first) != 1 {
		t.Fatalf("one node works as %q", first)
	}

	b := serveEnv(t, h.env)
	for i := range sites {
		name := fmt.Sprint("site ", i)
		site := feeds.Start(t, fakes.Setup{Posts: 40, First: 40, Begin: time.Now().Add(-2 * time.Hour)})
		addSource(desk, name, "feed", site.URL+"/feed.xml", "")
		want[name] = fakes.Texts(40)
	}
	eventually(t, 30*time.Second, "posts of the feeds", func() bool {
		n := 0
		for i := range sites {
			n += h.stored(fmt.Sprint("site ", i))
		}
		return n == sites*40
	})
	for i := range files {
		file := postsFile(t, i, 12_000)
		name := fmt.Sprint("file ", i)
		upload(analyst, file.path, name)
		want[name] = file.texts(t)
	}
	eventually(t, 60*time.Second, "imports on both nodes", func() bool {
		return len(h.importing()) == 2 && h.stored("file %") > 0
	})

	a.kill()
	killed := time.Now()
	t.Logf("killed when %d of %d posts of the stream and %d of the files were stored; imports ran at %v", h.stored("stream"), edits, h.stored("file %"), h.importing())
	if n := h.stored("stream"); n == edits {
		t.Fatal("the stream was at its end before the node died")
	}
	if n := h.importing()[first[0]]; n == 0 {
		t.Fatal("the node that died read no file")
	}
	// What a dead node ran is given to another after two minutes. They need
	// not be waited for: the runs of the dead are made to have begun earlier.
	h.order(`UPDATE river_job SET attempted_at = attempted_at - interval '2 minutes' WHERE state = 'running' AND attempted_by[cardinality(attempted_by)] = $1`, first[0])
	stream.Publish()
	told := h.stored("stream")
	eventually(t, 90*time.Second, "more posts of the stream", func() bool { return h.stored("stream") > told })
	t.Logf("the stream went on %s after the kill", time.Since(killed).Round(100*time.Millisecond))
	for name, texts := range want {
		eventually(t, 60*time.Second, "posts of "+name, func() bool { return h.stored(name) >= len(texts) })
	}
	eventually(t, 60*time.Second, "the ends of the imports", func() bool {
		return h.ask(`SELECT count(*) FROM listen_import WHERE state <> 'done'`) == 0
	})
	t.Logf("all posts are stored %s after the kill", time.Since(killed).Round(100*time.Millisecond))
	for name, texts := range want {
		h.holds(name, texts)
		if got := h.ask(`SELECT sum(v.posts) FROM listen.listen_volume v JOIN listen_source s ON s.number = v.source WHERE s.name = $1`, name); got != len(texts) {
			t.Errorf("%s: %d posts are counted, want %d", name, got, len(texts))
		}
	}
	b.stop(t)
}

// shared is what two nodes share.
type shared struct {
	*testing.T
	database, data string
	env            []string
	db             *sql.DB
}

func newShared(t *testing.T) shared {
	t.Helper()
	h := shared{T: t}
	h.data, h.database = demonstrationOnPostgres(t)
	h.env = []string{"SIFARA_DATA=" + h.data, "SIFARA_DATABASE_URL=" + h.database, "SIFARA_BASE_URL=" + ownAddress, "SIFARA_TRUSTED_PROXIES=127.0.0.1,::1", "SIFARA_FETCH_ALLOW=127.0.0.0/8"}
	d, err := sql.Open("pgx", h.database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	h.db = d
	return h
}

// ask asks the database for a number.
func (h shared) ask(query string, args ...any) (n int) {
	h.Helper()
	if err := h.db.QueryRow(query, args...).Scan(&n); err != nil {
		h.Fatalf("%s: %v", query, err)
	}
	return n
}

func (h shared) order(query string, args ...any) {
	h.Helper()
	if _, err := h.db.Exec(query, args...); err != nil {
		h.Fatalf("%s: %v", query, err)
	}
}

const postsOf = `SELECT count(*) FROM listen.listen_post p JOIN listen_source s ON s.number = p.source WHERE s.name LIKE $1`

// stored counts the posts of the sources whose name is like this.
func (h shared) stored(name string) int {
	h.Helper()
	return h.ask(postsOf, name)
}

// workers are the names under which nodes have run jobs.
func (h shared) workers() (names []string) {
	h.Helper()
	for name := range h.jobs(`true`) {
		names = append(names, name)
	}
	return names
}

// importing counts the imports that each node runs now.
func (h shared) importing() map[string]int {
	h.Helper()
	return h.jobs(`kind = 'listen.import' AND state = 'running'`)
}

func (h shared) jobs(which string) map[string]int {
	h.Helper()
	rows, err := h.db.Query(`SELECT attempted_by[cardinality(attempted_by)], count(*) FROM river_job WHERE cardinality(attempted_by) > 0 AND ` + which + ` GROUP BY 1`)
	if err != nil {
		h.Fatal(err)
	}
	defer rows.Close()
	out := map[string]int{}
	for rows.Next() {
		var name string
		var n int
		if err := rows.Scan(&name, &n); err != nil {
			h.Fatal(err)
		}
		out[name] = n
	}
	return out
}

// holds wants exactly these posts of a source, each once.
func (h shared) holds(name string, want []string) {
	h.Helper()
	rows, err := h.db.Query(`SELECT p.text FROM listen.listen_post p JOIN listen_source s ON s.number = p.source WHERE s.name = $1`, name)
	if err != nil {
		h.Fatal(err)
	}
	defer rows.Close()
	var got []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			h.Fatal(err)
		}
		got = append(got, text)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		h.Errorf("%s: %d posts are stored, %d of them different; want the %d that were sent", name, len(got), len(slices.Compact(got)), len(want))
	}
}

func addSource(m machine, name, kind, address, asks string) {
	m.t.Helper()
	call[struct{}](m, http.MethodPost, "/listen/sources", map[string]any{"id": id.New(), "kind": kind, "url": address, "asks": asks, "name": name, "every_minutes": 1440})
}

// upload gives the house a file to import as posts of a source of that name.
func upload(p *person, path, source string) {
	p.t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		p.t.Fatal(err)
	}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	key := id.New()
	_ = w.WriteField("id", key) // a buffer takes all
	part, err := w.CreateFormFile("file", filepath.Base(path))
	if err != nil {
		p.t.Fatal(err)
	}
	_, _ = part.Write(content)
	w.Close()
	page := "/console/listen/imports/" + key
	if a := p.try(http.MethodPost, "/console/listen/imports", &body, "Content-Type", w.FormDataContentType()); a.path != page {
		p.t.Fatalf("upload: %d at %s: %s", a.status, a.path, squeeze(a.doc(p.t).Find("main").Text()))
	}
	form := url.Values{"source": {source}, "map_time": {"time"}, "map_text": {"text"}, "map_author": {"author"}, "map_lang": {"lang"}}
	if a := p.submit(page+"/start", form); a.status != http.StatusOK {
		p.t.Fatalf("start of an import: %d: %s", a.status, squeeze(a.doc(p.t).Find("main").Text()))
	}
}

// texts are those of the posts that the file gives.
func (l lines) texts(t *testing.T) (out []string) {
	t.Helper()
	content, err := os.ReadFile(l.path)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(content), "\n")[1:] {
		if parts := strings.Split(line, `"`); len(parts) == 3 {
			out = append(out, parts[1])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
