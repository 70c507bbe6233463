package org

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// Ministry gives the ministry; errs.NotFound before Setup.
func (s *Service) Ministry(ctx context.Context) (Ministry, error) {
	snap, err := s.snap(ctx)
	if err != nil {
		return Ministry{}, err
	}
	if snap.ministry == nil {
		return Ministry{}, errs.New(errs.NotFound, "org.not_set_up")
	}
	return *snap.ministry, nil
}

// Departments lists all departments, closed ones too, the oldest first.
func (s *Service) Departments(ctx context.Context) ([]Department, error) {
	snap, err := s.snap(ctx)
	if err != nil {
		return nil, err
	}
	return clone(snap.departments), nil
}

// Department gives one department; errs.NotFound when there is none.
func (s *Service) Department(ctx context.Context, id string) (Department, error) {
	snap, err := s.snap(ctx)
	if err != nil {
		return Department{}, err
	}
	for _, d := range snap.departments {
		if d.ID == id {
			return d, nil
		}
	}
	return Department{}, fmt.Errorf("department %q: %w", id, errs.New(errs.NotFound, ""))
}

// Missions lists all missions, closed ones too, by their slugs.
func (s *Service) Missions(ctx context.Context) ([]Mission, error) {
	snap, err := s.snap(ctx)
	if err != nil {
		return nil, err
	}
	return clone(snap.missions), nil
}

// Mission gives one mission; errs.NotFound when there is none.
func (s *Service) Mission(ctx context.Context, id string) (Mission, error) {
	return s.mission(ctx, func(m Mission) bool { return m.ID == id }, id)
}

// MissionBySlug finds the mission of a public address, closed ones too.
func (s *Service) MissionBySlug(ctx context.Context, slug string) (Mission, error) {
	return s.mission(ctx, func(m Mission) bool { return m.Slug == slug }, slug)
}

func (s *Service) mission(ctx context.Context, match func(Mission) bool, name string) (Mission, error) {
	snap, err := s.snap(ctx)
	if err != nil {
		return Mission{}, err
	}
	if i := slices.IndexFunc(snap.missions, match); i >= 0 {
		return snap.missions[i], nil
	}
	return Mission{}, fmt.Errorf("mission %q: %w", name, errs.New(errs.NotFound, ""))
}

// MissionForCountry finds the open mission that deals with a country: the
// embassy there, else a consulate there, else the mission with jurisdiction
// over it. It reports false when no mission does.
func (s *Service) MissionForCountry(ctx context.Context, code string) (Mission, bool, error) {
	snap, err := s.snap(ctx)
	if err != nil {
		return Mission{}, false, err
	}
	m, ok := forCountry(snap.missions, code)
	return m, ok, nil
}

// Roles lists the standard roles, then the ministry's own.
func (s *Service) Roles(ctx context.Context) ([]Role, error) {
	snap, err := s.snap(ctx)
	if err != nil {
		return nil, err
	}
	return clone(snap.roles), nil
}

// Role gives one role; errs.NotFound when there is none.
func (s *Service) Role(ctx context.Context, key string) (Role, error) {
	snap, err := s.snap(ctx)
	if err != nil {
		return Role{}, err
	}
	for _, r := range snap.roles {
		if r.Key == key {
			return r, nil
		}
	}
	return Role{}, fmt.Errorf("role %q: %w", key, errs.New(errs.NotFound, ""))
}

