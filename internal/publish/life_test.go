package publish

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/blob"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
)

func TestRoutineMessageWalksItsRoute(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.draft(Routine)
		if m.State != StateDraft || len(m.Variants) != 2 || m.Version != 3 {
			t.Fatalf("draft: got state %s, %d texts, version %d", m.State, len(m.Variants), m.Version)
		}
		m = h.must(h.Submit(as(t, writer), m.ID, m.Hash))
		if m.State != StateInReview || m.Step != 0 || m.StepDue != db.At(day.Add(24*time.Hour)) {
			t.Errorf("submitted: got %s step %d due %v", m.State, m.Step, m.StepDue.Std())
		}
		if want := "statement-on-the-visit-to-paris-" + shortID(m.ID); m.Slug != want {
			t.Errorf("slug: got %s, want %s", m.Slug, want)
		}
		m = h.must(h.Approve(as(t, reviewer), m.ID, Judgement{Hash: m.Hash, Langs: []i18n.Lang{i18n.Arabic}}))
		if v, _ := m.Variant(i18n.Arabic); m.Step != 0 || v.State != VariantReviewed {
			t.Errorf("one language reviewed: got step %d, state %s", m.Step, v.State)
		}
		m = h.must(h.Approve(as(t, reviewer), m.ID, Judgement{Hash: m.Hash}))
		if m.Step != 1 || m.State != StateInReview {
			t.Errorf("languages reviewed: got step %d, %s", m.Step, m.State)
		}
		m = h.must(h.Approve(as(t, clearer), m.ID, Judgement{Step: 1, Hash: m.Hash}))
		if m.State != StateApproved {
			t.Fatalf("cleared: got %s", m.State)
		}
		m = h.must(h.Release(as(t, releaser), m.ID, m.Hash))
		if m.State != StateReleased || m.ReleasedAt != db.At(day) || len(h.proofs.texts) != 2 {
			t.Errorf("released: got %s at %v with %d texts in the public log", m.State, m.ReleasedAt.Std(), len(h.proofs.texts))
		}
		if _, err := h.Write(as(t, writer), m.ID, i18n.English, Edit{Words: Words{Title: "x", Body: "y"}, Version: 3}); !errors.Is(err, ErrState) {
			t.Errorf("edit of a public message: got %v, want ErrState", err)
		}
		m = h.must(h.Withdraw(as(t, releaser), m.ID, Texts{i18n.Arabic: "تاريخ غير صحيح"}))
		if m.State != StateWithdrawn {
			t.Errorf("withdrawn: got %s", m.State)
		}
		got, err := h.ReleasedBySlug(t.Context(), m.Slug)
		if err != nil || got.WithdrawnNote[i18n.Arabic] == "" {
			t.Errorf("page of a withdrawn message: got %v, %v", got.WithdrawnNote, err)
		}
		history, err := h.History(as(t, writer), m.ID)
		if err != nil || len(history) != 3 || history[0].After.Title != "Statement on the visit to Paris" {
			t.Errorf("history: got %+v, %v", history, err)
		}
	})
}

