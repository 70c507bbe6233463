package collect

import (
	"context"
	"errors"
	"testing"

	"sifara/test/fakes"
	"sifara/test/fakes/jetstream"
)

// TestDictionaries reads compressed events with the server's dictionary, plain
// ones without, and says when the dictionary is another.
func TestDictionaries(t *testing.T) {
	for name, c := range map[string]struct {
		dictionary []byte
		want       error
		compressed bool
	}{
		"the server's": {jetstream.Dictionary(7), errCrash, true},
		"none":         {nil, errCrash, false},
		"another":      {jetstream.Dictionary(8), ErrDictionary, true},
		"no such":      {[]byte("words"), ErrDictionary, false},
	} {
		s := jetstream.Start(t, fakes.Setup{Posts: 3, Begin: began}, jetstream.Dictionary(7))
		err := Jetstream{Fetch: patience(t), URL: s.URL, Dictionary: c.dictionary}.Read(t.Context(), "", func(context.Context, []Item, string) error { return errCrash })
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if got := s.Compressed() > 0; got != c.compressed {
			t.Errorf("%s: compressed %v, want %v", name, got, c.compressed)
		}
	}
	if CheckDictionary(jetstream.Dictionary(7)) != nil || CheckDictionary([]byte("words")) == nil || CheckDictionary(nil) == nil {
		t.Error("dictionaries are not told from other files")
	}
}
