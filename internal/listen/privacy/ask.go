package privacy

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// longNumber is the least number of digits by which a question names a
// telephone or an account instead of a quantity or a day.
const longNumber = 9

// Named finds the first private account that a question singles out: by a
// mention (@name, name@host), by an address at a social platform, by an
// operator such as from:name, or by a long number. allowed says which accounts
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
	for _, find := range []func(string) []string{mentions, addresses, operators, numbers} {
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
		case unicode.IsControl(r):
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

// mentions are what stands on either side of an @.
func mentions(s string) []string {
	var out []string
	for i, r := range s {
		if r != '@' {
			continue
		}
		after := HandlePrefix(strings.TrimLeft(s[i+1:], "@ "))
		before := handleSuffix(strings.TrimRight(s[:i], " "))
		spaced := i > 0 && s[i-1] == ' '
		switch {
		case after != "" && (before == "" || spaced):
			out = append(out, after)
		case before != "":
			out = append(out, before)
		}
	}
	return out
}

var host = regexp.MustCompile(`(?i)([a-z0-9-]+(?:\.[a-z0-9-]+)+)/+@?([^\s/?#"']*)`)

// addresses are the first parts of paths at social platforms.
func addresses(s string) []string {
	var out []string
	for _, m := range host.FindAllStringSubmatch(s, -1) {
		if Social(m[1]) && m[2] != "" {
			out = append(out, m[2])
		}
	}
	return out
}

var operator = regexp.MustCompile(`(?i)(?:^|[\s("'-])(?:from|author|user|username|mention|mentions|by|to|account|profile|handle|u|من|کاتب|حساب|نووسەر|هەژمار)\s*[:=]\s*["']?([^\s"')]+)`)

// operators are the names behind words by which other searches ask for people.
func operators(s string) []string {
	var out []string
	for _, m := range operator.FindAllStringSubmatch(s, -1) {
		if h := HandlePrefix(strings.TrimLeft(m[1], "@")); h != "" {
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
