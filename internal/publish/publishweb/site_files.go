package publishweb

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/web/static"
)

type urlset struct {
	XMLName xml.Name     `xml:"urlset"`
	NS      string       `xml:"xmlns,attr"`
	XHTML   string       `xml:"xmlns:xhtml,attr"`
	URLs    []sitemapURL `xml:"url"`
}

type sitemapURL struct {
	Loc        string      `xml:"loc"`
	LastMod    string      `xml:"lastmod,omitempty"`
	Alternates []alternate `xml:"xhtml:link"`
}

type alternate struct {
	Rel  string `xml:"rel,attr"`
	Lang string `xml:"hreflang,attr"`
	Href string `xml:"href,attr"`
}

// maxSitemap bounds the addresses of the one file; the protocol allows 50,000.
const maxSitemap = 45_000

// sitemap lists every public page in each of its languages, the newest
// statements first.
func (s *site) sitemap(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	set := urlset{NS: "http://www.sitemaps.org/schemas/sitemap/0.9", XHTML: "http://www.w3.org/1999/xhtml"}
	for _, path := range []string{"", "/missions", "/statements", "/verify", "/search", "/accounts"} {
		s.addPage(&set, path, i18n.Langs, "")
	}
	open, err := s.openMissions(ctx)
	if err != nil {
		return err
	}
	for _, m := range open {
		s.addPage(&set, "/missions/"+m.Slug, i18n.Langs, "")
		s.addPage(&set, "/missions/"+m.Slug+"/statements", i18n.Langs, "")
	}
	f := publish.ReleasedFilter{Limit: 500}
	for len(set.URLs) < maxSitemap {
		part, err := s.Service.Released(ctx, f)
		if err != nil {
			return err
		}
		for _, m := range part {
			s.addPage(&set, "/statements/"+m.Slug, m.Langs(), m.ChangedAt().Std().Format(time.RFC3339))
		}
		if len(part) < f.Limit {
			break
		}
		f.Before = publish.PlaceOf(part[len(part)-1])
	}
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	if _, err := w.Write([]byte(xml.Header)); err != nil {
		return nil // the reader has gone
	}
	return xml.NewEncoder(w).Encode(set)
}

// addPage adds one page in its languages, each naming the others.
func (s *site) addPage(set *urlset, path string, langs []i18n.Lang, changed string) {
	var others []alternate
	for _, l := range langs {
		others = append(others, alternate{"alternate", l.Tag(), s.BaseURL + "/" + string(l) + path})
	}
	for _, a := range others {
		set.URLs = append(set.URLs, sitemapURL{Loc: a.Href, LastMod: changed, Alternates: others})
	}
}

// robots tells honest programs what is not for them.
func (s *site) robots(w http.ResponseWriter, _ *http.Request) error {
	return plainText(w, "User-agent: *\nDisallow: /console\nDisallow: /api/\nDisallow: /*/search\n\nSitemap: "+s.BaseURL+"/sitemap.xml\n")
}

// favicon leads old browsers to the mark.
func (s *site) favicon(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "public, max-age=3600")
	http.Redirect(w, r, static.Path("icon.svg"), http.StatusFound)
	return nil
}

// security says where to report a weakness (RFC 9116).
func (s *site) security(w http.ResponseWriter, r *http.Request) error {
	ministry, err := s.Org.Ministry(r.Context())
	if err != nil && errs.KindOf(err) != errs.NotFound {
		return err
	}
	contact := s.BaseURL + "/en"
	if ministry.Email != "" {
		contact = "mailto:" + ministry.Email
	}
	var langs []string
	for _, l := range i18n.Langs {
		langs = append(langs, l.Tag())
	}
	slices.Sort(langs)
	// Valid for half a year or more, changing twice a year.
	now := s.Clock.Now().UTC()
	until := time.Date(now.Year(), now.Month()/7*6+13, 1, 0, 0, 0, 0, time.UTC)
	return plainText(w, fmt.Sprintf("Contact: %s\nExpires: %s\nPreferred-Languages: %s\nCanonical: %s/.well-known/security.txt\n",
		contact, until.Format(time.RFC3339), strings.Join(langs, ", "), s.BaseURL))
}

func plainText(w http.ResponseWriter, text string) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=300")
	_, _ = w.Write([]byte(text)) // the reader may have gone
	return nil
}
