package publishweb

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/publish"
	"sifara/internal/publish/share"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// embargoPath is where named readers read what is not public yet.
const embargoPath = "/embargo/"

// The rate at which one network may try links that are none.
const (
	embargoEvery = 10 * time.Second
	embargoBurst = 20
)

func (s *site) embargoRoutes() []web.Route {
	if s.Shares == nil {
		return nil
	}
	page := "/{lang}" + embargoPath + "{token}"
	return []web.Route{
		web.PublicGet(embargoPath+"{token}", s.embargoDoor),
		web.PublicGet(page, s.embargo),
		web.PublicPost(page, s.acceptEmbargo),
		web.PublicGet(page+"/files/{file}/{digest}", s.embargoFile),
		web.PublicGet(page+"/files/{file}/captions/{track}", s.embargoCaptions),
	}
}

// embargoHref is the page of a link in a language.
func embargoHref(l i18n.Lang, token string) string {
	return "/" + string(l) + embargoPath + url.PathEscape(token)
}

// hushed has a page kept nowhere, found by nobody, and its address told to nobody.
func hushed(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Cache-Control", "private, no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex, nofollow, noarchive")
}

// hushedWriter keeps the headers of hushed where an answer drops them, as that to a
// player which asks for a part that is none does.
type hushedWriter struct{ http.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (w hushedWriter) WriteHeader(status int) {
	hushed(w.ResponseWriter)
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (w hushedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// embargoDoor leads to the page in the reader's language: GET /embargo/{token}.
// It looks at no link.
func (s *site) embargoDoor(w http.ResponseWriter, r *http.Request) error {
	hushed(w)
	http.Redirect(w, r, embargoHref(langOf(r), r.PathValue("token")), http.StatusSeeOther)
	return nil
}

// embargoMark is what stands above and below everything that a link shows.
type embargoMark struct {
	Until  string // in the zone of who speaks
	At     string // the same for programs
	Yours  string // in the reader's zone, when it is another
	Late   bool
	Shared string
}

// embargoPage is what the holder of a link sees.
type embargoPage struct {
	Stage  share.Stage
	Mark   embargoMark
	From   string
	Action string
	Accept string // the embargo that is accepted
	Anew   bool   // another one was accepted before

	Title, Summary, Body, Kind string
	Changed                    string // when the reader was first shown something else than before
	Stale                      string
	Facts                      []ui.KeyValue
	Players                    []player
	Pictures                   []picture
	Files                      []document
}

// embargo is the page of a link: GET /{lang}/embargo/{token}.
func (s *site) embargo(w http.ResponseWriter, r *http.Request) error {
	hushed(w)
	token, l := r.PathValue("token"), langOf(r)
	found, err := s.openEmbargo(r, token, l)
	if err != nil {
		return s.noEmbargo(w, r, err)
	}
	if found.Stage == share.Page {
		return web.Redirect(w, r, publicPath(l, &found.Message))
	}
	if have := found.Langs(); !slices.Contains(have, l) {
		return web.Redirect(w, r, embargoHref(have[0], token))
	}
	view, err := s.embargoPage(r, found)
	if err != nil {
		return err
	}
	return web.Render(w, r, web.Page{Title: web.T(r, "publish.embargo.title"), Languages: found.Langs(), NoIndex: true, Private: true, Alone: true, Body: embargoView(view)})
}

// openEmbargo counts an opening only of who is sent the text.
func (s *site) openEmbargo(r *http.Request, token string, l i18n.Lang) (share.Reading, error) {
	if r.Method != http.MethodGet {
		return s.Shares.Find(r.Context(), token)
	}
	return s.Shares.Open(r.Context(), token, l)
}

func (s *site) embargoPage(r *http.Request, found share.Reading) (embargoPage, error) {
	ctx := r.Context()
	p, m, x := i18n.From(ctx), found.Message, found.Share
	who, err := s.speakers(ctx)
	if err != nil {
		return embargoPage{}, err
	}
	view := embargoPage{Stage: found.Stage, From: who[m.MissionID].Name, Action: r.URL.Path, Accept: strconv.FormatInt(int64(found.Embargo), 10), Anew: !x.AcceptedAt.IsZero()}
	if view.Mark, err = s.embargoMark(ctx, found); err != nil || found.Stage != share.Text {
		return view, err
	}
	v, _ := m.Variant(p.Lang())
	view.Title, view.Summary, view.Body, view.Kind = v.Title, v.Summary, bodyHTML(m, v), p.T("publish.kind."+string(m.Kind))
	view.Facts = s.detailLines(ctx, m, v)
	view.Players, view.Pictures, view.Files = publicFiles(p, m, func(file, digest string) string { return r.URL.Path + "/files/" + file + "/" + digest }, func(file string, l i18n.Lang) string {
		if !slices.Contains(found.Langs(), l) {
			return ""
		}
		return r.URL.Path + "/files/" + file + "/captions/" + string(l) + ".vtt"
	})
	view.Pictures = posed(m.Kind, view.Players, view.Pictures)
	if !x.ChangedAt.IsZero() {
		view.Changed = p.DateTime(x.ChangedAt.In(readerZone(x)))
	}
	if v.State == publish.VariantStale {
		view.Stale = p.T("publish.site.lacks.this", "language", p.LanguageName(string(m.SourceLang)))
	}
	return view, nil
}

// readerZone is where the reader of a share is; what the house knows no more is
// told in UTC.
func readerZone(x share.Share) *time.Location {
	zone, err := org.ParseZone(x.Zone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// embargoMark says until when, and to whom it is shown.
func (s *site) embargoMark(ctx context.Context, found share.Reading) (embargoMark, error) {
	p, m, x := i18n.From(ctx), found.Message, found.Share
	out := embargoMark{Late: found.Late, Shared: p.T("publish.embargo.shared", "name", x.Name, "organisation", x.Organisation)}
	if found.Embargo.IsZero() {
		out.Until = p.T("publish.embargo.open")
		return out, nil
	}
	city, err := s.city(ctx, m.MissionID)
	if err != nil {
		return out, err
	}
	here, there := found.Embargo.In(s.Org.Zone(ctx, m.MissionID)), found.Embargo.In(readerZone(x))
	out.At = here.Format(time.RFC3339)
	out.Until = p.T("publish.embargo.until", "time", p.DateTime(here), "place", city)
	if here.Format(time.DateTime) != there.Format(time.DateTime) {
		out.Yours = p.T("publish.embargo.yours", "time", p.DateTime(there), "zone", x.Zone)
	}
	return out, nil
}

// city is where a mission, or the ministry, is.
func (s *site) city(ctx context.Context, missionID string) (string, error) {
	l := i18n.From(ctx).Lang()
	if missionID == "" {
		m, err := s.Org.Ministry(ctx)
		return m.City.In(l), err
	}
	m, err := s.Org.Mission(ctx, missionID)
	return m.City.In(l), err
}

// noEmbargo says that a link leads nowhere, in the same words to whoever tries one
// that never was and to whoever had one.
func (s *site) noEmbargo(w http.ResponseWriter, r *http.Request, err error) error {
	if !errors.Is(err, share.ErrLink) {
		return err
	}
	if err := web.Limit(r.Context(), "embargo", embargoEvery, embargoBurst); err != nil {
		return err
	}
	return web.Render(w, r, web.Page{Title: web.T(r, "publish.embargo.gone"), NoIndex: true, Private: true, Alone: true, Status: http.StatusNotFound,
		Body: saidBody(web.T(r, "publish.embargo.gone"), web.T(r, "publish.embargo.gone.text"))})
}

// acceptEmbargo takes the reader's word: POST /{lang}/embargo/{token}.
func (s *site) acceptEmbargo(w http.ResponseWriter, r *http.Request) error {
	hushed(w)
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	until, err := strconv.ParseInt(in.Raw("embargo"), 10, 64)
	if err != nil {
		until = -1 // no embargo: the page asks again
	}
	token := r.PathValue("token")
	if err := s.Shares.Accept(r.Context(), token, db.Time(until)); err != nil {
		return s.noEmbargo(w, r, err)
	}
	return web.Redirect(w, r, embargoHref(langOf(r), token))
}

// embargoFile sends a picture or file of the text:
// GET /{lang}/embargo/{token}/files/{file}/{digest}.
func (s *site) embargoFile(w http.ResponseWriter, r *http.Request) error {
	hushed(w)
	file := r.PathValue("file")
	if !id.Valid(file) {
		return s.noEmbargo(w, r, share.ErrLink)
	}
	a, content, err := s.Shares.File(r.Context(), r.PathValue("token"), file, r.PathValue("digest"))
	if err != nil {
		return s.noEmbargo(w, r, err)
	}
	defer content.Close()
	h := w.Header()
	h.Set("Content-Type", a.MediaType)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	switch {
	case a.IsMedia():
		unhurried(w)
		h.Set("Etag", `"`+r.PathValue("digest")+`"`)
	case !a.IsImage():
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": a.Name}))
	}
	http.ServeContent(hushedWriter{w}, r, "", content.Modified, content)
	return nil
}

// embargoCaptions sends captions of the text's film in a language of the share:
// GET /{lang}/embargo/{token}/files/{file}/captions/{track}.
func (s *site) embargoCaptions(w http.ResponseWriter, r *http.Request) error {
	hushed(w)
	l, ok := trackLang(r)
	if !ok {
		return s.noEmbargo(w, r, share.ErrLink)
	}
	found, err := s.Shares.Find(r.Context(), r.PathValue("token"))
	if err != nil {
		return s.noEmbargo(w, r, err)
	}
	if found.Stage != share.Text || !slices.Contains(found.Langs(), l) {
		return s.noEmbargo(w, r, share.ErrLink)
	}
	for _, a := range found.Message.Attachments {
		if a.ID == r.PathValue("file") && a.Captions[l] != "" {
			sendCaptions(hushedWriter{w}, r, a, a.Captions[l])
			return nil
		}
	}
	return s.noEmbargo(w, r, share.ErrLink)
}
