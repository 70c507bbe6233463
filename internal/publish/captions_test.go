package publish

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"sifara/internal/blob"
	"sifara/internal/blob/media/mediatest"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/publish/caption"
)

const (
	vttArabic  = "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\n<v الوزير>أهلًا بكم</v>\n"
	vttEnglish = "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\n<v Minister>Welcome</v>\n"
	srtEnglish = "1\n00:00:00,000 --> 00:00:02,000\nWelcome\n"
)

var said = FileText{Alt: Texts{i18n.Arabic: "كلمة الوزير", i18n.English: "The minister speaks"}, Author: "Press office", Licence: OwnWork}

func film() []byte {
	return mediatest.MP4(mediatest.Film{Seconds: 65, Width: 640, Height: 360})
}

// playing begins a message of a kind with a film or recording that is described.
func (h *house) playing(k Kind, raw []byte) (Message, string) {
	h.t.Helper()
	m := h.draft(Routine)
	m = h.must(h.Arrange(as(h.t, writer), m.ID, m.SettingsVersion, Settings{MissionID: paris, Kind: k, Sensitivity: Routine}))
	u := Upload{ID: id.New(), Name: "visit.mov", Data: bytes.NewReader(raw), FileText: said}
	return h.must(h.Attach(as(h.t, writer), m.ID, u)), u.ID
}

func TestFilmsNeedTheirWords(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.draft(Routine)
		m = h.must(h.Arrange(as(t, writer), m.ID, m.SettingsVersion, Settings{MissionID: paris, Kind: Video, Sensitivity: Routine}))
		if _, err := h.Submit(as(t, writer), m.ID, m.Hash); !errors.Is(err, errNoVideo) {
			t.Errorf("a video without a film: got %v", err)
		}
		m, file := h.playing(Video, film())
		a := m.Attachments[0]
		if !a.IsVideo() || a.IsImage() || a.Name != "visit.mp4" || a.Duration != 65_000 || a.Width != 640 || a.Height != 360 {
			t.Errorf("got %+v", a)
		}
		_, c, err := h.File(as(t, reviewer), file, "")
		if err != nil {
			t.Fatal(err)
		}
		kept, err := io.ReadAll(c)
		c.Close()
		if err != nil || bytes.Contains(kept, []byte(mediatest.Secret)) {
			t.Errorf("where and with what it was filmed is kept, %v", err)
		}
		submit := func(want error) {
			t.Helper()
			if err := h.Missing(as(t, writer), m); !errors.Is(err, want) {
				t.Errorf("missing: got %v, want %v", err, want)
			}
			if _, err := h.Submit(as(t, writer), m.ID, m.Hash); !errors.Is(err, want) {
				t.Errorf("submit: got %v, want %v", err, want)
			}
		}
		submit(ErrNoCaptions)
		if _, err := h.Rush(as(t, head), m.ID, m.Hash, "quake"); !errors.Is(err, ErrNoCaptions) {
			t.Errorf("in an emergency: got %v", err)
		}
		m = h.must(h.Caption(as(t, writer), m.ID, file, i18n.Arabic, Script{Captions: vttArabic}))
		m = h.must(h.Caption(as(t, writer), m.ID, file, i18n.English, Script{Transcript: "Welcome."}))
		submit(ErrNoCaptions)
		m = h.must(h.Caption(as(t, writer), m.ID, file, i18n.English, Script{Captions: "\uFEFF" + srtEnglish, Transcript: " Welcome "}))
		a = m.Attachments[0]
		if a.Captions[i18n.English] != "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nWelcome\n" || a.Transcripts[i18n.English] != "" || a.Transcript(i18n.Arabic) != "الوزير: أهلًا بكم" {
			t.Errorf("got %q %q %q", a.Captions, a.Transcripts, a.Transcript(i18n.Arabic))
		}
		again := h.must(h.Caption(as(t, writer), m.ID, file, i18n.Arabic, Script{Captions: vttArabic}))
		if again.Version != m.Version {
			t.Error("the same captions made a new version")
		}
		m = h.must(h.Submit(as(t, writer), m.ID, m.Hash))
		if !m.Bound() || h.reload(m.ID).Hash != m.Hash {
			t.Error("what is stored is not what is bound")
		}
	})
}

