package brief

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"sifara/internal/listen"
	"sifara/internal/perm"
	"sifara/internal/text"
)

const (
	// compared is how many days the chart shows; the day is the last of them.
	compared = 14
	// quotesEach and maxQuotes bound the posts that are quoted.
	quotesEach = 3
	maxQuotes  = 9
	maxQuote   = 500 // characters
	maxTopics  = 12
)

// gather finds the facts of a day. It asks as the house does: whether the
// reader may see them is decided before.
func (s *Service) gather(ctx context.Context, a About, from, to time.Time) (Content, error) {
	ctx = perm.With(ctx, house())
	c := Content{Warnings: []WarningLine{}, Quotes: []Quote{}}
	topics, err := s.topicsOf(ctx, a)
	if err != nil {
		return c, err
	}
	if c.Name, err = s.nameOf(ctx, a); err != nil {
		return c, err
	}
	days, err := s.Listen.Volume(ctx, a.TopicID, from.AddDate(0, 0, 1-compared), to, 24*time.Hour)
	if err != nil {
		return c, err
	}
	for _, d := range days {
		c.Days = append(c.Days, DayLine(d))
	}
	c.Posts, c.Usual = last(days)
	if c.Next, err = s.next(ctx, a.TopicID, c.Usual, to); err != nil {
		return c, err
	}
	if a.TopicID == "" {
		if err := s.wide(ctx, &c, from, to); err != nil {
			return c, err
		}
		if err := s.topics(ctx, &c, topics, from, to); err != nil {
			return c, err
		}
	}
	if err := s.warnings(ctx, &c, a, topics, from, to); err != nil {
		return c, err
	}
	return c, s.quotes(ctx, &c, topics, from, to)
}

// vague is from how many times its low end on the high end of a forecast says
// nothing that can be planned with.
const vague = 5

// next is the forecast of the day that begins at to, of a topic or of all; nil
// when there is not enough data, or when it says nothing: its interval is vague
// and the usual lies in the middle of it.
func (s *Service) next(ctx context.Context, topic string, usual float64, to time.Time) (*NextLine, error) {
	ahead, err := s.Listen.Forecast(ctx, topic, to)
	if err != nil || len(ahead.Days) == 0 {
		return nil, err
	}
	d := ahead.Days[0]
	if d.High90 > vague*d.Low90 && usual >= float64(d.Low50) && usual <= float64(d.High50) {
		return nil, nil
	}
	return &NextLine{Day: d.Day, Low: d.Low90, High: d.High90}, nil
}

// house is who asks.
func house() *perm.Actor { return perm.SystemActor("listen.brief") }

// wide is what is said in all.
func (s *Service) wide(ctx context.Context, c *Content, from, to time.Time) error {
	languages, err := s.Listen.Languages(ctx, from, to)
	if err != nil {
		return err
	}
	words, err := s.Listen.TopWords(ctx, from, to, "", 15)
	if err != nil {
		return err
	}
	tags, err := s.Listen.TopTags(ctx, from, to, 10)
	if err != nil {
		return err
	}
	c.Languages, c.Words, c.Tags = parts(languages, 8), parts(words, 15), parts(tags, 10)
	shares, err := s.Listen.BySource(ctx, from, to)
	for _, x := range shares[:min(len(shares), 8)] {
		c.Sources = append(c.Sources, SourceLine{Name: x.Source.Name, Grade: x.Source.Grade, Posts: x.Posts, Others: x.Others})
	}
	return err
}

func parts(list []listen.Share, most int) []ShareLine {
	out := []ShareLine{}
	for _, x := range list[:min(len(list), most)] {
		out = append(out, ShareLine(x))
	}
	return out
}

// topics are those of the desk, the most unusual first.
func (s *Service) topics(ctx context.Context, c *Content, list []listen.Topic, from, to time.Time) error {
	for _, t := range list {
		days, err := s.Listen.Volume(ctx, t.ID, from.AddDate(0, 0, 1-compared), to, 24*time.Hour)
		if err != nil {
			return err
		}
		x := TopicLine{ID: t.ID, Names: t.Names}
		x.Posts, x.Usual = last(days)
		if x.Posts > 0 || x.Usual >= 1 {
			c.Topics = append(c.Topics, x)
		}
	}
	slices.SortStableFunc(c.Topics, func(a, b TopicLine) int { return cmp.Compare(unusual(b), unusual(a)) })
	c.Topics = c.Topics[:min(len(c.Topics), maxTopics)]
	return nil
}

