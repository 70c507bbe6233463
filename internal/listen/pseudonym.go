package listen

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"sifara/internal/listen/privacy"
)

// pseudonymPurpose is the vault's purpose of the key by which posts are known
// again, and the beginning of the purposes of the keys of pseudonyms. Changing
// it would store every post a second time.
const pseudonymPurpose = "listen/pseudonym"

// pseudonymiser turns handles into numbers that only this house can make, and
// takes the names of private persons out of texts.
type pseudonymiser struct {
	macs     sync.Pool // of the key by which posts are known again
	keys     *keyring  // of authors
	official func(handle string) bool
	// named reports whether a handle is no private person's: an official account
	// or one of the register of public actors.
	named func(handle string) bool
}

func newPseudonymiser(key []byte, keys *keyring, official, public func(handle string) bool) *pseudonymiser {
	nobody := func(string) bool { return false }
	if official == nil {
		official = nobody
	}
	if public == nil {
		public = nobody
	}
	return &pseudonymiser{
		macs:     sync.Pool{New: func() any { return hmac.New(sha256.New, key) }},
		keys:     keys,
		official: official,
		named:    func(handle string) bool { return official(handle) || public(handle) },
	}
}

// sum is a keyed hash of the parts, which are kept apart by their lengths.
func (p *pseudonymiser) sum(parts ...string) [32]byte {
	return keyed(&p.macs, parts...)
}

func keyed(macs *sync.Pool, parts ...string) [32]byte {
	m := macs.Get().(hash.Hash)
	defer macs.Put(m)
	m.Reset()
	var b [binary.MaxVarintLen64]byte
	for _, s := range parts {
		m.Write(b[:binary.PutUvarint(b[:], uint64(len(s)))])
		m.Write([]byte(s))
	}
	var out [32]byte
	m.Sum(out[:0])
	return out
}

// author is the pseudonym of a handle at a source in the period of a post,
// never 0; 0 without handle. The error is that of reading the key.
func (p *pseudonymiser) author(source, handle string, at time.Time) (int64, error) {
	handle = privacy.BareHandle(handle)
	if handle == "" {
		return 0, nil
	}
	macs, err := p.keys.pool(periodOf(at))
	if err != nil {
		return 0, err
	}
	s := keyed(macs, "author", source, handle)
	return positive(s[:8]), nil
}

// identity gives the hash part of a post's id and its key. It is keyed too:
// otherwise a guessed handle could be tested against a known text.
func (p *pseudonymiser) identity(parts ...string) (low, key int64) {
	s := p.sum(append([]string{"post"}, parts...)...)
	return positive(s[:8]) & (1<<idBits - 1), positive(s[8:16])
}

func positive(b []byte) int64 { return int64(binary.BigEndian.Uint64(b)>>1) | 1<<62 }

// masked stands where a private person's name stood.
const masked = "…"

// mask takes out of a cleaned text what names private persons: mentions,
// local parts of mail addresses, paths of addresses at social platforms, and
// the author's own handle. Mentions of official accounts and public actors stay.
func (p *pseudonymiser) mask(s, own string) string {
	own = privacy.BareHandle(own)
	if utf8.RuneCountInString(own) < 3 {
		own = ""
	}
	if strings.ContainsAny(s, privacy.Ats) {
		s = p.maskMentions(s)
	}
	if strings.Contains(s, "/") {
		s = maskAddresses(s)
	}
	if own != "" && !p.named(own) {
		s = maskWord(s, own)
	}
	return s
}

func (p *pseudonymiser) maskMentions(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for s != "" {
		i := strings.IndexAny(s, privacy.Ats)
		if i < 0 {
			b.WriteString(s)
			break
		}
		before, rest := s[:i], s[i:]
		_, n := utf8.DecodeRuneInString(rest)
		name := privacy.HandlePrefix(rest[n:])
		if name == "" {
			b.WriteString(before + rest[:n])
			s = rest[n:]
			continue
		}
		if p.named(strings.ToLower(name)) {
			b.WriteString(before + rest[:n+len(name)])
			s = rest[n+len(name):]
			continue
		}
		// A local part of a mail address or of "@user@host" goes too.
		b.WriteString(strings.TrimRightFunc(before, privacy.HandleRune))
		b.WriteString("@" + masked)
		s = strings.TrimLeft(rest[n+len(name):], privacy.Ats)
		if len(s) < len(rest)-n-len(name) { // "@user@host"
			s = s[len(privacy.HandlePrefix(s)):]
		}
	}
	return b.String()
}

// maskAddresses cuts addresses at social platforms after the host.
func maskAddresses(s string) string {
	var b strings.Builder
	last := 0
	for i := 0; i < len(s); i++ {
		if s[i] != '/' {
			continue
		}
		start := strings.LastIndexFunc(s[last:i], func(r rune) bool { return !privacy.HandleRune(r) }) + 1 + last
		if !privacy.Social(s[start:i]) {
			continue
		}
		end := strings.IndexFunc(s[i:], unicode.IsSpace)
		if end < 0 {
			end = len(s) - i
		}
		if end <= 1 {
			continue
		}
		b.WriteString(s[last:i+1] + masked)
		last = i + end
		i = last - 1
	}
	if last == 0 {
		return s
	}
	return b.String() + s[last:]
}

// maskWord takes out a word wherever it stands alone, whatever its case.
func maskWord(s, word string) string {
	first, _ := utf8.DecodeRuneInString(word)
	var b strings.Builder
	last := 0
	for i, r := range s {
		if i < last || unicode.ToLower(r) != first || len(s)-i < len(word) || !strings.EqualFold(s[i:i+len(word)], word) {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		after, _ := utf8.DecodeRuneInString(s[i+len(word):])
		if i > 0 && privacy.WordRune(before) || i+len(word) < len(s) && privacy.WordRune(after) {
			continue
		}
		b.WriteString(s[last:i] + masked)
		last = i + len(word)
	}
	if last == 0 {
		return s
	}
	return b.String() + s[last:]
}
