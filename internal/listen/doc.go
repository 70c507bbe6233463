// Package listen hears what is publicly said about the state and the matters
// its missions watch, and warns the desk that must act (R4).
//
// A source is where posts come from: a feed that is polled, or files that an
// officer imports. A post is one public utterance. A topic is a matter that a
// desk watches, given by words in any language. A warning says that a topic or
// hashtag is suddenly spoken of much more than the season explains, with the
// evidence; it is acknowledged, dismissed with a reason, or decided upon in a
// decision file.
//
// What this package never does is watch people (R4.7): authors are turned into
// keyed pseudonyms on arrival, mentions of private persons are masked before a
// text is stored, and neither can be searched for. Only accounts registered as
// official and those in the register of public actors (package influence) keep
// their names. Who responds to whom is kept as pseudonyms, for 91 days.
//
// Two databases: the house's own holds sources, topics, imports and warnings;
// the store, a second one, holds posts, the full-text index and counts, so that
// a flood of posts never blocks the house. What must be exact after a crash is
// written in one transaction of the store: posts, their index, their counts and
// how far the import is.
//
// Tables of the house: listen_source, listen_topic, listen_import,
// listen_warning, listen_fault, listen_alarm_rate. Tables of the store: listen_post, listen_post_words,
// listen_volume, listen_topic_count, listen_tag_count, listen_place_count, listen_day_word,
// listen_day_dirty, listen_feed_item, listen_import_progress,
// listen_import_reject, listen_mention, listen_topic_day, listen_story,
// listen_story_sketch, listen_response, listen_shared.
// Package score holds warnings against what came of them, in a table of its own.
// Package campaign keeps the files on hostile campaigns, in tables of its own.
// Events: listen.WarningRaised. Live topics: listen.warnings, listen.posts,
// listen.import:ID. Jobs: listen.import, listen.poll, listen.fetch,
// listen.detect, listen.watch, listen.words, listen.recount, listen.recounts,
// listen.prune.
package listen

import (
	"embed"
	"io/fs"

	"sifara/internal/db"
	"sifara/internal/perm"
)

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed storemigrations/*.sql
var storeMigrations embed.FS

//go:embed locales/*.json
var locales embed.FS

// Permissions of this context.
const (
	View          perm.Permission = "listen.view"    // see posts, volume, warnings
	ImportFiles   perm.Permission = "listen.import"  // bring files
	ManageSources perm.Permission = "listen.sources" // add, change and pause sources
	ManageTopics  perm.Permission = "listen.topics"  // say what is watched
	Warn          perm.Permission = "listen.warn"    // acknowledge and dismiss warnings
)

// Permissions declares them with the standard roles that hold them.
func Permissions() []perm.Definition {
	return []perm.Definition{
		{Permission: View, Roles: []string{"administrator", "unit_head", "head_of_mission", "drafter", "clearer", "releaser", "analyst", "inbox_officer", "auditor", "reader"}},
		{Permission: ImportFiles, Roles: []string{"administrator", "unit_head", "analyst"}},
		{Permission: ManageSources, Roles: []string{"administrator", "unit_head", "analyst"}},
		{Permission: ManageTopics, Roles: []string{"unit_head", "head_of_mission", "analyst"}},
		{Permission: Warn, Roles: []string{"unit_head", "head_of_mission", "analyst"}},
	}
}

// Migrations are the tables in the house's database.
func Migrations() db.Migrations {
	return db.Migrations{Context: "listen", FS: sub(migrations, "migrations")}
}

// StoreMigrations are the tables of the store. They need no job queue.
func StoreMigrations() db.Migrations {
	return db.Migrations{Context: "listen_store", FS: sub(storeMigrations, "storemigrations")}
}

// Locales are the words of this context.
func Locales() fs.FS { return sub(locales, "locales") }

func sub(f embed.FS, dir string) fs.FS {
	s, err := fs.Sub(f, dir)
	if err != nil {
		panic(err) // the folder is embedded
	}
	return s
}
