package group_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
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
	"sifara/internal/listen/campaign"
	"sifara/internal/listen/group"
	"sifara/internal/listen/influence"
	"sifara/internal/perm"
	"sifara/internal/vault"
)

var now = time.Date(2016, 6, 1, 2, 0, 0, 0, time.UTC)

type house struct {
	*group.Service
	listen *listen.Service
	files  *campaign.Service
	db     *db.DB
	clock  *clock.Manual
	queue  *jobs.Queue
	actors *influence.Service
}

func newHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	v, err := vault.Create(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	h := &house{db: d, clock: clock.At(now), queue: jobs.New(d, log)}
	a, live := audit.New(d, h.clock), event.NewLive(d, log)
	h.listen = listen.New(listen.Deps{DB: d, Store: d, Log: log, Clock: h.clock, Audit: a, Live: live, Queue: h.queue, Vault: v,
		Official:    func(handle string) bool { return handle == "ministry" },
		PublicActor: func(handle string) bool { return h.actors.Registered(handle) }})
	h.actors = influence.New(influence.Deps{DB: d, Log: log, Clock: h.clock, Audit: a, Live: live, Listen: h.listen})
	h.files = campaign.New(campaign.Deps{DB: d, Clock: h.clock, Audit: a, Live: live, Listen: h.listen})
	h.Service = group.New(group.Deps{DB: d, Log: log, Clock: h.clock, Audit: a, Live: live, Queue: h.queue, Listen: h.listen, Campaigns: h.files, Actors: h.actors})
	h.listen.Jobs(h.queue)
	h.Jobs(h.queue)
	return h
}

func each(t *testing.T, run func(t *testing.T, h *house)) {
	t.Helper()
	dbtest.Each(t, []db.Migrations{audit.Migrations(), listen.Migrations(), listen.StoreMigrations()}, func(t *testing.T, d *db.DB) { run(t, newHouse(t, d)) })
}

func system() context.Context { return perm.With(context.Background(), perm.SystemActor("test")) }

func officer(permissions ...perm.Permission) context.Context {
	a := &perm.Actor{Kind: perm.Person, ID: "officer", Name: "officer", Grants: []perm.Grant{{Scope: perm.Everywhere(), Permissions: permissions}}}
	return perm.With(context.Background(), a)
}

