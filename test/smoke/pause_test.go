package smoke

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestPauseOnOneNode and TestPauseOnTwoNodes pause everything with the real
// program while releases fall due and programs are called, and want that
// nothing leaves after the command has ended.
func TestPauseOnOneNode(t *testing.T) {
	t.Parallel()
	data := demonstration(t)
	n := serveEnv(t, pausing(data), "--demo")
	pauseEverything(t, data, []*node{n})
}

func TestPauseOnTwoNodes(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a demonstration on PostgreSQL")
	}
	t.Parallel()
	data, database := demonstrationOnPostgres(t)
	env := append(pausing(data), "SIFARA_DATABASE_URL="+database)
	a := serveEnv(t, env, "--demo")
	b := serveEnv(t, env)
	pauseEverything(t, data, []*node{a, b}, "--database-url", database)
}

// pausing is the environment of a house that calls programs of this machine.
func pausing(data string) []string {
	return []string{"SIFARA_DATA=" + data, "SIFARA_BASE_URL=" + ownAddress, "SIFARA_TRUSTED_PROXIES=127.0.0.1,::1", "SIFARA_FETCH_ALLOW=127.0.0.0/8"}
}

// listener is another program that is called.
type listener struct {
	*httptest.Server
	mu    sync.Mutex
	calls []time.Time
}

func newListener(t *testing.T) *listener {
	l := &listener{}
	l.Server = httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		time.Sleep(30 * time.Millisecond) // a call takes a while: pausing has something to wait for
		l.mu.Lock()
		defer l.mu.Unlock()
		l.calls = append(l.calls, time.Now())
	}))
	t.Cleanup(l.Close)
	return l
}

func (l *listener) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.calls)
}

func pauseEverything(t *testing.T, data string, nodes []*node, flags ...string) {
	people := staff(t, data, flags...)
	o := openOffice(t, nodes[0].base, people, "paris")
	program := newListener(t)
	admin := machine{t, nodes[0].base, signedIn(t, nodes[0].base, people["administrator"]).token("channels.webhooks")}
	for i := range 3 {
		call[struct{}](admin, http.MethodPost, "/webhooks", map[string]any{"name": fmt.Sprint("Desk ", i), "url": program.URL, "events": []string{"*"}})
	}
	var before, after []message
	for i := range 6 {
		before = append(before, o.approved(fmt.Sprintf("Before the pause %d", i), "Text that goes out."))
		after = append(after, o.approved(fmt.Sprintf("During the pause %d", i), "Text that waits."))
	}
	at := time.Now().Add(15 * time.Second)
	for i := range before {
		o.release(before[i], later(at))
		o.release(after[i], at.Add(12*time.Second+time.Duration(i)*200*time.Millisecond))
	}
	seen := program.count()
	eventually(t, 60*time.Second, "the first releases", func() bool {
		return states(o, before)["released"] > 0 && program.count() > seen
	})
	must(t, data, append([]string{"publish", "pause", "--all", "--reason", "Earthquake"}, flags...)...)
	then, out := program.count(), states(o, append(before, after...))["released"]
	t.Logf("when the pause was confirmed: %d calls, %d releases", then, out)
	for i, n := range nodes {
		for _, m := range after[2*i : 2*i+2] {
			if answered := o.at(n.base).releaser.status(http.MethodPost, "/messages/"+m.ID+"/release", map[string]any{"hash": m.Hash}); answered != http.StatusConflict {
				t.Errorf("released by hand during the pause on %s: %d", n.base, answered)
			}
		}
	}
	time.Sleep(time.Until(at.Add(16 * time.Second))) // every plan has fallen due
	if now := program.count(); now != then {
		t.Errorf("%d calls left after the pause was confirmed", now-then)
	}
	if now := states(o, append(before, after...))["released"]; now != out {
		t.Errorf("%d releases after the pause was confirmed", now-out)
	}
	for _, n := range nodes {
		if page := signedIn(t, n.base, people["press-paris"]).get("/console/listen/warnings"); !strings.Contains(page.Find("main").Text(), "Earthquake") {
			t.Errorf("%s does not say on another page that publishing is paused", n.base)
		}
	}
	must(t, data, append([]string{"publish", "resume", "--all"}, flags...)...)
	time.Sleep(3 * time.Second)
	if now := states(o, append(before, after...))["released"]; now != out || program.count() != then {
		t.Errorf("after resuming %d releases and %d calls followed by themselves", now-out, program.count()-then)
	}
	queue := call[struct {
		Held []struct{ ID, Source string }
	}](o.releaser, http.MethodGet, "/pauses", nil).Held
	if len(queue) < len(after) {
		t.Errorf("%d of %d wait for an official", len(queue), len(after))
	}
}

// states counts messages by their state.
func states(o office, list []message) map[string]int {
	out := map[string]int{}
	for _, m := range list {
		out[call[message](o.drafter, http.MethodGet, "/messages/"+m.ID, nil).State]++
	}
	return out
}

// status calls the API once and gives the number of its answer.
func (m machine) status(method, path string, in any) int {
	m.t.Helper()
	b, err := json.Marshal(in)
	if err != nil {
		m.t.Fatal(err)
	}
	for {
		req, err := http.NewRequest(method, m.base+"/api/v1"+path, bytes.NewReader(b))
		if err != nil {
			m.t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+m.token)
		req.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			m.t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusTooManyRequests {
			return res.StatusCode
		}
		time.Sleep(time.Second)
	}
}
