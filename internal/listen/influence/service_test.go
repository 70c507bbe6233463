package influence

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/errs"
	"sifara/internal/event"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/jobs"
	"sifara/internal/listen"
	"sifara/internal/perm"
	"sifara/internal/vault"
)

var now = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

const why = "Publishes on the schools that our missions work with"

func system() context.Context { return perm.With(context.Background(), perm.SystemActor("test")) }

// person is the context of an official who keeps the register.
func person(name string) context.Context {
	a := &perm.Actor{Kind: perm.Person, ID: name, Name: name, Grants: []perm.Grant{{Permissions: []perm.Permission{listen.View, Manage}, Scope: perm.Everywhere()}}}
	return perm.With(context.Background(), a)
}

// reader may listen and no more.
func reader() context.Context {
	a := &perm.Actor{Kind: perm.Person, ID: "reader", Grants: []perm.Grant{{Permissions: []perm.Permission{listen.View}, Scope: perm.Everywhere()}}}
	return perm.With(context.Background(), a)
}

type house struct {
	*Service
	clock *clock.Manual
	queue *jobs.Queue
}

func each(t *testing.T, run func(t *testing.T, h *house)) {
	dbtest.Each(t, []db.Migrations{audit.Migrations(), listen.Migrations(), listen.StoreMigrations()}, func(t *testing.T, d *db.DB) {
		v, err := vault.Create(filepath.Join(t.TempDir(), "keys"))
		if err != nil {
			t.Fatal(err)
		}
		log := slog.New(slog.NewTextHandler(t.Output(), nil))
		c := clock.At(now)
		a, live := audit.New(d, c), event.NewLive(d, log)
		var s *Service
		l := listen.New(listen.Deps{DB: d, Store: d, Log: log, Clock: c, Audit: a, Vault: v, PublicActor: func(h string) bool { return s.Registered(h) }})
		q := jobs.New(d, log)
		s = New(Deps{DB: d, Log: log, Clock: c, Audit: a, Live: live, Queue: q, Listen: l})
		s.Jobs(q)
		run(t, &house{s, c, q})
	})
}

// draft is a proper entry.
func draft(name string, handles ...string) Actor {
	a := Actor{ID: id.New(), Name: name, Kind: "organisation", Reason: why, EndsAt: db.At(now.AddDate(0, 6, 0))}
	for _, h := range handles {
		a.Accounts = append(a.Accounts, Account{Network: "x", Handle: h})
	}
	return a
}

// enter registers an actor with two officials.
func (h *house) enter(t *testing.T, a Actor) {
	t.Helper()
	if err := h.Propose(person("first"), a); err != nil {
		t.Fatal(err)
	}
	if err := h.Confirm(person("second"), a.ID); err != nil {
		t.Fatal(err)
	}
}

func TestRegister(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := draft("UNESCO", "@UNESCO", "unesco_ar")
		if err := h.Propose(reader(), a); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("without permission: %v", err)
		}
		if err := h.Propose(person("first"), a); err != nil {
			t.Fatal(err)
		}
		if h.Registered("@unesco") {
			t.Error("counts before it is confirmed")
		}
		if err := h.Confirm(person("first"), a.ID); err != ErrOwnWork {
			t.Errorf("who entered it confirms: %v", err)
		}
		standIn := &perm.Actor{Kind: perm.Person, ID: "third", Grants: []perm.Grant{{Permissions: []perm.Permission{Manage}, Scope: perm.Everywhere(), StandInFor: "first"}}}
		if err := h.Confirm(perm.With(context.Background(), standIn), a.ID); err != ErrOwnWork {
			t.Errorf("who stands in for them: %v", err)
		}
		if err := h.Confirm(reader(), a.ID); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("without permission: %v", err)
		}
		if n, err := h.CountWaiting(person("second")); n != 1 || err != nil {
			t.Errorf("%d wait, %v", n, err)
		}
		if err := h.Confirm(person("second"), a.ID); err != nil {
			t.Fatal(err)
		}
		for handle, want := range map[string]bool{"@UNESCO": true, "Unesco_AR": true, "private1person": false, "": false} {
			if h.Registered(handle) != want {
				t.Errorf("%q: got %v", handle, !want)
			}
		}
		if err := h.Propose(person("first"), draft("Another", "unesco")); errs.KindOf(err) != errs.Invalid {
			t.Errorf("an account twice: %v", err)
		}
		got, err := h.Actor(reader(), a.ID)
		if err != nil || got.State != Active || got.Reason != why || got.ConfirmedBy != "second" || len(got.Accounts) != 2 || got.Accounts[0].Handle != "unesco" {
			t.Errorf("%+v %v", got, err)
		}
		report, err := h.Listen.PrivacyReport(system())
		if err != nil || len(report.Actors) != 1 || report.Actors[0].Reason != why {
			t.Errorf("data-protection report: %+v %v", report.Actors, err)
		}
		if err := h.End(person("first"), a.ID, "Not needed any more"); err != nil {
			t.Fatal(err)
		}
		if h.Registered("unesco") {
			t.Error("counts after its end")
		}
		if got, _ := h.Actor(reader(), a.ID); got.State != Ended || len(got.Accounts) != 0 {
			t.Errorf("%+v: the names of an ended entry are kept", got)
		}
		if err := h.End(person("first"), a.ID, "again"); err != ErrState {
			t.Errorf("ended twice: %v", err)
		}
		if list, _, err := h.Audit.List(system(), audit.Filter{Act: "listen.actor.end", Limit: 1}); err != nil || len(list) != 1 || strings.Contains(fmt.Sprintf("%s", list[0].Detail), "unesco_ar") {
			t.Errorf("the end names the accounts once more: %v, %v", list, err)
		}
		h.enter(t, draft("UNESCO again", "unesco"))
		h.acts(t, "listen.actor.propose", 2, "listen.actor.confirm", 2, "listen.actor.end", 1)
	})
}

