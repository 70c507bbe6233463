// Package caption reads and writes the captions of films: WebVTT (W3C), and SubRip
// (.srt), which is turned into it. What is written is our own: times, the place on
// the picture and plain words with who speaks, in italics, bold or underlined, and
// in which language; no styles, classes, regions, notes or unknown marks.
//
// A transcript is the words of a film or recording as a text to be read.
package caption

import (
	"fmt"
	"html"
	"strings"
	"time"
)

// Limits of the captions of one film in one language.
const (
	MaxBytes = 256 << 10
	MaxCues  = 4000
	maxWords = 1000           // characters of one cue
	maxTime  = 24 * time.Hour // no cue ends later
)

// Times and Marks show how times are written, kept from left to right also within
// Arabic words, and what marks words may have.
const (
	Times = "\u206600:00:01.000 --> 00:00:04.000\u2069"
	Marks = "<i> <b> <u> <v Name> <lang en>"
)

// Cue is what is shown from one moment until another.
type Cue struct {
	From, To time.Duration
	Settings string // where it is shown, as WebVTT writes it; may be empty
	Text     string // clean WebVTT text; lines end in "\n"
}

// Error says what is wrong with captions and in which line. Key is a message.
type Error struct {
	Line int
	Key  string
}

// Error is for logs.
func (e *Error) Error() string { return fmt.Sprintf("caption: line %d: %s", e.Line, e.Key) }

// Write writes captions as WebVTT. None make an empty text.
func Write(list []Cue) string {
	if len(list) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("WEBVTT\n")
	for _, c := range list {
		b.WriteString("\n" + stamp(c.From) + " --> " + stamp(c.To))
		if c.Settings != "" {
			b.WriteString(" " + c.Settings)
		}
		b.WriteString("\n" + c.Text + "\n")
	}
	return b.String()
}

func stamp(d time.Duration) string {
	ms := d.Milliseconds()
	return fmt.Sprintf("%02d:%02d:%02d.%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, ms%1000)
}

// Start is when a cue begins, for people.
func (c Cue) Start() string { return Clock(c.From) }

// Clock writes a time or length as players do: "2:03" or "1:02:03".
func Clock(d time.Duration) string {
	s := int(d.Seconds())
	if s < 3600 {
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

// Plain is the words of a cue on one line, who speaks before them.
func (c Cue) Plain() string {
	var out []string
	last := ""
	for _, s := range c.said() {
		if s.voice != "" && s.voice != last {
			out = append(out, s.voice+":")
		}
		last = s.voice
		out = append(out, s.words)
	}
	return strings.Join(out, " ")
}

// speech is words with who says them.
type speech struct{ voice, words string }

// said takes the words of a cue apart by who speaks.
func (c Cue) said() []speech {
	var out []speech
	voice := ""
	var words strings.Builder
	flush := func() {
		if s := strings.Join(strings.Fields(words.String()), " "); s != "" {
			out = append(out, speech{voice, s})
		}
		words.Reset()
	}
	for rest := c.Text; rest != ""; {
		before, after, _ := strings.Cut(rest, "<")
		words.WriteString(html.UnescapeString(before))
		tag, next, _ := strings.Cut(after, ">")
		if name, ok := strings.CutPrefix(tag, "v "); ok {
			flush()
			voice = html.UnescapeString(name)
		} else if tag == "/v" {
			flush()
			voice = ""
		}
		rest = next
	}
	flush()
	return out
}

// pause is how long nothing is said where a new paragraph begins.
const pause = 3 * time.Second

// Transcript makes a text to be read out of captions: a paragraph for who speaks
// and after a pause. Words that stand in two cues in a row are written once.
func Transcript(list []Cue) string {
	s, _ := Said(list)
	return s
}

// Mark is a place in a transcript, in bytes, and when what follows is said.
type Mark struct {
	At   int
	From time.Duration
}

// Said gives the transcript with a mark where the words of each cue begin.
func Said(list []Cue) (string, []Mark) {
	var b strings.Builder
	var marks []Mark
	var end time.Duration
	voice, last := "", ""
	for i, c := range list {
		for _, s := range c.said() {
			if s.words == last && s.voice == voice && c.From <= end {
				continue
			}
			switch {
			case b.Len() == 0:
			case s.voice != voice, i > 0 && c.From-end >= pause:
				b.WriteString("\n\n")
			default:
				b.WriteString(" ")
			}
			marks = append(marks, Mark{b.Len(), c.From})
			if s.voice != "" && (s.voice != voice || strings.HasSuffix(b.String(), "\n")) {
				b.WriteString(s.voice + ": ")
			}
			b.WriteString(s.words)
			voice, last = s.voice, s.words
		}
		end = max(end, c.To)
	}
	return b.String(), marks
}
