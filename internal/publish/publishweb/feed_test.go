package publishweb

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"sifara/internal/audit"
	"sifara/internal/db/dbtest"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/publish"
)

func TestFeeds(t *testing.T) {
	eachPublic(t, func(t *testing.T, p *public) {
		first := p.say(p.paris.ID, visit)
		p.clock.Advance(time.Hour)
		taken := p.say(p.paris.ID, map[i18n.Lang]publish.Words{i18n.Arabic: {Title: "نص خاطئ & <غريب>", Body: "نص طويل يقال فيه شيء غير صحيح."}})
		p.clock.Advance(time.Hour)
		if _, err := p.svc.Withdraw(p.as("releaser"), taken.ID, publish.Texts{i18n.Arabic: "ورد تاريخ خاطئ."}); err != nil {
			t.Fatal(err)
		}
		p.pages.Clear()
		c := p.As(nil, i18n.Arabic)
		ids := map[string]bool{}
		for _, f := range feedFormats {
			for _, at := range []string{"/ar", "/ar/missions/paris"} {
				a := c.Get(t, at+"/feed."+f.ending)
				got, err := gofeed.NewParser().ParseString(a.Body)
				if err != nil || a.Status != http.StatusOK || !strings.HasPrefix(a.Header.Get("Content-Type"), f.media) {
					t.Fatalf("%s %s: %d %v", f.name, at, a.Status, err)
				}
				if len(got.Items) != 2 || got.Title == "" || got.Language != "ar" {
					t.Fatalf("%s: got %d items of %q in %q", f.name, len(got.Items), got.Title, got.Language)
				}
				gone, kept := got.Items[0], got.Items[1]
				if !strings.HasPrefix(gone.Title, "[مسحوب]") || !strings.Contains(gone.Content, "ورد تاريخ خاطئ.") || strings.Contains(gone.Content, "غير صحيح") {
					t.Errorf("%s: withdrawn entry: got %q: %s", f.name, gone.Title, gone.Content)
				}
				if kept.Title != visit[i18n.Arabic].Title || !strings.Contains(kept.Content, "<strong>باريس</strong>") || kept.Link != testBase+"/ar/statements/"+first.Slug || !strings.HasPrefix(kept.GUID, "urn:uuid:") {
					t.Errorf("%s: got %+v", f.name, kept)
				}
				if kept.PublishedParsed == nil || !kept.PublishedParsed.Equal(first.ReleasedAt.Std()) {
					t.Errorf("%s: published: got %v, want %v", f.name, kept.PublishedParsed, first.ReleasedAt.Std())
				}
				ids[kept.GUID] = true
			}
		}
		if len(ids) != 1 {
			t.Errorf("one message has the ids %v, want the same in every format and place", ids)
		}
		if a := c.Get(t, "/ar/missions/nowhere/feed.rss"); a.Status != http.StatusNotFound {
			t.Errorf("feed of no mission: got %d, want 404", a.Status)
		}
	})
}

