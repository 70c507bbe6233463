package listen

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"sifara/internal/listen/burst"
)

// Least of bursts of countries and groups of sources, which nobody has chosen.
var placeBurst = burst.Config{MinPosts: 30, MinTimes: 4}

// watchPlaces looks at the posts about each country and from each kind of
// sources, and at the sources that fall silent. They share a rate.
func (l *look) watchPlaces(ctx context.Context) error {
	begins, err := l.begins(ctx, "listen_volume")
	if err != nil || begins.IsZero() {
		return err
	}
	if known, err := l.begins(ctx, "listen_place_count"); err != nil {
		return err
	} else if known.After(begins) {
		begins = known // countries are counted since then
	}
	c := placeBurst
	c.Rate = rateOf(l.rates, RateOfPlaces)
	d := l.detector(begins, c)
	if err := l.learnPlaces(ctx, d); err != nil {
		return err
	}
	if err := l.goThroughPlaces(ctx, d); err != nil {
		return err
	}
	return l.finish(ctx, d, begins, func(series string) (matter, bool) {
		m := matter{series: series}
		if country, ok := strings.CutPrefix(series, "country:"); ok {
			m.country = country
			if l.s.missions != nil {
				if desk, ok, err := l.s.missions.MissionForCountry(ctx, country); err == nil && ok {
					m.mission = desk.ID
				}
			}
			return m, true
		}
		kind, ok := strings.CutPrefix(series, "group:")
		m.group = kind
		return m, ok
	})
}

// placeSeries are the series of a post: its country and the kind of its source.
// Files that officers bring come at their leisure and make no group.
func (l *look) placeSeries(source int64, country string) (out []string) {
	if country != "" {
		out = append(out, "country:"+country)
	}
	if k := l.sources[source].Kind; k != "" && k != ImportSource {
		out = append(out, "group:"+string(k))
	}
	return out
}

func (l *look) learnPlaces(ctx context.Context, d *burst.Detector) error {
	lo, hi := hourOf(l.fine)-learnDays*24, hourOf(l.fine)
	var rows []struct {
		Hour, Source, Posts int64
		Country             string
	}
	err := l.s.store.Reader().NewRaw(`SELECT hour, -1 AS source, country, posts FROM listen_place_count WHERE hour >= ? AND hour < ?
		UNION ALL SELECT hour, source, '' AS country, sum(posts) AS posts FROM listen_volume WHERE hour >= ? AND hour < ? GROUP BY hour, source ORDER BY 1`, lo, hi, lo, hi).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("counts of places: %w", err)
	}
	for _, r := range rows {
		for _, s := range l.placeSeries(r.Source, r.Country) {
			d.Learn(s, hourTime(r.Hour), r.Posts)
		}
		if r.Source >= 0 {
			d.LearnFeed(l.sources[r.Source].ID, hourTime(r.Hour), r.Posts)
		}
	}
	return nil
}

func (l *look) goThroughPlaces(ctx context.Context, d *burst.Detector) error {
	rows, err := l.s.store.Reader().QueryContext(ctx, `SELECT id, source, country FROM listen_post WHERE id >= ? AND id < ? ORDER BY id`, PostID(l.fine), PostID(l.to.Add(d.Bin())))
	if err != nil {
		return fmt.Errorf("posts of places: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var post, source int64
		var country string
		if err := rows.Scan(&post, &source, &country); err != nil {
			return fmt.Errorf("posts of places: %w", err)
		}
		for _, s := range l.placeSeries(source, country) {
			d.Add(s, l.sources[source].ID, timeOf(post), 1)
		}
	}
	return rows.Err()
}

// explained reports whether a topic or hashtag accounts for most of what rises
// in a country or group: it has been told already.
func (l *look) explained(m matter, a burst.Alarm) bool {
	if m.country == "" && m.group == "" || m.topic.ID != "" {
		return false
	}
	for _, w := range l.heard {
		if w.Since.Std().Before(a.Until) && w.Until.Std().After(a.Since) && 2*w.Observed >= a.Observed {
			return true
		}
	}
	return false
}

type placeKey struct {
	hour    int64
	country string
}

// countPlaces adds new posts to the counts of their countries.
func (s *Service) countPlaces(ctx context.Context, tx bun.Tx, sums map[placeKey]int64) error {
	return upsert(ctx, s, tx, `INSERT INTO listen_place_count (hour, country, posts)`, ` ON CONFLICT (hour, country) DO UPDATE SET posts = listen_place_count.posts + excluded.posts`, sums,
		func(k placeKey) []any { return []any{k.hour, k.country} },
		func(a, b placeKey) int { return cmp.Or(cmp.Compare(a.hour, b.hour), cmp.Compare(a.country, b.country)) })
}
