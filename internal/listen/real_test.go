package listen

import (
	"path/filepath"
	"testing"
	"time"

	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/i18n"
	"sifara/internal/id"
)

// TestRealBursts imports the real posts and wants the attacks of Brussels on
// 22 March 2016 found within hours, with few other alarms of the topic.
func TestRealBursts(t *testing.T) {
	path := testData(t, "posts_2016h1.csv.gz")
	if testing.Short() {
		t.Skip("imports 289,107 posts")
	}
	h := newHouse(t, dbtest.SQLite(t, all()...))
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
}

func shownWords(list []Share) (out []string) {
	for _, w := range list {
		out = append(out, w.Shown)
	}
	return out
}
