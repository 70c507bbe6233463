package publishweb

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
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

const (
	vttArabic  = "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\n<v الوزير>أهلًا بكم</v>\n"
	vttEnglish = "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\n<v Minister>Welcome</v>\n"
)

// filmed makes a video with a film, a poster and a recording public, in Arabic and
// English.
func (p *public) filmed() publish.Message {
	p.t.Helper()
	writer := p.as("writer")
	must := func(m publish.Message, err error) publish.Message {
		p.t.Helper()
		if err != nil {
			p.t.Fatal(err)
		}
		return m
	}
	m := must(p.svc.Create(writer, publish.Beginning{ID: id.New(), MissionID: p.paris.ID, Kind: publish.Video, Sensitivity: publish.Routine, SourceLang: i18n.Arabic, Words: visit[i18n.Arabic]}))
	src, _ := m.Source()
	m = must(p.svc.Write(writer, m.ID, i18n.English, publish.Edit{Words: visit[i18n.English], SourceHash: src.Hash}))
	about := publish.FileText{Alt: publish.Texts{i18n.Arabic: "كلمة الوزير", i18n.English: "The minister speaks"}, Author: "Press office", Licence: publish.OwnWork}
	for _, f := range []struct {
		name string
		raw  []byte
	}{{"film.mp4", mediatest.MP4(mediatest.Film{Seconds: 65, Width: 640, Height: 360})}, {"talk.mp3", mediatest.MP3(400)}} {
		m = must(p.svc.Attach(writer, m.ID, publish.Upload{ID: id.New(), Name: f.name, Data: bytes.NewReader(f.raw), FileText: about}))
	}
	poster := about
	poster.Author = "A. Photographer"
	m = must(p.svc.Attach(writer, m.ID, publish.Upload{ID: id.New(), Name: "a.png", Data: bytes.NewReader(pngOf(p.t.(*testing.T), landscape(3))), FileText: poster}))
	for _, a := range m.Attachments {
		if a.IsMedia() {
			m = must(p.svc.Caption(writer, m.ID, a.ID, i18n.Arabic, publish.Script{Captions: vttArabic}))
			m = must(p.svc.Caption(writer, m.ID, a.ID, i18n.English, publish.Script{Captions: vttEnglish, Transcript: "Welcome, all.\n\nThank you."}))
		}
	}
	m = must(p.svc.Submit(writer, m.ID, m.Hash))
	m = must(p.svc.Approve(p.as("reviewer"), m.ID, publish.Judgement{Step: m.Step, Hash: m.Hash}))
	m = must(p.svc.Approve(p.as("clearer"), m.ID, publish.Judgement{Step: m.Step, Hash: m.Hash}))
	m = must(p.svc.Release(p.as("releaser"), m.ID, m.Hash))
	p.pages.Clear()
	return m
}

func mediumOf(t *testing.T, m publish.Message, is func(publish.Attachment) bool) publish.Attachment {
	t.Helper()
	for _, a := range m.Attachments {
		if is(a) {
			return a
		}
	}
	t.Fatal("no such attachment")
	return publish.Attachment{}
}

