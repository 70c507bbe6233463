package share

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image"
	"image/png"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sifara/internal/audit"
	"sifara/internal/blob"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/errs"
	"sifara/internal/event"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/jobs"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/vault"
)

// house is the service on a real database with a clock that the test moves.
type house struct {
	*Service
	t     *testing.T
	clock *clock.Manual
}

const paris = "00000000-0000-7000-8000-00000000aaaa"

var day = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

func official(name, mission string, p ...perm.Permission) *perm.Actor {
	return &perm.Actor{Kind: perm.Person, ID: name, Name: name, Grants: []perm.Grant{{Role: "test", Scope: perm.InMission(mission), Permissions: append(p, publish.MayView)}}}
}

var (
	writer   = official("writer", paris, publish.MayDraft)
	reviewer = official("reviewer", paris, publish.MayReview)
	clearer  = official("clearer", paris, publish.MayClear)
	releaser = official("releaser", paris, publish.MayRelease, publish.MayWithdraw, Manage)
	abroad   = official("abroad", "elsewhere", publish.MayDraft, publish.MayRelease, Manage)
)

func each(t *testing.T, run func(t *testing.T, h *house)) {
	dbtest.Each(t, []db.Migrations{audit.Migrations(), publish.Migrations()}, func(t *testing.T, d *db.DB) {
		log := slog.New(slog.NewTextHandler(t.Output(), nil))
		c := clock.At(day)
		q := jobs.New(d, log)
		keys, err := vault.Create(filepath.Join(t.TempDir(), "keys"))
		if err != nil {
			t.Fatal(err)
		}
		blobs, err := blob.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		record, live := audit.New(d, c), event.NewLive(d, log)
		svc := publish.New(publish.Deps{DB: d, Log: log, Clock: c, Audit: record, Bus: event.NewBus(q), Live: live, Queue: q, Blobs: blobs})
		svc.Jobs(q)
		h := &house{Service: New(Deps{DB: d, Clock: c, Audit: record, Live: live, Vault: keys, Publish: svc}), t: t, clock: c}
		h.Jobs(q)
		run(t, h)
	})
}

func (h *house) as(a *perm.Actor) context.Context { return perm.With(h.t.Context(), a) }

func (h *house) must(m publish.Message, err error) publish.Message {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
	return m
}

// submitted gives a message in two languages, with a picture and under an embargo,
// that is on its route.
func (h *house) submitted(embargo time.Time) publish.Message {
	h.t.Helper()
	ctx := h.as(writer)
	m := h.must(h.Publish.Create(ctx, publish.Beginning{ID: id.New(), MissionID: paris, Kind: publish.Statement, Sensitivity: publish.Routine, SourceLang: i18n.Arabic, Words: publish.Words{Title: "بيان عن الزيارة", Body: "زار الوزير باريس."}}))
	src, _ := m.Source()
	m = h.must(h.Publish.Write(ctx, m.ID, i18n.English, publish.Edit{Words: publish.Words{Title: "Statement on the visit", Body: "The minister visited **Paris**."}, SourceHash: src.Hash}))
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 40, 30))); err != nil {
		h.t.Fatal(err)
	}
	m = h.must(h.Publish.Attach(ctx, m.ID, publish.Upload{ID: id.New(), Name: "visit.png", Data: bytes.NewReader(b.Bytes()), FileText: publish.FileText{Alt: publish.Texts{i18n.Arabic: "الوزير", i18n.English: "The minister"}, Author: "A. Photographer", Source: "Ministry", Licence: publish.CCBY}}))
	to := m.Settings()
	to.EmbargoUntil = db.At(embargo)
	m = h.must(h.Publish.Arrange(ctx, m.ID, m.SettingsVersion, to))
	return h.must(h.Publish.Submit(ctx, m.ID, m.Hash))
}

func (h *house) approved(m publish.Message) publish.Message {
	h.t.Helper()
	m = h.must(h.Publish.Approve(h.as(reviewer), m.ID, publish.Judgement{Step: m.Step, Hash: m.Hash}))
	return h.must(h.Publish.Approve(h.as(clearer), m.ID, publish.Judgement{Step: m.Step, Hash: m.Hash}))
}

