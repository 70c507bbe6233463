// Package newsletter sends what was released to those who asked for it by mail.
//
// A list belongs to the ministry or a mission. Who wants its letters gives an
// address and a language, and may state a country and topics; nothing else is
// known of them, and what they read is not watched. They are on the list once
// they followed the link in a letter (double opt-in), or were imported with the
// consent that the official states.
//
// A letter carries released messages and nothing else: one message, or what was
// released since the last digest. Each subscriber gets the edition in their
// language; a text that is missing in it stands in another, and the letter says
// so. Words of the subject that are not the message's own title must be let out
// by somebody else than who wrote them.
//
// # Life of a letter
//
//	draft ─ Send ▸ preparing ─ ledger written ▸ sending ─ nobody left ▸ done
//	                    │                        │  ▲
//	                    └────── Cancel ◂─────────┤  │ Resume (an official, with reason)
//	                              │              ▼  │
//	                              ▼              paused: by an official, by the house's pause,
//	                          cancelled             by itself when too many bounce
//
// # The ledger
//
// Every recipient is a row. Before the content of a letter is handed over, the
// letter's own row names the recipient's as in flight; when its fate is known it
// is written and the name taken out again. The workers of a letter share the
// transactions in which both is written. So when a process dies, at most one
// letter of each worker is in flight: the next holder calls it "unknown" and
// never sends it again by itself. One process holds a letter at a time; what
// another left behind is refused because it is no longer the holder.
//
//	queued ─▸ (in flight) ─▸ sent ─▸ bounced
//	  │  ▲        │  │  └───▸ failed (for good)
//	  │  └ later ◂┘  └──────▸ unknown (nobody can tell)
//	  └──▸ left (unsubscribed before) · expired (NotAfter) · cancelled
//
// # A/B of the subject
//
// With a second wording, a share of the recipients gets A or B by lot and the
// rest waits a stated number of hours. Then, once and not before, the clicks are
// compared by the exact binomial test: if, with equal wordings, a difference as
// large would come in fewer than one of twenty letters, the rest gets the better
// one, else A. Nobody looks earlier, so nothing is chosen by luck of the hour.
//
// Tables: publish_newsletter_list, _subscriber, _request, _left, _letter,
// _edition, _link, _delivery, _key, _setting. Events heard: publish.Withdrawn.
// Jobs: newsletter.send, newsletter.invite, newsletter.sweep.
package newsletter

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

// Migrations are the tables of this package.
func Migrations() db.Migrations {
	return db.Migrations{Context: "publish_newsletter", FS: below(migrationFiles, "migrations")}
}

// Locales are the words of this package and of its pages; keys begin with
// "newsletter.".
func Locales() fs.FS { return below(localeFiles, "locales") }

func below(f embed.FS, dir string) fs.FS {
	sub, err := fs.Sub(f, dir)
	if err != nil {
		panic(err) // the folder is embedded
	}
	return sub
}

// The permissions of this package. Who sees messages that are not public sees
// letters and figures, never an address.
const (
	MayWrite     perm.Permission = "newsletter.write"       // prepare letters, send a test to oneself
	MaySend      perm.Permission = "newsletter.send"        // send letters, plan digests, pause and resume
	MayKeep      perm.Permission = "newsletter.subscribers" // make lists, import, export and delete subscribers
	MayConfigure perm.Permission = "newsletter.configure"   // rates, bounds, the signing key
)

// Permissions says which standard roles hold them in a new ministry.
func Permissions() []perm.Definition {
	return []perm.Definition{
		{Permission: MayWrite, Roles: []string{"unit_head", "head_of_mission", "drafter", "releaser"}},
		{Permission: MaySend, Roles: []string{"unit_head", "head_of_mission", "releaser"}},
		{Permission: MayKeep, Roles: []string{"unit_head", "head_of_mission"}},
		{Permission: MayConfigure, Roles: []string{"administrator", "unit_head"}},
	}
}
