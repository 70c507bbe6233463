package text

import (
	"regexp"
	"strings"
)

// handle matches mentions and e-mail addresses, also with invisible characters
// in them, of any script.
var handle = regexp.MustCompile(`[\p{L}\p{M}\p{N}._%+\-]*[@＠][\x{200B}-\x{200F}\x{2060}\x{FEFF}]*[\p{L}\p{N}_][\p{L}\p{M}\p{N}_\x{200B}-\x{200F}]*(?:[.\-@][\p{L}\p{N}_]+)*`)

// Masked is what stands in the place of a handle that [Mask] took away.
const Masked = "@…"

// Mask replaces the handles ("@name", "@name@host") and e-mail addresses in s by
// [Masked], so that a post can be shown without naming private persons. Links to
// profiles are not touched. It does not know public persons: whoever may show a
// handle does not call it.
func Mask(s string) string {
	if !strings.ContainsAny(s, "@＠") {
		return s
	}
	return handle.ReplaceAllString(s, Masked)
}
