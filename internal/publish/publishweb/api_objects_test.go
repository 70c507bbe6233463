package publishweb

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/web/webtest"
)

// program gives a client that acts by the API for an official.
func (o *office) program(a *perm.Actor) *webtest.Client {
	of := *a
	of.Kind = perm.Token
	return o.site.As(&of, i18n.English)
}

// operation is one operation on a message: who of the mission may use it, and on a
// message in which state it means something.
type operation struct {
	method, path, body string
	may                string // names of actors, "all" for whoever may view
	on                 string
}

// onMessages are all operations on one message. {file}, {comment}, {check} and
// {version} are those that the test has made.
var onMessages = []operation{
	{"GET", "/messages/{id}", "", "all", "draft"},
	{"PUT", "/messages/{id}/variants/{lang}", `{"title":"x","body":"y","version":0}`, "writer", "draft"},
	{"PUT", "/messages/{id}/settings", `{"kind":"news","sensitivity":"routine","version":0}`, "writer", "draft"},
	{"POST", "/messages/{id}/submit", `{"hash":"x"}`, "writer", "draft"},
	{"POST", "/messages/{id}/recall", "", "writer", "review"},
	{"POST", "/messages/{id}/approve", `{"hash":"{hash}","step":0}`, "reviewer", "review"},
	{"POST", "/messages/{id}/reject", `{"hash":"{hash}","step":0,"reason":"r"}`, "reviewer", "review"},
	{"POST", "/messages/{id}/release", `{"hash":"x"}`, "releaser", "approved"},
	{"POST", "/messages/{id}/unschedule", "", "releaser", "approved"},
	{"GET", "/messages/{id}/warnings?at=2026-03-02T09:00:00Z", "", "all", "approved"},
	{"POST", "/messages/{id}/enqueue", `{"hash":"x"}`, "releaser", "approved"},
	{"POST", "/messages/{id}/queue", `{"act":"earlier"}`, "releaser", "approved"},
	{"POST", "/messages/{id}/withdraw", `{"note":{"ar":""}}`, "releaser", "released"},
	{"GET", "/messages/{id}/tone", "", "all", "draft"},
	{"POST", "/messages/{id}/links", "", "writer reviewer clearer", "draft"},
	{"POST", "/messages/{id}/end-cooling", `{"hash":"x","step":0,"reason":"r"}`, "head", "draft"},
	{"PUT", "/messages/{id}/campaign", `{"campaign_id":"{campaign}"}`, "writer head", "draft"},
	{"GET", "/messages/{id}/discussion", "", "all", "draft"},
	{"POST", "/messages/{id}/comments", `{"body":"?"}`, "all", "draft"},
	{"POST", "/messages/{id}/comments/{comment}/seen", "", "all", "draft"},
	{"POST", "/messages/{id}/comments/{comment}/close", "", "all", "draft"},
	{"POST", "/messages/{id}/checks", `{"lang":"ar","claim":"x"}`, "writer reviewer clearer releaser", "draft"},
	{"DELETE", "/messages/{id}/checks/{check}", "", "writer reviewer clearer releaser", "draft"},
	{"GET", "/messages/{id}/files", "", "all", "draft"},
	{"POST", "/messages/{id}/files?name=x.png", "no picture", "writer", "draft"},
	{"PUT", "/messages/{id}/files/{file}", `{"author":"x"}`, "writer", "draft"},
	{"POST", "/messages/{id}/files/{file}/earlier", "", "writer", "draft"},
	{"GET", "/messages/{id}/files/{file}", "", "all", "draft"},
	{"DELETE", "/messages/{id}/files/{file}", "", "writer", "draft"},
	{"GET", "/messages/{id}/shares", "", "releaser", "approved"},
	{"POST", "/messages/{id}/shares", `{"name":"x","organisation":"y","langs":["ar"]}`, "releaser", "approved"},
	{"DELETE", "/messages/{id}/shares", "", "releaser", "approved"},
	{"DELETE", "/messages/{id}/shares/{share}", "", "releaser", "approved"},
	{"GET", "/messages/{id}/versions", "", "all", "draft"},
	{"GET", "/messages/{id}/versions/{version}", "", "all", "draft"},
	{"POST", "/messages/{id}/versions/{version}/restore", `{"over":9}`, "writer", "draft"},
	{"GET", "/messages/{id}/preview", "", "all", "draft"},
	{"GET", "/messages/{id}/translations", "", "all", "draft"},
}