func (h *house) drain(t testing.TB) {
	t.Helper()
	if err := h.queue.Drain(context.Background(), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
}

func (h *house) receive(t testing.TB, source string, posts []listen.Incoming) {
	t.Helper()
	if n, err := h.listen.Receive(system(), source, posts); err != nil || n != len(posts) {
		t.Fatalf("%d of %d posts of %s stored: %v", n, len(posts), source, err)
	}
}

var vocabulary = strings.Fields(`river market bridge school garden letter morning station window winter harvest engine museum
	festival ferry copper orchard teacher signal mountain village theatre blanket pepper carpet lantern harbour railway doctor
	forest painter kitchen journey library village ticket budget turbine canal pigeon saffron printer velvet tunnel`)

func sentence(r *rand.Rand, n int) string {
	w := make([]string, n)
	for i := range w {
		w[i] = vocabulary[r.IntN(len(vocabulary))]
	}
	return strings.Join(w, " ")
}

// crowd is what people say who have nothing to do with each other, over the
// five days before a moment; half of them pass on or repeat what others say.
func crowd(r *rand.Rand, posts int, until time.Time) (out []listen.Incoming) {
	var popular []string
	for i := range posts {
		p := listen.Incoming{At: until.Add(-time.Duration(r.IntN(5*86400)) * time.Second), ID: fmt.Sprint("c", i), Author: fmt.Sprintf("PrivatePerson%d", r.IntN(posts/8)), Lang: "en", Country: []string{"GB", "FR", ""}[r.IntN(3)], Text: sentence(r, 12)}
		switch said := len(popular); {
		case i%40 == 0:
			popular = append(popular, fmt.Sprintf("%s https://paper.example/%d", p.Text, i))
		case i%4 == 1:
			p.Text = "RT @SomeoneElse: " + popular[r.IntN(said)]
		case i%4 == 2:
			p.Text = popular[r.IntN(said)]
		}
		out = append(out, p)
	}
	return out
}

// ring are accounts that say the same within half a minute, in two languages.
func ring(r *rand.Rand, accounts, acts int, until time.Time) (out []listen.Incoming) {
	for act := range acts {
		at, words := until.Add(-time.Duration(r.IntN(4*86400)+3600)*time.Second), fmt.Sprintf("consulate closed for ever number %d %s https://leak.example/%d", act, sentence(r, 8), act)
		for m := range accounts {
			if r.IntN(10) < 7 {
				out = append(out, listen.Incoming{At: at.Add(time.Duration(r.IntN(30)) * time.Second), ID: fmt.Sprintf("ring%d-%d", act, m), Author: fmt.Sprintf("RingPerson%d", m), Lang: []string{"en", "fr"}[m%2], Country: "FR", Text: words})
			}
		}
	}
	return out
}

// wire are outlets that print an agency's words in the same minute.
func wire(r *rand.Rand, until time.Time) (out []listen.Incoming) {
	for i := range 30 {
		at, words := until.Add(-time.Duration(r.IntN(4*86400)+3600)*time.Second), fmt.Sprintf("AGENCY dispatch %d %s", i, sentence(r, 10))
		for m := range 14 {
			out = append(out, listen.Incoming{At: at.Add(time.Duration(r.IntN(25)) * time.Second), ID: fmt.Sprintf("wire%d-%d", i, m), Author: fmt.Sprintf("Outlet%d", m), Lang: "en", Text: words})
		}
	}
	return out
}

func (h *house) look(t testing.TB, ask group.Ask) group.Run {
	t.Helper()
	if ask.ID == "" {
		ask.ID = id.New()
	}
	if ask.From.IsZero() {
		ask.From, ask.Until = now.AddDate(0, 0, -7), now
	}
	for range 2 { // asking twice asks once
		if err := h.Look(system(), ask); err != nil {
			t.Fatal(err)
		}
	}
	h.drain(t)
	r, err := h.Run(system(), ask.ID)
	if err != nil || r.State != group.Done {
		t.Fatalf("look %+v: %v", r, err)
	}
	return r
}

func (h *house) open(t testing.TB) []group.Group {
	t.Helper()
	list, err := h.Groups(system(), group.Open, 50)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestPlantedGroupIsFoundAndKnownAgain(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		r := rand.New(rand.NewPCG(1, 2))
		h.receive(t, "Talk", crowd(r, 2400, now))
		planted := ring(r, 12, 24, now)
		for i, p := range planted[:60] { // an official account that quotes each of them at once
			p.ID, p.Author = fmt.Sprint("official", i), "Ministry"
			planted = append(planted, p)
		}
		h.receive(t, "Talk", planted)
		run := h.look(t, group.Ask{})
		list := h.open(t)
		if len(list) != 1 || run.Found != 1 {
			t.Fatalf("%d groups: %+v", len(list), run)
		}
		g, err := h.Group(system(), list[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		if g.Accounts != 12 || !slices.Contains(g.Kinds, "text") || !slices.Contains(g.Kinds, "link") {
			t.Errorf("group of %d accounts by %v, want the 12 planted by text and link", g.Accounts, g.Kinds)
		}
		if g.P > 1e-6 || g.Seconds <= 0 || g.Seconds > 30 || g.Objects < 20 {
			t.Errorf("p %g, spread %g s, %d objects", g.P, g.Seconds, g.Objects)
		}
		if run.LeftOut != 60 || run.More {
			t.Errorf("%d posts left out, want the 60 of the official account", run.LeftOut)
		}
		if g.Spread.Languages != 2 || g.Spread.Countries != 1 || g.Spread.Sources != 1 || len(g.Spread.ByLang) != 2 {
			t.Errorf("spread %+v", g.Spread)
		}
		if len(g.Network.Nodes) != 12 || len(g.Network.Ties) < 12 {
			t.Errorf("network of %d nodes and %d ties", len(g.Network.Nodes), len(g.Network.Ties))
		}
		for _, n := range g.Network.Nodes {
			if n.X < 0 || n.X > 1 || n.Y < 0 || n.Y > 1 || n.Ties == 0 {
				t.Errorf("node %+v", n)
			}
		}
		posts, err := h.Posts(system(), g.ID)
		if err != nil || int64(len(posts)) != g.Posts {
			t.Fatalf("%d posts of %d: %v", len(posts), g.Posts, err)
		}
		for _, p := range posts {
			if !strings.Contains(p.Text, "consulate closed") || p.Official != "" {
				t.Errorf("post of nobody in the group: %q", p.Text)
			}
		}

		// A day later there is more of it; somebody set it aside in between.
		if err := h.SetAside(system(), g.ID, " fan club "); err != nil {
			t.Fatal(err)
		}
		h.clock.Set(now.Add(20 * time.Hour))
		more := ring(rand.New(rand.NewPCG(3, 4)), 12, 4, h.clock.Now())
		for i := range more {
			more[i].ID += "late"
		}
		h.receive(t, "Talk", more)
		h.look(t, group.Ask{From: now.AddDate(0, 0, -5), Until: h.clock.Now()})
		if list := h.open(t); len(list) != 0 {
			t.Errorf("%d groups beside the one set aside", len(list))
		}
		again, err := h.Group(system(), g.ID)
		if err != nil || again.State != group.Aside || again.Reason != "fan club" || again.Objects <= g.Objects || again.FoundAt != g.FoundAt || again.SeenAt <= g.SeenAt {
			t.Errorf("again %+v, %v", again, err)
		}
		if err := h.SetAside(system(), g.ID, "x"); errs.KindOf(err) != errs.Conflict {
			t.Errorf("set aside twice: %v", err)
		}
		if err := h.TakeUp(system(), g.ID); err != nil || len(h.open(t)) != 1 {
			t.Errorf("take up: %v", err)
		}
	})
}

func TestSyndicationIsNotFlagged(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		r := rand.New(rand.NewPCG(5, 6))
		h.receive(t, "Talk", crowd(r, 1600, now))
		h.receive(t, "Wire", wire(r, now))
		h.receive(t, "Wire feed", wire(r, now.Add(-time.Minute)))
		source := map[string]string{}
		sources, err := h.listen.Sources(system())
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range sources {
			source[s.Name] = s.ID
		}
		if err := h.EnterMedia(system(), source["Wire"], ""); errs.KindOf(err) != errs.Invalid {
			t.Errorf("media without a reason: %v", err)
		}
		if err := h.EnterMedia(system(), id.New(), "x"); errs.KindOf(err) != errs.Invalid {
			t.Errorf("unknown source: %v", err)
		}
		if err := h.EnterMedia(system(), source["Wire"], "Newspapers that print the agency's words"); err != nil {
			t.Fatal(err)
		}
		// A feed is media by its kind.
		if _, err := h.db.Writer().Exec(`UPDATE listen_source SET kind = 'feed' WHERE id = ?`, source["Wire feed"]); err != nil {
			t.Fatal(err)
		}
		if run := h.look(t, group.Ask{}); run.Found != 0 || run.LeftOut != 2*30*14 {
			t.Errorf("syndication found as %d groups, %d posts left out", run.Found, run.LeftOut)
		}
		// The same posts are a group where nobody says that they are media:
		// the test above could fail.
		if err := h.RemoveMedia(system(), source["Wire"]); err != nil {
			t.Fatal(err)
		}
		if run := h.look(t, group.Ask{}); run.Found == 0 {
			t.Error("accounts that always write the same at once are no group")
		}
		if err := h.RemoveMedia(system(), source["Wire"]); errs.KindOf(err) != errs.NotFound {
			t.Errorf("removed twice: %v", err)
		}
	})
}

