package listenweb

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/listen"
	"sifara/internal/listen/brief"
	"sifara/internal/perm"
	"sifara/internal/text"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

const (
	briefingPath = root + "/briefing"
	printPath    = root + "/briefing.pdf"
)

type briefingPage struct {
	desk
	b       brief.Briefing
	about   string // as the choice of desks writes it
	desks   []ui.Option
	days    []ui.Option
	reads   bool // by mail
	mails   bool // the reader is a person who can get mail
	prints  bool
	volume  ui.ChartProps
	topics  ui.TableProps
	langs   ui.ChartProps
	sources ui.ChartProps
	words   []ui.Link
	tags    []ui.Link
	quotes  []postView
	problem string
}

// aboutOf reads whose briefing is asked for: about=m:ID, d:ID, t:ID or the
// single fields of links in letters.
func aboutOf(v url.Values) brief.About {
	a := brief.About{MissionID: v.Get("mission"), DepartmentID: v.Get("department"), TopicID: v.Get("topic")}
	if id, ok := strings.CutPrefix(v.Get("about"), "t:"); ok {
		return brief.About{TopicID: id}
	}
	if s := v.Get("about"); s != "" {
		m, d := unitOf(s)
		return brief.About{MissionID: m, DepartmentID: d}
	}
	return a
}

func aboutValue(a brief.About) string {
	switch {
	case a.TopicID != "":
		return "t:" + a.TopicID
	case a.MissionID != "":
		return "m:" + a.MissionID
	case a.DepartmentID != "":
		return "d:" + a.DepartmentID
	}
	return "ministry"
}

// briefing shows a day: GET about, day. Without about it is that of the first
// desk that the reader may listen for.
func (p pages) briefing(w http.ResponseWriter, r *http.Request) error {
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	ctx, q := r.Context(), r.URL.Query()
	a := aboutOf(q)
	desks := d.briefDesks()
	if a == (brief.About{}) && q.Get("about") == "" && !d.actor.MayIn(listen.View, perm.Everywhere()) && len(desks) > 0 {
		a.MissionID, a.DepartmentID = unitOf(desks[0].Value)
	}
	day := text.Line(i18n.ParseDigits(q.Get("day")))
	v := briefingPage{desk: d, about: aboutValue(a), prints: p.briefs.Browser != "", mails: d.actor.Kind == perm.Person}
	if v.b, err = p.briefs.Of(ctx, a, day); errs.KindOf(err) == errs.Invalid && day != "" {
		v.problem = d.T("listen.briefing.bad_day")
		v.b, err = p.briefs.Of(ctx, a, "")
	}
	if err != nil {
		return err
	}
	if err := p.briefChoices(r, &v, a, desks); err != nil {
		return err
	}
	v.fill()
	status := 0
	if v.problem != "" {
		status = http.StatusUnprocessableEntity
	}
	return web.Render(w, r, web.Page{
		Title: brief.Headline(d.p, v.b), Intro: brief.Opening(d.p, v.b), Status: status,
		Crumbs: d.crumbs(), Actions: briefingActions(v), Body: briefingBody(v),
	})
}

// briefDesks are the desks whose briefings the reader may see.
func (d desk) briefDesks() []ui.Option {
	var out []ui.Option
	for _, o := range d.allDesks() {
		m, dep := unitOf(o.Value)
		scope := perm.InMission(m)
		if m == "" && dep != "" {
			scope = perm.InDepartment(dep)
		}
		if d.actor.MayIn(listen.View, scope) {
			out = append(out, ui.Option{Value: aboutValue(brief.About{MissionID: m, DepartmentID: dep}), Label: o.Label, Group: o.Group})
		}
	}
	return out
}

func (p pages) briefChoices(r *http.Request, v *briefingPage, a brief.About, desks []ui.Option) error {
	ctx := r.Context()
	topics, err := p.svc.Topics(ctx)
	if err != nil {
		return err
	}
	for _, t := range topics {
		desks = append(desks, ui.Option{Value: "t:" + t.ID, Label: t.Name(v.p.Lang()), Group: v.T("listen.topics")})
	}
	for i := range desks {
		desks[i].Checked = desks[i].Value == v.about
	}
	v.desks = desks
	if v.mails {
		mine, err := p.briefs.Subscribed(ctx)
		if err != nil {
			return err
		}
		v.reads = slices.Contains(mine, a)
	}
	end := v.b.From
	if now := p.org.Now().In(end.Location()).AddDate(0, 0, -1); now.After(end) && now.Sub(end) < 14*24*time.Hour {
		end = now
	}
	for i := range 28 {
		day := end.AddDate(0, 0, -i)
		v.days = append(v.days, ui.Option{Value: day.Format(time.DateOnly), Label: v.p.DateWeekday(day), Checked: day.Format(time.DateOnly) == v.b.Day})
	}
	return nil
}

