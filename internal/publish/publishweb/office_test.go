package publishweb

import (
	"context"
	"io/fs"
	"log/slog"
	"net/url"
	"path/filepath"
	"testing"

	"sifara/internal/audit"
	"sifara/internal/blob"
	"sifara/internal/channels"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/event"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/jobs"
	"sifara/internal/module"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/agenda"
	"sifara/internal/publish/calendar"
	"sifara/internal/publish/campaign"
	"sifara/internal/publish/clash"
	"sifara/internal/publish/discuss"
	"sifara/internal/publish/occasion"
	"sifara/internal/publish/response"
	"sifara/internal/publish/share"
	"sifara/internal/publish/slot"
	"sifara/internal/publish/term"
	"sifara/internal/publish/timing"
	"sifara/internal/publish/tone"
	"sifara/internal/vault"
	"sifara/internal/web"
	"sifara/internal/web/webtest"
)

// office is the console of the ministry of newPublic.
type office struct {
	*public
	site      *webtest.Site
	module    module.Module
	campaigns *campaign.Service
	discuss   *discuss.Service
	shares    *share.Service
	slots     *slot.Service
	// knowing gives the same office in a house that knows its people.
	knowing func(t testing.TB) *office
	writer, reviewer, clearer,
	releaser, head, reader, abroad *perm.Actor
}

