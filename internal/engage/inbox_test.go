package engage_test

import (
	"context"
	"testing"
	"time"

	"sifara/internal/engage"
	"sifara/internal/engage/engagetest"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
)

func TestMissionScope(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, qid := h.AskAs(nil)
		berlin := h.Official("berliner", h.Berlin, engage.View, engage.Answer, engage.Approve, engage.Moderate)
		viewer := h.Official("viewer", h.Paris, engage.View)
		acts := map[string]func(context.Context) error{
			"assign":  func(ctx context.Context) error { return h.Assign(ctx, qid, "") },
			"hand":    func(ctx context.Context) error { return h.HandOver(ctx, qid, h.Berlin, "theirs") },
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
				h.T = t
				h.Wants(act(t.Context()), errs.NotFound)
				h.Wants(act(berlin), errs.NotFound)
				h.Wants(act(viewer), errs.Forbidden)
			})
		}
		_, err := h.Question(berlin, qid)
		h.Wants(err, errs.NotFound)
		for _, c := range []struct {
			ctx  context.Context
			want int
		}{{berlin, 0}, {viewer, 1}, {t.Context(), 0}, {engagetest.System(t.Context()), 1}} {
			p, err := h.List(c.ctx, engage.Filter{})
			h.Must(err)
			if len(p.Items) != c.want {
				t.Errorf("%s sees %d questions, want %d", perm.From(c.ctx).ID, len(p.Items), c.want)
			}
		}
	})
}

func TestBoxes(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		officer := h.Officer("officer")
		var ids []string
		for _, text := range []string{"first about visas", "second about passports", "third about schools", "fourth about visas"} {
			_, qid := h.AskAs(func(in *engage.AskInput) { in.Text = text })
			ids = append(ids, qid)
		}
		h.Must(h.SaveDraft(officer, ids[1], engage.Writing{Body: "x"}))
		_, err := h.Submit(officer, ids[2], engage.Writing{Body: "done"})
		h.Must(err)
		h.Must(h.Close(officer, ids[3], engage.Duplicate, ""))
		want := map[engage.Box]int{engage.BoxOpen: 2, engage.BoxNew: 1, engage.BoxMine: 1, engage.BoxOverdue: 0, engage.BoxApproval: 0, engage.BoxAnswered: 1, engage.BoxClosed: 1}
		for box, n := range want {
			p, err := h.List(officer, engage.Filter{Box: box})
			h.Must(err)
			if len(p.Items) != n {
				t.Errorf("%s: got %d, want %d", box, len(p.Items), n)
			}
		}
		h.Clock.Advance(10 * 24 * time.Hour)
		counts, err := h.Counts(officer)
		h.Must(err)
		if counts[engage.BoxOverdue] != 2 {
			t.Errorf("got %d overdue, want 2", counts[engage.BoxOverdue])
		}
		missions, err := h.OverdueMissions(t.Context())
		h.Must(err)
		total := 0
		for _, m := range missions {
			n, err := h.OverdueIn(t.Context(), m)
			h.Must(err)
			if n == 0 {
				t.Errorf("mission %q is listed without an overdue question", m)
			}
			total += n
		}
		if total < 2 || len(missions) == 0 {
			t.Errorf("got %d overdue in %v, want the 2 of the inbox at least", total, missions)
		}
		p, err := h.List(officer, engage.Filter{Box: engage.BoxOpen, Query: "visa"})
		h.Must(err)
		if len(p.Items) != 1 || p.Items[0].ID != ids[0] {
			t.Errorf("search found %v", p.Items)
		}
		var seen []string
		for cursor := ""; ; {
			p, err := h.List(officer, engage.Filter{Box: engage.BoxOpen, Limit: 1, Cursor: cursor})
			h.Must(err)
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
		h.Wants(err, errs.Invalid)
		h.Must(h.Reopen(officer, ids[3], "was another"))
		if today, err := h.Today(officer, 10); err != nil || len(today) != 3 {
			t.Errorf("today: got %d, %v, want 3", len(today), err)
		}
	})
}

func TestHandOver(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Route.Approval = true
		_, qid := h.AskAs(nil)
		officer, berliner := h.Officer("officer"), h.Official("berliner", h.Berlin, engage.View, engage.Answer)
		due := h.File(officer, qid).DueAt
		_, err := h.Submit(officer, qid, engage.Writing{Body: "Begun"})
		h.Must(err)
		h.Wants(h.HandOver(officer, qid, h.Berlin, ""), errs.Invalid)
		h.Wants(h.HandOver(officer, qid, h.Paris, "here"), errs.Invalid)
		h.Wants(h.HandOver(officer, qid, id.New(), "nowhere"), errs.Invalid)
		h.Must(h.HandOver(officer, qid, h.Berlin, "They live there."))
		_, err = h.Question(officer, qid)
		h.Wants(err, errs.NotFound)
		f := h.File(berliner, qid)
		if f.State != engage.Fresh || f.DueAt != due || f.Draft().State != engage.Drafted || f.Draft().Hash != "" {
			t.Errorf("got %+v", f)
		}
		h.Wants(h.Assign(berliner, qid, "nobody"), errs.Invalid)
	})
}

