package assess

import (
	"testing"

	"sifara/internal/i18n"
)

func TestWords(t *testing.T) {
	cat, err := i18n.Load(Locales())
	if err != nil {
		t.Fatal(err)
	}
	if err := cat.Check(); err != nil {
		t.Error(err)
	}
}