func newOffice(t testing.TB, d *db.DB) *office {
	t.Helper()
	o := &office{public: newPublic(t, d)}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	blobs, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	q := jobs.New(d, log)
	bus := event.NewBus(q)
	live, record := event.NewLive(d, log), audit.New(d, o.clock)
	terms := term.New(term.Deps{DB: d, Clock: o.clock, Audit: record, Live: live})
	checks := tone.New(tone.Deps{Terms: terms, DB: d, Clock: o.clock, Audit: record, Live: live, Released: o.log})
	deps := publish.Deps{DB: d, Tone: checks, Log: log, Clock: o.clock, Audit: record, Bus: bus, Live: live, Queue: q, Blobs: blobs, Proof: o.log, MaxMedia: 20 << 20}
	o.svc = publish.New(deps)
	o.svc.Jobs(q)
	o.campaigns = campaign.New(campaign.Deps{DB: d, Clock: o.clock, Audit: audit.New(d, o.clock), Live: event.NewLive(d, log), Org: o.org, Publish: o.svc})
	o.discuss = discuss.New(discuss.Deps{DB: d, Clock: o.clock, Audit: record, Bus: bus, Live: live, Org: o.org, Publish: o.svc})
	keys, err := vault.Create(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	o.shares = share.New(share.Deps{DB: d, Clock: o.clock, Audit: record, Live: live, Vault: keys, Publish: o.svc})
	occasions, times := occasion.New(occasion.Deps{DB: d, Clock: o.clock, Audit: record}), timing.New(timing.Deps{DB: d, Clock: o.clock, Audit: record, Org: o.org})
	o.slots = slot.New(slot.Deps{DB: d, Clock: o.clock, Audit: record, Org: o.org, Publish: o.svc, Timing: times})
	options := Options{Agenda: agenda.New(agenda.Deps{Publish: o.svc, Campaigns: o.campaigns, Occasions: occasions, Timing: times, Org: o.org}), Clashes: clash.New(clash.Deps{Publish: o.svc, Campaigns: o.campaigns, Occasions: occasions, Timing: times, Org: o.org}),
		Slots: o.slots, Responses: response.New(response.Deps{Publish: o.svc, Campaigns: o.campaigns, Timing: times, Org: o.org, Clock: o.clock}), Service: o.svc, Writing: Writing{Accounts: speaks{channels.X, channels.Bluesky}, Discuss: o.discuss, Shares: o.shares}, Tone: checks, Terms: terms, Campaigns: o.campaigns, Occasions: occasions, Timing: times, Feeds: calendar.New(calendar.Deps{DB: d, Clock: o.clock, Audit: record, Org: o.org}), BaseURL: "https://example.test", Org: o.org, Clock: o.clock}
	o.module = Module(options)
	o.knowing = func(t testing.TB) *office {
		t.Helper()
		deps.Org, deps.Queue = o.org, jobs.New(d, log)
		deps.Bus = event.NewBus(deps.Queue)
		options.Service = publish.New(deps)
		options.Service.Jobs(deps.Queue)
		o.site = webtest.New(t, locales(), Module(options).Routes...)
		return o
	}
	o.site = webtest.New(t, locales(), o.module.Routes...)
	o.module.API(web.NewAPI(o.site.Server, "test"))
	here := perm.InMission(o.paris.ID)
	official := func(name string, p ...perm.Permission) *perm.Actor {
		return webtest.Official(name, here, append(p, publish.MayView)...)
	}
	o.writer = official("writer", publish.MayDraft)
	o.reviewer = official("reviewer", publish.MayReview)
	o.clearer = official("clearer", publish.MayClear)
	o.releaser = official("releaser", publish.MayRelease, publish.MayWithdraw, share.Manage)
	o.head = official("head", publish.MayEmergency, publish.MayRoutes, campaign.Manage, publish.MayCool, publish.MayTone)
	o.reader = official("reader")
	o.abroad = webtest.Official("abroad", perm.InMission("elsewhere"), publish.MayView, publish.MayDraft, publish.MayRelease, publish.MayWithdraw, publish.MayEmergency, publish.MayRoutes, campaign.Manage, publish.MayCool, publish.MayTone, term.Edit, share.Manage)
	return o
}

// speaks is a register in which every mission speaks on the same platforms.
type speaks []channels.Platform

func (s speaks) Public(_ context.Context, f channels.Filter) (out []channels.PublicAccount, _ error) {
	for _, p := range s {
		out = append(out, channels.PublicAccount{Platform: p})
	}
	return out, nil
}

func locales() []fs.FS {
	return []fs.FS{publish.Locales(), org.Locales(), channels.Locales(), blob.Locales()}
}

func eachOffice(t *testing.T, run func(t *testing.T, o *office)) {
	dbtest.Each(t, []db.Migrations{audit.Migrations(), org.Migrations(), publish.Migrations()}, func(t *testing.T, d *db.DB) { run(t, newOffice(t, d)) })
}

// quick gives an office on SQLite, for tests that only look at pages.
func quick(t *testing.T) *office {
	t.Helper()
	return newOffice(t, dbtest.SQLite(t, audit.Migrations(), org.Migrations(), publish.Migrations()))
}

// draft begins a message through the pages, with a text in Arabic.
func (o *office) draft(t *testing.T) publish.Message {
	t.Helper()
	messageID := id.New()
	w := o.site.As(o.writer, i18n.English)
	form := url.Values{"id": {messageID}, "mission": {o.paris.ID}, "kind": {"statement"}, "sensitivity": {"routine"}, "source_lang": {"ar"}}
	if a := w.Post(t, "/console/messages", form); a.Status != 303 || a.Header.Get("Location") != messagePath(messageID)+"/edit" {
		t.Fatalf("create: %d %s %s", a.Status, a.Header.Get("Location"), a.Text("main"))
	}
	form = url.Values{"lang": {"ar"}, "version": {"0"}, "title": {"بيان عن الزيارة"}, "body": {"زار الوزير **باريس**."}}
	if a := w.Post(t, messagePath(messageID)+"/edit", form); a.Status != 303 {
		t.Fatalf("write: %d %s", a.Status, a.Text("main"))
	}
	return o.read(t, messageID)
}

func (o *office) read(t *testing.T, messageID string) publish.Message {
	t.Helper()
	m, err := o.svc.Message(perm.With(t.Context(), o.reader), messageID)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// act posts a form and wants to be sent back to the message.
func (o *office) act(t *testing.T, a *perm.Actor, m publish.Message, what string, form url.Values) publish.Message {
	t.Helper()
	form.Set("hash", m.Hash)
	answer := o.site.As(a, i18n.Arabic).Post(t, messagePath(m.ID)+"/"+what, form)
	if answer.Status != 303 {
		t.Fatalf("%s: %d %s", what, answer.Status, answer.Text("main"))
	}
	return o.read(t, m.ID)
}

func (o *office) approved(t *testing.T) publish.Message {
	t.Helper()
	m := o.act(t, o.writer, o.draft(t), "submit", url.Values{})
	m = o.act(t, o.reviewer, m, "approve", url.Values{"act": {"approve"}, "step": {"0"}, "langs": {"ar"}})
	return o.act(t, o.clearer, m, "approve", url.Values{"act": {"approve"}, "step": {"1"}})
}
