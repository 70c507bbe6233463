package vault

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
)

// Derive returns 32 bytes that depend only on the root key and the purpose
// (HKDF-SHA256, RFC 5869): the same in every process that has the key file, and
// unrelated for any two purposes. By convention the purpose is
// "context/use" ("listen/pseudonym", "web/form-token"); to change one derived
// key, change its purpose ("listen/pseudonym/2"). purpose must not be empty.
func (v *Vault) Derive(purpose string) []byte {
	return v.expand("derive", purpose)
}

// MAC is HMAC-SHA256 of data under Derive(purpose): a keyed hash for
// pseudonyms and tokens. Compare with hmac.Equal. In a loop over many values
// call Derive once instead.
func (v *Vault) MAC(purpose string, data []byte) []byte {
	m := hmac.New(sha256.New, v.Derive(purpose))
	m.Write(data)
	return m.Sum(nil)
}

// Ed25519 returns the signing key of a purpose ("ledger/publish"). It is stable
// as Derive is, and unrelated to Derive of the same purpose.
func (v *Vault) Ed25519(purpose string) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(v.expand("ed25519", purpose))
}

func (v *Vault) expand(kind, purpose string) []byte {
	if purpose == "" {
		panic("vault: a derived key needs a purpose")
	}
	out, err := hkdf.Key(sha256.New, v.root.secret[:], nil, "sifara vault "+version+"\n"+kind+"\n"+purpose, 32)
	if err != nil {
		panic("vault: " + err.Error()) // only for absurd lengths
	}
	return out
}
