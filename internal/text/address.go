package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// mention skips what follows the '@' at i and takes back what stood directly
// before it: together they are a handle or an e-mail address.
func (sc *scanner) mention(i int) int {
	j := i + 1
	for {
		c, n := sc.at(j)
		switch c {
		case letter, figure, pair:
			j += n
			continue
		case inner:
			if sc.s[j] == '_' || sc.wordAt(j+1) {
				j += n
				continue
			}
		case at: // name@host of the fediverse
			if sc.wordAt(j + 1) {
				j += n
				continue
			}
		}
		break
	}
	if j > i+1 {
		sc.out = sc.out[:sc.chunk]
	} else {
		sc.chunk = len(sc.out)
	}
	return j
}

func (sc *scanner) wordAt(i int) bool {
	c, _ := sc.at(i)
	return c == letter || c == figure || c == pair
}

// tag reads the hashtag at i. Only the tag itself is emitted here: its body is
// read again as words.
func (sc *scanner) tag(i int) int {
	sc.chunk = len(sc.out)
	plain, j := true, i+1
	for {
		c, n := sc.at(j)
		if c == letter || c == pair {
			plain = false
		} else if c != figure && (j >= len(sc.s) || sc.s[j] != '_') {
			break
		}
		j += n
	}
	if !plain {
		sc.emit(sc.s[i:j], Tag)
		sc.chunk = len(sc.out)
	}
	return i + 1
}

// maxHost is the longest host name the domain name system allows, in bytes. It
// also keeps a hostile "a-a-a-…" from being read over and over.
const maxHost = 253

// bareHost is the length of "x.com" at i when a path follows it, else 0.
func (sc *scanner) bareHost(i int) int {
	j, dot := i, 0
	for ; j < len(sc.s) && j < i+maxHost; j++ {
		c := sc.s[j]
		if c == '.' {
			dot = j
		} else if c != '-' && classes[c&0x7F] != letter && classes[c&0x7F] != figure || c >= utf8.RuneSelf {
			break
		}
	}
	www := strings.HasPrefix(sc.s[i:], "www.")
	path := j+1 < len(sc.s) && sc.s[j] == '/' && !unicode.IsSpace(rune(sc.s[j+1]))
	if dot == 0 || j-dot < 3 || !www && !path {
		return 0
	}
	for _, c := range []byte(sc.s[dot+1 : j]) {
		if c >= '0' && c <= '9' || c == '-' {
			return 0
		}
	}
	return j - i
}

// address emits the host that begins at i (behind the scheme) and skips the rest
// of the address, up to white space, a quotation mark or bracket, or Chinese and
// Japanese text, which follows without a space.
func (sc *scanner) address(i int) int {
	end := i
	for end < len(sc.s) {
		c, n := sc.at(end)
		if c == space || c == pair || c == other && n > 1 ||
			n == 1 && strings.IndexByte("<>\"'()[]{}|\\", sc.s[end]) >= 0 {
			break
		}
		end += n
	}
	host := sc.s[i:end]
	if k := strings.IndexAny(host, "/?#\n"); k >= 0 {
		host = host[:k]
	}
	if k := strings.LastIndexByte(host, '@'); k >= 0 {
		host = host[k+1:]
	}
	if k := strings.IndexByte(host, ':'); k >= 0 {
		host = host[:k]
	}
	host = strings.Trim(strings.TrimPrefix(host, "www."), ".-")
	if cleanHost(host) {
		sc.emit(host, Host)
	}
	sc.chunk = len(sc.out)
	return end
}

// cleanHost keeps the promise about the characters of a Host.
func cleanHost(host string) bool {
	for _, r := range host {
		if c := classify(r); c != letter && c != figure && c != pair && r != '.' && r != '-' {
			return false
		}
	}
	return host != ""
}

// camelWords appends the words of tags such as "#BlackLivesMatter", which only
// the capitals of the unfolded text show.
func camelWords(dst []Token, s string) []Token {
	for i := 0; ; i++ {
		k := strings.IndexByte(s[i:], '#')
		if k < 0 {
			return dst
		}
		i += k
		end := i + 1 + tagEnd(s[i+1:])
		if !joined(s, i, end) {
			dst = camelTag(dst, s[i+1:end])
		}
	}
}

// joined reports that the '#' at i stands inside an address or a handle.
func joined(s string, i, end int) bool {
	if end < len(s) && s[end] == '@' {
		return true
	}
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	return before == '/' || before == '@' || before == '_' || before == '-' || before == '.' ||
		unicode.IsLetter(before) || unicode.IsDigit(before)
}

func tagEnd(s string) int {
	for i, r := range s {
		if r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			return i
		}
	}
	return len(s)
}

func camelTag(dst []Token, body string) []Token {
	start, split, low := 0, false, false
	for i, r := range body {
		if r == '_' || low && unicode.IsUpper(r) {
			if r != '_' {
				split = true
			}
			if split {
				dst = camelWord(dst, body[start:i])
			}
			start = i
		}
		low = unicode.IsLower(r)
	}
	if split {
		dst = camelWord(dst, body[start:])
	}
	return dst
}

func camelWord(dst []Token, part string) []Token {
	sc := scanner{s: Fold(part), out: dst, chunk: len(dst)}
	sc.run()
	return sc.out
}
