package app

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"sifara/internal/clock"
	"sifara/internal/vault"
)

// TestOpenSaysWhatIsWrong opens houses that cannot be opened: the caller gets
// the reason, and what was opened so far is given back.
func TestOpenSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(t *testing.T, c *Config)
		want  error
	}{
		{"keys that others may read", func(t *testing.T, c *Config) {
			path := filepath.Join(c.Data, "vault.key")
			if _, err := vault.Create(path); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, 0o644); err != nil {
				t.Fatal(err)
			}
		}, vault.ErrPermissions},
		{"a folder that is a file", func(t *testing.T, c *Config) {
			c.Data = filepath.Join(c.Data, "file")
			if err := os.WriteFile(c.Data, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}, nil},
		{"a base address that is none", func(_ *testing.T, c *Config) { c.BaseURL = "mofa" }, nil},
		{"a dictionary that is not there", func(_ *testing.T, c *Config) { c.JetstreamDictionary = filepath.Join(c.Data, "none") }, fs.ErrNotExist},
		{"a dictionary that is none", func(t *testing.T, c *Config) {
			c.JetstreamDictionary = filepath.Join(c.Data, "text")
			if err := os.WriteFile(c.JetstreamDictionary, []byte("words"), 0o600); err != nil {
				t.Fatal(err)
			}
		}, nil},
		{"a sender that is none", func(_ *testing.T, c *Config) { c.MailFrom = "nobody" }, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := Config{Data: t.TempDir(), MailFrom: "sifara@localhost"}
			c.spoil(t, &config)
			h, err := Open(t.Context(), config, slog.New(slog.DiscardHandler), clock.System{})
			if err == nil {
				h.Close()
				t.Fatal("opened")
			}
			if c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}
