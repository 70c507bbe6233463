package ledger_test

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/uptrace/bun"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/ledger"
)

const origin = "log.mofa.example/publish"

func verify(t testing.TB, d *db.DB, o ledger.VerifyOptions) ledger.Report {
	t.Helper()
	got, err := demo.Verify(context.Background(), d.Reader(), o)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestVerifyFindsTampering(t *testing.T) {
	leaf := func(s string) []byte { h := tlog.RecordHash([]byte(s)); return h[:] }
	node := func(level int, n int64) int64 { return tlog.StoredHashIndex(level, n) }
	type step struct {
		sql  string
		args []any
	}
	tests := []struct {
		name  string
		steps []step
		want  *ledger.Fault
	}{
		{"untouched", nil, nil},
		{"record changed", []step{{`UPDATE demo_log_record SET data = ? WHERE id = 7`, []any{[]byte("forged")}}}, &ledger.Fault{Kind: ledger.Changed, Index: 7}},
		{"record and its hash changed", []step{{`UPDATE demo_log_record SET data = ?, hash = ? WHERE id = 7`, []any{[]byte("forged"), leaf("forged")}}}, &ledger.Fault{Kind: ledger.Changed, Index: 7}},
		{"record and leaf changed", []step{
			{`UPDATE demo_log_record SET data = ?, hash = ? WHERE id = 7`, []any{[]byte("forged"), leaf("forged")}},
			{`UPDATE demo_log_hash SET hash = ? WHERE id = ?`, []any{leaf("forged"), node(0, 7)}},
		}, &ledger.Fault{Kind: ledger.Torn, Index: 6}},
		{"last record and leaf changed", []step{
			{`UPDATE demo_log_record SET data = ?, hash = ? WHERE id = 20`, []any{[]byte("forged"), leaf("forged")}},
			{`UPDATE demo_log_hash SET hash = ? WHERE id = ?`, []any{leaf("forged"), node(0, 20)}},
		}, &ledger.Fault{Kind: ledger.Torn, Index: 0}},
		{"record removed", []step{{`DELETE FROM demo_log_record WHERE id = 4`, nil}}, &ledger.Fault{Kind: ledger.Missing, Index: 4}},
		{"first removed", []step{{`DELETE FROM demo_log_record WHERE id = 0`, nil}}, &ledger.Fault{Kind: ledger.Missing, Index: 0}},
		{"last removed", []step{{`DELETE FROM demo_log_record WHERE id = 20`, nil}}, &ledger.Fault{Kind: ledger.Missing, Index: 20}},
		{"all removed", []step{{`DELETE FROM demo_log_record`, nil}}, &ledger.Fault{Kind: ledger.Missing, Index: 0}},
		{"last removed and head set back", []step{
			{`DELETE FROM demo_log_record WHERE id = 20`, nil},
			{`UPDATE demo_log_head SET size = 20`, nil},
		}, &ledger.Fault{Kind: ledger.Torn, Index: 0}},
		{"two exchanged", []step{
			{`UPDATE demo_log_record SET id = 1000 WHERE id = 3`, nil},
			{`UPDATE demo_log_record SET id = 3 WHERE id = 9`, nil},
			{`UPDATE demo_log_record SET id = 9 WHERE id = 1000`, nil},
		}, &ledger.Fault{Kind: ledger.Changed, Index: 3}},
		{"row added at the end", []step{{`INSERT INTO demo_log_record (id, hash, data) VALUES (21, ?, ?)`, []any{leaf("forged"), []byte("forged")}}}, &ledger.Fault{Kind: ledger.Extra, Index: 21}},
		{"row added before", []step{{`INSERT INTO demo_log_record (id, hash, data) VALUES (-1, ?, ?)`, []any{leaf("forged"), []byte("forged")}}}, &ledger.Fault{Kind: ledger.Extra, Index: -1}},
		{"row put between", []step{
			{`UPDATE demo_log_record SET id = -id - 1 WHERE id >= 10`, nil},
			{`UPDATE demo_log_record SET id = -id WHERE id < 0`, nil},
			{`INSERT INTO demo_log_record (id, hash, data) VALUES (10, ?, ?)`, []any{leaf("forged"), []byte("forged")}},
		}, &ledger.Fault{Kind: ledger.Changed, Index: 10}},
		{"inner hash changed", []step{{`UPDATE demo_log_hash SET hash = ? WHERE id = ?`, []any{leaf("x"), node(3, 1)}}}, &ledger.Fault{Kind: ledger.Torn, Index: 8}},
		{"inner hash removed", []step{{`DELETE FROM demo_log_hash WHERE id = ?`, []any{node(1, 2)}}}, &ledger.Fault{Kind: ledger.Torn, Index: 4}},
		{"hash added", []step{{`INSERT INTO demo_log_hash (id, hash) VALUES (5000, ?)`, []any{leaf("x")}}}, &ledger.Fault{Kind: ledger.Torn, Index: 21}},
		{"head damaged", []step{{`UPDATE demo_log_head SET frontier = ?`, []any{[]byte("x")}}}, &ledger.Fault{Kind: ledger.Torn, Index: 0}},
	}
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		fill(t, d, 21)
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				// Everything in one transaction that is rolled back, so that the
				// next case finds the log untouched.
				rollback := errors.New("rollback")
				err := d.Tx(context.Background(), func(ctx context.Context, tx bun.Tx) error {
					for _, s := range test.steps {
						if _, err := tx.ExecContext(ctx, s.sql, s.args...); err != nil {
							t.Fatalf("%s: %v", s.sql, err)
						}
					}
					report, err := demo.Verify(ctx, tx, ledger.VerifyOptions{})
					if err != nil {
						t.Fatal(err)
					}
					got := report.Fault
					if (got == nil) != (test.want == nil) || got != nil && (got.Kind != test.want.Kind || got.Index != test.want.Index) {
						t.Errorf("Fault = %+v, want %+v", got, test.want)
					}
					return rollback
				})
				if !errors.Is(err, rollback) {
					t.Fatal(err)
				}
			})
		}
	})
}

