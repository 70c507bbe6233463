package auth

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
)

// Method is how somebody signed in.
type Method string

// The methods.
const (
	ByPasskey  Method = "passkey"
	ByPassword Method = "password" // with a one-time password
	ByRecovery Method = "recovery" // with a recovery code
	ByOIDC     Method = "oidc"
	ByDemo     Method = "demo"
)

// SignIn is one stay of a person in one browser. It ends by signing out, when
// it is not used, or after the absolute time.
type SignIn struct {
	ID          string  `json:"id"`
	PersonID    string  `json:"person_id"`
	Method      Method  `json:"method"`
	Browser     string  `json:"browser"`
	System      string  `json:"system"`
	Network     string  `json:"network"` // a part of the address
	CreatedAt   db.Time `json:"created_at"`
	SeenAt      db.Time `json:"seen_at"`
	ConfirmedAt db.Time `json:"confirmed_at"` // when the person last proved who they are
	ExpiresAt   db.Time `json:"expires_at"`
	EndedAt     db.Time `json:"ended_at"`
}

const signInColumns = `id, person_id, method, browser, system, network, created_at, seen_at, confirmed_at, expires_at, ended_at`

// open reports whether the sign-in still holds.
func (i SignIn) open(now time.Time, idle time.Duration) bool {
	t := db.At(now)
	return i.EndedAt == 0 && t < i.ExpiresAt && t.Sub(i.SeenAt) < idle
}

// Admitted is a sign-in that has just begun. Device is the secret to be left in
// the browser.
type Admitted struct {
	SignIn SignIn
	Person org.Person
	Device string
}

// begin signs a person in. Callers have checked their proof. The try is
// forgiven in the same transaction.
func (s *Service) begin(ctx context.Context, v Visit, personID string, by Method, a attempt) (Admitted, error) {
	p, err := s.person(ctx, personID)
	if err != nil {
		return Admitted{}, err
	}
	now := s.Clock.Now()
	browser, system := describe(v.Agent)
	in := SignIn{
		ID: id.New(), PersonID: p.ID, Method: by, Browser: browser, System: system, Network: v.network(),
		CreatedAt: db.At(now), SeenAt: db.At(now), ConfirmedAt: db.At(now), ExpiresAt: db.At(now.Add(s.o.Absolute)),
	}
	out := Admitted{SignIn: in, Person: p, Device: v.Device}
	err = s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := s.ensure(ctx, tx, p.ID); err != nil {
			return err
		}
		if err := s.forgive(ctx, tx, a); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO auth_signin (`+signInColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			in.ID, in.PersonID, in.Method, in.Browser, in.System, in.Network, in.CreatedAt, in.SeenAt, in.ConfirmedAt, in.ExpiresAt, in.EndedAt); err != nil {
			return fmt.Errorf("sign in %s: %w", p.ID, err)
		}
		if by != ByDemo {
			if len(out.Device) != 43 {
				out.Device = newSecret()
			}
			if _, err := tx.ExecContext(ctx, `INSERT INTO auth_device (person_id, secret_hash, seen_at) VALUES (?, ?, ?)
				ON CONFLICT (person_id, secret_hash) DO UPDATE SET seen_at = excluded.seen_at`, p.ID, hashOf(out.Device), db.At(now)); err != nil {
				return fmt.Errorf("remember device: %w", err)
			}
		}
		return s.record(as(ctx, p), tx, "auth.signin", p.ID, map[string]any{"auth_method": audit.Word("auth.method." + string(by)), "auth_browser": browser, "auth_system": system})
	})
	if err != nil {
		return Admitted{}, err
	}
	return out, nil
}

// SignIns lists a person's own open sign-ins, the latest used first.
func (s *Service) SignIns(ctx context.Context) ([]SignIn, error) {
	now := s.Clock.Now()
	var list []SignIn
	err := s.DB.Reader().NewRaw(`SELECT `+signInColumns+` FROM auth_signin WHERE person_id = ? AND ended_at = 0 AND expires_at > ? AND seen_at > ? ORDER BY seen_at DESC, id DESC LIMIT 100`,
		perm.From(ctx).ID, db.At(now), db.At(now.Add(-s.o.Idle))).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("list sign-ins: %w", err)
	}
	return list, nil
}

// SignOut ends one of the person's own sign-ins: this one, or one elsewhere.
func (s *Service) SignOut(ctx context.Context, signInID string) error {
	a := perm.From(ctx)
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE auth_signin SET ended_at = ? WHERE id = ? AND person_id = ? AND ended_at = 0`, db.At(s.Clock.Now()), signInID, a.ID)
		if err != nil {
			return fmt.Errorf("sign out %s: %w", signInID, err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return errs.New(errs.NotFound, "")
		}
		if err := s.changed(ctx, tx); err != nil {
			return err
		}
		return s.record(ctx, tx, "auth.signout", a.ID, nil)
	})
}

// SignOutElsewhere ends all of the person's own sign-ins but the given one.
func (s *Service) SignOutElsewhere(ctx context.Context, keep string) error {
	a := perm.From(ctx)
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.endAll(ctx, tx, a.ID, keep); err != nil {
			return err
		}
		if err := s.changed(ctx, tx); err != nil {
			return err
		}
		return s.record(ctx, tx, "auth.signout_elsewhere", a.ID, nil)
	})
}

func (s *Service) endAll(ctx context.Context, tx bun.Tx, personID, keep string) error {
	_, err := tx.ExecContext(ctx, `UPDATE auth_signin SET ended_at = ? WHERE person_id = ? AND ended_at = 0 AND id <> ?`, db.At(s.Clock.Now()), personID, keep)
	if err != nil {
		return fmt.Errorf("end sign-ins of %s: %w", personID, err)
	}
	return nil
}

func (s *Service) signIn(ctx context.Context, signInID string) (SignIn, error) {
	var in SignIn
	err := s.DB.Reader().NewRaw(`SELECT `+signInColumns+` FROM auth_signin WHERE id = ?`, signInID).Scan(ctx, &in)
	if db.IsNoRows(err) {
		return SignIn{}, errs.New(errs.NotFound, "")
	}
	if err != nil {
		return SignIn{}, fmt.Errorf("sign-in %s: %w", signInID, err)
	}
	return in, nil
}

// Confirmed is nil when the person of a sign-in has proved lately who they
// are, ErrConfirm otherwise. Sensitive acts ask it first.
func (s *Service) Confirmed(ctx context.Context, signInID string) error {
	in, err := s.signIn(ctx, signInID)
	if err != nil {
		return err
	}
	if in.Method == ByDemo || db.At(s.Clock.Now()).Sub(in.ConfirmedAt) < confirmLife {
		return nil
	}
	return ErrConfirm
}

func (s *Service) confirm(ctx context.Context, tx bun.Tx, signInID, personID string) error {
	if _, err := tx.ExecContext(ctx, `UPDATE auth_signin SET confirmed_at = ? WHERE id = ? AND person_id = ? AND ended_at = 0`, db.At(s.Clock.Now()), signInID, personID); err != nil {
		return fmt.Errorf("confirm sign-in %s: %w", signInID, err)
	}
	return s.record(ctx, tx, "auth.confirm", personID, nil)
}
