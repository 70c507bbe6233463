package smoke

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestOneHouseOneServer serves a demonstration and asks for what must not
// happen beside a server; after kill -9 all of it may.
func TestOneHouseOneServer(t *testing.T) {
	data := demonstration(t)
	file := filepath.Join(t.TempDir(), "house.tar.gz")
	must(t, data, "backup", file)
	n := serveOwn(t, data)
	for _, args := range [][]string{{"demo", "reset"}, {"restore", file}, {"serve", "--listen", "localhost:0"}} {
		r := run(t, data, args...)
		if r.code != 2 || !strings.Contains(r.stderr, fmt.Sprint(n.cmd.Process.Pid)) || strings.Count(r.stderr, "\n") != 1 {
			t.Errorf("%v beside a server: exit %d, says %q; want 2 and the number %d on one line", args, r.code, r.stderr, n.cmd.Process.Pid)
		}
	}
	n.kill()
	if r := run(t, data, "restore", file); r.code != 2 || !strings.Contains(r.stderr, "data already") {
		t.Errorf("restore into a used folder: exit %d, %q", r.code, r.stderr)
	}
	serveOwn(t, data).kill()
	must(t, data, "demo", "reset")
}

// TestOperatorsMistakes gives what an operator may get wrong: one line says
// what it is, the exit code tells whose turn it is, and nothing panics.
func TestOperatorsMistakes(t *testing.T) {
	data := initialised(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	plain := filepath.Join(t.TempDir(), "plain")
	broken := t.TempDir()
	for _, name := range []string{plain, filepath.Join(broken, "sifara.db")} {
		if err := os.WriteFile(name, []byte(strings.Repeat("no database ", 100)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	badKey := initialised(t)
	if err := os.WriteFile(filepath.Join(badKey, "vault.key"), []byte("lost"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		data string
		args []string
		code int
		says string
	}{
		{"no command", data, nil, 2, "choose one of"},
		{"unknown flag", data, []string{"serve", "--lisen", "x"}, 2, "lisen"},
		{"address in use", data, []string{"serve", "--listen", taken.Addr().String()}, 2, "address already in use"},
		{"address that is none", data, []string{"serve", "--listen", "localhost:http:80"}, 2, ""},
		{"data folder is a file", plain, []string{"user", "list"}, 2, "not a directory"},
		{"data folder below what is read only", "/proc/sifara", []string{"user", "list"}, 2, "/proc/sifara"},
		{"corrupted database", broken, []string{"user", "list"}, 2, "not a database"},
		{"doctor of a corrupted database", broken, []string{"doctor"}, 4, ""},
		{"damaged keys", badKey, []string{"user", "list"}, 2, "damaged key file"},
		{"PostgreSQL that does not answer", data, []string{"user", "list", "--database-url", "postgres://x@127.0.0.1:1/x"}, 3, "connection refused"},
		{"an engine that is none", data, []string{"user", "list", "--database-url", "mysql://x"}, 2, "database-url"},
		{"base url that is none", data, []string{"serve", "--base-url", "mofa"}, 2, "base-url"},
		{"proxy that is none", data, []string{"serve", "--trusted-proxies", "x"}, 2, "trusted proxy"},
		{"mail server without port", data, []string{"serve", "--smtp-address", "mail"}, 2, "smtp-address"},
		{"days below zero", data, []string{"user", "list", "--keep-posts=-1"}, 2, "keep-posts"},
		{"restore what is no backup", t.TempDir(), []string{"restore", plain}, 2, "not a backup"},
		{"restore what is not there", t.TempDir(), []string{"restore", "/nowhere/x.tar.gz"}, 2, "no such file"},
		{"backup to where nothing is", data, []string{"backup", "/nowhere/x.tar.gz"}, 2, "/nowhere"},
		{"nobody of this address", data, []string{"user", "reset", "nobody@mofa.example"}, 2, ""},
		{"no configuration file", data, []string{"config", "--config-file", "/nowhere.toml"}, 2, "nowhere.toml"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := run(t, tt.data, tt.args...)
			if r.code != tt.code || !strings.Contains(r.stdout+r.stderr, tt.says) {
				t.Errorf("exit %d with %q, want %d and %q", r.code, r.stderr, tt.code, tt.says)
			}
			if strings.Contains(r.stderr, "goroutine ") || strings.Contains(r.stderr, "panic") || strings.Count(r.stderr, "\n") > 1 {
				t.Errorf("says more than one line:\n%s", r.stderr)
			}
		})
	}
}
