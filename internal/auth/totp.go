package auth

import (
	"bytes"
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"image/png"
	"strings"
	"time"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/perm"
)

// TOTP (RFC 6238): six digits that an authenticator app shows, new every 30
// seconds. A code of the step before or after is taken too, for clocks that
// differ; no step is taken twice.
const (
	totpPeriod = 30
	totpSkew   = 1
	// recoveryCodes are given at once.
	recoveryCodes = 10
)

// Enrolment is a second factor that is being set up. Sealed is kept on our side
// until the first code has been given; the rest is shown to the person.
type Enrolment struct {
	Sealed string
	Secret string // for typing, in groups of four
	QR     []byte // PNG
	URL    string // otpauth://
}

// BeginTOTP proposes a secret for a person's authenticator app.
func (s *Service) BeginTOTP(ctx context.Context, personID string) (Enrolment, error) {
	p, err := s.person(ctx, personID)
	if err != nil {
		return Enrolment{}, err
	}
	name := p.Email
	if name == "" {
		name = p.Name
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Sifara", AccountName: name, Period: totpPeriod, SecretSize: 20})
	if err != nil {
		return Enrolment{}, fmt.Errorf("make TOTP secret: %w", err)
	}
	return s.enrolment(p, key)
}

// ResumeTOTP shows a proposed secret again, after a wrong first code.
func (s *Service) ResumeTOTP(ctx context.Context, personID, sealed string) (Enrolment, error) {
	p, err := s.person(ctx, personID)
	if err != nil {
		return Enrolment{}, err
	}
	u, err := s.Vault.Unseal(totpPurpose(personID), sealed)
	if err != nil {
		return s.BeginTOTP(ctx, personID)
	}
	key, err := otp.NewKeyFromURL(string(u))
	if err != nil {
		return Enrolment{}, fmt.Errorf("read TOTP secret: %w", err)
	}
	return s.enrolment(p, key)
}

func (s *Service) enrolment(p org.Person, key *otp.Key) (Enrolment, error) {
	code, err := qr.Encode(key.URL(), qr.M, qr.Auto)
	if err != nil {
		return Enrolment{}, fmt.Errorf("draw QR code: %w", err)
	}
	if code, err = barcode.Scale(code, 240, 240); err != nil {
		return Enrolment{}, fmt.Errorf("draw QR code: %w", err)
	}
	var img bytes.Buffer
	if err := png.Encode(&img, code); err != nil {
		return Enrolment{}, fmt.Errorf("draw QR code: %w", err)
	}
	var groups []string
	for secret := key.Secret(); secret != ""; {
		n := min(4, len(secret))
		groups = append(groups, secret[:n])
		secret = secret[n:]
	}
	return Enrolment{Sealed: s.Vault.Seal(totpPurpose(p.ID), []byte(key.URL())), Secret: strings.Join(groups, " "), QR: img.Bytes(), URL: key.URL()}, nil
}

func totpPurpose(personID string) string { return "auth_account/" + personID + "/totp" }

// ConfirmTOTP stores a proposed secret once its first code was given, and gives
// fresh recovery codes, which are shown this once.
func (s *Service) ConfirmTOTP(ctx context.Context, personID, sealed, code string) ([]string, error) {
	p, err := s.person(ctx, personID)
	if err != nil {
		return nil, err
	}
	step, err := s.totpStep(personID, sealed, code, 0)
	if err != nil {
		return nil, err
	}
	var codes []string
	err = s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		ctx = as(ctx, p)
		if _, err := s.ensure(ctx, tx, personID); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE auth_account SET totp = ?, totp_at = ?, totp_step = ? WHERE person_id = ?`, sealed, db.At(s.Clock.Now()), step, personID); err != nil {
			return fmt.Errorf("store TOTP secret: %w", err)
		}
		if codes, err = s.replaceRecovery(ctx, tx, personID); err != nil {
			return err
		}
		return s.record(ctx, tx, "auth.totp", personID, nil)
	})
	return codes, err
}

// totpStep gives the time step whose code this is; ErrCode when it is none, or
// is not after the last one used.
func (s *Service) totpStep(personID, sealed, code string, last int64) (int64, error) {
	code = strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, i18n.ParseDigits(code))
	u, err := s.Vault.Unseal(totpPurpose(personID), sealed)
	if err != nil {
		return 0, fmt.Errorf("unseal TOTP secret of %s: %w", personID, err)
	}
	key, err := otp.NewKeyFromURL(string(u))
	if err != nil {
		return 0, fmt.Errorf("read TOTP secret of %s: %w", personID, err)
	}
	now := s.Clock.Now().Unix() / totpPeriod
	for step := now - totpSkew; step <= now+totpSkew; step++ {
		want, err := hotp.GenerateCodeCustom(key.Secret(), uint64(step), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return 0, fmt.Errorf("compute TOTP of %s: %w", personID, err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && step > last {
			return step, nil
		}
	}
	return 0, ErrCode
}

// NewRecoveryCodes replaces the person's own recovery codes; the old ones end.
func (s *Service) NewRecoveryCodes(ctx context.Context) ([]string, error) {
	a := perm.From(ctx)
	var codes []string
	err := s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		acc, err := s.account(ctx, tx, a.ID)
		if err != nil && !errors.Is(err, errNoAccount) {
			return err
		}
		if acc.TOTP == "" {
			return errs.New(errs.Conflict, "auth.recovery.without")
		}
		if codes, err = s.replaceRecovery(ctx, tx, a.ID); err != nil {
			return err
		}
		return s.record(ctx, tx, "auth.recovery_new", a.ID, nil)
	})
	return codes, err
}

func (s *Service) replaceRecovery(ctx context.Context, tx bun.Tx, personID string) ([]string, error) {
	if _, err := tx.ExecContext(ctx, `DELETE FROM auth_recovery WHERE person_id = ?`, personID); err != nil {
		return nil, fmt.Errorf("replace recovery codes: %w", err)
	}
	codes := make([]string, recoveryCodes)
	for i := range codes {
		codes[i] = newRecoveryCode()
		if _, err := tx.ExecContext(ctx, `INSERT INTO auth_recovery (person_id, code_hash) VALUES (?, ?)`, personID, s.recoveryHash(personID, codes[i])); err != nil {
			return nil, fmt.Errorf("replace recovery codes: %w", err)
		}
	}
	return codes, nil
}

// recoveryHash is keyed outside the database: with 59 bits a plain hash could
// be searched by whoever steals the database.
func (s *Service) recoveryHash(personID, code string) string {
	return fmt.Sprintf("%x", s.Vault.MAC("auth/recovery", []byte(personID+"\x00"+plainRecoveryCode(code))))
}

// useRecovery takes a recovery code; ErrCode when it is none or was used.
func (s *Service) useRecovery(ctx context.Context, tx bun.Tx, personID, code string, now time.Time) error {
	res, err := tx.ExecContext(ctx, `UPDATE auth_recovery SET used_at = ? WHERE person_id = ? AND code_hash = ? AND used_at = 0`, db.At(now), personID, s.recoveryHash(personID, code))
	if err != nil {
		return fmt.Errorf("use recovery code: %w", err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return ErrCode
	}
	return s.record(ctx, tx, "auth.recovery_use", personID, nil)
}
