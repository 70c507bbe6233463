package listen

import (
	"cmp"
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

// States of a warning.
const (
	WarningOpen         = "open"
	WarningAcknowledged = "acknowledged" // the desk has seen it
	WarningDismissed    = "dismissed"    // with a reason
	WarningDecided      = "decided"      // a decision file was opened
)

// Warning says that a topic, in a country or anywhere, a hashtag, a country or
// a kind of sources brings far more than its season explains.
type Warning struct {
	bun.BaseModel `bun:"table:listen_warning,alias:w" json:"-"`

	ID           string   `bun:",pk" json:"id"`
	Series       string   `json:"-"`                  // what was counted: "topic:ID", "topic:ID:FR", "tag:#x", "country:FR", "group:feed"
	TopicID      string   `json:"topic_id,omitempty"` // empty for a hashtag
	Term         string   `json:"term,omitempty"`     // the hashtag
	Country      string   `json:"country,omitempty"`
	SourceGroup  string   `json:"source_group,omitempty"` // kind of the sources that rise, where it is of nothing else
	MissionID    string   `json:"mission_id,omitempty"`   // the desk
	DepartmentID string   `json:"department_id,omitempty"`
	RaisedAt     db.Time  `json:"raised_at"`
	AlarmedAt    db.Time  `json:"alarmed_at"` // end of the bin that told; in the past for imports
	Since        db.Time  `json:"since"`      // begin of the burst, to the minute
	Until        db.Time  `json:"until"`      // its end so far
	Observed     int64    `json:"observed"`
	Expected     float64  `json:"expected"`
	Score        float64  `json:"score"` // minus the decimal logarithm of the chance of its most surprising window
	Evidence     Evidence `json:"evidence"`
	State        string   `json:"state"`
	DecisionID   string   `json:"decision_id,omitempty"`
	ClosedBy     string   `json:"closed_by,omitempty"`
	ClosedAt     db.Time  `json:"closed_at"`
	Reason       string   `json:"reason,omitempty"`
	Version      int64    `json:"version"`
}

// Evidence is what a warning rests on.
type Evidence struct {
	Bins      []EvidenceBin `json:"bins"`    // by the hour, three days before to the end
	Posts     []int64       `json:"posts"`   // telling examples
	Sources   []Share       `json:"sources"` // Key is the id of the Source
	Languages []Share       `json:"languages"`
	Words     []Share       `json:"words"`   // new against the week before
	Authors   int           `json:"authors"` // known ones; 0 for fewer than privacy.K
	Looked    int           `json:"looked"`  // how many posts these were taken from
	voices    int           // authors, known or not
	// Stories are those that more than one of these posts tell, the commonest
	// first: Key is the first post of each.
	Stories []Share `json:"stories,omitempty"`
	Why     *Why    `json:"why,omitempty"` // nil of warnings before it was kept
}

// Why explains the alarm that a warning began with.
type Why struct {
	Posts       int64     `json:"posts"`          // seen
	Seconds     int64     `json:"window_seconds"` // in so many seconds
	Expected    float64   `json:"expected"`       // in the same time
	Low         int64     `json:"usual_low"`      // 95 of 100 such windows have from Low
	High        int64     `json:"usual_high"`     // to High posts
	UsualHour   float64   `json:"usual_per_hour"`
	Season      float64   `json:"season"` // times the level, at this hour of this day
	KnownHours  float64   `json:"known_hours"`
	Chance      float64   `json:"chance"` // that a window brings so many or more without a cause
	FalseAlarms float64   `json:"false_alarms_per_month"`
	Rate        float64   `json:"rate"`   // how many a month are borne
	Series      int       `json:"series"` // over how many series they are shared
	Peak        int64     `json:"peak"`   // posts of the busiest minute
	PeakAt      time.Time `json:"peak_at"`
}

// EvidenceBin is an hour of the chart.
type EvidenceBin struct {
	From     time.Time `json:"from"`
	Posts    int64     `json:"posts"`
	Expected float64   `json:"expected"`
	Burst    bool      `json:"burst,omitempty"`
}

// Scope is the desk that the warning is for.
func (w Warning) Scope() perm.Scope { return deskScope(w.MissionID, w.DepartmentID) }

// Times is how many times more than expected was seen, at least 1.
func (w Warning) Times() float64 { return max(1, float64(w.Observed)/max(w.Expected, 0.5)) }

// Strength sorts warnings for people: "strong", "clear" or "slight".
func (w Warning) Strength() string {
	switch {
	case w.Score >= 15 && w.Times() >= 5:
		return "strong"
	case w.Score >= 8:
		return "clear"
	}
	return "slight"
}

// WarningRaised is emitted when a warning is raised.
type WarningRaised struct {
	WarningID    string `json:"warning_id"`
	TopicID      string `json:"topic_id,omitempty"`
	Term         string `json:"term,omitempty"`
	Country      string `json:"country,omitempty"`
	MissionID    string `json:"mission_id,omitempty"`
	DepartmentID string `json:"department_id,omitempty"`
}

// EventName implements event.Event.
func (WarningRaised) EventName() string { return "listen.warning_raised" }

// Warning gives a warning; errs.NotFound when there is none that the actor
// sees.
func (s *Service) Warning(ctx context.Context, id string) (Warning, error) {
	w, err := warningByID(ctx, s.db.Reader(), id)
	if err == nil && !sees(perm.From(ctx), w.Scope()) {
		return Warning{}, notFound("warning", id)
	}
	return w, err
}

func warningByID(ctx context.Context, q bun.IDB, id string) (Warning, error) {
	var w Warning
	err := q.NewSelect().Model(&w).Where("id = ?", id).Scan(ctx)
	if db.IsNoRows(err) {
		return w, notFound("warning", id)
	}
	if err != nil {
		return w, fmt.Errorf("read warning: %w", err)
	}
	return w, nil
}

// WarningFilter narrows a list of warnings. The zero filter takes all.
type WarningFilter struct {
	States  []string
	TopicID string
	Before  string // cursor: id of the last of the page before
	Limit   int    // 0 is 50
}

// Warnings lists the warnings that the actor sees, the newest burst first, and
// the cursor of the next page.
func (s *Service) Warnings(ctx context.Context, f WarningFilter) (list []Warning, next string, err error) {
	limit := f.Limit
	if limit <= 0 || limit > 200 {
		limit = 50
	}
	q := s.db.Reader().NewSelect().Model(&list).OrderExpr("since DESC, id DESC").Limit(int64(limit) + 1)
	if len(f.States) > 0 {
		q = q.Where("state IN (?)", bun.List(f.States))
	}
	if f.TopicID != "" {
		q = q.Where("topic_id = ?", f.TopicID)
	}
	if f.Before != "" {
		last, err := s.Warning(ctx, f.Before)
		if err != nil {
			return nil, "", err
		}
		q = q.Where("since < ? OR since = ? AND id < ?", last.Since, last.Since, last.ID)
	}
	q = withinScopes(ctx, q)
	if err := q.Scan(ctx); err != nil {
		return nil, "", fmt.Errorf("list warnings: %w", err)
	}
	if len(list) > limit {
		list = list[:limit]
		next = list[limit-1].ID
	}
	return list, next, nil
}

// withinScopes leaves what the actor sees: see sees.
func withinScopes(ctx context.Context, q *bun.SelectQuery) *bun.SelectQuery {
	scopes, all := perm.From(ctx).Scopes(View)
	if all {
		return q
	}
	missions, departments := []string{""}, []string{""}
	for _, sc := range scopes {
		switch sc.Level {
		case perm.Mission:
			missions = append(missions, sc.Unit)
		case perm.Department:
			departments = append(departments, sc.Unit)
		}
	}
	if len(scopes) == 0 {
		return q.Where("1 = 0")
	}
	return q.Where("(mission_id IN (?) AND (mission_id <> '' OR department_id IN (?)))", bun.List(missions), bun.List(departments))
}

// OpenWarnings lists warnings that nobody has answered yet, the newest burst
// first.
func (s *Service) OpenWarnings(ctx context.Context, limit int) ([]Warning, error) {
	list, _, err := s.Warnings(ctx, WarningFilter{States: []string{WarningOpen}, Limit: limit})
	return list, err
}

// CountOpen counts the open warnings that the actor may answer.
func (s *Service) CountOpen(ctx context.Context) (int, error) {
	q := s.db.Reader().NewSelect().TableExpr("listen_warning AS w").Where("state = ?", WarningOpen)
	n, err := withinScopes(ctx, q).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count warnings: %w", err)
	}
	return int(n), nil
}