// TestPublicActorsAreInNoGroup: outlets of the register print the same dispatch.
func TestPublicActorsAreInNoGroup(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := influence.Actor{ID: id.New(), Name: "Outlets", Kind: "media", Reason: "They print what the agency sends to all", EndsAt: db.At(now.AddDate(0, 3, 0))}
		for m := range 14 {
			a.Accounts = append(a.Accounts, influence.Account{Network: "x", Handle: fmt.Sprintf("Outlet%d", m)})
		}
		if err := h.actors.Propose(system(), a); err != nil {
			t.Fatal(err)
		}
		if err := h.actors.Confirm(officer(influence.Manage), a.ID); err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(15, 16))
		h.receive(t, "Talk", crowd(r, 1600, now))
		h.receive(t, "Wire", wire(r, now))
		if run := h.look(t, group.Ask{}); run.Found != 0 || run.LeftOut != 30*14 {
			t.Errorf("public actors found as %d groups, %d posts left out", run.Found, run.LeftOut)
		}
		if err := h.actors.End(system(), a.ID, "No longer needed by the desk"); err != nil {
			t.Fatal(err)
		}
		if run := h.look(t, group.Ask{}); run.Found == 0 {
			t.Error("the same accounts are no group when they are registered no more")
		}
	})
}