// unusual orders topics: how many standard deviations of chance the day is
// above the usual.
func unusual(t TopicLine) float64 { return (float64(t.Posts) - t.Usual) / math.Sqrt(t.Usual+1) }

// last is the last day's number and the mean of those before it.
func last(days []listen.Bin) (posts int64, usual float64) {
	if len(days) == 0 {
		return 0, 0
	}
	end := len(days) - 1
	for _, d := range days[:end] {
		usual += float64(d.Posts)
	}
	if end > 0 {
		usual /= float64(end)
	}
	return days[end].Posts, usual
}

// warnings are those raised on that day and those that nobody has answered.
func (s *Service) warnings(ctx context.Context, c *Content, a About, topics []listen.Topic, from, to time.Time) error {
	all, _, err := s.Listen.Warnings(ctx, listen.WarningFilter{TopicID: a.TopicID, Limit: 200})
	if err != nil {
		return err
	}
	for _, w := range all {
		fresh := !w.Since.Std().Before(from) && w.Since.Std().Before(to)
		waiting := w.State == listen.WarningOpen && w.Since.Std().Before(to)
		if !fresh && !waiting || !a.hears(w) {
			continue
		}
		x := WarningLine{ID: w.ID, Term: w.Term, Country: w.Country, Group: w.SourceGroup, Since: w.Since.Std(), Observed: w.Observed, Expected: w.Expected, State: w.State}
		if i := slices.IndexFunc(topics, func(t listen.Topic) bool { return t.ID == w.TopicID }); i >= 0 {
			x.Names = topics[i].Names
		} else if w.TopicID != "" {
			t, err := s.Listen.Topic(ctx, w.TopicID)
			if err != nil {
				return err
			}
			x.Names = t.Names
		}
		c.Warnings = append(c.Warnings, x)
	}
	return nil
}

// hears reports whether a warning belongs into the briefing of a desk. The
// ministry hears of all.
func (a About) hears(w listen.Warning) bool {
	switch {
	case a.TopicID != "":
		return true // asked for by its topic
	case a.MissionID != "":
		return w.MissionID == a.MissionID
	case a.DepartmentID != "":
		return w.DepartmentID == a.DepartmentID && w.MissionID == ""
	}
	return true
}

// quotes are posts of the topics that stood out, one text once.
func (s *Service) quotes(ctx context.Context, c *Content, topics []listen.Topic, from, to time.Time) error {
	order := topics
	if len(c.Topics) > 0 {
		order = nil
		for _, x := range c.Topics {
			if i := slices.IndexFunc(topics, func(t listen.Topic) bool { return t.ID == x.ID }); i >= 0 {
				order = append(order, topics[i])
			}
		}
	}
	seen := map[string]bool{}
	for _, t := range order {
		if len(c.Quotes) >= maxQuotes {
			break
		}
		found, err := s.Listen.Mentions(ctx, listen.MentionQuery{TopicID: t.ID, From: from, To: to, Limit: 30})
		if err != nil {
			return err
		}
		n := 0
		for _, f := range found.Posts {
			key := begins(f.Text)
			if n == quotesEach || seen[key] {
				continue
			}
			seen[key] = true
			n++
			c.Quotes = append(c.Quotes, Quote{
				ID: strconv.FormatInt(f.ID, 10), At: f.At, Lang: f.Lang, Text: cut(f.Text, maxQuote), URL: f.URL, Source: f.Source.Name, Grade: f.Source.Grade, Topic: t.ID,
			})
		}
	}
	return nil
}

// cut shortens a text to so many characters, at the end of a word.
func cut(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	s = string([]rune(s)[:most])
	if i := strings.LastIndexAny(s, " \n"); i > len(s)/2 {
		s = s[:i]
	}
	return s + "…"
}

// begins tells whether two posts are the same text passed on.
func begins(s string) string {
	w := strings.Fields(text.Fold(s))
	return strings.Join(w[:min(len(w), 8)], " ")
}
