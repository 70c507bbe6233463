package engageweb

import (
	"context"
	"io/fs"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"sifara/internal/db/dbtest"
	"sifara/internal/engage"
	"sifara/internal/engage/engagetest"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/web"
	"sifara/internal/web/webtest"
)

// place is a house with its pages.
type place struct {
	*engagetest.House
	site    *webtest.Site
	officer *perm.Actor
	clearer *perm.Actor
}

func newPlace(t *testing.T) *place {
	t.Helper()
	h := engagetest.New(t, dbtest.SQLite(t, engagetest.Migrations...))
	m := Module(h.Service, h.Org, web.NewCache(time.Hour))
	return &place{
		House: h, site: webtest.New(t, []fs.FS{m.Locales}, m.Routes...),
		officer: webtest.Official("officer", perm.InMission(h.Paris), engage.View, engage.Answer, engage.Moderate),
		clearer: webtest.Official("clearer", perm.InMission(h.Paris), engage.View, engage.Approve),
	}
}

// fill fills the form as a person would: reading the sum in words.
func (p *place) fill(t *testing.T, l i18n.Lang, a webtest.Answer) url.Values {
	t.Helper()
	c, err := i18n.Load(engage.Locales())
	if err != nil {
		t.Fatal(err)
	}
	asked := a.Text("label[for=human]")
	sum := 0
	for x := 1; x <= 9; x++ {
		for y := 1; y <= 9; y++ {
			pr := c.Printer(l)
			if pr.T("engage.ask.human", "a", pr.T(word(x)), "b", pr.T(word(y))) == asked {
				sum = x + y
			}
		}
	}
	if sum == 0 {
		t.Fatalf("cannot read the human question %q", asked)
	}
	ticket, _ := a.Doc.Find("input[name=ticket]").Attr("value")
	p.Clock.Advance(5 * time.Second)
	return url.Values{"ticket": {ticket}, "lang": {string(l)}, "text": {"كم تستغرق التأشيرة؟ <b>x</b>"}, "human": {c.Printer(l).Digits(strconv.Itoa(sum))}, "agreed": {"yes"}, trapField: {""}}
}

func TestAskInTheBrowser(t *testing.T) {
	for _, l := range []i18n.Lang{i18n.Arabic, i18n.English, i18n.Sorani, i18n.Kurmanji} {
		t.Run(string(l), func(t *testing.T) {
			p := newPlace(t)
			v := p.site.As(nil, l)
			path := "/" + string(l) + "/statements/visas/ask"
			a := v.Get(t, path)
			if a.Status != 200 || a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("Set-Cookie") != "" {
				t.Fatalf("got %d, %v", a.Status, a.Header)
			}
			if trap := a.Doc.Find("#" + trapField); trap.AttrOr("tabindex", "") != "-1" || trap.Closest("[hidden]").Length() != 1 {
				t.Error("the trap can be reached")
			}
			form := p.fill(t, l, a)
			bad := url.Values{"ticket": form["ticket"], "lang": {"ar"}, "text": {"<script>"}, "human": {"99"}, "email": {"no"}}
			a = v.Post(t, path, bad)
			if a.Status != 422 || a.Doc.Find(".summary a").Length() < 2 || a.Doc.Find("textarea[name=text]").Text() != "<script>" {
				t.Errorf("errors: got %d, %s", a.Status, a.Text(".summary"))
			}
			form = p.fill(t, l, a)
			a = v.Post(t, path, form)
			link := a.Header.Get("Location")
			if a.Status != 303 || !strings.HasPrefix(link, "/"+string(l)+"/questions/follow/") {
				t.Fatalf("got %d to %q: %s", a.Status, link, a.Text(".summary"))
			}
			if again := v.Post(t, path, form); again.Header.Get("Location") != link {
				t.Errorf("replay leads to %q, want %q", again.Header.Get("Location"), link)
			}
			a = v.Get(t, link)
			if a.Status != 200 || !strings.Contains(a.Text(".notice"), "https://example.test/") || a.Header.Get("X-Robots-Tag") == "" || a.Header.Get("Referrer-Policy") != "no-referrer" || a.Doc.Find("meta[name=robots]").Length() != 1 {
				t.Errorf("got %d, %q, %v", a.Status, a.Text(".notice"), a.Header)
			}
			if steps := a.Doc.Find(".steps > li"); steps.Length() != 3 || steps.Filter(".step-done").Length() != 1 || steps.Filter(".step-now").Length() != 1 {
				t.Errorf("how far a new question is: %s", steps.Text())
			}
			if q := a.Doc.Find(".asked"); q.AttrOr("dir", "") != "rtl" || q.Find("b").Length() != 0 || !strings.Contains(q.Text(), "<b>x</b>") {
				t.Errorf("the question is shown as %s", q.Text())
			}
			path, _, _ = strings.Cut(link, "?")
			if a = v.Post(t, path+"/withdraw", nil); a.Status != 303 {
				t.Errorf("withdraw: got %d", a.Status)
			}
			if a = v.Get(t, path); a.Doc.Find(".asked").Length() != 0 {
				t.Error("a withdrawn question is still shown")
			}
		})
	}
}

