package publishweb

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
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

// embargoedFilm is embargoed with a film, a recording and a poster.
func (o *office) embargoedFilm(t *testing.T) publish.Message {
	t.Helper()
	return o.embargoedWith(t, func(ctx context.Context, m publish.Message) publish.Message {
		about := publish.FileText{Alt: publish.Texts{i18n.Arabic: "كلمة الوزير", i18n.English: "The minister speaks"}, Author: "Press office", Licence: publish.OwnWork}
		for _, f := range []struct {
			name string
			raw  []byte
		}{{"film.mp4", mediatest.MP4(mediatest.Film{Seconds: 65, Width: 640, Height: 360})}, {"talk.mp3", mediatest.MP3(400)}, {"poster.png", pngOf(t, landscape(3))}} {
			m = taken(t)(o.svc.Attach(ctx, m.ID, publish.Upload{ID: id.New(), Name: f.name, Data: bytes.NewReader(f.raw), FileText: about}))
		}
		for _, a := range m.Attachments {
			if a.IsMedia() {
				m = taken(t)(o.svc.Caption(ctx, m.ID, a.ID, i18n.Arabic, publish.Script{Captions: vttArabic}))
				m = taken(t)(o.svc.Caption(ctx, m.ID, a.ID, i18n.English, publish.Script{Captions: vttEnglish, Transcript: "Welcome, all.\n\nThank you."}))
			}
		}
		return m
	})
}

// playerAt are the addresses that a player on an embargo page has, by what is there.
func playerAt(t *testing.T, a webtest.Answer) map[string]string {
	t.Helper()
	film, talk := a.Doc.Find("article figure.player video[controls]"), a.Doc.Find("article figure.player audio[controls]")
	if film.Length() != 1 || talk.Length() != 1 || film.Find("track").Length() != 1 || talk.Find("track").Length() != 1 {
		t.Fatalf("%d films, %d recordings, %d tracks: %s", film.Length(), talk.Length(), a.Doc.Find("track").Length(), a.Text("main"))
	}
	return map[string]string{"film": film.AttrOr("src", ""), "poster": film.AttrOr("poster", ""), "captions": film.Find("track").AttrOr("src", ""), "recording": talk.AttrOr("src", ""), "captions of the recording": talk.Find("track").AttrOr("src", "")}
}

// closedTo wants nothing of a film to be at any of its addresses, whole or in parts.
func closedTo(t *testing.T, who string, c *webtest.Client, addresses map[string]string) {
	t.Helper()
	for what, path := range addresses {
		for how, bytes := range map[string]string{"whole": "", "a part": "bytes=0-9"} {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.RemoteAddr = fmt.Sprintf("[2001:db8:%x:%x::1]:1234", rand.IntN(1<<16), rand.IntN(1<<16)) // guesses are limited by network
			if bytes != "" {
				r.Header.Set("Range", bytes)
			}
			a := c.Do(t, r)
			if a.Status != http.StatusNotFound || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") || strings.Contains(a.Body, "WEBVTT") || strings.Contains(a.Body, "ftyp") || a.Header.Get("Content-Range") != "" || a.Header.Get("Etag") != "" {
				t.Errorf("%s, %s, %s: %d %.60q", who, what, how, a.Status, a.Body)
			}
		}
	}
}

// moved gives the same addresses under another link.
func moved(addresses map[string]string, from, to string) map[string]string {
	out := map[string]string{}
	for what, path := range addresses {
		out[what] = strings.Replace(path, from, to, 1)
	}
	return out
}

