package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/uptrace/bun"
	"golang.org/x/oauth2"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/fetch"
	"sifara/internal/org"
)

// OIDC are the settings of the ministry's identity provider (OpenID Connect).
// It is trusted to ask for a second factor itself.
type OIDC struct {
	Issuer       string
	ClientID     string
	ClientSecret string
	// Name is what people call it; empty shows the issuer's host.
	Name string
}

// LogValue hides the secret.
func (o OIDC) LogValue() slog.Value { return slog.StringValue(o.Issuer) }

// CallbackPath is where the provider sends people back to.
const CallbackPath = "/console/signin/oidc/callback"

var (
	// ErrProvider means that the provider did not answer as it should.
	ErrProvider = errs.New(errs.Unavailable, "auth.oidc.unavailable")
	// ErrStranger means that the provider knows the person but the house does
	// not: there is no account with their address.
	ErrStranger = errs.New(errs.Forbidden, "auth.oidc.stranger")
)

// provider finds out about the identity provider when it is first needed, so
// that the house starts without it.
type provider struct {
	o      OIDC
	back   string
	client *fetch.Client

	mu    sync.Mutex
	found *oidc.Provider
}

func newProvider(o Options) *provider {
	if o.OIDC.Issuer == "" {
		return nil
	}
	return &provider{o: o.OIDC, back: o.BaseURL + CallbackPath, client: o.Fetch}
}

// OIDCName is what the identity provider is called, empty when there is none.
func (s *Service) OIDCName() string {
	if s.oidc == nil {
		return ""
	}
	if s.oidc.o.Name != "" {
		return s.oidc.o.Name
	}
	_, rest, _ := strings.Cut(s.oidc.o.Issuer, "://")
	host, _, _ := strings.Cut(rest, "/")
	return host
}

func (p *provider) discover(ctx context.Context) (*oidc.Provider, *oauth2.Config, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found == nil {
		// The provider's keys are fetched again later: not by this request's context.
		found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.client.HTTP()), p.o.Issuer)
		if err != nil {
			return nil, nil, errs.Wrap(err, errs.Unavailable, ErrProvider.Key)
		}
		p.found = found
	}
	return p.found, &oauth2.Config{ClientID: p.o.ClientID, ClientSecret: p.o.ClientSecret, Endpoint: p.found.Endpoint(), RedirectURL: p.back, Scopes: []string{oidc.ScopeOpenID, "email", "profile"}}, nil
}

// oidcKept is what is kept on our side while the person is at the provider.
type oidcKept struct{ State, Nonce, Verifier string }

// BeginOIDC gives the provider's address to send the person to, with state,
// nonce and PKCE challenge. What is kept belongs into the browser's session on
// our side.
func (s *Service) BeginOIDC(ctx context.Context) (address, kept string, err error) {
	if s.oidc == nil {
		return "", "", errs.New(errs.NotFound, "")
	}
	_, c, err := s.oidc.discover(ctx)
	if err != nil {
		return "", "", err
	}
	k := oidcKept{State: newSecret(), Nonce: newSecret(), Verifier: oauth2.GenerateVerifier()}
	b, err := json.Marshal(k)
	if err != nil {
		return "", "", fmt.Errorf("encode OIDC state: %w", err)
	}
	return c.AuthCodeURL(k.State, oidc.Nonce(k.Nonce), oauth2.S256ChallengeOption(k.Verifier)), string(b), nil
}

// FinishOIDC takes what the provider sent back and signs in the person whose
// subject is linked, or whose verified e-mail address is that of an active
// person; the subject is then linked. Nobody is created.
func (s *Service) FinishOIDC(ctx context.Context, v Visit, kept, state, code string) (Admitted, error) {
	if s.oidc == nil {
		return Admitted{}, errs.New(errs.NotFound, "")
	}
	var k oidcKept
	if err := json.Unmarshal([]byte(kept), &k); err != nil || k.State == "" || k.State != state || code == "" {
		return Admitted{}, errs.New(errs.Invalid, "auth.oidc.state")
	}
	claims, err := s.redeem(ctx, k, code)
	if err != nil {
		return Admitted{}, err
	}
	p, err := s.linked(ctx, claims)
	if err != nil {
		return Admitted{}, err
	}
	return s.begin(ctx, v, p.ID, ByOIDC, attempt{})
}

// claims are what we read of an ID token.
type claims struct {
	Issuer, Subject string
	Email           string `json:"email"`
	EmailVerified   bool   `json:"email_verified"`
}

func (s *Service) redeem(ctx context.Context, k oidcKept, code string) (claims, error) {
	found, c, err := s.oidc.discover(ctx)
	if err != nil {
		return claims{}, err
	}
	ctx = oidc.ClientContext(ctx, s.oidc.client.HTTP())
	tok, err := c.Exchange(ctx, code, oauth2.VerifierOption(k.Verifier))
	if err != nil {
		return claims{}, errs.Wrap(err, errs.Unavailable, ErrProvider.Key)
	}
	raw, _ := tok.Extra("id_token").(string)
	it, err := found.Verifier(&oidc.Config{ClientID: s.oidc.o.ClientID, Now: s.Clock.Now}).Verify(ctx, raw)
	if err != nil {
		return claims{}, errs.Wrap(err, errs.Invalid, "auth.oidc.state")
	}
	if it.Nonce != k.Nonce {
		return claims{}, errs.Wrap(errors.New("nonce differs"), errs.Invalid, "auth.oidc.state")
	}
	var cl claims
	if err := it.Claims(&cl); err != nil {
		return claims{}, errs.Wrap(err, errs.Invalid, "auth.oidc.state")
	}
	cl.Issuer, cl.Subject = it.Issuer, it.Subject
	return cl, nil
}

// linked gives the person of a subject, linking it when the address is proof.
func (s *Service) linked(ctx context.Context, c claims) (org.Person, error) {
	var personID string
	err := s.DB.Reader().NewRaw(`SELECT person_id FROM auth_subject WHERE issuer = ? AND subject = ?`, c.Issuer, c.Subject).Scan(ctx, &personID)
	if err == nil {
		return s.person(ctx, personID)
	}
	if !db.IsNoRows(err) {
		return org.Person{}, fmt.Errorf("find subject: %w", err)
	}
	if c.Email == "" || !c.EmailVerified {
		return org.Person{}, ErrStranger
	}
	found, err := s.Org.PersonByEmail(ctx, c.Email)
	if errs.KindOf(err) == errs.NotFound {
		return org.Person{}, ErrStranger
	}
	if err != nil {
		return org.Person{}, err
	}
	p, err := s.person(ctx, found.ID)
	if errors.Is(err, ErrNoAccess) {
		return org.Person{}, ErrStranger
	}
	if err != nil {
		return org.Person{}, err
	}
	return p, s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := s.ensure(ctx, tx, p.ID); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO auth_subject (issuer, subject, person_id, linked_at) VALUES (?, ?, ?, ?) ON CONFLICT (issuer, subject) DO NOTHING`, c.Issuer, c.Subject, p.ID, db.At(s.Clock.Now())); err != nil {
			return fmt.Errorf("link subject: %w", err)
		}
		return s.record(as(ctx, p), tx, "auth.link", p.ID, map[string]any{"auth_provider": s.OIDCName()})
	})
}
