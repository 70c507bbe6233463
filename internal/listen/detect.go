package listen

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/id"
	"sifara/internal/jobs"
)

// detectJob looks for bursts in a period, some weeks at a time.
type detectJob struct {
	From db.Time `json:"from"`
	To   db.Time `json:"to"`
}

// Kind implements jobs.Args.
func (detectJob) Kind() string { return "listen.detect" }

// watchJob looks for bursts in the last hours.
type watchJob struct{}

// Kind implements jobs.Args.
func (watchJob) Kind() string { return "listen.watch" }

const (
	// detectSlice is how much time one run of detectJob looks at.
	detectSlice = 14 * 24 * time.Hour
	// watchHours is how far back the live detector looks: posts arrive late.
	watchHours = 3 * time.Hour
	// coolDown is how long after a burst its series raises nothing new;
	// restDown the same after an officer dismissed it.
	coolDown = 24 * time.Hour
	restDown = 72 * time.Hour
	// maxTagsAtOnce bounds the hashtags that are judged in one slice.
	maxTagsAtOnce = 300
	// minAuthors is how many different authors a hashtag needs: one who
	// repeats themselves is no public.
	minAuthors = 15
	// tagsADay is how many hashtags nobody asked for may raise a warning on
	// one day: the busiest. More would not be read.
	tagsADay = 3
)

func (s *Service) runDetect(ctx context.Context, job jobs.Job[detectJob]) error {
	from, to := job.Args.From.Std(), job.Args.To.Std()
	end := to
	if to.Sub(from) > detectSlice {
		end = from.Add(detectSlice)
	}
	if _, err := s.Detect(ctx, from, end); err != nil {
		return err
	}
	if end.Equal(to) {
		return nil
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return s.enqueue(ctx, tx, detectJob{From: db.At(end), To: job.Args.To})
	})
}

func (s *Service) runWatch(ctx context.Context, _ jobs.Job[watchJob]) error {
	now := s.clock.Now()
	_, err := s.Detect(ctx, now.Add(-watchHours), now)
	return err
}

// Detect looks for bursts that begin or go on in a period and raises or extends
// their warnings. It gives how many were raised. Looking twice raises nothing
// twice.
func (s *Service) Detect(ctx context.Context, from, to time.Time) (raised int, err error) {
	list, err := topics(ctx, s.db.Reader())
	if err != nil {
		return 0, err
	}
	d := detector{s: s, lo: hourOf(from), hi: hourOf(to.Add(time.Hour - 1)), topics: list}
	if d.hi <= d.lo {
		return 0, nil
	}
	d.base = d.lo - (seasonDays+1)*24
	if err := d.start(ctx); err != nil {
		return 0, err
	}
	for _, t := range list {
		if !t.Watched {
			continue
		}
		if err := d.topic(ctx, t); err != nil {
			return d.raised, err
		}
	}
	return d.raised, d.tags(ctx)
}

// detector is one look at the hours [lo, hi). Counts begin at the hour base.
type detector struct {
	s            *Service
	base, lo, hi int64
	begins       int64 // first hour of which anything is known
	topics       []Topic
	raised       int
}

// start finds since when there are posts at all: a silence before that is not
// a quiet past.
func (d *detector) start(ctx context.Context) error {
	err := d.s.store.Reader().NewRaw(`SELECT coalesce(min(hour), 0) FROM listen_volume WHERE hour >= ?`, d.base).Scan(ctx, &d.begins)
	if err != nil {
		return fmt.Errorf("begin of counts: %w", err)
	}
	d.base = max(d.base, d.begins)
	return nil
}

// series is what is counted and whose warning it is.
type series struct {
	name    string
	topic   Topic // zero for a hashtag
	tag     string
	country string
	mission string
	dept    string
}

