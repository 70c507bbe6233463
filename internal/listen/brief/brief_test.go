package brief_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

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
	"sifara/internal/listen/brief"
	"sifara/internal/mail"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/vault"
)

// now is a Tuesday morning, seven o'clock in Baghdad.
var now = time.Date(2026, 6, 2, 4, 0, 0, 0, time.UTC)

// box keeps what was sent.
type box struct {
	mu   sync.Mutex
	sent []mail.Message
}

func (b *box) Send(_ context.Context, m mail.Message) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sent = append(b.sent, m)
	return nil
}

// plainDrawer draws nothing but the name and the number.
type plainDrawer struct{}

func (plainDrawer) Briefing(_ context.Context, b brief.Briefing, _ bool) (string, error) {
	return fmt.Sprintf("<p>%s %d</p>", brief.In(b.Content.Name, i18n.English), b.Content.Posts), nil
}

type house struct {
	*brief.Service
	listen *listen.Service
	org    *org.Service
	clock  *clock.Manual
	queue  *jobs.Queue
	box    *box
	bus    *event.Bus
	db     *db.DB
	told   []brief.Alerted
	first  org.Person
}

func migrations() []db.Migrations {
	return []db.Migrations{audit.Migrations(), org.Migrations(), listen.Migrations(), listen.StoreMigrations()}
}

func newHouse(t *testing.T, d *db.DB) *house {
	t.Helper()
	v, err := vault.Create(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	words, err := i18n.Load(listen.Locales())
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))
	h := &house{db: d, clock: clock.At(now), queue: jobs.New(d, log), box: &box{}}
	a, live := audit.New(d, h.clock), event.NewLive(d, log)
	h.bus = event.NewBus(h.queue)
	event.On(h.bus, "test", func(_ context.Context, e brief.Alerted) error {
		h.told = append(h.told, e)
		return nil
	})
	h.org = org.New(org.Deps{DB: d, Log: log, Clock: h.clock, Audit: a, Live: live})
	h.listen = listen.New(listen.Deps{DB: d, Store: d, Log: log, Clock: h.clock, Audit: a, Bus: h.bus, Live: live, Queue: h.queue, Vault: v, Files: listen.FolderFiles{Dir: t.TempDir()}})
	h.Service = brief.New(brief.Deps{DB: d, Log: log, Clock: h.clock, Audit: a, Bus: h.bus, Queue: h.queue, Listen: h.listen, Org: h.org, Mail: h.box, Words: words, Draw: plainDrawer{}, BaseURL: "https://mofa.example"})
	h.listen.Jobs(h.queue)
	h.Jobs(h.queue)
	definitions := listen.Permissions()
	ctx := system()
	if err := h.org.SyncRoles(ctx, definitions); err != nil {
		t.Fatal(err)
	}
	if h.first, err = h.org.Setup(ctx, org.MinistrySpec{
		Ministry: org.Ministry{Names: everywhere("Ministry"), City: everywhere("Baghdad"), Country: "IQ", TimeZone: "Asia/Baghdad", Weekend: []time.Weekday{time.Friday, time.Saturday}, Languages: i18n.Langs},
		First:    org.Person{ID: id.New(), Name: "Head", Post: everywhere("Head"), Email: "head@mofa.example", Language: i18n.English},
	}); err != nil {
		t.Fatal(err)
	}
	return h
}

func everywhere(name string) org.Names {
	return org.Names{i18n.Arabic: name, i18n.Sorani: name, i18n.Kurmanji: name, i18n.English: name}
}

func system() context.Context {
	return perm.With(context.Background(), perm.SystemActor("test"))
}

// as is the person of the house, or somebody without rights.
func (h *house) as(t *testing.T) context.Context {
	t.Helper()
	grants, err := h.org.Grants(system(), h.first.ID)
	if err != nil {
		t.Fatal(err)
	}
	return perm.With(context.Background(), &perm.Actor{Kind: perm.Person, ID: h.first.ID, Name: "Head", Grants: grants})
}

func stranger() context.Context {
	return perm.With(context.Background(), &perm.Actor{Kind: perm.Person, ID: id.New(), Name: "Nobody"})
}