// Acknowledge notes that the desk has seen a warning. It is no error when it
// was acknowledged before.
func (s *Service) Acknowledge(ctx context.Context, id string) error {
	return s.answer(ctx, id, WarningAcknowledged, "", "listen.warning.acknowledge")
}

// maxReason is the longest reason, in characters.
const maxReason = 1000

// Dismiss closes a warning as none, with a reason that stays on record.
func (s *Service) Dismiss(ctx context.Context, id, reason string) error {
	reason = text.Line(reason)
	switch n := utf8.RuneCountInString(reason); {
	case n == 0:
		return errs.InvalidFields(errs.Field{Name: "reason", Key: "web.field.required"})
	case n > maxReason:
		return errs.InvalidFields(errs.Field{Name: "reason", Key: "web.field.long", Args: []any{"max", maxReason, "count", n - maxReason}})
	}
	return s.answer(ctx, id, WarningDismissed, reason, "listen.warning.dismiss")
}

func (s *Service) answer(ctx context.Context, id, state, reason, act string) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		w, err := warningByID(ctx, tx, id)
		if err != nil || !sees(perm.From(ctx), w.Scope()) {
			return notFound("warning", id)
		}
		if err := allowed(ctx, Warn, w.Scope()); err != nil {
			return err
		}
		if w.State == state {
			return nil
		}
		from := []string{WarningOpen}
		if state == WarningDismissed {
			from = append(from, WarningAcknowledged)
		}
		if !slices.Contains(from, w.State) {
			return errs.New(errs.Conflict, "listen.warning.answered")
		}
		return s.closeWarning(ctx, tx, w, state, "", reason, act)
	})
}

