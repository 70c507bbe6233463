package channels

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"time"
)

// SignatureHeader carries the signature of a delivery:
// "t=1767225600,v1=5257a8…". While a secret is being replaced there is a v1
// for each of the two.
const SignatureHeader = "Sifara-Signature"

// Sign gives the value of SignatureHeader: for each secret the HMAC-SHA256 of
// the time in seconds, a point and the body as sent.
func Sign(at time.Time, body []byte, secrets ...string) string {
	t := strconv.FormatInt(at.Unix(), 10)
	out := "t=" + t
	for _, s := range secrets {
		out += ",v1=" + hex.EncodeToString(mac(s, t, body))
	}
	return out
}

func mac(secret, t string, body []byte) []byte {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(t + "."))
	h.Write(body)
	return h.Sum(nil)
}

// ErrSignature means that a delivery was not made by the holder of the secret,
// or too long ago.
var ErrSignature = errors.New("channels: signature does not hold")

// CheckSignature is what a receiver does with SignatureHeader; maxAge keeps an
// old delivery from being played again. It is here for tests and for those who
// write receivers in Go.
func CheckSignature(secret, header string, body []byte, now time.Time, maxAge time.Duration) error {
	var t string
	var given [][]byte
	for part := range strings.SplitSeq(header, ",") {
		k, v, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch k {
		case "t":
			t = v
		case "v1":
			if b, err := hex.DecodeString(v); err == nil {
				given = append(given, b)
			}
		}
	}
	sec, err := strconv.ParseInt(t, 10, 64)
	if err != nil || now.Sub(time.Unix(sec, 0)).Abs() > maxAge {
		return ErrSignature
	}
	want := mac(secret, t, body)
	for _, g := range given {
		if hmac.Equal(g, want) {
			return nil
		}
	}
	return ErrSignature
}
