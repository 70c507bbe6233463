package publishweb

import (
	"net/url"
	"time"

	"sifara/internal/publish/response"
	"sifara/internal/web/ui"
)

// adviceText says what the counts show, and from what.
func (d *desk) adviceText(a response.Advice) string {
	switch a.Verdict {
	case response.Few:
		return d.t("publish.best.few", "count", a.Releases, "hours", response.Hours, "min", response.MinReleases)
	case response.Flat:
		return d.t("publish.best.flat", "count", a.Releases)
	}
	if len(a.Times) == 0 {
		return d.t("publish.best.blocked", "count", a.Releases)
	}
	return d.t("publish.best.reason", "count", a.Releases, "hours", response.Hours)
}

// adviceTable lists the hours that are advised; each leads to looking at it.
func (p releasePage) adviceTable(a response.Advice) ui.TableProps {
	d := p.d()
	caption := d.t("publish.best.all")
	if a.Lang != "" {
		caption = d.t("publish.best.lang", "lang", a.Lang)
	}
	t := ui.TableProps{Caption: caption, Visible: len(p.advice) > 1, Columns: []ui.Column{{Label: d.t("publish.best.when")}, {Label: d.t("publish.best.gain"), Numeric: true}, {Label: d.t("publish.best.interval")}, {Label: d.t("publish.best.releases"), Numeric: true}}}
	for _, x := range a.Times {
		when := d.p.DateWeekday(x.At) + " · " + d.p.Clock(x.At)
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: when, Href: messagePath(p.m.ID) + "/release?" + url.Values{"at": {x.At.UTC().Format(time.RFC3339)}}.Encode()},
			{Text: d.p.Percent(x.Gain)}, {Text: d.t("publish.best.between", "low", d.p.Percent(x.Low), "high", d.p.Percent(x.High))}, {Text: d.p.Int(x.Releases)}}})
	}
	return t
}
