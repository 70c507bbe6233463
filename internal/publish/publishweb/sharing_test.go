package publishweb

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/share"
	"sifara/internal/web/webtest"
)

// embargoed gives a message in review, in Arabic and English, with a picture and an
// embargo of an hour; the public site shows shares.
func (o *office) embargoed(t *testing.T) publish.Message {
	t.Helper()
	return o.embargoedWith(t, func(ctx context.Context, m publish.Message) publish.Message {
		var b bytes.Buffer
		if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 40, 30))); err != nil {
			t.Fatal(err)
		}
		return taken(t)(o.svc.Attach(ctx, m.ID, publish.Upload{ID: id.New(), Name: "visit.png", Data: bytes.NewReader(b.Bytes()), FileText: publish.FileText{Alt: publish.Texts{i18n.Arabic: "الوزير", i18n.English: "The minister"}, Author: "A. Photographer", Source: "Ministry", Licence: publish.CCBY}}))
	})
}

// embargoedWith is embargoed with other files.
func (o *office) embargoedWith(t *testing.T, attach func(context.Context, publish.Message) publish.Message) publish.Message {
	t.Helper()
	o.options.Shares, o.options.Service = o.shares, o.svc
	o.open()
	m, ctx := o.draft(t), perm.With(t.Context(), o.writer)
	src, _ := m.Source()
	m = taken(t)(o.svc.Write(ctx, m.ID, i18n.English, publish.Edit{Words: publish.Words{Title: "Statement on the visit", Body: "The minister visited **Paris**."}, SourceHash: src.Hash}))
	m = attach(ctx, m)
	to := m.Settings()
	to.EmbargoUntil = db.At(o.clock.Now().Add(time.Hour))
	m = taken(t)(o.svc.Arrange(ctx, m.ID, m.SettingsVersion, to))
	return taken(t)(o.svc.Submit(ctx, m.ID, m.Hash))
}

// taken gives the message after an act that has to succeed.
func taken(t *testing.T) func(publish.Message, error) publish.Message {
	return func(m publish.Message, err error) publish.Message {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
}

func readerForm(langs ...string) url.Values {
	return url.Values{"id": {id.New()}, "name": {"Amina Reader"}, "organisation": {"Paper of Record"}, "email": {"amina@paper.example"}, "langs": langs, "zone": {"Asia/Tokyo"}, "remark": {"knows the matter"}}
}

// link shares a message through the page and gives the address that is shown once.
func (o *office) link(t *testing.T, m publish.Message, form url.Values) string {
	t.Helper()
	a := o.site.As(o.releaser, i18n.English).Post(t, sharesPath(m.ID), form)
	link := a.Text("#share-link")
	path, ours := strings.CutPrefix(link, "https://example.test")
	if a.Status != http.StatusOK || !ours || a.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("share: %d %q %s", a.Status, link, a.Text("main"))
	}
	if mail := a.Doc.Find("a[href^='mailto:amina@paper.example?']").AttrOr("href", ""); !strings.Contains(mail, url.QueryEscape(link)+"%0A") || strings.Contains(mail, "+") {
		t.Errorf("letter: %q", mail)
	}
	return path
}

func TestSharesInTheConsole(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		m := o.embargoed(t)
		c := o.site.As(o.releaser, i18n.English)
		if a := c.Get(t, messagePath(m.ID)); a.Doc.Find("#shares a[href='"+sharesPath(m.ID)+"']").Length() != 1 {
			t.Error("the message does not lead to its readers")
		}
		if a := o.site.As(o.writer, i18n.English).Get(t, messagePath(m.ID)); a.Doc.Find("#shares").Length() != 0 {
			t.Error("who may not share sees with whom it is shared")
		}
		for field, bad := range map[string]url.Values{"name": {"name": {""}}, "langs": {"langs": {}}, "zone": {"zone": {"Mars/Olympus"}}, "email": {"email": {"nobody"}}, "until-day": {"until-day": {"1"}, "until-month": {"6"}, "until-year": {"2026"}}} {
			form := readerForm("en")
			for k, v := range bad {
				form[k] = v
			}
			if a := c.Post(t, sharesPath(m.ID), form); a.Status != http.StatusUnprocessableEntity || a.Doc.Find("[role=alert] a[href='#"+field+"']").Length() != 1 || a.Doc.Find("#share-link").Length() != 0 {
				t.Errorf("%s: %d %s", field, a.Status, a.Text("[role=alert]"))
			}
		}
		form := readerForm("ar", "en")
		path := o.link(t, m, form)
		if a := c.Post(t, sharesPath(m.ID), form); a.Status != http.StatusConflict || strings.Contains(a.Body, path) {
			t.Errorf("the form sent twice: %d %s", a.Status, a.Text("main"))
		}
		page := c.Get(t, sharesPath(m.ID))
		if text := page.Text("#list"); !strings.Contains(text, "Amina Reader, Paper of Record") || !strings.Contains(text, "Not accepted yet") || !strings.Contains(text, "amina@paper.example") || strings.Contains(page.Body, path) {
			t.Errorf("list: %s", text)
		}
		x := form.Get("id")
		renewed := c.Post(t, sharesPath(m.ID)+"/"+x+"/renew", url.Values{})
		if link := renewed.Text("#share-link"); renewed.Status != http.StatusOK || link == "" || strings.HasSuffix(link, path) {
			t.Errorf("renew: %d %q", renewed.Status, link)
		}
		for _, act := range []string{"/" + x + "/revoke", "/revoke"} {
			if a := c.Post(t, sharesPath(m.ID)+act, url.Values{}); a.Status != http.StatusSeeOther {
				t.Errorf("%s: %d", act, a.Status)
			}
		}
		if text := c.Get(t, sharesPath(m.ID)).Text("#list"); !strings.Contains(text, "Ended") {
			t.Errorf("revoked: %s", text)
		}
	})
}

