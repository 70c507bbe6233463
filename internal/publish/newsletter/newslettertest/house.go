// Package newslettertest builds a ministry with a newsletter for tests and
// benchmarks, and a mail server that can fail in every way.
package newslettertest

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"testing"
	"time"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/event"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/jobs"
	"sifara/internal/mail"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/newsletter"
	"sifara/internal/vault"
	"sifara/internal/web"
)

// Base is the address of the house, From the sender of its letters.
const Base = "https://example.test"

// From is the sender of the house's letters.
var From = mail.Address{Name: "Ministry", Email: "letters@mofa.example"}

// Migrations are those a House needs.
func Migrations() []db.Migrations {
	return []db.Migrations{audit.Migrations(), org.Migrations(), publish.Migrations(), newsletter.Migrations()}
}

// House is a ministry with a newsletter.
type House struct {
	*newsletter.Service
	DB      *db.DB
	Clock   clock.Clock
	Queue   *jobs.Queue
	Publish *publish.Service
	Org     *org.Service
	Audit   *audit.Log
	First   org.Person // an official of the ministry
	Letters *Box       // single letters
	Gate    *Gate
}

// Gate is a pause that a test closes and opens.
type Gate struct {
	Closed func(m publish.Message) bool // nil is open
}

// Pass implements newsletter.Gate.
func (g *Gate) Pass(ctx context.Context, m publish.Message, send func(context.Context) error) error {
	if g.Closed != nil && g.Closed(m) {
		return publish.ErrPaused
	}
	return send(ctx)
}

// Box keeps single letters.
type Box struct{ Sent []mail.Message }

// Send implements mail.Sender.
func (b *Box) Send(_ context.Context, m mail.Message) error {
	b.Sent = append(b.Sent, m)
	return nil
}

// Open wires a house on a migrated database; the ministry in it is not set up.
func Open(d *db.DB, keys *vault.Vault, now clock.Clock, log *slog.Logger, carrier mail.Carrier) (*House, error) {
	words, err := i18n.Load(newsletter.Locales(), publish.Locales(), org.Locales(), web.Locales())
	if err != nil {
		return nil, err
	}
	q, record := jobs.New(d, log), audit.New(d, now)
	bus, live := event.NewBus(q), event.NewLive(d, log)
	h := &House{DB: d, Clock: now, Queue: q, Audit: record, Letters: &Box{}, Gate: &Gate{}}
	h.Publish = publish.New(publish.Deps{DB: d, Log: log, Clock: now, Audit: record, Bus: bus, Live: live, Queue: q})
	h.Org = org.New(org.Deps{DB: d, Log: log, Clock: now, Audit: record, Live: live})
	h.Service = newsletter.New(newsletter.Deps{
		DB: d, Log: log, Clock: now, Audit: record, Bus: bus, Live: live, Queue: q, Vault: keys, Org: h.Org, Publish: h.Publish, Words: words,
		Gate: h.Gate, Mail: h.Letters, Carrier: carrier, From: From, BaseURL: Base,
	})
	h.Publish.Jobs(q)
	h.Service.Jobs(q)
	return h, nil
}