func TestUnknownStatementAndSecret(t *testing.T) {
	p := newPlace(t)
	for _, path := range []string{"/en/statements/none/ask", "/en/questions/follow/x", "/en/missions/none/questions"} {
		if a := p.site.As(nil, i18n.English).Get(t, path); a.Status != 404 {
			t.Errorf("%s: got %d, want 404", path, a.Status)
		}
	}
}

func TestSumInWords(t *testing.T) {
	p := newPlace(t)
	for _, c := range []struct {
		lang i18n.Lang
		say  map[int]string
	}{
		{i18n.Arabic, map[int]string{11: "أحد عشر", 8: "ثمانيه"}},
		{i18n.English, map[int]string{11: " Eleven ", 8: "EIGHT"}},
	} {
		v := p.site.As(nil, c.lang)
		path := "/" + string(c.lang) + "/statements/visas/ask"
		for tries := 0; tries < 400; tries++ {
			a := v.Get(t, path)
			form := p.fill(t, c.lang, a)
			n, _ := strconv.Atoi(i18n.ParseDigits(form.Get("human")))
			if said := c.say[n]; said != "" {
				form.Set("human", said)
				if a := v.Post(t, path, form); a.Status != 303 {
					t.Errorf("%q is not taken for %d: got %d", said, n, a.Status)
				}
				break
			}
		}
	}
}

var oneID = regexp.MustCompile(`/console/inbox/[0-9a-f-]{36}`)