// TestFeedsKeepTheSpecifications asks for what the formats demand and parsers
// forgive.
func TestFeedsKeepTheSpecifications(t *testing.T) {
	p := newPublic(t, dbtest.SQLite(t, audit.Migrations(), org.Migrations(), publish.Migrations()))
	p.say("", visit)
	c := p.As(nil, i18n.English)

	var r struct {
		Version string `xml:"version,attr"`
		Channel struct {
			Title, Description string
			Links              []string `xml:"link"`
			Items              []struct {
				GUID struct {
					Perma string `xml:"isPermaLink,attr"`
				} `xml:"guid"`
				PubDate string `xml:"pubDate"`
			} `xml:"item"`
		} `xml:"channel"`
	}
	if err := xml.Unmarshal([]byte(strings.NewReplacer("<title>", "<Title>", "</title>", "</Title>", "<description>", "<Description>", "</description>", "</Description>").Replace(c.Get(t, "/en/feed.rss").Body)), &r); err != nil {
		t.Fatal(err)
	}
	if r.Version != "2.0" || r.Channel.Title == "" || r.Channel.Description == "" || len(r.Channel.Links) == 0 || r.Channel.Items[0].GUID.Perma != "false" {
		t.Errorf("RSS: got %+v", r)
	}
	if _, err := time.Parse(time.RFC1123Z, r.Channel.Items[0].PubDate); err != nil {
		t.Errorf("RSS date: %v", err)
	}

	var a struct {
		XMLName xml.Name
		ID      string `xml:"id"`
		Updated string `xml:"updated"`
		Author  string `xml:"author>name"`
		Links   []struct {
			Rel  string `xml:"rel,attr"`
			Href string `xml:"href,attr"`
		} `xml:"link"`
		Entries []struct {
			ID, Title, Updated string
			IDs                []string `xml:"id"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal([]byte(c.Get(t, "/en/feed.atom").Body), &a); err != nil {
		t.Fatal(err)
	}
	if a.XMLName.Space != "http://www.w3.org/2005/Atom" || !strings.HasPrefix(a.ID, "urn:uuid:") || a.Author == "" || a.Links[0].Rel != "self" || a.Links[0].Href != testBase+"/en/feed.atom" || len(a.Entries[0].IDs) != 1 {
		t.Errorf("Atom: got %+v", a)
	}
	if _, err := time.Parse(time.RFC3339, a.Updated); err != nil {
		t.Errorf("Atom date: %v", err)
	}

	var j map[string]any
	if err := json.Unmarshal([]byte(c.Get(t, "/en/feed.json").Body), &j); err != nil {
		t.Fatal(err)
	}
	if j["version"] != "https://jsonfeed.org/version/1.1" || j["feed_url"] != testBase+"/en/feed.json" || j["items"].([]any)[0].(map[string]any)["id"] == "" {
		t.Errorf("JSON Feed: got %v", j)
	}
	if b := c.Get(t, "/kmr/missions/paris/feed.atom"); b.Status != http.StatusOK || !strings.Contains(b.Body, "<updated>1970-01-01T00:00:00Z</updated>") {
		t.Errorf("empty feed: got %d %s", b.Status, b.Body)
	}
}

func TestFeedsAreConditional(t *testing.T) {
	p := newPublic(t, dbtest.SQLite(t, audit.Migrations(), org.Migrations(), publish.Migrations()))
	p.say("", visit)
	c := p.As(nil, i18n.English)
	a := c.Get(t, "/en/feed.atom")
	p.pages.Clear() // rendered anew, it is the same
	for header, value := range map[string]string{"If-None-Match": a.Header.Get("Etag"), "If-Modified-Since": a.Header.Get("Last-Modified")} {
		r := httptest.NewRequest(http.MethodGet, "/en/feed.atom", nil)
		r.Header.Set(header, value)
		if got := c.Do(t, r); value == "" || got.Status != http.StatusNotModified || got.Body != "" {
			t.Errorf("%s %q: got %d, want 304", header, value, got.Status)
		}
	}
	if got := a.Header.Get("Last-Modified"); got != "Sun, 01 Mar 2026 08:00:00 GMT" {
		t.Errorf("last change: got %q, want the release", got)
	}
	p.clock.Advance(time.Minute)
	p.say("", visit)
	r := httptest.NewRequest(http.MethodGet, "/en/feed.atom", nil)
	r.Header.Set("If-None-Match", a.Header.Get("Etag"))
	if got := c.Do(t, r); got.Status != http.StatusOK {
		t.Errorf("after a release: got %d, want 200", got.Status)
	}
}

func FuzzFeeds(f *testing.F) {
	f.Add("Title", "<p>body</p>")
	f.Add("\x00\x0b\ufffe\uffff ]]> &", "<p>\x1b\u202e\xff</p>")
	f.Fuzz(func(t *testing.T, title, body string) {
		x := feed{ID: "urn:x", Title: title, Lang: i18n.English, Home: "https://a.example", Self: "https://a.example/f", Items: []item{{ID: "urn:y", Title: title, HTML: body, Summary: body, Address: "https://a.example/y",
			Attachment: []enclosure{{"https://a.example/z", "image/png", 3, title, body, 0}}}}}
		for _, format := range feedFormats {
			b, err := format.encode(x)
			if err != nil {
				t.Fatal(err)
			}
			if format.ending == "json" {
				if !json.Valid(b) {
					t.Errorf("JSON of %q is not valid", title)
				}
				continue
			}
			d := xml.NewDecoder(bytes.NewReader(b))
			for {
				if _, err := d.Token(); err == io.EOF {
					break
				} else if err != nil {
					t.Fatalf("%s of %q, %q: %v", format.name, title, body, err)
				}
			}
		}
	})
}
