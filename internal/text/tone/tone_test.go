package tone

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// kinds of the findings on a text, each once.
func kinds(r Report) (out []Kind) {
	for _, f := range r.Findings {
		if !slices.Contains(out, f.Kind) {
			out = append(out, f.Kind)
		}
	}
	return out
}

func TestWhatIsFound(t *testing.T) {
	for _, tt := range []struct {
		name, lang, text string
		want             []Kind // that must be among the findings
		excerpt          string // of one of them
		hot              bool
	}{
		{"insult", "en", "The minister is an idiot.", []Kind{Insult}, "idiot", true},
		{"insult", "ar", "وزيرهم غبي ولا يفهم شيئا.", []Kind{Insult}, "غبي", true},
		{"insult with the article", "ar", "هؤلاء الأغبياء لا يفهمون.", []Kind{Insult}, "الأغبياء", true},
		{"insult", "ckb", "ئەو وەزیرە گەمژەیە و هیچ نازانێت.", []Kind{Insult}, "گەمژەیە", true},
		{"insult", "kmr", "Wezîrê wan ehmeq e û tiştekî nizane.", []Kind{Insult}, "ehmeq", true},
		{"insult without diacritics", "kmr", "Ew kesekî beseref e.", []Kind{Insult}, "beseref", true},
		{"threat", "en", "Leave now or you will pay for it.", []Kind{Threat}, "you will pay", true},
		{"intent and harm", "en", "We will not rest: we will soon destroy your cities.", []Kind{Threat}, "we will soon destroy", true},
		{"threat", "ar", "سندمر بيوتكم وستندمون على ما فعلتم.", []Kind{Threat}, "سندمر", true},
		{"intent and harm", "ar", "سوف نسحق كل من يقف أمامنا.", []Kind{Threat}, "سوف نسحق", true},
		{"threat", "ckb", "ئەگەر نەڕۆن وێرانتان دەکەین.", []Kind{Threat}, "وێرانتان دەکەین", true},
		{"intent and harm", "kmr", "Em ê bajarên we wêran bikin.", []Kind{Threat}, "Em ê bajarên we wêran bikin", true},
		{"violence in a post", "en", "RT @x: Soldiers shot dead three protesters at the border, snipers killed a child #Gaza https://t.co/x", []Kind{Threat}, "", true},
		{"attack", "en", "You lied to the world and the shame is yours.", []Kind{Attack}, "", false},
		{"attack", "ar", "أنتم تكذبون على العالم.", []Kind{Attack}, "أنتم تكذبون", false},
		{"attack", "ckb", "ئێوە درۆتان کرد.", []Kind{Attack}, "ئێوە درۆتان", false},
		{"attack", "kmr", "Hûn derewan dikin.", []Kind{Attack}, "Hûn derewan", false},
		{"sarcasm", "en", "Oh great, another statement. Thanks for nothing.", []Kind{Sarcasm}, "Oh great", false},
		{"exclamations", "en", "This is enough!!!", []Kind{Exclamation}, "!!!", false},
		{"capitals", "en", "This is TOTALLY WRONG and we know it.", []Kind{Capitals}, "TOTALLY WRONG", false},
		{"undiplomatic", "en", "These claims are absurd.", []Kind{Undiplomatic}, "absurd", false},
		{"undiplomatic", "ar", "هذه أكاذيب لا أساس لها.", []Kind{Undiplomatic}, "أكاذيب", false},
		{"undiplomatic", "ckb", "ئەمە پیلانێکی دوژمنانە.", []Kind{Undiplomatic}, "", false},
		{"undiplomatic", "kmr", "Ev derew e.", []Kind{Undiplomatic}, "derew e", false},
		{"name", "en", "We heard what Putin said.", []Kind{Leader}, "Putin", false},
		{"office and name", "en", "We thank President Niinistö for his words.", []Kind{Leader}, "President Niinistö", false},
		{"government", "ar", "ندعو حكومة تركيا إلى الحوار.", []Kind{Leader}, "حكومة تركيا", false},
		{"number", "en", "The ministry helped 4,500 families.", []Kind{Number}, "4,500", false},
		{"share", "ar", "ارتفعت الصادرات ٣٠٪.", []Kind{Number}, "٣٠", false},
		{"superlative", "ckb", "ئەمە باشترین پڕۆژەیە.", []Kind{Superlative}, "باشترین", false},
		{"promise", "kmr", "Em soz didin ku xebat biqede.", []Kind{Promise}, "Em soz didin", false},
		{"mail", "en", "Write to ali.hassan@example.org today.", []Kind{Personal}, "ali.hassan@example.org", false},
		{"phone", "ar", "اتصلوا على 0770 123 4567.", []Kind{Personal}, "0770 123 4567", false},
		{"phone in Arabic digits", "ckb", "پەیوەندی بکەن بە ٠٧٧٠١٢٣٤٥٦٧.", []Kind{Personal}, "٠٧٧٠١٢٣٤٥٦٧", false},
		{"phone abroad", "en", "Call +964 770 123 4567 now.", []Kind{Personal}, "+964 770 123 4567", false},
		{"IBAN", "en", "Pay to DE89 3704 0044 0532 0130 00 please.", []Kind{Personal}, "DE89 3704 0044 0532 0130 00", false},
		{"passport", "en", "Her passport A12345678 was found.", []Kind{Personal}, "A12345678", false},
		{"home", "ar", "يسكن في محلة 601 زقاق 4 دار 12.", []Kind{Personal}, "", false},
		{"street", "en", "He lives at 12 Haifa Street.", []Kind{Personal}, "12 Haifa Street", false},
		{"wrong language", "ar", "The ministry welcomes the delegation of the United Nations today.", []Kind{Language}, "", false},
		{"Sorani for Arabic", "ar", "وەزارەتی دەرەوە پێشوازی لە شاندی نەتەوە یەکگرتووەکان دەکات لە بەغدا.", []Kind{Language}, "", false},
		{"letters", "ckb", "وەزارەتي دەرەوە.", []Kind{Language}, "وەزارەتي", false},
		{"mixed letters", "en", "The m\u0456nistry said so.", []Kind{Language}, "m\u0456nistry", false},
		{"override", "en", "File \u202Egpj.exe is here.", []Kind{Direction}, "\u202E", false},
		{"begins in Latin", "ar", "UNESCO تعلن إدراج الموقع في قائمة التراث العالمي.", []Kind{Direction}, "UNESCO", false},
		{"alternative text", "en", "![](/media/flag.jpg)", []Kind{Alt}, "![](/media/flag.jpg)", false},
		{"link", "en", "[here](htp:/x)", []Kind{Link}, "[here](htp:/x)", false},
		{"link without a server", "en", "See https:/example.org/a for more.", []Kind{Link}, "https:/example.org/a", false},
		{"long sentence", "en", strings.Repeat("and the delegation said ", 14) + "so.", []Kind{Reading}, "", false},
	} {
		t.Run(tt.lang+" "+tt.name, func(t *testing.T) {
			r := Default().Check(tt.lang, tt.text)
			for _, k := range tt.want {
				if !slices.Contains(kinds(r), k) {
					t.Errorf("no %s among %+v", k, r.Findings)
				}
			}
			if tt.excerpt != "" && !slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Excerpt == tt.excerpt }) {
				t.Errorf("no finding on %q among %+v", tt.excerpt, r.Findings)
			}
			if r.Hot != tt.hot {
				t.Errorf("heat %.2f, want hot %v; %+v", r.Heat, tt.hot, r.Findings)
			}
			for _, f := range r.Findings {
				if got := []rune(tt.text); f.From > f.To || f.RuneTo > len(got) || string(got[f.RuneFrom:f.RuneTo]) != tt.text[f.From:f.To] {
					t.Errorf("place of %+v: characters and bytes differ", f)
				}
			}
		})
	}
}

