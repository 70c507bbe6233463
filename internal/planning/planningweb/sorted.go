package planningweb

import (
	"maps"
	"slices"
	"strings"

	"sifara/internal/org"
)

// sortedMissions are the open missions by name.
func (n *names) sortedMissions() []org.Mission {
	out := slices.DeleteFunc(slices.Collect(maps.Values(n.missions)), func(m org.Mission) bool { return !m.Open })
	slices.SortFunc(out, func(a, b org.Mission) int { return strings.Compare(a.Name(n.lang), b.Name(n.lang)) })
	return out
}

// sortedDepartments are the open departments by name.
func (n *names) sortedDepartments() []org.Department {
	out := slices.DeleteFunc(slices.Collect(maps.Values(n.departments)), func(d org.Department) bool { return !d.Open })
	slices.SortFunc(out, func(a, b org.Department) int { return strings.Compare(a.Name(n.lang), b.Name(n.lang)) })
	return out
}
