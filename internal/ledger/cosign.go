package ledger

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// ErrCosignature means that what a witness gave is no cosignature of the
// checkpoint by that witness.
var ErrCosignature = errors.New("ledger: not a cosignature of this checkpoint by a known witness")

// algCosignature is the type of timestamped Ed25519 cosignatures (C2SP
// tlog-cosignature).
const algCosignature = 4

// maxCosignatures bounds what is read of a witness's answer.
const maxCosignatures = 16 << 10

// Cosignature is what a witness says about a checkpoint: that at Time it had
// seen no longer consistent tree of this log.
type Cosignature struct {
	Witness string // name of its key
	Time    time.Time
	Line    string // the signature line with its line end, to be added to the checkpoint
}

// Cosigner is the public key of a witness.
type Cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

// ParseCosigner reads a witness's verifier key, "name+hash+base64" of type 4.
func ParseCosigner(vkey string) (*Cosigner, error) {
	fault := fmt.Errorf("ledger: %.100q is not the key of a witness (type 4, Ed25519)", vkey)
	name, rest, _ := strings.Cut(strings.TrimSpace(vkey), "+")
	hash, encoded, _ := strings.Cut(rest, "+")
	id, err := hex.DecodeString(hash)
	if err != nil || len(id) != 4 || !validName(name) {
		return nil, fault
	}
	key, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != algCosignature {
		return nil, fault
	}
	c := &Cosigner{name: name, hash: binary.BigEndian.Uint32(id), key: key[1:]}
	if c.hash != keyHash(name, key) {
		return nil, fault
	}
	return c, nil
}

// validName is the rule of signed-note for names of keys.
func validName(s string) bool {
	return s != "" && len(s) <= 255 && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == '+' || r == 0xFFFD || r > 0x7E })
}

// CosignerKey is the verifier key of a witness.
func CosignerKey(name string, key ed25519.PublicKey) string {
	public := append([]byte{algCosignature}, key...)
	return fmt.Sprintf("%s+%08x+%s", name, keyHash(name, public), base64.StdEncoding.EncodeToString(public))
}

// Name implements note.Verifier.
func (c *Cosigner) Name() string { return c.name }

// KeyHash implements note.Verifier.
func (c *Cosigner) KeyHash() uint32 { return c.hash }

// Verify implements note.Verifier: sig is a time of eight bytes and an Ed25519
// signature over it and the checkpoint.
func (c *Cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	at := binary.BigEndian.Uint64(sig)
	return at <= math.MaxInt64 && ed25519.Verify(c.key, cosigned(msg, at), sig[8:])
}

// cosigned is the text that a witness signs.
func cosigned(msg []byte, at uint64) []byte {
	return append([]byte("cosignature/v1\ntime "+strconv.FormatUint(at, 10)+"\n"), msg...)
}

// Cosign makes the signature line of a witness on a checkpoint.
func Cosign(checkpoint []byte, name string, key ed25519.PrivateKey, at time.Time) (string, error) {
	body, _, ok := splitNote(checkpoint)
	if !ok || !validName(name) {
		return "", ErrCheckpoint
	}
	seconds := uint64(at.Unix())
	public := append([]byte{algCosignature}, key.Public().(ed25519.PublicKey)...)
	sig := binary.BigEndian.AppendUint32(nil, keyHash(name, public))
	sig = binary.BigEndian.AppendUint64(sig, seconds)
	sig = append(sig, ed25519.Sign(key, cosigned(body, seconds))...)
	return "— " + name + " " + base64.StdEncoding.EncodeToString(sig) + "\n", nil
}

// splitNote gives the text of a signed note and its signature lines.
func splitNote(text []byte) (body, signatures []byte, ok bool) {
	i := bytes.LastIndex(text, []byte("\n\n"))
	if i < 0 {
		return nil, nil, false
	}
	return text[:i+1], text[i+2:], true
}

// ReadCosignatures checks what a witness answered, one or more signature lines,
// against the checkpoint it was asked about, and gives those by keys we know;
// others are passed over, as the protocol asks. ErrCosignature when there is
// none, or one of a known key does not hold.
func ReadCosignatures(checkpoint []byte, answer []byte, witnesses ...*Cosigner) ([]Cosignature, error) {
	body, _, ok := splitNote(checkpoint)
	if !ok {
		return nil, ErrCheckpoint
	}
	if len(answer) > maxCosignatures || !bytes.HasSuffix(answer, []byte("\n")) {
		return nil, fmt.Errorf("%w: %d bytes", ErrCosignature, len(answer))
	}
	signed := append(append(bytes.Clone(body), '\n'), answer...)
	list := make([]note.Verifier, 0, len(witnesses))
	for _, w := range witnesses {
		list = append(list, w)
	}
	n, err := note.Open(signed, note.VerifierList(list...))
	if err != nil || n.Text != string(body) {
		return nil, fmt.Errorf("%w: %w", ErrCosignature, err)
	}
	return cosignatures(n.Sigs, witnesses), nil
}

