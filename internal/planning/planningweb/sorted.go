package planningweb

import (
	"maps"
	"slices"

	"sifara/internal/org"
	"sifara/internal/text"
)

// sortedMissions are the open missions by name.
func (n *names) sortedMissions() []org.Mission {
	out := slices.DeleteFunc(slices.Collect(maps.Values(n.missions)), func(m org.Mission) bool { return !m.Open })
	text.Sort(string(n.lang), out, func(m org.Mission) string { return m.Name(n.lang) })
	return out
}

// sortedDepartments are the open departments by name.
func (n *names) sortedDepartments() []org.Department {
	out := slices.DeleteFunc(slices.Collect(maps.Values(n.departments)), func(d org.Department) bool { return !d.Open })
	text.Sort(string(n.lang), out, func(d org.Department) string { return d.Name(n.lang) })
	return out
}
