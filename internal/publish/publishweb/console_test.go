package publishweb

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/module"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/web/webtest"
)

func TestMessageWalksThroughTheConsole(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		m := o.draft(t)
		if m.State != publish.StateDraft {
			t.Fatalf("got %s", m.State)
		}
		m = o.act(t, o.writer, m, "submit", url.Values{})
		page := o.site.As(o.reviewer, i18n.English).Get(t, messagePath(m.ID)+"/approve")
		if !strings.Contains(page.Text("#out-ar"), "زار الوزير باريس") || !strings.Contains(page.Body, m.Hash) || page.Doc.Find("#out-ar strong").Length() != 1 {
			t.Errorf("the approval page does not show what will go out: %s", page.Text("main"))
		}
		if page.Doc.Find("#out-ar article[dir=rtl][lang=ar]").Length() != 1 {
			t.Error("the Arabic text has not its own direction")
		}
		if a := o.site.As(o.writer, i18n.English).Get(t, messagePath(m.ID)+"/approve"); a.Doc.Find("#judgement").Length() != 0 {
			t.Error("the writer is offered to approve their own text")
		}
		stale := url.Values{"act": {"approve"}, "step": {"0"}, "hash": {strings.Repeat("0", 64)}}
		if a := o.site.As(o.reviewer, i18n.English).Post(t, messagePath(m.ID)+"/approve", stale); a.Status != http.StatusConflict {
			t.Errorf("approval of another content: got %d, want 409", a.Status)
		}
		m = o.act(t, o.reviewer, m, "approve", url.Values{"act": {"approve"}, "step": {"0"}, "langs": {"ar"}})
		if a := o.site.As(o.clearer, i18n.English).Post(t, messagePath(m.ID)+"/approve", url.Values{"act": {"reject"}, "step": {"1"}, "hash": {m.Hash}}); a.Status != 422 || a.Doc.Find("[role=alert] a[href='#reason']").Length() != 1 {
			t.Errorf("rejection without a reason: got %d %s", a.Status, a.Text("[role=alert]"))
		}
		m = o.act(t, o.clearer, m, "approve", url.Values{"act": {"approve"}, "step": {"1"}})
		if m.State != publish.StateApproved {
			t.Fatalf("got %s, want approved", m.State)
		}
		m = o.act(t, o.releaser, m, "release", url.Values{"when": {"now"}})
		if m.State != publish.StateReleased {
			t.Fatalf("got %s, want released", m.State)
		}
		m = o.act(t, o.releaser, m, "withdraw", url.Values{"note-ar": {"التاريخ غير صحيح"}})
		if m.State != publish.StateWithdrawn {
			t.Fatalf("got %s, want withdrawn", m.State)
		}
	})
}

func TestReleaseIsPlannedInTheMissionsTime(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		m := o.approved(t)
		form := url.Values{"when": {"later"}, "at-day": {"٢"}, "at-month": {"٣"}, "at-year": {"٢٠٢٦"}, "at-time": {"١٠:٣٠"}}
		m = o.act(t, o.releaser, m, "release", form)
		want := time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)
		if m.State != publish.StateScheduled || !m.ReleaseAt.Std().Equal(want) {
			t.Errorf("got %s at %v, want %v", m.State, m.ReleaseAt.Std(), want)
		}
		page := o.site.As(o.reader, i18n.English).Get(t, "/console/calendar?month=2026-03")
		if !strings.Contains(page.Text("#calendar"), "Planned release") {
			t.Errorf("the calendar lacks it: %s", page.Text("#calendar"))
		}
		m = o.act(t, o.releaser, m, "unschedule", url.Values{})
		if m.State != publish.StateApproved {
			t.Errorf("got %s, want approved", m.State)
		}
		past := url.Values{"when": {"later"}, "hash": {m.Hash}, "at-day": {"1"}, "at-month": {"3"}, "at-year": {"2020"}}
		if a := o.site.As(o.releaser, i18n.English).Post(t, messagePath(m.ID)+"/release", past); a.Status != 422 {
			t.Errorf("in the past: got %d, want 422", a.Status)
		}
	})
}

