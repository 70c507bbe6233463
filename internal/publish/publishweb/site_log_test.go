package publishweb

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"sifara/internal/audit"
	"sifara/internal/db/dbtest"
	"sifara/internal/i18n"
	"sifara/internal/ledger"
	"sifara/internal/org"
	"sifara/internal/publish"
)

// TestMonitorReadsLongRecords follows a log with a speech whose record no bundle
// of entries can hold.
func TestMonitorReadsLongRecords(t *testing.T) {
	p := newPublic(t, dbtest.SQLite(t, audit.Migrations(), org.Migrations(), publish.Migrations()))
	long := strings.Repeat("نلتزم بالحوار والقانون. ", ledger.MaxEntry/40)
	p.say(p.paris.ID, map[i18n.Lang]publish.Words{i18n.Arabic: {Title: "خطاب", Body: long}})
	p.say(p.paris.ID, map[i18n.Lang]publish.Words{i18n.English: {Title: "Short", Body: "A short text."}})
	key, err := p.log.Key(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := p.As(nil, i18n.English)
	change := func(path string, body []byte) []byte { return body }
	monitor := ledger.Monitor{Keys: []string{key}, Read: func(path string) ([]byte, error) {
		a := c.Get(t, "/log/"+path)
		if a.Status != http.StatusOK {
			return nil, fmt.Errorf("%s: %d", path, a.Status)
		}
		return change(path, []byte(a.Body)), nil
	}}
	s, err := monitor.Look(nil)
	if err != nil || len(s.New) != 2 || len(s.New[0]) <= ledger.MaxEntry {
		t.Fatalf("%d records, %v", len(s.New), err)
	}
	forged := false
	change = func(path string, body []byte) []byte {
		var answer entriesAnswer
		if !strings.HasPrefix(path, "entries") || json.Unmarshal(body, &answer) != nil {
			return body
		}
		forged = true
		answer.Records[0][len(answer.Records[0])/2] ^= 1
		body, _ = json.Marshal(answer)
		return body
	}
	if _, err := monitor.Look(nil); err == nil || !forged {
		t.Error("a record that the log does not hold was believed")
	}
}

// TestLogIsReadByTiles follows the log over HTTP as a monitor of somebody else
// does.
func TestLogIsReadByTiles(t *testing.T) {
	eachPublic(t, func(t *testing.T, p *public) {
		m := p.say(p.paris.ID, visit)
		c := p.As(nil, i18n.English)
		key, err := p.log.Key(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		media := map[string]string{}
		monitor := ledger.Monitor{Keys: []string{key}, Read: func(path string) ([]byte, error) {
			a := c.Get(t, "/log/"+path)
			if a.Status != http.StatusOK {
				t.Errorf("%s: got %d", path, a.Status)
			}
			media[path] = a.Header.Get("Content-Type") + "; " + a.Header.Get("Cache-Control")
			return []byte(a.Body), nil
		}}
		s, err := monitor.Look(nil)
		if err != nil || len(s.New) != 4 {
			t.Fatalf("got %d records, %v", len(s.New), err)
		}
		for path, want := range map[string]string{
			"checkpoint":           "text/plain; charset=utf-8; no-cache",
			"tile/0/000.p/4":       "application/octet-stream; public, max-age=31536000, immutable",
			"tile/entries/000.p/4": "application/octet-stream; public, max-age=31536000, immutable",
		} {
			if media[path] != want {
				t.Errorf("%s: got %q, want %q", path, media[path], want)
			}
		}
		for _, path := range []string{"/log/tile/0/000", "/log/tile/0/000.p/5", "/log/tile/0/001", "/log/tile/entries/000", "/log/tile/x", "/log/tile/8/0/000.p/1"} {
			if a := c.Get(t, path); a.Status != http.StatusNotFound {
				t.Errorf("%s: got %d, want 404", path, a.Status)
			}
		}
		var keys logKeys
		if err := json.Unmarshal([]byte(c.Get(t, "/log/keys").Body), &keys); err != nil || keys.Origin != "example.test/log" || len(keys.Keys) != 1 || keys.Keys[0].Key != key {
			t.Errorf("keys: got %+v, %v", keys, err)
		}
		// What every post knows leads to the proof of its text.
		at := publish.ProofPath(m.ID, i18n.Sorani)
		proven, err := publish.VerifyProof(strings.NewReader(c.Get(t, at).Body), visit[i18n.Sorani].Body, key)
		if err != nil || proven.Verdict != publish.Unchanged || proven.Record.Language != i18n.Sorani {
			t.Errorf("%s: got %s %q, %v", at, proven.Verdict, proven.Record.Language, err)
		}
		if a := c.Get(t, "/ckb/statements/"+m.Slug); a.Doc.Find("link[rel=describedby][href='"+at+"']").Length() != 1 {
			t.Error("the page does not name its proof")
		}
		for _, f := range feedFormats {
			if a := c.Get(t, "/ckb/feed."+f.ending); !strings.Contains(a.Body, testBase+at) {
				t.Errorf("%s does not name the proof:\n%s", f.name, a.Body)
			}
		}
		for _, path := range []string{"/log/proof/" + m.ID + "/fr", "/log/proof/x/en", "/log/proof/00000000-0000-7000-8000-000000000099/en"} {
			if a := c.Get(t, path); a.Status != http.StatusNotFound {
				t.Errorf("%s: got %d, want 404", path, a.Status)
			}
		}
	})
}
