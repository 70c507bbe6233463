// Package demo builds the demonstration ministry: a living house in which every
// page can be understood at once. It does everything through the services, as
// the officials of the demonstration would, with a clock that walks through
// past weeks; nothing of it exists in a ministry set up with `sifara init`.
//
// Nobody in it is a real person: staff are called by their posts, posts of the
// listening store are generated and say so.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"time"

	"sifara/internal/app"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
)

// DefaultSeed is the seed of a demonstration that was not given one.
const DefaultSeed = 1

// weeks is how far back the demonstration's history goes.
const weeks = 5

// builder builds one demonstration.
type builder struct {
	house  *app.House
	clock  *clock.Manual
	log    *slog.Logger
	random *rand.Rand
	start  time.Time // the first moment of its history
	end    time.Time // the present

	unit        string            // department id of the digital-diplomacy unit
	departments map[string]string // key to id
	missions    map[string]string // slug to id
	people      map[string]string // key of the post to person id
	topics      map[string]string // key to id
	messages    map[string]string // key of the content to message id

	events []event   // what is still to happen
	story  []telling // messages that the two rumours lead to
	posts  []post    // generated posts, the oldest first
	read   int       // how many of them have been imported
	parts  int       // imported files so far
	folder string    // where files to import are written
}

// unfinished is the file that stands in the data folder while a demonstration
// is being built. Where it is found, a build was broken off.
const unfinished = "demo.unfinished"

// Ensure builds the demonstration when the house has no ministry yet, and
// builds anew one whose building was broken off. Any other house is left as it
// is.
func Ensure(ctx context.Context, c app.Config, log *slog.Logger) error {
	return ensure(ctx, c, log, DefaultSeed, clock.System{}.Now())
}

func ensure(ctx context.Context, c app.Config, log *slog.Logger, seed uint64, now time.Time) error {
	if _, err := os.Stat(filepath.Join(c.Data, unfinished)); err == nil && !db.IsPostgres(c.DatabaseURL) {
		switch is, err := isDemonstration(ctx, c, log); {
		case err != nil:
			log.Warn("a broken-off demonstration is looked at as it is", "err", err)
		case is:
			if err := empty(c.Data); err != nil {
				return fmt.Errorf("clear away a broken-off demonstration: %w", err)
			}
		}
	}
	return build(ctx, c, log, seed, now)
}

// isDemonstration opens the house to see whether it is a demonstration.
func isDemonstration(ctx context.Context, c app.Config, log *slog.Logger) (is bool, err error) {
	h, err := app.Open(ctx, c, log, clock.System{})
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	return h.Auth.Demonstration(ctx)
}

// ErrRealHouse refuses to reset a house that is not a demonstration.
var ErrRealHouse = errs.New(errs.Conflict, "app.demo_real")

// Reset empties the house and builds the demonstration anew. Only a
// demonstration can be reset. The same seed on the same day builds the same
// house. It is errs.Conflict while the house is served.
func Reset(ctx context.Context, c app.Config, log *slog.Logger, seed uint64) error {
	if db.IsPostgres(c.DatabaseURL) {
		return errs.New(errs.Invalid, "app.demo_postgres")
	}
	lock, err := c.Lock()
	if err != nil {
		return err
	}
	defer lock.Release()
	if _, err := os.Stat(filepath.Join(c.Data, "sifara.db")); err == nil {
		is, err := isDemonstration(ctx, c, log)
		if err != nil || !is {
			return errors.Join(ErrRealHouse, err)
		}
		if err := empty(c.Data); err != nil {
			return fmt.Errorf("empty the demonstration: %w", err)
		}
	}
	return build(ctx, c, log, seed, clock.System{}.Now())
}

