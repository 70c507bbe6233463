package demo

import (
	"embed"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"sifara/internal/i18n"
	"sifara/internal/publish"
)

// Texts of the demonstration. content/messages holds one file for each message
// with a section "@ar", "@ckb" … for each language: "# " begins the title,
// "> " the summary, the rest is the body. content/posts holds the patterns from
// which posts are made, content/questions.json what citizens ask.
//
//go:embed content
var content embed.FS

// texts reads the languages of a message.
func texts(key string) (map[i18n.Lang]publish.Words, error) {
	data, err := content.ReadFile("content/messages/" + key + ".md")
	if err != nil {
		return nil, fmt.Errorf("text of %s: %w", key, err)
	}
	out := map[i18n.Lang]publish.Words{}
	for section := range strings.SplitSeq("\n"+string(data), "\n@") {
		name, rest, _ := strings.Cut(section, "\n")
		if strings.TrimSpace(name) == "" {
			continue
		}
		lang, ok := i18n.Parse(strings.TrimSpace(name))
		if !ok {
			return nil, fmt.Errorf("text of %s: no language %q", key, name)
		}
		var w publish.Words
		var body []string
		for line := range strings.Lines(rest) {
			switch {
			case w.Title == "" && strings.HasPrefix(line, "# "):
				w.Title = strings.TrimSpace(line[2:])
			case w.Summary == "" && len(body) == 0 && strings.HasPrefix(line, "> "):
				w.Summary = strings.TrimSpace(line[2:])
			case len(body) > 0 || strings.TrimSpace(line) != "":
				body = append(body, line)
			}
		}
		w.Body = strings.TrimSpace(strings.Join(body, ""))
		out[lang] = w
	}
	return out, nil
}

var dateMark = regexp.MustCompile(`\{date\+(\d+)\}`)

// dated puts dates, counted in days from at, in the place of their marks.
func dated(w publish.Words, p *i18n.Printer, at time.Time) publish.Words {
	put := func(s string) string {
		return dateMark.ReplaceAllStringFunc(s, func(mark string) string {
			days, _ := strconv.Atoi(dateMark.FindStringSubmatch(mark)[1]) // the pattern allows digits only
			return p.DateWeekday(at.AddDate(0, 0, days))
		})
	}
	return publish.Words{Title: put(w.Title), Summary: put(w.Summary), Body: put(w.Body)}
}

// asked is a question of a citizen and what becomes of it.
type asked struct {
	Under  string    // key of the message
	Lang   i18n.Lang // of question and answer
	After  duration  // since the release of the message
	Text   string
	Public bool // the asker agrees that it becomes public

	By     string   // the official who takes it; empty for nobody
	Takes  duration // from question to answer
	Answer string
	State  string // where it ends: "" answered, "new", "assigned", "draft", "pending"
	Close  string // the reason why it is closed without an answer
	Hand   string // slug of the mission to which the unit hands it over
	Note   string // of the closing or the handing over

	Correction, Why string // a second revision and its note
}

// duration is a time.Duration written as Go writes it.
type duration time.Duration

// UnmarshalJSON implements json.Unmarshaler.
func (d *duration) UnmarshalJSON(data []byte) error {
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	v, err := time.ParseDuration(s)
	*d = duration(v)
	return err
}

// questions reads what citizens ask.
func questions() ([]asked, error) {
	data, err := content.ReadFile("content/questions.json")
	if err != nil {
		return nil, err
	}
	var list []asked
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, fmt.Errorf("questions: %w", err)
	}
	return list, nil
}
