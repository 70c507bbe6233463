package listenweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"sifara/internal/i18n"
	"sifara/internal/listen"
	"sifara/internal/search"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// topicSpans are the periods of a topic's page, the first is the usual one.
var topicSpans = []struct {
	name       string
	span, step time.Duration
	days       int // that are one piece of a chart by the day
}{
	{"month", 30 * 24 * time.Hour, 24 * time.Hour, 1},
	{"week", 7 * 24 * time.Hour, 6 * time.Hour, 1},
	{"quarter", 91 * 24 * time.Hour, 24 * time.Hour, 7},
	{"year", 364 * 24 * time.Hour, 7 * 24 * time.Hour, 14},
}

type topicPage struct {
	desk
	t         listen.Topic
	from, to  time.Time
	step      time.Duration
	days      int
	asked     url.Values
	empty     bool
	tabs      []ui.Tab
	stats     []ui.StatProps
	volume    ui.ChartProps
	share     ui.ChartProps
	ahead     ui.ChartProps // without labels: not enough data
	next      string        // what the next day is expected to bring
	mood      ui.ChartProps
	acts      ui.ChartProps
	sources   ui.ChartProps
	countries ui.ChartProps
	places    []ui.MapPoint
	multiples []ui.StatProps
	table     ui.TableProps // the multiples as figures
	words     []ui.Link
	stories   []storyView
	warnings  []warningRow
	filters   []ui.Tab
	posts     []postView
	links     ui.PageLinks
	facts     []ui.KeyValue
	terms     []ui.Link
	wordings  []ui.KeyValue
	search    string
	may       bool
}

