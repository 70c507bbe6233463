package text

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTokens(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"words", "The Minister, in Baghdad.", "the minister in baghdad"},
		{"Arabic", "التقى الوزيرُ نظيرَه، في بغداد؟", "التقی الوزیر نظیره فی بغداد"},
		{"mention", "RT @some_user: hello @other.name.", "rt hello"},
		{"mention without space", "hello،@user مرحبا@user", "hello"},
		{"fediverse handle", "ask @ministry@social.gov.iq now", "ask now"},
		{"full-width at", "hello ＠user", "hello"},
		{"hidden in zero width", "hello @\u200buser", "hello"},
		{"e-mail", "write first.last+tag@mofa.gov.iq today", "write today"},
		{"lonely at", "meet @ noon", "meet noon"},
		{"address", "see https://www.bbc.co.uk/news/x?utm=1#Frag)now", "see bbc.co.uk now"},
		{"address with login and port", "http://user:pass@host.iq:8080/a", "host.iq"},
		{"www", "www.mofa.gov.iq rest", "mofa.gov.iq rest"},
		{"bare address with handle", "at twitter.com/somebody there", "at twitter.com there"},
		{"address then Chinese", "看 https://t.co/abc你好", "看 t.co 你好"},
		{"no host", "end.Next a.b", "end next a b"},
		{"tag", "#تحيا_العراق", "#تحیا_العراق تحیا العراق"},
		{"camel tag", "#BlackLivesMatter now", "#blacklivesmatter blacklivesmatter now black lives matter"},
		{"tag of digits", "#1 and #covid19", "1 and #covid19 covid19"},
		{"fragment is no tag", "https://x.org/#FooBar /#FooBar@x", "x.org #foobar"},
		{"numbers", "1,234,567 and 1,23 and ٣٫٥ and 12345,678", "1234567 and 1 23 and 3 5 and 12345 678"},
		{"apostrophes", "Iraq's l'Irak don't qu’il O'Neil", "iraq irak don qu il neil"},
		{"Cyrillic apostrophe", "п'ять", "пять"},
		{"Chinese", "伊拉克外交部", "伊拉 拉克 克外 外交 交部"},
		{"one character", "我 a", "我 a"},
		{"Korean", "안녕 세계", "안녕 세계"},
		{"Devanagari", "हिन्दी में", "हिन्दी में"},
		{"signs", "a\\b \"c\" :d; {e}", "a b c d e"},
		{"emoji", "good 👍🏽 day", "good day"},
		{"NUL and overrides", "he\x00llo \u202eevil\u202c", "hello evil"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := strings.Join(words(tt.in), " "); got != tt.want {
				t.Errorf("Tokens(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func words(s string) (out []string) {
	for _, tok := range Tokens(nil, s) {
		out = append(out, tok.Text)
	}
	return out
}

func TestTokensKinds(t *testing.T) {
	got := Tokens(nil, "a1 22 #x https://gov.iq/")
	want := []Token{{"a1", Word}, {"22", Number}, {"#x", Tag}, {"x", Word}, {"gov.iq", Host}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestTokensAreBounded(t *testing.T) {
	for _, tok := range Tokens(nil, strings.Repeat("ع", 5000)+" #"+strings.Repeat("x", 5000)) {
		if len(tok.Text) > maxToken || !utf8.ValidString(tok.Text) {
			t.Errorf("token of %d bytes", len(tok.Text))
		}
	}
}

func TestHashtags(t *testing.T) {
	got := Hashtags(nil, "#A #b #a ＃c #42 #بغداد")
	want := []string{"#a", "#b", "#c", "#بغداد"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{"@a@b", "http://", "#_", "1,234,", "a'b'c", "www.", "x://@:", "a-b.c/d", "#AbC@d", "伊\u3099"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, tok := range Tokens(nil, s) {
			if tok.Text == "" || len(tok.Text) > maxToken || !utf8.ValidString(tok.Text) {
				t.Fatalf("token %q of %q", tok.Text, s)
			}
			if strings.ContainsAny(tok.Text, " \t\n\r\"'`:\\*()@\x00") {
				t.Fatalf("token %q of %q breaks the promise on characters", tok.Text, s)
			}
			if tok.Kind == Word && Fold(tok.Text) != tok.Text {
				t.Fatalf("token %q is not folded", tok.Text)
			}
		}
	})
}