// draft is a reader whom everything is right of.
func draft(m publish.Message) Draft {
	return Draft{ID: id.New(), MessageID: m.ID, Name: "Amina Reader", Organisation: "Paper of Record", Email: "amina@Paper.example", Langs: []i18n.Lang{i18n.English}, Zone: "Europe/Paris", Remark: "knows the matter"}
}

func (h *house) shared(m publish.Message) (Share, string) {
	h.t.Helper()
	x, token, err := h.Create(h.as(releaser), draft(m))
	if err != nil {
		h.t.Fatal(err)
	}
	return x, token
}

// accepted has the reader accept what stands on their page.
func (h *house) accepted(token string) Reading {
	h.t.Helper()
	r, err := h.Find(h.t.Context(), token)
	if err == nil {
		err = h.Accept(h.t.Context(), token, r.Embargo)
	}
	if err != nil {
		h.t.Fatal(err)
	}
	return h.open(token, Text)
}

func (h *house) open(token string, want Stage) Reading {
	h.t.Helper()
	r, err := h.Open(h.t.Context(), token, i18n.English)
	if err != nil || r.Stage != want {
		h.t.Fatalf("the link leads to %q, %v; want %q", r.Stage, err, want)
	}
	return r
}

func (h *house) gone(token string) {
	h.t.Helper()
	if r, err := h.Open(h.t.Context(), token, i18n.English); !errors.Is(err, ErrLink) {
		h.t.Errorf("the link leads to %q, %v; want ErrLink", r.Stage, err)
	}
}

func (h *house) state(x Share) Share {
	h.t.Helper()
	list, err := h.Of(h.as(releaser), x.MessageID)
	if err != nil {
		h.t.Fatal(err)
	}
	return list[slices.IndexFunc(list, func(y Share) bool { return y.ID == x.ID })]
}

// acts are the acts on a message that the record holds of this package.
func (h *house) acts(messageID string) []string {
	h.t.Helper()
	var out []string
	if err := h.DB.Reader().NewRaw(`SELECT act FROM audit_entry WHERE object_id = ? AND act LIKE 'publish.share%' ORDER BY seq`, messageID).Scan(h.t.Context(), &out); err != nil {
		h.t.Fatal(err)
	}
	return out
}

func TestCheck(t *testing.T) {
	m := publish.Message{ID: id.New(), SourceLang: i18n.English, Variants: []publish.Variant{{Lang: i18n.English, Title: "x"}}}
	long := strings.Repeat("ب", MaxName+1)
	for name, tt := range map[string]struct {
		change func(*Draft)
		field  string
	}{
		"right":                        {func(*Draft) {}, ""},
		"the longest":                  {func(d *Draft) { d.Until = day.Add(longest) }, ""},
		"no name":                      {func(d *Draft) { d.Name = " \u202e " }, "name"},
		"long name":                    {func(d *Draft) { d.Name = long }, "name"},
		"no organisation":              {func(d *Draft) { d.Organisation = "" }, "organisation"},
		"long organisation":            {func(d *Draft) { d.Organisation = long }, "organisation"},
		"no address":                   {func(d *Draft) { d.Email = "" }, ""},
		"what is no address":           {func(d *Draft) { d.Email = "amina" }, "email"},
		"an address that breaks lines": {func(d *Draft) { d.Email = "a@b.example\r\nBcc: c@d.example" }, "email"},
		"no language":                  {func(d *Draft) { d.Langs = nil }, "langs"},
		"a language without text":      {func(d *Draft) { d.Langs = []i18n.Lang{i18n.Sorani} }, "langs"},
		"a language that is none":      {func(d *Draft) { d.Langs = []i18n.Lang{"xx"} }, "langs"},
		"no zone":                      {func(d *Draft) { d.Zone = "" }, "zone"},
		"a zone that is a file":        {func(d *Draft) { d.Zone = "../../etc/passwd" }, "zone"},
		"over at once":                 {func(d *Draft) { d.Until = day }, "until"},
		"too long":                     {func(d *Draft) { d.Until = day.Add(longest + time.Second) }, "until"},
		"long remark":                  {func(d *Draft) { d.Remark = strings.Repeat("x", MaxRemark+1) }, "remark"},
		"no id":                        {func(d *Draft) { d.ID = "1" }, "id"},
	} {
		d := draft(m)
		tt.change(&d)
		err := d.check(m, day)
		e, _ := errs.Find(err)
		switch {
		case tt.field == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case tt.field != "" && (e == nil || len(e.Fields) != 1 || e.Fields[0].Name != tt.field):
			t.Errorf("%s: %v, want it refused for %s", name, err, tt.field)
		case tt.field == "" && (d.Until.IsZero() || d.Email != "" && d.Email != "amina@paper.example"):
			t.Errorf("%s: kept as %+v", name, d)
		}
	}
}

