package publish

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"sifara/internal/search"
	"sifara/internal/text"
)

type proofHash struct {
	bun.BaseModel `bun:"table:publish_proof_hash,alias:ph"`

	Hash string `bun:",pk"`
	Seq  int64  `bun:",pk"`
}

type proofPrint struct {
	bun.BaseModel `bun:"table:publish_proof_print,alias:pp"`

	Print int64 `bun:",pk"`
	Seq   int64 `bun:",pk"`
}

// shortText is the number of shingles up to which all are kept, so that a
// short text with every sixth word changed still shares one with the original.
const shortText = 120

// prints are the fingerprints by which a text is found again.
func prints(s string) []int64 {
	if sh := text.Shingles(s); len(sh) <= shortText {
		slices.Sort(sh)
		return slices.Compact(sh)
	}
	return text.Fingerprints(s)
}

// remember stores what recognises a text: hashes of its whole forms, and
// fingerprints.
func (l *PublicLog) remember(ctx context.Context, tx bun.Tx, seq int64, v Variant) error {
	var hashes []proofHash
	for _, form := range forms(v) {
		h := proofHash{Hash: canonicalHash(form), Seq: seq}
		if form != "" && !slices.Contains(hashes, h) {
			hashes = append(hashes, h)
		}
	}
	if len(hashes) > 0 {
		if _, err := tx.NewInsert().Model(&hashes).Exec(ctx); err != nil {
			return fmt.Errorf("publish: hashes of log entry %d: %w", seq, err)
		}
	}
	var rows []proofPrint
	for _, p := range prints(wholeText(v)) {
		rows = append(rows, proofPrint{Print: p, Seq: seq})
	}
	for part := range slices.Chunk(rows, 400) {
		if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
			return fmt.Errorf("publish: fingerprints of log entry %d: %w", seq, err)
		}
	}
	return nil
}

// maxCandidates bounds how many texts are compared word by word.
const maxCandidates = 6

// unchanged gives the records whose text in one of its whole forms is exactly
// the pasted one, in canonical form, newest first.
func (l *PublicLog) unchanged(ctx context.Context, canonical string) ([]int64, error) {
	var seqs []int64
	sum := sha256.Sum256([]byte(canonical))
	err := l.db.Reader().NewSelect().Model((*proofHash)(nil)).Column("seq").Where("ph.hash = ?", hex.EncodeToString(sum[:])).
		Order("ph.seq DESC").Limit(maxCandidates).Scan(ctx, &seqs)
	if err != nil {
		return nil, fmt.Errorf("publish: look up hash: %w", err)
	}
	return seqs, nil
}

// candidates gives the records that share most with the pasted text.
func (l *PublicLog) candidates(ctx context.Context, pasted string) ([]int64, error) {
	sh := text.Shingles(pasted)
	slices.Sort(sh)
	sh = slices.Compact(sh)
	if len(sh) > 4000 {
		sh = text.Fingerprints(pasted)
	}
	shared := map[int64]int{}
	for part := range slices.Chunk(sh, 500) {
		var found []struct {
			Seq int64
			N   int
		}
		err := l.db.Reader().NewSelect().Model((*proofPrint)(nil)).Column("seq").ColumnExpr("count(*) AS n").
			Where("pp.print IN (?)", bun.List(part)).Group("seq").OrderExpr("n DESC, seq DESC").Limit(200).Scan(ctx, &found)
		if err != nil {
			return nil, fmt.Errorf("publish: look up fingerprints: %w", err)
		}
		for _, f := range found {
			shared[f.Seq] += f.N
		}
	}
	seqs := make([]int64, 0, len(shared))
	for s := range shared {
		seqs = append(seqs, s)
	}
	slices.SortFunc(seqs, func(a, b int64) int {
		return cmp.Or(cmp.Compare(shared[b], shared[a]), cmp.Compare(b, a))
	})
	if len(seqs) < maxCandidates && len(sh) < 8 {
		more, err := l.byWords(ctx, pasted)
		if err != nil {
			return nil, err
		}
		for _, s := range more {
			if !slices.Contains(seqs, s) {
				seqs = append(seqs, s)
			}
		}
	}
	return seqs[:min(len(seqs), maxCandidates)], nil
}

// byWords finds public texts with a short passage, whose few words may have
// left no fingerprint.
func (l *PublicLog) byWords(ctx context.Context, pasted string) ([]int64, error) {
	q := search.Parse(`"` + loose(pasted) + `"`)
	if q.Empty() {
		return nil, nil
	}
	ids, err := l.words.Search(ctx, l.db.Reader(), q, search.Page{Limit: maxCandidates})
	if err != nil {
		return nil, fmt.Errorf("publish: look up passage: %w", err)
	}
	for i := range ids {
		ids[i]-- // see wordsID
	}
	return ids, nil
}
