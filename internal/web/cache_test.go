package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

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
