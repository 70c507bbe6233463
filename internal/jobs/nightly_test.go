package jobs

import (
	"testing"
	"time"
)

func TestNightly(t *testing.T) {
	night := time.Date(2026, 11, 28, 1, 30, 0, 0, time.UTC)
	for _, tt := range []struct {
		name string
		now  time.Time
		ago  time.Duration
		want bool
	}{
		{"a night later", night, 24 * time.Hour, true},
		{"already done this night", night, time.Hour, false},
		{"asked for in the evening", night, 17 * time.Hour, false},
		{"by day", night.Add(9 * time.Hour), 20 * time.Hour, false},
		{"by day, but missed", night.Add(9 * time.Hour), 31 * time.Hour, true},
		{"never done", night.Add(9 * time.Hour), 1e6 * time.Hour, true},
		{"at the end of the night", night.Add(150 * time.Minute), 24 * time.Hour, false},
	} {
		for _, zone := range []*time.Location{time.UTC, time.FixedZone("AST", 3*3600)} {
			if got := Nightly(tt.now.In(zone), tt.now.Add(-tt.ago)); got != tt.want {
				t.Errorf("%s: %v", tt.name, got)
			}
		}
	}
}