// TestVerifyFindsRewriting rewrites the log with all its hashes: only a
// checkpoint kept elsewhere tells.
func TestVerifyFindsRewriting(t *testing.T) {
	d := dbtest.SQLite(t, schema...)
	fill(t, d, 21)
	good := ledger.Checkpoint{Origin: origin, Tree: tree(t, d)}
	early := ledger.Checkpoint{Origin: origin, Tree: ledger.Tree{Size: 5, Root: reference(t, 5)}}
	if got := verify(t, d, ledger.VerifyOptions{Known: []ledger.Checkpoint{good, early}}); got.Fault != nil {
		t.Fatalf("Verify of the true log = %+v", got.Fault)
	}
	rewrite(t, d, 30, 7)
	if got := verify(t, d, ledger.VerifyOptions{}); got.Fault != nil {
		t.Fatalf("the rewritten log does not even agree within itself: %+v", got.Fault)
	}
	got := verify(t, d, ledger.VerifyOptions{Known: []ledger.Checkpoint{good, early}}).Fault
	if got == nil || got.Kind != ledger.Rewritten || got.Index != 5 {
		t.Errorf("Fault = %+v, want rewritten after 5", got)
	}
	rewrite(t, d, 15, -1)
	got = verify(t, d, ledger.VerifyOptions{Known: []ledger.Checkpoint{good}}).Fault
	if got == nil || got.Kind != ledger.Missing || got.Index != 15 {
		t.Errorf("Fault = %+v, want missing from 15", got)
	}
}