func TestFilmsOnTheSite(t *testing.T) {
	eachPublic(t, func(t *testing.T, p *public) {
		m := p.filmed()
		film, talk := mediumOf(t, m, publish.Attachment.IsVideo), mediumOf(t, m, publish.Attachment.IsAudio)
		for _, l := range []i18n.Lang{i18n.Arabic, i18n.English} {
			page := p.As(nil, l).Get(t, "/"+string(l)+"/statements/"+m.Slug)
			video := page.Doc.Find("figure.player video[controls][preload=metadata]")
			if video.Length() != 1 || video.AttrOr("src", "") != mediaHref(film.ID, film.Digest) || video.AttrOr("width", "") != "640" || video.AttrOr("poster", "") == "" || video.AttrOr("aria-label", "") != film.Alt[l] {
				t.Fatalf("%s: the film: %s", l, page.Text("main"))
			}
			if page.Doc.Find("[autoplay], video[style], figure [onclick]").Length() != 0 {
				t.Errorf("%s: it plays by itself", l)
			}
			if page.Doc.Find(".figure img, .pictures img").Length() != 0 || !strings.Contains(page.Text("figure.player"), "Photographer") {
				t.Errorf("%s: the poster is shown twice, or not whose it is: %s", l, page.Text("figure.player"))
			}
			tracks := video.Find("track[kind=captions]")
			if tracks.Length() != 2 || tracks.Filter("[default]").AttrOr("srclang", "") != l.Tag() {
				t.Errorf("%s: %d tracks", l, tracks.Length())
			}
			track := p.As(nil, l).Get(t, tracks.Filter("[default]").AttrOr("src", ""))
			if want := map[i18n.Lang]string{i18n.Arabic: vttArabic, i18n.English: vttEnglish}[l]; track.Status != 200 || track.Body != want || track.Header.Get("Content-Type") != "text/vtt; charset=utf-8" || track.Header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s: captions: %d %v %q", l, track.Status, track.Header, track.Body)
			}
			if s := page.Text("figure.player details"); !strings.Contains(s, map[i18n.Lang]string{i18n.Arabic: "الوزير: أهلًا بكم", i18n.English: "Welcome, all."}[l]) {
				t.Errorf("%s: transcript: %s", l, s)
			}
			if page.Doc.Find("figure.player audio[controls]").AttrOr("src", "") != mediaHref(talk.ID, talk.Digest) || page.Doc.Find("a[download='talk.mp3']").Length() != 1 {
				t.Errorf("%s: the recording is not there", l)
			}
			if !strings.Contains(page.Header.Get("Content-Security-Policy"), "media-src 'self'") {
				t.Errorf("%s: policy %s", l, page.Header.Get("Content-Security-Policy"))
			}
			var data struct {
				Type     string `json:"@type"`
				URL      string `json:"contentUrl"`
				Duration string
				Thumb    []string `json:"thumbnailUrl"`
				Caption  []struct{ InLanguage string }
			}
			if err := json.Unmarshal([]byte(page.Doc.Find("script[type='application/ld+json']").Last().Text()), &data); err != nil || data.Type != "VideoObject" || data.URL != testBase+mediaHref(film.ID, film.Digest) || data.Duration != "PT65S" || len(data.Thumb) != 1 || len(data.Caption) != 2 {
				t.Errorf("%s: for search engines: %+v, %v", l, data, err)
			}
		}
	})
}

func TestFilmsInFeeds(t *testing.T) {
	eachPublic(t, func(t *testing.T, p *public) {
		m := p.filmed()
		at := testBase + mediaHref(m.Attachments[0].ID, m.Attachments[0].Digest)
		for path, want := range map[string][]string{
			"/en/feed.rss":  {`<enclosure url="` + at + `"`, `type="video/mp4" duration="65"`, `type="audio/mpeg"`},
			"/en/feed.atom": {`rel="enclosure" href="` + at + `"`, `type="video/mp4"`},
			"/en/feed.json": {`"url": "` + at + `"`, `"mime_type": "video/mp4"`, `"duration_in_seconds": 65`},
		} {
			body := p.As(nil, i18n.English).Get(t, path).Body
			for _, w := range want {
				if !strings.Contains(body, w) {
					t.Errorf("%s lacks %s: %s", path, w, body)
				}
			}
		}
	})
}

// part asks for a part of a file.
func part(t *testing.T, c *webtest.Client, path, bytes, ifRange string) webtest.Answer {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Range", bytes)
	if ifRange != "" {
		r.Header.Set("If-Range", ifRange)
	}
	return c.Do(t, r)
}

