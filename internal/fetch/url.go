package fetch

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

const maxURL = 4096

// CheckURL says whether an address has a form we could ask (http or https, a
// host, no user name or password): for a form field, before anything is saved.
// It does not look up the name; that is checked at each connection. The error
// is ErrURL, or ErrAddress for a number that is not a public address.
func CheckURL(text string) error {
	if len(text) > maxURL {
		return ErrURL
	}
	u, err := url.Parse(text)
	if err != nil {
		return ErrURL
	}
	if err := checkURL(u); err != nil {
		return err
	}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil && !public(a) {
		return ErrAddress
	}
	return nil
}

// CheckURL is the function of that name for an address that this client is to
// ask: what Options.Allow names is taken too. A nil client allows nothing.
func (c *Client) CheckURL(text string) error {
	err := CheckURL(text)
	if c == nil || !errors.Is(err, ErrAddress) {
		return err
	}
	u, parseErr := url.Parse(text)
	if parseErr != nil || checkURL(u) != nil {
		return err
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	if c.guard.check("tcp6", net.JoinHostPort(u.Hostname(), port)) != nil {
		return err
	}
	return nil
}

func checkURL(u *url.URL) error {
	host := u.Hostname()
	switch {
	case u.Scheme != "http" && u.Scheme != "https", u.Opaque != "", u.User != nil:
		return ErrURL
	case host == "", len(host) > 253, strings.ContainsAny(host, "%\\ "), len(u.String()) > maxURL:
		return ErrURL
	case numeric(host):
		return ErrAddress
	}
	return nil
}

// numeric finds the old spellings of an IPv4 address (2130706433, 0x7f.1,
// 127.1, 0177.0.0.1) that some resolvers still understand. No name may end in a
// number (WHATWG URL, "ends in a number").
func numeric(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return false
	}
	host = strings.TrimSuffix(host, ".")
	last := strings.ToLower(host[strings.LastIndexByte(host, '.')+1:])
	if hex, ok := strings.CutPrefix(last, "0x"); ok {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return strings.Trim(last, "0123456789") == ""
}

// trail notes, for one Do, where permanent redirects led.
type trail struct {
	movedTo   string
	temporary bool // a redirect was not permanent: nothing after it is either
}

type trailKey struct{}

// kept are the headers that may be told to another host.
var kept = []string{"Accept", "Accept-Language"}

func (c *Client) checkRedirect(req *http.Request, via []*http.Request) error {
	first, last := via[0], via[len(via)-1]
	if c.o.MaxRedirects < 0 || first.Method != http.MethodGet && first.Method != http.MethodHead {
		return http.ErrUseLastResponse
	}
	if len(via) > c.o.MaxRedirects {
		return ErrRedirects
	}
	if err := checkURL(req.URL); err != nil {
		return err
	}
	req.Header.Del("Referer") // would tell others an address that may hold a token
	if req.URL.Scheme != last.URL.Scheme || req.URL.Host != last.URL.Host {
		header := http.Header{}
		for _, name := range kept {
			if v := req.Header.Values(name); len(v) > 0 {
				header[name] = v
			}
		}
		req.Header = header
	}
	if tr, ok := req.Context().Value(trailKey{}).(*trail); ok {
		status := req.Response.StatusCode
		tr.temporary = tr.temporary || status != http.StatusMovedPermanently && status != http.StatusPermanentRedirect
		if !tr.temporary {
			tr.movedTo = req.URL.String()
		}
	}
	return nil
}