func TestNothingIsFoundInACrowd(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.receive(t, "Talk", crowd(rand.New(rand.NewPCG(7, 8)), 4000, now))
		if run := h.look(t, group.Ask{}); run.Found != 0 || run.Posts != 4000 {
			t.Errorf("%d groups among %d posts of a crowd", run.Found, run.Posts)
		}
	})
}

// TestNoMemberIsKept reads all that is stored of groups: neither a handle nor a
// pseudonym may be in it, in any way of writing.
func TestNoMemberIsKept(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		r := rand.New(rand.NewPCG(9, 10))
		h.receive(t, "Talk", crowd(r, 1200, now))
		h.receive(t, "Talk", ring(r, 10, 20, now))
		if run := h.look(t, group.Ask{}); run.Found != 1 {
			t.Fatalf("%d groups", run.Found)
		}
		var secrets []string
		if _, _, err := h.listen.Walk(system(), listen.WalkQuery{}, func(p listen.Post) error {
			secrets = append(secrets, fmt.Sprint(p.Author), strings.ToLower(fmt.Sprintf("%x", p.Author)), base36(p.Author))
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		slices.Sort(secrets)
		secrets = slices.Compact(secrets)
		for _, table := range []string{"listen_group", "listen_group_run", "listen_group_post", "listen_group_media", "audit_record"} {
			if there, err := h.db.HasTable(context.Background(), table); err != nil || !there {
				if table == "audit_record" {
					continue
				}
				t.Fatal(table, err)
			}
			rows := []map[string]any{}
			if err := h.db.Reader().NewRaw(`SELECT * FROM `+table).Scan(context.Background(), &rows); err != nil {
				t.Fatal(err)
			}
			if table != "listen_group_media" && len(rows) == 0 {
				t.Errorf("%s is empty: nothing was looked at", table)
			}
			for _, row := range rows {
				all := strings.ToLower(fmt.Sprintf("%s", row))
				if strings.Contains(all, "ringperson") || strings.Contains(all, "privateperson") {
					t.Errorf("%s holds a handle: %s", table, all)
				}
				for _, s := range secrets {
					if strings.Contains(all, s) {
						t.Errorf("%s holds the pseudonym %s: %s", table, s, all)
					}
				}
			}
		}
	})
}

func base36(n int64) string {
	const digits = "0123456789abcdefghijklmnopqrstuvwxyz"
	var b []byte
	for ; n > 0; n /= 36 {
		b = append([]byte{digits[n%36]}, b...)
	}
	return string(b)
}

func TestOneLookAtATime(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.receive(t, "Talk", crowd(rand.New(rand.NewPCG(1, 1)), 100, now))
		ask := func() group.Ask {
			return group.Ask{ID: id.New(), From: now.AddDate(0, 0, -7), Until: now}
		}
		first := ask()
		if err := h.Look(system(), first); err != nil {
			t.Fatal(err)
		}
		if _, err := h.db.Writer().Exec(`UPDATE listen_group_run SET state = 'running', started_at = ? WHERE id = ?`, db.At(now.Add(-time.Minute)), first.ID); err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.LookNow(system(), ask()); errs.KindOf(err) != errs.Conflict {
			t.Errorf("beside another look: %v", err)
		}
		// It died: the next takes its turn, and its own job begins anew.
		h.clock.Set(now.Add(10 * time.Minute))
		if r, _, err := h.LookNow(system(), ask()); err != nil || r.State != group.Done || r.Posts != 100 {
			t.Errorf("after its death: %+v, %v", r, err)
		}
		h.drain(t)
		if r, err := h.Run(system(), first.ID); err != nil || r.State != group.Done {
			t.Errorf("the dead look: %+v, %v", r, err)
		}
	})
}

