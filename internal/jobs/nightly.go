package jobs

import "time"

// Heavy work is done in these hours (UTC), when few work between Baghdad and
// Washington, and otherwise when it was missed: the house was not running.
const (
	nightFrom, nightUntil = 0, 4
	nightApart            = 18 * time.Hour
	nightMissed           = 30 * time.Hour
)

// Nightly reports whether the work of the night is due that was last done, or
// asked for, at a time. A job that runs every hour asks.
func Nightly(now, last time.Time) bool {
	since, hour := now.Sub(last), now.UTC().Hour()
	return since >= nightMissed || since >= nightApart && hour >= nightFrom && hour < nightUntil
}
