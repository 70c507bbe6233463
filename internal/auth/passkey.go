package auth

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// Passkey is a key pair whose private half never leaves the person's device or
// password manager; it signs the person in when they unlock it.
type Passkey struct {
	ID        string // of the credential, base64url
	PersonID  string
	Name      string // given by its owner: "Office telephone"
	CreatedAt db.Time
	UsedAt    db.Time
	Synced    bool // kept by a password manager on several devices

	credential webauthn.Credential
}

// maxPasskeys bounds the passkeys of one person.
const maxPasskeys = 20

// Ceremony names what is kept on our side between asking a browser for a
// passkey and its answer. The browser carries it back with the answer; it is
// good for one.
type Ceremony string

// keptCeremony is what is kept.
type keptCeremony struct {
	Session webauthn.SessionData `json:"session"`
	Name    string               `json:"name,omitempty"`
}

// holder is a person as the webauthn library sees them.
type holder struct {
	person org.Person
	keys   []Passkey
}

// WebAuthnID is the user handle: the person's id, which says nothing of them.
func (h holder) WebAuthnID() []byte { return []byte(h.person.ID) }

// WebAuthnName is what the browser lists the passkey under.
func (h holder) WebAuthnName() string {
	if h.person.Email != "" {
		return h.person.Email
	}
	return h.person.Name
}

// WebAuthnDisplayName is the person's name.
func (h holder) WebAuthnDisplayName() string { return h.person.Name }

// WebAuthnCredentials are the person's passkeys.
func (h holder) WebAuthnCredentials() []webauthn.Credential {
	list := make([]webauthn.Credential, len(h.keys))
	for i, k := range h.keys {
		list[i] = k.credential
	}
	return list
}

func (s *Service) passkeysOf(ctx context.Context, q bun.IDB, personID string) ([]Passkey, error) {
	var rows []struct {
		ID, PersonID, Name, Credential string
		CreatedAt, UsedAt              db.Time
	}
	err := q.NewRaw(`SELECT id, person_id, name, credential, created_at, used_at FROM auth_passkey WHERE person_id = ? ORDER BY created_at, id`, personID).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("passkeys of %s: %w", personID, err)
	}
	list := make([]Passkey, len(rows))
	for i, r := range rows {
		k := Passkey{ID: r.ID, PersonID: r.PersonID, Name: r.Name, CreatedAt: r.CreatedAt, UsedAt: r.UsedAt}
		if err := json.Unmarshal([]byte(r.Credential), &k.credential); err != nil {
			return nil, fmt.Errorf("passkey %s: %w", r.ID, err)
		}
		k.Synced = k.credential.Flags.BackupState
		list[i] = k
	}
	return list, nil
}

func (s *Service) holder(ctx context.Context, personID string) (holder, error) {
	p, err := s.person(ctx, personID)
	if err != nil {
		return holder{}, err
	}
	keys, err := s.passkeysOf(ctx, s.DB.Reader(), personID)
	return holder{person: p, keys: keys}, err
}

// BeginPasskey starts making a passkey for a person. options is the JSON that
// the browser's navigator.credentials.create wants. The name may be empty; then
// the passkey is called after browser and system.
func (s *Service) BeginPasskey(ctx context.Context, personID, name string) (options *protocol.CredentialCreation, kept Ceremony, err error) {
	h, err := s.holder(ctx, personID)
	if err != nil {
		return nil, "", err
	}
	if len(h.keys) >= maxPasskeys {
		return nil, "", errs.New(errs.Conflict, "auth.passkey.many", "max", maxPasskeys)
	}
	creation, session, err := s.passkeys.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.WebAuthnCredentials()).CredentialDescriptors()), webauthn.WithExtensions(webauthn.WithExtensionCredProps()))
	if err != nil {
		return nil, "", fmt.Errorf("begin passkey for %s: %w", personID, err)
	}
	kept, err = s.keep(ctx, keptCeremony{Session: *session, Name: name})
	return creation, kept, err
}