func TestAnswerInTheConsole(t *testing.T) {
	for _, l := range []i18n.Lang{i18n.Arabic, i18n.English} {
		t.Run(string(l), func(t *testing.T) {
			p := newPlace(t)
			p.Route.Approval = true
			secret, _ := p.AskAs(func(in *engage.AskInput) { in.Text, in.Lang = "متى تفتح السفارة؟ <i>", i18n.Arabic })
			officer, clearer := p.site.As(p.officer, l), p.site.As(p.clearer, l)
			list := officer.Get(t, "/console/inbox")
			path := oneID.FindString(list.Body)
			if list.Status != 200 || path == "" {
				t.Fatalf("got %d: %s", list.Status, list.Text("main"))
			}
			a := officer.Get(t, path)
			if body := a.Doc.Find("textarea[name=body]"); body.AttrOr("dir", "") != "rtl" || body.AttrOr("lang", "") != "ar" {
				t.Error("the answer is not written in the asker's direction and language")
			}
			if a := officer.Post(t, path+"/submit", url.Values{"version": {"0"}}); a.Status != 422 || a.Doc.Find("#body-error").Length() != 1 {
				t.Errorf("empty answer: got %d", a.Status)
			}
			if a := officer.Post(t, path+"/draft", url.Values{"version": {"0"}, "body": {"من التاسعة"}}); a.Status != 303 {
				t.Errorf("draft: got %d", a.Status)
			}
			stale := officer.Post(t, path+"/draft", url.Values{"version": {"0"}, "body": {"my own words"}})
			if stale.Status != 409 || stale.Doc.Find("textarea[name=body]").Text() != "my own words" || !strings.Contains(stale.Text(".notice"), "من التاسعة") {
				t.Errorf("stale draft: got %d, %q", stale.Status, stale.Text(".notice"))
			}
			version := stale.Doc.Find("input[name=version]").AttrOr("value", "")
			if a := officer.Post(t, path+"/submit", url.Values{"version": {version}, "body": {"من **التاسعة** <script>alert(1)</script>"}, "publish": {"yes"}}); a.Status != 303 {
				t.Fatalf("submit: got %d %s", a.Status, a.Text(".summary"))
			}
			if a := officer.Post(t, path+"/approve", url.Values{"hash": {"x"}}); a.Status != 403 {
				t.Errorf("officer approves: got %d, want 403", a.Status)
			}
			a = clearer.Get(t, path)
			hash := a.Doc.Find("input[name=hash]").AttrOr("value", "")
			if a := clearer.Post(t, path+"/approve", url.Values{"hash": {"other"}}); a.Status != 409 {
				t.Errorf("other text: got %d, want 409", a.Status)
			}
			if a := clearer.Post(t, path+"/approve", url.Values{"hash": {hash}}); a.Status != 303 {
				t.Fatalf("approve: got %d %s", a.Status, a.Text("main"))
			}
			seen := p.site.As(nil, l).Get(t, "/"+string(l)+"/questions/follow/"+secret)
			if seen.Doc.Find("main strong").Length() != 1 || seen.Doc.Find("main script").Length() != 0 {
				t.Errorf("the asker sees %s", seen.Text("main"))
			}
			if steps := seen.Doc.Find(".steps > li"); steps.Length() != 2 || steps.Filter(".step-done").Length() != 2 {
				t.Errorf("how far an answered question is: %s", steps.Text())
			}
			public := p.site.As(nil, i18n.Arabic).Get(t, "/ar/missions/paris/questions")
			if public.Doc.Find(".entries article").Length() != 1 || public.Header.Get("Etag") == "" {
				t.Errorf("public page: %s", public.Text("main"))
			}
			english := p.site.As(nil, i18n.English).Get(t, "/en/questions")
			if english.Doc.Find(".entries article").Length() != 0 || english.Doc.Find(`main a[href="/ar/questions"]`).Length() != 1 {
				t.Errorf("English page: %s", english.Text("main"))
			}
			if a := officer.Get(t, path); a.Doc.Find("textarea[name=note]").Length() != 1 {
				t.Error("no correction is offered")
			}
		})
	}
}

func TestMissionScopeOfPages(t *testing.T) {
	p := newPlace(t)
	_, qid := p.AskAs(nil)
	berlin := webtest.Official("b", perm.InMission(p.Berlin), engage.View, engage.Answer, engage.Approve, engage.Moderate)
	path := "/console/inbox/" + qid
	for _, c := range []struct {
		name  string
		actor *perm.Actor
		want  int
	}{{"nobody", nil, 303}, {"another mission", berlin, 404}, {"without permission", webtest.Official("x", perm.Everywhere(), "org.view"), 403}, {"officer", p.officer, 200}} {
		if a := p.site.As(c.actor, i18n.English).Get(t, path); a.Status != c.want {
			t.Errorf("%s: got %d, want %d", c.name, a.Status, c.want)
		}
	}
	for _, act := range []string{"draft", "submit", "recall", "approve", "return", "assign", "handover", "note", "close", "reopen", "public"} {
		v := url.Values{"body": {"x"}, "reason": {"x"}, "remark": {"x"}, "why": {"spam"}, "mission": {p.Paris}, "version": {"0"}}
		if a := p.site.As(berlin, i18n.English).Post(t, path+"/"+act, v); a.Status != 404 {
			t.Errorf("%s from another mission: got %d, want 404", act, a.Status)
		}
		if a := p.site.As(nil, i18n.English).Post(t, path+"/"+act, v); a.Status != 401 {
			t.Errorf("%s by nobody: got %d, want 401", act, a.Status)
		}
	}
}