// unwatched wants a page of a link to be kept nowhere and found by nobody.
func unwatched(t *testing.T, what string, a webtest.Answer) {
	t.Helper()
	for name, want := range map[string]string{"Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%s: %s is %q, want %q", what, name, got, want)
		}
	}
	if a.Header.Get("Set-Cookie") != "" {
		t.Errorf("%s sets a cookie", what)
	}
	if a.Doc != nil && a.Status/100 != 3 && (a.Doc.Find("meta[name=robots][content*=noindex]").Length() != 1 || a.Doc.Find("link[rel=canonical], link[rel=alternate], .site-nav, .foot-links").Length() != 0) {
		t.Errorf("%s can be found, or leads elsewhere", what)
	}
}

func TestEmbargoedText(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		m := o.embargoed(t)
		door := o.link(t, m, readerForm("ar", "en"))
		c := o.As(nil, i18n.English)
		a := c.Get(t, door)
		path := a.Header.Get("Location")
		if a.Status != http.StatusSeeOther || path != "/en"+door {
			t.Fatalf("door: %d %q", a.Status, path)
		}
		unwatched(t, "the door", a)
		secrets := []string{"Statement on the visit", "visited", "knows the matter", "amina@paper.example", m.ID}
		a = c.Get(t, path)
		unwatched(t, "the question", a)
		for _, s := range secrets {
			if strings.Contains(a.Body, s) {
				t.Errorf("before the word the page holds %q", s)
			}
		}
		// The mission is in Paris (10:00), the reader in Tokyo (18:00).
		head := a.Text(".embargo")
		for _, want := range []string{"Embargoed until 1 March 2026", "10:00", "Paris", "18:00", "Asia/Tokyo", "Shared with Amina Reader, Paper of Record", "Not for publication"} {
			if !strings.Contains(head, want) {
				t.Errorf("the mark lacks %q: %s", want, head)
			}
		}
		if a.Status != http.StatusOK || a.Doc.Find("form[method=post] button").Length() != 1 {
			t.Fatalf("the question: %d %s", a.Status, a.Text("main"))
		}
		accept := url.Values{"embargo": {a.Doc.Find("input[name=embargo]").AttrOr("value", "")}}
		if b := c.Post(t, path, url.Values{"embargo": {"soon"}}); b.Status != http.StatusSeeOther || c.Get(t, path).Doc.Find("article").Length() != 0 {
			t.Error("no embargo was accepted, and the text is shown")
		}
		b := c.Post(t, path, accept)
		unwatched(t, "the word", b)
		if b.Status != http.StatusSeeOther || b.Header.Get("Location") != path {
			t.Fatalf("accept: %d %s", b.Status, b.Text("main"))
		}
		a = c.Get(t, path)
		unwatched(t, "the text", a)
		if a.Text("article h1") != "Statement on the visit" || a.Text("article .prose strong") != "Paris" || a.Text(".embargo-foot span") != "Shared with Amina Reader, Paper of Record" || strings.Contains(a.Text("title"), "Statement") {
			t.Errorf("text: %s", a.Text("main"))
		}
		for _, s := range append(secrets[2:4], "writer", m.Hash, "/log/", "questions") {
			if strings.Contains(a.Body, s) {
				t.Errorf("the page holds %q", s)
			}
		}
		var langs []string
		a.Doc.Find(".site-langs [lang]").Each(func(_ int, s *goquery.Selection) { langs = append(langs, s.AttrOr("lang", "")) })
		if strings.Join(langs, " ") != "ar en" {
			t.Errorf("languages offered: %v", langs)
		}
		src := a.Doc.Find("article img").AttrOr("src", "")
		if !strings.HasPrefix(src, path+"/files/") {
			t.Fatalf("picture at %q", src)
		}
		img := c.Get(t, src)
		unwatched(t, "the picture", img)
		if img.Status != http.StatusOK || img.Header.Get("Content-Type") != "image/png" || img.Header.Get("Content-Security-Policy") != "default-src 'none'; sandbox" {
			t.Errorf("picture: %d %v", img.Status, img.Header)
		}
		if p := c.Get(t, mediaHref(m.Attachments[0].ID, m.Attachments[0].Digest)); p.Status != http.StatusNotFound {
			t.Errorf("the picture without the link: %d", p.Status)
		}
		if ar := c.Get(t, "/ar"+door); ar.Doc.Find("html[dir=rtl]").Length() != 1 || ar.Text("article h1") != "بيان عن الزيارة" || !strings.Contains(ar.Text(".embargo"), "محظور النشر حتى") {
			t.Errorf("in Arabic: %s", ar.Text("main"))
		}
		if other := c.Get(t, "/kmr"+door); other.Status != http.StatusSeeOther || other.Header.Get("Location") != "/ar"+door {
			t.Errorf("in a language that is not shared: %d %s", other.Status, other.Header.Get("Location"))
		}
		list := o.site.As(o.releaser, i18n.English).Get(t, sharesPath(m.ID)).Text("#list")
		if !strings.Contains(list, "Read") || !strings.Contains(list, "Times opened2") {
			t.Errorf("the official sees %s", list)
		}
	})
}

