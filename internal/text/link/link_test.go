package link

import (
	"context"
	"errors"
	"testing"
)

func TestCanonical(t *testing.T) {
	const page = "https://mofa.gov.iq/news/7?id=3"
	tests := []struct{ name, in, want string }{
		{"already", page, page},
		{"scheme, www, port, fragment", "HTTP://www.MOFA.gov.iq:80/news//7/?id=3#top", page},
		{"without scheme", "mofa.gov.iq/news/7/index.html?id=3", page},
		{"tracking", "https://mofa.gov.iq/news/7?utm_source=x&id=3&fbclid=abc&UTM_Medium=y", page},
		{"telephone", "https://m.mofa.gov.iq/news/7?id=3", page},
		{"facebook", "https://l.facebook.com/l.php?u=https%3A%2F%2Fmofa.gov.iq%2Fnews%2F7%3Fid%3D3%26fbclid%3Dq&h=AT0", page},
		{"search engine", "https://www.google.iq/url?sa=t&url=https%3A%2F%2Fmofa.gov.iq%2Fnews%2F7%3Fid%3D3", page},
		{"redirect in a redirect", "https://vk.com/away.php?to=https%3A%2F%2Fl.facebook.com%2Fl.php%3Fu%3Dhttps%253A%252F%252Fmofa.gov.iq%252Fnews%252F7%253Fid%253D3", page},
		{"safe link", "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fmofa.gov.iq%2Fnews%2F7%3Fid%3D3&data=1", page},
		{"proofpoint 2", "https://urldefense.proofpoint.com/v2/url?u=https-3A__mofa.gov.iq_news_7-3Fid-3D3&d=x", page},
		{"proofpoint 3", "https://urldefense.com/v3/__https://mofa.gov.iq/news/7?id=3__;!!x", "https://mofa.gov.iq/news/7"},
		{"amp cache", "https://mofa-gov-iq.cdn.ampproject.org/c/s/mofa.gov.iq/news/7?id=3&amp=1", page},
		{"amp of a search engine", "https://www.google.com/amp/s/amp.mofa.gov.iq/news/7/amp/?id=3", page},
		{"archive", "https://web.archive.org/web/20240101000000/http://mofa.gov.iq/news/7?id=3", page},
		{"translation", "https://mofa-gov-iq.translate.goog/news/7?id=3&_x_tr_sl=ar&_x_tr_tl=en", page},
		{"share by messenger", "https://wa.me/?text=Read+this+https%3A%2F%2Fmofa.gov.iq%2Fnews%2F7%3Fid%3D3", page},
		{"order of parameters", "https://a.iq/?b=2&a=1", "https://a.iq?a=1&b=2"},
		{"a page with parameters that look alike", "https://a.iq/?page=amp&reference=1", "https://a.iq?page=amp&reference=1"},
		{"video", "https://youtu.be/abc?si=tracked", "https://youtube.com/watch?v=abc"},
		{"short video", "https://m.youtube.com/shorts/abc", "https://youtube.com/watch?v=abc"},
		{"post", "https://mobile.twitter.com/someone/status/123/photo/1?s=20", "https://twitter.com/i/status/123"},
		{"post on x", "https://x.com/i/web/status/123", "https://twitter.com/i/status/123"},
		{"channel", "https://telegram.me/s/channel/9", "https://t.me/channel/9"},
		{"wikipedia", "https://ar.m.wikipedia.org/wiki/%d8%a7", "https://ar.wikipedia.org/wiki/%D8%A7"},
		{"arabic host", "http://موقع.وزارة/خبر", "https://xn--4gbrim.xn--mgbexc3i/%D8%AE%D8%A8%D8%B1"},
		{"shortened", "http://bit.ly/Ab3", "https://bit.ly/Ab3"},
		{"no address", "good morning", ""},
		{"mail", "mailto:a@b.iq", ""},
		{"no host", "https:///x", ""},
	}
	for _, tt := range tests {
		if got := Canonical(tt.in); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

type answers map[string]string

func (a answers) Resolve(_ context.Context, short string) (string, error) {
	if to, ok := a[short]; ok {
		return to, nil
	}
	return "", errors.New("no answer")
}

func TestFollow(t *testing.T) {
	r := answers{
		"https://bit.ly/a": "https://t.co/b", "https://t.co/b": "https://mofa.gov.iq/n?utm_source=t",
		"https://is.gd/loop": "https://is.gd/loop", "https://ow.ly/bad": "javascript:x",
	}
	for in, want := range map[string]string{
		"http://bit.ly/a?fbclid=1": "https://mofa.gov.iq/n", "https://t.co/unknown": "https://t.co/unknown",
		"https://is.gd/loop": "https://is.gd/loop", "https://ow.ly/bad": "https://ow.ly/bad", "https://mofa.gov.iq": "https://mofa.gov.iq",
	} {
		if got := Follow(t.Context(), r, in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
	if got := Follow(t.Context(), nil, "https://bit.ly/a"); got != "https://bit.ly/a" {
		t.Errorf("nobody to ask: %s", got)
	}
}

func FuzzCanonical(f *testing.F) {
	for _, s := range []string{"https://l.facebook.com/l.php?u=https%3A%2F%2Fa.iq", "a.b/%2e%2e/%zz?x=%", "https://www.www.m.a.b/amp/amp", "https://a.b:99999/?;;&=",
		"https://mofa--x-iq.translate.goog//", "https://urldefense.com/v3/__http://a.b/__;", "//a.b", "https://ар.рф/\xff", "https://youtu.be/", "http://twitter.com/status/1", "0.m.m.0.0", "//urldefense.Com/v3/__h.00:/*000000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Canonical(s)
		if twice := Canonical(once); twice != once {
			t.Fatalf("%q gives %q, then %q", s, once, twice)
		}
		Short(s)
	})
}

func BenchmarkCanonical(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Canonical("https://l.facebook.com/l.php?u=https%3A%2F%2Fmofa.gov.iq%2Fnews%2F7%3Fid%3D3%26fbclid%3Dq&h=AT0")
	}
}
