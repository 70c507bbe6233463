package parallel

import (
	"strconv"
	"strings"

	"sifara/internal/text"
)

// months names the months by number; a name of two words has a "_".
var months = []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"}

// monthNames are the names of the months in the languages of the house and, for
// the press abroad, in four more.
var monthNames = foldMonths(
	"كانون_الثاني يناير کانوونی_دووەم یەنایەر rêbendan rêbendana çile çileya january jan janvier ocak januar ژانویه",
	"شباط فبراير شوبات فێبریوەری sibat sibata reşemî reşemiya february feb février şubat februar فوریه",
	"آذار مارس ئازار مارت adar adara march mar mars mart märz",
	"نيسان أبريل ابريل نیسان نیسانی ئەپریل nîsan nîsana avrêl april apr avril nisan آوریل",
	"أيار مايو ئایار ئایاری مای gulan gulana may mai mayıs مه",
	"حزيران يونيو يونية حوزەیران حوزەیرانی hezîran hezîrana pûşper june jun juin haziran juni ژوئن",
	"تموز يوليو تەمووز تەمووزی تەموز tîrmeh tîrmeha temûz july jul juillet temmuz juli ژوئیه",
	"آب أغسطس اغسطس ئاب ئابی tebax tebaxa gelawêj august aug août ağustos اوت",
	"أيلول سبتمبر ئەیلوول ئەیلوولی ئەیلول îlon îlona rezber september sep sept septembre eylül سپتامبر",
	"تشرين_الأول أكتوبر اكتوبر تشرینی_یەکەم ئۆکتۆبەر cotmeh cotmeha october oct octobre ekim oktober اکتبر",
	"تشرين_الثاني نوفمبر تشرینی_دووەم نۆڤەمبەر mijdar mijdara november nov novembre kasım نوامبر",
	"كانون_الأول ديسمبر کانوونی_یەکەم دیسەمبەر berfanbar berfanbara kanûn december dec décembre aralık dezember دسامبر",
)

func foldMonths(names ...string) map[string]int {
	out := map[string]int{}
	for i, list := range names {
		for _, w := range strings.Fields(list) {
			var folded []string
			for _, p := range strings.Split(w, "_") {
				folded = append(folded, text.Fold(p))
			}
			out[strings.Join(folded, " ")] = i + 1
		}
	}
	return out
}

// month gives the month that begins at a token, and of how many tokens; 0 when
// none does.
func month(list []token, i int) (number, tokens int) {
	if i+1 < len(list) {
		pair := list[i].folded + " " + list[i+1].folded
		for _, s := range []string{pair, strings.TrimSuffix(pair, "ی")} {
			if m := monthNames[s]; m > 0 {
				return m, 2
			}
		}
	}
	for _, e := range []string{"", "ی", "e", "a", "ye", "ya"} { // cases of Sorani and Kurmanji
		if s, ok := strings.CutSuffix(list[i].folded, e); ok && monthNames[s] > 0 {
			return monthNames[s], 1
		}
	}
	return 0, 1
}

// figures are small numbers as words.
var figures = foldFigures(map[string][]string{
	"ar":  {"اثنان اثنين اثنتان اثنتين", "ثلاثة ثلاث", "أربعة أربع", "خمسة خمس", "ستة ست", "سبعة سبع", "ثمانية ثماني ثمان", "تسعة تسع", "عشرة عشر"},
	"ckb": {"دوو", "سێ", "چوار", "پێنج", "شەش", "حەوت", "هەشت", "نۆ", "دە"},
	"kmr": {"du", "sê", "çar", "pênc", "şeş", "heft", "heşt", "neh", "deh"},
	"en":  {"two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"},
})

func foldFigures(in map[string][]string) map[string]map[string]string {
	out := map[string]map[string]string{}
	for lang, list := range in {
		out[lang] = map[string]string{}
		for i, words := range list {
			for _, w := range strings.Fields(words) {
				out[lang][text.Fold(w)] = strconv.Itoa(i + 2)
			}
		}
	}
	return out
}

// denials are the words by which a sentence says that something is not so. Kurdish
// verbs take a prefix for it: the frequent ones are listed, since other words begin
// alike.
var denials = foldDenials(map[string]string{
	"ar": "لا لم لن ليس ليست ليسوا لسنا لست غير بدون ولا ولم ولن وليس دون",
	"ckb": `نا نە نەک هیچ نییە نیە نین ناکات ناکەن ناکەین نابێت نابن نابێ نەبوو نەبوون نەبێت نەکرد نەکردن نەکردووە نەکات نەکەن
		ناتوانێت ناتوانن ناکرێت ناکرێن ناخوات نادات نادەن نادرێت نادرێن نەکراوە نەکراون نەگۆڕدراوە نەگۆڕدراون نەدا نەداوە نەیکرد نایەت نەهات نەهاتووە نەگەیشتووە
		نایکات ناوێت ناهێڵێت وەرناگرێت`,
	"kmr": `na ne nake nakin nakim nabe nabin nabêje nebû nebûn nebûye nebûne nebe nebin nehat nehatin nehatiye nehatine nekir nekirin nekiriye nekirine
		nikare nikarin nikarim nayê nayên naxwaze naxwazin nade nadin neda nedane tune tuneye nîne nînin nînim qet nepejirand napejirîne`,
	"en": "not no never none nor neither without cannot isn aren wasn weren don doesn didn won wouldn hasn haven",
})

func foldDenials(in map[string]string) map[string]map[string]bool {
	out := map[string]map[string]bool{}
	for lang, words := range in {
		out[lang] = map[string]bool{}
		for _, w := range strings.Fields(words) {
			out[lang][text.Fold(w)] = true
		}
	}
	return out
}
