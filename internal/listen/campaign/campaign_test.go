package campaign_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

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
	"sifara/internal/perm"
	"sifara/internal/vault"
)

var now = time.Date(2016, 6, 1, 12, 0, 0, 0, time.UTC)

type house struct {
	*campaign.Service
	listen *listen.Service
	db     *db.DB
	clock  *clock.Manual
	queue  *jobs.Queue
	told   []campaign.HandedOver
}

func migrations() []db.Migrations {
	return []db.Migrations{audit.Migrations(), listen.Migrations(), listen.StoreMigrations()}
}

func newHouse(t *testing.T, d *db.DB) *house {
	t.Helper()
	v, err := vault.Create(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	h := &house{db: d, clock: clock.At(now), queue: jobs.New(d, log)}
	a, bus, live := audit.New(d, h.clock), event.NewBus(h.queue), event.NewLive(d, log)
	event.On(bus, "test", func(_ context.Context, e campaign.HandedOver) error {
		h.told = append(h.told, e)
		return nil
	})
	h.listen = listen.New(listen.Deps{DB: d, Store: d, Log: log, Clock: h.clock, Audit: a, Bus: bus, Live: live, Queue: h.queue, Vault: v, Files: listen.FolderFiles{Dir: t.TempDir()}})
	h.Service = campaign.New(campaign.Deps{DB: d, Clock: h.clock, Audit: a, Bus: bus, Live: live, Listen: h.listen, Decisions: links{}, Answers: links{}})
	h.listen.Jobs(h.queue)
	h.Jobs(h.queue)
	return h
}

// links knows one decision file and two messages.
type links struct{}

func (links) CampaignDecision(_ context.Context, id string) (campaign.Decision, error) {
	if id != "decision" {
		return campaign.Decision{}, errs.New(errs.NotFound, "")
	}
	return campaign.Decision{Title: "Answer?", State: "open"}, nil
}

func (links) CampaignAnswer(_ context.Context, id string) (campaign.Answer, error) {
	if id != "draft" && id != "released" {
		return campaign.Answer{}, errs.New(errs.NotFound, "")
	}
	return campaign.Answer{State: id, Views: 3}, nil
}

func as(name string, scope perm.Scope) context.Context {
	return perm.With(context.Background(), &perm.Actor{Kind: perm.Person, ID: name, Name: name, Grants: []perm.Grant{{Permissions: []perm.Permission{campaign.Manage, listen.View, listen.ImportFiles}, Scope: scope}}})
}

// hear imports posts of n authors, one an hour.
func (h *house) hear(t *testing.T, n int) []int64 {
	t.Helper()
	var b strings.Builder
	b.WriteString("time,author,text,lang\n")
	for i := range n {
		fmt.Fprintf(&b, "%s,Private%dPerson,the fee rumour \u200f رسم %d @Private%dPerson,en\n", now.Add(time.Duration(i-n-1)*time.Hour).Format(time.RFC3339), i, i, i)
	}
	path := filepath.Join(t.TempDir(), "posts.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx := perm.With(context.Background(), perm.SystemActor("test"))
	if _, err := h.listen.Import(ctx, listen.ImportOptions{Path: path, Source: "Archive"}); err != nil {
		t.Fatal(err)
	}
	found, err := h.listen.Search(ctx, listen.SearchQuery{Text: "rumour", Limit: 200})
	if err != nil || len(found.Posts) != n {
		t.Fatalf("%d posts, %v", len(found.Posts), err)
	}
	var ids []int64
	for _, p := range found.Posts {
		ids = append(ids, p.ID)
	}
	return ids
}

func file(mission string) campaign.File {
	return campaign.File{
		ID: id.New(), Titles: map[i18n.Lang]string{i18n.English: "Fee rumour", i18n.Arabic: "إشاعة الرسم"}, Narrative: "A new fee is asked for attestations.",
		Wordings: []string{"the fee rumour", "رسم جديد"}, Search: "rumour", Countries: []string{"se"}, Confidence: 70, Basis: "Two sources agree.",
		Behaviour: []campaign.Technique{{ID: "t0049"}}, TLP: "amber", MissionID: mission,
	}
}

func TestLifeOfAFile(t *testing.T) {
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		posts := h.hear(t, 12)
		mine, theirs := as("analyst", perm.InMission("m1")), as("head", perm.InMission("m2"))
		f := file("m1")
		for range 2 {
			if err := h.Open(mine, f, 24); err != nil {
				t.Fatal(err)
			}
		}
		got, err := h.File(mine, f.ID)
		if err != nil || got.Reach.Posts != 12 || got.Reach.Authors != 12 || got.Reach.Sources != 1 || len(got.Reach.Days) == 0 || got.Behaviour[0].ID != "T0049" || got.Countries[0] != "SE" {
			t.Fatalf("file %+v, %v", got, err)
		}
		if got.KeepUntil.Std() != now.AddDate(0, 24, 0) {
			t.Errorf("kept until %v", got.KeepUntil.Std())
		}
		if _, err := h.File(theirs, f.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another mission reads the file: %v", err)
		}
		if list, err := h.Files(theirs); err != nil || len(list) != 0 {
			t.Errorf("another mission lists %d files, %v", len(list), err)
		}
		for name, act := range map[string]func() error{
			"take":  func() error { return h.Take(theirs, f.ID, id.New(), "", posts[:1]) },
			"save":  func() error { return h.Save(theirs, got) },
			"hand":  func() error { return h.HandOver(theirs, f.ID, "m2", "", "") },
			"link":  func() error { return h.Link(theirs, f.ID, "", "") },
			"close": func() error { return h.Close(theirs, f.ID, "x") },
			"stix":  func() error { _, err := h.STIX(theirs, f.ID, "Ministry"); return err },
		} {
			if err := act(); errs.KindOf(err) != errs.NotFound {
				t.Errorf("another mission may %s: %v", name, err)
			}
		}
		if err := h.Open(theirs, file("m1"), 24); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("opened at another's desk: %v", err)
		}

		snap := id.New()
		for range 2 {
			if err := h.Take(mine, f.ID, snap, "first", append(posts[:3:3], posts[0])); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.HandOver(mine, f.ID, "m2", "", "Mission two"); err != nil {
			t.Fatal(err)
		}
		if err := h.queue.Drain(context.Background(), time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if len(h.told) != 1 || h.told[0].CampaignID != f.ID || h.told[0].MissionID != "m2" {
			t.Errorf("told %+v", h.told)
		}
		if n, err := h.CountHanded(theirs); n != 1 || err != nil {
			t.Errorf("handed to the desk: %d, %v", n, err)
		}
		if n, err := h.CountHanded(mine); n != 0 || err != nil {
			t.Errorf("handed to the opener: %d, %v", n, err)
		}
		for _, tt := range []struct {
			decision, answer string
			want             errs.Kind
		}{{"none", "", errs.Invalid}, {"", "none", errs.Invalid}, {"decision", "draft", errs.Internal}} {
			if err := h.Link(theirs, f.ID, tt.decision, tt.answer); errs.KindOf(err) != tt.want {
				t.Errorf("link %q %q: %v", tt.decision, tt.answer, err)
			}
		}
		if err := h.MarkAnswered(theirs, f.ID); errs.KindOf(err) != errs.Conflict {
			t.Errorf("answered by a draft: %v", err)
		}
		if err := h.Link(theirs, f.ID, "decision", "released"); err != nil {
			t.Fatal(err)
		}
		if err := h.MarkAnswered(theirs, f.ID); err != nil {
			t.Fatal(err)
		}
		if err := h.Save(mine, got); errs.KindOf(err) != errs.Conflict {
			t.Errorf("saved over a newer version: %v", err)
		}
		if err := h.Close(theirs, f.ID, " "); errs.KindOf(err) != errs.Invalid {
			t.Errorf("closed without a reason: %v", err)
		}
		if err := h.Close(theirs, f.ID, "It faded."); err != nil {
			t.Fatal(err)
		}
		if err := h.Take(mine, f.ID, id.New(), "", posts[:1]); errs.KindOf(err) != errs.Conflict {
			t.Errorf("evidence of a closed file: %v", err)
		}
		acts, _, err := audit.New(d, h.clock).List(perm.With(context.Background(), perm.SystemActor("test")), audit.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		var n int
		for _, e := range acts {
			if strings.HasPrefix(e.Act, "listen.campaign.") {
				n++
			}
		}
		if n != 7 {
			t.Errorf("%d acts recorded, want 7", n)
		}
	})
}

func TestFewAuthorsAreNotTold(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t, migrations()...))
	h.hear(t, campaign.K-1)
	ctx, f := as("analyst", perm.Everywhere()), file("")
	if err := h.Open(ctx, f, 1); err != nil {
		t.Fatal(err)
	}
	if got, err := h.File(ctx, f.ID); err != nil || got.Reach.Authors != 0 || got.Reach.Posts != campaign.K-1 {
		t.Errorf("reach %+v, %v", got.Reach, err)
	}
}

