package fakes

import (
	"bufio"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
)

// Fault is a way in which servers fail.
type Fault string

// The faults.
const (
	None      Fault = ""
	Busy      Fault = "busy"      // 429, to be asked again after RetryAfter
	Down      Fault = "down"      // 503
	Stalled   Fault = "stalled"   // silence in the middle of an answer
	Truncated Fault = "truncated" // an answer that ends in good order in the middle
	Dropped   Fault = "dropped"   // a connection that breaks in the middle
	Repeated  Fault = "repeated"  // posts that are told twice
	Disorder  Fault = "disorder"  // posts that change places or are told late
)

// Faults are all there are, None too.
func Faults() []Fault {
	return []Fault{None, Busy, Down, Stalled, Truncated, Dropped, Repeated, Disorder}
}

// RetryAfter is how many seconds a busy server wants to be left alone.
const RetryAfter = 7200

// late is how many of the last posts may be told late under Disorder.
const late = 40

// Injector spoils the answers of one server, by a fixed row of chances.
type Injector struct {
	fault Fault
	busy  http.Handler

	mu      sync.Mutex
	chance  *rand.Rand
	asked   int
	spoilt  int
	settled bool
}

// Injector makes the faults of a server.
func (s Setup) Injector() *Injector {
	return &Injector{fault: s.Fault, chance: rand.New(rand.NewPCG(s.Seed, 1)), busy: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", strconv.Itoa(RetryAfter))
		w.WriteHeader(http.StatusTooManyRequests)
	})}
}

// SayBusy is how the server says that it is asked too often, where that is not
// by Retry-After.
func (i *Injector) SayBusy(h http.HandlerFunc) { i.busy = h }

// Spoilt is how many answers and posts were spoilt.
func (i *Injector) Spoilt() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.spoilt
}

// one reports, once in so many times and at the second, that something is to go
// wrong.
func (i *Injector) one(in int) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.asked++; i.chance.IntN(in) != 0 && i.asked != 2 {
		return false
	}
	i.spoilt++
	return true
}

// broken reports whether the fault is one of connections.
func (i *Injector) broken() bool {
	return i.fault == Stalled || i.fault == Truncated || i.fault == Dropped
}

// refuse answers a request with Busy or Down.
func (i *Injector) refuse(w http.ResponseWriter, r *http.Request) {
	if i.fault == Busy {
		i.busy.ServeHTTP(w, r)
		return
	}
	w.WriteHeader(http.StatusServiceUnavailable)
}

// Answers spoils one of four answers of a handler that gives documents. What
// the handler does it has done, also where its answer is lost.
func (i *Injector) Answers(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case (i.fault == Busy || i.fault == Down) && i.one(4):
			i.refuse(w, r)
		case i.broken() && i.one(4):
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, r)
			for k, v := range rec.Header() {
				w.Header()[k] = v
			}
			w.WriteHeader(rec.Code)
			if rec.Body.Len() == 0 {
				return // 304 has nothing that could break
			}
			c := &cut{ResponseWriter: w, r: r, fault: i.fault, left: rec.Body.Len() / 2}
			c.run(func(w http.ResponseWriter) { _, _ = w.Write(rec.Body.Bytes()) })
		default:
			h.ServeHTTP(w, r)
		}
	})
}

// Streams spoils the connections of a handler that tells events without an end:
// each breaks after some, with every fault, until there is nothing left to tell.
func (i *Injector) Streams(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if i.fault == None {
			h.ServeHTTP(w, r)
			return
		}
		if (i.fault == Busy || i.fault == Down) && i.one(2) {
			i.refuse(w, r)
			return
		}
		c := &cut{ResponseWriter: w, r: r, fault: i.fault}
		i.mu.Lock()
		c.left = 4000 + i.chance.IntN(6000)
		i.spoilt++
		i.mu.Unlock()
		c.run(func(w http.ResponseWriter) { h.ServeHTTP(w, r) })
	})
}

// Times is how often a post is to be told.
func (i *Injector) Times() int {
	if i.fault == Repeated && i.one(4) {
		return 2
	}
	return 1
}

// Arrange gives a row of posts as the server tells them.
func Arrange[T any](i *Injector, row []T) []T {
	var out []T
	for _, x := range row {
		for range i.Times() {
			out = append(out, x)
		}
	}
	if i.fault == Disorder {
		for k := 0; k+1 < len(out); k += 4 {
			if i.one(2) {
				slices.Reverse(out[k:min(k+4, len(out))])
			}
		}
	}
	return out
}

// Hidden reports whether a post of total is not told yet: under Disorder some
// of the last appear only after later ones were read, see Settle.
func (i *Injector) Hidden(n, total int) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.fault == Disorder && !i.settled && n >= total-late && n%7 == 3
}

// Settle tells what is hidden from now on.
func (i *Injector) Settle() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.settled = true
}

// cut lets so many bytes of an answer pass and then fails.
type cut struct {
	http.ResponseWriter
	r     *http.Request
	fault Fault
	left  int
	over  bool
}

// ends in good order what was cut off.
var errOver = errors.New("answer cut off")

// run serves until the answer is cut off.
func (c *cut) run(serve func(w http.ResponseWriter)) {
	defer func() {
		if p := recover(); p != nil && p != any(errOver) {
			panic(p)
		}
	}()
	serve(c)
}

// Write implements http.ResponseWriter. It does not return where the answer
// ends.
func (c *cut) Write(p []byte) (int, error) {
	if c.over {
		panic(errOver)
	}
	if len(p) < c.left {
		c.left -= len(p)
		return c.ResponseWriter.Write(p)
	}
	_, _ = c.ResponseWriter.Write(p[:c.left])
	c.Flush()
	c.over = true
	switch c.fault {
	case Stalled:
		<-c.r.Context().Done()
		panic(http.ErrAbortHandler)
	case Truncated, Busy, Down:
		panic(errOver)
	}
	panic(http.ErrAbortHandler)
}

// Flush implements http.Flusher.
func (c *cut) Flush() { c.ResponseWriter.(http.Flusher).Flush() }

// Hijack implements http.Hijacker, for websockets.
func (c *cut) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, b, err := c.ResponseWriter.(http.Hijacker).Hijack()
	if err != nil {
		return nil, nil, err
	}
	cc := &cutConn{Conn: conn, fault: c.fault, left: c.left}
	return cc, bufio.NewReadWriter(b.Reader, bufio.NewWriter(cc)), nil
}

// cutConn is a connection of which the same becomes.
type cutConn struct {
	net.Conn
	fault Fault
	left  int
}

// Write implements net.Conn.
func (c *cutConn) Write(p []byte) (int, error) {
	if len(p) < c.left {
		c.left -= len(p)
		return c.Conn.Write(p)
	}
	_, _ = c.Conn.Write(p[:c.left])
	c.left = 0
	if c.fault == Stalled {
		_, _ = io.Copy(io.Discard, c.Conn) // until the reader has gone
	}
	c.Conn.Close()
	return 0, net.ErrClosed
}
