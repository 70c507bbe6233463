package fetch

import (
	"context"
	"strings"
	"sync"
)

// hosts bounds how many exchanges there are with one host at a time, so that a
// ministry with a thousand feeds at one provider is a polite guest.
type hosts struct {
	limit int
	mu    sync.Mutex
	busy  map[string]*host
}

type host struct {
	places chan struct{}
	users  int // those inside and those waiting; at zero the entry is dropped
}

func newHosts(limit int) *hosts { return &hosts{limit: limit, busy: map[string]*host{}} }

// enter waits for a place. release gives it back, and may be called once.
func (h *hosts) enter(ctx context.Context, name string) (release func(), err error) {
	name = strings.ToLower(name)
	h.mu.Lock()
	at := h.busy[name]
	if at == nil {
		at = &host{places: make(chan struct{}, h.limit)}
		h.busy[name] = at
	}
	at.users++
	h.mu.Unlock()
	select {
	case at.places <- struct{}{}:
		return func() { <-at.places; h.leave(name, at) }, nil
	case <-ctx.Done():
		h.leave(name, at)
		return nil, ctx.Err()
	}
}

func (h *hosts) leave(name string, at *host) {
	h.mu.Lock()
	defer h.mu.Unlock()
	at.users--
	if at.users == 0 {
		delete(h.busy, name)
	}
}
