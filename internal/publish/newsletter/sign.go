package newsletter

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"fmt"

	"github.com/emersion/go-msgauth/dkim"
	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/mail"
	"sifara/internal/perm"
)

// The algorithms of signing keys (RFC 6376, RFC 8463). Every receiver knows RSA;
// Ed25519 costs a fraction and is not known to all.
const (
	RSA     = "rsa"
	Ed25519 = "ed25519"
)

// SigningKey is a key by which letters are signed (DKIM), and what the domain's
// name server must say of it.
type SigningKey struct {
	bun.BaseModel `bun:"table:publish_newsletter_key,alias:k"`

	Selector  string `bun:",pk"`
	Algorithm string
	Private   string // sealed
	Public    string // base64
	Active    bool
	CreatedBy string
	CreatedAt db.Time
}

// DNSName is the name of the record.
func (k SigningKey) DNSName(domain string) string { return k.Selector + "._domainkey." + domain }

// DNSValue is the value of the TXT record.
func (k SigningKey) DNSValue() string { return "v=DKIM1; k=" + k.Algorithm + "; p=" + k.Public }

// SigningDomain is the domain that signs.
func (s *Service) SigningDomain() string { return mail.Domain(s.From.Email) }

// SigningKeys lists the keys, the newest first.
func (s *Service) SigningKeys(ctx context.Context) ([]SigningKey, error) {
	var all []SigningKey
	if err := s.DB.Reader().NewSelect().Model(&all).Order("k.created_at DESC").Limit(20).Scan(ctx); err != nil {
		return nil, fmt.Errorf("newsletter: signing keys: %w", err)
	}
	return all, nil
}

// MakeKey makes a key. It signs only once it is put to use, when the name server
// has its record.
func (s *Service) MakeKey(ctx context.Context, algorithm string) (SigningKey, error) {
	if err := allowed(ctx, MayConfigure, ""); err != nil {
		return SigningKey{}, err
	}
	private, public, err := newKey(algorithm)
	if err != nil {
		return SigningKey{}, err
	}
	k := SigningKey{Algorithm: algorithm, Public: base64.StdEncoding.EncodeToString(public), CreatedBy: perm.From(ctx).ID, CreatedAt: s.now()}
	k.Selector = "sifara-" + s.Clock.Now().UTC().Format("20060102150405") + "-" + algorithm[:1]
	k.Private = s.Vault.Seal(signerPurpose(k.Selector), private)
	return k, s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(&k).Exec(ctx); err != nil {
			return fmt.Errorf("newsletter: make signing key: %w", err)
		}
		return s.record(ctx, tx, MayConfigure, "key_make", "newsletters", k.Selector, "", map[string]any{"newsletter_key": k.Selector})
	})
}

func newKey(algorithm string) (private, public []byte, err error) {
	var key any
	switch algorithm {
	case RSA:
		k, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			return nil, nil, fmt.Errorf("newsletter: make signing key: %w", err)
		}
		key = k
		if public, err = x509.MarshalPKIXPublicKey(&k.PublicKey); err != nil {
			return nil, nil, fmt.Errorf("newsletter: make signing key: %w", err)
		}
	case Ed25519:
		pub, k, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			return nil, nil, fmt.Errorf("newsletter: make signing key: %w", err)
		}
		key, public = k, pub
	default:
		return nil, nil, errs.InvalidFields(errs.Field{Name: "algorithm", Key: "web.field.choice"})
	}
	if private, err = x509.MarshalPKCS8PrivateKey(key); err != nil {
		return nil, nil, fmt.Errorf("newsletter: make signing key: %w", err)
	}
	return private, public, nil
}

// UseKey has letters signed by a key, and by no other; with an empty selector
// they are not signed.
func (s *Service) UseKey(ctx context.Context, selector string) error {
	if err := allowed(ctx, MayConfigure, ""); err != nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE publish_newsletter_key SET active = FALSE WHERE active`); err != nil {
			return fmt.Errorf("newsletter: use signing key: %w", err)
		}
		if selector != "" {
			res, err := tx.ExecContext(ctx, `UPDATE publish_newsletter_key SET active = TRUE WHERE selector = ?`, selector)
			if err != nil {
				return fmt.Errorf("newsletter: use signing key: %w", err)
			}
			if n, err := res.RowsAffected(); err != nil || n == 0 {
				return notFound(errs.New(errs.NotFound, ""), "key", selector)
			}
		}
		return s.record(ctx, tx, MayConfigure, "key_use", "newsletters", selector, "", map[string]any{"newsletter_key": selector})
	})
}

// signer signs letters; it is safe for concurrent use.
type signer struct{ o dkim.SignOptions }

// signed are the fields that a signature covers; RFC 8058 wants those of
// unsubscribing among them.
var signed = []string{"From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "MIME-Version", "Content-Type"}

// signer gives the signer of the active key; nil when letters are not signed.
func (s *Service) signer(ctx context.Context) (*signer, error) {
	var k SigningKey
	if err := s.DB.Reader().NewSelect().Model(&k).Where("k.active").Limit(1).Scan(ctx); db.IsNoRows(err) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("newsletter: signing key: %w", err)
	}
	b, err := s.Vault.Unseal(signerPurpose(k.Selector), k.Private)
	if err != nil {
		return nil, fmt.Errorf("newsletter: signing key %s: %w", k.Selector, err)
	}
	key, err := x509.ParsePKCS8PrivateKey(b)
	if err != nil {
		return nil, fmt.Errorf("newsletter: signing key %s: %w", k.Selector, err)
	}
	by, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("newsletter: signing key %s is a %T", k.Selector, key)
	}
	return &signer{dkim.SignOptions{Domain: s.SigningDomain(), Selector: k.Selector, Signer: by,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed, HeaderKeys: signed}}, nil
}

// sign gives the letter with its signature before it.
func (g *signer) sign(letter []byte) ([]byte, error) {
	w, err := dkim.NewSigner(&g.o)
	if err != nil {
		return nil, fmt.Errorf("newsletter: sign: %w", err)
	}
	if _, err := w.Write(letter); err != nil {
		return nil, fmt.Errorf("newsletter: sign: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("newsletter: sign: %w", err)
	}
	return append([]byte(w.Signature()), letter...), nil
}
