package listen

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sifara/internal/db"
	"sifara/internal/jobs"
)

// TestWordsOfADayThatGrowsMeanwhile has posts arrive between the counting of a
// day and its end: the day stays to be counted, and then nothing is missing.
func TestWordsOfADayThatGrowsMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ctx := system()
		file := func(name string, from, to int) string {
			var b strings.Builder
			b.WriteString("publish_date,author_id,content,language\n")
			for i := from; i < to; i++ {
				fmt.Fprintf(&b, "%s,a%d,number%c embassy news,en\n", now.Add(-time.Hour-time.Duration(i)*time.Second).Format(time.RFC3339), i, 'a'+i%26)
			}
			path := filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
				t.Fatal(err)
			}
			return path
		}
		take := func(path string) {
			if _, err := h.Import(ctx, ImportOptions{Path: path}); err != nil {
				t.Fatal(err)
			}
		}
		take(file("first.csv", 0, 2*postsPerStretch+1)) // several stretches
		day := dayOf(hourOf(now.Add(-time.Hour)))
		posts, err := postsOn(ctx, h.store.Reader(), day)
		if err != nil || posts != 2*postsPerStretch+1 {
			t.Fatalf("posts of the day: %d, %v", posts, err)
		}
		words, err := h.wordsOn(ctx, day, newPace())
		if err != nil {
			t.Fatal(err)
		}
		take(file("second.csv", 5000, 5010))
		if err := h.keepWords(ctx, day, posts, words); err != nil {
			t.Fatal(err)
		}
		if got := dirty(t, h); got != 1 {
			t.Errorf("%d days to count, want the one that grew", got)
		}
		if err := h.countWords(ctx, jobs.Job[wordsJob]{}); err != nil {
			t.Fatal(err)
		}
		if got := dirty(t, h); got != 0 {
			t.Errorf("%d days to count, want none", got)
		}
		top, err := h.TopWords(ctx, now.Add(-24*time.Hour), now, "", 1)
		if want := int64(2*postsPerStretch + 11); err != nil || len(top) != 1 || top[0].Posts != want {
			t.Errorf("top word %+v, %v; want one in %d posts", top, err, want)
		}
	})
}

func dirty(t *testing.T, h *house) (n int) {
	t.Helper()
	if err := h.store.Reader().NewRaw(`SELECT count(*) FROM listen_day_dirty`).Scan(t.Context(), &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestStepsOfARecount(t *testing.T) {
	for _, tt := range []struct {
		step int64
		took time.Duration
		want int64
	}{
		{24, time.Second, 24}, {48, time.Second, 24}, {48, recountTakes, 48}, {48, time.Millisecond, 96}, {recountMost, 0, recountMost},
	} {
		if got := nextStep(tt.step, tt.took); got != tt.want {
			t.Errorf("after %d hours in %v: got %d, want %d", tt.step, tt.took, got, tt.want)
		}
	}
}
