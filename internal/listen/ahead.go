package listen

import (
	"context"
	"time"

	"sifara/internal/listen/forecast"
)

// Ahead is what the next days are expected to bring.
type Ahead struct {
	// Known are the full days that are looked at, the oldest first; the first
	// has posts.
	Known []Bin
	// Days are the days after them; none when there is not enough data (see
	// package forecast).
	Days []forecast.Day
}

// Forecast tells the days after end of a topic that the actor sees, or of all
// posts when topicID is empty. A zero end is the beginning, UTC, of the day in
// which the newest post was heard: what is known of that day is left out, unless
// it is over.
func (s *Service) Forecast(ctx context.Context, topicID string, end time.Time) (Ahead, error) {
	if topicID != "" {
		if _, err := s.Topic(ctx, topicID); err != nil {
			return Ahead{}, err
		}
	} else if err := may(ctx, View); err != nil {
		return Ahead{}, err
	}
	if end.IsZero() {
		_, last, err := s.Extent(ctx)
		if err != nil || last.IsZero() {
			return Ahead{}, err
		}
		end = hourTime(dayOf(hourOf(last)+1) * 24)
	}
	bins, err := s.Volume(ctx, topicID, end.AddDate(0, 0, -forecast.Most), end, 24*time.Hour)
	if err != nil {
		return Ahead{}, err
	}
	for len(bins) > 0 && bins[0].Posts == 0 {
		bins = bins[1:]
	}
	if len(bins) == 0 {
		return Ahead{}, nil
	}
	days := make([]int64, len(bins))
	for i, b := range bins {
		days[i] = b.Posts
	}
	a := Ahead{Known: bins}
	a.Days, _ = forecast.Next(bins[0].From, days)
	return a, nil
}