// TestNarrowReachIsNotTold asks for the posts of one country: below ten no number
// is told, and above none of a day that few are of.
func TestNarrowReachIsNotTold(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t, migrations()...))
	for _, day := range []struct{ back, posts int }{{9, 3}, {3, 3}, {2, 25}, {1, 12}} {
		var posts []listen.Incoming
		for i := range day.posts {
			posts = append(posts, listen.Incoming{At: now.AddDate(0, 0, -day.back), ID: fmt.Sprint(day.back, " ", i), Author: fmt.Sprint("p", i), Country: "SE", Lang: "en", Text: fmt.Sprintf("the fee rumour %d", i)})
		}
		if _, err := h.listen.Receive(perm.With(context.Background(), perm.SystemActor("test")), "Talk", posts); err != nil {
			t.Fatal(err)
		}
	}
	ctx := as("analyst", perm.Everywhere())
	reach := func(from, until int) campaign.Reach {
		t.Helper()
		f := file("")
		f.SearchCountry, f.From, f.Until = "SE", db.At(now.AddDate(0, 0, from)), db.At(now.AddDate(0, 0, until))
		if err := h.Open(ctx, f, 1); err != nil {
			t.Fatal(err)
		}
		got, err := h.File(ctx, f.ID)
		if err != nil {
			t.Fatal(err)
		}
		return got.Reach
	}
	if r := reach(-10, -8); !r.Few || r.Posts != 0 || r.Sources != 0 || len(r.Days) != 0 {
		t.Errorf("of few: %+v", r)
	}
	r := reach(-5, 0)
	if r.Few || r.Posts != 40 || len(r.Days) != 1 || r.Days[0].Posts != 25 {
		t.Errorf("by day: %+v", r)
	}
}

