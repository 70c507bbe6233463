package calendar

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// read is a reader of iCalendar for the tests: unfolds, splits, unescapes. It
// gives the properties of each event by name.
func read(t testing.TB, s string) []map[string]string {
	t.Helper()
	if !strings.HasSuffix(s, "\r\n") || strings.Contains(strings.ReplaceAll(s, "\r\n", ""), "\n") || strings.Contains(strings.ReplaceAll(s, "\r\n", ""), "\r") {
		t.Fatalf("a line does not end with CRLF: %q", s)
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(s, "\r\n"), "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) {
			t.Fatalf("line of %d octets, valid %v: %q", len(line), utf8.ValidString(line), line)
		}
	}
	var events []map[string]string
	var open []string
	for line := range strings.SplitSeq(strings.TrimSuffix(strings.ReplaceAll(s, "\r\n ", ""), "\r\n"), "\r\n") {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			t.Fatalf("no property: %q", line)
		}
		switch name {
		case "BEGIN":
			open = append(open, value)
			if value == "VEVENT" {
				events = append(events, map[string]string{})
			}
		case "END":
			if len(open) == 0 || open[len(open)-1] != value {
				t.Fatalf("%q ends out of order", value)
			}
			open = open[:len(open)-1]
		default:
			if len(open) == 2 {
				events[len(events)-1][name] = unescape(value)
			}
		}
	}
	if len(open) != 0 {
		t.Fatalf("%v stay open", open)
	}
	return events
}

func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
			if s[i] == 'n' || s[i] == 'N' {
				b.WriteByte('\n')
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

var written = time.Date(2026, 3, 1, 9, 30, 0, 0, time.FixedZone("Baghdad", 3*3600))

func TestWrite(t *testing.T) {
	arabic := "بيان عن زيارة الوزير، وفيه; فاصلة\nوسطر ثان " + strings.Repeat("طويل جدًا ", 20)
	out := Write("تقويم النشر", written, []Event{
		{UID: "a@x", Start: written, End: written.Add(time.Hour), Summary: arabic, Note: `back\slash`, URL: "https://x.example/a\r\nEND:VEVENT", Place: "Paris, rue 1", Kind: "Planned"},
		{UID: "b@x", AllDay: true, Start: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), Summary: "Newroz\x00\x07"},
		{UID: "c@x", AllDay: true, Start: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), End: time.Date(2026, 4, 4, 0, 0, 0, 0, time.UTC), Summary: "Eid"},
	})
	got := read(t, out)
	if len(got) != 3 {
		t.Fatalf("%d events: %s", len(got), out)
	}
	for i, want := range []map[string]string{
		{"UID": "a@x", "DTSTAMP": "20260301T063000Z", "DTSTART": "20260301T063000Z", "DTEND": "20260301T073000Z", "SUMMARY": arabic, "DESCRIPTION": `back\slash`, "LOCATION": "Paris, rue 1", "URL": "https://x.example/aEND:VEVENT"},
		{"DTSTART;VALUE=DATE": "20260401", "DTEND;VALUE=DATE": "20260402", "SUMMARY": "Newroz", "TRANSP": "TRANSPARENT"},
		{"DTSTART;VALUE=DATE": "20260401", "DTEND;VALUE=DATE": "20260404"},
	} {
		for name, value := range want {
			if got[i][name] != value {
				t.Errorf("event %d: %s is %q, want %q", i, name, got[i][name], value)
			}
		}
	}
	if !strings.HasPrefix(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:") {
		t.Errorf("begins %q", out[:60])
	}
}

// FuzzWrite holds that whatever stands in an event, it comes back as it was but
// for control characters, and begins or ends nothing of the calendar's.
func FuzzWrite(f *testing.F) {
	f.Add("Title", "Note\r\nEND:VCALENDAR", "https://x.example/?a=b", int64(0), false)
	f.Add(strings.Repeat("ڕۆژی نیشتمانی ", 12), "\\n,;\\", "\xff\xfe", int64(1e9), true)
	f.Fuzz(func(t *testing.T, summary, note, url string, at int64, allDay bool) {
		start := time.Unix(at%1e10, 0).UTC()
		got := read(t, Write(summary, start, []Event{{UID: note, Start: start, AllDay: allDay, Summary: summary, Note: note, URL: url}}))
		if len(got) != 1 {
			t.Fatalf("%d events", len(got))
		}
		norm := func(s string) string {
			return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(printable(s))
		}
		for name, want := range map[string]string{"SUMMARY": norm(summary), "UID": norm(note)} {
			if got[0][name] != want {
				t.Fatalf("%s is %q, want %q", name, got[0][name], want)
			}
		}
		if want := norm(note); want != "" && got[0]["DESCRIPTION"] != want {
			t.Fatalf("note %q, want %q", got[0]["DESCRIPTION"], want)
		}
		keys := []string{}
		for k := range got[0] {
			keys = append(keys, k)
		}
		if !allDay && !slices.Contains(keys, "DTSTART") {
			t.Fatal("no beginning")
		}
	})
}
