package listen

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/event"
	"sifara/internal/jobs"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/vault"
)

// now is when most tests take place.
var now = time.Date(2016, 6, 1, 12, 0, 0, 0, time.UTC)

// desks sends every country to one mission.
type desks map[string]string

func (d desks) MissionForCountry(_ context.Context, country string) (org.Mission, bool, error) {
	id, ok := d[country]
	return org.Mission{ID: id}, ok, nil
}

// house is a service with all that it needs, on one engine.
type house struct {
	*Service
	queue *jobs.Queue
	clock *clock.Manual
	files memFiles
}

// all are the migrations of one database that is house and store.
func all() []db.Migrations {
	return []db.Migrations{audit.Migrations(), Migrations(), StoreMigrations()}
}

// newHouse gives a service whose house and store are one database.
func newHouse(t testing.TB, d *db.DB, change ...func(*Deps)) *house {
	t.Helper()
	v, err := vault.Create(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	c := clock.At(now)
	q := jobs.New(d, log)
	files := memFiles{}
	deps := Deps{
		DB: d, Store: d, Log: log, Clock: c, Audit: audit.New(d, c), Bus: event.NewBus(q), Live: event.NewLive(d, log), Queue: q, Vault: v,
		Files: files, Missions: desks{"BE": "mission-be"},
	}
	for _, f := range change {
		f(&deps)
	}
	h := &house{Service: New(deps), queue: q, clock: c, files: files}
	h.Jobs(q)
	return h
}

// each runs a test on both engines.
func each(t *testing.T, run func(t *testing.T, d *db.DB)) {
	t.Helper()
	dbtest.Each(t, all(), run)
}

// system acts for the house.
func system() context.Context {
	return perm.With(context.Background(), perm.SystemActor("test"))
}

// drain runs the jobs that are due.
func (h *house) drain(t testing.TB) {
	t.Helper()
	if err := h.queue.Drain(context.Background(), time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
}

// testData gives the path of a file of real data, or skips.
func testData(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("SIFARA_TEST_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no real data: %v", err)
	}
	return path
}