func TestEvidenceIsKeptUnaltered(t *testing.T) {
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		posts := h.hear(t, 4)
		ctx, f := as("analyst", perm.Everywhere()), file("")
		if err := h.Open(ctx, f, 3); err != nil {
			t.Fatal(err)
		}
		if err := h.Take(ctx, f.ID, id.New(), "note", posts); err != nil {
			t.Fatal(err)
		}
		stored, err := h.listen.Posts(ctx, posts)
		if err != nil {
			t.Fatal(err)
		}
		exec := func(q string, args ...any) {
			t.Helper()
			if _, err := d.Writer().ExecContext(ctx, q, args...); err != nil {
				t.Fatal(err)
			}
		}
		read := func() campaign.Snapshot {
			t.Helper()
			list, err := h.Snapshots(ctx, f.ID)
			if err != nil || len(list) != 1 {
				t.Fatalf("%d snapshots, %v", len(list), err)
			}
			return list[0]
		}
		exec(`DELETE FROM listen_post`)
		s := read()
		if s.Check != campaign.Unchanged || len(s.Records) != 4 {
			t.Fatalf("after retention: %s with %d posts", s.Check, len(s.Records))
		}
		for _, p := range stored {
			found := false
			for _, r := range s.Records {
				found = found || r.Post == fmt.Sprint(p.ID) && r.Text == p.Text && r.At.Equal(p.At) && r.Lang == p.Lang && r.Author != "" && r.Author != p.Pseudonym() && r.Source == "Archive"
			}
			if !found {
				t.Errorf("post %d is not kept as it was", p.ID)
			}
		}
		if err := h.Take(ctx, f.ID, id.New(), "", posts); errs.KindOf(err) != errs.Conflict {
			t.Errorf("took posts that are gone: %v", err)
		}
		for name, tt := range map[string]struct{ alter, mend string }{
			"a text":        {`UPDATE listen_campaign_evidence SET record = replace(record, 'rumour', 'truth') WHERE ordinal = 2`, `UPDATE listen_campaign_evidence SET record = replace(record, 'truth', 'rumour') WHERE ordinal = 2`},
			"a space":       {`UPDATE listen_campaign_evidence SET record = record || ' ' WHERE ordinal = 1`, `UPDATE listen_campaign_evidence SET record = trim(record) WHERE ordinal = 1`},
			"the note":      {`UPDATE listen_campaign_snapshot SET note = 'other'`, `UPDATE listen_campaign_snapshot SET note = 'note'`},
			"the moment":    {`UPDATE listen_campaign_snapshot SET taken_at = taken_at + 1`, `UPDATE listen_campaign_snapshot SET taken_at = taken_at - 1`},
			"the number":    {`UPDATE listen_campaign_snapshot SET posts = 3`, `UPDATE listen_campaign_snapshot SET posts = 4`},
			"the order":     {`UPDATE listen_campaign_evidence SET ordinal = 9 WHERE ordinal = 4`, `UPDATE listen_campaign_evidence SET ordinal = 4 WHERE ordinal = 9`},
			"what bears it": {`UPDATE listen_campaign_evidence SET hash = 'x' || hash WHERE ordinal = 3`, `UPDATE listen_campaign_evidence SET hash = substr(hash, 2) WHERE ordinal = 3`},
		} {
			exec(tt.alter)
			if got := read().Check; got != campaign.Changed {
				t.Errorf("%s was altered: %s", name, got)
			}
			exec(tt.mend)
			if got := read().Check; got != campaign.Unchanged {
				t.Fatalf("%s was mended: %s", name, got)
			}
		}
		exec(`UPDATE listen_campaign_evidence SET record = replace(record, 'rumour', 'truth') WHERE ordinal = 2`)
		if got := read().Altered; len(got) != 1 || got[0] != 2 {
			t.Errorf("altered rows %v, want 2", got)
		}
	})
}

