package text

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// alphabet is a script as far as identification tells them apart.
type alphabet uint8

const (
	noAlphabet alphabet = iota
	latin
	arabic
	cyrillic
	hebrew
	han
	kana
	hangul
	foreign // any other
	alphabets
)

// identifyBytes is how much of a text is looked at.
const identifyBytes = 4 << 10

// Identify names the language of s, one of ar ckb kmr fa tr ur he en de fr es it
// pt nl sv pl ru uk zh ja ko, or "und" when there is no evidence or the text looks
// like another language. confidence is 0 to 1: how clear the evidence was, not a
// probability. Below about 0.3 a caller should trust what the source declares.
//
// It judges by script, then by function words and by letters and endings that
// mark a language, so that it needs a sentence: of single words it often knows
// only the script. Mentions, hashtags and addresses do not count. Kurmanji means
// its Latin spelling; Kurdish of Arabic script is "ckb" whatever its dialect.
func Identify(s string) (lang string, confidence float64) {
	if len(s) > identifyBytes {
		s = strings.ToValidUTF8(s[:identifyBytes], "")
	}
	var words []string
	var count [alphabets]int
	for chunk := range strings.FieldsSeq(s) {
		if c := chunk[0]; c == '@' || c == '#' || strings.Contains(chunk, "://") || chunk == "RT" {
			continue
		}
		words = splitLetters(words, chunk, &count)
	}
	a, share := dominant(count)
	switch a {
	case noAlphabet, foreign:
		return "und", 0
	case hebrew:
		return "he", share
	case hangul:
		return "ko", share
	case kana:
		return "ja", share
	case han:
		return "zh", share * 0.9 // a short Japanese text may have no kana
	}
	lang, confidence = vote(a, words)
	return lang, confidence * share
}

// splitLetters appends the words of a chunk, in lower case and without vowel
// signs, and counts their letters.
func splitLetters(words []string, chunk string, count *[alphabets]int) []string {
	start := -1
	for i, r := range chunk {
		if unicode.IsLetter(r) || start >= 0 && (mark(r) || r == 'ـ') {
			if start < 0 {
				start = i
			}
			if !mark(r) {
				count[alphabetOf(r)]++
			}
			continue
		}
		if start >= 0 {
			words = append(words, plain(chunk[start:i]))
		}
		start = -1
	}
	if start >= 0 {
		words = append(words, plain(chunk[start:]))
	}
	return words
}

// plain is lower case without Arabic vowel signs and tatweel.
func plain(w string) string {
	w = strings.ToLower(w)
	if w[0] < 0xD8 || w[0] > 0xDB { // not U+0600–06FF
		return w
	}
	return strings.Map(func(r rune) rune {
		if mark(r) || r == 'ـ' {
			return -1
		}
		return r
	}, w)
}

func alphabetOf(r rune) alphabet {
	switch {
	case r < 0x0250, r >= 0x1E00 && r <= 0x1EFF:
		return latin
	case r >= 0x0400 && r <= 0x052F:
		return cyrillic
	case r >= 0x0590 && r <= 0x05FF:
		return hebrew
	case r >= 0x0600 && r <= 0x077F, r >= 0xFB50 && r <= 0xFEFC:
		return arabic
	case r >= 0x3041 && r <= 0x30FF:
		return kana
	case r >= 0x3400 && r <= 0x9FFF:
		return han
	case r >= 0xAC00 && r <= 0xD7A3, r >= 0x1100 && r <= 0x11FF:
		return hangul
	}
	return foreign
}

// dominant finds the script of most letters. A Chinese character counts as a
// whole word does elsewhere; one Japanese letter among ten makes a text Japanese.
func dominant(count [alphabets]int) (alphabet, float64) {
	const weight = 3
	if count[kana]*10 >= count[han] && count[kana] > 0 {
		count[kana] += count[han]
		count[han] = 0
	}
	count[kana] *= weight
	count[han] *= weight
	count[hangul] *= weight
	best, all := noAlphabet, 0
	for a, n := range count {
		all += n
		if n > count[best] {
			best = alphabet(a)
		}
	}
	if all == 0 {
		return noAlphabet, 0
	}
	return best, float64(count[best]) / float64(all)
}

// vote lets words and marks speak for the languages of an alphabet.
func vote(a alphabet, words []string) (string, float64) {
	table := evidence[a]
	score := make([]float64, len(languages[a]))
	for _, w := range words {
		for _, v := range table.words[w] {
			score[v.of] += v.weight
		}
		table.marksOf(w, score)
	}
	best, second := 0, 0.0
	for i, x := range score {
		if x > score[best] {
			best = i
		}
	}
	code := languages[a][best].code
	for i, x := range score {
		if languages[a][i].code != code {
			second = max(second, x)
		}
	}
	if score[best] == 0 {
		if a == arabic && len(words) > 0 {
			return "ar", 0.1
		}
		return "und", 0
	}
	margin := (score[best] - second) / score[best]
	return code, margin * (1 - math.Exp(-score[best]))
}

// voice is the weight with which a piece of evidence speaks for a language.
type voice struct {
	of     int
	weight float64
}

// clues are the evidence of one alphabet. ends are split by their place.
type clues struct {
	words                 map[string][]voice
	begins, ends, insides map[string][]voice
}

var evidence = gather()

const (
	wordWeight = 1.0
	markWeight = 0.35
	longest    = 8 // runes of the longest mark
)

// gather turns the lists into tables. What several languages share speaks for
// each of them more softly.
func gather() map[alphabet]clues {
	all := map[alphabet]clues{}
	for a, list := range languages {
		c := clues{map[string][]voice{}, map[string][]voice{}, map[string][]voice{}, map[string][]voice{}}
		for i, l := range list {
			said := map[string]bool{}
			for _, w := range strings.Fields(l.words) {
				if !said[w] {
					said[w] = true
					c.words[w] = append(c.words[w], voice{i, wordWeight})
				}
			}
			for _, m := range strings.Fields(l.marks) {
				table := c.insides
				if strings.HasPrefix(m, "-") {
					table, m = c.ends, m[1:]
				} else if strings.HasSuffix(m, "-") {
					table, m = c.begins, m[:len(m)-1]
				}
				table[m] = louder(table[m], i)
			}
		}
		for _, table := range []map[string][]voice{c.words, c.begins, c.ends, c.insides} {
			for _, voices := range table {
				for i := range voices {
					voices[i].weight /= float64(len(voices))
				}
			}
		}
		all[a] = c
	}
	return all
}

func louder(voices []voice, of int) []voice {
	for i := range voices {
		if voices[i].of == of {
			voices[i].weight += markWeight
			return voices
		}
	}
	return append(voices, voice{of, markWeight})
}

// marksOf adds what the pieces of a word say.
func (c clues) marksOf(w string, score []float64) {
	add := func(voices []voice) {
		for _, v := range voices {
			score[v.of] += v.weight
		}
	}
	for i := range w {
		for j, n := i, 0; j < len(w) && n < longest; n++ {
			_, width := utf8.DecodeRuneInString(w[j:])
			j += width
			piece := w[i:j]
			if n < 3 {
				add(c.insides[piece])
			}
			if i == 0 && j < len(w) {
				add(c.begins[piece])
			}
			if i > 0 && j == len(w) {
				add(c.ends[piece])
			}
		}
	}
}
