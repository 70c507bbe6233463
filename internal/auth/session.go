package auth

import (
	"context"
	"fmt"
	"time"

	"sifara/internal/db"
)

// SessionStore keeps the console's sessions in the database, for scs. What it
// is given as a token must already be a hash: set HashTokenInStore.
type SessionStore struct{ s *Service }

// SessionStore gives the store.
func (s *Service) SessionStore() SessionStore { return SessionStore{s} }

// FindCtx implements scs.CtxStore; an expired session is not found.
func (t SessionStore) FindCtx(ctx context.Context, hash string) ([]byte, bool, error) {
	var data []byte
	err := t.s.DB.Reader().NewRaw(`SELECT data FROM auth_session WHERE token_hash = ? AND expires_at > ?`, hash, db.At(t.s.Clock.Now())).Scan(ctx, &data)
	if db.IsNoRows(err) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("find session: %w", err)
	}
	return data, true, nil
}

// CommitCtx implements scs.CtxStore.
func (t SessionStore) CommitCtx(ctx context.Context, hash string, data []byte, expiry time.Time) error {
	_, err := t.s.DB.Writer().ExecContext(ctx, `INSERT INTO auth_session (token_hash, data, expires_at) VALUES (?, ?, ?)
		ON CONFLICT (token_hash) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at`, hash, data, db.At(expiry))
	if err != nil {
		return fmt.Errorf("save session: %w", err)
	}
	return nil
}

// DeleteCtx implements scs.CtxStore.
func (t SessionStore) DeleteCtx(ctx context.Context, hash string) error {
	if _, err := t.s.DB.Writer().ExecContext(ctx, `DELETE FROM auth_session WHERE token_hash = ?`, hash); err != nil {
		return fmt.Errorf("delete session: %w", err)
	}
	return nil
}

// Find implements scs.Store.
func (t SessionStore) Find(hash string) ([]byte, bool, error) {
	return t.FindCtx(context.Background(), hash)
}

// Commit implements scs.Store.
func (t SessionStore) Commit(hash string, data []byte, expiry time.Time) error {
	return t.CommitCtx(context.Background(), hash, data, expiry)
}

// Delete implements scs.Store.
func (t SessionStore) Delete(hash string) error { return t.DeleteCtx(context.Background(), hash) }
