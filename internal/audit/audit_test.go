package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/ledger"
	"sifara/internal/perm"
)

var start = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

func each(t *testing.T, run func(t *testing.T, d *db.DB, l *Log, c *clock.Manual)) {
	t.Helper()
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB) {
		c := clock.At(start)
		run(t, d, New(d, c), c)
	})
}

func person(id string, grants ...perm.Grant) *perm.Actor {
	return &perm.Actor{Kind: perm.Person, ID: id, Name: "Name of " + id, Grants: grants}
}

func write(t *testing.T, d *db.DB, l *Log, a *perm.Actor, entries ...Entry) {
	t.Helper()
	for _, e := range entries {
		err := d.Tx(perm.With(t.Context(), a), func(ctx context.Context, tx bun.Tx) error { return l.Record(ctx, tx, e) })
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestRecordSaysOnWhoseAuthority(t *testing.T) {
	own := perm.Grant{Role: "clearer", Permissions: []perm.Permission{"publish.clear"}, Scope: perm.InMission("m1"), Source: "a1"}
	lent := perm.Grant{Role: "head_of_mission", Permissions: []perm.Permission{"publish.view", "publish.clear", "publish.release"}, Scope: perm.InMission("m1"), Source: "a2", StandInFor: "boss"}
	look := perm.Grant{Role: "reader", Permissions: []perm.Permission{"publish.view"}, Scope: perm.Everywhere(), Source: "a3"}
	for _, tc := range []struct {
		name   string
		grants []perm.Grant
		entry  Entry
		role   string
		absent string
	}{
		{"own before borrowed", []perm.Grant{lent, own}, Entry{Act: "publish.clear", Mission: "m1"}, "clearer", ""},
		{"borrowed", []perm.Grant{own, lent}, Entry{Act: "publish.release", Mission: "m1"}, "head_of_mission", "boss"},
		{"permission named", []perm.Grant{own, lent}, Entry{Act: "publish.scheduled", Mission: "m1", Permission: "publish.release"}, "head_of_mission", "boss"},
		{"guessed, not by looking", []perm.Grant{look, lent}, Entry{Act: "publish.approved", Mission: "m1"}, "head_of_mission", "boss"},
		{"guessed, own first", []perm.Grant{lent, own}, Entry{Act: "publish.approved", Mission: "m1"}, "clearer", ""},
		{"elsewhere", []perm.Grant{own, lent}, Entry{Act: "publish.clear", Mission: "m2"}, "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := record(person("p", tc.grants...), start, tc.entry)
			if err != nil {
				t.Fatal(err)
			}
			if got.Role != tc.role || got.For != tc.absent {
				t.Errorf("role %q for %q, want %q for %q", got.Role, got.For, tc.role, tc.absent)
			}
		})
	}
}

func TestRecordRefusesPrivateDetails(t *testing.T) {
	for _, name := range []string{"password", "Token", "secret", "body", "email"} {
		if _, err := record(person("p"), start, Entry{Act: "x.y", Detail: map[string]any{name: "v"}}); err == nil {
			t.Errorf("%s was recorded", name)
		}
	}
	r, err := record(person("p"), start, Entry{Act: "x.y", Detail: map[string]any{"title": strings.Repeat("ب", 500)}})
	if err != nil || len([]rune(r.Detail["title"].(string))) != maxDetail {
		t.Errorf("long detail: %v %v", r.Detail, err)
	}
	if _, err := record(person("p"), start, Entry{}); err == nil {
		t.Error("an entry without act was recorded")
	}
}

func TestRolledBackActLeavesNothing(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, l *Log, _ *clock.Manual) {
		_ = d.Tx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
			if err := l.Record(ctx, tx, Entry{Act: "x.y"}); err != nil {
				t.Fatal(err)
			}
			return fmt.Errorf("no")
		})
		write(t, d, l, person("p"), Entry{Act: "x.z"})
		got, _, err := l.List(perm.With(t.Context(), perm.SystemActor("t")), Filter{})
		if err != nil || len(got) != 1 || got[0].Act != "x.z" || got[0].Seq != 0 {
			t.Errorf("records = %+v, %v", got, err)
		}
	})
}

