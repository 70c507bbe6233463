package listenweb_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/web/webtest"
)

// TestTopicPages walks from an expression that cannot be read, over what it
// would find, to the page of the topic, its posts of one act, and its stories;
// and the same for a narrative.
func TestTopicPages(t *testing.T) {
	dbtest.Each(t, []db.Migrations{audit.Migrations(), org.Migrations(), listen.Migrations(), listen.StoreMigrations()}, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		var posts []listen.Incoming
		for i := range 6 {
			posts = append(posts, listen.Incoming{At: now.Add(-time.Duration(30+i) * time.Hour), ID: fmt.Sprint(i), Text: fmt.Sprintf("BREAKING the embassy in Brussels is closed until Friday, visas are not issued %d", i), Lang: "en", Country: "BE"})
		}
		posts = append(posts,
			listen.Incoming{At: now.Add(-20 * time.Hour), ID: "q", Text: "Why is the embassy in Brussels not answering about my visa?", Lang: "en"},
			listen.Incoming{At: now.Add(-19 * time.Hour), ID: "x", Text: "السفارة في بروكسل تبيع الفيزا لمن يدفع <script>alert(1)</script>", Lang: "ar", Country: "IQ"})
		if n, err := h.Receive(system(), "Newsroom", posts); err != nil || n != len(posts) {
			t.Fatal(n, err)
		}
		c := h.site.As(officer(), i18n.English)
		topic := id.New()
		form := url.Values{"id": {topic}, "name_en": {"Embassy"}, "terms_en": {"embassy AND (visa OR"}, "terms_ar": {"السفارة"}, "owner": {""}, "watched": {"yes"}}
		a := c.Post(t, "/console/listen/topics", form)
		if a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Text("#terms_en-error"), "21") {
			t.Errorf("an open parenthesis: %d %q", a.Status, a.Text(".summary"))
		}
		form.Set("terms_en", "embassy AND (visa OR passport*) AND NOT football")
		form.Set("preview", "yes")
		a = c.Post(t, "/console/listen/topics", form)
		if a.Status != http.StatusOK || a.Doc.Find("#found blockquote").Length() != 8 || a.Doc.Find("textarea[name=terms_en]").Text() != form.Get("terms_en") {
			t.Errorf("preview: %d, %d posts: %s", a.Status, a.Doc.Find("#found blockquote").Length(), a.Text("#found"))
		}
		if list, err := h.Topics(system()); err != nil || len(list) != 0 {
			t.Errorf("a preview saved %d topics, %v", len(list), err)
		}
		form.Del("preview")
		if a := c.Post(t, "/console/listen/topics", form); a.Status != http.StatusSeeOther {
			t.Fatalf("new topic: %d %s", a.Status, a.Text("main"))
		}
		claim := id.New()
		narrative := url.Values{"id": {claim}, "name_en": {"Visas for sale"}, "wordings_ar": {"السفارة تبيع الفيزا لمن يدفع"}, "wordings_en": {"short one"}, "owner": {""}}
		if a := c.Post(t, "/console/listen/narratives", narrative); a.Status != http.StatusUnprocessableEntity || a.Doc.Find("#wordings_en-error").Length() != 1 {
			t.Errorf("a short wording: %d %s", a.Status, a.Text(".summary"))
		}
		narrative.Set("wordings_en", "The embassy sells visas to whoever pays most")
		if a := c.Post(t, "/console/listen/narratives", narrative); a.Status != http.StatusSeeOther {
			t.Fatalf("new narrative: %d %s", a.Status, a.Text("main"))
		}
		h.drain(t)

		page := "/console/listen/topics/" + topic
		a = c.Get(t, page)
		if a.Doc.Find("#newest blockquote").Length() != 8 || a.Doc.Find("#stories-card li").Length() != 1 || a.Doc.Find("[data-chart]").Length() != 4 || a.Doc.Find("#countries-card [data-chart]").Length() != 0 {
			t.Errorf("topic: %d posts, %d stories, %d charts", a.Doc.Find("#newest blockquote").Length(), a.Doc.Find("#stories-card li").Length(), a.Doc.Find("[data-chart]").Length())
		}
		story := a.Doc.Find("#stories-card li a").AttrOr("href", "")
		if a := c.Get(t, page+"?act=question"); a.Doc.Find("#newest blockquote").Length() != 1 {
			t.Errorf("questions: %s", a.Text("#newest"))
		}
		if a := c.Get(t, page+"?act=nonsense"); a.Status != http.StatusUnprocessableEntity && a.Status != http.StatusBadRequest {
			t.Errorf("an act that does not exist: %d", a.Status)
		}
		if a := c.Get(t, "/console/listen/narratives/"+claim); a.Doc.Find("#newest blockquote").Length() != 1 || !strings.Contains(a.Text("#terms"), "السفارة تبيع") {
			t.Errorf("narrative: %s", a.Text("main"))
		}
		if a := c.Get(t, "/console/listen/narratives"); a.Doc.Find("#stream-card tbody tr").Length() != 28 || !strings.Contains(a.Text("#stream-card thead"), "Visas for sale") {
			t.Errorf("stream: %d days, %s", a.Doc.Find("#stream-card tbody tr").Length(), a.Text("#stream-card thead"))
		}
		if a := c.Get(t, page+"/edit"); !strings.Contains(a.Text("#topic-rate"), "present: 1.") || a.Doc.Find(`#topic-rate a[href="/console/listen/rates?subject=`+topic+`#rate"]`).Length() != 1 {
			t.Errorf("rate of false alarms: %s", a.Text("#topic-rate"))
		}
		if err := h.SetAlarmRate(system(), topic, 0.25); err != nil {
			t.Fatal(err)
		}
		if a := c.Get(t, page+"/edit"); !strings.Contains(a.Text("#topic-rate"), "present: 0.25.") {
			t.Errorf("a rate that was set: %s", a.Text("#topic-rate"))
		}
		if a := c.Get(t, "/console/listen/topics/new"); a.Doc.Find("#topic-rate").Length() != 1 || a.Doc.Find("#topic-rate a").Length() != 0 {
			t.Errorf("rate of a new topic: %s", a.Text("#topic-rate"))
		}
		if a := c.Get(t, page); a.Doc.Find("#ahead-card [data-chart]").Length() != 0 || !strings.Contains(a.Text("#ahead-card"), "28 full days") {
			t.Errorf("a forecast after two days: %s", a.Text("#ahead-card"))
		}
		saved, err := h.Topic(system(), claim)
		if err != nil {
			t.Fatal(err)
		}
		narrative.Del("id")
		narrative.Set("version", fmt.Sprint(saved.Version))
		narrative.Set("name_en", "Visas sold")
		if a := c.Post(t, "/console/listen/narratives/"+claim, narrative); a.Status != http.StatusSeeOther {
			t.Errorf("change: %d %s", a.Status, a.Text(".summary"))
		}
		if saved, err = h.Topic(system(), claim); err != nil || !saved.Narrative() || saved.Name(i18n.English) != "Visas sold" || len(saved.Wordings[i18n.Arabic]) != 1 {
			t.Errorf("changed narrative: %+v, %v", saved, err)
		}
		for _, l := range i18n.Langs {
			c := h.site.As(officer(), l)
			for _, p := range []string{page, page + "?span=week", page + "?span=quarter", page + "?span=year&sentiment=negative", page + "/edit", "/console/listen/narratives", "/console/listen/narratives/new",
				"/console/listen/narratives/" + claim, "/console/listen/narratives/" + claim + "/edit", "/console/listen/stories", "/console/listen/stories?span=month", story} {
				a := c.Get(t, p)
				if a.Status != http.StatusOK || strings.Contains(a.Body, "<script>alert") || strings.Contains(a.Body, "%!") {
					t.Errorf("%s in %s: %d", p, l, a.Status)
				}
			}
		}
		if a := c.Get(t, "/console/listen/stories/12"); a.Status != http.StatusNotFound {
			t.Errorf("a story that never was: %d", a.Status)
		}
		var cholera []listen.Incoming
		for i := range 12 {
			cholera = append(cholera, listen.Incoming{At: now.Add(-time.Duration(10+i) * time.Minute), ID: fmt.Sprint("c", i), Text: fmt.Sprintf("Cholera outbreak in the northern camps, doctors ask for clean water #cholera %d", i), Lang: "en"})
		}
		if _, err := h.Receive(system(), "Newsroom", cholera); err != nil {
			t.Fatal(err)
		}
		if err := h.found.Look(system()); err != nil {
			t.Fatal(err)
		}
		a = c.Get(t, "/console/listen/discovered")
		make := a.Doc.Find(`a[href*="/topics/new?discovered="]`)
		dismiss := a.Doc.Find(`form[action$="/dismiss"]`)
		if make.Length() != 1 || dismiss.Length() != 1 {
			t.Fatalf("discovered: %s", a.Text("main"))
		}
		if a := c.Get(t, make.AttrOr("href", "")); !strings.Contains(a.Doc.Find("textarea[name=terms]").Text(), "#cholera") || a.Doc.Find("input[name=name_en]").AttrOr("value", "") == "" {
			t.Errorf("proposal: %q", a.Doc.Find("textarea[name=terms]").Text())
		}
		for _, l := range i18n.Langs {
			if a := h.site.As(officer(), l).Get(t, "/console/listen/discovered"); a.Status != http.StatusOK {
				t.Errorf("discovered in %s: %d", l, a.Status)
			}
		}
		if a := c.Post(t, dismiss.AttrOr("action", ""), nil); a.Status != http.StatusSeeOther {
			t.Errorf("dismiss: %d", a.Status)
		}
		if a := c.Get(t, "/console/listen/discovered"); a.Doc.Find(`form[action$="/dismiss"]`).Length() != 0 {
			t.Errorf("a dismissed matter is shown: %s", a.Text("main"))
		}
		reader := webtest.Official("reader", perm.Everywhere(), listen.View)
		if a := h.site.As(reader, i18n.English).Post(t, "/console/listen/narratives", narrative); a.Status != http.StatusForbidden {
			t.Errorf("a reader makes a narrative: %d", a.Status)
		}
	})
}
