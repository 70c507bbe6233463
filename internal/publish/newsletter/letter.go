package newsletter

import (
	"context"
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/publish"
)

// State is where a letter stands; see the package documentation.
type State string

// The states of a letter.
const (
	Draft     State = "draft"
	Preparing State = "preparing"
	Sending   State = "sending"
	Paused    State = "paused"
	Done      State = "done"
	Cancelled State = "cancelled"
)

// Why a letter is paused or was cancelled, besides what officials say.
const (
	WhyOfficial  = "official"
	WhyBounces   = "bounces"
	WhyHouse     = "house"     // the house's pause was in force
	WhyWithdrawn = "withdrawn" // a message in it was withdrawn
)

// The kinds of letter.
const (
	OneMessage   = "message"
	DigestLetter = "digest"
)

// Segment chooses among a list's subscribers by what they said themselves. The
// zero value is all. Who chose no topics gets letters of every topic.
type Segment struct {
	Langs     []i18n.Lang `json:"langs,omitempty"`
	Countries []string    `json:"countries,omitempty"`
	Topics    []string    `json:"topics,omitempty"`
}

// Value implements driver.Valuer.
func (g Segment) Value() (driver.Value, error) { return jsonText(g) }

// Scan implements sql.Scanner.
func (g *Segment) Scan(v any) error { return jsonInto(v, g) }

// Subjects are wordings of the subject by language. Without A the message's
// title stands; B is the other wording of a test.
type Subjects struct {
	A publish.Texts `json:"a,omitempty"`
	B publish.Texts `json:"b,omitempty"`
}

// Value implements driver.Valuer.
func (u Subjects) Value() (driver.Value, error) { return jsonText(u) }

// Scan implements sql.Scanner.
func (u *Subjects) Scan(v any) error { return jsonInto(v, u) }

func (u Subjects) own() bool { return len(u.A) > 0 || len(u.B) > 0 }

// Letter is one sending to a list.
type Letter struct {
	bun.BaseModel `bun:"table:publish_newsletter_letter,alias:t"`

	ID        string `bun:",pk"`
	ListID    string
	MissionID string // of the list
	Slug      string // its address in the archive
	Kind      string
	Occasion  string // its own id, or the day of a digest: one letter for each
	Messages  idList
	Segment   Segment
	Subjects  Subjects
	WordedBy  string // who wrote subjects that are not titles
	UTM       bool   `bun:"utm"` // links tell the sites they lead to that they stood in a newsletter
	TestShare int    // percent of the recipients on whom A and B are tried
	TestHours int    // until it is decided
	DecideAt  db.Time
	Winner    string // WordingA or WordingB once decided
	Outcome   string // "a", "b", or "none" when the difference says nothing
	State     State
	Why       string
	Trouble   string // message key: what holds the sending up at the moment
	NotAfter  db.Time
	Prepared  string // up to this subscriber the ledger is written
	Ready     bool   // the ledger is complete
	Total     int64
	Sent      int64 // accepted by the mail server
	Failed    int64 // refused for good
	Dead      int64 // refused or bounced because the mailbox does not exist
	BaseSent  int64 // both as they were when the letter was last resumed
	BaseDead  int64
	Holder    string // process that sends it now
	HeldUntil db.Time
	Flying    string // numbers of the rows whose letters are in flight
	CreatedBy string
	CreatedAt db.Time
	SentBy    string
	StartedAt db.Time
	EndedAt   db.Time
	Version   int
}

// Scope is where a permission must hold for the letter.
func (t *Letter) Scope() perm.Scope { return perm.InMission(t.MissionID) }

// Tested reports whether two wordings are tried.
func (t *Letter) Tested() bool { return len(t.Subjects.B) > 0 }

// The bounds of letters.
const (
	maxSubject  = 150
	maxItems    = 30
	usualShare  = 20
	usualWait   = 4
	longestTest = 48
	maxNotAfter = 14 * 24 * time.Hour
)

// Plan is what an official decides about a letter.
type Plan struct {
	ID        string // of a new letter: made once, however often the form is sent
	ListID    string
	MessageID string
	Segment   Segment
	Subjects  Subjects
	UTM       bool
	TestShare int
	TestHours int
}

func (p *Plan) check(l List) error {
	var bad []errs.Field
	for name, t := range map[string]publish.Texts{"a": cleaned(p.Subjects.A), "b": cleaned(p.Subjects.B)} {
		for _, lang := range i18n.Langs {
			if n := utf8.RuneCountInString(t[lang]); n > maxSubject {
				bad = append(bad, errs.Field{Name: name + "-" + string(lang), Key: "web.field.long", Args: []any{"max", maxSubject, "count", n - maxSubject}})
			}
		}
	}
	p.Subjects.A, p.Subjects.B = cleaned(p.Subjects.A), cleaned(p.Subjects.B)
	if len(p.Subjects.B) == 0 {
		p.TestShare, p.TestHours = 0, 0
	} else if p.TestShare < 2 || p.TestShare > 100 || p.TestHours < 1 || p.TestHours > longestTest {
		bad = append(bad, errs.Field{Name: "test_share", Key: "newsletter.error.test"})
	}
	p.Segment.Topics = l.Topics.keys(p.Segment.Topics)
	if slices.ContainsFunc(p.Segment.Langs, func(x i18n.Lang) bool { _, ok := i18n.Parse(string(x)); return !ok }) {
		bad = append(bad, errs.Field{Name: "langs", Key: "web.field.choice"})
	}
	if len(p.Segment.Countries) > 60 || slices.ContainsFunc(p.Segment.Countries, func(c string) bool { return len(c) != 2 }) {
		bad = append(bad, errs.Field{Name: "countries", Key: "web.field.choice"})
	}
	return errs.InvalidFields(bad...)
}

