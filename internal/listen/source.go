package listen

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/listen/collect"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// Grades say how reliable a source is, by the Admiralty scale of NATO's
// AJP-2.1: A completely reliable, B usually, C fairly, D not usually, E
// unreliable, F cannot be judged.
var Grades = []string{"A", "B", "C", "D", "E", "F"}

// Source is where posts come from.
type Source struct {
	bun.BaseModel `bun:"table:listen_source,alias:s" json:"-"`

	ID      string     `bun:",pk" json:"id"`
	Number  int64      `json:"number"` // by which posts and counts know it
	Kind    SourceKind `json:"kind"`
	Name    string     `json:"name"` // empty for the general source of imports
	URL     string     `json:"url,omitempty"`
	Site    string     `json:"site,omitempty"`
	Lang    string     `json:"lang,omitempty"`    // what the source declares
	Country string     `json:"country,omitempty"` // of which it writes, ISO 3166-1 alpha-2
	Grade   string     `json:"grade"`             // of the source, one of Grades
	// Credibility of what it says, 1 (confirmed) to 6 (cannot be judged), the
	// second half of the Admiralty code.
	Credibility int `json:"credibility"`
	// Asks is what is asked for: a hashtag, channels, a search, wikis.
	Asks   string `json:"asks,omitempty"`
	Token  string `json:"-"` // sealed, see SealToken
	Owner  string `json:"owner,omitempty"`
	Terms  string `json:"terms,omitempty"`   // under which it may be collected
	KeepIf string `json:"keep_if,omitempty"` // only posts that meet it are taken; see search.ParseExpr
	DropIf string `json:"drop_if,omitempty"` // and of these none that meets it
	// HeldBy and HeldUntil say which node reads a stream.
	HeldBy    string  `json:"-"`
	HeldUntil db.Time `json:"-"`
	MissionID string  `json:"mission_id,omitempty"`
	Paused    bool    `json:"paused"`
	Every     int     `bun:"every_minutes" json:"every_minutes"`
	KeepDays  int     `json:"keep_days"` // posts are kept so long; 0 as the house does

	ETag          string  `bun:"etag" json:"-"`
	LastModified  string  `json:"-"`
	NextAt        db.Time `json:"next_at"`
	LastTryAt     db.Time `json:"last_try_at"`
	LastSuccessAt db.Time `json:"last_success_at"`
	LastNewAt     db.Time `json:"last_new_at"`
	Failures      int     `json:"failures"`
	LastError     string  `json:"last_error,omitempty"` // a message key
	MovedFrom     string  `json:"moved_from,omitempty"` // the address before a permanent redirect
	Posts         int64   `json:"posts"`
	Version       int64   `json:"version"`
	CreatedAt     db.Time `json:"created_at"`
}

// Scope is where the source may be changed.
func (s Source) Scope() perm.Scope { return perm.InMission(s.MissionID) }

// Health sums up how a source does.
type Health string

// The states of health.
const (
	Healthy Health = "healthy"
	Fresh   Health = "new"     // not asked yet
	Failing Health = "failing" // some tries failed
	Dead    Health = "dead"    // has not answered for long
	Resting Health = "paused"
)

// deadAfter is how many failures in a row make a source count as dead; it is
// still asked, once a day.
const deadAfter = 10

// Health tells how the source does.
func (s Source) Health() Health {
	switch {
	case s.Paused:
		return Resting
	case s.Failures >= deadAfter:
		return Dead
	case s.Failures > 0:
		return Failing
	case s.LastSuccessAt == 0 && s.Kind != ImportSource:
		return Fresh
	}
	return Healthy
}

// Bounds of a source.
const (
	minEvery = 5
	maxEvery = 24 * 60
)

