package engage_test

import (
	"context"
	"testing"
	"time"

	"sifara/internal/engage"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
)

func TestMissionScope(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, qid := h.ask(nil)
		berlin := h.official("berliner", h.berlin, engage.View, engage.Answer, engage.Approve, engage.Moderate)
		viewer := h.official("viewer", h.paris, engage.View)
		acts := map[string]func(context.Context) error{
			"assign":  func(ctx context.Context) error { return h.Assign(ctx, qid, "") },
			"hand":    func(ctx context.Context) error { return h.HandOver(ctx, qid, h.berlin, "theirs") },
			"note":    func(ctx context.Context) error { return h.Note(ctx, qid, "note") },
			"draft":   func(ctx context.Context) error { return h.SaveDraft(ctx, qid, engage.Writing{Body: "x"}) },
			"submit":  func(ctx context.Context) error { _, err := h.Submit(ctx, qid, engage.Writing{Body: "x"}); return err },
			"approve": func(ctx context.Context) error { return h.Approve(ctx, qid, "") },
			"return":  func(ctx context.Context) error { return h.Return(ctx, qid, "why") },
			"recall":  func(ctx context.Context) error { return h.Recall(ctx, qid) },
			"close":   func(ctx context.Context) error { return h.Close(ctx, qid, engage.Spam, "") },
			"reopen":  func(ctx context.Context) error { return h.Reopen(ctx, qid, "") },
			"public":  func(ctx context.Context) error { return h.SetPublic(ctx, qid, true) },
		}
		for name, act := range acts {
			t.Run(name, func(t *testing.T) {
				h := *h
				h.t = t
				h.wants(act(t.Context()), errs.NotFound)
				h.wants(act(berlin), errs.NotFound)
				h.wants(act(viewer), errs.Forbidden)
			})
		}
		_, err := h.Question(berlin, qid)
		h.wants(err, errs.NotFound)
		for _, c := range []struct {
			ctx  context.Context
			want int
		}{{berlin, 0}, {viewer, 1}, {t.Context(), 0}, {sys(t.Context()), 1}} {
			p, err := h.List(c.ctx, engage.Filter{})
			h.must(err)
			if len(p.Items) != c.want {
				t.Errorf("%s sees %d questions, want %d", perm.From(c.ctx).ID, len(p.Items), c.want)
			}
		}
	})
}

func TestBoxes(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		officer := h.officer("officer")
		var ids []string
		for _, text := range []string{"first about visas", "second about passports", "third about schools", "fourth about visas"} {
			_, qid := h.ask(func(in *engage.AskInput) { in.Text = text })
			ids = append(ids, qid)
		}
		h.must(h.SaveDraft(officer, ids[1], engage.Writing{Body: "x"}))
		_, err := h.Submit(officer, ids[2], engage.Writing{Body: "done"})
		h.must(err)
		h.must(h.Close(officer, ids[3], engage.Duplicate, ""))
		want := map[engage.Box]int{engage.BoxOpen: 2, engage.BoxNew: 1, engage.BoxMine: 1, engage.BoxOverdue: 0, engage.BoxApproval: 0, engage.BoxAnswered: 1, engage.BoxClosed: 1}
		for box, n := range want {
			p, err := h.List(officer, engage.Filter{Box: box})
			h.must(err)
			if len(p.Items) != n {
				t.Errorf("%s: got %d, want %d", box, len(p.Items), n)
			}
		}
		h.clock.Advance(10 * 24 * time.Hour)
		counts, err := h.Counts(officer)
		h.must(err)
		if counts[engage.BoxOverdue] != 2 {
			t.Errorf("got %d overdue, want 2", counts[engage.BoxOverdue])
		}
		p, err := h.List(officer, engage.Filter{Box: engage.BoxOpen, Query: "visa"})
		h.must(err)
		if len(p.Items) != 1 || p.Items[0].ID != ids[0] {
			t.Errorf("search found %v", p.Items)
		}
		var seen []string
		for cursor := ""; ; {
			p, err := h.List(officer, engage.Filter{Box: engage.BoxOpen, Limit: 1, Cursor: cursor})
			h.must(err)
			for _, q := range p.Items {
				seen = append(seen, q.ID)
			}
			if cursor = p.Next; cursor == "" {
				break
			}
		}
		if len(seen) != 2 || seen[0] == seen[1] {
			t.Errorf("pages gave %v", seen)
		}
		_, err = h.List(officer, engage.Filter{Cursor: "!"})
		h.wants(err, errs.Invalid)
		h.must(h.Reopen(officer, ids[3], "was another"))
		if today, err := h.Today(officer, 10); err != nil || len(today) != 3 {
			t.Errorf("today: got %d, %v, want 3", len(today), err)
		}
	})
}

func TestHandOver(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.route.approval = true
		_, qid := h.ask(nil)
		officer, berliner := h.officer("officer"), h.official("berliner", h.berlin, engage.View, engage.Answer)
		due := h.file(officer, qid).DueAt
		_, err := h.Submit(officer, qid, engage.Writing{Body: "Begun"})
		h.must(err)
		h.wants(h.HandOver(officer, qid, h.berlin, ""), errs.Invalid)
		h.wants(h.HandOver(officer, qid, h.paris, "here"), errs.Invalid)
		h.wants(h.HandOver(officer, qid, id.New(), "nowhere"), errs.Invalid)
		h.must(h.HandOver(officer, qid, h.berlin, "They live there."))
		_, err = h.Question(officer, qid)
		h.wants(err, errs.NotFound)
		f := h.file(berliner, qid)
		if f.State != engage.Fresh || f.DueAt != due || f.Draft().State != engage.Drafted || f.Draft().Hash != "" {
			t.Errorf("got %+v", f)
		}
		h.wants(h.Assign(berliner, qid, "nobody"), errs.Invalid)
	})
}