func TestLinksThatLeadNowhere(t *testing.T) {
	o := quick(t)
	m := o.embargoed(t)
	revoked, over := readerForm("en"), readerForm("en")
	over["until-day"], over["until-month"], over["until-year"], over["until-time"] = []string{"1"}, []string{"3"}, []string{"2026"}, []string{"09:30"}
	links := map[string]string{"revoked": o.link(t, m, revoked), "over": o.link(t, m, over), "none": embargoPath + strings.Repeat("A", 43), "short": embargoPath + "x"}
	if err := o.shares.Revoke(perm.With(t.Context(), o.releaser), m.ID, revoked.Get("id")); err != nil {
		t.Fatal(err)
	}
	o.clock.Advance(time.Hour)
	c := o.As(nil, i18n.English)
	said := map[string]string{}
	for name, link := range links {
		for how, ask := range map[string]func() webtest.Answer{
			"page": func() webtest.Answer { return c.Get(t, "/en"+link) },
			"word": func() webtest.Answer {
				return c.Post(t, "/en"+link, url.Values{"embargo": {strconv.FormatInt(int64(m.EmbargoUntil), 10)}})
			},
			"file": func() webtest.Answer {
				return c.Get(t, "/en"+link+"/files/"+m.Attachments[0].ID+"/"+m.Attachments[0].Digest)
			},
		} {
			a := ask()
			unwatched(t, name, a)
			if a.Status != http.StatusNotFound || a.Text("h1") != "This link is not valid any more" {
				t.Errorf("%s, %s: %d %s", name, how, a.Status, a.Text("main"))
			}
			said[a.Text("main")] = name
		}
	}
	if len(said) != 1 {
		t.Errorf("links that lead nowhere are told apart: %v", said)
	}
	last := 0
	for range embargoBurst {
		last = c.Get(t, "/en"+links["none"]).Status
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("guesses go on: %d", last)
	}
}

