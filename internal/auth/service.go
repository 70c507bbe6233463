package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/event"
	"sifara/internal/fetch"
	"sifara/internal/i18n"
	"sifara/internal/jobs"
	"sifara/internal/mail"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/vault"
)

// Deps are what the service needs of the house. All are required.
type Deps struct {
	DB        *db.DB
	Log       *slog.Logger
	Clock     clock.Clock
	Audit     *audit.Log
	Live      *event.Live
	Queue     *jobs.Queue
	Vault     *vault.Vault
	Org       *org.Service
	Mail      mail.Sender
	Catalogue *i18n.Catalogue
}

// Options are settings; the zero value of each but BaseURL is safe.
type Options struct {
	// BaseURL is where people reach the house: "https://mofa.example". Links in
	// letters and the passkeys' relying party come from it.
	BaseURL string
	// Idle ends a sign-in that is not used; zero is two hours.
	Idle time.Duration
	// Absolute ends any sign-in; zero is twelve hours.
	Absolute time.Duration
	// Hash is the cost of password hashes.
	Hash HashCost
	// DemoSignIn offers one-click sign-in. It works only in a ministry whose
	// database was marked by MarkDemonstration when it was set up.
	DemoSignIn bool
	// OIDC is the ministry's identity provider; none when Issuer is empty.
	OIDC OIDC
	// Fetch speaks to the identity provider; nil is one that reaches public
	// addresses only.
	Fetch *fetch.Client
}

const (
	invitationLife = 7 * 24 * time.Hour
	resetLife      = time.Hour
	// confirmLife is how long a proof of identity stands for sensitive acts.
	confirmLife = 15 * time.Minute
)

// Service knows who is at the door. It is safe for concurrent use.
type Service struct {
	Deps
	o        Options
	hash     *hasher
	passkeys *webauthn.WebAuthn
	oidc     *provider
	rights   *rights
	sessions *scs.SessionManager
	waiting  []Waiting
	held     atomic.Bool // digests are not promised
}

// New gives the service. It fails on a base address that is none.
func New(d Deps, o Options) (*Service, error) {
	forgetLists()
	o.BaseURL = strings.TrimRight(o.BaseURL, "/")
	u, err := url.Parse(o.BaseURL)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("auth: base address %q is not an address", o.BaseURL)
	}
	if o.Idle == 0 {
		o.Idle = 2 * time.Hour
	}
	if o.Absolute == 0 {
		o.Absolute = 12 * time.Hour
	}
	if o.Fetch == nil {
		if o.Fetch, err = fetch.New(fetch.Options{Timeout: 10 * time.Second}); err != nil {
			return nil, fmt.Errorf("auth: %w", err)
		}
	}
	w, err := webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: "Sifara", RPOrigins: []string{u.Scheme + "://" + u.Host},
		AttestationPreference:  protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired},
		Timeouts: webauthn.TimeoutsConfig{
			Login:        webauthn.TimeoutConfig{Enforce: true, Timeout: 5 * time.Minute, TimeoutUVD: 5 * time.Minute},
			Registration: webauthn.TimeoutConfig{Enforce: true, Timeout: 5 * time.Minute, TimeoutUVD: 5 * time.Minute},
		},
	})
	if err != nil {
		return nil, fmt.Errorf("auth: passkeys: %w", err)
	}
	s := &Service{Deps: d, o: o, hash: newHasher(o.Hash), passkeys: w}
	s.oidc = newProvider(o)
	s.rights = newRights(d.Live)
	s.sessions = s.newSessions()
	return s, nil
}

// SessionManager gives the console's sessions, kept in the database under a
// hash of their token. Behind HTTPS the cookie is bound to the host.
// Always the same manager: a session is found only by the one that loaded it.
func (s *Service) SessionManager() *scs.SessionManager { return s.sessions }

