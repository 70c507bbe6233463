package tone_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"sifara/internal/blob/media/mediatest"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/publish"
	"sifara/internal/publish/tone"
	engine "sifara/internal/text/tone"
)

// cue writes one cue.
func cue(from, to, words string) string { return "\n" + from + " --> " + to + "\n" + words + "\n" }

const calm = "The ministry thanks its hosts for the warm welcome."

// filmed adds a film to a message, with what is said in it in English.
func (h *house) filmed(t *testing.T, m publish.Message, x publish.Script) publish.Message {
	t.Helper()
	return h.played(t, m, "speech.mp4", mediatest.MP4(mediatest.Film{Seconds: 65, Width: 640, Height: 360}), i18n.English, x)
}

func (h *house) played(t *testing.T, m publish.Message, name string, raw []byte, l i18n.Lang, x publish.Script) publish.Message {
	t.Helper()
	ctx, file := as(t, "writer", publish.MayDraft), id.New()
	m, err := h.publish.Attach(ctx, m.ID, publish.Upload{ID: file, Name: name, Data: bytes.NewReader(raw), FileText: publish.FileText{Alt: publish.Texts{i18n.English: "A speech"}, Author: "Press office", Licence: publish.OwnWork}})
	if err == nil {
		m, err = h.publish.Caption(ctx, m.ID, file, l, x)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// said checks a message and gives what is found of a kind in the language.
func (h *house) said(t *testing.T, m publish.Message, l i18n.Lang, k engine.Kind) (tone.Checked, []tone.Note) {
	t.Helper()
	list, err := h.Message(as(t, "writer"), m)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(list, func(c tone.Checked) bool { return c.Lang == l })
	if i < 0 {
		t.Fatalf("nothing is said of %s", l)
	}
	return list[i], slices.DeleteFunc(slices.Clone(list[i].Notes), func(n tone.Note) bool { return n.Kind != k })
}

// TestSpokenInsultIsFound holds that words which are said weigh as if they were
// written, and that the finding says where they are.
func TestSpokenInsultIsFound(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		const insult = "Their minister is an idiot."
		written, _ := h.said(t, h.draft(t, insult), i18n.English, engine.Insult)
		m := h.filmed(t, h.draft(t, calm), publish.Script{Captions: "WEBVTT\n" + cue("00:01.000", "00:03.000", "<v Speaker>Good evening.") + cue("01:02:03.500", "01:02:05.000", "Their minister\nis an") + cue("01:02:05.000", "01:02:07.000", "<i>idiot</i>.")})
		got, notes := h.said(t, m, i18n.English, engine.Insult)
		a := m.Attachments[0]
		if len(notes) != 1 || got.Heat != written.Heat || got.Hot != written.Hot || got.Weight != written.Weight {
			t.Fatalf("said: %+v, written: %+v", got, written)
		}
		n, all := notes[0], a.Transcript(i18n.English)
		if n.Field != "captions" || n.File != "speech.mp4" || n.FileID != a.ID || n.Time != "1:02:05" || all[n.From:n.To] != "idiot" || string([]rune(all)[n.RuneFrom:n.RuneTo]) != "idiot" {
			t.Errorf("got %+v of %q", n, all)
		}
		m = h.cleared(t, m)
		if c, _, err := h.publish.Cooling(as(t, "r"), m); err != nil || c.Heat != written.Heat || !m.Route.OneStepEach {
			t.Errorf("it took the route of a calm text: %+v, %v", c, err)
		}
		if _, err := h.publish.Release(as(t, "r", publish.MayRelease), m.ID, m.Hash); !errors.Is(err, publish.ErrCooling) {
			t.Errorf("release at once: got %v, want ErrCooling", err)
		}
		quiet := h.cleared(t, h.filmed(t, h.draft(t, calm), publish.Script{Captions: "WEBVTT\n" + cue("00:01.000", "00:03.000", calm)}))
		if _, err := h.publish.Release(as(t, "r", publish.MayRelease), quiet.ID, quiet.Hash); err != nil {
			t.Errorf("release of a calm film: %v", err)
		}
	})
}

