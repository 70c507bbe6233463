package share

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/event"
	"sifara/internal/jobs"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/vault"
	"sifara/internal/vault/sealed"
)

// Deps are what the service needs. All are required.
type Deps struct {
	DB      *db.DB
	Clock   clock.Clock
	Audit   *audit.Log
	Live    *event.Live
	Vault   *vault.Vault
	Publish *publish.Service
}

// Service keeps shares. Each act is one transaction. It is safe for concurrent use.
type Service struct{ Deps }

// New gives the service.
func New(d Deps) *Service { return &Service{d} }

// Sealed says which columns the vault seals.
func (s *Service) Sealed() []sealed.Column {
	return []sealed.Column{{DB: s.DB, Table: "publish_share", Value: "email", Key: []string{"id"}, Purpose: func(k []string) string { return readerPurpose(k[0]) }}}
}

func readerPurpose(id string) string { return "publish_share/" + id + "/email" }

// sweepJob forgets shares that ended long ago.
type sweepJob struct{}

// Kind implements jobs.Args.
func (sweepJob) Kind() string { return "publish.share_sweep" }

// Jobs registers the job of this package.
func (s *Service) Jobs(q *jobs.Queue) {
	jobs.Handle(q, func(ctx context.Context, _ jobs.Job[sweepJob]) error { return s.Sweep(ctx) })
	q.Every(time.Hour, sweepJob{})
}

// keep is how long after its end a share is kept.
const keep = 90 * 24 * time.Hour

// Sweep forgets readers and links whose time has been over for long. It is
// idempotent.
func (s *Service) Sweep(ctx context.Context) error {
	before := db.At(s.Clock.Now().Add(-keep))
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewDelete().Model((*Share)(nil)).Where("until < ? OR (revoked_at > 0 AND revoked_at < ?)", before, before).Exec(ctx)
		if err != nil {
			return fmt.Errorf("forget shares: %w", err)
		}
		return nil
	})
}

// May reports whether the actor may share a message and see with whom it is.
func (s *Service) May(ctx context.Context, m publish.Message) bool {
	return perm.From(ctx).MayIn(Manage, m.Scope())
}

// message is the message of an act: NotFound for who may not view it, Forbidden for
// who may not share it.
func (s *Service) message(ctx context.Context, messageID string) (publish.Message, error) {
	m, err := s.Publish.Message(ctx, messageID)
	if err == nil && !s.May(ctx, m) {
		err = errs.New(errs.Forbidden, "")
	}
	return m, err
}

// Of lists the shares of a message, the newest first, to those who may share it.
func (s *Service) Of(ctx context.Context, messageID string) ([]Share, error) {
	m, err := s.message(ctx, messageID)
	if err != nil {
		return nil, err
	}
	return s.of(ctx, s.DB.Reader(), m.ID)
}

func (s *Service) of(ctx context.Context, q bun.IDB, messageID string) ([]Share, error) {
	var out []Share
	if err := q.NewSelect().Model(&out).Where("sh.message_id = ?", messageID).Order("sh.created_at DESC", "sh.id DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("shares of %s: %w", messageID, err)
	}
	for i := range out {
		if err := s.unseal(&out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *Service) unseal(x *Share) error {
	if x.Email == "" {
		return nil
	}
	b, err := s.Vault.Unseal(readerPurpose(x.ID), x.Email)
	if err != nil {
		return fmt.Errorf("share %s: %w", x.ID, err)
	}
	x.Email = string(b)
	return nil
}

// Create shares a message with a reader. The token is the secret of their link,
// which nothing shows again.
func (s *Service) Create(ctx context.Context, d Draft) (x Share, token string, err error) {
	m, err := s.message(ctx, d.MessageID)
	if err != nil {
		return Share{}, "", err
	}
	now := s.Clock.Now()
	switch {
	case !Shareable(m):
		return Share{}, "", ErrState
	case !m.Bound():
		return Share{}, "", ErrBound
	}
	if err := d.check(m, now); err != nil {
		return Share{}, "", err
	}
	token = newToken()
	x = Share{ID: d.ID, MessageID: m.ID, Name: d.Name, Organisation: d.Organisation, Langs: JoinLangs(d.Langs...), Zone: d.Zone, Remark: d.Remark,
		TokenHash: hashed(token), CreatedBy: perm.From(ctx).ID, CreatedAt: db.At(now), Until: db.At(d.Until)}
	if d.Email != "" {
		x.Email = s.Vault.Seal(readerPurpose(x.ID), []byte(d.Email))
	}
	err = s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewInsert().Model(&x).On("CONFLICT (id) DO NOTHING").Exec(ctx)
		if err != nil {
			return fmt.Errorf("share %s: %w", m.ID, err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return instead(err, ErrMade)
		}
		valid, err := tx.NewSelect().Model((*Share)(nil)).Where("sh.message_id = ? AND sh.revoked_at = 0 AND sh.until > ?", m.ID, x.CreatedAt).Count(ctx)
		if err != nil {
			return fmt.Errorf("share %s: %w", m.ID, err)
		}
		if valid > MaxReaders {
			return ErrMany
		}
		return s.record(ctx, tx, m, "publish.share", map[string]any{"publish_reader": x.Reader(), "until": x.Until, "publish_hash": m.Hash})
	})
	if err != nil {
		return Share{}, "", err
	}
	x.Email = d.Email
	return x, token, nil
}

// Renew gives the reader of a share another link; the one before works no more. What
// they accepted and opened stays.
func (s *Service) Renew(ctx context.Context, messageID, shareID string) (x Share, token string, err error) {
	m, err := s.message(ctx, messageID)
	if err != nil {
		return Share{}, "", err
	}
	if !Shareable(m) {
		return Share{}, "", ErrState
	}
	token = newToken()
	err = s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if x, err = one(ctx, tx, m.ID, shareID); err != nil {
			return err
		}
		x.TokenHash = hashed(token)
		res, err := tx.NewUpdate().Model(&x).Column("token_hash").WherePK().Where("revoked_at = 0 AND until > ?", db.At(s.Clock.Now())).Exec(ctx)
		if err != nil {
			return fmt.Errorf("renew share %s: %w", x.ID, err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return instead(err, ErrOver)
		}
		return s.record(ctx, tx, m, "publish.share_renew", map[string]any{"publish_reader": x.Reader()})
	})
	if err != nil {
		return Share{}, "", err
	}
	return x, token, s.unseal(&x)
}