func TestWhoMayTakeAStep(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		tests := []struct {
			name  string
			s     Sensitivity
			prior *perm.Actor // takes the language review first
			actor *perm.Actor
			want  error
		}{
			{"clearer", Routine, reviewer, clearer, nil},
			{"author with the permission", Routine, reviewer, standIn(person("writer", MayDraft, MayClear), "", MayClear), ErrOwnWork},
			{"stand-in of the author", Routine, reviewer, standIn(person("deputy"), "writer", MayClear), ErrOwnWork},
			{"author as stand-in of another", Routine, reviewer, standIn(writer, "clearer", MayClear), ErrOwnWork},
			{"stand-in of the author with own authority", Routine, reviewer, standIn(clearer, "writer", MayClear), nil},
			{"stand-in of the clearer", Routine, reviewer, standIn(person("deputy"), "clearer", MayClear), nil},
			{"same person twice where allowed", Routine, omnipower, omnipower, nil},
			{"same person twice where not", Sensitive, omnipower, omnipower, ErrOneStep},
			{"second step as stand-in of who took the first", Sensitive, reviewer, standIn(person("deputy"), "reviewer", MayClear), ErrOneStep},
			{"who acted for another first", Sensitive, standIn(person("deputy"), "reviewer", MayReview), standIn(person("reviewer"), "clearer", MayClear), ErrOneStep},
			{"no permission", Routine, reviewer, releaser, errNotPermitted},
			{"another mission", Routine, reviewer, outsider, errs.New(errs.NotFound, "")},
			{"a job", Routine, reviewer, perm.SystemActor("job"), ErrInPerson},
			{"mission's clearer at the ministry's step", High, reviewer, clearer, nil},
		}
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				m := h.submitted(tt.s)
				m = h.must(h.Approve(as(t, tt.prior), m.ID, Judgement{Hash: m.Hash}))
				got, err := h.Approve(as(t, tt.actor), m.ID, Judgement{Step: 1, Hash: m.Hash})
				if !errors.Is(err, tt.want) && !(tt.want == nil && err == nil) {
					t.Fatalf("got %v, want %v", err, tt.want)
				}
				if acts := m.allowed(viewer{Actor: tt.actor, reads: i18n.Langs}); acts.Approve != (tt.want == nil) {
					t.Errorf("Allowed says %v, the act %v", acts.Approve, err)
				}
				if err == nil && tt.actor.Grants[0].StandInFor == "" && len(tt.actor.Grants) > 1 && !tt.actor.Grants[0].Scope.Covers(perm.Everywhere()) {
					last := got.Approvals[len(got.Approvals)-1]
					if tt.name == "stand-in of the clearer" && last.OnBehalfOf != "clearer" {
						t.Errorf("authority not recorded: %+v", last)
					}
				}
			})
		}
	})
}

func TestMinistryClearsWhatIsHighlySensitive(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.submitted(High)
		m = h.must(h.Approve(as(t, reviewer), m.ID, Judgement{Hash: m.Hash}))
		m = h.must(h.Approve(as(t, clearer), m.ID, Judgement{Step: 1, Hash: m.Hash}))
		if _, err := h.Approve(as(t, person("other", MayClear)), m.ID, Judgement{Step: 2, Hash: m.Hash}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a mission's clearer at the ministry's step: got %v, want forbidden", err)
		}
		m = h.must(h.Approve(as(t, ministry), m.ID, Judgement{Step: 2, Hash: m.Hash}))
		if m.State != StateApproved {
			t.Errorf("got %s, want approved", m.State)
		}
	})
}

func TestEditVoidsApprovals(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		edits := map[string]func(m Message) error{
			"text": func(m Message) error {
				v, _ := m.Variant(i18n.English)
				_, err := h.Write(as(t, second), m.ID, i18n.English, Edit{Words: Words{Title: v.Title, Body: v.Body + "!"}, Version: v.Version})
				return err
			},
			"language removed": func(m Message) error {
				v, _ := m.Variant(i18n.English)
				_, err := h.Write(as(t, second), m.ID, i18n.English, Edit{Version: v.Version})
				return err
			},
			"embargo": func(m Message) error {
				_, err := h.Arrange(as(t, second), m.ID, m.SettingsVersion, Settings{MissionID: paris, Kind: Statement, Sensitivity: Routine, EmbargoUntil: db.At(day.Add(time.Hour))})
				return err
			},
			"sensitivity": func(m Message) error {
				_, err := h.Arrange(as(t, second), m.ID, m.SettingsVersion, Settings{MissionID: paris, Kind: Statement, Sensitivity: High})
				return err
			},
		}
		for name, edit := range edits {
			t.Run(name, func(t *testing.T) {
				m := h.approved()
				m = h.must(h.Schedule(as(t, releaser), m.ID, m.Hash, day.Add(time.Hour)))
				if err := edit(m); err != nil {
					t.Fatal(err)
				}
				got := h.reload(m.ID)
				if got.State != StateDraft || got.ReleaseAt != 0 || got.Hash == m.Hash {
					t.Errorf("got %s planned for %v", got.State, got.ReleaseAt)
				}
				for _, p := range got.Approvals {
					if p.VoidedAt.IsZero() || p.VoidedBy != "second" || p.VoidedWhy != VoidEdited {
						t.Errorf("approval still counts: %+v", p)
					}
				}
				h.later(2 * time.Hour)
				if got := h.reload(m.ID); got.WasPublic() {
					t.Error("released though it was edited")
				}
				h.clock.Set(day)
			})
		}
	})
}