func TestFilmsComeInParts(t *testing.T) {
	eachPublic(t, func(t *testing.T, p *public) {
		m := p.filmed()
		a := mediumOf(t, m, publish.Attachment.IsVideo)
		c, path := p.As(nil, i18n.English), mediaHref(a.ID, a.Digest)
		whole := c.Get(t, path)
		h := whole.Header
		if whole.Status != 200 || int64(len(whole.Body)) != a.Size || h.Get("Content-Type") != "video/mp4" || h.Get("Accept-Ranges") != "bytes" || h.Get("Etag") != `"`+a.Digest+`"` ||
			h.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(h.Get("Content-Disposition"), "inline") || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || strings.Contains(whole.Body, mediatest.Secret) {
			t.Fatalf("whole: %d, %d bytes, %v", whole.Status, len(whole.Body), h)
		}
		for _, tt := range []struct {
			name, bytes, ifRange string
			status               int
			body, told           string
		}{
			{"the first", "bytes=0-9", "", 206, whole.Body[:10], "bytes 0-9/" + itoa(len(whole.Body))},
			{"the last", "bytes=-5", "", 206, whole.Body[len(whole.Body)-5:], ""},
			{"from the middle", "bytes=100-", "", 206, whole.Body[100:], ""},
			{"past the end", "bytes=99999999-", "", 416, "", "bytes */" + itoa(len(whole.Body))},
			{"of this version", "bytes=0-9", `"` + a.Digest + `"`, 206, whole.Body[:10], ""},
			{"of another version", "bytes=0-9", `"other"`, 200, whole.Body, ""},
		} {
			got := part(t, c, path, tt.bytes, tt.ifRange)
			if got.Status != tt.status || tt.status != 416 && got.Body != tt.body || tt.told != "" && got.Header.Get("Content-Range") != tt.told {
				t.Errorf("%s: %d, %d bytes, %v", tt.name, got.Status, len(got.Body), got.Header)
			}
		}
		for _, bad := range []string{"/media/" + a.ID + "/" + strings.Repeat("0", 64), "/media/" + a.ID + "/captions/fr.vtt", "/media/" + a.ID + "/captions/ckb.vtt", "/media/" + a.ID + "/captions/ar", "/media/x/captions/ar.vtt"} {
			if got := c.Get(t, bad); got.Status != 404 {
				t.Errorf("%s: got %d", bad, got.Status)
			}
		}
		if _, err := p.svc.Withdraw(p.as("releaser"), m.ID, publish.Texts{i18n.Arabic: "خطأ"}); err != nil {
			t.Fatal(err)
		}
		for _, gone := range []string{path, trackHref(a.ID, i18n.Arabic)} {
			if got := c.Get(t, gone); got.Status != 404 {
				t.Errorf("%s after the withdrawal: got %d", gone, got.Status)
			}
		}
	})
}