func TestEvidenceEndsWithItsTime(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t, migrations()...))
	posts := h.hear(t, 4)
	ctx, f := as("analyst", perm.Everywhere()), file("")
	if err := h.Open(ctx, f, 3); err != nil {
		t.Fatal(err)
	}
	if err := h.Take(ctx, f.ID, id.New(), "", posts); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		after time.Duration
		want  string
	}{{89 * 24 * time.Hour, campaign.Unchanged}, {93 * 24 * time.Hour, campaign.Expired}} {
		h.clock.Set(now.Add(tt.after))
		if err := h.Expire(ctx); err != nil {
			t.Fatal(err)
		}
		if list, err := h.Snapshots(ctx, f.ID); err != nil || list[0].Check != tt.want {
			t.Errorf("after %v: %+v, %v", tt.after, list, err)
		}
	}
}

func TestScale(t *testing.T) {
	for percent, want := range map[int64]campaign.Words{
		-1: "almost_no_chance", 1: "almost_no_chance", 5: "very_unlikely", 19: "very_unlikely", 20: "unlikely", 45: "even", 54: "even", 55: "likely", 79: "likely", 80: "very_likely", 95: "almost_certain", 99: "almost_certain", 100: "almost_certain",
	} {
		if got := campaign.InWords(percent).Words; got != want {
			t.Errorf("%d %% is %s, want %s", percent, got, want)
		}
	}
}

func TestWrongFiles(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t, migrations()...))
	ctx := as("analyst", perm.Everywhere())
	for field, spoil := range map[string]func(*campaign.File){
		"title_ar":   func(f *campaign.File) { f.Titles = nil },
		"title_en":   func(f *campaign.File) { f.Titles[i18n.English] = strings.Repeat("x", 161) },
		"narrative":  func(f *campaign.File) { f.Narrative = " " },
		"confidence": func(f *campaign.File) { f.Confidence = 100 },
		"tlp":        func(f *campaign.File) { f.TLP = "purple" },
		"behaviour":  func(f *campaign.File) { f.Behaviour = []campaign.Technique{{ID: "T12"}} },
		"until":      func(f *campaign.File) { f.From, f.Until = 2, 1 },
		"wordings": func(f *campaign.File) {
			for i := range 200_000 { // must not be compared each with each
				f.Wordings = append(f.Wordings, fmt.Sprint("wording ", i))
			}
		},
	} {
		f := file("")
		spoil(&f)
		e, ok := errs.Find(h.Open(ctx, f, 1))
		if !ok || e.Kind != errs.Invalid || len(e.Fields) != 1 || e.Fields[0].Name != field {
			t.Errorf("%s: %+v", field, e)
		}
	}
	for _, months := range []int{0, campaign.KeepMost + 1} {
		if err := h.Open(ctx, file(""), months); errs.KindOf(err) != errs.Invalid {
			t.Errorf("kept for %d months: %v", months, err)
		}
	}
	f := file("")
	f.WarningID = id.New()
	if err := h.Open(ctx, f, 1); errs.KindOf(err) != errs.NotFound {
		t.Errorf("from a warning that is none: %v", err)
	}
}

