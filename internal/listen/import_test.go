package listen

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
)

// posts writes a CSV of n posts in which every 50th is a duplicate and every
// 97th is broken, and gives what an import must report.
func posts(t testing.TB, n int) (path string, want Report) {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("time,author,text,lang\n")
	at := time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC)
	last := ""
	for i := range n {
		at = at.Add(time.Duration(i%7) * time.Minute)
		line := fmt.Sprintf("%s,Writer_%d,\"post number %d about بغداد and #news, @Reader_%d\",en\n", at.Format(time.RFC3339), i%50, i, i)
		switch {
		case i%97 == 96:
			line = fmt.Sprintf("2099-01-01T00:00:00Z,Writer_%d,from the future %d,en\n", i%50, i)
			want.Rejected++
		case i%50 == 49 && last != "":
			line = last
			want.Duplicates++
		default:
			last = line
			want.Stored++
		}
		want.Read++
		b.WriteString(line)
	}
	path = filepath.Join(t.TempDir(), "posts.csv")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, want
}

func same(a, b Report) bool {
	return a.Read == b.Read && a.Stored == b.Stored && a.Duplicates == b.Duplicates && a.Rejected == b.Rejected
}

func TestImport(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ctx := system()
		path, want := posts(t, 10_000)
		report, err := h.Import(ctx, ImportOptions{Path: path})
		if err != nil || !same(report, want) {
			t.Fatalf("import = %+v, %v, want %+v", report, err, want)
		}
		rejects, err := os.ReadFile(report.RejectsFile)
		if err != nil || int64(bytes.Count(rejects, newline)) != want.Rejected || !bytes.Contains(rejects, []byte(`{"line":98,"reason":"time_future","text":"2099-`)) {
			t.Errorf("rejects %v: %.200s", err, rejects)
		}
		h.wantCounts(t, want.Stored)
		report, err = h.Import(ctx, ImportOptions{Path: path})
		again := Report{Read: want.Read, Duplicates: want.Stored + want.Duplicates, Rejected: want.Rejected}
		if err != nil || !same(report, again) {
			t.Errorf("second import = %+v, %v, want %+v", report, err, again)
		}
		h.wantCounts(t, want.Stored)
		found, err := h.SearchCLI(ctx, SearchQuery{Text: "بغداد #news", Langs: []string{"en"}, Limit: 3})
		if err != nil || found.Total != int(want.Stored) || len(found.Posts) != 3 || found.Posts[0].Time < found.Posts[2].Time {
			t.Errorf("search = %+v, %v, want %d", found, err, want.Stored)
		}
		if strings.Contains(found.Posts[0].Text, "Reader") {
			t.Errorf("text %q names somebody", found.Posts[0].Text)
		}
		if found, err = h.SearchCLI(ctx, SearchQuery{Text: "Writer_7 OR @Reader_7"}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("search for a person = %+v, %v, want a refusal", found, err)
		}
		if found, err = h.SearchCLI(ctx, SearchQuery{Text: "Writer_7 OR Reader_7"}); err != nil || found.Total != 0 {
			t.Errorf("search for a person = %+v, %v, want none", found, err)
		}
		h.drain(t)
		top, err := h.TopWords(ctx, report.From.Std(), now, "", 5)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range top {
			if strings.Contains(w.Shown, "reader") || strings.Contains(w.Shown, "writer") {
				t.Errorf("top word %q is a person", w.Shown)
			}
		}
	})
}

// wantCounts compares posts, index, volume and hashtags.
func (h *house) wantCounts(t testing.TB, want int64) {
	t.Helper()
	for _, q := range []string{
		`SELECT count(*) FROM listen_post`, `SELECT coalesce(sum(posts), 0) FROM listen_volume`,
		`SELECT coalesce(sum(posts), 0) FROM listen_tag_count WHERE tag = '#news'`,
	} {
		var got int64
		if err := h.store.Reader().NewRaw(q).Scan(context.Background(), &got); err != nil || got != want {
			t.Errorf("%s = %d, %v, want %d", q, got, err, want)
		}
	}
	got, err := h.SearchCLI(system(), SearchQuery{Text: "#news"})
	if err != nil || int64(got.Total) != want {
		t.Errorf("index holds %d, %v, want %d", got.Total, err, want)
	}
}

// TestImportInterrupted ends an import at random moments and goes on, and
// wants the counts of an undisturbed one.
func TestImportInterrupted(t *testing.T) {
	n := 30_000
	if raceEnabled {
		n = 6_000
	}
	each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		path, want := posts(t, n)
		random := rand.New(rand.NewPCG(1, 2))
		var report Report
		for try := 0; ; try++ {
			ctx, cancel := context.WithCancel(system())
			stop := random.Int64N(int64(n) * 2 / 5)
			if try > 8 {
				stop = 1 << 40
			}
			timer := time.AfterFunc(time.Duration(random.IntN(300))*time.Millisecond, func() {
				if try <= 8 {
					cancel()
				}
			})
			var err error
			report, err = h.Import(ctx, ImportOptions{Path: path, Progress: func(p Progress) {
				if p.Read > stop {
					cancel()
				}
			}})
			timer.Stop()
			cancel()
			if err == nil {
				break
			}
			if !errors.Is(err, context.Canceled) && !strings.Contains(err.Error(), "cancel") && !strings.Contains(err.Error(), "interrupt") {
				t.Fatal(err)
			}
		}
		if !same(report, want) {
			t.Errorf("import = %+v, want %+v", report, want)
		}
		h.wantCounts(t, want.Stored)
	})
}

