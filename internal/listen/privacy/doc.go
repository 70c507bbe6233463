// Package privacy keeps listening from becoming the watching of people (R4.7):
// it knows how accounts are named, refuses questions that single out a private
// one, and hides numbers so small that they speak of a few.
package privacy

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Ats are the signs that stand before a handle: common, full width and small.
const Ats = "@＠﹫"

// BareHandle is how handles are compared: without @, in lower case.
func BareHandle(s string) string {
	return strings.ToLower(strings.TrimLeft(strings.TrimSpace(s), Ats))
}

// HandleRune reports whether a handle can hold a character.
func HandleRune(r rune) bool {
	return r == '_' || r == '.' || r == '-' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || unicode.Is(unicode.Cf, r)
}

// WordRune reports whether a character is part of a word.
func WordRune(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// HandlePrefix is the handle at the beginning of s, without the full stop or
// dash that ends a sentence; empty when there is none.
func HandlePrefix(s string) string {
	end := strings.IndexFunc(s, func(r rune) bool { return !HandleRune(r) })
	if end < 0 {
		end = len(s)
	}
	name := strings.TrimRight(s[:end], ".-")
	if !strings.ContainsFunc(name, WordRune) {
		return ""
	}
	return name
}

// handleSuffix is the handle at the end of s.
func handleSuffix(s string) string {
	start := strings.LastIndexFunc(s, func(r rune) bool { return !HandleRune(r) })
	if start >= 0 {
		_, n := utf8.DecodeRuneInString(s[start:])
		start += n
	} else {
		start = 0
	}
	name := strings.TrimLeft(s[start:], ".-")
	if !strings.ContainsFunc(name, WordRune) {
		return ""
	}
	return name
}

// social are hosts whose paths name accounts.
var social = map[string]bool{
	"twitter.com": true, "mobile.twitter.com": true, "x.com": true, "instagram.com": true, "facebook.com": true,
	"m.facebook.com": true, "fb.com": true, "t.me": true, "telegram.me": true, "tiktok.com": true, "youtube.com": true,
	"vk.com": true, "m.vk.com": true, "ok.ru": true, "linkedin.com": true, "periscope.tv": true, "pscp.tv": true, "ask.fm": true,
	"threads.net": true, "bsky.app": true, "snapchat.com": true, "reddit.com": true, "tumblr.com": true, "vine.co": true,
	"livejournal.com": true, "soundcloud.com": true, "flickr.com": true, "curiouscat.me": true, "patreon.com": true,
	"paypal.me": true, "gofundme.com": true, "wa.me": true,
}

// Social reports whether the paths of a host name accounts.
func Social(host string) bool { return social[strings.TrimPrefix(strings.ToLower(host), "www.")] }
