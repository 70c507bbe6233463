package publish

import (
	"database/sql/driver"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/errs"
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
	Permission perm.Permission `json:"permission"`
	Hours      int             `json:"hours"`              // of working days until the deadline; zero is none
	Ministry   bool            `json:"ministry,omitempty"` // the permission must hold for the whole ministry
}

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
	RouteID     string `json:"route_id"`
	Steps       []Step `json:"steps"`
	OneStepEach bool   `json:"one_step_each"`
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

// Route says which approvals messages of a mission and sensitivity need. A
// mission without a route of its own takes the ministry's (MissionID empty),
// of which there is one for every sensitivity.
type Route struct {
	bun.BaseModel `bun:"table:publish_route,alias:r"`

	ID          string `bun:",pk"`
	MissionID   string
	Sensitivity Sensitivity
	Steps       Steps
	OneStepEach bool // nobody may take two steps of one message
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
	if !slices.Contains(Sensitivities, r.Sensitivity) {
		fail("sensitivity", "web.field.choice")
	}
	if n := len(r.Steps); n < 2 || n > maxSteps {
		fail("steps", "publish.error.route_steps")
	} else if r.Steps[n-1].Kind != ReleaseStep {
		fail("steps", "publish.error.route_release")
	}
	for i, s := range r.Steps {
		if i < len(r.Steps)-1 && s.Kind == ReleaseStep {
			fail("steps", "publish.error.route_release")
		}
		want, ok := stepPermission[s.Kind]
		if !ok || s.Permission != want || s.Hours < 0 || s.Hours > maxHours {
			fail("steps", "publish.error.route_step")
		}
	}
	if r.ReviewWithin < 1 || r.ReviewWithin > maxHours {
		fail("review_within", "publish.error.route_review")
	}
	return errs.InvalidFields(bad...)
}

// stepPermission is the permission each kind of step asks for.
var stepPermission = map[StepKind]perm.Permission{LanguageReview: MayReview, Clearance: MayClear, ReleaseStep: MayRelease}

// NewStep makes a step with the permission of its kind.
func NewStep(kind StepKind, hours int, ministry bool) Step {
	return Step{Kind: kind, Permission: stepPermission[kind], Hours: hours, Ministry: ministry}
}
