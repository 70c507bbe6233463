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
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if _, err := c.svc.Message(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	u := publish.Upload{ID: in.ID("id"), Alt: readAlt(in)}
	file, head := in.File("file", publish.MaxAttachment)
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

func readAlt(in *web.Form) publish.Texts {
	alt := publish.Texts{}
	for _, l := range i18n.Langs {
		alt[l] = in.Raw("alt-" + string(l))
	}
	return alt
}

func altField(f form, id string, alt publish.Texts, l i18n.Lang) ui.FieldProps {
	return ui.FieldProps{Name: "alt-" + string(l), ID: "alt-" + id + "-" + string(l), Label: f.d.t("publish.files.alt", "lang", l), Value: alt[l], Lang: l.Tag(), Dir: l.Dir(), Error: f.errors["alt-"+string(l)]}
}

// describe sets alternative texts: POST /console/messages/{id}/files/{file}/describe.
func (c *console) describe(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	_, err = c.svc.Describe(r.Context(), r.PathValue("id"), r.PathValue("file"), readAlt(in))
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
	if !a.IsImage() {
		how = "attachment"
	}
	h.Set("Content-Disposition", how+"; filename*=UTF-8''"+url.PathEscape(a.Name))
	http.ServeContent(w, r, "", a.AddedAt.Std(), content)
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