func TestNight(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		looks := func() int {
			t.Helper()
			if err := h.Night(system()); err != nil {
				t.Fatal(err)
			}
			h.drain(t)
			list, err := h.Runs(system(), 100)
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		if got := looks(); got != 0 {
			t.Errorf("%d looks without posts", got)
		}
		r := rand.New(rand.NewPCG(1, 3))
		h.receive(t, "Talk", append(crowd(r, 1200, now), ring(r, 8, 20, now)...))
		for _, tt := range []struct {
			at   time.Duration
			want int
		}{
			{0, 1}, {time.Hour, 1}, {19 * time.Hour, 1}, // by day
			{24 * time.Hour, 2}, {25 * time.Hour, 2}, {24*time.Hour + 37*time.Hour, 3}, // one night was missed
		} {
			h.clock.Set(now.Add(tt.at))
			if got := looks(); got != tt.want {
				t.Errorf("after %s: %d looks, want %d", tt.at, got, tt.want)
			}
		}
		if got := len(h.open(t)); got != 1 {
			t.Errorf("%d groups", got)
		}
		h.clock.Set(now.AddDate(0, 7, 0))
		if got := looks(); got != 0 || len(h.open(t)) != 0 {
			t.Errorf("half a year later, when nobody says anything: %d looks, %d groups: the old are not forgotten", got, len(h.open(t)))
		}
		h.receive(t, "Talk", crowd(r, 8, h.clock.Now()))
		if got := looks(); got != 1 {
			t.Errorf("%d looks when somebody says something again", got)
		}
	})
}

func TestAskIsChecked(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		good := group.Ask{ID: id.New(), From: now.AddDate(0, 0, -7), Until: now}
		for _, tt := range []struct {
			name string
			ctx  context.Context
			set  func(*group.Ask)
			want errs.Kind
		}{
			{"without the permission", officer(listen.View), func(*group.Ask) {}, errs.Forbidden},
			{"no id", system(), func(a *group.Ask) { a.ID = "x" }, errs.Invalid},
			{"turned round", system(), func(a *group.Ask) { a.From, a.Until = a.Until, a.From }, errs.Invalid},
			{"no period", system(), func(a *group.Ask) { a.From = time.Time{} }, errs.Invalid},
			{"too long", system(), func(a *group.Ask) { a.From = now.AddDate(0, 0, -40) }, errs.Invalid},
			{"a window of a day", system(), func(a *group.Ask) { a.Window = 24 * time.Hour }, errs.Invalid},
			{"a window of a second", system(), func(a *group.Ask) { a.Window = time.Second }, errs.Invalid},
			{"no such topic", system(), func(a *group.Ask) { a.TopicID = id.New() }, errs.NotFound},
		} {
			a := good
			tt.set(&a)
			if err := h.Look(tt.ctx, a); errs.KindOf(err) != tt.want || err == nil {
				t.Errorf("%s: %v, want kind %v", tt.name, err, tt.want)
			}
		}
		nobody := officer()
		if _, err := h.Groups(nobody, group.Open, 1); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("groups: %v", err)
		}
		if _, err := h.Group(nobody, id.New()); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("group: %v", err)
		}
		listener := officer(listen.View)
		for name, err := range map[string]error{
			"aside": h.SetAside(listener, id.New(), "x"), "take up": h.TakeUp(listener, id.New()), "media": h.EnterMedia(listener, id.New(), "x"), "remove": h.RemoveMedia(listener, id.New()),
		} {
			if errs.KindOf(err) != errs.Forbidden {
				t.Errorf("%s without the permission: %v", name, err)
			}
		}
	})
}

