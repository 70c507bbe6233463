package publish

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/blob"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/event"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/jobs"
	"sifara/internal/perm"
)

// house is the service on a real database with a clock that the test moves.
type house struct {
	*Service
	t      testing.TB
	db     *db.DB
	clock  *clock.Manual
	queue  *jobs.Queue
	proofs *proofs
	told   []string // names of events, in order
}

// proofs counts what was taken into the public log.
type proofs struct{ texts []string }

func (p *proofs) Append(_ context.Context, _ bun.Tx, m Message, v Variant) error {
	p.texts = append(p.texts, m.ID+"/"+string(v.Lang))
	return nil
}

func (p *proofs) Withdraw(context.Context, bun.Tx, Message) error { return nil }

func (p *proofs) LogImages(context.Context, *blob.Store, db.Time) error { return nil }
func (p *proofs) LearnAnchors(context.Context) error                    { return nil }

func (p *proofs) ProofAddress(id string, l i18n.Lang) string { return ProofPath(id, l) }

func schema() []db.Migrations { return []db.Migrations{audit.Migrations(), Migrations()} }

func build(t testing.TB, d *db.DB) *house {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	c := clock.At(day)
	q := jobs.New(d, log)
	bus := event.NewBus(q)
	blobs, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, db: d, clock: c, queue: q, proofs: &proofs{}}
	bus.OnAny(func(_ context.Context, _ bun.Tx, name string, _ json.RawMessage) error {
		h.told = append(h.told, name)
		return nil
	})
	h.Service = New(Deps{DB: d, Log: log, Clock: c, Audit: audit.New(d, c), Bus: bus, Live: event.NewLive(d, log), Queue: q, Blobs: blobs, Proof: h.proofs, MaxMedia: 1 << 20})
	h.Jobs(q)
	return h
}

// each runs a test in a house on both engines.
func each(t *testing.T, run func(t *testing.T, h *house)) {
	dbtest.Each(t, schema(), func(t *testing.T, d *db.DB) { run(t, build(t, d)) })
}

const paris = "00000000-0000-7000-8000-00000000aaaa"

// person gives an official of the mission in Paris with some permissions, who
// may view there too.
func person(id string, p ...perm.Permission) *perm.Actor {
	return official(id, perm.InMission(paris), p...)
}

func official(id string, scope perm.Scope, p ...perm.Permission) *perm.Actor {
	return &perm.Actor{Kind: perm.Person, ID: id, Name: id, Grants: []perm.Grant{{Role: "test", Scope: scope, Permissions: append(slices.Clone(p), MayView)}}}
}

// standIn adds the authority of someone else to an official.
func standIn(a *perm.Actor, other string, p ...perm.Permission) *perm.Actor {
	b := *a
	b.Grants = append(slices.Clone(a.Grants), perm.Grant{Role: "test", Scope: perm.InMission(paris), Permissions: append(slices.Clone(p), MayView), StandInFor: other})
	return &b
}

var (
	writer    = person("writer", MayDraft)
	second    = person("second", MayDraft)
	reviewer  = person("reviewer", MayReview)
	clearer   = person("clearer", MayClear)
	releaser  = person("releaser", MayRelease, MayWithdraw)
	head      = person("head", MayDraft, MayClear, MayEmergency, MayWithdraw)
	outsider  = official("outsider", perm.InMission("elsewhere"), MayDraft, MayReview, MayClear, MayRelease)
	ministry  = official("ministry", perm.Everywhere(), MayClear)
	chief     = official("chief", perm.Everywhere(), MayEmergency, MayExempt, MayRoutes)
	omnipower = person("omnipower", MayDraft, MayReview, MayClear, MayRelease, MayWithdraw)
	all       = []*perm.Actor{writer, second, reviewer, clearer, releaser, head, outsider, ministry, omnipower}
)

func as(t testing.TB, a *perm.Actor) context.Context { return perm.With(t.Context(), a) }

// draft begins a message with a text in Arabic and English.
func (h *house) draft(s Sensitivity) Message {
	h.t.Helper()
	ctx := as(h.t, writer)
	m, err := h.Create(ctx, Beginning{ID: id.New(), MissionID: paris, Kind: Statement, Sensitivity: s, SourceLang: i18n.Arabic,
		Words: Words{Title: "بيان عن الزيارة", Body: "زار الوزير باريس."}})
	if err != nil {
		h.t.Fatal(err)
	}
	src, _ := m.Source()
	m, err = h.Write(ctx, m.ID, i18n.English, Edit{Words: Words{Title: "Statement on the visit to Paris", Body: "The minister visited **Paris**."}, SourceHash: src.Hash})
	if err != nil {
		h.t.Fatal(err)
	}
	return m
}

// must fails the test on an error.
func (h *house) must(m Message, err error) Message {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
	return m
}

// submitted gives a message that is on its route.
func (h *house) submitted(s Sensitivity) Message {
	h.t.Helper()
	m := h.draft(s)
	return h.must(h.Submit(as(h.t, writer), m.ID, m.Hash))
}

// approved gives a routine message that waits for its release.
func (h *house) approved() Message {
	h.t.Helper()
	m := h.submitted(Routine)
	m = h.must(h.Approve(as(h.t, reviewer), m.ID, Judgement{Step: 0, Hash: m.Hash}))
	return h.must(h.Approve(as(h.t, clearer), m.ID, Judgement{Step: 1, Hash: m.Hash}))
}

// reload reads a message as it is stored.
func (h *house) reload(messageID string) Message {
	h.t.Helper()
	m, err := load(h.t.Context(), h.db.Reader(), "id", messageID)
	if err != nil {
		h.t.Fatal(err)
	}
	return *m
}

// later moves the clock and does what is due then.
func (h *house) later(d time.Duration) {
	h.t.Helper()
	now := h.clock.Advance(d)
	if err := h.queue.Drain(h.t.Context(), now); err != nil {
		h.t.Fatal(err)
	}
	if err := h.Sweep(perm.With(h.t.Context(), perm.SystemActor("job:publish.sweep"))); err != nil {
		h.t.Fatal(err)
	}
}

// pause pauses as someone who may everywhere.
func (h *house) pause(p Pause) Pause {
	h.t.Helper()
	p.Reason = "quake"
	p, err := h.Pause(as(h.t, chief), p)
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

func (h *house) resume(p Pause) {
	h.t.Helper()
	if _, err := h.Resume(as(h.t, chief), p.ID); err != nil {
		h.t.Fatal(err)
	}
}
