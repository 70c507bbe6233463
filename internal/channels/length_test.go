package channels

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestLength(t *testing.T) {
	const long = "https://mofa.example/ar/statements/a-very-long-address-of-a-statement-0123456789"
	for _, c := range []struct {
		name string
		on   Platform
		text string
		want Length
	}{
		{"latin", X, "Statement", Length{9, 280, Weighted}},
		{"arabic counts one a letter", X, "بيان", Length{4, 280, Weighted}},
		{"arabic with a mark", X, "مهمٌّ", Length{5, 280, Weighted}},
		{"sorani", X, "ڕاگەیاندن", Length{9, 280, Weighted}},
		{"chinese counts two", X, "声明", Length{4, 280, Weighted}},
		{"presentation forms count two", X, "\ufe8d\ufe91", Length{4, 280, Weighted}},
		{"letter and mark made one", X, "e\u0301", Length{1, 280, Weighted}},
		{"any address is 23", X, "See " + long + ".", Length{4 + 23 + 1, 280, Weighted}},
		{"an address before an Arabic comma", X, long + "، ثم", Length{23 + 4, 280, Weighted}},
		{"two addresses", X, long + " " + long, Length{47, 280, Weighted}},
		{"emoji", X, "👍", Length{2, 280, Weighted}},
		{"family of four", X, "👨‍👩‍👧‍👦", Length{2, 280, Weighted}},
		{"flag", X, "🇮🇶", Length{2, 280, Weighted}},
		{"thumb with a skin", X, "👍🏽", Length{2, 280, Weighted}},
		{"keycap", X, "1\ufe0f\u20e3", Length{2, 280, Weighted}},
		{"curly quotes count one", X, "“a”", Length{3, 280, Weighted}},
		{"mastodon address", Mastodon, "See " + long, Length{27, 500, Graphemes}},
		{"mastodon names its neighbours shortly", Mastodon, "with @press@social.example today", Length{17, 500, Graphemes}},
		{"family on mastodon", Mastodon, "👨‍👩‍👧‍👦", Length{1, 500, Graphemes}},
		{"arabic marks are part of their letter", Bluesky, "مهمٌّ", Length{3, 300, Graphemes}},
		{"bluesky counts addresses in full", Bluesky, long, Length{len(long), 300, Graphemes}},
		{"bluesky also has bytes", Bluesky, "a" + strings.Repeat("\u0301", 1500), Length{3001, 3000, Bytes}},
		{"telegram counts an emoji as two", Telegram, "بيان 👍", Length{7, 4096, CodeUnits}},
		{"tiktok", TikTok, "👍", Length{2, 2200, CodeUnits}},
		{"facebook", Facebook, "👍", Length{1, 63206, Letters}},
		{"instagram", Instagram, "ab", Length{2, 2200, Letters}},
		{"linkedin", LinkedIn, "ab", Length{2, 3000, Letters}},
		{"whatsapp", WhatsApp, "ab", Length{2, 4096, Letters}},
		{"youtube counts bytes", YouTube, "بي", Length{4, 5000, Bytes}},
		{"our own page", Website, "ab", Length{2, 0, Letters}},
		{"nothing", X, "", Length{0, 280, Weighted}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.on.Length(c.text); got != c.want {
				t.Errorf("%s of %q: got %+v, want %+v", c.on, c.text, got, c.want)
			}
		})
	}
	if over := X.Length(strings.Repeat("a", 283)).Over(); over != 3 {
		t.Errorf("over by %d, want 3", over)
	}
	if over := Website.Length(strings.Repeat("a", 283)).Over(); over != 0 {
		t.Errorf("a page is over by %d", over)
	}
}

// FuzzLength holds what is true of every text: nothing is counted below zero or
// above two for each code point and what an address adds, and none panics.
func FuzzLength(f *testing.F) {
	f.Add("بيان https://mofa.example/x 👨‍👩‍👧‍👦 @a@b.example")
	f.Add("\xff\xfe e\u0301")
	f.Fuzz(func(t *testing.T, text string) {
		points := utf8.RuneCountInString(text)
		for _, p := range Platforms() {
			n := p.Length(text)
			most := 2*points + linkLength*strings.Count(text, "http")
			if n.Unit == Bytes {
				most = len(text)
			}
			// Normalising to NFC may take some letters of other alphabets apart.
			if n.Unit == Weighted {
				most = 6*points + linkLength*strings.Count(text, "http")
			}
			if n.Used < 0 || n.Used > most {
				t.Fatalf("%s counts %d in %q of %d code points", p, n.Used, text, points)
			}
		}
	})
}
