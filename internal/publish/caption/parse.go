package caption

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"sifara/internal/text"
)

// What may be wrong with captions, as message keys.
const (
	keyLong     = "publish.caption.error.long"     // more than MaxBytes or MaxCues
	keyLetters  = "publish.caption.error.letters"  // not UTF-8
	keyHead     = "publish.caption.error.head"     // neither WebVTT nor SubRip
	keyTime     = "publish.caption.error.time"     // no times where they should be
	keyOrder    = "publish.caption.error.order"    // before the one before it
	keyEnd      = "publish.caption.error.end"      // ends before it begins
	keySettings = "publish.caption.error.settings" // an unknown setting
	keyTag      = "publish.caption.error.tag"      // an unknown or unclosed mark
	keyWords    = "publish.caption.error.words"    // more words than anybody can read
	keyNone     = "publish.caption.error.none"     // no cue at all
)

// reader walks through the lines of a file.
type reader struct {
	lines []string
	at    int // of the next
	srt   bool
	cues  []Cue
}

// Parse reads captions in WebVTT, or in SubRip. The error is an *Error.
func Parse(in string) ([]Cue, error) {
	in = strings.TrimPrefix(in, "\uFEFF")
	if len(in) > MaxBytes {
		return nil, &Error{1, keyLong}
	}
	if !utf8.ValidString(in) {
		return nil, &Error{1 + strings.Count(in[:invalid(in)], "\n"), keyLetters}
	}
	r := &reader{lines: strings.Split(text.Clean(in), "\n")}
	if err := r.head(); err != nil {
		return nil, err
	}
	for r.at < len(r.lines) {
		if err := r.block(); err != nil {
			return nil, err
		}
	}
	if len(r.cues) == 0 {
		return nil, &Error{len(r.lines), keyNone}
	}
	return r.cues, nil
}

// invalid gives where the first byte stands that is no UTF-8.
func invalid(s string) int {
	for i, r := range s {
		if _, n := utf8.DecodeRuneInString(s[i:]); r == utf8.RuneError && n == 1 {
			return i
		}
	}
	return len(s)
}

func (r *reader) wrong(key string) error { return &Error{r.at, key} }

// next gives the next line; false at the end and at an empty line.
func (r *reader) next() (string, bool) {
	if r.at >= len(r.lines) {
		return "", false
	}
	r.at++
	line := strings.TrimRight(r.lines[r.at-1], " \t")
	return line, line != ""
}

// head tells which format it is and passes over the head of WebVTT.
func (r *reader) head() error {
	first := r.lines[0]
	if rest, ok := strings.CutPrefix(first, "WEBVTT"); ok && (rest == "" || rest[0] == ' ' || rest[0] == '\t') {
		for line, ok := r.next(); ok; line, ok = r.next() {
			if strings.Contains(line, "-->") {
				return r.wrong(keyHead)
			}
		}
		return nil
	}
	r.srt = true
	for i := range min(len(r.lines), 20) {
		line := strings.TrimSpace(r.lines[i])
		if line == "" {
			continue
		}
		if _, err := strconv.Atoi(line); err != nil && !strings.Contains(line, "-->") {
			r.at = i + 1
			return r.wrong(keyHead)
		}
		return nil
	}
	return nil
}

// block reads what stands between two empty lines: a cue, or what is left out.
func (r *reader) block() error {
	line, ok := r.next()
	if !ok {
		return nil
	}
	if word, _, _ := strings.Cut(line, " "); !r.srt && (word == "NOTE" || word == "STYLE" || word == "REGION") && !strings.Contains(line, "-->") {
		for ; ok; _, ok = r.next() {
		}
		return nil
	}
	if !strings.Contains(line, "-->") { // the name of the cue
		if line, ok = r.next(); !ok || !strings.Contains(line, "-->") {
			return r.wrong(keyTime)
		}
	}
	if len(r.cues) == MaxCues {
		return r.wrong(keyLong)
	}
	c, err := r.timing(line)
	if err != nil {
		return err
	}
	var words []string
	first := r.at + 1
	for line, ok = r.next(); ok; line, ok = r.next() {
		if strings.Contains(line, "-->") {
			return r.wrong(keyTime)
		}
		words = append(words, line)
	}
	if utf8.RuneCountInString(strings.Join(words, "\n")) > maxWords {
		return &Error{first, keyWords}
	}
	if c.Text, err = r.words(words, first); err != nil {
		return err
	}
	if c.Text != "" {
		r.cues = append(r.cues, c)
	}
	return nil
}

var (
	vttTime = regexp.MustCompile(`^(?:(\d{2,3}):)?([0-5]\d):([0-5]\d)\.(\d{3})$`)
	srtTime = regexp.MustCompile(`^(?:(\d{1,3}):)?([0-5]?\d):([0-5]?\d)[,.](\d{3})$`)
)

// timing reads from when until when a cue is shown, and where.
func (r *reader) timing(line string) (Cue, error) {
	from, rest, _ := strings.Cut(line, "-->")
	parts := strings.Fields(rest)
	if len(parts) == 0 {
		return Cue{}, r.wrong(keyTime)
	}
	var c Cue
	var ok bool
	if c.From, ok = r.moment(strings.TrimSpace(from)); !ok {
		return c, r.wrong(keyTime)
	}
	if c.To, ok = r.moment(parts[0]); !ok {
		return c, r.wrong(keyTime)
	}
	if c.To <= c.From {
		return c, r.wrong(keyEnd)
	}
	if n := len(r.cues); n > 0 && c.From < r.cues[n-1].From {
		return c, r.wrong(keyOrder)
	}
	if r.srt {
		return c, nil // SubRip's places are of another picture
	}
	if c.Settings, ok = settings(parts[1:]); !ok {
		return c, r.wrong(keySettings)
	}
	return c, nil
}

func (r *reader) moment(s string) (time.Duration, bool) {
	form := vttTime
	if r.srt {
		form = srtTime
	}
	m := form.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	var n [4]time.Duration
	for i, part := range m[1:] {
		v, _ := strconv.Atoi(part) // digits, or nothing
		n[i] = time.Duration(v)
	}
	d := n[0]*time.Hour + n[1]*time.Minute + n[2]*time.Second + n[3]*time.Millisecond
	return d, d <= maxTime
}

// placing are the settings of a cue (WebVTT 4.4); regions are left out.
var placing = map[string]*regexp.Regexp{
	"vertical": regexp.MustCompile(`^(rl|lr)$`),
	"line":     regexp.MustCompile(`^(-?\d{1,3}|(100|\d{1,2})(\.\d{1,3})?%)(,(start|center|end))?$`),
	"position": regexp.MustCompile(`^(100|\d{1,2})(\.\d{1,3})?%(,(line-left|center|line-right))?$`),
	"size":     regexp.MustCompile(`^(100|\d{1,2})(\.\d{1,3})?%$`),
	"align":    regexp.MustCompile(`^(start|center|end|left|right)$`),
}

func settings(parts []string) (string, bool) {
	var out []string
	for _, s := range parts {
		name, value, _ := strings.Cut(s, ":")
		if name == "region" {
			continue
		}
		form, known := placing[name]
		if !known || !form.MatchString(value) {
			return "", false
		}
		out = append(out, s)
	}
	return strings.Join(out, " "), true
}
