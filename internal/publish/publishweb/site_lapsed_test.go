package publishweb

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mmcdole/gofeed"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/publish"
)

// TestExpiredAdviceIsMarkedEverywhere lets travel advice pass its date and looks
// wherever it is named, in four languages.
func TestExpiredAdviceIsMarkedEverywhere(t *testing.T) {
	eachPublic(t, func(t *testing.T, p *public) {
		until := db.At(p.clock.Now().AddDate(0, 1, 0)) // 1 April 2026
		m := p.sayAs("", publish.TravelAdvice, publish.Details{Country: "FR", Level: 2, ValidUntil: until}, map[i18n.Lang]publish.Words{
			i18n.Arabic:   {Title: "فرنسا", Body: "السفر آمن مع الحذر من النشالين في المحطات الكبرى."},
			i18n.Sorani:   {Title: "فەرەنسا", Body: "گەشت ئارامە، بەڵام لە وێستگە گەورەکاندا ئاگاداری دزی گیرفان بە."},
			i18n.Kurmanji: {Title: "Fransa", Body: "Rêwîtî ewle ye, lê li rawestgehên mezin hay ji dizên berîkan hebe."},
			i18n.English:  {Title: "France", Body: "Travel is safe; mind pickpockets in the large railway stations."},
		})
		stale := p.As(nil, i18n.English).Get(t, "/en/feed.atom").Header.Get("Last-Modified")
		for _, held := range []bool{true, false} {
			if !held {
				p.clock.Set(until.Std().AddDate(0, 0, 2))
			}
			p.pages.Clear()
			for l, want := range map[i18n.Lang]struct{ word, entry, query string }{
				i18n.Arabic: {"انتهى سريانها", "[انتهى سريانه]", "النشالين"}, i18n.Sorani: {"بەسەرچووە", "[بەسەرچوو]", "گیرفان"},
				i18n.Kurmanji: {"derbas bûye", "[Derbasbûyî]", "berîkan"}, i18n.English: {"Expired on 1 April 2026", "[Expired]", "pickpockets"},
			} {
				c := p.As(nil, l)
				for _, path := range []string{"", "/statements", "/travel-advice", "/missions/paris/travel-advice", "/search?q=" + want.query} {
					got := c.Get(t, "/"+string(l)+path).Text(".entries > li")
					if got == "" {
						t.Fatalf("%s%s names no advice", l, path)
					}
					if strings.Contains(got, want.word) == held {
						t.Errorf("%s%s, in force %t: %q", l, path, held, got)
					}
				}
				page := c.Get(t, "/"+string(l)+"/statements/"+m.Slug)
				if (page.Text(".notice") == "") != held || strings.Contains(page.Doc.Find("meta[name=description]").AttrOr("content", ""), want.word) == held {
					t.Errorf("%s: the page, in force %t: %q", l, held, page.Text(".notice"))
				}
				for _, f := range feedFormats {
					feed, err := gofeed.NewParser().ParseString(c.Get(t, "/"+string(l)+"/feed."+f.ending).Body)
					if err != nil || len(feed.Items) != 1 {
						t.Fatalf("%s %s: %v", l, f.name, err)
					}
					it := feed.Items[0]
					if strings.HasPrefix(it.Title, want.entry) == held || strings.Contains(it.Description, want.word) == held || strings.Contains(it.Content, want.word) == held {
						t.Errorf("%s %s, in force %t: %q, %q", l, f.name, held, it.Title, it.Description)
					}
				}
			}
			if got := p.As(nil, i18n.English).Get(t, "/api/v1/statements").Body; strings.Contains(got, `"expired":true`) == held || !strings.Contains(got, `"valid_until":"2026-04-01T08:00:00Z"`) || !strings.Contains(got, `"country":"FR"`) {
				t.Errorf("API, in force %t: %s", held, got)
			}
		}
		// Programs that ask whether the feed is newer than what they have get it.
		r := httptest.NewRequest(http.MethodGet, "/en/feed.atom", nil)
		r.Header.Set("If-Modified-Since", stale)
		if got := p.As(nil, i18n.English).Do(t, r); got.Status != http.StatusOK {
			t.Errorf("a program with the feed of before: %d, want the marked entry", got.Status)
		}
	})
}