func TestRecordingsNeedATranscript(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		wrong, _ := h.playing(Audio, film())
		if _, err := h.Submit(as(t, writer), wrong.ID, wrong.Hash); !errors.Is(err, errNoAudio) {
			t.Errorf("a film in place of a recording: got %v", err)
		}
		m, file := h.playing(Audio, mediatest.MP3(400))
		if a := m.Attachments[0]; !a.IsAudio() || a.Name != "visit.mp3" || a.Duration < 10_000 {
			t.Errorf("got %+v", a)
		}
		if _, err := h.Submit(as(t, writer), m.ID, m.Hash); !errors.Is(err, ErrNoTranscript) {
			t.Errorf("without its words: got %v", err)
		}
		m = h.must(h.Caption(as(t, writer), m.ID, file, i18n.Arabic, Script{Transcript: "أهلًا بكم.\n\nشكرًا."}))
		m = h.must(h.Caption(as(t, writer), m.ID, file, i18n.English, Script{Captions: vttEnglish}))
		m = h.must(h.Submit(as(t, writer), m.ID, m.Hash))
		if m.State != StateInReview {
			t.Errorf("got %s", m.State)
		}
	})
}

func TestRoutesMayLetCaptionsBeMissing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, tt := range []struct {
			incomplete   Incomplete
			submit, rush error
		}{{NeverIncomplete, ErrNoCaptions, ErrNoCaptions}, {EmergencyIncomplete, ErrNoCaptions, nil}, {AlwaysIncomplete, nil, nil}} {
			h.routed(func(r *Route) { r.Incomplete = tt.incomplete })
			m, _ := h.playing(News, film())
			if _, err := h.Submit(as(t, writer), m.ID, m.Hash); !errors.Is(err, tt.submit) {
				t.Errorf("%q, submit: got %v, want %v", tt.incomplete, err, tt.submit)
			}
			if _, err := h.Rush(as(t, head), m.ID, m.Hash, "quake"); !errors.Is(err, tt.rush) {
				t.Errorf("%q, emergency: got %v, want %v", tt.incomplete, err, tt.rush)
			}
		}
	})
}

// TestApprovalsBindCaptions holds that captions and transcripts are content: an edit
// voids approvals, and what was changed behind the program's back does not go out.
func TestApprovalsBindCaptions(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m, file := h.playing(Video, film())
		m = h.must(h.Caption(as(t, writer), m.ID, file, i18n.Arabic, Script{Captions: vttArabic}))
		m = h.must(h.Caption(as(t, writer), m.ID, file, i18n.English, Script{Captions: vttEnglish}))
		approve := func() {
			t.Helper()
			m = h.must(h.Submit(as(t, writer), m.ID, m.Hash))
			m = h.must(h.Approve(as(t, reviewer), m.ID, Judgement{Step: 0, Hash: m.Hash}))
			m = h.must(h.Approve(as(t, clearer), m.ID, Judgement{Step: 1, Hash: m.Hash}))
		}
		approve()
		before := m.Hash
		m = h.must(h.Caption(as(t, writer), m.ID, file, i18n.English, Script{Captions: vttEnglish, Transcript: "The minister welcomed the guests."}))
		if m.State != StateDraft || m.Hash == before || slices.ContainsFunc(m.Approvals, func(a Approval) bool { return a.VoidedAt.IsZero() }) {
			t.Errorf("after a new transcript: %s, approvals %+v", m.State, m.Approvals)
		}
		approve()
		tampered := strings.Replace(vttEnglish, "Welcome", "Go away", 1)
		if _, err := h.db.Writer().ExecContext(t.Context(), `UPDATE publish_attachment SET captions = ? WHERE id = ?`, Texts{i18n.Arabic: vttArabic, i18n.English: tampered}, file); err != nil {
			t.Fatal(err)
		}
		if changed := h.reload(m.ID); changed.Bound() {
			t.Error("changed captions are not noticed")
		}
		if _, err := h.Release(as(t, releaser), m.ID, m.Hash); !errors.Is(err, ErrChanged) {
			t.Errorf("release of changed captions: got %v", err)
		}
		history, err := h.History(as(t, writer), m.ID)
		if err != nil || history[0].Act != "captions" || history[0].Lang != "" {
			t.Errorf("history: %+v, %v", history[0], err)
		}
	})
}

