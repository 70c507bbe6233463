package channels

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// Register proposes an account under the id that d brings along; the same id
// again changes nothing. It becomes public when it is made active. Needs
// channels.manage where the account belongs.
func (s *Service) Register(ctx context.Context, d Draft) error {
	if !perm.From(ctx).MayIn(Manage, perm.InMission(d.MissionID)) {
		return errs.New(errs.Forbidden, "")
	}
	a, err := d.account()
	if err != nil {
		return err
	}
	if err := s.people(ctx, a); err != nil {
		return err
	}
	a.State, a.CreatedAt, a.StateAt, a.Version = Proposed, s.now(), s.now(), 1
	if d.Recovery != nil {
		a.Recovery = s.seal(a.ID, *d.Recovery)
	}
	err = s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		fresh, err := insert(ctx, tx, &accountRow{Account: a})
		if err != nil || !fresh {
			return taken(err)
		}
		return s.changed(ctx, tx, &a, "register", "", nil)
	})
	if err != nil {
		return fmt.Errorf("register account %s: %w", a.NameKey, err)
	}
	return nil
}

// Edit changes an account; d.Version is the version that was edited. Needs
// channels.manage where the account belongs, and where it shall belong.
func (s *Service) Edit(ctx context.Context, d Draft) error {
	if !perm.From(ctx).MayIn(Manage, perm.InMission(d.MissionID)) {
		return errs.New(errs.Forbidden, "")
	}
	changed, err := d.account()
	if err != nil {
		return err
	}
	if err := s.people(ctx, changed); err != nil {
		return err
	}
	return s.change(ctx, d.ID, d.Version, "edit", func(a *Account) (string, map[string]any, error) {
		if a.State == Closed {
			return "", nil, errs.New(errs.Conflict, "channels.closed")
		}
		if changed.CustodianID == "" && a.State != Proposed {
			return "", nil, errs.InvalidFields(errs.Field{Name: "custodian", Key: "web.field.required"})
		}
		a.MissionID, a.Platform, a.Handle, a.URL, a.NameKey = changed.MissionID, changed.Platform, changed.Handle, changed.URL, changed.NameKey
		a.OwnerID, a.CustodianID = changed.OwnerID, changed.CustodianID
		if d.Recovery != nil {
			a.Recovery = s.seal(a.ID, *d.Recovery)
		}
		return "", nil, nil
	})
}

// SetState moves an account to another state, for a reason that is kept.
// Needs channels.manage. An account without custodian does not become active;
// a state that cannot follow is errs.Conflict.
func (s *Service) SetState(ctx context.Context, accountID string, to State, reason string, version int64) error {
	reason = strings.TrimSpace(text.Clean(reason))
	if n := utf8.RuneCountInString(reason); n > 500 {
		return errs.InvalidFields(errs.Field{Name: "reason", Key: "web.field.long", Args: []any{"max", 500, "count", n - 500}})
	}
	if reason == "" && to != Active {
		return errs.InvalidFields(errs.Field{Name: "reason", Key: "web.field.required"})
	}
	return s.change(ctx, accountID, version, "state", func(a *Account) (string, map[string]any, error) {
		from := a.State
		if !slices.Contains(from.Next(), to) {
			return "", nil, errs.New(errs.Conflict, "channels.state_order")
		}
		if to == Active && a.CustodianID == "" {
			return "", nil, errs.New(errs.Conflict, "channels.no_custodian")
		}
		a.State, a.StateAt = to, s.now()
		if to == Active && a.Since.IsZero() {
			a.Since = s.now()
		}
		return reason, map[string]any{"from": word(from), "to": word(to), "reason": reason}, nil
	})
}

// Check notes that the security of an account was checked now. Needs
// channels.manage, or to be its custodian.
func (s *Service) Check(ctx context.Context, accountID, note string, version int64) error {
	note = strings.TrimSpace(text.Clean(note))
	if n := utf8.RuneCountInString(note); n > 500 {
		return errs.InvalidFields(errs.Field{Name: "note", Key: "web.field.long", Args: []any{"max", 500, "count", n - 500}})
	}
	return s.change(ctx, accountID, version, "check", func(a *Account) (string, map[string]any, error) {
		if a.State != Active && a.State != Suspended {
			return "", nil, errs.New(errs.Conflict, "channels.state_order")
		}
		a.LastCheck, a.CheckedBy = s.now(), perm.From(ctx).ID
		return note, nil, nil
	})
}

func (s *Service) change(ctx context.Context, accountID string, version int64, act string, do func(a *Account) (note string, detail map[string]any, err error)) error {
	err := s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		row, err := one[accountRow](ctx, tx, accountID)
		if err != nil {
			return err
		}
		a := &row.Account
		if actor := perm.From(ctx); act != "check" || actor.ID != a.CustodianID || actor.Kind != perm.Person {
			if err := allowed(ctx, Manage, a.Scope()); err != nil {
				return err
			}
		}
		if a.Version != version {
			return errs.New(errs.Conflict, "")
		}
		note, detail, err := do(a)
		if err != nil {
			return err
		}
		a.Version++
		if err := update(ctx, tx, row, version); err != nil {
			return taken(err)
		}
		return s.changed(ctx, tx, a, act, note, detail)
	})
	if err != nil {
		return fmt.Errorf("%s account %s: %w", act, accountID, err)
	}
	return nil
}

// people checks that owner and custodian are officials in service.
func (s *Service) people(ctx context.Context, a Account) error {
	var bad []errs.Field
	for _, c := range []struct{ field, id string }{{"owner", a.OwnerID}, {"custodian", a.CustodianID}} {
		if c.id == "" {
			continue
		}
		p, err := s.Org.Person(ctx, c.id)
		if err != nil && errs.KindOf(err) != errs.NotFound {
			return err
		}
		if err != nil || !p.Active {
			bad = append(bad, errs.Field{Name: c.field, Key: "channels.not_in_service"})
		}
	}
	if a.MissionID != "" {
		if _, err := s.Org.Mission(ctx, a.MissionID); err != nil {
			bad = append(bad, errs.Field{Name: "mission", Key: "web.field.choice"})
		}
	}
	return errs.InvalidFields(bad...)
}

// RecoveryContact gives the contact of an account in plain text, empty when
// there is none. Needs channels.manage there.
func (s *Service) RecoveryContact(ctx context.Context, a Account) (string, error) {
	if err := allowed(ctx, Manage, a.Scope()); err != nil {
		return "", err
	}
	if a.Recovery == "" {
		return "", nil
	}
	b, err := s.Vault.Unseal(recoveryPurpose(a.ID), a.Recovery)
	if err != nil {
		return "", fmt.Errorf("recovery contact of account %s: %w", a.ID, err)
	}
	return string(b), nil
}

func recoveryPurpose(accountID string) string { return "channels_account/" + accountID + "/recovery" }

func (s *Service) seal(accountID, plain string) string {
	plain = strings.TrimSpace(text.Line(plain))
	if plain == "" {
		return ""
	}
	return s.Vault.Seal(recoveryPurpose(accountID), []byte(plain))
}

func word(st State) string { return audit.Word("channels.state." + string(st)) }

// taken makes a second registration of one account an error of the form.
func taken(err error) error {
	if db.IsUnique(err) {
		return errs.InvalidFields(errs.Field{Name: "handle", Key: "channels.taken"})
	}
	return err
}
