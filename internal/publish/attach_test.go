package publish

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io"
	"slices"
	"strings"
	"testing"

	"sifara/internal/db/dbtest"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
)

// picture is a small PNG.
func picture(t testing.TB) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 40, 30))
	img.Set(3, 4, color.RGBA{200, 10, 10, 255})
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAttachmentNeedsAlternativeText(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.draft(Routine)
		u := Upload{ID: id.New(), Name: `..\..\visit "1".PNG`, Data: bytes.NewReader(picture(t)), FileText: FileText{Alt: Texts{i18n.Arabic: "الوزير في باريس"}}}
		m = h.must(h.Attach(as(t, writer), m.ID, u))
		u.Data = bytes.NewReader(picture(t))
		m = h.must(h.Attach(as(t, writer), m.ID, u)) // a replayed form
		if len(m.Attachments) != 1 || !m.Attachments[0].IsImage() || m.Attachments[0].Width != 40 {
			t.Fatalf("got %+v", m.Attachments)
		}
		if name := m.Attachments[0].Name; strings.ContainsAny(name, `/\"`) || !strings.HasSuffix(name, ".png") {
			t.Errorf("file name: got %q", name)
		}
		if _, err := h.Submit(as(t, writer), m.ID, m.Hash); !errors.Is(err, ErrNoAlt) {
			t.Errorf("without alternative text in English: got %v, want ErrNoAlt", err)
		}
		before := m.Hash
		about := FileText{Alt: Texts{i18n.Arabic: "الوزير في باريس", i18n.English: "The minister in Paris"}, Author: "A. Photographer", Licence: CCBY}
		m = h.must(h.Describe(as(t, writer), m.ID, u.ID, about))
		if _, err := h.Submit(as(t, writer), m.ID, m.Hash); !errors.Is(err, ErrNoCredit) {
			t.Errorf("without a source: got %v, want ErrNoCredit", err)
		}
		about.Source, about.FocusX, about.Caption = "https://example.org/photo", 51, Texts{i18n.English: "In Paris"}
		if _, err := h.Describe(as(t, writer), m.ID, u.ID, about); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a focus outside the picture: got %v", err)
		}
		about.FocusX = -20
		m = h.must(h.Describe(as(t, writer), m.ID, u.ID, about))
		again := h.must(h.Describe(as(t, writer), m.ID, u.ID, about))
		if got := m.Attachments[0].FileText(); !got.equal(about) || again.Version != m.Version {
			t.Errorf("got %+v, version %d after %d", got, again.Version, m.Version)
		}
		if m.Hash == before {
			t.Error("the hash does not cover alternative texts")
		}
		m = h.must(h.Submit(as(t, writer), m.ID, m.Hash))
		_, c, err := h.File(as(t, reviewer), u.ID, "")
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(c)
		c.Close()
		if len(b) == 0 {
			t.Error("the file is empty")
		}
		if _, _, err := h.File(as(t, outsider), u.ID, ""); errs.KindOf(err) != errs.NotFound {
			t.Errorf("outsider: got %v, want not found", err)
		}
		if _, _, err := h.PublicFile(t.Context(), u.ID, ""); errs.KindOf(err) != errs.NotFound {
			t.Errorf("public before the release: got %v, want not found", err)
		}
		m = h.must(h.Detach(as(t, writer), m.ID, u.ID))
		if m.State != StateDraft || len(m.Attachments) != 0 {
			t.Errorf("removed: got %s with %d files", m.State, len(m.Attachments))
		}
		kept, err := h.KeptFiles(t.Context())
		if err != nil || len(kept) != 1 {
			t.Errorf("kept for the history: got %v, %v", kept, err)
		}
	})
}

func TestUploadsThatAreRefused(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.draft(Routine)
		for name, data := range map[string]string{
			"picture.png": "<html><script>alert(1)</script>", "a.pdf": "not a pdf", "empty.pdf": "", "x.svg": `<svg xmlns="http://www.w3.org/2000/svg"/>`,
		} {
			_, err := h.Attach(as(t, writer), m.ID, Upload{ID: id.New(), Name: name, Data: strings.NewReader(data)})
			if errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s: got %v, want invalid", name, err)
			}
		}
		if _, err := h.Attach(as(t, releaser), m.ID, Upload{ID: id.New(), Name: "a.png", Data: bytes.NewReader(picture(t))}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("without the permission: got %v", err)
		}
		m = h.must(h.Attach(as(t, writer), m.ID, Upload{ID: id.New(), Name: "note.pdf", Data: strings.NewReader("%PDF-1.7\n%âãÏÓ\n1 0 obj\n<<>>\nendobj\ntrailer <<>>\n%%EOF\n")}))
		if m.Attachments[0].IsImage() || m.Attachments[0].Name != "note.pdf" {
			t.Errorf("got %+v", m.Attachments[0])
		}
	})
}

func TestAttachmentsAreOrdered(t *testing.T) {
	h := build(t, dbtest.SQLite(t, schema()...))
	m := h.draft(Routine)
	var ids []string
	for range 3 {
		u := Upload{ID: id.New(), Name: "a.png", Data: bytes.NewReader(picture(t))}
		ids = append(ids, u.ID)
		m = h.must(h.Attach(as(t, writer), m.ID, u))
	}
	before := m.Hash
	m = h.must(h.Describe(as(t, writer), m.ID, ids[2], FileText{Author: "x"}))
	m = h.must(h.Move(as(t, writer), m.ID, ids[2]))
	if m.Hash == before {
		t.Error("the hash does not cover the order")
	}
	first := h.must(h.Move(as(t, writer), m.ID, ids[0]))
	if first.Version != m.Version {
		t.Error("the first was moved")
	}
	m, err := h.Message(as(t, writer), m.ID)
	if err != nil {
		t.Fatal(err)
	}
	got := []string{m.Attachments[0].ID, m.Attachments[1].ID, m.Attachments[2].ID}
	if want := []string{ids[0], ids[2], ids[1]}; !slices.Equal(got, want) || !m.Bound() {
		t.Errorf("order: got %v, want %v", got, want)
	}
}
