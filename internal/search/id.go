package search

import (
	"encoding/hex"
	"fmt"
	"strings"
)

// IDFromUUID gives the integer under which a row with a UUIDv7 is indexed: its 48
// bits of milliseconds and 15 bits of its random part, so ids grow with time. Two
// rows of the same millisecond collide once in 32,768; the UNIQUE constraint on
// the context's column then refuses the second, and the caller makes a new UUID.
func IDFromUUID(uuid string) (int64, error) {
	b, err := hex.DecodeString(strings.ReplaceAll(uuid, "-", ""))
	if err != nil || len(b) != 16 || b[6]>>4 != 7 {
		return 0, fmt.Errorf("%q is not a UUIDv7", uuid)
	}
	var ms int64
	for _, c := range b[:6] {
		ms = ms<<8 | int64(c)
	}
	random := int64(b[6]&0x0F)<<11 | int64(b[7])<<3 | int64(b[8]>>3&0x07)
	return ms<<15 | random, nil
}
