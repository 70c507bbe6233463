package publish

import (
	"context"
	"slices"

	"github.com/uptrace/bun"
)

// heatedRoute gives the route of a message whose texts are heated so much that it
// takes at least that of a sensitivity.
//
// A route that leaves the sensitivity open is for a heated message as for any
// other, so heat alone would raise nothing there. It is raised by this rule: the
// message takes that route, with every clearance and both rules about people
// (one step each, two people) by which the ministry's own route for the raised
// sensitivity asks for more.
func heatedRoute(ctx context.Context, q bun.IDB, m *Message, least Sensitivity) (Path, error) {
	match := m.match()
	match.Sensitivity = least
	r, err := bestRoute(ctx, q, match, m.Channels.Has)
	if err != nil || r.Sensitivity != "" || least == m.Sensitivity {
		return r.path(), err
	}
	base, err := bestRoute(ctx, q, Match{Sensitivity: least}, func(Channel) bool { return false })
	return r.path().raised(base.path()), err
}

// raised gives the path with what another one asks for besides: each of its
// clearances that has no match here, before the release, and its rules about
// people. A clearance for the whole ministry matches any, one of a group of which
// one suffices matches none.
func (p Path) raised(by Path) Path {
	have := map[bool]int{}
	for i, s := range p.Steps {
		if from, _ := p.group(i); s.Kind == Clearance && !p.Steps[from].AnyOf {
			have[s.Ministry]++
		}
	}
	out := p
	out.OneStepEach = p.OneStepEach || by.OneStepEach
	out.Steps = slices.Clone(p.Steps)
	last := len(out.Steps) - 1
	// Those for the whole ministry first: others may be matched by them too.
	for _, ministry := range []bool{true, false} {
		for i, s := range by.Steps {
			if from, _ := by.group(i); s.Kind != Clearance || s.Ministry != ministry || by.Steps[from].AnyOf {
				continue
			}
			switch {
			case have[ministry] > 0:
				have[ministry]--
			case !ministry && have[true] > 0:
				have[true]--
			default:
				out.Steps = slices.Insert(out.Steps, last, Step{Kind: Clearance, Permission: s.Permission, Hours: s.Hours, Ministry: s.Ministry})
				last++
			}
		}
	}
	out.TwoPeople = p.TwoPeople || by.TwoPeople && out.clears()
	out.Raised = true
	return out
}
