package listenweb

import (
	"net/http"
	"slices"
	"time"

	"sifara/internal/i18n"
	"sifara/internal/listen"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// kindOf is what pages say of a kind of topic: narratives have pages of their
// own at addresses of their own, made of the same parts.
type kindOf struct{ kind, path, words, icon string }

var (
	topicKind     = kindOf{listen.KindTopic, topicsPath, "listen.topic", "target"}
	narrativeKind = kindOf{listen.KindNarrative, narrativesPath, "listen.narrative", "masks-theater"}
)

func kind(t listen.Topic) kindOf {
	if t.Narrative() {
		return narrativeKind
	}
	return topicKind
}

// topicHref is the page of a topic or narrative.
func topicHref(t listen.Topic) string { return kind(t).path + "/" + t.ID }

// list names the list of the kind, with what else is said of it.
func (k kindOf) list(more string) string { return k.words + "s" + more }

type topicsPage struct {
	desk
	kind   kindOf
	tabs   []ui.Tab
	stream ui.ChartProps // of narratives; without labels there is none
	table  ui.TableProps
	mayDo  bool
}

func (p pages) topics(w http.ResponseWriter, r *http.Request) error {
	return p.topicList(w, r, topicKind)
}

func (p pages) narratives(w http.ResponseWriter, r *http.Request) error {
	return p.topicList(w, r, narrativeKind)
}

// topicList lists what is watched, with the volume of the last week of posts.
func (p pages) topicList(w http.ResponseWriter, r *http.Request, k kindOf) error {
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	list, err := p.svc.Topics(ctx)
	if err != nil {
		return err
	}
	_, last, err := p.svc.Extent(ctx)
	if err != nil {
		return err
	}
	t := topicsPage{desk: d, kind: k, mayDo: d.actor.May(listen.ManageTopics)}
	if k == topicKind {
		t.tabs = d.topicTabs(topicsPath)
	}
	t.table = ui.TableProps{ID: "topics", Caption: d.T(k.list("")), Columns: []ui.Column{
		{Label: d.T(k.words)}, {Label: d.T("listen.topic.week"), Numeric: true}, {Label: d.T("listen.trend")}, {Label: d.T("listen.desk")}, {Label: d.T("listen.topic.watched")},
	}}
	list = slices.DeleteFunc(list, func(x listen.Topic) bool { return kind(x) != k })
	if k == narrativeKind && !last.IsZero() {
		if t.stream, err = p.stream(ctx, d, list, last); err != nil {
			return err
		}
	}
	for _, x := range list {
		var bins []listen.Bin
		if !last.IsZero() {
			if bins, err = p.svc.Volume(ctx, x.ID, hourAfter(last).Add(-week), hourAfter(last), 6*time.Hour); err != nil {
				return err
			}
		}
		t.table.Rows = append(t.table.Rows, d.topicRow(x, bins))
	}
	return web.Render(w, r, web.Page{Title: d.T(k.list("")), Intro: d.T(k.list(".intro")), Crumbs: d.crumbs(), Actions: topicsActions(t), Body: topicsBody(t)})
}

func (d desk) topicRow(x listen.Topic, bins []listen.Bin) ui.Row {
	var trend []float64
	for _, b := range bins {
		trend = append(trend, float64(b.Posts))
	}
	watched := ui.Badge(ui.Neutral, d.T("listen.topic.only_counted"))
	if x.Watched {
		watched = ui.Badge(ui.Success, d.T("listen.topic.warns"))
	}
	return ui.Row{ID: "topic-" + x.ID, Cells: []ui.Cell{
		{Text: x.Name(d.p.Lang()), Href: topicHref(x), Sub: d.beside(recognised(x, d.p.Lang(), 4))},
		ui.TextCell(d.p.Number(sum(bins))), ui.CompCell(ui.Spark(trend)), ui.TextCell(d.owner(x.MissionID, x.DepartmentID)), ui.CompCell(watched),
	}}
}

// recognised are the first wordings, which narratives have, and terms: those in
// a language before the others.
func recognised(t listen.Topic, lang i18n.Lang, most int) []string {
	all := slices.Clone(t.Wordings[lang])
	for _, l := range i18n.Langs {
		if l != lang {
			all = append(all, t.Wordings[l]...)
		}
	}
	all = append(all, t.AllTerms()...)
	return all[:min(len(all), most)]
}
