package ngram

import (
	"slices"
	"testing"
)

func TestSameText(t *testing.T) {
	for _, c := range []struct {
		name, a, b string
		same       bool
	}{
		{"case", "don't Panic", "DON’T panic", true},
		{"stress", "soooooo", "sooo", true},
		{"vowel signs and tatweel", "السَّلامـــ", "السلام", true},
		{"letters exchanged by keyboards", "على مكتبة أحمد", "علي مكتبه احمد", true},
		{"digits", "١٢٣", "987", true},
		{"names and addresses", "@a see http://x.y/z", "@someone_else see https://t.co/1", true},
		{"presentation forms", "ﻻ", "لا", true},
		{"hidden characters", "a\u200bb", "ab", true},
		{"another word", "good", "bad", false},
		{"a question", "you go", "you go?", false},
		{"denied", "good", "not good", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var a, b Features
			a.Read(c.a)
			b.Read(c.b)
			same := slices.Equal(a.Hash[Words], b.Hash[Words]) && slices.Equal(a.Hash[Chars], b.Hash[Chars])
			if same != c.same {
				t.Errorf("%q and %q: same features %v, want %v", c.a, c.b, same, c.same)
			}
		})
	}
}

func TestTokens(t *testing.T) {
	var f Features
	f.Read("RT @name: Why?? #NotNow https://t.co/x 1,234 😭")
	want := []Kind{Word, Mention, Sign, Word, Sign, Tag, Address, Number, Emoji}
	var got []Kind
	for _, tok := range f.Tokens() {
		got = append(got, tok.Kind)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if w := string(f.Runes(f.Tokens()[5])); w != "notnow" {
		t.Errorf("got %q, want the tag's word", w)
	}
}

func TestReadForgets(t *testing.T) {
	var used, fresh Features
	used.Read("SOMETHING looooong and not at all like it!!! #tag")
	used.Read("short")
	fresh.Read("short")
	for g := range fresh.Hash {
		if !slices.Equal(used.Hash[g], fresh.Hash[g]) {
			t.Errorf("group %d: %v, want %v", g, used.Hash[g], fresh.Hash[g])
		}
	}
}

func TestDenied(t *testing.T) {
	var f Features
	f.Read("not a good day, good night")
	n := 0
	for _, h := range f.Hash[Words] {
		if h == mix(WordHash("good")^saltNegated<<24) {
			n++
		}
	}
	if n != 1 {
		t.Errorf("good is denied %d times, want once: the comma ends a negation", n)
	}
}
