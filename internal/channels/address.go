package channels

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"sifara/internal/i18n"
	"sifara/internal/text"
)

// Address is what a person typed or pasted to name an account, read as far as
// it can be told. Platform is empty for a bare name, which may be on any.
// Name is in the one spelling under which accounts are compared: no "@", small
// letters, a host without "www". It is empty when nothing could be read.
type Address struct {
	Platform Platform
	Name     string
}

// maxAddress bounds what is looked at of a text.
const maxAddress = 500

var (
	phone     = regexp.MustCompile(`^(\+|00)?[0-9][0-9 ().-]{6,20}$`)
	federated = regexp.MustCompile(`^[^@/\s]+@[^@/\s]+\.[^@/\s]+$`)
	domain    = regexp.MustCompile(`^[^@/\s.]+(\.[^@/\s.]+)+$`)
)

// ParseAddress reads a handle ("@mofa", "press@social.example"), a web address
// in any form ("x.com/mofa?s=20"), a telephone number or a mail address. It
// never fails: what cannot be told has no platform, or no name.
func ParseAddress(s string) Address {
	s = strings.TrimSpace(norm.NFC.String(text.Line(s)))
	if len(s) > maxAddress {
		return Address{}
	}
	if a, ok := parseURL(s); ok {
		return a
	}
	digits := i18n.ParseDigits(s)
	switch name := strings.TrimPrefix(s, "@"); {
	case phone.MatchString(digits):
		return Address{WhatsApp, phoneName(digits)}
	case federated.MatchString(name) && name != s:
		return Address{ActivityPub, fediName(name)}
	case federated.MatchString(name):
		// A mail address and a fediverse handle look the same.
		return Address{"", fediName(name)}
	default:
		return Address{"", plainName(name)}
	}
}

func parseURL(s string) (Address, bool) {
	scheme, rest, found := strings.Cut(s, ":")
	if found && strings.EqualFold(scheme, "mailto") {
		to, _, _ := strings.Cut(rest, "?")
		return Address{Email, fediName(strings.TrimSpace(to))}, true
	}
	if found && strings.HasPrefix(rest, "//") {
		if !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") {
			return Address{}, true
		}
	} else {
		host, _, path := strings.Cut(s, "/")
		if strings.HasPrefix(s, "@") || !domain.MatchString(host) || !path && !likeHost(host) {
			return Address{}, false
		}
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" {
		return Address{}, true
	}
	return onHost(hostName(u.Hostname()), u), true
}

// likeHost tells "mofa.gov.iq" from a user name with a dot in it, "mofa.iraq":
// it has an ending in use for sites of institutions, or two dots.
func likeHost(s string) bool {
	if strings.Count(s, ".") > 1 {
		return true
	}
	end := strings.ToLower(s[strings.LastIndexByte(s, '.')+1:])
	switch end {
	case "com", "org", "net", "info", "int", "gov", "edu", "eu", "iq", "krd", "me", "app", "social", "online", "site":
		return true
	}
	return len(end) == 2
}

// onHost reads the path of a web address as the platform of its host does.
func onHost(host string, u *url.URL) Address {
	path := strings.Split(strings.Trim(u.Path, "/"), "/")
	first := path[0]
	p, known := hosts[host]
	switch {
	case !known && strings.HasPrefix(first, "@"):
		return Address{ActivityPub, fediName(strings.TrimPrefix(first, "@") + atHost(first, host))}
	case !known && first == "users" && len(path) > 1:
		return Address{ActivityPub, fediName(path[1] + "@" + host)}
	case !known:
		return Address{Website, host}
	}
	switch second := at(path, 1); {
	case p == Facebook && first == "profile.php":
		first = u.Query().Get("id")
	case p == Facebook && first == "pages" || first == "people" && len(path) > 2:
		first = at(path, len(path)-1)
	case p == LinkedIn && (first == "company" || first == "in" || first == "school" || first == "showcase"),
		p == Bluesky && first == "profile",
		p == Telegram && first == "s",
		p == YouTube && (first == "c" || first == "user"),
		p == Instagram && first == "stories":
		first = second
	case p == YouTube && first == "channel":
		return Address{p, "channel/" + second} // such an id tells capitals from small letters
	case p == WhatsApp && (first == "send" || first == ""):
		first = u.Query().Get("phone")
	case p == WhatsApp && first == "channel":
		return Address{p, "channel/" + second}
	}
	return Address{p, nameOn(p, first)}
}

func atHost(user, host string) string {
	if strings.Count(user, "@") > 1 { // a profile seen on another server
		return ""
	}
	return "@" + host
}

func at(path []string, i int) string {
	if i < len(path) {
		return path[i]
	}
	return ""
}

// nameOn is the spelling of a name by which accounts of a platform are
// compared.
func nameOn(p Platform, name string) string {
	switch p {
	case WhatsApp:
		if phone.MatchString(i18n.ParseDigits(name)) {
			return phoneName(i18n.ParseDigits(name))
		}
	case Facebook:
		return strings.ReplaceAll(plainName(name), ".", "") // points mean nothing there
	case Email, Mastodon, ActivityPub:
		return fediName(name)
	case Website:
		return hostName(name)
	}
	return plainName(name)
}

func plainName(s string) string {
	s = strings.TrimLeft(strings.TrimSpace(s), "@")
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, strings.ToLower(s))
}

func fediName(s string) string {
	user, host, ok := strings.Cut(plainName(s), "@")
	if !ok {
		return user
	}
	return user + "@" + hostName(host)
}

// hostName is a host in small letters of the domain name system, so that
// "mоfa.gov.iq" with a foreign "о" is seen as the other name that it is.
func hostName(s string) string {
	s = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(s)), ".")
	if ascii, err := idna.Lookup.ToASCII(s); err == nil {
		s = ascii
	}
	return strings.TrimPrefix(s, "www.")
}

func phoneName(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
	return strings.TrimPrefix(s, "00")
}

// key is what is unique in the register.
func (a Address) key() string { return string(a.Platform.space()) + ":" + a.Name }

// addressOf is the address of an account to be registered: its handle read on
// its platform, or for a whole address what it leads to.
func addressOf(p Platform, handle, link string) Address {
	if handle == "" {
		handle = link
	}
	if a, ok := parseURL(strings.TrimSpace(handle)); ok && a.Platform.space() == p.space() {
		return Address{p, a.Name}
	}
	if p == Other {
		return Address{p, plainName(handle)}
	}
	return Address{p, nameOn(p, handle)}
}
