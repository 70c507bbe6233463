package auth_test

import (
	"testing"

	"sifara/internal/auth"
	"sifara/internal/i18n"
)

func TestWords(t *testing.T) {
	c, err := i18n.Load(auth.Locales())
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Check(); err != nil {
		t.Error(err)
	}
}
