package newsletter

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/errs"
)

// Settings are the house's, for all lists. The zero value of each means what
// is usual. None of them lets memory grow beyond mostWorkers letters of
// maxLetter bytes and a page of the ledger.
type Settings struct {
	Workers    int `json:"workers"`     // lines to the mail server at once; 0 means 48
	PerSecond  int `json:"per_second"`  // letters a second in all; 0 sets no bound
	PerDomain  int `json:"per_domain"`  // letters a minute to one domain; 0 sets no bound
	BounceRate int `json:"bounce_rate"` // percent of bounces at which a letter pauses itself; 0 means 5
	Version    int `json:"-"`
}

// The bounds of settings.
const (
	mostWorkers   = 64
	mostPerSecond = 100_000
	mostPerDomain = 1_000_000
	mostBounces   = 50
	// usualWorkers stays below the 50 lines that a Postfix takes from one client.
	usualWorkers = 48
	usualBounces = 5
	// fewest is how many letters must have gone before the share of bounces says
	// anything.
	fewest = 50
	// maxLetter bounds one edition with everything around it.
	maxLetter = 512 << 10
	// hours for which a letter is tried, unless it says otherwise.
	usualHours = 48
)

// Settings gives what is set.
func (s *Service) Settings(ctx context.Context) (Settings, error) {
	var row struct {
		Data    string
		Version int
	}
	if err := s.DB.Reader().NewRaw(`SELECT data, version FROM publish_newsletter_setting WHERE id = 1`).Scan(ctx, &row); err != nil {
		return Settings{}, fmt.Errorf("newsletter: settings: %w", err)
	}
	var out Settings
	if err := json.Unmarshal([]byte(row.Data), &out); err != nil {
		return Settings{}, fmt.Errorf("newsletter: settings: %w", err)
	}
	out.Version = row.Version
	return out, nil
}

func (t Settings) workers() int {
	if t.Workers <= 0 {
		return usualWorkers
	}
	return min(t.Workers, mostWorkers)
}

func (t Settings) bounces() int {
	if t.BounceRate <= 0 {
		return usualBounces
	}
	return t.BounceRate
}

// gap is the time between two letters to one domain; zero sets no bound.
func (t Settings) gap() time.Duration {
	if t.PerDomain <= 0 {
		return 0
	}
	return time.Minute / time.Duration(t.PerDomain)
}

// Configure changes the settings. ErrEdited when they changed since they were
// read.
func (s *Service) Configure(ctx context.Context, to Settings) error {
	if err := allowed(ctx, MayConfigure, ""); err != nil {
		return err
	}
	var bad []errs.Field
	for _, f := range []struct {
		name        string
		value, most int
	}{{"workers", to.Workers, mostWorkers}, {"per_second", to.PerSecond, mostPerSecond}, {"per_domain", to.PerDomain, mostPerDomain}, {"bounce_rate", to.BounceRate, mostBounces}} {
		if f.value < 0 || f.value > f.most {
			bad = append(bad, errs.Field{Name: f.name, Key: "web.field.number", Args: []any{"min", 0, "max", f.most}})
		}
	}
	if err := errs.InvalidFields(bad...); err != nil {
		return err
	}
	b, err := json.Marshal(to)
	if err != nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE publish_newsletter_setting SET data = ?, version = version + 1 WHERE id = 1 AND version = ?`, string(b), to.Version)
		if err != nil {
			return fmt.Errorf("newsletter: settings: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return ErrEdited
		}
		return s.record(ctx, tx, MayConfigure, "configure", "newsletters", "settings", "", map[string]any{
			"newsletter_workers": to.workers(), "newsletter_domain": to.PerDomain, "newsletter_bounces": to.bounces(),
		})
	})
}