// hear stores n posts a day for so many days before the present one, and more
// on the last.
func (h *house) hear(t *testing.T, days, n, lastDay int) {
	t.Helper()
	var posts []listen.Incoming
	midnight := time.Date(2026, 6, 1, 21, 0, 0, 0, time.UTC) // in Baghdad
	for d := range days {
		count := n
		if d == 0 {
			count = lastDay
		}
		for i := range count {
			at := midnight.AddDate(0, 0, -d-1).Add(time.Duration(i) * time.Minute)
			posts = append(posts, listen.Incoming{At: at, ID: fmt.Sprint(d, "-", i), Author: fmt.Sprint("a", i), Text: fmt.Sprintf("passport office %d of day %d", i, d), Lang: "en"})
		}
	}
	if _, err := h.listen.Receive(system(), "Archive", posts); err != nil {
		t.Fatal(err)
	}
}

func (h *house) topic(t *testing.T) listen.Topic {
	t.Helper()
	x := listen.Topic{ID: id.New(), Names: map[i18n.Lang]string{i18n.English: "Passports", i18n.Arabic: "الجوازات"}, Terms: []string{"passport"}, Watched: true}
	if err := h.listen.AddTopic(system(), x); err != nil {
		t.Fatal(err)
	}
	return x
}

func (h *house) drain(t *testing.T) {
	t.Helper()
	if err := h.queue.Drain(context.Background(), h.clock.Now()); err != nil {
		t.Fatal(err)
	}
}

// TestBriefing tells a day against those before, with its topic and posts.
func TestBriefing(t *testing.T) {
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		x := h.topic(t)
		h.hear(t, 14, 10, 30)
		b, err := h.Of(h.as(t), brief.About{}, "")
		if err != nil {
			t.Fatal(err)
		}
		if b.Day != "2026-06-01" || b.Content.Posts != 30 || b.Content.Usual != 10 {
			t.Errorf("day %s, %d posts, usual %v", b.Day, b.Content.Posts, b.Content.Usual)
		}
		if len(b.Content.Topics) != 1 || b.Content.Topics[0].Posts != 30 || b.Content.Topics[0].ID != x.ID {
			t.Errorf("topics: %+v", b.Content.Topics)
		}
		if share, ok := b.Content.Change(); !ok || share != 2 {
			t.Errorf("change %v %v", share, ok)
		}
		if len(b.Content.Quotes) == 0 || b.Content.Quotes[0].Source != "Archive" {
			t.Errorf("quotes: %+v", b.Content.Quotes)
		}
		one, err := h.Of(h.as(t), brief.About{TopicID: x.ID}, "2026-05-31")
		if err != nil || one.Content.Posts != 10 || one.Content.Name[i18n.Arabic] != "الجوازات" {
			t.Errorf("of the topic: %+v %v", one.Content, err)
		}
		for day, want := range map[string]errs.Kind{"2026-06-02": errs.Invalid, "2999-01-01": errs.Invalid, "yesterday": errs.Invalid, "2026-13-40": errs.Invalid} {
			if _, err := h.Of(h.as(t), brief.About{}, day); errs.KindOf(err) != want {
				t.Errorf("%s: %v", day, err)
			}
		}
		if _, err := h.Of(stranger(), brief.About{}, ""); errs.KindOf(err) != errs.NotFound {
			t.Errorf("a stranger: %v", err)
		}
	})
}

