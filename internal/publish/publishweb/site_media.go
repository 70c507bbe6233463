package publishweb

import (
	"mime"
	"net/http"
	"strings"

	"sifara/internal/errs"
	"sifara/internal/id"
)

// media serves a picture, film, recording or file of a public message, whole or in
// the parts that a player asks for (RFC 9110, 14). It is gone with the
// message, so it may be kept for minutes only.
func (s *site) media(w http.ResponseWriter, r *http.Request) error {
	file := r.PathValue("file")
	if !id.Valid(file) {
		return errs.New(errs.NotFound, "")
	}
	if _, proof := strings.CutSuffix(r.PathValue("digest"), sidecar); proof {
		return s.pictureProof(w, r, file)
	}
	a, content, err := s.Service.PublicFile(r.Context(), file, r.PathValue("digest"))
	if err != nil {
		return err
	}
	defer content.Close()
	h := w.Header()
	h.Set("Content-Type", a.MediaType)
	h.Set("Cache-Control", "public, max-age=300")
	h.Set("Etag", `"`+r.PathValue("digest")+`"`)
	// Nothing in a file may run, whatever a browser takes it for.
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	switch {
	case a.IsMedia():
		unhurried(w)
		h.Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": a.Name}))
	case a.IsImage():
		h.Set("Link", "<"+mediaHref(a.ID, a.Digest)+sidecar+`>; rel="describedby"; type="application/json"`)
	default:
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": a.Name}))
	}
	http.ServeContent(w, r, "", content.Modified, content)
	return nil
}
