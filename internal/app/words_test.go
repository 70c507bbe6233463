package app

import (
	"testing"
)

func TestEveryWordExistsInFourLanguages(t *testing.T) {
	words, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	if err := words.Check(); err != nil {
		t.Error(err)
	}
}