func TestTwoWritersSeeBothTexts(t *testing.T) {
	o := quick(t)
	m := o.draft(t)
	v, _ := m.Variant(i18n.Arabic)
	other := webtest.Official("other", perm.InMission(o.paris.ID), publish.MayView, publish.MayDraft)
	form := url.Values{"lang": {"ar"}, "version": {"2"}, "title": {v.Title}, "body": {"نص الزميل"}}
	if a := o.site.As(other, i18n.Arabic).Post(t, messagePath(m.ID)+"/edit", form); a.Status != 303 {
		t.Fatalf("first: %d", a.Status)
	}
	form.Set("body", "نصي أنا")
	a := o.site.As(o.writer, i18n.Arabic).Post(t, messagePath(m.ID)+"/edit", form)
	if a.Status != http.StatusConflict || a.Text("textarea[name=body]") != "نصي أنا" || !strings.Contains(a.Text("#clash"), "نص الزميل") {
		t.Fatalf("got %d, typed %q, clash %q", a.Status, a.Text("textarea[name=body]"), a.Text("#clash"))
	}
	if a.Doc.Find("#clash ins").Length() == 0 || a.Doc.Find("#clash del").Length() == 0 {
		t.Error("the difference is not shown")
	}
	version, _ := a.Doc.Find("input[name=version]").Attr("value")
	form.Set("version", version)
	if a := o.site.As(o.writer, i18n.Arabic).Post(t, messagePath(m.ID)+"/edit", form); a.Status != 303 {
		t.Errorf("knowingly replaced: got %d", a.Status)
	}
}

func TestPreviewIsSafe(t *testing.T) {
	o := quick(t)
	form := url.Values{"lang": {"en"}, "title": {"<script>alert(1)</script>"}, "body": {"# Hi\n<img src=x onerror=alert(1)> [x](javascript:alert(1)) **b**\u202e"}}
	a := o.site.As(o.writer, i18n.English).Post(t, "/console/messages/preview", form)
	if a.Status != 200 || a.Doc.Find("script, img, [onerror]").Length() != 0 || strings.Contains(a.Body, "javascript:") || strings.Contains(a.Body, "\u202e") {
		t.Errorf("got %d %s", a.Status, a.Body)
	}
	if a.Doc.Find("strong").Length() != 1 || a.Doc.Find("h2").Text() != "Hi" {
		t.Errorf("Markdown is not drawn: %s", a.Body)
	}
}

