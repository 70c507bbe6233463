package privacy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sifara/internal/listen/privacy"
)

func official(h string) bool { return h == "mofa_iraq" || h == "un" }

func TestNamed(t *testing.T) {
	tests := []struct {
		question, handle string // empty when it may be asked
	}{
		{"passport paris", ""}, {"#visit iraq", ""}, {"\"official visit\" OR embassy", ""}, {"سفر* -تأشيرة", ""},
		{"2016-03-22 08:00", ""}, {"1,000,000 refugees", ""}, {"COVID-19 2020 2021", ""}, {"12345678", ""}, {"01.02.2026 05.06.2026", ""},
		{"@mofa_iraq passport", ""}, {"twitter.com/MOFA_Iraq", ""}, {"from:un", ""}, {"price: 20", ""}, {"lang:ar embassy", ""},
		{"example.com/news/2016", ""}, {"100% @ home", "home"},
		{"@Private1Person", "private1person"}, {"passport @Private1Person", "private1person"}, {"＠Private1Person", "private1person"},
		{"@ Private1Person", "private1person"}, {"\"@Private1Person\"", "private1person"}, {"(@Private1Person OR x)", "private1person"},
		{"@\u200bPrivate\u200d1Person", "private1person"}, {"\u202e@Private1Person", "private1person"}, {"@Ｐｒｉｖａｔｅ１Ｐｅｒｓｏｎ", "private1person"},
		{"@كاتب_خاص", "كاتب_خاص"}, {"@Private١Person", "private1person"}, {"@mofa_iraq @Private1Person", "private1person"},
		{"someone@example.com", "someone"}, {"@someone@mastodon.example", "someone"}, {"some.one＠example.com", "some.one"},
		{"twitter.com/Private1Person/status/1", "private1person"}, {"https://www.x.com/Private1Person", "private1person"}, {"t.me/private1person", "private1person"},
		{"HTTPS://T.ME/private1person", "private1person"}, {"mastodon.example/@private1person", "private1person"}, {"ｔ.ｍｅ／private1person", "private1person"},
		{"from:private1person", "private1person"}, {"FROM : \"private1person\"", "private1person"}, {"-from:private1person", "private1person"}, {"author=private1person", "private1person"}, {"من:شخص", "شخص"},
		{"+964 770 123 4567", "9647701234567"}, {"٠٧٧٠١٢٣٤٥٦٧", "07701234567"}, {"id 734582910475", "734582910475"}, {"0770-123-45-67", "07701234567"},
		{"twitter.com/hashtag/Iraq", ""}, {"https://www.youtube.com/watch?v=abcdefghijk", ""}, {"reddit.com/r/iraq", ""}, {"bsky.app/profile/un", ""},
		{"youtube.com/results?search_query=iraq", ""}, {"مستخدمو المطار", ""}, {"user experience: good", ""}, {"من بغداد إلى البصرة", ""},
		{"bsky.app/profile/private1person.bsky.social", "private1person.bsky.social"}, {"youtube.com/channel/UCabcdefghijklmnopqrstuv", "ucabcdefghijklmnopqrstuv"},
		{"UCabcdefghijklmnopqrstuv", "ucabcdefghijklmnopqrstuv"}, {"did:plc:ewvi7nxzyoun6zhxrhs64oiz", "did:plc:ewvi7nxzyoun6zhxrhs64oiz"},
		{"facebook.com/profile.php?id=1234567", "1234567"}, {"mastodon.example/users/private1person/statuses/1", "private1person"}, {"t.me/s/private1person", "private1person"},
		{"x.com/i/user/12345678", "12345678"}, {"linkedin.com/in/private1person/", "private1person"},
		{"retweets_of:private1person", "private1person"}, {"visa -from:private1person lang:en", "private1person"}, {"author_id:1234567", "1234567"}, {"user id = 1234567", "1234567"}, {"uid:77", "77"}, {"(from:private1person)", "private1person"}, {"x,from：private1person", "private1person"},
		{"الكاتب: شخص", "شخص"}, {"المستخدم:شخص", "شخص"}, {"نووسەر: کەس", "کەس"}, {"nivîskar: kes", "kes"}, {"hesab=kes", "kes"},
		{"mofa_iraq@private1person", "private1person"}, {"@mofa_iraq@private1person", "private1person"}, {"\"@\" private1person", "private1person"},
		{"@\u1680private1person", "private1person"}, {"@\u2028private1person", "private1person"}, {"@\u2800private1person", "private1person"}, {"﹫private1person", "private1person"},
		{"@«private1person»", "private1person"}, {"@\u0640private1person", "ـprivate1person"}, {"@private1person.", "private1person"},
	}
	for _, tt := range tests {
		handle, found := privacy.Named(tt.question, official)
		if found != (tt.handle != "") || handle != tt.handle {
			t.Errorf("%q: got %q %v, want %q", tt.question, handle, found, tt.handle)
		}
	}
	if _, found := privacy.Named("@mofa_iraq", nil); !found {
		t.Error("without a register nobody is official")
	}
}