func TestEmbargoMovesAndEnds(t *testing.T) {
	o := quick(t)
	m := o.embargoed(t)
	door := o.link(t, m, readerForm("en"))
	path := "/en" + door
	c := o.As(nil, i18n.English)
	accept := func() webtest.Answer {
		t.Helper()
		a := c.Get(t, path)
		c.Post(t, path, url.Values{"embargo": {a.Doc.Find("input[name=embargo]").AttrOr("value", "")}})
		return c.Get(t, path)
	}
	accept()
	must := func(x publish.Message, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		m = x
	}
	ctx := perm.With(t.Context(), o.writer)
	must(o.svc.Recall(ctx, m.ID))
	if a := c.Get(t, path); a.Text("h1") != "The text is being revised" || a.Doc.Find("article").Length() != 0 {
		t.Errorf("a draft: %s", a.Text("main"))
	}
	v, _ := m.Variant(i18n.English)
	src, _ := m.Source()
	must(o.svc.Write(ctx, m.ID, i18n.English, publish.Edit{Words: publish.Words{Title: v.Title, Body: v.Body + "\n\nAnd Lyon."}, Version: v.Version, SourceHash: src.Hash}))
	to := m.Settings()
	to.EmbargoUntil = to.EmbargoUntil.Add(time.Hour)
	must(o.svc.Arrange(ctx, m.ID, m.SettingsVersion, to))
	must(o.svc.Submit(ctx, m.ID, m.Hash))
	if a := c.Get(t, path); !strings.Contains(a.Text(".k-warning"), "The embargo has changed") || !strings.Contains(a.Text(".embargo"), "11:00") {
		t.Errorf("another embargo: %s", a.Text("main"))
	}
	if a := accept(); !strings.Contains(a.Text(".k-warning"), "The text has changed") || !strings.Contains(a.Text("article"), "Lyon") {
		t.Errorf("another text: %s", a.Text("main"))
	}
	must(o.svc.Approve(perm.With(t.Context(), o.reviewer), m.ID, publish.Judgement{Step: m.Step, Hash: m.Hash}))
	must(o.svc.Approve(perm.With(t.Context(), o.clearer), m.ID, publish.Judgement{Step: m.Step, Hash: m.Hash}))
	o.clock.Advance(3 * time.Hour)
	if a := c.Get(t, path); !strings.Contains(a.Text(".embargo"), "has not been published") {
		t.Errorf("late: %s", a.Text("main"))
	}
	must(o.svc.Release(perm.With(t.Context(), o.releaser), m.ID, m.Hash))
	o.pages.Clear()
	a := c.Get(t, path)
	if to := "/en/statements/" + m.Slug; a.Status != http.StatusSeeOther || a.Header.Get("Location") != to || c.Get(t, to).Text("h1") != "Statement on the visit" {
		t.Errorf("after the release: %d %s", a.Status, a.Header.Get("Location"))
	}
	unwatched(t, "the way to the page", a)
}

func TestSharesByAPI(t *testing.T) {
	o := quick(t)
	m := o.embargoed(t)
	as := func(a *perm.Actor) *webtest.Client {
		of := *a
		of.Kind = perm.Token
		return o.site.As(&of, i18n.English)
	}
	at := "/api/v1/messages/" + m.ID + "/shares"
	body := `{"name":"Amina Reader","organisation":"Paper of Record","langs":["en"]}`
	a := asJSON(t, as(o.releaser), "POST", at, body)
	var made struct {
		Share struct{ ID, Zone, State string }
		Link  string
	}
	if err := json.Unmarshal([]byte(a.Body), &made); err != nil || a.Status != http.StatusCreated || made.Share.Zone != "Europe/Paris" || made.Share.State != "made" || a.Header.Get("Sifara-Shown-Once") != "true" {
		t.Fatalf("create: %d %s %v", a.Status, a.Body, err)
	}
	token, _ := strings.CutPrefix(made.Link, "https://example.test"+embargoPath)
	if _, err := o.shares.Find(t.Context(), token); err != nil {
		t.Errorf("the link %q: %v", made.Link, err)
	}
	if a := asJSON(t, as(o.releaser), "GET", at, ""); a.Status != http.StatusOK || !strings.Contains(a.Body, made.Share.ID) || strings.Contains(a.Body, token) {
		t.Errorf("list: %d %s", a.Status, a.Body)
	}
	if a := asJSON(t, as(o.releaser), "POST", at, strings.Replace(body, `["en"]`, `["kmr"]`, 1)); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("a language without text: %d", a.Status)
	}
	for actor, want := range map[*perm.Actor]int{o.abroad: http.StatusNotFound, o.writer: http.StatusForbidden} {
		for method, path := range map[string]string{"GET": at, "POST": at, "DELETE": at + "/" + made.Share.ID} {
			if a := asJSON(t, as(actor), method, path, map[string]string{"POST": body}[method]); a.Status != want {
				t.Errorf("%s %s by %s: %d, want %d", method, path, actor.ID, a.Status, want)
			}
		}
	}
	if a := asJSON(t, as(o.releaser), "DELETE", at+"/"+made.Share.ID, ""); a.Status != http.StatusNoContent {
		t.Errorf("revoke: %d %s", a.Status, a.Body)
	}
	if _, err := o.shares.Find(t.Context(), token); !errors.Is(err, share.ErrLink) {
		t.Errorf("after it was revoked: %v", err)
	}
	if a := asJSON(t, as(o.releaser), "DELETE", at, ""); a.Status != http.StatusNoContent {
		t.Errorf("revoke all: %d %s", a.Status, a.Body)
	}
}
