// Package witness keeps the public log honest towards those who read it: it asks
// witnesses, servers of others, to sign its checkpoints, and changes its key.
//
// A witness (C2SP tlog-witness) remembers the last checkpoint of each log that it
// knows and signs a new one only with a proof that it continues the last. A
// checkpoint with the signatures of witnesses whom a reader trusts shows that
// everybody was shown one and the same log: a house that wanted to show two would
// have to win the witnesses too.
//
// Table: publish_witness; the signatures stand beside the log itself. Job:
// publish.witness every minute. Who holds publish.log (publish.MayLog)
// may do all acts; the change of a key wants fresh proof of identity besides,
// which is the caller's matter.
package witness

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/fetch"
	"sifara/internal/id"
	"sifara/internal/jobs"
	"sifara/internal/ledger"
	"sifara/internal/perm"
	"sifara/internal/publish"
)

// Deps are what the service needs. All are required.
type Deps struct {
	DB    *db.DB
	Log   *slog.Logger
	Clock clock.Clock
	Audit *audit.Log
	Fetch *fetch.Client
	Proof *publish.PublicLog
}

// Service keeps witnesses and keys.
type Service struct{ Deps }

// New gives the service.
func New(d Deps) *Service { return &Service{d} }

// Witness is a server that signs our checkpoints, and how that goes.
type Witness struct {
	bun.BaseModel `bun:"table:publish_witness,alias:w" json:"-"`

	ID         string  `bun:",pk" json:"id"`
	Name       string  `json:"name"`    // of its key
	Public     string  `json:"key"`     // its verifier key, type 4
	Address    string  `json:"address"` // submission prefix
	AddedBy    string  `json:"added_by"`
	AddedAt    db.Time `json:"added_at"`
	Size       int64   `json:"size"`        // of the last checkpoint it signed
	CosignedAt db.Time `json:"cosigned_at"` // by its clock
	AskedAt    db.Time `json:"asked_at"`
	Failure    string  `json:"failure,omitempty"` // why it did not sign when last asked; see the Failed constants
	Failures   int64   `json:"failures"`          // in a row
}

// Why a witness did not sign.
const (
	FailedReach  = "unreachable" // no answer, or one that makes no sense
	FailedOrigin = "unknown"     // it does not know our log: its operator has to add it
	FailedKey    = "key"         // it does not trust our key, the new one perhaps
	FailedAhead  = "ahead"       // it has signed a longer log than ours: a backup was restored, or the log is shown twice
	FailedFork   = "fork"        // it has signed another log than ours
	FailedSign   = "signature"   // what it gave is not its signature of our checkpoint
)

// maxWitnesses bounds the lines that a checkpoint carries.
const maxWitnesses = 12

// Draft is what is said of a new witness.
type Draft struct {
	ID      string // given by the form, so that sending it twice adds once
	Key     string
	Address string
}

func may(ctx context.Context) error {
	if !perm.From(ctx).MayIn(publish.MayLog, perm.Everywhere()) {
		return errs.New(errs.Forbidden, "")
	}
	return nil
}

// Witnesses are all witnesses by name. Anybody may know them: they stand in the
// checkpoint.
func (s *Service) Witnesses(ctx context.Context) ([]Witness, error) {
	var all []Witness
	if err := s.DB.Reader().NewSelect().Model(&all).Order("w.name").Scan(ctx); err != nil {
		return nil, fmt.Errorf("publish: witnesses: %w", err)
	}
	return all, nil
}

// check reads a draft.
func (s *Service) check(d *Draft) (*ledger.Cosigner, error) {
	d.Key, d.Address = strings.TrimSpace(d.Key), strings.TrimRight(strings.TrimSpace(d.Address), "/")
	var bad []errs.Field
	c, err := ledger.ParseCosigner(d.Key)
	if err != nil {
		bad = append(bad, errs.Field{Name: "key", Key: "publish.witness.error.key"})
	}
	u, err := url.Parse(d.Address)
	if err != nil || len(d.Address) > 500 || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil || s.Fetch.CheckURL(d.Address) != nil {
		bad = append(bad, errs.Field{Name: "address", Key: "publish.witness.error.address"})
	}
	if !id.Valid(d.ID) {
		bad = append(bad, errs.Field{Name: "id", Key: "web.field.choice"})
	}
	return c, errs.InvalidFields(bad...)
}

