package channels

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"golang.org/x/text/unicode/norm"
)

// Unit is what a network counts a text in.
type Unit string

// The units. A grapheme is what a reader takes for one character, whatever it is
// made of (UAX #29); weighted characters are those of X, where a Chinese
// character counts as two.
const (
	Weighted  Unit = "weighted"
	Graphemes Unit = "graphemes"
	CodeUnits Unit = "utf16"
	Letters   Unit = "characters" // code points
	Bytes     Unit = "bytes"
)

// Length is the length of a text as a network counts it. Most is zero where a
// text may be as long as it likes.
type Length struct {
	Used int
	Most int
	Unit Unit
}

// Over is by how much the text is too long; zero when it fits.
func (l Length) Over() int {
	if l.Most == 0 {
		return 0
	}
	return max(0, l.Used-l.Most)
}

// Limits of a text by what the networks themselves publish. Mastodon's is the
// standard one, which a server may raise.
const (
	maxX           = 280   // docs.x.com, "Counting characters"
	maxMastodon    = 500   // app/validators/status_length_validator.rb
	maxBluesky     = 300   // lexicon app.bsky.feed.post: maxGraphemes
	maxBlueskySize = 3000  // the same: maxLength, in bytes
	maxTelegram    = 4096  // core.telegram.org/bots/api#sendmessage
	maxFacebook    = 63206 // of a post
	maxInstagram   = 2200  // of a caption
	maxTikTok      = 2200  // developers.tiktok.com, post_info.title: UTF-16 runes
	maxLinkedIn    = 3000  // of a post's commentary
	maxYouTube     = 5000  // snippet.description, in bytes
	maxWhatsApp    = 4096  // text.body
)

// linkLength is what X and Mastodon count for any address, however long.
const linkLength = 23

// Length counts a text as the platform does. Telegram counts what it calls
// characters; UTF-16 code units, in which it measures everything else, are never
// fewer, so that what fits by them fits.
func (p Platform) Length(text string) Length {
	switch p {
	case X:
		return Length{weighted(text), maxX, Weighted}
	case Mastodon, ActivityPub:
		return Length{graphemeCount(onMastodon(text)), maxMastodon, Graphemes}
	case Bluesky:
		if len(text) > maxBlueskySize {
			return Length{len(text), maxBlueskySize, Bytes}
		}
		return Length{graphemeCount(text), maxBluesky, Graphemes}
	case Telegram:
		return Length{codeUnits(text), maxTelegram, CodeUnits}
	case TikTok:
		return Length{codeUnits(text), maxTikTok, CodeUnits}
	case YouTube:
		return Length{len(text), maxYouTube, Bytes}
	case Facebook:
		return letters(text, maxFacebook)
	case Instagram:
		return letters(text, maxInstagram)
	case LinkedIn:
		return letters(text, maxLinkedIn)
	case WhatsApp:
		return letters(text, maxWhatsApp)
	}
	return letters(text, 0)
}

func letters(text string, most int) Length {
	return Length{utf8.RuneCountInString(text), most, Letters}
}

func codeUnits(text string) int {
	n := 0
	for _, r := range text {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}

func graphemeCount(text string) int {
	n := 0
	for it := graphemes.FromString(text); it.Next(); {
		n++
	}
	return n
}

// address finds addresses of Web pages as X and Mastodon do: with their scheme,
// until a space or what cannot end one. X also takes "example.com" for one; a
// text of ours names pages in full.
var address = regexp.MustCompile(`https?://[^\s<>"]*[^\s<>".,;:!?'()\[\]{}،؛؟…]`)

// remote is a name on another server, of which Mastodon counts the local part.
var remote = regexp.MustCompile(`(^|[^\w/])@([\w.-]*\w)@[\w.-]*\w`)

func onMastodon(text string) string {
	text = address.ReplaceAllString(text, strings.Repeat("x", linkLength))
	return remote.ReplaceAllString(text, "$1@$2")
}

// weighted counts as twitter-text 3 does: NFC; an address is linkLength; a
// character of most alphabets, Arabic among them, is one and any other two; an
// emoji, of however many characters it is made, is two.
func weighted(text string) int {
	text = norm.NFC.String(text)
	links := len(address.FindAllStringIndex(text, -1))
	n := links * linkLength
	for it := graphemes.FromString(address.ReplaceAllString(text, "")); it.Next(); {
		g := it.Value()
		if emoji(g) {
			n += 2
			continue
		}
		for _, r := range g {
			if light(r) {
				n++
			} else {
				n += 2
			}
		}
	}
	return n
}

// light is a character of weight 100 in twitter-text's configuration 3.
func light(r rune) bool {
	return r <= 4351 || r >= 8192 && r <= 8205 || r >= 8208 && r <= 8223 || r >= 8242 && r <= 8247
}

// emoji reports whether a grapheme is drawn as a picture: a flag, a keycap, or a
// pictograph, alone or joined.
func emoji(g string) bool {
	r, size := utf8.DecodeRuneInString(g)
	switch {
	case r >= 0x1f000 && r <= 0x1faff, strings.ContainsRune(g, 0x20e3):
		return true
	case r >= 0x2190 && r <= 0x2bff, r == 0x203c, r == 0x2049, r == 0x3030, r == 0x303d, r == 0x3297, r == 0x3299, r == 0xa9, r == 0xae:
		return strings.ContainsRune(g[size:], 0xfe0f)
	}
	return false
}