func (d *detector) topic(ctx context.Context, t Topic) error {
	var rows []struct {
		Hour, Posts int64
		Country     string
	}
	err := d.s.store.Reader().NewRaw(`SELECT hour, country, posts FROM listen_topic_count WHERE topic = ? AND hour >= ? AND hour < ?`, t.ID, d.base, d.hi).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("counts of topic: %w", err)
	}
	all := make([]int64, max(0, d.hi-d.base))
	byCountry := map[string][]int64{}
	for _, r := range rows {
		all[r.Hour-d.base] += r.Posts
		if slices.Contains(t.Countries, r.Country) {
			c := byCountry[r.Country]
			if c == nil {
				c = make([]int64, len(all))
				byCountry[r.Country] = c
			}
			c[r.Hour-d.base] += r.Posts
		}
	}
	own := series{name: "topic:" + t.ID, topic: t, mission: t.MissionID, dept: t.DepartmentID}
	if err := d.look(ctx, own, all, topicThreshold); err != nil {
		return err
	}
	for _, country := range t.Countries {
		counts := byCountry[country]
		if counts == nil || d.s.missions == nil {
			continue
		}
		m, ok, err := d.s.missions.MissionForCountry(ctx, country)
		if err != nil {
			return fmt.Errorf("desk of %s: %w", country, err)
		}
		// The topic's own desk hears of the whole topic.
		if !ok || m.ID == t.MissionID {
			continue
		}
		sr := series{name: "topic:" + t.ID + ":" + country, topic: t, country: country, mission: m.ID}
		if err := d.look(ctx, sr, counts, topicThreshold); err != nil {
			return err
		}
	}
	return nil
}

func (d *detector) tags(ctx context.Context) error {
	var names []string
	err := d.s.store.Reader().NewRaw(`SELECT tag FROM listen_tag_count WHERE hour >= ? AND hour < ? AND posts >= ? GROUP BY tag ORDER BY max(posts) DESC, tag LIMIT ?`,
		d.lo, d.hi, tagThreshold.posts, maxTagsAtOnce).Scan(ctx, &names)
	if err != nil {
		return fmt.Errorf("busy hashtags: %w", err)
	}
	m := newMatcher(d.topics)
	for _, tag := range names {
		if len(m.match([]string{tag, strings.TrimPrefix(tag, "#")})) > 0 {
			continue // the topic speaks for it
		}
		var rows []struct{ Hour, Posts int64 }
		err := d.s.store.Reader().NewRaw(`SELECT hour, posts FROM listen_tag_count WHERE tag = ? AND hour >= ? AND hour < ?`, tag, d.base, d.hi).Scan(ctx, &rows)
		if err != nil {
			return fmt.Errorf("counts of hashtag: %w", err)
		}
		counts := make([]int64, max(0, d.hi-d.base))
		for _, r := range rows {
			counts[r.Hour-d.base] = r.Posts
		}
		if err := d.look(ctx, series{name: "tag:" + tag, tag: tag}, counts, tagThreshold); err != nil {
			return err
		}
	}
	return nil
}

// look finds the bursts of one series and tells the desk.
func (d *detector) look(ctx context.Context, sr series, counts []int64, t threshold) error {
	for _, e := range episodes(counts, int(d.lo-d.base), int(d.hi-d.base), t) {
		w := Warning{
			ID: id.New(), Series: sr.name, TopicID: sr.topic.ID, Term: sr.tag, Country: sr.country, MissionID: sr.mission, DepartmentID: sr.dept,
			Since: db.At(hourTime(d.base + int64(e.from))), Until: db.At(hourTime(d.base + int64(e.to) + 1)),
			Observed: e.posts, Expected: e.expected, Score: e.score, State: WarningOpen, Version: 1,
		}
		if err := d.tell(ctx, sr, w, counts, e); err != nil {
			return err
		}
	}
	return nil
}

// tell raises the warning of a burst, or extends the one that it belongs to.
func (d *detector) tell(ctx context.Context, sr series, w Warning, counts []int64, e episode) error {
	old, found, err := d.before(ctx, w)
	if err != nil {
		return err
	}
	if found && (old.State == WarningDismissed || old.Until >= w.Until) {
		return nil
	}
	if found {
		w = old.extended(w)
	}
	if w.Evidence, err = d.evidence(ctx, sr, w, counts); err != nil {
		return err
	}
	if sr.tag != "" && w.Evidence.voices < minAuthors {
		return nil
	}
	if found {
		return d.extend(ctx, w)
	}
	if sr.tag != "" {
		if full, err := d.full(ctx, w.Since); err != nil || full {
			return err
		}
	}
	return d.raise(ctx, w)
}

