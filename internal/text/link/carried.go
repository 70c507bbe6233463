package link

import (
	"net/url"
	"strings"
)

// carried is the address inside the address of a redirect, an archive, a cache
// or a translation; "" when there is none.
func carried(u *url.URL) string {
	q := u.Query()
	for _, r := range redirects {
		if !hostIs(u.Host, r.host) || r.path != "" && strings.TrimSuffix(u.Path, "/") != r.path {
			continue
		}
		for _, name := range r.parameters {
			if s := q.Get(name); strings.Contains(s, "://") {
				return s[strings.LastIndexByte(s[:strings.Index(s, "://")], ' ')+1:]
			}
		}
	}
	for _, unwrap := range []func(*url.URL) string{cached, archived, translated, defended} {
		if s := unwrap(u); s != "" {
			return s
		}
	}
	return ""
}

// hostIs compares a host with one of the table, or with a part of it at its end.
func hostIs(host, want string) bool {
	if strings.HasSuffix(want, "google") {
		rest, ok := strings.CutPrefix(host, want+".")
		return ok && len(rest) <= 6 // com, iq, co.uk, com.tr
	}
	return host == want || strings.HasSuffix(host, "."+want) && strings.Contains(want, "outlook")
}

// cached undoes AMP caches: google.com/amp/s/HOST/…, HOST.cdn.ampproject.org/c/s/HOST/….
func cached(u *url.URL) string {
	rest := ""
	switch {
	case hostIs(u.Host, "google"):
		rest, _ = strings.CutPrefix(u.Path, "/amp/")
	case strings.HasSuffix(u.Host, "cdn.ampproject.org"):
		for _, kind := range []string{"/c/", "/v/", "/wp/"} {
			if r, ok := strings.CutPrefix(u.Path, kind); ok {
				rest = r
			}
		}
	}
	return withQuery(strings.TrimPrefix(rest, "s/"), u)
}

// archived undoes web.archive.org/web/20200101000000/ADDRESS and its kind.
func archived(u *url.URL) string {
	var rest string
	switch u.Host {
	case "web.archive.org":
		rest, _ = strings.CutPrefix(u.Path, "/web/")
		_, rest, _ = strings.Cut(rest, "/")
	case "archive.is", "archive.ph", "archive.today", "archive.org", "12ft.io":
		if i := strings.Index(u.Path, "/http"); i >= 0 {
			rest = u.Path[i+1:]
		}
	case "href.li":
		return u.RawQuery
	}
	if rest == "" || !strings.HasPrefix(rest, "http") {
		return ""
	}
	if !strings.Contains(rest, "://") { // some clean double slashes
		rest = strings.Replace(rest, ":/", "://", 1)
	}
	return withQuery(rest, u)
}

// translated undoes news-example-com.translate.goog.
func translated(u *url.URL) string {
	label, ok := strings.CutSuffix(u.Host, ".translate.goog")
	if !ok {
		return ""
	}
	host := strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(label, "--", "\x00"), "-", "."), "\x00", "-")
	q := u.Query()
	for k := range q {
		if strings.HasPrefix(k, "_x_tr_") {
			q.Del(k)
		}
	}
	return withQuery(host+u.EscapedPath(), &url.URL{RawQuery: q.Encode()})
}

// defended undoes Proofpoint's second and third spelling.
func defended(u *url.URL) string {
	switch {
	case u.Host == "urldefense.proofpoint.com" && u.Path == "/v2/url":
		s, err := url.QueryUnescape(strings.NewReplacer("-", "%", "_", "/").Replace(u.Query().Get("u")))
		if err == nil {
			return s
		}
	case u.Host == "urldefense.com" && strings.HasPrefix(u.Path, "/v3/__"):
		s, _, _ := strings.Cut(strings.TrimPrefix(u.EscapedPath(), "/v3/__"), "__;")
		if !strings.Contains(s, "*") && !strings.Contains(strings.ToUpper(s), "%2A") { // a star stands for a sign kept elsewhere
			return withQuery(s, &url.URL{})
		}
	}
	return ""
}

func withQuery(s string, u *url.URL) string {
	if s == "" || u.RawQuery == "" {
		return s
	}
	return s + "?" + u.RawQuery
}
