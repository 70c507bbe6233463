package publish

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"

	"sifara/internal/i18n"
	"sifara/internal/text"
)

// quoting are two messages in four languages, and what others make of them.
var quoting = []struct {
	lang         i18n.Lang
	first        string // of one message
	second       string // of another
	dots         string // first with dots in it
	left         string // what the dots stand for
	forged       string // first with two words changed, in marks
	before, then string // words of a reporter around quotations
}{
	{i18n.English,
		"The Ministry welcomes the agreement that both delegations reached in Geneva on Tuesday, and calls upon all parties to keep to the dates that it sets.",
		"The Consulate in Marseille will remain closed during the second week of August because the building is being repaired by the owner.",
		"The Ministry welcomes the agreement that both delegations reached [...] and calls upon all parties to keep to the dates", "in Geneva on Tuesday,",
		"“The Ministry rejects the agreement that both delegations reached in Geneva on Tuesday, and calls upon no parties to keep to the dates that it sets.”",
		"Our correspondent reports from the capital, where shops were full and buses late this morning:", "He went on to visit the old market, bought bread, and spoke with a baker who had read nothing at all."},
	{i18n.Arabic,
		"ترحب الوزارة بالاتفاق الذي توصل إليه الوفدان في جنيف يوم الثلاثاء، وتدعو جميع الأطراف إلى الالتزام بالمواعيد المنصوص عليها فيه.",
		"تبقى القنصلية في مرسيليا مغلقة خلال الأسبوع الثاني من شهر آب بسبب أعمال الترميم التي يجريها مالك البناية.",
		"ترحب الوزارة بالاتفاق الذي توصل إليه الوفدان (…) وتدعو جميع الأطراف إلى الالتزام بالمواعيد", "في جنيف يوم الثلاثاء،",
		"«ترفض الوزارة الاتفاق الذي توصل إليه الوفدان في جنيف يوم الثلاثاء، وتدعو جميع الأطراف إلى تجاهل المواعيد المنصوص عليها فيه.»",
		"أفاد مراسلنا من العاصمة حيث امتلأت الدكاكين وتأخرت الحافلات صباحًا:", "ثم زار السوق القديمة واشترى خبزًا وتحدث إلى خباز لم يقرأ شيئًا قط."},
	{i18n.Sorani,
		"وەزارەت پێشوازی لەو ڕێککەوتنە دەکات کە هەردوو شاندەکە ڕۆژی سێشەممە لە ژنێڤ پێی گەیشتن، و داوا لە هەموو لایەنەکان دەکات پابەندی کاتەکانی ناوی بن.",
		"کونسوڵخانە لە مارسێلیا لە هەفتەی دووەمی مانگی ئابدا داخراو دەمێنێتەوە چونکە خاوەنەکەی باڵەخانەکە نۆژەن دەکاتەوە.",
		"وەزارەت پێشوازی لەو ڕێککەوتنە دەکات کە هەردوو شاندەکە ... پێی گەیشتن، و داوا لە هەموو لایەنەکان دەکات", "ڕۆژی سێشەممە لە ژنێڤ",
		"«وەزارەت دژایەتی ئەو ڕێککەوتنە دەکات کە هەردوو شاندەکە ڕۆژی سێشەممە لە ژنێڤ پێی گەیشتن، و داوا لە هیچ لایەنەکان دەکات پابەندی کاتەکانی ناوی بن.»",
		"پەیامنێرمان لە پایتەختەوە دەنووسێت کە بەیانی دوکانەکان پڕ بوون و پاسەکان دواکەوتن:", "پاشان سەردانی بازاڕە کۆنەکەی کرد و نانی کڕی و لەگەڵ نانەوایەکدا قسەی کرد."},
	{i18n.Kurmanji,
		"Wezaret pêşwaziya peymana ku her du şandeyan roja sêşemê li Cenevreyê gihîştinê dike, û ji hemû aliyan dixwaze ku li gorî demên tê de tevbigerin.",
		"Konsolxaneya Marsîlyayê wê di hefteya duyem a meha Tebaxê de girtî bimîne ji ber ku xwediyê avahiyê wê nû dike.",
		"Wezaret pêşwaziya peymana ku her du şandeyan … gihîştinê dike, û ji hemû aliyan dixwaze", "roja sêşemê li Cenevreyê",
		"“Wezaret redkirina peymana ku her du şandeyan roja sêşemê li Cenevreyê gihîştinê dike, û ji hemû aliyan naxwaze ku li gorî demên tê de tevbigerin.”",
		"Peyamnêrê me ji paytextê dinivîse ku sibehê dikan tije bûn û otobus dereng man:", "Paşê ew çû sûka kevn, nan kirî û bi nanpêjekî re axivî ku tiştek nexwendibû."},
}

