package listenweb

import (
	"context"
	"net/http"
	"time"

	"sifara/internal/listen"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// spans are the periods of the overview, the first is the usual one.
var spans = []struct {
	name string
	span time.Duration
	step time.Duration
}{
	{"week", week, 6 * time.Hour},
	{"day", 24 * time.Hour, time.Hour},
	{"month", 30 * 24 * time.Hour, 24 * time.Hour},
	{"year", 365 * 24 * time.Hour, 7 * 24 * time.Hour},
}

const week = 7 * 24 * time.Hour

// hourAfter is the end of the hour in which the newest post was written: periods
// that end there are the same for all who look in that hour.
func hourAfter(last time.Time) time.Time { return last.Truncate(time.Hour).Add(time.Hour) }

type overviewPage struct {
	desk
	empty    bool
	tabs     []ui.Tab
	volume   ui.ChartProps
	langs    ui.ChartProps
	sources  ui.ChartProps
	total    int64
	change   ui.StatProps
	words    []ui.Link
	tags     []ui.Link
	warnings []warningRow
	stories  []storyView
	topics   ui.TableProps
	live     string
}

// overview is what is said, by whom and of what, in a period that ends with
// the newest post.
func (p pages) overview(w http.ResponseWriter, r *http.Request) error {
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	o := overviewPage{desk: d}
	ctx := r.Context()
	_, last, err := p.svc.Extent(ctx)
	if err != nil {
		return err
	}
	chosen := spans[0]
	for _, s := range spans {
		if r.URL.Query().Get("span") == s.name {
			chosen = s
		}
	}
	o.live = root + "?span=" + chosen.name
	for _, i := range []int{1, 0, 2, 3} {
		s := spans[i]
		o.tabs = append(o.tabs, ui.Tab{Label: d.T("listen.span." + s.name), Href: root + "?span=" + s.name, Active: s.name == chosen.name})
	}
	if o.empty = last.IsZero(); !o.empty {
		to := hourAfter(last)
		if err := p.fillOverview(ctx, &o, to.Add(-chosen.span), to, chosen.step); err != nil {
			return err
		}
	}
	if o.warnings, err = p.openRows(r, d, 5); err != nil {
		return err
	}
	return web.Render(w, r, web.Page{Title: d.T("listen.overview"), Intro: d.T("listen.overview.intro"), Body: overviewBody(o)})
}

func (p pages) fillOverview(ctx context.Context, o *overviewPage, from, to time.Time, step time.Duration) error {
	bins, err := p.svc.Volume(ctx, "", from, to, step)
	if err != nil {
		return err
	}
	before, err := p.svc.Volume(ctx, "", from.Add(from.Sub(to)), from, to.Sub(from))
	if err != nil {
		return err
	}
	langs, err := p.svc.Languages(ctx, from, to)
	if err != nil {
		return err
	}
	sources, err := p.svc.BySource(ctx, from, to)
	if err != nil {
		return err
	}
	words, err := p.svc.TopWords(ctx, from, to, "", 30)
	if err != nil {
		return err
	}
	tags, err := p.svc.TopTags(ctx, from, to, 20)
	if err != nil {
		return err
	}
	o.volume = o.volumeChart("volume", o.T("listen.volume"), bins, step, true)
	o.langs = o.shareChart("langs", o.T("listen.by_language"), langs[:min(len(langs), 10)], func(s listen.Share) string { return o.language(s.Key) })
	var shares []listen.Share
	for _, s := range sources[:min(len(sources), 10)] {
		shares = append(shares, listen.Share{Key: o.shareOf(s), Posts: s.Posts})
	}
	o.sources = o.shareChart("sources", o.T("listen.by_source"), shares, func(s listen.Share) string { return s.Key })
	var trend []float64
	for _, b := range bins {
		o.total += b.Posts
		trend = append(trend, float64(b.Posts))
	}
	o.change = ui.StatProps{Label: o.T("listen.posts"), Value: o.p.Number(o.total), Icon: "messages", Trend: trend, Href: searchPath,
		Note: o.T("listen.until", "time", o.p.DateTime(to.In(o.zone)))}
	if n := sum(before); n > 0 {
		share := float64(o.total-n) / float64(n)
		o.change.Change, o.change.Good, o.change.Up, o.change.Same = o.p.Percent(share), ui.Neutral, share > 0, share == 0
	}
	for _, x := range words {
		o.words = append(o.words, ui.Link{Label: x.Shown, Href: searchHref(x.Shown)})
	}
	for _, x := range tags {
		o.tags = append(o.tags, ui.Link{Label: x.Shown, Href: searchHref(x.Key)})
	}
	stories, err := p.svc.Stories(ctx, from, to, 5)
	if err != nil {
		return err
	}
	o.stories = o.storyViews(stories)
	return p.overviewTopics(ctx, o, from, to)
}

func (p pages) overviewTopics(ctx context.Context, o *overviewPage, from, to time.Time) error {
	list, err := p.svc.Topics(ctx)
	if err != nil {
		return err
	}
	shares, err := p.svc.TopicShares(ctx, from, to)
	if err != nil {
		return err
	}
	o.topics = ui.TableProps{Caption: o.T("listen.topics"), Columns: []ui.Column{{Label: o.T("listen.topic")}, {Label: o.T("listen.posts"), Numeric: true}}}
	for _, t := range list {
		o.topics.Rows = append(o.topics.Rows, ui.Row{Cells: []ui.Cell{
			{Text: t.Name(o.p.Lang()), Href: topicHref(t), Sub: o.owner(t.MissionID, t.DepartmentID)}, ui.TextCell(o.p.Number(shares[t.ID])),
		}})
	}
	return nil
}

func sum(bins []listen.Bin) (n int64) {
	for _, b := range bins {
		n += b.Posts
	}
	return n
}
