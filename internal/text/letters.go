package text

// letters holds the foldings that Unicode's own decompositions do not give.
// Keys are lower case.
var letters = map[rune]string{
	// Latin
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'þ': "th",
	'ł': "l", 'ħ': "h", 'ı': "i", 'ə': "e", 'ŋ': "n", 'ſ': "s",
	'\u2018': "'", '\u2019': "'", '\u201B': "'", '\u02BC': "'", '\u02BB': "'", '`': "'", '\u00B4': "'",
	// Greek final sigma
	'ς': "σ",
	// Arabic script: alef, yeh, kaf, heh, waw and the letters with Kurdish marks
	'ٱ': "ا", 'ٲ': "ا", 'ٳ': "ا", 'ٵ': "ا",
	'ى': "ی", 'ي': "ی", 'ې': "ی", 'ۍ': "ی", 'ێ': "ی", 'ے': "ی", 'ؽ': "ی", 'ؾ': "ی", 'ؿ': "ی",
	'ك': "ک", 'ڪ': "ک", 'ػ': "ک", 'ؼ': "ک", 'ڮ': "ک", 'ګ': "گ",
	'ة': "ه", 'ە': "ه", 'ہ': "ه", 'ھ': "ه", 'ۃ': "ه", 'ۿ': "ه",
	'ۆ': "و", 'ۊ': "و",
	'ڕ': "ر", 'ڵ': "ل", 'ڤ': "ف", 'ں': "ن",
	'ء': "", 'ٴ': "", 'ـ': "",
	'٫': ".", '٬': ",",
	// Hebrew geresh and gershayim stand inside abbreviations
	'׳': "", '״': "",
	// Line ends and the replacement character
	'\u2028': "\n", '\u2029': "\n", '\uFFFD': " ",
}

// mark reports the combining signs that searching does without. Marks of the
// Indic and other scripts are letters to their readers and stay.
func mark(r rune) bool {
	switch {
	case r < 0x0300:
		return false
	case r <= 0x036F, r >= 0x0483 && r <= 0x0489: // Latin, Greek, Cyrillic
		return true
	case r >= 0x0591 && r <= 0x05C7: // Hebrew points, not its punctuation
		return r != 0x05BE && r != 0x05C0 && r != 0x05C3 && r != 0x05C6
	case r >= 0x0610 && r <= 0x061A, r >= 0x064B && r <= 0x065F, r == 0x0670:
		return true
	case r >= 0x06D6 && r <= 0x06ED: // Qur'anic signs, not the end of verse
		return r != 0x06DD && r != 0x06DE && r != 0x06E5 && r != 0x06E6 && r != 0x06E9
	case r >= 0x0898 && r <= 0x089F, r >= 0x08CA && r <= 0x08E1, r >= 0x08E3 && r <= 0x08FF:
		return true
	}
	return r >= 0x1AB0 && r <= 0x1AFF || r >= 0x1DC0 && r <= 0x1DFF ||
		r >= 0x20D0 && r <= 0x20FF || r >= 0xFE20 && r <= 0xFE2F
}

// invisible reports format characters that are never seen and never mean
// anything to a search: joiners, directions, fillers, selectors, tags.
func invisible(r rune) bool {
	switch {
	case r < 0x00AD:
		return false
	case r == 0x00AD, r == 0x034F, r == 0x061C, r == 0x115F, r == 0x1160, r == 0x17B4, r == 0x17B5:
		return true
	case r >= 0x180B && r <= 0x180F, r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E:
		return true
	case r >= 0x2060 && r <= 0x206F, r == 0x3164, r >= 0xFE00 && r <= 0xFE0F, r == 0xFEFF, r == 0xFFA0:
		return true
	}
	return r >= 0xFFF9 && r <= 0xFFFB || r >= 0xE0000 && r <= 0xE0FFF
}
