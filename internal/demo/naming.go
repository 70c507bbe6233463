package demo

import (
	"context"
	"time"

	"sifara/internal/publish/term"
)

// naming takes the shipped official names over.
func (b *builder) naming() {
	b.by(b.start.Add(29*time.Hour), "unit-head", "official names", func(ctx context.Context) error {
		_, err := b.house.Terms.Import(ctx, "", term.Starter())
		return err
	})
}