func TestStates(t *testing.T) {
	at := func(d time.Duration) db.Time { return db.At(day.Add(d)) }
	review := publish.Message{State: publish.StateInReview, EmbargoUntil: at(time.Hour)}
	released := func(d time.Duration) publish.Message {
		return publish.Message{State: publish.StateReleased, ReleasedAt: at(d)}
	}
	late := review
	late.NotAfter = at(0)
	planned := review
	planned.State, planned.ReleaseAt = publish.StateScheduled, at(2*time.Hour)
	until := at(24 * time.Hour)
	for name, tt := range map[string]struct {
		s    Share
		m    publish.Message
		want State
	}{
		"made":                               {Share{Until: until}, review, Made},
		"accepted":                           {Share{Until: until, AcceptedAt: at(0), AcceptedFor: at(time.Hour)}, review, Accepted},
		"accepted another embargo":           {Share{Until: until, AcceptedAt: at(0), AcceptedFor: at(time.Minute), Openings: 1}, review, Anew},
		"accepted, and then planned later":   {Share{Until: until, AcceptedAt: at(0), AcceptedFor: at(time.Hour), Openings: 1}, planned, Anew},
		"accepted, and then lifted":          {Share{Until: until, AcceptedAt: at(0), AcceptedFor: at(time.Hour)}, publish.Message{State: publish.StateInReview}, Anew},
		"opened":                             {Share{Until: until, AcceptedAt: at(0), AcceptedFor: at(time.Hour), Openings: 2}, review, Opened},
		"over":                               {Share{Until: at(0), AcceptedAt: at(0), AcceptedFor: at(time.Hour), Openings: 2}, review, Over},
		"can not go out any more":            {Share{Until: until}, late, Over},
		"revoked":                            {Share{Until: until, RevokedAt: at(0)}, review, Revoked},
		"revoked, and public since":          {Share{Until: until, RevokedAt: at(0)}, released(-time.Hour), Revoked},
		"public":                             {Share{Until: until}, released(-time.Hour), Public},
		"public while it was valid":          {Share{Until: at(-time.Minute)}, released(-time.Hour), Public},
		"its time ended before the release":  {Share{Until: at(-2 * time.Hour)}, released(-time.Hour), Over},
		"withdrawn after it had been public": {Share{Until: until}, publish.Message{State: publish.StateWithdrawn, ReleasedAt: at(-time.Hour)}, Public},
	} {
		if got := tt.s.State(tt.m, day); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
		if got, want := tt.s.Valid(tt.m, day), slices.Contains([]State{Made, Anew, Accepted, Opened}, tt.want); got != want {
			t.Errorf("%s: valid %v, want %v", name, got, want)
		}
	}
}