func (p pages) topic(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	t, err := p.svc.Topic(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	v := topicPage{desk: d, t: t, asked: r.URL.Query(), may: d.actor.MayIn(listen.ManageTopics, t.Scope()), search: searchHref(t.Query())}
	_, last, err := p.svc.Extent(ctx)
	if err != nil {
		return err
	}
	v.period(last)
	if v.empty = last.IsZero(); !v.empty {
		for _, part := range []func(context.Context, *topicPage) error{p.topicVolume, p.topicAhead, p.topicFacets, p.topicTelling, p.topicPosts} {
			if err := part(ctx, &v); err != nil {
				return err
			}
		}
	}
	v.about()
	k := kind(t)
	page := web.Page{Title: t.Name(d.p.Lang()), Crumbs: d.crumbs(ui.Link{Label: d.T(k.list("")), Href: k.path}), Body: topicBody(v)}
	if v.may {
		page.Actions = ui.Btn(ui.Button{Label: d.T(k.words + ".edit"), Icon: "edit", Href: topicHref(t) + "/edit", Quiet: true})
	}
	return web.Render(w, r, page)
}

// period chooses the time that the page shows: it ends with the newest post.
func (v *topicPage) period(last time.Time) {
	chosen := topicSpans[0]
	for _, s := range topicSpans {
		if s.name == v.asked.Get("span") {
			chosen = s
		}
	}
	for _, i := range []int{1, 0, 2, 3} {
		s := topicSpans[i]
		v.tabs = append(v.tabs, ui.Tab{Label: v.T("listen.span." + s.name), Href: v.href("span", s.name), Active: s.name == chosen.name})
	}
	v.to, v.step, v.days = hourAfter(last), chosen.step, chosen.days
	v.from = v.to.Add(-chosen.span)
}

// href is the page with one part of the question changed; the filters of posts
// exclude each other.
func (v *topicPage) href(name, value string) string {
	q := url.Values{}
	for _, k := range []string{"span", "sentiment", "act", "crisis"} {
		if x := v.asked.Get(k); x != "" && (k == "span" || name == "span" || name == "before") {
			q.Set(k, x)
		}
	}
	if value != "" {
		q.Set(name, value)
	}
	if len(q) == 0 {
		return topicHref(v.t)
	}
	return topicHref(v.t) + "?" + q.Encode()
}

// topicVolume draws how much is said, how much of all that is, and where
// warnings were raised.
func (p pages) topicVolume(ctx context.Context, v *topicPage) error {
	bins, err := p.svc.Volume(ctx, v.t.ID, v.from, v.to, v.step)
	if err != nil {
		return err
	}
	all, err := p.svc.Volume(ctx, "", v.from, v.to, v.step)
	if err != nil {
		return err
	}
	before, err := p.svc.Volume(ctx, v.t.ID, v.from.Add(v.from.Sub(v.to)), v.from, v.to.Sub(v.from))
	if err != nil {
		return err
	}
	list, _, err := p.svc.Warnings(ctx, listen.WarningFilter{TopicID: v.t.ID, Limit: 50})
	if err != nil {
		return err
	}
	v.volume = v.volumeChart("volume", v.T("listen.volume"), bins, v.step, true)
	v.volume.Tall = true
	for _, w := range list {
		if i := int(w.Since.Std().Sub(bins[0].From) / v.step); !w.Since.Std().Before(bins[0].From) && i < len(bins) {
			v.volume.Moments = append(v.volume.Moments, ui.Moment{Index: i, Label: v.T("listen.topic.alarm")})
		}
	}
	if v.warnings, err = p.rows(ctx, v.desk, list[:min(len(list), 5)]); err != nil {
		return err
	}
	v.share = ui.ChartProps{ID: "share", Title: v.T("listen.share_of_all"), Kind: ui.ChartLine, Label: v.T("listen.time"), Labels: v.volume.Labels, Axis: v.volume.Axis, Percent: true, Decimal: 1}
	part := ui.Series{Name: v.T("listen.share_of_all")}
	var trend []float64
	for i, b := range bins {
		trend = append(trend, float64(b.Posts))
		part.Values = append(part.Values, 100*ratio(b.Posts, all[i].Posts))
	}
	v.share.Series = []ui.Series{part}
	total := sum(bins)
	count := ui.StatProps{Label: v.T("listen.posts"), Value: v.p.Number(total), Icon: "messages", Trend: trend, Href: v.search}
	if n := sum(before); n > 0 {
		change := float64(total-n) / float64(n)
		count.Change, count.Good, count.Up, count.Same, count.Note = v.p.Percent(change), ui.Neutral, change > 0, change == 0, v.T("listen.before")
	}
	v.stats = append(v.stats, count, ui.StatProps{Label: v.T("listen.share_of_all"), Value: v.p.Percent(ratio(total, sum(all))), Icon: "chart-line", Trend: part.Values})
	return nil
}

func ratio(part, whole int64) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// topicFacets draws who says it, how, where and in which languages.
func (p pages) topicFacets(ctx context.Context, v *topicPage) error {
	f, err := p.svc.Facets(ctx, v.t.ID, v.from, v.to)
	if err != nil {
		return err
	}
	sources, err := p.svc.TopicSources(ctx, f)
	if err != nil {
		return err
	}
	clear := f.Total(listen.FacetSentiment, "positive") + f.Total(listen.FacetSentiment, "negative") + f.Total(listen.FacetSentiment, "neutral")
	v.stats = append(v.stats,
		ui.StatProps{Label: v.T("listen.negative_share"), Value: v.p.Percent(ratio(f.Total(listen.FacetSentiment, "negative"), clear)), Icon: "mood-smile", Href: v.href("sentiment", "negative") + "#newest"},
		ui.StatProps{Label: v.T("listen.crisis"), Value: v.p.Number(f.Total(listen.FacetCrisis, "related")), Icon: "alert-triangle", Href: v.href("crisis", "yes") + "#newest"})
	v.mood = v.moodChart(f)
	v.acts = v.shareChart("acts", v.T("listen.act"), f.Totals(listen.FacetAct), func(s listen.Share) string { return v.T("listen.act." + s.Key) })
	v.countries = v.countryChart("countries", f.Totals(listen.FacetCountry))
	v.places = v.attention(f.Totals(listen.FacetCountry))
	for i := range v.places {
		v.places[i].Href = v.search + "&" + strings.TrimPrefix(v.places[i].Href, searchPath+"?")
	}
	v.sources = v.sourceChart("topic-sources", sources)
	v.languagesOf(f)
	return nil
}

// moodChart stacks the moods of each piece of time; what may not be told one by
// one stands on top, together.
func (v *topicPage) moodChart(f listen.Facets) ui.ChartProps {
	c := ui.ChartProps{ID: "mood", Title: v.T("listen.sentiment"), Kind: ui.ChartStack, Unit: v.T("listen.unit.posts"), Label: v.T("listen.time"), Missing: v.T("listen.untold.cell")}
	for i := 0; i < f.Days; i += v.days {
		c.Day(v.p, f.From.AddDate(0, 0, i))
	}
	cells := f.Cells(listen.FacetSentiment, v.days)
	for _, s := range []string{"negative", "neutral", "positive", "unsure"} {
		if i := slices.Index(cells.Values, s); i >= 0 {
			c.Series = append(c.Series, ui.Series{Name: v.T("listen.sentiment." + s), Values: toldValues(cells, i), Accent: s == "negative"})
		}
	}
	untold, any := ui.Series{Name: v.T("listen.untold")}, false
	for j := range cells.Pieces() {
		n := cells.Untold(j)
		untold.Values, any = append(untold.Values, float64(n)), any || n > 0
	}
	if any {
		c.Series = append(c.Series, untold)
	}
	return c
}

// toldValues are the posts of a value over time, a ui.Gap where they may not be
// told.
func toldValues(c listen.Cells, value int) []float64 {
	out := make([]float64, c.Pieces())
	for j := range out {
		n, told := c.At(value, j)
		if out[j] = float64(n); !told {
			out[j] = ui.Gap
		}
	}
	return out
}

// languagesOf sets the course of each language beside those of the others.
func (v *topicPage) languagesOf(f listen.Facets) {
	v.table = ui.TableProps{Caption: v.T("listen.topic.multiples"), Columns: []ui.Column{{Label: v.T("listen.time")}}}
	for _, l := range v.mood.Labels {
		v.table.Rows = append(v.table.Rows, ui.Row{Cells: []ui.Cell{ui.TextCell(l)}})
	}
	cells := f.Cells(listen.FacetLanguage, v.days)
	for i, s := range f.Totals(listen.FacetLanguage) {
		if i == 8 || s.Key == listen.OtherKey {
			break
		}
		values := toldValues(cells, i)
		v.multiples = append(v.multiples, ui.StatProps{Label: v.language(s.Key), Value: v.p.Number(s.Posts), Trend: values})
		v.table.Columns = append(v.table.Columns, ui.Column{Label: v.language(s.Key), Numeric: true})
		for j := range v.table.Rows {
			text := v.T("listen.untold.cell")
			if n, told := cells.At(i, j); told {
				text = v.p.Number(n)
			}
			v.table.Rows[j].Cells = append(v.table.Rows[j].Cells, ui.TextCell(text))
		}
	}
}

// topicTelling finds what is new in what is said: words and stories.
func (p pages) topicTelling(ctx context.Context, v *topicPage) error {
	since := v.to.Add(-min(7*24*time.Hour, v.to.Sub(v.from)/2))
	words, err := p.svc.TopicWords(ctx, v.t.ID, since, v.to, 20)
	if err != nil {
		return err
	}
	for _, x := range words {
		v.words = append(v.words, ui.Link{Label: x.Shown, Href: searchHref(x.Shown)})
	}
	stories, err := p.svc.TopicStories(ctx, v.t.ID, v.from, v.to, 6)
	v.stories = v.storyViews(stories)
	return err
}

// topicPosts lists the newest posts, of one mood or act when that is asked for.
func (p pages) topicPosts(ctx context.Context, v *topicPage) error {
	before, _ := strconv.ParseInt(v.asked.Get("before"), 10, 64)
	q := listen.MentionQuery{TopicID: v.t.ID, Sentiment: v.asked.Get("sentiment"), Act: v.asked.Get("act"), Crisis: v.asked.Get("crisis") != "", Before: before}
	found, err := p.svc.Mentions(ctx, q)
	if err != nil {
		return err
	}
	v.posts = v.foundPosts(found.Posts)
	if found.Next > 0 {
		v.links.OlderHref = v.href("before", strconv.FormatInt(found.Next, 10)) + "#newest"
	}
	tab := func(label, name, value string) {
		v.filters = append(v.filters, ui.Tab{Label: label, Href: v.href(name, value) + "#newest", Active: value != "" && v.asked.Get(name) == value || value == "" && q.Sentiment == "" && q.Act == "" && !q.Crisis})
	}
	tab(v.T("listen.all"), "", "")
	tab(v.T("listen.sentiment.negative"), "sentiment", "negative")
	tab(v.T("listen.sentiment.positive"), "sentiment", "positive")
	tab(v.T("listen.crisis"), "crisis", "yes")
	for _, a := range []string{"question", "request", "suggestion", "threat"} {
		tab(v.T("listen.act."+a), "act", a)
	}
	return nil
}

// about says what the topic is recognised by, and whose it is.
func (v *topicPage) about() {
	for _, term := range v.t.AllTerms() {
		v.terms = append(v.terms, ui.Link{Label: term, Href: searchHref(quoted(term))})
	}
	for _, l := range i18n.Langs {
		if w := v.t.Wordings[l]; len(w) > 0 {
			v.wordings = append(v.wordings, ui.KeyValue{Key: l.Name(), Value: strings.Join(w, " · ")})
		}
	}
	var places []string
	for _, c := range v.t.Countries {
		places = append(places, v.p.Country(c))
	}
	v.facts = []ui.KeyValue{
		{Key: v.T("listen.desk"), Value: v.owner(v.t.MissionID, v.t.DepartmentID)},
		{Key: v.T("listen.topic.countries"), Value: v.orNone(v.p.List(places))},
		{Key: v.T("listen.topic.updated"), Value: v.when(v.t.UpdatedAt)},
	}
}

func (d desk) orNone(s string) string {
	if s == "" {
		return d.T("listen.none")
	}
	return s
}

func quoted(term string) string {
	if strings.ContainsAny(term, " \t") && !search.Boolean(term) {
		return `"` + term + `"`
	}
	return term
}
