package app

import (
	"os"
	"strings"
	"testing"
)

// TestEverySettingIsDocumented looks for each setting in the example file and
// in the operators' guide.
func TestEverySettingIsDocumented(t *testing.T) {
	for path, mark := range map[string]string{"../../deploy/sifara.toml.example": "%s = ", "../../docs/operations.md": "`%s`"} {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range (Config{}).Settings() {
			if !strings.Contains(string(b), strings.Replace(mark, "%s", s.Name, 1)) {
				t.Errorf("%s does not speak of %s", path, s.Name)
			}
		}
	}
}