// TestEmbargoedFilm plays a film on the page of a named reader: at addresses of
// their link alone, from their word on, until the link ends.
func TestEmbargoedFilm(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		m := o.embargoedFilm(t)
		film, talk, poster := mediumOf(t, m, publish.Attachment.IsVideo), mediumOf(t, m, publish.Attachment.IsAudio), mediumOf(t, m, publish.Attachment.IsImage)
		form := readerForm("en")
		door, other := o.link(t, m, form), o.link(t, m, readerForm("ar", "en"))
		c, path := o.As(nil, i18n.English), "/en"+door
		guessed := map[string]string{}
		for what, a := range map[string]publish.Attachment{"film": film, "recording": talk, "poster": poster} {
			guessed[what] = path + "/files/" + a.ID + "/" + a.Digest
			guessed["captions of the "+what] = path + "/files/" + a.ID + "/captions/en.vtt"
		}
		closedTo(t, "before the word", c, guessed)
		page := c.Get(t, path)
		if page.Doc.Find("video, audio, track, figure").Length() != 0 || strings.Contains(page.Body, film.ID) || strings.Contains(page.Body, "Welcome, all") {
			t.Errorf("before the word the page has %s", page.Text("main"))
		}
		accept := func(path string) webtest.Answer {
			t.Helper()
			a := c.Get(t, path)
			c.Post(t, path, url.Values{"embargo": {a.Doc.Find("input[name=embargo]").AttrOr("value", "")}})
			return c.Get(t, path)
		}
		page = accept(path)
		at := playerAt(t, page)
		if !strings.Contains(page.Header.Get("Content-Security-Policy"), "media-src 'self'") || page.Doc.Find("[autoplay]").Length() != 0 {
			t.Errorf("policy %s", page.Header.Get("Content-Security-Policy"))
		}
		if said := page.Text("figure.player .prose"); !strings.Contains(said, "Welcome, all.") || page.Doc.Find("track[srclang=en][default]").Length() != 2 || page.Doc.Find("figure.player a[download='film.mp4']").AttrOr("href", "") != at["film"] {
			t.Errorf("the words of the film, and the way to save it: %s", page.Text("main"))
		}
		if strings.Contains(page.Body, "أهلًا") || strings.Contains(page.Body, mediaHref(film.ID, film.Digest)) {
			t.Error("the page has words that are not shared, or the public address")
		}
		o.plays(t, c, path, at, m)
		closedTo(t, "without a link", c, map[string]string{"film": mediaHref(film.ID, film.Digest), "poster": mediaHref(poster.ID, poster.Digest), "captions": trackHref(film.ID, i18n.English)})
		closedTo(t, "in a language that is not shared", c, map[string]string{"captions": strings.Replace(at["captions"], "en.vtt", "ar.vtt", 1), "no language": strings.Replace(at["captions"], "en.vtt", "fr.vtt", 1), "no file": path + "/files/" + id.New() + "/" + film.Digest, "no digest": path + "/files/" + film.ID + "/" + poster.Digest})
		closedTo(t, "a reader who gave no word", c, moved(at, door, other))
		accept("/en" + other)
		o.plays(t, c, "/en"+other, moved(at, door, other), m)
		if err := o.shares.Revoke(perm.With(t.Context(), o.releaser), m.ID, form.Get("id")); err != nil {
			t.Fatal(err)
		}
		closedTo(t, "after the revocation", c, at)
		o.plays(t, c, "/en"+other, moved(at, door, other), m)
		if _, err := o.svc.Recall(perm.With(t.Context(), o.writer), m.ID); err != nil {
			t.Fatal(err)
		}
		closedTo(t, "while it is a draft again", c, moved(at, door, other))
	})
}

