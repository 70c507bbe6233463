package planningweb

import (
	"context"
	"strings"
	"time"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/planning"
	"sifara/internal/web/ui"
)

// names knows units and people by id, in the reader's language.
type names struct {
	missions    map[string]org.Mission
	departments map[string]org.Department
	people      map[string]string
	ministry    org.Ministry
	lang        i18n.Lang
}

func (p *pages) names(ctx context.Context, people ...string) (*names, error) {
	n := &names{missions: map[string]org.Mission{}, departments: map[string]org.Department{}, lang: i18n.From(ctx).Lang()}
	ms, err := p.org.Missions(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range ms {
		n.missions[m.ID] = m
	}
	ds, err := p.org.Departments(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range ds {
		n.departments[d.ID] = d
	}
	if n.people, err = p.org.PersonNames(ctx, people); err != nil {
		return nil, err
	}
	n.ministry, err = p.org.Ministry(ctx)
	return n, err
}

func (n *names) person(id string) string {
	if x := n.people[id]; x != "" {
		return x
	}
	return id
}

// unit names whose file it is.
func (n *names) unit(mission, department string) string {
	switch {
	case mission != "":
		return n.missions[mission].Name(n.lang)
	case department != "":
		return n.departments[department].Name(n.lang)
	}
	return n.ministry.Name(n.lang)
}

// party names who must be heard.
func (n *names) party(kind planning.PartyKind, unit string) string {
	switch kind {
	case planning.MissionParty:
		return n.missions[unit].Name(n.lang)
	case planning.DepartmentParty:
		return n.departments[unit].Name(n.lang)
	}
	return n.person(unit)
}

// subject names the party of an entry, kept as "kind:id"; anything else is
// shown as it is.
func (n *names) subject(s string) string {
	kind, id, ok := strings.Cut(s, ":")
	if k := planning.PartyKind(kind); ok && (k == planning.MissionParty || k == planning.DepartmentParty || k == planning.PersonParty) {
		return n.party(k, id)
	}
	return s
}

// zone is the mission's own, else the ministry's.
func (n *names) zone(mission string) *time.Location {
	if m, ok := n.missions[mission]; ok {
		return m.Location()
	}
	return n.ministry.Location()
}

func moment(ctx context.Context, t db.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return i18n.From(ctx).DateTime(t.In(zone))
}

func stateOf(ctx context.Context, d *planning.Decision, now time.Time) (ui.Kind, string) {
	switch {
	case d.Overdue(now):
		return ui.Danger, i18n.T(ctx, "planning.state.overdue")
	case d.State == planning.Opened:
		return ui.Waiting, i18n.T(ctx, "planning.state.open")
	case d.State == planning.Decided:
		return ui.Success, i18n.T(ctx, "planning.state.decided")
	}
	return ui.Neutral, i18n.T(ctx, "planning.state.closed")
}

// unitOptions are the units in which the actor may open a file.
func (n *names) unitOptions(ctx context.Context, chosen string) []ui.Option {
	a := perm.From(ctx)
	var out []ui.Option
	if a.MayIn(planning.Open, perm.Everywhere()) {
		out = append(out, ui.Option{Value: "ministry:", Label: n.ministry.Name(n.lang), Checked: chosen == "ministry:"})
	}
	for _, o := range n.all(ctx) {
		kind, id, _ := strings.Cut(o.Value, ":")
		scope := perm.InMission(id)
		if kind == string(planning.DepartmentParty) {
			scope = perm.InDepartment(id)
		}
		if a.MayIn(planning.Open, scope) {
			o.Checked = o.Value == chosen
			out = append(out, o)
		}
	}
	return out
}

// all lists departments and missions as "kind:id".
func (n *names) all(ctx context.Context) []ui.Option {
	var out []ui.Option
	add := func(kind planning.PartyKind, id, label, group string) {
		out = append(out, ui.Option{Value: string(kind) + ":" + id, Label: label, Group: group})
	}
	for _, d := range n.sortedDepartments() {
		add(planning.DepartmentParty, d.ID, d.Name(n.lang), i18n.T(ctx, "planning.kind.department"))
	}
	for _, m := range n.sortedMissions() {
		add(planning.MissionParty, m.ID, m.Name(n.lang), i18n.T(ctx, "planning.kind.mission"))
	}
	return out
}
