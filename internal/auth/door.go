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

// Half is a sign-in whose password was right; the second factor is missing.
// Enrol says that the person has none yet and must set one up now.
type Half struct {
	PersonID string
	Enrol    bool
}

// CheckPassword is the first half of a sign-in. ErrCredentials says the same,
// after the same work, for a wrong password, an unknown address, an account
// without password and a closed one; TooMany asks to wait.
func (s *Service) CheckPassword(ctx context.Context, v Visit, email, password string) (Half, error) {
	p, acc, err := s.byEmail(ctx, email)
	if err != nil {
		return Half{}, err
	}
	known, err := s.knows(ctx, p.ID, v.Device)
	if err != nil {
		return Half{}, err
	}
	try, err := s.admit(ctx, v, "password", email, known)
	if err != nil {
		return Half{}, err
	}
	if len(password) > 4*MaxPassword {
		password = ""
	}
	ok, stale, err := s.hash.matches(ctx, acc.Password, password)
	if err != nil {
		return Half{}, fmt.Errorf("check password of %s: %w", p.ID, err)
	}
	if !ok || !p.Active || acc.DisabledAt != 0 {
		s.noteThrottled(ctx, try, p)
		return Half{}, ErrCredentials
	}
	renewed := ""
	if stale {
		if renewed, err = s.hash.hash(ctx, password); err != nil {
			return Half{}, err
		}
	}
	err = s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if renewed != "" {
			if _, err := tx.ExecContext(ctx, `UPDATE auth_account SET password = ? WHERE person_id = ? AND password = ?`, renewed, p.ID, acc.Password); err != nil {
				return fmt.Errorf("renew hash of %s: %w", p.ID, err)
			}
		}
		return s.forgive(ctx, tx, try)
	})
	return Half{PersonID: p.ID, Enrol: acc.TOTP == ""}, err
}

// byEmail gives person and account of an address; both empty when there is
// none, which is no error here.
func (s *Service) byEmail(ctx context.Context, email string) (org.Person, account, error) {
	p, err := s.Org.PersonByEmail(ctx, email)
	switch {
	case errs.KindOf(err) == errs.NotFound:
		return org.Person{}, account{}, nil
	case err != nil:
		return org.Person{}, account{}, err
	}
	acc, err := s.account(ctx, s.DB.Reader(), p.ID)
	if err != nil && !errors.Is(err, errNoAccount) {
		return org.Person{}, account{}, err
	}
	return p, acc, nil
}

// noteThrottled records, once for each time it begins, that an account is
// being tried too often.
func (s *Service) noteThrottled(ctx context.Context, try attempt, p org.Person) {
	if !try.crossed || p.ID == "" {
		return
	}
	err := s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return s.record(perm.With(ctx, perm.SystemActor("auth.door")), tx, "auth.throttled", p.ID, map[string]any{"name": p.Recorded()})
	})
	if err != nil {
		s.Log.Error("record throttling", "err", err)
	}
}

// CheckCode is the second half: a code of the authenticator app, or a recovery
// code. Wrong ones are counted against the person whose password was right.
func (s *Service) CheckCode(ctx context.Context, v Visit, personID, code string) (Admitted, error) {
	p, err := s.person(ctx, personID)
	if err != nil {
		return Admitted{}, err
	}
	known, err := s.knows(ctx, personID, v.Device)
	if err != nil {
		return Admitted{}, err
	}
	try, err := s.admit(ctx, v, "code", personID, known)
	if err != nil {
		return Admitted{}, err
	}
	by := ByPassword
	err = s.useCode(as(ctx, p), personID, code)
	if errors.Is(err, ErrCode) && len(plainRecoveryCode(code)) == 12 {
		by = ByRecovery
		err = s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
			return s.useRecovery(as(ctx, p), tx, personID, code, s.Clock.Now())
		})
	}
	if err != nil {
		s.noteThrottled(ctx, try, p)
		return Admitted{}, err
	}
	return s.begin(ctx, v, personID, by, try)
}

