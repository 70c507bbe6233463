package assessweb

import (
	"context"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"sifara/internal/assess"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// question is what the reader wants compared.
type question struct {
	period  assess.Period
	mission string // "-" is the ministry itself
	end     string // as in the address; empty is today
	after   publish.Place
}

// ask reads the question from the address; what makes no sense is as if it
// were not there.
func (p pages) ask(r *http.Request) question {
	ctx, q := r.Context(), r.URL.Query()
	days, _ := strconv.Atoi(q.Get("days"))
	end, err := time.ParseInLocation(time.DateOnly, q.Get("end"), p.Org.Zone(ctx, ""))
	out := question{period: p.Period(ctx, days, end), mission: q.Get("mission")}
	if err == nil {
		out.end = q.Get("end")
	}
	at, message, _ := strings.Cut(q.Get("after"), ".")
	if n, err := strconv.ParseInt(at, 10, 64); err == nil && id.Valid(message) {
		out.after = publish.Place{At: db.Time(n), ID: message}
	}
	return out
}

// href is the address of a question about the same, changed by pairs.
func (q question) href(path string, change ...string) string {
	v := url.Values{"days": {strconv.Itoa(q.period.Days)}}
	if q.mission != "" {
		v.Set("mission", q.mission)
	}
	if q.end != "" {
		v.Set("end", q.end)
	}
	for i := 0; i+1 < len(change); i += 2 {
		if change[i+1] == "" {
			v.Del(change[i])
		} else {
			v.Set(change[i], change[i+1])
		}
	}
	return path + "?" + v.Encode()
}

// overviewPage compares missions and statements.
type overviewPage struct {
	p          *i18n.Printer
	q          question
	now        time.Time
	o          assess.Overview
	statements []assess.Statement
	next       publish.Place
	names      map[string]string // of places; "" is the ministry
	choices    []ui.Option
	links      links
}

// links say what the reader may open of other contexts.
type links struct{ inbox, messages, warnings, decisions, topics bool }

func linksOf(ctx context.Context) links {
	a := perm.From(ctx)
	return links{inbox: a.May("engage.view"), messages: a.May("publish.view"), warnings: a.May("listen.view"), decisions: a.May("planning.view"), topics: a.May("listen.view")}
}

// overview shows the figures: GET /console/assess?days=…&mission=…&end=…
func (p pages) overview(w http.ResponseWriter, r *http.Request) error {
	page, err := p.read(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, web.Page{Title: web.T(r, "assess.title"), Intro: web.T(r, "assess.intro"), Body: overviewBody(page), Wide: true})
}

func (p pages) read(r *http.Request) (page overviewPage, err error) {
	ctx := r.Context()
	page = overviewPage{p: i18n.From(ctx), q: p.ask(r), now: p.Clock.Now(), links: linksOf(ctx)}
	if page.o, err = p.Overview(ctx, page.q.period, page.q.mission); err != nil {
		return page, err
	}
	if page.statements, page.next, err = p.Statements(ctx, page.q.period, page.q.mission, page.q.after); err != nil {
		return page, err
	}
	page.names, page.choices, err = p.places(ctx, page.q.mission)
	return page, err
}

// places names the missions and offers those that the reader may compare.
func (p pages) places(ctx context.Context, chosen string) (map[string]string, []ui.Option, error) {
	l, a := i18n.From(ctx).Lang(), perm.From(ctx)
	missions, err := p.Org.Missions(ctx)
	if err != nil {
		return nil, nil, err
	}
	names := map[string]string{"": i18n.T(ctx, "assess.ministry")}
	var options []ui.Option
	if a.MayIn(assess.View, perm.Everywhere()) {
		options = append(options, ui.Option{Value: "-", Label: names[""], Checked: chosen == "-"})
	}
	for _, m := range missions {
		names[m.ID] = m.Name(l)
		if a.MayIn(assess.View, perm.InMission(m.ID)) {
			options = append(options, ui.Option{Value: m.ID, Label: names[m.ID], Checked: chosen == m.ID})
		}
	}
	return names, options, nil
}

// panel shows last week's figures on the Today page.
func (p pages) panel(r *http.Request) (templ.Component, error) {
	ctx := r.Context()
	q := question{period: p.Period(ctx, 7, time.Time{})}
	o, err := p.Overview(ctx, q.period, "")
	if errs.KindOf(err) == errs.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return statCards(overviewPage{p: i18n.From(ctx), q: q, o: o, links: linksOf(ctx)}), nil
}

// change compares a figure with the period before: "+12%".
func change(p *i18n.Printer, now, before float64) (text string, up, same bool) {
	if before == 0 {
		return "", false, false
	}
	share := (now - before) / before
	sign := "+"
	switch {
	case now == before:
		sign = ""
	case share < 0:
		sign = "−"
	}
	return sign + p.Percent(math.Abs(share)), share > 0, now == before
}

func (o overviewPage) cards() []ui.StatProps {
	p, now, before := o.p, o.o.Total, o.o.Before
	card := func(key, icon, href string, a, b int64, moreIsGood ui.Kind) ui.StatProps {
		s := ui.StatProps{Label: p.T(key), Icon: icon, Value: p.Number(a), Href: href, Good: ui.Neutral, Note: p.T("assess.before", "number", b)}
		s.Change, s.Up, s.Same = change(p, float64(a), float64(b))
		if s.Up {
			s.Good = moreIsGood
		}
		return s
	}
	here := o.q.href(root)
	inbox := ""
	if o.links.inbox {
		inbox = "/console/inbox"
	}
	cards := []ui.StatProps{
		card("assess.released", "speakerphone", here+"#statements", int64(now.Released), int64(before.Released), ui.Neutral),
		card("assess.views", "eye", here+"#missions", now.Reading.Views, before.Reading.Views, ui.Success),
		card("assess.readers", "users", here+"#missions", now.Reading.Readers, before.Reading.Readers, ui.Success),
		card("assess.feed_readers", "rss", here+"#missions", now.Reading.FeedReaders, before.Reading.FeedReaders, ui.Success),
		card("assess.asked", "message-question", inbox, int64(now.Questions.Asked), int64(before.Questions.Asked), ui.Neutral),
		card("assess.answered", "message", inbox, int64(now.Questions.Answered), int64(before.Questions.Answered), ui.Success),
	}
	if now.Questions.MedianHours > 0 {
		s := ui.StatProps{Label: p.T("assess.median"), Icon: "clock", Value: hours(p, now.Questions.MedianHours), Href: inbox, Good: ui.Neutral}
		if before.Questions.MedianHours > 0 {
			s.Note = p.T("assess.before", "number", hours(p, before.Questions.MedianHours))
		}
		cards = append(cards, s)
	}
	return cards
}

// hours writes a length of time that came as hours.
func hours(p *i18n.Printer, h float64) string {
	if h == 0 {
		return "–"
	}
	return p.Duration(max(time.Duration(h*float64(time.Hour)).Round(time.Minute), time.Minute))
}

// chart compares the views of the missions, the most read first.
func (o overviewPage) chart() ui.ChartProps {
	sums := slices.Clone(o.o.Missions)
	slices.SortStableFunc(sums, func(a, b assess.Sum) int { return int(b.Reading.Views - a.Reading.Views) })
	c := ui.ChartProps{ID: "missions-chart", Title: o.p.T("assess.chart"), Kind: ui.ChartRows, Label: o.p.T("assess.mission"), Tall: true}
	views, asked := ui.Series{Name: o.p.T("assess.views"), Accent: true}, ui.Series{Name: o.p.T("assess.asked")}
	for _, s := range sums[:min(len(sums), 15)] {
		c.Labels = append(c.Labels, o.names[s.MissionID])
		views.Values = append(views.Values, float64(s.Reading.Views))
		asked.Values = append(asked.Values, float64(s.Questions.Asked))
	}
	c.Series = []ui.Series{views, asked}
	return c
}

// missionKey is how a place stands in an address.
func missionKey(place string) string {
	if place == "" {
		return "-"
	}
	return place
}

func (o overviewPage) tabs() []ui.Tab {
	var tabs []ui.Tab
	for _, d := range assess.PeriodLengths {
		tabs = append(tabs, ui.Tab{Label: o.p.T("assess.days", "count", d), Href: o.q.href(root, "days", strconv.Itoa(d)), Active: d == o.q.period.Days})
	}
	return tabs
}

// around leads to the periods before and after.
func (o overviewPage) around() ui.PageLinks {
	p := o.q.period
	out := ui.PageLinks{OlderHref: o.q.href(root, "end", p.From.AddDate(0, 0, -1).Format(time.DateOnly)),
		Summary: o.p.T("assess.from_to", "from", o.p.Date(p.From), "to", o.p.Date(p.To.AddDate(0, 0, -1)))}
	if next := p.To.AddDate(0, 0, p.Days-1); p.To.Before(o.now) {
		out.NewerHref = o.q.href(root, "end", next.Format(time.DateOnly))
		if next.After(o.now) {
			out.NewerHref = o.q.href(root, "end", "")
		}
	}
	return out
}

// more leads to further statements.
func (o overviewPage) more() ui.PageLinks {
	var out ui.PageLinks
	if o.q.after.At != 0 {
		out.NewerHref = o.q.href(root) + "#statements"
	}
	if o.next.At != 0 {
		out.OlderHref = o.q.href(root, "after", strconv.FormatInt(int64(o.next.At), 10)+"."+o.next.ID) + "#statements"
	}
	return out
}

// trend is the volume of a topic by day, for a small line.
func trend(v *assess.Volume) []float64 {
	out := make([]float64, len(v.Days))
	for i, n := range v.Days {
		out[i] = float64(n)
	}
	return out
}

// moved writes how the volume changed, or what is known so far.
func moved(p *i18n.Printer, v *assess.Volume) string {
	if share, ok := v.Change(); ok {
		sign := "+"
		if share < 0 {
			sign = "−"
		}
		return sign + p.Percent(math.Abs(share))
	}
	if !v.Complete {
		return p.T("assess.so_far")
	}
	return ""
}
