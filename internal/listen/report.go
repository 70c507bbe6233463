package listen

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"sifara/internal/db"
	"sifara/internal/listen/privacy"
)

// PrivacyReport is what an outsider may know of how listening treats people:
// figures of this house, of this moment. It names no account but those of
// public actors.
type PrivacyReport struct {
	At        time.Time `json:"at"`
	Posts     int64     `json:"posts"` // kept now
	Oldest    time.Time `json:"oldest,omitzero"`
	Newest    time.Time `json:"newest,omitzero"`
	KeepDays  int       `json:"keep_days"` // rule of the house; 0 keeps for ever
	Smallest  int       `json:"smallest"`  // fewer posts or accounts are not told
	Period    int       `json:"pseudonym_days"`
	KeyDays   int       `json:"key_days"` // a key goes so long after its period
	LineDays  int       `json:"refused_line_days"`
	ItemDays  int       `json:"item_days"`
	Refused   int64     `json:"refused"` // questions about private accounts, in a year
	Refused30 int64     `json:"refused_in_30_days"`
	// Removed counts what retention removed in a year: "posts", "lines",
	// "items", "keys", "responses".
	Removed map[string]int64 `json:"removed"`
	Sources []PrivacySource  `json:"sources"`
	Keys    []PrivacyKey     `json:"keys"`
	// Actors are those of the register of public actors, whose accounts may be
	// asked for and are measured.
	Actors []PrivacyActor `json:"actors"`
	// ResponseDays is how long it is kept who responds to whom, as pseudonyms.
	ResponseDays int `json:"response_days"`
	// Shared counts what is kept of what posts pass on, answer, quote and show:
	// keyed hashes, which go with their posts.
	Shared int64 `json:"shared"`
}

// PrivacyActor is a public actor and why it is in the register.
type PrivacyActor struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Kind        string    `json:"kind"`
	Reason      string    `json:"reason"`
	ConfirmedAt time.Time `json:"confirmed_at"`
	EndsAt      time.Time `json:"ends_at"`
}

// PrivacySource is a source and how long its posts are kept.
type PrivacySource struct {
	ID       string     `json:"id"`
	Name     string     `json:"name,omitempty"` // empty for the general source of imports
	Kind     SourceKind `json:"kind"`
	KeepDays int        `json:"keep_days"` // in force; 0 keeps for ever
	Paused   bool       `json:"paused,omitempty"`
	Posts    int64      `json:"posts"` // counted ever, rounded down to tens: few are not told
}

// PrivacyKey is a key of pseudonyms; its own bytes are never told.
type PrivacyKey struct {
	From      time.Time `json:"from"` // posts of this period
	Until     time.Time `json:"until"`
	CreatedAt time.Time `json:"created_at"`
	GoesAt    time.Time `json:"goes_at"`
}

// PrivacyReport gives the figures to whoever may listen.
func (s *Service) PrivacyReport(ctx context.Context) (PrivacyReport, error) {
	if err := may(ctx, View); err != nil {
		return PrivacyReport{}, err
	}
	now := s.clock.Now()
	day := 24 * time.Hour
	r := PrivacyReport{
		At: now, KeepDays: int(s.keep / day), Smallest: privacy.K, Period: pseudonymDays, KeyDays: int(keyAge / day),
		LineDays: int(rejectsKept / day), ItemDays: int(itemMemory / day), Removed: map[string]int64{}, Sources: []PrivacySource{}, Keys: []PrivacyKey{}, Actors: []PrivacyActor{},
		ResponseDays: int(responsesKept / day),
	}
	var err error
	if r.Refused, err = s.Refused(ctx, db.At(now.Add(-365*day))); err != nil {
		return r, err
	}
	if r.Refused30, err = s.Refused(ctx, db.At(now.Add(-30*day))); err != nil {
		return r, err
	}
	for _, fill := range []func(context.Context, *PrivacyReport) error{s.reportPosts, s.reportSources, s.reportKeys, s.reportActors, s.reportRemoved} {
		if err := fill(ctx, &r); err != nil {
			return r, fmt.Errorf("data-protection report: %w", err)
		}
	}
	return r, nil
}

