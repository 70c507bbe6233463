package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sifara/internal/app"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/engage"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/listen"
	"sifara/internal/listen/campaign"
	"sifara/internal/listen/group"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/planning"
	"sifara/internal/publish"
	publishcampaign "sifara/internal/publish/campaign"
	"sifara/internal/publish/newsletter"
)

// present is when the demonstrations of these tests stand: a Sunday evening.
var present = time.Date(2026, 11, 22, 17, 20, 0, 0, time.UTC)

var quiet = slog.New(slog.DiscardHandler)

func config(t *testing.T) app.Config {
	t.Helper()
	return app.Config{Data: t.TempDir(), MailFrom: "sifara@mofa.example"}
}

// opened is a house as it stands at the present of the tests.
func opened(t *testing.T, c app.Config) (context.Context, *app.House) {
	t.Helper()
	ctx := perm.With(context.Background(), perm.SystemActor("test"))
	h, err := app.Open(ctx, c, quiet, clock.At(present))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Close() })
	return ctx, h
}

// summary is what a demonstration holds, one line for each thing.
func summary(ctx context.Context, t *testing.T, h *app.House) []string {
	t.Helper()
	var out []string
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	posts, err := h.Listen.Search(ctx, listen.SearchQuery{Count: -1})
	must(err)
	out = append(out, fmt.Sprint("posts ", posts.Total, " newest ", posts.Posts[0].Text))
	warnings, _, err := h.Listen.Warnings(ctx, listen.WarningFilter{})
	must(err)
	for _, w := range warnings {
		out = append(out, fmt.Sprint("warning ", w.Since.Std(), w.Country, w.Observed, w.State))
	}
	messages, err := h.Publish.Messages(ctx, publish.Filter{Limit: 200})
	must(err)
	for _, m := range messages {
		title, _ := m.Title(m.SourceLang)
		read, err := h.Publish.MessageFigures(ctx, m.ID)
		must(err)
		out = append(out, fmt.Sprint("message ", title, m.State, m.Langs(), read[m.ID]))
	}
	campaigns, err := h.PublishCampaigns.List(ctx, publishcampaign.Filter{})
	must(err)
	for _, c := range campaigns {
		ids, err := h.PublishCampaigns.Members(ctx, c.ID)
		must(err)
		money, err := h.PublishCampaigns.Money(ctx, c.ID)
		must(err)
		out = append(out, fmt.Sprint("campaign ", c.Name(i18n.English), c.State, len(ids), money.Spent, money.Planned))
	}
	questions, err := h.Engage.List(ctx, engage.Filter{Box: engage.BoxAnswered, Limit: 100})
	must(err)
	for _, q := range questions.Items {
		out = append(out, fmt.Sprint("question ", q.Number, q.Text, q.Public))
	}
	return out
}

// TestDemonstration builds a demonstration in the place of one whose building
// was broken off, and looks at it; a ministry that is there is left alone, and
// the same seed makes the same on the other engine. Then days pass over it.
func TestDemonstration(t *testing.T) {
	c := config(t)
	begin := context.Background()
	before := breakOff(t, c)
	if err := ensure(begin, c, quiet, 7, present); err != nil {
		t.Fatal(err)
	}
	ctx, h := opened(t, c)
	people := allPeople(ctx, t, h)
	if slices.ContainsFunc(before, func(id string) bool { return slices.Contains(people, id) }) {
		t.Error("what was broken off was not built anew")
	}
	if _, err := os.Stat(filepath.Join(c.Data, unfinished)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the mark of an unfinished build: %v, want it gone", err)
	}
	examine(ctx, t, h)
	want := summary(ctx, t, h)
	if err := ensure(begin, c, quiet, 8, present); err != nil {
		t.Fatal(err)
	}
	if after := allPeople(ctx, t, h); !slices.Equal(after, people) {
		t.Error("a ministry that was there has other people")
	}
	h.Close()

	other := config(t)
	other.DatabaseURL = postgres(t)
	if err := build(begin, other, quiet, 7, present); err != nil {
		t.Fatal(err)
	}
	ctx, h = opened(t, other)
	examine(ctx, t, h)
	got := summary(ctx, t, h)
	if len(got) != len(want) {
		t.Fatalf("another build of the same seed: %d lines, want %d", len(got), len(want))
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("another build of the same seed:\n got %s\nwant %s", got[i], want[i])
		}
	}
	if other.DatabaseURL != "" {
		if err := Reset(begin, other, quiet, DefaultSeed); errs.KindOf(err) != errs.Invalid {
			t.Errorf("reset on PostgreSQL: %v, want it refused", err)
		}
	}
	h.Close()
	t.Run("reminders", func(t *testing.T) { reminders(t, c) })
}

