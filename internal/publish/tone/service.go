package tone

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/event"
	"sifara/internal/fetch"
	"sifara/internal/i18n"
	"sifara/internal/publish"
	engine "sifara/internal/text/tone"
)

// Fetcher asks other people's servers: *fetch.Client.
type Fetcher interface {
	Do(ctx context.Context, req *http.Request) (*fetch.Response, error)
}

// Released finds public texts that a new one may contradict: *publish.PublicLog.
type Released interface {
	Alike(ctx context.Context, lang i18n.Lang, passages []string, not string, limit int) ([]publish.Text, error)
}

// Terms finds names and titles that are worded otherwise than the house wants: in a
// text for a mission, and of a source text those whose counterpart it leaves out,
// which have no place. source is empty for the source text itself: *term.Service.
type Terms interface {
	Find(ctx context.Context, missionID string, lang i18n.Lang, words string, from i18n.Lang, source string) (marked, missing []engine.Finding, err error)
}

// Deps are what the service needs. Bus, Fetch, Released, Load and Terms may be
// absent: then no link is asked, no contradiction and no wrong term found.
type Deps struct {
	DB       *db.DB
	Clock    clock.Clock
	Audit    *audit.Log
	Live     *event.Live
	Bus      *event.Bus
	Fetch    Fetcher
	Released Released
	Terms    Terms
	BaseURL  string // addresses below it are our own and not asked
	// Load reads a message that was submitted, so that its links are asked.
	Load func(ctx context.Context, id string) (publish.Message, error)
}

// Service checks texts. It is safe for concurrent use.
type Service struct {
	Deps
	mu      sync.Mutex
	edition edition
	heats   map[heatKey]int
}

// New gives the service and has it listen to what is submitted.
func New(d Deps) *Service {
	s := &Service{Deps: d, edition: edition{number: -1}, heats: map[heatKey]int{}}
	if d.Bus != nil && d.Fetch != nil && d.Load != nil {
		event.On(d.Bus, "publish.tone.links", s.submitted)
	}
	return s
}

// edition is everything that decides about heat, as of one change.
type edition struct {
	number   int64
	checker  *engine.Checker
	settings Settings
}

// heatKey names a content weighed under an edition.
type heatKey struct {
	edition int64
	hash    string
}

// maxHeats bounds the contents whose heat is remembered.
const maxHeats = 1000

// Checker gives the check with the lists in force.
func (s *Service) Checker(ctx context.Context) (*engine.Checker, error) {
	e, err := s.current(ctx, s.DB.Reader())
	return e.checker, err
}

// current gives the edition in force as q sees it. It is read anew only when it
// has changed.
func (s *Service) current(ctx context.Context, q bun.IDB) (edition, error) {
	var number int64
	if err := q.NewRaw(`SELECT number FROM publish_tone_edition WHERE id = 1`).Scan(ctx, &number); err != nil {
		return edition{}, fmt.Errorf("publish: edition of tone: %w", err)
	}
	s.mu.Lock()
	e := s.edition
	s.mu.Unlock()
	if e.number == number {
		return e, nil
	}
	lists, err := s.lists(ctx, q)
	if err != nil {
		return edition{}, err
	}
	settings, err := readSettings(ctx, q)
	if err != nil {
		return edition{}, err
	}
	e = edition{number, engine.New(lists), settings}
	s.mu.Lock()
	defer s.mu.Unlock()
	if e.number > s.edition.number {
		s.edition = e
	}
	return e, nil
}

// renew makes every node read the lists and settings anew.
func renew(ctx context.Context, tx bun.Tx) error {
	_, err := tx.ExecContext(ctx, `UPDATE publish_tone_edition SET number = number + 1 WHERE id = 1`)
	if err != nil {
		return fmt.Errorf("publish: edition of tone: %w", err)
	}
	return nil
}

// errNoList names a list that does not exist.
var errNoList = errors.New("no such list")