func TestSimilar(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		officer := h.Officer("officer")
		for text, answer := range map[string]string{
			"كم تستغرق معاملة تأشيرة الدخول إلى العراق؟": "أسبوعان",
			"أين تقع السفارة وما هي أوقات الدوام؟":       "في وسط المدينة",
		} {
			_, qid := h.AskAs(func(in *engage.AskInput) { in.Text, in.Lang = text, i18n.Arabic })
			_, err := h.Submit(officer, qid, engage.Writing{Body: answer})
			h.Must(err)
		}
		_, qid := h.AskAs(func(in *engage.AskInput) {
			in.Text, in.Lang = "متى تنجز تأشيرات الدخول؟", i18n.Arabic
		})
		f := h.File(officer, qid)
		got, err := h.Similar(officer, &f.Question, 5)
		h.Must(err)
		if len(got) == 0 || got[0].Latest().Body != "أسبوعان" {
			t.Errorf("got %+v", got)
		}
		if got, err := h.Similar(h.Official("b", h.Berlin, engage.View), &f.Question, 5); err != nil || len(got) != 0 {
			t.Errorf("another mission sees %d private answers, %v", len(got), err)
		}
	})
}

func TestRetention(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		officer := h.Officer("officer")
		_, closed := h.AskAs(func(in *engage.AskInput) { in.Email = "a@example.org" })
		_, open := h.AskAs(nil)
		h.Must(h.Close(officer, closed, engage.NotForUs, "note"))
		h.Clock.Advance(31 * 24 * time.Hour)
		h.Must(engage.RunRetain(engagetest.System(t.Context()), h.Service))
		if f := h.File(officer, closed); f.Text == "" || f.HasEmail {
			t.Errorf("after a month: text %q, address kept %v", f.Text, f.HasEmail)
		}
		h.Clock.Advance(60 * 24 * time.Hour)
		h.Must(engage.RunRetain(engagetest.System(t.Context()), h.Service))
		h.Must(engage.RunRetain(engagetest.System(t.Context()), h.Service))
		if f := h.File(officer, closed); f.Text != "" || f.ErasedAt.IsZero() {
			t.Errorf("after three months: text %q", f.Text)
		}
		if f := h.File(officer, open); f.Text == "" {
			t.Error("an open question was erased")
		}
	})
}

func TestFailingLetters(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.AskAs(func(in *engage.AskInput) { in.Email = "gone@example.org" })
		h.Mail.Err = errs.New(errs.Conflict, "mail.refused")
		h.Must(h.Queue.Drain(t.Context(), time.Now()))
		p, err := h.List(h.Officer("o"), engage.Filter{})
		h.Must(err)
		if f := h.File(h.Officer("o"), p.Items[0].ID); len(f.Notices) != 1 || f.Notices[0].State != engage.NoticeFailed {
			t.Errorf("got %+v", f.Notices)
		}
	})
}

func TestCanned(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		officer := h.Officer("officer")
		c := engage.Canned{ID: id.New(), MissionID: h.Paris, Titles: map[i18n.Lang]string{i18n.English: "Hours"}, Bodies: map[i18n.Lang]string{i18n.English: "Nine to three."}}
		h.Must(h.SaveCanned(officer, c))
		h.Must(h.SaveCanned(officer, c))
		c.Version, c.Bodies = 1, map[i18n.Lang]string{i18n.English: "Nine to two."}
		h.Must(h.SaveCanned(officer, c))
		h.Wants(h.SaveCanned(officer, c), errs.Conflict)
		h.Wants(h.SaveCanned(h.Official("b", h.Berlin, engage.View, engage.Moderate), c), errs.Forbidden)
		h.Wants(h.SaveCanned(officer, engage.Canned{ID: id.New(), MissionID: h.Paris}), errs.Invalid)
		h.Wants(h.SaveCanned(officer, engage.Canned{ID: id.New(), MissionID: h.Paris, Titles: map[i18n.Lang]string{i18n.English: "x"}}), errs.Invalid)
		got, err := h.CannedAnswers(officer, h.Paris, i18n.English)
		h.Must(err)
		if len(got) != 1 || got[0].Bodies[i18n.English] != "Nine to two." {
			t.Errorf("got %+v", got)
		}
		if got, _ := h.CannedAnswers(officer, h.Paris, i18n.Arabic); len(got) != 0 {
			t.Errorf("got %d in Arabic, want none", len(got))
		}
	})
}

func TestFigures(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		officer := h.Officer("officer")
		start := h.Clock.Now()
		for i := range 4 {
			_, qid := h.AskAs(nil)
			h.Clock.Advance(time.Duration(i+1) * time.Hour)
			if i < 3 {
				_, err := h.Submit(officer, qid, engage.Writing{Body: "x"})
				h.Must(err)
			}
		}
		got, err := h.Figures(engagetest.System(t.Context()), engage.Period{From: start, To: h.Clock.Now().Add(time.Second)})
		h.Must(err)
		want := engage.Figures{Asked: 4, Answered: 3, Open: 1, MedianHours: 2, P90Hours: 2.8}
		if got.All != want || got.Missions[h.Paris] != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		byMessage, err := h.MessageFigures(engagetest.System(t.Context()), []string{h.St.ID, id.New()})
		h.Must(err)
		if len(byMessage) != 1 || byMessage[h.St.ID] != want {
			t.Errorf("got %+v, want %+v", byMessage, want)
		}
	})
}