func TestAttachThroughTheEditor(t *testing.T) {
	o := quick(t)
	m := o.draft(t)
	var picture, body bytes.Buffer
	if err := png.Encode(&picture, image.NewRGBA(image.Rect(0, 0, 20, 20))); err != nil {
		t.Fatal(err)
	}
	form := multipart.NewWriter(&body)
	fileID := id.New()
	_ = form.WriteField("id", fileID)
	_ = form.WriteField("alt-ar", "صورة")
	_ = form.WriteField("author", "مصور")
	_ = form.WriteField("licence", "own")
	_ = form.WriteField("focus_x", "٧٠")
	_ = form.WriteField("focus_y", "20")
	file, _ := form.CreateFormFile("file", "visit.png")
	_, _ = file.Write(picture.Bytes())
	form.Close()
	r := httptest.NewRequest(http.MethodPost, messagePath(m.ID)+"/files", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	w := o.site.As(o.writer, i18n.English)
	if a := w.Do(t, r); a.Status != 303 {
		t.Fatalf("got %d %s", a.Status, a.Text("main"))
	}
	page := w.Get(t, messagePath(m.ID)+"/edit")
	if page.Doc.Find("#files img[alt='صورة']").Length() != 1 {
		t.Errorf("the picture is not shown: %s", page.Text("#files"))
	}
	if x := o.read(t, m.ID).Attachments[0]; x.Author != "مصور" || x.Licence != publish.OwnWork || x.FocusX != 20 || x.FocusY != -30 {
		t.Errorf("what was said of it: %+v", x)
	}
	got := w.Get(t, messagePath(m.ID)+"/files/"+fileID)
	if got.Status != 200 || got.Header.Get("Content-Type") != "image/png" || !strings.Contains(got.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("file: %d %v", got.Status, got.Header)
	}
	if a := o.site.As(o.abroad, i18n.English).Get(t, messagePath(m.ID)+"/files/"+fileID); a.Status != 404 {
		t.Errorf("from abroad: got %d, want 404", a.Status)
	}
	if a := w.Post(t, messagePath(m.ID)+"/files/"+fileID+"/remove", url.Values{}); a.Status != 303 || len(o.read(t, m.ID).Attachments) != 0 {
		t.Errorf("removed: got %d", a.Status)
	}
}

func TestEmergencyAsksWhoSitsThere(t *testing.T) {
	o := quick(t)
	m := o.draft(t)
	fresh := false
	console := &console{svc: o.svc, campaigns: o.campaigns, org: o.org, clock: o.clock, reauth: func(_ *http.Request, back string) (string, bool) {
		return "/console/account/confirm?" + url.Values{"back": {back}}.Encode(), fresh
	}}
	site := webtest.New(t, locales(), console.routes()...)
	head := site.As(o.head, i18n.English)
	form := url.Values{"hash": {m.Hash}, "reason": {"Evacuation"}}
	if a := head.Post(t, messagePath(m.ID)+"/emergency", form); !strings.HasPrefix(a.Header.Get("Location"), "/console/account/confirm") || o.read(t, m.ID).State == publish.StateReleased {
		t.Fatalf("not asked: %d %s", a.Status, a.Header.Get("Location"))
	}
	fresh = true
	if a := head.Get(t, messagePath(m.ID)+"/emergency"); a.Status != 200 || !strings.Contains(a.Text("main"), "24 hours") && !strings.Contains(a.Text("main"), "1 day") {
		t.Errorf("page: %d %s", a.Status, a.Text("main"))
	}
	if a := head.Post(t, messagePath(m.ID)+"/emergency", form); a.Status != 303 {
		t.Fatalf("got %d %s", a.Status, a.Text("main"))
	}
	m = o.read(t, m.ID)
	if !m.Emergency || m.State != publish.StateReleased {
		t.Fatalf("got %s", m.State)
	}
	list := o.site.As(o.clearer, i18n.English).Get(t, "/console/messages?show=waiting")
	if !strings.Contains(list.Text("#messages"), "approval owed") {
		t.Errorf("the clearer does not see it: %s", list.Text("main"))
	}
	m = o.act(t, o.clearer, m, "approve", url.Values{"act": {"after_approve"}})
	if m.AwaitsReview() {
		t.Error("still owed")
	}
}

func TestRoutes(t *testing.T) {
	o := quick(t)
	head := o.site.As(o.head, i18n.English)
	edit := head.Get(t, "/console/routes/edit?"+url.Values{"mission": {o.paris.ID}, "sensitivity": {"routine"}}.Encode())
	if edit.Status != 200 || edit.Doc.Find("select[name=kind-0] option[value=language_review][selected]").Length() != 1 {
		t.Fatalf("form: %d", edit.Status)
	}
	form := url.Values{"mission": {o.paris.ID}, "sensitivity": {"routine"}, "version": {"0"}, "kind-0": {"clear"}, "hours-0": {"٦"}, "hours-release": {"2"}, "review_within": {"12"}, "one_step_each": {"1"}}
	if a := head.Post(t, "/console/routes/edit", form); a.Status != 303 {
		t.Fatalf("save: %d %s", a.Status, a.Text("main"))
	}
	route, err := o.svc.RouteFor(t.Context(), publish.Match{MissionID: o.paris.ID, Sensitivity: publish.Routine})
	if err != nil || len(route.Steps) != 2 || route.Steps[0].Hours != 6 || !route.OneStepEach {
		t.Errorf("got %+v, %v", route, err)
	}
	group := url.Values{"mission": {o.paris.ID}, "topic": {""}, "kind": {"news"}, "sensitivity": {""}, "version": {"0"}, "kind-0": {"clear"}, "who-0": {"role:clearer", "person:" + o.head.ID},
		"kind-1": {"clear"}, "begins-1": {"either"}, "kind-2": {"language_review"}, "hours-0": {"1"}, "hours-1": {"1"}, "hours-2": {"1"}, "hours-release": {"2"}, "review_within": {"12"}}
	if a := head.Post(t, "/console/routes/edit", group); a.Status != 303 {
		t.Fatalf("save a route with a group: %d %s", a.Status, a.Text("main"))
	}
	news, err := o.svc.RouteFor(t.Context(), publish.Match{MissionID: o.paris.ID, Kind: publish.News, Sensitivity: publish.High})
	if err != nil || len(news.Steps) != 4 || !news.Steps[0].AnyOf || !news.Steps[1].Parallel || news.Steps[2].Parallel || news.Steps[0].Roles[0] != "clearer" || news.Steps[0].People[0] != o.head.ID {
		t.Errorf("got %+v, %v", news, err)
	}
	again := head.Get(t, "/console/routes/edit?"+url.Values{"mission": {o.paris.ID}, "kind": {"news"}}.Encode())
	if again.Doc.Find("select[name=begins-1] option[value=either][selected]").Length() != 1 || again.Doc.Find("select[name=who-0] option[value='role:clearer'][selected]").Length() != 1 {
		t.Errorf("the form forgets how steps begin or who takes them: %d", again.Status)
	}
	tried := o.site.As(o.reader, i18n.English).Get(t, "/console/routes/try?"+url.Values{"mission": {o.paris.ID}, "kind": {"news"}, "sensitivity": {"high"}}.Encode())
	if tried.Status != 200 || !strings.Contains(tried.Text("#tried"), "one of these suffices") {
		t.Errorf("tried: %d %s", tried.Status, tried.Text("main"))
	}
	form.Del("kind-0")
	form.Set("version", "1")
	if a := head.Post(t, "/console/routes/edit", form); a.Status != 422 || a.Doc.Find("#steps").Length() != 1 {
		t.Errorf("no step: got %d", a.Status)
	}
	if a := head.Get(t, "/console/routes/edit?mission=&sensitivity=routine"); a.Status != 404 {
		t.Errorf("the ministry's route for a mission's keeper: got %d, want 404", a.Status)
	}
	if a := head.Post(t, "/console/routes/drop", url.Values{"mission": {o.paris.ID}, "sensitivity": {"routine"}}); a.Status != 303 {
		t.Errorf("drop: %d", a.Status)
	}
}

// TestEveryPageInEveryLanguage opens all pages of a message in each of its
// states; the test site fails on a word that is missing.
func TestEveryPageInEveryLanguage(t *testing.T) {
	o := quick(t)
	everything := webtest.Official("everything", perm.Everywhere(), publish.MayView, publish.MayDraft, publish.MayReview, publish.MayClear, publish.MayRelease, publish.MayEmergency, publish.MayWithdraw, publish.MayRoutes, publish.MayExempt)
	draft := o.draft(t)
	review := o.act(t, o.writer, o.draft(t), "submit", url.Values{})
	sent := o.act(t, o.reviewer, o.act(t, o.writer, o.draft(t), "submit", url.Values{}), "approve", url.Values{"act": {"reject"}, "step": {"0"}, "reason": {"السبب"}})
	approved := o.approved(t)
	planned := o.act(t, o.releaser, o.approved(t), "release", url.Values{"when": {"later"}, "at-day": {"5"}, "at-month": {"3"}, "at-year": {"2026"}})
	public := o.act(t, o.releaser, o.approved(t), "release", url.Values{"when": {"now"}})
	gone := o.act(t, o.releaser, o.act(t, o.releaser, o.approved(t), "release", url.Values{"when": {"now"}}), "withdraw", url.Values{"note-ar": {"خطأ"}})
	urgent := o.act(t, o.head, o.draft(t), "emergency", url.Values{"reason": {"عاجل"}})
	z, err := o.svc.Pause(perm.With(t.Context(), everything), publish.Pause{Scope: publish.PauseAll, Reason: "هزة أرضية"})
	if err != nil {
		t.Fatal(err)
	}
	held := o.act(t, o.releaser, o.approved(t), "release", url.Values{"when": {"later"}, "at-day": {"2"}, "at-month": {"3"}, "at-year": {"2026"}})
	o.clock.Advance(30 * time.Hour)
	if err := o.svc.Sweep(perm.With(t.Context(), perm.SystemActor("test"))); err != nil {
		t.Fatal(err)
	}
	if held = o.read(t, held.ID); !held.Held() {
		t.Fatalf("not held up: %s", held.State)
	}
	pages := []string{"/console/pause", "/console/pause/new", "/console/pause/" + z.ID + "/resume", "/console/held", "/console/messages", "/console/messages?show=waiting", "/console/messages?show=mine&state=draft&text=missing-en&q=x", "/console/messages?show=overdue", "/console/messages/new", "/console/calendar", "/console/calendar?month=2026-03", "/console/sites", "/console/routes", "/console/routes/try", "/console/routes/try?mission=&kind=news&sensitivity=high", "/console/routes/edit?mission=&topic=t&kind=news&sensitivity=", "/console/routes/edit?mission=&sensitivity=high"}
	for _, m := range []publish.Message{draft, review, sent, approved, planned, held, public, gone, urgent} {
		pages = append(pages, messagePath(m.ID), messagePath(m.ID)+"/approve", messagePath(m.ID)+"/history")
		if m.Editable() {
			pages = append(pages, messagePath(m.ID)+"/edit", messagePath(m.ID)+"/edit?lang=ckb", messagePath(m.ID)+"/settings", messagePath(m.ID)+"/emergency")
		}
	}
	pages = append(pages, messagePath(approved.ID)+"/release", messagePath(public.ID)+"/withdraw")
	for _, l := range i18n.Langs {
		c := o.site.As(everything, l)
		for _, path := range pages {
			a := c.Get(t, path)
			if a.Status != 200 {
				t.Errorf("%s %s: got %d", l, path, a.Status)
				continue
			}
			if got, _ := a.Doc.Find("html").Attr("dir"); got != l.Dir() {
				t.Errorf("%s %s: direction %q", l, path, got)
			}
			if a.Doc.Find("h1").Length() != 1 {
				t.Errorf("%s %s: %d h1", l, path, a.Doc.Find("h1").Length())
			}
			checkIDs(t, path, a)
		}
	}
}

// checkIDs wants that no id stands twice in a page.
func checkIDs(t *testing.T, path string, a webtest.Answer) {
	t.Helper()
	seen := map[string]bool{}
	for _, n := range a.Doc.Find("[id]").EachIter() {
		v, _ := n.Attr("id")
		if seen[v] {
			t.Errorf("%s: id %q stands twice", path, v)
		}
		seen[v] = true
	}
}

func TestPagesAreClosedToOthers(t *testing.T) {
	o := quick(t)
	m := o.draft(t)
	for _, rt := range o.module.Routes {
		if rt.Public {
			continue // the calendar's secret address: TestCalendarFeed
		}
		path := strings.NewReplacer("{id}", m.ID, "{file}", id.New(), "{check}", id.New()).Replace(rt.Pattern)
		ask := func(a *perm.Actor) int {
			c := o.site.As(a, i18n.English)
			if rt.Method == http.MethodGet {
				return c.Get(t, path).Status
			}
			return c.Post(t, path, url.Values{}).Status
		}
		if got := ask(nil); got != http.StatusSeeOther && got != http.StatusUnauthorized {
			t.Errorf("%s %s as nobody: got %d", rt.Method, path, got)
		}
		// What is asked of a colleague, anybody may be asked: TestColleaguesAreCalled.
		want := http.StatusForbidden
		if rt.SignedIn && rt.Pattern == askedPath {
			want = http.StatusOK
		} else if rt.SignedIn {
			want = http.StatusNotFound
		}
		if got := ask(webtest.Official("stranger", perm.Everywhere(), "org.view")); got != want {
			t.Errorf("%s %s without the permission: got %d, want %d", rt.Method, path, got, want)
		}
		if strings.Contains(rt.Pattern, "{id}") {
			// The list of occasions is the whole house's, which everybody sees.
			whole := strings.HasPrefix(rt.Pattern, "/console/calendar/occasions/")
			if got := ask(o.abroad); got != http.StatusNotFound && got != http.StatusUnprocessableEntity && (!whole || got != http.StatusForbidden) {
				t.Errorf("%s %s from another mission: got %d", rt.Method, path, got)
			}
		}
	}
	if got := o.read(t, m.ID); got.Version != m.Version || got.State != m.State {
		t.Error("a stranger changed the message")
	}
}

func TestPanelsAndSearch(t *testing.T) {
	o := quick(t)
	o.act(t, o.writer, o.draft(t), "submit", url.Values{})
	waiting := o.module.Panels[slices.IndexFunc(o.module.Panels, func(p module.Panel) bool { return p.Title == "publish.panel.waiting" })]
	ctx := perm.With(t.Context(), o.reviewer)
	r := httptest.NewRequest(http.MethodGet, "/console", nil).WithContext(ctx)
	if body, err := waiting.Body(r); err != nil || body == nil {
		t.Errorf("waiting panel of the reviewer: %v, %v", body, err)
	}
	if body, err := waiting.Body(r.WithContext(perm.With(t.Context(), o.writer))); err != nil || body != nil {
		t.Errorf("waiting panel of the writer: %v, %v", body, err)
	}
	if n, err := o.module.Nav[0].Badge(ctx); err != nil || n != 1 {
		t.Errorf("badge: %d, %v", n, err)
	}
	found, err := o.module.Search[0].Find(ctx, "الزياره", 5)
	if err != nil || len(found) != 1 {
		t.Errorf("search: %v, %v", found, err)
	}
}

func TestMessageAPI(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		call := func(a *perm.Actor, method, path string, in any) (int, apiMessage) {
			t.Helper()
			b, err := json.Marshal(in)
			if err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest(method, "/api/v1"+path, bytes.NewReader(b))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Authorization", "Bearer test")
			r.Header.Set("Authorization", "Bearer test")
			token := *a
			token.Kind = perm.Token
			answer := o.site.As(&token, i18n.English).Do(t, r)
			var m apiMessage
			_ = json.Unmarshal([]byte(answer.Body), &m)
			if answer.Status >= 500 {
				t.Fatalf("%s %s: %d %s", method, path, answer.Status, answer.Body)
			}
			return answer.Status, m
		}
		type body = map[string]any
		messageID := id.New()
		create := body{"id": messageID, "mission_id": o.paris.ID, "kind": "news", "sensitivity": "routine", "source_lang": "en", "title": "Opening hours", "body": "We open at nine."}
		for range 2 { // repeated, it creates once
			if status, m := call(o.writer, "POST", "/messages", create); status != 201 || m.Version != 2 || len(m.Variants) != 1 {
				t.Fatalf("create: %d %+v", status, m)
			}
		}
		path := "/messages/" + messageID
		_, m := call(o.writer, "GET", path, nil)
		status, m := call(o.writer, "PUT", path+"/variants/ar", body{"title": "ساعات العمل", "body": "نفتح في التاسعة.", "version": 0, "source_hash": m.Variants[0].Hash})
		if status != 200 || len(m.Variants) != 2 {
			t.Fatalf("write: %d %+v", status, m)
		}
		if status, _ := call(o.writer, "PUT", path+"/variants/ar", body{"title": "x", "body": "y", "version": 0}); status != 409 {
			t.Errorf("older version: got %d, want 409", status)
		}
		if status, _ := call(o.abroad, "GET", path, nil); status != 404 {
			t.Errorf("from abroad: got %d, want 404", status)
		}
		_, m = call(o.writer, "POST", path+"/submit", body{"hash": m.Hash})
		if status, _ := call(o.writer, "POST", path+"/approve", body{"hash": m.Hash, "step": 0}); status != 403 {
			t.Errorf("own work: got %d, want 403", status)
		}
		_, m = call(o.reviewer, "POST", path+"/approve", body{"hash": m.Hash, "step": 0})
		_, m = call(o.clearer, "POST", path+"/approve", body{"hash": m.Hash, "step": 1})
		status, m = call(o.releaser, "POST", path+"/release", body{"hash": m.Hash, "at": o.clock.Now().Add(time.Hour).Format(time.RFC3339)})
		if status != 200 || m.State != "scheduled" {
			t.Fatalf("schedule: %d %s", status, m.State)
		}
		_, m = call(o.releaser, "POST", path+"/release", body{"hash": m.Hash})
		if m.State != "released" || m.ReleasedAt != db.At(o.clock.Now()) {
			t.Fatalf("release: %s", m.State)
		}
		_, m = call(o.releaser, "POST", path+"/withdraw", body{"note": body{"en": "Wrong hours."}})
		if m.State != "withdrawn" {
			t.Errorf("withdraw: %s", m.State)
		}
		r := httptest.NewRequest("GET", "/api/v1/messages?limit=1&state=withdrawn", nil)
		r.Header.Set("Authorization", "Bearer test")
		if a := o.site.As(o.reader, i18n.English).Do(t, r); a.Status != 200 || !strings.Contains(a.Body, messageID) {
			t.Errorf("list: %d %s", a.Status, a.Body)
		}
	})
}
