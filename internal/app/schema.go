package app

import (
	"context"
	"fmt"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/listen"
	"sifara/internal/perm"
)

// migrations lists the schema steps of the main store, in the order of the
// contexts.
func (h *House) migrations() []db.Migrations {
	var all []db.Migrations
	for _, m := range h.Modules {
		all = append(all, m.Migrations...)
	}
	return all
}

// Migrate brings both stores up to this version, and gives the standard roles
// the permissions that it added.
func (h *House) Migrate(ctx context.Context) error {
	if err := h.DB.Migrate(ctx, true, h.migrations()...); err != nil {
		return err
	}
	if err := h.Store.Migrate(ctx, false, listen.StoreMigrations()); err != nil {
		return fmt.Errorf("listening store: %w", err)
	}
	var defs []perm.Definition
	for _, m := range h.Modules {
		defs = append(defs, m.Permissions...)
	}
	if err := h.Org.SyncRoles(perm.With(ctx, perm.SystemActor("migrate")), defs); err != nil {
		return err
	}
	demo, err := h.Auth.Demonstration(ctx)
	h.demo.Store(demo)
	return err
}

// PendingSteps lists the steps that Migrate would run.
func (h *House) PendingSteps(ctx context.Context) ([]db.Step, error) {
	steps, err := h.DB.Steps(ctx, h.migrations()...)
	if err != nil {
		return nil, err
	}
	more, err := h.Store.Steps(ctx, listen.StoreMigrations())
	if err != nil {
		return nil, err
	}
	pending := []db.Step{}
	for _, s := range append(steps, more...) {
		if !s.Applied {
			pending = append(pending, s)
		}
	}
	return pending, nil
}

// CheckSchema is an error when the database is older than the binary.
func (h *House) CheckSchema(ctx context.Context) error {
	steps, err := h.PendingSteps(ctx)
	if err != nil {
		return err
	}
	if len(steps) > 0 {
		return errs.New(errs.Conflict, "app.schema_pending", "count", len(steps))
	}
	return nil
}
