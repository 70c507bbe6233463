package app

import (
	"io/fs"
	"sync"

	"sifara/internal/assess"
	"sifara/internal/audit"
	"sifara/internal/auth"
	"sifara/internal/blob"
	"sifara/internal/channels"
	"sifara/internal/engage"
	"sifara/internal/fetch"
	"sifara/internal/i18n"
	"sifara/internal/listen"
	"sifara/internal/mail"
	"sifara/internal/org"
	"sifara/internal/planning"
	"sifara/internal/publish"
	"sifara/internal/publish/newsletter"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// words are the locale files of the whole house.
func words() []fs.FS {
	return []fs.FS{
		localeFiles, web.Locales(), ui.Locales(), fetch.Locales(), blob.Locales(), mail.Locales(),
		audit.Locales(), org.Locales(), auth.Locales(), channels.Locales(), listen.Locales(),
		planning.Locales(), publish.Locales(), newsletter.Locales(), engage.Locales(), assess.Locales(),
	}
}

// catalogue loads every word of the house, once: the words are part of the binary.
var catalogue = sync.OnceValues(func() (*i18n.Catalogue, error) { return i18n.Load(words()...) })
