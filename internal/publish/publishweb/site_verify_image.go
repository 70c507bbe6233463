package publishweb

import (
	"fmt"
	"net/http"
	"time"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// shownPicture is our picture with the places in which the asked one differs.
type shownPicture struct {
	Src, Alt      string
	Width, Height int
	Boxes         []box
}

// box is a rectangle in pixels of the picture.
type box struct{ X, Y, Width, Height string }

// pictureTone is how an answer about a picture looks.
var pictureTone = map[publish.Verdict]ui.Kind{
	publish.Unchanged: ui.Success, publish.Resized: ui.Success, publish.Cropped: ui.Warning, publish.Altered: ui.Danger, publish.NotFound: ui.Warning,
}

// Checks of pictures cost more than those of texts.
const (
	pictureEvery = 6 * time.Second
	pictureBurst = 12
)

// verifyImage answers for a picture, of which nothing is kept:
// POST /{lang}/verify/image.
func (s *site) verifyImage(w http.ResponseWriter, r *http.Request) error {
	p := i18n.From(r.Context())
	if err := web.Limit(r.Context(), "verify-image", pictureEvery, pictureBurst); err != nil {
		return err
	}
	view, page, err := s.verifyStart(r)
	if err != nil {
		return err
	}
	page.NoIndex = true
	f, err := s.lookAtUpload(r)
	switch e, known := errs.Find(err); {
	case err == nil:
		if view.Result, err = s.pictureResult(r, f); err != nil {
			return err
		}
		page.Title = view.Result.Title
	case known && (e.Kind == errs.Invalid || e.Kind == errs.TooLarge):
		if view.ImageError = web.Errors(r, err)["picture"]; view.ImageError == "" {
			view.ImageError = web.Message(p, e)
		}
		page.Status = http.StatusUnprocessableEntity
	default:
		return err
	}
	page.Body = verifyView(view)
	return web.Render(w, r, page)
}

// lookAtUpload reads the picture of the form, in memory only.
func (s *site) lookAtUpload(r *http.Request) (publish.ImageFinding, error) {
	_ = r.ParseMultipartForm(maxUpload) // ReadForm tells what is wrong with it
	in, err := web.ReadForm(r)
	if err != nil {
		return publish.ImageFinding{}, err
	}
	file, _ := in.File("picture", publish.MaxAttachment)
	if file == nil {
		if in.Err() == nil {
			in.Fail("picture", "web.field.required")
		}
		return publish.ImageFinding{}, in.Err()
	}
	defer file.Close()
	return s.Log.VerifyImage(r.Context(), s.Blobs, file)
}

// pictureResult puts a finding into words.
func (s *site) pictureResult(r *http.Request, f publish.ImageFinding) (*verifyResult, error) {
	ctx := r.Context()
	p := i18n.From(ctx)
	key := "publish.verify.image." + string(f.Verdict)
	out := &verifyResult{Kind: pictureTone[f.Verdict], Title: p.T(key), Text: p.T(key + ".text"), Found: f.Found()}
	if !f.Found() {
		return out, nil
	}
	m := f.Message
	title, in := m.Title(p.Lang())
	who, err := s.speakers(ctx)
	if err != nil {
		return nil, err
	}
	zone := s.Org.Zone(ctx, m.MissionID)
	out.Lang = in.Tag()
	out.Message = entry{Title: title, Lang: in.Tag(), Href: href(in, "", "/statements/"+m.Slug), Kind: p.T("publish.kind." + string(m.Kind)),
		Who: who[m.MissionID].Name, When: p.DateTime(m.ReleasedAt.In(zone)), DateTime: m.ReleasedAt.In(zone).Format(time.RFC3339)}
	s.tellWithdrawn(p, out, publish.Finding{Message: m}, zone)
	out.Proof = proofHref(f.Index)
	if f.Withdrawn() {
		return out, nil // its pictures are no longer shown
	}
	out.Picture = shown(f, p.Lang())
	out.Show = p.T("publish.verify.image.show")
	if len(out.Picture.Boxes) > 0 {
		out.Show = p.T("publish.verify.image.show_changed")
	}
	return out, nil
}

func shown(f publish.ImageFinding, l i18n.Lang) *shownPicture {
	digest := f.Image.Digest
	if len(f.Image.Smaller) > 0 {
		digest = f.Image.Smaller[len(f.Image.Smaller)-1]
	}
	out := &shownPicture{Src: mediaHref(f.Image.File, digest), Alt: f.Image.Alt[l], Width: f.Image.Width, Height: f.Image.Height}
	w, h := float64(out.Width), float64(out.Height)
	for _, c := range f.Changed {
		out.Boxes = append(out.Boxes, box{fmt.Sprintf("%.0f", c.Left*w), fmt.Sprintf("%.0f", c.Top*h), fmt.Sprintf("%.0f", (c.Right-c.Left)*w), fmt.Sprintf("%.0f", (c.Bottom-c.Top)*h)})
	}
	return out
}

// sidecar is what the address of a picture's proof ends with.
const sidecar = ".proof"

// pictureProof gives the signed record of a picture:
// GET /media/{file}/{digest}.proof.
func (s *site) pictureProof(w http.ResponseWriter, r *http.Request, file string) error {
	b, err := s.Log.ImageBundle(r.Context(), file)
	if err != nil {
		return err
	}
	return answerJSON(w, b)
}
