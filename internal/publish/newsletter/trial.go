package newsletter

import (
	"context"
	"fmt"
	"math"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
)

// The outcomes of a test of two wordings.
const (
	OutcomeA    = "a"
	OutcomeB    = "b"
	OutcomeNone = "none" // the difference may be chance: A goes to the rest
)

// chance is how rare a difference must be, were the wordings equal, to decide.
const chance = .05

// Trial is how a test of two wordings stands.
type Trial struct {
	SentA   int64 `bun:"sent_a"`
	SentB   int64 `bun:"sent_b"`
	ClicksA int64
	ClicksB int64
}

// P is how often chance alone would part the clicks at least so far (exact
// binomial test, two-sided): clicks fall on A and B as their numbers of letters
// are. It is 1 when there is nothing to compare.
func (t Trial) P() float64 {
	n := t.ClicksA + t.ClicksB
	if n == 0 || t.SentA == 0 || t.SentB == 0 {
		return 1
	}
	share := float64(t.SentA) / float64(t.SentA+t.SentB)
	seen := binomial(n, t.ClicksA, share)
	p := 0.0
	for k := int64(0); k <= n; k++ {
		// As rare as what was seen, but for the last digits of the arithmetic.
		if b := binomial(n, k, share); b <= seen*(1+1e-9) {
			p += b
		}
	}
	return min(p, 1)
}

// Outcome is what the test says.
func (t Trial) Outcome() string {
	if t.P() >= chance {
		return OutcomeNone
	}
	if float64(t.ClicksA)*float64(t.SentB) >= float64(t.ClicksB)*float64(t.SentA) {
		return OutcomeA
	}
	return OutcomeB
}

// binomial is the probability of k out of n.
func binomial(n, k int64, p float64) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return math.Exp(a - b - c + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p))
}

// Trial gives how the test of a letter stands.
func (s *Service) Trial(ctx context.Context, letterID string) (Trial, error) {
	return s.trial(ctx, s.DB.Reader(), letterID)
}

func (s *Service) trial(ctx context.Context, q bun.IDB, letterID string) (Trial, error) {
	var t Trial
	err := q.NewRaw(`SELECT count(CASE WHEN wording = 'a' THEN 1 END) AS sent_a, count(CASE WHEN wording = 'b' THEN 1 END) AS sent_b
		FROM publish_newsletter_delivery WHERE letter_id = ? AND state IN (?, ?)`, letterID, RowSent, RowBounced).Scan(ctx, &t.SentA, &t.SentB)
	if err == nil {
		err = q.NewRaw(`SELECT coalesce(sum(clicks_a), 0), coalesce(sum(clicks_b), 0) FROM publish_newsletter_link WHERE letter_id = ?`, letterID).Scan(ctx, &t.ClicksA, &t.ClicksB)
	}
	if err != nil {
		return t, fmt.Errorf("newsletter: test of letter %s: %w", letterID, err)
	}
	return t, nil
}

// decide ends the test of a letter whose time has come: once, and for good.
func (s *Service) decide(ctx context.Context, was Letter) (Letter, error) {
	return s.change(ctx, was.ID, "decide", MaySend, func(ctx context.Context, tx bun.Tx, t *Letter, detail map[string]any) error {
		if t.Winner != "" || t.State != Sending {
			return ErrState
		}
		seen, err := s.trial(ctx, tx, t.ID)
		if err != nil {
			return err
		}
		t.Outcome, t.Winner = seen.Outcome(), WordingA
		if t.Outcome == OutcomeB {
			t.Winner = WordingB
		}
		detail["newsletter_outcome"] = audit.Word("newsletter.outcome." + t.Outcome)
		return nil
	})
}