func TestStaleTranslationCannotBeSubmitted(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.draft(Routine)
		src, _ := m.Source()
		m = h.must(h.Write(as(t, writer), m.ID, i18n.Arabic, Edit{Words: Words{Title: src.Title, Body: src.Body + " ثم عاد."}, Version: src.Version}))
		if !m.Stale(i18n.English) || m.Stale(i18n.Arabic) {
			t.Fatal("the translation does not show that it is older than its source")
		}
		stale, err := h.Messages(as(t, writer), Filter{Stale: true})
		if err != nil || len(stale) != 1 {
			t.Errorf("list of stale messages: got %d, %v", len(stale), err)
		}
		if _, err := h.Submit(as(t, writer), m.ID, m.Hash); !errors.Is(err, ErrOldTransl) {
			t.Errorf("submit: got %v, want ErrOldTransl", err)
		}
		then, known, err := h.SourceThen(as(t, writer), m, i18n.English)
		if err != nil || !known || then.Body != src.Body {
			t.Errorf("source then: got %q, %v, %v", then.Body, known, err)
		}
		now, _ := m.Source()
		en, _ := m.Variant(i18n.English)
		m = h.must(h.Write(as(t, writer), m.ID, i18n.English, Edit{Words: Words{Title: en.Title, Body: en.Body}, Version: en.Version, SourceHash: now.Hash, Matches: true}))
		if m.Stale(i18n.English) {
			t.Error("still stale after it was said to match")
		}
		h.must(h.Submit(as(t, writer), m.ID, m.Hash))
	})
}

func TestTwoWritersLoseNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.draft(Routine)
		en, _ := m.Variant(i18n.English)
		h.must(h.Write(as(t, second), m.ID, i18n.English, Edit{Words: Words{Title: en.Title, Body: "Second."}, Version: en.Version}))
		_, err := h.Write(as(t, writer), m.ID, i18n.English, Edit{Words: Words{Title: en.Title, Body: "First."}, Version: en.Version})
		if !errors.Is(err, ErrEdited) {
			t.Errorf("older version: got %v, want ErrEdited", err)
		}
		h.must(h.Write(as(t, writer), m.ID, i18n.English, Edit{Words: Words{Title: en.Title, Body: "Second."}, Version: en.Version})) // the same again changes nothing
		ar, _ := m.Source()
		h.must(h.Write(as(t, writer), m.ID, i18n.Arabic, Edit{Words: Words{Title: ar.Title, Body: "آخر."}, Version: ar.Version})) // another language is no conflict
		m = h.reload(m.ID)
		if got, _ := m.Variant(i18n.English); got.Body != "Second." {
			t.Errorf("got %q", got.Body)
		}
	})
}

func TestPlannedRelease(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		at := day.Add(3 * time.Hour)
		m := h.approved()
		if _, err := h.Schedule(as(t, releaser), m.ID, m.Hash, day); errs.KindOf(err) != errs.Invalid {
			t.Errorf("plan for now: got %v, want invalid", err)
		}
		m = h.must(h.Schedule(as(t, releaser), m.ID, m.Hash, at))
		h.later(2 * time.Hour)
		if got := h.reload(m.ID); got.State != StateScheduled {
			t.Errorf("before its time: got %s", got.State)
		}
		h.later(time.Hour)
		got := h.reload(m.ID)
		if got.State != StateReleased || got.ReleasedAt != db.At(at) {
			t.Errorf("at its time: got %s at %v", got.State, got.ReleasedAt.Std())
		}
		for range 3 {
			if err := h.releaseDue(perm.With(t.Context(), perm.SystemActor("job")), m.ID); err != nil {
				t.Error(err)
			}
		}
		if len(h.proofs.texts) != 2 {
			t.Errorf("the public log has %d texts, want 2", len(h.proofs.texts))
		}
		n := 0
		for _, name := range h.told {
			if name == "publish.released" {
				n++
			}
		}
		if n != 1 {
			t.Errorf("told of the release %d times", n)
		}
	})
}