func rewrite(t *testing.T, d *db.DB, size, forged int64) {
	t.Helper()
	err := d.Tx(context.Background(), func(ctx context.Context, tx bun.Tx) error {
		for _, q := range []string{`DELETE FROM demo_log_record`, `DELETE FROM demo_log_hash`, `UPDATE demo_log_head SET size = 0, frontier = ''`} {
			if _, err := tx.ExecContext(ctx, q); err != nil {
				return err
			}
		}
		for i := range size {
			r := record(i)
			if i == forged {
				r = []byte("forged")
			}
			if _, err := demo.Append(ctx, tx, r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestVerifyCheckAndProgress(t *testing.T) {
	d := dbtest.SQLite(t, schema...)
	batch := make([][]byte, 2500)
	for i := range batch {
		batch[i] = record(int64(i))
	}
	appendOne(t, d, batch...)
	var steps []string
	got := verify(t, d, ledger.VerifyOptions{
		Progress: func(done, size int64) { steps = append(steps, fmt.Sprintf("%d/%d", done, size)) },
		Check: func(index int64, data []byte) error {
			if string(data) != string(record(index)) {
				return fmt.Errorf("record %d = %q", index, data)
			}
			return nil
		},
	})
	if got.Fault != nil || strings.Join(steps, " ") != "1000/2500 2000/2500 2500/2500" || got.Root != reference(t, 2500) {
		t.Errorf("Verify = %+v after %v", got.Fault, steps)
	}
	got = verify(t, d, ledger.VerifyOptions{Check: func(index int64, _ []byte) error {
		if index == 1234 {
			return errors.New("column actor differs")
		}
		return nil
	}})
	if got.Fault == nil || got.Fault.Kind != ledger.Contradict || got.Fault.Index != 1234 {
		t.Errorf("Fault = %+v, want contradict at 1234", got.Fault)
	}
}

func keys(t testing.TB, origin string, seed byte) (note.Signer, string) {
	t.Helper()
	key := ed25519.NewKeyFromSeed([]byte(strings.Repeat(string(rune(seed)), 32)))
	signer, err := ledger.NewSigner(origin, key)
	if err != nil {
		t.Fatal(err)
	}
	vkey, err := ledger.VerifierKey(origin, key.Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	return signer, vkey
}

func TestCheckpoint(t *testing.T) {
	ctx := context.Background()
	d := dbtest.SQLite(t, schema...)
	fill(t, d, 9)
	signer, vkey := keys(t, origin, 'a')
	text, err := demo.Checkpoint(ctx, d.Reader(), signer)
	if err != nil {
		t.Fatal(err)
	}
	if want := origin + "\n9\n"; !strings.HasPrefix(string(text), want) {
		t.Errorf("checkpoint = %q, want it to begin %q", text, want)
	}
	got, err := ledger.OpenCheckpoint(text, vkey)
	if err != nil || got.Origin != origin || got.Tree != tree(t, d) {
		t.Errorf("OpenCheckpoint = %+v, %v", got, err)
	}
	_, otherKey := keys(t, origin, 'b')
	foreign, foreignKey := keys(t, "log.other.example", 'c')
	crossed, err := note.Sign(&note.Note{Text: strings.SplitAfter(string(text), "\n\n")[0][:len(strings.SplitAfter(string(text), "\n\n")[0])-1]}, foreign)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		text string
		keys []string
	}{
		"unknown key":      {string(text), []string{otherKey}},
		"no key":           {string(text), nil},
		"size changed":     {strings.Replace(string(text), "\n9\n", "\n8\n", 1), []string{vkey}},
		"other log's key":  {string(crossed), []string{vkey, foreignKey}},
		"signature cut":    {string(text)[:len(text)-20], []string{vkey}},
		"not a checkpoint": {"hello", []string{vkey}},
		"too long":         {strings.Repeat("x", 70_000), []string{vkey}},
	} {
		if _, err := ledger.OpenCheckpoint([]byte(test.text), test.keys...); !errors.Is(err, ledger.ErrCheckpoint) {
			t.Errorf("%s: %v, want ErrCheckpoint", name, err)
		}
	}
	for _, bad := range []string{"", "with space", "a+b"} {
		if _, err := ledger.NewSigner(bad, ed25519.NewKeyFromSeed(make([]byte, 32))); err == nil {
			t.Errorf("NewSigner(%q) was accepted", bad)
		}
		if _, err := ledger.VerifierKey(bad, make(ed25519.PublicKey, 32)); err == nil {
			t.Errorf("VerifierKey(%q) was accepted", bad)
		}
	}
}

func TestBundle(t *testing.T) {
	ctx := context.Background()
	d := dbtest.SQLite(t, schema...)
	fill(t, d, 12)
	signer, vkey := keys(t, origin, 'a')
	made, err := demo.Bundle(ctx, d.Reader(), 4, signer)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(made)
	if err != nil {
		t.Fatal(err)
	}
	read, err := ledger.ReadBundle(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	if c, err := ledger.VerifyBundle(read, vkey); err != nil || c.Size != 12 || c.Origin != origin {
		t.Errorf("VerifyBundle = %+v, %v", c, err)
	}
	for name, change := range map[string]func(b *ledger.Bundle){
		"record": func(b *ledger.Bundle) { b.Record = []byte("forged") },
		"index":  func(b *ledger.Bundle) { b.Index = 5 },
		"past":   func(b *ledger.Bundle) { b.Index = 12 },
		"before": func(b *ledger.Bundle) { b.Index = -1 },
		"proof":  func(b *ledger.Bundle) { b.Proof = b.Proof[1:] },
		"empty":  func(b *ledger.Bundle) { b.Proof = nil },
	} {
		b := read
		change(&b)
		if _, err := ledger.VerifyBundle(b, vkey); !errors.Is(err, ledger.ErrBundle) {
			t.Errorf("%s: %v, want ErrBundle", name, err)
		}
	}
	if _, err := d.Writer().Exec(`UPDATE demo_log_record SET data = ? WHERE id = 4`, []byte("forged")); err != nil {
		t.Fatal(err)
	}
	if _, err := demo.Bundle(ctx, d.Reader(), 4, signer); !errors.Is(err, ledger.ErrBundle) {
		t.Errorf("Bundle of a changed record: %v, want ErrBundle", err)
	}
}

func FuzzReadBundle(f *testing.F) {
	signer, vkey := keys(f, origin, 'a')
	tree := ledger.Tree{Size: 1, Root: tlog.RecordHash([]byte("x"))}
	checkpoint, err := ledger.SignCheckpoint(tree, signer)
	if err != nil {
		f.Fatal(err)
	}
	good, err := json.Marshal(ledger.Bundle{Record: []byte("x"), Proof: []tlog.Hash{}, Checkpoint: string(checkpoint)})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(good))
	f.Add(`{"record":"","index":9223372036854775807,"proof":["AAAA"],"checkpoint":""}`)
	f.Fuzz(func(t *testing.T, text string) {
		b, err := ledger.ReadBundle(strings.NewReader(text))
		if err != nil {
			return
		}
		if _, err := ledger.VerifyBundle(b, vkey); err == nil && string(b.Record) != "x" {
			t.Fatalf("a forged record was accepted: %q", b.Record)
		}
	})
}
