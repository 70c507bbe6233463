// Package witness is somebody else's witness of transparency logs, by C2SP
// tlog-witness: it remembers what it signed of each log that it knows, and signs
// nothing that does not continue it.
package witness

import (
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"sifara/internal/ledger"
	"sifara/test/fakes"
)

// Server is a running witness.
type Server struct {
	URL    string
	Key    string // its verifier key
	Faults *fakes.Injector
	// Now tells the time that is signed; the machine's when nil.
	Now func() time.Time

	name    string
	private ed25519.PrivateKey

	mu   sync.Mutex
	logs map[string][]string // verifier keys by origin
	seen map[string]tlog.Tree
}

// Start runs a witness until the test ends.
func Start(t testing.TB, name string, set fakes.Setup) *Server {
	t.Helper()
	seed := sha256.Sum256([]byte(name))
	s := &Server{name: name, private: ed25519.NewKeyFromSeed(seed[:]), logs: map[string][]string{}, seen: map[string]tlog.Tree{}, Faults: set.Injector()}
	s.Key = ledger.CosignerKey(name, s.private.Public().(ed25519.PublicKey))
	mux := http.NewServeMux()
	mux.HandleFunc("POST /add-checkpoint", s.add)
	s.URL = fakes.Serve(t, s.Faults.Answers(mux))
	return s
}

// Trust has the witness know a log by its keys.
func (s *Server) Trust(origin string, keys ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.logs[origin] = keys
}

// Seen is the size of the last checkpoint of a log that was signed.
func (s *Server) Seen(origin string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen[origin].N
}

func (s *Server) add(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<10))
	if err != nil {
		http.Error(w, "too long", http.StatusRequestEntityTooLarge)
		return
	}
	a, err := ledger.ReadAddCheckpoint(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	status, answer := s.judge(a)
	if status == http.StatusConflict {
		w.Header().Set("Content-Type", "text/x.tlog.size")
	} else {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, answer)
}

// judge decides on a request as the protocol says, in its order.
func (s *Server) judge(a ledger.AddCheckpoint) (int, string) {
	origin, keys := "", []string(nil)
	for o, k := range s.logs {
		if len(a.Checkpoint) > len(o) && string(a.Checkpoint[:len(o)+1]) == o+"\n" {
			origin, keys = o, k
		}
	}
	if origin == "" {
		return http.StatusNotFound, "unknown log\n"
	}
	c, err := ledger.OpenCheckpoint(a.Checkpoint, keys...)
	if err != nil {
		if _, bad := errors.AsType[*note.InvalidSignatureError](err); bad || !errors.Is(err, ledger.ErrCheckpoint) {
			return http.StatusForbidden, err.Error() + "\n"
		}
		return http.StatusForbidden, "no signature of a known key\n"
	}
	last := s.seen[origin]
	switch {
	case a.Old > c.Size:
		return http.StatusBadRequest, "old is longer\n"
	case a.Old != last.N:
		return http.StatusConflict, fmt.Sprintf("%d\n", last.N)
	case c.Size == 0 && c.Root != tlog.Hash(sha256.Sum256(nil)), a.Old == 0 && len(a.Proof) > 0, a.Old == c.Size && a.Old > 0 && c.Root != last.Hash:
		return http.StatusUnprocessableEntity, "not the same log\n"
	}
	if a.Old > 0 && a.Old < c.Size {
		proof := make(tlog.TreeProof, len(a.Proof))
		for i, h := range a.Proof {
			proof[i] = tlog.Hash(h)
		}
		if err := tlog.CheckTree(proof, c.Size, c.Root, a.Old, last.Hash); err != nil {
			return http.StatusUnprocessableEntity, err.Error() + "\n"
		}
	}
	now := time.Now
	if s.Now != nil {
		now = s.Now
	}
	line, err := ledger.Cosign(a.Checkpoint, s.name, s.private, now())
	if err != nil {
		return http.StatusInternalServerError, err.Error() + "\n"
	}
	s.seen[origin] = tlog.Tree{N: c.Size, Hash: c.Root}
	return http.StatusOK, line
}
