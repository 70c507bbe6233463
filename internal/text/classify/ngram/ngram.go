package ngram

// Group is a kind of feature. Each group of a text weighs as much as any other,
// however many features it has.
type Group uint8

// The groups.
const (
	Words  Group = iota // words, pairs of words, words under a negation
	Chars               // 2 to 5 letters inside words, their edges included
	Form                // signs, emoji, first and last words, length, shouting
	Groups = 3
)

// Features are the hashed features of one text by group; what occurs twice is
// there twice. The zero value is ready. [Features.Read] may be called again and
// again and allocates nothing once the buffers have grown; it is not safe for
// use by several goroutines at once.
type Features struct {
	Hash [Groups][]uint32

	runes              []rune
	tokens             []Token
	stretched, shouted int
}

// Salts keep kinds of feature apart that would otherwise share a hash.
const (
	saltWord uint32 = iota + 1
	saltPair
	saltNegated
	saltChars
	saltFirst
	saltFirstPair
	saltFirstKind
	saltLast
	saltLastKind
	saltForm
	saltLevel
	saltTag
	saltSkip
)

const seed = 2166136261

func step(h uint32, r rune) uint32 { return (h ^ uint32(r)) * 16777619 }

// mix spreads a hash, so that its low bits can be an index.
func mix(h uint32) uint32 {
	h ^= h >> 16
	h *= 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	return h ^ h>>16
}

func pair(a, b uint32) uint32 { return a*31 + b }

// Read replaces the features by those of s. Of a long text only the beginning,
// 2,000 letters, is read.
func (f *Features) Read(s string) {
	f.runes, f.tokens = append(f.runes[:0], ' '), f.tokens[:0]
	f.stretched, f.shouted = 0, 0
	for g := range f.Hash {
		f.Hash[g] = f.Hash[g][:0]
	}
	f.scan(s)
	f.words()
	f.chars()
	f.form()
}

// Tokens are the tokens of the text last read, in their order; they are valid
// until the next.
func (f *Features) Tokens() []Token { return f.tokens }

// Runes are the folded letters of a token of this text, valid until the next.
func (f *Features) Runes(t Token) []rune { return f.runes[t.start:t.end] }

func (f *Features) emit(g Group, salt, h uint32) {
	f.Hash[g] = append(f.Hash[g], mix(h^salt<<24))
}

// scope is how many words after a negation count as denied.
const scope = 3

// words gives each token, each pair of neighbours, and what stands under a
// negation, as far as the next sign.
func (f *Features) words() {
	var last, before uint32
	negated := 0
	for i := range f.tokens {
		t := &f.tokens[i]
		f.emit(Words, saltWord, t.Hash)
		f.emit(Words, saltPair, pair(last, t.Hash))
		if i > 1 {
			f.emit(Words, saltSkip, pair(before, t.Hash))
		}
		if t.Kind == Tag {
			f.emit(Words, saltTag, t.Hash)
		}
		if t.Kind == Sign {
			negated = 0
		}
		if negated > 0 {
			f.emit(Words, saltNegated, t.Hash)
			negated--
		}
		if denies[t.Hash] {
			negated = scope
		}
		before, last = last, t.Hash
	}
	f.emit(Words, saltPair, pair(last, 0))
}

// longest bounds the letters of a word that are looked at.
const longest = 24

// chars gives the runs of 2 to 5 letters of each word with a space at its edges.
func (f *Features) chars() {
	out := f.Hash[Chars]
	for i := range f.tokens {
		t := &f.tokens[i]
		if t.Kind != Word && t.Kind != Tag {
			continue
		}
		end := min(int(t.end), int(t.start)+longest) + 1
		for a := int(t.start) - 1; a < end-1; a++ {
			h := step(seed, f.runes[a])
			for b := a + 1; b < min(a+5, end); b++ {
				h = step(h, f.runes[b])
				out = append(out, mix(h^saltChars<<24))
			}
		}
	}
	f.Hash[Chars] = out
}

// form gives what the text is like as a whole.
func (f *Features) form() {
	var count [Sign + 1]int
	asks, cries := 0, 0
	n := 0 // words seen
	var first uint32
	for i := range f.tokens {
		t := &f.tokens[i]
		count[t.Kind]++
		switch {
		case t.Kind == Emoji:
			f.emit(Form, saltForm, t.Hash)
		case t.Kind == Sign:
			f.emit(Form, saltForm, t.Hash)
			switch f.runes[t.start] {
			case '?':
				asks++
			case '!':
				cries++
			}
		case t.Kind == Word || t.Kind == Tag:
			switch n++; n {
			case 1:
				first = t.Hash
				f.emit(Form, saltFirst, first)
			case 2:
				f.emit(Form, saltFirstPair, pair(first, t.Hash))
			}
		}
	}
	if k := len(f.tokens); k > 0 {
		f.emit(Form, saltLast, f.tokens[k-1].Hash)
		f.emit(Form, saltLastKind, uint32(f.tokens[k-1].Kind))
		f.emit(Form, saltFirstKind, uint32(f.tokens[0].Kind))
	}
	for k, c := range count {
		f.level(uint32(k), c)
	}
	f.level(20, asks)
	f.level(21, cries)
	f.level(22, f.stretched)
	f.level(23, f.shouted)
}

// level gives a count as one of few steps: 0, 1, 2, 3–4, 5–8, 9–16 …
func (f *Features) level(name uint32, count int) {
	step := uint32(count)
	if count > 2 {
		step = 3
		for c := (count - 1) >> 1; c > 1; c >>= 1 {
			step++
		}
	}
	f.emit(Form, saltLevel, name<<8|step)
}

// TextHash is the same for texts that differ only in names of persons, addresses
// and numbers' digits: what is copied has one hash.
func TextHash(s string) uint32 {
	var f Features
	f.runes = append(f.runes, ' ')
	f.scan(s)
	h := uint32(seed)
	for _, t := range f.tokens {
		if t.Kind == Word || t.Kind == Tag {
			h = pair(h, t.Hash)
		}
	}
	return mix(h)
}
