package orgweb

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/web"
)

func TestAPI(t *testing.T) {
	h := open(t)
	pages{h.Service}.api(web.NewAPI(h.site.Server, "test"))
	get := func(p *org.Person, path string, into any) int {
		t.Helper()
		c := h.site.As(nil, i18n.English)
		if p != nil {
			grants, err := h.Grants(t.Context(), p.ID)
			h.must(err)
			c = h.site.As(&perm.Actor{Kind: perm.Token, ID: p.ID, Name: p.Name, Grants: grants}, i18n.English)
		}
		r := httptest.NewRequest(http.MethodGet, "/api/v1"+path, nil)
		if p != nil {
			r.Header.Set("Authorization", "Bearer test")
		}
		a := c.Do(t, r)
		if into != nil && a.Status == http.StatusOK {
			if err := json.Unmarshal([]byte(a.Body), into); err != nil {
				t.Fatalf("%s: %v in %s", path, err, a.Body)
			}
		}
		return a.Status
	}
	for _, tc := range []struct {
		name string
		by   *org.Person
		path string
		want int
	}{
		{"nobody", nil, "/missions", http.StatusUnauthorized},
		{"no authority", &h.abroad, "/missions", http.StatusForbidden},
		{"ministry", &h.reader, "/ministry", http.StatusOK},
		{"mission", &h.reader, "/missions/" + h.rome.ID, http.StatusOK},
		{"unknown mission", &h.reader, "/missions/x", http.StatusNotFound},
		{"person out of sight", &h.reader, "/people/" + h.abroad.ID, http.StatusNotFound},
		{"departments", &h.reader, "/departments", http.StatusOK},
		{"limit too high", &h.reader, "/missions?limit=1000", http.StatusUnprocessableEntity},
	} {
		if got := get(tc.by, tc.path, nil); got != tc.want {
			t.Errorf("%s: %d, want %d", tc.name, got, tc.want)
		}
	}
	var missions web.List[org.Mission]
	get(&h.reader, "/missions?limit=1", &missions)
	if len(missions.Items) != 1 || missions.Items[0].Slug != "paris" || missions.Next == "" {
		t.Errorf("missions = %+v", missions)
	}
	next := missions.Next
	missions = web.List[org.Mission]{}
	get(&h.reader, "/missions?limit=1&cursor="+next, &missions)
	if len(missions.Items) != 1 || missions.Items[0].Slug != "rome" || missions.Next != "" {
		t.Errorf("missions = %+v", missions)
	}
	missions = web.List[org.Mission]{}
	get(&h.reader, "/missions?country=IT", &missions)
	if len(missions.Items) != 1 || missions.Items[0].Slug != "rome" {
		t.Errorf("missions of Italy = %+v", missions)
	}
	var people web.List[org.Person]
	get(&h.head, "/people?limit=1", &people)
	if len(people.Items) != 1 || people.Next == "" {
		t.Errorf("people = %+v", people)
	}
	next = people.Next
	people = web.List[org.Person]{}
	get(&h.head, "/people?limit=5&cursor="+next, &people)
	if len(people.Items) != 1 || people.Next != "" {
		t.Errorf("people = %+v", people)
	}
}
