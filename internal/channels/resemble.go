package channels

import (
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// lookalikes are letters and signs that are taken for one another at a glance,
// after the confusables of Unicode Technical Standard 39: those of the
// alphabets in which account names are forged, and the digits.
var lookalikes = map[rune]rune{
	'а': 'a', 'в': 'b', 'е': 'e', 'ё': 'e', 'з': '3', 'і': 'i', 'ї': 'i', 'ј': 'j', 'к': 'k', 'м': 'm', 'н': 'h', 'о': 'o', 'р': 'p', 'с': 'c', 'т': 't', 'у': 'y', 'ү': 'y', 'х': 'x', 'ѕ': 's', 'ԁ': 'd', 'ԛ': 'q', 'ԝ': 'w', 'һ': 'h', 'ӏ': 'l', 'г': 'r',
	'α': 'a', 'β': 'b', 'ε': 'e', 'η': 'n', 'ι': 'i', 'κ': 'k', 'ν': 'v', 'ο': 'o', 'ρ': 'p', 'τ': 't', 'υ': 'u', 'χ': 'x', 'γ': 'y', 'ω': 'w', 'μ': 'm',
	'օ': 'o', 'ո': 'n', 'ս': 'u', 'հ': 'h', 'ց': 'g', 'ա': 'w', 'զ': 'q',
	'ı': 'i', 'ɩ': 'i', 'ɑ': 'a', 'ɡ': 'g', 'ʏ': 'y', 'ꜱ': 's', 'ʀ': 'r', 'ɪ': 'i', 'ᴏ': 'o', 'ᴀ': 'a', 'ᴍ': 'm', 'ꞵ': 'b', 'ß': 'b', 'ƒ': 'f', 'ꬵ': 'f',
	'0': 'o', '1': 'l', 'i': 'l', '|': 'l', '!': 'l', '5': 's', '$': 's', '3': 'e', '4': 'a', '@': '@',
	'ي': 'ی', 'ى': 'ی', 'ې': 'ی', 'ك': 'ک', 'ة': 'ه', 'ە': 'ه', 'أ': 'ا', 'إ': 'ا', 'آ': 'ا',
}

var pairs = strings.NewReplacer("rn", "m", "vv", "w", "cl", "d", "nn", "m")

// skeleton is a name as the eye sees it in passing: two names with one
// skeleton can be taken for each other. It is for comparing only.
func skeleton(name string) string {
	if strings.Contains(name, "xn--") {
		if u, err := idna.ToUnicode(name); err == nil {
			name = u
		}
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(name)) {
		if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune("._-·‧ـ ", r) {
			continue
		}
		if to, ok := lookalikes[r]; ok {
			r = to
		}
		if to, ok := lookalikes[r]; ok { // і → i → l
			r = to
		}
		b.WriteRune(r)
	}
	return pairs.Replace(b.String())
}

// resembles reports whether a name, given by its skeleton, can be taken for an
// official one: the same to the eye, one letter more, less or other, or the
// official name with something put before or after it.
func resembles(name, official string) bool {
	if name == "" || official == "" {
		return false
	}
	if name == official {
		return true
	}
	n := len([]rune(official))
	switch {
	case n >= 6 && strings.Contains(name, official):
		return true
	case n >= 12:
		return distance(name, official, 2) <= 2
	case n >= 5:
		return distance(name, official, 1) <= 1
	}
	return false
}

// distance counts the letters to add, remove, change or swap with the next
// (optimal string alignment); it gives up above most.
func distance(a, b string, most int) int {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) > most || len(y)-len(x) > most {
		return most + 1
	}
	rows := [3][]int{make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := 1; i <= len(x); i++ {
		before, last, row := rows[0], rows[1], rows[2]
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		rows = [3][]int{last, row, before}
	}
	return rows[1][len(y)]
}
