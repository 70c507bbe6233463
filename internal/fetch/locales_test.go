package fetch_test

import (
	"testing"

	"sifara/internal/errs"
	"sifara/internal/fetch"
	"sifara/internal/i18n"
)

func TestErrorsHaveWords(t *testing.T) {
	words, err := i18n.Load(fetch.Locales())
	if err != nil {
		t.Fatal(err)
	}
	if err := words.Check(); err != nil {
		t.Error(err)
	}
	for _, e := range []*errs.Error{fetch.ErrURL, fetch.ErrAddress, fetch.ErrTooLarge, fetch.ErrTimeout, fetch.ErrRedirects, fetch.ErrUnreachable} {
		for _, l := range i18n.Langs {
			if got := words.Printer(l).T(e.Key); got == "" || got == e.Key {
				t.Errorf("%s has no words in %v", e.Key, l)
			}
		}
	}
}
