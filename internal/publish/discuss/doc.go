// Package discuss keeps what colleagues say to each other about a message while
// it is made: comments, perhaps on a place in the text, which may call colleagues
// by name, and fact checks, which are asked of a person or of another desk and
// answered with a verdict and its sources.
//
// Nothing of it goes out, and none of it changes what approvals are bound to. Who
// may view a message may comment on it; only who may view it can be called. A fact
// check shows the desk that is asked the claim and the question, not the message.
// What an approver says at a step is another thing: the reason of an approval,
// which stays with it.
//
//	comment ─ Resolve ▸ resolved         a call is over when the comment is, or by Done
//	check: open ─ Answer ▸ answered      an open one warns whoever submits and approves
//	         └─── Drop ───▸ dropped
//
// Tables: publish_discuss_comment, publish_discuss_mention, publish_discuss_check.
// Event: discuss.Called. Live topic: that of the message, and Topic.
package discuss

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/event"
	"sifara/internal/org"
	"sifara/internal/publish"
)

// Topic is the live topic of what is asked of people.
const Topic = "publish.discuss"

// Called says that people are asked for something: by a comment that names them,
// or by a fact check.
type Called struct {
	MessageID string   `json:"message_id"`
	People    []string `json:"people"`
}

// EventName implements event.Event.
func (Called) EventName() string { return "publish.called" }

// Deps are what the service needs.
type Deps struct {
	DB      *db.DB
	Clock   clock.Clock
	Audit   *audit.Log
	Bus     *event.Bus
	Live    *event.Live
	Org     *org.Service
	Publish *publish.Service
}

// Service keeps comments and fact checks. Each act is one transaction. It is safe
// for concurrent use.
type Service struct{ Deps }

// New gives the service.
func New(d Deps) *Service { return &Service{d} }

// Limits of the fields, in characters.
const (
	MaxBody   = 4000
	MaxQuote  = 500
	MaxSource = 2000
)

// ErrOver stands against an act on what is answered, dropped or resolved already.
var ErrOver = errs.New(errs.Conflict, "publish.discuss.over")

// told ends an act: it tells the people who are asked, the pages that are open,
// and the record.
func (s *Service) told(ctx context.Context, tx bun.Tx, m publish.Message, act string, people []string, detail map[string]any) error {
	if len(people) > 0 {
		if err := s.Bus.Emit(ctx, tx, Called{MessageID: m.ID, People: people}); err != nil {
			return err
		}
	}
	if err := s.Live.Notify(ctx, tx, Topic, publish.TopicMessage(m.ID)); err != nil {
		return err
	}
	titles := map[string]any{}
	for _, v := range m.Variants {
		titles[string(v.Lang)] = v.Title
	}
	if detail == nil {
		detail = map[string]any{}
	}
	detail["title"] = titles
	if len(titles) == 0 {
		detail["title"] = audit.Word("publish.untitled")
	}
	if err := s.Audit.Record(ctx, tx, audit.Entry{Act: act, Object: "message", ObjectID: m.ID, Mission: m.MissionID, Detail: detail}); err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	return nil
}
