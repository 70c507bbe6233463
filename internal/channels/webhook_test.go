package channels

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"sifara/internal/errs"
	"sifara/internal/id"
)

// receiver is another program's server. It answers as told, 200 when nothing
// is left to say.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	say    []func(w http.ResponseWriter)
	heard  []http.Header
	bodies [][]byte
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{}
	r.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		b, _ := io.ReadAll(req.Body)
		r.mu.Lock()
		r.heard, r.bodies = append(r.heard, req.Header.Clone()), append(r.bodies, b)
		var say func(http.ResponseWriter)
		if len(r.say) > 0 {
			say, r.say = r.say[0], r.say[1:]
		}
		r.mu.Unlock()
		if say != nil {
			say(w)
		}
	}))
	r.Config.SetKeepAlivesEnabled(false) // the client repeats a request by itself when a kept connection breaks
	r.Start()
	t.Cleanup(r.Close)
	return r
}

func status(code int) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { w.WriteHeader(code) }
}

// drop closes the connection without an answer.
func drop(w http.ResponseWriter) {
	c, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		c.Close()
	}
}

func slow(http.ResponseWriter) { time.Sleep(1500 * time.Millisecond) }

func (h *house) webhook(url string, events ...string) (Webhook, string) {
	h.t.Helper()
	d := WebhookDraft{ID: id.New(), Name: "Newsroom", URL: url, Events: events}
	secret, err := h.CreateWebhook(h.system(), d)
	h.must(err)
	w, err := h.Webhook(h.system(), d.ID)
	h.must(err)
	return w, secret
}

func (h *house) deliveries(webhook string) []Delivery {
	h.t.Helper()
	list, _, err := h.Deliveries(h.system(), DeliveryFilter{WebhookID: webhook})
	h.must(err)
	return list
}

func TestDeliveryIsSignedAndNoted(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		r := newReceiver(t)
		w, secret := h.webhook(r.URL, "channels.account_changed")
		deaf, _ := h.webhook(r.URL, "publish.released")
		a := h.account(Draft{MissionID: h.paris.ID, Platform: X, Handle: "iraqinparis"})
		h.drain()
		if len(r.bodies) != 1 {
			t.Fatalf("%d requests, want 1", len(r.bodies))
		}
		head, body := r.heard[0], r.bodies[0]
		if err := CheckSignature(secret, head.Get(SignatureHeader), body, h.clock.Now(), time.Minute); err != nil {
			t.Errorf("signature %q: %v", head.Get(SignatureHeader), err)
		}
		if CheckSignature("other", head.Get(SignatureHeader), body, h.clock.Now(), time.Minute) == nil ||
			CheckSignature(secret, head.Get(SignatureHeader), append(body, ' '), h.clock.Now(), time.Minute) == nil ||
			CheckSignature(secret, head.Get(SignatureHeader), body, h.clock.Now().Add(time.Hour), time.Minute) == nil {
			t.Error("a wrong secret, body or time passes")
		}
		var p struct {
			Payload
			Data map[string]string `json:"data"`
		}
		h.must(json.Unmarshal(body, &p))
		if p.Type != "channels.account_changed" || p.ID != head.Get("Idempotency-Key") || p.Data["account_id"] != a.ID || p.Data["mission_id"] != h.paris.ID {
			t.Errorf("payload %s", body)
		}
		got := h.deliveries(w.ID)
		if len(got) != 1 || got[0].State != Delivered || len(got[0].Tries) != 1 || got[0].Tries[0].Status != 200 {
			t.Errorf("deliveries %+v", got)
		}
		if got := h.deliveries(deaf.ID); len(got) != 0 {
			t.Errorf("a webhook got %d deliveries of events it does not want", len(got))
		}
		kept := ""
		h.must(h.DB.Reader().NewRaw(`SELECT secret FROM channels_webhook WHERE id = ?`, w.ID).Scan(t.Context(), &kept))
		if strings.Contains(kept, secret) {
			t.Error("the secret is kept in plain text")
		}
	})
}

