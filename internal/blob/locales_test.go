package blob_test

import (
	"testing"

	"sifara/internal/blob"
	"sifara/internal/errs"
	"sifara/internal/i18n"
)

func TestErrorsHaveWords(t *testing.T) {
	words, err := i18n.Load(blob.Locales())
	if err != nil {
		t.Fatal(err)
	}
	if err := words.Check(); err != nil {
		t.Error(err)
	}
	for _, e := range []*errs.Error{blob.ErrTooLarge, blob.ErrEmpty, blob.ErrType, blob.ErrImage, blob.ErrPixels} {
		for _, l := range i18n.Langs {
			if got := words.Printer(l).T(e.Key); got == "" || got == e.Key {
				t.Errorf("%s has no words in %v", e.Key, l)
			}
		}
	}
}
