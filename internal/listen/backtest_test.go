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

// TestForecastsOfPosts wants the forecasts of the matters of 2016 to hold their
// wide interval, and to be better than the same weekday of the last week.
func TestForecastsOfPosts(t *testing.T) {
	if testing.Short() || raceEnabled {
		t.Skip("reads 289,107 posts")
	}
	card, err := judgeMatters(os.DirFS(filepath.Dir(testData(t, "posts_2016h1.csv.gz"))))
	if err != nil || len(card.Series) != len(forecastTopics) {
		t.Fatalf("%d series, %v, want %d", len(card.Series), err, len(forecastTopics))
	}
	s := card.Total
	t.Logf("%+v", s)
	if s.Within90 < 0.85 || s.Within90 > 0.95 {
		t.Errorf("%.3f of the days lie in the wide interval, want 0.85 to 0.95", s.Within90)
	}
	if s.MAE > 0.8*s.BaseMAE || s.Pinball > 0.8*s.BasePinball {
		t.Errorf("error %.2f, loss %.2f against %.2f and %.2f of the baseline", s.MAE, s.Pinball, s.BaseMAE, s.BasePinball)
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
