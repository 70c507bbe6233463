package listenweb

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"sifara/internal/errs"
	"sifara/internal/listen"
	"sifara/internal/perm"
	"sifara/internal/search"
	"sifara/internal/text"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// warningRow is a warning in a list.
type warningRow struct {
	href, title, line, since, owner string
	strength, state                 templ.Component
	trend                           []float64
}

func (p pages) rows(ctx context.Context, d desk, list []listen.Warning) ([]warningRow, error) {
	topics, err := p.topicsOf(ctx, list)
	if err != nil {
		return nil, err
	}
	var out []warningRow
	for _, w := range list {
		row := warningRow{
			href: warningsPath + "/" + w.ID, title: d.warningTitle(w, topics), line: d.warningLine(w), since: d.when(w.Since),
			owner: d.owner(w.MissionID, w.DepartmentID), strength: d.strength(w), state: d.state(w),
		}
		for _, b := range w.Evidence.Bins {
			row.trend = append(row.trend, float64(b.Posts))
		}
		out = append(out, row)
	}
	return out, nil
}

// topicsOf gives the topics of warnings, also archived ones.
func (p pages) topicsOf(ctx context.Context, list []listen.Warning) (map[string]listen.Topic, error) {
	all, err := p.svc.Topics(ctx)
	if err != nil {
		return nil, err
	}
	m := topicMap(all)
	for _, w := range list {
		if _, ok := m[w.TopicID]; w.TopicID == "" || ok {
			continue
		}
		t, err := p.svc.Topic(ctx, w.TopicID)
		if err != nil && errs.KindOf(err) != errs.NotFound {
			return nil, err
		}
		m[w.TopicID] = t
	}
	return m, nil
}

func (p pages) openRows(r *http.Request, d desk, most int) ([]warningRow, error) {
	list, err := p.svc.OpenWarnings(r.Context(), most)
	if err != nil {
		return nil, err
	}
	return p.rows(r.Context(), d, list)
}

type warningsPage struct {
	desk
	tabs  []ui.Tab
	rows  []warningRow
	links ui.PageLinks
	live  string

	faulty bool
	faults []faultRow
}

// warnings lists warnings: GET show=open|answered|all|faults, before.
func (p pages) warnings(w http.ResponseWriter, r *http.Request) error {
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	show := r.URL.Query().Get("show")
	f := listen.WarningFilter{Limit: 30, Before: r.URL.Query().Get("before")}
	switch show {
	case "answered":
		f.States = []string{listen.WarningAcknowledged, listen.WarningDismissed, listen.WarningDecided}
	case "all":
	case "faults":
		f.Limit = 1
	default:
		show, f.States = "open", []string{listen.WarningOpen}
	}
	list, next, err := p.svc.Warnings(r.Context(), f)
	if err != nil {
		return err
	}
	page := warningsPage{desk: d, live: r.URL.RequestURI()}
	if page.rows, err = p.rows(r.Context(), d, list); err != nil {
		return err
	}
	if page.faulty = show == "faults"; page.faulty {
		next = ""
		if page.faults, err = p.faultRows(r.Context(), d, 50); err != nil {
			return err
		}
	}
	for _, s := range []string{"open", "answered", "all", "faults"} {
		page.tabs = append(page.tabs, ui.Tab{Label: d.T("listen.warnings." + s), Href: warningsPath + "?show=" + s, Active: s == show})
	}
	if next != "" {
		page.links.OlderHref = warningsPath + "?show=" + show + "&before=" + next
	}
	if f.Before != "" {
		page.links.NewerHref = warningsPath + "?show=" + show
	}
	return web.Render(w, r, web.Page{Title: d.T("listen.warnings"), Intro: d.T("listen.warnings.intro"), Crumbs: d.crumbs(), Body: warningsBody(page),
		Actions: ui.Btn(ui.Button{Label: d.T("listen.rates"), Icon: "adjustments-horizontal", Href: ratesPath, Quiet: true})})
}

type warningPage struct {
	desk
	w        listen.Warning
	title    string
	summary  string
	certain  string
	facts    []ui.KeyValue
	chart    ui.ChartProps
	words    []ui.Link
	posts    []postView
	langs    ui.ChartProps
	sources  ui.ChartProps
	searchTo string
	may      bool
	decide   bool
	reason   string
	problem  string
	judged   judged
	stories  []toldStory
}

// warning explains one warning.
func (p pages) warning(w http.ResponseWriter, r *http.Request) error {
	return p.showWarning(w, r, "", nil, nil)
}

