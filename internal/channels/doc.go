// Package channels keeps the register of official accounts (R1.3) and tells
// other programs what happens in the house.
//
// An official account is a place on somebody's platform, or an address of our
// own, at which the ministry or a mission speaks. Each has an owner, who
// answers for what is said there, and a custodian, another person, who keeps
// the access to it: two people, so that nobody holds an official voice alone.
// The public can ask whether an account is ours; the answer names what is
// ours, what is suspended, and what only resembles ours.
//
// A webhook is an address of another program that wants to hear of events. A
// delivery is one event on its way to one webhook: it is recorded in the
// transaction of the event, carries ids and no texts, is signed, tried again
// with growing pauses for a day, and ends delivered or failed. It arrives at
// least once: a receiver that sees the same id twice has seen it already.
//
// Tables: channels_account, channels_history, channels_webhook,
// channels_delivery. Events: channels.account_changed. Live topics:
// channels.accounts, channels.webhooks, and "site" when the public register
// changes. Jobs: channels.deliver, channels.sweep.
package channels

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

// Permissions of this context.
const (
	View     perm.Permission = "channels.view"     // see the register with the people responsible
	Manage   perm.Permission = "channels.manage"   // add and change accounts
	Webhooks perm.Permission = "channels.webhooks" // connect other programs; in the whole ministry
)

// Permissions are those of this context with the standard roles that hold
// them.
func Permissions() []perm.Definition {
	return []perm.Definition{
		{Permission: View, Roles: []string{"administrator", "unit_head", "head_of_mission", "drafter", "language_reviewer", "clearer", "releaser", "analyst", "inbox_officer", "auditor", "reader"}},
		{Permission: Manage, Roles: []string{"administrator", "unit_head", "head_of_mission"}},
		{Permission: Webhooks, Roles: []string{"administrator"}},
	}
}

// Migrations make the tables of this context.
func Migrations() db.Migrations {
	return db.Migrations{Context: "channels", FS: sub(migrations, "migrations")}
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