func TestConsoleActs(t *testing.T) {
	p := newPlace(t)
	_, qid := p.AskAs(nil)
	officer := p.site.As(p.officer, i18n.English)
	path := "/console/inbox/" + qid
	for _, c := range []struct {
		act  string
		form url.Values
		want int
	}{
		{"note", url.Values{"remark": {"call them"}}, 303},
		{"note", url.Values{}, 422},
		{"assign", url.Values{"person": {"nobody"}}, 422},
		{"assign", url.Values{"person": {""}}, 303},
		{"close", url.Values{"why": {"withdrawn"}}, 422},
		{"close", url.Values{"why": {"duplicate"}}, 303},
		{"close", url.Values{"why": {"duplicate"}}, 409},
		{"reopen", url.Values{}, 303},
		{"public", url.Values{"public": {"yes"}}, 409},
		{"handover", url.Values{"mission": {p.Berlin}}, 422},
		{"handover", url.Values{"mission": {p.Berlin}, "reason": {"They live there."}}, 303},
	} {
		if a := officer.Post(t, path+"/"+c.act, c.form); a.Status != c.want {
			t.Errorf("%s %v: got %d, want %d: %s", c.act, c.form, a.Status, c.want, a.Text(".summary"))
		}
	}
}

func TestCannedPages(t *testing.T) {
	p := newPlace(t)
	officer := p.site.As(p.officer, i18n.Kurmanji)
	a := officer.Get(t, "/console/answers/new")
	path := a.Doc.Find("main form").AttrOr("action", "")
	if a := officer.Post(t, path, url.Values{"mission": {p.Paris}, "version": {"0"}}); a.Status != 422 {
		t.Errorf("empty: got %d", a.Status)
	}
	if a := officer.Post(t, path, url.Values{"mission": {p.Berlin}, "version": {"0"}, "title-en": {"Hours"}, "body-en": {"Nine."}}); a.Status != 403 {
		t.Errorf("for another mission: got %d", a.Status)
	}
	if a := officer.Post(t, path, url.Values{"mission": {p.Paris}, "version": {"0"}, "title-en": {"Hours"}, "body-en": {"Nine to three."}}); a.Status != 303 {
		t.Fatalf("got %d: %s", a.Status, a.Text(".summary"))
	}
	if a := officer.Get(t, "/console/answers"); !strings.Contains(a.Text("table"), "Hours") {
		t.Errorf("list: %s", a.Text("main"))
	}
	if a := officer.Get(t, path); a.Status != 200 {
		t.Errorf("edit: got %d", a.Status)
	}
	_, qid := p.AskAs(nil)
	cid := path[strings.LastIndex(path, "/")+1:]
	if a := officer.Get(t, "/console/inbox/"+qid+"?canned="+cid); a.Doc.Find("textarea[name=body]").Text() != "Nine to three." {
		t.Errorf("not inserted: %s", a.Doc.Find("textarea[name=body]").Text())
	}
}

func TestMarkup(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"paragraphs", "a\n\nb", "<p>a</p>\n<p>b</p>\n"},
		{"emphasis", "**a** *b*", "<p><strong>a</strong> <em>b</em></p>\n"},
		{"list", "- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"},
		{"script", "<script>alert(1)</script>", ""},
		{"link", "[a](https://example.org)", `<p><a href="https://example.org" rel="nofollow">a</a></p>` + "\n"},
		{"bad link", "[a](javascript:alert(1))", "<p>a</p>\n"},
		{"image", "![a](https://example.org/x.png)", "<p></p>\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b strings.Builder
			if err := markup(c.in).Render(context.Background(), &b); err != nil {
				t.Fatal(err)
			}
			if got := b.String(); strings.TrimSpace(got) != strings.TrimSpace(c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
