package publish

import (
	"slices"
	"strings"
	"testing"

	"sifara/internal/text"
)

func TestQuoted(t *testing.T) {
	long := strings.Repeat("ab ", maxQuoted/3)
	tests := []struct {
		name, text string
		want       []string
	}{
		{"none", "no marks at all", nil},
		{"of four languages", "a “b c” d «e f» g „h i“ j \"k l\" m", []string{"b c", "e f", "h i", "k l"}},
		{"the wrong way round", "a »b c« d ”e f” g", []string{"b c", "e f"}},
		{"one within another", "a “b «c» d” e", []string{"b «c» d"}},
		{"never closed", "a “b c «d e» f", []string{"d e"}},
		{"over two paragraphs", "a “b c\n\nd” e «f»", []string{"f"}},
		{"over two lines", "a “b c\nd” e", []string{"b c\nd"}},
		{"as long as may be", "“" + long + "” “c”", []string{long, "c"}},
		{"a mark forgotten", "“" + long + "ab” «c»", []string{"c"}},
		{"empty", "“” «»", []string{"", ""}},
		{"more than are looked at", strings.Repeat("“a” ", maxMarked+3), slices.Repeat([]string{"a"}, maxMarked)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := quoted(tt.text); !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// FuzzQuoted holds that what stands in marks stands in the text, in its order and
// within its bounds.
func FuzzQuoted(f *testing.F) {
	for _, s := range []string{"", "a “b” «c» „d“ \"e\" ”f” »g« 「h」 ＂i＂", "““““", "”“«»«\n\n»", "\"a\xffb\" “\xe2\x80”", strings.Repeat("“a” ", 40), "“" + strings.Repeat("ش", maxQuoted) + "” «b»"} {
		f.Add(s)
	}
	for _, q := range quoting {
		f.Add(q.before + q.forged + q.then + "“" + q.second + "”")
	}
	f.Fuzz(func(t *testing.T, s string) {
		list := quoted(s)
		if len(list) > maxMarked {
			t.Fatalf("%q: %d quotations", s, len(list))
		}
		rest := s
		for _, q := range list {
			_, after, ok := strings.Cut(rest, q)
			if !ok || len(q) > maxQuoted || strings.Contains(q, "\n\n") {
				t.Fatalf("%q: %q is none of it", s, q)
			}
			rest = after
		}
	})
}

// TestForgottenMarksCostLittle: what a text of nothing but marks costs grows with
// its length, not with its square. Each mark would look at the next four thousand
// bytes otherwise, and each paragraph at all that follow.
func TestForgottenMarksCostLittle(t *testing.T) {
	for _, s := range []string{"«", "«a", "„\n\n", "«„"} {
		looked := 0
		a := ahead{at: -1, find: func(rest string) int { looked += len(rest); return strings.IndexAny(rest, "”") }}
		pasted := strings.Repeat(s, MaxPasted/len([]rune(s)))
		for i := range pasted {
			if a.from(pasted, i) != len(pasted) {
				t.Fatalf("%q closes", s)
			}
		}
		if looked > len(pasted) {
			t.Errorf("%q: looked at %d bytes of %d", s, looked, len(pasted))
		}
		if got := quoted(pasted); len(got) != 0 {
			t.Errorf("%q quotes %d", s, len(got))
		}
	}
}

// TestWordsOfSigns: what stands beside a sign of money or in Chinese is one word,
// which a difference takes apart. Its pieces were once counted as words each, and
// a passage ended behind the text.
func TestWordsOfSigns(t *testing.T) {
	ours := "We gave 10 one two three four five six seven eight"
	pasted := "others wrote much of this and of that and of those other things long before it came about: $10+ one two three four five six seven eight"
	f, err := Record{Form: recordForm, Act: ReleaseAct, Message: "m", Source: ours, Text: ours}.against(pasted, 0)
	if err != nil || f.Verdict != Contains && f.Verdict != Misquoted || len(f.Quotes) != 1 {
		t.Errorf("got %s with %d passages, %v", f.Verdict, len(f.Quotes), err)
	}
}

// FuzzAgainst holds any two texts against each other: every passage stands in the
// pasted text, and what it is is said.
func FuzzAgainst(f *testing.F) {
	for _, q := range quoting {
		f.Add(q.first, q.before+" "+q.forged+" "+q.then)
		f.Add(q.second, q.dots)
	}
	f.Add("one two three four five six seven eight 10 外交部", "and of those: one two three four five six seven eight $10+外")
	f.Fuzz(func(t *testing.T, ours, given string) {
		given = text.Clean(given)
		f, err := Record{Form: recordForm, Act: ReleaseAct, Message: "m", Source: ours, Text: Plain(ours)}.against(given, 7)
		if err != nil || f.Verdict == "" || len(f.Quotes) > maxQuotes {
			t.Fatalf("%q against %q: %+v, %v", given, ours, f, err)
		}
		if (len(f.Quotes) > 0) != (f.Verdict == Misquoted || f.Verdict == Contains && len(f.Quotes) > 0) {
			t.Errorf("%q against %q: %s with %d passages", given, ours, f.Verdict, len(f.Quotes))
		}
		for _, q := range f.Quotes {
			if !strings.Contains(text.Canonical(given), text.Canonical(q.Text)) {
				t.Errorf("%q has no passage %q", given, q.Text)
			}
		}
	})
}
