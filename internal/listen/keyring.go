package listen

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/perm"
)

const (
	// pseudonymDays is how long a key of pseudonyms serves, by the time of the
	// posts: within a period two posts show that one author wrote both, over
	// periods they do not.
	pseudonymDays = 91
	// keyAge is how long a key is kept after its period ended and it was made;
	// posts of that time that come later get a new one.
	keyAge = 400 * 24 * time.Hour
)

// keyring holds the keys of pseudonyms, each for posts of one period. Keys are
// random and nowhere but here: once a key is gone, a guessed handle can no
// longer be tested against the pseudonyms of its period.
type keyring struct {
	load func(period int64) ([]byte, error)

	mu   sync.Mutex
	macs map[int64]*sync.Pool
}

func newKeyring(load func(period int64) ([]byte, error)) *keyring {
	return &keyring{load: load, macs: map[int64]*sync.Pool{}}
}

// periodOf is the period of a post.
func periodOf(at time.Time) int64 { return dayOf(hourOf(at)) / pseudonymDays }

// periodEnd is when a period is over.
func periodEnd(period int64) time.Time { return hourTime((period + 1) * pseudonymDays * 24) }

// pool gives what makes hashes for a period.
func (k *keyring) pool(period int64) (*sync.Pool, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if p := k.macs[period]; p != nil {
		return p, nil
	}
	key, err := k.load(period)
	if err != nil {
		return nil, err
	}
	p := &sync.Pool{New: func() any { return hmac.New(sha256.New, key) }}
	k.macs[period] = p
	return p, nil
}

// forget drops keys from memory; those that still are in the house are read
// again.
func (k *keyring) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	clear(k.macs)
}

func keyPurpose(period int64) string {
	return pseudonymPurpose + "/" + strconv.FormatInt(period, 10)
}

// pseudonymKey reads the key of a period, or makes it.
func (s *Service) pseudonymKey(period int64) ([]byte, error) {
	ctx := perm.With(context.Background(), perm.SystemActor("listen.keys"))
	var sealed string
	err := s.db.Reader().NewRaw(`SELECT sealed FROM listen_pseudonym_key WHERE period = ?`, period).Scan(ctx, &sealed)
	if db.IsNoRows(err) {
		sealed, err = s.makeKey(ctx, period)
	}
	if err != nil {
		return nil, fmt.Errorf("key of pseudonyms: %w", err)
	}
	key, err := s.vault.Unseal(keyPurpose(period), sealed)
	if err != nil {
		return nil, fmt.Errorf("key of pseudonyms: %w", err)
	}
	return key, nil
}

// makeKey makes the key of a period, unless another node was faster.
func (s *Service) makeKey(ctx context.Context, period int64) (sealed string, err error) {
	key := make([]byte, 32)
	rand.Read(key)
	fresh := s.vault.Seal(keyPurpose(period), key)
	err = s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.ExecContext(ctx, `INSERT INTO listen_pseudonym_key (period, sealed, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, period, fresh, db.At(s.clock.Now()))
		if err != nil {
			return err
		}
		if err := tx.NewRaw(`SELECT sealed FROM listen_pseudonym_key WHERE period = ?`, period).Scan(ctx, &sealed); err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return s.record(ctx, tx, "", perm.Everywhere(), "listen.key.make", "key", strconv.FormatInt(period, 10), map[string]any{"until": periodEnd(period).Format(time.DateOnly)})
	})
	return sealed, err
}

// forgetKeys deletes the keys of periods that are long over.
func (s *Service) forgetKeys(ctx context.Context) error {
	before := s.clock.Now().Add(-keyAge)
	last := periodOf(before) - 1 // the last that was over then
	gone := int64(0)
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.ExecContext(ctx, `DELETE FROM listen_pseudonym_key WHERE period <= ? AND created_at < ?`, last, db.At(before))
		if err != nil {
			return err
		}
		if gone, err = res.RowsAffected(); err != nil || gone == 0 {
			return err
		}
		if err := s.removed(ctx, tx, "keys", gone); err != nil {
			return err
		}
		return s.record(ctx, tx, "", perm.Everywhere(), "listen.key.forget", "key", "", map[string]any{"count": gone})
	})
	if err != nil {
		return fmt.Errorf("forget keys of pseudonyms: %w", err)
	}
	s.names.keys.forget() // other nodes drop theirs when they run this
	return nil
}
