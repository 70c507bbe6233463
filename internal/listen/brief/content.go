package brief

import (
	"time"

	"sifara/internal/i18n"
	"sifara/internal/listen"
)

// About says whose briefing it is: that of a topic, else that of a mission or
// a department, else that of the ministry.
type About struct {
	MissionID    string `json:"mission_id,omitempty"`
	DepartmentID string `json:"department_id,omitempty"`
	TopicID      string `json:"topic_id,omitempty"`
}

// Briefing is what is told of one day.
type Briefing struct {
	ID string `json:"id,omitempty"` // empty when it was made for this reading only
	About
	Day     string    `json:"day"` // 2006-01-02, in the zone of the desk
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	MadeAt  time.Time `json:"made_at"`
	Content Content   `json:"content"`
}

// Content are the facts of a day.
type Content struct {
	Name      map[i18n.Lang]string `json:"name"` // of the desk or topic
	Posts     int64                `json:"posts"`
	Usual     float64              `json:"usual"`          // mean of the thirteen days before
	Days      []DayLine            `json:"days"`           // fourteen, the last is the day
	Next      *NextLine            `json:"next,omitempty"` // absent where the forecast says nothing
	Topics    []TopicLine          `json:"topics,omitempty"`
	Warnings  []WarningLine        `json:"warnings"`
	Quotes    []Quote              `json:"quotes"`
	Languages []ShareLine          `json:"languages"`
	Sources   []SourceLine         `json:"sources,omitempty"`
	Words     []ShareLine          `json:"words"`
	Tags      []ShareLine          `json:"tags"`
}

// NextLine is what the day after the day is expected to bring, in nine of ten
// cases.
type NextLine struct {
	Day  time.Time `json:"day"`
	Low  int64     `json:"low"`
	High int64     `json:"high"`
}

// TopicLine is a topic of the desk on that day.
type TopicLine struct {
	ID    string               `json:"id"`
	Names map[i18n.Lang]string `json:"names"`
	Posts int64                `json:"posts"`
	Usual float64              `json:"usual"`
}

// Change is how far from usual the day was, as a share; ok is false when
// nothing is usual yet.
func (t TopicLine) Change() (share float64, ok bool) { return change(t.Posts, t.Usual) }

// Change is how far from usual the day was.
func (c Content) Change() (share float64, ok bool) { return change(c.Posts, c.Usual) }

func change(posts int64, usual float64) (float64, bool) {
	if usual < 1 {
		return 0, false
	}
	return (float64(posts) - usual) / usual, true
}

// WarningLine is one that was raised that day or still waits for an answer.
type WarningLine struct {
	ID       string               `json:"id"`
	Names    map[i18n.Lang]string `json:"names,omitempty"` // of its topic
	Term     string               `json:"term,omitempty"`
	Country  string               `json:"country,omitempty"`
	Group    string               `json:"group,omitempty"` // kind of sources, where it is of nothing else
	Since    time.Time            `json:"since"`
	Observed int64                `json:"observed"`
	Expected float64              `json:"expected"`
	State    string               `json:"state"` // when the briefing was made
}

// SourceLine is what came from a source.
type SourceLine struct {
	Name  string `json:"name"` // empty for the general source of imports
	Grade string `json:"grade"`
	Posts int64  `json:"posts"`
	// Others: all sources with fewer posts than may be told, together.
	Others bool `json:"others,omitempty"`
}

// DayLine is a day of the chart.
type DayLine struct {
	From  time.Time `json:"from"`
	Posts int64     `json:"posts"`
}

// ShareLine is what a language, a word or a hashtag has of the day.
type ShareLine struct {
	Key   string `json:"key"`
	Shown string `json:"shown,omitempty"` // how people write the word
	Posts int64  `json:"posts"`
}

// Quote is a telling post with its source.
type Quote struct {
	ID     string    `json:"id"`
	At     time.Time `json:"at"`
	Lang   string    `json:"lang"`
	Text   string    `json:"text"`
	URL    string    `json:"url,omitempty"`
	Source string    `json:"source"`
	Grade  string    `json:"grade"`
	Topic  string    `json:"topic,omitempty"` // id
}

// In gives the name in a language, else in one that there is.
func In(names map[i18n.Lang]string, l i18n.Lang) string { return listen.Topic{Names: names}.Name(l) }