// Add has a witness asked from now on. Its operator must know our log and its
// key. errs.Conflict when there are too many or one of this name.
func (s *Service) Add(ctx context.Context, d Draft) error {
	if err := may(ctx); err != nil {
		return err
	}
	c, err := s.check(&d)
	if err != nil {
		return err
	}
	w := Witness{ID: d.ID, Name: c.Name(), Public: d.Key, Address: d.Address, AddedBy: perm.From(ctx).ID, AddedAt: db.At(s.Clock.Now())}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var all []Witness
		if err := tx.NewSelect().Model(&all).Scan(ctx); err != nil {
			return fmt.Errorf("publish: witnesses: %w", err)
		}
		for _, x := range all {
			switch {
			case x.ID == w.ID:
				return nil // sent twice
			case x.Name == w.Name:
				return errs.InvalidFields(errs.Field{Name: "key", Key: "publish.witness.error.known"})
			}
		}
		if len(all) >= maxWitnesses {
			return errs.New(errs.Conflict, "publish.witness.error.many", "max", maxWitnesses)
		}
		if _, err := tx.NewInsert().Model(&w).Exec(ctx); err != nil {
			return fmt.Errorf("publish: add witness %s: %w", w.Name, err)
		}
		return s.record(ctx, tx, "publish.witness_add", w)
	})
}

// Remove asks a witness no more. What it signed stays with the checkpoints that
// have it.
func (s *Service) Remove(ctx context.Context, witnessID string) error {
	if err := may(ctx); err != nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var w Witness
		err := tx.NewSelect().Model(&w).Where("w.id = ?", witnessID).Scan(ctx)
		if db.IsNoRows(err) {
			return errs.New(errs.NotFound, "")
		}
		if err != nil {
			return fmt.Errorf("publish: witness %s: %w", witnessID, err)
		}
		if _, err := tx.NewDelete().Model(&w).WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("publish: remove witness %s: %w", w.Name, err)
		}
		return s.record(ctx, tx, "publish.witness_remove", w)
	})
}

func (s *Service) record(ctx context.Context, tx bun.Tx, act string, w Witness) error {
	return s.Audit.Record(ctx, tx, audit.Entry{Act: act, Object: "witness", ObjectID: w.ID, Permission: publish.MayLog, Detail: map[string]any{"name": w.Name, "publish_address": w.Address}})
}

// ChangeKey gives the log a new key; the old one signs along for
// publish.KeyOverlap. The caller has made sure that the actor is at the
// keyboard. errs.Conflict while the last change is under way.
func (s *Service) ChangeKey(ctx context.Context) (publish.LogKey, error) {
	if err := may(ctx); err != nil {
		return publish.LogKey{}, err
	}
	var k publish.LogKey
	err := s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		if k, err = s.Proof.ChangeKey(ctx, tx, perm.From(ctx).ID); err != nil {
			return err
		}
		return s.Audit.Record(ctx, tx, audit.Entry{Act: "publish.log_key", Object: "log", ObjectID: s.Proof.Origin(), Permission: publish.MayLog,
			Detail: map[string]any{"publish_key": k.Key, "publish_number": k.Number}})
	})
	return k, err
}

// askEvery is how often the log looks whether a witness has something to sign.
const askEvery = time.Minute

// lookJob asks the witnesses.
type lookJob struct{}

// Kind implements jobs.Args.
func (lookJob) Kind() string { return "publish.witness" }

// Jobs registers the work of this package.
func (s *Service) Jobs(q *jobs.Queue) {
	jobs.Handle(q, func(ctx context.Context, _ jobs.Job[lookJob]) error { return s.Look(ctx) })
	q.Every(askEvery, lookJob{})
}
