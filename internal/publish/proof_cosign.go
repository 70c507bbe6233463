package publish

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/ledger"
)

type cosignatureRow struct {
	bun.BaseModel `bun:"table:publish_log_cosignature,alias:lc"`

	Size    int64  `bun:",pk"`
	Witness string `bun:",pk"`
	Line    string
	At      db.Time
}

// keptSizes is how many sizes of the log keep their cosignatures.
const keptSizes = 20

// Tree is the log as it stands.
func (l *PublicLog) Tree(ctx context.Context) (ledger.Tree, error) {
	return l.ledger.Tree(ctx, l.db.Reader())
}

// Checkpoint signs the log as it stands, and adds what witnesses have signed of
// it.
func (l *PublicLog) Checkpoint(ctx context.Context) ([]byte, error) {
	tree, err := l.Tree(ctx)
	if err != nil {
		return nil, err
	}
	return l.checkpoint(ctx, tree)
}

// CheckpointAt is Checkpoint as the log stood at a size.
func (l *PublicLog) CheckpointAt(ctx context.Context, size int64) ([]byte, error) {
	tree, err := l.ledger.TreeAt(ctx, l.db.Reader(), size)
	if err != nil {
		return nil, err
	}
	return l.checkpoint(ctx, tree)
}

func (l *PublicLog) checkpoint(ctx context.Context, tree ledger.Tree) ([]byte, error) {
	signers, err := l.signers(ctx)
	if err != nil {
		return nil, err
	}
	text, err := ledger.SignCheckpoint(tree, signers...)
	if err != nil {
		return nil, err
	}
	var lines []string
	err = l.db.Reader().NewSelect().Model((*cosignatureRow)(nil)).Column("line").Where("lc.size = ?", tree.Size).Order("lc.witness").Scan(ctx, &lines)
	if err != nil {
		return nil, fmt.Errorf("publish: cosignatures: %w", err)
	}
	for _, line := range lines {
		text = append(text, line...)
	}
	return text, nil
}

// Consistency proves that the log of size continues the log of old.
func (l *PublicLog) Consistency(ctx context.Context, old, size int64) ([][]byte, error) {
	if old == 0 || old == size {
		return nil, nil
	}
	proof, err := l.ledger.ConsistencyProof(ctx, l.db.Reader(), old, size)
	if err != nil {
		return nil, err
	}
	out := make([][]byte, len(proof))
	for i := range proof {
		out[i] = proof[i][:]
	}
	return out, nil
}

// Cosign keeps what a witness signed of the log at a size, in the caller's
// transaction; a later signature of the same takes its place.
func (l *PublicLog) Cosign(ctx context.Context, tx bun.Tx, size int64, c ledger.Cosignature) error {
	row := cosignatureRow{Size: size, Witness: c.Witness, Line: c.Line, At: db.At(c.Time)}
	_, err := tx.NewInsert().Model(&row).On("CONFLICT (size, witness) DO UPDATE").Set("line = EXCLUDED.line, at = EXCLUDED.at").Exec(ctx)
	if err != nil {
		return fmt.Errorf("publish: cosignature of %s: %w", c.Witness, err)
	}
	_, err = tx.NewRaw(`DELETE FROM publish_log_cosignature WHERE size NOT IN (SELECT size FROM (SELECT DISTINCT size FROM publish_log_cosignature ORDER BY size DESC LIMIT ?) AS kept)`, keptSizes).Exec(ctx)
	if err != nil {
		return fmt.Errorf("publish: old cosignatures: %w", err)
	}
	return nil
}

// Bundle is the proof of one record, to be kept and checked anywhere. It rests
// on the log as it stands, or, while no witness has signed that yet, on the
// newest state that one signed and that holds the record.
func (l *PublicLog) Bundle(ctx context.Context, index int64) (ledger.Bundle, error) {
	signers, err := l.signers(ctx)
	if err != nil {
		return ledger.Bundle{}, err
	}
	b, err := l.ledger.Bundle(ctx, l.db.Reader(), index, signers[0])
	if err != nil {
		return ledger.Bundle{}, err
	}
	tree, err := l.signedTree(ctx, index)
	if err != nil {
		return ledger.Bundle{}, err
	}
	if b.Proof, err = l.ledger.InclusionProof(ctx, l.db.Reader(), index, tree.Size); err != nil {
		return ledger.Bundle{}, err
	}
	text, err := l.checkpoint(ctx, tree)
	b.Checkpoint = string(text)
	return b, err
}

// signedTree is the newest tree with a record that a witness signed, else the
// present one.
func (l *PublicLog) signedTree(ctx context.Context, index int64) (ledger.Tree, error) {
	var size int64
	err := l.db.Reader().NewSelect().Model((*cosignatureRow)(nil)).ColumnExpr("coalesce(max(size), 0)").Where("lc.size > ?", index).Scan(ctx, &size)
	if err != nil {
		return ledger.Tree{}, fmt.Errorf("publish: cosignatures: %w", err)
	}
	if size == 0 {
		return l.Tree(ctx)
	}
	tree, err := l.ledger.TreeAt(ctx, l.db.Reader(), size)
	if errs.KindOf(err) == errs.NotFound {
		return l.Tree(ctx) // a log restored from an older backup is shorter
	}
	return tree, err
}

// Tile is a tile of the log, or a bundle of its entries, by what follows
// "/log/tile/" in its address; errs.NotFound for what there is none of.
func (l *PublicLog) Tile(ctx context.Context, path string) ([]byte, error) {
	t, err := ledger.ParseTile(path)
	if err != nil {
		return nil, errs.Wrap(err, errs.NotFound, "")
	}
	return l.ledger.TileData(ctx, l.db.Reader(), t)
}
