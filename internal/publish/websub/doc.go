// Package websub is the hub of the house's feeds (WebSub, W3C Recommendation of
// 23 January 2018): readers of feeds are told of a release at once, with the
// whole feed, and need not ask again and again.
//
// A subscriber asks with an address of its own; the house asks that address
// whether it meant it, through the guard of everything that goes out, and only
// then keeps the subscription, for as long as its lease. A release or withdrawal
// is told to everyone who subscribed to a feed that shows it, by a job each:
// the feed as it is then, signed with the subscriber's secret. What fails is
// tried again for a day; a newer release takes the place of an older one. Who
// answers 410 is forgotten.
//
// While publishing is paused nobody is told. Afterwards they are told by
// themselves, spread over half an hour: what they are sent is what the site shows
// to everyone by then.
//
// Table: publish_websub. Events heard: publish.released, publish.withdrawn. Jobs:
// websub.verify, websub.spread, websub.tell, websub.sweep.
package websub

import (
	"context"
	"log/slog"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/event"
	"sifara/internal/fetch"
	"sifara/internal/i18n"
	"sifara/internal/jobs"
	"sifara/internal/publish"
	"sifara/internal/vault"
	"sifara/internal/vault/sealed"
)

// Feed is a feed of the house.
type Feed struct {
	Lang      i18n.Lang
	MissionID string // empty: the feed of all
}

// Feeds are the feeds of the house.
type Feeds interface {
	// Feed tells what a feed's address stands for; false when it is none.
	Feed(ctx context.Context, address string) (Feed, bool, error)
	// Content gives a feed as a reader gets it, with its media type.
	Content(ctx context.Context, address string) (body []byte, media string, err error)
}

// Gate stands before everything that leaves the house. It is
// publish.ErrPaused while what is about to leave is paused.
type Gate interface {
	Pass(ctx context.Context, about publish.About, send func(ctx context.Context) error) error
}

// Deps are what the hub needs. All are required.
type Deps struct {
	DB    *db.DB
	Log   *slog.Logger
	Clock clock.Clock
	Audit *audit.Log
	Bus   *event.Bus
	Queue *jobs.Queue
	Vault *vault.Vault
	Fetch *fetch.Client
	Feeds Feeds
	Gate  Gate
	// Address is that of the hub itself.
	Address string
}

// Hub keeps subscriptions and tells subscribers. It is safe for concurrent use.
type Hub struct{ Deps }

// Path is where the hub takes requests.
const Path = "/hub"

// New gives the hub.
func New(d Deps) *Hub {
	h := &Hub{d}
	event.On(d.Bus, "websub", func(ctx context.Context, e publish.Released) error {
		return h.changed(ctx, e.MissionID, e.Langs)
	})
	event.On(d.Bus, "websub", func(ctx context.Context, e publish.Withdrawn) error {
		return h.changed(ctx, e.MissionID, i18n.Langs)
	})
	return h
}

// Jobs registers the jobs of this package.
func (h *Hub) Jobs(q *jobs.Queue) {
	jobs.Handle(q, h.verify)
	jobs.Handle(q, h.spread)
	jobs.Handle(q, h.tell)
	jobs.Handle(q, h.sweep)
	q.Every(time.Hour, sweepJob{})
}

// Sealed lists the columns of this package that the vault seals.
func (h *Hub) Sealed() []sealed.Column {
	return []sealed.Column{{DB: h.DB, Table: "publish_websub", Value: "secret", Key: []string{"id"}, Purpose: func(k []string) string { return hubPurpose(k[0]) }}}
}

func hubPurpose(id string) string { return "publish.websub." + id }

// Subscription is who wants to hear of a feed.
type Subscription struct {
	bun.BaseModel `bun:"table:publish_websub,alias:w"`

	ID        string `bun:",pk"`
	Topic     string // address of the feed
	Callback  string
	Lang      i18n.Lang
	MissionID string // empty: the feed of all
	Secret    string // sealed; empty when there is none
	UntilAt   db.Time

	Turn     int     // counts the changes to be told
	Sent     int     // the Turn that was told last
	Tried    int     // attempts at this Turn
	NextAt   db.Time // when the next attempt is due; zero when there is nothing to tell
	GiveUpAt db.Time // when this Turn is given up
	Status   int     // of the last answer; 0 when there was none
	Failure  string  // why there was none: a word of fetch
	ToldAt   db.Time // when it was last told with success

	CreatedAt db.Time
}

func (h *Hub) now() db.Time { return db.At(h.Clock.Now()) }