// FuzzSpelling writes a mention with tricks between @ and the name and inside
// the name, which a reader does not see.
func FuzzSpelling(f *testing.F) {
	f.Add(uint64(0), uint64(0))
	f.Add(uint64(1<<40-1), uint64(77))
	tricks := []string{"", "\u200b", "\u200d", "\u00ad", "\u2060", "\ufeff", "\ufe0f", "\u061c", "\U000e0061"}
	letters := map[rune][]string{'p': {"p", "P", "ｐ", "ｐ", "ᵖ"}, '1': {"1", "１", "١", "۱", "१"}, '@': {"@", "＠", "﹫"}}
	f.Fuzz(func(t *testing.T, a, b uint64) {
		next := func(n int) int { i := int(a % uint64(n)); a = a/uint64(n) ^ b*0x9e3779b97f4a7c15; b++; return i }
		var w strings.Builder
		for _, r := range "@private1person" {
			if alike := letters[r]; alike != nil {
				w.WriteString(alike[next(len(alike))])
			} else {
				w.WriteRune(r)
			}
			w.WriteString(tricks[next(len(tricks))])
		}
		if h, _ := privacy.Named("embassy "+w.String()+" passport", nil); h != "private1person" {
			t.Errorf("%q: got %q", w.String(), h)
		}
	})
}

// FuzzNamed looks for a way to write a mention that is not seen.
func FuzzNamed(f *testing.F) {
	for _, s := range []string{"@", " ", "\u200b", "passport ", "(", "\"", "＠", "\u0301", "#", "a@"} {
		f.Add(s, "x")
	}
	f.Fuzz(func(t *testing.T, before, after string) {
		h, found := privacy.Named(before+" @private1person "+after, nil)
		if !found || h == "" {
			t.Errorf("%q: a mention is not seen (%q %v)", before+" @private1person "+after, h, found)
		}
		if strings.ContainsAny(h, "@ ") {
			t.Errorf("%q is no bare handle", h)
		}
	})
}

// BenchmarkNamed asks the most that can be asked in the ways that would cost
// most if characters were looked at again and again.
func BenchmarkNamed(b *testing.B) {
	for _, part := range []string{"@", "@ ", "a@", "@.", "x.com/", "from:", "0", " "} {
		b.Run(fmt.Sprintf("%q", part), func(b *testing.B) {
			q := strings.Repeat(part, 100_000/len(part))
			b.SetBytes(int64(len(q)))
			for b.Loop() {
				privacy.Named(q, func(string) bool { return true })
			}
		})
	}
}

func TestHidden(t *testing.T) {
	tests := []struct {
		cells []int64
		want  string
	}{
		{nil, "[]"}, {[]int64{10, 200}, "[false false]"}, {[]int64{0, 10}, "[false false]"},
		{[]int64{100, 3}, "[true true]"}, {[]int64{100, 50, 3}, "[false true true]"},
		{[]int64{100, 50, 3, 4}, "[false true true true]"}, {[]int64{100, 6, 7}, "[false true true]"}, {[]int64{3}, "[true]"}, {[]int64{5, 3}, "[true true]"},
	}
	for _, tt := range tests {
		if got := fmt.Sprint(privacy.Hidden(tt.cells)); got != tt.want {
			t.Errorf("%v: got %s, want %s", tt.cells, got, tt.want)
		}
	}
}

// TestNothingFollowsFromTheSum takes what is shown, and the sum of all, and
// tries to tell a small cell.
func TestNothingFollowsFromTheSum(t *testing.T) {
	var try func(cells []int64, left int)
	try = func(cells []int64, left int) {
		if left > 0 {
			for _, c := range []int64{0, 1, 9, 10, 11, 40} {
				try(append(slices.Clone(cells), c), left-1)
			}
			return
		}
		hide := privacy.Hidden(cells)
		var hidden, shown int
		var sum int64
		for i, h := range hide {
			switch {
			case h:
				hidden++
				sum += cells[i]
			case cells[i] > 0 && cells[i] < privacy.K:
				t.Fatalf("%v: %d is shown", cells, cells[i])
			case cells[i] > 0:
				shown++
			}
		}
		if hidden > 0 && shown > 0 && (hidden < 2 || sum < privacy.K) {
			t.Fatalf("%v: hidden %v, and a cell follows from the sum", cells, hide)
		}
		_, others := privacy.Fold(cells, func(c int64) int64 { return c })
		if others > 0 && others < privacy.K {
			t.Fatalf("%v: %d others are told", cells, others)
		}
	}
	for n := range 5 {
		try(nil, n)
	}
}
