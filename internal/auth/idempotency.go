package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
)

// Idempotency lets a program repeat a request whose answer it did not get: with
// the same Idempotency-Key the act is done once and its answer given again
// (draft-ietf-httpapi-idempotency-key-header).
type Idempotency struct{ s *Service }

// Idempotency gives the store of keys.
func (s *Service) Idempotency() Idempotency { return Idempotency{s} }

// Answer is a stored answer.
type Answer struct {
	Status int
	Header map[string]string
	Body   []byte
}

const (
	// IdempotencyLife is how long answers are kept.
	IdempotencyLife = 24 * time.Hour
	// abandoned is when a request that never ended, because its node died, is
	// taken for undone.
	abandoned = 5 * time.Minute
	maxKey    = 128
)

var (
	// ErrKeyReused means the key was used for another request.
	ErrKeyReused = errs.New(errs.Conflict, "auth.idempotency.other")
	// ErrKeyBusy means the first request with the key has not ended yet.
	ErrKeyBusy = errs.New(errs.Conflict, "auth.idempotency.busy")
	// ErrKey means that the key is empty, too long or not printable ASCII.
	ErrKey = errs.New(errs.Invalid, "auth.idempotency.key")
)

// Begin claims a key of an actor for a request, told by its hash. A non-nil
// answer is that of the first request and must be given again. With neither
// answer nor error the caller does the act and calls End or Abandon.
func (i Idempotency) Begin(ctx context.Context, actorID, key, request string) (*Answer, error) {
	if !validKey(key) {
		return nil, ErrKey
	}
	now, w := i.s.Clock.Now(), i.s.DB.Writer()
	stale, old := db.At(now.Add(-abandoned)), db.At(now.Add(-IdempotencyLife))
	if _, err := w.ExecContext(ctx, `DELETE FROM auth_idempotency WHERE actor_id = ? AND key = ? AND (created_at < ? OR status = 0 AND created_at < ?)`, actorID, key, old, stale); err != nil {
		return nil, fmt.Errorf("claim key: %w", err)
	}
	res, err := w.ExecContext(ctx, `INSERT INTO auth_idempotency (actor_id, key, request_hash, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (actor_id, key) DO NOTHING`, actorID, key, request, db.At(now))
	if err != nil {
		return nil, fmt.Errorf("claim key: %w", err)
	}
	if n, _ := res.RowsAffected(); n == 1 {
		return nil, nil
	}
	return i.stored(ctx, actorID, key, request)
}

func (i Idempotency) stored(ctx context.Context, actorID, key, request string) (*Answer, error) {
	var row struct {
		RequestHash string
		Status      int
		Header      string
	}
	if err := i.s.DB.Writer().NewRaw(`SELECT request_hash, status, header FROM auth_idempotency WHERE actor_id = ? AND key = ?`, actorID, key).Scan(ctx, &row); err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	if row.RequestHash != request {
		return nil, ErrKeyReused
	}
	if row.Status == 0 {
		return nil, ErrKeyBusy
	}
	if strings.HasPrefix(row.Header, "{") {
		// Kept in the clear by a version before: the act is done, its answer is
		// told apart from others no more.
		return nil, ErrKeyReused
	}
	plain, err := i.s.Vault.Unseal(answerPurpose(actorID, key), row.Header)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	a := &Answer{Status: row.Status}
	if err := json.Unmarshal(plain, a); err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	return a, nil
}

func answerPurpose(actorID, key string) string {
	return "auth_idempotency/" + actorID + "/" + key + "/answer"
}

// End stores the answer of a request that Begin let through. It is sealed, for
// it may hold a secret that is shown this once.
func (i Idempotency) End(ctx context.Context, actorID, key string, a Answer) error {
	plain, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("store answer: %w", err)
	}
	_, err = i.s.DB.Writer().ExecContext(ctx, `UPDATE auth_idempotency SET status = ?, header = ? WHERE actor_id = ? AND key = ?`, a.Status, i.s.Vault.Seal(answerPurpose(actorID, key), plain), actorID, key)
	if err != nil {
		return fmt.Errorf("store answer: %w", err)
	}
	return nil
}

// Abandon frees a key whose request failed without doing anything, so that it
// can be tried again.
func (i Idempotency) Abandon(ctx context.Context, actorID, key string) error {
	if _, err := i.s.DB.Writer().ExecContext(ctx, `DELETE FROM auth_idempotency WHERE actor_id = ? AND key = ? AND status = 0`, actorID, key); err != nil {
		return fmt.Errorf("abandon key: %w", err)
	}
	return nil
}

func validKey(key string) bool {
	if key == "" || len(key) > maxKey {
		return false
	}
	for _, c := range []byte(key) {
		if c < 0x21 || c > 0x7e {
			return false
		}
	}
	return true
}

// Sweep forgets what has expired: sessions, tries, links, answers, and after a
// year the browsers and sign-ins of long ago.
func (s *Service) Sweep(ctx context.Context) error {
	now := s.Clock.Now()
	year := db.At(now.Add(-365 * 24 * time.Hour))
	for _, q := range []struct {
		text string
		at   db.Time
	}{
		{`DELETE FROM auth_session WHERE expires_at < ?`, db.At(now)},
		{`DELETE FROM auth_ceremony WHERE expires_at < ?`, db.At(now)},
		{`DELETE FROM auth_attempt WHERE last_at < ?`, db.At(now.Add(-forget))},
		{`DELETE FROM auth_link WHERE expires_at < ?`, db.At(now.Add(-30 * 24 * time.Hour))},
		{`DELETE FROM auth_idempotency WHERE created_at < ?`, db.At(now.Add(-IdempotencyLife))},
		{`DELETE FROM auth_signin WHERE expires_at < ?`, year},
		{`DELETE FROM auth_device WHERE seen_at < ?`, year},
	} {
		if _, err := s.DB.Writer().ExecContext(ctx, q.text, q.at); err != nil {
			return fmt.Errorf("sweep: %w", err)
		}
	}
	return nil
}
