package listenweb

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/listen/score"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

const (
	scorecardPath = root + "/scorecard"
	scoreCSVPath  = root + "/scorecard.csv"
	eventsPath    = root + "/events"
)

// scoreSpans are the periods of the scorecard in days, the first is the usual
// one.
var scoreSpans = []struct {
	name string
	days int
}{{"year", 364}, {"quarter", 91}, {"month", 30}}

type scorePage struct {
	desk
	tabs           []ui.Tab
	stats          []ui.StatProps
	chart          ui.ChartProps
	topics, months ui.TableProps
	events         []eventRow
	empty, may     bool
	csv            string

	form    score.Event
	typed   func(name string) string
	errors  map[string]string
	choices []ui.Option
	places  []ui.Option
}

type eventRow struct {
	id, title, about, when, origin string
	drop                           bool
}

// scoreSpan reads the period that is asked for. It ends with the newest post or
// now, whichever is later: imports may be of the past.
func (p pages) scoreSpan(ctx context.Context, name string) (from, to time.Time, chosen string, err error) {
	s := scoreSpans[0]
	for _, x := range scoreSpans {
		if x.name == name {
			s = x
		}
	}
	_, last, err := p.svc.Extent(ctx)
	to = hourAfter(last)
	return to.AddDate(0, 0, -s.days), to, s.name, err
}

// scorecard shows what came of the warnings: GET span=year|quarter|month.
func (p pages) scorecard(w http.ResponseWriter, r *http.Request) error {
	return p.showScorecard(w, r, score.Event{}, func(string) string { return "" }, nil)
}

func (p pages) showScorecard(w http.ResponseWriter, r *http.Request, form score.Event, typed func(string) string, cause error) error {
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	from, to, chosen, err := p.scoreSpan(ctx, r.URL.Query().Get("span"))
	if err != nil {
		return err
	}
	card, err := p.scores.Card(ctx, from, to)
	if err != nil {
		return err
	}
	topics, err := p.svc.Topics(ctx)
	if err != nil {
		return err
	}
	v := scorePage{desk: d, form: form, typed: typed, errors: web.Errors(r, cause), may: d.actor.May(listen.Warn), csv: scoreCSVPath + "?span=" + chosen, places: d.countries(form.Country)}
	for _, s := range scoreSpans {
		v.tabs = append(v.tabs, ui.Tab{Label: d.T("listen.span." + s.name), Href: scorecardPath + "?span=" + s.name, Active: s.name == chosen})
	}
	v.empty = card.Total.Warnings()+card.Total.Warned+card.Total.Missed == 0
	v.figures(card, topicMap(topics))
	for _, t := range topics {
		v.choices = append(v.choices, ui.Option{Value: t.ID, Label: t.Name(d.p.Lang()), Checked: t.ID == form.TopicID})
	}
	if err := p.eventRows(ctx, &v, from, to, topicMap(topics)); err != nil {
		return err
	}
	status := 0
	if cause != nil {
		status = http.StatusUnprocessableEntity
	}
	return web.Render(w, r, web.Page{
		Title: d.T("listen.score"), Intro: d.T("listen.score.intro"), Status: status, Crumbs: d.crumbs(ui.Link{Label: d.T("listen.warnings"), Href: warningsPath}), Body: scoreBody(v),
		Actions: ui.Btn(ui.Button{Label: d.T("listen.export.csv"), Icon: "download", Href: v.csv, Quiet: true}),
	})
}

