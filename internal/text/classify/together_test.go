package classify

import (
	"sync"
	"testing"
)

// TestPostTogether asks from several goroutines, as the pipeline does; under the
// race detector it finds shared state.
func TestPostTogether(t *testing.T) {
	var want []Labels
	for _, p := range posts {
		want = append(want, Post(p.lang, p.text))
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				for i, p := range posts {
					if got := Post(p.lang, p.text); got != want[i] {
						t.Errorf("got %+v, want %+v", got, want[i])
					}
				}
			}
		})
	}
	wg.Wait()
}
