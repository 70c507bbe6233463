package campaign

import (
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/publish"
)

// State is where a campaign stands.
type State string

// The states of a campaign.
const (
	Planned State = "planned"
	Running State = "running"
	Ended   State = "ended"
	Stopped State = "stopped" // before its end, with a reason
)

// States lists the states in the order of a campaign's life.
var States = []State{Planned, Running, Ended, Stopped}

// Over reports whether the campaign is done with.
func (s State) Over() bool { return s == Ended || s == Stopped }

// Segments are the publics a campaign may be for.
var Segments = []string{"diaspora", "host_public", "iraqi_public", "government", "parliament", "media", "academia", "students", "business", "civil_society", "religious", "culture", "organisations", "visitors"}

// Channels are the ways by which a campaign may speak.
var Channels = []string{"site", "newsletter", "facebook", "instagram", "x", "telegram", "youtube", "whatsapp", "mastodon", "bluesky", "press", "broadcast", "events", "print"}

// Public is a segment of people whom the campaign is for; Note says who in
// particular, and may be empty.
type Public struct {
	Segment string `json:"segment"`
	Note    string `json:"note,omitempty"`
}

// Campaign is one campaign. Names, Objective, KeyMessages, Result and
// Indicator are in up to four languages; KeyMessages has one message a line.
type Campaign struct {
	bun.BaseModel `bun:"table:publish_campaign,alias:c"`

	ID          string `bun:",pk"`
	MissionID   string // that leads it; empty: the ministry
	Names       publish.Texts
	Folded      string // of all names, for the search
	Objective   publish.Texts
	ObjectiveID string // in the strategy; may be empty
	KeyMessages publish.Texts
	Publics     []Public
	Countries   []string // ISO 3166-1 alpha-2
	Langs       []i18n.Lang
	Channels    []string
	StartsOn    db.Time // first day
	EndsOn      db.Time // last day

	Result    publish.Texts // what will be different
	Indicator publish.Texts // how that is told, with its unit; empty: nothing is measured
	Baseline  int64         // hundredths
	Target    int64         // hundredths

	Currency   string // ISO 4217
	State      State
	Reason     string // of Stopped
	OwnerID    string // the official who answers for it
	CopiedFrom string // the campaign it was copied from; may be empty
	CreatedBy  string
	CreatedAt  db.Time
	UpdatedAt  db.Time
	Version    int64

	Partners []string `bun:"-"` // missions that take part, without the leading one, sorted
}

// Scope is where the campaign is led.
func (c Campaign) Scope() perm.Scope { return perm.InMission(c.MissionID) }

// Name is its name in a language, else in the first that has one.
func (c Campaign) Name(l i18n.Lang) string { return c.Names.In(l) }

// Messages are the key messages in a language; none when it lacks them.
func (c Campaign) Messages(l i18n.Lang) []string {
	if c.KeyMessages[l] == "" {
		return nil
	}
	return strings.Split(c.KeyMessages[l], "\n")
}

// Units are the missions that lead and take part; the ministry is the empty
// one.
func (c Campaign) Units() []string { return append([]string{c.MissionID}, c.Partners...) }

// seen reports whether an actor sees the campaign.
func (c Campaign) seen(a *perm.Actor) bool {
	return slices.ContainsFunc(c.Units(), func(m string) bool { return a.MayIn(publish.MayView, perm.InMission(m)) })
}

// run reports whether an actor works on the campaign.
func (c Campaign) run(a *perm.Actor) bool { return a.MayIn(Manage, c.Scope()) && c.seen(a) }
