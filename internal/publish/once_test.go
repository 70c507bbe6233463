package publish

import (
	"sync"
	"testing"
	"time"

	"sifara/internal/perm"
)

// TestManyNodesReleaseOnce has many workers find the same planned release due
// at the same moment.
func TestManyNodesReleaseOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.approved()
		m = h.must(h.Schedule(as(t, releaser), m.ID, m.Hash, day.Add(time.Hour)))
		h.clock.Advance(time.Hour)
		ctx := perm.With(t.Context(), perm.SystemActor("job:publish.release"))
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if err := h.releaseDue(ctx, m.ID); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got := h.reload(m.ID); got.State != StateReleased || len(h.proofs.texts) != 2 {
			t.Errorf("got %s with %d texts in the public log, want 2", got.State, len(h.proofs.texts))
		}
	})
}
