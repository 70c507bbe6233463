package i18n

import (
	"math"
	"testing"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// TestPluralCLDR compares our rules with those which x/text generates from
// CLDR.
func TestPluralCLDR(t *testing.T) {
	names := map[plural.Form]form{
		plural.Zero: zero, plural.One: one, plural.Two: two,
		plural.Few: few, plural.Many: many, plural.Other: other,
	}
	for _, l := range Langs {
		tag := language.Make(string(l))
		if l == Kurmanji {
			tag = language.Make("ku")
		}
		for n := range 1201 {
			want := names[plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0)]
			if got := l.plural(int64(n)); got != want {
				t.Errorf("%s: plural(%d) = %s, want %s", l, n, got, want)
			}
			if got := l.plural(int64(-n)); got != want {
				t.Errorf("%s: plural(%d) = %s, want %s", l, -n, got, want)
			}
		}
	}
}

func TestPluralExtreme(t *testing.T) {
	for _, n := range []int64{math.MinInt64, math.MaxInt64} {
		for _, l := range Langs {
			if got := l.plural(n); got != other && got != few {
				t.Errorf("%s: plural(%d) = %s", l, n, got)
			}
		}
	}
}