// TestBriefingOfAMission speaks of the topics of the mission and of those of the
// ministry in its country, not of what other desks listen for.
func TestBriefingOfAMission(t *testing.T) {
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		var missions []string
		for _, slug := range []string{"paris", "lyon"} {
			m := org.Mission{
				ID: id.New(), Slug: slug, Kind: org.Consulate, Names: everywhere(slug), City: everywhere(slug), Country: "FR", TimeZone: "Europe/Paris",
				Weekend: []time.Weekday{time.Saturday, time.Sunday}, Languages: i18n.Langs,
			}
			if err := h.org.CreateMission(system(), m); err != nil {
				t.Fatal(err)
			}
			missions = append(missions, m.ID)
		}
		for _, x := range []listen.Topic{
			{Names: everywhere("of Paris"), MissionID: missions[0]}, {Names: everywhere("of Lyon"), MissionID: missions[1], Countries: []string{"FR"}},
			{Names: everywhere("of all in France"), Countries: []string{"FR"}}, {Names: everywhere("of all elsewhere"), Countries: []string{"GB"}},
		} {
			x.ID, x.Terms = id.New(), []string{"passport"}
			if err := h.listen.AddTopic(system(), x); err != nil {
				t.Fatal(err)
			}
		}
		h.hear(t, 14, 10, 30)
		b, err := h.Of(h.as(t), brief.About{MissionID: missions[0]}, "2026-06-01")
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, x := range b.Content.Topics {
			got = append(got, brief.In(x.Names, i18n.English))
		}
		slices.Sort(got)
		if want := []string{"of Paris", "of all in France"}; !slices.Equal(got, want) {
			t.Errorf("topics %q, want %q", got, want)
		}
	})
}

// TestNextDay wants the forecast in the briefing once there are four weeks, and
// in the letter's words.
func TestNextDay(t *testing.T) {
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		x := h.topic(t)
		h.hear(t, 40, 20, 20)
		b, err := h.Of(h.as(t), brief.About{TopicID: x.ID}, "2026-06-01")
		if err != nil || b.Content.Next == nil {
			t.Fatalf("after 40 days: %+v, %v", b.Content.Next, err)
		}
		n := b.Content.Next
		if !n.Day.Equal(b.To) || n.Low >= 20 || n.High <= 20 || n.Low < 5 || n.High > 50 {
			t.Errorf("%+v after 20 a day, want an interval about it for %s", n, b.To)
		}
		words, err := i18n.Load(listen.Locales())
		if err != nil {
			t.Fatal(err)
		}
		p := words.Printer(i18n.English)
		if got, want := brief.Opening(p, b), fmt.Sprintf("For Tuesday, 2 June 2026, %d to %d posts", n.Low, n.High); !strings.Contains(got, want) {
			t.Errorf("%q does not say %q", got, want)
		}
		early, err := h.Of(h.as(t), brief.About{TopicID: x.ID}, "2026-05-10")
		if err != nil || early.Content.Next != nil {
			t.Errorf("after 18 days: %+v, %v", early.Content.Next, err)
		}
	})
}

// TestMorningLetter sends each reader one letter, which agrees with the page
// whatever comes later.
func TestMorningLetter(t *testing.T) {
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.topic(t)
		h.hear(t, 14, 10, 30)
		h.drain(t)
		ctx := h.as(t)
		if err := h.Subscribe(stranger(), brief.About{}, true); errs.KindOf(err) != errs.NotFound {
			t.Errorf("a stranger subscribes: %v", err)
		}
		for range 2 {
			if err := h.Subscribe(ctx, brief.About{}, true); err != nil {
				t.Fatal(err)
			}
		}
		for range 3 {
			if err := h.Look(system()); err != nil {
				t.Fatal(err)
			}
			h.drain(t)
		}
		if len(h.box.sent) != 1 {
			t.Fatalf("%d letters", len(h.box.sent))
		}
		m := h.box.sent[0]
		if m.To[0].Email != "head@mofa.example" || !strings.Contains(m.Text, "30 posts") || !strings.Contains(m.HTML, "Ministry 30") || !strings.Contains(m.Text, "Archive") {
			t.Errorf("letter: %+v", m)
		}
		h.hear(t, 1, 0, 45) // late posts of that day
		b, err := h.Of(ctx, brief.About{}, "2026-06-01")
		if err != nil || b.Content.Posts != 30 || b.ID == "" {
			t.Errorf("the page says %d, the letter said 30 (%v)", b.Content.Posts, err)
		}
		h.quotesGoWithPosts(t, b)
		h.clock.Set(now.AddDate(0, 0, 3)) // Friday
		if err := h.Look(system()); err != nil {
			t.Fatal(err)
		}
		h.drain(t)
		if len(h.box.sent) != 1 {
			t.Error("a letter on a day off")
		}
		if err := h.Subscribe(ctx, brief.About{}, false); err != nil {
			t.Fatal(err)
		}
		if mine, err := h.Subscribed(ctx); err != nil || len(mine) != 0 {
			t.Errorf("still subscribed: %v %v", mine, err)
		}
	})
}

