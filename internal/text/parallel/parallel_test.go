package parallel

import (
	"slices"
	"strings"
	"testing"
)

func all(int64) float64 { return 1 }

// TestSameThingsMeet holds that what is alike has one key in all languages.
func TestSameThingsMeet(t *testing.T) {
	tests := []struct {
		name   string
		texts  map[string]string
		shared Kind
	}{
		{"number", map[string]string{"en": "They sent 1,250 tents.", "ar": "أرسلوا ١٬٢٥٠ خيمة.", "ckb": "١٢٥٠ چادریان نارد.", "kmr": "1.250 kon şandin.", "fr": "Ils ont envoyé 1 250 tentes."}, Number},
		{"part of a number", map[string]string{"en": "It rose by 2.5 points.", "ar": "ارتفع ٢٫٥ نقطة.", "fr": "Une hausse de 2,5 points."}, Number},
		{"date", map[string]string{"en": "It opens on May 15.", "ar": "يفتتح يوم ١٥ أيار.", "ckb": "لە ١٥ی ئایاردا دەکرێتەوە ١٥ی ئایار.", "kmr": "Di 15ê Gulanê de vedibe.", "fr": "Il ouvre le 15 mai."}, Date},
		{"month of two words", map[string]string{"en": "It began on 3 October.", "ar": "بدأ في 3 تشرين الأول.", "ckb": "لە ٣ی تشرینی یەکەم دەستی پێ کرد."}, Date},
		{"name", map[string]string{"en": "The talks in Stockholm ended.", "ar": "انتهت المباحثات في ستوكهولم.", "ckb": "گفتوگۆکان لە ستۆکهۆڵم کۆتاییان هات.", "kmr": "Hevdîtin li Stockholmê bi dawî bûn."}, Sound},
	}
	for _, tt := range tests {
		for a, x := range tt.texts {
			for b, y := range tt.texts {
				m := Compare(Read(a, x, nil), Read(b, y, nil), all)
				if a == b || m.Same {
					continue
				}
				if len(m.Pairs) != 1 || !slices.ContainsFunc(m.Pairs[0].Ours.Marks, func(k Mark) bool { return k.Shared && (k.Kind == tt.shared || tt.shared == Sound && k.Kind == Name) }) {
					t.Errorf("%s: %q and %q share nothing: %+v", tt.name, x, y, m)
				}
			}
		}
	}
}

func TestNothingInCommon(t *testing.T) {
	for _, s := range []string{"", "!", "The weather is fine.", "١٢"} {
		m := Compare(Read("en", s, nil), Read("ar", "انتهت المباحثات في ستوكهولم يوم 3 أيار.", nil), all)
		if m.Evidence != 0 || m.Score != 0 || len(m.Pairs) != 0 {
			t.Errorf("%q: got %+v, want no match", s, m)
		}
	}
}

// TestWorkIsBounded: the longest of texts that are hard to align.
func TestWorkIsBounded(t *testing.T) {
	for _, s := range []string{strings.Repeat("15 May. ", 20_000), strings.Repeat("1 ", 50_000), strings.Repeat("a.", 50_000), strings.Repeat("Berlin 7 March ", 7000)} {
		x := Read("en", s, nil)
		if x.Words() > maxWords || len(x.units) > maxUnits {
			t.Fatalf("read %d words, %d sentences", x.Words(), len(x.units))
		}
		Compare(x, x, all)
	}
}

func FuzzCompare(f *testing.F) {
	f.Add("en", "On 15 May 1,250 tents left. No one was hurt.", "ar", "غادرت ١٢٥٠ خيمة يوم ١٥ أيار/مايو 2026.")
	f.Add("kmr", "Di 15ê Gulanê de", "", "15/5 2.5 1 250 '’٫")
	f.Fuzz(func(t *testing.T, a, x, b, y string) {
		m := Compare(Read(a, x, []Known{{Key: "k", From: 0, To: len(x)}}), Read(b, y, nil), all)
		if m.Score < 0 || m.Score > 1 || m.Cover < 0 || m.Cover > 1 {
			t.Fatalf("measures out of bounds: %+v", m)
		}
		for _, p := range m.Pairs {
			for _, side := range []struct {
				Side
				s string
			}{{p.Ours, x}, {p.Theirs, y}} {
				at := side.From
				for _, k := range side.Marks {
					if k.From < at || k.To < k.From || k.To > side.To {
						t.Fatalf("marks out of order: %+v", side.Side)
					}
					at = k.To
				}
				if side.To > len(side.s) {
					t.Fatalf("side out of text: %+v", side.Side)
				}
			}
		}
	})
}