func TestReaderIsShownTheTextAfterTheirWord(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.submitted(day.Add(48 * time.Hour))
		x, token := h.shared(m)
		r := h.open(token, Ask)
		if r.Embargo != db.At(day.Add(48*time.Hour)) || r.Late || r.Share.Openings != 0 {
			t.Errorf("asked with %+v", r)
		}
		file := m.Attachments[0]
		if _, _, err := h.File(t.Context(), token, file.ID, file.Digest); !errors.Is(err, ErrLink) {
			t.Errorf("a picture before the word: %v", err)
		}
		if err := h.Accept(t.Context(), token, 0); err != nil {
			t.Fatal(err)
		}
		h.open(token, Ask) // another embargo was accepted than the one that stands
		h.clock.Advance(time.Minute)
		r = h.accepted(token)
		if langs := r.Langs(); len(langs) != 1 || langs[0] != i18n.English || len(r.Message.Variants) != 1 {
			t.Errorf("shown %v", r.Message.Variants)
		}
		if r, err := h.Open(t.Context(), token, i18n.Arabic); err != nil || r.Share.Openings != 1 {
			t.Errorf("asked for in another language: counted %d, %v", r.Share.Openings, err)
		}
		h.clock.Advance(time.Hour)
		h.open(token, Text)
		got := h.state(x)
		if got.AcceptedAt != db.At(day.Add(time.Minute)) || got.FirstAt != got.AcceptedAt || got.LastAt != db.At(day.Add(61*time.Minute)) || got.Openings != 2 || !got.ChangedAt.IsZero() || got.Email != "amina@paper.example" {
			t.Errorf("kept %+v", got)
		}
		_, content, err := h.File(t.Context(), token, file.ID, file.Digest)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(content); err != nil || !bytes.HasPrefix(b, []byte("\x89PNG")) {
			t.Errorf("picture: %d bytes, %v", len(b), err)
		}
		content.Close()
		other := h.submitted(day.Add(48 * time.Hour)).Attachments[0]
		if _, _, err := h.File(t.Context(), token, other.ID, other.Digest); errs.KindOf(err) != errs.NotFound {
			t.Errorf("a picture of another message: %v", err)
		}
		if got, want := h.acts(m.ID), []string{"publish.share", "publish.share_accept"}; !slices.Equal(got, want) {
			t.Errorf("recorded %v, want %v", got, want)
		}
	})
}

func TestTokenAndAddressAreNotStored(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.submitted(day.Add(time.Hour))
		x, token := h.shared(m)
		h.accepted(token)
		_, renewed, err := h.Renew(h.as(releaser), m.ID, x.ID)
		if err != nil {
			t.Fatal(err)
		}
		if len(token) < 43 || token == renewed {
			t.Errorf("tokens %q and %q", token, renewed)
		}
		h.gone(token)
		if r := h.open(renewed, Text); r.Share.Openings != 2 {
			t.Errorf("the reader's openings were forgotten: %+v", r.Share)
		}
		var rows []Share
		if err := h.DB.Reader().NewSelect().Model(&rows).Scan(t.Context()); err != nil || len(rows) != 1 {
			t.Fatal(rows, err)
		}
		stored, err := json.Marshal(rows)
		if err != nil {
			t.Fatal(err)
		}
		log, _, err := h.Audit.List(h.as(perm.SystemActor("test")), audit.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		said, err := json.Marshal(log)
		if err != nil {
			t.Fatal(err)
		}
		for name, where := range map[string]string{"row": string(stored), "record": string(said)} {
			for _, secret := range []string{token, renewed, "amina@paper.example"} {
				if strings.Contains(where, secret) {
					t.Errorf("the %s holds %q", name, secret)
				}
			}
		}
		if !strings.Contains(string(said), "Amina Reader, Paper of Record") || !strings.Contains(string(stored), hashed(renewed)) {
			t.Error("the record does not name the reader, or the row has no hash: nothing was compared")
		}
	})
}

