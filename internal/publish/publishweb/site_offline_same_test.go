package publishweb

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"sifara/internal/i18n"
	"sifara/internal/publish"
)

// spoken is a statement in one language, and what others make of it.
type spoken struct {
	title, body string
	digits      [2]string // a number in the body, and in the other digits
	part        string
	dots        string    // the part, with dots for words in it
	left        string    // these words
	changed     [4]string // two words of the body, each before what a forger puts for it
	before      string    // a reporter's words
	after       string
	other       string
}

var spokenTexts = map[i18n.Lang]spoken{
	i18n.Arabic: {
		title:  "العراق يرحب باتفاق جنيف",
		body:   "ترحب الوزارة بالاتفاق الذي توصل إليه الوفدان في جنيف يوم الثلاثاء 14 تموز، وتدعو جميع الأطراف إلى الالتزام بالمواعيد المنصوص عليها فيه.\n\nوتؤكد الوزارة «استعداد العراق» لاستضافة الجولة القادمة في بغداد – قبل نهاية العام.",
		digits: [2]string{"14", "١٤"},
		part:   "وتدعو جميع الأطراف إلى الالتزام بالمواعيد المنصوص عليها فيه",
		dots:   "ترحب الوزارة بالاتفاق الذي توصل إليه الوفدان (…) وتدعو جميع الأطراف إلى الالتزام بالمواعيد", left: "في جنيف يوم الثلاثاء 14 تموز،",
		changed: [4]string{"ترحب", "تندد", "جميع", "بعض"},
		before:  "أفاد مراسلنا من العاصمة حيث امتلأت الدكاكين وتأخرت الحافلات صباحًا في كل الأحياء القديمة:", after: "ثم زار السوق واشترى خبزًا وتحدث إلى خباز لم يقرأ شيئًا قط ولا يريد.",
		other: "يتوقع خبراء الطقس أن تهطل الأمطار غدًا في معظم مناطق البلاد وأن تنخفض الحرارة."},
	i18n.Sorani: {
		title:  "عێراق پێشوازی لە ڕێککەوتنی ژنێڤ دەکات",
		body:   "وەزارەت پێشوازی لەو ڕێککەوتنە دەکات کە هەردوو شاندەکە ڕۆژی سێشەممە ١٤ی تەممووز لە ژنێڤ پێی گەیشتن، و داوا لە هەموو لایەنەکان دەکات پابەندی کاتەکانی ناوی بن.\n\nوەزارەت دووپاتی دەکاتەوە کە عێراق ئامادەیە میوانداری خولی داهاتوو لە بەغدا بکات – پێش کۆتایی ساڵ.",
		digits: [2]string{"١٤", "14"},
		part:   "داوا لە هەموو لایەنەکان دەکات پابەندی کاتەکانی ناوی بن",
		dots:   "وەزارەت پێشوازی لەو ڕێککەوتنە دەکات کە هەردوو شاندەکە ... پێی گەیشتن، و داوا لە هەموو لایەنەکان دەکات", left: "ڕۆژی سێشەممە ١٤ی تەممووز لە ژنێڤ",
		changed: [4]string{"پێشوازی", "دژایەتی", "هەموو", "هیچ"},
		before:  "پەیامنێرمان لە پایتەختەوە دەنووسێت کە بەیانی دوکانەکان پڕ بوون و پاسەکان لە هەموو گەڕەکە کۆنەکان دواکەوتن:", after: "پاشان سەردانی بازاڕی کرد و نانی کڕی و لەگەڵ نانەوایەکدا قسەی کرد کە هیچی نەخوێندبووەوە.",
		other: "شارەزایانی کەشوهەوا پێشبینی دەکەن سبەی لە زۆربەی ناوچەکان باران ببارێت و پلەی گەرما دابەزێت."},
	i18n.Kurmanji: {
		title:  "Iraq pêşwaziya peymana Cenevreyê dike",
		body:   "Wezaret pêşwaziya peymana ku her du şandeyan roja sêşemê 14ê Tîrmehê li Cenevreyê gihîştinê dike, û ji hemû aliyan dixwaze ku li gorî demên tê de tevbigerin.\n\nWezaret dubare dike ku “Iraq amade ye” mêvandariya gera bê li Bexdayê bike – berî dawiya salê.",
		digits: [2]string{"14ê", "١٤ê"},
		part:   "ji hemû aliyan dixwaze ku li gorî demên tê de tevbigerin",
		dots:   "Wezaret pêşwaziya peymana ku her du şandeyan … gihîştinê dike, û ji hemû aliyan dixwaze", left: "roja sêşemê 14ê Tîrmehê li Cenevreyê",
		changed: [4]string{"pêşwaziya", "redkirina", "hemû", "hinek"},
		before:  "Peyamnêrê me ji paytextê dinivîse ku sibehê dikan tije bûn û otobus li her taxa kevn dereng man:", after: "Paşê ew çû sûkê, nan kirî û bi nanpêjekî re axivî ku tu carî tiştek nexwendibû.",
		other: "Pispor dibêjin ku sibê li piraniya welêt baran bibare û germahî dakeve jêr sifirê."},
	i18n.English: {
		title:  "Iraq welcomes the agreement of Geneva",
		body:   "The **Ministry** welcomes the agreement that both delegations reached in Geneva on Tuesday 14 July, and calls upon all parties to keep to the dates that it sets.\n\nThe Ministry affirms “Iraq's readiness” to host the next round in [Baghdad](https://mofa.example/baghdad) – before the end of the year.",
		digits: [2]string{"14", "١٤"},
		part:   "calls upon all parties to keep to the dates that it sets",
		dots:   "The Ministry welcomes the agreement that both delegations reached [...] and calls upon all parties to keep to the dates", left: "in Geneva on Tuesday 14 July,",
		changed: [4]string{"welcomes", "rejects", "all parties", "no parties"},
		before:  "Our correspondent reports from the capital, where shops were full and buses late in every old quarter:", after: "He went on to visit the market, bought bread, and spoke with a baker who had read nothing at all.",
		other: "Rain is expected tomorrow in most of the country, the experts say, and it will be colder."},
}