func TestCampaignFileFromAGroup(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		r := rand.New(rand.NewPCG(11, 12))
		h.receive(t, "Talk", append(crowd(r, 1200, now), ring(r, 10, 20, now)...))
		h.look(t, group.Ask{})
		g := h.open(t)[0]
		f, err := h.Draft(system(), g.ID)
		if err != nil {
			t.Fatal(err)
		}
		if f.Group != g.ID || len(f.Wordings) == 0 || !strings.Contains(f.Search, "consulate") || !strings.Contains(f.Search, ") OR (") || !slices.ContainsFunc(f.Behaviour, func(t campaign.Technique) bool { return t.ID == "T0084.001" }) {
			t.Errorf("draft %+v", f)
		}
		if f.Confidence != 0 || f.Narrative != "" {
			t.Error("the draft knows what only an analyst can say")
		}
		f.Titles["en"], f.Narrative, f.Confidence = "Consulate", "It is said that the consulate has been closed.", 80
		if err := h.OpenFile(officer(listen.View), f, 12, ""); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("opened without the permission: %v", err)
		}
		for range 2 { // done twice it is done once
			if err := h.OpenFile(system(), f, 12, "The posts of the group"); err != nil {
				t.Fatal(err)
			}
		}
		snaps, err := h.files.Snapshots(system(), f.ID)
		if err != nil || len(snaps) != 1 || snaps[0].Posts != g.Posts || snaps[0].Check != campaign.Unchanged {
			t.Errorf("snapshots %+v, %v", snaps, err)
		}
		kept, err := h.files.File(system(), f.ID)
		if err != nil || kept.Reach.Posts < g.Posts/2 {
			t.Errorf("reach %+v of %d posts: %v", kept.Reach, g.Posts, err)
		}
	})
}

// TestReport asks for the form of the command: the same groups, no accounts but
// numbers.
func TestReport(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		r := rand.New(rand.NewPCG(21, 22))
		h.receive(t, "Talk", append(crowd(r, 1200, now), ring(r, 10, 20, now)...))
		got, err := h.Report(system(), group.Ask{ID: id.New(), From: now.AddDate(0, 0, -7), Until: now})
		if err != nil || len(got.Groups) != 1 {
			t.Fatalf("%d groups, %v", len(got.Groups), err)
		}
		kept := h.open(t)[0]
		g := got.Groups[0]
		if g.ID != kept.ID || !slices.Equal(g.Accounts, []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}) || g.Edges < 10 || g.P != kept.P || !slices.Equal(g.Keys, kept.Kinds) {
			t.Errorf("group %+v", g)
		}
		if int64(len(g.Evidence)) < kept.Posts || g.Evidence[0].Account != "" || g.Evidence[0].At.Before(now.AddDate(0, 0, -7)) {
			t.Errorf("%d of %d posts: %+v", len(g.Evidence), kept.Posts, g.Evidence[0])
		}
		if _, err := h.Report(officer(listen.View), group.Ask{ID: id.New(), From: now.AddDate(0, 0, -7), Until: now}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("without the permission: %v", err)
		}
	})
}

// TestAPieceLeavesTheGroup asks with a window in which only a part of a group
// is together: the group that is known stays whole, until a night sees less.
func TestAPieceLeavesTheGroup(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		r := rand.New(rand.NewPCG(31, 32))
		slow := ring(r, 12, 24, now)
		for i := range slow {
			if strings.HasSuffix(slow[i].ID, "-7") || strings.HasSuffix(slow[i].ID, "-8") {
				slow[i].At = slow[i].At.Add(50 * time.Second)
			}
		}
		h.receive(t, "Talk", append(crowd(r, 2400, now), slow...))
		h.look(t, group.Ask{Window: 5 * time.Minute})
		whole := h.open(t)
		if len(whole) != 1 || whole[0].Accounts != 12 {
			t.Fatalf("groups %+v", whole)
		}
		run := h.look(t, group.Ask{Window: 20 * time.Second})
		got := h.open(t)
		if len(got) != 1 || got[0].ID != whole[0].ID || got[0].Accounts != 12 || got[0].Posts != whole[0].Posts || got[0].RunID != run.ID || run.Found != 1 {
			t.Errorf("after a narrower look %d groups, %+v", len(got), run)
		}
	})
}

