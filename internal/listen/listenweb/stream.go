package listenweb

import (
	"cmp"
	"context"
	"slices"
	"time"

	"sifara/internal/listen"
	"sifara/internal/web/ui"
)

const (
	// streamDays is how many days the stream of narratives shows; the last may
	// not be over.
	streamDays = 28
	// streamNamed is how many narratives stand in it by their names.
	streamNamed = 4
)

// stream draws by day which share of all posts repeats each narrative, the
// largest at the bottom, those beyond streamNamed together. Without labels
// there is nothing to draw.
func (p pages) stream(ctx context.Context, d desk, narratives []listen.Topic, last time.Time) (ui.ChartProps, error) {
	const day = 24 * time.Hour
	to := last.Truncate(day).Add(day)
	from := to.Add(-streamDays * day)
	all, err := p.svc.Volume(ctx, "", from, to, day)
	if err != nil {
		return ui.ChartProps{}, err
	}
	type flow struct {
		name string
		bins []listen.Bin
	}
	var flows []flow
	for _, t := range narratives {
		bins, err := p.svc.Volume(ctx, t.ID, from, to, day)
		if err != nil {
			return ui.ChartProps{}, err
		}
		if sum(bins) > 0 {
			flows = append(flows, flow{t.Name(d.p.Lang()), bins})
		}
	}
	slices.SortStableFunc(flows, func(a, b flow) int { return cmp.Compare(sum(b.bins), sum(a.bins)) })
	c := ui.ChartProps{ID: "stream", Title: d.T("listen.stream"), Kind: ui.ChartStream, Label: d.T("listen.time"), Percent: true, Decimal: 1, Tall: true}
	if len(flows) == 0 {
		return c, nil
	}
	for _, b := range all {
		c.Day(d.p, b.From)
	}
	for i, f := range flows {
		if i == streamNamed {
			c.Series = append(c.Series, ui.Series{Name: d.T("listen.stream.others"), Values: make([]float64, len(all))})
		}
		if i < streamNamed {
			c.Series = append(c.Series, ui.Series{Name: f.name, Values: make([]float64, len(all))})
		}
		values := c.Series[min(i, streamNamed)].Values
		for j, b := range f.bins {
			values[j] += 100 * ratio(b.Posts, all[j].Posts)
		}
	}
	return c, nil
}
