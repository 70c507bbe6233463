package listen

import (
	"context"
	"time"
)

// pace lets work that can wait give way to pages: after each stretch it rests
// three times as long as the stretch took, so that the work has a quarter of
// one core at most. On a busy machine stretches take longer, and so do the
// rests.
type pace struct{ began time.Time }

const (
	restPerWork = 3
	longestRest = 2 * time.Second
)

func newPace() *pace { return &pace{time.Now()} }

// rest ends a stretch and waits; it ends early with the error of ctx.
func (p *pace) rest(ctx context.Context) error {
	wait := time.NewTimer(min(restPerWork*time.Since(p.began), longestRest))
	defer wait.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-wait.C:
		p.began = time.Now()
		return nil
	}
}
