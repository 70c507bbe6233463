package discuss

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/text"
)

// Verdict is what a fact check found.
type Verdict string

// The verdicts.
const (
	Right   Verdict = "right"
	Partly  Verdict = "partly" // right with a correction, which the answer says
	Wrong   Verdict = "wrong"
	Unclear Verdict = "unclear" // it cannot be told
)

// Verdicts lists them in the order in which they are offered.
var Verdicts = []Verdict{Right, Partly, Wrong, Unclear}

// Check asks whether a claim of a message is true: of a person, or of a unit (a
// mission or a department), of which anybody may answer.
type Check struct {
	bun.BaseModel `bun:"table:publish_discuss_check,alias:dk"`

	ID         string `bun:",pk"`
	MessageID  string
	Lang       i18n.Lang
	Claim      string // the words of the message
	Question   string
	PersonID   string
	UnitID     string
	AskedBy    string
	AskedAt    db.Time
	Verdict    Verdict
	Answer     string
	Sources    string
	AnsweredBy string
	AnsweredAt db.Time
	DroppedAt  db.Time
}

// Open reports whether the check waits for its answer.
func (c Check) Open() bool { return c.AnsweredAt.IsZero() && c.DroppedAt.IsZero() }

// asks are the permissions with any of which one may ask: of those who write a
// message and of those who vouch for it.
var asks = []perm.Permission{publish.MayDraft, publish.MayReview, publish.MayClear, publish.MayRelease}

// MayAsk reports whether the actor may ask for fact checks of a message.
func (s *Service) MayAsk(ctx context.Context, m publish.Message) bool {
	return !m.WasPublic() && slices.ContainsFunc(asks, func(p perm.Permission) bool { return perm.From(ctx).MayIn(p, m.Scope()) })
}

// Ask asks for a fact check under the id it brings. Exactly one of PersonID and
// UnitID is set. NotFound when the actor may not view the message. Called again
// with the same id it changes nothing.
func (s *Service) Ask(ctx context.Context, c Check) error {
	m, err := s.Publish.Message(ctx, c.MessageID)
	if err != nil {
		return err
	}
	if !s.MayAsk(ctx, m) {
		return errs.New(errs.Forbidden, "")
	}
	if err := c.clean(); err != nil {
		return err
	}
	people, err := s.asked(ctx, c)
	if err != nil {
		return err
	}
	if len(people) == 0 {
		return errs.InvalidFields(errs.Field{Name: "of", Key: "publish.discuss.nobody"})
	}
	c.AskedBy, c.AskedAt = perm.From(ctx).ID, db.At(s.Clock.Now())
	c.Verdict, c.Answer, c.Sources, c.AnsweredBy, c.AnsweredAt, c.DroppedAt = "", "", "", "", 0, 0
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewInsert().Model(&c).On("CONFLICT (id) DO NOTHING").Exec(ctx)
		if err != nil {
			return fmt.Errorf("ask for a fact check of %s: %w", m.ID, err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return s.told(ctx, tx, m, "publish.check_ask", people, nil)
	})
}

func (c *Check) clean() error {
	c.Claim, c.Question = strings.TrimSpace(text.Clean(c.Claim)), strings.TrimSpace(text.Clean(c.Question))
	bad := long(nil, "claim", c.Claim, MaxQuote)
	bad = long(bad, "question", c.Question, MaxBody)
	if c.Claim == "" {
		bad = append(bad, errs.Field{Name: "claim", Key: "web.field.required"})
	}
	if !id.Valid(c.ID) || !slices.Contains(i18n.Langs, c.Lang) {
		bad = append(bad, errs.Field{Name: "lang", Key: "web.field.choice"})
	}
	if (c.PersonID == "") == (c.UnitID == "") {
		bad = append(bad, errs.Field{Name: "of", Key: "web.field.choice"})
	}
	return errs.InvalidFields(bad...)
}

// asked are the active people who may answer.
func (s *Service) asked(ctx context.Context, c Check) ([]string, error) {
	if c.PersonID != "" {
		p, err := s.Org.Person(ctx, c.PersonID)
		if errs.KindOf(err) == errs.NotFound || err == nil && (!p.Active || p.ID == perm.From(ctx).ID) {
			return nil, nil
		}
		return []string{p.ID}, err
	}
	var out []string
	for _, f := range []org.PeopleFilter{{MissionID: c.UnitID}, {DepartmentID: c.UnitID}} {
		people, err := s.Org.People(ctx, f)
		if err != nil {
			return nil, err
		}
		for _, p := range people {
			if p.ID != perm.From(ctx).ID {
				out = append(out, p.ID)
			}
		}
	}
	return out, nil
}

// mine reports whether the check is asked of the actor.
func (s *Service) mine(ctx context.Context, c Check) (bool, error) {
	me := perm.From(ctx).ID
	if c.PersonID != "" || me == c.AskedBy {
		return c.PersonID == me && me != "", nil
	}
	p, err := s.Org.Person(ctx, me)
	if errs.KindOf(err) == errs.NotFound {
		return false, nil
	}
	return err == nil && p.Active && (p.MissionID == c.UnitID || p.DepartmentID == c.UnitID), err
}

