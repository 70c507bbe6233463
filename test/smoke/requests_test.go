package smoke

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"sifara/internal/id"
)

// TestMain removes what tests shared.
func TestMain(m *testing.M) {
	code := m.Run()
	embedded.remove()
	served.remove()
	os.Exit(code)
}

// template is a demonstration that tests copy: building one takes seconds.
type template struct {
	sync.Mutex
	dir      string
	database string // the name on the test server; empty on SQLite
}

// The templates of the two engines, made by the first test that wants one.
var embedded, served template

func (m *template) remove() {
	if m.dir != "" {
		os.RemoveAll(m.dir)
	}
	if m.database != "" {
		_ = onServer("DROP DATABASE IF EXISTS " + m.database + " WITH (FORCE)")
	}
}

// copy gives a fresh copy of the data folder, after build has made the first.
func (m *template) copy(t testing.TB, build func(data string)) string {
	t.Helper()
	binary(t)
	m.Lock()
	defer m.Unlock()
	if m.dir == "" {
		dir, err := os.MkdirTemp("", "sifara-smoke-")
		if err != nil {
			t.Fatal(err)
		}
		m.dir = dir
		build(filepath.Join(dir, "data"))
	}
	data := filepath.Join(t.TempDir(), "data")
	if out, err := exec.Command("cp", "-a", filepath.Join(m.dir, "data"), data).CombinedOutput(); err != nil {
		t.Fatalf("copy the demonstration: %v %s", err, out)
	}
	return data
}

// demonstration gives the data folder of a fresh demonstration.
func demonstration(t testing.TB) string {
	t.Helper()
	return embedded.copy(t, func(data string) { must(t, data, "demo", "reset", "--base-url", ownAddress) })
}

// demonstrationOnPostgres gives the data folder and the database of a fresh
// demonstration; the test skips where there is no server.
func demonstrationOnPostgres(t testing.TB) (data, database string) {
	t.Helper()
	needServer(t)
	data = served.copy(t, func(data string) {
		served.database = databaseName()
		if err := onServer("CREATE DATABASE " + served.database); err != nil {
			t.Fatal(err)
		}
		serve(t, data, "--demo", "--database-url", addressOf(t, served.database), "--base-url", ownAddress).stop(t)
	})
	return data, newDatabase(t, served.database)
}

// ownAddress is the address under which houses of these tests speak of
// themselves, whatever port they are served on: the identity of their logs
// depends on it.
const ownAddress = "http://localhost"

// serveOwn serves a house that knows itself by ownAddress and believes who
// the tests say that a visitor is.
func serveOwn(t testing.TB, data string, args ...string) *node {
	t.Helper()
	return serve(t, data, append([]string{"--base-url", ownAddress, "--trusted-proxies", "127.0.0.1,::1"}, args...)...)
}

// staff gives the ids of the demonstration's officials by their post:
// "press-paris".
func staff(t testing.TB, data string, flags ...string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, u := range decode[[]struct{ ID, Email string }](t, must(t, data, append([]string{"user", "list", "--json"}, flags...)...)) {
		post, _, _ := strings.Cut(u.Email, "@")
		out[post] = u.ID
	}
	return out
}

// signedIn is an official of the demonstration by id.
func signedIn(t testing.TB, base, personID string) *person {
	t.Helper()
	if personID == "" {
		t.Fatal("no such official in the demonstration")
	}
	p := visitor(t, base)
	p.post("/console/signin/demo", url.Values{"person": {personID}})
	return p
}

// answer is what a server said, whatever it said. Path is where redirects
// ended.
type answer struct {
	status int
	header http.Header
	body   string
	path   string
}

func (a answer) doc(t testing.TB) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// send makes any request; headers are pairs of name and value. The error is
// that of the connection.
func (p *person) send(method, path string, body io.Reader, headers ...string) (answer, error) {
	req, err := http.NewRequest(method, p.base+path, body)
	if err != nil {
		return answer{}, err
	}
	if method != http.MethodGet && method != http.MethodHead {
		req.Header.Set("Origin", p.base)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "Host" {
			req.Host = headers[i+1]
			continue
		}
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := p.http.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, res.Header, string(b), res.Request.URL.Path}, err
}

// try is send for those who expect an answer, if not a friendly one.
func (p *person) try(method, path string, body io.Reader, headers ...string) answer {
	p.t.Helper()
	a, err := p.send(method, path, body, headers...)
	if err != nil {
		p.t.Fatalf("%s %.200s: %v", method, path, err)
	}
	return a
}

