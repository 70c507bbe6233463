package app

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"sifara/internal/errs"
)

func TestLockOfTheDataFolder(t *testing.T) {
	sqlite := Config{Data: t.TempDir()}
	postgres := Config{Data: t.TempDir(), DatabaseURL: "postgres://db.example/house"}
	for _, c := range []struct {
		name          string
		first, second func() (*Lock, error)
		want          errs.Kind
		free          bool
	}{
		{"two servers on SQLite", sqlite.LockServing, sqlite.LockServing, errs.Conflict, false},
		{"a reset beside a server", sqlite.LockServing, sqlite.Lock, errs.Conflict, false},
		{"two nodes on PostgreSQL", postgres.LockServing, postgres.LockServing, 0, true},
		{"a restore beside a node", postgres.LockServing, postgres.Lock, errs.Conflict, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			first, err := c.first()
			if err != nil {
				t.Fatal(err)
			}
			second, err := c.second()
			if c.free {
				if err != nil {
					t.Fatal(err)
				}
				second.Release()
			} else if errs.KindOf(err) != c.want || !strings.Contains(Explain(err), strconv.Itoa(os.Getpid())) {
				t.Errorf("got %v, want %s that names process %d", err, c.want, os.Getpid())
			}
			first.Release()
			again, err := c.second()
			if err != nil {
				t.Fatalf("after it was given back: %v", err)
			}
			again.Release()
		})
	}
}
