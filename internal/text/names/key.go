package names

import (
	"strings"

	"sifara/internal/text"
)

// skeleton gives consonants of both scripts one letter per family of sounds that
// transliterations exchange. What is absent (vowels, ا و ی ع ه ح h w y) is left out, and a letter
// after its like.
var skeleton = map[rune]byte{
	'ب': 'b', 'پ': 'b', 'ت': 't', 'ط': 't', 'ث': 's', 'ج': 'j', 'چ': 'j', 'خ': 'k', 'د': 'd', 'ض': 'd', 'ذ': 'd',
	'ر': 'r', 'ز': 's', 'ژ': 'j', 'س': 's', 'ص': 's', 'ظ': 'd', 'ش': 's', 'غ': 'j', 'ف': 'f', 'ق': 'k', 'ک': 'k', 'گ': 'j',
	'ل': 'l', 'م': 'm', 'ن': 'n',
	'b': 'b', 'p': 'b', 't': 't', 'g': 'j', 'j': 'j', 'd': 'd', 'r': 'r', 'z': 's', 's': 's', 'f': 'f', 'v': 'f', 'k': 'k',
	'q': 'k', 'c': 'k', 'x': 'k', 'l': 'l', 'm': 'm', 'n': 'n',
}

// Key is the consonants of a name of either script, so roughly that spellings of a
// name mostly share it and many other names do too: for finding candidates whose
// [Score] is then asked. Without letters it is "".
func Key(name string) string {
	var b strings.Builder
	last := byte(0)
	for _, r := range text.Fold(name) {
		if c := skeleton[r]; c != 0 && c != last {
			b.WriteByte(c)
			last = c
		}
	}
	return b.String()
}