func TestPlansThatCannotBeKept(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		t.Run("changed behind our back", func(t *testing.T) {
			m := h.approved()
			m = h.must(h.Schedule(as(t, releaser), m.ID, m.Hash, h.clock.Now().Add(time.Hour)))
			if _, err := h.db.Writer().ExecContext(t.Context(), `UPDATE publish_variant SET body = 'forged' WHERE message_id = ? AND lang = 'en'`, m.ID); err != nil {
				t.Fatal(err)
			}
			h.later(time.Hour)
			if got := h.reload(m.ID); got.State != StateApproved || got.Failure != "publish.error.changed" {
				t.Errorf("got %s, %q", got.State, got.Failure)
			}
		})
		t.Run("pause", func(t *testing.T) {
			m := h.approved()
			m = h.must(h.Schedule(as(t, releaser), m.ID, m.Hash, h.clock.Now().Add(time.Hour)))
			z := h.pause(Pause{Scope: PauseMission, Value: paris})
			h.later(2 * time.Hour)
			if got := h.reload(m.ID); !got.Held() {
				t.Errorf("during a pause: got %s, held at %d", got.State, got.HeldAt)
			}
			h.resume(z)
			h.later(time.Minute)
			if got := h.reload(m.ID); !got.Held() {
				t.Errorf("after the pause it went out by itself: %s", got.State)
			}
			if m = h.must(h.Release(as(t, releaser), m.ID, m.Hash)); m.State != StateReleased || m.Held() {
				t.Errorf("looked at: got %s", m.State)
			}
		})
		t.Run("too late", func(t *testing.T) {
			now := h.clock.Now()
			m := h.draft(Routine)
			m = h.must(h.Arrange(as(t, writer), m.ID, m.SettingsVersion, Settings{MissionID: paris, Kind: News, Sensitivity: Routine, EmbargoUntil: db.At(now.Add(time.Hour)), NotAfter: db.At(now.Add(3 * time.Hour))}))
			m = h.must(h.Submit(as(t, writer), m.ID, m.Hash))
			m = h.must(h.Approve(as(t, reviewer), m.ID, Judgement{Hash: m.Hash}))
			m = h.must(h.Approve(as(t, clearer), m.ID, Judgement{Step: 1, Hash: m.Hash}))
			if _, err := h.Release(as(t, releaser), m.ID, m.Hash); !errors.Is(err, ErrEmbargo) {
				t.Errorf("release under embargo: got %v, want ErrEmbargo", err)
			}
			if _, err := h.Schedule(as(t, releaser), m.ID, m.Hash, now.Add(3*time.Hour)); !errors.Is(err, ErrTooLate) {
				t.Errorf("plan at its end: got %v, want ErrTooLate", err)
			}
			m = h.must(h.Schedule(as(t, releaser), m.ID, m.Hash, now.Add(2*time.Hour)))
			h.later(4 * time.Hour) // the house was down
			if got := h.reload(m.ID); got.State != StateApproved || got.Failure != "publish.error.too_late" {
				t.Errorf("woke up late: got %s, %q", got.State, got.Failure)
			}
		})
		t.Run("end", func(t *testing.T) {
			now := h.clock.Now()
			m := h.draft(Routine)
			m = h.must(h.Arrange(as(t, writer), m.ID, m.SettingsVersion, Settings{MissionID: paris, Kind: News, Sensitivity: Routine, NotAfter: db.At(now.Add(3 * time.Hour))}))
			m = h.must(h.Rush(as(t, head), m.ID, m.Hash, "now"))
			h.later(3 * time.Hour)
			if got := h.reload(m.ID); got.State != StateWithdrawn || !got.Expired {
				t.Errorf("after its end: got %s, expired %v", got.State, got.Expired)
			}
		})
	})
}

