package text

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func shown(parts []Part) string {
	var b strings.Builder
	for _, p := range parts {
		if p.Hit {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

func TestSnippet(t *testing.T) {
	long := strings.Repeat("filler words here ", 20) + "the ministers met in Baghdad today " + strings.Repeat("and more words ", 20)
	tests := []struct {
		name, in string
		terms    []string
		width    int
		want     string
	}{
		{"nothing", "", []string{"x"}, 50, ""},
		{"no terms", "one two three", nil, 8, "one two …"},
		{"stem", "The Ministers' visit", []string{"minist"}, 80, "The [Ministers]' visit"},
		{"Arabic with signs and article", "قالَ الوَزيرُ إن", Forms(nil, Fold("وزير")), 80, "قالَ [الوَزيرُ] إن"},
		{"Sorani", "لە حکومەتەکان دا", Forms(nil, Fold("حکومەت")), 80, "لە [حکومەتەکان] دا"},
		{"prefix", "negotiating now", []string{"nego*"}, 80, "[negotiating] now"},
		{"tag", "see #Iraq_Now there", []string{"#iraq_now"}, 80, "see [#Iraq_Now] there"},
		{"Chinese", "伊拉克外交部发言人", []string{"外交", "交部"}, 80, "伊拉克[外交部]发言人"},
		{"cut around the hits", long, []string{"minist", "baghdad"}, 40, "… here the [ministers] met in [Baghdad] today …"},
		{"white space", "a\n\n  b", []string{"b"}, 80, "a [b]"},
		{"handles never match", "by @minister", []string{"minist"}, 80, "by @minister"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := shown(Snippet(tt.in, tt.terms, tt.width)); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestMask(t *testing.T) {
	tests := []struct{ in, want string }{
		{"no handle", "no handle"},
		{"RT @some_user: hi @other.", "RT @…: hi @…."},
		{"mail a.b+c@x.org now", "mail @… now"},
		{"@name@social.host!", "@…!"},
		{"＠user @\u200buser2", "@… @…"},
		{"meet @ noon", "meet @ noon"},
		{"مرحبا @user،", "مرحبا @…،"},
	}
	for _, tt := range tests {
		if got := Mask(tt.in); got != tt.want {
			t.Errorf("Mask(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func FuzzSnippet(f *testing.F) {
	f.Add("The Ministers met", "minist", 20)
	f.Add("外交部 #x_y", "外交", 3)
	f.Fuzz(func(t *testing.T, s, term string, width int) {
		width %= 300
		var all strings.Builder
		for _, p := range Marked(s, []string{term, "a*"}) {
			all.WriteString(p.Text)
		}
		if all.String() != s {
			t.Fatalf("Marked(%q) = %q", s, all.String())
		}
		for _, p := range Snippet(s, []string{term, "a*"}, width) {
			if !utf8.ValidString(p.Text) || p.Text == "" {
				t.Fatalf("%q: part %q", s, p.Text)
			}
		}
	})
}