func TestOnlyWhoMayShares(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.submitted(day.Add(time.Hour))
		x, _ := h.shared(m)
		for name, tt := range map[string]struct {
			a    *perm.Actor
			want errs.Kind
		}{"another mission's": {abroad, errs.NotFound}, "a writer": {writer, errs.Forbidden}, "nobody": {&perm.Actor{Kind: perm.Nobody}, errs.NotFound}} {
			_, _, create := h.Create(h.as(tt.a), draft(m))
			_, _, renew := h.Renew(h.as(tt.a), m.ID, x.ID)
			_, list := h.Of(h.as(tt.a), m.ID)
			_, all := h.RevokeAll(h.as(tt.a), m.ID)
			for act, err := range map[string]error{"create": create, "renew": renew, "list": list, "revoke": h.Revoke(h.as(tt.a), m.ID, x.ID), "revoke all": all} {
				if errs.KindOf(err) != tt.want {
					t.Errorf("%s by %s: %v, want %s", act, name, err, tt.want)
				}
			}
		}
		other := h.submitted(day.Add(time.Hour))
		if err := h.Revoke(h.as(releaser), other.ID, x.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("a share of another message: %v", err)
		}
		if got := h.state(x); !got.RevokedAt.IsZero() {
			t.Errorf("revoked by who may not: %+v", got)
		}
		again := draft(m)
		again.ID = x.ID
		if _, _, err := h.Create(h.as(releaser), again); !errors.Is(err, ErrMade) {
			t.Errorf("made twice: %v", err)
		}
		begun := h.must(h.Publish.Recall(h.as(writer), other.ID))
		if _, _, err := h.Create(h.as(releaser), draft(begun)); !errors.Is(err, ErrState) {
			t.Errorf("a draft is shared: %v", err)
		}
	})
}

func TestLinksEnd(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.submitted(day.Add(time.Hour))
		x, token := h.shared(m)
		short := draft(m)
		short.Until = day.Add(2 * time.Hour)
		_, soon, err := h.Create(h.as(releaser), short)
		if err != nil {
			t.Fatal(err)
		}
		_, third := h.shared(m)
		for _, guess := range []string{"", "x", strings.Repeat("A", 43), token[:42] + "_", strings.ToUpper(token), token + token, "\x00'; DROP TABLE publish_share; --"} {
			if guess != token {
				h.gone(guess)
			}
		}
		if err := h.Revoke(h.as(releaser), m.ID, x.ID); err != nil {
			t.Fatal(err)
		}
		h.gone(token)
		if err := h.Accept(t.Context(), token, db.At(day.Add(time.Hour))); !errors.Is(err, ErrLink) {
			t.Errorf("accepted by a link that is revoked: %v", err)
		}
		if err := h.Revoke(h.as(releaser), m.ID, x.ID); !errors.Is(err, ErrOver) {
			t.Errorf("revoked twice: %v", err)
		}
		if _, _, err := h.Renew(h.as(releaser), m.ID, x.ID); !errors.Is(err, ErrOver) {
			t.Errorf("renewed after it was revoked: %v", err)
		}
		h.open(soon, Ask)
		h.clock.Advance(2 * time.Hour)
		h.gone(soon)
		if r := h.open(third, Ask); !r.Late {
			t.Error("it is not said that the embargo is past")
		}
		if n, err := h.RevokeAll(h.as(releaser), m.ID); n != 1 || err != nil {
			t.Errorf("all: %d, %v", n, err)
		}
		h.gone(third)
		if n, err := h.RevokeAll(h.as(releaser), m.ID); n != 0 || err != nil {
			t.Errorf("all again: %d, %v", n, err)
		}
		want := []string{"publish.share", "publish.share", "publish.share", "publish.share_revoke", "publish.share_revoke_all"}
		if got := h.acts(m.ID); !slices.Equal(got, want) {
			t.Errorf("recorded %v, want %v", got, want)
		}
	})
}