// Diplomatic wording of every language is left alone.
func TestWhatIsNotFound(t *testing.T) {
	for lang, list := range map[string][]string{
		"en": {
			"The Minister for Foreign Affairs received the Ambassador of France on Tuesday 12 May 2016.",
			"Iraq condemns the attack and conveys its condolences to the families of the victims.",
			"We will continue to work with our neighbours, and you are welcome in Baghdad.",
			"Security Council resolution 2253 (2015) remains the basis of our work.",
			"[The statement](/en/statements/visit) and ![The two ministers shake hands](/media/a.jpg)",
			"Write to press@mofa.example.",
		},
		"ar": {
			"استقبل وزير الخارجية سفير فرنسا يوم الثلاثاء 12 أيار 2016.",
			"تدين الوزارة الهجوم وتتقدم بالتعازي إلى أسر الضحايا.",
			"يستند عملنا إلى قرار مجلس الأمن 2253 لعام 2015.",
			"سوف نواصل العمل مع جيراننا من أجل الاستقرار.",
		},
		"ckb": {
			"وەزیری دەرەوە لە ڕۆژی سێشەممە ١٢ی ئایاری ٢٠١٦ پێشوازی لە باڵیۆزی فەڕەنسا کرد.",
			"وەزارەت هێرشەکە مەحکووم دەکات و سەرەخۆشی لە کەسوکاری قوربانییان دەکات.",
		},
		"kmr": {
			"Wezîrê Karên Derve roja sêşemê 12 gulana 2016 balyozê Fransayê qebûl kir.",
			"Wezaret êrîşê şermezar dike û sersaxiyê ji malbatên qurbaniyan re dixwaze.",
		},
	} {
		for _, s := range list {
			r := Default().Check(lang, s)
			if r.Heat > 0.1 || slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Kind != Leader }) {
				t.Errorf("%s: %s\n  heat %.2f %+v", lang, s, r.Heat, r.Findings)
			}
		}
	}
}