// plays wants every address of a player to be answered, films in the parts that
// players ask for, and nothing of it to be kept on the way.
func (o *office) plays(t *testing.T, c *webtest.Client, path string, at map[string]string, m publish.Message) {
	t.Helper()
	for what, kind := range map[string]string{"film": "video/mp4", "recording": "audio/mpeg", "poster": "image/", "captions": "text/vtt; charset=utf-8", "captions of the recording": "text/vtt; charset=utf-8"} {
		if !strings.HasPrefix(at[what], path+"/files/") {
			t.Fatalf("the %s is at %q", what, at[what])
		}
		a := c.Get(t, at[what])
		unwatched(t, what, webtest.Answer{Status: a.Status, Header: a.Header})
		if a.Status != http.StatusOK || !strings.HasPrefix(a.Header.Get("Content-Type"), kind) || a.Header.Get("Content-Security-Policy") != "default-src 'none'; sandbox" || a.Header.Get("X-Content-Type-Options") != "nosniff" || strings.Contains(a.Body, mediatest.Secret) {
			t.Errorf("%s: %d %v", what, a.Status, a.Header)
		}
		if strings.HasPrefix(what, "captions") {
			if a.Body != vttEnglish {
				t.Errorf("%s: %q", what, a.Body)
			}
			continue
		}
		if what == "poster" {
			continue
		}
		tag := a.Header.Get("Etag")
		for _, x := range []struct {
			bytes, ifRange string
			status         int
			body           string
		}{
			{"bytes=0-", "", 206, a.Body}, {"bytes=10-19", "", 206, a.Body[10:20]}, {"bytes=-7", "", 206, a.Body[len(a.Body)-7:]}, {"bytes=10-19", tag, 206, a.Body[10:20]},
			{"bytes=10-19", `"other"`, 200, a.Body}, {"bytes=99999999-", "", 416, ""},
		} {
			got := part(t, c, at[what], x.bytes, x.ifRange)
			unwatched(t, what+" in parts", webtest.Answer{Status: got.Status, Header: got.Header})
			if got.Status != x.status || x.body != "" && got.Body != x.body {
				t.Errorf("%s, %s if %q: %d, %d bytes", what, x.bytes, x.ifRange, got.Status, len(got.Body))
			}
		}
		head := c.Do(t, httptest.NewRequest(http.MethodHead, at[what], nil))
		if head.Status != http.StatusOK || head.Body != "" || head.Header.Get("Accept-Ranges") != "bytes" || head.Header.Get("Content-Length") != itoa(len(a.Body)) || tag == "" {
			t.Errorf("%s: asked for its head: %d %v", what, head.Status, head.Header)
		}
	}
}

// TestFilmInOtherLanguages holds that what is said of a film, and in it, in a
// language that is not shared is neither shown nor told to have changed.
func TestFilmInOtherLanguages(t *testing.T) {
	o := quick(t)
	m := o.embargoedFilm(t)
	door := o.link(t, m, readerForm("en"))
	c, path := o.As(nil, i18n.English), "/en"+door
	a := c.Get(t, path)
	c.Post(t, path, url.Values{"embargo": {a.Doc.Find("input[name=embargo]").AttrOr("value", "")}})
	c.Get(t, path)
	found, err := o.shares.Find(t.Context(), strings.TrimPrefix(door, embargoPath))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found.Message.Attachments {
		for _, said := range []publish.Texts{f.Alt, f.Captions, f.Transcripts} {
			if said[i18n.Arabic] != "" || f.IsMedia() && said[i18n.English] == "" {
				t.Errorf("%s: the reader is given %v", f.Name, said)
			}
		}
	}
	ctx := perm.With(t.Context(), o.writer)
	for _, x := range []struct {
		lang i18n.Lang
		vtt  string
		told bool
	}{{i18n.Arabic, strings.Replace(vttArabic, "بكم", "وسهلًا بكم", 1), false}, {i18n.English, strings.Replace(vttEnglish, "Welcome", "Goodbye", 1), true}} {
		if m, err = o.svc.Recall(ctx, m.ID); err == nil {
			m, err = o.svc.Caption(ctx, m.ID, mediumOf(t, m, publish.Attachment.IsVideo).ID, x.lang, publish.Script{Captions: x.vtt})
		}
		if err == nil {
			m, err = o.svc.Submit(ctx, m.ID, m.Hash)
		}
		if err != nil {
			t.Fatal(err)
		}
		if a := c.Get(t, path); a.Doc.Find("article").Length() != 1 || strings.Contains(a.Text(".k-warning"), "The text has changed") != x.told {
			t.Errorf("other captions in %s: %s", x.lang, a.Text("main"))
		}
	}
}
