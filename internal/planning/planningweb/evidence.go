package planningweb

import (
	"context"
	"time"

	"sifara/internal/i18n"
	"sifara/internal/planning"
	"sifara/internal/web/ui"
)

// evidenceFacts are the particulars of a warning as the file keeps them.
func evidenceFacts(ctx context.Context, e *planning.Evidence, zone *time.Location) []ui.KeyValue {
	p := i18n.From(ctx)
	out := []ui.KeyValue{
		{Key: p.T("planning.evidence.topic"), Value: e.Name(p.Lang())},
		{Key: p.T("planning.evidence.since"), Value: p.DateTime(e.Since.In(zone))},
		{Key: p.T("planning.evidence.observed"), Value: p.Number(e.Observed)},
		{Key: p.T("planning.evidence.expected"), Value: p.Decimal(e.Expected, 1)},
	}
	if len(e.Words) > 0 {
		out = append(out, ui.KeyValue{Key: p.T("planning.evidence.words"), Comp: wordTags(e.Words)})
	}
	return out
}

// evidenceChart draws seen against expected by the hour.
func evidenceChart(ctx context.Context, e *planning.Evidence, zone *time.Location) ui.ChartProps {
	p := i18n.From(ctx)
	seen, expected := ui.Series{Name: p.T("planning.evidence.seen"), Accent: true}, ui.Series{Name: p.T("planning.evidence.expected")}
	c := ui.ChartProps{ID: "evidence-chart", Title: p.T("planning.evidence.chart"), Kind: ui.ChartLine, Label: p.T("planning.evidence.hour")}
	marked := false
	for i, h := range e.Hours {
		c.Hour(p, h.From.In(zone))
		seen.Values = append(seen.Values, float64(h.Posts))
		expected.Values = append(expected.Values, h.Expected)
		if h.Burst && !marked {
			c.Moments, marked = append(c.Moments, ui.Moment{Index: i, Label: p.T("planning.evidence.burst")}), true
		}
	}
	c.Series = []ui.Series{seen, expected}
	return c
}
