package smoke

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"sifara/internal/publish/websub"
)

// TestFeedReaderIsTold finds the hub in each feed as a reader does, subscribes,
// and is sent the feed with a statement the moment that is released.
func TestFeedReaderIsTold(t *testing.T) {
	data := demonstration(t)
	n := serveEnv(t, []string{"SIFARA_DATA=" + data, "SIFARA_BASE_URL=" + ownAddress, "SIFARA_TRUSTED_PROXIES=127.0.0.1,::1", "SIFARA_FETCH_ALLOW=127.0.0.0/8"})
	v := visitor(t, n.base)
	for _, format := range []string{"rss", "atom", "json"} {
		a := v.try(http.MethodGet, "/en/feed."+format, nil)
		if link := a.header.Get("Link"); link != websub.Links(ownAddress+"/hub", ownAddress+"/en/feed."+format) {
			t.Errorf("%s: link %q", format, link)
		}
		if !strings.Contains(a.body, ownAddress+"/hub") {
			t.Errorf("%s names no hub", format)
		}
	}

	type call struct{ signature, body string }
	var mu sync.Mutex
	var calls []call
	reader := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, r.URL.Query().Get("hub.challenge"))
			return
		}
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		calls = append(calls, call{r.Header.Get("X-Hub-Signature"), string(body)})
	}))
	defer reader.Close()
	ask := func(form url.Values) int {
		res, err := http.PostForm(n.base+websub.Path, form)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.StatusCode
	}
	form := url.Values{"hub.mode": {"subscribe"}, "hub.topic": {ownAddress + "/en/feed.atom"}, "hub.callback": {reader.URL + "/me"}, "hub.secret": {"s3cret"}}
	if code := ask(form); code != http.StatusAccepted {
		t.Fatalf("the hub answered %d", code)
	}
	for name, wrong := range map[string]string{"hub.topic": "https://elsewhere.example/feed", "hub.callback": "http://[::1]:22/", "hub.mode": "publish", "hub.lease_seconds": "soon"} {
		f := url.Values{}
		for k, v := range form {
			f[k] = v
		}
		f.Set(name, wrong)
		if code := ask(f); code < 400 || code > 499 {
			t.Errorf("%s=%s is answered with %d", name, wrong, code)
		}
	}
	people := staff(t, data)
	head := official(t, n.base, "unit_head")
	eventually(t, 30*time.Second, "the subscription", func() bool {
		return strings.Contains(head.get("/console/feeds").Find("main").Text(), "/en/feed.atom")
	})

	o := openOffice(t, n.base, people, "paris")
	m := o.release(o.approved("Told at once", "Readers of feeds need not ask again and again."), time.Time{})
	eventually(t, 30*time.Second, "the feed with the statement", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(calls) > 0 && strings.Contains(calls[len(calls)-1].body, m.Slug)
	})
	mu.Lock()
	defer mu.Unlock()
	last := calls[len(calls)-1]
	if last.signature != websub.Signature([]byte("s3cret"), []byte(last.body)) {
		t.Errorf("signature %s", last.signature)
	}
}
