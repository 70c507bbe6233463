package sealed_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/vault"
	"sifara/internal/vault/sealed"
)

func purpose(k []string) string { return "test_secret/" + strings.Join(k, "/") }

func column(d *db.DB) sealed.Column {
	return sealed.Column{DB: d, Table: "test_secret", Value: "secret", Key: []string{"owner", "number"}, Purpose: purpose}
}

// fill gives a table of n sealed values, an empty one and one in the clear, and
// the path of their key file.
func fill(t *testing.T, d *db.DB, n int) (keys string, v *vault.Vault) {
	t.Helper()
	keys = filepath.Join(t.TempDir(), "vault.key")
	v, err := vault.Create(keys)
	if err != nil {
		t.Fatal(err)
	}
	exec1(t, d, `CREATE TABLE test_secret (owner TEXT NOT NULL, number BIGINT NOT NULL, secret TEXT NOT NULL, PRIMARY KEY (owner, number))`)
	var rows []string
	for i := range n {
		owner := fmt.Sprintf("o%d", i%7)
		rows = append(rows, fmt.Sprintf(`('%s', %d, '%s')`, owner, i, v.Seal(purpose([]string{owner, fmt.Sprint(i)}), []byte(fmt.Sprint("secret ", i)))))
	}
	exec1(t, d, `INSERT INTO test_secret VALUES `+strings.Join(rows, ", "))
	exec1(t, d, `INSERT INTO test_secret VALUES ('a', 1, ''), ('z', 2, '{"in":"the clear"}')`)
	return keys, v
}

func exec1(t *testing.T, d *db.DB, q string, args ...any) {
	t.Helper()
	if _, err := d.Writer().ExecContext(t.Context(), q, args...); err != nil {
		t.Fatal(err)
	}
}

func rotated(t *testing.T, keys string) *vault.Vault {
	t.Helper()
	if _, err := vault.Rotate(keys); err != nil {
		t.Fatal(err)
	}
	v, err := vault.Open(keys)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// check wants every value readable and, but for failed ones, under the newest key.
func check(t *testing.T, d *db.DB, v *vault.Vault, n int) {
	t.Helper()
	var rows []struct {
		Owner, Secret string
		Number        int
	}
	if err := d.Writer().NewRaw(`SELECT * FROM test_secret WHERE owner LIKE 'o%' ORDER BY number`).Scan(t.Context(), &rows); err != nil {
		t.Fatal(err)
	}
	if len(rows) != n {
		t.Fatalf("got %d values, want %d", len(rows), n)
	}
	for i, r := range rows {
		plain, err := v.Unseal(purpose([]string{r.Owner, fmt.Sprint(r.Number)}), r.Secret)
		if got, want := string(plain), fmt.Sprint("secret ", i); err != nil || got != want {
			t.Fatalf("value %d: got %q, %v, want %q", i, got, err, want)
		}
	}
	tally, err := column(d).Tally(t.Context())
	ids := v.KeyIDs()
	if err != nil || len(tally) != 1 || tally[ids[len(ids)-1]] != int64(n) {
		t.Errorf("got %v, %v, want %d under %s only", tally, err, n, ids[len(ids)-1])
	}
}

func TestReseal(t *testing.T) {
	dbtest.Each(t, nil, func(t *testing.T, d *db.DB) {
		keys, _ := fill(t, d, 450)
		v := rotated(t, keys)
		for _, want := range []int64{450, 0} {
			o, err := column(d).Reseal(t.Context(), v, nil)
			if err != nil || o.Resealed != want || o.Failed != 0 {
				t.Fatalf("got %+v, %v, want %d", o, err, want)
			}
			check(t, d, v, 450)
		}
		var others int
		if err := d.Writer().NewRaw(`SELECT count(*) FROM test_secret WHERE secret = '' OR secret = '{"in":"the clear"}'`).Scan(t.Context(), &others); err != nil || others != 2 {
			t.Errorf("what is not sealed: got %d rows as they were, %v, want 2", others, err)
		}
	})
}

// TestResealLeavesWhatItCannotOpen has values of a lost key, changed ones and
// such as were copied from elsewhere, more than fit into a batch.
func TestResealLeavesWhatItCannotOpen(t *testing.T) {
	dbtest.Each(t, nil, func(t *testing.T, d *db.DB) {
		keys, old := fill(t, d, 250)
		other, err := vault.Create(filepath.Join(t.TempDir(), "other"))
		if err != nil {
			t.Fatal(err)
		}
		var copied []string
		for i := range 210 {
			copied = append(copied, fmt.Sprintf(`('b', %d, '%s')`, i, old.Seal("copied from elsewhere", []byte("x"))))
		}
		exec1(t, d, `INSERT INTO test_secret VALUES `+strings.Join(copied, ", "))
		exec1(t, d, `INSERT INTO test_secret VALUES ('c', 1, ?), ('d', 1, ?)`, other.Seal(purpose([]string{"c", "1"}), []byte("x")), old.Seal("x", nil)[:40])
		v := rotated(t, keys)
		o, err := column(d).Reseal(t.Context(), v, nil)
		if err != nil || o.Resealed != 250 || o.Failed != 212 || !errors.Is(o.Why, vault.ErrTampered) {
			t.Fatalf("got %+v, %v, want 250 sealed and 212 failed", o, err)
		}
	})
}

// TestResealAfterKill kills the process in the middle, really, and goes on.
func TestResealAfterKill(t *testing.T) {
	const child = "SIFARA_TEST_RESEAL"
	if at := os.Getenv(child); at != "" {
		address, keys, _ := strings.Cut(at, "|")
		d, err := db.Open(context.Background(), address, db.Options{})
		if err != nil {
			t.Fatal(err)
		}
		v, err := vault.Open(keys)
		if err != nil {
			t.Fatal(err)
		}
		batches := 0
		_, err = column(d).Reseal(context.Background(), v, func(int64) {
			if batches++; batches == 2 {
				_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			}
		})
		t.Fatalf("was not killed: %v", err)
	}
	dbtest.Each(t, nil, func(t *testing.T, d *db.DB) {
		keys, _ := fill(t, d, 900)
		v := rotated(t, keys)
		cmd := exec.Command(os.Args[0], "-test.run=^TestResealAfterKill$")
		cmd.Env = append(os.Environ(), child+"="+d.Address()+"|"+keys)
		out, err := cmd.CombinedOutput()
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
			t.Fatalf("got %v, want a killed process: %s", err, out)
		}
		o, err := column(d).Reseal(t.Context(), v, nil)
		if err != nil || o.Resealed != 500 || o.Failed != 0 {
			t.Fatalf("got %+v, %v, want the 500 that were left", o, err)
		}
		check(t, d, v, 900)
	})
}