func (s *Service) reportPosts(ctx context.Context, r *PrivacyReport) error {
	var lo, hi int64
	err := s.store.Reader().NewRaw(`SELECT count(*), coalesce(min(id), 0), coalesce(max(id), 0) FROM listen_post`).Scan(ctx, &r.Posts, &lo, &hi)
	if err != nil {
		return err
	}
	if r.Posts > 0 {
		r.Oldest, r.Newest = timeOf(lo), timeOf(hi)
	}
	return s.store.Reader().NewRaw(`SELECT count(*) FROM listen_shared`).Scan(ctx, &r.Shared)
}

func (s *Service) reportSources(ctx context.Context, r *PrivacyReport) error {
	sources, err := s.sourcesByNumber(ctx)
	if err != nil {
		return err
	}
	var rows []struct{ Source, Posts int64 }
	if err := s.store.Reader().NewRaw(`SELECT source, sum(posts) AS posts FROM listen_volume GROUP BY source`).Scan(ctx, &rows); err != nil {
		return err
	}
	counted := map[int64]int64{}
	for _, x := range rows {
		counted[x.Source] = x.Posts
	}
	for _, number := range sortedKeys(sources) {
		src := sources[number]
		r.Sources = append(r.Sources, PrivacySource{
			ID: src.ID, Name: src.Name, Kind: src.Kind, KeepDays: int(s.Keeps(src) / (24 * time.Hour)), Paused: src.Paused, Posts: counted[number] / privacy.K * privacy.K,
		})
	}
	slices.SortStableFunc(r.Sources, func(a, b PrivacySource) int { return cmp.Compare(b.Posts, a.Posts) })
	return nil
}

func (s *Service) reportKeys(ctx context.Context, r *PrivacyReport) error {
	var rows []struct {
		Period    int64
		CreatedAt db.Time
	}
	if err := s.db.Reader().NewRaw(`SELECT period, created_at FROM listen_pseudonym_key ORDER BY period DESC`).Scan(ctx, &rows); err != nil {
		return err
	}
	for _, x := range rows {
		end := periodEnd(x.Period)
		goes := end
		if x.CreatedAt.Std().After(goes) {
			goes = x.CreatedAt.Std()
		}
		r.Keys = append(r.Keys, PrivacyKey{From: periodEnd(x.Period - 1), Until: end, CreatedAt: x.CreatedAt.Std(), GoesAt: goes.Add(keyAge)})
	}
	return nil
}

func (s *Service) reportActors(ctx context.Context, r *PrivacyReport) error {
	var rows []struct {
		ID, Name, Kind, Reason string
		ConfirmedAt, EndsAt    db.Time
	}
	err := s.db.Reader().NewRaw(`SELECT id, name, kind, reason, confirmed_at, ends_at FROM listen_actor WHERE state = 'active' AND ends_at > ? ORDER BY name, id`, db.At(r.At)).Scan(ctx, &rows)
	for _, x := range rows {
		r.Actors = append(r.Actors, PrivacyActor{ID: x.ID, Name: x.Name, Kind: x.Kind, Reason: x.Reason, ConfirmedAt: x.ConfirmedAt.Std(), EndsAt: x.EndsAt.Std()})
	}
	return err
}

func (s *Service) reportRemoved(ctx context.Context, r *PrivacyReport) error {
	var rows []struct {
		Kind    string
		Removed int64
	}
	since := dayOf(hourOf(r.At.Add(-365 * 24 * time.Hour)))
	err := s.db.Reader().NewRaw(`SELECT kind, sum(removed) AS removed FROM listen_removed WHERE day >= ? GROUP BY kind`, since).Scan(ctx, &rows)
	for _, x := range rows {
		r.Removed[x.Kind] = x.Removed
	}
	return err
}
