package publish

import (
	"context"
	"slices"

	"sifara/internal/i18n"
)

// Doubt is what of a route would hold messages up today: a step that is passed on
// to somebody who could not take it, or a required language that nobody who could
// vouch for it reads.
type Doubt struct {
	Step int       // index of the step that is passed on
	To   Named     // one person, role or office; nobody for a doubt about a language
	Lang i18n.Lang // empty for a doubt about a step
}

// Doubts tells what speaks against the route of a message that Try gave. It
// forbids nothing: people may be granted tomorrow what they lack today. None where
// the house does not know its people.
func (s *Service) Doubts(ctx context.Context, m Message) ([]Doubt, error) {
	if s.org == nil {
		return nil, nil
	}
	var out []Doubt
	for i, step := range m.Route.Steps {
		if step.Escalate == nil {
			continue
		}
		on := m
		on.Escalated = append(slices.Clone(m.Escalated), i)
		for _, to := range step.Escalate.each() {
			people, err := s.takers(ctx, on, i, to.has)
			if err != nil {
				return nil, err
			}
			if len(people) == 0 {
				out = append(out, Doubt{Step: i, To: to})
			}
		}
	}
	read, err := s.langsRead(ctx, m)
	for _, l := range m.Route.Required {
		if err == nil && !slices.Contains(read, l) {
			out = append(out, Doubt{Lang: l})
		}
	}
	return out, err
}

// DoubtsOf is Doubts of a route that may not be stored yet. For a route that is for
// any mission it speaks of the ministry's own messages, and not of roles, which
// people hold in their missions.
func (s *Service) DoubtsOf(ctx context.Context, r Route) ([]Doubt, error) {
	out, err := s.Doubts(ctx, tried(r, r.Match()))
	if r.MissionID == "" {
		out = slices.DeleteFunc(out, func(d Doubt) bool { return len(d.To.Roles) > 0 })
	}
	return out, err
}

// each gives those who are named one by one.
func (n Named) each() []Named {
	var out []Named
	for _, p := range n.People {
		out = append(out, Named{People: []string{p}})
	}
	for _, r := range n.Roles {
		out = append(out, Named{Roles: []string{r}})
	}
	for _, o := range n.Offices {
		out = append(out, Named{Offices: []Office{o}})
	}
	return out
}

// langsRead gives the languages in which somebody could vouch for a message today:
// who could take a language review of its route or, where there is none, who could
// write it.
func (s *Service) langsRead(ctx context.Context, m Message) ([]i18n.Lang, error) {
	people, err := s.org.Holders(ctx, MayDraft, m.Scope())
	reviewed := false
	for i, step := range m.Route.Steps {
		if step.Kind != LanguageReview || err != nil {
			continue
		}
		if !reviewed {
			reviewed, people = true, nil
		}
		more, stepErr := s.Takers(ctx, m, i)
		people, err = append(people, more...), stepErr
	}
	var out []i18n.Lang
	for _, p := range people {
		out = append(out, p.Reads...)
	}
	return out, err
}
