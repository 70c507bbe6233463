package text

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

const statement = `The Ministry of Foreign Affairs of the Republic of Iraq condemns in the strongest terms
the attack on the embassy this morning, expresses its condolences to the families of the victims,
and calls upon all parties to respect the Vienna Convention on Diplomatic Relations of 1961.`

func TestFingerprints(t *testing.T) {
	whole := Fingerprints(statement)
	tests := []struct {
		name, part string
		low, high  float64
	}{
		{"itself", statement, 1, 1},
		{"case and punctuation", strings.ToUpper(strings.ReplaceAll(statement, ",", " –")), 1, 1},
		{"a sentence of it", "expresses its condolences to the families of the victims", 0.8, 1},
		{"with other words around", "Breaking news: " + statement[20:200] + " say officials", 0.6, 1},
		{"one word changed", strings.Replace(statement, "condemns", "welcomes", 1), 0.75, 0.99},
		{"other text", "Grain exports rose for the third month in a row, the port authority said.", 0, 0},
		{"no words", "— 👍 —", 0, 0},
	}
	for _, tt := range tests {
		if got := Contained(Fingerprints(tt.part), whole); got < tt.low || got > tt.high {
			t.Errorf("%s: %v, want %v to %v", tt.name, got, tt.low, tt.high)
		}
	}
}

func TestSharedRunIsNoticed(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	words := func(n int) (out []string) {
		for range n {
			out = append(out, fmt.Sprintf("w%d", r.IntN(1_000_000)))
		}
		return out
	}
	for range 200 {
		run := strings.Join(words(SharedRun), " ")
		a := strings.Join(words(r.IntN(40)), " ") + " " + run + " " + strings.Join(words(r.IntN(40)), " ")
		b := strings.Join(words(r.IntN(40)), " ") + " " + run + " " + strings.Join(words(r.IntN(40)), " ")
		if Contained(Fingerprints(a), Fingerprints(b)) == 0 {
			t.Fatalf("%q in %q and %q is not noticed", run, a, b)
		}
	}
}

func TestSketchEstimatesSimilar(t *testing.T) {
	changed := strings.NewReplacer("strongest", "clearest", "1961", "1963").Replace(statement)
	for _, other := range []string{statement, changed, statement[:150], "nothing of this"} {
		exact, guess := Similar(statement, other), SketchOf(statement).Resembles(SketchOf(other))
		if math.Abs(exact-guess) > 0.2 {
			t.Errorf("%.20q: exact %v, estimated %v", other, exact, guess)
		}
	}
	if k := SketchOf("!!"); k.Resembles(SketchOf("?")) != 0 || k.Bands() != nil {
		t.Error("texts without words resemble each other")
	}
	a, b := SketchOf(statement).Bands(), SketchOf(changed).Bands()
	shared := 0
	for i := range a {
		if a[i] == b[i] {
			shared++
		}
	}
	if shared == 0 {
		t.Error("a slightly changed text shares no band")
	}
}

// TestStored pins values that contexts keep in their tables.
func TestStored(t *testing.T) {
	if got, want := Shingles("one two three")[0], int64(1486162338961189570); got != want {
		t.Errorf("shingle %d, want %d", got, want)
	}
	if got, want := SketchOf("one two three").Bands()[0], int64(-2672901633896397644); got != want {
		t.Errorf("band %d, want %d", got, want)
	}
}