// TestImportBad wants a clear refusal of files that hold no posts.
func TestImportBad(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		tests := []struct{ name, in, key string }{
			{"empty", "", "listen.import.empty"},
			{"no columns", "a,b\n1,2\n", "errs.fields"},
			{"binary", "\x1f\x8b\x08\x00broken", "listen.import.broken"},
			{"wrong columns", "time,text\n" + strings.Repeat("never,x\n", 600), "listen.import.hopeless"},
		}
		for _, tt := range tests {
			path := filepath.Join(t.TempDir(), "f")
			if err := os.WriteFile(path, []byte(tt.in), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := h.Import(system(), ImportOptions{Path: path})
			if e, ok := errs.Find(err); !ok || e.Kind != errs.Invalid || e.Key != tt.key {
				t.Errorf("%s: %v, want %s", tt.name, err, tt.key)
			}
		}
		if _, err := h.Import(system(), ImportOptions{Path: "/nowhere"}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("absent file: %v, want Invalid", err)
		}
		if _, err := h.Import(context.Background(), ImportOptions{Path: "/nowhere"}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("as nobody: %v, want Forbidden", err)
		}
	})
}

// TestCollision wants posts whose ids fall together kept apart, and found again.
func TestCollision(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		at := time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC)
		batch := []arrival{
			{Post: Post{ID: PostID(at) + 5, At: at, Text: "a", Lang: "en"}, key: 1, words: "a is:doc"},
			{Post: Post{ID: PostID(at) + 5, At: at, Text: "b", Lang: "en"}, key: 2, words: "b is:doc"},
			{Post: Post{ID: PostID(at) + 6, At: at, Text: "c", Lang: "en"}, key: 3, words: "c is:doc"},
			{Post: Post{ID: PostID(at) + 5, At: at, Text: "a", Lang: "en"}, key: 1, words: "a is:doc"},
		}
		for i, want := range []int{3, 0} {
			err := h.store.Tx(context.Background(), func(ctx context.Context, tx bun.Tx) error {
				n, err := h.write(ctx, tx, batch)
				if n != want {
					t.Errorf("write %d stored %d, want %d", i, n, want)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestUpload walks a file through the console's import.
func TestUpload(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ctx := system()
		path, want := posts(t, 2000)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		imp := id.New()
		for range 2 { // a replayed form
			if err := h.Upload(ctx, imp, "posts.csv", bytes.NewReader(data)); err != nil {
				t.Fatal(err)
			}
		}
		f, err := h.FileImport(ctx, imp)
		if err != nil || f.State != ImportMapping {
			t.Fatalf("import %+v, %v, want one that waits", f, err)
		}
		p, err := h.Preview(ctx, f)
		if err != nil || p.Guess.Time != "time" || len(p.Rows) != 3 || strings.Contains(fmt.Sprint(p.Rows), "Writer_") {
			t.Errorf("preview %+v, %v", p, err)
		}
		if err := h.StartImport(ctx, imp, "", Mapping{Time: "nothing"}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("wrong column: %v, want Invalid", err)
		}
		for range 2 {
			if err := h.StartImport(ctx, imp, "Archive", p.Guess); err != nil {
				t.Fatal(err)
			}
		}
		h.drain(t)
		if f, err = h.FileImport(ctx, imp); err != nil || f.State != ImportDone || !same(f.Report, want) || len(h.files) != 0 {
			t.Errorf("import %+v, %v with %d files left, want it done with %+v", f, err, len(h.files), want)
		}
		h.wantCounts(t, want.Stored)
		var out bytes.Buffer
		if err := h.WriteRejects(ctx, imp, &out); err != nil || int64(bytes.Count(out.Bytes(), newline)) != want.Rejected {
			t.Errorf("rejects %v: %s", err, out.String())
		}
	})
}

// TestTopicCounts wants the counts of a topic to be the same whether its posts
// came before or after it was made.
func TestTopicCounts(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ctx := system()
		path, want := posts(t, 3000)
		terms := []string{"بغداد", "nothing of it"}
		before, after := id.New(), id.New()
		add := func(id string) {
			if err := h.AddTopic(ctx, Topic{ID: id, Names: map[i18n.Lang]string{i18n.English: "Baghdad"}, Terms: terms}); err != nil {
				t.Fatal(err)
			}
		}
		add(before)
		if _, err := h.Import(ctx, ImportOptions{Path: path}); err != nil {
			t.Fatal(err)
		}
		add(after)
		h.drain(t)
		first, last, err := h.Extent(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, topic := range []string{before, after} {
			bins, err := h.Volume(ctx, topic, first, last.Add(time.Hour), 24*time.Hour)
			sum := int64(0)
			for _, b := range bins {
				sum += b.Posts
			}
			if err != nil || sum != want.Stored {
				t.Errorf("topic %s has %d posts, %v, want %d", topic, sum, err, want.Stored)
			}
		}
		tp, err := h.Topic(ctx, after)
		if err != nil || !tp.Counted() {
			t.Errorf("topic %+v, %v, want it counted", tp, err)
		}
		tp.Terms = []string{`"post number"`}
		if err := h.SaveTopic(ctx, tp); err != nil {
			t.Fatal(err)
		}
		if err := h.SaveTopic(ctx, tp); errs.KindOf(err) != errs.Conflict {
			t.Errorf("stale save: %v, want Conflict", err)
		}
	})
}
