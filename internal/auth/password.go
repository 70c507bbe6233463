package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/ccojocar/zxcvbn-go"
	"github.com/ccojocar/zxcvbn-go/frequency"
	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"sifara/internal/errs"
)

// HashCost are the parameters of argon2id (RFC 9106). They are recorded with
// each hash, so that they can be raised later; a password is hashed anew at
// the next sign-in when its cost is not the present one. The zero value is
// 32 MiB, three passes, two lanes.
type HashCost struct {
	MemoryKiB uint32
	Passes    uint32
	Lanes     uint8
}

func (c HashCost) orDefault() HashCost {
	if c.MemoryKiB == 0 || c.Passes == 0 || c.Lanes == 0 {
		return HashCost{MemoryKiB: 32 << 10, Passes: 3, Lanes: 2}
	}
	return c
}

const (
	saltBytes = 16
	keyBytes  = 32
	// MinPassword and MaxPassword bound a password in characters. Length is
	// what counts (NIST SP 800-63B); no kinds of character are demanded.
	MinPassword = 12
	MaxPassword = 200
)

var errHash = errors.New("auth: not a password hash")

// hasher hashes passwords, few at once, so that a flood of sign-ins cannot eat
// the machine's memory.
type hasher struct {
	cost  HashCost
	slots chan struct{}
	dummy string // what is compared when there is no account
}

func newHasher(c HashCost) *hasher {
	h := &hasher{cost: c.orDefault(), slots: make(chan struct{}, 2)}
	h.dummy = h.format(make([]byte, saltBytes), make([]byte, keyBytes))
	return h
}

// hash gives the PHC string of a password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails
	key, err := h.derive(ctx, password, salt, h.cost)
	if err != nil {
		return "", err
	}
	return h.format(salt, key), nil
}

// matches compares in constant time. stale says that the hash has another cost
// than the present one. An empty hash costs the same work and never matches.
func (h *hasher) matches(ctx context.Context, hash, password string) (ok, stale bool, err error) {
	none := hash == ""
	if none {
		hash = h.dummy
	}
	cost, salt, want, err := parseHash(hash)
	if err != nil {
		return false, false, err
	}
	got, err := h.derive(ctx, password, salt, cost)
	if err != nil {
		return false, false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1 && !none, cost != h.cost, nil
}

func (h *hasher) derive(ctx context.Context, password string, salt []byte, c HashCost) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("wait to hash a password: %w", ctx.Err())
	}
	defer func() { <-h.slots }()
	// The same password typed on another keyboard may be composed otherwise.
	return argon2.IDKey([]byte(norm.NFKC.String(password)), salt, c.Passes, c.MemoryKiB, c.Lanes, keyBytes), nil
}

func (h *hasher) format(salt, key []byte) string {
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.cost.MemoryKiB, h.cost.Passes, h.cost.Lanes, b.EncodeToString(salt), b.EncodeToString(key))
}

// parseHash reads a PHC string of argon2id. Costs are bounded, because what
// stands in a restored database decides how much work one sign-in makes.
func parseHash(s string) (c HashCost, salt, key []byte, err error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, errHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.MemoryKiB, &c.Passes, &c.Lanes); err != nil {
		return c, nil, nil, errHash
	}
	if c.MemoryKiB < 8 || c.MemoryKiB > 1<<20 || c.Passes < 1 || c.Passes > 64 || c.Lanes < 1 {
		return c, nil, nil, errHash
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil || len(salt) < 8 {
		return c, nil, nil, errHash
	}
	if key, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil || len(key) != keyBytes {
		return c, nil, nil, errHash
	}
	return c, salt, key, nil
}

// CheckPassword holds a new password against the rules. about are words of the
// person: their name, post, e-mail address. The error points at the form field
// "password" and says what to do instead.
func CheckPassword(password string, about ...string) error {
	fail := func(key string, args ...any) error {
		return errs.InvalidFields(errs.Field{Name: "password", Key: key, Args: args})
	}
	n := utf8.RuneCountInString(password)
	switch {
	case n < MinPassword:
		return fail("auth.password.short", "min", MinPassword, "count", MinPassword-n)
	case n > MaxPassword:
		return fail("auth.password.long", "max", MaxPassword)
	case isOwn(password, about):
		return fail("auth.password.own")
	case distinct(password) < 5 || isCommon(password, about):
		return fail("auth.password.common")
	}
	return nil
}

func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// houseWords are near at hand here, so they make no password strong.
var houseWords = []string{"sifara", "safara", "embassy", "ministry", "iraq", "baghdad", "kurdistan", "diplomacy", "mofa"}

// weighed is how much of a password is looked at for its strength: the time
// grows with the square of the length.
const weighed = 64

// forgetLists gives up the word lists that zxcvbn reads when the program starts:
// it has made tables of its own from them.
var forgetLists = sync.OnceFunc(func() { clear(frequency.Lists) })

// isCommon reports a password that is guessed soon: a frequent one, words and
// dates in a row, runs on the keyboard, also with figures in place of letters.
func isCommon(password string, about []string) bool {
	r := []rune(password)
	near := append(slices.Clone(houseWords), about...)
	return zxcvbn.PasswordStrength(string(r[:min(len(r), weighed)]), near).Score < strong
}

// strong is the least score (0 to 4) of a password that withstands guessing
// online for years.
const strong = 3

// isOwn reports a password that is little more than the person's own name,
// post or address.
func isOwn(password string, about []string) bool {
	rest := strings.ToLower(norm.NFKC.String(password))
	before := utf8.RuneCountInString(rest)
	for _, a := range about {
		for word := range strings.FieldsFuncSeq(strings.ToLower(norm.NFKC.String(a)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if utf8.RuneCountInString(word) >= 3 {
				rest = strings.ReplaceAll(rest, word, "")
			}
		}
	}
	left := 0
	for _, r := range rest {
		if unicode.IsLetter(r) {
			left++
		}
	}
	return utf8.RuneCountInString(rest) < before && left < 6
}
