package listen

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"sifara/internal/db"
	"sifara/internal/listen/burst"
	"sifara/internal/search"
)

// Least of bursts of hashtags, which are many and which nobody has asked for.
var tagBurst = burst.Config{MinPosts: 100, MinTimes: 8}

const (
	// maxTagsAtOnce bounds the hashtags that are judged in one look.
	maxTagsAtOnce = 300
	// tagPosts bounds the posts of one that are gone through.
	tagPosts = 50_000
	// minAuthors is how many different authors a hashtag needs: one who
	// repeats themselves is no public.
	minAuthors = 15
	// tagsADay is how many hashtags nobody asked for may raise a warning on
	// one day: the busiest. More would not be read.
	tagsADay = 3
)

// watchTags looks at the busiest hashtags. They share a rate.
func (l *look) watchTags(ctx context.Context) error {
	begins, err := l.begins(ctx, "listen_tag_count")
	if err != nil || begins.IsZero() {
		return err
	}
	names, err := l.busyTags(ctx)
	if err != nil || len(names) == 0 {
		return err
	}
	c := tagBurst
	c.Rate = rateOf(l.rates, RateOfTags)
	if c.Family, err = l.tagFamily(ctx); err != nil {
		return err
	}
	d := l.detector(begins, c)
	if err := l.learnTags(ctx, d, names); err != nil {
		return err
	}
	if err := l.goThroughTags(ctx, d, names); err != nil {
		return err
	}
	return l.finish(ctx, d, begins, func(series string) (matter, bool) {
		tag, ok := cutTag(series)
		return matter{series: series, tag: tag}, ok
	})
}

func cutTag(series string) (string, bool) {
	if len(series) > 4 && series[:4] == "tag:" {
		return series[4:], true
	}
	return "", false
}

// busyTags are the hashtags that can have a burst and of which no topic speaks.
func (l *look) busyTags(ctx context.Context) ([]string, error) {
	var names []string
	err := l.s.store.Reader().NewRaw(`SELECT tag FROM listen_tag_count WHERE hour >= ? AND hour < ? AND posts >= ? GROUP BY tag ORDER BY max(posts) DESC, tag LIMIT ?`,
		hourOf(l.from), hourOf(l.to)+1, tagBurst.MinPosts, maxTagsAtOnce).Scan(ctx, &names)
	if err != nil {
		return nil, fmt.Errorf("busy hashtags: %w", err)
	}
	m := newMatcher(l.topics)
	return slices.DeleteFunc(names, func(tag string) bool { return speaksFor(m, tag) }), nil
}

// tagFamily is how many hashtags there were: the busiest are looked at, but the
// rate of false alarms is shared by all from which they were chosen.
func (l *look) tagFamily(ctx context.Context) (n int, err error) {
	err = l.s.store.Reader().NewRaw(`SELECT count(DISTINCT tag) FROM listen_tag_count WHERE hour >= ? AND hour < ?`, hourOf(l.fine), hourOf(l.to)+1).Scan(ctx, &n)
	if err != nil {
		return 0, fmt.Errorf("count hashtags: %w", err)
	}
	return n, nil
}

func (l *look) learnTags(ctx context.Context, d *burst.Detector, names []string) error {
	type row struct {
		tag         string
		Hour, Posts int64
	}
	var all []row
	for _, tag := range names {
		var rows []row
		err := l.s.store.Reader().NewRaw(`SELECT hour, posts FROM listen_tag_count WHERE tag = ? AND hour >= ? AND hour < ?`, tag, hourOf(l.fine)-learnDays*24, hourOf(l.fine)).Scan(ctx, &rows)
		if err != nil {
			return fmt.Errorf("counts of hashtag: %w", err)
		}
		for _, r := range rows {
			all = append(all, row{tag, r.Hour, r.Posts})
		}
	}
	slices.SortStableFunc(all, func(a, b row) int { return cmp.Compare(a.Hour, b.Hour) })
	for _, r := range all {
		d.Learn("tag:"+r.tag, hourTime(r.Hour), r.Posts)
	}
	return nil
}

func (l *look) goThroughTags(ctx context.Context, d *burst.Detector, names []string) error {
	type used struct {
		id  int64
		tag string
	}
	var all []used
	for _, tag := range names {
		ids, err := l.s.ids(ctx, search.Parse(tag), PostID(l.fine), PostID(l.to.Add(d.Bin())), tagPosts)
		if err != nil {
			return err
		}
		for _, id := range ids {
			all = append(all, used{id, tag})
		}
	}
	slices.SortFunc(all, func(a, b used) int { return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.tag, b.tag)) })
	for _, u := range all {
		d.Add("tag:"+u.tag, "", timeOf(u.id), 1)
	}
	return nil
}

// full reports whether a day has as many warnings of hashtags as are read.
func (l *look) full(ctx context.Context, since db.Time) (bool, error) {
	day := db.At(since.Std().Truncate(24 * time.Hour))
	n, err := l.s.db.Reader().NewSelect().TableExpr("listen_warning").Where("term <> '' AND since >= ? AND since < ?", day, day.Add(24*time.Hour)).Count(ctx)
	if err != nil {
		return false, fmt.Errorf("warnings of the day: %w", err)
	}
	return n >= tagsADay, nil
}
