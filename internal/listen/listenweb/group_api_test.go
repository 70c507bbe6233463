package listenweb_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
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

// call sends a request of the API as somebody with a token.
func (h *house) call(t *testing.T, by *perm.Actor, method, path string, body, into any) (status int, answer string) {
	t.Helper()
	sent := ""
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		sent = string(raw)
	}
	r := httptest.NewRequest(method, "/api/v1/listen"+path, strings.NewReader(sent))
	r.Header.Set("Authorization", "Bearer test")
	r.Header.Set("Content-Type", "application/json")
	token := *by
	token.Kind = perm.Token
	a := h.site.As(&token, i18n.English).Do(t, r)
	if into != nil && a.Status < 300 {
		if err := json.Unmarshal([]byte(a.Body), into); err != nil {
			t.Fatalf("%s %s: %v in %s", method, path, err, a.Body)
		}
	}
	return a.Status, a.Body
}

// TestGroupsByAPI goes the way of the pages by API.
func TestGroupsByAPI(t *testing.T) {
	dbtest.Each(t, []db.Migrations{audit.Migrations(), org.Migrations(), listen.Migrations(), listen.StoreMigrations()}, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		if _, err := h.Receive(system(), "Talk", planted()); err != nil {
			t.Fatal(err)
		}
		reader := webtest.Official("reader", perm.Everywhere(), listen.View)
		ask := map[string]any{"id": id.New(), "from": now.AddDate(0, 0, -6), "until": now.Add(time.Hour)}
		var look struct{ State string }
		for range 2 { // asked twice, looked at once
			if status, body := h.call(t, officer(), "POST", "/group-looks", ask, &look); status >= 300 || look.State != "waiting" {
				t.Fatalf("ask: %d %s", status, body)
			}
		}
		h.drain(t)
		if h.call(t, officer(), "GET", "/group-looks/"+ask["id"].(string), nil, &look); look.State != "done" {
			t.Errorf("look %+v", look)
		}
		var groups struct {
			Items []struct {
				ID       string
				Accounts int
			}
		}
		if status, body := h.call(t, reader, "GET", "/groups", nil, &groups); status != http.StatusOK || len(groups.Items) != 1 || groups.Items[0].Accounts != 10 {
			t.Fatalf("groups: %d %s", status, body)
		}
		one := "/groups/" + groups.Items[0].ID
		var posts struct {
			Items []struct {
				Post struct{ Text, Author string }
			}
		}
		status, body := h.call(t, reader, "GET", one+"/posts", nil, &posts)
		if status != http.StatusOK || len(posts.Items) < 20 || strings.Contains(body, `"author"`) || handle.MatchString(body) {
			t.Errorf("posts: %d, %d, or they tell their authors", status, len(posts.Items))
		}
		fileID := id.New()
		file := map[string]any{"id": fileID, "titles": map[string]string{"en": "Appointments"}, "narrative": "It is said that appointments are sold.", "confidence": 60, "tlp": "amber"}
		for _, tt := range []struct {
			by           *perm.Actor
			method, path string
			body         any
			want         int
		}{
			{reader, "GET", one, nil, http.StatusOK},
			{reader, "GET", "/groups/" + id.New(), nil, http.StatusNotFound},
			{reader, "GET", "/group-looks", nil, http.StatusForbidden},
			{reader, "POST", "/group-looks", ask, http.StatusForbidden},
			{reader, "GET", one + "/campaign", nil, http.StatusForbidden},
			{officer(), "GET", one + "/campaign", nil, http.StatusOK},
			{officer(), "POST", one + "/campaign", map[string]any{"titles": map[string]string{"en": "x"}, "narrative": "x", "confidence": 100}, http.StatusUnprocessableEntity},
			{officer(), "POST", one + "/campaign", file, http.StatusOK},
			{officer(), "POST", one + "/campaign", file, http.StatusOK},
			{officer(), "POST", one + "/aside", map[string]any{"reason": "A fan club"}, http.StatusNoContent},
			{officer(), "POST", one + "/aside", map[string]any{"reason": "A fan club"}, http.StatusConflict},
			{officer(), "POST", one + "/take-up", nil, http.StatusNoContent},
			{officer(), "PUT", "/group-media/" + id.New(), map[string]any{"reason": "x"}, http.StatusNotFound},
			{officer(), "DELETE", "/group-media/" + id.New(), nil, http.StatusNotFound},
		} {
			if got, body := h.call(t, tt.by, tt.method, tt.path, tt.body, nil); got != tt.want {
				t.Errorf("%s %s: %d, want %d: %s", tt.method, tt.path, got, tt.want, body)
			}
		}
		var kept struct {
			Group string
			Reach struct{ Posts int }
		}
		if status, body := h.call(t, officer(), "GET", "/campaigns/"+fileID, nil, &kept); status != http.StatusOK || kept.Group != groups.Items[0].ID || kept.Reach.Posts < 100 {
			t.Errorf("file: %d %s", status, body)
		}
	})
}
