package ui

import (
	"encoding/json"
	"math"
	"time"

	"sifara/internal/i18n"
)

// Chart kinds.
const (
	ChartLine   = "line"
	ChartArea   = "area"
	ChartBar    = "bar"
	ChartStack  = "stack"  // bars on top of each other
	ChartStream = "stream" // areas on top of each other
	ChartRows   = "rows"   // bars along the line of writing, for long labels
)

// Gap is a value that is not there: nothing is drawn, the table stays empty.
var Gap = math.NaN()

// Series is a row of values, one for each label of the chart.
type Series struct {
	Name   string
	Values []float64
	Accent bool   // drawn in the accent colour: the series the page is about
	Kind   string // in place of the chart's kind, for mixed charts
	Dashed bool   // a line of what is not known but expected
}

// Band is an area between two rows of values: an interval of what is expected.
type Band struct {
	Name      string
	Low, High []float64 // Gap where there is none
}

// Moment marks one label of a chart: a burst, a release.
type Moment struct {
	Index int // of the label
	Label string
}

// ChartProps is a chart and, for those who cannot see it, the same as a
// table. Labels are formatted by the caller; values are formatted here by the
// language of the page.
type ChartProps struct {
	ID      string // unique on the page
	Title   string // says what is shown; it is the caption of the table too
	Kind    string
	Labels  []string
	Axis    []string // the labels as they stand below the drawing, where shorter than Labels
	Series  []Series
	Bands   []Band // behind the series, the widest first
	Moments []Moment
	Unit    string // "posts", "hours"; said once
	Label   string // heading of the labels: "Day"
	Tall    bool
	Decimal int    // digits after the separator
	Percent bool   // values are parts of a hundred and written so; the unit is said with each
	Missing string // stands in the table for a Gap of a series
}

// Day adds the label of a day: with its year where it is read alone, without it
// on the axis.
func (c *ChartProps) Day(p *i18n.Printer, t time.Time) {
	c.Labels, c.Axis = append(c.Labels, p.ShortDate(t)), append(c.Axis, p.DayMonth(t))
}

// Hour adds the label of a time of a day.
func (c *ChartProps) Hour(p *i18n.Printer, t time.Time) {
	clock := " " + p.Clock(t)
	c.Labels, c.Axis = append(c.Labels, p.ShortDate(t)+clock), append(c.Axis, p.DayMonth(t)+clock)
}

// tick is a value on the axis with its text.
type tick struct {
	Value float64 `json:"value"`
	Text  string  `json:"text"`
}

// chartData is what the script draws.
type chartData struct {
	Kind    string        `json:"kind"`
	Labels  []string      `json:"labels"`
	Axis    []string      `json:"axis,omitempty"`
	Series  []chartSeries `json:"series"`
	Bands   []chartBand   `json:"bands,omitempty"`
	Moments []chartMoment `json:"moments,omitempty"`
	Ticks   []tick        `json:"ticks"`
	Unit    string        `json:"unit,omitempty"`
}

type chartSeries struct {
	Name   string   `json:"name"`
	Values []number `json:"values"`
	Texts  []string `json:"texts"`
	Accent bool     `json:"accent,omitempty"`
	Kind   string   `json:"kind,omitempty"`
	Dashed bool     `json:"dashed,omitempty"`
}

type chartBand struct {
	Name  string   `json:"name"`
	Low   []number `json:"low"`
	High  []number `json:"high"`
	Texts []string `json:"texts"`
}

// number is a value for the script, null where there is none.
type number float64

// MarshalJSON writes it.
func (n number) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(n)) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

func numbers(values []float64) []number {
	out := make([]number, len(values))
	for i, v := range values {
		out[i] = number(v)
	}
	return out
}

type chartMoment struct {
	Index int    `json:"index"`
	Label string `json:"label"`
}

// text formats a value of the chart; empty where there is none.
func (c ChartProps) text(p *i18n.Printer, v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	if c.Percent {
		return p.Percent(v / 100)
	}
	if c.Decimal == 0 {
		return p.Number(int64(math.Round(v)))
	}
	return p.Decimal(v, c.Decimal)
}

