package ledger_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/uptrace/bun"
	"golang.org/x/mod/sumdb/tlog"

	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/errs"
	"sifara/internal/ledger"
)

var schema = []db.Migrations{{Context: "demo", FS: fstest.MapFS{
	"0001_log.sql":   {Data: []byte(ledger.Schema("demo_log"))},
	"0002_other.sql": {Data: []byte(ledger.Schema("demo_other"))},
}}}

var demo = ledger.New("demo_log")

func record(i int64) []byte { return fmt.Appendf(nil, `{"act":"release","n":%d}`, i) }

func appendOne(t testing.TB, d *db.DB, records ...[]byte) int64 {
	t.Helper()
	var first int64
	err := d.Tx(context.Background(), func(ctx context.Context, tx bun.Tx) (err error) {
		first, err = demo.Append(ctx, tx, records...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return first
}

// fill appends n records, some alone and some together.
func fill(t testing.TB, d *db.DB, n int64) {
	t.Helper()
	for i := int64(0); i < n; {
		size := min(1+i%7, n-i)
		var batch [][]byte
		for j := range size {
			batch = append(batch, record(i+j))
		}
		if got := appendOne(t, d, batch...); got != i {
			t.Fatalf("Append = %d, want %d", got, i)
		}
		i += size
	}
}

func tree(t testing.TB, d *db.DB) ledger.Tree {
	t.Helper()
	tr, err := demo.Tree(context.Background(), d.Reader())
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// reference computes the root of the first n records with tlog alone.
func reference(t testing.TB, n int64) tlog.Hash {
	t.Helper()
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(ids []int64) ([]tlog.Hash, error) {
		var out []tlog.Hash
		for _, id := range ids {
			out = append(out, stored[id])
		}
		return out, nil
	})
	for i := range n {
		hashes, err := tlog.StoredHashes(i, record(i), reader)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, hashes...)
	}
	root, err := tlog.TreeHash(n, reader)
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func TestAppendAgreesWithReference(t *testing.T) {
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		if got := tree(t, d); got.Size != 0 || got.Root != sha256.Sum256(nil) {
			t.Fatalf("empty Tree = %+v", got)
		}
		for i := range int64(70) {
			if got := appendOne(t, d, record(i)); got != i {
				t.Fatalf("Append = %d, want %d", got, i)
			}
			if got, want := tree(t, d), reference(t, i+1); got.Size != i+1 || got.Root != want {
				t.Fatalf("Tree after %d = %+v, want root %v", i+1, got, want)
			}
		}
		many := make([][]byte, 600)
		for i := range many {
			many[i] = record(70 + int64(i))
		}
		if first := appendOne(t, d, many...); first != 70 {
			t.Errorf("Append of many = %d, want 70", first)
		}
		if got, want := tree(t, d).Root, reference(t, 670); got != want {
			t.Errorf("root after a batch = %v, want %v", got, want)
		}
		at, err := demo.TreeAt(context.Background(), d.Reader(), 33)
		if err != nil || at.Root != reference(t, 33) {
			t.Errorf("TreeAt(33) = %+v, %v", at, err)
		}
	})
}

func TestProofs(t *testing.T) {
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		fill(t, d, 40)
		now := tree(t, d)
		for i := range int64(40) {
			proof, err := demo.InclusionProof(ctx, d.Reader(), i, now.Size)
			if err != nil {
				t.Fatal(err)
			}
			if err := tlog.CheckRecord(proof, now.Size, now.Root, i, tlog.RecordHash(record(i))); err != nil {
				t.Errorf("inclusion of %d: %v", i, err)
			}
			if tlog.CheckRecord(proof, now.Size, now.Root, i, tlog.RecordHash([]byte("forged"))) == nil {
				t.Errorf("a forged record %d was accepted", i)
			}
			growth, err := demo.ConsistencyProof(ctx, d.Reader(), i+1, now.Size)
			if err != nil {
				t.Fatal(err)
			}
			if err := tlog.CheckTree(growth, now.Size, now.Root, i+1, reference(t, i+1)); err != nil {
				t.Errorf("consistency %d: %v", i+1, err)
			}
		}
		for name, err := range map[string]error{
			"inclusion past end":       second(demo.InclusionProof(ctx, d.Reader(), 40, 40)),
			"inclusion in longer tree": second(demo.InclusionProof(ctx, d.Reader(), 3, 4000)),
			"negative":                 second(demo.InclusionProof(ctx, d.Reader(), -1, 40)),
			"consistency from nothing": second(demo.ConsistencyProof(ctx, d.Reader(), 0, 40)),
			"consistency longer":       second(demo.ConsistencyProof(ctx, d.Reader(), 3, 4000)),
			"record":                   second(demo.Record(ctx, d.Reader(), 40)),
			"tree":                     second(demo.TreeAt(ctx, d.Reader(), 4000)),
		} {
			if errs.KindOf(err) != errs.NotFound {
				t.Errorf("%s: %v, want not found", name, err)
			}
		}
		got, err := demo.Records(ctx, d.Reader(), 38, 10)
		if err != nil || len(got) != 2 || string(got[1]) != string(record(39)) {
			t.Errorf("Records = %q, %v", got, err)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestAppendRefuses(t *testing.T) {
	d := dbtest.SQLite(t, schema...)
	for name, test := range map[string]struct {
		records [][]byte
		want    errs.Kind
	}{
		"nothing":  {nil, errs.Invalid},
		"too long": {[][]byte{make([]byte, ledger.MaxRecord+1)}, errs.TooLarge},
	} {
		err := d.Tx(context.Background(), func(ctx context.Context, tx bun.Tx) error {
			_, err := demo.Append(ctx, tx, test.records...)
			return err
		})
		if errs.KindOf(err) != test.want {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
	appendOne(t, d, nil) // an empty record is a record
	if got, err := demo.Record(context.Background(), d.Reader(), 0); err != nil || len(got) != 0 {
		t.Errorf("empty record = %q, %v", got, err)
	}
}

func TestRollbackLeavesNoTrace(t *testing.T) {
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		fill(t, d, 5)
		before := tree(t, d)
		boom := errors.New("boom")
		err := d.Tx(context.Background(), func(ctx context.Context, tx bun.Tx) error {
			if _, err := demo.Append(ctx, tx, record(5), record(6)); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatal(err)
		}
		if got := tree(t, d); got != before {
			t.Errorf("Tree after a rollback = %+v, want %+v", got, before)
		}
		if got := appendOne(t, d, record(5)); got != 5 {
			t.Errorf("next index = %d, want 5", got)
		}
		if got := verify(t, d, ledger.VerifyOptions{}); got.Fault != nil {
			t.Errorf("Verify = %+v", got.Fault)
		}
	})
}

func TestConcurrentAppends(t *testing.T) {
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		const writers, each = 6, 25
		var mu sync.Mutex
		var indexes []int64
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range each {
					var index int64
					err := d.Tx(context.Background(), func(ctx context.Context, tx bun.Tx) (err error) {
						index, err = demo.Append(ctx, tx, fmt.Appendf(nil, "%d/%d", w, i))
						return err
					})
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					indexes = append(indexes, index)
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		slices.Sort(indexes)
		for i, index := range indexes {
			if index != int64(i) {
				t.Fatalf("index %d was given out as %d: gap or double", i, index)
			}
		}
		if got := verify(t, d, ledger.VerifyOptions{}); got.Fault != nil || got.Size != writers*each {
			t.Errorf("Verify = %+v %+v", got, got.Fault)
		}
	})
}

func TestLogsAreApart(t *testing.T) {
	d := dbtest.SQLite(t, schema...)
	fill(t, d, 3)
	other, err := ledger.New("demo_other").Tree(context.Background(), d.Reader())
	if err != nil || other.Size != 0 {
		t.Errorf("other log = %+v, %v", other, err)
	}
}

func TestNewRefusesPrefix(t *testing.T) {
	for _, prefix := range []string{"", "Audit", "a b", "x;DROP TABLE y", strings.Repeat("x", 60)} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("New(%q) did not panic", prefix)
				}
			}()
			ledger.New(prefix)
		}()
	}
}