// figures fills in what the card says.
func (v *scorePage) figures(c score.Card, topics map[string]listen.Topic) {
	n := func(i int) string { return v.p.Int(i) }
	v.stats = []ui.StatProps{
		{Label: v.T("listen.score.hits"), Value: n(c.Total.Hits), Icon: "circle-check"},
		{Label: v.T("listen.score.false"), Value: n(c.Total.FalseAlarms), Icon: "circle-x", Note: v.T("listen.score.a_month", "rate", v.p.Decimal(c.Total.PerMonth, 2))},
		{Label: v.T("listen.score.unclear"), Value: n(c.Total.Unclear), Icon: "help-circle", Note: v.T("listen.score.unjudged", "count", c.Total.Unjudged)},
		{Label: v.T("listen.score.missed"), Value: n(c.Total.Missed), Icon: "eye-off", Note: v.T("listen.score.of_events", "count", c.Total.Missed+c.Total.Warned)},
		{Label: v.T("listen.score.lead"), Value: v.lead(c.Total.Lead), Icon: "clock", Note: v.T("listen.score.lead.note")},
	}
	if l := c.Total.Lead; l != nil && l.Of > 1 { // the range is too long for a figure
		v.stats[4].Value, v.stats[4].Note = v.lead(&score.Leads{Of: 1, Median: l.Median}), v.lead(l)
	}
	cols := func(first string) []ui.Column {
		out := []ui.Column{{Label: v.T(first)}}
		for _, k := range []string{"hits", "false", "unclear", "open", "missed", "warned"} {
			out = append(out, ui.Column{Label: v.T("listen.score." + k), Numeric: true})
		}
		return append(out, ui.Column{Label: v.T("listen.score.lead")}, ui.Column{Label: v.T("listen.score.event_lead")})
	}
	row := func(name ui.Cell, l score.Line) ui.Row {
		cells := []ui.Cell{name}
		for _, x := range []int{l.Hits, l.FalseAlarms, l.Unclear, l.Unjudged, l.Missed, l.Warned} {
			cells = append(cells, ui.TextCell(n(x)))
		}
		return ui.Row{Cells: append(cells, ui.TextCell(v.lead(l.Lead)), ui.TextCell(v.lead(l.EventLead)))}
	}
	v.topics = ui.TableProps{ID: "by-topic", Caption: v.T("listen.score.by_topic"), Columns: cols("listen.rate.subject")}
	for _, l := range c.Topics {
		v.topics.Rows = append(v.topics.Rows, row(v.subject(l, topics), l))
	}
	v.months = ui.TableProps{ID: "by-month", Caption: v.T("listen.score.by_month"), Columns: cols("listen.score.month")}
	v.chart = ui.ChartProps{ID: "months", Title: v.T("listen.score.by_month"), Kind: ui.ChartBar, Label: v.T("listen.score.month"), Unit: v.T("listen.score.warnings")}
	series := []ui.Series{{Name: v.T("listen.score.hits")}, {Name: v.T("listen.score.false"), Accent: true}, {Name: v.T("listen.score.unclear")}, {Name: v.T("listen.score.missed")}}
	for _, l := range c.Months {
		label := l.Key
		if t, err := time.Parse("2006-01", l.Key); err == nil {
			label = v.p.MonthYear(t)
		}
		v.months.Rows = append(v.months.Rows, row(ui.TextCell(label), l))
		v.chart.Labels = append(v.chart.Labels, label)
		for i, x := range []int{l.Hits, l.FalseAlarms, l.Unclear, l.Missed} {
			series[i].Values = append(series[i].Values, float64(x))
		}
	}
	v.chart.Series = series
}

// subject names a line, with its false alarms against the rate that is borne.
func (v *scorePage) subject(l score.Line, topics map[string]listen.Topic) ui.Cell {
	sub := ""
	if l.Rate > 0 {
		sub = v.T("listen.score.against", "seen", v.p.Decimal(l.PerMonth, 2), "rate", v.p.Decimal(l.Rate, 2))
	}
	switch l.Key {
	case listen.RateOfTags, listen.RateOfPlaces:
		return ui.Cell{Text: v.T("listen.rate." + l.Key), Sub: sub}
	case score.OtherDesks:
		return ui.Cell{Text: v.T("listen.score.other"), Sub: sub}
	}
	return ui.Cell{Text: topics[l.Key].Name(v.p.Lang()), Href: topicHref(topics[l.Key]), Sub: sub}
}

