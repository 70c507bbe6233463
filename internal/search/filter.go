package search

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

const (
	// every is part of every document, so that a question made of exclusions
	// only has something to exclude from.
	every = "is:doc"
	// never is part of no document.
	never = "is:none"
	// maxFilter is the longest filter token that is kept readable.
	maxFilter = 80
)

// filterToken writes a filter "kind:value" as a token that both engines keep as
// it is. A filter without kind gets the kind "x".
func filterToken(f string) string {
	kind, value, ok := strings.Cut(f, ":")
	if !ok {
		kind, value = "x", f
	}
	var b strings.Builder
	encode(&b, kind)
	b.WriteByte(':')
	encode(&b, value)
	if b.Len() > maxFilter {
		sum := sha256.Sum256([]byte(f))
		return "h:" + hex.EncodeToString(sum[:16])
	}
	return b.String()
}

func encode(b *strings.Builder, s string) {
	const digits = "0123456789abcdef"
	for _, c := range []byte(s) {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '.', c == '-':
			b.WriteByte(c)
		case c >= 'A' && c <= 'Z':
			b.WriteByte(c + 'a' - 'A')
		default:
			b.Write([]byte{'_', digits[c>>4], digits[c&15]})
		}
	}
}
