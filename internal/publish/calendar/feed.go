package calendar

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/org"
	"sifara/internal/perm"
)

// Deps are what the service needs.
type Deps struct {
	DB    *db.DB
	Clock clock.Clock
	Audit *audit.Log
	Org   *org.Service
}

// Service keeps the addresses. It is safe for concurrent use.
type Service struct{ Deps }

// New gives the service.
func New(d Deps) *Service { return &Service{d} }

// feed is the address of one person.
type feed struct {
	bun.BaseModel `bun:"table:publish_calendar_feed,alias:cf"`

	PersonID   string `bun:",pk"`
	SecretHash string
	CreatedAt  db.Time
}

// secretBytes are 256 bits.
const secretBytes = 32

func hashed(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// Since is when the actor's address was made; zero when there is none.
func (s *Service) Since(ctx context.Context) (db.Time, error) {
	var f feed
	err := s.DB.Reader().NewSelect().Model(&f).Where("cf.person_id = ?", perm.From(ctx).ID).Scan(ctx)
	if db.IsNoRows(err) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("calendar feed: %w", err)
	}
	return f.CreatedAt, nil
}

// Renew makes an address for the actor, a person at the keyboard, and gives its
// secret; the one before, if any, works no more.
func (s *Service) Renew(ctx context.Context) (secret string, err error) {
	a := perm.From(ctx)
	if a.Kind != perm.Person {
		return "", errs.New(errs.Forbidden, "")
	}
	var b [secretBytes]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", fmt.Errorf("calendar feed: %w", err)
	}
	secret = base64.RawURLEncoding.EncodeToString(b[:])
	f := feed{PersonID: a.ID, SecretHash: hashed(secret), CreatedAt: db.At(s.Clock.Now())}
	err = s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(&f).On("CONFLICT (person_id) DO UPDATE").Set("secret_hash = EXCLUDED.secret_hash, created_at = EXCLUDED.created_at").Exec(ctx)
		if err != nil {
			return fmt.Errorf("calendar feed: %w", err)
		}
		return s.record(ctx, tx, "publish.calendar_feed", a.ID)
	})
	return secret, err
}

// Revoke ends the actor's address; without one nothing happens.
func (s *Service) Revoke(ctx context.Context) error {
	a := perm.From(ctx)
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewDelete().Model((*feed)(nil)).Where("person_id = ?", a.ID).Exec(ctx)
		if err != nil {
			return fmt.Errorf("calendar feed: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return s.record(ctx, tx, "publish.calendar_feed_end", a.ID)
	})
}

func (s *Service) record(ctx context.Context, tx bun.Tx, act, personID string) error {
	return s.Audit.Record(ctx, tx, audit.Entry{Act: act, Object: "person", ObjectID: personID})
}

// Reader gives the person whose address has a secret, and them as an actor
// with the rights they hold now. errs.NotFound for every other secret and for
// who has left.
func (s *Service) Reader(ctx context.Context, secret string) (org.Person, *perm.Actor, error) {
	none := errs.New(errs.NotFound, "")
	if len(secret) != base64.RawURLEncoding.EncodedLen(secretBytes) {
		return org.Person{}, nil, none
	}
	var f feed
	err := s.DB.Reader().NewSelect().Model(&f).Where("cf.secret_hash = ?", hashed(secret)).Scan(ctx)
	if db.IsNoRows(err) {
		return org.Person{}, nil, none
	}
	if err != nil {
		return org.Person{}, nil, fmt.Errorf("calendar feed: %w", err)
	}
	p, err := s.Org.Person(ctx, f.PersonID)
	if err != nil {
		return org.Person{}, nil, err
	}
	if !p.Active {
		return org.Person{}, nil, none
	}
	grants, err := s.Org.Grants(ctx, p.ID)
	return p, &perm.Actor{Kind: perm.Token, ID: p.ID, Name: p.Name, Grants: grants}, err
}
