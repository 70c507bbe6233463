package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// Token lets a program act for its owner, with a part of the owner's
// permissions and until a date. The secret is shown once and kept as a hash.
type Token struct {
	ID          string            `json:"id"`
	PersonID    string            `json:"person_id"`
	Name        string            `json:"name"`
	Permissions []perm.Permission `json:"permissions"`
	CreatedAt   db.Time           `json:"created_at"`
	ExpiresAt   db.Time           `json:"expires_at"`
	UsedAt      db.Time           `json:"used_at"`
	RevokedAt   db.Time           `json:"revoked_at"`
}

// Open reports whether the token can be used at a time.
func (t Token) Open(now time.Time) bool { return t.RevokedAt == 0 && db.At(now) < t.ExpiresAt }

const (
	// tokenPrefix lets people and scanners recognise a token that leaked.
	tokenPrefix = "sifara_"
	// MaxTokenLife is the longest a token lasts.
	MaxTokenLife = 366 * 24 * time.Hour
	maxTokens    = 50
)

// NewToken is what its owner says of a token to be made. ID is that of the
// form, so that a replay makes it once.
type NewToken struct {
	ID          string
	Name        string
	Permissions []perm.Permission
	ExpiresAt   time.Time
}

// CreateToken makes a token for the person who acts and gives its secret. A
// token cannot make tokens.
func (s *Service) CreateToken(ctx context.Context, n NewToken) (string, error) {
	a := perm.From(ctx)
	if a.Kind != perm.Person {
		return "", errs.New(errs.Forbidden, "auth.not_by_token")
	}
	n.Name = strings.TrimSpace(text.Clean(n.Name))
	if err := s.checkToken(a, n); err != nil {
		return "", err
	}
	slices.Sort(n.Permissions)
	b, err := json.Marshal(slices.Compact(n.Permissions))
	if err != nil {
		return "", fmt.Errorf("encode permissions: %w", err)
	}
	secret := tokenPrefix + newSecret()
	err = s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := s.ensure(ctx, tx, a.ID); err != nil {
			return err
		}
		open := 0
		if err := tx.NewRaw(`SELECT count(*) FROM auth_token WHERE person_id = ? AND revoked_at = 0 AND expires_at > ?`, a.ID, db.At(s.Clock.Now())).Scan(ctx, &open); err != nil {
			return fmt.Errorf("count tokens: %w", err)
		}
		if open >= maxTokens {
			return errs.New(errs.Conflict, "auth.token.many", "max", maxTokens)
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO auth_token (id, person_id, name, secret_hash, permissions, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			n.ID, a.ID, n.Name, hashOf(secret), string(b), db.At(s.Clock.Now()), db.At(n.ExpiresAt))
		if db.IsUnique(err) {
			return errs.Wrap(err, errs.Conflict, "auth.token.made")
		}
		if err != nil {
			return fmt.Errorf("make token: %w", err)
		}
		return s.record(ctx, tx, "auth.token_make", a.ID, map[string]any{"name": n.Name, "until": db.At(n.ExpiresAt)})
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

func (s *Service) checkToken(a *perm.Actor, n NewToken) error {
	var bad []errs.Field
	if n.Name == "" {
		bad = append(bad, errs.Field{Name: "name", Key: "web.field.required"})
	}
	if len([]rune(n.Name)) > 60 {
		bad = append(bad, errs.Field{Name: "name", Key: "auth.token.name_long", Args: []any{"max", 60}})
	}
	if len(n.Permissions) == 0 {
		bad = append(bad, errs.Field{Name: "permissions", Key: "auth.token.none"})
	}
	for _, p := range n.Permissions {
		if !a.May(p) {
			bad = append(bad, errs.Field{Name: "permissions", Key: "auth.token.more"})
			break
		}
	}
	now := s.Clock.Now()
	if !n.ExpiresAt.After(now) || n.ExpiresAt.After(now.Add(MaxTokenLife)) {
		bad = append(bad, errs.Field{Name: "expires", Key: "auth.token.expires"})
	}
	return errs.InvalidFields(bad...)
}

// Tokens lists the person's own tokens, the newest first, ended ones too.
func (s *Service) Tokens(ctx context.Context) ([]Token, error) {
	var rows []tokenRow
	err := s.DB.Reader().NewRaw(`SELECT `+tokenColumns+` FROM auth_token WHERE person_id = ? ORDER BY created_at DESC, id DESC LIMIT 200`, perm.From(ctx).ID).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list tokens: %w", err)
	}
	list := make([]Token, len(rows))
	for i, r := range rows {
		if list[i], err = r.token(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// RevokeToken ends one of the person's own tokens.
func (s *Service) RevokeToken(ctx context.Context, tokenID string) error {
	a := perm.From(ctx)
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var name string
		err := tx.NewRaw(`UPDATE auth_token SET revoked_at = ? WHERE id = ? AND person_id = ? AND revoked_at = 0 RETURNING name`, db.At(s.Clock.Now()), tokenID, a.ID).Scan(ctx, &name)
		if db.IsNoRows(err) {
			return errs.New(errs.NotFound, "")
		}
		if err != nil {
			return fmt.Errorf("revoke token: %w", err)
		}
		return s.record(ctx, tx, "auth.token_revoke", a.ID, map[string]any{"name": name})
	})
}

const tokenColumns = `id, person_id, name, permissions, created_at, expires_at, used_at, revoked_at`

type tokenRow struct {
	ID, PersonID, Name, Permissions         string
	CreatedAt, ExpiresAt, UsedAt, RevokedAt db.Time
}

func (r tokenRow) token() (Token, error) {
	t := Token{ID: r.ID, PersonID: r.PersonID, Name: r.Name, CreatedAt: r.CreatedAt, ExpiresAt: r.ExpiresAt, UsedAt: r.UsedAt, RevokedAt: r.RevokedAt}
	if err := json.Unmarshal([]byte(r.Permissions), &t.Permissions); err != nil {
		return Token{}, fmt.Errorf("permissions of token %s: %w", r.ID, err)
	}
	return t, nil
}

// ErrToken means that a bearer token is unknown, has ended, or its owner has
// lost access.
var ErrToken = errs.New(errs.Unauthenticated, "auth.token.refused")

// ActorOfToken gives who acts by a bearer token: the owner, with those
// permissions of the token that the owner still holds. ErrToken otherwise.
func (s *Service) ActorOfToken(ctx context.Context, secret string) (*perm.Actor, error) {
	if !strings.HasPrefix(secret, tokenPrefix) || len(secret) > 100 {
		return nil, ErrToken
	}
	var row tokenRow
	err := s.DB.Reader().NewRaw(`SELECT `+tokenColumns+` FROM auth_token WHERE secret_hash = ?`, hashOf(secret)).Scan(ctx, &row)
	if db.IsNoRows(err) {
		return nil, ErrToken
	}
	if err != nil {
		return nil, fmt.Errorf("find token: %w", err)
	}
	t, err := row.token()
	if err != nil {
		return nil, err
	}
	now := s.Clock.Now()
	if !t.Open(now) {
		return nil, ErrToken
	}
	st, err := s.standing(ctx, t.PersonID)
	if err != nil {
		return nil, err
	}
	if st.err != nil {
		return nil, ErrToken
	}
	if db.At(now).Sub(t.UsedAt) > time.Minute {
		if _, err := s.DB.Writer().ExecContext(ctx, `UPDATE auth_token SET used_at = ? WHERE id = ?`, db.At(now), t.ID); err != nil {
			s.Log.Warn("use of token not noted", "id", t.ID, "err", err)
		}
	}
	only := map[perm.Permission]bool{}
	for _, p := range t.Permissions {
		only[p] = true
	}
	return st.actor(perm.Token, now, only), nil
}
