package text

import (
	"strings"
	"testing"
)

func TestIdentify(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", "und"}, {"123 👍 !!", "und"}, {"@name #tag https://x.org/the-and-of", "und"},
		{"التقى وزير الخارجية نظيره في بغداد وبحثا العلاقات الثنائية", "ar"},
		{"وەزیری دەرەوە لە بەغدا لەگەڵ هاوتاکەی کۆبووەوە", "ckb"},
		{"Wezîrê derve li Bexdayê bi hevpîşeyê xwe re civiya", "kmr"},
		{"وزیر خارجه در بغداد با همتای خود دیدار کرد", "fa"},
		{"وزیر خارجہ نے بغداد میں اپنے ہم منصب سے ملاقات کی", "ur"},
		{"Dışişleri Bakanı Bağdat'ta mevkidaşı ile bir araya geldi", "tr"},
		{"The foreign minister met his counterpart in Baghdad", "en"},
		{"RT @user: The minister is in Baghdad #العراق #بغداد", "en"},
		{"Der Außenminister traf seinen Amtskollegen in Bagdad", "de"},
		{"Le ministre a rencontré son homologue à Bagdad", "fr"},
		{"El ministro se reunió con su homólogo en Bagdad", "es"},
		{"Министр иностранных дел встретился с коллегой в Багдаде", "ru"},
		{"Міністр закордонних справ зустрівся з колегою у Багдаді", "uk"},
		{"外交部长在巴格达会见了他的同行", "zh"},
		{"外務大臣はバグダッドで会談した", "ja"},
		{"외무장관이 바그다드에서 회담했다", "ko"},
		{"שר החוץ נפגש עם עמיתו בבגדאד", "he"},
		{"Ο υπουργός Εξωτερικών συναντήθηκε", "el"},
		{"وەزیرێ دەرڤە ل بەغدا ل گەل هەڤپیشێ خوە جڤیا", "kmr"},
		{"كوردستان وڵاتێكى جوانە و خەڵكەكەى میوانپەروەرن", "ckb"},
		{"شلونكم شباب شكو ماكو اليوم ببغداد", "ar"},
		{"Xarici işlər naziri Bağdadda həmkarı ilə görüşdü", "az"},
		{"Daşary işler ministri Bagdatda öz kärdeşi bilen duşuşdy", "tk"},
		{"ܫܠܡܐ ܥܠܝܟܘܢ ܐܚܘܢܝ", "syr"},
	}
	for _, tt := range tests {
		got, conf := Identify(tt.in)
		if got != tt.want || conf < 0 || conf > 1 || (got == "und") != (conf == 0) {
			t.Errorf("%q is %s (%.2f), want %s", tt.in, got, conf, tt.want)
		}
	}
}

func TestStopWord(t *testing.T) {
	for _, w := range []string{"the", "and", "في", "لەگەڵ", "ئەوەی", "jî", "RT", "التي", "و", "7", "что"} {
		for _, tok := range Tokens(nil, w) {
			if !StopWord(tok.Text) {
				t.Errorf("%s is no stop word", tok.Text)
			}
		}
		for _, f := range Index(nil, "", w) {
			if !StopWord(f) {
				t.Errorf("%s, the stem of %s, is no stop word", f, w)
			}
		}
	}
	for _, w := range []string{"iraq", "العراق", "کوردستان", "minister", "وزیر", "12", "embassy"} {
		if StopWord(Fold(w)) {
			t.Errorf("%s is a stop word", w)
		}
	}
}

func FuzzIdentify(f *testing.F) {
	f.Add("The و 外")
	f.Fuzz(func(t *testing.T, s string) {
		if lang, conf := Identify(s); lang == "" || conf < 0 || conf > 1 {
			t.Fatalf("%q: %q %v", s, lang, conf)
		}
	})
}

func BenchmarkIdentify(b *testing.B) {
	const s = "The foreign minister met his counterpart in Baghdad on Tuesday and they discussed relations"
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		Identify(s)
	}
}

func TestSpans(t *testing.T) {
	const (
		ar  = "التقى وزير الخارجية نظيره في بغداد وبحثا العلاقات الثنائية"
		en  = "The foreign minister met his counterpart in Baghdad"
		tr  = "Dışişleri Bakanı Bağdat'ta mevkidaşı ile bir araya geldi"
		ckb = "وەزیری دەرەوە لە بەغدا لەگەڵ هاوتاکەی کۆبووەوە"
	)
	tests := []struct{ name, in, want string }{
		{"nothing", " \n ", ""},
		{"no letters", "12 👍", ""},
		{"one language", en, "en"},
		{"two scripts", en + " " + ar, "en ar"},
		{"within a script", en + ". " + tr, "en tr"},
		{"Arabic and Sorani", ar + "\n" + ckb, "ar ckb"},
		{"back again", ar + " " + en + " " + ar, "ar en ar"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, s := range Spans(tt.in) {
				got = append(got, s.Lang)
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	if s := Spans(en + " " + ar); len(s) != 2 || s[1].From != len(en)+1 || s[1].To != len(en)+1+len(ar) {
		t.Errorf("spans %v", s)
	}
}

func FuzzSpans(f *testing.F) {
	f.Add("The و 外 one two three four پێنج شەش")
	f.Fuzz(func(t *testing.T, s string) {
		end := 0
		for _, x := range Spans(s) {
			if x.From < end || x.To <= x.From || x.To > len(s) || x.Lang == "" {
				t.Fatalf("%q: %+v", s, x)
			}
			end = x.To
		}
	})
}

func TestIdentifyDoesNotAllocate(t *testing.T) {
	const s = "The foreign minister met his counterpart in Baghdad"
	Identify(s)
	if n := testing.AllocsPerRun(100, func() { Identify(s) }); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}
