package vault_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sifara/internal/vault"
)

func create(t testing.TB) (*vault.Vault, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sifara.keys")
	v, err := vault.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	return v, path
}

func TestSealRoundTrip(t *testing.T) {
	v, path := create(t)
	again, err := vault.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, plain := range []string{"", "x", "رمز الوصول", strings.Repeat("\x00", 100_000)} {
		sealed := v.Seal("channels_account/1/token", []byte(plain))
		got, err := again.Unseal("channels_account/1/token", sealed)
		if err != nil || got == nil || string(got) != plain {
			t.Errorf("Unseal(Seal(%d bytes)) = %d bytes, %v", len(plain), len(got), err)
		}
	}
	first, second := v.Seal("p", []byte("same")), v.Seal("p", []byte("same"))
	if first == second {
		t.Error("the same plaintext sealed to the same text twice")
	}
}

func TestUnsealRefuses(t *testing.T) {
	v, _ := create(t)
	other, _ := create(t)
	sealed := v.Seal("channels_account/1/token", []byte("secret"))
	parts := strings.Split(sealed, ".")
	flipped := []byte(parts[2])
	// Another letter of the alphabet, so that only the seal can notice.
	if middle := &flipped[len(flipped)/2]; *middle == 'A' {
		*middle = 'B'
	} else {
		*middle = 'A'
	}
	tests := []struct {
		name, purpose, sealed string
		want                  error
	}{
		{"other row", "channels_account/2/token", sealed, vault.ErrTampered},
		{"changed byte", "channels_account/1/token", parts[0] + "." + parts[1] + "." + string(flipped), vault.ErrTampered},
		{"other house", "channels_account/1/token", other.Seal("channels_account/1/token", nil), vault.ErrUnknownKey},
		{"empty", "p", "", vault.ErrMalformed},
		{"plain text", "p", "hunter2", vault.ErrMalformed},
		{"short", "p", "v1." + parts[1] + ".AAAA", vault.ErrMalformed},
		{"next version", "p", "v2" + sealed[2:], vault.ErrMalformed},
		{"line break", "channels_account/1/token", sealed[:20] + "\n" + sealed[20:], vault.ErrMalformed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := v.Unseal(test.purpose, test.sealed)
			if got != nil || !errors.Is(err, test.want) {
				t.Errorf("Unseal = %q, %v; want %v", got, err, test.want)
			}
		})
	}
}

func TestRotate(t *testing.T) {
	before, path := create(t)
	sealed := before.Seal("p", []byte("old"))
	id, err := vault.Rotate(path)
	if err != nil {
		t.Fatal(err)
	}
	after, err := vault.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	ids := after.KeyIDs()
	if len(ids) != 2 || ids[1] != id || ids[0] != before.KeyIDs()[0] {
		t.Fatalf("KeyIDs = %v, want the old one and then %s", ids, id)
	}
	if got, err := after.Unseal("p", sealed); err != nil || string(got) != "old" {
		t.Errorf("old value = %q, %v", got, err)
	}
	fresh, changed, err := after.Reseal("p", sealed)
	if err != nil || !changed || !strings.Contains(fresh, id) {
		t.Errorf("Reseal = %q, %v, %v; want it under %s", fresh, changed, err, id)
	}
	if same, changed, err := after.Reseal("p", fresh); err != nil || changed || same != fresh {
		t.Errorf("second Reseal = %q, %v, %v; want no change", same, changed, err)
	}
	if !bytes.Equal(before.Derive("listen/pseudonym"), after.Derive("listen/pseudonym")) {
		t.Error("a rotation changed a derived key")
	}
}

func TestDerive(t *testing.T) {
	v, path := create(t)
	other, _ := create(t)
	again, err := vault.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	a := v.Derive("a")
	if len(a) != 32 || !bytes.Equal(a, again.Derive("a")) {
		t.Error("a derived key is not stable")
	}
	for name, b := range map[string][]byte{
		"other purpose": v.Derive("b"), "other house": other.Derive("a"), "signing key": v.Ed25519("a").Seed(),
	} {
		if bytes.Equal(a, b) {
			t.Errorf("%s: same key", name)
		}
	}
	sig := ed25519.Sign(v.Ed25519("log"), []byte("text"))
	if !ed25519.Verify(again.Ed25519("log").Public().(ed25519.PublicKey), []byte("text"), sig) {
		t.Error("signature does not verify after reopening")
	}
	if bytes.Equal(v.MAC("a", []byte("1")), v.MAC("a", []byte("2"))) {
		t.Error("MAC does not depend on its data")
	}
}