func (p pages) showWarning(w http.ResponseWriter, r *http.Request, reason string, sent *judgeForm, cause error) error {
	ctx := r.Context()
	warning, err := p.svc.Warning(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	if warning.MissionID != "" {
		d.zone = p.org.Zone(ctx, warning.MissionID)
	}
	topics, err := p.topicsOf(ctx, []listen.Warning{warning})
	if err != nil {
		return err
	}
	page := warningPage{desk: d, w: warning, title: d.warningTitle(warning, topics), reason: reason, problem: web.Errors(r, cause)["reason"]}
	page.may = perm.From(ctx).MayIn(listen.Warn, warning.Scope())
	page.decide = perm.From(ctx).May("planning.open") && warning.State != listen.WarningDecided
	if page.judged, err = p.judged(ctx, d, warning, sent); err != nil {
		return err
	}
	if err := p.explain(ctx, &page, topics[warning.TopicID]); err != nil {
		return err
	}
	status := 0
	if cause != nil {
		status = http.StatusUnprocessableEntity
	}
	return web.Render(w, r, web.Page{
		Title: page.title, Intro: d.warningLine(warning), Status: status,
		Crumbs: d.crumbs(ui.Link{Label: d.T("listen.warnings"), Href: warningsPath}), Body: warningBody(page),
	})
}

func (p pages) explain(ctx context.Context, v *warningPage, t listen.Topic) error {
	e := v.w.Evidence
	v.summary = v.T("listen.warning.summary", "count", v.w.Observed, "since", v.when(v.w.Since), "until", v.when(v.w.Until), "expected", v.p.Decimal(v.w.Expected, 1), "times", v.p.Decimal(v.w.Times(), 0))
	v.certain = v.T("listen.strength."+v.w.Strength()+".why", "power", v.p.Decimal(v.w.Score, 0))
	v.facts = []ui.KeyValue{
		{Key: v.T("listen.warning.strength"), Comp: v.strength(v.w)},
		{Key: v.T("listen.warning.state"), Comp: v.state(v.w)},
		{Key: v.T("listen.desk"), Value: v.owner(v.w.MissionID, v.w.DepartmentID)},
		{Key: v.T("listen.warning.raised"), Value: v.when(v.w.RaisedAt)},
	}
	if e.Authors > 0 {
		v.facts = append(v.facts, ui.KeyValue{Key: v.T("listen.warning.authors"), Value: v.T("listen.warning.authors.value", "count", e.Authors, "looked", e.Looked)})
	}
	if v.w.Reason != "" {
		v.facts = append(v.facts, ui.KeyValue{Key: v.T("listen.warning.reason"), Value: v.w.Reason})
	}
	if v.w.ClosedAt > 0 {
		v.facts = append(v.facts, ui.KeyValue{Key: v.T("listen.warning.closed"), Value: v.when(v.w.ClosedAt)})
	}
	v.chart = v.evidenceChart()
	v.langs = v.shareChart("langs", v.T("listen.by_language"), e.Languages, func(s listen.Share) string { return v.language(s.Key) })
	q := v.w.Term
	if v.w.TopicID != "" {
		q = t.Query()
	}
	v.searchTo = searchHref(q, "country", v.w.Country)
	for _, x := range e.Words {
		v.words = append(v.words, ui.Link{Label: x.Shown, Href: searchHref(x.Shown)})
	}
	if err := p.tellings(ctx, v); err != nil {
		return err
	}
	return p.examples(ctx, v, q)
}

// examples shows the posts of the evidence, with the words of the topic marked.
func (p pages) examples(ctx context.Context, v *warningPage, q string) error {
	list, err := p.svc.Sources(ctx)
	if err != nil {
		return err
	}
	byID, byNumber := map[string]listen.Source{}, map[int64]listen.Source{}
	for _, s := range list {
		byID[s.ID], byNumber[s.Number] = s, s
	}
	v.sources = v.shareChart("sources", v.T("listen.by_source"), v.w.Evidence.Sources, func(s listen.Share) string {
		return v.shareOf(listen.SourceShare{Source: byID[s.Key], Others: s.Key == listen.OtherKey})
	})
	posts, err := p.svc.Posts(ctx, v.w.Evidence.Posts)
	if err != nil {
		return err
	}
	terms := search.Parse(q).Terms()
	for _, x := range posts {
		v.posts = append(v.posts, v.post(x, byNumber[x.Source], parts(text.Snippet(x.Text, terms, 400))))
	}
	return nil
}

func (v warningPage) evidenceChart() ui.ChartProps {
	c := ui.ChartProps{ID: "evidence", Title: v.T("listen.warning.chart"), Kind: ui.ChartBar, Unit: v.T("listen.unit.posts"), Label: v.T("listen.time"), Tall: true}
	seen := ui.Series{Name: v.T("listen.warning.observed"), Accent: true}
	usual := ui.Series{Name: v.T("listen.warning.expected"), Kind: ui.ChartLine}
	begun := false
	for i, b := range v.w.Evidence.Bins {
		c.Hour(v.p, b.From.In(v.zone))
		seen.Values = append(seen.Values, float64(b.Posts))
		usual.Values = append(usual.Values, b.Expected)
		if b.Burst && !begun {
			begun = true
			c.Moments = []ui.Moment{{Index: i, Label: v.T("listen.warning.begin")}}
		}
	}
	c.Series = []ui.Series{seen, usual}
	return c
}

func (p pages) acknowledge(w http.ResponseWriter, r *http.Request) error {
	if err := p.svc.Acknowledge(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "listen.warning.acknowledged"))
	return web.Redirect(w, r, warningsPath+"/"+r.PathValue("id"))
}

func (p pages) dismiss(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	err = p.svc.Dismiss(r.Context(), r.PathValue("id"), f.Raw("reason"))
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Kind == errs.Invalid && len(e.Fields) > 0 {
		return p.showWarning(w, r, f.Raw("reason"), nil, err)
	}
	if err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "listen.warning.dismissed"))
	return web.Redirect(w, r, warningsPath)
}

// mayAnswer reports whether an act still makes sense.
func (v warningPage) mayAnswer(state string) bool {
	switch state {
	case listen.WarningAcknowledged:
		return v.may && v.w.State == listen.WarningOpen
	case listen.WarningDismissed:
		return v.may && slices.Contains([]string{listen.WarningOpen, listen.WarningAcknowledged}, v.w.State)
	}
	return false
}
