package listenweb

import (
	"context"
	"time"

	"sifara/internal/listen"
	"sifara/internal/listen/forecast"
	"sifara/internal/web/ui"
)

// shownBefore is how many known days a forecast stands beside.
const shownBefore = 28

// topicAhead draws what the next days are expected to bring.
func (p pages) topicAhead(ctx context.Context, v *topicPage) error {
	a, err := p.svc.Forecast(ctx, v.t.ID, time.Time{})
	if err != nil || len(a.Days) == 0 {
		return err
	}
	v.ahead = v.aheadChart(a)
	next := a.Days[0]
	v.next = v.T("listen.ahead.next", "day", v.p.DateWeekday(next.Day), "low", next.Low90, "high", next.High90)
	return nil
}

// aheadChart draws known days and, after them, dashed, the expected ones with
// their intervals.
func (d desk) aheadChart(a listen.Ahead) ui.ChartProps {
	known := a.Known[max(0, len(a.Known)-shownBefore):]
	c := ui.ChartProps{ID: "ahead", Title: d.T("listen.ahead"), Kind: ui.ChartLine, Unit: d.T("listen.unit.posts"), Label: d.T("listen.time"), Tall: true,
		Moments: []ui.Moment{{Index: len(known), Label: d.T("listen.ahead.from")}}}
	heard, median := ui.Series{Name: d.T("listen.posts")}, ui.Series{Name: d.T("listen.ahead.median"), Accent: true, Dashed: true}
	wide, narrow := ui.Band{Name: d.T("listen.ahead.within", "share", d.p.Percent(0.9))}, ui.Band{Name: d.T("listen.ahead.within", "share", d.p.Percent(0.5))}
	add := func(day time.Time, heardOn, medianOn, low90, low50, high50, high90 float64) {
		c.Day(d.p, day)
		heard.Values, median.Values = append(heard.Values, heardOn), append(median.Values, medianOn)
		wide.Low, wide.High = append(wide.Low, low90), append(wide.High, high90)
		narrow.Low, narrow.High = append(narrow.Low, low50), append(narrow.High, high50)
	}
	for _, b := range known {
		add(b.From, float64(b.Posts), ui.Gap, ui.Gap, ui.Gap, ui.Gap, ui.Gap)
	}
	for _, x := range a.Days {
		add(x.Day, ui.Gap, float64(x.Median), float64(x.Low90), float64(x.Low50), float64(x.High50), float64(x.High90))
	}
	c.Series, c.Bands = []ui.Series{heard, median}, []ui.Band{wide, narrow}
	return c
}

// aheadShort says why there is no forecast.
func (d desk) aheadShort() string {
	return d.T("listen.ahead.short", "days", forecast.Least, "posts", forecast.LeastPosts)
}
