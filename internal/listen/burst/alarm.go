package burst

import "time"

// Alarm says that a series brings far more than its past explains, or with
// Faults that its collection is at fault.
type Alarm struct {
	Series   string    `json:"series"`
	At       time.Time `json:"at"`    // when it was raised: the end of the bin that told
	Since    time.Time `json:"since"` // begin of the burst
	Until    time.Time `json:"until"` // end of the last bin that belongs to it so far
	Ended    bool      `json:"ended"` // it was quiet for long enough since
	Observed int64     `json:"observed"`
	Expected float64   `json:"expected"`
	P        float64   `json:"p"`     // chance of so many posts or more in the window
	Score    float64   `json:"score"` // minus the decimal logarithm of P
	// FalseAlarms is how many times a month chance alone would show as much;
	// Rate is how many are borne.
	FalseAlarms float64   `json:"false_alarms_per_month"`
	Rate        float64   `json:"false_alarm_rate"`
	Level       int       `json:"level"` // highest state, 0 to 4: each three times the one below
	Posts       int64     `json:"posts"` // of the whole burst so far
	Peak        int64     `json:"peak"`  // posts of its busiest bin
	PeakAt      time.Time `json:"peak_at"`
	Why         Why       `json:"explanation"`
	Faults      []Fault   `json:"faults"`
	Similar     *Similar  `json:"similar,omitempty"`
}

// Why explains an alarm as data.
type Why struct {
	Window    float64 `json:"window_seconds"`    // what rose: Observed posts in so many seconds
	Usual     float64 `json:"usual_per_hour"`    // against what: the level, posts an hour
	Season    float64 `json:"season"`            // times the level, at this hour of this day
	Spread    float64 `json:"spread"`            // φ of the negative binomial, with the doubt about the level
	Known     float64 `json:"known_hours"`       // how long the series or its silence is known
	Series    int     `json:"series_watched"`    // over how many series the false alarms are shared
	Low       int64   `json:"usual_low"`         // 95 of 100 such windows have from Low
	High      int64   `json:"usual_high"`        // to High posts
	Sources   []Part  `json:"sources,omitempty"` // who brings it
	Beginning bool    `json:"beginning"`         // less than a day is known
	Text      string  `json:"text"`              // one sentence in English
}

// Part is a source's posts in the window and its share of those before it.
type Part struct {
	Source string  `json:"source"`
	Posts  int64   `json:"posts"`
	Before float64 `json:"share_before"`
}

// Kinds of faults.
const (
	OneSource = "one_source"  // only one of several usual sources shows the rise
	AllAtOnce = "all_at_once" // the series rise together
	Silent    = "silent"      // a source brings nothing any more
)

// Fault says why something is no crisis but a fault of collection.
type Fault struct {
	Kind   string  `json:"kind"`
	Source string  `json:"source,omitempty"`
	Series int     `json:"series,omitempty"` // how many rose together
	Share  float64 `json:"share,omitempty"`  // of the series watched, or of the posts
}

// Faulty reports whether the alarm is a fault and no warning.
func (a Alarm) Faulty() bool { return len(a.Faults) > 0 }

// Times is how many times the expected was seen.
func (a Alarm) Times() float64 { return float64(a.Observed) / max(a.Expected, 0.01) }
