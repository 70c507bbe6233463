package auth

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
)

// NewUser is what the operator says of an official to be let in. Mission is a
// mission's slug, empty for the ministry itself; Role is a role's key, empty
// for none; Post may be empty.
type NewUser struct {
	Name     string
	Email    string
	Language i18n.Lang
	Mission  string
	Role     string
	Post     string
}

// CreateUser adds an official with a role and sends their invitation. The
// actor is the system: this is for the operator's command.
func (s *Service) CreateUser(ctx context.Context, n NewUser) (org.Person, error) {
	if perm.From(ctx).Kind != perm.System {
		return org.Person{}, errs.New(errs.Forbidden, "")
	}
	p := org.Person{ID: id.New(), Name: n.Name, Email: n.Email, Language: n.Language, Post: org.Names{}}
	post := n.Post
	if post == "" {
		post = n.Name
	}
	for _, l := range i18n.Langs {
		p.Post[l] = post
	}
	a := org.Assignment{ID: id.New(), PersonID: p.ID, Role: n.Role, Level: perm.Ministry}
	if n.Mission != "" {
		m, err := s.Org.MissionBySlug(ctx, n.Mission)
		if err != nil {
			return org.Person{}, err
		}
		p.MissionID, a.Level, a.Unit = m.ID, perm.Mission, m.ID
	}
	if n.Role != "" {
		if _, err := s.Org.Role(ctx, n.Role); err != nil {
			return org.Person{}, err
		}
	}
	if err := s.Org.AddPerson(ctx, p); err != nil {
		return org.Person{}, err
	}
	if n.Role != "" {
		if err := s.Org.Grant(ctx, a); err != nil {
			return org.Person{}, err
		}
	}
	if p.Email != "" {
		if err := s.Invite(ctx, p.ID); err != nil {
			return org.Person{}, err
		}
	}
	return s.Org.Person(ctx, p.ID)
}

// UserByEmail finds an official by e-mail address, also one who has left;
// errs.NotFound when there is none.
func (s *Service) UserByEmail(ctx context.Context, email string) (org.Person, error) {
	p, err := s.Org.PersonByEmail(ctx, email)
	if errs.KindOf(err) != errs.NotFound {
		return p, err
	}
	people, listErr := s.Org.People(ctx, org.PeopleFilter{Left: true})
	if listErr != nil {
		return org.Person{}, listErr
	}
	for _, p := range people {
		if p.Email != "" && strings.EqualFold(p.Email, strings.TrimSpace(email)) {
			return p, nil
		}
	}
	return org.Person{}, err
}

// ListUsers lists the accounts of all officials whom the actor may govern, by
// name.
func (s *Service) ListUsers(ctx context.Context) ([]Overview, error) {
	people, err := s.Org.People(ctx, org.PeopleFilter{Left: true})
	if err != nil {
		return nil, err
	}
	var list []Overview
	for _, p := range people {
		if !perm.From(ctx).MayIn(Users, p.Scope()) {
			continue
		}
		o, err := s.overview(ctx, p)
		if err != nil {
			return nil, err
		}
		list = append(list, o)
	}
	return list, nil
}

// FindUsers gives a page of the accounts whose person's name, post or address
// holds the words of a query, by name, as far as the actor may govern them.
// after is the last person of the page before; next is that of this one, without
// an id on the last page.
func (s *Service) FindUsers(ctx context.Context, query string, after org.Person, limit int) (list []Overview, next org.Person, err error) {
	people, err := s.Org.People(ctx, org.PeopleFilter{Query: query, Left: true, After: after, Limit: limit + 1})
	if err != nil {
		return nil, next, err
	}
	if len(people) > limit {
		people = people[:limit]
		next = people[limit-1]
	}
	for _, p := range people {
		if !perm.From(ctx).MayIn(Users, p.Scope()) {
			continue
		}
		o, err := s.overview(ctx, p)
		if err != nil {
			return nil, next, err
		}
		list = append(list, o)
	}
	return list, next, nil
}

// InvitationLink makes an invitation and gives its address in place of mailing
// it, for the first official of a house without mail. The actor is the system.
// Whoever has the address has the account: give it to its owner only.
func (s *Service) InvitationLink(ctx context.Context, personID string) (string, error) {
	if perm.From(ctx).Kind != perm.System {
		return "", errs.New(errs.Forbidden, "")
	}
	p, err := s.person(ctx, personID)
	if err != nil {
		return "", err
	}
	secret, now := newSecret(), s.Clock.Now()
	err = s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := s.ensure(ctx, tx, p.ID); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO auth_link (id, person_id, kind, secret_hash, created_by, created_at, expires_at, sent_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			id.New(), p.ID, Invitation, hashOf(secret), perm.From(ctx).ID, db.At(now), db.At(now.Add(invitationLife)), db.At(now))
		if err != nil {
			return fmt.Errorf("make link for %s: %w", p.ID, err)
		}
		return s.record(ctx, tx, "auth.invite", p.ID, map[string]any{"name": p.Recorded()})
	})
	if err != nil {
		return "", err
	}
	return s.o.BaseURL + "/console/" + string(Invitation) + "/" + secret, nil
}
