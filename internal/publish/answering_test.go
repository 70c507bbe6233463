package publish

import (
	"testing"
	"time"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/id"
)

// TestAnswering wants the messages of warnings and files by their moments, an
// approval only while it counts, and no others.
func TestAnswering(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.draft(Routine) // answers nothing
		begin := func(warning, decision string) Message {
			return h.must(h.Create(as(t, writer), Beginning{ID: id.New(), MissionID: paris, Kind: Statement, Sensitivity: Routine, SourceLang: i18n.English,
				WarningID: warning, DecisionID: decision, Words: Words{Title: "Visas", Body: "Visas are issued."}}))
		}
		look := func(m Message, warning, decision string) Answering {
			t.Helper()
			list, err := h.Answering(t.Context(), []string{warning, "x"}, []string{decision})
			if err != nil || len(list) != 1 || list[0].ID != m.ID {
				t.Fatalf("%+v, %v, want the one message", list, err)
			}
			return list[0]
		}
		m, other := begin("w", ""), begin("", "d")
		if got := look(m, "w", ""); got.WarningID != "w" || got.CreatedAt != db.At(day) || got.ApprovedAt != 0 || got.ReleasedAt != 0 {
			t.Errorf("draft: %+v", got)
		}
		h.clock.Set(day.Add(time.Hour))
		m = h.must(h.Submit(as(t, writer), m.ID, m.Hash))
		m = h.must(h.Approve(as(t, reviewer), m.ID, Judgement{Hash: m.Hash}))
		if got := look(m, "w", ""); got.ApprovedAt != 0 {
			t.Errorf("a step of two: %+v", got)
		}
		h.clock.Set(day.Add(2 * time.Hour))
		m = h.must(h.Approve(as(t, clearer), m.ID, Judgement{Step: 1, Hash: m.Hash}))
		h.clock.Set(day.Add(3 * time.Hour))
		m = h.must(h.Release(as(t, releaser), m.ID, m.Hash))
		if got := look(m, "w", ""); got.ApprovedAt != db.At(day.Add(2*time.Hour)) || got.ReleasedAt != db.At(day.Add(3*time.Hour)) {
			t.Errorf("released: %+v", got)
		}
		rushed := h.must(h.Rush(as(t, head), other.ID, other.Hash, "urgent"))
		if got := look(rushed, "", "d"); got.DecisionID != "d" || got.ApprovedAt != 0 || got.ReleasedAt == 0 {
			t.Errorf("released before it was approved: %+v", got)
		}
		if list, err := h.Answering(t.Context(), nil, nil); err != nil || len(list) != 0 {
			t.Errorf("of nothing: %+v, %v", list, err)
		}
	})
}