// quotesGoWithPosts wants a kept briefing to quote posts, to hold no words of
// them, and to quote none that is gone.
func (h *house) quotesGoWithPosts(t *testing.T, b brief.Briefing) {
	t.Helper()
	if len(b.Content.Quotes) == 0 || b.Content.Quotes[0].Text == "" {
		t.Fatalf("quotes: %+v", b.Content.Quotes)
	}
	var kept string
	if err := h.db.Reader().NewRaw(`SELECT content FROM listen_briefing WHERE id = ?`, b.ID).Scan(system(), &kept); err != nil {
		t.Fatal(err)
	}
	for _, q := range b.Content.Quotes {
		if !strings.Contains(kept, q.ID) || strings.Contains(kept, q.Text) {
			t.Errorf("kept of a quote: %s", kept)
		}
	}
	first := b.Content.Quotes[0].ID
	if err := h.db.Tx(system(), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`DELETE FROM listen_post WHERE id = ?`, first).Exec(ctx)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	later, err := h.Of(h.as(t), b.About, b.Day)
	if err != nil || len(later.Content.Quotes) != len(b.Content.Quotes)-1 {
		t.Errorf("%d quotes, want one fewer than %d (%v)", len(later.Content.Quotes), len(b.Content.Quotes), err)
	}
	for _, q := range later.Content.Quotes {
		if q.ID == first {
			t.Error("a post that is gone is quoted")
		}
	}
}

// TestAlerts tells of a warning and of new posts, each once, to whom it may
// concern.
func TestAlerts(t *testing.T) {
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.topic(t)
		ctx := h.as(t)
		v := brief.View{ID: id.New(), Name: "Passports", Asked: brief.Asked{Text: "passport"}}
		if err := h.Keep(ctx, v); err != nil {
			t.Fatal(err)
		}
		long := brief.View{ID: id.New(), Name: "Long", Asked: brief.Asked{Text: strings.Repeat("passport ", 200)}}
		if err := h.Keep(ctx, long); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a search of 1,800 characters is kept: %v", err)
		}
		narrow := brief.View{ID: id.New(), Name: "In English", Asked: brief.Asked{Text: "passport", Language: "en"}}
		if err := h.Keep(ctx, narrow); err != nil {
			t.Fatal(err)
		}
		rules := []brief.Alert{
			{ID: id.New(), Name: "narrow", Receiver: brief.ToMe, ViewID: narrow.ID, Least: 5},
			{ID: id.New(), Name: "me", Receiver: brief.ToMe},
			{ID: id.New(), Name: "others", Receiver: brief.ToWebhook},
			{ID: id.New(), Name: "search", Receiver: brief.ToMe, ViewID: v.ID, Least: 5},
		}
		for _, a := range rules {
			if err := h.AddAlert(ctx, a); err != nil {
				t.Fatalf("%s: %v", a.Name, err)
			}
		}
		for _, a := range []brief.Alert{
			{ID: id.New(), Name: "", Receiver: brief.ToMe}, {ID: id.New(), Name: "x", Receiver: "everybody"},
			{ID: id.New(), Name: "x", Receiver: brief.ToMe, ViewID: id.New(), Least: 1}, {ID: id.New(), Name: "x", Receiver: brief.ToMe, ViewID: v.ID},
			{ID: id.New(), Name: "x", Receiver: brief.ToMe, TopicID: id.New()},
		} {
			if err := h.AddAlert(ctx, a); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%+v: %v", a, err)
			}
		}
		if err := h.AddAlert(stranger(), brief.Alert{ID: id.New(), Name: "x", Receiver: brief.ToDesk}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a stranger: %v", err)
		}
		h.hear(t, 14, 4, 300)
		h.drain(t)
		warnings, err := h.listen.OpenWarnings(system(), 100)
		if err != nil || len(warnings) == 0 {
			t.Fatalf("%d warnings, %v", len(warnings), err)
		}
		if len(h.box.sent) != len(warnings) || !strings.Contains(h.box.sent[0].Text, "/console/listen/warnings/"+warnings[0].ID) {
			t.Errorf("%d letters for %d warnings", len(h.box.sent), len(warnings))
		}
		if len(h.told) != len(warnings) || h.told[0].WarningID == "" {
			t.Errorf("webhooks: %+v", h.told)
		}
		h.box.sent = nil
		h.clock.Set(now.Add(2 * time.Hour))
		var fresh []listen.Incoming
		for i := range 7 {
			fresh = append(fresh, listen.Incoming{At: now.Add(time.Duration(i+1) * time.Minute), ID: fmt.Sprint("new", i), Text: fmt.Sprintf("passport again %d", i), Lang: "en"})
		}
		if _, err := h.listen.Receive(system(), "Archive", fresh); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := h.LookForPosts(system()); err != nil {
				t.Fatal(err)
			}
			if err := h.LookForPosts(system()); err != nil { // while the first waits
				t.Fatal(err)
			}
			h.drain(t)
		}
		said := ""
		for _, m := range h.box.sent {
			said += m.Text
		}
		if len(h.box.sent) != 2 || strings.Count(said, "found 7 new posts") != 1 || strings.Count(said, "“In English” found new posts, fewer than 10") != 1 {
			t.Errorf("letters on posts: %+v", h.box.sent)
		}
		if err := h.Drop(ctx, v.ID); err != nil {
			t.Fatal(err)
		}
		if left, err := h.Alerts(ctx); err != nil || len(left) != 3 {
			t.Errorf("%d alerts left, %v", len(left), err)
		}
	})
}

