package listenweb_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/listen/group"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/web/webtest"
)

// planted are ten accounts that say the same within a quarter of a minute,
// among many who say each something of their own.
func planted() (out []listen.Incoming) {
	for i := range 900 {
		out = append(out, listen.Incoming{ID: fmt.Sprint("c", i), Author: fmt.Sprintf("Private%dPerson", i%150), At: now.Add(-time.Duration(i*487) * time.Second), Lang: "en", Text: fmt.Sprintf("quiet words number %d about the river and the bridge %d", i, i*i)})
	}
	for act := range 16 {
		at := now.Add(-time.Duration(act*26_000+5000) * time.Second)
		for m := range 10 {
			out = append(out, listen.Incoming{ID: fmt.Sprintf("g%d-%d", act, m), Author: fmt.Sprintf("Private%dPerson", 500+m), At: at.Add(time.Duration(m*3/2) * time.Second), Lang: "en", Country: "FR", Text: fmt.Sprintf("the <b>embassy</b> sells appointments for money, proof number %d of many", act)})
		}
	}
	return out
}

// TestGroupWay has posts looked at, follows a group to a campaign file, sets it
// aside, and looks at every page in every language.
func TestGroupWay(t *testing.T) {
	dbtest.Each(t, []db.Migrations{audit.Migrations(), org.Migrations(), listen.Migrations(), listen.StoreMigrations()}, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		c := h.site.As(officer(), i18n.English)
		const root = "/console/listen/groups"
		if a := c.Get(t, root); a.Status != http.StatusOK || a.Doc.Find(".empty").Length() != 1 {
			t.Errorf("no groups: %d %s", a.Status, a.Text("main"))
		}
		posts := planted()
		if n, err := h.Receive(system(), "Talk", posts); err != nil || n != len(posts) {
			t.Fatalf("%d of %d posts: %v", n, len(posts), err)
		}
		ask := url.Values{"topic": {""}, "window": {"60"}}
		for name, at := range map[string]time.Time{"from": now.AddDate(0, 0, -6), "until": now} {
			ask.Set(name+"-day", fmt.Sprint(at.Day()))
			ask.Set(name+"-month", fmt.Sprint(int(at.Month())))
			ask.Set(name+"-year", fmt.Sprint(at.Year()))
		}
		wrong := url.Values{"topic": {id.New()}, "window": {"60"}}
		if a := c.Post(t, root+"/looks", wrong); a.Status != http.StatusUnprocessableEntity || a.Doc.Find("#from-error, .summary li").Length() == 0 {
			t.Errorf("no days: %d", a.Status)
		}
		for k, v := range ask {
			if k != "topic" {
				wrong[k] = v
			}
		}
		if a := c.Post(t, root+"/looks", wrong); a.Status != http.StatusUnprocessableEntity || a.Doc.Find("#topic-error").Length() != 1 {
			t.Errorf("no such topic: %d %s", a.Status, a.Text(".summary"))
		}
		if a := c.Post(t, root+"/looks", ask); a.Status != http.StatusSeeOther {
			t.Fatalf("ask: %d %s", a.Status, a.Text("main"))
		}
		if a := c.Get(t, root); !strings.Contains(a.Text("#looks"), "Waiting") {
			t.Errorf("a look that waits is not told: %s", a.Text("#looks"))
		}
		h.drain(t)
		a := c.Get(t, root)
		if !strings.Contains(a.Text("#looks"), "Done") || a.Doc.Find("#groups tbody tr").Length() != 1 {
			t.Fatalf("groups: %s", a.Text("main"))
		}
		groups, err := h.groups.Groups(system(), group.Open, 10)
		if err != nil || len(groups) != 1 || groups[0].Accounts != 10 {
			t.Fatalf("groups %+v, %v", groups, err)
		}
		one := root + "/" + groups[0].ID
		a = c.Get(t, one)
		if a.Doc.Find("svg.net circle").Length() != 10 || a.Doc.Find("#accounts tbody tr").Length() != 10 || a.Doc.Find("svg.net[role=img][aria-label]").Length() != 1 {
			t.Errorf("network of %d circles, a table of %d", a.Doc.Find("svg.net circle").Length(), a.Doc.Find("#accounts tbody tr").Length())
		}
		if n := a.Doc.Find("main blockquote").Length(); n != 12 || strings.Contains(a.Text("main"), "Author") {
			t.Errorf("%d posts, or their pseudonyms are shown", n)
		}
		from := "/console/listen/campaigns/new?group=" + groups[0].ID
		if a.Doc.Find(`a[href="`+from+`"]`).Length() != 1 {
			t.Error("the group does not lead to a campaign file")
		}
		file := groupFile(t, c, from)
		if a := c.Get(t, one); a.Doc.Find(`#files a[href="`+file+`"]`).Length() != 1 {
			t.Errorf("the group does not lead to its file: %s", a.Text("#files"))
		}
		if a := c.Get(t, file); a.Doc.Find(`#facts a[href="`+one+`"]`).Length() != 1 || !strings.Contains(a.Text("main"), "Unchanged") {
			t.Errorf("the file does not lead to its group, or has no evidence: %s", a.Text("#facts"))
		}
		for _, l := range i18n.Langs {
			c := h.site.As(officer(), l)
			for _, p := range []string{root, root + "?show=aside", one, from, file} {
				a := c.Get(t, p)
				if a.Status != http.StatusOK || handle.MatchString(a.Body) || strings.Contains(a.Body, "<b>embassy") || strings.Contains(a.Body, "%!") {
					t.Errorf("%s in %s: %d, or shows a handle, marks of a post or bad words", p, l, a.Status)
				}
				noPseudonym(t, h, p, a.Body)
			}
		}
		reader := h.site.As(webtest.Official("reader", perm.InMission(id.New()), listen.View), i18n.English)
		if a := reader.Get(t, one); a.Status != http.StatusOK || a.Doc.Find("main form").Length() != 0 || a.Doc.Find("main a[href*=campaigns]").Length() != 0 {
			t.Errorf("a reader is offered acts: %d", a.Status)
		}
		for _, tt := range []struct {
			c    *webtest.Client
			act  string
			form url.Values
			want int
		}{
			{reader, one + "/aside", url.Values{"reason": {"x"}}, http.StatusForbidden},
			{reader, root + "/looks", ask, http.StatusForbidden},
			{reader, root + "/media", nil, http.StatusForbidden},
			{c, one + "/aside", url.Values{"reason": {" "}}, http.StatusUnprocessableEntity},
			{c, one + "/aside", url.Values{"reason": {"A fan club"}}, http.StatusSeeOther},
			{c, one + "/aside", url.Values{"reason": {"A fan club"}}, http.StatusConflict},
			{c, one + "/take-up", nil, http.StatusSeeOther},
			{c, root + "/" + id.New() + "/aside", url.Values{"reason": {"x"}}, http.StatusNotFound},
			{c, root + "/media", url.Values{"source": {id.New()}, "reason": {"x"}}, http.StatusUnprocessableEntity},
			{c, root + "/media/" + id.New() + "/remove", nil, http.StatusNotFound},
		} {
			if a := tt.c.Post(t, tt.act, tt.form); a.Status != tt.want {
				t.Errorf("%s %v: %d, want %d", tt.act, tt.form, a.Status, tt.want)
			}
		}
		if a := c.Get(t, root+"/"+id.New()); a.Status != http.StatusNotFound {
			t.Errorf("no such group: %d", a.Status)
		}
		if a := c.Get(t, "/console/listen/campaigns/new?group="+id.New()); a.Status != http.StatusNotFound {
			t.Errorf("a file from no group: %d", a.Status)
		}
	})
}

