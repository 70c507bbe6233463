package publish

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/uptrace/bun"

	"sifara/internal/errs"
	"sifara/internal/text/parallel"
)

type anchorRow struct {
	bun.BaseModel `bun:"table:publish_anchor,alias:an"`

	Anchor int64 `bun:",pk"`
	Texts  int64
}

type anchorText struct {
	bun.BaseModel `bun:"table:publish_anchor_text,alias:at"`

	Anchor int64 `bun:",pk"`
	Seq    int64 `bun:",pk"`
}

// Bounds of what is kept and asked of a text.
const (
	anchorEdition = 1      // of the reading: a higher one has every text read again
	readAtOnce    = 50     // texts in one call of LearnAnchors
	maxAnchors    = 1500   // of one text
	maxRare       = 150    // of a pasted text by which others are looked for
	maxPostings   = 20_000 // texts that these may have in all
	maxRenderings = 6      // texts that are compared sentence by sentence
)

// LearnAnchors reads released texts that were not read yet, or by an older
// edition: new ones, and after an update old ones. It is idempotent.
func (l *PublicLog) LearnAnchors(ctx context.Context) error {
	var rows []proof
	err := l.db.Reader().NewSelect().Model(&rows).Where("pr.act = ? AND pr.anchors < ?", ReleaseAct, anchorEdition).Order("pr.seq").Limit(readAtOnce).Scan(ctx)
	if err != nil {
		return fmt.Errorf("publish: texts that are not read: %w", err)
	}
	var failed []error
	for _, row := range rows {
		if err := l.learn(ctx, row); err != nil {
			failed = append(failed, fmt.Errorf("publish: read text %d: %w", row.Seq, err))
		}
	}
	return errors.Join(failed...)
}

func (l *PublicLog) learn(ctx context.Context, row proof) error {
	r, err := l.record(ctx, row.Seq)
	if err != nil {
		return err
	}
	t, err := l.read(ctx, string(r.Language), r.Text)
	if err != nil {
		return err
	}
	keys := t.Keys()
	return l.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		done, err := tx.NewUpdate().Model((*proof)(nil)).Set("anchors = ?", anchorEdition).Where("seq = ? AND anchors = ?", row.Seq, row.Anchors).Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return err // another node was faster
		}
		if _, err := tx.ExecContext(ctx, `UPDATE publish_anchor SET texts = texts - 1 WHERE anchor IN (SELECT anchor FROM publish_anchor_text WHERE seq = ?)`, row.Seq); err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model((*anchorText)(nil)).Where("seq = ?", row.Seq).Exec(ctx); err != nil {
			return err
		}
		keys = slices.Sorted(slices.Values(keys[:min(len(keys), maxAnchors)])) // in one order on all nodes
		for part := range slices.Chunk(keys, 400) {
			counts, texts := make([]anchorRow, len(part)), make([]anchorText, len(part))
			for i, k := range part {
				counts[i], texts[i] = anchorRow{Anchor: k, Texts: 1}, anchorText{Anchor: k, Seq: row.Seq}
			}
			if _, err := tx.NewInsert().Model(&counts).On("CONFLICT (anchor) DO UPDATE").Set("texts = an.texts + 1").Exec(ctx); err != nil {
				return err
			}
			if _, err := tx.NewInsert().Model(&texts).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// rarity says how telling anchors are among the released texts.
type rarity struct {
	all   float64
	texts map[int64]float64
}

// weigh is 1 for what no or one text has and falls to nearly 0 for what all have.
// In a house with few texts it says less.
func (r rarity) weigh(key int64) float64 {
	const few = 10
	w := math.Log((r.all+few)/(r.texts[key]+1)) / math.Log((r.all+few)/2)
	return min(1, max(0.05, w))
}

// learned adds how many texts have each of the keys.
func (l *PublicLog) learned(ctx context.Context, r rarity, keys []int64) error {
	for part := range slices.Chunk(keys, 500) {
		var rows []anchorRow
		if err := l.db.Reader().NewSelect().Model(&rows).Where("an.anchor IN (?)", bun.List(part)).Scan(ctx); err != nil {
			return fmt.Errorf("publish: look up anchors: %w", err)
		}
		for _, x := range rows {
			r.texts[x.Anchor] = float64(x.Texts)
		}
	}
	return nil
}

// alikeByAnchors gives the texts that share the most telling anchors with the
// pasted one.
func (l *PublicLog) alikeByAnchors(ctx context.Context, keys []int64, r rarity) ([]int64, error) {
	var rare []int64
	for _, k := range keys {
		if r.texts[k] > 0 {
			rare = append(rare, k)
		}
	}
	slices.SortFunc(rare, func(a, b int64) int { return cmp.Or(cmp.Compare(r.texts[a], r.texts[b]), cmp.Compare(a, b)) })
	rare = rare[:min(len(rare), maxRare)]
	postings := 0.0
	for i, k := range rare {
		if postings += r.texts[k]; postings > maxPostings {
			rare = rare[:i]
			break
		}
	}
	if len(rare) == 0 {
		return nil, nil
	}
	var rows []anchorText
	if err := l.db.Reader().NewSelect().Model(&rows).Where("at.anchor IN (?)", bun.List(rare)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("publish: look up texts by anchors: %w", err)
	}
	worth := map[int64]float64{}
	for _, x := range rows {
		worth[x.Seq] += r.weigh(x.Anchor)
	}
	seqs := make([]int64, 0, len(worth))
	for s := range worth {
		seqs = append(seqs, s)
	}
	slices.SortFunc(seqs, func(a, b int64) int { return cmp.Or(cmp.Compare(worth[b], worth[a]), cmp.Compare(b, a)) })
	return seqs[:min(len(seqs), maxRenderings)], nil
}

// seenTexts is about how many texts the log has.
func (l *PublicLog) seenTexts(ctx context.Context) (float64, error) {
	var last int64
	if err := l.db.Reader().NewRaw(`SELECT COALESCE(MAX(seq), 0) FROM publish_proof`).Scan(ctx, &last); err != nil {
		return 0, fmt.Errorf("publish: count texts: %w", err)
	}
	return float64(last + 1), nil
}

// read reads a text with the names that the house knows.
func (l *PublicLog) read(ctx context.Context, lang, s string) (parallel.Text, error) {
	known := countriesIn(lang, s)
	if l.names != nil {
		more, err := l.names.Named(ctx, lang, s)
		if err != nil {
			return parallel.Text{}, err
		}
		known = append(known, more...)
	}
	return parallel.Read(lang, s, known), nil
}

// gone reports that a record is of a message that is no longer there.
func gone(err error) bool { return errs.KindOf(err) == errs.NotFound }
