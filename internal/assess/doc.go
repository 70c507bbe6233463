// Package assess asks whether the work has an effect (R9, first cut): for each
// statement and mission how often it was read, what was asked and how soon it
// was answered, how much was spoken of its topic before and after, and the way
// back to the warning and the decision that began it.
//
// It keeps nothing of its own. Every figure comes from the context that counts
// it, through a small interface declared here, so that each figure can be
// opened down to what it is made of.
//
// # What the figures mean
//
//   - Views are deliveries of a page to somebody who is no known robot; readers
//     are distinct networks, counted anew each day and never stored as
//     addresses. See publish.Reading.
//   - Questions are those asked under statements in the period; the time to
//     answer is from the question to the first answer, as a median. See
//     engage.Figures.
//   - Volume is the number of public posts that speak of a statement's topic in
//     the seven days before and the seven days after its release. It says what
//     happened, not why: a change after a statement need not be its doing.
//
// Tables: none. Events: none. Jobs: none.
package assess

import (
	"embed"
	"io/fs"

	"sifara/internal/perm"
)

//go:embed locales/*.json
var locales embed.FS

// View allows seeing the figures of a mission; in the whole ministry, those of
// all and of the ministry itself.
const View perm.Permission = "assess.view"

// Permissions are those of this context with the standard roles that hold
// them.
func Permissions() []perm.Definition {
	return []perm.Definition{{Permission: View, Roles: []string{"administrator", "unit_head", "head_of_mission", "clearer", "releaser", "analyst", "auditor", "reader"}}}
}

// Locales are the words of this context.
func Locales() fs.FS {
	s, err := fs.Sub(locales, "locales")
	if err != nil {
		panic(err) // the directory is embedded
	}
	return s
}
