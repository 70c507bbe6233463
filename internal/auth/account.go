package auth

import (
	"context"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/org"
	"sifara/internal/perm"
)

// account is what a person proves themselves with.
type account struct {
	PersonID   string
	Password   string
	PasswordAt db.Time
	TOTP       string  `bun:"totp"` // sealed
	TOTPAt     db.Time `bun:"totp_at"`
	TOTPStep   int64   `bun:"totp_step"`
	DisabledAt db.Time
}

var errNoAccount = errors.New("auth: no account")

func (s *Service) account(ctx context.Context, q bun.IDB, personID string) (account, error) {
	var a account
	err := q.NewRaw(`SELECT person_id, password, password_at, totp, totp_at, totp_step, disabled_at FROM auth_account WHERE person_id = ?`, personID).Scan(ctx, &a)
	if db.IsNoRows(err) {
		return account{PersonID: personID}, errNoAccount
	}
	if err != nil {
		return account{}, fmt.Errorf("account of %s: %w", personID, err)
	}
	return a, nil
}

// ensure makes the account's row when it is missing and holds it until the
// transaction ends.
func (s *Service) ensure(ctx context.Context, tx bun.Tx, personID string) (account, error) {
	_, err := tx.ExecContext(ctx, `INSERT INTO auth_account (person_id, created_at) VALUES (?, ?) ON CONFLICT (person_id) DO UPDATE SET created_at = auth_account.created_at`, personID, db.At(s.Clock.Now()))
	if err != nil {
		return account{}, fmt.Errorf("account of %s: %w", personID, err)
	}
	return s.account(ctx, tx, personID)
}

// Overview is an account as its owner and administrators see it.
type Overview struct {
	Person       org.Person
	Invited      bool // a letter is on its way or waits to be opened
	HasPassword  bool
	PasswordAt   db.Time
	HasTOTP      bool
	TOTPAt       db.Time
	RecoveryLeft int
	Passkeys     []Passkey
	Subjects     int // links to the identity provider
	Disabled     bool
	LastSignIn   db.Time
}

// Ready reports whether the person can sign in by a way of their own.
func (o Overview) Ready() bool { return len(o.Passkeys) > 0 || o.HasPassword || o.Subjects > 0 }

// Overview gives the account of a person: one's own, or with the permission
// auth.users in the person's place anybody's.
func (s *Service) Overview(ctx context.Context, personID string) (Overview, error) {
	p, err := s.Org.Person(ctx, personID)
	if err != nil {
		return Overview{}, err
	}
	if a := perm.From(ctx); a.ID != personID && !a.MayIn(Users, p.Scope()) {
		return Overview{}, errs.New(errs.NotFound, "")
	}
	return s.overview(ctx, p)
}

func (s *Service) overview(ctx context.Context, p org.Person) (Overview, error) {
	q := s.DB.Reader()
	a, err := s.account(ctx, q, p.ID)
	if err != nil && !errors.Is(err, errNoAccount) {
		return Overview{}, err
	}
	o := Overview{Person: p, HasPassword: a.Password != "", PasswordAt: a.PasswordAt, HasTOTP: a.TOTP != "", TOTPAt: a.TOTPAt, Disabled: a.DisabledAt != 0}
	if o.Passkeys, err = s.passkeysOf(ctx, q, p.ID); err != nil {
		return Overview{}, err
	}
	now := db.At(s.Clock.Now())
	err = q.NewRaw(`SELECT
		(SELECT count(*) FROM auth_recovery WHERE person_id = ? AND used_at = 0),
		(SELECT count(*) FROM auth_subject WHERE person_id = ?),
		(SELECT coalesce(max(created_at), 0) FROM auth_signin WHERE person_id = ?),
		(SELECT count(*) FROM auth_link WHERE person_id = ? AND kind = ? AND used_at = 0 AND expires_at > ?) > 0`,
		p.ID, p.ID, p.ID, p.ID, Invitation, now).Scan(ctx, &o.RecoveryLeft, &o.Subjects, &o.LastSignIn, &o.Invited)
	if err != nil {
		return Overview{}, fmt.Errorf("overview of %s: %w", p.ID, err)
	}
	return o, nil
}

