package publishweb

import (
	"bytes"
	"net/url"
	"strings"
	"testing"

	"sifara/internal/blob/media/mediatest"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/web/webtest"
)

// TestToneOnThePages writes an insult, sees it in the editor and on the page of
// approval, and ends the cooling-off as a second person.
func TestToneOnThePages(t *testing.T) {
	o := quick(t)
	second := webtest.Official("second", perm.InMission(o.paris.ID), publish.MayView, publish.MayCool)
	m := o.draft(t)
	v, _ := m.Source()
	w := o.site.As(o.writer, i18n.English)
	preview := w.Post(t, "/console/messages/preview", url.Values{"message": {m.ID}, "lang": {"ar"}, "title": {"بيان"}, "body": {"وزيرهم غبي."}})
	if preview.Doc.Find("#tone-findings[hx-swap-oob]").Length() != 1 || !strings.Contains(preview.Text("#tone-findings"), "غبي") {
		t.Errorf("typing does not show the tone: %s", preview.Body)
	}
	m, err := o.svc.Write(perm.With(t.Context(), o.writer), m.ID, i18n.Arabic, publish.Edit{Words: publish.Words{Title: v.Title, Body: "وزيرهم غبي."}, Version: v.Version})
	if err != nil {
		t.Fatal(err)
	}
	if page := w.Get(t, messagePath(m.ID)+"/edit?lang=ar"); !strings.Contains(page.Text("#tone"), "An insult") {
		t.Errorf("the editor: %s", page.Text("#tone"))
	}
	m = o.act(t, o.writer, m, "submit", url.Values{})
	page := o.site.As(o.reviewer, i18n.English).Get(t, messagePath(m.ID)+"/approve")
	if !strings.Contains(page.Text("#tone-ar"), "An insult") || !strings.Contains(page.Text("main"), "Cooling off") || !strings.Contains(page.Text("main"), "Sensitive") {
		t.Errorf("the page of approval: %s", page.Text("main"))
	}
	path := messagePath(m.ID) + "/cooling"
	if a := o.site.As(second, i18n.English).Post(t, path, url.Values{"hash": {m.Hash}}); a.Status != 422 {
		t.Errorf("without a reason: got %d", a.Status)
	}
	if a := o.site.As(second, i18n.English).Post(t, path, url.Values{"hash": {m.Hash}, "reason": {"the vote is today"}}); a.Status != 303 {
		t.Fatalf("got %d: %s", a.Status, a.Text("main"))
	}
	if a := o.site.As(o.reader, i18n.English).Get(t, messagePath(m.ID)); !strings.Contains(a.Text("main"), "the vote is today") {
		t.Error("who ended the cooling-off, and why, is not shown")
	}
}

// TestSpokenToneOnThePages says an insult in a film and sees where in the editor,
// on the page of approval and by the API.
func TestSpokenToneOnThePages(t *testing.T) {
	o := quick(t)
	ctx := perm.With(t.Context(), o.writer)
	m := o.draft(t)
	file := id.New()
	m, err := o.svc.Attach(ctx, m.ID, publish.Upload{ID: file, Name: "speech.mp4", Data: bytes.NewReader(mediatest.MP4(mediatest.Film{Seconds: 65, Width: 640, Height: 360})),
		FileText: publish.FileText{Alt: publish.Texts{i18n.Arabic: "كلمة"}, Author: "Press office", Licence: publish.OwnWork}})
	if err == nil {
		m, err = o.svc.Caption(ctx, m.ID, file, i18n.Arabic, publish.Script{Captions: "WEBVTT\n\n00:00.000 --> 00:02.000\nأهلًا بكم.\n\n00:05.000 --> 00:07.000\nوزيرهم غبي.\n"})
	}
	if err != nil {
		t.Fatal(err)
	}
	found := func(at, in string) {
		t.Helper()
		if !strings.Contains(in, "An insult") || !strings.Contains(in, "Captions speech.mp4 0:05") {
			t.Errorf("%s: %s", at, in)
		}
	}
	found("the editor", o.site.As(o.writer, i18n.English).Get(t, messagePath(m.ID)+"/edit?lang=ar").Text("#tone"))
	typed := o.site.As(o.writer, i18n.English).Post(t, "/console/messages/preview", url.Values{"message": {m.ID}, "lang": {"ar"}, "title": {"بيان"}, "body": {"نشكركم."}})
	found("while one types", typed.Text("#tone-findings"))
	if a := o.site.As(o.writer, i18n.Arabic).Get(t, messagePath(m.ID)+"/edit?lang=ar"); !strings.Contains(a.Text("#tone"), "٠:٠٥") {
		t.Errorf("in Arabic: %s", a.Text("#tone"))
	}
	a := asJSON(t, o.program(o.writer), "GET", "/api/v1/messages/"+m.ID+"/tone", "")
	for _, w := range []string{`"field":"captions"`, `"file_id":"` + file + `"`, `"file":"speech.mp4"`, `"time":"0:05"`} {
		if !strings.Contains(a.Body, w) {
			t.Errorf("by the API: no %s in %s", w, a.Body)
		}
	}
	m = o.act(t, o.writer, m, "submit", url.Values{})
	found("the page of approval", o.site.As(o.reviewer, i18n.English).Get(t, messagePath(m.ID)+"/approve").Text("#tone-ar"))
}

// TestToneRulesOnThePages changes a word list and the thresholds.
func TestToneRulesOnThePages(t *testing.T) {
	o := quick(t)
	keeper := webtest.Official("keeper", perm.Everywhere(), publish.MayView, publish.MayTone)
	w := o.site.As(keeper, i18n.English)
	if a := w.Post(t, tonePath+"/list", url.Values{"lang": {"en"}, "list": {"insult"}, "version": {"0"}, "terms": {"wombat*\nx*"}}); a.Status != 422 || !strings.Contains(a.Text("main"), "Line 2") {
		t.Errorf("a term open to everything: %d %s", a.Status, a.Text("[role=alert]"))
	}
	if a := w.Post(t, tonePath+"/list", url.Values{"lang": {"en"}, "list": {"insult"}, "version": {"0"}, "terms": {"wombat*"}}); a.Status != 303 {
		t.Fatalf("got %d: %s", a.Status, a.Text("main"))
	}
	if page := w.Get(t, tonePath+"/list?lang=en&list=insult"); !strings.Contains(page.Text("#terms"), "wombat") || page.Doc.Find("#history details").Length() != 1 {
		t.Errorf("the list: %s", page.Text("main"))
	}
	if a := w.Post(t, tonePath, url.Values{"version": {"0"}, "raise_at": {"99"}, "cool_from": {"30"}, "cool_hours": {"24"}}); a.Status != 422 {
		t.Errorf("out of bounds: got %d", a.Status)
	}
	if a := w.Post(t, tonePath, url.Values{"version": {"0"}, "raise_at": {"60"}, "cool_from": {"40"}, "cool_hours": {"12"}}); a.Status != 303 {
		t.Errorf("got %d: %s", a.Status, a.Text("main"))
	}
	if page := o.site.As(o.reader, i18n.Arabic).Get(t, tonePath+"?lang=ckb"); page.Doc.Find("#thresholds form").Length() != 0 || page.Doc.Find("#lists tbody tr").Length() < 15 {
		t.Errorf("for a reader: %s", page.Text("main"))
	}
}