// check evens out what was typed and finds what is wrong with it. reachable
// says whether an address may be asked.
func (s *Source) check(reachable func(url string) error) error {
	var wrong []errs.Field
	s.Name = text.Line(s.Name)
	if n := utf8.RuneCountInString(s.Name); n > 120 {
		wrong = append(wrong, errs.Field{Name: "name", Key: "web.field.long", Args: []any{"max", 120, "count", n - 120}})
	}
	s.URL = strings.TrimSpace(s.URL)
	if s.Kind != ImportSource {
		wrong = append(wrong, s.checkKind(reachable)...)
		wrong = append(wrong, s.checkFilter()...)
	}
	s.Owner, s.Terms = text.Line(s.Owner), text.Line(s.Terms)
	for name, v := range map[string]string{"owner": s.Owner, "terms": s.Terms} {
		if n := utf8.RuneCountInString(v); n > 500 {
			wrong = append(wrong, errs.Field{Name: name, Key: "web.field.long", Args: []any{"max", 500, "count", n - 500}})
		}
	}
	if s.Credibility == 0 {
		s.Credibility = 6
	}
	if s.Credibility < 1 || s.Credibility > 6 {
		wrong = append(wrong, errs.Field{Name: "credibility", Key: "web.field.choice"})
	}
	s.Country = strings.ToUpper(strings.TrimSpace(s.Country))
	if len(s.Country) != 0 && len(s.Country) != 2 {
		wrong = append(wrong, errs.Field{Name: "country", Key: "web.field.choice"})
	}
	if s.Grade == "" {
		s.Grade = "F"
	}
	if len(s.Grade) != 1 || !strings.Contains("ABCDEF", s.Grade) {
		wrong = append(wrong, errs.Field{Name: "grade", Key: "web.field.choice"})
	}
	if s.Every == 0 {
		s.Every = 15
	}
	if s.Every < minEvery || s.Every > maxEvery {
		wrong = append(wrong, errs.Field{Name: "every", Key: "web.field.number", Args: []any{"min", minEvery, "max", maxEvery}})
	}
	if s.KeepDays < 0 || s.KeepDays > maxKeep {
		wrong = append(wrong, errs.Field{Name: "keep", Key: "web.field.number", Args: []any{"min", 0, "max", maxKeep}})
	}
	return errs.InvalidFields(wrong...)
}

// checkKind looks at what the kind of source needs.
func (s *Source) checkKind(reachable func(url string) error) (wrong []errs.Field) {
	rules := s.Rules()
	if rules == (KindRules{Kind: s.Kind}) {
		return []errs.Field{{Name: "kind", Key: "web.field.choice"}}
	}
	s.Asks, s.KeepIf, s.DropIf = text.Line(s.Asks), text.Line(s.KeepIf), text.Line(s.DropIf)
	if s.URL == "" && rules.Address {
		s.URL = usualAddress[s.Kind]
	}
	address := s.URL
	if s.Kind == BlueskySource && strings.HasPrefix(address, "ws") { // a websocket is reached as its page would be
		address = "http" + strings.TrimPrefix(address, "ws")
	}
	switch err := error(nil); {
	case s.URL == "" && rules.Address:
		wrong = append(wrong, errs.Field{Name: "url", Key: "web.field.required"})
	case s.URL != "":
		if err = reachable(address); err != nil || len(s.URL) > 1000 {
			wrong = append(wrong, errs.Field{Name: "url", Key: keyOf(err)})
		}
	}
	if rules.Version && s.URL != "" && !collect.GraphVersion(s.URL) {
		wrong = append(wrong, errs.Field{Name: "url", Key: "listen.source.needs_version"})
	}
	for name, v := range map[string]string{"owner": s.Owner, "terms": s.Terms} {
		if rules.Owned && strings.TrimSpace(v) == "" {
			wrong = append(wrong, errs.Field{Name: name, Key: "web.field.required"})
		}
	}
	if rules.Asks && s.Asks == "" {
		wrong = append(wrong, errs.Field{Name: "asks", Key: "web.field.required"})
	}
	if n := utf8.RuneCountInString(s.Asks); n > 500 {
		wrong = append(wrong, errs.Field{Name: "asks", Key: "web.field.long", Args: []any{"max", 500, "count", n - 500}})
	}
	if rules.Token && s.Token == "" {
		wrong = append(wrong, errs.Field{Name: "token", Key: "web.field.required"})
	}
	if rules.Filter && s.KeepIf == "" {
		wrong = append(wrong, errs.Field{Name: "keep_if", Key: "listen.source.needs_filter"})
	}
	if s.Name == "" {
		s.Name = text.Line(hostOf(s.URL))
	}
	if s.Name == "" {
		s.Name = s.Asks[:min(len(s.Asks), 100)]
	}
	if s.Name == "" {
		s.Name = string(s.Kind)
	}
	return wrong
}

// keyOf is the message key of a classified error.
func keyOf(err error) string {
	if e, ok := errs.Find(err); ok && e.Key != "" {
		return e.Key
	}
	return "listen.source.failed"
}

func hostOf(url string) string {
	_, rest, _ := strings.Cut(url, "://")
	host, _, _ := strings.Cut(rest, "/")
	return strings.TrimPrefix(host, "www.")
}

// wait is how long a source that fails is left alone: twice as long each time,
// from its usual interval up to a day, and at least as long as it asks for.
// spread, from 0 to 1, keeps many sources from being asked at once.
func (s Source) wait(retryAfter time.Duration, spread float64) time.Duration {
	d := time.Duration(s.Every) * time.Minute
	for range min(s.Failures, 10) {
		d *= 2
	}
	d = min(d, 24*time.Hour)
	d += time.Duration(spread * 0.2 * float64(d))
	return max(d, retryAfter)
}
