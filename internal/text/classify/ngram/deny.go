package ngram

import "strings"

// negations deny what follows them, in Arabic and its dialects, Sorani, Kurmanji
// and English (without apostrophes, as words are read).
const negations = `لا ما مش مو مب موش ماش ليس ليست ليسوا لست لم لن غير بدون بلا ولا وما مافي مافيش معندناش عمر مستحيل
نا نەك بێ نییه هیچ نیە نابێ ناکرێ
ne na nîne bê tune nabe
no not never none nobody nothing nor neither without cannot cant dont doesnt didnt isnt arent wasnt werent wont
wouldnt couldnt shouldnt hasnt havent hadnt aint hardly barely`

var denies = wordSet(negations)

func wordSet(list string) map[uint32]bool {
	set := map[uint32]bool{}
	for w := range strings.FieldsSeq(list) {
		set[WordHash(w)] = true
	}
	return set
}

// WordHash is the hash under which a text's word is known, whatever its case and
// spelling; see [Features.Tokens].
func WordHash(w string) uint32 {
	var f Features
	f.word(w, 0, Word)
	if len(f.tokens) == 0 {
		return 0
	}
	return f.tokens[0].Hash
}
