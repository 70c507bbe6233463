package text

// Index appends to dst what a search index holds of a text: its tokens in order,
// words reduced by [Stem] for lang. The same text always gives the same result,
// and words that differ only as [Fold] and Stem allow give equal tokens, so
// comparing two results compares the texts as a search would.
//
// lang may be empty; then the script decides. A search whose language nobody
// knows asks for [Forms] of each word instead, which covers every lang that the
// indexed text may have had.
func Index(dst []string, lang, s string) []string {
	var stack [64]Token
	for _, t := range Tokens(stack[:0], s) {
		if t.Kind == Word {
			t.Text = Stem(lang, t.Text)
		}
		dst = append(dst, t.Text)
	}
	return dst
}

// Hashtags appends the folded hashtags of s, with '#', each once and in order of
// appearance. A text without hashtags gives dst.
func Hashtags(dst []string, s string) []string {
	from := len(dst)
	var stack [64]Token
next:
	for _, t := range Tokens(stack[:0], s) {
		if t.Kind != Tag {
			continue
		}
		for _, seen := range dst[from:] {
			if seen == t.Text {
				continue next
			}
		}
		dst = append(dst, t.Text)
	}
	return dst
}
