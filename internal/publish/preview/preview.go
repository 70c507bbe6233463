// Package preview says what of a message goes out on each channel in each
// language, and how long that is as the channel counts.
//
// What it gives follows from the title, the summary and the body of a variant,
// the kind of the message and the address of its page, and from nothing else. The
// first three are bound by the hash that approvals are given to: who has seen a
// sheet of the bound text has seen what goes out.
package preview

import (
	"slices"
	"strings"

	"sifara/internal/channels"
	"sifara/internal/i18n"
	"sifara/internal/publish"
)

// Networks are the platforms to which a text is posted, in the order in which
// they are shown. The others show the page itself.
var Networks = []channels.Platform{channels.X, channels.Facebook, channels.Instagram, channels.Telegram, channels.WhatsApp, channels.LinkedIn, channels.TikTok,
	channels.YouTube, channels.Bluesky, channels.Mastodon, channels.ActivityPub}

// Sheet is one language of a message on one network.
type Sheet struct {
	On     channels.Platform
	Lang   i18n.Lang
	Text   string // exactly what is posted, the address of the page at its end
	Length channels.Length
	// Whole says that nothing of the message is missing. Otherwise the network has
	// no room for it, and the page has the rest.
	Whole bool
}

// All gives the posts of a text on a network: one, or of a thread one for each
// part, of which the last leads to the page.
func All(on channels.Platform, kind publish.Kind, v publish.Variant, address string) []Sheet {
	if kind != publish.Thread {
		return []Sheet{Of(on, kind, v, address)}
	}
	parts := publish.Parts(v.Body)
	out := make([]Sheet, len(parts))
	for i, p := range parts {
		text := []string{publish.Plain(p)}
		if i == len(parts)-1 {
			text = append(text, address)
		}
		out[i] = Sheet{On: on, Lang: v.Lang, Text: joined(text), Whole: true}
		out[i].Length = on.Length(out[i].Text)
	}
	return out
}

// Of gives the sheet of a text on a network. The page is at address.
//
// The fullest of these that fits is taken: title, summary and body; title and
// summary; the title alone. A post is its body, which nothing takes the place of:
// when it is too long, Length says by how much.
func Of(on channels.Platform, kind publish.Kind, v publish.Variant, address string) Sheet {
	s := Sheet{On: on, Lang: v.Lang}
	for i, parts := range offers(kind, v) {
		s.Text, s.Whole = joined(append(parts, address)), i == 0
		if s.Length = on.Length(s.Text); s.Length.Over() == 0 {
			break
		}
	}
	return s
}

// offers are the texts to try, the fullest first.
func offers(kind publish.Kind, v publish.Variant) [][]string {
	body := publish.Plain(v.Body)
	if kind == publish.Post {
		return [][]string{{body}}
	}
	return [][]string{{v.Title, v.Summary, body}, {v.Title, v.Summary}, {v.Title}}
}

// joined sets what is there apart by an empty line.
func joined(parts []string) string {
	parts = slices.DeleteFunc(parts, func(s string) bool { return strings.TrimSpace(s) == "" })
	return strings.Join(parts, "\n\n")
}
