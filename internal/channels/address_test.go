package channels

import (
	"strings"
	"testing"
)

func TestParseAddressReadsWhatPeoplePaste(t *testing.T) {
	for _, tc := range []struct {
		in   string
		p    Platform
		name string
	}{
		{"@MofaIraq", "", "mofairaq"},
		{"mofairaq", "", "mofairaq"},
		{"  @ mofaIraq ", "", "mofairaq"},
		{"https://x.com/MofaIraq?s=20&t=abc", X, "mofairaq"},
		{"twitter.com/mofairaq/status/123", X, "mofairaq"},
		{"HTTPS://WWW.X.COM/MofaIraq/", X, "mofairaq"},
		{"https://www.facebook.com/Mofa.Iraq/posts/9", Facebook, "mofairaq"},
		{"m.facebook.com/profile.php?id=100064", Facebook, "100064"},
		{"https://www.youtube.com/@MofaIraq", YouTube, "mofairaq"},
		{"https://www.youtube.com/channel/UCaB3dE", YouTube, "channel/UCaB3dE"},
		{"t.me/s/mofairaq", Telegram, "mofairaq"},
		{"https://wa.me/9647701234567", WhatsApp, "9647701234567"},
		{"+964 770 123 4567", WhatsApp, "9647701234567"},
		{"٠٠٩٦٤٧٧٠١٢٣٤٥٦٧", WhatsApp, "9647701234567"},
		{"https://www.linkedin.com/company/mofa-iraq/about", LinkedIn, "mofa-iraq"},
		{"https://bsky.app/profile/mofa.gov.iq", Bluesky, "mofa.gov.iq"},
		{"@press@Social.Example", ActivityPub, "press@social.example"},
		{"https://social.example/@press", ActivityPub, "press@social.example"},
		{"https://other.example/@press@social.example", ActivityPub, "press@social.example"},
		{"press@mofa.gov.iq", "", "press@mofa.gov.iq"},
		{"mailto:Press@mofa.gov.iq?subject=x", Email, "press@mofa.gov.iq"},
		{"https://www.mofa.gov.iq/ar/statements", Website, "mofa.gov.iq"},
		{"mofa.gov.iq", Website, "mofa.gov.iq"},
		{"mоfa.gov.iq", Website, "xn--mfa-sed.gov.iq"}, // a Cyrillic о
		{"mofa.iraq", "", "mofa.iraq"},
		{"javascript:alert(1)", "", "javascript:alert(1)"},
		{"ftp://mofa.gov.iq", "", ""},
		{"", "", ""},
		{"@", "", ""},
		{strings.Repeat("a", 600), "", ""},
		{"\u202emofairaq\x00", "", "mofairaq"},
	} {
		if got := ParseAddress(tc.in); got != (Address{tc.p, tc.name}) {
			t.Errorf("ParseAddress(%q) = %+v, want {%s %s}", tc.in, got, tc.p, tc.name)
		}
	}
}

func TestResembles(t *testing.T) {
	for _, tc := range []struct {
		name, official string
		want           bool
	}{
		{"mofairaq", "mofairaq", true},
		{"mofa_iraq", "mofairaq", true},
		{"mofalraq", "mofairaq", true}, // an l for an i
		{"m0fairaq", "mofairaq", true}, // a zero
		{"mоfairaq", "mofairaq", true}, // a Cyrillic о
		{"ｍｏｆａｉｒａｑ", "mofairaq", true},
		{"rnofairaq", "mofairaq", true}, // rn for m
		{"mofairaqq", "mofairaq", true},
		{"mfoairaq", "mofairaq", true},
		{"mofairaqofficial", "mofairaq", true},
		{"xn--mfa-sed.gov.iq", "mofa.gov.iq", true},
		{"mofa-gov-iq.com", "mofa.gov.iq", true},
		{"mofairan", "mofairaq", true}, // one letter: warned of, which is right for a neighbour's too
		{"weather", "mofairaq", false},
		{"iraq", "mofairaq", false},
		{"abc", "abd", false}, // too short to judge
	} {
		if got := resembles(skeleton(tc.name), skeleton(tc.official)); got != tc.want {
			t.Errorf("resembles(%q, %q) = %v, want %v", tc.name, tc.official, got, tc.want)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	for _, s := range []string{"@a", "https://x.com/a", "a@b.c", "x.com", "https://[::1]/@", "mailto:", "twitter.com//", "+1 234 5678"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a := ParseAddress(s)
		if strings.ContainsAny(a.Name, "\x00\u202e") {
			t.Errorf("ParseAddress(%q) keeps a control character: %q", s, a.Name)
		}
		skeleton(a.Name)
	})
}
