// Package planning holds decision files: what has to be decided, among which
// options with what arguments, who must be heard by when and what they said,
// what was decided and why, and what followed (R8.2).
//
// A file is opened from an early warning or from nothing. A warning's evidence
// is copied into the file as it stood, so the file can still be understood when
// the posts are gone. A party is a department, a mission or a person that must
// be heard; only its own people record its position. Whoever decides without
// having heard all of them says so, and the file keeps it.
//
// The life of a file: open → decided → closed; it can be reopened with a reason,
// which the history keeps.
//
// Tables: planning_decision, planning_option, planning_argument,
// planning_party, planning_entry. Event: Made ("planning.decided"). Live
// topics: "planning.decisions", "planning.decision:ID". Jobs: planning.remind
// (hourly), planning.reminder (one letter).
package planning

import (
	"embed"
	"io/fs"

	"sifara/internal/db"
	"sifara/internal/perm"
)

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed locales/*.json
var locales embed.FS

// The permissions of this context: see files, open and prepare them (and speak
// for one's own unit), decide.
const (
	View   perm.Permission = "planning.view"
	Open   perm.Permission = "planning.open"
	Decide perm.Permission = "planning.decide"
)

// Permissions are those of this context.
func Permissions() []perm.Definition {
	return []perm.Definition{
		{Permission: View, Roles: []string{"unit_head", "head_of_mission", "drafter", "clearer", "analyst", "auditor"}},
		{Permission: Open, Roles: []string{"unit_head", "head_of_mission", "analyst", "drafter"}},
		{Permission: Decide, Roles: []string{"unit_head", "head_of_mission"}},
	}
}

// Migrations make the tables of this context.
func Migrations() db.Migrations {
	return db.Migrations{Context: "planning", FS: sub(migrations, "migrations")}
}

// Locales are the words of this context.
func Locales() fs.FS { return sub(locales, "locales") }

func sub(f embed.FS, dir string) fs.FS {
	s, err := fs.Sub(f, dir)
	if err != nil {
		panic(err) // the directory is embedded
	}
	return s
}