const small = `{"type":"bundle","objects":[{"type":"attack-pattern","id":"attack-pattern--70717452-f7e3-4ce8-956f-39a4d34c5cfb","name":"Flood","created":"2024-11-22T16:43:58.079782Z","modified":"2024-11-22T16:43:58.079782Z","external_references":[{"external_id":"T0049"}]},{"type":"relationship","id":"x"}]}`

func TestFramework(t *testing.T) {
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ctx := as("analyst", perm.Everywhere())
		for range 2 {
			f, err := h.LoadFramework(ctx, strings.NewReader(small))
			if err != nil || f.Techniques != 1 || f.Version != "2024-11-22" || len(f.SourceHash) != 64 {
				t.Fatalf("%+v, %v", f, err)
			}
		}
		f := file("")
		if err := h.Open(ctx, f, 1); err != nil {
			t.Fatal(err)
		}
		if got, err := h.File(ctx, f.ID); err != nil || got.Behaviour[0].Name != "Flood" {
			t.Errorf("%+v, %v", got.Behaviour, err)
		}
		g := file("")
		g.Behaviour[0].ID = "T9999"
		if err := h.Open(ctx, g, 1); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a technique that the framework lacks: %v", err)
		}
		for _, bad := range []string{"", "{}", "[]", `{"type":"bundle","objects":[]}`, "\x1f\x8bnot gzip"} {
			if _, err := h.LoadFramework(ctx, strings.NewReader(bad)); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%q: %v", bad, err)
			}
		}
		if _, err := h.LoadFramework(as("analyst", perm.InMission(id.New())), strings.NewReader(small)); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("an analyst of one mission: %v", err)
		}
		if _, err := h.LoadFramework(perm.With(context.Background(), &perm.Actor{}), strings.NewReader(small)); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("loaded by anybody: %v", err)
		}
	})
}

