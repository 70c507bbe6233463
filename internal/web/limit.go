package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"sifara/internal/errs"
)

// limiter counts acts per network without keeping addresses: it holds a hash
// under a salt that is made at start, never stored, and forgotten with it.
type limiter struct {
	salt [32]byte
	mu   sync.Mutex
	seen map[[16]byte]*visitor
	last time.Time
}

type visitor struct {
	limit *rate.Limiter
	last  time.Time
}

func newLimiter() *limiter {
	l := &limiter{seen: map[[16]byte]*visitor{}, last: time.Now()}
	_, _ = rand.Read(l.salt[:]) // never fails
	return l
}

// maxVisitors bounds the memory of the limiter.
const maxVisitors = 100_000

func (l *limiter) allow(name string, addr netip.Addr, per time.Duration, burst int) bool {
	if addr.Is6() {
		// One subscriber usually has a /64.
		if p, err := addr.Prefix(64); err == nil {
			addr = p.Addr()
		}
	}
	sum := sha256.Sum256(append(append(l.salt[:], name...), addr.AsSlice()...))
	k := [16]byte(sum[:16])
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.last) > time.Minute || len(l.seen) > maxVisitors {
		l.sweep(now)
	}
	v := l.seen[k]
	if v == nil {
		v = &visitor{limit: rate.NewLimiter(rate.Every(per), burst)}
		l.seen[k] = v
	}
	v.last = now
	return v.limit.AllowN(now, 1)
}

func (l *limiter) sweep(now time.Time) {
	l.last = now
	for k, v := range l.seen {
		if v.limit.TokensAt(now) >= float64(v.limit.Burst()) {
			delete(l.seen, k)
		}
	}
	if len(l.seen) > maxVisitors {
		clear(l.seen)
	}
}

// Limit refuses an act that one network does more often than burst at once and
// then one per duration. The name tells acts apart. The error is TooMany.
func Limit(ctx context.Context, name string, per time.Duration, burst int) error {
	s := of(ctx)
	q, _ := ctx.Value(requestKey{}).(request)
	if s == nil || s.limits.allow(name, q.addr, per, burst) {
		return nil
	}
	return errs.New(errs.TooMany, "web.too_many")
}

// Visitor gives a value that is the same for one network within a day and
// cannot be turned back into an address, nor compared between days or nodes:
// enough to count distinct readers.
func Visitor(ctx context.Context) uint64 {
	s := of(ctx)
	q, _ := ctx.Value(requestKey{}).(request)
	if s == nil {
		return 0
	}
	day := time.Now().UTC().Format(time.DateOnly)
	sum := sha256.Sum256(append(append(s.limits.salt[:], day...), q.addr.AsSlice()...))
	var v uint64
	for _, b := range sum[:8] {
		v = v<<8 | uint64(b)
	}
	return v
}