func TestKeyFile(t *testing.T) {
	_, path := create(t)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("never replaced", func(t *testing.T) {
		if _, err := vault.Create(path); !errors.Is(err, fs.ErrExist) {
			t.Errorf("Create = %v, want fs.ErrExist", err)
		}
		if now, _ := os.ReadFile(path); !bytes.Equal(now, good) {
			t.Error("Create changed the file")
		}
		if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
			t.Errorf("Create left %d files", len(entries))
		}
	})
	t.Run("absent", func(t *testing.T) {
		if _, err := vault.Open(path + ".not"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Open = %v, want fs.ErrNotExist", err)
		}
	})
	for _, mode := range []fs.FileMode{0o640, 0o604, 0o660, 0o777} {
		t.Run(fmt.Sprintf("mode %o", mode), func(t *testing.T) {
			if err := os.Chmod(path, mode); err != nil {
				t.Fatal(err)
			}
			defer os.Chmod(path, 0o600)
			if _, err := vault.Open(path); !errors.Is(err, vault.ErrPermissions) {
				t.Errorf("Open = %v, want ErrPermissions", err)
			}
		})
	}
	zero := base64.StdEncoding.EncodeToString(make([]byte, 32))
	lines := strings.Split(strings.TrimSpace(string(good)), "\n")
	for name, text := range map[string]string{
		"empty":        "",
		"other file":   "-----BEGIN PRIVATE KEY-----\n",
		"cut":          string(good[:len(good)-6]),
		"no sealing":   strings.Join(append(append([]string{}, lines[:4]...), "end"), "\n"),
		"key twice":    strings.Join(append(append([]string{}, lines[:5]...), lines[4], "end"), "\n"),
		"wrong id":     strings.Replace(string(good), "seal ", "seal 0", 1),
		"other key":    "sifara-keys-1\nroot 00000000 " + zero + "\nseal 00000000 " + zero + "\nend\n",
		"root is last": strings.Join([]string{lines[2], lines[4], lines[3], "end"}, "\n"),
		"too long":     string(good) + strings.Repeat("#\n", 40_000),
	} {
		t.Run(name, func(t *testing.T) {
			bad := filepath.Join(t.TempDir(), "bad")
			if err := os.WriteFile(bad, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := vault.Open(bad); !errors.Is(err, vault.ErrKeyFile) {
				t.Errorf("Open = %v, want ErrKeyFile", err)
			}
		})
	}
}

func TestKeysStayOutOfLogs(t *testing.T) {
	v, _ := create(t)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if got := fmt.Sprintf(verb, v); got != "vault(keys hidden)" {
			t.Errorf("%s = %q", verb, got)
		}
	}
}

func FuzzUnseal(f *testing.F) {
	v, _ := create(f)
	f.Add("p", v.Seal("p", []byte("secret")))
	f.Add("p", "v1.00000000.")
	f.Add("", "..")
	f.Fuzz(func(t *testing.T, purpose, sealed string) {
		plain, err := v.Unseal(purpose, sealed)
		if err == nil && purpose == "p" && string(plain) == "secret" {
			return
		}
		if err == nil {
			t.Fatalf("Unseal(%q, %q) opened a forgery", purpose, sealed)
		}
	})
}

func FuzzKeyFile(f *testing.F) {
	_, path := create(f)
	good, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte("sifara-keys-1\nroot a b\nseal c d\nend"))
	at := filepath.Join(f.TempDir(), "keys")
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(at, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if v, err := vault.Open(at); err == nil && len(v.KeyIDs()) == 0 {
			t.Fatal("opened a key file without keys")
		}
	})
}
