package smoke

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sifara/internal/publish"
)

// initialised gives the data folder of a real, empty ministry.
func initialised(t testing.TB) string {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	must(t, data, "init", "--country=IQ", "--zone=Asia/Baghdad", "--admin=admin@mofa.example",
		"--name=ar=وزارة الاختبار", "--name=ckb=وەزارەتی تاقیکردنەوە", "--name=kmr=Wezareta ceribandinê", "--name=en=Test Ministry")
	return data
}

func TestCommandsWithBadInput(t *testing.T) {
	data := initialised(t)
	file := func(name, text string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	tests := []struct {
		name string
		args []string
		code int
		says string
	}{
		{"unknown command", []string{"publsh"}, 2, "publsh"},
		{"no such file", []string{"listen", "import", "/nowhere.csv"}, 2, "nowhere"},
		{"a mapping that names nothing", []string{"listen", "import", file("a.csv", "time,text\n"), "--map", "when"}, 2, ""},
		{"a mapping to a missing column", []string{"listen", "import", file("a.csv", "time,text\n2016-01-01T00:00:00Z,x\n"), "--map", "text=content"}, 2, "content"},
		{"an empty file", []string{"listen", "import", file("a.csv", "")}, 2, ""},
		{"limit out of range", []string{"listen", "search", "x", "--limit", "0"}, 2, "200"},
		{"not a date", []string{"listen", "search", "x", "--from", "yesterday"}, 2, "yesterday"},
		{"a day that is none", []string{"publish", "calendar", "--from", "yesterday"}, 2, "yesterday"},
		{"days that run backwards", []string{"publish", "calendar", "--from", "2026-03-21", "--to", "2026-03-01"}, 2, "400"},
		{"no such mission", []string{"publish", "calendar", "--mission", "atlantis"}, 2, ""},
		{"no such state", []string{"publish", "campaigns", "--state", "dreamt"}, 2, "running"},
		{"a proof that is none", []string{"verify", file("p.json", "{}")}, 4, ""},
		{"a text as long as may be", []string{"verify", file("p.json", "{}"), "--text", file("t.txt", strings.Repeat("س", publish.MaxPasted)+"\n")}, 4, ""},
		{"a text that is too long", []string{"verify", file("p.json", "{}"), "--text", file("u.txt", strings.Repeat("س", publish.MaxPasted+1))}, 2, "too long"},
		{"a backup that is none", []string{"--data", t.TempDir(), "restore", file("b.tar.gz", "hello")}, 2, "not a backup"},
		{"restore over data", []string{"restore", file("b.tar.gz", "hello")}, 2, "empty"},
		{"a second ministry", []string{"init", "--country=IQ", "--zone=Asia/Baghdad", "--admin=a@b.example", "--name=ar=س"}, 2, ""},
		{"reset of a real ministry", []string{"demo", "reset"}, 2, "real ministry"},
		{"unknown user", []string{"user", "reset", "nobody@mofa.example"}, 2, ""},
		{"unknown setting in the file", []string{"--config-file", file("c.toml", "datta = 1\n"), "config"}, 2, "datta"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := run(t, data, test.args...)
			if r.code != test.code {
				t.Errorf("exit %d, want %d\n%s%s", r.code, test.code, r.stdout, r.stderr)
			}
			if !strings.Contains(r.stderr, test.says) || r.stderr == "" {
				t.Errorf("says %q, want something with %q", r.stderr, test.says)
			}
			if strings.Contains(r.stderr, "goroutine") || strings.Contains(r.stderr, "⟦") {
				t.Errorf("not for people: %s", r.stderr)
			}
		})
	}
}

func TestOperatorCommands(t *testing.T) {
	data := initialised(t)
	checks := decode[[]struct{ Name, State, Detail string }](t, must(t, data, "doctor", "--json"))
	for _, c := range checks {
		if c.State == "failed" {
			t.Errorf("doctor: %s %s", c.Name, c.Detail)
		}
	}
	if len(checks) < 8 {
		t.Errorf("doctor made only %d checks", len(checks))
	}
	settings := decode[[]struct{ Name, Environment, Value string }](t, must(t, data, "config", "--json", "--smtp-password=geheim"))
	for _, s := range settings {
		if strings.Contains(s.Value, "geheim") {
			t.Errorf("config shows %s", s.Name)
		}
	}
	must(t, data, "user", "add", "drafter@mofa.example", "--name=Drafter", "--post=Drafter", "--role=drafter", "--language=en")
	users := decode[[]struct {
		Email  string
		Active bool
	}](t, must(t, data, "user", "list", "--json"))
	if len(users) != 2 {
		t.Errorf("got %d users, want 2", len(users))
	}
	must(t, data, "user", "disable", "drafter@mofa.example")
	report := decode[struct {
		Size  int64
		Fault any
	}](t, must(t, data, "audit", "verify", "--json"))
	if report.Size == 0 || report.Fault != nil {
		t.Errorf("audit verify: %+v", report)
	}
	calendar := decode[struct {
		From, To string
		Entries  []struct{ Kind, Title string }
	}](t, must(t, data, "publish", "calendar", "--from", "2026-03-16", "--to", "2026-03-21", "--json"))
	if calendar.To != "2026-03-21" || len(calendar.Entries) == 0 || calendar.Entries[0].Kind != "occasion" || !strings.Contains(calendar.Entries[0].Title, "Halabja") {
		t.Errorf("calendar: %+v", calendar)
	}
	if got := must(t, data, "publish", "calendar", "--from", "2026-03-16", "--to", "2026-03-16"); !strings.Contains(got, "2026-03-16") || strings.Contains(got, "⟦") {
		t.Errorf("calendar says %q", got)
	}
	if list := decode[[]any](t, must(t, data, "publish", "campaigns", "--json")); len(list) != 0 {
		t.Errorf("campaigns of a new house: %v", list)
	}
	if got := must(t, data, "migrate"); !strings.Contains(got, "up to date") {
		t.Errorf("migrate says %q", got)
	}
}
