package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// TestCacheKnowsPagesByDateOnlyWhenTheDateTells holds that who has the page of before
// a change, and knows only its second, is not told that it is the same.
func TestCacheKnowsPagesByDateOnlyWhenTheDateTells(t *testing.T) {
	c := NewCache(time.Minute)
	content := 1
	ask := func(since string) *httptest.ResponseRecorder {
		r, w := httptest.NewRequest(http.MethodGet, "/ar", nil), httptest.NewRecorder()
		if since != "" {
			r.Header.Set("If-Modified-Since", since)
		}
		if err := c.Serve(w, r, func(w http.ResponseWriter, _ *http.Request) error { fmt.Fprint(w, content); return nil }); err != nil {
			t.Fatal(err)
		}
		return w
	}
	date := ask("").Header().Get("Last-Modified")
	if got := ask(date).Code; got != http.StatusNotModified {
		t.Errorf("nothing changed: %d, want 304", got)
	}
	content = 2
	c.Clear()
	if got := ask(date); got.Code != http.StatusOK || got.Body.String() != "2" {
		t.Errorf("changed in the same second: %d %s, want the new page", got.Code, got.Body)
	}
}

func TestCacheKeepsNothingFromBeforeAChange(t *testing.T) {
	c := NewCache(time.Minute)
	content, during := 1, func() {}
	serve := func() string {
		w := httptest.NewRecorder()
		err := c.Serve(w, httptest.NewRequest(http.MethodGet, "/ar", nil), func(w http.ResponseWriter, _ *http.Request) error {
			read := content
			during()
			fmt.Fprint(w, read)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return w.Body.String()
	}
	during = func() { // something is released while the page is drawn
		content = 2
		c.Clear()
	}
	serve()
	during = func() {}
	if got := serve(); got != "2" {
		t.Errorf("after the change the page shows %s, want 2", got)
	}
	content = 3
	if got := serve(); got != "2" {
		t.Errorf("a page that was not changed shows %s, want the kept 2", got)
	}
}
