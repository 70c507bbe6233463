// Package clock lets time be given to those who need it, so that rules about
// deadlines, embargoes and end dates can be tested without waiting.
package clock

import (
	"sync"
	"time"
)

// Clock tells the time. Times are UTC with microsecond precision, the
// precision that the database keeps.
type Clock interface{ Now() time.Time }

// System is the machine's clock.
type System struct{}

// Now gives the present time.
func (System) Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// Manual is a clock that stands still until it is moved. It is safe for
// concurrent use. The demonstration uses it to build weeks of history, tests
// use it for everything.
type Manual struct {
	mu  sync.Mutex
	now time.Time
}

// At gives a clock that stands at t.
func At(t time.Time) *Manual { return &Manual{now: t.UTC().Truncate(time.Microsecond)} }

// Now gives the time at which the clock stands.
func (m *Manual) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

// Set moves the clock to t.
func (m *Manual) Set(t time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = t.UTC().Truncate(time.Microsecond)
}

// Advance moves the clock by d and gives the new time.
func (m *Manual) Advance(d time.Duration) time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = m.now.Add(d)
	return m.now
}
