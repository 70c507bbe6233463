package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// newSecret gives 256 random bits as 43 characters that stand unescaped in an
// address.
func newSecret() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// hashOf is how a random secret is kept. A plain hash is enough: with 256
// random bits there is nothing to guess.
func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// recoveryAlphabet has no letter that could be mistaken for another.
const recoveryAlphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"

// newRecoveryCode gives twelve letters in three groups: 59 random bits.
func newRecoveryCode() string {
	var b strings.Builder
	buf := make([]byte, 1)
	for n := 0; n < 12; {
		_, _ = rand.Read(buf) // never fails
		// Values beyond the last full round would favour some letters.
		if int(buf[0]) >= 256/len(recoveryAlphabet)*len(recoveryAlphabet) {
			continue
		}
		if n > 0 && n%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(recoveryAlphabet[int(buf[0])%len(recoveryAlphabet)])
		n++
	}
	return b.String()
}

// plainRecoveryCode is a code as it is compared: without groups and case.
func plainRecoveryCode(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case strings.ContainsRune(recoveryAlphabet, r):
			return r
		}
		return -1
	}, s)
}
