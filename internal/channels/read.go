package channels

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"sifara/internal/errs"
	"sifara/internal/perm"
)

// Filter narrows a list of accounts; empty fields do not. Mission "-" means
// the ministry's own.
type Filter struct {
	Mission  string
	Platform Platform
	State    State
	Due      bool // only those whose security check is due
	After    string
	Limit    int // zero is no limit
}

func (f Filter) matches(a Account) bool {
	switch {
	case f.Mission == "-" && a.MissionID != "", f.Mission != "" && f.Mission != "-" && a.MissionID != f.Mission,
		f.Platform != "" && a.Platform != f.Platform, f.State != "" && a.State != f.State:
		return false
	}
	return true
}

// Accounts lists the accounts that the actor may see, by id: the order in
// which they were registered. After and Limit page through them.
func (s *Service) Accounts(ctx context.Context, f Filter) ([]Account, error) {
	var rows []accountRow
	q := within(ctx, s.DB.Reader().NewSelect().Model(&rows).Order("a.id"), View)
	switch f.Mission {
	case "":
	case "-":
		q = q.Where("a.mission_id IS NULL")
	default:
		q = q.Where("a.mission_id = ?", f.Mission)
	}
	if f.Platform != "" {
		q = q.Where("a.platform = ?", f.Platform)
	}
	if f.State != "" {
		q = q.Where("a.state = ?", f.State)
	}
	if f.Due {
		q = s.due(q)
	}
	if f.After != "" {
		q = q.Where("a.id > ?", f.After)
	}
	if f.Limit > 0 {
		q = q.Limit(int64(f.Limit))
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	return accountsOf(rows), nil
}

// within narrows to the missions in which the actor holds a permission.
func within(ctx context.Context, q *bun.SelectQuery, p perm.Permission) *bun.SelectQuery {
	ids, all := perm.From(ctx).Missions(p)
	switch {
	case all:
		return q
	case len(ids) == 0:
		return q.Where("1 = 0")
	}
	return q.Where("a.mission_id IN (?)", bun.List(ids))
}

// due narrows to accounts whose security check is due.
func (s *Service) due(q *bun.SelectQuery) *bun.SelectQuery {
	return q.Where("a.state IN (?) AND a.last_check < ?", bun.List([]State{Active, Suspended}), s.now().Add(-CheckEvery))
}

// DueCount counts the accounts whose security check is due and that the actor
// sees and manages.
func (s *Service) DueCount(ctx context.Context) (int, error) {
	n, err := s.due(within(ctx, within(ctx, s.DB.Reader().NewSelect().Model((*accountRow)(nil)), View), Manage)).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count accounts: %w", err)
	}
	return int(n), nil
}

// Account gives one account; errs.NotFound when there is none that the actor
// may see.
func (s *Service) Account(ctx context.Context, accountID string) (Account, error) {
	row, err := one[accountRow](ctx, s.DB.Reader(), accountID)
	if err != nil {
		return Account{}, fmt.Errorf("account %s: %w", accountID, err)
	}
	a := row.Account
	if actor := perm.From(ctx); !actor.MayIn(View, a.Scope()) && !actor.MayIn(Manage, a.Scope()) {
		return Account{}, fmt.Errorf("account %s: %w", accountID, errs.New(errs.NotFound, ""))
	}
	return a, nil
}

// History lists what happened to an account, the newest first.
func (s *Service) History(ctx context.Context, accountID string) ([]Entry, error) {
	if _, err := s.Account(ctx, accountID); err != nil {
		return nil, err
	}
	var rows []entryRow
	if err := s.DB.Reader().NewSelect().Model(&rows).Where("e.account_id = ?", accountID).Order("e.at DESC", "e.id DESC").Limit(200).Scan(ctx); err != nil {
		return nil, fmt.Errorf("history of account %s: %w", accountID, err)
	}
	list := make([]Entry, len(rows))
	for i, r := range rows {
		list[i] = r.Entry
	}
	return list, nil
}

// Lookalikes lists the accounts of the register that the draft could be taken
// for, itself apart: a warning before something is registered twice, or a
// forged account is.
func (s *Service) Lookalikes(ctx context.Context, d Draft) ([]PublicAccount, error) {
	all, err := s.registered(ctx)
	if err != nil {
		return nil, err
	}
	name := addressOf(d.Platform, d.Handle, d.URL).Name
	var list []PublicAccount
	for _, a := range all {
		if a.ID != d.ID && a.Platform.space() == d.Platform.space() && a.name() != name && resembles(skeleton(name), skeleton(a.name())) {
			list = append(list, a.public())
		}
	}
	return list, nil
}
