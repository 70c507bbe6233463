package publishweb

import (
	"io"
	"net/http"
	"net/url"
	"strings"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/publish/caption"
	"sifara/internal/text"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// captionsPage is what is written of a film or recording, in every language of its
// message: GET /console/messages/{id}/files/{file}/captions.
type captionsPage struct {
	d     *desk
	m     publish.Message
	a     publish.Attachment
	forms []form // in the order of the languages of the message
}

// maxCaptionForm bounds a form with captions typed and sent as a file.
const maxCaptionForm = 4 << 20

func captionsPath(messageID, file string) string {
	return messagePath(messageID) + "/files/" + url.PathEscape(file) + "/captions"
}

func (c *console) captions(w http.ResponseWriter, r *http.Request) error {
	p, err := c.captionsPage(r)
	if err != nil {
		return err
	}
	return showCaptions(w, r, p, 0)
}

func (c *console) captionsPage(r *http.Request) (captionsPage, error) {
	m, err := c.svc.Message(r.Context(), r.PathValue("id"))
	if err != nil {
		return captionsPage{}, err
	}
	if !c.svc.Allowed(r.Context(), m).Edit {
		return captionsPage{}, errs.New(errs.Conflict, "publish.error.state")
	}
	d, err := c.desk(r, m)
	if err != nil {
		return captionsPage{}, err
	}
	for _, a := range m.Attachments {
		if a.ID != r.PathValue("file") || !a.IsMedia() {
			continue
		}
		p := captionsPage{d: d, m: m, a: a}
		for _, l := range m.Langs() {
			p.forms = append(p.forms, d.fresh(url.Values{"lang": {string(l)}, "captions": {a.Captions[l]}, "transcript": {a.Transcript(l)}}))
		}
		return p, nil
	}
	return captionsPage{}, errs.New(errs.NotFound, "")
}

func showCaptions(w http.ResponseWriter, r *http.Request, p captionsPage, status int) error {
	return web.Render(w, r, web.Page{Title: p.d.t("publish.captions.title"), Intro: p.a.Name, Crumbs: p.d.crumbs(&p.m), Body: captionsView(p), Wide: true, Status: status})
}

// caption saves one language: POST /console/messages/{id}/files/{file}/captions.
func (c *console) caption(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	p, err := c.captionsPage(r)
	if err != nil {
		return err
	}
	l := in.Lang("lang")
	x := publish.Script{Captions: in.Raw("captions"), Transcript: in.Raw("transcript")}
	if sent, ok, err := sentCaptions(in, l); err != nil {
		return err
	} else if ok {
		x.Captions = sent
	}
	// A transcript that was made from captions follows them until it is edited.
	if p.a.Transcripts[l] == "" && strings.TrimSpace(x.Transcript) == p.a.Transcript(l) {
		x.Transcript = ""
	}
	if err = in.Err(); err == nil {
		_, err = c.svc.Caption(r.Context(), p.m.ID, p.a.ID, l, x)
	}
	if err == nil {
		return done(w, r, nil, captionsPath(p.m.ID, p.a.ID)+"#captions-of-"+string(l), "publish.done.saved")
	}
	return c.captionsRefused(w, r, p, l, x, err)
}

// sentCaptions reads the file of captions, if one was sent.
func sentCaptions(in *web.Form, l i18n.Lang) (string, bool, error) {
	name := "file-" + string(l)
	file, _ := in.File(name, caption.MaxBytes)
	if file == nil {
		return "", false, nil
	}
	defer file.Close()
	b, err := io.ReadAll(io.LimitReader(file, caption.MaxBytes+1))
	return string(b), len(b) > 0, err
}

// captionsRefused shows the page again with what was written, a file's content in
// the field where it can be mended.
func (c *console) captionsRefused(w http.ResponseWriter, r *http.Request, p captionsPage, l i18n.Lang, x publish.Script, cause error) error {
	for i := range p.forms {
		f := &p.forms[i]
		if f.v.Get("lang") != string(l) {
			continue
		}
		f.v.Set("captions", text.Clean(x.Captions))
		f.v.Set("transcript", text.Clean(x.Transcript))
		if !f.refused(r, cause) {
			return cause
		}
		for k := range f.summary {
			if !strings.HasPrefix(f.summary[k].Field, "file-") {
				f.summary[k].Field += "-" + string(l)
			}
		}
		return showCaptions(w, r, p, f.status)
	}
	return cause
}

// lang is the language of one of the forms.
func (p captionsPage) lang(f form) i18n.Lang { return i18n.Lang(f.v.Get("lang")) }

// area is a field for captions or a transcript in a language.
func (p captionsPage) area(f form, name string, rows int) ui.FieldProps {
	l := p.lang(f)
	x := f.words(name, "publish.captions."+name, "publish.captions."+name+"_hint", l, rows, 0)
	x.ID, x.Optional = name+"-"+string(l), name == "transcript" || !p.a.IsVideo()
	if name == "captions" {
		x.Hint = p.d.t("publish.captions.captions_hint", "times", caption.Times, "voice", "<v Name>")
		x.Dir = "auto" // its lines are times and words by turns
	}
	return x
}

func (p captionsPage) file(f form) ui.FileProps {
	name := "file-" + f.v.Get("lang")
	most := p.d.p.Bytes(caption.MaxBytes)
	return ui.FileProps{Name: name, Label: p.d.t("publish.captions.file"), Hint: p.d.t("publish.captions.file_hint", "max", most), Error: f.errors[name], Accept: ".vtt,.srt,text/vtt", MaxBytes: caption.MaxBytes, MaxText: most, Optional: true}
}

// written says for each language of a message what a film or recording has and lacks.
func (d *desk) written(m *publish.Message, a publish.Attachment) []badge {
	var out []badge
	for _, l := range m.Langs() {
		captions, words := a.Unwritten([]i18n.Lang{l})
		b := badge{ui.Success, d.t("publish.captions.whole", "lang", l)}
		switch {
		case len(words) > 0 && len(captions) > 0:
			b = badge{ui.Warning, d.t("publish.captions.none", "lang", l)}
		case len(captions) > 0:
			b = badge{ui.Warning, d.t("publish.captions.no_captions", "lang", l)}
		case len(words) > 0:
			b = badge{ui.Warning, d.t("publish.captions.no_transcript", "lang", l)}
		}
		out = append(out, b)
	}
	return out
}

type badge struct {
	kind ui.Kind
	text string
}
