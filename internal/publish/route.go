package publish

import (
	"database/sql/driver"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/perm"
)

// StepKind is what a step of a route vouches for.
type StepKind string

// The kinds of step. The last two are not part of routes: they are the kinds
// of the approvals that an emergency release leaves behind.
const (
	LanguageReview StepKind = "language_review" // each language by someone who reads it
	Clearance      StepKind = "clear"           // the content
	ReleaseStep    StepKind = "release"         // the moment; always the last step, only there
	EmergencyStep  StepKind = "emergency"
	AfterReview    StepKind = "after_review"
)

// Step is one approval that a route demands.
type Step struct {
	Kind       StepKind        `json:"kind"`
	Permission perm.Permission `json:"permission" required:"false" doc:"Follows from the kind"`
	Hours      int             `json:"hours" required:"false"` // of working days until the deadline; zero is none
	Ministry   bool            `json:"ministry,omitempty"`     // the permission must hold for the whole ministry
	// Parallel steps wait together with the one before. Such a group is done when
	// all its steps are, or one of them where the first says AnyOf.
	Parallel bool `json:"parallel,omitempty"`
	AnyOf    bool `json:"any_of,omitempty"`
	// Named narrow who may take the step, besides the permission: one of them, or
	// who stands in for them. Nobody: anyone with the permission.
	Named
	Escalate *Escalation `json:"escalate,omitempty"` // nil: never passed on
	// Certificate is the competence that who takes the step must hold a valid
	// certificate of, in person; empty for none.
	Certificate string `json:"certificate,omitempty"`
}

// asks reports whether a step asks for someone with this authority.
func (s Step) asks(a *perm.Actor, g perm.Grant) bool { return s.Nobody() || s.has(a, g) }

// word names the step in the reader's words.
func (s Step) word() string { return audit.Word("publish.step." + string(s.Kind)) }

// Scope is where the permission of the step must hold for a message.
func (s Step) Scope(m *Message) perm.Scope {
	if s.Ministry {
		return perm.Everywhere()
	}
	return m.Scope()
}

// due is when a step that begins now should be done: its hours are counted on
// the working days of a week. Never when it has no deadline.
func (s Step) due(now time.Time, w org.Week) db.Time {
	if s.Hours == 0 {
		return 0
	}
	return db.At(w.After(now, time.Duration(s.Hours)*time.Hour))
}

// Steps are the steps of a route in their order, JSON in the database.
type Steps []Step

// Value implements driver.Valuer.
func (s Steps) Value() (driver.Value, error) { return jsonValue([]Step(s)) }

// Scan implements sql.Scanner.
func (s *Steps) Scan(v any) error { return jsonScan(v, (*[]Step)(s)) }

// Path is the route of one message, copied when it is submitted so that a
// later change of the route does not change what was promised.
type Path struct {
	RouteID     string     `json:"route_id"`
	Steps       []Step     `json:"steps"`
	OneStepEach bool       `json:"one_step_each"`
	TwoPeople   bool       `json:"two_people,omitempty"`
	Match       Match      `json:"match,omitzero"` // of the route: why it was taken
	Required    Langs      `json:"required,omitempty"`
	Incomplete  Incomplete `json:"incomplete,omitempty"`
	Raised      bool       `json:"raised,omitempty"` // heat raised it: see heatedRoute
}

// group gives the steps that wait together with step i: from, and to exclusive.
func (p Path) group(i int) (from, to int) {
	from, to = i, i+1
	if i < 0 || i >= len(p.Steps) {
		return from, to
	}
	for from > 0 && p.Steps[from].Parallel {
		from--
	}
	for to < len(p.Steps) && p.Steps[to].Parallel {
		to++
	}
	return from, to
}

// Value implements driver.Valuer; empty before the first submission.
func (p Path) Value() (driver.Value, error) {
	if len(p.Steps) == 0 {
		return "", nil
	}
	return jsonValue(p)
}

// Scan implements sql.Scanner.
func (p *Path) Scan(v any) error { return jsonScan(v, p) }

// Match says for which messages a route is. Empty fields are for any. Of the
// routes that match a message the most specific is taken: the one for its
// mission before one for any, then for its topic, its kind, its channel, its
// sensitivity, in this order. A message that names no channels may go out by any:
// a route for any of them matches it.
type Match struct {
	MissionID   string      `json:"mission_id,omitempty"`
	TopicID     string      `json:"topic_id,omitempty"`
	Kind        Kind        `json:"kind,omitempty"`
	Channel     Channel     `json:"channel,omitempty"`
	Sensitivity Sensitivity `json:"sensitivity,omitempty"`
}

// match is what the choice of a message's route depends on, besides its channels.
func (m *Message) match() Match {
	return Match{MissionID: m.MissionID, TopicID: m.TopicID, Kind: m.Kind, Sensitivity: m.Sensitivity}
}