// breakOff leaves a demonstration as it is when its building ends behind the
// institution, and gives its people.
func breakOff(t *testing.T, c app.Config) []string {
	t.Helper()
	b := newBuilder(quiet, 7, present)
	ctx := perm.With(context.Background(), perm.SystemActor("test"))
	h, err := app.Open(ctx, c, quiet, b.clock)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	b.house = h
	ctx = i18n.WithPrinter(ctx, h.Words.Printer(i18n.Arabic))
	for _, step := range []func(context.Context) error{h.Migrate, h.Auth.MarkDemonstration, b.institution} {
		if err := step(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(c.Data, unfinished), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return allPeople(ctx, t, h)
}

func allPeople(ctx context.Context, t *testing.T, h *app.House) []string {
	t.Helper()
	people, err := h.Org.People(ctx, org.PeopleFilter{})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, p := range people {
		ids = append(ids, p.ID)
	}
	return ids
}

// TestSeeds holds that another seed makes other posts.
func TestSeeds(t *testing.T) {
	said := map[uint64][]post{}
	for _, seed := range []uint64{1, 2} {
		b := newBuilder(quiet, seed, present)
		if err := b.speak(); err != nil {
			t.Fatal(err)
		}
		if n := len(b.posts); n < 6_000 || n > 14_000 {
			t.Errorf("seed %d: %d posts", seed, n)
		}
		said[seed] = b.posts
	}
	if slices.Equal(said[1], said[2]) {
		t.Error("two seeds made the same posts")
	}
}

// postgres gives the address of a database of the test's own; empty, which is
// SQLite, where there is no server.
func postgres(t *testing.T) string {
	t.Helper()
	server := os.Getenv(dbtest.Variable)
	if server == "" {
		t.Logf("no PostgreSQL: %s is not set (make test sets it)", dbtest.Variable)
		return ""
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	admin, err := db.Open(ctx, server, db.Options{MaxConns: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { admin.Close() })
	name := fmt.Sprintf("demo_%d", time.Now().UnixNano())
	if _, err := admin.Writer().ExecContext(ctx, `CREATE DATABASE `+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = admin.Writer().ExecContext(ctx, `DROP DATABASE `+name+` WITH (FORCE)`) })
	u.Path = "/" + name
	return u.String()
}

// examine looks whether a demonstration shows what it should.
func examine(ctx context.Context, t *testing.T, h *app.House) {
	t.Helper()
	states := map[publish.State]int{}
	messages, err := h.Publish.Messages(ctx, publish.Filter{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	stale, missing, review, expired, pictures, cooling, lacking := 0, 0, 0, 0, 0, 0, 0
	for _, m := range messages {
		states[m.State]++
		if len(m.Langs()) < 4 {
			missing++
		}
		if slices.ContainsFunc(m.Langs(), m.Stale) {
			stale++
		}
		if m.AwaitsReview() {
			review++
		}
		if m.Expired {
			expired++
		}
		pictures += len(m.Attachments)
		if c, ok, err := h.Publish.Cooling(ctx, m); err == nil && ok && m.State == publish.StateApproved && c.Lasts(h.Clock.Now()) && c.Sensitivity != m.Sensitivity {
			cooling++
		}
		lacking += len(m.Lacks)
	}
	if cooling == 0 || lacking == 0 {
		t.Errorf("%d heated messages cool off, %d languages were not ready at a release", cooling, lacking)
	}
	for _, s := range publish.States {
		if s != publish.StateApproved && states[s] == 0 {
			t.Errorf("no message is %s", s)
		}
	}
	if states[publish.StateReleased] < 8 || stale == 0 || missing == 0 || review != 1 || expired != 1 || pictures < 3 {
		t.Errorf("messages %v, %d stale, %d lack a language, %d emergencies to judge, %d expired, %d pictures", states, stale, missing, review, expired, pictures)
	}

	warnings, _, err := h.Listen.Warnings(ctx, listen.WarningFilter{})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, w := range warnings {
		got[w.State]++
	}
	want := map[string]int{listen.WarningOpen: 2, listen.WarningAcknowledged: 1, listen.WarningDismissed: 1, listen.WarningDecided: 2}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("warnings %v, want %v", got, want)
	}

	examineRing(ctx, t, h)
	examineSites(ctx, t, h)

	files, err := h.Planning.Counts(ctx)
	if err != nil || files[planning.BoxOpen] != 1 {
		t.Errorf("%v decision files, %v", files, err)
	}
	boxes, err := h.Engage.Counts(ctx)
	if err != nil || boxes[engage.BoxNew] == 0 || boxes[engage.BoxOverdue] == 0 || boxes[engage.BoxApproval] == 0 {
		t.Errorf("questions %v, %v", boxes, err)
	}
	people, err := h.Auth.DemoPeople(ctx)
	if err != nil || len(people) != 11 {
		t.Errorf("%d people to sign in as, %v", len(people), err)
	}
	for _, p := range people {
		if want := "-paris@"; p.Role.Key == "head_of_mission" && !strings.Contains(p.Person.Email, want) {
			t.Errorf("the head of mission to sign in as is %s", p.Person.Email)
		}
	}
	if report, err := h.Audit.Verify(ctx); err != nil {
		t.Errorf("audit record: %+v, %v", report, err)
	}
	if _, err := h.Proof.Check(ctx); err != nil {
		t.Errorf("public log: %v", err)
	}
}

// examineSites looks whether three missions have sites with a look of their own, a
// newsletter with an edition in its archive and one being written, an event ahead,
// and travel advice that has run out.
func examineSites(ctx context.Context, t *testing.T, h *app.House) {
	t.Helper()
	looks := map[string]bool{}
	for _, slug := range []string{"paris", "london", "berlin"} {
		m, err := h.Org.MissionBySlug(ctx, slug)
		if err != nil {
			t.Fatal(err)
		}
		look, err := h.Themes.Look(ctx, m.ID)
		if err != nil || look.Sheet == "" || looks[look.Sheet] {
			t.Errorf("look of %s: %+v, %v", slug, look, err)
		}
		looks[look.Sheet] = true
		pages, err := h.Publish.InForce(ctx, publish.ReleasedFilter{Kind: publish.Page, MissionID: m.ID})
		if err != nil || len(pages) != 3 || slices.ContainsFunc(pages, func(p publish.Message) bool { return len(p.Langs()) != len(i18n.Langs) }) {
			t.Errorf("%s has %d pages, %v", slug, len(pages), err)
		}
		if x, err := h.Publish.Site(ctx, m.ID); err != nil || x.Opens == "" || len(x.Speakers) != 2 {
			t.Errorf("site of %s: %+v, %v", slug, x, err)
		}
	}
	kinds, ahead, lapsed, holds := map[publish.Kind]int{}, 0, 0, 0
	all, err := h.Publish.Released(ctx, publish.ReleasedFilter{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		kinds[m.Kind]++
		switch {
		case m.Kind == publish.Event && m.Details.Starts.Std().After(present):
			ahead++
		case m.Lapsed(present):
			lapsed++
		case m.Kind == publish.TravelAdvice:
			holds++
		case m.Kind == publish.Gallery && len(m.Attachments) != 3:
			t.Errorf("a gallery of %d pictures", len(m.Attachments))
		}
	}
	if ahead != 2 || lapsed != 1 || holds != 2 || kinds[publish.Blog] != 1 || kinds[publish.Thread] != 1 || kinds[publish.Gallery] != 1 {
		t.Errorf("%d events ahead, %d pieces of advice ran out and %d hold, kinds %v", ahead, lapsed, holds, kinds)
	}
	lists, err := h.Letters.Lists(ctx)
	if err != nil || len(lists) != 1 || lists[0].Subscribers != 26 {
		t.Fatalf("newsletters %+v, %v", lists, err)
	}
	letters, err := h.Letters.Letters(ctx, lists[0].ID, 10)
	if err != nil || len(letters) != 2 || letters[0].State != newsletter.Draft || letters[1].State != newsletter.Done || letters[1].Sent != 26 {
		t.Errorf("letters %+v, %v", letters, err)
	}
}

// TestReadersAreMadeUp holds that no letter could reach anybody.
func TestReadersAreMadeUp(t *testing.T) {
	for i, line := range strings.Split(strings.TrimSpace(subscribers()), "\n") {
		email, _, _ := strings.Cut(line, ",")
		if _, domain, ok := strings.Cut(email, "@"); i > 0 && (!ok || !strings.HasSuffix(domain, ".example")) {
			t.Errorf("row %d: %s", i+1, email)
		}
	}
}

// examineRing looks whether the planted group was found, all of it and nobody
// else, and what became of it.
func examineRing(ctx context.Context, t *testing.T, h *app.House) {
	t.Helper()
	groups, err := h.Groups.Groups(ctx, group.Open, 10)
	if err != nil || len(groups) != 1 {
		t.Fatalf("%d groups, %v, want the planted one", len(groups), err)
	}
	if g := groups[0]; g.Accounts != int64(len(ringLangs)) || g.Spread.Languages != 3 || g.P > 1e-6 {
		t.Errorf("group of %d accounts in %d languages, p %g, want %d in 3", g.Accounts, g.Spread.Languages, g.P, len(ringLangs))
	}
	posts, err := h.Groups.Posts(ctx, groups[0].ID)
	if err != nil || len(posts) < 100 {
		t.Errorf("%d posts show it, %v", len(posts), err)
	}
	for _, p := range posts {
		if !strings.Contains(p.Text, "https://rumour.example/") {
			t.Errorf("not of the planted group: %s", p.Text)
		}
	}
	list, err := h.Campaigns.Files(ctx)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d campaign files, %v", len(list), err)
	}
	f := list[0]
	snaps, err := h.Campaigns.Snapshots(ctx, f.ID)
	if err != nil || len(snaps) != 1 || snaps[0].Check != campaign.Unchanged || snaps[0].Posts < 100 {
		t.Errorf("evidence %+v, %v", snaps, err)
	}
	if f.Group != groups[0].ID || len(f.Behaviour) == 0 || f.DecisionID == "" || f.AnswerID == "" || f.WarningID == "" || f.Reach.Posts < 100 {
		t.Errorf("campaign file %+v", f)
	}
}

// TestRealHouse keeps the demonstration out of a ministry set up with init.
func TestRealHouse(t *testing.T) {
	c := config(t)
	ctx, h := opened(t, c)
	if err := h.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	names := map[string]string{"ar": "وزارة", "ckb": "وەزارەت", "kmr": "Wezaret", "en": "Ministry"}
	if _, err := h.Initialise(ctx, app.Beginning{Country: "IQ", Names: names, Zone: "Asia/Baghdad", Admin: "first@mofa.example"}); err != nil {
		t.Fatal(err)
	}
	if err := Reset(context.Background(), c, quiet, 1); !errors.Is(err, ErrRealHouse) {
		t.Errorf("reset: %v, want %v", err, ErrRealHouse)
	}
	if err := os.WriteFile(filepath.Join(c.Data, unfinished), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := ensure(context.Background(), c, quiet, 1, present); err != nil {
		t.Errorf("ensure: %v", err)
	}
	if people := allPeople(ctx, t, h); len(people) != 1 {
		t.Errorf("%d people, want the first administrator alone", len(people))
	}
	if demo, err := h.Auth.Demonstration(ctx); err != nil || demo {
		t.Errorf("demonstration %v, %v", demo, err)
	}
}
