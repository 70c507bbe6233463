package auth

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
)

// Failures are counted twice. The pair of account and network (or known
// browser) has a few free tries, then waits that double. The account as a
// whole, tried from anywhere unknown, has more free tries and shorter waits:
// enough to make guessing from many networks hopeless, too little to keep the
// owner out for long, and it never holds up a known browser or a passkey.
const (
	pairFree   = 5
	pairWait   = 30 * time.Second
	pairMost   = 15 * time.Minute
	globalFree = 30
	globalWait = 2 * time.Second
	globalMost = time.Minute
	forget     = 24 * time.Hour
)

// attempt is one try that was let through; it counts as a failure until it is
// forgiven, so that tries at the same moment cannot pass together.
type attempt struct {
	keys    []string
	crossed bool // this try used up the free ones
}

var errWaits = errors.New("auth: the account waits")

// errThrottled asks to wait. It is the same for any account.
func errThrottled(wait time.Duration) error {
	return errs.New(errs.TooMany, "auth.throttled", "wait", max(wait, time.Second).Round(time.Second))
}

// admit lets a try at an account through or says how long to wait. what names
// the kind of try and whose account, as it was typed.
func (s *Service) admit(ctx context.Context, v Visit, what, who string, known bool) (attempt, error) {
	who = strings.ToLower(strings.TrimSpace(who))
	pair, global := s.throttleKeys(v, what, who, known)
	now := s.Clock.Now()
	var wait time.Duration
	a := attempt{keys: []string{pair}}
	err := s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var err error
		if wait, a.crossed, err = s.count(ctx, tx, pair, now, pairFree, pairWait, pairMost); err != nil || wait > 0 || global == "" {
			return err
		}
		crossed := false
		if wait, crossed, err = s.count(ctx, tx, global, now, globalFree, globalWait, globalMost); err != nil {
			return err
		}
		a.crossed = a.crossed || crossed
		if wait > 0 {
			return errWaits // the pair's count is not to grow by waiting for strangers
		}
		return nil
	})
	if err != nil && !errors.Is(err, errWaits) {
		return attempt{}, err
	}
	if wait > 0 {
		return attempt{}, errThrottled(wait)
	}
	if global != "" {
		a.keys = append(a.keys, global)
	}
	return a, nil
}

func (s *Service) throttleKeys(v Visit, what, who string, known bool) (pair, global string) {
	key := func(parts ...string) string {
		return base64.RawURLEncoding.EncodeToString(s.Vault.MAC("auth/attempt", []byte(strings.Join(parts, "\x00")))[:18])
	}
	if known {
		return key(what, who, "device", v.Device), ""
	}
	addr := v.Addr
	if addr.Is6() {
		if p, err := addr.Prefix(64); err == nil {
			addr = p.Addr()
		}
	}
	return key(what, who, "network", addr.String()), key(what, who, "all")
}

// count notes a try under a key, or gives the time that is left to wait.
func (s *Service) count(ctx context.Context, tx bun.Tx, key string, now time.Time, free int, first, most time.Duration) (wait time.Duration, crossed bool, err error) {
	var row struct {
		Failures int
		LastAt   db.Time
		NextAt   db.Time
	}
	err = tx.NewRaw(`INSERT INTO auth_attempt (key, failures, last_at, next_at) VALUES (?, 0, ?, 0)
		ON CONFLICT (key) DO UPDATE SET failures = auth_attempt.failures RETURNING failures, last_at, next_at`, key, db.At(now)).Scan(ctx, &row)
	if err != nil {
		return 0, false, fmt.Errorf("count attempt: %w", err)
	}
	if wait := row.NextAt.Sub(db.At(now)); row.NextAt != 0 && wait > 0 {
		return wait, false, nil
	}
	if db.At(now).Sub(row.LastAt) > forget {
		row.Failures = 0
	}
	row.Failures++
	next := db.Time(0)
	if over := row.Failures - free; over >= 0 {
		next = db.At(now.Add(min(first<<min(over, 20), most)))
	}
	if _, err := tx.ExecContext(ctx, `UPDATE auth_attempt SET failures = ?, last_at = ?, next_at = ? WHERE key = ?`, row.Failures, db.At(now), next, key); err != nil {
		return 0, false, fmt.Errorf("count attempt: %w", err)
	}
	return 0, row.Failures == free, nil
}

// forgive takes back what admit counted: the try was right. The pair begins
// anew; of the account's count only this try is taken, so that the owner's own
// success does not give strangers new tries.
func (s *Service) forgive(ctx context.Context, tx bun.Tx, a attempt) error {
	for i, k := range a.keys {
		q := `DELETE FROM auth_attempt WHERE key = ?`
		if i > 0 {
			q = `UPDATE auth_attempt SET failures = failures - 1 WHERE key = ? AND failures > 0`
		}
		if _, err := tx.ExecContext(ctx, q, k); err != nil {
			return fmt.Errorf("forgive attempt: %w", err)
		}
	}
	return nil
}

// knows reports whether the browser carries the secret of an earlier sign-in
// of this person.
func (s *Service) knows(ctx context.Context, personID, device string) (bool, error) {
	if personID == "" || device == "" || len(device) > 64 {
		return false, nil
	}
	var n int
	if err := s.DB.Reader().NewRaw(`SELECT count(*) FROM auth_device WHERE person_id = ? AND secret_hash = ?`, personID, hashOf(device)).Scan(ctx, &n); err != nil {
		return false, fmt.Errorf("known device: %w", err)
	}
	return n > 0, nil
}