// plain is the body as readers see it.
func (s spoken) plain() string { return publish.Plain(s.body) }

func (s spoken) first() string { f, _, _ := strings.Cut(s.plain(), "\n\n"); return f }

// forged has two words changed.
func (s spoken) forged(text string) string {
	return strings.NewReplacer(s.changed[0], s.changed[1], s.changed[2], s.changed[3]).Replace(text)
}

// article sets a quotation into a text of others.
func (s spoken) article(quotation string) string {
	around := s.before + " " + s.after + "\n\n"
	return around + s.before + " " + quotation + " " + s.after + "\n\n" + around
}

// sameCases are what is asked of the site, of the program and of the page.
var sameCases = []struct {
	name  string
	given func(s spoken) string
	want  publish.Verdict
	one   publish.Verdict // of the passage that is shown; none is when it is empty
}{
	{"unchanged", func(s spoken) string { return s.title + "\n\n" + s.plain() }, publish.Unchanged, ""},
	{"the body alone", func(s spoken) string { return "\ufeff" + strings.ReplaceAll(s.plain(), " ", " \u200f ") }, publish.Unchanged, ""},
	{"the source", func(s spoken) string { return s.body }, publish.Unchanged, ""},
	{"signs changed", func(s spoken) string {
		return strings.NewReplacer("،", "", ",", ";", ".", " !", "–", "/", "«", "", "»", "").Replace(s.plain())
	}, publish.Formatting, ""},
	{"other digits", func(s spoken) string { return strings.ReplaceAll(s.plain(), s.digits[0], s.digits[1]) }, publish.Formatting, ""},
	{"part", func(s spoken) string { return s.part }, publish.Part, ""},
	{"part in marks", func(s spoken) string { return "“" + s.part + ".”" }, publish.Part, ""},
	{"dots", func(s spoken) string { return s.dots }, publish.Abridged, ""},
	{"two words changed", func(s spoken) string { return s.forged(s.plain()) }, publish.Altered, ""},
	{"two words changed, in marks", func(s spoken) string { return "«" + s.forged(s.first()) + "»" }, publish.Altered, ""},
	{"a sentence added", func(s spoken) string { return s.plain() + " " + s.other }, publish.Altered, ""},
	{"quoted in an article, altered", func(s spoken) string { return s.article("“" + s.forged(s.first()) + "”") }, publish.Misquoted, publish.Altered},
	{"quoted in an article without marks, altered", func(s spoken) string { return s.article(s.forged(s.first())) }, publish.Misquoted, publish.Altered},
	{"quoted in an article", func(s spoken) string { return s.article("«" + s.first() + "»") }, publish.Contains, publish.Part},
	{"quoted in an article with dots", func(s spoken) string { return s.article("“" + s.dots + "”") }, publish.Contains, publish.Abridged},
	{"quoted in an article without marks", func(s spoken) string { return s.article(s.first()) }, publish.Contains, publish.Part},
	{"another text", func(s spoken) string { return s.other }, publish.NotFound, ""},
	{"another text with a quotation", func(s spoken) string { return "“" + s.other + "” " + s.after }, publish.NotFound, ""},
	{"too short", func(s spoken) string { return strings.Join(strings.Fields(s.part)[:2], " ") + "!" }, publish.TooShort, ""},
}

