package language

// script is a group of letters as far as identification tells them apart.
type script uint8

const (
	noScript script = iota
	latin
	arabic
	cyrillic
	devanagari
	modelled // scripts before this one have several languages and a model
	han
	kana
	hebrew
	greek
	hangul
	armenian
	georgian
	thai
	bengali
	gurmukhi
	gujarati
	tamil
	telugu
	syriac
	foreign // any other
	scripts
)

// only names the language of a script that has one, as far as is known here.
// Syriac stands for the written forms of Assyrian and Chaldean (aii, cld) as well.
var only = [scripts]string{
	hebrew: "he", greek: "el", hangul: "ko", armenian: "hy", georgian: "ka", thai: "th", bengali: "bn",
	gurmukhi: "pa", gujarati: "gu", tamil: "ta", telugu: "te", syriac: "syr", kana: "ja", han: "zh", foreign: "und",
}

// blocks are the code points of the scripts, in order.
var blocks = [...]struct {
	last rune
	of   script
}{
	{0x024F, latin}, {0x036F, foreign}, {0x03FF, greek}, {0x052F, cyrillic}, {0x0530, foreign}, {0x058F, armenian},
	{0x05FF, hebrew}, {0x06FF, arabic}, {0x074F, syriac}, {0x077F, arabic}, {0x085F, foreign}, {0x086F, syriac}, {0x08FF, arabic},
	{0x097F, devanagari}, {0x09FF, bengali}, {0x0A7F, gurmukhi}, {0x0AFF, gujarati}, {0x0B7F, foreign}, {0x0BFF, tamil},
	{0x0C7F, telugu}, {0x0DFF, foreign}, {0x0E7F, thai}, {0x109F, foreign}, {0x10FF, georgian}, {0x11FF, hangul},
	{0x1C8F, foreign}, {0x1CBF, georgian}, {0x1DFF, foreign}, {0x1EFF, latin}, {0x1FFF, greek}, {0x3040, foreign},
	{0x30FF, kana}, {0x318F, hangul}, {0x33FF, foreign}, {0x4DBF, han}, {0x4DFF, foreign}, {0x9FFF, han}, {0xA8DF, foreign},
	{0xA8FF, devanagari}, {0xABFF, foreign}, {0xD7FF, hangul}, {0xF8FF, foreign}, {0xFAFF, han}, {0xFB06, latin},
	{0xFB4F, hebrew}, {0xFDFF, arabic}, {0xFE6F, foreign}, {0xFEFC, arabic}, {0x1FFFF, foreign}, {0x3FFFF, han},
}

func scriptOf(r rune) script {
	low, high := 0, len(blocks)
	for low < high {
		if mid := (low + high) / 2; r <= blocks[mid].last {
			high = mid
		} else {
			low = mid + 1
		}
	}
	if low == len(blocks) {
		return foreign
	}
	return blocks[low].of
}

// weight says how much one letter tells: a Chinese character is a word elsewhere,
// a Korean syllable two or three letters.
var weight = [scripts]int{han: 3, kana: 3, hangul: 3}

// dominant finds the script of most letters and its share of all of them. One
// Japanese letter among ten Chinese characters makes a text Japanese.
func dominant(count *[scripts]int) (script, float64) {
	n := *count
	if n[kana] > 0 && n[kana]*10 >= n[han] {
		n[kana], n[han] = n[kana]+n[han], 0
	}
	best, all := noScript, 0
	for s := range n {
		n[s] *= max(1, weight[s])
		all += n[s]
		if n[s] > n[best] {
			best = script(s)
		}
	}
	if all == 0 {
		return noScript, 0
	}
	return best, float64(n[best]) / float64(all)
}
