package text

import "strings"

// stopExtra are words of posts and feeds that say nothing about their subject.
const stopExtra = `rt amp via http https www com html re quot nbsp`

// stopWords holds the [functionWords], folded, and their stems.
var stopWords = gatherStopWords()

func gatherStopWords() map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields(stopExtra) {
		all[w] = true
	}
	for code, words := range functionWords {
		for _, w := range strings.Fields(words) {
			for _, t := range Tokens(nil, w) {
				all[t.Text] = true
				all[Stem(code, t.Text)] = true
			}
		}
	}
	return all
}

// StopWord reports whether a token (of [Tokens] or [Index]) is a function word of
// Arabic, Sorani, Kurmanji, English or another of the larger languages, or
// a single letter or digit: nothing to count among the top words of a stream.
// Searching does not use it, every word can be found.
func StopWord(token string) bool {
	if len(token) <= 1 || stopWords[token] {
		return true
	}
	return len(token) == letters2 && token[0] >= 0xC0 // one letter of two bytes
}