// TestTranscriptIsReadWhereItDiffers holds that no words are checked twice, and
// that a finding in a transcript has its place there.
func TestTranscriptIsReadWhereItDiffers(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		captions := "WEBVTT\n" + cue("00:01.000", "00:03.000", "<v Speaker>Their minister is an idiot.") + cue("00:10.000", "00:12.000", "<v Guest>Thank you for coming.")
		made := h.filmed(t, h.draft(t, calm), publish.Script{Captions: captions}).Attachments[0].Transcript(i18n.English)
		for name, x := range map[string]struct {
			transcript string
			want       []string // field and time of each insult
		}{
			"made from the captions": {made, []string{"captions 0:01"}},
			"with a note on top":     {"[Applause — تصفيق]\n\n" + made, []string{"captions 0:01"}},
			"another paragraph":      {"تصفيق\n\n" + made + "\n\nYou are all idiots, said the guest.", []string{"captions 0:01", "transcript "}},
			"the paragraph changed":  {strings.Replace(made, "Their", "That", 1), []string{"captions 0:01", "transcript "}},
		} {
			m := h.filmed(t, h.draft(t, calm), publish.Script{Captions: captions, Transcript: x.transcript})
			_, notes := h.said(t, m, i18n.English, engine.Insult)
			var got []string
			for _, n := range notes {
				got = append(got, n.Field+" "+n.Time)
				if n.Field == "transcript" {
					all := m.Attachments[0].Transcripts[i18n.English]
					if s := all[n.From:n.To]; !strings.HasPrefix(s, "idiot") || string([]rune(all)[n.RuneFrom:n.RuneTo]) != s {
						t.Errorf("%s: the place is that of %q", name, s)
					}
				}
			}
			if !slices.Equal(got, x.want) {
				t.Errorf("%s: got %q, want %q", name, got, x.want)
			}
		}
	})
}

// TestRecordingsAreRead holds that a recording with a transcript alone is checked,
// in its language and in no other.
func TestRecordingsAreRead(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.draft(t, calm)
		m, err := h.publish.Write(as(t, "writer", publish.MayDraft), m.ID, i18n.Arabic, publish.Edit{Words: publish.Words{Title: "بيان", Body: "تشكر الوزارة مضيفيها على حسن الاستقبال."}})
		if err != nil {
			t.Fatal(err)
		}
		m = h.played(t, m, "talk.mp3", mediatest.MP3(100), i18n.Arabic, publish.Script{Transcript: "أهلًا بكم.\n\nوزيرهم غبي."})
		got, notes := h.said(t, m, i18n.Arabic, engine.Insult)
		if len(notes) != 1 || notes[0].Field != "transcript" || notes[0].File != "talk.mp3" || notes[0].Time != "" || !got.Hot {
			t.Errorf("in Arabic: %+v", got)
		}
		if got, notes := h.said(t, m, i18n.English, engine.Insult); len(notes) != 0 || got.Hot {
			t.Errorf("in English: %+v", got)
		}
	})
}

// TestSpokenContradictionIsFound holds what is said against released statements,
// and that words which are also written are looked up once.
func TestSpokenContradictionIsFound(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		old := h.cleared(t, h.draft(t, "The embassy in Amman will open on 5 June at its new address in the city."))
		if _, err := h.publish.Release(as(t, "r", publish.MayRelease), old.ID, old.Hash); err != nil {
			t.Fatal(err)
		}
		const other = "The embassy in Amman will open on 12 June at its new address in the city."
		counted := &lookups{Released: h.Service.Released}
		h.Service.Released = counted
		m := h.filmed(t, h.draft(t, calm), publish.Script{Captions: "WEBVTT\n" + cue("00:01.000", "00:03.000", calm) + cue("00:04.000", "00:06.000", "The embassy in Amman will open on") + cue("00:06.000", "00:08.000", "12 June at its new address in the city.")})
		_, notes := h.said(t, m, i18n.English, engine.Contradicts)
		if len(notes) != 1 || notes[0].Field != "captions" || notes[0].Time != "0:04" || notes[0].Released == nil || notes[0].Released.MessageID != old.ID || notes[0].Excerpt+"." != other {
			t.Errorf("got %+v", notes)
		}
		if n := len(counted.passages); n == 0 || len(slices.Compact(slices.Sorted(slices.Values(counted.passages)))) != n {
			t.Errorf("looked up %q", counted.passages)
		}
		same := h.filmed(t, h.draft(t, calm), publish.Script{Captions: "WEBVTT\n" + cue("00:01.000", "00:03.000", "The embassy in Amman will open on 5 June at its new address in the city.")})
		if _, notes := h.said(t, same, i18n.English, engine.Contradicts); len(notes) != 0 {
			t.Errorf("the same sentence again: %+v", notes)
		}
		long := ""
		for i := range 200 {
			long += cue("00:01.000", "00:02.000", "This is the long and tiring sentence number "+strings.Repeat("i", i+1)+" of them all.")
		}
		counted.passages = nil
		h.said(t, h.filmed(t, h.draft(t, calm), publish.Script{Captions: "WEBVTT\n" + long}), i18n.English, engine.Contradicts)
		if n := len(counted.passages); n > 40 {
			t.Errorf("%d sentences of a long film were looked up", n)
		}
	})
}