const formType = "application/x-www-form-urlencoded"

// submit sends a form and gives whatever is answered.
func (p *person) submit(path string, form url.Values, headers ...string) answer {
	p.t.Helper()
	return p.try(http.MethodPost, path, strings.NewReader(form.Encode()), append([]string{"Content-Type", formType}, headers...)...)
}

// token makes a token for the API with permissions of the person.
func (p *person) token(permissions ...string) string {
	p.t.Helper()
	doc := p.post("/console/account/tokens", url.Values{"id": {id.New()}, "name": {"smoke"}, "days": {"7"}, "permissions": permissions})
	secret := doc.Find("#token").Text()
	if secret == "" {
		p.t.Fatalf("no token: %s", squeeze(doc.Find("main").Text()))
	}
	return secret
}

// machine is a program that calls the API.
type machine struct {
	t     testing.TB
	base  string
	token string
}

// call calls the API and reads the answer; it waits when it is told to.
func call[T any](m machine, method, path string, in any) T {
	m.t.Helper()
	var out T
	b, err := json.Marshal(in)
	if err != nil {
		m.t.Fatal(err)
	}
	for range 60 {
		req, err := http.NewRequest(method, m.base+"/api/v1"+path, bytes.NewReader(b))
		if err != nil {
			m.t.Fatal(err)
		}
		if m.token != "" {
			req.Header.Set("Authorization", "Bearer "+m.token)
		}
		if method != http.MethodGet {
			req.Header.Set("Content-Type", "application/json")
		}
		req.Header.Set("Accept-Language", "en")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			m.t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil {
			m.t.Fatal(err)
		}
		if res.StatusCode == http.StatusTooManyRequests {
			wait, _ := strconv.Atoi(res.Header.Get("Retry-After"))
			time.Sleep(time.Duration(max(wait, 1)) * time.Second)
			continue
		}
		if res.StatusCode >= 300 {
			m.t.Fatalf("%s %s: %s %s", method, path, res.Status, body)
		}
		if err := json.Unmarshal(body, &out); err != nil {
			m.t.Fatalf("%s %s: %v in %.300s", method, path, err, body)
		}
		return out
	}
	m.t.Fatalf("%s %s: too many requests, for ever", method, path)
	return out
}

// message is what these tests read of a message in the API.
type message struct {
	ID, Slug, State, Hash string
	Step                  int
	Variants              []struct {
		Lang, Title, Hash string
		Version           int
	}
}

// office are the officials through whose hands a statement of the embassy in
// Paris goes, each another person, as programs.
type office struct {
	drafter, arabic, english, clearer, releaser machine
	mission                                     string
}

// openOffice gives the officials of an embassy their tokens.
func openOffice(t testing.TB, base string, people map[string]string, slug string) office {
	t.Helper()
	as := func(post string, permissions ...string) machine {
		return machine{t, base, signedIn(t, base, people[post]).token(permissions...)}
	}
	o := office{
		drafter: as("press-"+slug, "publish.view", "publish.draft"),
		arabic:  as("editor-ar", "publish.view", "publish.review"), english: as("editor-en", "publish.view", "publish.review"),
		clearer: as("head-"+slug, "publish.view", "publish.clear"), releaser: as("spokesperson", "publish.view", "publish.release"),
	}
	for _, m := range call[struct {
		Items []struct{ ID, Slug string }
	}](as("administrator", "org.view"), http.MethodGet, "/missions?limit=100", nil).Items {
		if m.Slug == slug {
			o.mission = m.ID
		}
	}
	if o.mission == "" {
		t.Fatalf("no mission %s in the API", slug)
	}
	return o
}

// at moves the office to another node, or the same after a restart.
func (o office) at(base string) office {
	for _, m := range []*machine{&o.drafter, &o.arabic, &o.english, &o.clearer, &o.releaser} {
		m.base = base
	}
	return o
}

