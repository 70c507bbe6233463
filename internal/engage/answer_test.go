package engage_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"sifara/internal/engage"
	"sifara/internal/engage/engagetest"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
)

func TestAnswerWithoutApproval(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		secret, qid := h.AskAs(func(in *engage.AskInput) { in.Email = "asker@example.org" })
		officer := h.Officer("officer")
		h.Must(h.SaveDraft(officer, qid, engage.Writing{Body: "Two"}))
		h.Wants(h.SaveDraft(officer, qid, engage.Writing{Body: "Three"}), errs.Conflict)
		w := engage.Writing{Body: "Two weeks.", Publish: true, Version: 1}
		sent, err := h.Submit(officer, qid, w)
		if err != nil || !sent {
			t.Fatalf("got sent %v, err %v", sent, err)
		}
		if sent, err := h.Submit(officer, qid, w); err != nil || !sent {
			t.Errorf("replay: got sent %v, err %v, want the same", sent, err)
		}
		_, err = h.Submit(officer, qid, engage.Writing{Body: "Another", Version: 1})
		h.Wants(err, errs.Conflict)
		p, err := h.Follow(t.Context(), secret)
		h.Must(err)
		if p.State != engage.Answered || len(p.Replies) != 1 || p.Latest().Body != "Two weeks." {
			t.Errorf("asker sees %+v", p)
		}
		h.Must(h.Queue.Drain(t.Context(), time.Now()))
		if len(h.Mail.Sent) != 2 || !strings.Contains(h.Mail.Sent[1].Text, "/en/questions/follow/"+secret) || strings.Contains(h.Mail.Sent[0].Text, "How long") {
			t.Errorf("got letters %+v", h.Mail.Sent)
		}
		if h.File(officer, qid).HasEmail {
			t.Error("the address is kept after word of the answer")
		}
		pub, err := h.Public(t.Context(), engage.PublicFilter{Mission: h.Paris})
		h.Must(err)
		if len(pub.Items) != 1 || pub.Langs[i18n.English] != 1 {
			t.Errorf("got %d public answers, want 1", len(pub.Items))
		}
		if rep, err := h.Audit.Verify(engagetest.System(t.Context())); err != nil || rep.Fault != nil {
			t.Errorf("audit: %+v, %v", rep, err)
		}
	})
}

func TestAnswerIsSentOnceByMany(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, qid := h.AskAs(nil)
		var wg sync.WaitGroup
		var mu sync.Mutex
		done := 0
		for _, name := range []string{"a", "b", "c", "d"} {
			wg.Go(func() {
				if sent, err := h.Submit(h.Officer(name), qid, engage.Writing{Body: "Answer of " + name}); err == nil && sent {
					mu.Lock()
					done++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		f := h.File(h.Officer("a"), qid)
		// Whoever came second began no correction: it would lack its note.
		if done != 1 || len(f.Sent()) != 1 {
			t.Errorf("got %d sendings and %d answers, want 1", done, len(f.Sent()))
		}
	})
}

func TestApproval(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Route.Approval = true
		secret, qid := h.AskAs(nil)
		author, clearer := h.Officer("author"), h.Official("clearer", h.Paris, engage.View, engage.Approve)
		both := h.Official("author", h.Paris, engage.View, engage.Answer, engage.Approve)
		sent, err := h.Submit(author, qid, engage.Writing{Body: "Two weeks."})
		if err != nil || sent {
			t.Fatalf("got sent %v, err %v, want pending", sent, err)
		}
		f := h.File(author, qid)
		if f.State != engage.AnswerPending {
			t.Errorf("got state %s", f.State)
		}
		if p, _ := h.Follow(t.Context(), secret); len(p.Replies) != 0 {
			t.Error("the asker sees an answer that waits")
		}
		h.Wants(h.Approve(author, qid, f.Draft().Hash), errs.Forbidden)
		h.Wants(h.Approve(both, qid, f.Draft().Hash), errs.Forbidden)
		h.Wants(h.Approve(clearer, qid, "other"), errs.Conflict)
		h.Wants(h.SaveDraft(author, qid, engage.Writing{Body: "x", Version: f.Draft().Version}), errs.Conflict)

		h.Must(h.Return(clearer, qid, "Say which visa."))
		f = h.File(author, qid)
		if f.State != engage.Assigned || f.Draft().State != engage.Drafted || f.Draft().ReturnReason == "" {
			t.Errorf("returned: got %s, %+v", f.State, f.Draft())
		}
		second := h.Officer("second")
		_, err = h.Submit(second, qid, engage.Writing{Body: "Two weeks for a tourist visa.", Version: f.Draft().Version})
		h.Must(err)
		f = h.File(author, qid)
		h.Wants(h.Approve(both, qid, f.Draft().Hash), errs.Forbidden) // wrote a part of it
		if n, err := h.ToApprove(clearer); err != nil || n != 1 {
			t.Errorf("to approve: got %d, %v, want 1", n, err)
		}
		if n, err := h.ToApprove(both); err != nil || n != 0 {
			t.Errorf("own work to approve: got %d, %v, want 0", n, err)
		}
		standIn := perm.With(t.Context(), &perm.Actor{Kind: perm.Person, ID: "deputy", Grants: []perm.Grant{
			{Permissions: []perm.Permission{engage.View}, Scope: perm.InMission(h.Paris)},
			{Permissions: []perm.Permission{engage.Approve}, Scope: perm.InMission(h.Paris), StandInFor: "second"}}})
		h.Wants(h.Approve(standIn, qid, f.Draft().Hash), errs.Forbidden)
		h.Must(h.Approve(clearer, qid, f.Draft().Hash))
		h.Wants(h.Approve(clearer, qid, f.Draft().Hash), errs.Conflict)
		if p, _ := h.Follow(t.Context(), secret); p.State != engage.Answered || p.Latest().ApprovedBy != "clearer" {
			t.Errorf("got %+v", p)
		}
	})
}

func TestCorrection(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		secret, qid := h.AskAs(nil)
		officer := h.Officer("officer")
		_, err := h.Submit(officer, qid, engage.Writing{Body: "Two weeks.", Publish: true})
		h.Must(err)
		first := h.File(officer, qid).AnsweredAt
		h.Clock.Advance(time.Hour)
		_, err = h.Submit(officer, qid, engage.Writing{Body: "Three weeks.", Publish: true})
		h.Wants(err, errs.Invalid) // a correction says what it corrects
		_, err = h.Submit(officer, qid, engage.Writing{Body: "Three weeks.", Note: "The time was wrong.", Publish: true})
		h.Must(err)
		p, err := h.Follow(t.Context(), secret)
		h.Must(err)
		if len(p.Replies) != 2 || p.Latest().Note != "The time was wrong." || p.AnsweredAt != first || !p.Public {
			t.Errorf("got %+v", p)
		}
		h.Must(h.SetPublic(officer, qid, false))
		if pub, _ := h.Public(t.Context(), engage.PublicFilter{AllMissions: true}); len(pub.Items) != 0 {
			t.Error("hidden answer is public")
		}
	})
}

func TestNothingPublicWithoutAgreement(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, qid := h.AskAs(func(in *engage.AskInput) { in.Agreed = false })
		officer := h.Officer("officer")
		_, err := h.Submit(officer, qid, engage.Writing{Body: "Two weeks.", Publish: true})
		h.Must(err)
		if f := h.File(officer, qid); f.Public || f.Replies[0].Publish {
			t.Error("public without the asker's agreement")
		}
		h.Wants(h.SetPublic(officer, qid, true), errs.Conflict)
	})
}
