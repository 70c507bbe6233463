package listen

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/i18n"
	"sifara/internal/id"
)

// TestRealPosts imports the real posts. It wants the attacks of Brussels on 22
// March 2016 found within hours, with few other alarms of the topic, and nobody
// named in the bytes of the database.
func TestRealPosts(t *testing.T) {
	path := testData(t, "posts_2016h1.csv.gz")
	if testing.Short() || raceEnabled {
		t.Skip("imports 289,107 posts: not in short tests, not under the race detector")
	}
	d := dbtest.SQLite(t, all()...)
	h := newHouse(t, d)
	ctx := system()
	topics := []Topic{
		{ID: id.New(), Names: map[i18n.Lang]string{i18n.English: "Brussels"}, Terms: []string{"Brussels", "Bruxelles", "بروكسل", "برۆکسل", "Брюссель"}, Countries: []string{"BE"}, MissionID: "mission-be", Watched: true},
		{ID: id.New(), Names: map[i18n.Lang]string{i18n.English: "Iraq"}, Terms: []string{"Iraq", "العراق", "Baghdad", "بغداد", "Mosul", "الموصل", "Ирак"}, Watched: true},
		{ID: id.New(), Names: map[i18n.Lang]string{i18n.English: "Refugees"}, Terms: []string{"refugees", "migrants", "لاجئين", "Flüchtlinge", "беженцы"}, Watched: true},
	}
	for _, tp := range topics {
		if err := h.AddTopic(ctx, tp); err != nil {
			t.Fatal(err)
		}
	}
	report, err := h.Import(ctx, ImportOptions{Path: path, Rejects: filepath.Join(t.TempDir(), "rejects")})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", report)
	if report.Read != 289107 || report.Stored+report.Duplicates+report.Rejected != report.Read {
		t.Errorf("report %+v, want 289107 read and the sum of the rest", report)
	}
	began := time.Now()
	h.drain(t)
	t.Logf("jobs took %s", time.Since(began))
	list, _, err := h.Warnings(ctx, WarningFilter{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	found, others := false, 0
	attack := db.At(time.Date(2016, 3, 22, 0, 0, 0, 0, time.UTC))
	for _, w := range list {
		name := w.Term
		for _, tp := range topics {
			if tp.ID == w.TopicID {
				name = tp.Name(i18n.English)
			}
		}
		t.Logf("%-28s %s +%3.0fh observed %5d expected %7.1f score %5.1f authors %d %v", name, w.Since.Std().Format("01-02 15h"), w.Until.Std().Sub(w.Since.Std()).Hours(), w.Observed, w.Expected, w.Score, w.Evidence.Authors, shownWords(w.Evidence.Words[:min(6, len(w.Evidence.Words))]))
		if w.TopicID != topics[0].ID {
			continue
		}
		if w.Since >= attack && w.Since < attack.Add(24*time.Hour) {
			found = true
			if w.MissionID != "mission-be" || w.Strength() != "strong" || len(w.Evidence.Posts) == 0 {
				t.Errorf("warning %+v, want a strong one with examples for the mission", w)
			}
		} else {
			others++
		}
	}
	if !found || others > 2 {
		t.Errorf("found %v with %d other alarms, want it found with at most 2 others", found, others)
	}
	again, err := h.Detect(ctx, report.From.Std(), report.To.Std())
	if err != nil || again != 0 {
		t.Errorf("a second look raised %d (%v), want 0", again, err)
	}
	wantNobody(t, d, path)
}

// wantNobody looks for the handles of a file's authors in the bytes of a
// database. Some are also hashtags of campaigns or hosts of web sites, which
// others wrote as words.
func wantNobody(t *testing.T, d *db.DB, path string) {
	t.Helper()
	handles := authors(t, path)
	if _, err := d.Writer().Exec(`PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(d.Address())
	if err != nil {
		t.Fatal(err)
	}
	left := map[string]bool{}
	for i := 0; i < len(raw); i++ {
		start := i
		for i < len(raw) && isName(raw[i]) {
			i++
		}
		if n := i - start; n < 2 || n > 60 {
			continue
		}
		w := strings.ToLower(string(raw[start:i]))
		if handles[w] && start > 0 && raw[start-1] == '@' {
			t.Errorf("@%s stands in the database", w)
		}
		if len(w) > 7 && handles[w] {
			left[w] = true
		}
	}
	t.Logf("%d handles; as words of others' texts: %v", len(handles), left)
	if len(left) > 15 {
		t.Errorf("%d handles stand in the database", len(left))
	}
}

func isName(b byte) bool {
	return b == '_' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

// authors are the handles in a file, in lower case.
func authors(t *testing.T, path string) map[string]bool {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	file, err := openImport(f, "")
	if err != nil {
		t.Fatal(err)
	}
	r, err := file.records(0, 0)
	if err != nil {
		t.Fatal(err)
	}
	handles := map[string]bool{}
	for {
		rec, err := r.next()
		if err != nil {
			return handles
		}
		if rec.reason == "" {
			handles[strings.ToLower(rec.fields[1])] = true
		}
	}
}

func shownWords(list []Share) (out []string) {
	for _, w := range list {
		out = append(out, w.Shown)
	}
	return out
}
