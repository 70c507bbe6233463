package command_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sifara/internal/command"
)

type shared struct {
	JSON bool `help:"Report as JSON."`
}

type copyCmd struct {
	shared
	From  string            `arg:"" help:"The file." type:"existingfile"`
	To    string            `arg:"" help:"Where to."`
	Wait  time.Duration     `help:"How long." default:"60s"`
	Limit uint64            `help:"How many." default:"3"`
	Share float64           `help:"How much." default:"0.5"`
	Tags  []string          `help:"Which." default:"a,b"`
	Whole []string          `help:"Which, commas too." sep:"none"`
	Name  map[string]string `help:"Names." required:""`
}

type line struct {
	Data  string `help:"Folder." default:"data" env:"COMMAND_TEST_DATA"`
	Level string `help:"Level." enum:"low,high" default:"low" env:"COMMAND_TEST_LEVEL"`
	Files struct {
		Copy copyCmd  `cmd:"" help:"Copy a file."`
		Drop struct{} `cmd:"" help:"Drop a file."`
	} `cmd:"" help:"Files."`
	Show struct{} `cmd:"" help:"Show."`
}

func TestParse(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("COMMAND_TEST_LEVEL", "high")
	var l line
	chosen, err := command.New("x", "", &l).Parse(
		[]string{"files", "copy", file, "b", "--json", "--name", "en=A,B", "--name=ar=ا=ب", "--tags=c", "--tags=d,e", "--whole=f,g", "--wait=2h", "--data", "/srv"},
		io.Discard, func() (map[string]string, error) { return map[string]string{"data": "file", "level": "low"}, nil })
	if err != nil || chosen != any(&l.Files.Copy) {
		t.Fatalf("chose %T, %v", chosen, err)
	}
	c := l.Files.Copy
	if !c.JSON || c.From != file || c.To != "b" || c.Wait != 2*time.Hour || c.Limit != 3 || c.Share != 0.5 {
		t.Errorf("got %+v", c)
	}
	if strings.Join(c.Tags, " ") != "c d e" || strings.Join(c.Whole, " ") != "f,g" || c.Name["en"] != "A,B" || c.Name["ar"] != "ا=ب" {
		t.Errorf("lists: %+v", c)
	}
	if l.Data != "/srv" || l.Level != "high" {
		t.Errorf("the flag goes before the file, the environment too: %q %q", l.Data, l.Level)
	}
}

func TestParseRefuses(t *testing.T) {
	here := t.TempDir()
	tests := []struct {
		name, args, says string
	}{
		{"nothing", "", "choose one of: files, show"},
		{"unknown command", "flies", `no command "flies"`},
		{"a group alone", "files", "choose one of: copy, drop"},
		{"unknown in a group", "files cpy", `did you mean "copy"`},
		{"unknown flag", "show --nothing", "--nothing"},
		{"argument missing", "files copy " + here + "/x", "TO is missing"},
		{"no such file", "files copy " + here + "/x y --name=en=a", "no such file"},
		{"a folder", "files copy " + here + " y --name=en=a", "folder"},
		{"too many", "files copy - y z --name=en=a", `unexpected argument "z"`},
		{"argument of none", "show x", "x"},
		{"flag missing", "files copy - y", "missing: --name"},
		{"not a number", "files copy - y --name=en=a --limit=-1", "want a number"},
		{"not a share", "files copy - y --name=en=a --share=much", "want a number"},
		{"not a time", "files copy - y --name=en=a --wait=soon", "want a time"},
		{"not a pair", "files copy - y --name=en", "NAME=VALUE"},
		{"not of the list", "show --level=loud", "want one of low, high"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var l line
			_, err := command.New("x", "", &l).Parse(strings.Fields(tt.args), io.Discard, nil)
			if u, ok := errors.AsType[*command.Usage](err); !ok || !strings.Contains(u.Text, tt.says) {
				t.Errorf("got %v, want %q", err, tt.says)
			}
		})
	}
}

func TestParseSettings(t *testing.T) {
	broken := errors.New("broken")
	says := func(m map[string]string, err error) func() (map[string]string, error) {
		return func() (map[string]string, error) { return m, err }
	}
	var l line
	if _, err := command.New("x", "", &l).Parse([]string{"show"}, io.Discard, says(map[string]string{"data": "/srv"}, nil)); err != nil || l.Data != "/srv" {
		t.Errorf("from the file: %q %v", l.Data, err)
	}
	for name, file := range map[string]func() (map[string]string, error){
		"datas": says(map[string]string{"datas": "x"}, nil), "want one of": says(map[string]string{"level": "x"}, nil), "limit": says(map[string]string{"limit": "5"}, nil),
	} {
		if _, err := command.New("x", "", new(line)).Parse([]string{"show"}, io.Discard, file); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := command.New("x", "", new(line)).Parse([]string{"show"}, io.Discard, says(nil, broken)); !errors.Is(err, broken) {
		t.Errorf("a broken file: %v", err)
	}
}

func TestHelp(t *testing.T) {
	var out strings.Builder
	chosen, err := command.New("x", "About.", new(line)).Parse([]string{"files", "copy", "--help"}, &out, nil)
	if err != nil || chosen != nil {
		t.Fatalf("%T %v", chosen, err)
	}
	for _, want := range []string{"Copy a file.", "x files copy FROM TO", "--wait TIME", "($COMMAND_TEST_DATA)", "(default data)", "--level low|high"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the help lacks %q:\n%s", want, out.String())
		}
	}
}