func TestEmergencyIsJudgedAfterwards(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.draft(Sensitive)
		if _, err := h.Rush(as(t, releaser), m.ID, m.Hash, "x"); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("without the permission: got %v", err)
		}
		if _, err := h.Rush(as(t, head), m.ID, m.Hash, "  "); errs.KindOf(err) != errs.Invalid {
			t.Errorf("without a reason: got %v", err)
		}
		m = h.must(h.Rush(as(t, head), m.ID, m.Hash, "The embassy is being evacuated."))
		if m.State != StateReleased || !m.AwaitsReview() || m.ReviewDue != db.At(day.Add(12*time.Hour)) {
			t.Fatalf("got %s, review due %v", m.State, m.ReviewDue.Std())
		}
		if _, err := h.Judge(as(t, head), m.ID, m.Hash, Approve, ""); !errors.Is(err, ErrOwnWork) {
			t.Errorf("who released it judges it: got %v, want ErrOwnWork", err)
		}
		if _, err := h.Judge(as(t, standIn(person("deputy"), "head", MayClear)), m.ID, m.Hash, Approve, ""); !errors.Is(err, ErrOwnWork) {
			t.Errorf("their stand-in judges it: got %v, want ErrOwnWork", err)
		}
		h.later(13 * time.Hour)
		if got := h.reload(m.ID); got.OverdueAt.IsZero() || !got.Overdue(h.clock.Now()) {
			t.Error("no alarm though the judgement is late")
		}
		f, err := h.Figures(as(t, clearer), day, day.AddDate(0, 0, 2))
		if late, lateErr := h.EmergenciesLate(as(t, head)); late != 1 || lateErr != nil {
			t.Errorf("%d late judgements, %v", late, lateErr)
		}
		if late, lateErr := h.EmergenciesLate(as(t, outsider)); late != 0 || lateErr != nil {
			t.Errorf("another mission sees %d late judgements, %v", late, lateErr)
		}
		if list, listErr := h.Messages(as(t, head), Filter{Unjudged: true}); len(list) != 1 || listErr != nil {
			t.Errorf("%d to be judged, %v", len(list), listErr)
		}
		if err != nil || f.Emergencies != 1 || f.EmergenciesIn[paris] != 1 || f.EmergenciesOverdue != 1 {
			t.Errorf("figures: got %+v, %v", f, err)
		}
		m = h.must(h.Judge(as(t, clearer), m.ID, m.Hash, Reject, "The number was wrong."))
		if m.AwaitsReview() || m.ReviewOutcome != Reject || m.State != StateReleased {
			t.Errorf("judged: got outcome %s, %s", m.ReviewOutcome, m.State)
		}
	})
}

func TestRejectGoesBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.submitted(Routine)
		m = h.must(h.Approve(as(t, reviewer), m.ID, Judgement{Hash: m.Hash}))
		if _, err := h.Reject(as(t, clearer), m.ID, Judgement{Step: 1, Hash: m.Hash}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("without a reason: got %v", err)
		}
		m = h.must(h.Reject(as(t, clearer), m.ID, Judgement{Step: 1, Hash: m.Hash, Reason: "Say who was met."}))
		if m.State != StateRejected || m.Approvals[0].VoidedWhy != VoidRejected {
			t.Errorf("got %s, first approval void because %q", m.State, m.Approvals[0].VoidedWhy)
		}
		mine, err := h.Messages(as(t, writer), Filter{Waiting: true})
		if err != nil || len(mine) != 1 {
			t.Errorf("waits for its writer: got %d, %v", len(mine), err)
		}
		m = h.must(h.Submit(as(t, writer), m.ID, m.Hash))
		if m.Round != 2 || m.stepDone(0) {
			t.Errorf("round %d begins with step 0 done: %v", m.Round, m.stepDone(0))
		}
	})
}

func TestReminderAndDelay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.submitted(Routine)
		count := func() (n int) {
			for _, name := range h.told {
				if name == "publish.waiting" {
					n++
				}
			}
			return n
		}
		for _, step := range []struct {
			wait time.Duration
			want int
		}{{time.Hour, 1}, {18 * time.Hour, 2}, {time.Hour, 2}, {5 * time.Hour, 3}, {time.Hour, 3}} {
			h.later(step.wait)
			if got := count(); got != step.want {
				t.Errorf("at %v: told %d times, want %d", h.clock.Now().Sub(day), got, step.want)
			}
		}
		late, err := h.Messages(as(t, clearer), Filter{Overdue: true})
		if err != nil || len(late) != 1 || late[0].ID != m.ID {
			t.Errorf("late: got %d, %v", len(late), err)
		}
	})
}

