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
	"sifara/internal/listen/influence"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/web/webtest"
)

// TestActorWay enters an actor, has another official confirm it, measures it,
// and looks at every page in every language.
func TestActorWay(t *testing.T) {
	dbtest.Each(t, []db.Migrations{audit.Migrations(), org.Migrations(), listen.Migrations(), listen.StoreMigrations()}, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		const root = "/console/listen/actors"
		first := h.site.As(officer(), i18n.English)
		second := h.site.As(webtest.Official("second", perm.Everywhere(), listen.View, influence.Manage), i18n.English)
		reader := h.site.As(webtest.Official("reader", perm.Everywhere(), listen.View), i18n.English)
		if a := reader.Get(t, root); a.Status != http.StatusOK || a.Doc.Find(".empty").Length() != 1 || a.Doc.Find("a[href='"+root+"/new']").Length() != 0 {
			t.Errorf("an empty register: %d %s", a.Status, a.Text("main"))
		}
		if a := reader.Get(t, root+"/new"); a.Status != http.StatusForbidden {
			t.Errorf("the form without permission: %d", a.Status)
		}
		end := now.AddDate(0, 6, 0)
		form := url.Values{"id": {id.New()}, "name": {"UNESCO"}, "kind": {"organisation"}, "country": {""}, "accounts": {"x @UNESCO\nbluesky unesco.org"}, "reason": {"UN body for culture, which our desk works with"},
			"public": {"yes"}, "ends-day": {fmt.Sprint(end.Day())}, "ends-month": {fmt.Sprint(int(end.Month()))}, "ends-year": {fmt.Sprint(end.Year())}}
		for field, value := range map[string]string{"reason": "because", "public": "", "accounts": "nowhere someone", "ends-year": "2090", "name": ""} {
			wrong := url.Values{}
			for k, v := range form {
				wrong[k] = v
			}
			wrong.Set(field, value)
			if a := first.Post(t, root, wrong); a.Status != http.StatusUnprocessableEntity || a.Doc.Find(".summary li").Length() == 0 {
				t.Errorf("wrong %s: %d", field, a.Status)
			}
		}
		one := root + "/" + form.Get("id")
		if a := first.Post(t, root, form); a.Header.Get("Location") != one {
			t.Fatalf("proposed: %d %s %s", a.Status, a.Header.Get("Location"), a.Text("main"))
		}
		if a := first.Post(t, one+"/confirm", nil); a.Status != http.StatusForbidden {
			t.Errorf("who entered it confirms: %d", a.Status)
		}
		if a := first.Get(t, "/console/listen/search?q=%40unesco"); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("asked for before it counts: %d", a.Status)
		}
		if a := second.Get(t, one); a.Doc.Find("form[action$='/confirm']").Length() != 1 || a.Doc.Find("form[action$='/renew']").Length() != 0 {
			t.Errorf("the second person: %s", a.Text("main"))
		}
		if a := second.Post(t, one+"/confirm", nil); a.Header.Get("Location") != one {
			t.Fatalf("confirmed: %d", a.Status)
		}
		var posts []listen.Incoming
		for i := range 40 {
			posts = append(posts, listen.Incoming{At: now.Add(-time.Duration(i*211+30) * time.Minute), ID: fmt.Sprint(i), Author: fmt.Sprintf("Private%dPerson", i), Text: fmt.Sprintf("Thank you @UNESCO for day %d", i), Lang: "en", Country: "FR"})
		}
		posts = append(posts, listen.Incoming{At: now.Add(-time.Hour), ID: "own", Author: "unesco", Followers: 4_321_000, Text: "Good evening from Paris", Lang: "en"})
		if n, err := h.Receive(system(), "Talk", posts); err != nil || n != len(posts) {
			t.Fatal(n, err)
		}
		if a := reader.Post(t, root+"/measure", nil); a.Status != http.StatusForbidden {
			t.Errorf("measure without permission: %d", a.Status)
		}
		if a := first.Post(t, root+"/measure", nil); a.Header.Get("Location") != root {
			t.Errorf("measure: %d", a.Status)
		}
		h.drain(t)
		a := reader.Get(t, root)
		row := a.Doc.Find("#actor-" + form.Get("id")).Text()
		if !strings.Contains(row, "UNESCO") || !strings.Contains(row, "40") || !strings.Contains(row, "4,321,000") || !strings.Contains(row, "France") {
			t.Errorf("the ranking says %q", row)
		}
		if a := reader.Get(t, one); a.Doc.Find("#measures, #actor-countries, #score-series").Length() < 2 || a.Doc.Find("form[method=post][action^='"+root+"']").Length() != 0 {
			t.Errorf("the page of an actor for a reader: %s", a.Text("main"))
		}
		if a := reader.Get(t, "/console/listen/search?q=%40unesco"); a.Status != http.StatusOK || handle.MatchString(a.Body) {
			t.Errorf("asked for a public actor: %d", a.Status)
		}
		if a := reader.Get(t, "/console/listen/search?q=%40private3person"); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("asked for a private account: %d", a.Status)
		}
		renewal := url.Values{"reason": {"Our desk still works with it"}, "ends-day": {"1"}, "ends-month": {fmt.Sprint(int(end.Month()))}, "ends-year": {fmt.Sprint(end.Year())}}
		if a := second.Post(t, one+"/renew", url.Values{"reason": {"x"}}); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("renewed without a reason: %d", a.Status)
		}
		if a := second.Post(t, one+"/renew", renewal); a.Header.Get("Location") != one {
			t.Errorf("renewed: %d %s", a.Status, a.Text("main"))
		}
		if a := first.Post(t, one+"/keep-end", nil); a.Header.Get("Location") != one {
			t.Errorf("kept its end: %d", a.Status)
		}
		for _, lang := range i18n.Langs {
			c := h.site.As(officer(), lang)
			for _, path := range []string{root, root + "?show=90", root + "?show=register", root + "/new", one, "/console/listen/privacy"} {
				if a := c.Get(t, path); a.Status != http.StatusOK || handle.MatchString(a.Body) {
					t.Errorf("%s %s: %d", lang, path, a.Status)
				}
			}
		}
		if a := reader.Get(t, "/console/listen/privacy"); !strings.Contains(a.Text("#actors"), "which our desk works with") {
			t.Errorf("the data-protection report does not list the register: %s", a.Text("#actors"))
		}
		if a := first.Post(t, one+"/end", url.Values{"end_reason": {"Not needed by any desk"}}); a.Header.Get("Location") != one {
			t.Errorf("ended: %d", a.Status)
		}
		if a := reader.Get(t, root+"?show=register"); !strings.Contains(a.Text("main"), "Ended") {
			t.Errorf("the register after the end: %s", a.Text("main"))
		}
		if a := reader.Get(t, root+"/"+id.New()); a.Status != http.StatusNotFound {
			t.Errorf("an actor that is none: %d", a.Status)
		}
	})
}
