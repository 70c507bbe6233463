package listenweb_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/listen/campaign"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/web/webtest"
)

// TestCampaignWay walks from a warning to a file with evidence that is closed,
// and looks at every page in every language.
func TestCampaignWay(t *testing.T) {
	dbtest.Each(t, []db.Migrations{audit.Migrations(), org.Migrations(), listen.Migrations(), listen.StoreMigrations()}, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		c := h.site.As(officer(), i18n.English)
		topic := listen.Topic{ID: id.New(), Names: map[i18n.Lang]string{i18n.English: "Brussels"}, Terms: []string{"Brussels"}, Watched: true}
		if err := h.AddTopic(system(), topic); err != nil {
			t.Fatal(err)
		}
		imp := id.New()
		if a := upload(t, c, imp, "posts.csv", file()); a.Status != http.StatusSeeOther {
			t.Fatalf("upload: %d", a.Status)
		}
		if a := c.Post(t, "/console/listen/imports/"+imp+"/start", url.Values{"map_time": {"time"}, "map_text": {"text"}, "map_author": {"author"}, "map_lang": {"lang"}}); a.Status != http.StatusSeeOther {
			t.Fatalf("start: %d", a.Status)
		}
		h.drain(t)
		warnings, err := h.OpenWarnings(system(), 100)
		if err != nil || len(warnings) != 1 {
			t.Fatalf("%d warnings, %v", len(warnings), err)
		}
		const root = "/console/listen/campaigns"
		from := root + "/new?warning=" + warnings[0].ID
		if a := c.Get(t, "/console/listen/warnings/"+warnings[0].ID); a.Doc.Find(`a[href="`+from+`"]`).Length() != 1 {
			t.Error("the warning does not lead to a campaign file")
		}
		a := c.Get(t, from)
		if a.Status != http.StatusOK || a.Doc.Find(`input[name=search]`).AttrOr("value", "") != "Brussels" {
			t.Fatalf("form: %d %s", a.Status, a.Text("main"))
		}
		form := url.Values{}
		for _, n := range []string{"id", "warning", "topic", "search", "title_en", "keep", "from-day", "from-month", "from-year", "until-day", "until-month", "until-year"} {
			form.Set(n, a.Doc.Find(`[name="`+n+`"]`).AttrOr("value", ""))
		}
		form.Set("tlp", "green")
		form.Set("owner", "")
		form.Set("behaviour", "T12")
		if a := c.Post(t, root, form); a.Status != http.StatusUnprocessableEntity || a.Doc.Find("#narrative-error").Length() != 1 || a.Doc.Find("#confidence-error").Length() != 1 {
			t.Errorf("wrong file: %d %s", a.Status, a.Text(".summary"))
		}
		form.Set("narrative", "Brussels is <script>alert(1)</script> closed")
		form.Set("confidence", "٧٠")
		form.Set("behaviour", "T0049, t0086.002")
		if a := c.Post(t, root, form); a.Status != http.StatusSeeOther {
			t.Fatalf("open: %d %s", a.Status, a.Text("main"))
		}
		path := root + "/" + form.Get("id")
		a = c.Get(t, path)
		if !strings.Contains(a.Text("#facts"), "Likely (70") {
			t.Errorf("confidence: %s", a.Text("main"))
		}
		if !strings.Contains(a.Text("#behaviour"), "T0086.002") || !strings.Contains(a.Text("#reach"), "60") {
			t.Errorf("file: %s %s", a.Text("#behaviour"), a.Text("#reach"))
		}
		a = c.Get(t, path+"/evidence")
		chosen := url.Values{"id": {a.Doc.Find("main input[name=id]").AttrOr("value", "")}}
		chosen.Add("posts", a.Doc.Find("input[name=posts]").First().AttrOr("value", ""))
		if a := c.Post(t, path+"/evidence", url.Values{"id": {id.New()}}); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("no posts: %d", a.Status)
		}
		if a := c.Post(t, path+"/evidence", chosen); a.Status != http.StatusSeeOther {
			t.Fatalf("take: %d %s", a.Status, a.Text("main"))
		}
		if a := c.Get(t, path); !strings.Contains(a.Text("main"), "Unchanged") {
			t.Errorf("evidence: %s", a.Text("main"))
		}
		for _, l := range i18n.Langs {
			c := h.site.As(officer(), l)
			for _, p := range []string{root, root + "?show=all", from, root + "/framework", path, path + "/edit", path + "/evidence"} {
				a := c.Get(t, p)
				if a.Status != http.StatusOK || handle.MatchString(a.Body) || strings.Contains(a.Body, "<script>alert") || strings.Contains(a.Body, "%!") {
					t.Errorf("%s in %s: %d, or shows a handle, a script or bad words", p, l, a.Status)
				}
			}
		}
		for _, tt := range []struct {
			act  string
			form url.Values
			want int
		}{
			{"/hand", url.Values{"desk": {"m:nowhere"}}, http.StatusUnprocessableEntity},
			{"/hand", url.Values{"desk": {""}}, http.StatusSeeOther},
			{"/link", url.Values{"decision": {"x"}}, http.StatusUnprocessableEntity},
			{"/answered", nil, http.StatusConflict},
			{"/close", url.Values{"reason": {" "}}, http.StatusUnprocessableEntity},
			{"/close", url.Values{"reason": {"faded"}}, http.StatusSeeOther},
			{"/close", url.Values{"reason": {"faded"}}, http.StatusConflict},
		} {
			if a := c.Post(t, path+tt.act, tt.form); a.Status != tt.want {
				t.Errorf("%s %v: %d, want %d", tt.act, tt.form, a.Status, tt.want)
			}
		}
		other := h.site.As(webtest.Official("other", perm.InMission(id.New()), listen.View, campaign.Manage), i18n.English)
		for _, p := range []string{"", "/edit", "/evidence", "/stix"} {
			if a := other.Get(t, path+p); a.Status != http.StatusNotFound {
				t.Errorf("another mission gets %s: %d", p, a.Status)
			}
		}
		for _, p := range []string{"", "/evidence", "/hand", "/link", "/answered", "/close"} {
			if a := other.Post(t, path+p, url.Values{"id": {id.New()}, "posts": {chosen.Get("posts")}, "desk": {""}, "reason": {"x"}}); a.Status != http.StatusNotFound {
				t.Errorf("another mission posts %s: %d", p, a.Status)
			}
		}
	})
}