func TestChangesAreSeen(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.submitted(day.Add(48 * time.Hour))
		x, token := h.shared(m)
		h.accepted(token)
		edit := func(l i18n.Lang, words publish.Words) {
			t.Helper()
			v, _ := m.Variant(l)
			src, _ := m.Source()
			m = h.must(h.Publish.Write(h.as(writer), m.ID, l, publish.Edit{Words: words, Version: v.Version, SourceHash: src.Hash, Matches: true}))
		}
		again := func() {
			t.Helper()
			m = h.must(h.Publish.Submit(h.as(writer), m.ID, m.Hash))
		}
		edit(i18n.English, publish.Words{Title: "Statement on the visit", Body: "The minister visited Paris and Lyon."})
		if r := h.open(token, Wait); r.Share.Openings != 1 {
			t.Error("waiting was counted as reading")
		}
		again()
		h.clock.Advance(time.Hour)
		if r := h.open(token, Text); r.Share.ChangedAt != db.At(day.Add(time.Hour)) || !strings.Contains(r.Message.Variants[0].Body, "Lyon") {
			t.Errorf("another text: %+v", r.Share)
		}
		h.clock.Advance(time.Hour)
		if r := h.open(token, Text); r.Share.ChangedAt != db.At(day.Add(time.Hour)) {
			t.Errorf("the notice moved: %+v", r.Share)
		}
		m = h.must(h.Publish.Recall(h.as(writer), m.ID))
		to := m.Settings()
		to.EmbargoUntil = db.At(day.Add(72 * time.Hour))
		m = h.must(h.Publish.Arrange(h.as(writer), m.ID, m.SettingsVersion, to))
		again()
		if r := h.open(token, Ask); r.Embargo != db.At(day.Add(72*time.Hour)) {
			t.Errorf("asked for %v", r.Embargo.Std())
		}
		if got := h.state(x).State(m, h.clock.Now()); got != Anew {
			t.Errorf("the official sees %s, want %s", got, Anew)
		}
		if r := h.accepted(token); r.Share.ChangedAt != db.At(day.Add(time.Hour)) {
			t.Error("another embargo was told as another text")
		}
		if _, err := h.DB.Writer().ExecContext(t.Context(), `UPDATE publish_variant SET body = 'forged' WHERE message_id = ? AND lang = 'en'`, m.ID); err != nil {
			t.Fatal(err)
		}
		h.open(token, Wait)
		if _, _, err := h.Create(h.as(releaser), draft(m)); !errors.Is(err, ErrBound) {
			t.Errorf("shared though it is not what was submitted: %v", err)
		}
	})
}

func TestReleasedLeadsToItsPage(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.submitted(day.Add(time.Hour))
		_, token := h.shared(m)
		short := draft(m)
		short.Until = day.Add(time.Minute)
		_, before, err := h.Create(h.as(releaser), short)
		if err != nil {
			t.Fatal(err)
		}
		m = h.approved(m)
		h.clock.Advance(time.Hour)
		m = h.must(h.Publish.Release(h.as(releaser), m.ID, m.Hash))
		h.open(token, Page)
		h.gone(before)
		if _, _, err := h.Create(h.as(releaser), draft(m)); !errors.Is(err, ErrState) {
			t.Errorf("shared after its release: %v", err)
		}
		h.must(h.Publish.Withdraw(h.as(releaser), m.ID, publish.Texts{i18n.Arabic: "خطأ"}))
		h.open(token, Page)
		h.clock.Advance(longest) // the link's own time is over
		h.open(token, Page)
	})
}

func TestSweepForgetsReaders(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.submitted(day.Add(time.Hour))
		x, _ := h.shared(m)
		if err := h.Revoke(h.as(releaser), m.ID, x.ID); err != nil {
			t.Fatal(err)
		}
		short := draft(m)
		short.Until = day.Add(24 * time.Hour)
		if _, _, err := h.Create(h.as(releaser), short); err != nil {
			t.Fatal(err)
		}
		h.shared(m)
		for _, step := range []struct {
			after time.Duration
			left  int
		}{{0, 3}, {keep, 3}, {time.Second, 2}, {24 * time.Hour, 1}, {longest, 0}} {
			h.clock.Advance(step.after)
			for range 2 {
				if err := h.Sweep(h.as(perm.SystemActor("job:publish.share_sweep"))); err != nil {
					t.Fatal(err)
				}
			}
			list, err := h.Of(h.as(releaser), m.ID)
			if err != nil || len(list) != step.left {
				t.Fatalf("after %s: %d shares, %v; want %d", step.after, len(list), err, step.left)
			}
		}
	})
}

func TestReadersOfAMessageAreBounded(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.submitted(day.Add(time.Hour))
		var last Share
		for range MaxReaders {
			last, _ = h.shared(m)
		}
		if _, _, err := h.Create(h.as(releaser), draft(m)); !errors.Is(err, ErrMany) {
			t.Errorf("one too many: %v", err)
		}
		if err := h.Revoke(h.as(releaser), m.ID, last.ID); err != nil {
			t.Fatal(err)
		}
		h.shared(m)
	})
}