// TestWaitingCountIsTheLengthOfTheList asks everyone about messages in every
// state in which something can wait.
func TestWaitingCountIsTheLengthOfTheList(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.draft(Routine)
		h.submitted(Routine)
		h.submitted(High)
		h.approved()
		sent := h.submitted(Sensitive)
		h.must(h.Reject(as(t, reviewer), sent.ID, Judgement{Hash: sent.Hash, Reason: "The date is wrong."}))
		rushed := h.draft(Routine)
		h.must(h.Rush(as(t, head), rushed.ID, rushed.Hash, "an attack"))
		seen := 0
		for _, a := range append([]*perm.Actor{{Kind: perm.Nobody, ID: "nobody"}, perm.SystemActor("test"), standIn(person("deputy"), "clearer", MayClear)}, all...) {
			name := a.ID
			list, err := h.Messages(as(t, a), Filter{Waiting: true})
			if err != nil {
				t.Fatal(err)
			}
			n, err := h.WaitingCount(as(t, a))
			if err != nil || n != len(list) {
				t.Errorf("%s: counted %d, %v; the list has %d", name, n, err, len(list))
			}
			brief, err := h.Messages(as(t, a), Filter{Waiting: true, Brief: true})
			if err != nil || len(brief) != len(list) {
				t.Fatalf("%s: in brief %d, %v; want %d", name, len(brief), err, len(list))
			}
			for i, m := range brief {
				title, _ := m.Title(i18n.English)
				if want, _ := list[i].Title(i18n.English); title != want || m.ID != list[i].ID || !slices.Equal(m.Authors, list[i].Authors) || len(m.Approvals) != len(list[i].Approvals) {
					t.Errorf("%s: in brief %+v, in full %+v", name, m, list[i])
				}
			}
			seen += n
		}
		if seen < 6 {
			t.Errorf("only %d messages waited in all: the test shows nothing", seen)
		}
	})
}

func TestListsShowOnlyWhatOneMaySee(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.submitted(Routine)
		tests := []struct {
			name  string
			actor *perm.Actor
			f     Filter
			want  int
		}{
			{"writer", writer, Filter{}, 1},
			{"outsider", outsider, Filter{}, 0},
			{"ministry", ministry, Filter{}, 1},
			{"nobody", &perm.Actor{Kind: perm.Nobody}, Filter{}, 0},
			{"missing Sorani", writer, Filter{Missing: i18n.Sorani}, 1},
			{"missing English", writer, Filter{Missing: i18n.English}, 0},
			{"in review", writer, Filter{State: StateInReview}, 1},
			{"mine", writer, Filter{Mine: true}, 1},
			{"not mine", second, Filter{Mine: true}, 0},
			{"waits for the reviewer", reviewer, Filter{Waiting: true}, 1},
			{"does not wait for the writer", writer, Filter{Waiting: true}, 0},
			{"waits for no outsider", outsider, Filter{Waiting: true}, 0},
			{"by a word in another spelling", writer, Filter{Query: "الزياره"}, 1},
			{"by a percent sign", writer, Filter{Query: "%"}, 0},
		}
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				got, err := h.Messages(as(t, tt.actor), tt.f)
				if err != nil || len(got) != tt.want {
					t.Errorf("got %d, %v; want %d", len(got), err, tt.want)
				}
			})
		}
		if _, err := h.Message(as(t, outsider), m.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("outsider: got %v, want not found", err)
		}
	})
}

func TestCreateOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.draft(Routine)
		b := Beginning{ID: m.ID, MissionID: paris, Kind: Statement, Sensitivity: Routine, SourceLang: i18n.Arabic}
		if got := h.must(h.Create(as(t, writer), b)); got.Version != m.Version {
			t.Errorf("replayed: got version %d, want %d", got.Version, m.Version)
		}
		if _, err := h.Create(as(t, second), b); errs.KindOf(err) != errs.Conflict {
			t.Errorf("someone else's id: got %v, want conflict", err)
		}
	})
}

// failing is a public log that cannot be written.
type failing struct{}

func (failing) Append(context.Context, bun.Tx, Message, Variant) error {
	return errors.New("disk full")
}

func (failing) Withdraw(context.Context, bun.Tx, Message) error { return errors.New("disk full") }

func (failing) LogImages(context.Context, *blob.Store, db.Time) error { return nil }
func (failing) LearnAnchors(context.Context) error                    { return nil }

func (failing) ProofAddress(id string, l i18n.Lang) string { return ProofPath(id, l) }

func TestReleaseIsWholeOrNotAtAll(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.approved()
		good := h.Service.proof
		h.Service.proof = failing{}
		if _, err := h.Release(as(t, releaser), m.ID, m.Hash); err == nil {
			t.Fatal("released without the public log")
		}
		got := h.reload(m.ID)
		if got.State != StateApproved || len(got.Approvals) != len(m.Approvals) {
			t.Errorf("half done: %s with %d approvals", got.State, len(got.Approvals))
		}
		h.Service.proof = good
		h.must(h.Release(as(t, releaser), m.ID, m.Hash))
	})
}