// TestOperationsAskForTheObject calls every operation on a message as each role of
// its mission, and as somebody who holds every right in another mission.
func TestOperationsAskForTheObject(t *testing.T) {
	o := quick(t)
	expert := o.official(t, "Sara Aziz", o.paris.ID, "reader")
	plan := o.planned(t)
	abroad := *o.abroad
	abroad.Grants = []perm.Grant{{Permissions: append(o.abroad.Grants[0].Permissions, publish.MayReview, publish.MayClear, publish.MayExempt), Scope: perm.InMission("elsewhere")}}
	staff := map[string]*perm.Actor{"writer": o.writer, "reviewer": o.reviewer, "clearer": o.clearer, "releaser": o.releaser, "head": o.head, "reader": o.reader}
	known := o.operations(t)
	for _, x := range onMessages {
		name := x.method + " " + x.path
		delete(known, x.method+" "+unfilled(x.path))
		m := o.standing(t, x.on)
		fill := strings.NewReplacer(append(o.parts(t, m, x.path, expert.ID), "{id}", m.ID, "{lang}", "en", "{hash}", m.Hash)...)
		path, body := fill.Replace("/api/v1"+x.path), strings.NewReplacer("{hash}", m.Hash, "{campaign}", plan.ID).Replace(x.body)
		if a := asJSON(t, o.site.As(nil, i18n.English), x.method, path, body); a.Status != http.StatusUnauthorized {
			t.Errorf("%s as a visitor: %d", name, a.Status)
		}
		if a := asJSON(t, o.program(&abroad), x.method, path, body); a.Status != http.StatusNotFound {
			t.Errorf("%s from another mission: %d %s", name, a.Status, a.Body)
		}
		for _, let := range []bool{false, true} { // first those who are refused, so that nothing has happened yet
			for who, actor := range staff {
				if may := x.may == "all" || strings.Contains(x.may, who); may != let {
					continue
				}
				a := asJSON(t, o.program(actor), x.method, path, body)
				if refused := a.Status == http.StatusForbidden; refused == let || a.Status == http.StatusNotFound || a.Status >= 500 {
					t.Errorf("%s as %s: %d %s", name, who, a.Status, a.Body)
				}
			}
		}
	}
	for name := range known {
		t.Errorf("%s is not tried: add it to onMessages", name)
	}
}

// standing gives a new message in a state.
func (o *office) standing(t *testing.T, state string) publish.Message {
	t.Helper()
	switch state {
	case "review":
		return o.act(t, o.writer, o.draft(t), "submit", url.Values{})
	case "approved":
		return o.approved(t)
	case "released":
		return o.act(t, o.releaser, o.approved(t), "release", url.Values{"when": {"now"}})
	}
	return o.draft(t)
}

// unfilled is a path as the description has it.
func unfilled(path string) string {
	path, _, _ = strings.Cut(path, "?")
	return strings.NewReplacer("{comment}", "{part}", "{check}", "{part}", "{file}", "{part}").Replace(path)
}

// operations are those on one message that the description names.
func (o *office) operations(t *testing.T) map[string]bool {
	t.Helper()
	var spec struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	a := o.site.As(nil, i18n.English).Get(t, "/api/v1/openapi.json")
	if err := json.Unmarshal([]byte(a.Body), &spec); err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for path, methods := range spec.Paths {
		for m := range methods {
			if strings.HasPrefix(path, "/messages/{id}") {
				out[strings.ToUpper(m)+" "+path] = true
			}
		}
	}
	return out
}

// parts makes by the API the comment, the fact check or the file of a message that
// a path names, and gives what stands for them there.
func (o *office) parts(t *testing.T, m publish.Message, path, expert string) []string {
	t.Helper()
	comment, check, file := id.New(), id.New(), id.New()
	for _, x := range []struct{ name, path, body string }{
		{"{comment}", "/comments", `{"id":"` + comment + `","body":"When?","calls":["` + expert + `"]}`},
		{"{check}", "/checks", `{"id":"` + check + `","lang":"ar","claim":"زار","person_id":"` + expert + `"}`},
		{"{file}", "/files?name=a.png&file_id=" + file, pixels(t)},
	} {
		if !strings.Contains(path, x.name) {
			continue
		}
		if a := asJSON(t, o.program(o.writer), "POST", "/api/v1/messages/"+m.ID+x.path, x.body); a.Status != http.StatusOK {
			t.Fatalf("%s: %d %s", x.path, a.Status, a.Body)
		}
	}
	if strings.Contains(path, "{share}") {
		if a := asJSON(t, o.program(o.releaser), "POST", "/api/v1/messages/"+m.ID+"/shares", `{"id":"`+file+`","name":"x","organisation":"y","langs":["ar"]}`); a.Status != http.StatusCreated {
			t.Fatalf("share: %d %s", a.Status, a.Body)
		}
	}
	return []string{"{share}", file, "{comment}", comment, "{check}", check, "{file}", file, "{version}", "2"}
}
