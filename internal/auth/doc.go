// Package auth knows who is at the door: how officials prove who they are, in
// which browsers they are signed in, and which tokens their programs hold.
//
// The person is org's; the account here holds only what they prove themselves
// with. Ways in, best first:
//
//   - a passkey (WebAuthn, discoverable, with user verification): enough alone;
//   - a password (argon2id) together with a time-based one-time password (TOTP,
//     RFC 6238) or a recovery code; a password alone never is enough;
//   - the ministry's own identity provider by OpenID Connect, when set.
//
// An account begins with an invitation by mail and is renewed by a reset: a
// link with a secret that is used once, expires, and is stored as a hash.
//
// Failures slow down whoever causes them: per tried account and network, and
// more gently per account. A browser from which the person has signed in
// before, and a passkey, are never held up by the failures of others, so that
// nobody can lock somebody else out. Answers are the same for accounts that
// exist and those that do not.
//
// What a signed-in person may do is org's to say (Grants). It is remembered
// for a few seconds and forgotten at the live topics "org" and "auth", so that
// an ended grant or a disabled account ends access at once.
//
// Tables: auth_*. Jobs: auth.reset finds out whom a request to reset is for,
// auth.letter brings links by mail, auth.digest tells people once a day what
// waits for them, auth.sweep forgets what has expired. Every act is in the audit log.
package auth

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

// Migrations are the schema of the context.
func Migrations() db.Migrations {
	return db.Migrations{Context: "auth", FS: below(migrationFiles, "migrations")}
}

// Locales are the words of the context and its pages.
func Locales() fs.FS { return below(localeFiles, "locales") }

func below(f embed.FS, folder string) fs.FS {
	sub, err := fs.Sub(f, folder)
	if err != nil {
		panic(err) // the folder is embedded
	}
	return sub
}

// Users lets one invite officials, renew their access and take it away.
const Users perm.Permission = "auth.users"

// Permissions are those of the context.
func Permissions() []perm.Definition {
	return []perm.Definition{{Permission: Users, Roles: []string{"administrator"}}}
}

// Topic is the live topic at which remembered rights are forgotten.
const Topic = "auth"
