package ledger

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/uptrace/bun"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// ErrBundle means that the proof does not hold: the record is not the one that
// was logged, or it was never in this log.
var ErrBundle = errors.New("ledger: the proof does not hold")

// maxBundle allows a record of MaxRecord in base64, a proof and a checkpoint.
const maxBundle = MaxRecord*3/2 + 128<<10

// Bundle is everything needed to check, without this house and without a
// network, that a record is in a log: the record as the exact bytes (base64 in
// JSON), where it stands, the way up the tree, and the signed checkpoint.
type Bundle struct {
	Record     []byte      `json:"record"`
	Index      int64       `json:"index"`
	Proof      []tlog.Hash `json:"proof"`
	Checkpoint string      `json:"checkpoint"`
}

// Bundle makes the bundle of a record against the present tree; errs.NotFound
// when the log is shorter.
func (l *Log) Bundle(ctx context.Context, q bun.IDB, index int64, signer note.Signer) (Bundle, error) {
	// The tree first: what is appended meanwhile does not matter to its proofs.
	tree, err := l.Tree(ctx, q)
	if err != nil {
		return Bundle{}, err
	}
	record, err := l.Record(ctx, q, index)
	if err != nil {
		return Bundle{}, err
	}
	proof, err := l.InclusionProof(ctx, q, index, tree.Size)
	if err != nil {
		return Bundle{}, err
	}
	if err := tlog.CheckRecord(proof, tree.Size, tree.Root, index, tlog.RecordHash(record)); err != nil {
		return Bundle{}, fmt.Errorf("ledger: record %d of %s was changed: %w", index, l.prefix, ErrBundle)
	}
	checkpoint, err := SignCheckpoint(tree, signer)
	if err != nil {
		return Bundle{}, err
	}
	return Bundle{Record: record, Index: index, Proof: proof, Checkpoint: string(checkpoint)}, nil
}

// ReadBundle reads one JSON bundle and nothing after it. It checks the form
// only; see VerifyBundle.
func ReadBundle(r io.Reader) (Bundle, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxBundle+1))
	if err != nil {
		return Bundle{}, fmt.Errorf("ledger: read bundle: %w", err)
	}
	if len(text) > maxBundle {
		return Bundle{}, fmt.Errorf("%w: bundle too long", ErrBundle)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	var b Bundle
	if err := dec.Decode(&b); err != nil {
		return Bundle{}, fmt.Errorf("%w: %w", ErrBundle, err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return Bundle{}, fmt.Errorf("%w: more than one value", ErrBundle)
	}
	return b, nil
}

// VerifyBundle checks a bundle against the public keys the reader trusts (one
// line each, see VerifierKey) and returns the checkpoint it rests on: whose
// log, and how long it was. The error is ErrCheckpoint or ErrBundle, or a
// complaint about the keys.
func VerifyBundle(b Bundle, verifierKeys ...string) (Checkpoint, error) {
	c, err := OpenCheckpoint([]byte(b.Checkpoint), verifierKeys...)
	if err != nil {
		return Checkpoint{}, err
	}
	if b.Index < 0 || b.Index >= c.Size {
		return Checkpoint{}, fmt.Errorf("%w: index %d in a log of %d", ErrBundle, b.Index, c.Size)
	}
	if err := tlog.CheckRecord(b.Proof, c.Size, c.Root, b.Index, tlog.RecordHash(b.Record)); err != nil {
		return Checkpoint{}, fmt.Errorf("%w: %w", ErrBundle, err)
	}
	return c, nil
}