// answered is an answer of either program, in one form.
type answered struct {
	Verdict publish.Verdict `json:"verdict"`
	Pieces  []said          `json:"pieces"`
	Quotes  []saidOfOne     `json:"quotes"`
}

type said struct {
	Op   string `json:"op"`
	Text string `json:"text"`
}

type saidOfOne struct {
	Text    string          `json:"text"`
	Verdict publish.Verdict `json:"verdict"`
	Pieces  []said          `json:"pieces"`
}

func saidOf(list []publish.Piece) []said {
	out := []said{}
	for _, x := range list {
		out = append(out, said(x))
	}
	return out
}

// program asks what `sifara verify` asks.
func (p offlineSite) program(t *testing.T, proof, given string) answered {
	t.Helper()
	keys, err := p.log.KeyLines(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := publish.VerifyProof(strings.NewReader(proof), given, keys...)
	if err != nil {
		t.Fatal(err)
	}
	out := answered{got.Verdict, saidOf(got.Pieces), []saidOfOne{}}
	for _, q := range got.Quotes {
		out.Quotes = append(out.Quotes, saidOfOne{q.Text, q.Verdict, saidOf(q.Pieces)})
	}
	return out
}

// page asks the page about several texts at once.
func (p offlineSite) page(t *testing.T, ctx context.Context, proof string, given []string) []answered {
	t.Helper()
	in, err := json.Marshal([]any{proof, given})
	if err != nil {
		t.Fatal(err)
	}
	got, err := chromedp.Run(ctx, chromedp.Evaluate[string](`(async () => { const [proof, given] = `+string(in)+`;
		const record = JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(JSON.parse(proof).record), (c) => c.charCodeAt(0))));
		const out = [];
		for (const g of given) out.push(await sifara.compare(record, g));
		return JSON.stringify(out); })()`, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	var out []answered
	if err := json.Unmarshal([]byte(got), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestOfflineSaysWhatTheSiteSays runs one table through the site's check, the
// program's and, in the browser, the page's.
func TestOfflineSaysWhatTheSiteSays(t *testing.T) {
	p := newOffline(t)
	words := map[i18n.Lang]publish.Words{}
	for l, s := range spokenTexts {
		words[l] = publish.Words{Title: s.title, Body: s.body}
	}
	m := p.say("", words)
	ctx, file := p.browse(t)
	open(t, ctx, file, false)
	for _, l := range i18n.Langs {
		s, proof := spokenTexts[l], p.proof(t, m, l)
		for _, tt := range sameCases {
			given := tt.given(s)
			site, err := p.log.Verify(t.Context(), given)
			if err != nil {
				t.Fatal(err)
			}
			program := p.program(t, proof, given)
			shown := ask(t, ctx, proof, given)
			if site.Verdict != tt.want || program.Verdict != tt.want || shown != string(tt.want) {
				t.Errorf("%s, %s: the site says %s, the program %s, the page %s, want %s", l, tt.name, site.Verdict, program.Verdict, shown, tt.want)
			}
			one := []publish.Verdict{}
			for _, q := range program.Quotes {
				one = append(one, q.Verdict)
			}
			if got := fmt.Sprint(one); tt.one == "" && got != "[]" || tt.one != "" && got != "["+string(tt.one)+"]" {
				t.Errorf("%s, %s: passages %s, want %q", l, tt.name, got, tt.one)
			}
			if got, want := run(t, ctx, `JSON.stringify([...document.querySelectorAll("#answer li")].map((x) => x.dataset.verdict))`), marshalled(t, one); got != want {
				t.Errorf("%s, %s: the page shows passages %s, want %s", l, tt.name, got, want)
			}
			if tt.want == publish.Abridged {
				if got := run(t, ctx, `[...document.querySelectorAll("#answer del")].map((x) => x.lastChild.textContent).join("|")`); got != s.left {
					t.Errorf("%s: the page shows as left out %q, want %q", l, got, s.left)
				}
			}
			if tt.want == publish.Misquoted {
				if got := run(t, ctx, `[...document.querySelectorAll("#answer li ins")].map((x) => x.lastChild.textContent).join("|")`); !strings.Contains(got, strings.Fields(s.changed[3])[0]) {
					t.Errorf("%s, %s: the page shows as put in %q, want %q among them", l, tt.name, got, s.changed[3])
				}
			}
			if got, want := marshalled(t, p.page(t, ctx, proof, []string{given})[0]), marshalled(t, program); got != want {
				t.Errorf("%s, %s: the page says\n%s\nthe program\n%s", l, tt.name, got, want)
			}
		}
	}
}

func marshalled(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestOfflinePageComparesAsTheProgram spoils texts at random and wants the same
// answers of both, piece by piece: also of speeches too long to be compared as a
// whole, and of one whose record is so long that it has the source alone.
func TestOfflinePageComparesAsTheProgram(t *testing.T) {
	p := newOffline(t)
	ctx, file := p.browse(t)
	open(t, ctx, file, false)
	r := rand.New(rand.NewPCG(7, 8))
	seen := map[publish.Verdict]int{}
	same := func(proof string, given []string) {
		t.Helper()
		for i, got := range p.page(t, ctx, proof, given) {
			want := p.program(t, proof, given[i])
			seen[want.Verdict]++
			if g, w := marshalled(t, got), marshalled(t, want); g != w {
				t.Errorf("%.800q: the page says\n%.800s\nthe program\n%.800s", given[i], g, w)
			}
		}
	}
	var all []string
	words := map[i18n.Lang]publish.Words{}
	for _, l := range i18n.Langs {
		s := spokenTexts[l]
		words[l] = publish.Words{Title: s.title, Summary: s.part, Body: s.body}
		all = append(all, s.plain(), s.article(s.first()), s.article("“"+s.first()+"” «"+s.other+"»"), s.dots, s.title+" "+s.part)
	}
	m := p.say("", words)
	for _, l := range i18n.Langs {
		given := []string{"İSTANBUL ΣΑΣ ２５ -5٪ – -5", "e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301 a b", strings.Repeat("x ", publish.MaxPasted/2-1), strings.ReplaceAll(spokenTexts[l].plain(), ".", "!")}
		for range 250 {
			given = append(given, spoil(r, all[r.IntN(len(all))], all))
		}
		same(p.proof(t, m, l), given)
	}

	for _, n := range []int{900, 7000} {
		speech := speechOf(r, n)
		m := p.say("", map[i18n.Lang]publish.Words{i18n.English: {Title: "Speech on the matters of the year", Body: speech}})
		plain := publish.Plain(speech)
		w := strings.Fields(plain)
		each := func(step int) string { // every so many words changed
			out := slices.Clone(w)
			for i := step; i < len(out); i += step {
				out[i] = fmt.Sprint("forged", i)
			}
			return strings.Join(out, " ")
		}
		given := []string{plain, "Speech on the matters of the year\n\n" + plain, strings.Join(w[100:300], " "), strings.Join(w[:200], " ") + " ... " + strings.Join(w[400:420], " "),
			each(200), each(13), each(7), each(4), each(2), strings.Join(w[200:500], " ") + " " + strings.Join(all, "\n\n")}
		for range 25 {
			at := r.IntN(len(w) - 150)
			given = append(given, spoil(r, strings.Join(w[at:at+150], " "), all))
		}
		proof := p.proof(t, m, i18n.English)
		same(proof, given)
		if got := p.page(t, ctx, proof, given[:2]); got[0].Verdict != publish.Unchanged || got[1].Verdict != publish.Unchanged {
			t.Errorf("a speech of %d words is %s, with its title %s", n, got[0].Verdict, got[1].Verdict)
		}
	}
	for _, v := range []publish.Verdict{publish.Unchanged, publish.Formatting, publish.Part, publish.Abridged, publish.Altered, publish.Misquoted, publish.Contains, publish.NotFound, publish.TooShort} {
		if seen[v] == 0 {
			t.Errorf("no text was %s: %v", v, seen)
		}
	}
}

// speechOf is a speech of n words and some marks.
func speechOf(r *rand.Rand, n int) string {
	var b strings.Builder
	b.WriteString("## What was done\n\n")
	for i := range n {
		word := fmt.Sprint("w", r.IntN(3000))
		switch {
		case i%97 == 0:
			word = "\n\n- " + word
		case i%50 == 0:
			word = "**" + word + "**"
		case i%61 == 0:
			word = "[" + word + "](https://mofa.example/x)"
		case i%13 == 0:
			word = "and the " + word + ","
		}
		b.WriteString(word + " ")
	}
	return strings.TrimSpace(b.String())
}

// spoil does to a text what people do to texts.
func spoil(r *rand.Rand, s string, others []string) string {
	w := strings.Fields(s)
	switch r.IntN(6) {
	case 0: // rows of it in a text of others
		return woven(r, w, strings.Fields(others[r.IntN(len(others))]))
	case 1: // rows of it with dots between them
		return woven(r, w, []string{"..."})
	case 2, 3: // a stretch of it
		at := r.IntN(len(w))
		w = w[at:min(len(w), at+1+r.IntN(40))]
	}
	foreign := func() []string {
		f := strings.Fields(others[r.IntN(len(others))])
		at := r.IntN(len(f))
		return f[at:min(len(f), at+1+r.IntN(25))]
	}
	for range r.IntN(5) {
		at := r.IntN(len(w))
		switch r.IntN(8) {
		case 0:
			w[at] = foreign()[0]
		case 1:
			w = slices.Insert(w, at, foreign()...)
		case 2:
			w = slices.Delete(w, at, min(len(w), at+1+r.IntN(6)))
		case 3:
			w[at] = []string{"...", "[…]", "(..)", "…"}[r.IntN(4)]
		case 4:
			end := min(len(w)-1, at+r.IntN(30))
			marks := [][2]string{{"“", "”"}, {"«", "»"}, {"\"", "\""}, {"„", "“"}, {"»", "«"}, {"“", ""}}[r.IntN(6)]
			w[at], w[end] = marks[0]+w[at], w[end]+marks[1]
		case 5:
			w[at] = strings.ToUpper(w[at])
		case 6:
			w[at] += []string{"\n\n", "\u200f", "،", "!", "-5", " -5%", "ـ", "\u064b", "\r\n", "\x00", "外交部"}[r.IntN(11)]
		case 7:
			w[at] = strings.NewReplacer("1", "١", "4", "٤", "١", "1").Replace(w[at])
		}
		if len(w) == 0 {
			return foreign()[0]
		}
	}
	return strings.Join(w, " ")
}

// woven sets rows of a text between words of others, near the bounds at which rows
// are taken for a passage.
func woven(r *rand.Rand, w, others []string) string {
	out := slices.Clone(others)
	for at := r.IntN(4); at < len(w); {
		end := min(len(w), at+2+r.IntN(8))
		out = append(out, w[at:end]...)
		for range 1 + r.IntN(min(12, len(others))) {
			out = append(out, others[r.IntN(len(others))])
		}
		at = end + r.IntN(6)
	}
	return strings.Join(append(out, others...), " ")
}

// TestOfflinePageHasWords holds that the page has a title and a text for every
// answer, in every language.
func TestOfflinePageHasWords(t *testing.T) {
	b, err := os.ReadFile("../../../assets/offline/words.json")
	if err != nil {
		t.Fatal(err)
	}
	var words map[string]map[i18n.Lang]string
	if err := json.Unmarshal(b, &words); err != nil {
		t.Fatal(err)
	}
	want := []string{"v.proof", "t.proof", "v.withdrawn", "t.withdrawn", "v.too_long", "t.too_long", "quotes", "diff", "q.not_found"}
	for _, tt := range sameCases {
		want = append(want, "v."+string(tt.want), "t."+string(tt.want))
	}
	for _, v := range []string{"formatting", "part", "abridged", "altered", "misquoted", "contains"} {
		want = append(want, "s."+v)
	}
	for _, v := range []string{"unchanged", "formatting", "part", "abridged", "altered"} {
		want = append(want, "q."+v)
	}
	for _, k := range want {
		for _, l := range i18n.Langs {
			if words[k][l] == "" {
				t.Errorf("%s has no words in %s", k, l)
			}
		}
	}
}
