package listen

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"sifara/internal/db"
	"sifara/internal/listen/collect"
)

// walkShared gives what each stored post shares, by its text.
func (h *house) walkShared(t testing.TB) map[string][]Shared {
	t.Helper()
	out := map[string][]Shared{}
	_, _, err := h.Walk(system(), WalkQuery{Shared: true}, func(p Post) error {
		out[p.Text] = p.Shared
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// hear stores what a reader of a source would deliver.
func (h *house) hear(t testing.TB, source string, items ...collect.Item) {
	t.Helper()
	src, err := h.importSource(system(), source)
	if err != nil {
		t.Fatal(err)
	}
	n, err := h.normaliser(system(), src)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.takeCursor(t.Context(), src.Number, "test"); err != nil {
		t.Fatal(err)
	}
	if k, err := h.storeItems(t.Context(), n, items, "", "test"); err != nil || k != len(items) {
		t.Fatalf("%d of %d items stored: %v", k, len(items), err)
	}
}

// TestWhatPostsShareIsKept: as numbers that are equal for the same thing and lead
// back to nothing, and only of posts that say.
func TestWhatPostsShareIsKept(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		at := h.clock.Now().Add(-time.Hour)
		item := func(text, author string, change func(*collect.Item)) collect.Item {
			it := collect.Item{ID: "at://" + text, Author: author, Text: text, At: at}
			change(&it)
			return it
		}
		plain := func(*collect.Item) {}
		h.hear(t, "first",
			item("the question itself", "private1", plain),
			item("an answer", "private2", func(it *collect.Item) { it.Reply, it.ReplyTo = "at://the question itself", "private1" }),
			item("another answer", "private3", func(it *collect.Item) {
				it.Reply, it.Images = "at://the question itself", []string{"cid1", "cid2", "cid1"}
			}),
			item("a picture", "private4", func(it *collect.Item) { it.Images = []string{"cid1"} }),
			item("passed on", "private5", func(it *collect.Item) { it.Repost, it.Reply, it.Images = "at://a", "at://b", []string{"cid1"} }),
			item("look at this", "private6", func(it *collect.Item) { it.Quote = "at://a" }),
			item("by nobody", "", func(it *collect.Item) { it.Reply = "at://the question itself" }),
			item("an album", "private7", func(it *collect.Item) {
				for i := range 30 {
					it.Images = append(it.Images, fmt.Sprint("page", i))
				}
			}),
		)
		h.hear(t, "second", item("an answer elsewhere", "private2", func(it *collect.Item) { it.Reply = "at://the question itself" }))
		got := h.walkShared(t)
		kinds := map[string][]SharedKind{
			"the question itself": nil, "an answer": {ReplyShared}, "another answer": {ReplyShared, ImageShared, ImageShared}, "a picture": {ImageShared},
			"passed on": {RepostShared}, "look at this": {QuoteShared}, "by nobody": nil, "an album": slices.Repeat([]SharedKind{ImageShared}, mostImages), "an answer elsewhere": {ReplyShared},
		}
		for text, want := range kinds {
			var had []SharedKind
			for _, x := range got[text] {
				had = append(had, x.Kind)
			}
			if !slices.Equal(had, want) {
				t.Errorf("%q shares %v, want %v", text, had, want)
			}
		}
		if t.Failed() {
			t.FailNow()
		}
		answer := got["an answer"][0].Object
		if answer != got["another answer"][0].Object {
			t.Error("two answers to one post have nothing in common")
		}
		if got["passed on"][0].Object != got["look at this"][0].Object {
			t.Error("what is quoted is not known as what is passed on")
		}
		if !slices.Contains(got["another answer"], got["a picture"][0]) {
			t.Error("one picture is two")
		}
		if answer == got["an answer elsewhere"][0].Object {
			t.Error("what one source says joins what another says")
		}
		var same int
		if err := h.store.Reader().NewRaw(`SELECT count(*) FROM listen_post WHERE key = ? OR id = ?`, answer, answer).Scan(t.Context(), &same); err != nil || same != 0 {
			t.Errorf("the number of an answer leads to the post answered: %d, %v", same, err)
		}
		h.clock.Advance(pseudonymDays * 24 * time.Hour)
		at = h.clock.Now().Add(-time.Hour)
		h.hear(t, "first", item("an answer much later", "private2", func(it *collect.Item) { it.Reply = "at://the question itself" }))
		if later := h.walkShared(t)["an answer much later"]; len(later) != 1 || later[0].Object == answer {
			t.Errorf("under the next key the number is %v, before %d", later, answer)
		}
	})
}

// TestWhatPostsShareGoes: with the posts, and nothing is left behind.
func TestWhatPostsShareGoes(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, func(d *Deps) { d.Keep = 20 * 24 * time.Hour })
		for i := range 40 {
			h.hear(t, "talk", collect.Item{ID: fmt.Sprint(i), Author: "private1", Text: fmt.Sprint("answer ", i), At: h.clock.Now().Add(-time.Duration(i) * 24 * time.Hour), Reply: "x", Images: []string{"y"}})
		}
		if r, err := h.PrivacyReport(system()); err != nil || r.Shared != 80 {
			t.Fatalf("the report tells %d things, %v, want 80", r.Shared, err)
		}
		if _, err := h.prunePosts(system()); err != nil {
			t.Fatal(err)
		}
		r, err := h.PrivacyReport(system())
		if err != nil || r.Posts < 20 || r.Posts > 21 || r.Shared != 2*r.Posts {
			t.Errorf("%d things of %d posts are left, %v", r.Shared, r.Posts, err)
		}
	})
}

