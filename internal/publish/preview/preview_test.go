package preview

import (
	"strings"
	"testing"

	"sifara/internal/channels"
	"sifara/internal/i18n"
	"sifara/internal/publish"
)

const page = "https://mofa.example/ar/statements/2026-03-01-visit"

func TestOf(t *testing.T) {
	visit := publish.Variant{Lang: i18n.Arabic, Title: "بيان عن الزيارة", Summary: "زيارة الوزير", Body: "زار الوزير **باريس**.\n\n- أولا\n- ثانيا"}
	long := visit
	long.Body = strings.Repeat("زار الوزير باريس. ", 300)
	endless := visit
	endless.Title = strings.Repeat("بيان ", 100)
	for _, c := range []struct {
		name  string
		on    channels.Platform
		kind  publish.Kind
		v     publish.Variant
		text  string
		used  int
		over  int
		whole bool
	}{
		{"all fits", channels.X, publish.Statement, visit, "بيان عن الزيارة\n\nزيارة الوزير\n\nزار الوزير باريس.\n\nأولا\nثانيا\n\n" + page, 15 + 2 + 12 + 2 + 17 + 2 + 10 + 2 + 23, 0, true},
		{"no room for the body", channels.X, publish.Statement, long, "بيان عن الزيارة\n\nزيارة الوزير\n\n" + page, 15 + 2 + 12 + 2 + 23, 0, false},
		{"room on another network", channels.Facebook, publish.Statement, long, "بيان عن الزيارة\n\nزيارة الوزير\n\n" + strings.TrimSpace(long.Body) + "\n\n" + page, 15 + 2 + 12 + 2 + 5399 + 2 + len(page), 0, true},
		{"not even the title", channels.X, publish.News, endless, strings.TrimSpace(endless.Title) + " \n\n" + page, 500 + 2 + 23, 245, false},
		{"a post is its body", channels.X, publish.Post, visit, "زار الوزير باريس.\n\nأولا\nثانيا\n\n" + page, 17 + 2 + 10 + 2 + 23, 0, true},
		{"a post is not cut", channels.Bluesky, publish.Post, long, strings.TrimSpace(long.Body) + "\n\n" + page, 0, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Of(c.on, c.kind, c.v, page)
			if got.Text != c.text {
				t.Errorf("text %q, want %q", got.Text, c.text)
			}
			if got.Whole != c.whole || got.Lang != i18n.Arabic || got.On != c.on {
				t.Errorf("got %+v", got)
			}
			if c.used > 0 && (got.Length.Used != c.used || got.Length.Over() != c.over) {
				t.Errorf("counts %+v (over by %d), want %d (over by %d)", got.Length, got.Length.Over(), c.used, c.over)
			}
			if c.used == 0 && got.Length.Over() == 0 {
				t.Errorf("a text of %+v is said to fit", got.Length)
			}
		})
	}
}

// TestNothingElseGoesOut holds that a sheet follows from the bound texts alone.
func TestNothingElseGoesOut(t *testing.T) {
	v := publish.Variant{Lang: i18n.English, Title: "Statement", Body: "The minister visited Paris."}
	other := v
	other.Version, other.EditedBy, other.State, other.Folded, other.SourceHash = 7, "someone", publish.VariantApproved, "x", "y"
	for _, n := range Networks {
		if a, b := Of(n, publish.Statement, v, page), Of(n, publish.Statement, other, page); a != b {
			t.Errorf("%s: %+v and %+v of the same words", n, a, b)
		}
	}
}

func TestThread(t *testing.T) {
	v := publish.Variant{Lang: i18n.English, Title: "Visit", Body: "**First** post.\n\n---\n\nSecond post."}
	got := All(channels.X, publish.Thread, v, page)
	if len(got) != 2 || got[0].Text != "First post." || got[0].Length.Used != 11 || got[1].Text != "Second post.\n\n"+page || got[1].Length.Used != 12+2+23 {
		t.Errorf("got %+v", got)
	}
}
