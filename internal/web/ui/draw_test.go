package ui

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"sifara/internal/i18n"
)

func TestTicksReachTheTopInRoundSteps(t *testing.T) {
	tests := []struct {
		name     string
		top      float64
		decimals int
		want     []float64
	}{
		{"nothing", 0, 0, []float64{0, 1}},
		{"not a number", math.NaN(), 0, []float64{0, 1}},
		{"one", 1, 0, []float64{0, 1}},
		{"few", 3, 0, []float64{0, 1, 2, 3}},
		{"tens", 48, 0, []float64{0, 10, 20, 30, 40, 50}},
		{"beyond a round value", 1240, 0, []float64{0, 500, 1000, 1500}},
		{"shares", 0.42, 2, []float64{0, 0.1, 0.2, 0.3, 0.4, 0.5}},
		{"huge", 9e12, 0, []float64{0, 2e12, 4e12, 6e12, 8e12, 1e13}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := ticks(tt.top, tt.decimals); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// The axis is short, what is read alone has its year; parts of a hundred say so.
func TestChartOfSharesByDay(t *testing.T) {
	words, err := i18n.Load(Locales())
	if err != nil {
		t.Fatal(err)
	}
	p := words.Printer(i18n.English)
	c := ChartProps{Percent: true, Decimal: 1, Series: []Series{{Name: "s", Values: []float64{12.5, Gap}}}}
	day := time.Date(2026, 11, 28, 14, 5, 0, 0, time.UTC)
	c.Day(p, day)
	c.Hour(p, day)
	d := c.data(p)
	if !slices.Equal(d.Labels, []string{"28/11/2026", "28/11/2026 14:05"}) || !slices.Equal(d.Axis, []string{"28/11", "28/11 14:05"}) {
		t.Errorf("got labels %q, axis %q", d.Labels, d.Axis)
	}
	if texts := d.Series[0].Texts; texts[0] != "12.5%" || texts[1] != "" {
		t.Errorf("got texts %q", texts)
	}
	if got := d.Ticks[1].Text; got != "5%" {
		t.Errorf("got %q on the axis", got)
	}
}

// The wanted places are d3-geo's geoNaturalEarth1 at the scale and centre of
// assets/build/world.mjs.
func TestPointsLieWhereTheMapIsDrawn(t *testing.T) {
	tests := []struct {
		name     string
		lat, lon float64
		x, y     float64
	}{
		{"the middle", 0, 0, 480, 246},
		{"Baghdad", 33.31, 44.37, 591.10, 143.73},
		{"Tokyo", 35.68, 139.69, 826.79, 136.44},
		{"Canberra", -35.28, 149.13, 850.78, 354.33},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x, y := project(tt.lat, tt.lon)
			if math.Abs(x-tt.x) > 0.1 || math.Abs(y-tt.y) > 0.1 {
				t.Errorf("got %.2f, %.2f; want %.2f, %.2f", x, y, tt.x, tt.y)
			}
		})
	}
}

func TestEveryKindHasItsIcon(t *testing.T) {
	for kind, name := range kindIcons {
		if _, ok := iconShapes[name]; !ok {
			t.Errorf("%s: no icon %q", kind, name)
		}
	}
	for name := range mirrored {
		if _, ok := iconShapes[name]; !ok {
			t.Errorf("mirrored: no icon %q", name)
		}
	}
}

func TestSparkRunsWithTheWriting(t *testing.T) {
	if got, want := sparkPoints([]float64{0, 10}, false), "2.0,25.0 98.0,3.0 "; got != want {
		t.Errorf("left to right: got %q, want %q", got, want)
	}
	if got, want := sparkPoints([]float64{0, 10}, true), "98.0,25.0 2.0,3.0 "; got != want {
		t.Errorf("right to left: got %q, want %q", got, want)
	}
	if got, want := sparkPoints([]float64{0, Gap, 10}, false), "2.0,25.0 98.0,3.0 "; got != want {
		t.Errorf("with a gap: got %q, want %q", got, want)
	}
	if got, want := sparkPoints([]float64{5, 5}, false), "2.0,25.0 98.0,25.0 "; got != want {
		t.Errorf("level: got %q, want %q", got, want)
	}
}

// What is not there is null for the script and a word in the table; an interval
// is written as one.
func TestChartsWithGapsAndBands(t *testing.T) {
	c := ChartProps{ID: "c", Labels: []string{"a", "b"}, Missing: "not told", Series: []Series{{Name: "s", Values: []float64{7, Gap}}}, Bands: []Band{{Name: "band", Low: []float64{Gap, 3}, High: []float64{Gap, 40}}}}
	var out strings.Builder
	if err := Chart(c).Render(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"values":[7,null]`, `"low":[null,3]`, "not told", "٣–٤٠"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %s in %s", want, out.String())
		}
	}
	if got := c.top(); got != 40 {
		t.Errorf("the axis ends at %v, want 40", got)
	}
}
