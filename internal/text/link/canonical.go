package link

import (
	"net/url"
	"path"
	"slices"
	"strings"

	"golang.org/x/net/idna"
)

const (
	longest = 4096 // bytes; what is longer is no address that people share
	nested  = 6    // redirects inside redirects that are undone
)

// Canonical gives the one spelling of a web address, "https://host/path?query",
// or "" when s is none (no host with a dot, another scheme, longer than 4 KiB
// as given or when escaped).
// Idempotent.
//
//   - The address inside a known redirect, archive, cache or translation takes
//     the place of what wraps it (l.facebook.com, google.com/url, outlook safe
//     links, ampproject.org, web.archive.org, translate.goog …).
//   - http and https are one; user, port of the scheme, "www.", "m.", "mobile.",
//     "amp." and the fragment fall away; international names are in ASCII.
//   - Tracking parameters (utm_…, fbclid, gclid …) are dropped, the others are
//     sorted; AMP marks, "index.html" and slashes at the end fall away.
//   - youtu.be, shorts and embeds become youtube.com/watch; a post on X is
//     twitter.com/i/status/N, without the author's name.
func Canonical(s string) string {
	for range nested {
		u := parse(s)
		if u == nil {
			return ""
		}
		inner := carried(u)
		if inner == "" || parse(inner) == nil {
			return spell(u)
		}
		s = inner
	}
	return spell(parse(s))
}

// parse reads an address, also without scheme; nil when it is none.
func parse(s string) *url.URL {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > longest {
		return nil
	}
	if strings.HasPrefix(s, "//") {
		s = "https:" + s
	} else if !strings.Contains(s, "://") {
		if before, _, _ := strings.Cut(s, "/"); strings.Contains(before, "@") {
			return nil // mail
		}
		s = "https://" + s
	}
	u, err := url.Parse(strings.ToValidUTF8(s, ""))
	if err != nil || !strings.EqualFold(u.Scheme, "http") && !strings.EqualFold(u.Scheme, "https") {
		return nil
	}
	host := strings.Trim(strings.ToLower(u.Hostname()), ".")
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		host = ascii
	}
	if !strings.Contains(host, ".") || strings.ContainsAny(host, " \t\n/?#@%:[]<>\\\"'") || strings.Contains(host, "..") {
		return nil
	}
	port := u.Port()
	if port != "" && port != "80" && port != "443" {
		host += ":" + port
	}
	u.Host = bare(host)
	return u
}

// bare takes the labels of telephones and of caches from a host that has others.
func bare(host string) string {
	labels := strings.Split(host, ".")
	for len(labels) > 2 && slices.Contains(dispensable, labels[0]) {
		labels = labels[1:]
	}
	for len(labels) > 3 && labels[1] == "m" { // ar.m.wikipedia.org
		labels = slices.Delete(labels, 1, 2)
	}
	return strings.Join(labels, ".")
}

// spell writes an address that carries no other.
func spell(u *url.URL) string {
	if u == nil {
		return ""
	}
	q := query(u)
	p := place(u.Path)
	u.Host, p, q = platform(u.Host, p, q)
	out := "https://" + u.Host + (&url.URL{Path: p}).EscapedPath()
	if len(q) > 0 {
		out += "?" + q.Encode()
	}
	if len(out) > longest { // by escaping
		return ""
	}
	return out
}

// place cleans a path: no dots, no double slashes, no AMP, no index page.
func place(p string) string {
	p = path.Clean("/" + p)
	for {
		before := p
		for _, end := range indexPages {
			p = strings.TrimSuffix(p, end)
		}
		p = strings.TrimSuffix(p, "/")
		if rest, ok := strings.CutPrefix(p, "/amp/"); ok {
			p = "/" + rest
		}
		if p == before {
			return p
		}
	}
}

// query keeps the parameters that say which page it is.
func query(u *url.URL) url.Values {
	q, _ := url.ParseQuery(u.RawQuery) // what can be read of a broken one
	for k, v := range q {
		name := strings.ToLower(k)
		amp := slices.Contains(ampParameters, name) && (v[0] == "" || v[0] == "1" || v[0] == "amp" || v[0] == "true")
		if amp || slices.Contains(tracking, name) || slices.ContainsFunc(trackingPrefixes, func(p string) bool { return strings.HasPrefix(name, p) }) {
			delete(q, k)
			continue
		}
		slices.Sort(v)
		q[k] = slices.Compact(v)
	}
	return q
}
