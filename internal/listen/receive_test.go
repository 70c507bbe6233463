package listen

import (
	"testing"
	"time"

	"sifara/internal/db"
)

func TestReceive(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		posts := []Incoming{
			{At: now.Add(-time.Hour), Author: "someone", Text: "مرحبا بالعالم"},
			{At: now.Add(-2 * time.Hour), ID: "1", Text: "Hello #news"},
			{At: now.Add(time.Hour), Text: "from the future"},
			{At: now.Add(-2 * time.Hour), ID: "1", Text: "Hello again"},
			{At: now, Text: " "},
		}
		for i, want := range []int{2, 0} {
			if got, err := h.Receive(system(), "demo", posts); err != nil || got != want {
				t.Errorf("receive %d stored %d, %v, want %d", i, got, err, want)
			}
		}
		found, err := h.SearchCLI(system(), SearchQuery{})
		if err != nil || found.Total != 2 || found.Posts[0].Language != "ar" || found.Posts[1].Text != "Hello #news" {
			t.Errorf("found %+v, %v", found, err)
		}
	})
}
