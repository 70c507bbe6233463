//go:build !race

package classify

import "testing"

// Not under the race detector, where a pool forgets at random what was put back.
func TestPostDoesNotAllocate(t *testing.T) {
	for _, p := range posts {
		Post(p.lang, p.text)
		if n := testing.AllocsPerRun(50, func() { Post(p.lang, p.text) }); n >= 1 {
			t.Errorf("%s: %v allocations a call", p.name, n)
		}
	}
}
