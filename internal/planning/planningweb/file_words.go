package planningweb

import (
	"cmp"
	"context"
	"strings"

	"sifara/internal/i18n"
	"sifara/internal/planning"
	"sifara/internal/web/ui"
)

// facts are the particulars of a file.
func (f *filePage) facts(ctx context.Context) []ui.KeyValue {
	t := func(key string, args ...any) string { return i18n.T(ctx, key, args...) }
	kind, label := stateOf(ctx, &f.Decision, f.Now)
	due := moment(ctx, f.DueAt, f.Zone)
	if due == "" {
		due = t("planning.no_date")
	}
	out := []ui.KeyValue{
		{Key: t("planning.col.state"), Comp: ui.Badge(kind, label)},
		{Key: t("planning.col.unit"), Value: f.unit(f.MissionID, f.DepartmentID)},
		{Key: t("planning.col.due"), Value: due},
		{Key: t("planning.opened_by"), Value: f.person(f.CreatedBy)},
		{Key: t("planning.col.opened"), Value: moment(ctx, f.CreatedAt, f.Zone)},
	}
	if f.WarningID != "" {
		out = append(out, ui.KeyValue{Key: t("planning.from_warning"), Comp: link("/console/listen/warnings/"+f.WarningID, f.Evidence.Name(i18n.From(ctx).Lang()))})
	}
	return out
}

// choices are the options that can be chosen.
func (f *filePage) choices(chosen string) []ui.Option {
	var out []ui.Option
	for _, o := range f.Options {
		if !o.Dropped {
			out = append(out, ui.Option{Value: o.ID, Label: o.Text, Checked: o.ID == chosen})
		}
	}
	return out
}

func (f *filePage) chosenParty() []ui.Option {
	out := append([]ui.Option{}, f.Parties...)
	for i := range out {
		out[i].Checked = out[i].Value == f.typed("party")
	}
	return out
}

func (f *filePage) unheardOptions() []ui.Option {
	var out []ui.Option
	for _, p := range f.UnheardParties() {
		out = append(out, ui.Option{Value: p.ID, Label: f.party(p.Kind, p.UnitID)})
	}
	return out
}

func (f *filePage) stances(ctx context.Context, p planning.Party) []ui.Option {
	chosen := string(p.Stance)
	if f.typed("party") == p.ID {
		chosen = f.typed("stance")
	}
	var out []ui.Option
	for _, s := range planning.Stances {
		out = append(out, ui.Option{Value: string(s), Label: i18n.T(ctx, "planning.stance."+string(s)), Checked: string(s) == chosen})
	}
	return out
}

// statement is what stands in the field: what was just typed for this party,
// else what it said before.
func (f *filePage) statement(p planning.Party) string {
	if f.typed("party") == p.ID {
		return f.typed("statement")
	}
	return p.Statement
}

// at reports whether the form that failed was that of the party's position.
func (f *filePage) at(p planning.Party) bool {
	return f.Act == "position" && f.typed("party") == p.ID
}

func (f *filePage) badAt(p planning.Party, field string) string {
	if !f.at(p) {
		return ""
	}
	return f.Errors[field]
}

// badDue is the error of the date by which a party must be heard: the form
// calls the field by a longer name than the service.
func (f *filePage) badDue() string {
	return cmp.Or(f.bad("parties", "due"), f.bad("parties", "party-due"))
}

// partySteps show who has been heard and who not.
func (f *filePage) partySteps(ctx context.Context) []ui.Step {
	var out []ui.Step
	for i := range f.File.Parties {
		p := &f.File.Parties[i]
		s := ui.Step{Title: f.party(p.Kind, p.UnitID), State: ui.Ahead, Note: i18n.T(ctx, "planning.party_until", "date", moment(ctx, p.DueAt, f.Zone))}
		switch {
		case p.Heard():
			s.State, s.When = ui.Done, moment(ctx, p.RecordedAt, f.Zone)
			s.Note, s.Comp = f.person(p.RecordedBy), positionView(f, p)
		case p.Overdue(f.Now):
			s.State, s.Comp = ui.Failed, ui.Badge(ui.Danger, i18n.T(ctx, "planning.state.overdue"))
		}
		out = append(out, s)
	}
	return out
}

// preferredText is the option a party prefers.
func (f *filePage) preferredText(p *planning.Party) string {
	for _, o := range f.Options {
		if o.ID == p.OptionID {
			return o.Text
		}
	}
	return ""
}

func stanceKind(s planning.Stance) ui.Kind {
	switch s {
	case planning.Agrees:
		return ui.Success
	case planning.AgreesIf:
		return ui.Warning
	case planning.Objects:
		return ui.Danger
	}
	return ui.Neutral
}

func (f *filePage) followedSteps(ctx context.Context) []ui.Step {
	var out []ui.Step
	for _, x := range f.Followed {
		s := ui.Step{State: ui.Done, When: moment(ctx, x.At, f.Zone), Note: i18n.T(ctx, x.StateKey)}
		for _, l := range append([]i18n.Lang{i18n.From(ctx).Lang()}, i18n.Langs...) {
			if s.Title == "" {
				s.Title = x.Titles[l]
			}
		}
		if x.Href != "" {
			s.Comp = link(x.Href, i18n.T(ctx, "planning.followed_open"))
		}
		out = append(out, s)
	}
	return out
}

func (f *filePage) history(ctx context.Context) []ui.Step {
	var out []ui.Step
	for _, e := range f.Entries {
		out = append(out, ui.Step{
			Title: i18n.T(ctx, "planning.entry."+e.Act, "actor", f.person(e.ActorID), "subject", f.subject(e.Subject)),
			Note:  e.Note, When: moment(ctx, e.At, f.Zone), State: ui.Done,
		})
	}
	return out
}

// lines are the paragraphs of a plain text, without empty ones.
func lines(s string) []string {
	var out []string
	for l := range strings.SplitSeq(s, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}
