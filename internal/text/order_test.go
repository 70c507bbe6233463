package text

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// Names are listed by alphabets that computers' code points do not follow.
func TestNamesInTheOrderOfALanguage(t *testing.T) {
	for _, tc := range []struct{ lang, want string }{
		{"ar", "12 أول/أحمد/إدريس/آمنة/باسم/بان/پروين/تقي/جابر/هدى/وليد/يوسف/Anna/Zoe"},
		{"ar", "الملحق الثقافي، القاهرة/ملحق"},
		{"ckb", "ئاسۆ/ئەحمەد/بەهار/پەروین/تارا/چنار/ڕێبین/زارا/ژیان/کاوە/گوڵ/لانە/ڵ/مەریوان/نەسرین/وریا/ۆ/هاوڕێ/یاسین"},
		{"kmr", "Azad/Cemîl/Çiya/Dara/Ezîz/Êrîş/Ferhad/Ibrahîm/Îlon/Jiyan/Serdar/Şêrko/Ûsiv/Xanî/Zîn/ئاسۆ"},
		{"en", "10th Street/2 posts/Ahmed/Çelik/Cox/Éric/Evans/Ødegaard/Zoë/أحمد"},
		{"sv", "Anna/Zoë"},
	} {
		want := strings.Split(tc.want, "/")
		got := slices.Clone(want)
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(got), func(i, j int) { got[i], got[j] = got[j], got[i] })
		Sort(tc.lang, got, func(name string) string { return name })
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %s, want %s", tc.lang, strings.Join(got, "/"), strings.Join(want, "/"))
		}
	}
}

func TestWhatDoesNotCountInTheOrderOfNames(t *testing.T) {
	for _, tc := range []struct{ lang, a, b string }{
		{"ar", "مُحَمَّد", "محمد"},
		{"ar", "عليّ ٣", "علي 3"},
		{"ckb", "کاوە", "كاوة"},
		{"en", "José María", "jose-maria"},
		{"kmr", "İbrahim", "ibrahim"},
		{"en", " Head of mission,\u200f Paris.", "Head of mission (Paris)"},
	} {
		if a, b := SortKey(tc.lang, tc.a), SortKey(tc.lang, tc.b); a != b {
			t.Errorf("%s: %q and %q have the keys %q and %q", tc.lang, tc.a, tc.b, a, b)
		}
	}
}
