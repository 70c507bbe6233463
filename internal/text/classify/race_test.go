//go:build race

package classify

// raceEnabled: real texts by the ten thousand take minutes under the race
// detector, which finds nothing there that TestPostTogether does not show it.
const raceEnabled = true
