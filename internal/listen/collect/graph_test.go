package collect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"sifara/internal/clock"
	"sifara/internal/fetch"
	"sifara/test/fakes"
	"sifara/test/fakes/meta"
)

// TestGraphRefusals reads the errors of the API, which nearly all come with the
// status 400, and how long to wait.
func TestGraphRefusals(t *testing.T) {
	for _, c := range []struct {
		code, subcode int
		header        string
		want          error
		wait          time.Duration
	}{
		{4, 0, "", ErrBusy, time.Hour},
		{17, 0, `{"1":[{"estimated_time_to_regain_access":7}]}`, ErrBusy, 7 * time.Minute},
		{32, 0, "nonsense", ErrBusy, time.Hour},
		{613, 0, "", ErrBusy, time.Hour},
		{80002, 0, "", ErrBusy, time.Hour},
		{190, 463, "", ErrRefused, 0},
		{200, 0, "", ErrRefused, 0},
		{100, 33, "", ErrMissing, 0},
		{2, 0, "", ErrFault, 0},
		{100, 0, "", ErrFault, 0},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Business-Use-Case-Usage", c.header)
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, `{"error":{"message":"m","code":%d,"error_subcode":%d}}`, c.code, c.subcode)
		}))
		err := Facebook{Fetch: patience(t), Clock: clock.At(began), Base: server.URL, Page: "1"}.Read(t.Context(), "", nil)
		server.Close()
		if !errors.Is(err, c.want) || RetryAfter(err) != c.wait {
			t.Errorf("code %d: %v to wait %v, want %v and %v", c.code, err, RetryAfter(err), c.want, c.wait)
		}
	}
}

// TestGraphRests leaves the API alone when nearly all is used, and goes on from
// there.
func TestGraphRests(t *testing.T) {
	s := meta.Start(t, fakes.Setup{Posts: 96, First: 96, Begin: began, Token: token})
	s.Used(96)
	r := Facebook{Fetch: patience(t), Clock: clock.At(began), Base: s.URL, Page: meta.Page, Token: token}
	stored, cursor := map[string]bool{}, ""
	read := func() error {
		return r.Read(t.Context(), cursor, func(_ context.Context, items []Item, next string) error {
			for _, it := range items {
				stored[it.ID] = true
			}
			cursor = next
			return nil
		})
	}
	if err := read(); !errors.Is(err, ErrBusy) || RetryAfter(err) != time.Hour || len(stored) == 0 || len(stored) == 96 {
		t.Errorf("%d stored, then %v to wait %v", len(stored), err, RetryAfter(err))
	}
	s.Used(10)
	if err := read(); err != nil || len(stored) != 96 {
		t.Errorf("%d stored in the end, %v", len(stored), err)
	}
}

// TestGraphToken wants the token in a header: addresses are logged.
func TestGraphToken(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer secret" || r.URL.Query().Has("access_token") {
			t.Errorf("asked %s with %q", r.URL, r.Header.Get("Authorization"))
		}
		fmt.Fprint(w, `{"data":[]}`)
	}))
	defer server.Close()
	nothing := func(context.Context, []Item, string) error { return nil }
	for _, r := range []Reader{Facebook{Fetch: patience(t), Clock: clock.At(began), Base: server.URL, Token: "secret"}, Instagram{Fetch: patience(t), Clock: clock.At(began), Base: server.URL, Token: "secret"}} {
		if err := r.Read(t.Context(), "", nothing); err != nil {
			t.Error(err)
		}
	}
}

func TestGraphVersion(t *testing.T) {
	for address, want := range map[string]bool{
		"https://graph.facebook.com/v24.0": true, "https://graph.instagram.com/v25.0/": true, "https://graph.facebook.com": false, "https://graph.facebook.com/v24.0/me": false, "": false,
	} {
		if got := GraphVersion(address); got != want {
			t.Errorf("%q: %v, want %v", address, got, want)
		}
	}
}

func FuzzGraph(f *testing.F) {
	f.Add([]byte(`{"data":[{"id":"1_2","message":"x","created_time":"2026-06-01T12:00:00+0000","comments":{"data":[{"id":"3","message":"y","from":{"id":"4"},"parent":{"id":"5"}}],"paging":{"cursors":{"after":"a"},"next":"n"}}}],"paging":{}}`))
	f.Add([]byte(`{"data":[{"id":"1","caption":"x","timestamp":"2026-06-01T12:00:00+0000","username":"u","comments":{"data":[{"id":"3","text":"y","replies":{"data":[{"id":"6","text":"z"}]}}]}}]}`))
	f.Add([]byte(`{"error":{"code":32}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		h := http.Header{"X-App-Usage": {string(b)}, "X-Business-Use-Case-Usage": {string(b)}}
		if d := resting(h); d < 0 || d > 7*24*time.Hour {
			t.Fatalf("to rest %v", d)
		}
		if err := graphRefusal(&fetch.Response{Status: 400, Header: h, Body: b}, ErrFault, true); err == nil {
			t.Fatal("a refusal is none")
		}
		var c graphComments
		if json.Unmarshal(b, &c) != nil {
			return
		}
		c.heard(began)
		for _, it := range c.items("") {
			if it.ID == "" || len(it.Text) > maxItemText {
				t.Fatalf("%+v", it)
			}
		}
	})
}