// acts compares how often acts were recorded.
func (h *house) acts(t *testing.T, want ...any) {
	t.Helper()
	for i := 0; i < len(want); i += 2 {
		list, _, err := h.Audit.List(system(), audit.Filter{Act: want[i].(string), Limit: 50})
		if err != nil || len(list) != want[i+1] {
			t.Errorf("%s: %d records, %v, want %d", want[i], len(list), err, want[i+1])
		}
	}
}

func TestEntryEndsByItself(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a, b := draft("A", "a_account"), draft("B", "b_account")
		h.enter(t, a)
		if err := h.Propose(person("first"), b); err != nil { // nobody confirms it
			t.Fatal(err)
		}
		end := db.At(now.AddDate(1, 0, 0))
		if err := h.Renew(person("second"), a.ID, end, "Still speaks for the schools there"); err != nil {
			t.Fatal(err)
		}
		if err := h.Confirm(person("second"), a.ID); err != ErrOwnWork {
			t.Errorf("renewed and confirmed by one: %v", err)
		}
		if err := h.Confirm(person("first"), a.ID); err != nil {
			t.Fatal(err)
		}
		h.clock.Advance(7 * 30 * 24 * time.Hour)
		if err := h.Expire(system()); err != nil {
			t.Fatal(err)
		}
		if got, _ := h.Actor(system(), b.ID); got.State != Ended {
			t.Errorf("a proposal is %s after its date", got.State)
		}
		if got, _ := h.Actor(system(), a.ID); got.State != Active || got.EndsAt != end || !h.Registered("a_account") {
			t.Errorf("renewed: %+v", got)
		}
		if err := h.Renew(person("second"), a.ID, db.At(h.clock.Now().AddDate(1, 0, 0)), "Will speak for them one more year"); err != nil { // nobody confirms it
			t.Fatal(err)
		}
		h.clock.Advance(160 * 24 * time.Hour)
		if h.Registered("a_account") {
			t.Error("counts after its date, before the job has run")
		}
		if err := h.Hour(system()); err != nil {
			t.Fatal(err)
		}
		if got, _ := h.Actor(system(), a.ID); got.State != Ended || got.EndedBy != "" || len(got.Accounts) != 0 || !got.RenewsTo.IsZero() || got.RenewReason != "" {
			t.Errorf("%+v", got)
		}
		h.acts(t, "listen.actor.expire", 2, "listen.actor.renew", 2, "listen.actor.confirm_renewal", 1)
	})
}

func TestWhatIsRefused(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for name, change := range map[string]func(*Actor){
			"name":     func(a *Actor) { a.Name = " " },
			"kind":     func(a *Actor) { a.Kind = "private" },
			"reason":   func(a *Actor) { a.Reason = "too few words" },
			"ends":     func(a *Actor) { a.EndsAt = db.At(now.AddDate(1, 0, 3)) },
			"accounts": func(a *Actor) { a.Accounts = nil },
			"accounts ": func(a *Actor) {
				for i := range 200_000 { // must not be compared each with each
					a.Accounts = append(a.Accounts, Account{Network: "x", Handle: fmt.Sprint("account", i)})
				}
			},
		} {
			a := draft("X", "x_account")
			change(&a)
			err := h.Propose(person("first"), a)
			if f, ok := errs.Find(err); !ok || len(f.Fields) != 1 || f.Fields[0].Name != strings.TrimSpace(name) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, handle := range []string{"two words", "", "a/b", "<b>", strings.Repeat("x", 300)} {
			if err := h.Propose(person("first"), draft("X", handle)); errs.KindOf(err) != errs.Invalid {
				t.Errorf("handle %.20q: %v", handle, err)
			}
		}
		past := draft("X", "x_account")
		past.EndsAt = db.At(now)
		if err := h.Propose(person("first"), past); errs.KindOf(err) != errs.Invalid {
			t.Errorf("an end that has passed: %v", err)
		}
	})
}