// KnownPermissions lists every permission of the house, sorted: those of the
// standard roles.
func (s *Service) KnownPermissions(ctx context.Context) ([]perm.Permission, error) {
	snap, err := s.snap(ctx)
	if err != nil {
		return nil, err
	}
	var all []perm.Permission
	for _, r := range snap.roles {
		if r.Standard {
			all = append(all, r.Permissions...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// MissionNames gives the names of all missions by their ids, in the reader's
// language.
func (s *Service) MissionNames(ctx context.Context) (map[string]string, error) {
	snap, err := s.snap(ctx)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, m := range snap.missions {
		names[m.ID] = m.Name(i18n.From(ctx).Lang())
	}
	return names, nil
}

// Person gives one person whoever asks; errs.NotFound when there is none.
func (s *Service) Person(ctx context.Context, id string) (Person, error) {
	row, err := one[personRow](ctx, s.db.Reader(), "id", id)
	return row.Person, err
}

// PersonByEmail finds an active person by address, in any case of letters;
// errs.NotFound when there is none.
func (s *Service) PersonByEmail(ctx context.Context, email string) (Person, error) {
	p := Person{Email: email}
	p.normalise()
	if p.Email == "" {
		return Person{}, errs.New(errs.NotFound, "")
	}
	row, err := one[personRow](ctx, s.db.Reader(), "email", p.Email)
	if err == nil && !row.Active {
		return Person{}, errs.New(errs.NotFound, "")
	}
	return row.Person, err
}

// PersonNames gives the names of people by their ids, as the reader of the
// context knows them (Person.Called); unknown ids are left out.
func (s *Service) PersonNames(ctx context.Context, ids []string) (map[string]string, error) {
	names := map[string]string{}
	if len(ids) == 0 {
		return names, nil
	}
	var rows []personRow
	if err := s.db.Reader().NewSelect().Model(&rows).Column("id", "name", "post").Where("id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("names of people: %w", err)
	}
	for _, r := range rows {
		names[r.ID] = r.Called(i18n.From(ctx).Lang())
	}
	return names, nil
}

// CalledThen gives a name that was written down for a person at some time as
// the reader of the context knows it: in their language when it is a post that
// the person holds or held, else unchanged.
func (s *Service) CalledThen(ctx context.Context, written map[string][]string) (map[string]map[string]string, error) {
	out := map[string]map[string]string{}
	if len(written) == 0 {
		return out, nil
	}
	var rows []postingRow
	if err := s.db.Reader().NewSelect().Model(&rows).Column("person_id", "post").Where("person_id IN (?)", bun.List(slices.Collect(maps.Keys(written)))).Scan(ctx); err != nil {
		return nil, fmt.Errorf("names of people then: %w", err)
	}
	for _, r := range rows {
		for _, name := range written[r.PersonID] {
			if called := r.Post.called(name, i18n.From(ctx).Lang()); called != name {
				if out[r.PersonID] == nil {
					out[r.PersonID] = map[string]string{}
				}
				out[r.PersonID][name] = called
			}
		}
	}
	return out, nil
}

// PeopleFilter narrows a list of people. The zero value lists all who are
// active.
type PeopleFilter struct {
	MissionID    string
	DepartmentID string
	Query        string // words of name, post or address
	Left         bool   // those who left too
	// Lang lists people by the names by which readers of it know them, in its
	// alphabet; without it by the names as they are stored.
	Lang i18n.Lang
	// Visible lists only those whom the actor of the context may see.
	Visible bool
	// After is the last person of the page before; Limit of zero is no limit.
	After Person
	Limit int
}

// People lists people by name.
func (s *Service) People(ctx context.Context, f PeopleFilter) ([]Person, error) {
	var rows []personRow
	q := s.db.Reader().NewSelect().Model(&rows)
	if f.MissionID != "" {
		q = q.Where("mission_id = ?", f.MissionID)
	}
	if f.DepartmentID != "" {
		q = q.Where("department_id = ?", f.DepartmentID)
	}
	if !f.Left {
		q = q.Where("active = ?", true)
	}
	for _, word := range textWords(f.Query) {
		q = q.Where("found_by LIKE ? ESCAPE '!'", "%"+word+"%")
	}
	if f.Visible {
		q = visible(ctx, q)
	}
	if f.Lang == "" {
		q = f.part(q)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("list people: %w", err)
	}
	var out []Person
	for _, r := range rows {
		out = append(out, r.Person)
	}
	if f.Lang != "" {
		out = f.byShownName(out)
	}
	return out, nil
}

// part orders by stored names and takes the page that is asked for.
func (f PeopleFilter) part(q *bun.SelectQuery) *bun.SelectQuery {
	q = q.Order("name", "id")
	if f.After.ID != "" {
		q = q.Where("(name, id) > (?, ?)", f.After.Name, f.After.ID)
	}
	if f.Limit > 0 {
		q = q.Limit(int64(f.Limit))
	}
	return q
}

// byShownName orders by shown names and takes the page that is asked for.
func (f PeopleFilter) byShownName(people []Person) []Person {
	key := func(p Person) [2]string { return [2]string{text.SortKey(string(f.Lang), p.Called(f.Lang)), p.ID} }
	compare := func(a, b [2]string) int { return cmp.Or(strings.Compare(a[0], b[0]), strings.Compare(a[1], b[1])) }
	keys := map[string][2]string{}
	for _, p := range people {
		keys[p.ID] = key(p)
	}
	slices.SortFunc(people, func(a, b Person) int { return compare(keys[a.ID], keys[b.ID]) })
	if f.After.ID != "" {
		last := key(f.After)
		people = slices.DeleteFunc(people, func(p Person) bool { return compare(keys[p.ID], last) <= 0 })
	}
	if f.Limit > 0 {
		people = people[:min(f.Limit, len(people))]
	}
	return people
}

// visible keeps the people whom the actor may see: those in the scopes in
// which they hold org.view, and themselves.
func visible(ctx context.Context, q *bun.SelectQuery) *bun.SelectQuery {
	a := perm.From(ctx)
	scopes, everywhere := a.Scopes(View)
	if everywhere {
		return q
	}
	return q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		q = q.Where("id = ?", a.ID)
		for _, sc := range scopes {
			if sc.Level == perm.Mission {
				q = q.WhereOr("mission_id = ?", sc.Unit)
			} else {
				q = q.WhereOr("department_id = ?", sc.Unit)
			}
		}
		return q
	})
}

// SeePerson gives a person whom the actor may see; errs.NotFound for any
// other.
func (s *Service) SeePerson(ctx context.Context, id string) (Person, error) {
	p, err := s.Person(ctx, id)
	if err != nil {
		return Person{}, err
	}
	if a := perm.From(ctx); a.ID != p.ID && !a.MayIn(View, p.Scope()) {
		return Person{}, fmt.Errorf("person %s: %w", id, errs.New(errs.NotFound, ""))
	}
	return p, nil
}

// History lists the posts of a person, the newest first.
func (s *Service) History(ctx context.Context, personID string) ([]Posting, error) {
	return readPostings(ctx, s.db.Reader(), "person_id", personID)
}

// MissionHistory lists all who ever served at a mission, the newest first.
func (s *Service) MissionHistory(ctx context.Context, missionID string) ([]Posting, error) {
	return readPostings(ctx, s.db.Reader(), "mission_id", missionID)
}

func readPostings(ctx context.Context, q bun.IDB, column, id string) ([]Posting, error) {
	var rows []postingRow
	err := q.NewSelect().Model(&rows).Where("? = ?", bun.Ident(column), id).Order("from_at DESC", "id DESC").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("postings of %s: %w", id, err)
	}
	var out []Posting
	for _, r := range rows {
		out = append(out, r.Posting)
	}
	return out, nil
}

// textWords are the words of a search as LIKE patterns take them.
func textWords(query string) []string {
	var out []string
	for _, w := range strings.Fields(text.Fold(query)) {
		if len(out) < 8 {
			out = append(out, likeEscape.Replace(w))
		}
	}
	return out
}

var likeEscape = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")

// RoleNames gives the names of all roles by their keys, in the reader's
// language.
func (s *Service) RoleNames(ctx context.Context) (map[string]string, error) {
	snap, err := s.snap(ctx)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, r := range snap.roles {
		names[r.Key] = r.Name(i18n.From(ctx).Lang())
	}
	return names, nil
}

// Zone gives the time zone in which things of a mission are shown to people:
// the mission's, or the ministry's when the id is empty or unknown, UTC before
// Setup.
func (s *Service) Zone(ctx context.Context, missionID string) *time.Location {
	snap, err := s.snap(ctx)
	if err != nil {
		return time.UTC
	}
	for _, m := range snap.missions {
		if m.ID == missionID {
			return m.Location()
		}
	}
	if snap.ministry != nil {
		return snap.ministry.Location()
	}
	return time.UTC
}
