package publish

import (
	"context"
	"log/slog"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/blob"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/event"
	"sifara/internal/i18n"
	"sifara/internal/jobs"
	"sifara/internal/org"
)

// ProofLog takes every text that becomes public into the log that anyone can
// check. Append is called inside the transaction of the release, once for each
// language in the order of i18n.Langs, after everything else was written;
// Withdraw once in that of the withdrawal. ProofAddress is where the proof of a
// text is, or will be.
type ProofLog interface {
	Append(ctx context.Context, tx bun.Tx, m Message, v Variant) error
	Withdraw(ctx context.Context, tx bun.Tx, m Message) error
	ProofAddress(messageID string, lang i18n.Lang) string
	// LogImages takes the pictures of public messages into the log that are not
	// in it yet. It is called every minute.
	LogImages(ctx context.Context, blobs *blob.Store, now db.Time) error
	// LearnAnchors reads public texts by which renderings in other words are found.
	// It is called every minute.
	LearnAnchors(ctx context.Context) error
}

// Deps are what the service needs of the house. DB, Log, Clock, Audit, Bus,
// Live and Queue are required.
type Deps struct {
	DB    *db.DB
	Log   *slog.Logger
	Clock clock.Clock
	Audit *audit.Log
	Bus   *event.Bus
	Live  *event.Live
	Queue *jobs.Queue

	Org       *org.Service // whose working days deadlines count; nil counts every day
	Blobs     *blob.Store  // where attachments are kept; nil refuses them
	Proof     ProofLog     // nil keeps no public log
	Certifier Certifier    // nil: routes cannot ask for certificates, and steps that do are closed
	Origins   Origins      // nil: the way to a message begins with its draft
	Tone      Tone         // nil: no text is heated
	MaxMedia  int64        // bytes of one film or sound recording; 0 takes none
}

// Service does every act on messages. Each act is one transaction, in which
// the message is locked, the rules are asked, and the act is recorded. Who
// acts is the actor of the context.
type Service struct {
	db        *db.DB
	log       *slog.Logger
	clock     clock.Clock
	audit     *audit.Log
	bus       *event.Bus
	live      *event.Live
	queue     *jobs.Queue
	org       *org.Service
	blobs     *blob.Store
	proof     ProofLog
	certifier Certifier
	origins   Origins
	tone      Tone
	views     *views
	maxMedia  int64
	gate      *gate
	held      []namedSource
}

// New gives the service.
func New(d Deps) *Service {
	s := &Service{db: d.DB, log: d.Log, clock: d.Clock, audit: d.Audit, bus: d.Bus, live: d.Live, queue: d.Queue,
		org: d.Org, blobs: d.Blobs, proof: d.Proof, certifier: d.Certifier, origins: d.Origins, tone: d.Tone, maxMedia: d.MaxMedia, views: newViews()}
	s.gate = &gate{s: s}
	return s
}

// week gives the working days of a mission.
func (s *Service) week(ctx context.Context, missionID string) (org.Week, error) {
	if s.org == nil {
		return org.Week{}, nil
	}
	return s.org.Week(ctx, missionID)
}
