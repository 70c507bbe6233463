package campaign

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/text"
)

// Filter chooses among the campaigns that the actor sees. The zero value is
// all of them.
type Filter struct {
	State     State
	MissionID string // that leads or takes part
	Ministry  bool   // only those that the ministry leads
	Country   string
	Lang      i18n.Lang
	Segment   string
	Query     string        // words of a name, in any spelling
	From, To  db.Time       // with a day between; zero is open
	Before    publish.Place // older than this one, by UpdatedAt
	Limit     int           // 25 when zero, at most 200
}

var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// List lists campaigns, the latest changed first.
func (s *Service) List(ctx context.Context, f Filter) ([]Campaign, error) {
	q := inSight(s.DB.Reader().NewSelect().Model((*Campaign)(nil)), perm.From(ctx))
	for _, w := range []struct {
		on   bool
		text string
		args []any
	}{
		{f.State != "", "c.state = ?", []any{f.State}},
		{f.MissionID != "", "(c.mission_id = ? OR EXISTS (SELECT 1 FROM publish_campaign_mission pm WHERE pm.campaign_id = c.id AND pm.mission_id = ?))", []any{f.MissionID, f.MissionID}},
		{f.MissionID == "" && f.Ministry, "c.mission_id = ''", nil},
		{f.Country != "", "c.countries LIKE ? ESCAPE '\\'", []any{quoted(f.Country)}},
		{f.Lang != "", "c.langs LIKE ? ESCAPE '\\'", []any{quoted(string(f.Lang))}},
		{f.Segment != "", "c.publics LIKE ? ESCAPE '\\'", []any{quoted(f.Segment)}},
		{f.From != 0, "c.ends_on >= ?", []any{f.From}},
		{f.To != 0, "c.starts_on <= ?", []any{f.To}},
		{f.Before.At != 0, "(c.updated_at < ? OR c.updated_at = ? AND c.id < ?)", []any{f.Before.At, f.Before.At, f.Before.ID}},
	} {
		if w.on {
			q = q.Where(w.text, w.args...)
		}
	}
	for _, w := range strings.Fields(text.Fold(f.Query)) {
		q = q.Where("c.folded LIKE ? ESCAPE '\\'", "%"+likeEscape.Replace(w)+"%")
	}
	limit := f.Limit
	if limit <= 0 {
		limit = 25
	}
	list := []Campaign{}
	if err := q.Order("c.updated_at DESC", "c.id DESC").Limit(int64(min(limit, 200))).Scan(ctx, &list); err != nil {
		return nil, fmt.Errorf("list campaigns: %w", err)
	}
	return list, partners(ctx, s.DB.Reader(), list)
}

// quoted finds a word in a column of JSON: words of lists have no marks that
// JSON would escape.
func quoted(word string) string { return `%"` + likeEscape.Replace(word) + `"%` }

// inSight keeps the campaigns that an actor sees.
func inSight(q *bun.SelectQuery, a *perm.Actor) *bun.SelectQuery {
	ids, all := a.Missions(publish.MayView)
	switch {
	case all:
		return q
	case len(ids) == 0:
		return q.Where("1 = 0")
	}
	return q.Where("(c.mission_id IN (?) OR EXISTS (SELECT 1 FROM publish_campaign_mission pm WHERE pm.campaign_id = c.id AND pm.mission_id IN (?)))", bun.List(ids), bun.List(ids))
}

// Open lists the campaigns that are not over and that a message of a mission
// may join: those led there, those in which the mission takes part, and those
// that the actor runs; by name in a language.
func (s *Service) Open(ctx context.Context, missionID string, l i18n.Lang) ([]Campaign, error) {
	list, err := s.List(ctx, Filter{Limit: 200})
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(c Campaign) bool {
		return c.State.Over() || !slices.Contains(c.Units(), missionID) && !c.run(perm.From(ctx))
	})
	text.Sort(string(l), list, func(c Campaign) string { return c.Name(l) })
	return list, nil
}
