package newsletter

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"strings"

	"github.com/google/uuid"

	"sifara/internal/i18n"
)

// hashOf finds an address again without naming it.
func (s *Service) hashOf(bare string) string {
	m := hmac.New(sha256.New, s.key.hash)
	m.Write([]byte(strings.ToLower(bare)))
	return hex.EncodeToString(m.Sum(nil)[:16])
}

func subscriberPurpose(id string) string   { return "publish_newsletter_subscriber/" + id + "/address" }
func requestPurpose(id string) string      { return "publish_newsletter_request/" + id + "/address" }
func signerPurpose(selector string) string { return "publish_newsletter_key/" + selector + "/private" }

// The lengths of what stands in links, in bytes and as text. A token's text is
// a multiple of three long, so that it can be put into base64 in place.
const (
	tokenMAC = 11
	tokenLen = 36 // of 27 bytes: the subscriber's id and tokenMAC
	verpMAC  = 6
	linkMAC  = 8
)

var (
	linkText = base64.RawURLEncoding.Strict()
	mailText = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)
)

// coder makes the codes of one worker; it is not for several goroutines.
type coder struct{ token, verp hash.Hash }

func (s *Service) coder() *coder {
	return &coder{token: hmac.New(sha256.New, s.key.token), verp: hmac.New(sha256.New, s.key.verp)}
}

func sum(h hash.Hash, b []byte, n int) []byte {
	h.Reset()
	h.Write(b)
	var out [sha256.Size]byte
	return h.Sum(out[:0])[:n]
}

// tokenOf is the secret of a subscriber's own links: it opens preferences and
// unsubscribes, for as long as they are on the list.
func (c *coder) tokenOf(dst []byte, subscriber uuid.UUID) []byte {
	b := append(make([]byte, 0, 27), subscriber[:]...)
	return linkText.AppendEncode(dst, append(b, sum(c.token, subscriber[:], tokenMAC)...))
}

// Token is the secret of a subscriber's links.
func (s *Service) Token(subscriberID string) string {
	return string(s.coder().tokenOf(nil, uuid.MustParse(subscriberID)))
}

// subscriberOf reads a token; false for what we did not make.
func (s *Service) subscriberOf(token string) (string, bool) {
	b, err := linkText.DecodeString(token)
	if err != nil || len(b) != 16+tokenMAC || !hmac.Equal(b[16:], sum(hmac.New(sha256.New, s.key.token), b[:16], tokenMAC)) {
		return "", false
	}
	return uuid.UUID(b[:16]).String(), true
}

// verpOf names one delivery in a return address (VERP) and in the Message-ID.
func (c *coder) verpOf(dst []byte, letter uuid.UUID, n int64) []byte {
	b := append(make([]byte, 0, 26), letter[:]...)
	b = binary.BigEndian.AppendUint32(b, uint32(n))
	return mailText.AppendEncode(dst, append(b, sum(c.verp, b, verpMAC)...))
}

// deliveryOf reads what verpOf made.
func (s *Service) deliveryOf(code string) (letterID string, n int64, ok bool) {
	b, err := mailText.DecodeString(strings.ToLower(code))
	if err != nil || len(b) != 20+verpMAC || !hmac.Equal(b[20:], sum(hmac.New(sha256.New, s.key.verp), b[:20], verpMAC)) {
		return "", 0, false
	}
	return uuid.UUID(b[:16]).String(), int64(binary.BigEndian.Uint32(b[16:20])), true
}

// Wordings of a subject. The rest of a test has none until it is decided.
const (
	WordingA = "a"
	WordingB = "b"
)

// link is what a counted link stands for.
type link struct {
	letterID string
	lang     i18n.Lang
	wording  string
	n        int
}

// linkCode writes a counted link. It is the same for everyone who gets that
// edition with that wording: it names nobody.
func (s *Service) linkCode(l link) string {
	id := uuid.MustParse(l.letterID)
	b := append(id[:], byte(langIndex(l.lang)), l.wording[0], byte(l.n))
	return linkText.EncodeToString(append(b, sum(hmac.New(sha256.New, s.key.link), b, linkMAC)...))
}

func (s *Service) readLink(code string) (link, bool) {
	b, err := linkText.DecodeString(code)
	if err != nil || len(b) != 19+linkMAC || int(b[16]) >= len(i18n.Langs) || !hmac.Equal(b[19:], sum(hmac.New(sha256.New, s.key.link), b[:19], linkMAC)) {
		return link{}, false
	}
	return link{uuid.UUID(b[:16]).String(), i18n.Langs[b[16]], string(b[17:18]), int(b[18])}, true
}

func langIndex(l i18n.Lang) int {
	for i, x := range i18n.Langs {
		if x == l {
			return i
		}
	}
	return 0
}
