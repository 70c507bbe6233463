package publish

import (
	"context"
	"fmt"
	"slices"

	"sifara/internal/errs"
	"sifara/internal/i18n"
)

// Text is one released text with its message.
type Text struct {
	Message Message
	Variant Variant
}

// Alike gives texts of a language that are public and share most with any of the
// passages, other than those of one message: what a new text may contradict. At
// most limit of them.
func (l *PublicLog) Alike(ctx context.Context, lang i18n.Lang, passages []string, not string, limit int) ([]Text, error) {
	var seqs []int64
	for _, p := range passages {
		found, err := l.candidates(ctx, p)
		if err != nil {
			return nil, fmt.Errorf("publish: texts alike: %w", err)
		}
		for _, s := range found {
			if !slices.Contains(seqs, s) {
				seqs = append(seqs, s)
			}
		}
	}
	var out []Text
	for _, seq := range seqs {
		if len(out) == limit {
			break
		}
		m, v, err := l.released(ctx, seq)
		if errs.KindOf(err) == errs.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		if v.Lang == lang && m.ID != not && m.State == StateReleased {
			out = append(out, Text{m, v})
		}
	}
	return out, nil
}
