package publish

import (
	"context"
	"database/sql/driver"
	"slices"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
)

// Langs are languages in the order of i18n.Langs, JSON in the database.
type Langs []i18n.Lang

// Value implements driver.Valuer; empty for none.
func (l Langs) Value() (driver.Value, error) {
	if len(l) == 0 {
		return "", nil
	}
	return jsonValue([]i18n.Lang(l))
}

// Scan implements sql.Scanner.
func (l *Langs) Scan(v any) error { return jsonScan(v, (*[]i18n.Lang)(l)) }

// Incomplete says when a message may go out though a language that its route
// requires has no text, or a translation is older than its source. The page
// says so then.
type Incomplete string

// When a message may go out incomplete.
const (
	NeverIncomplete     Incomplete = ""
	EmergencyIncomplete Incomplete = "emergency" // in an emergency release
	AlwaysIncomplete    Incomplete = "always"
)

// Incompletes lists them from the strictest.
var Incompletes = []Incomplete{NeverIncomplete, EmergencyIncomplete, AlwaysIncomplete}

// allows reports whether a release, an emergency or not, may lack languages.
func (i Incomplete) allows(emergency bool) bool {
	return i == AlwaysIncomplete || emergency && i == EmergencyIncomplete
}

// Lack is a language that is missing or stale.
type Lack struct {
	Lang  i18n.Lang    `json:"lang"`
	State VariantState `json:"state"` // VariantMissing or VariantStale
}

// Lacks are those of one message, JSON in the database.
type Lacks []Lack

// Value implements driver.Valuer; empty for none.
func (l Lacks) Value() (driver.Value, error) {
	if len(l) == 0 {
		return "", nil
	}
	return jsonValue([]Lack(l))
}

// Scan implements sql.Scanner.
func (l *Lacks) Scan(v any) error { return jsonScan(v, (*[]Lack)(l)) }

// In gives the languages that are in a state.
func (l Lacks) In(s VariantState) []i18n.Lang {
	var out []i18n.Lang
	for _, x := range l {
		if x.State == s {
			out = append(out, x.Lang)
		}
	}
	return out
}

// Lacking gives what a message lacks on a route: required languages without a
// text, and translations older than their source, required or not.
func (m *Message) Lacking(p Path) Lacks {
	var out Lacks
	for _, l := range i18n.Langs {
		_, has := m.Variant(l)
		switch {
		case m.Stale(l):
			out = append(out, Lack{l, VariantStale})
		case !has && slices.Contains(p.Required, l):
			out = append(out, Lack{l, VariantMissing})
		}
	}
	return out
}

// translated holds the languages of a message against its route.
func (m *Message) translated(p Path, emergency bool) error {
	lacks := m.Lacking(p)
	switch {
	case len(lacks) == 0 || p.Incomplete.allows(emergency):
		return nil
	case len(lacks.In(VariantStale)) > 0:
		return ErrOldTransl
	default:
		return ErrNoTransl
	}
}

// Way gives the route that a message is on, or that it would take if it were
// submitted now and its texts were not heated.
func (s *Service) Way(ctx context.Context, m Message) (Path, error) {
	if len(m.Route.Steps) > 0 && (m.onRoute() || m.WasPublic()) {
		return m.Route, nil
	}
	return heatedRoute(ctx, s.db.Reader(), &m, m.Sensitivity)
}

// Missing says what stands against submitting a message: nil, or what Submit
// would answer.
func (s *Service) Missing(ctx context.Context, m Message) error {
	if err := m.Complete(s.clock.Now()); err != nil {
		return err
	}
	way, err := s.Way(ctx, m)
	if err != nil {
		return err
	}
	return m.ready(way, false)
}

// reads gives the languages in which a person can vouch for a text: all where
// the house does not know its people, none for somebody it does not know.
func (s *Service) reads(ctx context.Context, personID string) ([]i18n.Lang, error) {
	if s.org == nil {
		return i18n.Langs, nil
	}
	p, err := s.org.Person(ctx, personID)
	if errs.KindOf(err) == errs.NotFound {
		return nil, nil
	}
	return p.Reads, err
}

// Reviewable gives the languages of a message that wait for a review at a step
// and that the actor reads, in the order of i18n.Langs.
func (s *Service) Reviewable(ctx context.Context, m Message, step int) ([]i18n.Lang, error) {
	reads, err := s.reads(ctx, perm.From(ctx).ID)
	return m.reviewable(step, reads), err
}

func (m *Message) reviewable(step int, reads []i18n.Lang) []i18n.Lang {
	return slices.DeleteFunc(m.Unreviewed(step), func(l i18n.Lang) bool { return !slices.Contains(reads, l) })
}

// readable reports whether somebody who reads some languages can do a step: a
// language review is for who reads one that still misses it. In lists the texts
// are not known: perhaps.
func (m *Message) readable(step int, reads []i18n.Lang) bool {
	if step < 0 || step >= len(m.Route.Steps) || m.Route.Steps[step].Kind != LanguageReview || len(m.Variants) == 0 {
		return true
	}
	return len(m.reviewable(step, reads)) > 0
}

// byLanguage reports whether it depends on the languages of the texts for whom
// the message waits.
func (m *Message) byLanguage() bool {
	from, to := m.Route.group(m.Step)
	return to > from+1 || from >= 0 && from < len(m.Route.Steps) && m.Route.Steps[from].Kind == LanguageReview
}

// viewer is somebody for whom pages and lists are drawn.
type viewer struct {
	*perm.Actor
	reads []i18n.Lang
	held  []string // certificates
}

func (s *Service) viewer(ctx context.Context) (viewer, error) {
	a := perm.From(ctx)
	v := viewer{Actor: a}
	var err error
	if v.reads, err = s.reads(ctx, a.ID); err == nil {
		v.held, err = s.heldBy(ctx, a.ID)
	}
	return v, err
}
