//go:build race

package listen

// raceEnabled: the real posts take minutes under the race detector; shorter
// tests walk the same code there.
const raceEnabled = true
