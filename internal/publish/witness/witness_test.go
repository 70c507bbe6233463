package witness_test

import (
	"context"
	"log/slog"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/errs"
	"sifara/internal/fetch"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/ledger"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/witness"
	"sifara/internal/vault"
	"sifara/test/fakes"
	fake "sifara/test/fakes/witness"
)

// bench is a public log with witnesses around it.
type bench struct {
	*witness.Service
	t     *testing.T
	clock *clock.Manual
	one   *fake.Server
	n     int
}

var keeper = &perm.Actor{Kind: perm.Person, ID: "00000000-0000-7000-8000-00000000000a", Name: "Keeper",
	Grants: []perm.Grant{{Permissions: []perm.Permission{publish.MayLog}, Scope: perm.Everywhere()}}}

func build(t *testing.T, d *db.DB, fault fakes.Fault) *bench {
	t.Helper()
	c := clock.At(time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC))
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	keys, err := vault.Create(filepath.Join(t.TempDir(), "keys"))
	must(err)
	proof, err := publish.NewPublicLog(d, keys, c, "https://mofa.example")
	must(err)
	b := &bench{t: t, clock: c, one: fake.Start(t, "witness.example/one", fakes.Setup{Fault: fault})}
	b.one.Now = c.Now
	b.one.Trust(proof.Origin(), b.key(proof))
	at, err := url.Parse(b.one.URL)
	must(err)
	out, err := fetch.New(fetch.Options{Allow: []string{at.Host}, Clock: c, Stall: time.Second})
	must(err)
	b.Service = witness.New(witness.Deps{DB: d, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Clock: c, Audit: audit.New(d, c), Fetch: out, Proof: proof})
	return b
}

