package witness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/ledger"
)

const (
	// freshness is how old the newest signature of a witness may be before it is
	// asked for another, also when nothing was added to the log.
	freshness = 12 * time.Hour
	// longestRest bounds the wait between two attempts at a witness that fails.
	longestRest = time.Hour
)

// failure is why a witness did not sign.
type failure struct {
	why string
	err error
}

func (f *failure) Error() string { return f.why + ": " + f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

func failed(why string, format string, args ...any) error {
	return &failure{why, fmt.Errorf(format, args...)}
}

// due reports whether the witness is to be asked now about a log of a size.
func (w Witness) due(size int64, now time.Time) bool {
	if w.Failures > 0 {
		rest := min(time.Minute<<min(w.Failures-1, 6), longestRest)
		return !w.AskedAt.In(time.UTC).Add(rest).After(now)
	}
	return w.Size != size || now.Sub(w.CosignedAt.Std()) > freshness
}

// Look asks every witness that has not signed the log as it stands, or not
// lately. A witness that fails is asked more and more rarely, at least once an
// hour, and holds up no other.
func (s *Service) Look(ctx context.Context) error {
	tree, err := s.Proof.Tree(ctx)
	if err != nil {
		return err
	}
	all, err := s.Witnesses(ctx)
	if err != nil {
		return err
	}
	for _, w := range all {
		if !w.due(tree.Size, s.Clock.Now()) {
			continue
		}
		c, err := s.ask(ctx, w, tree.Size)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			s.Log.Warn("a witness did not sign", "witness", w.Name, "size", tree.Size, "err", err)
		}
		if err := s.note(ctx, w, tree.Size, c, err); err != nil {
			return err
		}
	}
	return nil
}

// note keeps what came of asking.
func (s *Service) note(ctx context.Context, w Witness, size int64, c ledger.Cosignature, problem error) error {
	w.AskedAt = db.At(s.Clock.Now())
	if f, ok := errors.AsType[*failure](problem); ok {
		w.Failure, w.Failures = f.why, w.Failures+1
	} else if problem != nil {
		return problem
	} else {
		w.Size, w.CosignedAt, w.Failure, w.Failures = size, db.At(c.Time), "", 0
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewUpdate().Model(&w).Column("size", "cosigned_at", "asked_at", "failure", "failures").WherePK().Exec(ctx)
		if err != nil {
			return fmt.Errorf("publish: witness %s: %w", w.Name, err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 || problem != nil {
			return err // removed meanwhile
		}
		return s.Proof.Cosign(ctx, tx, size, c)
	})
}

// ask has a witness sign the log at a size. The witness itself says which size
// it saw last, should that not be what we remember.
func (s *Service) ask(ctx context.Context, w Witness, size int64) (ledger.Cosignature, error) {
	key, err := ledger.ParseCosigner(w.Public)
	if err != nil {
		return ledger.Cosignature{}, err
	}
	checkpoint, err := s.Proof.CheckpointAt(ctx, size)
	if err != nil {
		return ledger.Cosignature{}, err
	}
	old := min(w.Size, size)
	for range 3 {
		answer, seen, err := s.send(ctx, w, old, size, checkpoint)
		if err != nil {
			return ledger.Cosignature{}, err
		}
		if answer == nil {
			if seen > size {
				return ledger.Cosignature{}, failed(FailedAhead, "it saw %d records, we have %d", seen, size)
			}
			old = seen
			continue
		}
		found, err := ledger.ReadCosignatures(checkpoint, answer, key)
		if err != nil || len(found) == 0 || found[0].Time.Unix() <= 0 {
			return ledger.Cosignature{}, failed(FailedSign, "%d signatures: %w", len(found), err)
		}
		return found[0], nil
	}
	return ledger.Cosignature{}, failed(FailedReach, "it names another size each time")
}

// send makes one request. A nil answer means that the witness saw another size
// last, the one it names.
func (s *Service) send(ctx context.Context, w Witness, old, size int64, checkpoint []byte) (answer []byte, seen int64, err error) {
	proof, err := s.Proof.Consistency(ctx, old, size)
	if err != nil {
		return nil, 0, err
	}
	body := ledger.AddCheckpoint{Old: old, Proof: proof, Checkpoint: checkpoint}.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.Address+"/add-checkpoint", bytes.NewReader(body))
	if err != nil {
		return nil, 0, failed(FailedReach, "%w", err)
	}
	req.Header.Set("Content-Type", "text/plain; charset=utf-8")
	res, err := s.Fetch.Do(ctx, req)
	if err != nil {
		return nil, 0, failed(FailedReach, "%w", err)
	}
	switch res.Status {
	case http.StatusOK:
		if len(res.Body) == 0 {
			return nil, 0, failed(FailedSign, "an empty answer")
		}
		return res.Body, size, nil
	case http.StatusConflict:
		seen, err := readSize(res.Header.Get("Content-Type"), res.Body)
		if err != nil {
			return nil, 0, failed(FailedReach, "%w", err)
		}
		return nil, seen, nil
	}
	why := map[int]string{http.StatusNotFound: FailedOrigin, http.StatusForbidden: FailedKey, http.StatusUnprocessableEntity: FailedFork}[res.Status]
	if why == "" {
		why = FailedReach
	}
	return nil, 0, failed(why, "it answered %d", res.Status)
}

// readSize reads the size that a witness names (text/x.tlog.size).
func readSize(media string, body []byte) (int64, error) {
	kind, _, _ := strings.Cut(media, ";")
	digits, ended := strings.CutSuffix(string(body), "\n")
	n, err := strconv.ParseInt(digits, 10, 64)
	if strings.TrimSpace(kind) != "text/x.tlog.size" || !ended || err != nil || n < 0 || strconv.FormatInt(n, 10) != digits {
		return 0, fmt.Errorf("an answer %q that names no size", kind)
	}
	return n, nil
}
