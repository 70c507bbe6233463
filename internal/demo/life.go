package demo

import (
	"context"
	"fmt"
	"os"

	"sifara/internal/db"
	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/listen/score"
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
	b.actors()
	b.staffing()
	b.registering()
	b.feeStory()
	b.passportStory()
	if err := b.messaging(); err != nil {
		return err
	}
	b.campaigning()
	b.arrange()
	b.letters()
	b.naming()
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
	b.judging()
}

// judging is what desks say afterwards of their warnings, and of what no warning
// told.
func (b *builder) judging() {
	for _, j := range []struct {
		day                 int
		who, topic, verdict string
		note                string
	}{
		{9, "analyst", "visit", listen.VerdictWrong, "A television quiz. Nothing followed."},
		{3, "head-ankara", "water", listen.VerdictRight, "The releases from the dam were announced two days later."},
		{20, "head-stockholm", "attestation", listen.VerdictRight, "The rumour spread among students for a day; those who asked were answered."},
	} {
		b.by(b.day(j.day, 10), j.who, "judge", func(ctx context.Context) error {
			list, _, err := b.house.Listen.Warnings(ctx, listen.WarningFilter{TopicID: b.topics[j.topic]})
			if err != nil || len(list) == 0 {
				return err
			}
			return b.house.Listen.Judge(ctx, list[len(list)-1].ID, j.verdict, j.note)
		})
	}
	b.by(b.day(1, 10), "analyst", "event", func(ctx context.Context) error {
		return b.house.Scores.Enter(ctx, score.Event{
			ID: id.New(), Title: "Border crossing closed for a day, nobody was told", TopicID: b.topics["visit"], BeganAt: db.At(b.day(19, 7)), Origin: "A report of the embassy",
		})
	})
}
