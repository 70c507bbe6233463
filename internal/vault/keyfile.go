package vault

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Errors of the key file.
var (
	// ErrPermissions means that others than the owner may read or write the key
	// file; the house does not start until it is chmod 600.
	ErrPermissions = errors.New("vault: key file is open to others (want mode 0600 or 0400)")
	// ErrKeyFile means the key file is damaged or not a key file.
	ErrKeyFile = errors.New("vault: damaged key file")
)

const (
	header      = "sifara-keys-1"
	trailer     = "end"
	idLength    = 8
	maxKeyFile  = 64 << 10
	maxKeyCount = 256
)

// key is 32 random bytes. Its id is the start of a hash of them, so a mistyped
// or truncated key is noticed when the file is read and not when a value is lost.
type key struct {
	id     string
	secret [32]byte
}

type keyFile struct {
	root    key
	sealing []key // oldest first, at least one
}

// Create writes a new key file with mode 0600 and opens it. It never replaces
// a file: an existing path gives an error that is fs.ErrExist. The directory
// must exist. A crash leaves either a whole file or none.
func Create(path string) (*Vault, error) {
	f := keyFile{root: newKey(), sealing: []key{newKey()}}
	temp, err := writeTemp(path, f)
	if err != nil {
		return nil, err
	}
	defer os.Remove(temp)
	// A hard link, unlike a rename, fails when the name is taken.
	if err := os.Link(temp, path); err != nil {
		return nil, fmt.Errorf("vault: create key file: %w", err)
	}
	if err := syncDir(path); err != nil {
		return nil, err
	}
	return Open(path)
}

// Open reads a key file. Errors: fs.ErrNotExist when there is none,
// ErrPermissions, ErrKeyFile.
func Open(path string) (*Vault, error) {
	f, err := readFile(path)
	if err != nil {
		return nil, err
	}
	return newVault(f)
}

// Rotate adds a new sealing key to the file and returns its id. Running
// processes go on with the keys they read; restart them, then Reseal.
func Rotate(path string) (id string, err error) {
	f, err := readFile(path)
	if err != nil {
		return "", err
	}
	if len(f.sealing) >= maxKeyCount {
		return "", fmt.Errorf("vault: rotate: %d keys are enough", maxKeyCount)
	}
	k := newKey()
	f.sealing = append(f.sealing, k)
	temp, err := writeTemp(path, f)
	if err != nil {
		return "", err
	}
	if err := os.Rename(temp, path); err != nil {
		os.Remove(temp)
		return "", fmt.Errorf("vault: rotate: %w", err)
	}
	return k.id, syncDir(path)
}

func newKey() key {
	var k key
	rand.Read(k.secret[:])
	k.id = keyID(k.secret)
	return k
}

func keyID(secret [32]byte) string {
	sum := sha256.Sum256(append([]byte("sifara vault key id\n"), secret[:]...))
	return hex.EncodeToString(sum[:idLength/2])
}

func readFile(path string) (keyFile, error) {
	file, err := os.Open(path)
	if err != nil {
		return keyFile{}, fmt.Errorf("vault: open key file: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return keyFile{}, fmt.Errorf("vault: open key file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return keyFile{}, fmt.Errorf("%w: not a regular file", ErrKeyFile)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return keyFile{}, fmt.Errorf("%w: %s is %04o", ErrPermissions, path, info.Mode().Perm())
	}
	text, err := io.ReadAll(io.LimitReader(file, maxKeyFile+1))
	if err != nil {
		return keyFile{}, fmt.Errorf("vault: read key file: %w", err)
	}
	return parse(text)
}

func parse(text []byte) (keyFile, error) {
	if len(text) > maxKeyFile {
		return keyFile{}, fmt.Errorf("%w: too long", ErrKeyFile)
	}
	lines := meaningful(string(text))
	if len(lines) < 4 || lines[0] != header || lines[len(lines)-1] != trailer {
		return keyFile{}, fmt.Errorf("%w: want %q first and %q last", ErrKeyFile, header, trailer)
	}
	var f keyFile
	seen := map[string]bool{}
	for i, line := range lines[1 : len(lines)-1] {
		kind, k, err := parseLine(line)
		if err != nil {
			return keyFile{}, fmt.Errorf("%w: key %d: %w", ErrKeyFile, i+1, err)
		}
		if seen[k.id] {
			return keyFile{}, fmt.Errorf("%w: key %s twice", ErrKeyFile, k.id)
		}
		seen[k.id] = true
		switch {
		case kind == "root" && i == 0:
			f.root = k
		case kind == "seal" && i > 0:
			f.sealing = append(f.sealing, k)
		default:
			return keyFile{}, fmt.Errorf("%w: want one root key, then sealing keys", ErrKeyFile)
		}
	}
	if len(f.sealing) > maxKeyCount {
		return keyFile{}, fmt.Errorf("%w: too many keys", ErrKeyFile)
	}
	return f, nil
}

// meaningful drops comments and empty lines, so that whoever prints the file
// for the safe may write on it.
func meaningful(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	return out
}

// parseLine never puts the key itself into an error.
func parseLine(line string) (kind string, k key, err error) {
	fields := strings.Fields(line)
	if len(fields) != 3 {
		return "", k, errors.New("want kind, id and key")
	}
	secret, err := base64.StdEncoding.Strict().DecodeString(fields[2])
	if err != nil || len(secret) != len(k.secret) {
		return "", k, errors.New("key is not 32 bytes of base64")
	}
	copy(k.secret[:], secret)
	k.id = keyID(k.secret)
	if k.id != fields[1] {
		return "", k, errors.New("key does not match its id")
	}
	return fields[0], k, nil
}

func (f keyFile) text() []byte {
	var b bytes.Buffer
	b.WriteString("# Keys of this house. Secret. Whoever loses this file loses every sealed value;\n")
	b.WriteString("# keep a copy away from the database and its backups.\n")
	fmt.Fprintln(&b, header)
	fmt.Fprintln(&b, "root", f.root.id, base64.StdEncoding.EncodeToString(f.root.secret[:]))
	for _, k := range f.sealing {
		fmt.Fprintln(&b, "seal", k.id, base64.StdEncoding.EncodeToString(k.secret[:]))
	}
	fmt.Fprintln(&b, trailer)
	return b.Bytes()
}

// writeTemp leaves the file, synced and private, beside path.
func writeTemp(path string, f keyFile) (name string, err error) {
	temp, err := os.CreateTemp(filepath.Dir(path), ".keys-*")
	if err != nil {
		return "", fmt.Errorf("vault: write key file: %w", err)
	}
	_, err = temp.Write(f.text())
	err = errors.Join(err, temp.Chmod(0o600), temp.Sync(), temp.Close())
	if err != nil {
		os.Remove(temp.Name())
		return "", fmt.Errorf("vault: write key file: %w", err)
	}
	return temp.Name(), nil
}

func syncDir(path string) error {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("vault: sync key file: %w", err)
	}
	defer dir.Close()
	// Some file systems cannot sync a directory; the file itself is safe.
	if err := dir.Sync(); err != nil && !errors.Is(err, fs.ErrInvalid) {
		return fmt.Errorf("vault: sync key file: %w", err)
	}
	return nil
}
