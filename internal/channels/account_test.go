package channels

import (
	"testing"
	"time"

	"sifara/internal/errs"
	"sifara/internal/id"
)

func TestLookupAnswersClearly(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.account(Draft{MissionID: h.paris.ID, Platform: X, Handle: "@IraqInParis"}, Active)
		h.account(Draft{Platform: Telegram, Handle: "https://t.me/mofairaq"}, Active)
		h.account(Draft{Platform: Mastodon, Handle: "@press@social.mofa.gov.iq"}, Active)
		h.account(Draft{Platform: Website, URL: "https://mofa.gov.iq/"}, Active)
		h.account(Draft{Platform: Facebook, Handle: "Hacked.Page"}, Active, Suspended)
		h.account(Draft{Platform: X, Handle: "old_account"}, Active, Closed)
		h.account(Draft{Platform: Instagram, Handle: "not_yet"})
		for _, tc := range []struct {
			query string
			want  Verdict
			n     int
		}{
			{"@iraqinparis", Ours, 1},
			{"https://twitter.com/IraqInParis", Ours, 1},
			{"https://www.facebook.com/iraqinparis", Resembles, 1}, // the name is ours, there it is not
			{"lraqinParis", Resembles, 1},
			{"t.me/mofairaq", Ours, 1},
			{"t.me/mofairaq_official", Resembles, 1},
			{"@press@social.mofa.gov.iq", Ours, 1},
			{"https://social.mofa.gov.iq/@press", Ours, 1},
			{"@press@social.mofa-gov.iq", Resembles, 1},
			{"www.mofa.gov.iq/ar/statements", Ours, 1},
			{"https://mofa.gov.iq.login.example", Resembles, 1},
			{"facebook.com/hackedpage", NotTrusted, 1},
			{"@old_account", NoLonger, 1},
			{"not_yet", NotOurs, 0},
			{"somebody_else", NotOurs, 0},
			{"   ", Unreadable, 0},
		} {
			got, err := h.Lookup(t.Context(), tc.query)
			if err != nil || got.Verdict != tc.want || len(got.Accounts) < tc.n {
				t.Errorf("Lookup(%q) = %s with %d accounts, %v; want %s with %d", tc.query, got.Verdict, len(got.Accounts), err, tc.want, tc.n)
			}
		}
		for handle, want := range map[string]bool{"@IraqInParis": true, "iraqinparis": true, "hackedpage": false, "not_yet": false, "": false, "@": false} {
			if got := h.Official(handle); got != want {
				t.Errorf("Official(%q) = %v, want %v", handle, got, want)
			}
		}
	})
}

func TestRegisterRules(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ok := Draft{ID: id.New(), MissionID: h.paris.ID, Platform: X, Handle: "@iraqinparis", OwnerID: h.owner.ID, CustodianID: h.keeper.ID}
		officer := h.as(h.owner, h.paris.ID, View, Manage)
		for name, tc := range map[string]struct {
			change func(d *Draft)
			field  string
		}{
			"one person":       {func(d *Draft) { d.CustodianID = d.OwnerID }, "custodian"},
			"no owner":         {func(d *Draft) { d.OwnerID = "" }, "owner"},
			"unknown owner":    {func(d *Draft) { d.OwnerID = id.New() }, "owner"},
			"unknown platform": {func(d *Draft) { d.Platform = "myspace" }, "platform"},
			"no handle":        {func(d *Draft) { d.Handle = " " }, "handle"},
			"script":           {func(d *Draft) { d.URL = "javascript:alert(1)" }, "url"},
		} {
			d := ok
			tc.change(&d)
			e, found := errs.Find(h.Register(officer, d))
			if !found || e.Kind != errs.Invalid || e.Fields[0].Name != tc.field {
				t.Errorf("%s: got %v, want Invalid at %s", name, e, tc.field)
			}
		}
		h.must(h.Register(officer, ok))
		h.must(h.Register(officer, ok)) // a replay
		again := ok
		again.ID, again.Handle = id.New(), "https://twitter.com/IraqInParis"
		if e, _ := errs.Find(h.Register(officer, again)); e == nil || e.Fields[0].Key != "channels.taken" {
			t.Errorf("second registration: %v, want channels.taken", e)
		}
		elsewhere := ok
		elsewhere.ID, elsewhere.MissionID = id.New(), h.geneva.ID
		if err := h.Register(officer, elsewhere); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("register in another mission: %v, want Forbidden", err)
		}
		if _, err := h.Account(h.as(h.outsider, h.geneva.ID, View, Manage), ok.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("account seen from another mission: %v, want NotFound", err)
		}
		if err := h.SetState(h.as(h.owner, h.paris.ID, View), ok.ID, Active, "", 1); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("state by a reader: %v, want Forbidden", err)
		}
		if err := h.SetState(officer, ok.ID, Suspended, "x", 1); errs.KindOf(err) != errs.Conflict {
			t.Errorf("proposed to suspended: %v, want Conflict", err)
		}
		h.must(h.SetState(officer, ok.ID, Active, "", 1))
		if err := h.SetState(officer, ok.ID, Suspended, "taken over", 1); errs.KindOf(err) != errs.Conflict {
			t.Errorf("stale version: %v, want Conflict", err)
		}
		list, err := h.History(officer, ok.ID)
		if err != nil || len(list) != 2 || list[0].Act != "state" || list[0].State != Active {
			t.Errorf("history: %+v, %v", list, err)
		}
	})
}

func TestSecurityChecksFallDue(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.account(Draft{MissionID: h.paris.ID, Platform: X, Handle: "iraqinparis"}, Active)
		due := func() int {
			n, err := h.DueCount(h.as(h.owner, h.paris.ID, View, Manage))
			h.must(err)
			return n
		}
		if got := due(); got != 1 {
			t.Errorf("never checked: %d due, want 1", got)
		}
		// The custodian may note a check without managing the register.
		h.must(h.Check(h.as(h.keeper, h.paris.ID, View), a.ID, "all well", a.Version))
		if got := due(); got != 0 {
			t.Errorf("just checked: %d due, want 0", got)
		}
		h.clock.Advance(CheckEvery + time.Hour)
		if got := due(); got != 1 {
			t.Errorf("after 90 days: %d due, want 1", got)
		}
		if err := h.Check(h.as(h.outsider, h.geneva.ID, View, Manage), a.ID, "", a.Version+1); errs.KindOf(err) != errs.NotFound {
			t.Errorf("check from another mission: %v, want NotFound", err)
		}
	})
}

func TestRecoveryContactIsSealed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		secret := "keys@mofa.example"
		a := h.account(Draft{MissionID: h.paris.ID, Platform: X, Handle: "iraqinparis", Recovery: &secret})
		var kept string
		h.must(h.DB.Reader().NewRaw(`SELECT recovery FROM channels_account`).Scan(t.Context(), &kept))
		if kept == "" || kept == secret {
			t.Errorf("recovery contact is kept as %q", kept)
		}
		got, err := h.RecoveryContact(h.as(h.owner, h.paris.ID, Manage), a)
		if err != nil || got != secret {
			t.Errorf("got %q, %v", got, err)
		}
		if _, err := h.RecoveryContact(h.as(h.owner, h.paris.ID, View), a); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("by a reader: %v, want Forbidden", err)
		}
	})
}
