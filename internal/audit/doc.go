// Package audit keeps the record of who did what, when and on whose authority,
// which nobody can change quietly (R1.5).
//
// Every act of the house is recorded in the transaction that does it: there is
// no act without its entry and no entry of an act that was rolled back. Entries
// form an append-only log (package ledger) whose root is published as a
// checkpoint; Verify finds any row that was changed, added or removed behind
// the program's back.
//
// An entry says what was done and to which object, never the content: no
// secrets, no private texts, no names of citizens. Record refuses details whose
// names betray such content.
//
// The sentences that people read are messages "audit.act.<act>" of the context
// that does the act, with the placeholder {actor} and the entry's details as
// further placeholders; kinds of object are "audit.object.<object>".
//
// Tables: audit_log_record, audit_log_hash, audit_log_head (the ledger),
// audit_entry (finds records), audit_check (outcomes of verifications).
// Live topic: "audit". Jobs: audit.verify, once a day.
package audit

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

// View allows reading, verifying and exporting the record.
const View perm.Permission = "audit.view"

// Permissions are those of this context.
func Permissions() []perm.Definition {
	return []perm.Definition{{Permission: View, Roles: []string{"administrator", "auditor", "unit_head", "head_of_mission"}}}
}

// Migrations make the tables of this context.
func Migrations() db.Migrations {
	return db.Migrations{Context: "audit", FS: sub(migrations, "migrations")}
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