// useCode takes a code of the authenticator app; its step is then spent.
func (s *Service) useCode(ctx context.Context, personID, code string) error {
	acc, err := s.account(ctx, s.DB.Reader(), personID)
	if errors.Is(err, errNoAccount) || err == nil && acc.TOTP == "" {
		return ErrCode
	}
	if err != nil {
		return err
	}
	step, err := s.totpStep(personID, acc.TOTP, code, acc.TOTPStep)
	if err != nil {
		return err
	}
	res, err := s.DB.Writer().ExecContext(ctx, `UPDATE auth_account SET totp_step = ? WHERE person_id = ? AND totp = ? AND totp_step < ?`, step, personID, acc.TOTP, step)
	if err != nil {
		return fmt.Errorf("spend code of %s: %w", personID, err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return ErrCode // the same code came twice at once
	}
	return nil
}

// EnrolAndEnter sets up the second factor of a person whose password was right
// and who has none yet, and signs them in. The recovery codes are shown once.
func (s *Service) EnrolAndEnter(ctx context.Context, v Visit, personID, sealed, code string) (Admitted, []string, error) {
	acc, err := s.account(ctx, s.DB.Reader(), personID)
	if err != nil {
		return Admitted{}, nil, err
	}
	if acc.TOTP != "" {
		return Admitted{}, nil, errs.New(errs.Conflict, "auth.totp.already")
	}
	codes, err := s.ConfirmTOTP(ctx, personID, sealed, code)
	if err != nil {
		return Admitted{}, nil, err
	}
	in, err := s.begin(ctx, v, personID, ByPassword, attempt{})
	return in, codes, err
}

// ConfirmByPassword takes the person's password as proof for sensitive acts of
// a sign-in.
func (s *Service) ConfirmByPassword(ctx context.Context, v Visit, signInID, password string) error {
	a := perm.From(ctx)
	known, err := s.knows(ctx, a.ID, v.Device)
	if err != nil {
		return err
	}
	try, err := s.admit(ctx, v, "confirm", a.ID, known)
	if err != nil {
		return err
	}
	acc, err := s.account(ctx, s.DB.Reader(), a.ID)
	if err != nil && !errors.Is(err, errNoAccount) {
		return err
	}
	ok, _, err := s.hash.matches(ctx, acc.Password, password)
	if err != nil {
		return fmt.Errorf("check password of %s: %w", a.ID, err)
	}
	if !ok {
		return errs.InvalidFields(errs.Field{Name: "password", Key: "auth.password.wrong"})
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.forgive(ctx, tx, try); err != nil {
			return err
		}
		return s.confirm(ctx, tx, signInID, a.ID)
	})
}

// ChangePassword sets the person's own password and ends their other sign-ins.
func (s *Service) ChangePassword(ctx context.Context, keepSignIn, password string) error {
	p, err := s.person(ctx, perm.From(ctx).ID)
	if err != nil {
		return err
	}
	return s.setPassword(ctx, p, password, keepSignIn)
}

// SetPassword sets a person's password without asking anybody: for commands of
// the operator and the demonstration. The actor must be the system.
func (s *Service) SetPassword(ctx context.Context, personID, password string) error {
	if perm.From(ctx).Kind != perm.System {
		return errs.New(errs.Forbidden, "")
	}
	p, err := s.Org.Person(ctx, personID)
	if err != nil {
		return err
	}
	return s.setPassword(ctx, p, password, "")
}

func (s *Service) setPassword(ctx context.Context, p org.Person, password, keepSignIn string) error {
	if err := CheckPassword(password, aboutPerson(p)...); err != nil {
		return err
	}
	hash, err := s.hash.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return s.putPassword(ctx, tx, p, hash, keepSignIn)
	})
}

// aboutPerson are the words that a password must not be made of.
func aboutPerson(p org.Person) []string {
	about := []string{p.Name, p.Email, "sifara"}
	for _, post := range p.Post {
		about = append(about, post)
	}
	return about
}

func (s *Service) putPassword(ctx context.Context, tx bun.Tx, p org.Person, hash, keepSignIn string) error {
	if _, err := s.ensure(ctx, tx, p.ID); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE auth_account SET password = ?, password_at = ? WHERE person_id = ?`, hash, db.At(s.Clock.Now()), p.ID); err != nil {
		return fmt.Errorf("set password of %s: %w", p.ID, err)
	}
	if err := s.endAll(ctx, tx, p.ID, keepSignIn); err != nil {
		return err
	}
	if err := s.changed(ctx, tx); err != nil {
		return err
	}
	return s.record(ctx, tx, "auth.password", p.ID, nil)
}