func TestQuotedPassages(t *testing.T) {
	eachProving(t, func(t *testing.T, h *house, l *PublicLog) {
		var first, second []Variant
		for _, q := range quoting {
			first = append(first, Variant{Lang: q.lang, Title: "1", Body: q.first})
			second = append(second, Variant{Lang: q.lang, Title: "2", Body: q.second})
		}
		h.publish("00000000-0000-7000-8000-000000000031", "first", first...)
		h.publish("00000000-0000-7000-8000-000000000032", "second", second...)
		for _, q := range quoting {
			long := strings.Repeat(q.before+" "+q.then+" ", 3)
			for _, tt := range []struct {
				name, pasted string
				want         Verdict
				quotes       string // slug and verdict of each
			}{
				{"dots", q.dots, Abridged, ""},
				{"dots around a quotation", "… " + firstWords(q.dots) + " …", Part, ""},
				{"two statements in one", q.first + "\n\n" + q.second, Contains, "first part second part"},
				{"two quotations in an article", long + "“" + q.first + "” " + q.then + " «" + q.second + "» " + long, Contains, "first part second part"},
				{"an altered quotation in an article", long + q.forged + " " + long, Misquoted, "first altered"},
				{"an altered quotation without marks in an article", long + strings.Trim(q.forged, "“”«»") + " " + long, Misquoted, "first altered"},
				{"one true, one altered", long + q.forged + " " + q.then + " “" + q.second + "” " + long, Misquoted, "first altered second part"},
				{"a quotation of others", "“" + q.before + "” " + q.then, NotFound, ""},
			} {
				f, err := l.Verify(t.Context(), tt.pasted)
				if err != nil {
					t.Fatal(err)
				}
				var quotes []string
				for _, x := range f.Quotes {
					v := x.Verdict
					if v == Unchanged || v == Formatting { // the whole body is a text of ours
						v = Part
					}
					quotes = append(quotes, x.Message.Slug, string(v))
				}
				if got := strings.Join(quotes, " "); f.Verdict != tt.want || got != tt.quotes {
					t.Errorf("%s, %s: got %s [%s], want %s [%s]", q.lang, tt.name, f.Verdict, got, tt.want, tt.quotes)
				}
				if tt.want == Abridged {
					left := ""
					for _, p := range f.Pieces {
						if p.Op == "-" {
							left += p.Text
						}
					}
					if left != q.left {
						t.Errorf("%s, %s: left out %q, want %q", q.lang, tt.name, left, q.left)
					}
				}
			}
		}
	})
}

func firstWords(s string) string { return dots.Split(text.Canonical(s), 2)[0] }

// TestDotsProveNothing: three words in a row stand somewhere in any long text.
func TestDotsProveNothing(t *testing.T) {
	v := Variant{Body: "We will never accept this. They asked us to leave the room and we did so at once."}
	for _, s := range []string{"We will ... accept this ... room and we", "We ... accept ... this ... room", "We will never ... did so at"} {
		if c := compare(v, s); c.verdict == Abridged {
			t.Errorf("%q is taken for an abridged quotation", s)
		}
	}
}

// TestLooseCount holds that words are counted as they are written, on any text.
func TestLooseCount(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	signs := []rune("aB ـ-5$+外٥%٪.,'\"ê\u0301ش \t٬—–`１^é")
	for range 20_000 {
		var b strings.Builder
		for range r.IntN(12) {
			b.WriteRune(signs[r.IntN(len(signs))])
		}
		c := text.Canonical(b.String())
		if got, want := looseIn(c), slowLoose(c); got != want {
			t.Fatalf("loose words of %q: got %q, want %q", c, got, want)
		}
		if got, want := looseCount(c), len(strings.Fields(looseIn(c))); got != want {
			t.Fatalf("words of %q: got %d, want %d", c, got, want)
		}
		rest, sum, pieces := []rune(c), 0, newCounter()
		for len(rest) > 0 {
			n := 1 + r.IntN(len(rest))
			sum += pieces.add(string(rest[:n]))
			rest = rest[n:]
		}
		if want := looseCount(c); sum != want {
			t.Fatalf("words of %q in pieces: got %d, want %d", c, sum, want)
		}
		s := spreadOut(c)
		if got := fmt.Sprint(s.words); got != fmt.Sprint(strings.Fields(s.loose)) || len(s.from) != len(s.words) {
			t.Fatalf("words of %q: got %v from %v", c, s.words, s.from)
		}
	}
}

// slowLoose says what looseIn says, sign by sign.
func slowLoose(canonical string) string {
	var b strings.Builder
	runes := []rune(i18n.ParseDigits(canonical))
	gap := false
	for i, r := range runes {
		switch {
		case r == '٪':
			r = '%'
		case r == '%', r == '-' && i+1 < len(runes) && unicode.IsDigit(runes[i+1]) && (i == 0 || unicode.IsSpace(runes[i-1])):
		case r == 'ـ', unicode.IsSpace(r), unicode.IsPunct(r), strings.ContainsRune("`~|^", r):
			gap = gap || r != 'ـ'
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte(' ')
		}
		gap = false
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
