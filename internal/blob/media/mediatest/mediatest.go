// Package mediatest makes small films and sound recordings for tests: containers
// whose structure is whole and whose pictures and sound are empty.
package mediatest

import "encoding/binary"

// Secret stands in everything of a file that must not be published.
const Secret = "+33.3128+044.3615/Baghdad telephone"

// Film says what an MP4 or WebM file holds.
type Film struct {
	Seconds       int
	Width, Height int    // zero: sound only
	Brand         string // of MP4; empty: "isom"
	Codec         string // of the picture; empty: "avc1" or "V_VP9"
	Handler       string // of a further track of MP4; empty: none
	Turned        bool   // shown upright, as telephones film
	Wide          bool   // MP4 with 64-bit times and sizes
	Fragments     bool   // MP4 in fragments
	Open          bool   // WebM as browsers record it: nothing says how long it is
	Alpha         bool   // WebM whose picture is transparent
}

func be(n int, v uint64) []byte {
	b := binary.BigEndian.AppendUint64(nil, v)
	return b[8-n:]
}
