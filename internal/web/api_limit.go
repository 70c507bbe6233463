package web

import (
	"crypto/sha256"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"golang.org/x/time/rate"

	"sifara/internal/errs"
)

// quota is a bound on how often one may ask: burst at once, then one per
// interval.
type quota struct {
	name     string
	interval time.Duration
	burst    int
}

// The rates of the API, for one network and for one token.
var (
	networkQuota = quota{"network", 100 * time.Millisecond, 200}
	tokenQuota   = quota{"token", 50 * time.Millisecond, 400}
)

// admit counts the request against its network and its token and says so in
// RateLimit headers (draft-ietf-httpapi-ratelimit-headers). When there were
// too many it answers itself, with Retry-After, and reports false.
func (a *API) admit(w http.ResponseWriter, r *http.Request) bool {
	q, _ := r.Context().Value(requestKey{}).(request)
	addr := q.addr
	if p, err := addr.Prefix(64); addr.Is6() && err == nil {
		addr = p.Addr()
	}
	tightest, left, wait := networkQuota, 0, time.Duration(0)
	left, wait = a.server.limits.take(networkQuota, addr.AsSlice())
	if token := bearer(r); wait == 0 && token != "" {
		sum := sha256.Sum256([]byte(token))
		if l, t := a.server.limits.take(tokenQuota, sum[:]); l < left || t > 0 {
			tightest, left, wait = tokenQuota, l, t
		}
	}
	h := w.Header()
	window := int(tightest.interval.Seconds() * float64(tightest.burst))
	h.Set("RateLimit-Policy", fmt.Sprintf(`"%s";q=%d;w=%d`, tightest.name, tightest.burst, window))
	h.Set("RateLimit", fmt.Sprintf(`"%s";r=%d;t=%d`, tightest.name, left, window-int(float64(left)*tightest.interval.Seconds())))
	if wait == 0 {
		return true
	}
	h.Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	a.server.problem(w, r, errs.New(errs.TooMany, "web.too_many"), http.StatusTooManyRequests)
	return false
}

// take counts one act of somebody. Left is how many more may follow at once;
// a wait above zero means that it was one too many.
func (l *limiter) take(q quota, who []byte) (left int, wait time.Duration) {
	sum := sha256.Sum256(append(append(l.salt[:], "api "+q.name...), who...))
	k := [16]byte(sum[:16])
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.last) > time.Minute || len(l.seen) > maxVisitors {
		l.sweep(now)
	}
	v := l.seen[k]
	if v == nil {
		v = &visitor{limit: rate.NewLimiter(rate.Every(q.interval), q.burst)}
		l.seen[k] = v
	}
	v.last = now
	if !v.limit.AllowN(now, 1) {
		missing := 1 - v.limit.TokensAt(now)
		return 0, max(time.Duration(missing*float64(q.interval)), time.Millisecond)
	}
	return int(v.limit.TokensAt(now)), 0
}