func TestHeatIsOfTheHottestPassage(t *testing.T) {
	one := "These claims are absurd. "
	calm := strings.Repeat("The delegation met its hosts and thanked them for the welcome. ", 30)
	short, long := Default().Check("en", one), Default().Check("en", one+calm+one+calm)
	if short.Heat != long.Heat {
		t.Errorf("heat of one passage %.3f, of a long text with two %.3f", short.Heat, long.Heat)
	}
	if many := Default().Check("en", strings.Repeat(one, 6)); !many.Hot {
		t.Errorf("six undiplomatic terms in a row: heat %.3f, want hot", many.Heat)
	}
}

func TestListsAreReadAndWritten(t *testing.T) {
	for _, lang := range Languages {
		for list, terms := range Shipped(lang) {
			again, err := ParseTerms(FormatTerms(terms))
			if err != nil || !slices.Equal(again, terms) {
				t.Errorf("%s %s: written and read again they differ: %v", lang, list, err)
			}
		}
		for _, list := range []List{Insults, Threats, Undiplomatics, Blames, Addresses, Leaders, Offices, Superlatives, Promises, Sources, References, Sarcasms, Places, Negations, Months} {
			if len(Shipped(lang)[list]) == 0 {
				t.Errorf("%s has no list %s", lang, list)
			}
		}
	}
	for in, key := range map[string]string{"a*": "publish.tone.list.open", "ok\n…": "publish.tone.list.empty", strings.Repeat("a ", 9): "publish.tone.list.long"} {
		_, err := ParseTerms(in)
		if e, ok := err.(*LineError); !ok || e.Key != key {
			t.Errorf("%q: got %v, want %s", in, err, key)
		}
	}
}

func TestOwnLists(t *testing.T) {
	c := New(map[string]Lists{"en": {Insults: {{Words: "blue whale*"}}, Allowed: {{Words: "blue whale park"}}}})
	if r := c.Check("en", "What a pair of Blue Whales, idiot."); len(r.Findings) == 0 || r.Findings[0].Excerpt != "Blue Whales" || len(r.Findings) != 1 {
		t.Errorf("got %+v", r.Findings)
	}
	if r := c.Check("en", "We opened the blue whale park."); r.Heat != 0 {
		t.Errorf("an allowed term makes heat %.2f", r.Heat)
	}
}