// empty removes what a house keeps in its data folder, but for its keys and
// configuration.
func empty(data string) error {
	var err error
	for _, name := range []string{"sifara.db", "listen.db"} {
		for _, suffix := range []string{"", "-wal", "-shm"} {
			if e := os.Remove(filepath.Join(data, name+suffix)); e != nil && !errors.Is(e, os.ErrNotExist) {
				err = errors.Join(err, e)
			}
		}
	}
	for _, name := range []string{"blobs", "mail", "imports"} {
		err = errors.Join(err, os.RemoveAll(filepath.Join(data, name)))
	}
	return err
}

func newBuilder(log *slog.Logger, seed uint64, now time.Time) *builder {
	return &builder{
		clock: clock.At(now), log: log, random: rand.New(rand.NewPCG(seed, uint64(now.Unix()/86400))),
		start: now.Add(-weeks * 7 * 24 * time.Hour).Truncate(24 * time.Hour).Add(6 * time.Hour), end: now,
		departments: map[string]string{}, missions: map[string]string{}, people: map[string]string{},
		topics: map[string]string{}, messages: map[string]string{},
	}
}

// build builds the demonstration as it stands at a moment, if there is no
// ministry.
func build(ctx context.Context, c app.Config, log *slog.Logger, seed uint64, now time.Time) error {
	b := newBuilder(log, seed, now)
	h, err := app.Open(ctx, c, log, b.clock)
	if err != nil {
		return err
	}
	defer h.Close()
	b.house = h
	if err := h.Migrate(ctx); err != nil {
		return err
	}
	if _, err := h.Org.Ministry(ctx); errs.KindOf(err) != errs.NotFound {
		return err
	}
	log.Info("building the demonstration ministry")
	h.Auth.HoldDigests(true) // nobody is written to about its past
	mark := filepath.Join(c.Data, unfinished)
	if err := os.WriteFile(mark, nil, 0o600); err != nil {
		return fmt.Errorf("mark the demonstration as unfinished: %w", err)
	}
	b.clock.Set(b.start)
	ctx = i18n.WithPrinter(perm.With(ctx, perm.SystemActor("demonstration")), h.Words.Printer(i18n.Arabic))
	for _, step := range []struct {
		name string
		run  func(context.Context) error
	}{
		{"mark", h.Auth.MarkDemonstration},
		{"institution", b.institution},
		{"holidays", b.holidays},
		{"life", b.life},
	} {
		if err := step.run(ctx); err != nil {
			return fmt.Errorf("demonstration: %s: %w", step.name, err)
		}
	}
	return os.Remove(mark)
}

// as is the context of an official of the demonstration, in their language and
// with the rights they have at the clock's time.
func (b *builder) as(ctx context.Context, key string) (context.Context, error) {
	person, err := b.house.Org.Person(ctx, b.people[key])
	if err != nil {
		return nil, fmt.Errorf("official %s: %w", key, err)
	}
	grants, err := b.house.Org.Grants(ctx, person.ID)
	if err != nil {
		return nil, fmt.Errorf("rights of %s: %w", key, err)
	}
	a := &perm.Actor{Kind: perm.Person, ID: person.ID, Name: person.Name, Grants: grants}
	return i18n.WithPrinter(perm.With(ctx, a), b.house.Words.Printer(person.Language)), nil
}

// Announce prints where the house is and, for a demonstration, as whom one may
// sign in.
func Announce(ctx context.Context, h *app.House, w io.Writer, address net.Addr) {
	fmt.Fprintf(w, "Sifara %s on %s\n", app.Version(), h.BaseURL())
	people, err := h.Auth.DemoPeople(ctx)
	if err != nil || len(people) == 0 {
		return
	}
	fmt.Fprintf(w, "\nThis is a demonstration. Sign in at %s/console with one click as:\n", h.BaseURL())
	for _, p := range people {
		fmt.Fprintf(w, "  %-22s %-38s %s\n", p.Role.Key, p.Person.Post[i18n.English], p.Person.Email)
	}
	fmt.Fprintf(w, "\nPublic site: %s/ar  %s/ckb  %s/kmr  %s/en\n", h.BaseURL(), h.BaseURL(), h.BaseURL(), h.BaseURL())
}
