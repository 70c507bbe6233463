// Package fakes is what the servers of other people have in common that tests
// put on loopback: how posts are numbered and dated, and faults that spoil
// their answers. Each server has a package of its own below and speaks the
// documented protocol.
package fakes

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// Setup is what a server is started with.
type Setup struct {
	Posts int           // how many there are in the end
	First int           // how many there are at the start; more come by Publish
	Begin time.Time     // when the first was written
	Step  time.Duration // between two; 0 is a second
	Pace  time.Duration // that a stream takes for an event; 0 is at once
	Token string        // that is asked for; empty lets anybody in
	Fault Fault
	Seed  uint64 // of the faults
}

// Text is the text of a post.
func Text(n int) string { return fmt.Sprintf("harbour news %d", n) }

// Texts are the texts of the first n posts.
func Texts(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = Text(i)
	}
	return out
}

// At is when a post was written.
func (s Setup) At(n int) time.Time {
	return s.Begin.Add(time.Duration(n) * cmp.Or(s.Step, time.Second)).UTC()
}

// Doc is a JSON object.
type Doc = map[string]any

// Write answers with a JSON document.
func Write(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the reader has gone when this fails
}

// Serve puts a server on loopback until the test ends.
func Serve(t testing.TB, h http.Handler) (url string) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(func() {
		s.CloseClientConnections() // some wait for ever
		s.Close()
	})
	return s.URL
}

// Bearer reports whether a request brings the token that is asked for.
func (s Setup) Bearer(r *http.Request) bool {
	return s.Token == "" || r.Header.Get("Authorization") == "Bearer "+s.Token
}

// Live keeps a stream open on which nothing more is said: sign is called time
// and again until it fails or the reader has gone.
func Live(ctx context.Context, sign func() error) {
	t := time.NewTicker(20 * time.Millisecond)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			if sign() != nil {
				return
			}
		}
	}
}
