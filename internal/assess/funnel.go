package assess

import (
	"context"
	"fmt"
	"slices"
	"time"

	"sifara/internal/db"
)

// Step is a step on the way from a warning to an answer.
type Step string

// The steps in their order.
const (
	StepRaised   Step = "raised"
	StepRight    Step = "right" // judged right, at any time
	StepOpened   Step = "opened"
	StepDrafted  Step = "drafted"
	StepApproved Step = "approved"
	StepReleased Step = "released"
	StepAnswered Step = "answered" // a question under the statement
)

// since is the step from which the time to a step is counted: a judgement is
// given beside the way and may come after its end.
var since = map[Step]Step{StepRight: StepRaised, StepOpened: StepRaised, StepDrafted: StepOpened, StepApproved: StepDrafted, StepReleased: StepApproved, StepAnswered: StepReleased}

// FunnelStep is how many of the warnings raised in a period have come to a
// step by now. Hours is the median time since the step Since, over the Timed
// warnings that came to both in that order.
type FunnelStep struct {
	Step  Step    `json:"step"`
	Count int     `json:"count"`
	Since Step    `json:"since,omitempty"`
	Timed int     `json:"timed"`
	Hours float64 `json:"median_hours"`
}

// course is when a warning first came to each step; without an entry it did not.
type course map[Step]db.Time

// reach notes the earliest moment; zero is none.
func (w course) reach(s Step, at db.Time) {
	if old, ok := w[s]; !at.IsZero() && (!ok || at < old) {
		w[s] = at
	}
}

// funnel follows the warnings of a period to the answers that came of them: the
// files opened for them, the messages written from either, and the questions
// under these. Only numbers leave it.
func (s *Service) funnel(ctx context.Context, p Period) ([]FunnelStep, error) {
	ctx = house(ctx)
	raised, err := s.Listen.Raised(ctx, p.From, p.To)
	if err != nil {
		return nil, fmt.Errorf("assess: %w", err)
	}
	ways, ids := map[string]course{}, []string{}
	for _, w := range raised {
		ways[w.ID] = course{StepRaised: w.RaisedAt}
		ways[w.ID].reach(StepRight, w.RightAt)
		ids = append(ids, w.ID)
	}
	files, err := s.Planning.Answering(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("assess: %w", err)
	}
	warningOf, fileIDs := map[string]string{}, []string{}
	for _, f := range files {
		ways[f.WarningID].reach(StepOpened, f.CreatedAt)
		warningOf[f.ID] = f.WarningID
		fileIDs = append(fileIDs, f.ID)
	}
	if err := s.answers(ctx, ways, ids, warningOf, fileIDs); err != nil {
		return nil, err
	}
	return steps(ways), nil
}

// answers notes what was written.
func (s *Service) answers(ctx context.Context, ways map[string]course, ids []string, warningOf map[string]string, files []string) error {
	messages, err := s.Publish.Answering(ctx, ids, files)
	if err != nil {
		return fmt.Errorf("assess: %w", err)
	}
	written := make([]string, len(messages))
	for i, m := range messages {
		written[i] = m.ID
	}
	answered, err := s.Engage.FirstAnswers(ctx, written)
	if err != nil {
		return fmt.Errorf("assess: %w", err)
	}
	for _, m := range messages {
		w, ok := ways[m.WarningID]
		if !ok {
			w = ways[warningOf[m.DecisionID]]
		}
		w.reach(StepDrafted, m.CreatedAt)
		w.reach(StepApproved, m.ApprovedAt)
		w.reach(StepReleased, m.ReleasedAt)
		w.reach(StepAnswered, answered[m.ID])
	}
	return nil
}

// steps counts the ways.
func steps(ways map[string]course) []FunnelStep {
	var out []FunnelStep
	for _, step := range []Step{StepRaised, StepRight, StepOpened, StepDrafted, StepApproved, StepReleased, StepAnswered} {
		f := FunnelStep{Step: step, Since: since[step]}
		var took []time.Duration
		for _, w := range ways {
			at, ok := w[step]
			if !ok {
				continue
			}
			f.Count++
			if from, ok := w[f.Since]; ok && at >= from {
				took = append(took, at.Sub(from))
			}
		}
		if f.Timed = len(took); f.Timed > 0 {
			slices.Sort(took)
			f.Hours = (took[(len(took)-1)/2] + took[len(took)/2]).Hours() / 2
		}
		out = append(out, f)
	}
	return out
}
