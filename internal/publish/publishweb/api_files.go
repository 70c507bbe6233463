package publishweb

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/publish"
	"sifara/internal/web"
)

// The machine face of the files of a message.

type apiFile struct {
	ID        string              `json:"id"`
	Name      string              `json:"name"`
	MediaType string              `json:"media_type"`
	Digest    string              `json:"digest" doc:"SHA-256 of its bytes"`
	Size      int64               `json:"size" doc:"In bytes"`
	Width     int                 `json:"width,omitempty"`
	Height    int                 `json:"height,omitempty"`
	Smaller   []publish.Rendition `json:"smaller,omitempty" doc:"The same picture in smaller sizes, the smallest first"`
	Alt       map[string]string   `json:"alt" doc:"What it shows, by language"`
	Caption   map[string]string   `json:"caption"`
	Author    string              `json:"author"`
	Source    string              `json:"source"`
	Licence   string              `json:"licence"`
	FocusX    int                 `json:"focus_x" doc:"What every crop keeps, in hundredths of the width from the left"`
	FocusY    int                 `json:"focus_y" doc:"In hundredths of the height from the top"`
	AddedBy   string              `json:"added_by"`
	AddedAt   db.Time             `json:"added_at" format:"date-time"`
}

type filesOut struct {
	Body struct {
		Items []apiFile `json:"items" doc:"In the order in which they are shown"`
	}
}

func newFiles(m publish.Message) *filesOut {
	out := &filesOut{}
	out.Body.Items = []apiFile{}
	for _, f := range m.Attachments {
		x := apiFile{ID: f.ID, Name: f.Name, MediaType: f.MediaType, Digest: f.Digest, Size: f.Size, Width: f.Width, Height: f.Height, Smaller: f.Smaller, Author: f.Author, Source: f.Source,
			Licence: string(f.Licence), FocusX: f.FocusX + publish.MaxFocus, FocusY: f.FocusY + publish.MaxFocus, AddedBy: f.AddedBy, AddedAt: f.AddedAt, Alt: map[string]string{}, Caption: map[string]string{}}
		for l, s := range f.Alt {
			x.Alt[string(l)] = s
		}
		for l, s := range f.Caption {
			x.Caption[string(l)] = s
		}
		out.Body.Items = append(out.Body.Items, x)
	}
	return out
}

type uploadIn struct {
	MessageInput
	Name    string `query:"name" minLength:"1" maxLength:"200" required:"true" doc:"File name as it is offered to readers"`
	FileID  string `query:"file_id" format:"uuid" doc:"Given by the caller, so that a repeated call adds it once"`
	RawBody []byte `contentType:"application/octet-stream"`
}

type describeIn struct {
	MessageInput
	File string `path:"part" format:"uuid"`
	Body struct {
		Alt     publish.Texts    `json:"alt,omitempty" doc:"By language: ar, ckb, kmr, en. What is not named here stays"`
		Caption publish.Texts    `json:"caption,omitempty"`
		Author  *string          `json:"author,omitempty"`
		Source  *string          `json:"source,omitempty" doc:"Required unless the licence is own"`
		Licence *publish.Licence `json:"licence,omitempty" enum:"own,permission,bought,cc-by,cc-by-sa,cc0,public-domain"`
		FocusX  *int             `json:"focus_x,omitempty" minimum:"0" maximum:"100" doc:"In hundredths of the width from the left"`
		FocusY  *int             `json:"focus_y,omitempty" minimum:"0" maximum:"100" doc:"In hundredths of the height from the top"`
	}
}

type fileIn struct {
	MessageInput
	File   string `path:"part" format:"uuid"`
	Digest string `query:"digest" maxLength:"64" doc:"Of one of its sizes; without it the whole"`
}

// uploadWithin is how long the bytes of a file may take on a slow line.
const uploadWithin = 5 * time.Minute

func (c *console) apiFileOps(a *web.API) {
	op := func(method, path, operation, summary string) huma.Operation {
		return tagged(method, "/messages/{id}/files"+path, operation, summary, "files")
	}
	answer := func(m publish.Message, err error) (*filesOut, error) {
		if err != nil {
			return nil, err
		}
		return newFiles(m), nil
	}
	web.Operation(a, publish.MayView, op(http.MethodGet, "", "list-files", "List the pictures and documents of a message"), func(ctx context.Context, in *MessageInput) (*filesOut, error) {
		return answer(c.svc.Message(ctx, in.ID))
	})
	attach := op(http.MethodPost, "", "attach-file", "Attach a picture or document, its bytes as the body; the answer lists all")
	attach.MaxBodyBytes, attach.BodyReadTimeout = publish.MaxAttachment, uploadWithin
	web.Operation(a, publish.MayDraft, attach, func(ctx context.Context, in *uploadIn) (*filesOut, error) {
		return answer(c.svc.Attach(ctx, in.ID, publish.Upload{ID: cmp.Or(in.FileID, id.New()), Name: in.Name, Data: bytes.NewReader(in.RawBody)}))
	})
	web.Operation(a, publish.MayDraft, op(http.MethodPut, "/{part}", "describe-file", "Say what a file shows, whose it is and what crops keep"), func(ctx context.Context, in *describeIn) (*filesOut, error) {
		m, err := c.svc.Message(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		f, err := fileOf(m, in.File)
		if err != nil {
			return nil, err
		}
		return answer(c.svc.Describe(ctx, in.ID, in.File, in.over(f.FileText())))
	})
	web.Operation(a, publish.MayDraft, op(http.MethodPost, "/{part}/earlier", "move-file", "Show a file before the one that stands before it"), func(ctx context.Context, in *partIn) (*filesOut, error) {
		return answer(c.svc.Move(ctx, in.ID, in.Part))
	})
	web.Operation(a, publish.MayDraft, op(http.MethodDelete, "/{part}", "remove-file", "Remove a file from a message"), func(ctx context.Context, in *partIn) (*filesOut, error) {
		return answer(c.svc.Detach(ctx, in.ID, in.Part))
	})
	web.Operation(a, publish.MayView, op(http.MethodGet, "/{part}", "download-file", "The bytes of a file, whole or in parts (Range)"), c.apiDownload)
}

// fileOf finds a file of a message.
func fileOf(m publish.Message, fileID string) (publish.Attachment, error) {
	for _, f := range m.Attachments {
		if f.ID == fileID {
			return f, nil
		}
	}
	return publish.Attachment{}, errs.New(errs.NotFound, "")
}

// over puts what is named over what is said already.
func (in *describeIn) over(x publish.FileText) publish.FileText {
	b := in.Body
	if b.Alt != nil {
		x.Alt = b.Alt
	}
	if b.Caption != nil {
		x.Caption = b.Caption
	}
	for to, from := range map[*string]*string{&x.Author: b.Author, &x.Source: b.Source} {
		if from != nil {
			*to = *from
		}
	}
	if b.Licence != nil {
		x.Licence = *b.Licence
	}
	for to, from := range map[*int]*int{&x.FocusX: b.FocusX, &x.FocusY: b.FocusY} {
		if from != nil {
			*to = *from - publish.MaxFocus
		}
	}
	return x
}

func (c *console) apiDownload(ctx context.Context, in *fileIn) (*huma.StreamResponse, error) {
	m, err := c.svc.Message(ctx, in.ID)
	if err == nil {
		_, err = fileOf(m, in.File)
	}
	if err != nil {
		return nil, err
	}
	f, content, err := c.svc.File(ctx, in.File, in.Digest)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		defer content.Close()
		r, w := humago.Unwrap(hc)
		sendFile(w, r, f, content)
	}}, nil
}
