package assessweb

import (
	"net/http"
	"strconv"
	"time"

	"sifara/internal/assess"
	"sifara/internal/i18n"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

func itoa(n int) string { return strconv.Itoa(n) }

// loopPage shows one statement's whole way.
type loopPage struct {
	p     *i18n.Printer
	l     assess.Loop
	place string
	zone  *time.Location
	links links
}

// loop shows the way of a statement: GET /console/assess/statements/{id}
func (p pages) loop(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	l, err := p.Loop(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	names, _, err := p.places(ctx, "")
	if err != nil {
		return err
	}
	page := loopPage{p: i18n.From(ctx), l: l, place: names[l.Statement.MissionID], zone: p.Org.Zone(ctx, l.Statement.MissionID), links: linksOf(ctx)}
	title, _ := l.Statement.Title(page.p.Lang())
	crumb := ui.Link{Label: web.T(r, "assess.title"), Href: root}
	return web.Render(w, r, web.Page{Title: title, Intro: web.T(r, "assess.loop_intro"), Crumbs: []ui.Link{crumb}, Body: loopBody(page)})
}

var stageIcons = map[assess.Stage]string{
	assess.Listened: "ear", assess.Decided: "gavel", assess.Drafted: "pencil", assess.Approved: "rubber-stamp",
	assess.Published: "speakerphone", assess.Conversed: "messages", assess.Measured: "chart-histogram",
}

func (l loopPage) steps() []ui.Step {
	var out []ui.Step
	for _, m := range l.l.Marks {
		s := ui.Step{Title: l.p.T("assess.stage."+string(m.Stage)) + ": " + l.p.T(m.Key, m.Args...), Note: l.named(m), State: ui.Done, Icon: stageIcons[m.Stage]}
		if !m.At.IsZero() {
			s.When = l.p.DateTime(m.At.In(l.zone))
		}
		if m.Failed {
			s.State, s.Icon = ui.Failed, ""
		}
		if m.Href != "" {
			s.Comp = ui.Btn(ui.Button{Label: l.p.T("assess.open"), Href: m.Href, Quiet: true, Small: true})
		}
		out = append(out, s)
	}
	return out
}

// named is the name of what a mark is about, in the reader's language or any.
func (l loopPage) named(m assess.Mark) string {
	for _, x := range append([]i18n.Lang{l.p.Lang()}, i18n.Langs...) {
		if t := m.Title[x]; t != "" {
			return t
		}
	}
	return ""
}

func (l loopPage) cards() []ui.StatProps {
	s := l.l.Statement
	inbox := ""
	if l.links.inbox {
		inbox = "/console/inbox"
	}
	return []ui.StatProps{
		{Label: l.p.T("assess.views"), Icon: "eye", Value: l.p.Number(s.Reading.Views), Href: "#daily"},
		{Label: l.p.T("assess.readers"), Icon: "users", Value: l.p.Number(s.Reading.Readers), Href: "#daily"},
		{Label: l.p.T("assess.feed_readers"), Icon: "rss", Value: l.p.Number(s.Reading.FeedReaders)},
		{Label: l.p.T("assess.asked"), Icon: "message-question", Value: l.p.Int(s.Questions.Asked), Href: inbox},
		{Label: l.p.T("assess.answered"), Icon: "message", Value: l.p.Int(s.Questions.Answered), Href: inbox},
		{Label: l.p.T("assess.median"), Icon: "clock", Value: hours(l.p, s.Questions.MedianHours)},
	}
}

// daily are the views of each day since the release, days without any too.
func (l loopPage) daily() ui.ChartProps {
	c := ui.ChartProps{ID: "daily-chart", Title: l.p.T("assess.daily"), Kind: ui.ChartBar, Label: l.p.T("assess.day")}
	s := ui.Series{Name: l.p.T("assess.views"), Accent: true}
	if len(l.l.Daily) > 0 {
		by := map[string]int64{}
		for _, d := range l.l.Daily {
			by[d.Day.Format(time.DateOnly)] = d.Views
		}
		first, last := l.l.Daily[0].Day, l.l.Daily[len(l.l.Daily)-1].Day
		if last.Sub(first) > 120*24*time.Hour {
			first = last.AddDate(0, 0, -120)
		}
		for d := first; !d.After(last); d = d.AddDate(0, 0, 1) {
			c.Day(l.p, d)
			s.Values = append(s.Values, float64(by[d.Format(time.DateOnly)]))
		}
	}
	c.Series = []ui.Series{s}
	return c
}

// volume is how much was spoken of the topic around the release.
func (l loopPage) volume() ui.ChartProps {
	v := l.l.Statement.Topic
	c := ui.ChartProps{ID: "volume-chart", Title: l.p.T("assess.volume"), Kind: ui.ChartBar, Label: l.p.T("assess.day"), Moments: []ui.Moment{{Index: assess.Around, Label: l.p.T("assess.release")}}}
	from := l.l.Statement.ReleasedAt.In(l.zone).AddDate(0, 0, -assess.Around)
	for i := range v.Days {
		c.Day(l.p, from.AddDate(0, 0, i))
	}
	c.Series = []ui.Series{{Name: l.p.T("assess.posts"), Values: trend(v), Accent: true}}
	return c
}