func TestList(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, l *Log, c *clock.Manual) {
		for i := range 5 {
			write(t, d, l, person("anna"), Entry{Act: "publish.draft", Object: "message", ObjectID: fmt.Sprint("m", i), Mission: "paris", Detail: map[string]any{"n": i}})
			c.Advance(time.Hour)
		}
		write(t, d, l, person("omar"), Entry{Act: "publish.release", Object: "message", ObjectID: "m1", Mission: "rome"}, Entry{Act: "org.edit"}, Entry{Act: "org.edit", Department: "unit"})
		everyone := person("auditor", perm.Grant{Permissions: []perm.Permission{View}, Scope: perm.Everywhere()})
		paris := person("head", perm.Grant{Permissions: []perm.Permission{View}, Scope: perm.InMission("paris")})
		unit := person("lead", perm.Grant{Permissions: []perm.Permission{View}, Scope: perm.InDepartment("unit")})
		for _, tc := range []struct {
			name  string
			actor *perm.Actor
			f     Filter
			want  int
		}{
			{"all", everyone, Filter{}, 8},
			{"actor", everyone, Filter{Actor: "omar"}, 3},
			{"act", everyone, Filter{Act: "publish.draft"}, 5},
			{"object", everyone, Filter{Object: "message"}, 6},
			{"object id", everyone, Filter{ObjectID: "m1"}, 2},
			{"mission", everyone, Filter{Mission: "rome"}, 1},
			{"from", everyone, Filter{From: start.Add(3 * time.Hour)}, 5},
			{"range", everyone, Filter{From: start.Add(time.Hour), Until: start.Add(3 * time.Hour)}, 2},
			{"own mission only", paris, Filter{}, 5},
			{"other mission hidden", paris, Filter{Mission: "rome"}, 0},
			{"own department", unit, Filter{}, 1},
			{"nobody", person("x"), Filter{}, 0},
			{"limit", everyone, Filter{Limit: 3}, 3},
		} {
			got, _, err := l.List(perm.With(t.Context(), tc.actor), tc.f)
			if err != nil || len(got) != tc.want {
				t.Errorf("%s: %d records, want %d (%v)", tc.name, len(got), tc.want, err)
			}
		}
		ctx := perm.With(t.Context(), everyone)
		var seen []int64
		for before := int64(0); ; {
			page, next, err := l.List(ctx, Filter{Limit: 3, Before: before})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range page {
				seen = append(seen, r.Seq)
			}
			if before = next; next == 0 {
				break
			}
		}
		if fmt.Sprint(seen) != "[7 6 5 4 3 2 1 0]" {
			t.Errorf("pages gave %v", seen)
		}
		choices, err := l.Choices(perm.With(t.Context(), paris))
		if err != nil || fmt.Sprint(choices.Acts) != "[publish.draft]" || fmt.Sprint(choices.Actors) != "[anna]" {
			t.Errorf("choices = %+v, %v", choices, err)
		}
	})
}

func TestVerifyFindsWhatWasChangedBehindItsBack(t *testing.T) {
	for _, tc := range []struct {
		name  string
		sql   string
		kind  ledger.FaultKind
		place int64
	}{
		{"untouched", ``, "", 0},
		{"record changed", `UPDATE audit_log_record SET data = (SELECT data FROM audit_log_record WHERE id = 2) WHERE id = 3`, ledger.Changed, 3},
		{"record removed", `DELETE FROM audit_log_record WHERE id = 4`, ledger.Missing, 4},
		{"last record removed", `DELETE FROM audit_log_record WHERE id = 9`, ledger.Missing, 9},
		{"record and hash changed", `UPDATE audit_log_record SET data = (SELECT data FROM audit_log_record WHERE id = 2), hash = (SELECT hash FROM audit_log_record WHERE id = 2) WHERE id = 3`, ledger.Changed, 3},
		{"tree changed", `UPDATE audit_log_hash SET hash = (SELECT hash FROM audit_log_hash WHERE id = 0) WHERE id = 2`, ledger.Torn, 0},
		{"hidden from lists", `DELETE FROM audit_entry WHERE seq = 5`, ledger.Contradict, 5},
		{"put under another name", `UPDATE audit_entry SET actor_id = 'someone else' WHERE seq = 6`, ledger.Contradict, 6},
		{"put at another time", `UPDATE audit_entry SET at = at - 1 WHERE seq = 6`, ledger.Contradict, 6},
		{"entry invented", `INSERT INTO audit_entry (seq, at, actor_id, act, object, object_id, mission, department) VALUES (10, 1, 'x', 'x.y', '', '', '', '')`, ledger.Extra, 10},
		{"entry invented before", `INSERT INTO audit_entry (seq, at, actor_id, act, object, object_id, mission, department) VALUES (-1, 1, 'x', 'x.y', '', '', '', '')`, ledger.Extra, -1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			each(t, func(t *testing.T, d *db.DB, l *Log, _ *clock.Manual) {
				for i := range 10 {
					write(t, d, l, person("anna"), Entry{Act: "x.y", Object: "thing", ObjectID: fmt.Sprint(i), Mission: "paris", Detail: map[string]any{"n": i}})
				}
				if tc.sql != "" {
					if _, err := d.Writer().ExecContext(t.Context(), tc.sql); err != nil {
						t.Fatal(err)
					}
				}
				report, err := l.Verify(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				switch f := report.Fault; {
				case tc.kind == "" && f != nil:
					t.Errorf("fault %+v in an untouched record", *f)
				case tc.kind != "" && f == nil:
					t.Error("nothing was found")
				case f != nil && (f.Kind != tc.kind || f.Index != tc.place):
					t.Errorf("fault = %+v, want %s at %d", *f, tc.kind, tc.place)
				}
			})
		})
	}
}

