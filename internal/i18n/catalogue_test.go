package i18n

import "testing"

func load(t *testing.T) *Catalogue {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestOwnMessages(t *testing.T) {
	if err := load(t).Check(); err != nil {
		t.Error(err)
	}
}
