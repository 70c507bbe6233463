package classify

import (
	"strings"
	"unicode"

	"sifara/internal/text"
)

// language is the primary language of a tag, or of the text if there is none. A
// text too short to tell is read as what its letters are mostly used for here:
// Arabic or English.
func language(lang, s string) string {
	if i := strings.IndexAny(lang, "-_"); i > 0 {
		lang = lang[:i]
	}
	if lang == "" || lang == "und" {
		lang, _ = text.Identify(s)
	}
	switch lang {
	case "ku":
		return "kmr"
	case "und":
		return byLetters(s)
	}
	return lang
}

func byLetters(s string) string {
	latin, arabic := 0, 0
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
			latin++
		case r >= 0x0620 && r <= 0x064A:
			arabic++
		case r >= 0x0370 && unicode.IsLetter(r):
			return "" // another script
		}
	}
	switch {
	case arabic > 0 && arabic >= latin:
		return "ar"
	case latin > 0:
		return "en"
	}
	return ""
}
