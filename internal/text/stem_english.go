package text

import (
	"strings"
	"sync/atomic"

	"github.com/kljensen/snowball/english"
)

// englishMemo remembers the stems of words seen lately: a post has few rare words,
// and Snowball costs most of the time of indexing an English one. Each word has one
// place, a newer word takes it over. It holds results of a pure function only, so
// nobody can notice it but by the clock.
var englishMemo [4096]atomic.Pointer[memo]

type memo struct{ token, stem string }

func rememberedEnglish(token string) string {
	place := &englishMemo[hashWord(token)%uint64(len(englishMemo))]
	if m := place.Load(); m != nil && m.token == token {
		return m.stem
	}
	m := &memo{token: strings.Clone(token)} // token may be a piece of a long text
	m.stem = english.Stem(m.token, false)
	place.Store(m)
	return m.stem
}