// Match is for which messages the route is.
func (r *Route) Match() Match { return Match{r.MissionID, r.TopicID, r.Kind, r.Channel, r.Sensitivity} }

// base reports whether it is one of the ministry's routes that are always
// there, one for every sensitivity.
func (m Match) base() bool { return m == Match{Sensitivity: m.Sensitivity} }

// Route says which approvals messages need that it matches. Those of the
// ministry for every sensitivity, topic and kind left open, are always there.
type Route struct {
	bun.BaseModel `bun:"table:publish_route,alias:r"`

	ID          string `bun:",pk"`
	MissionID   string
	TopicID     string
	Kind        Kind
	Channel     Channel
	Sensitivity Sensitivity
	Steps       Steps
	OneStepEach bool // nobody may take two steps of one message
	// TwoPeople says that who releases is someone else than who cleared, also
	// where one acts in another's name.
	TwoPeople  bool
	Required   Langs // the languages that a message must have, besides its source
	Incomplete Incomplete
	// AnswerNeedsApproval says that answers to citizens are approved too; it
	// counts on the route for routine messages.
	AnswerNeedsApproval bool
	ReviewWithin        int // hours in which an emergency release must be judged
	Version             int
	UpdatedBy           string
	UpdatedAt           db.Time
}

// Limits of a route.
const (
	maxSteps = 8
	maxHours = 24 * 30
)

// Check holds the rules of a route: at least one approval before the release,
// which is the last step; permissions that belong to this context.
func (r *Route) Check() error {
	var bad []errs.Field
	fail := func(field, key string) { bad = append(bad, errs.Field{Name: field, Key: key}) }
	if !slices.Contains(Sensitivities, r.Sensitivity) && (r.Sensitivity != "" || r.Match().base()) {
		fail("sensitivity", "web.field.choice")
	}
	if r.Kind != "" && !slices.Contains(Kinds, r.Kind) {
		fail("kind", "web.field.choice")
	}
	if slices.ContainsFunc(r.Required, func(l i18n.Lang) bool { return !slices.Contains(i18n.Langs, l) }) {
		fail("required", "web.field.choice")
	}
	if !slices.Contains(Incompletes, r.Incomplete) {
		fail("incomplete", "web.field.choice")
	}
	if n := len(r.Steps); n < 2 || n > maxSteps {
		fail("steps", "publish.error.route_steps")
	} else if r.Steps[n-1].Kind != ReleaseStep {
		fail("steps", "publish.error.route_release")
	}
	if r.Channel != "" && !slices.Contains(ChannelList, r.Channel) {
		fail("channel", "web.field.choice")
	}
	for i, s := range r.Steps {
		if e := s.Escalate; e != nil && (e.After < 1 || e.After > maxHours || e.Nobody()) {
			fail("steps", "publish.error.route_escalate")
		}
		if i < len(r.Steps)-1 && s.Kind == ReleaseStep {
			fail("steps", "publish.error.route_release")
		}
		if s.Parallel && (i == 0 || s.Kind == ReleaseStep) || s.AnyOf && !r.path().shared(i) {
			fail("steps", "publish.error.route_parallel")
		}
		want, ok := stepPermission[s.Kind]
		if !ok || s.Permission != want || s.Hours < 0 || s.Hours > maxHours {
			fail("steps", "publish.error.route_step")
		}
	}
	if r.TwoPeople && !r.path().clears() {
		fail("two_people", "publish.error.route_two_people")
	}
	if r.ReviewWithin < 1 || r.ReviewWithin > maxHours {
		fail("review_within", "publish.error.route_review")
	}
	return errs.InvalidFields(bad...)
}

// path is the route as a message takes it.
func (r *Route) path() Path {
	return Path{RouteID: r.ID, Steps: r.Steps, OneStepEach: r.OneStepEach, TwoPeople: r.TwoPeople, Match: r.Match(), Required: r.Required, Incomplete: r.Incomplete}
}

// shared reports whether step i begins a group of more than one.
func (p Path) shared(i int) bool {
	from, to := p.group(i)
	return from == i && to > i+1
}

// clears reports whether a clearance cannot be left out on the way.
func (p Path) clears() bool {
	for i, s := range p.Steps {
		if from, _ := p.group(i); s.Kind == Clearance && !p.Steps[from].AnyOf {
			return true
		}
	}
	return false
}

// stepPermission is the permission each kind of step asks for.
var stepPermission = map[StepKind]perm.Permission{LanguageReview: MayReview, Clearance: MayClear, ReleaseStep: MayRelease}

// NewStep makes a step with the permission of its kind.
func NewStep(kind StepKind, hours int, ministry bool) Step {
	return Step{Kind: kind, Permission: stepPermission[kind], Hours: hours, Ministry: ministry}
}
