package listen

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/listen/burst"
)

// stream writes a post every hour for days, and ten in a minute at the end.
func stream(days int, row func(at time.Time, i int) string) string {
	var b strings.Builder
	at := time.Date(2026, 2, 1, 0, 3, 0, 0, time.UTC)
	i := 0
	for ; i < days*24; i++ {
		b.WriteString(row(at.Add(time.Duration(i)*time.Hour), i))
	}
	for k := range 20 {
		b.WriteString(row(at.Add(time.Duration(i)*time.Hour+time.Duration(k)*3*time.Second), i+k))
	}
	return b.String()
}

func TestReplay(t *testing.T) {
	csvRow := func(at time.Time, i int) string {
		return at.Format(time.RFC3339) + `,"talk of #Erbil number",IQ` + "\n"
	}
	for _, c := range []struct {
		name, in, by, series string
		topics               []Topic
	}{
		{name: "csv", in: "time,text,country\n" + stream(10, csvRow), series: "all"},
		{name: "country", in: "time,text,country\n" + stream(10, csvRow), by: "country", series: "IQ"},
		{name: "tag", in: "time,text,country\n" + stream(10, csvRow), by: "tag", series: "#erbil"},
		{name: "topic", in: "time,text,country\n" + stream(10, csvRow), series: "Erbil", topics: []Topic{{ID: "t", Names: map[i18n.Lang]string{i18n.English: "Erbil"}, Terms: []string{"#erbil"}}}},
		{name: "bare times", in: stream(10, func(at time.Time, _ int) string { return at.Format(time.RFC3339) + "\n" }), series: "all"},
		{name: "bare ids", in: stream(10, func(at time.Time, i int) string {
			return strconv.FormatInt((at.UnixMilli()-1288834974657)<<22+int64(i), 10) + "\n"
		}), series: "all"},
		{name: "json", in: stream(10, func(at time.Time, _ int) string { return `{"at":"` + at.Format(time.RFC3339) + `","feed":"a"}` + "\n" }), by: "source", series: "a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Replay(strings.NewReader(c.in), ReplayOptions{By: c.by, Topics: c.topics})
			if err != nil || got.Posts != 260 || got.Bad != 0 || len(got.Alarms) != 1 {
				t.Fatalf("%+v, %v, want one alarm in 260 posts", got, err)
			}
			a := got.Alarms[0]
			if want := time.Date(2026, 2, 11, 0, 3, 0, 0, time.UTC); a.Series != c.series || !a.Since.Equal(want) || a.At.Sub(want) > time.Minute {
				t.Errorf("alarm %+v, want %s since %s", a, c.series, want)
			}
		})
	}
}

func TestReplayRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		in string
		o  ReplayOptions
	}{
		"no time":   {"text\nhello\n", ReplayOptions{}},
		"no column": {"time,text\n2026-01-01,x\n", ReplayOptions{By: "country"}},
		"by what":   {"time,text\n2026-01-01,x\n", ReplayOptions{By: "mood"}},
		"bad map":   {"time,text\n2026-01-01,x\n", ReplayOptions{Mapping: map[string]string{"time": "when"}}},
		"bad times": {"time,text\nsoon,x\n", ReplayOptions{}},
		"empty":     {"", ReplayOptions{}},
	} {
		if _, err := Replay(strings.NewReader(c.in), c.o); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: %v, want Invalid", name, err)
		}
	}
	if _, err := ParseReplayMap("mood=x"); errs.KindOf(err) != errs.Invalid {
		t.Errorf("unknown field: %v", err)
	}
}

// TestReplayFault replays the level changes of the governments: those of
// Ireland on 12 September 2025 are a broken source.
func TestReplayFault(t *testing.T) {
	f, err := os.Open(testData(t, "travel_advisories_level_changes_from_git_history.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := Replay(f, ReplayOptions{By: "country"})
	if err != nil {
		t.Fatal(err)
	}
	faults := 0
	for _, a := range got.Alarms {
		if a.Faulty() && a.Faults[0].Kind == burst.AllAtOnce && a.At.Format(time.DateOnly) == "2025-09-12" {
			faults++
		} else if a.At.Format(time.DateOnly) == "2025-09-12" {
			t.Errorf("alarm %+v", a)
		}
	}
	if faults != 1 {
		t.Errorf("%d faults in %+v, want one for 212 countries at once", faults, got.Alarms)
	}
}

func FuzzReplay(f *testing.F) {
	f.Add("time,text\n2026-01-01,#x\n", "tag")
	f.Add("2026-01-01T00:00:00Z\n2026-01-01T00:00:01Z\n", "")
	f.Add("323808103780990976\n323808103780990977\n", "")
	f.Add(`{"at":1,"count":3}`+"\n", "all")
	f.Add("time,count\n1970-01-01,-1\n9999-12-31,2147483647\n", "all")
	f.Fuzz(func(t *testing.T, in, by string) {
		got, err := Replay(strings.NewReader(in), ReplayOptions{By: by})
		if err == nil && (got.Posts == 0 || got.To.Before(got.From)) {
			t.Errorf("%+v", got)
		}
	})
}