// TestPDF prints with a real browser where there is one.
func TestPDF(t *testing.T) {
	browser := brief.FindBrowser("")
	if browser == "" {
		t.Skip("no browser is installed")
	}
	s := brief.New(brief.Deps{Draw: plainDrawer{}, Browser: browser})
	data, err := s.PDF(context.Background(), brief.Briefing{})
	if err != nil || !strings.HasPrefix(string(data), "%PDF-") {
		t.Fatalf("%d bytes, %v", len(data), err)
	}
	s.Browser = ""
	if _, err := s.PDF(context.Background(), brief.Briefing{}); errs.KindOf(err) != errs.Unavailable {
		t.Errorf("without a browser: %v", err)
	}
	s.Browser = filepath.Join(t.TempDir(), "broken")
	if err := os.WriteFile(s.Browser, []byte("#!/bin/sh\nexit 3\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := s.PDF(context.Background(), brief.Briefing{}); errs.KindOf(err) != errs.Unavailable {
		t.Errorf("a broken browser: %v", err)
	}
}

// TestPrintsWaitForEachOther asks for more prints at once than may run: a print
// that finds two others at work complains.
func TestPrintsWaitForEachOther(t *testing.T) {
	work := t.TempDir()
	browser := filepath.Join(work, "browser")
	script := `#!/bin/sh
cd "` + work + `"
mkdir "at.$$"
[ "$(ls -d at.* | wc -l)" -le 2 ] || touch crowded
for a in "$@"; do case "$a" in --print-to-pdf=*) echo "%PDF-" > "${a#--print-to-pdf=}";; esac; done
sleep 0.1
rmdir "at.$$"
`
	if err := os.WriteFile(browser, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	s := brief.New(brief.Deps{Draw: plainDrawer{}, Browser: browser})
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			if data, err := s.PDF(context.Background(), brief.Briefing{}); err != nil || len(data) == 0 {
				t.Errorf("%d bytes, %v", len(data), err)
			}
		})
	}
	all.Wait()
	if _, err := os.Stat(filepath.Join(work, "crowded")); err == nil {
		t.Error("more than two browsers at once")
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := s.PDF(ctx, brief.Briefing{}); errs.KindOf(err) != errs.Unavailable {
		t.Errorf("given up: %v", err)
	}
}