// Check gives one fact check, to those of whom it is asked; NotFound for others.
func (s *Service) Check(ctx context.Context, checkID string) (Check, error) {
	var c Check
	err := s.DB.Reader().NewSelect().Model(&c).Where("dk.id = ?", checkID).Scan(ctx)
	if db.IsNoRows(err) {
		return Check{}, errs.New(errs.NotFound, "")
	}
	if err != nil {
		return Check{}, fmt.Errorf("fact check %s: %w", checkID, err)
	}
	mine, err := s.mine(ctx, c)
	if err == nil && !mine {
		err = errs.New(errs.NotFound, "")
	}
	return c, err
}

// Answer answers a fact check that is asked of the actor. Sources are needed
// unless it cannot be told. ErrOver when it is answered or dropped already.
func (s *Service) Answer(ctx context.Context, checkID string, v Verdict, answer, sources string) error {
	c, err := s.Check(ctx, checkID)
	if err != nil {
		return err
	}
	answer, sources = strings.TrimSpace(text.Clean(answer)), strings.TrimSpace(text.Clean(sources))
	bad := long(nil, "answer", answer, MaxBody)
	bad = long(bad, "sources", sources, MaxSource)
	if !slices.Contains(Verdicts, v) {
		bad = append(bad, errs.Field{Name: "verdict", Key: "web.field.choice"})
	}
	if answer == "" && v != Right {
		bad = append(bad, errs.Field{Name: "answer", Key: "web.field.required"})
	}
	if sources == "" && v != Unclear {
		bad = append(bad, errs.Field{Name: "sources", Key: "web.field.required"})
	}
	if err := errs.InvalidFields(bad...); err != nil {
		return err
	}
	m, err := s.message(ctx, c)
	if err != nil {
		return err
	}
	return s.end(ctx, m, c, "publish.check_answer", "verdict = ?, answer = ?, sources = ?, answered_by = ?, answered_at = ?",
		v, answer, sources, perm.From(ctx).ID, db.At(s.Clock.Now()))
}

// message is the message of a check, also for those who may not view it and are
// only asked: it is needed for the record.
func (s *Service) message(ctx context.Context, c Check) (publish.Message, error) {
	return s.Publish.Message(perm.With(ctx, perm.SystemActor("publish.discuss")), c.MessageID)
}

// Drop takes a fact check back: the question is no longer needed. Who may ask may.
func (s *Service) Drop(ctx context.Context, messageID, checkID string) error {
	m, err := s.Publish.Message(ctx, messageID)
	if err != nil {
		return err
	}
	if !s.MayAsk(ctx, m) {
		return errs.New(errs.Forbidden, "")
	}
	return s.end(ctx, m, Check{ID: checkID}, "publish.check_drop", "dropped_at = ?", db.At(s.Clock.Now()))
}

// end changes a check that is open.
func (s *Service) end(ctx context.Context, m publish.Message, c Check, act, set string, args ...any) error {
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewUpdate().Model((*Check)(nil)).Set(set, args...).Where("id = ? AND message_id = ? AND answered_at = 0 AND dropped_at = 0", c.ID, m.ID).Exec(ctx)
		if err != nil {
			return fmt.Errorf("%s %s: %w", act, c.ID, err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return orOver(err)
		}
		return s.told(ctx, tx, m, act, nil, nil)
	})
}

// Checks gives the fact checks of a message, the oldest first and without those
// that were dropped, to those who may view it.
func (s *Service) Checks(ctx context.Context, messageID string) ([]Check, error) {
	if _, err := s.Publish.Message(ctx, messageID); err != nil {
		return nil, err
	}
	var out []Check
	err := s.DB.Reader().NewSelect().Model(&out).Where("dk.message_id = ? AND dk.dropped_at = 0", messageID).Order("dk.asked_at", "dk.id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("fact checks of %s: %w", messageID, err)
	}
	return out, nil
}

// Asked are the open fact checks that are asked of the actor, the oldest first.
func (s *Service) Asked(ctx context.Context) ([]Check, error) {
	me := perm.From(ctx).ID
	units := []string{}
	p, err := s.Org.Person(ctx, me)
	if err != nil && errs.KindOf(err) != errs.NotFound {
		return nil, err
	}
	for _, u := range []string{p.MissionID, p.DepartmentID} {
		if u != "" {
			units = append(units, u)
		}
	}
	q := s.DB.Reader().NewSelect().Model((*Check)(nil)).Where("dk.answered_at = 0 AND dk.dropped_at = 0 AND dk.asked_by <> ?", me)
	if len(units) == 0 {
		q = q.Where("dk.person_id = ?", me)
	} else {
		q = q.Where("(dk.person_id = ? OR dk.unit_id IN (?))", me, bun.List(units))
	}
	var out []Check
	if err := q.Order("dk.asked_at", "dk.id").Limit(100).Scan(ctx, &out); err != nil {
		return nil, fmt.Errorf("asked fact checks: %w", err)
	}
	return out, nil
}

// Count is how many calls and open fact checks wait for the actor.
func (s *Service) Count(ctx context.Context) (int, error) {
	calls, err := s.Calls(ctx)
	if err != nil {
		return 0, err
	}
	checks, err := s.Asked(ctx)
	return len(calls) + len(checks), err
}
