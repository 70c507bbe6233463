package publishweb

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/org"
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

func newURLSet() urlset {
	return urlset{NS: "http://www.sitemaps.org/schemas/sitemap/0.9", XHTML: "http://www.w3.org/1999/xhtml"}
}

// sitemap names the site maps: GET /sitemap.xml.
func (s *site) sitemap(w http.ResponseWriter, r *http.Request) error {
	open, err := s.openMissions(r.Context())
	if err != nil {
		return err
	}
	index := sitemapIndex{NS: "http://www.sitemaps.org/schemas/sitemap/0.9", Maps: []sitemapRef{{s.BaseURL + "/sitemap-ministry.xml"}}}
	for _, m := range open {
		index.Maps = append(index.Maps, sitemapRef{s.BaseURL + "/sitemaps/" + m.Slug + ".xml"})
	}
	return writeXML(w, index)
}

// ministrySitemap lists every page of the ministry in each of its languages,
// the newest statements first: GET /sitemap-ministry.xml.
func (s *site) ministrySitemap(w http.ResponseWriter, r *http.Request) error {
	set := newURLSet()
	for _, path := range []string{"", "/missions", "/statements", "/events", "/travel-advice", "/profile", "/verify", "/search", "/accounts"} {
		s.addPage(&set, path, i18n.Langs, "")
	}
	if err := s.addPlaces(r.Context(), &set, org.Mission{}); err != nil {
		return err
	}
	if err := s.addReleased(r.Context(), &set, publish.ReleasedFilter{Ministry: true}); err != nil {
		return err
	}
	return writeXML(w, set)
}

// addReleased adds what was released, the newest first.
func (s *site) addReleased(ctx context.Context, set *urlset, f publish.ReleasedFilter) error {
	f.Limit = 500
	for len(set.URLs) < maxSitemap {
		part, err := s.Service.Released(ctx, f)
		if err != nil {
			return err
		}
		for _, m := range part {
			s.addPage(set, "/statements/"+m.Slug, m.Langs(), m.ChangedAt().Std().Format(time.RFC3339))
		}
		if len(part) < f.Limit {
			break
		}
		f.Before = publish.PlaceOf(part[len(part)-1])
	}
	return nil
}

// writeXML answers with a file of a site map.
func writeXML(w http.ResponseWriter, v any) error {
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	if _, err := w.Write([]byte(xml.Header)); err != nil {
		return nil // the reader has gone
	}
	return xml.NewEncoder(w).Encode(v)
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