// TestImportReadsWhatPostsShare: by the names of common exports, as mapped, and
// not from columns that hold no ids.
func TestImportReadsWhatPostsShare(t *testing.T) {
	const when = "2016-01-05T10:00:00Z"
	tests := []struct {
		name, file string
		mapping    Mapping
		want       []SharedKind
	}{
		{"by name", "time,user,text,in_reply_to_status_id,media_keys\n" + when + ",a,hello,123,\"['3_1', '3_2']\"\n", Mapping{}, []SharedKind{ReplyShared, ImageShared, ImageShared}},
		{"toolkit", "message_id,user_id,message,timestamp,repost_id,reply_id\n1,a,hello," + when + ",77,\n", Mapping{}, []SharedKind{RepostShared}},
		{"mapped", "time,user,text,parent,pic\n" + when + ",a,hello,9,p1 p2\n", Mapping{Reply: "parent", Image: "pic"}, []SharedKind{ReplyShared, ImageShared, ImageShared}},
		{"JSON Lines", `{"time":"` + when + `","user":"a","text":"hello","in_reply_to_id":5,"media":{"keys":["x","y"]}}` + "\n", Mapping{Image: "media.keys"}, []SharedKind{ReplyShared, ImageShared, ImageShared}},
		{"said as nothing", "time,user,text,reply_id,retweeted_id,image_hash\n" + when + ",a,hello,nan,0,[]\n", Mapping{}, nil},
		{"flags and names", "time,user,text,retweet,reply_to,image\n" + when + ",a,hello,True,somebody,https://a.example/b.png\n", Mapping{}, nil},
	}
	each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "posts")
				if err := os.WriteFile(path, []byte(tt.file), 0o600); err != nil {
					t.Fatal(err)
				}
				if r, err := h.Import(system(), ImportOptions{Path: path, Source: tt.name, Mapping: tt.mapping}); err != nil || r.Stored != 1 {
					t.Fatalf("%+v, %v", r, err)
				}
				var kinds []SharedKind
				err := h.store.Reader().NewRaw(`SELECT s.kind FROM listen_shared s JOIN listen_post p ON p.id = s.post WHERE p.source = (SELECT number FROM listen_source WHERE name = ?) ORDER BY s.kind`, tt.name).Scan(t.Context(), &kinds)
				if err != nil || !slices.Equal(kinds, tt.want) {
					t.Errorf("got %v, %v, want %v", kinds, err, tt.want)
				}
			})
		}
	})
}
