package listen

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/text/near"
)

const (
	closed  = "The ministry confirms that the border crossing at Zakho is closed until Friday morning"
	closed2 = "BREAKING: the ministry confirms that the border crossing at Zakho is closed until Friday morning!"
	other   = "Football tonight: the national team plays in Basra against the champions of last year"
)

func incoming(at time.Time, lang string, texts ...string) (out []Incoming) {
	for i, s := range texts {
		out = append(out, Incoming{At: at.Add(time.Duration(i) * time.Minute), ID: fmt.Sprint(at.Unix(), "-", i), Author: fmt.Sprint("writer", i), Text: s, Lang: lang, Country: "IQ"})
	}
	return out
}

// TestStories groups nearly equal posts as they arrive, over a restart, beside
// another node and after a transaction that failed.
func TestStories(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		first := newHouse(t, d)
		ctx := system()
		topic := Topic{ID: id.New(), Names: map[i18n.Lang]string{i18n.English: "Border"}, Terms: []string{"border AND (crossing OR checkpoint)"}}
		if err := first.AddTopic(ctx, topic); err != nil {
			t.Fatal(err)
		}
		take := func(h *house, source string, posts []Incoming) {
			t.Helper()
			if n, err := h.Receive(ctx, source, posts); err != nil || n != len(posts) {
				t.Fatalf("%d of %d posts stored, %v", n, len(posts), err)
			}
		}
		at := now.Add(-48 * time.Hour)
		take(first, "one", incoming(at, "en", closed, other, closed2))
		second := newHouse(t, d, func(x *Deps) { x.Vault = first.vault })
		take(second, "two", incoming(at.Add(time.Hour), "en", closed2))
		// The first node reads what the second wrote before it goes on.
		take(first, "one", incoming(at.Add(2*time.Hour), "en", closed))
		err := first.store.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
			a := arrival{Post: Post{ID: PostID(at), At: at}, set: near.Words(nil, "quite another text that is rolled back at once", 1)}
			if err := first.stories.assign(ctx, tx, []*arrival{&a}); err != nil {
				t.Error(err)
			}
			return errs.New(errs.Conflict, "")
		})
		if err == nil {
			t.Fatal("the transaction did not fail")
		}
		take(first, "one", incoming(at.Add(3*time.Hour), "en", closed2))
		// A week later it is another story.
		take(second, "two", incoming(at.Add(-8*24*time.Hour), "en", closed))

		list, err := first.TopicStories(ctx, topic.ID, at.Add(-time.Hour), now, 10)
		if err != nil || len(list) != 1 {
			t.Fatalf("%d stories, %v, want one", len(list), err)
		}
		got := list[0]
		if got.Posts != 5 || got.Sources != 2 || got.Languages != 1 || !got.First.Equal(at) || !got.Last.Equal(at.Add(3*time.Hour)) || got.Lead.Text != closed {
			t.Errorf("story %+v", got)
		}
		v, err := second.Story(ctx, got.ID)
		if err != nil || v.Posts != 5 || v.Story.Sources != 2 || len(v.Sources) != 0 || len(v.Countries) != 0 || len(v.Bins) != 4 || len(v.Topics) != 1 {
			t.Errorf("story %+v, %v", v, err)
		}
		if again, err := first.Story(ctx, v.Newest[0].ID); err != nil || again.ID != got.ID {
			t.Errorf("asked for by its newest post: %d, %v", again.ID, err)
		}
		if _, err := first.Story(ctx, 5); errs.KindOf(err) != errs.NotFound {
			t.Errorf("a story that never was: %v", err)
		}
		all, err := first.Stories(ctx, at.Add(-time.Hour), now, 10)
		if err != nil || len(all) != 1 || all[0].Posts != 5 || all[0].Sources != 2 {
			t.Errorf("all stories: %+v, %v", all, err)
		}

		// Recounting the topic finds the same as counting on arrival.
		before := mentionsIn(t, first)
		first.drain(t)
		if after := mentionsIn(t, first); !slices.Equal(before, after) || len(before) != 6 {
			t.Errorf("mentions after a recount %v, before %v", after, before)
		}
	})
}

// mentionsIn are the rows of mentions and of day sums as text.
func mentionsIn(t *testing.T, h *house) (out []string) {
	t.Helper()
	var rows []struct {
		Topic, Post, Source, Labels, Story int64
		Country, Lang                      string
	}
	if err := h.store.Reader().NewRaw(`SELECT topic, post, country, source, lang, labels, story FROM listen_mention ORDER BY topic, post`).Scan(t.Context(), &rows); err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		out = append(out, fmt.Sprint(r))
	}
	return out
}

func TestSketchesAreReadBack(t *testing.T) {
	var b []byte
	sets := map[int64]near.Set{1 << 61: near.Words(nil, closed, 1), 3: near.Words(nil, other, 1)}
	for i, s := range sets {
		b = appendSketch(b, i, s)
	}
	n := 0
	err := eachSketch(b, func(i int64, s near.Set) {
		if n++; !slices.Equal(s, sets[i]) {
			t.Errorf("%d: got %v, want %v", i, s, sets[i])
		}
	})
	if err != nil || n != 2 {
		t.Errorf("%d sketches, %v", n, err)
	}
}

func FuzzSketch(f *testing.F) {
	f.Add(appendSketch(nil, 7, near.Set{1, 2, 3}))
	f.Add([]byte{1, 200, 255})
	f.Fuzz(func(t *testing.T, b []byte) {
		_ = eachSketch(b, func(_ int64, s near.Set) {
			if len(s) == 0 || len(s) > storyLead || !slices.IsSorted(s) {
				t.Fatalf("set %v", s)
			}
		})
	})
}