func TestDeliveryIsTriedAgainUntilItArrivesOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		r := newReceiver(t)
		r.say = []func(http.ResponseWriter){status(500), drop, slow, status(302), status(404)}
		w, _ := h.webhook(r.URL, AllEvents)
		h.account(Draft{MissionID: h.paris.ID, Platform: X, Handle: "iraqinparis"})
		var pauses []time.Duration
		for range 10 {
			h.drain()
			d := h.deliveries(w.ID)[0]
			if d.State != Waiting {
				break
			}
			pauses = append(pauses, d.NextAt.Std().Sub(h.clock.Now()))
			h.clock.Set(d.NextAt.Std())
		}
		got := h.deliveries(w.ID)
		if len(got) != 1 || got[0].State != Delivered || len(got[0].Tries) != 6 {
			t.Fatalf("deliveries %+v", got)
		}
		want := []Try{{Status: 500}, {Failure: "unreachable"}, {Failure: "timeout"}, {Status: 302}, {Status: 404}, {Status: 200}}
		for i, try := range got[0].Tries {
			if try.Status != want[i].Status || try.Failure != want[i].Failure {
				t.Errorf("try %d: %+v, want %+v", i+1, try, want[i])
			}
		}
		ids := map[string]bool{}
		for _, head := range r.heard {
			ids[head.Get("Idempotency-Key")] = true
		}
		if len(ids) != 1 || len(r.heard) != 6 {
			t.Errorf("%d requests with %d ids, want 6 with one", len(r.heard), len(ids))
		}
		for i, p := range pauses {
			if want := firstPause << i; p < want*79/100 || p > want*121/100 {
				t.Errorf("pause %d is %s, want about %s", i+1, p, want)
			}
		}
	})
}

func TestDeliveryGivesUpAfterADayAndIsSentAgainByHand(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		r := newReceiver(t)
		for range 40 {
			r.say = append(r.say, status(503))
		}
		w, _ := h.webhook(r.URL, AllEvents)
		begin := h.clock.Now()
		h.account(Draft{MissionID: h.paris.ID, Platform: X, Handle: "iraqinparis"})
		h.toEnd(w.ID)
		d := h.deliveries(w.ID)[0]
		if d.State != Failed || d.DoneAt.Std().Sub(begin) > giveUp || d.DoneAt.Std().Sub(begin) < giveUp/2 {
			t.Fatalf("after %s: %s with %d tries", d.DoneAt.Std().Sub(begin), d.State, len(d.Tries))
		}
		r.say = nil
		h.must(h.SendAgain(h.system(), d.ID))
		h.must(h.SendAgain(h.system(), d.ID)) // a second click
		h.drain()
		again := h.deliveries(w.ID)
		if len(again) != 1 || again[0].State != Delivered || len(again[0].Tries) != len(d.Tries)+1 {
			t.Errorf("sent again: %+v", again)
		}
		if fresh, err := h.Webhook(h.system(), w.ID); err != nil || !fresh.FailingSince.IsZero() {
			t.Errorf("still failing since %v, %v", fresh.FailingSince, err)
		}
	})
}

// toEnd moves the clock until nothing waits.
func (h *house) toEnd(webhook string) {
	h.t.Helper()
	for range 50 {
		h.drain()
		waiting := false
		for _, d := range h.deliveries(webhook) {
			if d.State == Waiting {
				waiting = true
				h.clock.Set(d.NextAt.Std())
			}
		}
		if !waiting {
			return
		}
	}
	h.t.Fatalf("a delivery never ends: %s %+v", h.clock.Now(), h.deliveries(webhook)[0].Tries)
}

