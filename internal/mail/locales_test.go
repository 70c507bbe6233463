package mail_test

import (
	"testing"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/mail"
)

func TestErrorsHaveWords(t *testing.T) {
	words, err := i18n.Load(mail.Locales())
	if err != nil {
		t.Fatal(err)
	}
	if err := words.Check(); err != nil {
		t.Error(err)
	}
	for _, e := range []*errs.Error{mail.ErrMessage, mail.ErrAddress, mail.ErrRefused, mail.ErrUnavailable, mail.ErrUnknown} {
		for _, l := range i18n.Langs {
			if got := words.Printer(l).T(e.Key); got == "" || got == e.Key {
				t.Errorf("%s has no words in %v", e.Key, l)
			}
		}
	}
}
