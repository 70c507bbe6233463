package fetch

import (
	"errors"
	"testing"
)

func TestClientTakesWhatIsAllowed(t *testing.T) {
	c, err := New(Options{Allow: []string{"127.0.0.1:9099", "10.20.0.0/16", "feeds.mofa.example:8080"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		url  string
		want error
	}{
		{"http://127.0.0.1:9099/feed.xml", nil},
		{"http://127.0.0.1:9098/feed.xml", ErrAddress},
		{"http://127.0.0.1/", ErrAddress},
		{"https://10.20.3.4/feed", nil},
		{"https://10.21.3.4/feed", ErrAddress},
		{"https://[::ffff:10.20.3.4]/feed", nil},
		{"https://[::1]/", ErrAddress},
		{"http://2130706433:9099/", ErrAddress},
		{"http://feeds.mofa.example:8080/", nil},
		{"https://example.org/feed", nil},
		{"ftp://10.20.3.4/feed", ErrURL},
		{"https://user:pw@10.20.3.4/", ErrURL},
	} {
		if got := c.CheckURL(tc.url); !errors.Is(got, tc.want) {
			t.Errorf("CheckURL(%q) = %v, want %v", tc.url, got, tc.want)
		}
	}
	var none *Client
	if got := none.CheckURL("http://127.0.0.1:9099/"); !errors.Is(got, ErrAddress) {
		t.Errorf("a client that is not there allows %v", got)
	}
}
