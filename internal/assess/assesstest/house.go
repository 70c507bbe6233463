// Package assesstest builds the figures for tests on real statements and
// questions; what is spoken of a topic and what was decided is given.
package assesstest

import (
	"context"
	"slices"
	"testing"
	"time"

	"sifara/internal/assess"
	"sifara/internal/db"
	"sifara/internal/engage"
	"sifara/internal/engage/engagetest"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/perm"
	"sifara/internal/planning"
	"sifara/internal/publish"
)

// Migrations are those a House needs.
var Migrations = append(engagetest.Migrations[:len(engagetest.Migrations):len(engagetest.Migrations)], publish.Migrations())

// House is the service with what it stands on.
type House struct {
	*assess.Service
	Talk    *engagetest.House
	Publish *publish.Service
	Heard   *Heard
	Warning string
	File    string // the decision file that answers the warning
	Topic   string
	visitor uint64
}

// Heard stands for the contexts that listen and decide: Before posts a day
// until Turn, After from then on.
type Heard struct {
	Turn          time.Time
	Before, After int64
	W             listen.Warning
	D             planning.Decision
}

// Figures implements assess.ListenFigures.
func (h *Heard) Figures(context.Context, time.Time, time.Time) (listen.Figures, error) {
	return listen.Figures{Posts: 100, Raised: 1, Decided: 1, Answer: time.Hour}, nil
}

// Volume implements assess.ListenFigures.
func (h *Heard) Volume(_ context.Context, _ string, from, to time.Time, step time.Duration) ([]listen.Bin, error) {
	var out []listen.Bin
	for ; from.Before(to); from = from.Add(step) {
		b := listen.Bin{From: from, Posts: h.Before}
		if !from.Before(h.Turn) {
			b.Posts = h.After
		}
		out = append(out, b)
	}
	return out, nil
}

// Warning implements assess.ListenFigures.
func (h *Heard) Warning(_ context.Context, id string) (listen.Warning, error) {
	if id != h.W.ID {
		return listen.Warning{}, errs.New(errs.NotFound, "")
	}
	return h.W, nil
}

// Raised implements assess.ListenFigures: the warning, judged right an hour
// after it was raised.
func (h *Heard) Raised(_ context.Context, from, to time.Time) ([]listen.Raised, error) {
	if at := h.W.RaisedAt; at < db.At(from) || at >= db.At(to) {
		return nil, nil
	}
	return []listen.Raised{{ID: h.W.ID, RaisedAt: h.W.RaisedAt, RightAt: h.W.RaisedAt.Add(time.Hour)}}, nil
}

// Answering implements assess.Decisions.
func (h *Heard) Answering(_ context.Context, ids []string) ([]planning.Answering, error) {
	if !slices.Contains(ids, h.W.ID) {
		return nil, nil
	}
	return []planning.Answering{{ID: h.D.ID, WarningID: h.W.ID, CreatedAt: h.D.CreatedAt}}, nil
}

// Decision implements assess.Decisions.
func (h *Heard) Decision(_ context.Context, id string) (planning.Decision, error) {
	if id != h.D.ID {
		return planning.Decision{}, errs.New(errs.NotFound, "")
	}
	return h.D, nil
}

// Origins implements publish.Origins.
func (h *Heard) Origins(ctx context.Context, warningID, decisionID, _ string) ([]publish.Origin, error) {
	var out []publish.Origin
	if warningID == h.W.ID {
		o := publish.Origin{Kind: "warning", Title: publish.Texts{i18n.English: "Water", i18n.Arabic: "المياه"}, At: h.W.RaisedAt}
		if perm.From(ctx).May("listen.view") {
			o.Href = "/console/listen/warnings/" + warningID
		}
		out = append(out, o)
	}
	if decisionID == h.D.ID {
		out = append(out, publish.Origin{Kind: "decision", Title: publish.Texts{i18n.English: "Answer or not?"}, At: h.D.CreatedAt})
	}
	return out, nil
}

// New gives a House on a database with Migrations.
func New(t *testing.T, d *db.DB) *House {
	t.Helper()
	h := &House{Talk: engagetest.New(t, d), Warning: id.New(), File: id.New(), Topic: id.New()}
	now := db.At(h.Talk.Clock.Now())
	h.Heard = &Heard{W: listen.Warning{ID: h.Warning, TopicID: h.Topic, RaisedAt: now.Add(-2 * time.Hour)}, D: planning.Decision{ID: h.File, CreatedAt: now.Add(-time.Hour), DecidedAt: now.Add(-30 * time.Minute)}}
	e := h.Talk.Deps
	h.Publish = publish.New(publish.Deps{DB: d, Log: e.Log, Clock: e.Clock, Audit: e.Audit, Bus: e.Bus, Live: e.Live, Queue: e.Queue, Origins: h.Heard})
	h.Service = assess.New(assess.Deps{Org: e.Org, Publish: h.Publish, Engage: h.Talk.Service, Listen: h.Heard, Planning: h.Heard, Clock: e.Clock})
	return h
}

// Release makes a statement of a mission public that the warning led to.
func (h *House) Release(mission, title string) publish.Message {
	h.Talk.T.Helper()
	head := h.Talk.Official("head", mission, publish.MayView, publish.MayDraft, publish.MayEmergency)
	m, err := h.Publish.Create(head, publish.Beginning{ID: id.New(), MissionID: mission, Kind: publish.Statement, Sensitivity: publish.Routine, SourceLang: i18n.English,
		WarningID: h.Warning, DecisionID: h.File, Words: publish.Words{Title: title, Body: "A text about " + title + "."}})
	h.Talk.Must(err)
	m, err = h.Publish.Rush(head, m.ID, m.Hash, "urgent")
	h.Talk.Must(err)
	h.Heard.Turn = m.ReleasedAt.Std().Truncate(time.Hour)
	st := engage.Statement{ID: m.ID, Slug: m.Slug, MissionID: mission, Titles: map[i18n.Lang]string{i18n.English: title}}
	h.Talk.St, h.Talk.Route.St = st, st
	return m
}

// Read counts readings of a statement by as many different readers.
func (h *House) Read(m publish.Message, times int) {
	h.Talk.T.Helper()
	for range times {
		h.visitor++
		h.Publish.Count(publish.View{MissionID: m.MissionID, MessageID: m.ID, Lang: i18n.English, Kind: publish.PageView, Visitor: h.visitor * 0x9E3779B97F4A7C15})
	}
	h.Talk.Must(h.Publish.FlushViews(h.Talk.T.Context()))
}

// AskAndAnswer has a question asked under the last statement and answered
// after a time.
func (h *House) AskAndAnswer(after time.Duration) {
	h.Talk.T.Helper()
	_, qid := h.Talk.AskAs(nil)
	h.Talk.Clock.Advance(after)
	officer := h.Talk.Official("officer", h.Talk.St.MissionID, engage.View, engage.Answer)
	_, err := h.Talk.Submit(officer, qid, engage.Writing{Body: "Ten days."})
	h.Talk.Must(err)
}
