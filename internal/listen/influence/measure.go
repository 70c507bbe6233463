package influence

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/listen"
	"sifara/internal/listen/privacy"
)

// Measured is what a measure was made of. Its JSON form is kept.
type Measured struct {
	Days       int       `json:"days"`
	From       time.Time `json:"from"`
	Until      time.Time `json:"until"` // exclusive
	MeasuredAt time.Time `json:"measured_at"`
	Responses  int       `json:"responses"`
	More       bool      `json:"more,omitempty"` // older ones were left out
	Accounts   int       `json:"accounts"`
	Voices     int       `json:"voices"`
	Circles    int       `json:"circles"`
	Rounds     int       `json:"rounds"`
	Seconds    float64   `json:"seconds"`
}

// Kept is what was measured of an actor, as it is kept.
type Kept struct {
	Figure
	// Followers that its accounts had when they last wrote, together; 0 when none
	// of them wrote or the source does not say.
	Followers int64 `json:"followers"`
	// Topics of the posts that respond, by id; an actor's page shows those that
	// the reader sees.
	Topics []Portion `json:"topics"`
}

// Measured reports what a stretch of days was measured in; errs.NotFound when
// it has not been yet.
func (s *Service) Measured(ctx context.Context, days int) (Measured, error) {
	var m Measured
	if err := may(ctx, listen.View); err != nil {
		return m, err
	}
	var stored string
	err := s.DB.Reader().NewRaw(`SELECT measure FROM listen_influence_run WHERE days = ? ORDER BY day DESC LIMIT 1`, days).Scan(ctx, &stored)
	if db.IsNoRows(err) {
		return m, errs.New(errs.NotFound, "")
	}
	if err == nil {
		err = json.Unmarshal([]byte(stored), &m)
	}
	if err != nil {
		return m, fmt.Errorf("read measure of influence: %w", err)
	}
	return m, nil
}

// Measure measures all actors of the register over a stretch of days that ends
// now, and keeps it as that of the day.
func (s *Service) Measure(ctx context.Context, days int) (Measured, error) {
	if err := may(ctx, Manage); err != nil {
		return Measured{}, err
	}
	if !slices.Contains(Stretches, days) {
		return Measured{}, errs.New(errs.Invalid, "listen.actor.stretch")
	}
	began, now := time.Now(), s.Clock.Now().UTC()
	m := Measured{Days: days, From: now.AddDate(0, 0, -days), Until: now.Add(time.Second), MeasuredAt: now}
	actors, err := s.Actors(ctx, Active)
	if err != nil {
		return m, err
	}
	accounts, err := s.resolve(ctx, actors, m.From, m.Until)
	if err != nil {
		return m, err
	}
	pseudonyms := make([][]int64, len(accounts))
	for i, list := range accounts {
		pseudonyms[i] = slices.Concat(list...)
	}
	kept, err := s.read(ctx, &m, pseudonyms)
	if err != nil {
		return m, err
	}
	followers, err := s.followers(ctx, accounts, m)
	if err != nil {
		return m, err
	}
	for i, n := range followers {
		kept[i].Followers = n
	}
	m.Seconds = time.Since(began).Seconds()
	return m, s.keep(ctx, m, actors, kept)
}

// resolve gives the pseudonyms of each actor, account by account.
func (s *Service) resolve(ctx context.Context, actors []Actor, from, to time.Time) ([][][]int64, error) {
	out := make([][][]int64, len(actors))
	for i, a := range actors {
		for _, x := range a.Accounts {
			p, err := s.Listen.Pseudonyms(ctx, x.Handle, sourcesOf(x.Network), from, to)
			if err != nil {
				return nil, fmt.Errorf("accounts of %s: %w", a.ID, err)
			}
			out[i] = append(out[i], p)
		}
	}
	return out, nil
}

// Pseudonyms are how the accounts of all entries that count are called in the
// posts of a period.
func (s *Service) Pseudonyms(ctx context.Context, from, to time.Time) (map[int64]bool, error) {
	actors, err := s.Actors(ctx, Active)
	if err != nil {
		return nil, err
	}
	accounts, err := s.resolve(ctx, actors, from, to)
	if err != nil {
		return nil, err
	}
	out := map[int64]bool{}
	for _, list := range accounts {
		for _, p := range slices.Concat(list...) {
			out[p] = true
		}
	}
	return out, nil
}

// followers gives those of each actor, its accounts together. They are read from
// what was written in the last audienceDays.
func (s *Service) followers(ctx context.Context, accounts [][][]int64, m Measured) ([]int64, error) {
	known, err := s.Listen.Audiences(ctx, slices.Concat(slices.Concat(accounts...)...), m.Until.AddDate(0, 0, -audienceDays), m.Until)
	if err != nil {
		return nil, err
	}
	out := make([]int64, len(accounts))
	for i, list := range accounts {
		for _, pseudonyms := range list {
			var last listen.Audience
			for _, p := range pseudonyms {
				if x := known[p]; x.Post > last.Post {
					last = x
				}
			}
			out[i] += last.Followers
		}
	}
	return out, nil
}

