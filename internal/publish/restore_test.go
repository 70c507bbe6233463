package publish

import (
	"errors"
	"testing"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
)

func TestRestore(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.submitted(Routine)
		first, _ := m.Variant(i18n.English)
		changed := h.must(h.Write(as(t, writer), m.ID, i18n.English, Edit{Words: Words{Title: "Another title", Body: "Another body"}, Version: first.Version}))
		now, _ := changed.Variant(i18n.English)
		src, _ := m.Source()
		h.must(h.Write(as(t, writer), m.ID, i18n.Arabic, Edit{Words: Words{Title: "بيان جديد", Body: "نص جديد"}, Version: src.Version}))

		for name, c := range map[string]struct {
			as   int
			v, n int
			want errs.Kind
		}{
			"somebody saved meanwhile": {0, first.Version, now.Version - 1, errs.Conflict},
			"no such version":          {0, 99, now.Version, errs.NotFound},
			"a version without a text": {0, 1, now.Version, errs.NotFound},
			"who may only review":      {1, first.Version, now.Version, errs.Forbidden},
			"from another mission":     {2, first.Version, now.Version, errs.NotFound},
		} {
			actor := all[map[int]int{0: 0, 1: 2, 2: 6}[c.as]]
			if _, err := h.Restore(as(t, actor), m.ID, c.v, c.n); errs.KindOf(err) != c.want {
				t.Errorf("%s: %v, want %v", name, err, c.want)
			}
		}
		before := h.reload(m.ID)
		back := h.must(h.Restore(as(t, second), m.ID, first.Version, now.Version))
		v, _ := back.Variant(i18n.English)
		if v.Title != first.Title || v.Body != first.Body || v.Hash != first.Hash || v.Version != before.Version+1 || v.EditedBy != second.ID {
			t.Errorf("got %+v", v)
		}
		if back.State != StateDraft || !back.Stale(i18n.English) || !back.Bound() {
			t.Errorf("the translation of an older source: state %s, stale %v, bound %v", back.State, back.Stale(i18n.English), back.Bound())
		}
		again := h.must(h.Restore(as(t, second), m.ID, first.Version, v.Version))
		if again.Version != back.Version {
			t.Error("bringing back what is there made a version")
		}
		list, err := h.History(as(t, writer), m.ID)
		if err != nil || list[0].Act != "restore" || list[0].Before.Title != "Another title" || list[0].After.Title != first.Title {
			t.Errorf("history: %+v %v", list[0], err)
		}
	})
}

func TestTypedIsKept(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.draft(Routine)
		v, _ := m.Variant(i18n.English)
		mine := Words{Title: v.Title, Body: "The minister visited **Paris** and Lyon."}
		keep := func(w Words, base int) {
			t.Helper()
			if err := h.KeepTyped(as(t, writer), m, i18n.English, w, base); err != nil {
				t.Fatal(err)
			}
		}
		typed := func() (*Typed, []Typed) {
			t.Helper()
			own, others, err := h.TypedOf(as(t, writer), m, i18n.English)
			if err != nil {
				t.Fatal(err)
			}
			return own, others
		}
		keep(Words{Title: "x", Body: "y"}, v.Version)
		keep(mine, v.Version)
		if own, others := typed(); own == nil || own.Words() != mine || own.Base != v.Version || len(others) != 0 {
			t.Fatalf("kept %+v, others %+v", own, others)
		}
		if again := h.reload(m.ID); again.Version != m.Version || again.Hash != m.Hash {
			t.Error("typing changed the message")
		}
		if err := h.KeepTyped(as(t, reviewer), m, i18n.English, mine, v.Version); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("who may not edit: %v", err)
		}
		if own, others, err := h.TypedOf(as(t, reviewer), m, i18n.English); own != nil || others != nil || err != nil {
			t.Errorf("who may not edit sees what others type: %+v %+v %v", own, others, err)
		}
		// A colleague saves; what they typed is gone then, what the writer typed is not.
		if err := h.KeepTyped(as(t, second), m, i18n.English, Words{Title: "New"}, v.Version); err != nil {
			t.Fatal(err)
		}
		if _, others := typed(); len(others) != 1 || others[0].PersonID != second.ID {
			t.Errorf("others: %+v", others)
		}
		m = h.must(h.Write(as(t, second), m.ID, i18n.English, Edit{Words: Words{Title: "New title on the visit to Paris", Body: v.Body}, Version: v.Version}))
		own, others := typed()
		if own == nil || len(others) != 0 {
			t.Errorf("after a colleague saved: own %+v, others %+v", own, others)
		}
		if _, err := h.Write(as(t, writer), m.ID, i18n.English, Edit{Words: mine, Version: v.Version}); !errors.Is(err, ErrEdited) {
			t.Errorf("saving over a colleague: %v", err)
		}
		joined, ok, err := h.Join(as(t, writer), m, i18n.English, mine, v.Version)
		if want := (Words{Title: "New title on the visit to Paris", Body: "The minister visited **Paris** and Lyon."}); err != nil || !ok || joined != want {
			t.Errorf("joined %+v %v %v", joined, ok, err)
		}
		if _, ok, err := h.Join(as(t, writer), m, i18n.English, Words{Title: "Old title on the visit to Paris", Body: v.Body}, v.Version); ok || err != nil {
			t.Errorf("both changed one word: %v %v", ok, err)
		}
		now, _ := m.Variant(i18n.English)
		keep(Words{Title: now.Title, Body: now.Body + "\n"}, now.Version)
		if own, _ := typed(); own != nil {
			t.Errorf("what is stored is kept as unsaved: %+v", own)
		}
		keep(mine, now.Version)
		h.must(h.Write(as(t, writer), m.ID, i18n.English, Edit{Words: mine, Version: now.Version}))
		if own, _ := typed(); own != nil {
			t.Errorf("what was saved is kept as unsaved: %+v", own)
		}
		m = h.reload(m.ID)
		keep(Words{Title: "late"}, m.Version)
		h.later(typedFor - time.Hour)
		if own, _ := typed(); own == nil {
			t.Error("forgotten before its time")
		}
		h.later(2 * time.Hour)
		if own, _ := typed(); own != nil {
			t.Error("not forgotten after its time")
		}
		public := h.release()
		left := Typed{MessageID: public.ID, Lang: i18n.English, PersonID: writer.ID, Body: "late", SavedAt: db.At(h.clock.Now())}
		if _, err := h.db.Writer().NewInsert().Model(&left).Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
		h.later(time.Hour)
		if n, err := h.db.Reader().NewSelect().Model((*Typed)(nil)).Where("y.message_id = ?", public.ID).Count(t.Context()); err != nil || n != 0 {
			t.Errorf("what was typed of a public message: %d kept, %v", n, err)
		}
	})
}
