package org

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/event"
	"sifara/internal/perm"
)

// Topic is the live topic of every change in the institution; siteTopic is
// that of the public site, which shows ministry and missions.
const (
	Topic     = "org"
	siteTopic = "site"
)

// Deps are what the service needs. Live may be absent on a single node.
type Deps struct {
	DB    *db.DB
	Log   *slog.Logger
	Clock clock.Clock
	Audit *audit.Log
	Live  *event.Live
}

// Service answers for the institution. It is safe for concurrent use.
type Service struct {
	db    *db.DB
	log   *slog.Logger
	clock clock.Clock
	audit *audit.Log
	live  *event.Live
	kept  *event.Kept[*snapshot]
}

// New gives the service.
func New(d Deps) *Service {
	s := &Service{db: d.DB, log: d.Log, clock: d.Clock, audit: d.Audit, live: d.Live}
	s.kept = event.Keep(d.Live, func(ctx context.Context) (*snapshot, error) { return readSnapshot(ctx, s.db.Reader()) }, Topic)
	return s
}

// Now is the moment by which end dates are judged.
func (s *Service) Now() time.Time { return s.clock.Now() }

// snapshot is what is kept in memory. It is never changed once made.
type snapshot struct {
	ministry    *Ministry // nil before Setup
	departments []Department
	missions    []Mission
	roles       []Role
	holidays    []Holiday
	unkept      map[unkept]bool
}

// snap gives the institution as last committed: changes of this node at once,
// those of others when their notice arrives.
func (s *Service) snap(ctx context.Context) (*snapshot, error) {
	snap, err := s.kept.Get(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the institution: %w", err)
	}
	return snap, nil
}

// write runs an act of this context: a transaction after which every node
// looks again.
func (s *Service) write(ctx context.Context, fn func(ctx context.Context, tx bun.Tx) error) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := fn(ctx, tx); err != nil {
			return err
		}
		db.AfterCommit(ctx, s.kept.Forget)
		if s.live == nil {
			return nil
		}
		return s.live.Notify(ctx, tx, Topic, siteTopic)
	})
}

// record writes the act into the audit log.
func (s *Service) record(ctx context.Context, tx bun.Tx, p perm.Permission, scope perm.Scope, act, object, id string, detail map[string]any) error {
	e := audit.Entry{Act: act, Object: object, ObjectID: id, Permission: p, Detail: detail}
	switch scope.Level {
	case perm.Mission:
		e.Mission = scope.Unit
	case perm.Department:
		e.Department = scope.Unit
	}
	return s.audit.Record(ctx, tx, e)
}

// allowed asks for a permission in a scope.
func allowed(ctx context.Context, p perm.Permission, scope perm.Scope) error {
	if !perm.From(ctx).MayIn(p, scope) {
		return errs.New(errs.Forbidden, "")
	}
	return nil
}

func clone[T any](list []T) []T { return slices.Clone(list) }
