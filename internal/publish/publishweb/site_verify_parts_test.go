package publishweb

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"sifara/internal/i18n"
	"sifara/internal/publish"
)

// TestVerifyRendering asks about a translation by others in which a number was
// changed, and about an altered quotation in an article, on the page and by API.
func TestVerifyRendering(t *testing.T) {
	eachPublic(t, func(t *testing.T, p *public) {
		m := p.say("", map[i18n.Lang]publish.Words{
			i18n.Arabic: {Title: "توقيع مذكرة تفاهم مع هولندا بشأن ميناء الفاو", Body: "وقّع وزير النقل رزاق السعداوي ونظيره الهولندي في روتردام يوم 3 حزيران 2026 مذكرة تفاهم بشأن تشغيل ميناء الفاو الكبير في البصرة، مدتها خمس سنوات وقيمتها 340 مليون يورو.\n\nوتنص المذكرة على تدريب 800 موظف عراقي في ميناء روتردام، وعلى إنشاء مكتب مشترك في البصرة قبل نهاية عام 2027."},
			i18n.English: {Title: "Memorandum with the Netherlands on the Port of Faw",
				Body: "The Minister of Transport and his Dutch counterpart signed in Rotterdam on 3 June 2026 a memorandum of understanding on the operation of the Grand Faw Port in Basra."},
		})
		if err := p.svc.LearnAnchors(p.system()); err != nil {
			t.Fatal(err)
		}
		all, err := i18n.Load(publish.Locales())
		if err != nil {
			t.Fatal(err)
		}
		translated := "Wezîrê Veguhastinê Rezaq Saadawî û hevpîşeyê wî yê holendî di 3ê Hezîrana 2026an de li Rotterdamê bîrnameyeke lihevkirinê li ser xebitandina bendera mezin a Fawê ya li Besrayê îmze kirin. Ew ji bo pênc salan e û nirxê wê 430 milyon euro ye.\n\nLi gorî bîrnameyê 800 karmendên iraqî wê li bendera Rotterdamê bên perwerdekirin û berî dawiya 2027an wê nivîsgeheke hevbeş li Besrayê bê vekirin."
		quoted := strings.Repeat("Shops were full this morning and the buses came late to every stop of the old town. ", 3) +
			"“The Minister of Transport and his Dutch counterpart refused in Rotterdam on 3 June 2026 a memorandum of understanding on the operation of the Grand Faw Port.”"
		for _, l := range i18n.Langs {
			c := p.As(nil, l)
			words := all.Printer(l)
			a := c.Post(t, "/"+string(l)+"/verify", url.Values{"q": {translated}})
			if a.Status != http.StatusOK || a.Doc.Find(".verdict .k-warning").Length() != 1 || !strings.Contains(a.Text(".verdict"), words.T("publish.verify.translated.nowhere")) {
				t.Fatalf("%s: got %d %q", l, a.Status, a.Text(".verdict"))
			}
			if a.Text(".side-by-side del") == "" || !strings.Contains(a.Text(".side-by-side del"), "340") || !strings.Contains(a.Text(".side-by-side ins"), "430") || a.Doc.Find(".side-by-side mark").Length() < 5 {
				t.Errorf("%s: sides %q", l, a.Text(".side-by-side"))
			}
			if a.Doc.Find(`a[href$="/statements/`+m.Slug+`"]`).Length() == 0 {
				t.Errorf("%s: no way to our text", l)
			}
			a = c.Post(t, "/"+string(l)+"/verify", url.Values{"q": {quoted}})
			if a.Doc.Find(".verdict .k-danger").Length() != 1 || !strings.Contains(a.Text(".shown"), words.T("publish.verify.quote.altered")) || a.Text(".entries ins") == "" {
				t.Errorf("%s: altered quotation: got %q", l, a.Text("main"))
			}
		}
		var got struct {
			Verdict   string
			Rendering struct {
				Language, Sure, Official string
				Changes                  int
				Sentences                []struct{ Ours, Theirs []verifyPiece }
			}
			Quotes []struct{ Verdict, Address string }
		}
		ask := func(text string) {
			body, _ := json.Marshal(map[string]string{"text": text})
			r := httptest.NewRequest(http.MethodPost, "/api/v1/verify", strings.NewReader(string(body)))
			r.Header.Set("Content-Type", "application/json")
			a := p.As(nil, i18n.English).Do(t, r)
			if err := json.Unmarshal([]byte(a.Body), &got); err != nil || a.Status != http.StatusOK {
				t.Fatalf("API: %d %s, %v", a.Status, a.Body, err)
			}
		}
		ask(translated)
		if got.Verdict != "translated" || got.Rendering.Language != "kmr" || got.Rendering.Official != "" || got.Rendering.Changes == 0 || len(got.Rendering.Sentences) == 0 {
			t.Errorf("API: got %+v", got)
		}
		ask(quoted)
		if got.Verdict != "misquoted" || len(got.Quotes) != 1 || got.Quotes[0].Verdict != "altered" || !strings.HasSuffix(got.Quotes[0].Address, "/en/statements/"+m.Slug) {
			t.Errorf("API: altered quotation: got %+v", got)
		}
	})
}