// TestMeasure: whom thirty people respond to stands before whom twelve do, with
// a hundred times the followers; what is kept names nobody but the actors.
func TestMeasure(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		heard, famous, silent := draft("Heard", "heard"), draft("Famous", "famous"), draft("Silent", "silent")
		for _, a := range []Actor{heard, famous, silent} {
			h.enter(t, a)
		}
		topic := listen.Topic{ID: id.New(), Names: map[i18n.Lang]string{i18n.English: "Schools"}, Terms: []string{"school*"}, Watched: true}
		if err := h.Listen.AddTopic(system(), topic); err != nil {
			t.Fatal(err)
		}
		var posts []listen.Incoming
		say := func(author, text string, followers int64, country string) {
			n := len(posts)
			posts = append(posts, listen.Incoming{At: now.Add(-time.Duration(n*97+60) * time.Minute), ID: fmt.Sprint(n), Author: author, Text: text, Lang: "en", Country: country, Followers: followers})
		}
		say("heard", "The schools have opened", 1_000, "IQ")
		say("famous", "Good morning", 9_000_000, "US")
		for i := range 30 {
			say(fmt.Sprintf("private%dperson", i), "RT @heard: The schools have opened", 100, []string{"IQ", "FR"}[i%2])
		}
		for i := range 12 {
			say(fmt.Sprintf("private%dperson", 100+i), "RT @famous: Good morning", 100, "US")
		}
		say("private200person", "@silent hello", 100, "US")
		if n, err := h.Listen.Receive(system(), "posts", posts); err != nil || n != len(posts) {
			t.Fatal(n, err)
		}
		if err := h.Ask(person("first")); err != nil {
			t.Fatal(err)
		}
		if err := h.queue.Drain(system(), now.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		for _, days := range Stretches {
			m, list, err := h.Ranking(reader(), days)
			if err != nil || len(list) != 3 || m.Responses != 43 {
				t.Fatal(m, list, err)
			}
			first, second, third := list[0], list[1], list[2]
			if first.ID != heard.ID || first.Rank != 1 || first.Responders != 30 || first.Followers != 1000 || first.HPosts != 1 || first.Reach != 3000 {
				t.Errorf("%+v", first)
			}
			if second.ID != famous.ID || second.Rank != 2 || second.Followers != 9_000_000 || second.Score >= first.Score {
				t.Errorf("%+v", second)
			}
			if third.ID != silent.ID || third.Told || third.Score != 0 {
				t.Errorf("one response is told: %+v", third)
			}
			if fmt.Sprint(first.Countries) != "[{FR 15} {IQ 15}]" || len(first.Topics) != 1 || first.Topics[0] != (Portion{topic.ID, 30}) {
				t.Errorf("countries %v, topics %v", first.Countries, first.Topics)
			}
		}
		series, err := h.Series(reader(), heard.ID, 28)
		if err != nil || len(series) != 1 || series[0].Rank != 1 {
			t.Errorf("%+v %v", series, err)
		}
		var kept string
		if err := h.DB.Reader().NewRaw(`SELECT string_agg(figure, ' ') FROM listen_actor_figure`).Scan(system(), &kept); err != nil || strings.Contains(kept, "private") {
			t.Errorf("%s %v", kept, err)
		}
		if err := h.End(person("second"), heard.ID, "No longer needed by any desk"); err != nil {
			t.Fatal(err)
		}
		if series, err = h.Series(reader(), heard.ID, 28); err != nil || len(series) != 0 {
			t.Errorf("figures of an ended entry: %+v %v", series, err)
		}
		if _, err := h.Measure(system(), 7); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a week: %v", err)
		}
	})
}

// TestNight: it is measured once a night, and when the last time is long ago.
func TestNight(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		hour := func(at time.Time) int {
			h.clock.Set(at)
			if err := h.Hour(system()); err != nil {
				t.Fatal(err)
			}
			if err := h.queue.Drain(system(), at.Add(time.Second)); err != nil {
				t.Fatal(err)
			}
			var n int
			if err := h.DB.Reader().NewRaw(`SELECT count(*) FROM listen_influence_run`).Scan(system(), &n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		day := now.Truncate(24 * time.Hour)
		for _, step := range []struct {
			at   time.Duration
			want int
		}{{12 * time.Hour, 2}, {13 * time.Hour, 2}, {25 * time.Hour, 2}, {31 * time.Hour, 2}, {43 * time.Hour, 4}, {49 * time.Hour, 4}, {73 * time.Hour, 6}} {
			if got := hour(day.Add(step.at)); got != step.want {
				t.Errorf("after %v: %d measures, want %d", step.at, got, step.want)
			}
		}
	})
}
