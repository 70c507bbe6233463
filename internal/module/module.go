// Package module says what a context offers to the house. The list of contexts
// is internal/app/contexts.go; nothing registers itself.
package module

import (
	"context"
	"io/fs"
	"net/http"

	"github.com/a-h/templ"

	"sifara/internal/db"
	"sifara/internal/jobs"
	"sifara/internal/perm"
	"sifara/internal/web"
)

// Module is one context as the house sees it. Every field but Name may be
// empty.
type Module struct {
	Name        string
	Migrations  []db.Migrations
	Locales     fs.FS
	Permissions []perm.Definition
	Nav         []Nav
	SiteNav     []SiteNav
	Jobs        func(*jobs.Queue)
	Routes      []web.Route
	API         func(*web.API)
	Panels      []Panel
	Search      []Search
	Commands    []Command
	// Banner draws what every page of the console must say now; nil when there
	// is nothing to say. May be nil.
	Banner func(r *http.Request) (templ.Component, error)
}

// Nav is an entry of the console's navigation, shown to those who hold the
// permission somewhere. Group is a message key under which entries gather;
// groups stand in the order of their first entry.
type Nav struct {
	Group      string // message key "nav.listen"
	Label      string // message key
	Href       string
	Icon       string
	Permission perm.Permission
	// Badge counts what waits for the actor, zero shows nothing. May be nil.
	Badge func(ctx context.Context) (int, error)
}

// SiteNav is an entry of the public site's navigation. Path is below
// "/{lang}" or "/{lang}/missions/{slug}": "/statements". Ministry says that it
// stands on the ministry's site only.
type SiteNav struct {
	Label    string
	Path     string
	Ministry bool
	Mission  bool // stands on the sites of missions only
}

// Panel is a part of the Today page.
type Panel struct {
	Title      string // message key
	Href       string // where to see more; may be empty
	Permission perm.Permission
	Wide       bool
	// Topics are the live topics at which the panel is drawn anew.
	Topics []string
	// Body draws the panel; nil means there is nothing to show today.
	Body func(r *http.Request) (templ.Component, error)
}

// Search finds objects of a context for the command palette. It returns only
// what the actor of ctx may see.
type Search struct {
	Permission perm.Permission
	Find       func(ctx context.Context, query string, limit int) ([]Found, error)
}

// Found is one object that a search found.
type Found struct {
	Title string
	Hint  string // message key of what it is
	Href  string
}

// Command is an act that the command palette offers: "New message".
type Command struct {
	Label      string // message key
	Href       string
	Permission perm.Permission
}
