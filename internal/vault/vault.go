// Package vault keeps the house's secrets (channel tokens, personal papers,
// one-time-password seeds) unreadable to whoever holds only the database.
//
// The keys live in a file outside the database. The file holds one root key and
// one or more sealing keys. The newest sealing key seals, every one unseals, so
// that keys can be rotated without touching a row. The root key never rotates:
// pseudonyms, form tokens and the signing keys of the public logs are derived
// from it and would otherwise change under the reader's feet.
//
// Losing the file means losing every sealed value: back it up apart from the
// database. The package protects against a stolen database or backup, not
// against someone who can read the memory of the running process.
package vault

import (
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"
)

// Errors of Unseal. None of them says anything about the plaintext.
var (
	// ErrMalformed means the text was never made by Seal.
	ErrMalformed = errors.New("vault: not a sealed value")
	// ErrUnknownKey means the value was sealed under a key the key file no longer
	// (or does not yet) hold: the wrong file was mounted, or a key was removed.
	ErrUnknownKey = errors.New("vault: sealed under a key this key file does not hold")
	// ErrTampered means the value was changed, or belongs to another purpose: a
	// sealed value copied from one row to another ends here.
	ErrTampered = errors.New("vault: sealed value was changed or belongs elsewhere")
)

// Mark is how every sealed value begins; the id of its key follows, IDLength
// characters long, and a full stop.
const (
	Mark     = version + "."
	IDLength = idLength
)

const (
	version  = "v1"
	maxValue = 16 << 20 // a sealed value is a secret, not a document store
)

var encoding = base64.RawURLEncoding.Strict()

// Vault seals and unseals. It is safe for concurrent use and does not change
// after Open: a rotated key file is read at the next start.
type Vault struct {
	root    key
	sealing []sealer // oldest first
}

type sealer struct {
	id   string
	aead cipher.AEAD
}

func newVault(f keyFile) (*Vault, error) {
	v := &Vault{root: f.root}
	for _, k := range f.sealing {
		aead, err := chacha20poly1305.NewX(k.secret[:])
		if err != nil {
			return nil, fmt.Errorf("vault: key %s: %w", k.id, err)
		}
		v.sealing = append(v.sealing, sealer{id: k.id, aead: aead})
	}
	return v, nil
}

// Seal encrypts plaintext under the newest key and returns printable ASCII fit
// for a text column (about 4/3 of the length and 70 characters more). The same
// plaintext gives a different text each time, so it cannot be searched for.
//
// purpose names the one place the value belongs to, by convention
// "table/id/column" ("channels_account/018f…/token"). It is bound to the value
// but not stored in it: Unseal needs the same purpose again.
func (v *Vault) Seal(purpose string, plaintext []byte) string {
	s := v.newest()
	nonce := make([]byte, chacha20poly1305.NonceSizeX, chacha20poly1305.NonceSizeX+len(plaintext)+s.aead.Overhead())
	rand.Read(nonce) // never fails: the process ends instead
	box := s.aead.Seal(nonce, nonce, plaintext, associated(s.id, purpose))
	return version + "." + s.id + "." + encoding.EncodeToString(box)
}

// Unseal gives back what Seal was given for the same purpose, never nil without
// an error. The error is ErrMalformed, ErrUnknownKey or ErrTampered.
func (v *Vault) Unseal(purpose, sealed string) ([]byte, error) {
	id, box, err := split(sealed)
	if err != nil {
		return nil, err
	}
	for _, s := range v.sealing {
		if s.id != id {
			continue
		}
		nonce, body := box[:chacha20poly1305.NonceSizeX], box[chacha20poly1305.NonceSizeX:]
		plain, err := s.aead.Open([]byte{}, nonce, body, associated(id, purpose))
		if err != nil {
			return nil, ErrTampered
		}
		return plain, nil
	}
	return nil, fmt.Errorf("%w: %s", ErrUnknownKey, id)
}

// Reseal returns the value sealed under the newest key. changed is false, and
// the text the same, when it was so already: a rotation job walks its rows and
// writes only those that changed.
func (v *Vault) Reseal(purpose, sealed string) (text string, changed bool, err error) {
	id, _, err := split(sealed)
	if err != nil {
		return "", false, err
	}
	plain, err := v.Unseal(purpose, sealed)
	if err != nil {
		return "", false, err
	}
	if id == v.newest().id {
		return sealed, false, nil
	}
	return v.Seal(purpose, plain), true, nil
}

// KeyIDs lists the ids of the sealing keys, newest last. They are not secret.
func (v *Vault) KeyIDs() []string {
	ids := make([]string, len(v.sealing))
	for i, s := range v.sealing {
		ids[i] = s.id
	}
	return ids
}

// String hides the keys from logs and from %v.
func (v *Vault) String() string { return "vault(keys hidden)" }

// GoString hides the keys from %#v.
func (v *Vault) GoString() string { return v.String() }

// LogValue hides the keys from slog.
func (v *Vault) LogValue() slog.Value { return slog.StringValue(v.String()) }

func (v *Vault) newest() sealer { return v.sealing[len(v.sealing)-1] }

func split(sealed string) (id string, box []byte, err error) {
	if len(sealed) > maxValue*4/3+128 {
		return "", nil, ErrMalformed
	}
	parts := strings.Split(sealed, ".")
	if len(parts) != 3 || parts[0] != version || len(parts[1]) != idLength {
		return "", nil, ErrMalformed
	}
	// The decoder skips line breaks; a sealed value has one spelling only.
	if strings.ContainsAny(parts[2], "\r\n") {
		return "", nil, ErrMalformed
	}
	box, err = encoding.DecodeString(parts[2])
	if err != nil || len(box) < chacha20poly1305.NonceSizeX+chacha20poly1305.Overhead {
		return "", nil, ErrMalformed
	}
	return parts[1], box, nil
}

func associated(keyID, purpose string) []byte {
	return []byte("sifara vault " + version + "\n" + keyID + "\n" + purpose)
}
