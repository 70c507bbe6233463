package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"sifara/internal/errs"
	"sifara/internal/i18n"
)

// languageCookie remembers the console's language; it says nothing of the
// person.
const languageCookie = "sifara_lang"

// language puts the printer of the request's language into its context: the
// path's on the public site, else the cookie's, else what the browser prefers.
func (s *Server) language(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l := s.languageOf(r)
		if !isAsset(r.URL.Path) {
			w.Header().Set("Content-Language", l.Tag())
		}
		next.ServeHTTP(w, r.WithContext(i18n.WithPrinter(r.Context(), s.o.Catalogue.Printer(l))))
	})
}

func (s *Server) languageOf(r *http.Request) i18n.Lang {
	if areaOf(r.URL.Path) == areaSite {
		first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		if l, ok := i18n.Parse(first); ok {
			return l
		}
	}
	if areaOf(r.URL.Path) != areaAPI {
		if c, err := r.Cookie(languageCookie); err == nil {
			if l, ok := i18n.Parse(c.Value); ok {
				return l
			}
		}
	}
	return i18n.Match(r.Header.Get("Accept-Language"))
}

// SetLanguage remembers the console's language in a cookie for a year.
func SetLanguage(w http.ResponseWriter, r *http.Request, l i18n.Lang) {
	secure := r.TLS != nil
	if s := of(r.Context()); s != nil {
		secure = s.o.Secure
	}
	http.SetCookie(w, &http.Cookie{Name: languageCookie, Value: string(l), Path: "/", MaxAge: int((365 * 24 * time.Hour).Seconds()), HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode})
}

// chooseLanguage is the console's language switch: GET /console/language with
// lang and the path to return to.
func (s *Server) chooseLanguage(w http.ResponseWriter, r *http.Request) error {
	l, ok := i18n.Parse(r.FormValue("lang"))
	if !ok {
		return errs.New(errs.Invalid, "web.language")
	}
	SetLanguage(w, r, l)
	return Redirect(w, r, LocalPath(r.FormValue("back"), "/console"))
}

// LocalPath gives path when it is one of our own, else fallback, so that no
// form can be made to send people elsewhere.
func LocalPath(path, fallback string) string {
	u, err := url.Parse(path)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.ContainsAny(path, "\\\r\n\t") {
		return fallback
	}
	return path
}
