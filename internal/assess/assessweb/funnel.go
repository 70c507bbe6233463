package assessweb

import (
	"sifara/internal/assess"
	"sifara/internal/web/ui"
)

// funnelChart draws how many warnings came to each step.
func (o overviewPage) funnelChart() ui.ChartProps {
	c := ui.ChartProps{ID: "funnel-chart", Title: o.p.T("assess.funnel"), Kind: ui.ChartRows, Label: o.p.T("assess.funnel.step")}
	reached := ui.Series{Name: o.p.T("assess.warnings")}
	for _, f := range o.o.Funnel {
		c.Labels = append(c.Labels, o.stepName(f.Step))
		reached.Values = append(reached.Values, float64(f.Count))
	}
	c.Series = []ui.Series{reached}
	return c
}

// funnelTable says the same with shares and times.
func (o overviewPage) funnelTable() ui.TableProps {
	t := ui.TableProps{ID: "funnel-table", Caption: o.p.T("assess.funnel"), Columns: []ui.Column{
		{Label: o.p.T("assess.funnel.step")}, {Label: o.p.T("assess.warnings"), Numeric: true}, {Label: o.p.T("assess.funnel.share"), Numeric: true}, {Label: o.p.T("assess.funnel.time")},
	}}
	for _, f := range o.o.Funnel {
		share, took := "–", "–"
		if all := o.o.Funnel[0].Count; all > 0 {
			share = o.p.Percent(float64(f.Count) / float64(all))
		}
		if f.Timed > 0 {
			took = o.p.T("assess.funnel.since", "span", hours(o.p, max(f.Hours, 1.0/60)), "step", o.stepName(f.Since))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{ui.TextCell(o.stepName(f.Step)), ui.TextCell(o.p.Int(f.Count)), ui.TextCell(share), ui.TextCell(took)}})
	}
	return t
}

func (o overviewPage) stepName(s assess.Step) string { return o.p.T("assess.step." + string(s)) }
