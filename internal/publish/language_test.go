package publish

import (
	"errors"
	"slices"
	"testing"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
)

// routed has a route for what the test says in place of the ministry's.
func (h *house) routed(change func(r *Route)) {
	h.t.Helper()
	r := Route{MissionID: paris, Steps: Steps{NewStep(LanguageReview, 8, false), NewStep(Clearance, 8, false), NewStep(ReleaseStep, 8, false)}, ReviewWithin: 4}
	change(&r)
	if now, err := ownRoute(h.t.Context(), h.db.Reader(), r.Match()); err == nil {
		r.ID, r.Version = now.ID, now.Version
	}
	if _, err := h.SaveRoute(as(h.t, chief), r); err != nil {
		h.t.Fatal(err)
	}
}

// aged has the source change after the English text was made from it.
func (h *house) aged(m Message) Message {
	h.t.Helper()
	src, _ := m.Source()
	return h.must(h.Write(as(h.t, writer), m.ID, i18n.Arabic, Edit{Words: Words{Title: src.Title, Body: src.Body + " ثم عاد."}, Version: src.Version}))
}

func TestRequiredLanguages(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, tt := range []struct {
			name       string
			required   Langs
			incomplete Incomplete
			stale      bool
			submit     error
			rush       error
			lacks      Lacks
		}{
			{"all there", Langs{i18n.Arabic, i18n.English}, NeverIncomplete, false, nil, nil, nil},
			{"one missing", Langs{i18n.Sorani, i18n.English}, NeverIncomplete, false, ErrNoTransl, ErrNoTransl, nil},
			{"one stale", Langs{i18n.English}, NeverIncomplete, true, ErrOldTransl, ErrOldTransl, nil},
			{"stale though not required", nil, NeverIncomplete, true, ErrOldTransl, ErrOldTransl, nil},
			{"missing, in an emergency", Langs{i18n.Kurmanji}, EmergencyIncomplete, false, ErrNoTransl, nil, Lacks{{i18n.Kurmanji, VariantMissing}}},
			{"missing and stale, always", Langs{i18n.Sorani}, AlwaysIncomplete, true, nil, nil, Lacks{{i18n.Sorani, VariantMissing}, {i18n.English, VariantStale}}},
		} {
			t.Run(tt.name, func(t *testing.T) {
				h.routed(func(r *Route) { r.Required, r.Incomplete = tt.required, tt.incomplete })
				m := h.draft(Routine)
				if tt.stale {
					m = h.aged(m)
				}
				if err := h.Missing(as(t, writer), m); !errors.Is(err, tt.submit) {
					t.Errorf("missing: got %v, want %v", err, tt.submit)
				}
				if _, err := h.Submit(as(t, writer), m.ID, m.Hash); !errors.Is(err, tt.submit) {
					t.Fatalf("submit: got %v, want %v", err, tt.submit)
				}
				if tt.submit == nil {
					m = h.must(h.Approve(as(t, reviewer), m.ID, Judgement{Hash: m.Hash}))
					if v, _ := m.Variant(i18n.English); (v.State == VariantStale) != tt.stale {
						t.Errorf("a stale text that was reviewed shows as %s", v.State)
					}
					m = h.must(h.Approve(as(t, clearer), m.ID, Judgement{Step: 1, Hash: m.Hash}))
					m = h.must(h.Release(as(t, releaser), m.ID, m.Hash))
					if got := h.reload(m.ID).Lacks; !slices.Equal(got, tt.lacks) {
						t.Errorf("released, lacks %v, want %v", got, tt.lacks)
					}
					return
				}
				m, err := h.Rush(as(t, head), m.ID, m.Hash, "quake")
				if !errors.Is(err, tt.rush) {
					t.Fatalf("emergency: got %v, want %v", err, tt.rush)
				}
				if err == nil && !slices.Equal(h.reload(m.ID).Lacks, tt.lacks) {
					t.Errorf("emergency, lacks %v, want %v", h.reload(m.ID).Lacks, tt.lacks)
				}
			})
		}
	})
}

