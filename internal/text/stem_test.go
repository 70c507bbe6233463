package text

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestSameStem holds families of words that one search must treat as one.
func TestSameStem(t *testing.T) {
	tests := []struct{ lang, words string }{
		{"ar", "العراق والعراق بالعراق للعراق العراقية عراقي العراقيين العراقيون"},
		{"ar", "سفارة السفارة سفارات سفارتها سفارته سفارتنا وللسفارة"},
		{"ar", "حُكومة الحكومة حكومات الحكومتين حكومته"},
		{"ar", "وزير الوزير والوزير للوزير وزيري وزيرها"},
		{"ar", "فرنسا فرنسي الفرنسية بالفرنسية"},
		{"ar", "سوريا سوري السورية سورية"},
		{"ar", "ألمانيا بألمانيا ألماني"},
		{"ar", "لبنان لبناني اللبنانية"},
		{"ar", "فلسطين فلسطيني الفلسطينيين"},
		{"ar", "انتخابات الانتخابية انتخاب"},
		{"ar", "مسؤول مسئول المسؤولون مسؤولين"},
		{"", "العراق ٱلْعِرَاق الـعـراق"},
		{"ckb", "کوردستان كوردستان کوردستانی"},
		{"ckb", "حکومەت حکومەتی حکومەتەکە حکومەتەکان حکومەتێک"},
		{"ckb", "وڵات وڵاتان وڵاتەکان وڵاتەکەمان وڵاتێک وڵاتی"},
		{"kmr", "وەلات وەلاتێ وەلاتان"},
		{"kmr", "welat welatê welatên welatan welatek welatekî"},
		{"kmr", "siyaset siyaseta siyasetê"},
		{"kmr", "Kurdistan Kurdistanê"},
		{"en", "minister ministers Minister's"},
		{"en", "negotiate negotiated negotiating negotiation"},
	}
	for _, tt := range tests {
		want := ""
		for _, w := range strings.Fields(tt.words) {
			got := strings.Join(Index(nil, tt.lang, w), " ")
			if want == "" {
				want = got
			}
			if got != want {
				t.Errorf("%s: %s gives %q, want %q", tt.lang, w, got, want)
			}
		}
	}
}

// TestOneSearchFinds asks as a person types and looks in what texts of each language
// hold: vowel signs, letters and digits of other keyboards, clitics before the word,
// pronouns behind it.
func TestOneSearchFinds(t *testing.T) {
	tests := []struct{ lang, asked, texts string }{
		{"ar", "سفارة", "سَفَارَة والسفارة بسفارتنا لسفارتهم وسفاراتها كسفارة فالسفارة سفاره"},
		{"ar", "كتاب", "كِتابٌ کتاب وكتابها بالكتاب وكتابنا الكتـاب"},
		{"ar", "وزير", "وزیر الوزير وَوَزير بوزير وزيرهم للوزير"},
		{"ar", "بغداد", "ببغداد وبغداد لبغداد بغدادي"},
		{"ar", "2016", "٢٠١٦ ۲۰۱۶"},
		{"ckb", "حکومەت", "حكومه‌ت حکومەتی حکومەتەکەمان حکومەتیش حكومەتەكان"},
		{"ckb", "كوردستان", "کوردستان کوردستانی كوردستاندا"},
		{"kmr", "serok", "serokê serokên serokan Serokek"},
		{"kmr", "Sengal", "Şengal Şengalê"},
		{"en", "negotiation", "negotiations negotiated Negotiating"},
	}
	for _, tt := range tests {
		asked := Forms(nil, Fold(tt.asked))
		for _, w := range strings.Fields(tt.texts) {
			for _, held := range Index(nil, tt.lang, w) {
				if !slices.Contains(asked, held) {
					t.Errorf("%s: %s holds %s, %s asks for %s", tt.lang, w, held, tt.asked, asked)
				}
			}
		}
	}
}

func TestStemKeepsApart(t *testing.T) {
	tests := []struct{ lang, a, b string }{
		{"ar", "لبنان", "لبن"},
		{"ar", "البحرين", "بحر"},
		{"ar", "كانون", "كان"},
		{"ar", "وزير", "زير"},
		{"ar", "بغداد", "غداد"},
		{"fr", "nation", "nations"},
		{"fa", "تهران", "تهر"},
	}
	for _, tt := range tests {
		a, b := Index(nil, tt.lang, tt.a), Index(nil, tt.lang, tt.b)
		if slices.Equal(a, b) {
			t.Errorf("%s: %s and %s are both %q", tt.lang, tt.a, tt.b, a)
		}
	}
}

// TestForms asks with one spelling and wants every text that holds the word.
func TestForms(t *testing.T) {
	tests := []struct{ ask, lang, in string }{
		{"بغداد", "ar", "ببغداد"}, {"بغداد", "ar", "وبغداد"}, {"بغداد", "", "لبغداد"}, {"بغداد", "fa", "بغداد"},
		{"العراق", "ar", "وللعراق"}, {"عراق", "ar", "فالعراق"}, {"للعراق", "ar", "العراق"}, {"العراق", "ar", "لعراق"},
		{"التزام", "ar", "الالتزام"}, {"الالتزام", "ar", "التزام"}, {"لجنة", "ar", "للجنة"},
		{"وزير", "ar", "ووزير"}, {"والعراق", "fa", "والعراق"},
		{"حکومەت", "ckb", "حکومەتەکان"}, {"وڵاتەکان", "ckb", "وڵات"}, {"كوردستان", "ckb", "کوردستانی"},
		{"Welatê", "kmr", "welatên"}, {"ministers", "en", "minister"}, {"nations", "fr", "nations"},
		{"İstanbul", "tr", "istanbul"}, {"Россия", "ru", "РОССИЯ"},
	}
	for _, tt := range tests {
		forms := Forms(nil, Fold(tt.ask))
		got := Index(nil, tt.lang, tt.in)
		if len(got) != 1 || !slices.Contains(forms, got[0]) {
			t.Errorf("%s does not find %s (%s, %q) among %q", tt.ask, tt.in, tt.lang, got, forms)
		}
	}
}

func BenchmarkIndex(b *testing.B) {
	for name, s := range map[string]string{
		"english": "The Foreign Minister met his counterparts in Baghdad on Tuesday for negotiations #Iraq https://t.co/abc",
		"arabic":  "التقى وزير الخارجية نظيره في بغداد يوم الثلاثاء وبحثا العلاقات الثنائية بين البلدين #العراق",
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			var dst []string
			for b.Loop() {
				dst = Index(dst[:0], "", s)
			}
		})
	}
}

func FuzzStem(f *testing.F) {
	f.Add("ar", "والسفارة")
	f.Add("kmr", "welatên")
	f.Fuzz(func(t *testing.T, lang, s string) {
		for _, tok := range Tokens(nil, s) {
			stem := Stem(lang, tok.Text)
			if stem == "" || len(stem) > 2*maxToken || !utf8.ValidString(stem) {
				t.Fatalf("%s: %q becomes %q", lang, tok.Text, stem)
			}
			if forms := Forms(nil, tok.Text); !slices.Contains(forms, tok.Text) {
				t.Fatalf("%q is no form of itself: %q", tok.Text, forms)
			}
		}
	})
}
