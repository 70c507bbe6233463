package publish

import (
	"fmt"
	"testing"

	"sifara/internal/db"
	"sifara/internal/text"
	"sifara/internal/text/parallel"
)

// Proving is a house whose public log is the real one, for tests that need
// packages above this one.
func Proving(t testing.TB, d *db.DB) (*house, *PublicLog) { return proving(t, d) }

// Publish makes a message public.
func (h *house) Publish(id, slug string, texts ...Variant) Message {
	return h.publish(id, slug, texts...)
}

// Schema are the tables of these tests.
var Schema = schema

// Speeches are real speeches.
func Speeches(t testing.TB) []string { return speeches(t) }

// Likely reports that a match would be called a rendering.
func Likely(m parallel.Match) bool {
	if m.Same {
		return measured.same.holds(m)
	}
	return measured.other.holds(m)
}

// ReadText reads a text as the log does.
var ReadText = (*PublicLog).read

// Explain says how a text stands to each text of a message.
func Explain(t testing.TB, l *PublicLog, pasted, slug string) string {
	t.Helper()
	lang, _ := text.Identify(pasted)
	theirs, err := l.read(t.Context(), lang, pasted)
	if err != nil {
		t.Fatal(err)
	}
	m, err := load(t.Context(), l.db.Reader(), "slug", slug)
	if err != nil {
		t.Fatal(err)
	}
	r := rarity{texts: map[int64]float64{}}
	r.all, _ = l.seenTexts(t.Context())
	_ = l.learned(t.Context(), r, theirs.Keys())
	out := ""
	for _, v := range m.Variants {
		ours, err := l.read(t.Context(), string(v.Lang), wholeText(v))
		if err != nil {
			t.Fatal(err)
		}
		_ = l.learned(t.Context(), r, ours.Keys())
		x := parallel.Compare(ours, theirs, r.weigh)
		out += fmt.Sprintf("%s: score %.2f evidence %.1f shared %d cover %.2f\n", v.Lang, x.Score, x.Evidence, x.Shared, x.Cover)
	}
	return out
}
