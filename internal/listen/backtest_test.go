package listen

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"sifara/internal/listen/burst"
)

// TestCrises wants the defaults to warn of most crises in time.
func TestCrises(t *testing.T) {
	if testing.Short() || raceEnabled {
		t.Skip("replays 19 events")
	}
	events, err := crises(os.DirFS(filepath.Dir(testData(t, "crisis_t26"))))
	if err != nil || len(events) != 19 {
		t.Fatalf("%d events, %v, want 19", len(events), err)
	}
	hits, wrong := 0, 0
	for _, e := range events {
		s, _, w := e.judge(burst.Config{})
		wrong += w
		if s.Hit {
			hits++
		}
	}
	if hits < 16 || wrong > 2 {
		t.Errorf("%d of 19 in time, %d false, want at least 16 and at most 2", hits, wrong)
	}
}

// TestScorecard counts a made-up history by hand.
func TestScorecard(t *testing.T) {
	day := time.Date(2025, 5, 1, 0, 0, 0, 0, time.UTC)
	alarm := func(series string, at time.Time, faults ...burst.Fault) burst.Alarm {
		return burst.Alarm{Series: series, At: at, Faults: faults}
	}
	var s Scorecard
	s.count(Replayed{From: day.AddDate(0, -1, 0), To: day.AddDate(0, 1, 0), Alarms: []burst.Alarm{
		alarm("a", day.Add(-30*time.Hour)), alarm("a", day.AddDate(0, 0, 20)), alarm("b", day.Add(25*time.Hour)), alarm("b", day, burst.Fault{Kind: burst.Silent}),
	}}, map[string][]time.Time{"a": {day, day.AddDate(0, 0, 2)}, "b": {day}}, []string{"a", "b"})
	s.sum()
	if s.Events != 2 || s.Hits != 1 || s.Misses != 1 || s.Alarms != 3 || s.False != 1 || s.Faults != 1 || s.Median != 54*60 {
		t.Errorf("%+v", s)
	}
}

func TestOfSafety(t *testing.T) {
	for s, want := range map[string]bool{
		"New information on evacuation (‘Safety’ page)": true, "updated tension, again": true,
		"Updated information on visas": false, "Information on passports": false,
	} {
		if got := ofSafety(s); got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	}
}