func TestRealFramework(t *testing.T) {
	dir := os.Getenv("SIFARA_TEST_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	b, err := os.ReadFile(filepath.Join(dir, "disarm_stix.json.gz"))
	if err != nil {
		t.Skipf("no real data: %v", err)
	}
	list, err := campaign.ReadFramework(b)
	if err != nil || len(list) != 391 {
		t.Errorf("%d techniques, %v; want 391", len(list), err)
	}
}

func FuzzReadFramework(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("\x1f\x8b\x08\x00"))
	f.Add([]byte(`{"type":"bundle","objects":[{"type":"attack-pattern","external_references":[{}]}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		list, err := campaign.ReadFramework(b)
		if (err == nil) != (len(list) > 0) {
			t.Fatalf("%d techniques, %v", len(list), err)
		}
		for i, p := range list {
			if !campaign.TechniqueForm(p.ID) || p.Name == "" || i > 0 && list[i-1].ID >= p.ID || !stixID.MatchString(p.STIXID) || !stixTime.MatchString(p.Created) || !stixTime.MatchString(p.Modified) {
				t.Fatalf("technique %+v", p)
			}
		}
	})
}

var (
	stixID   = regexp.MustCompile(`^[a-z][a-z0-9-]*[a-z0-9]--[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	stixTime = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$`)
)

// required are the required properties of the objects of STIX 2.1, beside
// type, spec_version and id.
var required = map[string][]string{
	"identity": {"created", "modified", "name"}, "campaign": {"created", "modified", "name"}, "attack-pattern": {"created", "modified", "name"},
	"relationship": {"created", "modified", "relationship_type", "source_ref", "target_ref"}, "location": {"created", "modified"},
	"note": {"created", "modified", "content", "object_refs"}, "report": {"created", "modified", "name", "published", "object_refs"},
	"observed-data": {"created", "modified", "first_observed", "last_observed", "number_observed", "object_refs"},
	"sighting":      {"created", "modified", "sighting_of_ref"}, "marking-definition": {"created", "definition_type", "definition"}, "artifact": {"payload_bin"},
}

func TestSTIX(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t, migrations()...))
	posts := h.hear(t, 12)
	ctx, f := as("analyst", perm.Everywhere()), file("")
	f.Behaviour = append(f.Behaviour, campaign.Technique{ID: "T0086.002"})
	if err := h.Open(ctx, f, 3); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := h.Take(ctx, f.ID, id.New(), "", posts[:5]); err != nil {
			t.Fatal(err)
		}
	}
	check := func(t *testing.T) []byte {
		b, err := h.STIX(ctx, f.ID, "Ministry of Foreign Affairs")
		if err != nil {
			t.Fatal(err)
		}
		again, err := h.STIX(ctx, f.ID, "Ministry of Foreign Affairs")
		if err != nil || !bytes.Equal(b, again) {
			t.Errorf("exported twice, two bundles: %v", err)
		}
		checkSTIX(t, b)
		if regexp.MustCompile(`(?i)private\d+person|analyst`).Match(b) {
			t.Error("the bundle names a person")
		}
		return b
	}
	t.Run("without the framework", func(t *testing.T) { check(t) })
	if _, err := h.LoadFramework(ctx, strings.NewReader(small)); err != nil {
		t.Fatal(err)
	}
	t.Run("with the framework", func(t *testing.T) {
		if b := check(t); !bytes.Contains(b, []byte("attack-pattern--70717452-f7e3-4ce8-956f-39a4d34c5cfb")) {
			t.Error("the technique does not carry the id of its publisher")
		}
	})
}

// checkSTIX holds a bundle against the rules of the specification.
func checkSTIX(t *testing.T, b []byte) {
	t.Helper()
	var bundle struct {
		Type, ID string
		Objects  []map[string]any
	}
	if err := json.Unmarshal(b, &bundle); err != nil || bundle.Type != "bundle" || !stixID.MatchString(bundle.ID) {
		t.Fatalf("bundle %q, %v", bundle.ID, err)
	}
	ids, count := map[string]map[string]any{}, map[string]int{}
	for _, o := range bundle.Objects {
		id, _ := o["id"].(string)
		kind, _ := o["type"].(string)
		if ids[id] != nil || !stixID.MatchString(id) || !strings.HasPrefix(id, kind+"--") || o["spec_version"] != "2.1" {
			t.Errorf("object %s %q", kind, id)
		}
		ids[id] = o
		count[kind]++
		need, known := required[kind]
		if !known {
			t.Errorf("no rules for %s", kind)
		}
		for _, p := range need {
			if o[p] == nil || o[p] == "" {
				t.Errorf("%s lacks %s", id, p)
			}
		}
		for p, v := range o {
			if s, _ := v.(string); (p == "created" || p == "modified" || p == "published" || strings.HasPrefix(p, "first_") || strings.HasPrefix(p, "last_")) && !stixTime.MatchString(s) {
				t.Errorf("%s %s is %v", id, p, v)
			}
			if list, ok := v.([]any); ok && len(list) == 0 {
				t.Errorf("%s %s is an empty list", id, p)
			}
		}
		for _, pair := range [][2]string{{"created", "modified"}, {"first_seen", "last_seen"}, {"first_observed", "last_observed"}} {
			if o[pair[0]] != nil && o[pair[1]] != nil && fmt.Sprint(o[pair[0]]) > fmt.Sprint(o[pair[1]]) {
				t.Errorf("%s: %s after %s", id, pair[0], pair[1])
			}
		}
	}
	for id, o := range ids {
		for p, v := range o {
			switch x := v.(type) {
			case string:
				if strings.HasSuffix(p, "_ref") && ids[x] == nil {
					t.Errorf("%s %s leads nowhere: %s", id, p, x)
				}
			case []any:
				for _, r := range x {
					if strings.HasSuffix(p, "_refs") && ids[fmt.Sprint(r)] == nil {
						t.Errorf("%s %s leads nowhere: %v", id, p, r)
					}
				}
			}
		}
		if o["type"] == "artifact" {
			h, _ := json.Marshal(map[string]any{"hashes": o["hashes"], "payload_bin": o["payload_bin"]})
			want := "artifact--" + uuid.NewSHA1(uuid.MustParse("00abedb4-aa42-466c-9c01-fed23315a9b7"), h).String()
			if id != want {
				t.Errorf("artifact %s, want %s", id, want)
			}
		}
	}
	for kind, n := range map[string]int{"campaign": 1, "attack-pattern": 2, "location": 1, "relationship": 3, "observed-data": 5, "artifact": 5, "sighting": 1, "note": 1, "report": 1, "identity": 1, "marking-definition": 1} {
		if count[kind] != n {
			t.Errorf("%d objects of %s, want %d", count[kind], kind, n)
		}
	}
}