// read makes the network and measures it.
func (s *Service) read(ctx context.Context, m *Measured, pseudonyms [][]int64) ([]Kept, error) {
	n := NewNetwork(pseudonyms)
	actor := map[int64]int{}
	for i, list := range pseudonyms {
		for _, p := range list {
			actor[p] = i
		}
	}
	posts := map[int64][]int{}
	var err error
	m.Responses, m.More, err = s.Listen.Responses(ctx, m.From, m.Until, mostResponses, func(r listen.Response) error {
		n.Add(Act{From: r.From, To: r.To, Object: r.Object, At: r.At().Unix(), Kind: Kind(r.Kind), Lang: r.Lang, Country: r.Country, Followers: r.Followers})
		if i, ok := actor[r.To]; ok {
			posts[r.Post] = append(posts[r.Post], i)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	res, err := n.Measure(ctx)
	if err != nil {
		return nil, err
	}
	m.Accounts, m.Voices, m.Circles, m.Rounds = res.Accounts, res.Voices, res.Circles, res.Rounds
	topics := make([]map[string]int64, len(pseudonyms))
	for i := range topics {
		topics[i] = map[string]int64{}
	}
	err = s.Listen.TopicPosts(ctx, m.From, m.Until, func(topic string, post int64) error {
		for _, i := range posts[post] {
			topics[i][topic]++
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]Kept, len(pseudonyms))
	for i, f := range res.Actors {
		out[i] = Kept{Figure: f, Topics: []Portion{}}
		for _, x := range told(topics[i]) {
			// Topics overlap: their sum is not known, and no rest is told.
			if f.Told && x.Key != listen.OtherKey && x.Count >= privacy.K {
				out[i].Topics = append(out[i].Topics, x)
			}
		}
	}
	return out, nil
}

// keep stores a measure in place of an earlier one of the day.
func (s *Service) keep(ctx context.Context, m Measured, actors []Actor, kept []Kept) error {
	measure, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("keep influence: %w", err)
	}
	day := m.MeasuredAt.Unix() / 86400
	err = s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO listen_influence_run (days, day, measured_at, measure) VALUES (?, ?, ?, ?)
			ON CONFLICT (days, day) DO UPDATE SET measured_at = excluded.measured_at, measure = excluded.measure`, m.Days, day, db.At(m.MeasuredAt), string(measure))
		if err != nil {
			return err
		}
		old := (m.MeasuredAt.Add(-figuresKept)).Unix() / 86400
		for _, q := range []string{`DELETE FROM listen_influence_run WHERE day < ?`, `DELETE FROM listen_actor_figure WHERE day < ?`} {
			if _, err := tx.ExecContext(ctx, q, old); err != nil {
				return err
			}
		}
		for i, a := range actors {
			figure, err := json.Marshal(kept[i])
			if err != nil {
				return err
			}
			// Not where the entry ended in the meantime.
			_, err = tx.ExecContext(ctx, `INSERT INTO listen_actor_figure (actor_id, days, day, figure) SELECT id, ?, ?, ? FROM listen_actor WHERE id = ? AND state = ?
				ON CONFLICT (actor_id, days, day) DO UPDATE SET figure = excluded.figure`, m.Days, day, string(figure), a.ID, Active)
			if err != nil {
				return err
			}
		}
		if s.Live != nil {
			if err := s.Live.Notify(ctx, tx, Live); err != nil {
				return err
			}
		}
		return s.Audit.Record(ctx, tx, audit.Entry{Act: "listen.actors.measure", Object: "influence", Permission: Manage, Detail: map[string]any{"days": m.Days, "count": len(actors), "responses": m.Responses}})
	})
	if err != nil {
		return fmt.Errorf("keep influence: %w", err)
	}
	return nil
}

// Point is what was measured of an actor on a day.
type Point struct {
	Day time.Time `json:"day"`
	Kept
}

// Series gives what was measured of an actor over a stretch of days, the oldest
// first.
func (s *Service) Series(ctx context.Context, actorID string, days int) ([]Point, error) {
	if err := may(ctx, listen.View); err != nil {
		return nil, err
	}
	var rows []struct {
		Day    int64
		Figure string
	}
	err := s.DB.Reader().NewRaw(`SELECT day, figure FROM listen_actor_figure WHERE actor_id = ? AND days = ? ORDER BY day`, actorID, days).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("figures of public actor: %w", err)
	}
	out := make([]Point, 0, len(rows))
	for _, r := range rows {
		p := Point{Day: time.Unix(r.Day*86400, 0).UTC()}
		if err := json.Unmarshal([]byte(r.Figure), &p.Kept); err != nil {
			return nil, fmt.Errorf("figures of public actor: %w", err)
		}
		out = append(out, p)
	}
	return out, nil
}

// Ranked is an actor with what was last measured of it.
type Ranked struct {
	Actor
	Kept
}

// Ranking lists the actors that count by their rank in the last measure of a
// stretch of days; those of which nothing is told come last, by name.
func (s *Service) Ranking(ctx context.Context, days int) (Measured, []Ranked, error) {
	m, err := s.Measured(ctx, days)
	if err != nil && errs.KindOf(err) != errs.NotFound {
		return m, nil, err
	}
	actors, err := s.Actors(ctx, Active)
	if err != nil {
		return m, nil, err
	}
	var rows []struct{ ActorID, Figure string }
	err = s.DB.Reader().NewRaw(`SELECT actor_id, figure FROM listen_actor_figure WHERE days = ? AND day = ?`, days, m.MeasuredAt.Unix()/86400).Scan(ctx, &rows)
	if err != nil {
		return m, nil, fmt.Errorf("figures of public actors: %w", err)
	}
	figures, broken := map[string]Kept{}, error(nil)
	for _, r := range rows {
		var k Kept
		broken = errors.Join(broken, json.Unmarshal([]byte(r.Figure), &k))
		figures[r.ActorID] = k
	}
	if broken != nil {
		return m, nil, fmt.Errorf("figures of public actors: %w", broken)
	}
	out := make([]Ranked, 0, len(actors))
	for _, a := range actors {
		out = append(out, Ranked{a, figures[a.ID]})
	}
	slices.SortStableFunc(out, func(a, b Ranked) int {
		switch {
		case a.Told != b.Told:
			if a.Told {
				return -1
			}
			return 1
		}
		return a.Rank - b.Rank
	})
	return m, out, nil
}