// groupFile opens a campaign file by the form that a group filled, and gives its
// address.
func groupFile(t *testing.T, c *webtest.Client, from string) string {
	t.Helper()
	a := c.Get(t, from)
	if a.Status != http.StatusOK || !strings.Contains(a.Doc.Find("[name=search]").AttrOr("value", ""), "appointments") || !strings.Contains(a.Text("[name=behaviour]"), "T0084.001") {
		t.Fatalf("form: %d %s", a.Status, a.Text("main"))
	}
	form := url.Values{"title_en": {"Appointments"}, "narrative": {"It is said that appointments are sold."}, "confidence": {"60"}, "owner": {""}, "tlp": {"amber"}}
	for _, n := range []string{"id", "group", "topic", "search", "keep", "from-day", "from-month", "from-year", "until-day", "until-month", "until-year"} {
		form.Set(n, a.Doc.Find(`[name="`+n+`"]`).AttrOr("value", ""))
	}
	for _, n := range []string{"wordings", "behaviour", "basis"} {
		form.Set(n, a.Doc.Find(`[name="`+n+`"]`).Text())
	}
	if a := c.Post(t, "/console/listen/campaigns", form); a.Status != http.StatusSeeOther {
		t.Fatalf("open: %d %s", a.Status, a.Text("main"))
	}
	return "/console/listen/campaigns/" + form.Get("id")
}

// noPseudonym wants no pseudonym of the store on a page.
func noPseudonym(t *testing.T, h *house, path, body string) {
	t.Helper()
	authors := []string{}
	if _, _, err := h.Walk(system(), listen.WalkQuery{}, func(p listen.Post) error {
		authors = append(authors, p.Pseudonym(), strings.ToUpper(p.Pseudonym()), fmt.Sprint(p.Author))
		return nil
	}); err != nil || len(authors) == 0 {
		t.Fatal(len(authors), err)
	}
	slices.Sort(authors)
	for _, s := range slices.Compact(authors) {
		if strings.Contains(body, s) {
			t.Errorf("%s shows the pseudonym %s", path, s)
		}
	}
}

// TestMediaForm enters a source as media and takes it out again.
func TestMediaForm(t *testing.T) {
	d := dbtest.SQLite(t, audit.Migrations(), org.Migrations(), listen.Migrations(), listen.StoreMigrations())
	h := newHouse(t, d)
	c := h.site.As(officer(), i18n.Arabic)
	if _, err := h.Receive(system(), "Talk", planted()[:20]); err != nil {
		t.Fatal(err)
	}
	sources, err := h.Sources(system())
	if err != nil || len(sources) != 1 {
		t.Fatal(sources, err)
	}
	const media = "/console/listen/groups/media"
	if a := c.Post(t, media, url.Values{"source": {sources[0].ID}, "reason": {""}}); a.Status != http.StatusUnprocessableEntity || a.Doc.Find("#media #reason-error").Length() != 1 {
		t.Errorf("without a reason: %d", a.Status)
	}
	for range 2 {
		if a := c.Post(t, media, url.Values{"source": {sources[0].ID}, "reason": {"صحف"}}); a.Status != http.StatusSeeOther {
			t.Errorf("enter: %d", a.Status)
		}
	}
	if a := c.Get(t, "/console/listen/groups"); !strings.Contains(a.Text("#media"), "صحف") {
		t.Errorf("media: %s", a.Text("#media"))
	}
	if a := c.Post(t, media+"/"+sources[0].ID+"/remove", nil); a.Status != http.StatusSeeOther {
		t.Errorf("remove: %d", a.Status)
	}
	if list, err := h.groups.Media(system()); err != nil || len(list) != 0 {
		t.Errorf("media %v, %v", list, err)
	}
}