// governed gives a person whose account the actor may govern. Governing never
// shows a secret: links go to the person's own address only, and org lets only
// those change an address who hold all that its owner holds.
func (s *Service) governed(ctx context.Context, personID string) (org.Person, error) {
	p, err := s.Org.Person(ctx, personID)
	if err != nil {
		return org.Person{}, err
	}
	a := perm.From(ctx)
	if a.Kind == perm.System {
		return p, nil
	}
	if !a.MayIn(Users, p.Scope()) {
		if a.May(Users) {
			return org.Person{}, errs.New(errs.NotFound, "")
		}
		return org.Person{}, errs.New(errs.Forbidden, "")
	}
	if a.Kind != perm.Person {
		return org.Person{}, errs.New(errs.Forbidden, "auth.not_by_token")
	}
	return p, nil
}

// Disable closes a person's account: all sign-ins and tokens end at once.
func (s *Service) Disable(ctx context.Context, personID string) error {
	p, err := s.governed(ctx, personID)
	if err != nil {
		return err
	}
	if perm.From(ctx).ID == p.ID {
		return errs.New(errs.Conflict, "auth.not_yourself")
	}
	return s.setDisabled(ctx, p, db.At(s.Clock.Now()), "auth.disable")
}

// Enable opens a closed account again; what the person proves themselves with
// is as before.
func (s *Service) Enable(ctx context.Context, personID string) error {
	p, err := s.governed(ctx, personID)
	if err != nil {
		return err
	}
	return s.setDisabled(ctx, p, 0, "auth.enable")
}

func (s *Service) setDisabled(ctx context.Context, p org.Person, at db.Time, act string) error {
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := s.ensure(ctx, tx, p.ID); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE auth_account SET disabled_at = ? WHERE person_id = ?`, at, p.ID); err != nil {
			return fmt.Errorf("%s %s: %w", act, p.ID, err)
		}
		if at != 0 {
			if err := s.endAll(ctx, tx, p.ID, ""); err != nil {
				return err
			}
		}
		if err := s.changed(ctx, tx); err != nil {
			return err
		}
		return s.record(ctx, tx, act, p.ID, map[string]any{"name": p.Recorded()})
	})
}

// ResetAccess forgets everything the person proves themselves with, ends their
// sign-ins and tokens, and sends them a new invitation. For someone who lost
// their devices, or whose account was taken over.
func (s *Service) ResetAccess(ctx context.Context, personID string) error {
	p, err := s.governed(ctx, personID)
	if err != nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := s.ensure(ctx, tx, p.ID); err != nil {
			return err
		}
		for _, q := range []string{
			`UPDATE auth_account SET password = '', password_at = 0, totp = '', totp_at = 0 WHERE person_id = ?`,
			`DELETE FROM auth_passkey WHERE person_id = ?`, `DELETE FROM auth_recovery WHERE person_id = ?`,
			`DELETE FROM auth_subject WHERE person_id = ?`, `DELETE FROM auth_device WHERE person_id = ?`,
		} {
			if _, err := tx.ExecContext(ctx, q, p.ID); err != nil {
				return fmt.Errorf("reset access of %s: %w", p.ID, err)
			}
		}
		if _, err := tx.ExecContext(ctx, `UPDATE auth_token SET revoked_at = ? WHERE person_id = ? AND revoked_at = 0`, db.At(s.Clock.Now()), p.ID); err != nil {
			return fmt.Errorf("reset access of %s: %w", p.ID, err)
		}
		if err := s.endAll(ctx, tx, p.ID, ""); err != nil {
			return err
		}
		if err := s.queueLink(ctx, tx, p.ID, Invitation); err != nil {
			return err
		}
		if err := s.changed(ctx, tx); err != nil {
			return err
		}
		return s.record(ctx, tx, "auth.reset_access", p.ID, map[string]any{"name": p.Recorded()})
	})
}
