package engageweb

import (
	"context"
	"fmt"
	"slices"
	"time"

	"sifara/internal/db"
	"sifara/internal/engage"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/web/ui"
)

// people gives names for ids of officials; an id that is nobody's (a job) is
// left as it is.
func (p *pages) people(ctx context.Context, ids ...string) (func(string) string, error) {
	names, err := p.org.PersonNames(ctx, ids)
	if err != nil {
		return nil, err
	}
	return func(id string) string {
		if n := names[id]; n != "" {
			return n
		}
		return id
	}, nil
}

// missions knows the missions by id.
func (p *pages) missions(ctx context.Context) (map[string]org.Mission, error) {
	all, err := p.org.Missions(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]org.Mission{}
	for _, m := range all {
		out[m.ID] = m
	}
	return out, nil
}

// missionName is the name of a mission, of the ministry when the id is empty.
func (p *pages) missionName(ctx context.Context, all map[string]org.Mission, id string) string {
	l := i18n.From(ctx).Lang()
	if id == "" {
		if m, err := p.org.Ministry(ctx); err == nil {
			return m.Name(l)
		}
		return i18n.T(ctx, "engage.ministry")
	}
	m, ok := all[id]
	if !ok {
		return id
	}
	return m.Name(l)
}

// zone is the mission's own, else the ministry's.
func (p *pages) zone(ctx context.Context, all map[string]org.Mission, id string) *time.Location {
	if m, ok := all[id]; ok {
		return m.Location()
	}
	if m, err := p.org.Ministry(ctx); err == nil {
		return m.Location()
	}
	return time.UTC
}

// moment prints a time in a zone; nothing when it is not set.
func moment(ctx context.Context, t db.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return i18n.From(ctx).DateTime(t.In(zone))
}

func day(ctx context.Context, t db.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return i18n.From(ctx).Date(t.In(zone))
}

// number is the question's number as a name, not as a quantity.
func number(ctx context.Context, q *engage.Question) string {
	return i18n.T(ctx, "engage.number", "number", i18n.From(ctx).Digits(fmt.Sprint(q.Number)))
}

// state is the badge of a question.
func state(ctx context.Context, q *engage.Question, now time.Time) (ui.Kind, string) {
	if q.Overdue(now) {
		return ui.Danger, i18n.T(ctx, "engage.state.overdue")
	}
	kind := ui.Neutral
	switch q.State {
	case engage.Fresh:
		kind = ui.Info
	case engage.Assigned:
		kind = ui.Draft
	case engage.AnswerPending:
		kind = ui.Waiting
	case engage.Answered:
		kind = ui.Success
	}
	return kind, i18n.T(ctx, "engage.state."+string(q.State))
}

// missionOptions are the missions in which the actor holds a permission, and
// the ministry for those who hold it everywhere.
func (p *pages) missionOptions(ctx context.Context, need perm.Permission, chosen string, ministry string) ([]ui.Option, error) {
	all, err := p.org.Missions(ctx)
	if err != nil {
		return nil, err
	}
	ids, everywhere := perm.From(ctx).Missions(need)
	var out []ui.Option
	if everywhere {
		out = append(out, ui.Option{Value: ministry, Label: p.missionName(ctx, nil, ""), Checked: chosen == ministry})
	}
	for _, m := range all {
		if everywhere || slices.Contains(ids, m.ID) {
			out = append(out, ui.Option{Value: m.ID, Label: m.Name(i18n.From(ctx).Lang()), Checked: chosen == m.ID})
		}
	}
	return out, nil
}

// langOptions are the four languages by their own names.
func langOptions(chosen i18n.Lang) []ui.Option {
	var out []ui.Option
	for _, l := range i18n.Langs {
		out = append(out, ui.Option{Value: string(l), Label: l.Name(), Lang: l.Tag(), Checked: l == chosen})
	}
	return out
}

// snippet is the beginning of a text on one line.
func snippet(s string, n int) string {
	r := []rune(s)
	for i, c := range r {
		if c == '\n' {
			r[i] = ' '
		}
	}
	if len(r) <= n {
		return string(r)
	}
	return string(r[:n-1]) + "…"
}

func kindOf(ctx context.Context, q *engage.Question, now time.Time) ui.Kind {
	k, _ := state(ctx, q, now)
	return k
}

func labelOf(ctx context.Context, q *engage.Question, now time.Time) string {
	_, l := state(ctx, q, now)
	return l
}
