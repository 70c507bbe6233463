// Package brief tells desks what was heard: a briefing each morning for a
// mission, a department or the ministry, or for one topic, and an alert when
// something must not wait (R4.6).
//
// A briefing is a day's facts with their sources: volume against the days
// before, topics, languages, words, open warnings and telling posts. It holds
// names in every language and no sentences, so each reader gets it in their
// own, as a page, as a letter and in print. The briefing of a day that is over
// is kept when it is first sent; before that, and for a day without readers,
// it is made anew from what is stored.
//
// An alert is a rule: a warning of a topic or country, or new posts in a kept
// search, told to a person, to a desk, or to the webhooks that hear of
// listen.alerted. What is told are numbers and a link: letters are read by
// more people than the pages they lead to.
//
// Nothing here names an author: posts are quoted as the house keeps them, with
// their source. A kept briefing holds no words of posts but their ids, so that
// what is quoted goes when its post does.
//
// Tables: listen_briefing, listen_briefing_reader, listen_view, listen_alert.
// Events heard: listen.WarningRaised. Events: Alerted. Jobs: listen.brief,
// listen.brief_letter, listen.alert, listen.alert_search, listen.alert_letter.
package brief

import (
	"context"
	"log/slog"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/event"
	"sifara/internal/i18n"
	"sifara/internal/jobs"
	"sifara/internal/listen"
	"sifara/internal/mail"
	"sifara/internal/org"
	"sifara/internal/perm"
)

// Drawer writes a briefing as one page of HTML that needs nothing else, for
// letters and for print.
type Drawer interface {
	Briefing(ctx context.Context, b Briefing, print bool) (html string, err error)
}

// Deps are what the service needs. Mail and Bus may be absent where nothing is
// sent; Drawer then too.
type Deps struct {
	DB      *db.DB
	Log     *slog.Logger
	Clock   clock.Clock
	Audit   *audit.Log
	Bus     *event.Bus
	Queue   *jobs.Queue
	Listen  *listen.Service
	Org     *org.Service
	Mail    mail.Sender
	Words   *i18n.Catalogue
	Draw    Drawer
	BaseURL string
	// Browser is the program that prints pages to PDF; empty when there is none.
	Browser string
}

// Service writes briefings and tells alerts. It is safe for concurrent use.
type Service struct {
	Deps
	prints chan struct{} // holds one for each print that runs
}

// New gives the service.
func New(d Deps) *Service {
	s := &Service{Deps: d, prints: make(chan struct{}, mostPrints)}
	if d.Bus != nil {
		event.On(d.Bus, "listen.alert", s.onWarning)
	}
	return s
}

// Jobs registers the jobs of this package.
func (s *Service) Jobs(q *jobs.Queue) {
	jobs.Handle(q, s.runDaily)
	jobs.Handle(q, s.sendLetter)
	jobs.Handle(q, s.runAlerts)
	jobs.Handle(q, s.lookForPosts)
	jobs.Handle(q, s.sendAlert)
	q.Every(dailyEvery, dailyJob{})
	q.Every(alertEvery, alertJob{})
}

// record writes an act into the audit log.
func (s *Service) record(ctx context.Context, tx bun.Tx, p perm.Permission, scope perm.Scope, act, object, id string, detail map[string]any) error {
	e := audit.Entry{Act: act, Object: object, ObjectID: id, Permission: p, Detail: detail}
	switch scope.Level {
	case perm.Mission:
		e.Mission = scope.Unit
	case perm.Department:
		e.Department = scope.Unit
	}
	return s.Audit.Record(ctx, tx, e)
}

func notFound(err error) error { return errs.Wrap(err, errs.NotFound, "") }
