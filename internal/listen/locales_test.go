package listen

import (
	"testing"

	"sifara/internal/fetch"
	"sifara/internal/i18n"
)

func TestLocales(t *testing.T) {
	c, err := i18n.Load(fetch.Locales(), Locales())
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Check(); err != nil {
		t.Error(err)
	}
	for _, r := range []string{rejectLong, rejectQuotes, rejectColumns, rejectEncoding, rejectNUL, rejectJSON, rejectTime, rejectFuture, rejectPast, rejectEmpty, rejectText} {
		if !c.Has(i18n.Arabic, "listen.reject."+r) {
			t.Errorf("no words for the reason %s", r)
		}
	}
}