// Write makes a letter of one released message, as a draft.
func (s *Service) Write(ctx context.Context, p Plan) (Letter, error) {
	l, err := s.List(ctx, p.ListID)
	if err != nil {
		return Letter{}, err
	}
	if err := allowed(ctx, MayWrite, l.MissionID); err != nil {
		return Letter{}, err
	}
	if !l.ClosedAt.IsZero() {
		return Letter{}, ErrState
	}
	if !id.Valid(p.ID) {
		return Letter{}, errs.InvalidFields(errs.Field{Name: "id", Key: "web.field.choice"})
	}
	if err := p.check(l); err != nil {
		return Letter{}, err
	}
	m, err := s.released(ctx, p.MessageID)
	if err != nil {
		return Letter{}, err
	}
	if l.MissionID != "" && m.MissionID != l.MissionID && m.MissionID != "" {
		return Letter{}, ErrNotPublic // a mission does not spread what another said as its own letter
	}
	t := Letter{
		ID: p.ID, ListID: l.ID, MissionID: l.MissionID, Slug: slugOf(s.now().In(s.Org.Zone(ctx, l.MissionID)), p.ID), Kind: OneMessage, Occasion: p.ID, Messages: idList{m.ID},
		Segment: p.Segment, Subjects: p.Subjects, UTM: p.UTM, TestShare: p.TestShare, TestHours: p.TestHours,
		State: Draft, CreatedBy: perm.From(ctx).ID, CreatedAt: s.now(), Version: 1,
	}
	if t.Subjects.own() {
		t.WordedBy = t.CreatedBy
	}
	err = s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewInsert().Model(&t).On("CONFLICT (id) DO NOTHING").Exec(ctx)
		if err != nil {
			return fmt.Errorf("newsletter: write letter: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return s.recordLetter(ctx, tx, MayWrite, "write", t, l, nil)
	})
	if err != nil {
		return Letter{}, err
	}
	return s.Letter(ctx, p.ID)
}

// slugOf is the address of a letter in the archive: the day and a part of its
// id.
func slugOf(day time.Time, letterID string) string {
	return day.Format(time.DateOnly) + "-" + strings.ReplaceAll(letterID, "-", "")[24:]
}

// released gives a message that is public now.
func (s *Service) released(ctx context.Context, messageID string) (publish.Message, error) {
	m, err := s.Publish.ReleasedByID(ctx, messageID)
	if errs.KindOf(err) == errs.NotFound || err == nil && m.State != publish.StateReleased {
		return publish.Message{}, ErrNotPublic
	}
	if err == nil && !m.Channels.Has(publish.Newsletter) {
		return publish.Message{}, ErrNotForLetters
	}
	return m, err
}

func (s *Service) recordLetter(ctx context.Context, tx bun.Tx, p perm.Permission, act string, t Letter, l List, more map[string]any) error {
	detail := map[string]any{"name": named(l.Names)}
	for k, v := range more {
		detail[k] = v
	}
	return s.record(ctx, tx, p, act, "letter", t.ID, t.MissionID, detail)
}

// Letter gives one letter that the actor may see.
func (s *Service) Letter(ctx context.Context, letterID string) (Letter, error) {
	t, err := s.letter(ctx, s.DB.Reader(), letterID)
	if err != nil {
		return Letter{}, err
	}
	if !perm.From(ctx).MayIn(publish.MayView, t.Scope()) {
		return Letter{}, notFound(errs.New(errs.NotFound, ""), "letter", letterID)
	}
	return t, nil
}

func (s *Service) letter(ctx context.Context, q bun.IDB, letterID string) (Letter, error) {
	var t Letter
	if err := q.NewSelect().Model(&t).Where("t.id = ?", letterID).Scan(ctx); err != nil {
		return Letter{}, notFound(err, "letter", letterID)
	}
	return t, nil
}

// Letters lists letters that the actor may see, the newest first.
func (s *Service) Letters(ctx context.Context, listID string, limit int) ([]Letter, error) {
	var all []Letter
	q := s.DB.Reader().NewSelect().Model(&all)
	if ids, everywhere := perm.From(ctx).Missions(publish.MayView); !everywhere {
		if len(ids) == 0 {
			return nil, nil
		}
		q = q.Where("t.mission_id IN (?)", bun.List(ids))
	}
	if listID != "" {
		q = q.Where("t.list_id = ?", listID)
	}
	if err := q.Order("t.created_at DESC", "t.id DESC").Limit(int64(min(max(limit, 1), 200))).Scan(ctx); err != nil {
		return nil, fmt.Errorf("newsletter: letters: %w", err)
	}
	return all, nil
}

// inSegment adds the conditions of a segment to a query over subscribers b.
func inSegment(q *bun.SelectQuery, g Segment) *bun.SelectQuery {
	if len(g.Langs) > 0 {
		q = q.Where("b.lang IN (?)", bun.List(g.Langs))
	}
	if len(g.Countries) > 0 {
		q = q.Where("b.country IN (?)", bun.List(g.Countries))
	}
	if len(g.Topics) > 0 {
		q = q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			q = q.Where("b.topics = ''")
			for _, k := range g.Topics {
				q = q.WhereOr("b.topics LIKE ?", "%,"+k+",%") // keys have no wildcards
			}
			return q
		})
	}
	return q
}

// Reach counts whom a letter to a list would reach.
func (s *Service) Reach(ctx context.Context, listID string, g Segment) (int, error) {
	if _, err := s.List(ctx, listID); err != nil {
		return 0, err
	}
	q := s.DB.Reader().NewSelect().Model((*subscriber)(nil)).Where("b.list_id = ?", listID)
	n, err := inSegment(q, g).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("newsletter: reach: %w", err)
	}
	return int(n), nil
}
