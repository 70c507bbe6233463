package publish

import (
	"testing"

	"sifara/internal/audit"
	"sifara/internal/i18n"
)

func TestLocales(t *testing.T) {
	cat, err := i18n.Load(Locales(), audit.Locales())
	if err != nil {
		t.Fatal(err)
	}
	if err := cat.Check(); err != nil {
		t.Error(err)
	}
}
