package calendar

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Event is one entry of an iCalendar file. Texts may hold anything; they are
// escaped, and what no text may hold is dropped.
type Event struct {
	UID     string // the same whenever the same thing is told
	Start   time.Time
	End     time.Time // zero: a moment
	AllDay  bool      // Start is a day, and so is End, which is then the day after the last
	Summary string
	Note    string
	URL     string
	Place   string
	Kind    string // a category
}

// Media is the type of what Write gives.
const Media = "text/calendar; charset=utf-8"

// Write writes a calendar after RFC 5545: lines end with CRLF and are folded
// after at most 75 octets, never inside a character; times are UTC, days are
// days. stamp is when it was written.
func Write(name string, stamp time.Time, events []Event) string {
	var b strings.Builder
	line := func(name, value string) { fold(&b, name+":"+value) }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//Sifara//Publishing calendar//EN")
	line("CALSCALE", "GREGORIAN")
	line("METHOD", "PUBLISH")
	line("X-WR-CALNAME", escape(name))
	line("REFRESH-INTERVAL;VALUE=DURATION", "PT1H")
	for _, e := range events {
		line("BEGIN", "VEVENT")
		line("UID", escape(e.UID))
		line("DTSTAMP", moment(stamp))
		e.times(line)
		line("SUMMARY", escape(e.Summary))
		for _, p := range []struct{ name, value string }{{"DESCRIPTION", e.Note}, {"LOCATION", e.Place}, {"CATEGORIES", e.Kind}} {
			if p.value != "" {
				line(p.name, escape(p.value))
			}
		}
		if e.URL != "" {
			line("URL", oneLine(e.URL))
		}
		if e.AllDay {
			line("TRANSP", "TRANSPARENT")
		}
		line("END", "VEVENT")
	}
	line("END", "VCALENDAR")
	return b.String()
}

func (e Event) times(line func(name, value string)) {
	if e.AllDay {
		end := e.End
		if !end.After(e.Start) {
			end = e.Start.AddDate(0, 0, 1)
		}
		line("DTSTART;VALUE=DATE", e.Start.Format("20060102"))
		line("DTEND;VALUE=DATE", end.Format("20060102"))
		return
	}
	line("DTSTART", moment(e.Start))
	if e.End.After(e.Start) {
		line("DTEND", moment(e.End))
	}
}

func moment(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

var escaper = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`)

// escape writes a text as RFC 5545 section 3.3.11 has it.
func escape(s string) string { return escaper.Replace(printable(s)) }

// oneLine keeps an address on its line.
func oneLine(s string) string {
	return strings.NewReplacer("\r", "", "\n", "").Replace(printable(s))
}

// printable drops control characters but line breaks and tabs, and repairs what
// is no UTF-8.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}

// maxLine is the longest line in octets, without its end.
const maxLine = 75

// fold writes a line in pieces of at most maxLine octets; what follows the
// first begins with a space, which is one of them.
func fold(b *strings.Builder, s string) {
	room := maxLine
	for len(s) > room {
		cut := room
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		b.WriteString(s[:cut])
		b.WriteString("\r\n ")
		s, room = s[cut:], maxLine-1
	}
	b.WriteString(s)
	b.WriteString("\r\n")
}