// data prepares the chart for the script: every text in the page's language.
func (c ChartProps) data(p *i18n.Printer) chartData {
	d := chartData{Kind: or(c.Kind, ChartLine), Labels: c.Labels, Axis: c.Axis, Unit: c.Unit}
	for _, s := range c.Series {
		out := chartSeries{Name: s.Name, Values: numbers(s.Values), Accent: s.Accent, Kind: s.Kind, Dashed: s.Dashed}
		for _, v := range s.Values {
			out.Texts = append(out.Texts, c.text(p, v))
		}
		d.Series = append(d.Series, out)
	}
	for _, b := range c.Bands {
		out := chartBand{Name: b.Name, Low: numbers(b.Low), High: numbers(b.High)}
		for i := range b.Low {
			out.Texts = append(out.Texts, c.between(p, b, i))
		}
		d.Bands = append(d.Bands, out)
	}
	for _, m := range c.Moments {
		d.Moments = append(d.Moments, chartMoment(m))
	}
	for _, v := range ticks(c.top(), c.Decimal) {
		d.Ticks = append(d.Ticks, tick{v, c.tickText(p, v)})
	}
	return d
}

// between formats the interval of a label; empty where there is none.
func (c ChartProps) between(p *i18n.Printer, b Band, i int) string {
	if i >= len(b.Low) || i >= len(b.High) || math.IsNaN(b.Low[i]) {
		return ""
	}
	return c.text(p, b.Low[i]) + "–" + c.text(p, b.High[i])
}

// tickText is shorter than number: no digits after the separator where the
// value has none.
func (c ChartProps) tickText(p *i18n.Printer, v float64) string {
	if c.Percent {
		return p.Percent(v / 100)
	}
	if v == math.Trunc(v) {
		return p.Number(int64(v))
	}
	return p.Decimal(v, c.Decimal)
}

// top is the highest value that the axis must reach.
func (c ChartProps) top() float64 {
	top := 0.0
	sums := make([]float64, len(c.Labels))
	for _, s := range c.Series {
		for i, v := range s.Values {
			if math.IsNaN(v) {
				continue
			}
			top = max(top, v)
			if i < len(sums) {
				sums[i] += v
			}
		}
	}
	for _, b := range c.Bands {
		for _, v := range b.High {
			if !math.IsNaN(v) {
				top = max(top, v)
			}
		}
	}
	if c.Kind == ChartStack || c.Kind == ChartStream {
		for _, v := range sums {
			top = max(top, v)
		}
	}
	return top
}

// ticks are three to six round values from 0 up to at least top. Steps are 1,
// 2 or 5 times a power of ten, and whole when decimals is 0.
func ticks(top float64, decimals int) []float64 {
	if top <= 0 || math.IsNaN(top) || math.IsInf(top, 0) {
		return []float64{0, 1}
	}
	power := math.Pow(10, math.Floor(math.Log10(top/4)))
	step := power
	for _, m := range []float64{1, 2, 5, 10} {
		step = m * power
		if top/step <= 5 {
			break
		}
	}
	if decimals == 0 && step < 1 {
		step = 1
	}
	out := []float64{0}
	for v := step; ; v += step {
		out = append(out, math.Round(v*1e6)/1e6)
		if v >= top {
			return out
		}
	}
}

// sparkPoints draws values into a box of 100×28, oldest first from x=0. A Gap is
// passed over.
func sparkPoints(values []float64, rtl bool) string {
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if !math.IsNaN(v) {
			low, high = min(low, v), max(high, v)
		}
	}
	if high == low {
		high = low + 1
	}
	points := make([]byte, 0, len(values)*12)
	for i, v := range values {
		if math.IsNaN(v) {
			continue
		}
		x := 2 + 96*float64(i)/float64(len(values)-1)
		if rtl {
			x = 100 - x
		}
		points = appendFixed(points, x)
		points = append(points, ',')
		points = appendFixed(points, 25-22*(v-low)/(high-low))
		points = append(points, ' ')
	}
	return string(points)
}
