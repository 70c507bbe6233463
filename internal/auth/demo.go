package auth

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/org"
	"sifara/internal/perm"
)

// MarkDemonstration says, for as long as the database lives, that this house is
// a demonstration. It is done while the demonstration is set up and refused as
// soon as there is any account, so that a real ministry can never become one.
func (s *Service) MarkDemonstration(ctx context.Context) error {
	if perm.From(ctx).Kind != perm.System {
		return errs.New(errs.Forbidden, "")
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		accounts := 0
		if err := tx.NewRaw(`SELECT count(*) FROM auth_account`).Scan(ctx, &accounts); err != nil {
			return fmt.Errorf("mark demonstration: %w", err)
		}
		if accounts > 0 {
			return errs.New(errs.Conflict, "auth.demo.real")
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO auth_setting (name, value) VALUES ('demonstration', 'yes') ON CONFLICT (name) DO NOTHING`); err != nil {
			return fmt.Errorf("mark demonstration: %w", err)
		}
		return s.record(ctx, tx, "auth.demonstration", "", nil)
	})
}

// Demonstration reports whether one-click sign-in is offered: the option is
// set and the database is marked. Either alone is not enough.
func (s *Service) Demonstration(ctx context.Context) (bool, error) {
	if !s.o.DemoSignIn {
		return false, nil
	}
	var value string
	err := s.DB.Reader().NewRaw(`SELECT value FROM auth_setting WHERE name = 'demonstration'`).Scan(ctx, &value)
	if db.IsNoRows(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("demonstration: %w", err)
	}
	return value == "yes", nil
}

// DemoPerson is somebody whom visitors of the demonstration may sign in as.
type DemoPerson struct {
	Person org.Person
	Role   org.Role
}

// DemoPeople gives one person for each role, in the order of the roles. Those
// who hold one role only come before those who hold many; of those alike, who
// was appointed first.
func (s *Service) DemoPeople(ctx context.Context) ([]DemoPerson, error) {
	if ok, err := s.Demonstration(ctx); err != nil || !ok {
		return nil, err
	}
	roles, err := s.Org.Roles(ctx)
	if err != nil {
		return nil, err
	}
	people, err := s.Org.People(ctx, org.PeopleFilter{})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(people, func(p, q org.Person) int {
		return cmp.Or(cmp.Compare(p.CreatedAt, q.CreatedAt), cmp.Compare(p.ID, q.ID))
	})
	type holding struct {
		person org.Person
		roles  int
	}
	best := map[string]holding{}
	for _, p := range people {
		grants, err := s.Org.Grants(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		var held []string
		for _, g := range grants {
			if g.StandInFor == "" && !slices.Contains(held, g.Role) {
				held = append(held, g.Role)
			}
		}
		for _, r := range held {
			if b, ok := best[r]; !ok || len(held) < b.roles {
				best[r] = holding{p, len(held)}
			}
		}
	}
	var list []DemoPerson
	for _, r := range roles {
		if b, ok := best[r.Key]; ok {
			list = append(list, DemoPerson{Person: b.person, Role: r})
		}
	}
	return list, nil
}

// DemoSignIn signs a visitor of the demonstration in as a person, without
// proof. It is NotFound in any other house.
func (s *Service) DemoSignIn(ctx context.Context, v Visit, personID string) (Admitted, error) {
	ok, err := s.Demonstration(ctx)
	if err != nil {
		return Admitted{}, err
	}
	if !ok {
		return Admitted{}, errs.New(errs.NotFound, "")
	}
	return s.begin(ctx, v, personID, ByDemo, attempt{})
}
