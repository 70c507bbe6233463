package classify

import (
	"bufio"
	"embed"
	"fmt"
	"strings"
	"sync"

	"sifara/internal/text/classify/ngram"
)

//go:embed lists/*.txt
var listFiles embed.FS

// sense is what the lists say of a word; a word may stand in several.
type sense uint16

const (
	positive sense = 1 << iota
	negative
	denial
	stress
	threatening
	requesting
	suggesting
	asking
	stating
	critical
)

var sections = map[string]sense{
	"positive": positive, "negative": negative, "deny": denial, "more": stress, "threat": threatening,
	"request": requesting, "suggest": suggesting, "ask": asking, "state": stating, "crisis": critical,
}

// lexicon is the word list of one language: words by the hash of their folded
// letters, and the clitics that may stand before and behind them.
type lexicon struct {
	words            map[uint32]sense
	prefixes, suffix map[uint32]bool
	longest          int // letters of the longest prefix
}

// lexicons holds those of the languages that are judged by rule.
var lexicons = map[string]func() *lexicon{
	"ar": readLists("ar"), "ckb": readLists("ckb"), "kmr": readLists("kmr"), "en": readLists("en"),
}

func readLists(lang string) func() *lexicon {
	return sync.OnceValue(func() *lexicon {
		l := &lexicon{words: map[uint32]sense{}, prefixes: map[uint32]bool{}, suffix: map[uint32]bool{}}
		for _, name := range []string{"all", lang} {
			b, err := listFiles.ReadFile("lists/" + name + ".txt")
			if err == nil {
				err = l.read(string(b))
			}
			if err != nil {
				panic("classify: list " + name + ": " + err.Error()) // the binary was built wrong; a test reads each
			}
		}
		return l
	})
}

// read takes a list: sections in brackets, words between spaces, notes behind #.
func (l *lexicon) read(list string) error {
	var in string
	for sc := bufio.NewScanner(strings.NewReader(list)); sc.Scan(); {
		line := strings.TrimSpace(sc.Text())
		switch {
		case line == "" || line[0] == '#':
			continue
		case line[0] == '[':
			in = strings.Trim(line, "[]")
			if sections[in] == 0 && in != "prefix" && in != "suffix" {
				return fmt.Errorf("no section %q", in)
			}
			continue
		}
		for w := range strings.FieldsSeq(line) {
			l.put(in, []rune(ngram.Fold(w)))
		}
	}
	return nil
}

func (l *lexicon) put(section string, w []rune) {
	switch section {
	case "prefix":
		l.prefixes[hashRunes(w)] = true
		l.longest = max(l.longest, len(w))
	case "suffix":
		l.suffix[hashRunes(w)] = true
	default:
		l.words[hashRunes(w)] |= sections[section]
	}
}

const hashSeed = 2166136261

func hashStep(h uint32, r rune) uint32 { return (h ^ uint32(r)) * 16777619 }

func hashRunes(rs []rune) uint32 {
	h := uint32(hashSeed)
	for _, r := range rs {
		h = hashStep(h, r)
	}
	return h
}

// shortest is how many letters of a word must remain without its clitics.
const shortest = 3

// find gives the senses of a folded word: as it stands, without an ending, or
// without a particle before it. A word that is listed as it stands is that word.
func (l *lexicon) find(w []rune) sense {
	if s := l.ended(w); s != 0 || l.longest == 0 {
		return s
	}
	h := uint32(hashSeed)
	for i := 0; i < l.longest && len(w)-i > shortest; i++ {
		h = hashStep(h, w[i])
		if l.prefixes[h] {
			if s := l.ended(w[i+1:]); s != 0 {
				return s
			}
		}
	}
	return 0
}

func (l *lexicon) ended(w []rune) (found sense) {
	h := uint32(hashSeed)
	for i, r := range w {
		h = hashStep(h, r)
		rest := w[i+1:]
		if i+1 < shortest && len(rest) > 0 {
			continue
		}
		if s := l.words[h]; s != 0 && (len(rest) == 0 || l.suffix[hashRunes(rest)]) {
			found = s // the longest wins
		}
	}
	return found
}