// thread is a table of posts with what they answer and show: a crowd that answers
// and shows what is popular, all on their own, a post that everybody answers, and
// rings that answer the same posts, or show the same images, within half a minute.
// Each member of a ring writes its own words after a word that tells which it is.
func thread(r *rand.Rand, posts int, rings map[string][]int) (file string, members int) {
	var b strings.Builder
	b.WriteString("id,time,author,text,reply_id,image_hash\n")
	n := 0
	add := func(at time.Time, author, text, reply, image string) {
		fmt.Fprintf(&b, "%d,%s,%s,%s,%s,%s\n", n, at.Format(time.RFC3339), author, text, reply, image)
		n++
	}
	some := func(of int) int { return int(float64(of) * r.Float64() * r.Float64()) } // the lower the likelier
	for range posts {
		at, author := now.Add(-time.Duration(r.IntN(5*86400))*time.Second), fmt.Sprint("PrivatePerson", some(posts/8))
		switch r.IntN(3) {
		case 0:
			add(at, author, sentence(r, 12), fmt.Sprint("post", some(posts/10)), "")
		case 1:
			add(at, author, sentence(r, 12), "", fmt.Sprint("meme", some(posts/10)))
		default:
			add(at, author, sentence(r, 12), "", "")
		}
	}
	for i := range 300 { // within ten minutes
		add(now.Add(-30*time.Hour+time.Duration(r.IntN(600))*time.Second), fmt.Sprint("PrivatePerson", i), sentence(r, 12), "speech", "")
	}
	for ring, kind := range []string{"reply", "image"} {
		for number, size := range rings[kind] {
			for act := range 20 {
				at := now.Add(-time.Duration(r.IntN(4*86400)+3600) * time.Second)
				for m := range size {
					name, object := fmt.Sprintf("member%dx%dx%d", ring, number, m), fmt.Sprintf("%s%d-%d", kind, number, act)
					if reply, image := object, ""; r.IntN(10) < 7 {
						if kind == "image" {
							reply, image = "", object
						}
						add(at.Add(time.Duration(r.IntN(30))*time.Second), "By"+name, name+" "+sentence(r, 14), reply, image)
					}
				}
			}
			members += size
		}
	}
	return b.String(), members
}

// TestGroupsByRepliesAndImages plants groups that have nothing in common but what
// they answer or show, imports them with a crowd, and holds what is found against
// what was planted.
func TestGroupsByRepliesAndImages(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		r := rand.New(rand.NewPCG(41, 42))
		file, planted := thread(r, 4000, map[string][]int{"reply": {5, 9, 14}, "image": {4, 8, 12}})
		path := filepath.Join(t.TempDir(), "thread.csv")
		if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		if report, err := h.listen.Import(system(), listen.ImportOptions{Path: path, Source: "Talk"}); err != nil || report.Rejected != 0 {
			t.Fatalf("%+v, %v", report, err)
		}
		h.look(t, group.Ask{})
		found, right, kinds := 0, 0, map[string]int{}
		for _, g := range h.open(t) {
			posts, err := h.Posts(system(), g.ID)
			if err != nil {
				t.Fatal(err)
			}
			members := map[string]bool{}
			for _, p := range posts {
				if name, _, _ := strings.Cut(p.Text, " "); strings.HasPrefix(name, "member") {
					members[name] = true
				}
			}
			found += int(g.Accounts)
			right += min(len(members), int(g.Accounts))
			kinds[strings.Join(g.Kinds, "+")]++
		}
		precision, recall := float64(right)/float64(max(found, 1)), float64(right)/float64(planted)
		t.Logf("precision %.3f, recall %.3f of %d accounts, groups %v", precision, recall, planted, kinds)
		if precision < 0.95 || recall < 0.95 || kinds["reply"] != 3 || kinds["image"] != 3 {
			t.Errorf("precision %.3f, recall %.3f, groups %v", precision, recall, kinds)
		}
	})
}

func TestLookAtATopic(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		topic := listen.Topic{ID: id.New(), Names: map[i18n.Lang]string{"en": "Consulate"}, Terms: []string{"consulate"}}
		if err := h.listen.AddTopic(system(), topic); err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(13, 14))
		planted := ring(r, 10, 20, now)
		h.receive(t, "Talk", append(crowd(r, 1200, now), planted...))
		run := h.look(t, group.Ask{TopicID: topic.ID})
		if run.Posts != int64(len(planted)) {
			t.Errorf("%d posts of the topic looked at, want %d", run.Posts, len(planted))
		}
	})
}
