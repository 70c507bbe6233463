package listenweb

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"sifara/internal/errs"
	"sifara/internal/listen"
	"sifara/internal/listen/campaign"
	"sifara/internal/listen/group"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// groupPosts is how many posts of evidence are on a page.
const groupPosts = 12

type groupPage struct {
	desk
	g         group.Group
	stats     []ui.StatProps
	facts     []ui.KeyValue
	drawn     string // what the drawing shows, for those who do not see it
	accounts  ui.TableProps
	timeline  ui.ChartProps
	langs     ui.ChartProps
	countries ui.ChartProps
	sources   ui.ChartProps
	posts     []postView
	more      string // how many posts are not shown
	files     []campaign.File
	mayOpen   bool
	maySet    bool
	reason    string
	errors    map[string]string
}

// group shows one group: its network without names, when it acted, how far it
// spread, and the posts that show it.
func (p pages) group(w http.ResponseWriter, r *http.Request) error {
	return p.showGroup(w, r, "", nil)
}

func (p pages) showGroup(w http.ResponseWriter, r *http.Request, reason string, cause error) error {
	ctx := r.Context()
	g, err := p.groups.Group(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	v := groupPage{desk: d, g: g, reason: reason, errors: web.Errors(r, cause), mayOpen: d.actor.May(campaign.Manage), maySet: d.actor.May(group.Manage)}
	v.tell()
	if err := p.groupFacts(r, &v); err != nil {
		return err
	}
	if err := p.groupEvidence(r, &v); err != nil {
		return err
	}
	if v.mayOpen {
		files, err := p.campaignSvc.Files(ctx)
		if err != nil {
			return err
		}
		v.files = slices.DeleteFunc(files, func(f campaign.File) bool { return f.Group != g.ID })
	}
	status := 0
	if cause != nil {
		status = http.StatusUnprocessableEntity
	}
	return web.Render(w, r, web.Page{
		Title: d.groupTitle(g), Intro: d.T("listen.group.intro"), Status: status, Actions: groupActions(v),
		Crumbs: d.crumbs(ui.Link{Label: d.T("listen.groups"), Href: groupsPath}), Body: groupBody(v),
	})
}

// tell writes figures and drawing.
func (v *groupPage) tell() {
	g := v.g
	v.stats = []ui.StatProps{
		{Label: v.T("listen.group.accounts"), Value: v.p.Number(g.Accounts), Icon: "users-group"},
		{Label: v.T("listen.group.chance"), Value: v.chance(g.P), Icon: "gauge"},
		{Label: v.T("listen.group.seconds"), Value: v.p.Duration(time.Duration(g.Seconds * float64(time.Second)).Round(time.Second)), Icon: "clock"},
		{Label: v.T("listen.group.objects"), Value: v.p.Number(g.Objects), Icon: "copy"},
	}
	v.drawn = v.T("listen.group.drawn", "count", len(g.Network.Nodes), "ties", v.p.Int(len(g.Network.Ties)))
	v.accounts = ui.TableProps{ID: "accounts", Caption: v.T("listen.group.network"), Columns: []ui.Column{
		{Label: v.T("listen.group.number")}, {Label: v.T("listen.group.ties"), Numeric: true}, {Label: v.T("listen.group.ties.with")},
	}}
	for i, n := range g.Network.Nodes {
		v.accounts.Rows = append(v.accounts.Rows, ui.Row{Cells: []ui.Cell{ui.TextCell(v.account(i + 1)), ui.TextCell(v.p.Int(n.Ties)), ui.TextCell(v.tiedTo(i))}})
	}
	v.langs = v.shareChart("group-langs", v.T("listen.by_language"), g.Spread.ByLang, func(s listen.Share) string { return v.language(s.Key) })
	v.countries = v.countryChart("group-countries", g.Spread.ByCountry)
}

// tiedTo lists the numbers of the accounts to which a drawn tie leads.
func (v groupPage) tiedTo(i int) string {
	var to []string
	for _, t := range v.g.Network.Ties {
		switch i {
		case t.A:
			to = append(to, v.p.Int(t.B+1))
		case t.B:
			to = append(to, v.p.Int(t.A+1))
		}
	}
	return v.p.List(to)
}

// account is the number of an account within its group.
func (d desk) account(n int) string { return d.T("listen.group.account", "number", d.p.Int(n)) }

// groupFacts says what the group does, since when, and where it was looked for.
func (p pages) groupFacts(r *http.Request, v *groupPage) error {
	g := v.g
	v.facts = []ui.KeyValue{
		{Key: v.T("listen.warning.state"), Comp: ui.Badge(map[string]ui.Kind{group.Open: ui.Waiting, group.Aside: ui.Neutral}[g.State], v.T("listen.group.state."+g.State))},
		{Key: v.T("listen.group.behaviour"), Value: v.behaviours(g.Kinds)},
		{Key: v.T("listen.story.first"), Value: v.when(g.First)},
		{Key: v.T("listen.story.last"), Value: v.when(g.Last)},
		{Key: v.T("listen.group.spread"), Value: v.spreadLine(g.Spread)},
		{Key: v.T("listen.group.found_at"), Value: v.when(g.FoundAt)},
		{Key: v.T("listen.group.seen_at"), Value: v.when(g.SeenAt)},
	}
	if g.TopicID != "" {
		t, err := p.svc.Topic(r.Context(), g.TopicID)
		if err != nil && errs.KindOf(err) != errs.NotFound {
			return err
		}
		if err == nil {
			v.facts = append(v.facts, ui.KeyValue{Key: v.T("listen.topic"), Comp: link(t.Name(v.p.Lang()), topicHref(t))})
		}
	}
	if g.Reason != "" {
		v.facts = append(v.facts, ui.KeyValue{Key: v.T("listen.campaign.reason"), Value: g.Reason})
	}
	proposed, err := p.groups.Behaviour(r.Context(), g)
	if err != nil {
		return err
	}
	var techniques []string
	for _, t := range proposed {
		techniques = append(techniques, strings.TrimSpace(t.ID+" "+t.Name))
	}
	v.facts = append(v.facts, ui.KeyValue{Key: v.T("listen.group.techniques"), Value: v.orNone(strings.Join(techniques, " · ")), Ltr: len(techniques) > 0})
	sources, err := p.svc.Sources(r.Context())
	if err != nil {
		return err
	}
	var shares []listen.Share
	for _, s := range g.Spread.BySource {
		name := v.T("listen.others")
		if i := slices.IndexFunc(sources, func(x listen.Source) bool { return x.ID == s.Key }); i >= 0 {
			name = v.sourceName(sources[i])
		}
		shares = append(shares, listen.Share{Key: name, Posts: s.Posts})
	}
	v.sources = v.shareChart("group-sources", v.T("listen.by_source"), shares, func(s listen.Share) string { return s.Key })
	return nil
}

// groupEvidence shows the posts, the newest first, with what they have in common
// with others.
func (p pages) groupEvidence(r *http.Request, v *groupPage) error {
	list, err := p.groups.Evidence(r.Context(), v.g.ID)
	if err != nil {
		return err
	}
	var ids []int64
	for _, e := range list {
		ids = append(ids, e.Post)
	}
	bins, step := listen.BinsOf(slices.Compact(ids)) // evidence comes in the order of posts
	v.timeline = v.volumeChart("group-timeline", v.T("listen.group.timeline"), bins, step, true)
	posts, err := p.groups.Posts(r.Context(), v.g.ID)
	if err != nil {
		return err
	}
	sources, err := p.svc.Sources(r.Context())
	if err != nil {
		return err
	}
	byNumber := map[int64]listen.Source{}
	for _, s := range sources {
		byNumber[s.Number] = s
	}
	by := map[int64][]group.Evidence{}
	for _, e := range list {
		by[e.Post] = append(by[e.Post], e)
	}
	slices.Reverse(posts)
	for _, x := range posts[:min(len(posts), groupPosts)] {
		view := v.post(x, byNumber[x.Source], nil)
		view.author = "" // a group is no list of what each of its accounts wrote
		var kinds []string
		for _, e := range by[x.ID] {
			kinds = append(kinds, e.Kind)
		}
		view.said = append(view.said, v.behaviours(slices.Compact(kinds)))
		v.posts = append(v.posts, view)
	}
	if rest := len(posts) - groupPosts; rest > 0 {
		v.more = v.T("listen.group.more_posts", "count", rest)
	}
	return nil
}

// Sizes of the drawing.
const (
	netWidth  = 960.0
	netHeight = 560.0
	netEdge   = 38.0
)

func (v groupPage) at(i int) (x, y string) {
	n := v.g.Network.Nodes[i]
	return fmt.Sprintf("%.1f", netEdge+n.X*(netWidth-2*netEdge)), fmt.Sprintf("%.1f", netEdge+n.Y*(netHeight-2*netEdge))
}

func (v groupPage) x(i int) string { x, _ := v.at(i); return x }
func (v groupPage) y(i int) string { _, y := v.at(i); return y }

// numbered reports whether there is room for numbers in the drawing.
func (v groupPage) numbered() bool { return len(v.g.Network.Nodes) <= 60 }

// radius grows with the ties of an account.
func (v groupPage) radius(i int) string {
	most := 1
	for _, n := range v.g.Network.Nodes {
		most = max(most, n.Ties)
	}
	least, span := 13.0, 9.0
	if !v.numbered() {
		least, span = 4, 6
	}
	return fmt.Sprintf("%.1f", least+span*float64(v.g.Network.Nodes[i].Ties)/float64(most))
}

// strength is how wide a tie is drawn.
func (v groupPage) strength(t group.Tie) string { return fmt.Sprintf("%.1f", 0.6+3*t.Weight) }

// name is what an account says to those who cannot see the drawing.
func (v groupPage) name(i int) string {
	n := v.g.Network.Nodes[i]
	return v.account(i+1) + ": " + v.T("listen.group.ties.of", "count", n.Ties)
}

func (p pages) groupAside(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	err = p.groups.SetAside(r.Context(), r.PathValue("id"), f.Raw("reason"))
	if e, ok := errs.Find(err); ok && e.Kind == errs.Invalid && len(e.Fields) > 0 {
		return p.showGroup(w, r, f.Raw("reason"), err)
	}
	return p.groupSet(w, r, err, "listen.group.set_aside")
}

func (p pages) groupTakeUp(w http.ResponseWriter, r *http.Request) error {
	return p.groupSet(w, r, p.groups.TakeUp(r.Context(), r.PathValue("id")), "listen.group.taken_up")
}

func (p pages) groupSet(w http.ResponseWriter, r *http.Request, err error, word string) error {
	if err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, word))
	return web.Redirect(w, r, groupsPath+"/"+r.PathValue("id"))
}
