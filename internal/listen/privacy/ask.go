package privacy

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// longNumber is the least number of digits by which a question names a
// telephone or an account instead of a quantity or a day.
const longNumber = 9

// Named finds the first private account that a question singles out: by a
// mention (@name, name@host), by an address at a social platform, by an
// operator such as from:name, by an identifier that platforms give accounts
// (a DID, a channel id), or by a long number. allowed says which accounts
// may be asked for, by their bare handles; nil allows none. The handle is given
// as it is compared, for a keyed hash in a log, never for showing.
//
// The question is looked at as a reader sees it: invisible characters, other
// widths and other digits make no difference.
func Named(question string, allowed func(handle string) bool) (handle string, found bool) {
	if allowed == nil {
		allowed = func(string) bool { return false }
	}
	s := plain(question)
	for _, find := range []func(string) []string{mentions, addresses, operators, identifiers, numbers} {
		for _, h := range find(s) {
			if h = BareHandle(h); h != "" && !allowed(h) {
				return h, true
			}
		}
	}
	return "", false
}

// plain is a question without tricks of writing.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Mn, r), r == '\u115f', r == '\u1160', r == '\u3164':
			return -1
		case unicode.IsControl(r), unicode.IsSpace(r), unicode.Is(unicode.Z, r), r == '\u2800':
			return ' '
		case unicode.IsDigit(r) && r > unicode.MaxASCII:
			return digit(r)
		}
		return r
	}, norm.NFKC.String(s))
}

// digit is the ASCII digit of a decimal digit in any script: the digits of a
// script stand in a row of ten that begins with its zero.
func digit(r rune) rune {
	zero := r
	for unicode.IsDigit(zero-1) && r-(zero-1) < 10 {
		zero--
	}
	return '0' + (r - zero)
}

// mentions are what stands on either side of an @. Of name@host it is the name;
// of name@name, which may hide one behind another, both.
func mentions(s string) []string {
	var out []string
	for at := strings.IndexByte(s, '@'); at >= 0; {
		// Signs behind an @ hide no name. Each is passed once, however many
		// there are: a question of a million @ must not take minutes.
		next := strings.IndexFunc(s[at:], func(r rune) bool { return r == '.' || r == '-' || WordRune(r) })
		if next < 0 {
			next = len(s) - at
		}
		after := HandlePrefix(s[at+next:])
		before := handleSuffix(strings.TrimRight(s[:at], " "))
		if at > 0 && s[at-1] == ' ' && after != "" {
			before = ""
		}
		if before != "" {
			out = append(out, before)
		}
		if after != "" && (before == "" || !strings.Contains(after, ".")) {
			out = append(out, after)
		}
		s = s[at+next:]
		at = strings.IndexByte(s, '@')
	}
	return out
}

var host = regexp.MustCompile(`(?i)([a-z0-9-]+(?:\.[a-z0-9-]+)+)/+([^\s"'<>()]*)`)

// addresses are the parts of paths that name accounts: the first at social
// platforms that says more than what kind of page it is, and at any host what
// follows /users/, as the servers of the Fediverse name theirs.
func addresses(s string) []string {
	var out []string
	for _, m := range host.FindAllStringSubmatch(s, -1) {
		path, query, _ := strings.Cut(m[2], "?")
		path, _, _ = strings.Cut(path, "#")
		parts := strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
		if !Social(m[1]) {
			if i := slices.Index(parts, "users"); i >= 0 && i+1 < len(parts) {
				out = append(out, parts[i+1])
			}
			continue
		}
		if id := accountID.FindStringSubmatch(query); id != nil {
			out = append(out, id[1])
		}
		for _, p := range parts {
			kind := strings.ToLower(p)
			if leading[kind] {
				continue
			}
			if !content[kind] {
				out = append(out, strings.TrimRight(p, ".,;:!"))
			}
			break
		}
	}
	return out
}

var accountID = regexp.MustCompile(`(?i)(?:^|&)(?:id|user|channel_id|screen_name|u)=([^&\s]+)`)

// leading are parts of paths behind which an account's name stands; content
// are those behind which something else does.
var (
	leading = map[string]bool{
		"profile": true, "profile.php": true, "user": true, "users": true, "u": true, "c": true, "channel": true, "in": true, "company": true,
		"people": true, "pages": true, "s": true, "intent": true, "add": true, "stories": true, "i": true, "web": true, "pg": true,
	}
	content = map[string]bool{
		"hashtag": true, "hashtags": true, "tag": true, "tags": true, "explore": true, "search": true, "watch": true, "shorts": true, "playlist": true,
		"results": true, "r": true, "groups": true, "events": true, "status": true, "p": true, "reel": true, "reels": true, "topic": true,
		"topics": true, "news": true, "jobs": true, "share": true, "sharer": true, "home": true, "feed": true, "t": true, "feeds": true,
	}
)

var identifier = regexp.MustCompile(`(?i:did:[a-z0-9]+:[a-z0-9.:%_-]+|\bnpub1[a-z0-9]{20,})|\bUC[A-Za-z0-9_-]{22}\b`)

// identifiers are what platforms call accounts by: decentralised identifiers
// (DID, as Bluesky's), keys of Nostr, channels of YouTube.
func identifiers(s string) []string { return identifier.FindAllString(s, -1) }

var operator = regexp.MustCompile(`(?i)(?:^|[^\pL\pN_])(?:from|retweets_of(?:_user)?|in_reply_to|author|user|username|screen_?name|mention|mentions|by|to|account|profile|handle|pseudonym|u|(?:user|author|account|profile|channel|owner|actor)[ _-]?id|uid|(?:ال)?كاتب|(?:ال)?حساب|(?:ال)?مستخدم|من|کاتب|نووسەر|هەژمار|بەکارهێنەر|nivîskar|hesab|bikarhêner)\s*[:=]\s*["'«“]?([^\s"')»”]+)`)

// operators are the names behind words by which other searches ask for people.
func operators(s string) []string {
	var out []string
	for _, m := range operator.FindAllStringSubmatch(s, -1) {
		if h := HandlePrefix(strings.TrimLeft(m[1], "@#")); h != "" {
			out = append(out, h)
		}
	}
	return out
}

var number = regexp.MustCompile(`[0-9]{9,}|(?:\+|(?:^|[^0-9])0)[0-9](?:[ .()/-]?[0-9]){7,}`)

// numbers are rows of digits that are too long for a quantity, or are written as
// telephone numbers are.
func numbers(s string) []string {
	var out []string
	for _, m := range number.FindAllString(s, -1) {
		digits := strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, m)
		if len(digits) >= longNumber && !days.MatchString(m) {
			out = append(out, digits)
		}
	}
	return out
}

// days are what a row of digits with a nought at the beginning may be.
var days = regexp.MustCompile(`^[^0-9]?0?[0-9][ ./-][0-9]{1,2}[ ./-](?:19|20)[0-9]{2}(?:[^0-9]|$)`)