func TestSimilar(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		officer := h.officer("officer")
		for text, answer := range map[string]string{
			"كم تستغرق معاملة تأشيرة الدخول إلى العراق؟": "أسبوعان",
			"أين تقع السفارة وما هي أوقات الدوام؟":       "في وسط المدينة",
		} {
			_, qid := h.ask(func(in *engage.AskInput) { in.Text, in.Lang = text, i18n.Arabic })
			_, err := h.Submit(officer, qid, engage.Writing{Body: answer})
			h.must(err)
		}
		_, qid := h.ask(func(in *engage.AskInput) {
			in.Text, in.Lang = "متى تنجز تأشيرات الدخول؟", i18n.Arabic
		})
		f := h.file(officer, qid)
		got, err := h.Similar(officer, &f.Question, 5)
		h.must(err)
		if len(got) == 0 || got[0].Latest().Body != "أسبوعان" {
			t.Errorf("got %+v", got)
		}
		if got, err := h.Similar(h.official("b", h.berlin, engage.View), &f.Question, 5); err != nil || len(got) != 0 {
			t.Errorf("another mission sees %d private answers, %v", len(got), err)
		}
	})
}

func TestRetention(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		officer := h.officer("officer")
		_, closed := h.ask(func(in *engage.AskInput) { in.Email = "a@example.org" })
		_, open := h.ask(nil)
		h.must(h.Close(officer, closed, engage.NotForUs, "note"))
		h.clock.Advance(31 * 24 * time.Hour)
		h.must(engage.RunRetain(sys(t.Context()), h.Service))
		if f := h.file(officer, closed); f.Text == "" || f.HasEmail {
			t.Errorf("after a month: text %q, address kept %v", f.Text, f.HasEmail)
		}
		h.clock.Advance(60 * 24 * time.Hour)
		h.must(engage.RunRetain(sys(t.Context()), h.Service))
		h.must(engage.RunRetain(sys(t.Context()), h.Service))
		if f := h.file(officer, closed); f.Text != "" || f.ErasedAt.IsZero() {
			t.Errorf("after three months: text %q", f.Text)
		}
		if f := h.file(officer, open); f.Text == "" {
			t.Error("an open question was erased")
		}
	})
}

func TestFailingLetters(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.ask(func(in *engage.AskInput) { in.Email = "gone@example.org" })
		h.mail.err = errs.New(errs.Conflict, "mail.refused")
		h.must(h.queue.Drain(t.Context(), time.Now()))
		p, err := h.List(h.officer("o"), engage.Filter{})
		h.must(err)
		if f := h.file(h.officer("o"), p.Items[0].ID); len(f.Notices) != 1 || f.Notices[0].State != engage.NoticeFailed {
			t.Errorf("got %+v", f.Notices)
		}
	})
}

func TestCanned(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		officer := h.officer("officer")
		c := engage.Canned{ID: id.New(), MissionID: h.paris, Titles: map[i18n.Lang]string{i18n.English: "Hours"}, Bodies: map[i18n.Lang]string{i18n.English: "Nine to three."}}
		h.must(h.SaveCanned(officer, c))
		h.must(h.SaveCanned(officer, c))
		c.Version, c.Bodies = 1, map[i18n.Lang]string{i18n.English: "Nine to two."}
		h.must(h.SaveCanned(officer, c))
		h.wants(h.SaveCanned(officer, c), errs.Conflict)
		h.wants(h.SaveCanned(h.official("b", h.berlin, engage.View, engage.Moderate), c), errs.Forbidden)
		h.wants(h.SaveCanned(officer, engage.Canned{ID: id.New(), MissionID: h.paris}), errs.Invalid)
		h.wants(h.SaveCanned(officer, engage.Canned{ID: id.New(), MissionID: h.paris, Titles: map[i18n.Lang]string{i18n.English: "x"}}), errs.Invalid)
		got, err := h.CannedAnswers(officer, h.paris, i18n.English)
		h.must(err)
		if len(got) != 1 || got[0].Bodies[i18n.English] != "Nine to two." {
			t.Errorf("got %+v", got)
		}
		if got, _ := h.CannedAnswers(officer, h.paris, i18n.Arabic); len(got) != 0 {
			t.Errorf("got %d in Arabic, want none", len(got))
		}
	})
}

func TestFigures(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		officer := h.officer("officer")
		start := h.clock.Now()
		for i := range 4 {
			_, qid := h.ask(nil)
			h.clock.Advance(time.Duration(i+1) * time.Hour)
			if i < 3 {
				_, err := h.Submit(officer, qid, engage.Writing{Body: "x"})
				h.must(err)
			}
		}
		got, err := h.Figures(sys(t.Context()), engage.Period{From: start, To: h.clock.Now().Add(time.Second)})
		h.must(err)
		want := engage.Figures{Asked: 4, Answered: 3, Open: 1, MedianHours: 2, P90Hours: 2.8}
		if got.All != want || got.Missions[h.paris] != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		byMessage, err := h.MessageFigures(sys(t.Context()), []string{h.st.ID, id.New()})
		h.must(err)
		if len(byMessage) != 1 || byMessage[h.st.ID] != want {
			t.Errorf("got %+v, want %+v", byMessage, want)
		}
	})
}
