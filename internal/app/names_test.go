package app

import (
	"errors"
	"log/slog"
	"testing"

	"sifara/internal/clock"
	"sifara/internal/ledger"
)

// TestLogsKeepTheirNames starts a house, moves it to another address and wants
// the logs signed as before; commands with another address change nothing.
func TestLogsKeepTheirNames(t *testing.T) {
	data := t.TempDir()
	house := func(base string) *House {
		return openedHouse(t, Config{Data: data, MailFrom: "sifara@localhost", BaseURL: base})
	}
	command := house("") // migrates without the address, as an operator may
	command.Close()
	h := house("https://old.example")
	if err := h.keepNames(t.Context()); err != nil {
		t.Fatal(err)
	}
	key, checkpoint := proofKey(t, h), signedRecord(t, h)
	if got, want := h.Proof.Origin(), "old.example/log"; got != want {
		t.Fatalf("name at the first start: got %q, want %q", got, want)
	}
	h.Close()
	for _, base := range []string{"https://new.example", "https://old.example:8443", ""} {
		h := house(base)
		if err := h.keepNames(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := proofKey(t, h); got != key {
			t.Errorf("at %q: key %s, want %s", base, got, key)
		}
		if got := signedRecord(t, h); got != checkpoint {
			t.Errorf("at %q: record signed as %q, want %q", base, got, checkpoint)
		}
		text, err := h.Proof.Checkpoint(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ledger.OpenCheckpoint(text, key); err != nil {
			t.Errorf("at %q: the first key does not open the checkpoint: %v", base, err)
		}
		h.Close()
	}
	h = house("https://new.example")
	d := &doctor{}
	d.check("log name", func() (string, error) { return logName(t.Context(), h) })
	if d.checks[0].State != CheckWarning {
		t.Errorf("doctor of a house that moved: %+v, want a warning", d.checks[0])
	}
}

func signedRecord(t *testing.T, h *House) string {
	t.Helper()
	names, err := h.Audit.LogNames(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return names[recordLog]
}

// TestHouseOfTheVersionBefore opens a house whose schema knows no names yet.
func TestHouseOfTheVersionBefore(t *testing.T) {
	h := openedHouse(t, Config{Data: t.TempDir(), MailFrom: "sifara@localhost", BaseURL: "https://old.example"})
	if _, err := h.DB.Writer().ExecContext(t.Context(), `DROP TABLE audit_name`); err != nil {
		t.Fatal(err)
	}
	h2, err := Open(t.Context(), h.Config, slog.New(slog.DiscardHandler), clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { err = errors.Join(err, h2.Close()) }()
	if got, want := h2.Proof.Origin(), "old.example/log"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// proofKey is the key of the public log in force.
func proofKey(t *testing.T, h *House) string {
	t.Helper()
	k, err := h.Proof.Key(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return k
}