func TestContradictions(t *testing.T) {
	for _, tt := range []struct {
		lang, ours, theirs string
		want               Difference
	}{
		{"en", "The embassy in Amman will open on 5 June at its new address.", "The embassy in Amman will open on 12 June at its new address.", OtherDate},
		{"en", "The ministry helped 4,500 families to return home this year.", "The ministry helped 6,200 families to return home this year.", OtherNumbers},
		{"en", "Iraq will take part in the conference in Geneva.", "Iraq will not take part in the conference in Geneva.", Denied},
		{"ar", "ستشارك جمهورية العراق في مؤتمر جنيف للمياه.", "لن ستشارك جمهورية العراق في مؤتمر جنيف للمياه.", Denied},
		{"ckb", "باڵیۆزخانە لە عەممان لە ٥ی حوزەیران دەکرێتەوە.", "باڵیۆزخانە لە عەممان لە ٥ی تەمووز دەکرێتەوە.", OtherDate},
		{"kmr", "Wezaretê alîkariya 4500 malbatan kir ku vegerin malê.", "Wezaretê alîkariya 6200 malbatan kir ku vegerin malê.", OtherNumbers},
		{"en", "The ministry helped 4,500 families to return home this year.", "The ministry helped 4500 families to return home this year.", ""},
		{"en", "The ambassador met the mayor of Lyon on 5 June.", "The consul opened a school in Basra on 12 June.", ""},
	} {
		a, b := Default().Sentences(tt.lang, tt.ours), Default().Sentences(tt.lang, tt.theirs)
		if len(a) != 1 || len(b) != 1 {
			t.Fatalf("%s: %d and %d sentences", tt.ours, len(a), len(b))
		}
		if got, ok := b[0].Against(&a[0]); got != tt.want || ok != (tt.want != "") {
			t.Errorf("%s | %s: got %q, want %q", tt.ours, tt.theirs, got, tt.want)
		}
	}
}

// FuzzCheck wants of any text in any language: no panic, places within the text
// at whole characters, heat between 0 and 1, the same answer twice.
func FuzzCheck(f *testing.F) {
	for _, s := range []string{"You idiots!!! We will destroy you. +964 770 123 4567 a@b.co ![](x) [a](b", "سندمر\u202E بيوتكم ٣٠٪ وي", "Em ê we tune bikin ![", "\u2067a\n\u2069", "\xff\xfe@.!?",
		"GB82 WEST 1234 5698 7654 32", "12 Haifa Street محلة 601 زقاق 4"} {
		for _, lang := range append([]string{"", "de"}, Languages...) {
			f.Add(lang, s)
		}
	}
	f.Fuzz(func(t *testing.T, lang, s string) {
		if len(s) > 4000 {
			return
		}
		r := Default().Check(lang, s)
		if r.Heat < 0 || r.Heat > 1 || r.Hot != (r.Heat >= HotFrom) {
			t.Fatalf("heat %v, hot %v", r.Heat, r.Hot)
		}
		last := 0
		for _, x := range r.Findings {
			if x.From < last || x.To < x.From || x.To > len(s) || !slices.Contains(Kinds, x.Kind) {
				t.Fatalf("finding out of place: %+v", x)
			}
			if x.From < len(s) && utf8.ValidString(s) && !utf8.RuneStart(s[x.From]) || x.RuneTo < x.RuneFrom {
				t.Fatalf("finding within a character: %+v", x)
			}
			last = x.From
		}
		if again := Default().Check(lang, s); again.Heat != r.Heat || len(again.Findings) != len(r.Findings) {
			t.Fatal("a second look says something else")
		}
		for _, x := range Default().Sentences(lang, s) {
			if d, ok := x.Against(&x); ok {
				t.Fatalf("a sentence contradicts itself: %s", d)
			}
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	for _, bb := range []struct{ name, lang, text string }{
		{"post.en", "en", "RT @x: Soldiers shot dead three protesters at the border, snipers killed a child #Gaza https://t.co/x"},
		{"post.ar", "ar", "استقبل وزير الخارجية سفير فرنسا يوم الثلاثاء وبحثا العلاقات الثنائية وسبل تطويرها #العراق"},
		{"statement.en", "en", strings.Repeat("The Minister for Foreign Affairs received the Ambassador of France and discussed the relations of both countries. ", 40)},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.SetBytes(int64(len(bb.text)))
			for b.Loop() {
				Default().Check(bb.lang, bb.text)
			}
		})
	}
}
