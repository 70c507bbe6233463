// Package auditweb shows the record of who did what: the page, exports and
// the API.
package auditweb

import (
	"context"
	"log/slog"
	"time"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/jobs"
	"sifara/internal/module"
	"sifara/internal/web"
)

// Directory names what records only know by id. It is the institution.
type Directory interface {
	// MissionNames and RoleNames are in the language of the reader.
	MissionNames(ctx context.Context) (map[string]string, error)
	RoleNames(ctx context.Context) (map[string]string, error)
	PersonNames(ctx context.Context, ids []string) (map[string]string, error)
	// CalledThen turns names as they were recorded, by person, into what the
	// reader calls them, where that differs.
	CalledThen(ctx context.Context, written map[string][]string) (map[string]map[string]string, error)
	// Zone is the time zone in which things of a mission are shown.
	Zone(ctx context.Context, missionID string) *time.Location
}

// Deps are what the pages need.
type Deps struct {
	Audit     *audit.Log
	Directory Directory
	Log       *slog.Logger
	// Links lead from kinds of object to their pages:
	// "message": "/console/messages/{id}".
	Links map[string]string
}

type pages struct{ Deps }

// Module offers the record to the house.
func Module(d Deps) module.Module {
	p := pages{d}
	return module.Module{
		Name:        "audit",
		Migrations:  []db.Migrations{audit.Migrations()},
		Locales:     audit.Locales(),
		Permissions: audit.Permissions(),
		Nav:         []module.Nav{{Group: "nav.settings", Label: "audit.title", Href: listPath, Icon: "shield-check", Permission: audit.View}},
		Commands:    []module.Command{{Label: "audit.title", Href: listPath, Permission: audit.View}},
		Jobs:        func(q *jobs.Queue) { d.Audit.Jobs(q, d.Log) },
		Routes: []web.Route{
			web.Get(listPath, audit.View, p.list),
			web.Post(listPath+"/verify", audit.View, p.verify),
			web.Post(listPath+"/export", audit.View, p.export),
		},
		API: p.api,
	}
}

const listPath = "/console/audit"