// TestWhoReadsReviews has language reviewers of a real house vouch only for
// what they read.
func TestWhoReadsReviews(t *testing.T) {
	dbtest.Each(t, []db.Migrations{audit.Migrations(), org.Migrations(), Migrations()}, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.org = org.New(org.Deps{DB: d, Log: h.log, Clock: h.clock, Audit: h.audit, Live: h.live})
		system := perm.With(t.Context(), perm.SystemActor("test"))
		if err := h.org.SyncRoles(system, slices.Concat(org.Permissions(), Permissions())); err != nil {
			t.Fatal(err)
		}
		names := org.Names{i18n.Arabic: "س", i18n.Sorani: "س", i18n.Kurmanji: "x", i18n.English: "x"}
		if _, err := h.org.Setup(system, org.MinistrySpec{Ministry: org.Ministry{Names: names, City: names, Country: "IQ", TimeZone: "UTC", Languages: i18n.Langs}, First: org.Person{Name: "First", Post: names, Language: i18n.Arabic}}); err != nil {
			t.Fatal(err)
		}
		reader := func(l i18n.Lang, more ...i18n.Lang) *perm.Actor {
			p := org.Person{ID: id.New(), Name: "Reader", Post: names, Language: l, Reads: more}
			if err := h.org.AddPerson(system, p); err != nil {
				t.Fatal(err)
			}
			return official(p.ID, perm.Everywhere(), MayReview)
		}
		m, err := h.Create(as(t, ministryWriter), Beginning{ID: id.New(), Kind: News, Sensitivity: Routine, SourceLang: i18n.Arabic, Words: Words{Title: "بيان", Body: "نص."}})
		m = h.must(m, err)
		src, _ := m.Source()
		m = h.must(h.Write(as(t, ministryWriter), m.ID, i18n.English, Edit{Words: Words{Title: "Statement", Body: "Text."}, SourceHash: src.Hash}))
		m = h.must(h.Submit(as(t, ministryWriter), m.ID, m.Hash))
		arabic, both, kurdish := reader(i18n.Arabic), reader(i18n.Kurmanji, i18n.English), reader(i18n.Sorani)
		waits := func(a *perm.Actor) bool {
			n, err := h.WaitingCount(as(t, a))
			if err != nil {
				t.Fatal(err)
			}
			return n == 1
		}
		if waits(kurdish) || h.Allowed(as(t, kurdish), m).Approve || !errors.Is(h.Allowed(as(t, kurdish), m).Barred, ErrUnread) {
			t.Error("the message waits for somebody who reads none of its languages")
		}
		if _, err := h.Approve(as(t, kurdish), m.ID, Judgement{Hash: m.Hash}); !errors.Is(err, ErrUnread) {
			t.Errorf("who reads none of them: got %v", err)
		}
		if _, err := h.Approve(as(t, arabic), m.ID, Judgement{Hash: m.Hash, Langs: []i18n.Lang{i18n.Arabic, i18n.English}}); !errors.Is(err, ErrUnread) {
			t.Errorf("a language that they do not read: got %v", err)
		}
		m = h.must(h.Approve(as(t, arabic), m.ID, Judgement{Hash: m.Hash}))
		if got := m.Unreviewed(0); !slices.Equal(got, []i18n.Lang{i18n.English}) || waits(arabic) || !waits(both) {
			t.Errorf("after the Arabic review: %v miss it; waits for the Arabic reader %v, for the English one %v", got, waits(arabic), waits(both))
		}
		m = h.must(h.Approve(as(t, both), m.ID, Judgement{Hash: m.Hash}))
		if m.Step != 1 {
			t.Errorf("all are reviewed, but the message waits at %d", m.Step)
		}
	})
}

var ministryWriter = official("ministry-writer", perm.Everywhere(), MayDraft)