// approved brings a statement in Arabic and English before its last step.
func (o office) approved(title, body string) message {
	o.drafter.t.Helper()
	m := call[message](o.drafter, http.MethodPost, "/messages", map[string]any{"id": id.New(), "mission_id": o.mission, "kind": "statement", "source_lang": "en", "title": title, "body": body})
	m = call[message](o.drafter, http.MethodPut, "/messages/"+m.ID+"/variants/ar", map[string]any{"title": "بيان: " + title, "body": "نص البيان الرسمي.\n\n" + body, "version": 0, "source_hash": m.Variants[0].Hash})
	m = call[message](o.drafter, http.MethodPost, "/messages/"+m.ID+"/submit", map[string]any{"hash": m.Hash})
	m = call[message](o.arabic, http.MethodPost, "/messages/"+m.ID+"/approve", map[string]any{"hash": m.Hash, "step": m.Step, "langs": []string{"ar"}})
	m = call[message](o.english, http.MethodPost, "/messages/"+m.ID+"/approve", map[string]any{"hash": m.Hash, "step": m.Step})
	return call[message](o.clearer, http.MethodPost, "/messages/"+m.ID+"/approve", map[string]any{"hash": m.Hash, "step": m.Step})
}

// release releases an approved message; at a time when it is not zero.
func (o office) release(m message, at time.Time) message {
	o.drafter.t.Helper()
	in := map[string]any{"hash": m.Hash}
	if !at.IsZero() {
		in["at"], in["confirm"] = at.UTC().Format(time.RFC3339Nano), true
	}
	return call[message](o.releaser, http.MethodPost, "/messages/"+m.ID+"/release", in)
}

// logged counts the releases in the public log by message and language.
func logged(t testing.TB, base string) map[string]int {
	t.Helper()
	out := map[string]int{}
	for start := 0; ; {
		a := visitor(t, base).try(http.MethodGet, fmt.Sprintf("/log/entries?start=%d", start), nil)
		page := decode[struct{ Records [][]byte }](t, a.body)
		if len(page.Records) == 0 {
			return out
		}
		for _, b := range page.Records {
			r := decode[struct{ Act, Message, Language string }](t, string(b))
			if r.Act == "release" {
				out[r.Message+" "+r.Language]++
			}
		}
		start += len(page.Records)
	}
}

// numberWords are the words in which the form asks its human question.
var numberWords = map[string]int{
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
	"واحد": 1, "اثنان": 2, "ثلاثة": 3, "أربعة": 4, "خمسة": 5, "ستة": 6, "سبعة": 7, "ثمانية": 8, "تسعة": 9,
}

// humanAnswer solves the human question of the form as who reads it would.
func humanAnswer(t testing.TB, label string) string {
	t.Helper()
	sum, found := 0, 0
	for _, w := range strings.FieldsFunc(strings.ToLower(label), func(r rune) bool { return strings.ContainsRune(" ?؟.,،:()", r) }) {
		if n, ok := numberWords[w]; ok {
			sum, found = sum+n, found+1
		}
	}
	if found != 2 {
		t.Fatalf("the human question %q has %d numbers, want 2", label, found)
	}
	return strconv.Itoa(sum)
}

// questionForm opens the form below a statement and solves its question.
func (p *person) questionForm(lang, slug, text string, headers ...string) url.Values {
	p.t.Helper()
	doc := p.try(http.MethodGet, "/"+lang+"/statements/"+slug+"/ask", nil, headers...).doc(p.t)
	return url.Values{
		"ticket": {doc.Find(`input[name="ticket"]`).AttrOr("value", "")}, "text": {text}, "lang": {lang}, "agreed": {"yes"},
		"human": {humanAnswer(p.t, squeeze(doc.Find(`label[for="human"]`).Text()))}, "company": {""},
	}
}

// formAge is how long a person needs at least to fill the form.
const formAge = 3200 * time.Millisecond

// chance gives random numbers that a failed run tells how to repeat.
func chance(t testing.TB) *rand.Rand {
	seed := uint64(time.Now().UnixNano())
	if s, err := strconv.ParseUint(os.Getenv("SIFARA_TEST_SEED"), 10, 64); err == nil {
		seed = s
	}
	t.Logf("SIFARA_TEST_SEED=%d repeats the random choices", seed)
	return rand.New(rand.NewPCG(seed, 1))
}

// upTo is a random duration between zero and d.
func upTo(r *rand.Rand, d time.Duration) time.Duration {
	return time.Duration(r.Int64N(int64(d)))
}

// eventually waits until ok; the test fails when it does not come true in time.
func eventually(t testing.TB, within time.Duration, what string, ok func() bool) {
	t.Helper()
	for began := time.Now(); !ok(); time.Sleep(100 * time.Millisecond) {
		if time.Since(began) > within {
			t.Fatalf("%s: not within %s", what, within)
		}
	}
}
