package demo

import (
	"context"
	"fmt"
	"os"
)

// life is what happened in the demonstration's weeks: talk and its early
// warnings, decisions, messages, questions, changes of staff; then who read it.
func (b *builder) life(ctx context.Context) error {
	folder, err := os.MkdirTemp("", "sifara-demo-")
	if err != nil {
		return fmt.Errorf("folder of files to import: %w", err)
	}
	defer os.RemoveAll(folder)
	b.folder = folder
	if err := b.speak(); err != nil {
		return err
	}
	b.plan(b.start, "topics and sources", b.desks)
	b.listening()
	b.staffing()
	b.registering()
	b.feeStory()
	b.passportStory()
	if err := b.messaging(); err != nil {
		return err
	}
	if err := b.asking(); err != nil {
		return err
	}
	if err := b.happen(ctx); err != nil {
		return err
	}
	return b.reading(ctx)
}

// listening are the imports: about every week, and sooner when something stirs.
func (b *builder) listening() {
	for _, t := range []struct {
		day  int
		hour float64
	}{{28, 6}, {24, 14.75}, {23, 12}, {22, 21}, {17, 6}, {11, 22}, {10, 12}, {6, 21}, {5, 14}, {2, 12.5}, {2, 21}, {1, 15}} {
		b.plan(b.day(t.day, t.hour), "import", b.hear)
	}
	b.plan(b.before(0), "import", b.hear)
	b.by(b.day(10, 8), "analyst", "dismiss", func(ctx context.Context) error {
		w, err := b.warning(ctx, "visit", "")
		if err != nil {
			return err
		}
		return b.house.Listen.Dismiss(ctx, w.ID, "A quiz of a television travel programme asks viewers to post under these hashtags. Nothing to answer; it will fade with the programme.")
	})
	b.by(b.day(5, 9), "head-ankara", "acknowledge", func(ctx context.Context) error {
		w, err := b.warning(ctx, "water", "")
		if err != nil {
			return err
		}
		return b.house.Listen.Acknowledge(ctx, w.ID)
	})
}
