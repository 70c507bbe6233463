package smoke

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // to make databases of the tests' own

	"sifara/internal/id"
)

// emptyDatabase is the template of a database that holds nothing.
const emptyDatabase = "template1"

// newDatabase makes a database on the test server and gives its address; the
// test skips where there is no server.
func newDatabase(t testing.TB, template string) string {
	t.Helper()
	needServer(t)
	name := databaseName()
	if err := onServer("CREATE DATABASE " + name + " TEMPLATE " + template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = onServer("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)") })
	return addressOf(t, name)
}

// postgresEnv names the test server.
const postgresEnv = "SIFARA_TEST_POSTGRES"

func needServer(t testing.TB) {
	t.Helper()
	if os.Getenv(postgresEnv) == "" {
		t.Skip("no PostgreSQL: " + postgresEnv + " is not set (make test sets it)")
	}
}

func databaseName() string { return "smoke_" + strings.ReplaceAll(id.New(), "-", "") }

// addressOf is the address of a database on the test server.
func addressOf(t testing.TB, database string) string {
	t.Helper()
	u, err := url.Parse(os.Getenv(postgresEnv))
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + database
	return u.String()
}

// onServer runs a statement on the test server.
func onServer(query string) error {
	d, err := sql.Open("pgx", os.Getenv(postgresEnv))
	if err != nil {
		return err
	}
	defer d.Close()
	_, err = d.Exec(query)
	return err
}

// TestTwoNodes runs two servers on one PostgreSQL: a planned release happens
// once, pages and open consoles hear of each other's changes, sessions hold on
// both, and one goes on when the other is killed.
func TestTwoNodes(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a demonstration on PostgreSQL")
	}
	t.Parallel()
	data, database := demonstrationOnPostgres(t) // files and keys are shared by the nodes too
	env := []string{"SIFARA_DATA=" + data, "SIFARA_DATABASE_URL=" + database, "SIFARA_BASE_URL=" + ownAddress, "SIFARA_TRUSTED_PROXIES=127.0.0.1,::1"}
	a := serveEnv(t, env)
	b := serveEnv(t, env)
	people := staff(t, data, "--database-url", database)
	o := openOffice(t, a.base, people, "paris")

	t.Run("a session holds on both nodes", func(t *testing.T) {
		p := signedIn(t, a.base, people["press-paris"])
		p.base = b.base
		if doc := p.get("/console/messages"); doc.Find("main table, main .items, main [id]").Length() == 0 {
			t.Error("the other node shows no messages")
		}
		p.post("/console/signout", url.Values{})
		p.base = a.base
		if got := p.try(http.MethodGet, "/console/messages", nil); got.path != "/console/signin" {
			t.Errorf("signed out on one node, the other still shows %s", got.path)
		}
	})

	t.Run("a kept page hears of a release elsewhere", func(t *testing.T) {
		v := visitor(t, b.base)
		pages := []string{"/en", "/ar/statements", "/en/missions/paris/statements", "/en/feed.rss"}
		for range 2 {
			for _, p := range pages {
				v.try(http.MethodGet, p, nil)
			}
		}
		m := o.release(o.approved("Both nodes show the same", "What one node lets out the other shows at once."), time.Time{})
		began := time.Now()
		for _, p := range pages {
			// Well before the minute after which pages are drawn anew anyway.
			eventually(t, 15*time.Second, p+" on the other node", func() bool {
				return strings.Contains(v.try(http.MethodGet, p, nil).body, "/statements/"+m.Slug)
			})
		}
		t.Logf("all pages in %s", time.Since(began).Round(time.Millisecond))
	})

	t.Run("an open console hears of the other node", func(t *testing.T) {
		p := signedIn(t, b.base, people["press-paris"])
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.base+"/console/live?topics=publish.messages", nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := p.http.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		scan := bufio.NewScanner(res.Body)
		if !scan.Scan() || !strings.HasPrefix(scan.Text(), "retry:") {
			t.Fatalf("stream begins with %q (%s)", scan.Text(), res.Status)
		}
		call[message](o.drafter, http.MethodPost, "/messages", map[string]any{"id": id.New(), "mission_id": o.mission, "kind": "news", "source_lang": "en", "title": "Heard on the other node", "body": "Text."})
		for scan.Scan() {
			if scan.Text() == "event: publish.messages" {
				return
			}
		}
		t.Fatalf("no event: %v", scan.Err())
	})

	t.Run("planned releases happen once", func(t *testing.T) {
		var list []message
		at := time.Now().Add(12 * time.Second)
		for i := range 8 {
			m := o.approved(fmt.Sprintf("Planned on two nodes %d", i), fmt.Sprintf("Text %d of those that become public at one moment.", i))
			list = append(list, o.release(m, later(at)))
		}
		waitReleased(t, o.at(b.base), list)
		for _, base := range []string{a.base, b.base} {
			eventually(t, 15*time.Second, "feeds of "+base, func() bool {
				return strings.Count(visitor(t, base).try(http.MethodGet, "/en/missions/paris/feed.json", nil).body, "Planned on two nodes") >= len(list)
			})
			releasedOnce(t, base, list)
		}
	})

	t.Run("the other goes on when one is killed", func(t *testing.T) {
		m := o.release(o.approved("Planned before the node died", "It is public all the same."), later(time.Now().Add(3*time.Second)))
		a.kill()
		began := time.Now()
		o := o.at(b.base)
		waitReleased(t, o, []message{m})
		t.Logf("planned release %s after the kill", time.Since(began).Round(100*time.Millisecond))
		releasedOnce(t, b.base, []message{m, o.release(o.approved("Written after the node died", "The house goes on."), time.Time{})})
		p := signedIn(t, b.base, people["head-paris"])
		p.get("/console")
		if r := run(t, data, "audit", "verify", "--database-url", database, "--base-url", ownAddress); r.code != 0 {
			t.Errorf("the record: %s%s", r.stdout, r.stderr)
		}
	})
}

// later is a moment that lies ahead, also when preparing took longer.
func later(at time.Time) time.Time {
	if soon := time.Now().Add(time.Second); at.Before(soon) {
		return soon
	}
	return at
}

func waitReleased(t *testing.T, o office, list []message) {
	t.Helper()
	for _, m := range list {
		eventually(t, 90*time.Second, "release of "+m.Slug, func() bool {
			return call[message](o.drafter, http.MethodGet, "/messages/"+m.ID, nil).State == "released"
		})
	}
}
