package publishweb

import (
	"io"
	"net/http"
	"net/url"

	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// attach adds a file to a message: POST /console/messages/{id}/files.
func (c *console) attach(w http.ResponseWriter, r *http.Request) error {
	unhurried(w)
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if _, err := c.svc.Message(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	u := publish.Upload{ID: in.ID("id"), FileText: readFileText(in)}
	most, _ := c.svc.MaxUpload()
	file, head := in.File("file", most)
	if file != nil {
		defer file.Close()
		u.Name, u.Data = head.Filename, io.Reader(file)
	} else if in.Err() == nil {
		in.Fail("file", "web.field.required")
	}
	if err = in.Err(); err == nil {
		_, err = c.svc.Attach(r.Context(), r.PathValue("id"), u)
	}
	return done(w, r, err, messagePath(r.PathValue("id"))+"/edit#files", "publish.done.attached")
}

// readFileText reads what is said of a file. The focus is asked from the edges of
// the picture and kept from its middle.
func readFileText(in *web.Form) publish.FileText {
	x := publish.FileText{Alt: publish.Texts{}, Caption: publish.Texts{}, Author: in.Raw("author"), Source: in.Raw("source"), Licence: publish.Licence(in.Raw("licence"))}
	for _, l := range i18n.Langs {
		x.Alt[l], x.Caption[l] = in.Raw("alt-"+string(l)), in.Raw("caption-"+string(l))
	}
	if in.Raw("focus_x")+in.Raw("focus_y") != "" {
		x.FocusX, x.FocusY = in.Int("focus_x", 0, 2*publish.MaxFocus)-publish.MaxFocus, in.Int("focus_y", 0, 2*publish.MaxFocus)-publish.MaxFocus
	}
	return x
}

// fileField describes a field about a file; each stands once for every file.
func fileField(f form, id, name, label, hint, value string) ui.FieldProps {
	p := ui.FieldProps{Name: name, ID: name + "-" + id, Label: f.d.t(label), Value: value, Error: f.errors[name]}
	if hint != "" {
		p.Hint = f.d.t(hint)
	}
	return p
}

func langField(f form, id, name, label, value string, l i18n.Lang) ui.FieldProps {
	name += "-" + string(l)
	return ui.FieldProps{Name: name, ID: name + "-" + id, Label: f.d.t(label, "lang", l), Value: value, Lang: l.Tag(), Dir: l.Dir(), Error: f.errors[name]}
}

func focusField(f form, id, name, label, hint string, fromMiddle int) ui.FieldProps {
	p := fileField(f, id, name, label, hint, f.d.p.Digits(itoa(fromMiddle+publish.MaxFocus)))
	p.Width, p.InputMode, p.Dir = 5, "numeric", "ltr"
	return p
}

func licenceField(f form, id string, chosen publish.Licence) ui.ChoiceProps {
	c := ui.ChoiceProps{Name: "licence", ID: "licence-" + id, Label: f.d.t("publish.files.licence"), Error: f.errors["licence"], Blank: "–"}
	for _, l := range publish.Licences {
		c.Options = append(c.Options, ui.Option{Value: string(l), Label: f.d.t("publish.licence." + string(l)), Checked: l == chosen})
	}
	return c
}

// earlier moves a file before the previous one: POST …/files/{file}/earlier.
func (c *console) earlier(w http.ResponseWriter, r *http.Request) error {
	_, err := c.svc.Move(r.Context(), r.PathValue("id"), r.PathValue("file"))
	return done(w, r, err, messagePath(r.PathValue("id"))+"/edit#files", "publish.done.saved")
}

// describe sets what is said of a file: POST /console/messages/{id}/files/{file}/describe.
func (c *console) describe(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	about := readFileText(in)
	if err = in.Err(); err == nil {
		_, err = c.svc.Describe(r.Context(), r.PathValue("id"), r.PathValue("file"), about)
	}
	return done(w, r, err, messagePath(r.PathValue("id"))+"/edit#files", "publish.done.saved")
}

// detach removes a file: POST /console/messages/{id}/files/{file}/remove.
func (c *console) detach(w http.ResponseWriter, r *http.Request) error {
	_, err := c.svc.Detach(r.Context(), r.PathValue("id"), r.PathValue("file"))
	return done(w, r, err, messagePath(r.PathValue("id"))+"/edit#files", "publish.done.detached")
}

// file sends an attachment to those who may view its message:
// GET /console/messages/{id}/files/{file}?digest=….
func (c *console) file(w http.ResponseWriter, r *http.Request) error {
	a, content, err := c.svc.File(r.Context(), r.PathValue("file"), r.URL.Query().Get("digest"))
	if err != nil {
		return err
	}
	defer content.Close()
	sendFile(w, r, a, content)
	return nil
}

// sendFile sends the bytes of an attachment. A browser never runs them: its
// type is fixed, and a PDF is offered for saving.
func sendFile(w http.ResponseWriter, r *http.Request, a publish.Attachment, content io.ReadSeeker) {
	h := w.Header()
	h.Set("Content-Type", a.MediaType)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	how := "inline"
	if !a.IsImage() && !a.IsMedia() {
		how = "attachment"
	}
	if a.IsMedia() {
		unhurried(w)
		h.Set("Etag", `"`+a.Digest+`"`)
	}
	h.Set("Content-Disposition", how+"; filename*=UTF-8''"+url.PathEscape(a.Name))
	http.ServeContent(w, r, "", a.AddedAt.Std(), content)
}

// accepted are the types of file that are taken, as HTML names them.
func accepted(media int64) string {
	types := "image/jpeg,image/png,image/gif,image/webp,application/pdf"
	if media > 0 {
		types += ",video/mp4,video/webm,audio/mpeg,audio/mp4,audio/ogg,.m4a,.mp3,.ogg,.opus"
	}
	return types
}

// uploadField asks for a file. Where films are taken it may be as large as one.
func (p editPage) uploadField() ui.FileProps {
	d := p.d
	f := ui.FileProps{Name: "file", Label: d.t("publish.files.file"), Hint: d.t("publish.files.file_hint", "max", d.p.Bytes(publish.MaxAttachment)), Error: p.upload.errors["file"], Accept: accepted(p.media), MaxBytes: max(publish.MaxAttachment, p.media)}
	f.MaxText = d.p.Bytes(f.MaxBytes)
	if p.media > 0 {
		f.Hint += " " + d.t("publish.files.media_hint", "max", d.p.Bytes(p.media))
	}
	return f
}

func filePath(messageID string, a publish.Attachment) string {
	return messagePath(messageID) + "/files/" + a.ID
}

// thumbnail is the smallest size of a picture.
func thumbnail(messageID string, a publish.Attachment) string {
	if len(a.Smaller) > 0 {
		return filePath(messageID, a) + "?digest=" + a.Smaller[0].Digest
	}
	return filePath(messageID, a)
}
