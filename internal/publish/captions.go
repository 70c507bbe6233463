package publish

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"sifara/internal/audit"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/publish/caption"
	"sifara/internal/text"
)

// MaxTranscript bounds a transcript, in characters: some two hours of speech.
const MaxTranscript = 100_000

// Script is what is written of a film or recording in one language.
type Script struct {
	Captions   string // WebVTT or SubRip; empty: none
	Transcript string // plain text; empty: made from the captions
}

// Cues gives the captions in a language.
func (a Attachment) Cues(l i18n.Lang) []caption.Cue {
	list, err := caption.Parse(a.Captions[l])
	if err != nil {
		return nil // none, or not written by us
	}
	return list
}

// Transcript gives the words of a film or recording in a language: as somebody wrote
// them, else as the captions have them. Empty where there are neither.
func (a Attachment) Transcript(l i18n.Lang) string {
	return cmp.Or(a.Transcripts[l], caption.Transcript(a.Cues(l)))
}

// Unwritten gives the languages of those given in which captions or a transcript
// are missing; films need both, recordings a transcript.
func (a Attachment) Unwritten(langs []i18n.Lang) (captions, transcripts []i18n.Lang) {
	if !a.IsMedia() {
		return nil, nil
	}
	for _, l := range langs {
		has := a.Captions[l] != ""
		if !has && a.IsVideo() {
			captions = append(captions, l)
		}
		if !has && a.Transcripts[l] == "" {
			transcripts = append(transcripts, l)
		}
	}
	return captions, transcripts
}

// ready holds the languages of a message, and the words of its films and
// recordings in them, against its route. A route that lets languages be incomplete
// lets these be missing too.
func (m *Message) ready(p Path, emergency bool) error {
	if err := m.translated(p, emergency); err != nil || p.Incomplete.allows(emergency) {
		return err
	}
	for _, a := range m.Attachments {
		captions, transcripts := a.Unwritten(m.Langs())
		switch {
		case len(captions) > 0:
			return ErrNoCaptions
		case len(transcripts) > 0:
			return ErrNoTranscript
		}
	}
	return nil
}

// Caption sets captions and transcript of a film or recording in a language of its
// message; an empty Script removes them. What is wrong with captions is said at
// "captions" with the line.
func (s *Service) Caption(ctx context.Context, messageID, attachmentID string, l i18n.Lang, x Script) (Message, error) {
	x, err := x.clean()
	if err != nil {
		return Message{}, err
	}
	return s.onFile(ctx, messageID, attachmentID, "publish.caption", func(ctx context.Context, a *act, f *Attachment) error {
		if !f.IsMedia() {
			return errs.New(errs.NotFound, "")
		}
		if x != (Script{}) && !slices.Contains(a.m.Langs(), l) {
			return errs.InvalidFields(errs.Field{Name: "lang", Key: "web.field.choice"})
		}
		if f.Captions[l] == x.Captions && f.Transcripts[l] == x.Transcript {
			a.idle = true
			return nil
		}
		f.Captions, f.Transcripts = f.Captions.with(l, x.Captions), f.Transcripts.with(l, x.Transcript)
		if _, err := a.tx.NewUpdate().Model(f).Column("captions", "transcripts").WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("caption attachment: %w", err)
		}
		a.detail["language"] = audit.Word("publish.lang." + string(l))
		return a.edited(ctx, "captions", "", *f)
	})
}

// with gives the texts with one of them changed; an empty one is left out.
func (t Texts) with(l i18n.Lang, s string) Texts {
	out := Texts{}
	for k, v := range t {
		out[k] = v
	}
	if out[l] = s; s == "" {
		delete(out, l)
	}
	return out
}

// clean brings it into form. A transcript that says what the captions say is none.
func (x Script) clean() (Script, error) {
	var cues []caption.Cue
	if strings.TrimSpace(x.Captions) != "" {
		var err error
		if cues, err = caption.Parse(x.Captions); err != nil {
			e, ok := errors.AsType[*caption.Error](err)
			if !ok {
				return x, err
			}
			return x, errs.InvalidFields(errs.Field{Name: "captions", Key: e.Key, Args: []any{"line", e.Line, "times", caption.Times, "marks", caption.Marks}})
		}
	}
	x.Captions = caption.Write(cues)
	x.Transcript = strings.TrimSpace(text.Clean(x.Transcript))
	if n := utf8.RuneCountInString(x.Transcript); n > MaxTranscript {
		return x, errs.InvalidFields(errs.Field{Name: "transcript", Key: "web.field.long", Args: []any{"max", MaxTranscript, "count", n - MaxTranscript}})
	}
	if x.Transcript == caption.Transcript(cues) {
		x.Transcript = ""
	}
	return x, nil
}

// Track gives the captions of a film or recording in a language as WebVTT, to those
// who may view its message.
func (s *Service) Track(ctx context.Context, attachmentID string, l i18n.Lang) (Attachment, string, error) {
	a, m, err := s.file(ctx, attachmentID)
	if err == nil {
		_, err = s.Message(ctx, m.ID)
	}
	if err != nil {
		return Attachment{}, "", err
	}
	return a.track(l)
}

// PublicTrack is Track for everybody, of messages that are public now.
func (s *Service) PublicTrack(ctx context.Context, attachmentID string, l i18n.Lang) (Attachment, string, error) {
	a, m, err := s.file(ctx, attachmentID)
	if err != nil {
		return Attachment{}, "", err
	}
	if m.State != StateReleased {
		return Attachment{}, "", fmt.Errorf("publish: attachment %s is not public: %w", attachmentID, errs.New(errs.NotFound, ""))
	}
	return a.track(l)
}

func (a Attachment) track(l i18n.Lang) (Attachment, string, error) {
	if a.Captions[l] == "" {
		return Attachment{}, "", fmt.Errorf("publish: attachment %s has no captions in %q: %w", a.ID, l, errs.New(errs.NotFound, ""))
	}
	return a, a.Captions[l], nil
}