func TestCheckIsKeptAndFindsARewrittenHistory(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, l *Log, c *clock.Manual) {
		ctx := perm.With(t.Context(), perm.SystemActor("test"))
		if _, ok, err := l.LastCheck(ctx); ok || err != nil {
			t.Errorf("a check before the first: %v", err)
		}
		write(t, d, l, person("anna"), Entry{Act: "x.y"}, Entry{Act: "x.z"})
		first, err := l.Check(ctx)
		if err != nil || !first.Good() || first.Size != 2 {
			t.Fatalf("check = %+v, %v", first, err)
		}
		c.Advance(time.Hour)
		// Someone empties the record and writes another with the program's own means.
		for _, q := range []string{`DELETE FROM audit_log_record`, `DELETE FROM audit_log_hash`, `DELETE FROM audit_entry`, `UPDATE audit_log_head SET size = 0, frontier = ''`} {
			if _, err := d.Writer().ExecContext(ctx, q); err != nil {
				t.Fatal(err)
			}
		}
		write(t, d, l, person("anna"), Entry{Act: "x.a"}, Entry{Act: "x.b"}, Entry{Act: "x.c"})
		second, err := l.Check(ctx)
		if err != nil || second.Fault != string(ledger.Rewritten) {
			t.Errorf("check = %+v, %v", second, err)
		}
		last, ok, err := l.LastCheck(ctx)
		if err != nil || !ok || last != second {
			t.Errorf("last check = %+v, %v", last, err)
		}
		if _, err := l.Check(perm.With(t.Context(), person("head", perm.Grant{Permissions: []perm.Permission{View}, Scope: perm.InMission("paris")}))); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("check by a mission: %v", err)
		}
	})
}

func TestSentence(t *testing.T) {
	cat, err := i18n.Load(Locales(), words(`{"audit.act.x.y": "{actor} did {name} until {until} with {state}"}`))
	if err != nil {
		t.Fatal(err)
	}
	p := cat.Printer(i18n.English)
	r, err := record(person("anna"), start, Entry{Act: "x.y", Detail: map[string]any{
		"name": map[i18n.Lang]string{"en": "Paris", "ar": "باريس"}, "until": db.At(start), "state": Word("audit.yes"),
	}})
	if err != nil {
		t.Fatal(err)
	}
	data, err := r.encode()
	if err != nil || strings.Contains(string(data), `"seq"`) || !json.Valid(data) {
		t.Fatalf("encoded %s, %v", data, err)
	}
	if r, err = decode(7, data); err != nil {
		t.Fatal(err)
	}
	if got, want := r.Sentence(p, time.UTC), "Name of anna did Paris until 1 March 2026, 08:00 with yes"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	r.Act = "x.unknown"
	if got, want := r.Sentence(p, time.UTC), "Name of anna: x.unknown"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLocales(t *testing.T) {
	cat, err := i18n.Load(Locales())
	if err != nil {
		t.Fatal(err)
	}
	if err := cat.Check(); err != nil {
		t.Error(err)
	}
}

// words is a locale directory that says the same in every language.
func words(s string) fs.FS {
	files := fstest.MapFS{}
	for _, l := range i18n.Langs {
		files[string(l)+".json"] = &fstest.MapFile{Data: []byte(s)}
	}
	return files
}
