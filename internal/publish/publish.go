package publish

import (
	"embed"
	"io/fs"

	"sifara/internal/db"
	"sifara/internal/perm"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

//go:embed locales/*.json
var localeFiles embed.FS

// Migrations is the schema of this context.
func Migrations() db.Migrations {
	return db.Migrations{Context: "publish", FS: below(migrationFiles, "migrations")}
}

// Locales holds the words of this context and of its pages; keys begin with
// "publish.".
func Locales() fs.FS { return below(localeFiles, "locales") }

func below(f embed.FS, dir string) fs.FS {
	sub, err := fs.Sub(f, dir)
	if err != nil {
		panic(err) // the folder is embedded: this cannot fail at run time
	}
	return sub
}

// The permissions of this context.
const (
	MayView      perm.Permission = "publish.view"      // read messages that are not public
	MayDraft     perm.Permission = "publish.draft"     // write and submit
	MayReview    perm.Permission = "publish.review"    // vouch for the language
	MayClear     perm.Permission = "publish.clear"     // vouch for the content
	MayRelease   perm.Permission = "publish.release"   // make public what has been cleared
	MayEmergency perm.Permission = "publish.emergency" // make public first and have it cleared afterwards; pause publishing
	MayWithdraw  perm.Permission = "publish.withdraw"  // take back what is public
	MayRoutes    perm.Permission = "publish.routes"    // decide who must approve
	MayLog       perm.Permission = "publish.log"       // keep the public log's key and witnesses
	MayExempt    perm.Permission = "publish.exempt"    // mark what goes out also while publishing is paused
	MayCool      perm.Permission = "publish.cool"      // end the cooling-off of a heated message early
	MayTone      perm.Permission = "publish.tone"      // change the words that make heat and what it leads to
)

// Permissions says which standard roles hold the permissions in a new
// ministry.
func Permissions() []perm.Definition {
	return []perm.Definition{
		{Permission: MayView, Roles: []string{"administrator", "unit_head", "head_of_mission", "drafter", "language_reviewer", "clearer", "releaser", "analyst", "inbox_officer", "auditor", "reader"}},
		{Permission: MayDraft, Roles: []string{"unit_head", "drafter"}},
		{Permission: MayReview, Roles: []string{"language_reviewer"}},
		{Permission: MayClear, Roles: []string{"head_of_mission", "clearer"}},
		{Permission: MayRelease, Roles: []string{"unit_head", "releaser"}},
		{Permission: MayEmergency, Roles: []string{"unit_head", "head_of_mission"}},
		{Permission: MayWithdraw, Roles: []string{"unit_head", "head_of_mission", "releaser"}},
		{Permission: MayRoutes, Roles: []string{"administrator", "unit_head"}},
		{Permission: MayLog, Roles: []string{"administrator"}},
		{Permission: MayExempt, Roles: []string{"unit_head", "head_of_mission"}},
		{Permission: MayCool, Roles: []string{"unit_head", "head_of_mission"}},
		{Permission: MayTone, Roles: []string{"administrator", "unit_head"}},
	}
}
