package publishweb

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/publish"
	"sifara/internal/publish/caption"
)

// player shows a film or plays a recording.
type player struct {
	Video         bool
	Src           string
	Name          string // of the file, for saving it
	Label         string // what it shows or says
	Poster        string
	Width, Height int
	Tracks        []track
	Size, Length  string
	Legend        picture  // what is written below it
	Shown         string   // whose the poster is
	Lacks         string   // what the reader must know is missing
	Transcript    []string // paragraphs
	Lang, Dir     string   // of the transcript
}

// track are captions in one language.
type track struct {
	Src, Lang, Label string
	Default          bool // those of the page's language are shown at once
}

// slowest is how long a film may take on its way; the server's usual limit does not
// hold for it.
const slowest = 2 * time.Hour

// unhurried lets a film be sent or received slowly.
func unhurried(w http.ResponseWriter) {
	rc, until := http.NewResponseController(w), time.Now().Add(slowest)
	_ = rc.SetReadDeadline(until) // not every server can
	_ = rc.SetWriteDeadline(until)
}

// playerOf prepares a film or recording in the reader's language. Captions gives
// the address of those in a language, empty where they are not for the reader.
func playerOf(p *i18n.Printer, a publish.Attachment, src string, captions func(i18n.Lang) string) player {
	l := p.Lang()
	x := player{Video: a.IsVideo(), Src: src, Name: a.Name, Label: cmp.Or(a.Alt.In(l), a.Name), Width: a.Width, Height: a.Height, Size: p.Bytes(a.Size), Lang: l.Tag(), Dir: l.Dir()}
	x.Legend = picture{Caption: a.Caption[l], Credit: creditLine(p, a)}
	if a.Licence != "" {
		x.Legend.Licence, x.Legend.LicenceHref = p.T("publish.licence."+string(a.Licence)), a.Licence.Address()
	}
	if a.Duration > 0 {
		x.Length = p.Digits(caption.Clock((time.Duration(a.Duration) * time.Millisecond).Round(time.Second)))
	}
	for _, k := range i18n.Langs {
		if a.Captions[k] == "" {
			continue
		}
		if at := captions(k); at != "" {
			x.Tracks = append(x.Tracks, track{at, k.Tag(), k.Name(), k == l})
		}
	}
	x.Transcript = paragraphs(a.Transcript(l))
	noCaptions, noWords := a.Unwritten([]i18n.Lang{l})
	switch {
	case len(noWords) > 0:
		x.Lacks = p.T("publish.site.media.no_words", "language", p.LanguageName(string(l)))
	case len(noCaptions) > 0:
		x.Lacks = p.T("publish.site.media.no_captions", "language", p.LanguageName(string(l)))
	}
	return x
}

// paragraphs are the parts of a plain text between empty lines.
func paragraphs(s string) (out []string) {
	for part := range strings.SplitSeq(s, "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// consolePlayer is the player for those who may view the message.
func consolePlayer(p *i18n.Printer, messageID string, a publish.Attachment) player {
	return playerOf(p, a, filePath(messageID, a), func(l i18n.Lang) string { return captionsPath(messageID, a.ID) + "/" + string(l) })
}

func trackHref(file string, l i18n.Lang) string {
	return "/media/" + file + "/captions/" + string(l) + ".vtt"
}

// captionsFile serves captions of a public film: GET /media/{file}/captions/{track}.
func (s *site) captionsFile(w http.ResponseWriter, r *http.Request) error {
	l, ok := trackLang(r)
	if !ok {
		return errs.New(errs.NotFound, "")
	}
	a, words, err := s.Service.PublicTrack(r.Context(), r.PathValue("file"), l)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "public, max-age=300")
	sendCaptions(w, r, a, words)
	return nil
}

// trackLang is the language of the captions that are asked for: LANG.vtt of a file.
func trackLang(r *http.Request) (i18n.Lang, bool) {
	name, vtt := strings.CutSuffix(r.PathValue("track"), ".vtt")
	l, known := i18n.Parse(name)
	return l, vtt && known && string(l) == name && id.Valid(r.PathValue("file"))
}

// captionsTrack serves captions to those who may view the message:
// GET /console/messages/{id}/files/{file}/captions/{lang}.
func (c *console) captionsTrack(w http.ResponseWriter, r *http.Request) error {
	l, known := i18n.Parse(r.PathValue("lang"))
	if !known {
		return errs.New(errs.NotFound, "")
	}
	a, words, err := c.svc.Track(r.Context(), r.PathValue("file"), l)
	if err != nil {
		return err
	}
	sendCaptions(w, r, a, words)
	return nil
}

func sendCaptions(w http.ResponseWriter, r *http.Request, a publish.Attachment, words string) {
	sum := sha256.Sum256([]byte(words))
	h := w.Header()
	h.Set("Content-Type", "text/vtt; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Etag", `"`+hex.EncodeToString(sum[:])+`"`)
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(words))
}
