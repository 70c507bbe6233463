package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/perm"
	"sifara/internal/web"
)

// TestTopicsByAPI does by the API what an analyst does in the browser: tries an
// expression, saves it, reads figures, posts and stories, and changes it.
func TestTopicsByAPI(t *testing.T) {
	h := opened(t)
	system := perm.With(context.Background(), perm.SystemActor("test"))
	now := time.Now().UTC().Truncate(time.Hour)
	var posts []listen.Incoming
	for i := range 12 {
		posts = append(posts, listen.Incoming{At: now.Add(-time.Duration(2+i) * time.Hour), ID: fmt.Sprint(i), Text: fmt.Sprintf("The embassy is closed and visas are not issued until Friday %d", i), Lang: "en", Country: "FR"})
	}
	handler := almighty(h, id.New())
	ask := func(method, path, body string, want int) map[string]any {
		t.Helper()
		r := httptest.NewRequest(method, web.APIPrefix+path, strings.NewReader(body))
		r.Host = "localhost"
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer of-the-program")
		r.Header.Set("Idempotency-Key", id.New())
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != want {
			t.Fatalf("%s %s: %d, want %d: %s", method, path, w.Code, want, w.Body)
		}
		out := map[string]any{}
		_ = json.Unmarshal(w.Body.Bytes(), &out)
		return out
	}
	items := func(m map[string]any) int { list, _ := m["items"].([]any); return len(list) }

	topic := id.New()
	const fields = `"names":{"en":"Embassy"},"terms_in":{"en":["embassy AND (visa OR fee)"]}`
	// The counts are kept up by what arrives; no job runs here.
	ask(http.MethodPost, "/listen/topics", `{"id":"`+topic+`",`+fields+`}`, http.StatusOK)
	if n, err := h.Listen.Receive(system, "wire", posts); err != nil || n != len(posts) {
		t.Fatal(n, err)
	}
	if got := items(ask(http.MethodPost, "/listen/topics/preview", `{"names":{"en":"x"},"terms":["embassy NEAR/3 closed"]}`, http.StatusOK)); got != 10 {
		t.Errorf("preview shows %d posts, want the newest ten", got)
	}
	if a := ask(http.MethodPost, "/listen/topics/preview", `{"names":{"en":"x"},"terms":["embassy AND"]}`, http.StatusUnprocessableEntity); !strings.Contains(fmt.Sprint(a), "١٢") {
		t.Errorf("a wrong expression is not told with its place: %v", a)
	}
	period := url.Values{"from": {now.Add(-48 * time.Hour).Format(time.RFC3339)}, "until": {now.Add(time.Hour).Format(time.RFC3339)}}.Encode()
	figures := ask(http.MethodGet, "/listen/topics/"+topic+"/figures?"+period, "", http.StatusOK)
	if s := fmt.Sprint(figures["countries"]); !strings.Contains(s, "FR") || !strings.Contains(s, "12") {
		t.Errorf("figures %v", figures)
	}
	if got := items(ask(http.MethodGet, "/listen/topics/"+topic+"/posts?limit=5", "", http.StatusOK)); got != 5 {
		t.Errorf("%d posts of the topic, want a page of five", got)
	}
	stories := ask(http.MethodGet, "/listen/topics/"+topic+"/stories?"+period, "", http.StatusOK)
	if items(stories) != 1 || items(ask(http.MethodGet, "/listen/stories?"+period, "", http.StatusOK)) != 1 {
		t.Fatalf("stories %v", stories)
	}
	story := stories["items"].([]any)[0].(map[string]any)["id"].(string)
	if got := items(ask(http.MethodGet, "/listen/stories/"+story, "", http.StatusOK)); got != 10 {
		t.Errorf("%d posts of the story, want the newest ten", got)
	}
	ask(http.MethodPut, "/listen/topics/"+topic, `{"version":7,`+fields+`}`, http.StatusConflict)
	changed := ask(http.MethodPut, "/listen/topics/"+topic, `{"version":1,"archived":true,`+fields+`}`, http.StatusOK)
	if changed["archived"] != true || items(ask(http.MethodGet, "/listen/topics", "", http.StatusOK)) != 0 {
		t.Errorf("archived: %v", changed)
	}
	ask(http.MethodGet, "/listen/discovered", "", http.StatusOK)
}
