package org

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
)

// MinistrySpec is what a new house begins with.
type MinistrySpec struct {
	Ministry Ministry
	// Unit are the names of the digital-diplomacy unit; the usual ones when
	// nil.
	Unit Names
	// First is the official who will let in all others: they receive every
	// standard role in the whole ministry, because nobody can grant more than
	// they hold, and give up later what is not theirs. A zero ID makes one.
	First Person
}

// unitNames are the usual names of the unit.
var unitNames = Names{
	i18n.Arabic: "وحدة الدبلوماسية الرقمية", i18n.Sorani: "یەکەی دیپلۆماسیی دیجیتاڵی",
	i18n.Kurmanji: "Yekîneya dîplomasiya dîjîtal", i18n.English: "Digital diplomacy unit",
}

// Setup makes the ministry, its digital-diplomacy unit and the first official,
// whom it returns. SyncRoles comes before. errs.Conflict when there is a
// ministry already.
func (s *Service) Setup(ctx context.Context, spec MinistrySpec) (Person, error) {
	if err := allowed(ctx, Manage, perm.Everywhere()); err != nil {
		return Person{}, err
	}
	m, p, now := spec.Ministry, spec.First, db.At(s.clock.Now())
	m.normalise()
	m.Version = 1
	if err := m.check(ctx); err != nil {
		return Person{}, fmt.Errorf("set up ministry: %w", err)
	}
	unit := Department{ID: id.New(), Kind: DigitalKind, Names: spec.Unit.clean(), Open: true, CreatedAt: now, Version: 1}
	if len(unit.Names) == 0 {
		unit.Names = unitNames
	}
	if p.ID == "" {
		p.ID = id.New()
	}
	p.MissionID, p.DepartmentID, p.Active, p.CreatedAt, p.Version = "", unit.ID, true, now, 1
	p.normalise()
	if err := p.check(); err != nil {
		return Person{}, fmt.Errorf("set up first official: %w", err)
	}
	err := s.write(ctx, func(ctx context.Context, tx bun.Tx) error {
		fresh, err := insert(ctx, tx, &ministryRow{Ministry: m})
		if err != nil {
			return err
		}
		if !fresh {
			return errs.New(errs.Conflict, "org.set_up_already")
		}
		for _, row := range []any{
			&departmentRow{Department: unit}, &personRow{Person: p},
			&postingRow{Posting: Posting{ID: id.New(), PersonID: p.ID, DepartmentID: unit.ID, Post: p.Post, From: now}},
		} {
			if _, err := insert(ctx, tx, row); err != nil {
				return err
			}
		}
		by := perm.From(ctx).ID
		for _, role := range StandardRoles() {
			a := Assignment{ID: id.New(), PersonID: p.ID, Role: role, Level: perm.Ministry, From: now, GrantedBy: by, GrantedAt: now}
			if _, err := insert(ctx, tx, &assignmentRow{Assignment: a}); err != nil {
				return err
			}
		}
		return s.record(ctx, tx, Manage, perm.Everywhere(), "org.ministry.setup", "ministry", "", map[string]any{"ministry": m.Names, "name": p.Recorded()})
	})
	if err != nil {
		return Person{}, fmt.Errorf("set up ministry: %w", err)
	}
	return p, nil
}