func (s *Service) newSessions() *scs.SessionManager {
	m := scs.New()
	m.Store = s.SessionStore()
	m.HashTokenInStore = true
	m.Lifetime = s.o.Absolute
	m.Cookie.HttpOnly = true
	m.Cookie.Persist = false // gone when the browser is closed
	m.Cookie.Name = s.CookieName("session")
	m.Cookie.Secure = s.Secure()
	return m
}

// Secure says that people reach the house by HTTPS.
func (s *Service) Secure() bool { return strings.HasPrefix(s.o.BaseURL, "https://") }

// CookieName is the name of one of the house's cookies: behind HTTPS browsers
// keep the prefix __Host- to this very host.
func (s *Service) CookieName(name string) string {
	if s.Secure() {
		return "__Host-sifara_" + name
	}
	return "sifara_" + name
}

// Absolute is the longest time a sign-in lasts.
func (s *Service) Absolute() time.Duration { return s.o.Absolute }

// Visit says from where somebody knocks. Device is the secret that an earlier
// sign-in left in this browser; it may be empty.
type Visit struct {
	Addr   netip.Addr
	Agent  string
	Device string
}

// network is what is shown of an address: enough to recognise a place, not
// enough to name a machine.
func (v Visit) network() string {
	if !v.Addr.IsValid() {
		return ""
	}
	bits := 24
	if v.Addr.Is6() {
		bits = 48
	}
	p, err := v.Addr.Prefix(bits)
	if err != nil {
		return ""
	}
	return p.String()
}

// Errors that callers compare.
var (
	// ErrCredentials means that e-mail address and password do not belong
	// together, for whatever reason.
	ErrCredentials = errs.New(errs.Invalid, "auth.credentials")
	// ErrCode means that the code of the second factor is wrong or was used.
	ErrCode = errs.InvalidFields(errs.Field{Name: "code", Key: "auth.code.wrong"})
	// ErrLink means that a link of a letter was used, has expired or never was.
	ErrLink = errs.New(errs.Gone, "auth.link.gone")
	// ErrNoAccess means that the account is closed or its person has left.
	ErrNoAccess = errs.New(errs.Forbidden, "auth.no_access")
	// ErrConfirm means that the person must prove again who they are first.
	ErrConfirm = errs.New(errs.Forbidden, "auth.confirm.first")
	// ErrPasskey means that a passkey's answer was not valid.
	ErrPasskey = errs.New(errs.Invalid, "auth.passkey.refused")
)

// person gives an active person with an open account; ErrNoAccess otherwise.
func (s *Service) person(ctx context.Context, personID string) (org.Person, error) {
	p, err := s.Org.Person(ctx, personID)
	switch {
	case errs.KindOf(err) == errs.NotFound:
		return org.Person{}, ErrNoAccess
	case err != nil:
		return org.Person{}, err
	}
	a, err := s.account(ctx, s.DB.Reader(), personID)
	if err != nil && !errors.Is(err, errNoAccount) {
		return org.Person{}, err
	}
	if !p.Active || a.DisabledAt != 0 {
		return org.Person{}, ErrNoAccess
	}
	return p, nil
}

// as gives a context in which the person acts, for acts at the door where
// nobody is signed in yet.
func as(ctx context.Context, p org.Person) context.Context {
	return perm.With(ctx, &perm.Actor{Kind: perm.Person, ID: p.ID, Name: p.Name})
}

// record writes the audit entry of an act on a person's account.
func (s *Service) record(ctx context.Context, tx bun.Tx, act, personID string, detail map[string]any) error {
	return s.Audit.Record(ctx, tx, audit.Entry{Act: act, Object: "account", ObjectID: personID, Detail: detail})
}

// changed has every node forget what it remembers of rights and sign-ins.
func (s *Service) changed(ctx context.Context, tx bun.Tx) error {
	db.AfterCommit(ctx, s.rights.forget)
	return s.Live.Notify(ctx, tx, Topic)
}