// Revoke ends a share at once. ErrOver when it was revoked before.
func (s *Service) Revoke(ctx context.Context, messageID, shareID string) error {
	m, err := s.message(ctx, messageID)
	if err != nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		x, err := one(ctx, tx, m.ID, shareID)
		if err != nil {
			return err
		}
		n, err := s.revoke(ctx, tx, "id = ?", x.ID)
		if err != nil || n == 0 {
			return instead(err, ErrOver)
		}
		return s.record(ctx, tx, m, "publish.share_revoke", map[string]any{"publish_reader": x.Reader()})
	})
}

// RevokeAll ends all shares of a message that are not over, and tells how many.
func (s *Service) RevokeAll(ctx context.Context, messageID string) (n int64, err error) {
	m, err := s.message(ctx, messageID)
	if err != nil {
		return 0, err
	}
	err = s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		n, err = s.revoke(ctx, tx, "message_id = ? AND until > ?", m.ID, db.At(s.Clock.Now()))
		if err != nil || n == 0 {
			return err
		}
		return s.record(ctx, tx, m, "publish.share_revoke_all", map[string]any{"count": n})
	})
	return n, err
}

func (s *Service) revoke(ctx context.Context, tx bun.Tx, which string, args ...any) (int64, error) {
	res, err := tx.NewUpdate().Model((*Share)(nil)).Set("revoked_at = ?, revoked_by = ?", db.At(s.Clock.Now()), perm.From(ctx).ID).
		Where("revoked_at = 0").Where(which, args...).Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("revoke shares: %w", err)
	}
	return res.RowsAffected()
}

// one reads a share of a message; NotFound when it is none of it.
func one(ctx context.Context, q bun.IDB, messageID, shareID string) (Share, error) {
	var x Share
	err := q.NewSelect().Model(&x).Where("sh.id = ? AND sh.message_id = ?", shareID, messageID).Scan(ctx)
	if db.IsNoRows(err) {
		return Share{}, errs.New(errs.NotFound, "")
	}
	if err != nil {
		return Share{}, fmt.Errorf("share %s: %w", shareID, err)
	}
	return x, nil
}

// record writes an act into the audit log and has open pages look again.
func (s *Service) record(ctx context.Context, tx bun.Tx, m publish.Message, act string, detail map[string]any) error {
	if err := s.Live.Notify(ctx, tx, publish.TopicMessage(m.ID)); err != nil {
		return err
	}
	titles := map[string]any{}
	for _, v := range m.Variants {
		titles[string(v.Lang)] = v.Title
	}
	detail["title"] = titles
	if err := s.Audit.Record(ctx, tx, audit.Entry{Act: act, Object: "message", ObjectID: m.ID, Mission: m.MissionID, Permission: Manage, Detail: detail}); err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	return nil
}

func instead(err, other error) error {
	if err != nil {
		return err
	}
	return other
}