func (b *bench) key(l *publish.PublicLog) string {
	b.t.Helper()
	k, err := l.Key(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	return k
}

// say puts a text into the log.
func (b *bench) say(text string) {
	b.t.Helper()
	b.n++
	m := publish.Message{ID: id.New(), Slug: id.New(), Kind: publish.Statement, SourceLang: i18n.English, State: publish.StateReleased, ReleasedAt: db.At(b.clock.Now()), Version: 1}
	err := b.DB.Tx(b.t.Context(), func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(&m).Exec(ctx); err != nil {
			return err
		}
		return b.Proof.Append(ctx, tx, m, publish.Variant{Lang: i18n.English, Title: "Title", Body: text})
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) look() witness.Witness {
	b.t.Helper()
	if err := b.Look(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	all, err := b.Witnesses(b.t.Context())
	if err != nil || len(all) == 0 {
		b.t.Fatalf("%d witnesses, %v", len(all), err)
	}
	return all[0]
}

// cosigned opens the checkpoint that the site serves with the witness's key.
func (b *bench) cosigned() (ledger.Checkpoint, []ledger.Cosignature) {
	b.t.Helper()
	text, err := b.Proof.Checkpoint(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	c, found, err := ledger.OpenCosigned(text, []string{b.key(b.Proof)}, []string{b.one.Key})
	if err != nil {
		b.t.Fatal(err)
	}
	return c, found
}

func each(t *testing.T, run func(t *testing.T, d *db.DB)) {
	dbtest.Each(t, []db.Migrations{audit.Migrations(), org.Migrations(), publish.Migrations()}, run)
}

func as(t *testing.T, a *perm.Actor) context.Context { return perm.With(t.Context(), a) }

func TestWitnessSignsWhatContinues(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		b := build(t, d, fakes.None)
		b.say("The first text of the log.")
		draft := witness.Draft{ID: id.New(), Key: b.one.Key, Address: b.one.URL + "/"}
		if err := b.Add(as(t, &perm.Actor{Kind: perm.Person, ID: "x"}), draft); errs.KindOf(err) != errs.Forbidden {
			t.Fatalf("without permission: got %v", err)
		}
		for range 2 { // sent twice adds once
			if err := b.Add(as(t, keeper), draft); err != nil {
				t.Fatal(err)
			}
		}
		if w := b.look(); w.Failure != "" || w.Size != 1 {
			t.Fatalf("got %+v", w)
		}
		for i := range 5 {
			b.say("Another text.")
			if i == 3 {
				b.say("And one more in the same minute.")
			}
			b.clock.Advance(time.Minute)
			if w := b.look(); w.Failure != "" || w.Size != int64(b.n) {
				t.Fatalf("at %d: got %+v", b.n, w)
			}
		}
		c, found := b.cosigned()
		if c.Size != int64(b.n) || len(found) != 1 || !found[0].Time.Equal(b.clock.Now()) {
			t.Errorf("checkpoint: got %+v, %+v", c, found)
		}
		// A proof rests on what a witness has signed, also when the log has grown.
		b.say("Not signed yet.")
		bundle, err := b.Proof.Bundle(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		if c, found, err := ledger.OpenCosigned([]byte(bundle.Checkpoint), []string{b.key(b.Proof)}, []string{b.one.Key}); err != nil || c.Size != int64(b.n-1) || len(found) != 1 {
			t.Errorf("proof of an old record: got %+v, %+v, %v", c, found, err)
		}
		if _, err := publish.VerifyBundle(bundle, "", b.key(b.Proof)); err != nil {
			t.Error(err)
		}
		if bundle, err = b.Proof.Bundle(t.Context(), int64(b.n-1)); err != nil {
			t.Fatal(err)
		}
		if _, err := publish.VerifyBundle(bundle, "", b.key(b.Proof)); err != nil {
			t.Errorf("proof of the newest record: %v", err)
		}
		b.look()
		b.clock.Advance(13 * time.Hour) // asked again though nothing was added
		if w := b.look(); !w.CosignedAt.Std().Equal(b.clock.Now()) {
			t.Errorf("not asked again: %+v", w)
		}
		if err := b.Remove(as(t, keeper), draft.ID); err != nil {
			t.Fatal(err)
		}
		if err := b.Remove(as(t, keeper), draft.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("removed twice: got %v", err)
		}
	})
}

func TestWitnessTellsOfAnotherLog(t *testing.T) {
	b := build(t, dbtest.SQLite(t, audit.Migrations(), org.Migrations(), publish.Migrations()), fakes.None)
	b.say("One.")
	b.say("Two.")
	if err := b.Add(as(t, keeper), witness.Draft{ID: id.New(), Key: b.one.Key, Address: b.one.URL}); err != nil {
		t.Fatal(err)
	}
	b.look()
	// The same witness, asked by a house whose log begins otherwise (as after
	// somebody rewrote it) and by one that is shorter (as after a restore).
	for want, texts := range map[string][]string{witness.FailedFork: {"Eins.", "Zwei.", "Drei."}, witness.FailedAhead: {"One."}} {
		other := build(t, dbtest.SQLite(t, audit.Migrations(), org.Migrations(), publish.Migrations()), fakes.None)
		for _, x := range texts {
			other.say(x)
		}
		b.one.Trust(b.Proof.Origin(), other.key(other.Proof), b.key(b.Proof))
		at, err := url.Parse(b.one.URL)
		if err != nil {
			t.Fatal(err)
		}
		if other.Fetch, err = fetch.New(fetch.Options{Allow: []string{at.Host}}); err != nil {
			t.Fatal(err)
		}
		if err := other.Add(as(t, keeper), witness.Draft{ID: id.New(), Key: b.one.Key, Address: b.one.URL}); err != nil {
			t.Fatal(err)
		}
		if w := other.look(); w.Failure != want {
			t.Errorf("got %q, want %q", w.Failure, want)
		}
		if _, found := other.cosigned(); len(found) != 0 {
			t.Error("a log that the witness never saw is shown as signed")
		}
	}
	if b.one.Seen(b.Proof.Origin()) != 2 {
		t.Error("the witness forgot what it saw")
	}
}

func TestKeyChanges(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		b := build(t, d, fakes.None)
		b.say("Signed with the first key.")
		first := b.key(b.Proof)
		old, err := b.Proof.Bundle(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.ChangeKey(as(t, &perm.Actor{Kind: perm.Person, ID: "x"})); errs.KindOf(err) != errs.Forbidden {
			t.Fatalf("without permission: got %v", err)
		}
		b.clock.Advance(time.Hour)
		k, err := b.ChangeKey(as(t, keeper))
		if err != nil || k.Number != 2 || k.Key == first || b.key(b.Proof) != k.Key {
			t.Fatalf("got %+v, %v", k, err)
		}
		if _, err := b.ChangeKey(as(t, keeper)); errs.KindOf(err) != errs.Conflict {
			t.Errorf("a second change at once: got %v, want a conflict", err)
		}
		open := func(key string) error {
			t.Helper()
			text, err := b.Proof.Checkpoint(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			_, err = ledger.OpenCheckpoint(text, key)
			return err
		}
		if open(first) != nil || open(k.Key) != nil {
			t.Errorf("while it changes: old %v, new %v", open(first), open(k.Key))
		}
		data, err := b.Proof.Entries(t.Context(), 1, 1)
		if err != nil || len(data) != 1 {
			t.Fatalf("the log does not tell of its new key: %v", err)
		}
		if r, err := publish.ReadRecord(data[0]); err != nil || r.Act != publish.KeyAct || r.Key != k.Key {
			t.Errorf("record: got %+v, %v", r, err)
		}
		b.clock.Advance(publish.KeyOverlap)
		if open(first) == nil || open(k.Key) != nil {
			t.Errorf("afterwards: old %v, new %v", open(first), open(k.Key))
		}
		lines, err := b.Proof.KeyLines(t.Context())
		if err != nil || len(lines) != 2 || lines[0] != k.Key || lines[1] != first {
			t.Fatalf("keys: got %v, %v", lines, err)
		}
		if _, err := publish.VerifyBundle(old, "Signed with the first key.", lines...); err != nil {
			t.Errorf("a proof of the old key: %v", err)
		}
		if r, err := b.Proof.Check(t.Context()); err != nil || r.Fault != nil {
			t.Errorf("log: %+v, %v", r, err)
		}
		if _, err := b.ChangeKey(as(t, keeper)); err != nil {
			t.Errorf("the next change: %v", err)
		}
	})
}

// TestWitnessThatFails has one that breaks off answers, is down or busy: in the
// end the log is signed as it stands, and nothing but a true signature is kept.
func TestWitnessThatFails(t *testing.T) {
	for _, fault := range []fakes.Fault{fakes.Busy, fakes.Down, fakes.Truncated, fakes.Dropped} {
		t.Run(string(fault), func(t *testing.T) {
			b := build(t, dbtest.SQLite(t, audit.Migrations(), org.Migrations(), publish.Migrations()), fault)
			if err := b.Add(as(t, keeper), witness.Draft{ID: id.New(), Key: b.one.Key, Address: b.one.URL}); err != nil {
				t.Fatal(err)
			}
			for range 12 {
				b.say("A text of the log.")
				b.clock.Advance(2 * time.Hour)
				b.look()
			}
			var w witness.Witness
			for range 40 {
				if w = b.look(); w.Size == int64(b.n) && w.Failures == 0 {
					break
				}
				b.clock.Advance(2 * time.Hour)
			}
			if c, found := b.cosigned(); w.Size != int64(b.n) || c.Size != w.Size || len(found) != 1 {
				t.Errorf("got %+v with %d signatures of %d records", w, len(found), c.Size)
			}
			if b.one.Faults.Spoilt() == 0 {
				t.Error("no answer was spoilt: the test shows nothing")
			}
		})
	}
}