// lead writes a median and its range.
func (v *scorePage) lead(l *score.Leads) string {
	if l == nil {
		return v.T("listen.score.no_lead")
	}
	span := func(minutes float64) string {
		d := time.Duration(minutes * float64(time.Minute))
		if d < 0 {
			return v.T("listen.score.late", "span", v.p.Duration(d))
		}
		return v.p.Duration(d)
	}
	if l.Of == 1 {
		return span(l.Median)
	}
	return v.T("listen.score.range", "median", span(l.Median), "least", span(l.Least), "most", span(l.Most))
}

func (p pages) eventRows(ctx context.Context, v *scorePage, from, to time.Time, topics map[string]listen.Topic) error {
	list, err := p.scores.Events(ctx, from, to)
	if err != nil {
		return err
	}
	for _, e := range list {
		row := eventRow{id: e.ID, title: e.Title, when: v.when(e.BeganAt), origin: e.Origin, drop: e.MayWithdraw(v.actor)}
		if t, ok := topics[e.TopicID]; ok {
			row.about = t.Name(v.p.Lang())
		}
		if e.Country != "" && row.about != "" {
			row.about = v.T("listen.warning.in_country", "topic", row.about, "country", v.p.Country(e.Country))
		} else if e.Country != "" {
			row.about = v.p.Country(e.Country)
		}
		v.events = append(v.events, row)
	}
	return nil
}

func (p pages) enterEvent(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	e := score.Event{ID: id.New(), Title: f.Raw("title"), TopicID: f.Raw("topic"), Origin: f.Raw("origin"), Country: pick(f.Raw("country"), d.countries(""))}
	if t := f.DateTime("began", d.zone); !t.IsZero() {
		e.BeganAt = db.At(t)
	}
	if err = f.Err(); err == nil {
		err = p.scores.Enter(r.Context(), e)
	}
	if x, ok := errors.AsType[*errs.Error](err); ok && x.Kind == errs.Invalid && len(x.Fields) > 0 {
		return p.showScorecard(w, r, e, f.Raw, err)
	}
	if err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "listen.event.entered"))
	return web.Redirect(w, r, scorecardPath)
}

func (p pages) withdrawEvent(w http.ResponseWriter, r *http.Request) error {
	if err := p.scores.Withdraw(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "listen.event.withdrawn"))
	return web.Redirect(w, r, scorecardPath)
}

// scoreCSV is the scorecard as a file: a line for the whole, each topic and each
// month.
func (p pages) scoreCSV(w http.ResponseWriter, r *http.Request) error {
	from, to, _, err := p.scoreSpan(r.Context(), r.URL.Query().Get("span"))
	if err != nil {
		return err
	}
	card, err := p.scores.Card(r.Context(), from, to)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="scorecard.csv"`)
	c := csv.NewWriter(w)
	_ = c.Write([]string{"of", "key", "from", "to", "hits", "false_alarms", "unclear", "unjudged", "events_warned", "events_missed", "false_alarms_per_month", "rate", "lead_median_minutes", "lead_least", "lead_most"})
	for _, part := range []struct {
		of    string
		lines []score.Line
	}{{"total", []score.Line{card.Total}}, {"topic", card.Topics}, {"month", card.Months}} {
		for _, l := range part.lines {
			row := []string{part.of, l.Key, card.From.Format(time.DateOnly), card.To.Format(time.DateOnly)}
			for _, n := range []int{l.Hits, l.FalseAlarms, l.Unclear, l.Unjudged, l.Warned, l.Missed} {
				row = append(row, strconv.Itoa(n))
			}
			row = append(row, fmt.Sprintf("%.3f", l.PerMonth), fmt.Sprintf("%g", l.Rate))
			if l.Lead != nil {
				row = append(row, fmt.Sprintf("%.0f", l.Lead.Median), fmt.Sprintf("%.0f", l.Lead.Least), fmt.Sprintf("%.0f", l.Lead.Most))
			} else {
				row = append(row, "", "", "")
			}
			_ = c.Write(row)
		}
	}
	c.Flush()
	return c.Error()
}