func TestCaptionsThatAreRefused(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m, file := h.playing(Video, film())
		refused := func(x Script, l i18n.Lang, field string, args ...any) {
			t.Helper()
			_, err := h.Caption(as(t, writer), m.ID, file, l, x)
			e, ok := errs.Find(err)
			if !ok || e.Kind != errs.Invalid || len(e.Fields) != 1 || e.Fields[0].Name != field || len(args) > 0 && !slices.Equal(e.Fields[0].Args[:2], args) {
				t.Errorf("%.40q: got %v", x.Captions, err)
			}
		}
		refused(Script{Captions: vttEnglish + "\n00:02.000 --> 00:03.000\n<script>alert(1)</script>\n"}, i18n.English, "captions", "line", 7)
		refused(Script{Captions: strings.Repeat("x", caption.MaxBytes+1)}, i18n.English, "captions", "line", 1)
		refused(Script{Transcript: strings.Repeat("x", MaxTranscript+1)}, i18n.English, "transcript")
		refused(Script{Captions: vttEnglish}, i18n.Kurmanji, "lang") // no language of the message
		for name, c := range map[string]struct {
			err  error
			want errs.Kind
		}{
			"outsider":   {onlyError(h.Caption(as(t, outsider), m.ID, file, i18n.English, Script{Captions: vttEnglish})), errs.NotFound},
			"releaser":   {onlyError(h.Caption(as(t, releaser), m.ID, file, i18n.English, Script{Captions: vttEnglish})), errs.Forbidden},
			"other file": {onlyError(h.Caption(as(t, writer), m.ID, id.New(), i18n.English, Script{Captions: vttEnglish})), errs.NotFound},
		} {
			if errs.KindOf(c.err) != c.want {
				t.Errorf("%s: got %v, want %v", name, c.err, c.want)
			}
		}
		m = h.must(h.Caption(as(t, writer), m.ID, file, i18n.English, Script{Captions: vttEnglish}))
		if _, words, err := h.Track(as(t, reviewer), file, i18n.English); err != nil || words != vttEnglish {
			t.Errorf("for a colleague: %q, %v", words, err)
		}
		for name, err := range map[string]error{
			"outsider": trackError(h.Track(as(t, outsider), file, i18n.English)), "another language": trackError(h.Track(as(t, reviewer), file, i18n.Arabic)), "before the release": trackError(h.PublicTrack(t.Context(), file, i18n.English)),
		} {
			if errs.KindOf(err) != errs.NotFound {
				t.Errorf("%s: got %v, want not found", name, err)
			}
		}
		m = h.must(h.Caption(as(t, writer), m.ID, file, i18n.English, Script{}))
		if len(m.Attachments[0].Captions) != 0 {
			t.Errorf("removed: %v", m.Attachments[0].Captions)
		}
	})
}

func onlyError(_ Message, err error) error               { return err }
func trackError(_ Attachment, _ string, err error) error { return err }

func TestFilmsThatAreRefused(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.draft(Routine)
		attach := func(raw []byte) error {
			_, err := h.Attach(as(t, writer), m.ID, Upload{ID: id.New(), Name: "visit.mp4", Data: bytes.NewReader(raw)})
			return err
		}
		if err := attach(append(film(), make([]byte, 1<<20)...)); !errors.Is(err, blob.ErrTooLarge) {
			t.Errorf("over the limit: got %v", err)
		}
		if err := attach(mediatest.MP4(mediatest.Film{Seconds: 1, Width: 64, Height: 64, Handler: "meta"})); errs.KindOf(err) != errs.Invalid {
			t.Errorf("with the places of a drone: got %v", err)
		}
		h.maxMedia = 0
		if err := attach(film()); !errors.Is(err, blob.ErrType) {
			t.Errorf("where none are taken: got %v", err)
		}
	})
}
