//go:build race

package corpus

// raceEnabled: training and measuring take minutes under the race detector and
// share nothing between goroutines; make test runs them without it.
const raceEnabled = true