// lookups counts by what released texts are looked for.
type lookups struct {
	tone.Released
	passages []string
}

func (l *lookups) Alike(ctx context.Context, lang i18n.Lang, passages []string, not string, limit int) ([]publish.Text, error) {
	l.passages = append(l.passages, passages...)
	return l.Released.Alike(ctx, lang, passages, not, limit)
}

// names is a term base that wants "Foreign Ministry" for "foreign office".
type names struct{}

func (names) Find(_ context.Context, _ string, lang i18n.Lang, words string, _ i18n.Lang, source string) (marked, missing []engine.Finding, _ error) {
	if i := strings.Index(words, "foreign office"); i >= 0 {
		marked = append(marked, engine.Finding{Kind: engine.TermBase, From: i, To: i + len("foreign office"), Excerpt: "foreign office", Reason: "publish.tone.why.term", Suggestion: "Foreign Ministry"})
	}
	if strings.Contains(source, "Foreign Ministry") && !strings.Contains(words, "الخارجية") {
		missing = append(missing, engine.Finding{Kind: engine.TermBase, Reason: "publish.tone.why.term_other", Suggestion: "وزارة الخارجية"})
	}
	return marked, missing, nil
}

// TestSpokenTermsAreFound holds the wordings that are said against the term base,
// and those of a translation against what is said in the source language.
func TestSpokenTermsAreFound(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Service.Terms = names{}
		m := h.draft(t, calm)
		m, err := h.publish.Write(as(t, "writer", publish.MayDraft), m.ID, i18n.Arabic, publish.Edit{Words: publish.Words{Title: "بيان", Body: "تشكر الوزارة مضيفيها."}})
		if err != nil {
			t.Fatal(err)
		}
		m = h.filmed(t, m, publish.Script{Captions: "WEBVTT\n" + cue("00:01.000", "00:03.000", "The Foreign Ministry is here.") + cue("00:04.000", "00:06.000", "Not the foreign office.")})
		if _, notes := h.said(t, m, i18n.English, engine.TermBase); len(notes) != 1 || notes[0].Field != "captions" || notes[0].Time != "0:04" || notes[0].File != "speech.mp4" {
			t.Errorf("in English: %+v", notes)
		}
		if _, notes := h.said(t, m, i18n.Arabic, engine.TermBase); len(notes) != 0 {
			t.Errorf("without a translation of what is said: %+v", notes)
		}
		m, err = h.publish.Caption(as(t, "writer", publish.MayDraft), m.ID, m.Attachments[0].ID, i18n.Arabic, publish.Script{Captions: "WEBVTT\n" + cue("00:01.000", "00:03.000", "الوزارة هنا.")})
		if err != nil {
			t.Fatal(err)
		}
		if _, notes := h.said(t, m, i18n.Arabic, engine.TermBase); len(notes) != 1 || notes[0].Field != "captions" || notes[0].FileID != m.Attachments[0].ID || notes[0].Excerpt != "" {
			t.Errorf("left out of the translation: %+v", notes)
		}
	})
}
