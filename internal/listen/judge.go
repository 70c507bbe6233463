package listen

import (
	"context"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// Verdicts on a warning.
const (
	VerdictRight   = "right"   // what it warned of came about
	VerdictWrong   = "wrong"   // a false alarm
	VerdictUnclear = "unclear" // cannot be told
)

// Verdicts are all verdicts, in the order in which people are asked.
func Verdicts() []string { return []string{VerdictRight, VerdictWrong, VerdictUnclear} }

// Judgement says what came of a warning. A change is a new judgement with the
// next version; the earlier ones stay.
type Judgement struct {
	bun.BaseModel `bun:"table:listen_judgement,alias:j" json:"-"`

	WarningID string  `bun:",pk" json:"warning_id"`
	Version   int64   `bun:",pk" json:"version"` // from 1
	Verdict   string  `json:"verdict"`
	Note      string  `json:"note"`
	JudgedBy  string  `json:"judged_by"` // id of the account
	JudgedAt  db.Time `json:"judged_at"`
}

// Judge notes what came of a warning, with a note of 1 to 1000 characters. Who
// has listen.warn at the desk may; saying the same again changes nothing.
func (s *Service) Judge(ctx context.Context, id, verdict, note string) error {
	note = text.Line(note)
	if err := checkJudgement(verdict, note); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		w, err := warningByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if !sees(perm.From(ctx), w.Scope()) {
			return notFound("warning", id)
		}
		if err := allowed(ctx, Warn, w.Scope()); err != nil {
			return err
		}
		all, err := judgementsOf(ctx, tx, id)
		if err != nil {
			return err
		}
		if len(all) > 0 && all[0].Verdict == verdict && all[0].Note == note {
			return nil
		}
		return s.addJudgement(ctx, tx, w, Judgement{WarningID: id, Version: int64(len(all)) + 1, Verdict: verdict, Note: note})
	})
}

func checkJudgement(verdict, note string) error {
	var bad []errs.Field
	if !slices.Contains(Verdicts(), verdict) {
		bad = append(bad, errs.Field{Name: "verdict", Key: "web.field.required"})
	}
	switch n := utf8.RuneCountInString(note); {
	case n == 0:
		bad = append(bad, errs.Field{Name: "note", Key: "web.field.required"})
	case n > maxReason:
		bad = append(bad, errs.Field{Name: "note", Key: "web.field.long", Args: []any{"max", maxReason, "count", n - maxReason}})
	}
	if len(bad) > 0 {
		return errs.InvalidFields(bad...)
	}
	return nil
}

func (s *Service) addJudgement(ctx context.Context, tx bun.Tx, w Warning, j Judgement) error {
	j.JudgedBy, j.JudgedAt = perm.From(ctx).ID, db.At(s.clock.Now())
	if _, err := tx.NewInsert().Model(&j).Exec(ctx); err != nil {
		return fmt.Errorf("judge warning: %w", err)
	}
	return s.record(ctx, tx, Warn, w.Scope(), "listen.warning.judge_"+j.Verdict, "warning", w.ID, map[string]any{"warning": w.label(), "note": j.Note})
}

// Judgements gives what was said of a warning that the actor sees, the one in
// force first; none when nobody has judged it.
func (s *Service) Judgements(ctx context.Context, id string) ([]Judgement, error) {
	if _, err := s.Warning(ctx, id); err != nil {
		return nil, err
	}
	return judgementsOf(ctx, s.db.Reader(), id)
}

func judgementsOf(ctx context.Context, q bun.IDB, id string) ([]Judgement, error) {
	var list []Judgement
	if err := q.NewSelect().Model(&list).Where("warning_id = ?", id).OrderExpr("version DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read judgements: %w", err)
	}
	return list, nil
}

// Outcomes counts the verdicts in force on a set of warnings.
type Outcomes struct {
	Right    int `json:"right"`
	Wrong    int `json:"wrong"`
	Unclear  int `json:"unclear"`
	Unjudged int `json:"unjudged"`
}

// Similar says what came of the warnings before w of the same topic or the same
// country, as far as the actor sees them.
func (s *Service) Similar(ctx context.Context, w Warning) (Outcomes, error) {
	var rows []struct {
		Verdict string
		N       int
	}
	q := s.db.Reader().NewSelect().TableExpr("listen_warning AS w").
		Join("LEFT JOIN listen_judgement AS j ON j.warning_id = w.id AND j.version = (SELECT MAX(version) FROM listen_judgement WHERE warning_id = w.id)").
		ColumnExpr("COALESCE(j.verdict, '') AS verdict, COUNT(*) AS n").
		Where("w.since < ?", w.Since).
		Where("(w.topic_id = ? AND w.topic_id <> '' OR w.country = ? AND w.country <> '')", w.TopicID, w.Country).
		GroupExpr("COALESCE(j.verdict, '')")
	if err := withinScopes(ctx, q).Scan(ctx, &rows); err != nil {
		return Outcomes{}, fmt.Errorf("count outcomes: %w", err)
	}
	var o Outcomes
	for _, r := range rows {
		switch r.Verdict {
		case VerdictRight:
			o.Right = r.N
		case VerdictWrong:
			o.Wrong = r.N
		case VerdictUnclear:
			o.Unclear = r.N
		default:
			o.Unjudged = r.N
		}
	}
	return o, nil
}

// Judged is a warning of any desk with the verdict in force on it.
type Judged struct {
	Warning
	Verdict string // empty: nobody has judged it
}

// AllJudged gives the warnings of all desks whose burst began in a period, for
// sums that the whole ministry may see; it wants listen.view. What it gives of
// single warnings is not for the reader.
func (s *Service) AllJudged(ctx context.Context, from, to time.Time) ([]Judged, error) {
	if err := may(ctx, View); err != nil {
		return nil, err
	}
	var list []Judged
	err := s.db.Reader().NewSelect().Model((*Warning)(nil)).ColumnExpr("w.*").ColumnExpr("COALESCE(j.verdict, '') AS verdict").
		Join("LEFT JOIN listen_judgement AS j ON j.warning_id = w.id AND j.version = (SELECT MAX(version) FROM listen_judgement WHERE warning_id = w.id)").
		Where("w.since >= ? AND w.since < ?", db.At(from), db.At(to)).OrderExpr("w.since, w.id").Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("warnings with verdicts: %w", err)
	}
	return list, nil
}