func BenchmarkAppend(b *testing.B) {
	for _, size := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("transaction of %d", size), func(b *testing.B) {
			d := dbtest.SQLite(b, schema...)
			batch := make([][]byte, size)
			for i := range batch {
				batch[i] = record(int64(i))
			}
			b.ResetTimer()
			for range b.N {
				appendOne(b, d, batch...)
			}
			b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "records/s")
		})
	}
}

// BenchmarkAppendInOneTransaction leaves the cost of the commit out.
func BenchmarkAppendInOneTransaction(b *testing.B) {
	for name, d := range map[string]*db.DB{"sqlite": dbtest.SQLite(b, schema...)} {
		b.Run(name, func(b *testing.B) {
			err := d.Tx(context.Background(), func(ctx context.Context, tx bun.Tx) error {
				for i := range b.N {
					if _, err := demo.Append(ctx, tx, record(int64(i))); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	d := dbtest.SQLite(b, schema...)
	batch := make([][]byte, 10_000)
	for i := range batch {
		batch[i] = record(int64(i))
	}
	appendOne(b, d, batch...)
	b.ResetTimer()
	for range b.N {
		if got := verify(b, d, ledger.VerifyOptions{}); got.Fault != nil {
			b.Fatal(got.Fault)
		}
	}
	b.ReportMetric(float64(b.N*len(batch))/b.Elapsed().Seconds(), "records/s")
}
