package near

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestJaccard(t *testing.T) {
	tests := []struct {
		name, a, b string
		words      int
		want       float64
	}{
		{"itself", "the envoy arrived in Basra", "The envoy arrived in BASRA!", 1, 1},
		{"one of five words", "the envoy arrived in Basra", "the envoy arrived in Mosul", 1, 4.0 / 6},
		{"order counts in pairs", "a1 b1 c1 d1", "d1 c1 b1 a1", 2, 0},
		{"order does not count alone", "a1 b1 c1 d1", "d1 c1 b1 a1", 1, 1},
		{"a mention and a tracking code", "@someone see https://a.iq/x?fbclid=1 now", "see https://a.iq/y now", 2, 1},
		{"vowel signs and letters", "وَزارَة الخارجيّة العراقية", "وزارة الخارجیة العراقیە", 1, 1},
		{"nothing", "", "— 👍", 1, 0},
	}
	for _, tt := range tests {
		if got := Jaccard(Words(nil, tt.a, tt.words), Words(nil, tt.b, tt.words)); math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
	if got := Jaccard(Chars(nil, "Baghdad  summit", 4), Chars(nil, "baghdad\nSUMMIT", 4)); got != 1 {
		t.Errorf("characters: %v, want 1", got)
	}
}

// TestStored pins values that contexts may keep in their tables.
func TestStored(t *testing.T) {
	if got, want := fmt.Sprint(Words(nil, "one two three", 2)), "[2034430515 2045299500]"; got != want {
		t.Errorf("shingles %s, want %s", got, want)
	}
}

func TestBandingReachesRecall(t *testing.T) {
	for _, threshold := range []float64{0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1} {
		bands, rows := Banding(threshold, 0.99)
		got := 1 - math.Pow(1-math.Pow(threshold, float64(rows)), float64(bands))
		if got < 0.99 || bands*rows > mostHashes {
			t.Errorf("%v: %d bands of %d meet with %v", threshold, bands, rows, got)
		}
	}
}

// texts makes n texts of random words; every fourth is one of the ten before
// with a word changed.
func texts(n int, seed uint64) []Set {
	r := rand.New(rand.NewPCG(seed, 1))
	var words [][]string
	out := make([]Set, n)
	for i := range out {
		var w []string
		if i > 10 && r.IntN(4) == 0 {
			w = slices.Clone(words[i-1-r.IntN(10)])
			w[r.IntN(len(w))] = fmt.Sprint("x", r.IntN(1e6))
		} else {
			for range 8 + r.IntN(20) {
				w = append(w, fmt.Sprint("w", r.IntN(1e5)))
			}
		}
		words = append(words, w)
		out[i] = Words(nil, strings.Join(w, " "), 1)
	}
	return out
}

func TestIndexFindsWhatAllPairsFind(t *testing.T) {
	sets := texts(3000, 7)
	x := NewIndex(Options{Capacity: len(sets)})
	want, got := 0, 0
	for i, s := range sets {
		exact := map[int64]float64{}
		for j, o := range sets[:i] {
			if v := Jaccard(o, s); v >= 0.8 {
				exact[int64(j)] = v
			}
		}
		want += len(exact)
		for _, m := range x.Match(s) {
			if exact[m.ID] != m.Jaccard {
				t.Fatalf("text %d is said to resemble %d by %v, which is %v", i, m.ID, m.Jaccard, exact[m.ID])
			}
			got++
		}
		x.Insert(int64(i), s)
	}
	if want < 300 || float64(got) < 0.99*float64(want) {
		t.Errorf("%d of %d pairs found", got, want)
	}
}

func TestIndexForgetsTheOldest(t *testing.T) {
	x := NewIndex(Options{Capacity: 100})
	sets := texts(1000, 9)
	for i, s := range sets {
		x.Insert(int64(i), s)
		if m := x.Match(s); len(m) == 0 || m[0].ID != int64(i) {
			t.Fatalf("text %d just remembered is not found", i)
		}
		for _, m := range x.Match(sets[max(0, i-100)]) {
			if m.ID <= int64(i-100) {
				t.Fatalf("after %d text %d is still remembered", i, m.ID)
			}
		}
	}
	if x.Len() != 100 {
		t.Errorf("%d texts remembered, want 100", x.Len())
	}
}

func TestAddKeepsARepeatedTextOnce(t *testing.T) {
	x := NewIndex(Options{Capacity: 50})
	hot := Words(nil, "the very same words as everybody else", 1)
	other := Words(nil, "an altogether different sentence about grain", 1)
	x.Add(1, other)
	for i := range int64(10_000) {
		m := x.Add(100+i, hot)
		if i > 0 && (len(m) == 0 || m[0].ID != 100 || m[0].Jaccard != 1) {
			t.Fatalf("repetition %d: %v, want the first", i, m)
		}
	}
	if m := x.Match(other); len(m) != 1 || m[0].ID != 1 {
		t.Errorf("the repeated text drove out another: %v", m)
	}
	if m := x.Add(0, nil); len(m) != 0 {
		t.Errorf("a text without words resembles %v", m)
	}
}

func FuzzIndex(f *testing.F) {
	f.Add("the envoy arrived", "the envoy left", uint8(3))
	f.Add("وزارة الخارجية", "وەزارەتی دەرەوە", uint8(1))
	f.Add("\xff\x00#Tag@a http://x.y/z", "中文中文", uint8(0))
	f.Fuzz(func(t *testing.T, a, b string, n uint8) {
		x := NewIndex(Options{Capacity: 3, Threshold: 0.5})
		for i, s := range []string{a, b, a + " " + b, b + a, a} {
			for _, set := range []Set{Words(nil, s, int(n%6)), Chars(nil, s, int(n%9))} {
				if !slices.IsSorted(set) || len(slices.Compact(slices.Clone(set))) != len(set) {
					t.Fatalf("%q gives %v: not a set", s, set)
				}
				for _, m := range x.Add(int64(i), set) {
					if m.Jaccard < 0.5 || m.Jaccard > 1 {
						t.Fatalf("match %v", m)
					}
				}
				if m := x.Match(set); len(set) > 0 && (len(m) == 0 || m[0].Jaccard != 1) {
					t.Fatalf("%q is not found again", s)
				}
			}
		}
	})
}

// BenchmarkAdd streams texts of 8 to 27 words through an index of 100,000.
func BenchmarkAdd(b *testing.B) {
	for _, threshold := range []float64{0.5, 0.8} {
		b.Run(fmt.Sprint(threshold), func(b *testing.B) {
			sets := texts(200_000, 3)
			x := NewIndex(Options{Threshold: threshold})
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				x.Add(int64(i), sets[i%len(sets)])
			}
		})
	}
}

func BenchmarkWords(b *testing.B) {
	const s = "Baghdad: The ministry condemns the attack on the embassy this morning and calls upon all parties to respect the convention https://t.co/abc"
	var set Set
	b.ReportAllocs()
	for b.Loop() {
		set = Words(set, s, 1)
	}
}