func TestWebhookPausesItself(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		r := newReceiver(t)
		r.say = []func(http.ResponseWriter){status(http.StatusGone)}
		w, _ := h.webhook(r.URL, AllEvents)
		h.account(Draft{MissionID: h.paris.ID, Platform: X, Handle: "one"})
		h.drain()
		if got, _ := h.Webhook(h.system(), w.ID); got.State != WebhookPaused || got.Why != PausedGone {
			t.Fatalf("after 410: %s %q", got.State, got.Why)
		}
		h.account(Draft{MissionID: h.paris.ID, Platform: X, Handle: "two"})
		if n := len(h.deliveries(w.ID)); n != 1 {
			t.Errorf("a paused webhook has %d deliveries, want 1", n)
		}
		w, err := h.Webhook(h.system(), w.ID)
		h.must(err)
		h.must(h.ResumeWebhook(h.system(), w.ID, w.Version))
		for range 200 {
			r.say = append(r.say, status(500))
		}
		for day := range 5 {
			h.account(Draft{MissionID: h.paris.ID, Platform: X, Handle: "day" + string(rune('a'+day))})
			h.toEnd(w.ID)
		}
		if got, _ := h.Webhook(h.system(), w.ID); got.State != WebhookPaused || got.Why != PausedFailing {
			t.Errorf("after days of failure: %s %q", got.State, got.Why)
		}
	})
}

func TestRotatedSecretSignsBesideTheOld(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		r := newReceiver(t)
		w, old := h.webhook(r.URL, AllEvents)
		fresh, err := h.RotateSecret(h.system(), w.ID, w.Version)
		h.must(err)
		h.must(h.Ping(h.system(), w.ID))
		h.drain()
		for _, secret := range []string{old, fresh} {
			if err := CheckSignature(secret, r.heard[0].Get(SignatureHeader), r.bodies[0], h.clock.Now(), time.Minute); err != nil {
				t.Errorf("%v with %q", err, secret)
			}
		}
		h.clock.Advance(25 * time.Hour)
		h.must(h.Ping(h.system(), w.ID))
		h.drain()
		if CheckSignature(old, r.heard[1].Get(SignatureHeader), r.bodies[1], h.clock.Now(), time.Minute) == nil {
			t.Error("the old secret still signs after a day")
		}
	})
}

func TestWebhooksBelongToTheMinistry(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		local := h.as(h.owner, h.paris.ID, View, Manage, Webhooks)
		if _, err := h.WebhookList(local); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("list by a mission's officer: %v, want Forbidden", err)
		}
		if _, err := h.CreateWebhook(local, WebhookDraft{ID: id.New(), Name: "x", URL: "https://example.org", Events: []string{AllEvents}}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("create by a mission's officer: %v, want Forbidden", err)
		}
		for _, url := range []string{"http://10.0.0.1/x", "https://[::1]/", "ftp://example.org", "https://user:pw@example.org/", "http://169.254.169.254/latest", ""} {
			_, err := h.CreateWebhook(h.system(), WebhookDraft{ID: id.New(), Name: "x", URL: url, Events: []string{AllEvents}})
			if e, _ := errs.Find(err); e == nil || len(e.Fields) == 0 || e.Fields[0].Name != "url" {
				t.Errorf("webhook at %q: %v, want Invalid", url, err)
			}
		}
	})
}

func TestPayloadsCarryNoTexts(t *testing.T) {
	got, err := facts(json.RawMessage(`{"message_id":"0190","count":9007199254740993,"langs":["ar","en"],"emergency":true,"title":"A private sentence","email":"a@b.c","nested":{"x":1},"QuestionID":"0191","term":"كلمة","long":"` + strings.Repeat("x", 200) + `"}`))
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"count":9007199254740993,"emergency":true,"langs":["ar","en"],"message_id":"0190","question_id":"0191"}`; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestLostDeliveryIsQueuedAnew(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		r := newReceiver(t)
		w, _ := h.webhook(r.URL, AllEvents)
		h.account(Draft{MissionID: h.paris.ID, Platform: X, Handle: "iraqinparis"})
		if _, err := h.DB.Writer().ExecContext(t.Context(), `DELETE FROM river_job`); err != nil {
			t.Fatal(err)
		}
		h.clock.Advance(time.Hour)
		h.must(h.runSweep(h.system(), sweepRun))
		h.must(h.runSweep(h.system(), sweepRun))
		h.drain()
		if d := h.deliveries(w.ID); len(d) != 1 || d[0].State != Delivered || len(r.bodies) != 1 {
			t.Errorf("%+v, %d requests", d, len(r.bodies))
		}
	})
}
