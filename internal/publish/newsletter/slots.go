package newsletter

import (
	"sync"
	"time"
)

// mostDomains bounds how many domains are remembered; beyond it all further
// ones share one turn.
const mostDomains = 20_000

// slots gives each domain its turns.
type slots struct {
	mu   sync.Mutex
	next map[string]time.Time
}

// take takes the next turn of a domain and gives its time. With a gap of zero
// it is always now.
func (s *slots) take(domain string, now time.Time, gap time.Duration) time.Time {
	if gap == 0 {
		return now
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.next[domain]; !known && len(s.next) >= mostDomains {
		for d, at := range s.next {
			if at.Before(now) {
				delete(s.next, d)
			}
		}
		if len(s.next) >= mostDomains {
			domain = ""
		}
	}
	at := s.next[domain]
	if at.Before(now) {
		at = now
	}
	s.next[domain] = at.Add(gap)
	return at
}
