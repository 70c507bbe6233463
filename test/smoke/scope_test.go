package smoke

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// scoped are the lists whose objects belong to missions, with what can be done
// to one of them.
var scoped = []struct {
	list, below string
	pages, acts []string
}{
	{"/console/messages", "/console/messages/",
		[]string{"", "/edit", "/history", "/settings", "/approve", "/release", "/withdraw", "/emergency"},
		[]string{"/edit", "/settings", "/files", "/submit", "/recall", "/approve", "/release", "/unschedule", "/emergency", "/withdraw"}},
	{"/console/inbox", "/console/inbox/", []string{""},
		[]string{"/draft", "/submit", "/recall", "/approve", "/return", "/assign", "/handover", "/note", "/close", "/reopen", "/public"}},
}

// TestObjectsOfOtherMissions has the head of one mission call for what belongs
// to others: not one page of it may be seen, not one act done.
func TestObjectsOfOtherMissions(t *testing.T) {
	n := serveOwn(t, demonstration(t))
	all := official(t, n.base, "unit_head")
	paris := official(t, n.base, "head_of_mission")
	for _, s := range scoped {
		mine := paris.objects(s.list, s.below)
		var others []string
		for _, href := range all.objects(s.list, s.below) {
			if !slices.Contains(mine, href) {
				others = append(others, href)
			}
		}
		if len(others) == 0 {
			t.Fatalf("%s: nothing belongs to other missions: the test sees nothing", s.list)
		}
		for _, href := range others[:min(3, len(others))] {
			for _, page := range s.pages {
				paris.refused(http.MethodGet, href+page)
			}
			for _, act := range s.acts {
				paris.refused(http.MethodPost, href+act)
			}
		}
	}
}

// objects are the addresses of the objects that a list links to.
func (p *person) objects(list, below string) []string {
	p.t.Helper()
	var out []string
	p.get(list).Find("main a[href]").Each(func(_ int, a *goquery.Selection) {
		href := a.AttrOr("href", "")
		if rest, ok := strings.CutPrefix(href, below); ok && len(rest) == 36 && !slices.Contains(out, href) {
			out = append(out, href)
		}
	})
	return out
}

// refused fails the test unless the answer is 403 or 404. A form that is empty
// would be refused anyway, so 422 is not good enough.
func (p *person) refused(method, path string) {
	p.t.Helper()
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader(url.Values{"version": {"1"}, "act": {"approve"}}.Encode())
	}
	req, err := http.NewRequest(method, p.base+path, body)
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", p.base)
	client := *p.http
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := client.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusForbidden && res.StatusCode != http.StatusNotFound {
		p.t.Errorf("%s %s of another mission: %d, want 403 or 404", method, path, res.StatusCode)
	}
}