// cosignatures picks those of witnesses from verified signatures.
func cosignatures(all []note.Signature, witnesses []*Cosigner) []Cosignature {
	var out []Cosignature
	for _, s := range all {
		for _, w := range witnesses {
			if s.Name != w.name || s.Hash != w.hash {
				continue
			}
			if raw, err := base64.StdEncoding.DecodeString(s.Base64); err == nil && len(raw) >= 12 {
				out = append(out, Cosignature{Witness: s.Name, Time: time.Unix(int64(binary.BigEndian.Uint64(raw[4:])), 0).UTC(), Line: "— " + s.Name + " " + s.Base64 + "\n"})
			}
		}
	}
	return out
}

// OpenCosigned is OpenCheckpoint for a checkpoint that witnesses may have
// signed too: it gives the cosignatures of the witnesses we know.
func OpenCosigned(text []byte, verifierKeys, witnessKeys []string) (Checkpoint, []Cosignature, error) {
	c, err := OpenCheckpoint(text, verifierKeys...)
	if err != nil || len(witnessKeys) == 0 {
		return c, nil, err
	}
	var witnesses []*Cosigner
	for _, k := range witnessKeys {
		w, err := ParseCosigner(k)
		if err != nil {
			return Checkpoint{}, nil, err
		}
		witnesses = append(witnesses, w)
	}
	_, lines, _ := splitNote(text)
	found, err := ReadCosignatures(text, lines, witnesses...)
	if errors.Is(err, ErrCosignature) && !knows(lines, witnesses) {
		return c, nil, nil
	}
	return c, found, err
}

// knows reports whether there is a signature line of one of the witnesses.
func knows(lines []byte, witnesses []*Cosigner) bool {
	for line := range strings.Lines(string(lines)) {
		for _, w := range witnesses {
			rest, ok := strings.CutPrefix(line, "— "+w.name+" ")
			raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(rest))
			if ok && err == nil && len(raw) > 4 && binary.BigEndian.Uint32(raw) == w.hash {
				return true
			}
		}
	}
	return false
}

// AddCheckpoint is the request by which a log asks a witness for a cosignature
// (C2SP tlog-witness): the size the witness saw last, the proof that the
// checkpoint continues it, and the checkpoint.
type AddCheckpoint struct {
	Old        int64
	Proof      [][]byte // hashes of 32 bytes; none when Old is 0 or the size itself
	Checkpoint []byte
}

// maxProof is how many hashes of a proof the protocol allows.
const maxProof = 63

// Encode writes the body of the request.
func (a AddCheckpoint) Encode() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "old %d\n", a.Old)
	for _, h := range a.Proof {
		b.WriteString(base64.StdEncoding.EncodeToString(h) + "\n")
	}
	b.WriteByte('\n')
	b.Write(a.Checkpoint)
	return b.Bytes()
}

// ReadAddCheckpoint reads the body of the request, its form only: the
// checkpoint is not looked into. ErrCheckpoint.
func ReadAddCheckpoint(body []byte) (AddCheckpoint, error) {
	head, checkpoint, ok := bytes.Cut(body, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	size, old := strings.CutPrefix(lines[0], "old ")
	n, err := strconv.ParseInt(size, 10, 64)
	if !ok || !old || err != nil || n < 0 || strconv.FormatInt(n, 10) != size || len(lines)-1 > maxProof {
		return AddCheckpoint{}, fmt.Errorf("%w: not a request to add one", ErrCheckpoint)
	}
	a := AddCheckpoint{Old: n, Checkpoint: checkpoint}
	for _, line := range lines[1:] {
		h, err := base64.StdEncoding.Strict().DecodeString(line)
		if err != nil || len(h) != 32 || strings.ContainsAny(line, "\r") {
			return AddCheckpoint{}, fmt.Errorf("%w: a hash of the proof", ErrCheckpoint)
		}
		a.Proof = append(a.Proof, h)
	}
	return a, nil
}