// FinishPasskey stores the passkey that the browser made.
func (s *Service) FinishPasskey(ctx context.Context, v Visit, personID string, kept Ceremony, answer []byte) error {
	h, err := s.holder(ctx, personID)
	if err != nil {
		return err
	}
	k, err := s.newPasskey(ctx, v, h, kept, answer)
	if err != nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := s.ensure(ctx, tx, personID); err != nil {
			return err
		}
		return s.addPasskey(as(ctx, h.person), tx, k)
	})
}

func passkeyName(v Visit, name string) string {
	name = strings.TrimSpace(text.Clean(name))
	if r := []rune(name); len(r) > 60 {
		name = string(r[:60])
	}
	if name != "" {
		return name
	}
	browser, system := describe(v.Agent)
	return strings.Trim(system+" · "+browser, " ·")
}

// newPasskey checks what the browser made.
func (s *Service) newPasskey(ctx context.Context, v Visit, h holder, kept Ceremony, answer []byte) (Passkey, error) {
	begun, err := s.openCeremony(ctx, kept)
	if err != nil {
		return Passkey{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return Passkey{}, refused(err)
	}
	c, err := s.passkeys.CreateCredential(h, begun.Session, parsed)
	if err != nil {
		return Passkey{}, refused(err)
	}
	return Passkey{ID: base64.RawURLEncoding.EncodeToString(c.ID), PersonID: h.person.ID, Name: passkeyName(v, begun.Name), CreatedAt: db.At(s.Clock.Now()), credential: *c}, nil
}

func (s *Service) addPasskey(ctx context.Context, tx bun.Tx, k Passkey) error {
	c, err := json.Marshal(k.credential)
	if err != nil {
		return fmt.Errorf("encode passkey: %w", err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO auth_passkey (id, person_id, name, credential, created_at) VALUES (?, ?, ?, ?, ?)`, k.ID, k.PersonID, k.Name, string(c), k.CreatedAt)
	if db.IsUnique(err) {
		return errs.Wrap(err, errs.Conflict, "auth.passkey.known")
	}
	if err != nil {
		return fmt.Errorf("add passkey: %w", err)
	}
	return s.record(ctx, tx, "auth.passkey_add", k.PersonID, map[string]any{"name": k.Name})
}

// BeginPasskeySignIn starts a sign-in by passkey; the browser offers whatever
// it holds for this house, so no account is named.
func (s *Service) BeginPasskeySignIn(ctx context.Context) (options *protocol.CredentialAssertion, kept Ceremony, err error) {
	assertion, session, err := s.passkeys.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, "", fmt.Errorf("begin passkey sign-in: %w", err)
	}
	kept, err = s.keep(ctx, keptCeremony{Session: *session})
	return assertion, kept, err
}

// FinishPasskeySignIn checks the browser's answer and signs the person in.
// Failures are not counted against anybody: a signature cannot be guessed.
func (s *Service) FinishPasskeySignIn(ctx context.Context, v Visit, kept Ceremony, answer []byte) (Admitted, error) {
	personID, err := s.checkPasskey(ctx, kept, answer)
	if err != nil {
		return Admitted{}, err
	}
	return s.begin(ctx, v, personID, ByPasskey, attempt{})
}

// ConfirmByPasskey takes a passkey as proof for sensitive acts of a sign-in.
func (s *Service) ConfirmByPasskey(ctx context.Context, signInID string, kept Ceremony, answer []byte) error {
	personID, err := s.checkPasskey(ctx, kept, answer)
	if err != nil {
		return err
	}
	if personID != perm.From(ctx).ID {
		return ErrPasskey
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error { return s.confirm(ctx, tx, signInID, personID) })
}

// checkPasskey gives whose passkey signed the challenge, and notes its use.
func (s *Service) checkPasskey(ctx context.Context, kept Ceremony, answer []byte) (string, error) {
	begun, err := s.openCeremony(ctx, kept)
	if err != nil {
		return "", err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return "", refused(err)
	}
	var found error
	user, c, err := s.passkeys.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		var h holder
		h, found = s.holder(ctx, string(handle))
		return h, found
	}, begun.Session, parsed)
	if found != nil && !errors.Is(found, ErrNoAccess) {
		return "", found
	}
	if err != nil {
		return "", refused(err)
	}
	if c.Authenticator.CloneWarning {
		s.Log.Warn("a passkey's counter went back: it may have been copied", "person", string(user.WebAuthnID()))
		return "", ErrPasskey
	}
	return string(user.WebAuthnID()), s.usePasskey(ctx, c)
}

func (s *Service) usePasskey(ctx context.Context, c *webauthn.Credential) error {
	b, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("encode passkey: %w", err)
	}
	_, err = s.DB.Writer().ExecContext(ctx, `UPDATE auth_passkey SET credential = ?, used_at = ? WHERE id = ?`, string(b), db.At(s.Clock.Now()), base64.RawURLEncoding.EncodeToString(c.ID))
	if err != nil {
		return fmt.Errorf("note use of passkey: %w", err)
	}
	return nil
}

// RemovePasskey forgets one of the person's own passkeys. The last way in
// cannot be removed.
func (s *Service) RemovePasskey(ctx context.Context, passkeyID string) error {
	a := perm.From(ctx)
	o, err := s.Overview(ctx, a.ID)
	if err != nil {
		return err
	}
	if len(o.Passkeys) == 1 && !o.HasPassword && o.Subjects == 0 {
		return errs.New(errs.Conflict, "auth.passkey.last")
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var name string
		err := tx.NewRaw(`DELETE FROM auth_passkey WHERE id = ? AND person_id = ? RETURNING name`, passkeyID, a.ID).Scan(ctx, &name)
		if db.IsNoRows(err) {
			return errs.New(errs.NotFound, "")
		}
		if err != nil {
			return fmt.Errorf("remove passkey: %w", err)
		}
		return s.record(ctx, tx, "auth.passkey_remove", a.ID, map[string]any{"name": name})
	})
}

func (s *Service) keep(ctx context.Context, k keptCeremony) (Ceremony, error) {
	b, err := json.Marshal(k)
	if err != nil {
		return "", fmt.Errorf("encode ceremony: %w", err)
	}
	c := Ceremony(newSecret())
	// The library measured the end by the machine's clock.
	if _, err := s.DB.Writer().ExecContext(ctx, `INSERT INTO auth_ceremony (id_hash, data, expires_at) VALUES (?, ?, ?)`, hashOf(string(c)), string(b), db.At(k.Session.Expires)); err != nil {
		return "", fmt.Errorf("keep ceremony: %w", err)
	}
	return c, nil
}

// openCeremony uses a ceremony up and gives what was kept; one that is missing
// or too old is to be begun again.
func (s *Service) openCeremony(ctx context.Context, c Ceremony) (keptCeremony, error) {
	var k keptCeremony
	var data string
	err := s.DB.Writer().NewRaw(`DELETE FROM auth_ceremony WHERE id_hash = ? RETURNING data`, hashOf(string(c))).Scan(ctx, &data)
	if db.IsNoRows(err) {
		return k, errs.New(errs.Gone, "auth.passkey.late")
	}
	if err != nil {
		return k, fmt.Errorf("open ceremony: %w", err)
	}
	if err := json.Unmarshal([]byte(data), &k); err != nil {
		return k, fmt.Errorf("open ceremony: %w", err)
	}
	if time.Now().After(k.Session.Expires) {
		return k, errs.New(errs.Gone, "auth.passkey.late")
	}
	return k, nil
}

// refused hides the library's reason from the person and keeps it for the log.
func refused(err error) error {
	if e, ok := errors.AsType[*protocol.Error](err); ok {
		err = fmt.Errorf("%w: %s", err, e.DevInfo)
	}
	return errs.Wrap(err, errs.Invalid, ErrPasskey.Key)
}
