package slot

import (
	"cmp"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/publish"
)

// Slot is a moment of every week at which messages go out.
type Slot struct {
	bun.BaseModel `bun:"table:publish_slot,alias:sl"`

	ID        string          `bun:",pk"`
	MissionID string          // empty: the ministry
	Kind      publish.Kind    // only messages of it; empty: any
	Channel   publish.Channel // only messages that may go out by it; empty: any
	Weekday   time.Weekday
	Minute    int // after midnight, local time
	Places    int // how many messages at once
	Version   int
	EditedBy  string
	EditedAt  db.Time
}

// The bounds of slots.
const (
	MaxPlaces = 20
	maxSlots  = 100 // of one unit
)

// Check holds the bounds.
func (s Slot) Check() error {
	var bad []errs.Field
	if s.Kind != "" && !slices.Contains(publish.Kinds, s.Kind) {
		bad = append(bad, errs.Field{Name: "kind", Key: "web.field.choice"})
	}
	if s.Channel != "" && !slices.Contains(publish.ChannelList, s.Channel) {
		bad = append(bad, errs.Field{Name: "channel", Key: "web.field.choice"})
	}
	if s.Weekday < time.Sunday || s.Weekday > time.Saturday {
		bad = append(bad, errs.Field{Name: "weekday", Key: "web.field.choice"})
	}
	if s.Minute < 0 || s.Minute >= 24*60 {
		bad = append(bad, errs.Field{Name: "at", Key: "web.field.time"})
	}
	if s.Places < 1 || s.Places > MaxPlaces {
		bad = append(bad, errs.Field{Name: "places", Key: "web.field.number", Args: []any{"min", 1, "max", MaxPlaces}})
	}
	return errs.InvalidFields(bad...)
}

// Suits reports whether a message may take the slot, by kind and channel.
func (s Slot) Suits(m *publish.Message) bool {
	return (s.Kind == "" || s.Kind == m.Kind) && (s.Channel == "" || m.Channels.Has(s.Channel))
}

// particular counts what the slot asks for.
func (s Slot) particular() int {
	n := 0
	if s.Kind != "" {
		n++
	}
	if s.Channel != "" {
		n++
	}
	return n
}

// on is the moment of the slot on a day.
func (s Slot) on(year int, month time.Month, day int, zone *time.Location) time.Time {
	return time.Date(year, month, day, s.Minute/60, s.Minute%60, 0, 0, zone)
}

// order sorts the slots of a unit as its week goes, from Saturday.
func order(a, b Slot) int {
	from := func(d time.Weekday) int { return (int(d) + 1) % 7 }
	return cmp.Or(cmp.Compare(from(a.Weekday), from(b.Weekday)), cmp.Compare(a.Minute, b.Minute), cmp.Compare(b.particular(), a.particular()), cmp.Compare(a.ID, b.ID))
}