// Build opens a house and sets up its ministry.
func Build(t testing.TB, d *db.DB, keys *vault.Vault, now clock.Clock, carrier mail.Carrier) *House {
	t.Helper()
	h, err := Open(d, keys, now, slog.New(slog.NewTextHandler(t.Output(), nil)), carrier)
	if err != nil {
		t.Fatal(err)
	}
	ctx := System(t)
	if err := h.Org.SyncRoles(ctx, append(org.Permissions(), publish.Permissions()...)); err != nil {
		t.Fatal(err)
	}
	h.First, err = h.Org.Setup(ctx, org.MinistrySpec{
		Ministry: org.Ministry{Names: Names("وزارة الخارجية", "وەزارەتی دەرەوە", "Wezareta Derve", "Ministry of Foreign Affairs"), City: Names("بغداد", "بەغدا", "Bexda", "Baghdad"),
			Country: "IQ", TimeZone: "Asia/Baghdad", Weekend: []time.Weekday{5, 6}, Languages: i18n.Langs, Email: "press@mofa.example"},
		First: org.Person{Name: "First", Post: Names("رئيس", "سەرۆک", "Serok", "Head"), Email: "first@mofa.example", Language: i18n.Arabic},
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// Names are names in four languages.
func Names(ar, ckb, kmr, en string) org.Names {
	return org.Names{i18n.Arabic: ar, i18n.Sorani: ckb, i18n.Kurmanji: kmr, i18n.English: en}
}

// System is the context of the house itself.
func System(t testing.TB) context.Context {
	return perm.With(t.Context(), perm.SystemActor("test"))
}

// Official is an official with every permission of letters in a scope.
func Official(name string, scope perm.Scope, more ...perm.Permission) *perm.Actor {
	p := append([]perm.Permission{publish.MayView, newsletter.MayWrite, newsletter.MaySend, newsletter.MayKeep, newsletter.MayConfigure}, more...)
	return &perm.Actor{Kind: perm.Person, ID: name, Name: name, Grants: []perm.Grant{{Role: "test", Scope: scope, Permissions: p}}}
}

// As is the context of an official of the whole ministry.
func As(t testing.TB, name string) context.Context {
	return perm.With(t.Context(), Official(name, perm.Everywhere(), publish.MayDraft, publish.MayReview, publish.MayClear, publish.MayRelease, publish.MayWithdraw))
}

// Say makes a message public in the languages given, by its route.
func (h *House) Say(t testing.TB, missionID string, words map[i18n.Lang]publish.Words) publish.Message {
	t.Helper()
	must := func(m publish.Message, err error) publish.Message {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	source := i18n.Lang("")
	for _, l := range i18n.Langs {
		if source == "" && words[l].Title != "" {
			source = l
		}
	}
	m := must(h.Publish.Create(As(t, "writer"), publish.Beginning{ID: id.New(), MissionID: missionID, Kind: publish.Statement, Sensitivity: publish.Routine, SourceLang: source, Words: words[source]}))
	src, _ := m.Source()
	for _, l := range i18n.Langs {
		if l != source && words[l].Title != "" {
			m = must(h.Publish.Write(As(t, "writer"), m.ID, l, publish.Edit{Words: words[l], SourceHash: src.Hash}))
		}
	}
	m = must(h.Publish.Submit(As(t, "writer"), m.ID, m.Hash))
	m = must(h.Publish.Approve(As(t, "reviewer"), m.ID, publish.Judgement{Step: m.Step, Hash: m.Hash, Langs: m.Langs()}))
	m = must(h.Publish.Approve(As(t, "clearer"), m.ID, publish.Judgement{Step: m.Step, Hash: m.Hash}))
	return must(h.Publish.Release(As(t, "releaser"), m.ID, m.Hash))
}

// Words are those of a statement in all four languages.
func Words() map[i18n.Lang]publish.Words {
	return map[i18n.Lang]publish.Words{
		i18n.Arabic:   {Title: "بيان عن زيارة العمل", Summary: "زيارة عمل ليومين.", Body: strings.Repeat("استقبل وزير الخارجية اليوم في بغداد نظيره، وبحث الجانبان العلاقات الثنائية وسبل [تطويرها](https://mofa.example/plan) في المجالات كافة.\n\n", 4)},
		i18n.Sorani:   {Title: "بەیاننامە لەبارەی سەردانی کار", Body: "وەزیری دەرەوە ئەمڕۆ لە بەغدا پێشوازی لە هاوتاکەی کرد."},
		i18n.Kurmanji: {Title: "Daxuyanî li ser serdana karî", Body: "Wezîrê derve îro li Bexdayê pêşwazî li hevpîşeyê xwe kir."},
		i18n.English:  {Title: "Statement on the working visit", Summary: "A visit of two days.", Body: strings.Repeat("The foreign minister received his counterpart in Baghdad today; both sides spoke of [their plan](https://mofa.example/plan).\n\n", 4)},
	}
}

// Newsletter makes an open list of the ministry, or of a mission.
func (h *House) Newsletter(t testing.TB, slug, missionID string) newsletter.List {
	t.Helper()
	names := publish.Texts(Names("رسالة الوزارة", "نامەی وەزارەت", "Nameya wezaretê", "Letter of the ministry"))
	l, err := h.SaveList(As(t, "keeper"), newsletter.List{ID: id.New(), Slug: slug, MissionID: missionID, Names: names, Abouts: names, Open: true,
		Topics: newsletter.Topics{{Key: "consular", Names: names}, {Key: "culture", Names: names}}})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Enlist imports addresses.
func (h *House) Enlist(t testing.TB, l newsletter.List, lang i18n.Lang, addresses ...string) {
	t.Helper()
	done, err := h.Import(As(t, "keeper"), l.ID, strings.NewReader("email\n"+strings.Join(addresses, "\n")), newsletter.Consent{Source: "forms of the test", At: h.Clock.Now()}, lang)
	if err != nil || done.Added != len(addresses) {
		t.Fatalf("import: %+v, %v", done, err)
	}
}

// Addresses makes n addresses at example domains.
func Addresses(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("reader-%d@mail%d.example", i, i%7)
	}
	return out
}

// WriteLetter writes a letter with a message, as a draft.
func (h *House) WriteLetter(t testing.TB, l newsletter.List, m publish.Message, change func(*newsletter.Plan)) newsletter.Letter {
	t.Helper()
	p := newsletter.Plan{ID: id.New(), ListID: l.ID, MessageID: m.ID}
	if change != nil {
		change(&p)
	}
	letter, err := h.Write(As(t, "letter-writer"), p)
	if err != nil {
		t.Fatal(err)
	}
	return letter
}

// Locales are the words of the house's pages.
func Locales() []fs.FS { return []fs.FS{newsletter.Locales(), publish.Locales(), org.Locales()} }
