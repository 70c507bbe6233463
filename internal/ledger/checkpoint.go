package ledger

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// ErrCheckpoint means a text is not a checkpoint signed by a key we were given.
var ErrCheckpoint = errors.New("ledger: not a checkpoint signed by a known key")

const (
	algEd25519    = 1
	maxCheckpoint = 64 << 10
)

// Checkpoint is a signed statement "this log had Size records with root Root".
// The text form is a C2SP tlog-checkpoint in a C2SP signed note:
//
//	log.mofa.example/publish
//	1042
//	base64 of the root
//
//	— log.mofa.example/publish base64 of the signature
//
// The origin names the log and is the name of its key: an address without
// scheme that the ministry controls, one per log, for ever.
type Checkpoint struct {
	Origin string
	Tree
}

// NewSigner makes the signer of a log from its origin and key (from the vault).
// The origin may hold neither spaces nor '+'.
func NewSigner(origin string, key ed25519.PrivateKey) (note.Signer, error) {
	if len(key) != ed25519.PrivateKeySize {
		return nil, errors.New("ledger: not an Ed25519 private key")
	}
	id := keyHash(origin, append([]byte{algEd25519}, key.Public().(ed25519.PublicKey)...))
	s, err := note.NewSigner(fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", origin, id,
		base64.StdEncoding.EncodeToString(append([]byte{algEd25519}, key.Seed()...))))
	if err != nil {
		return nil, fmt.Errorf("ledger: signer %q: %w", origin, err)
	}
	return s, nil
}

// VerifierKey is the public key of a log as one line of text to be published:
// "origin+hash+base64".
func VerifierKey(origin string, key ed25519.PublicKey) (string, error) {
	text, err := note.NewEd25519VerifierKey(origin, key)
	if err == nil {
		_, err = note.NewVerifier(text) // refuses a bad origin
	}
	if err != nil {
		return "", fmt.Errorf("ledger: verifier key %q: %w", origin, err)
	}
	return text, nil
}

// keyHash is that of the signed-note format.
func keyHash(name string, key []byte) uint32 {
	sum := sha256.Sum256(append([]byte(name+"\n"), key...))
	return binary.BigEndian.Uint32(sum[:])
}

// Checkpoint signs the present tree. The origin is the signer's name.
func (l *Log) Checkpoint(ctx context.Context, q bun.IDB, signer note.Signer) ([]byte, error) {
	tree, err := l.Tree(ctx, q)
	if err != nil {
		return nil, err
	}
	return SignCheckpoint(tree, signer)
}

// SignCheckpoint signs a tree. The same tree and keys give the same bytes. The
// origin is the first signer's name; more than one sign while a log changes its
// key, each under that name.
func SignCheckpoint(tree Tree, signers ...note.Signer) ([]byte, error) {
	if len(signers) == 0 {
		return nil, errors.New("ledger: sign a checkpoint: no key")
	}
	origin := signers[0].Name()
	text, err := note.Sign(&note.Note{Text: Checkpoint{Origin: origin, Tree: tree}.body()}, signers...)
	if err != nil {
		return nil, fmt.Errorf("ledger: sign checkpoint of %s: %w", origin, err)
	}
	return text, nil
}

func (c Checkpoint) body() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, base64.StdEncoding.EncodeToString(c.Root[:]))
}

// OpenCheckpoint checks and reads a checkpoint. One of the verifier keys (as
// VerifierKey gives them) must have signed it, and must be the key of the very
// log it speaks of; signatures of others (witnesses) and extension lines are
// passed over. The error is ErrCheckpoint, or a complaint about the keys.
func OpenCheckpoint(text []byte, verifierKeys ...string) (Checkpoint, error) {
	var known []note.Verifier
	for _, k := range verifierKeys {
		v, err := note.NewVerifier(k)
		if err != nil {
			return Checkpoint{}, fmt.Errorf("ledger: verifier key %q: %w", k, err)
		}
		known = append(known, v)
	}
	if len(text) > maxCheckpoint {
		return Checkpoint{}, fmt.Errorf("%w: too long", ErrCheckpoint)
	}
	n, err := note.Open(text, note.VerifierList(known...))
	if err != nil {
		return Checkpoint{}, fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	c, err := parseBody(n.Text)
	if err != nil {
		return Checkpoint{}, err
	}
	for _, s := range n.Sigs {
		if s.Name == c.Origin {
			return c, nil
		}
	}
	return Checkpoint{}, fmt.Errorf("%w: signed for %q by the key of another log", ErrCheckpoint, c.Origin)
}

func parseBody(text string) (Checkpoint, error) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) < 3 || slices.Contains(lines, "") {
		return Checkpoint{}, fmt.Errorf("%w: want origin, size and root", ErrCheckpoint)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return Checkpoint{}, fmt.Errorf("%w: bad size", ErrCheckpoint)
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return Checkpoint{}, fmt.Errorf("%w: bad root", ErrCheckpoint)
	}
	return Checkpoint{Origin: lines[0], Tree: Tree{Size: size, Root: tlog.Hash(root)}}, nil
}
