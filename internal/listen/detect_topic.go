package listen

import (
	"context"
	"fmt"
	"strconv"

	"github.com/uptrace/bun"

	"sifara/internal/listen/burst"
)

// Least of bursts of topics, which a desk has chosen to watch.
var topicBurst = burst.Config{PerSeries: true, MinPosts: 8, MinTimes: 3}

// watched are the series of the topics that are watched: each topic, and each of
// its countries that another desk deals with.
type watched struct {
	topics  map[int64]Topic // by number
	ids     []string
	numbers []int64
	matters map[string]matter
}

func (l *look) watched(ctx context.Context) (watched, error) {
	w := watched{topics: map[int64]Topic{}, matters: map[string]matter{}}
	for _, t := range l.topics {
		if !t.Watched {
			continue
		}
		w.topics[t.Number] = t
		w.ids, w.numbers = append(w.ids, t.ID), append(w.numbers, t.Number)
		own := matter{series: "topic:" + t.ID, topic: t, mission: t.MissionID, dept: t.DepartmentID}
		w.matters[own.series] = own
		if l.s.missions == nil {
			continue
		}
		for _, country := range t.Countries {
			m, ok, err := l.s.missions.MissionForCountry(ctx, country)
			if err != nil {
				return w, fmt.Errorf("desk of %s: %w", country, err)
			}
			// The topic's own desk hears of the whole topic.
			if ok && m.ID != t.MissionID {
				in := matter{series: own.series + ":" + country, topic: t, country: country, mission: m.ID}
				w.matters[in.series] = in
			}
		}
	}
	return w, nil
}

// series are those to which a post of a topic in a country belongs.
func (w watched) series(topic, country string) []string {
	own := "topic:" + topic
	if in := own + ":" + country; country != "" {
		if _, ok := w.matters[in]; ok {
			return []string{own, in}
		}
	}
	return []string{own}
}

// watchTopics looks at the topics. The rate of each is shared by its series.
func (l *look) watchTopics(ctx context.Context) error {
	begins, err := l.begins(ctx, "listen_volume")
	if err != nil || begins.IsZero() {
		return err
	}
	w, err := l.watched(ctx)
	if err != nil || len(w.ids) == 0 {
		return err
	}
	d := l.detector(begins, topicBurst)
	shares := map[string]float64{}
	for _, m := range w.matters {
		shares[m.topic.ID]++
	}
	for series, m := range w.matters {
		d.SetRate(series, rateOf(l.rates, m.topic.ID)/shares[m.topic.ID])
	}
	if err := l.learnTopics(ctx, d, w); err != nil {
		return err
	}
	if err := l.goThroughTopics(ctx, d, w); err != nil {
		return err
	}
	return l.finish(ctx, d, begins, func(series string) (matter, bool) {
		m, ok := w.matters[series]
		return m, ok
	})
}

func (l *look) learnTopics(ctx context.Context, d *burst.Detector, w watched) error {
	hi := hourOf(l.fine)
	var rows []struct {
		Topic, Country string
		Hour, Posts    int64
	}
	err := l.s.store.Reader().NewRaw(`SELECT topic, hour, country, posts FROM listen_topic_count WHERE topic IN (?) AND hour >= ? AND hour < ? ORDER BY hour, topic`,
		bun.List(w.ids), hi-learnDays*24, hi).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("counts of topics: %w", err)
	}
	sum := int64(0)
	for i, r := range rows {
		for _, s := range w.series(r.Topic, r.Country)[1:] {
			d.Learn(s, hourTime(r.Hour), r.Posts)
		}
		sum += r.Posts
		if i+1 == len(rows) || rows[i+1].Topic != r.Topic || rows[i+1].Hour != r.Hour {
			d.Learn("topic:"+r.Topic, hourTime(r.Hour), sum)
			sum = 0
		}
	}
	var shares []struct {
		Topic, Posts int64
		Value        string
	}
	err = l.s.store.Reader().NewRaw(`SELECT topic, value, sum(posts) AS posts FROM listen_topic_day WHERE topic IN (?) AND facet = ? AND day >= ? AND day < ? GROUP BY topic, value`,
		bun.List(w.numbers), FacetSource, dayOf(hi)-learnDays, dayOf(hi)).Scan(ctx, &shares)
	if err != nil {
		return fmt.Errorf("sources of topics: %w", err)
	}
	for _, r := range shares {
		if n, err := strconv.ParseInt(r.Value, 10, 64); err == nil {
			d.LearnSource("topic:"+w.topics[r.Topic].ID, l.sources[n].ID, r.Posts)
		}
	}
	return nil
}

func (l *look) goThroughTopics(ctx context.Context, d *burst.Detector, w watched) error {
	rows, err := l.s.store.Reader().QueryContext(ctx, `SELECT post, topic, country, source FROM listen_mention WHERE topic IN (?) AND post >= ? AND post < ? ORDER BY post`,
		bun.List(w.numbers), PostID(l.fine), PostID(l.to.Add(d.Bin())))
	if err != nil {
		return fmt.Errorf("posts of topics: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var post, topic, source int64
		var country string
		if err := rows.Scan(&post, &topic, &country, &source); err != nil {
			return fmt.Errorf("posts of topics: %w", err)
		}
		for _, s := range w.series(w.topics[topic].ID, country) {
			d.Add(s, l.sources[source].ID, timeOf(post), 1)
		}
	}
	return rows.Err()
}

// speaksFor reports whether a topic counts a hashtag already.
func speaksFor(m *matcher, tag string) bool {
	return len(m.match([]string{tag, tag[min(1, len(tag)):]})) > 0
}