// MarkDecided notes, in the transaction that opens it, the decision file that
// answers a warning. The opener's right is the decision file's matter.
func (s *Service) MarkDecided(ctx context.Context, tx bun.Tx, warningID, decisionID string) error {
	w, err := warningByID(ctx, tx, warningID)
	if err != nil || !sees(perm.From(ctx), w.Scope()) {
		return notFound("warning", warningID)
	}
	if w.DecisionID == decisionID {
		return nil
	}
	if w.State == WarningDecided {
		return errs.New(errs.Conflict, "listen.warning.answered")
	}
	return s.closeWarning(ctx, tx, w, WarningDecided, decisionID, w.Reason, "listen.warning.decide")
}

func (s *Service) closeWarning(ctx context.Context, tx bun.Tx, w Warning, state, decision, reason, act string) error {
	res, err := tx.NewUpdate().Model((*Warning)(nil)).
		Set("state = ?, decision_id = ?, reason = ?, closed_by = ?, closed_at = ?, version = version + 1", state, decision, reason, perm.From(ctx).ID, db.At(s.clock.Now())).
		Where("id = ? AND version = ?", w.ID, w.Version).Exec(ctx)
	if err != nil {
		return fmt.Errorf("answer warning: %w", err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return errs.New(errs.Conflict, "")
	}
	if err := s.notify(ctx, tx, LiveWarnings); err != nil {
		return err
	}
	detail := map[string]any{"warning": w.label()}
	if reason != "" && state == WarningDismissed {
		detail["reason"] = reason
	}
	return s.record(ctx, tx, Warn, w.Scope(), act, "warning", w.ID, detail)
}

// Subject names what rose where that needs no language: the hashtag, the code of
// the country or the kind of the sources. Empty for a topic.
func (w Warning) Subject() string {
	if w.TopicID != "" {
		return ""
	}
	return cmp.Or(w.Term, w.Country, w.SourceGroup)
}

// label names the warning in the audit log.
func (w Warning) label() string {
	if s := w.Subject(); s != "" {
		return s
	}
	return w.Since.Std().UTC().Format(time.RFC3339)
}
