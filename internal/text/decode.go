package text

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// decodePeek is how much of a stream Decode judges by.
const decodePeek = 64 << 10

// Decode gives r as UTF-8 without byte order mark, and the name of the encoding
// it was found to have ("utf-8", "utf-16le", "windows-1256", …). declared is what
// the sender says, such as the charset of a Content-Type, in any case; empty when
// nothing was said. In order:
//
//  1. a byte order mark;
//  2. UTF-16 that shows itself by its zeros;
//  3. UTF-8, if the first 64 KiB are UTF-8 with letters outside ASCII: nothing
//     else looks like it by chance, while senders who declare "iso-8859-1" and
//     send UTF-8 are common;
//  4. what was declared, unless it is UTF-8 and the bytes are not;
//  5. a guess between windows-1256 (Arabic), -1251 (Cyrillic) and -1252 (Western).
//
// Bytes that the encoding does not know become U+FFFD; reading gives no other
// errors than r's own. NUL and control characters pass through: use [Clean].
func Decode(r io.Reader, declared string) (io.Reader, string) {
	br := bufio.NewReaderSize(r, decodePeek)
	head, _ := br.Peek(decodePeek) // an error comes again when reading
	e, name := detect(head, declared)
	return transform.NewReader(br, unicode.BOMOverride(e.NewDecoder())), name
}

// DecodeBytes is [Decode] for what is in memory.
func DecodeBytes(b []byte, declared string) (string, string) {
	r, name := Decode(bytes.NewReader(b), declared)
	out, _ := io.ReadAll(r) // a bytes.Reader has no errors
	return string(out), name
}

var (
	utf16le = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	utf16be = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
)

func detect(head []byte, declared string) (encoding.Encoding, string) {
	switch {
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		return unicode.UTF8, "utf-8"
	case bytes.HasPrefix(head, []byte("\xFF\xFE")):
		return utf16le, "utf-16le"
	case bytes.HasPrefix(head, []byte("\xFE\xFF")):
		return utf16be, "utf-16be"
	}
	if e, name := zeros(head); e != nil {
		return e, name
	}
	good, bad := utf8Shape(head)
	if good > 4*bad {
		return unicode.UTF8, "utf-8"
	}
	if e, name := lookup(declared); e != nil && (name != "utf-8" || bad == 0) {
		return e, name
	}
	if bad == 0 {
		return unicode.UTF8, "utf-8"
	}
	return guess(head)
}

// lookup finds a declared encoding, also inside "text/csv; charset=x".
func lookup(declared string) (encoding.Encoding, string) {
	if i := strings.LastIndexByte(declared, '='); i >= 0 {
		declared = declared[i+1:]
	}
	e, name := charset.Lookup(strings.Trim(declared, " \t\"';"))
	if name == "replacement" || name == "x-user-defined" {
		return nil, ""
	}
	return e, name
}

// zeros recognises UTF-16 without a byte order mark: every other byte of its
// spaces, digits and Latin letters is zero, on one side only.
func zeros(head []byte) (encoding.Encoding, string) {
	var even, odd int
	for i, c := range head {
		if c == 0 && i%2 == 0 {
			even++
		} else if c == 0 {
			odd++
		}
	}
	few := len(head) / 20
	switch {
	case len(head) < 4:
	case odd > few && even <= odd/16:
		return utf16le, "utf-16le"
	case even > few && odd <= even/16:
		return utf16be, "utf-16be"
	}
	return nil, ""
}

// utf8Shape counts the well-formed characters outside ASCII and the bytes that
// belong to none. The last character may be cut off.
func utf8Shape(head []byte) (good, bad int) {
	for len(head) > 0 {
		r, n := utf8.DecodeRune(head)
		switch {
		case r == utf8.RuneError && n == 1:
			if !utf8.FullRune(head) {
				return good, bad
			}
			bad++
		case n > 1:
			good++
		}
		head = head[n:]
	}
	return good, bad
}

// guess tells single-byte encodings apart. Arabic and Cyrillic words are runs of
// bytes above 0xC0, Western accents stand alone; and only Arabic has 0xC7, its
// alef, all the time.
func guess(head []byte) (encoding.Encoding, string) {
	var high, runs, alef int
	before := byte(0)
	for _, c := range head {
		if c >= 0xC0 {
			high++
			if before >= 0xC0 {
				runs++
			}
			if c == 0xC7 {
				alef++
			}
		}
		before = c
	}
	switch {
	case 2*runs <= high:
		return charmap.Windows1252, "windows-1252"
	case 25*alef >= high:
		return charmap.Windows1256, "windows-1256"
	}
	return charmap.Windows1251, "windows-1251"
}