// fill draws the facts.
func (v *briefingPage) fill() {
	c := v.b.Content
	var days []listen.Bin
	for _, x := range c.Days {
		days = append(days, listen.Bin(x))
	}
	v.volume = v.volumeChart("volume", v.T("listen.briefing.days"), days, 24*time.Hour, true)
	var langs []listen.Share
	for _, x := range c.Languages {
		langs = append(langs, listen.Share(x))
	}
	v.langs = v.shareChart("langs", v.T("listen.by_language"), langs, func(s listen.Share) string { return v.language(s.Key) })
	var shares []listen.Share
	for _, s := range c.Sources {
		shares = append(shares, listen.Share{Key: v.shareOf(listen.SourceShare{Source: listen.Source{ID: "x", Name: s.Name}, Others: s.Others}), Posts: s.Posts})
	}
	v.sources = v.shareChart("sources", v.T("listen.by_source"), shares, func(s listen.Share) string { return s.Key })
	for _, x := range c.Words {
		v.words = append(v.words, ui.Link{Label: x.Shown, Href: searchHref(x.Shown)})
	}
	for _, x := range c.Tags {
		v.tags = append(v.tags, ui.Link{Label: x.Shown, Href: searchHref(x.Key)})
	}
	v.topics = ui.TableProps{Caption: v.T("listen.topics"), Columns: []ui.Column{
		{Label: v.T("listen.topic")}, {Label: v.T("listen.posts"), Numeric: true}, {Label: v.T("listen.briefing.usual"), Numeric: true}, {Label: v.T("listen.briefing.change"), Numeric: true},
	}}
	for _, t := range c.Topics {
		share := "–"
		if x, ok := t.Change(); ok {
			share = signed(v.p, x)
		}
		v.topics.Rows = append(v.topics.Rows, ui.Row{Cells: []ui.Cell{
			ui.LinkCell(brief.In(t.Names, v.p.Lang()), topicsPath+"/"+t.ID), ui.TextCell(v.p.Number(t.Posts)), ui.TextCell(v.p.Decimal(t.Usual, 1)), ui.TextCell(share),
		}})
	}
	for _, q := range c.Quotes {
		v.quotes = append(v.quotes, v.post(
			listen.Post{At: q.At, Lang: q.Lang, Text: q.Text, URL: q.URL}, listen.Source{ID: q.ID, Name: q.Source, Grade: q.Grade}, nil))
	}
}

// signed writes a share with its sign.
func signed(p *i18n.Printer, share float64) string {
	if share > 0 {
		return "\u200e+" + p.Percent(share)
	}
	return p.Percent(share)
}

// printBriefing sends the same as PDF.
func (p pages) printBriefing(w http.ResponseWriter, r *http.Request) error {
	b, err := p.briefs.Of(r.Context(), aboutOf(r.URL.Query()), text.Line(i18n.ParseDigits(r.URL.Query().Get("day"))))
	if err != nil {
		return err
	}
	data, err := p.briefs.PDF(r.Context(), b)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `attachment; filename="briefing-`+b.Day+`.pdf"`)
	_, err = w.Write(data)
	return err
}

// subscribeBriefing has the reader get it by mail, or no more.
func (p pages) subscribeBriefing(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	on := f.Raw("on") == "yes"
	if err := p.briefs.Subscribe(r.Context(), aboutOf(url.Values{"about": {f.Raw("about")}}), on); err != nil {
		return err
	}
	word := "listen.briefing.stopped"
	if on {
		word = "listen.briefing.subscribed"
	}
	web.Flash(r.Context(), ui.Success, web.T(r, word))
	return web.Redirect(w, r, briefingPath+"?"+url.Values{"about": {f.Raw("about")}, "day": {f.Raw("day")}}.Encode())
}

func (v briefingPage) link(path string) string {
	return path + "?" + url.Values{"about": {v.about}, "day": {v.b.Day}}.Encode()
}