// fileForm is a multipart form with one file.
func fileForm(t *testing.T, path string, fields url.Values, name, file string, data []byte) *http.Request {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for k := range fields {
		_ = form.WriteField(k, fields.Get(k))
	}
	if file != "" {
		f, err := form.CreateFormFile(name, file)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = f.Write(data)
	}
	form.Close()
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

// TestCaptionsThroughThePages attaches a film, writes its captions and finds them
// before those who approve.
func TestCaptionsThroughThePages(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		m, file := o.draft(t), id.New()
		w := o.site.As(o.writer, i18n.English)
		edit := messagePath(m.ID) + "/edit"
		if in := w.Get(t, edit).Doc.Find("#files input[type=file]"); in.AttrOr("data-max-bytes", "") != itoa(20<<20) || !strings.Contains(in.AttrOr("accept", ""), "video/mp4") {
			t.Errorf("the field: %v", in.Nodes)
		}
		raw := mediatest.MP4(mediatest.Film{Seconds: 65, Width: 640, Height: 360})
		raw = append(raw, mediatest.Box("free", make([]byte, publish.MaxAttachment))...) // larger than any picture
		if a := w.Do(t, fileForm(t, messagePath(m.ID)+"/files", url.Values{"id": {file}, "alt-ar": {"كلمة"}, "author": {"x"}, "licence": {"own"}}, "file", "visit.mp4", raw)); a.Status != 303 {
			t.Fatalf("attach: %d %s", a.Status, a.Text("main"))
		}
		page := w.Get(t, edit)
		if page.Doc.Find("#files video").AttrOr("src", "") != messagePath(m.ID)+"/files/"+file || !strings.Contains(page.Text("#files"), "Arabic: captions and transcript missing") {
			t.Errorf("the editor: %s", page.Text("#files"))
		}
		at := captionsPath(m.ID, file)
		bad := w.Do(t, fileForm(t, at, url.Values{"lang": {"ar"}, "transcript": {"kept"}}, "file-ar", "a.vtt", []byte("WEBVTT\n\n00:01.000 --> 00:02.000\n<marquee>x")))
		if bad.Status != 422 || !strings.Contains(bad.Text(".field-bad"), "Line 4") || bad.Doc.Find("#captions-ar").Text() == "" || bad.Doc.Find("#transcript-ar").Text() != "kept" || bad.Doc.Find("a[href='#captions-ar']").Length() != 1 {
			t.Errorf("wrong captions: %d %s", bad.Status, bad.Text("main"))
		}
		if a := w.Do(t, fileForm(t, at, url.Values{"lang": {"ar"}}, "file-ar", "a.srt", []byte("1\n00:00:00,000 --> 00:00:02,000\nأهلًا\n"))); a.Status != 303 {
			t.Fatalf("captions: %d %s", a.Status, a.Text("main"))
		}
		// The transcript that the page shows follows the captions.
		shown := w.Get(t, at)
		if shown.Doc.Find("#transcript-ar").Text() != "أهلًا" {
			t.Errorf("transcript: %s", shown.Doc.Find("#transcript-ar").Text())
		}
		if a := w.Do(t, fileForm(t, at, url.Values{"lang": {"ar"}, "captions": {vttArabic}, "transcript": {"أهلًا"}}, "", "", nil)); a.Status != 303 {
			t.Fatalf("captions: %d %s", a.Status, a.Text("main"))
		}
		m = o.read(t, m.ID)
		if x := m.Attachments[0]; x.Captions[i18n.Arabic] != vttArabic || x.Transcript(i18n.Arabic) != "الوزير: أهلًا بكم" {
			t.Errorf("got %q, %q", x.Captions, x.Transcript(i18n.Arabic))
		}
		if a := w.Get(t, at+"/ar"); a.Status != 200 || a.Body != vttArabic {
			t.Errorf("track: %d %s", a.Status, a.Body)
		}
		m = o.act(t, o.writer, m, "submit", url.Values{})
		approve := o.site.As(o.reviewer, i18n.English).Get(t, messagePath(m.ID)+"/approve")
		if approve.Doc.Find("#out-files video track").Length() != 1 || approve.Text("#out-files .cues dd") != "الوزير: أهلًا بكم" {
			t.Errorf("before who approves: %s", approve.Text("#out-files"))
		}
		got := part(t, o.site.As(o.reviewer, i18n.English), messagePath(m.ID)+"/files/"+file, "bytes=4-7", "")
		if got.Status != 206 || got.Body != "ftyp" {
			t.Errorf("a part of the film: %d %q", got.Status, got.Body)
		}
		for name, c := range map[string]struct {
			actor *perm.Actor
			path  string
			want  int
		}{
			"another mission's page": {o.abroad, at, 404}, "another mission's track": {o.abroad, at + "/ar", 404}, "who only reads": {o.reader, at, 403},
			"no such language": {o.writer, at + "/fr", 404}, "no captions in it": {o.writer, at + "/ckb", 404}, "no such file": {o.writer, captionsPath(m.ID, id.New()), 404},
		} {
			if a := o.site.As(c.actor, i18n.English).Get(t, c.path); a.Status != c.want {
				t.Errorf("%s: got %d, want %d", name, a.Status, c.want)
			}
		}
	})
}
