package assess

import (
	"context"
	"fmt"
	"time"

	"sifara/internal/db"
	"sifara/internal/engage"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/listen"
	"sifara/internal/perm"
	"sifara/internal/publish"
)

// Stage is a part of the loop from listening to measuring.
type Stage string

// The stages in their order.
const (
	Listened  Stage = "listen"
	Decided   Stage = "decide"
	Drafted   Stage = "draft"
	Approved  Stage = "approve"
	Published Stage = "publish"
	Conversed Stage = "converse"
	Measured  Stage = "measure"
)

// Mark is something that happened on the way. Key is a message that says what,
// with Args; Title, when not empty, names the thing in languages. Href leads to
// it, empty when the reader may not see it. A mark without At has not happened
// yet, or has no moment.
type Mark struct {
	Stage  Stage
	Key    string
	Args   []any
	Title  map[i18n.Lang]string
	At     db.Time
	Href   string
	Failed bool // a rejection, a withdrawal
}

// Loop is one statement's whole way: what led to it, how it came about and what
// became of it.
type Loop struct {
	Statement Statement
	Marks     []Mark
	Daily     []publish.DayReading // views by day of the mission
}

// Loop gives the way of one statement; errs.NotFound as for Statement. What
// the reader may not see of other contexts is named without a link.
func (s *Service) Loop(ctx context.Context, id string) (Loop, error) {
	x, m, err := s.statement(ctx, id)
	if err != nil {
		return Loop{}, err
	}
	out := Loop{Statement: x}
	if out.Marks, err = s.before(ctx, m); err != nil {
		return out, err
	}
	out.Marks = append(out.Marks, way(ctx, m)...)
	out.Marks = append(out.Marks, s.after(ctx, x)...)
	if out.Daily, err = s.Publish.Daily(house(ctx), id, s.Org.Zone(ctx, m.MissionID)); err != nil {
		return out, fmt.Errorf("assess: %w", err)
	}
	return out, nil
}

// before is what led to the message.
func (s *Service) before(ctx context.Context, m publish.Message) ([]Mark, error) {
	origins, err := s.Publish.Origins(ctx, m)
	if err != nil {
		return nil, fmt.Errorf("assess: %w", err)
	}
	var out []Mark
	for _, o := range origins {
		mark := Mark{Stage: Listened, Key: "assess.mark." + o.Kind, Title: o.Title, At: o.At, Href: o.Href}
		if o.Kind == "decision" {
			mark.Stage = Decided
		}
		out = append(out, mark)
	}
	if m.DecisionID == "" {
		return out, nil
	}
	d, err := s.Planning.Decision(house(ctx), m.DecisionID)
	if errs.KindOf(err) == errs.NotFound {
		return out, nil
	}
	if err != nil {
		return nil, fmt.Errorf("assess: %w", err)
	}
	if !d.DecidedAt.IsZero() {
		out = append(out, Mark{Stage: Decided, Key: "assess.mark.decided", At: d.DecidedAt})
	}
	return out, nil
}

// way is how the message came about, from its own record.
func way(ctx context.Context, m publish.Message) []Mark {
	href := ""
	if perm.From(ctx).MayIn(publish.MayView, m.Scope()) {
		href = "/console/messages/" + m.ID
	}
	out := []Mark{{Stage: Drafted, Key: "assess.mark.draft", At: m.CreatedAt, Href: href}}
	if !m.SubmittedAt.IsZero() {
		out = append(out, Mark{Stage: Drafted, Key: "assess.mark.submitted", Args: []any{"count", m.Round}, At: m.SubmittedAt})
	}
	for _, a := range m.Approvals {
		switch {
		case a.Decision == publish.Reject:
			out = append(out, Mark{Stage: Approved, Key: "assess.mark.rejected", At: a.At, Failed: true})
		case a.VoidedAt.IsZero() && a.Kind != publish.ReleaseStep && a.Kind != publish.EmergencyStep:
			out = append(out, Mark{Stage: Approved, Key: "assess.mark.approved." + string(a.Kind), At: a.At})
		}
	}
	key := "assess.mark.released"
	if m.Emergency {
		key = "assess.mark.emergency"
	}
	out = append(out, Mark{Stage: Published, Key: key, Args: []any{"count", len(m.Variants)}, At: m.ReleasedAt, Href: href})
	if !m.WithdrawnAt.IsZero() {
		out = append(out, Mark{Stage: Published, Key: "assess.mark.withdrawn", At: m.WithdrawnAt, Failed: true})
	}
	return out
}

// after is what became of it.
func (s *Service) after(ctx context.Context, x Statement) []Mark {
	asked := Mark{Stage: Conversed, Key: "assess.mark.asked", Args: []any{"count", x.Questions.Asked, "answered", x.Questions.Answered}}
	if perm.From(ctx).MayIn(engage.View, perm.InMission(x.MissionID)) {
		asked.Href = "/console/inbox"
	}
	out := []Mark{asked, {Stage: Measured, Key: "assess.mark.read", Args: []any{"count", x.Reading.Views}}}
	if v := x.Topic; v != nil {
		mark := Mark{Stage: Measured, Key: "assess.mark.volume", Args: []any{"before", v.Before, "after", v.After}}
		if perm.From(ctx).May(listen.View) {
			mark.Href = "/console/listen/topics/" + v.TopicID
		}
		if v.Complete {
			mark.At = x.ReleasedAt.Add(Around * 24 * time.Hour)
		}
		out = append(out, mark)
	}
	return out
}
