package app

import (
	"io"
	"strings"
	"testing"

	"sifara/internal/command"
)

func TestConfigFile(t *testing.T) {
	t.Setenv("SIFARA_LOG_LEVEL", "warn")
	tests := []struct {
		name, file string
		args       []string
		want       Config
		fails      string
	}{
		{name: "file", file: `data = "/srv"` + "\n" + `hosts = ["a.example", "b.example"]`, want: Config{Data: "/srv", Hosts: []string{"a.example", "b.example"}, LogLevel: "warn"}},
		{name: "flag wins over file", file: `data = "/srv"`, args: []string{"--data=/var"}, want: Config{Data: "/var", LogLevel: "warn"}},
		{name: "environment wins over file", file: `log-level = "debug"`, want: Config{Data: "data", LogLevel: "warn"}},
		{name: "misspelt", file: `datas = "x"`, fails: `no setting "datas"`},
		{name: "broken", file: `data = `, fails: "configuration file"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got Config
			_, err := command.New("sifara", "", &got).Parse(test.args, io.Discard, func() (map[string]string, error) { return ReadConfigFile(strings.NewReader(test.file)) })
			if test.fails != "" {
				if err == nil || !strings.Contains(err.Error(), test.fails) {
					t.Fatalf("got error %v, want one with %q", err, test.fails)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got.Data != test.want.Data || strings.Join(got.Hosts, " ") != strings.Join(test.want.Hosts, " ") || got.LogLevel != test.want.LogLevel {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestSettingsHideSecrets(t *testing.T) {
	c := Config{DatabaseURL: "postgres://u:geheim@db/x", SMTPPassword: "geheim", OIDCSecret: "geheim"}
	for _, s := range c.Settings() {
		if strings.Contains(s.Value, "geheim") {
			t.Errorf("%s shows its secret: %s", s.Name, s.Value)
		}
		if s.Environment == "" || !strings.HasPrefix(s.Environment, "SIFARA_") {
			t.Errorf("%s has no environment variable", s.Name)
		}
	}
}