// full reports whether a day has as many warnings of hashtags as are read.
func (d *detector) full(ctx context.Context, since db.Time) (bool, error) {
	day := db.At(since.Std().Truncate(24 * time.Hour))
	n, err := d.s.db.Reader().NewSelect().TableExpr("listen_warning").Where("term <> '' AND since >= ? AND since < ?", day, day.Add(24*time.Hour)).Count(ctx)
	if err != nil {
		return false, fmt.Errorf("warnings of the day: %w", err)
	}
	return n >= tagsADay, nil
}

// before finds the warning of the same series that a burst belongs to: one
// that it touches or follows within the cool-down.
func (d *detector) before(ctx context.Context, w Warning) (Warning, bool, error) {
	var old Warning
	err := d.s.db.Reader().NewSelect().Model(&old).
		Where("series = ? AND since <= ?", w.Series, w.Until.Add(mergeGap*time.Hour)).
		Where("until >= CASE WHEN state = ? THEN ? ELSE ? END", WarningDismissed, w.Since.Add(-restDown), w.Since.Add(-coolDown)).
		OrderExpr("until DESC").Limit(1).Scan(ctx)
	if db.IsNoRows(err) {
		return old, false, nil
	}
	if err != nil {
		return old, false, fmt.Errorf("earlier warning: %w", err)
	}
	return old, true, nil
}

// extended is the warning with a later burst of the same matter.
func (w Warning) extended(more Warning) Warning {
	if more.Since >= w.Until { // another wave
		w.Observed += more.Observed
		w.Expected += more.Expected
	} else {
		w.Observed = max(w.Observed, more.Observed)
		w.Expected = max(w.Expected, more.Expected)
	}
	w.Since = min(w.Since, more.Since)
	w.Until = max(w.Until, more.Until)
	w.Score = max(w.Score, more.Score)
	return w
}

func (d *detector) raise(ctx context.Context, w Warning) error {
	w.RaisedAt = db.At(d.s.clock.Now())
	err := d.s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewInsert().Model(&w).On("CONFLICT (series, since) DO NOTHING").Exec(ctx)
		if err != nil {
			return fmt.Errorf("insert warning: %w", err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return nil // another node was faster
		}
		d.raised++
		if d.s.bus != nil {
			ev := WarningRaised{WarningID: w.ID, TopicID: w.TopicID, Term: w.Term, Country: w.Country, MissionID: w.MissionID, DepartmentID: w.DepartmentID}
			if err := d.s.bus.Emit(ctx, tx, ev); err != nil {
				return err
			}
		}
		if err := d.s.notify(ctx, tx, LiveWarnings); err != nil {
			return err
		}
		return d.s.record(ctx, tx, Warn, w.Scope(), "listen.warning.raise", "warning", w.ID,
			map[string]any{"warning": w.label(), "observed": w.Observed, "expected": int64(w.Expected + 0.5)})
	})
	if err != nil {
		return fmt.Errorf("raise warning: %w", err)
	}
	return nil
}

func (d *detector) extend(ctx context.Context, w Warning) error {
	return d.s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewUpdate().Model(&w).Column("since", "until", "observed", "expected", "score", "evidence").
			Set("version = version + 1").Where("id = ? AND version = ?", w.ID, w.Version).Exec(ctx)
		if err != nil {
			return fmt.Errorf("extend warning: %w", err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return nil // answered just now; the next look tells again
		}
		if err := d.s.notify(ctx, tx, LiveWarnings); err != nil {
			return err
		}
		return d.s.record(ctx, tx, Warn, w.Scope(), "listen.warning.extend", "warning", w.ID, map[string]any{"warning": w.label(), "observed": w.Observed})
	})
}
