package listenweb

import (
	"net/http"
	"strconv"
	"strings"

	"sifara/internal/errs"
	"sifara/internal/listen"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// storyView is a story in a list.
type storyView struct {
	parts []ui.Part
	dir   string
	href  string
	line  string
}

func (d desk) storyViews(list []listen.Story) []storyView {
	var out []storyView
	for _, s := range list {
		v := storyView{href: storiesPath + "/" + strconv.FormatInt(s.ID, 10), line: d.storyLine(s)}
		if s.Lead.ID != 0 {
			v.parts, v.dir = parts(s.Lead.Snippet), direction(s.Lead.Text)
		} else {
			v.parts = []ui.Part{{Text: d.T("listen.story.gone")}}
		}
		out = append(out, v)
	}
	return out
}

// storyLine says how far a story has come.
func (d desk) storyLine(s listen.Story) string {
	return strings.Join([]string{
		d.T("listen.story.posts", "count", s.Posts), d.T("listen.story.sources", "count", s.Sources), d.T("listen.story.languages", "count", s.Languages),
		d.T("listen.story.first") + ": " + d.p.DateTime(s.First.In(d.zone)),
	}, " · ")
}

type storiesPage struct {
	desk
	tabs    []ui.Tab
	stories []storyView
	live    string
}

// stories lists the largest stories of a period that ends with the newest post.
func (p pages) stories(w http.ResponseWriter, r *http.Request) error {
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	_, last, err := p.svc.Extent(r.Context())
	if err != nil {
		return err
	}
	v := storiesPage{desk: d, live: r.URL.RequestURI()}
	chosen := spans[0]
	for _, s := range spans {
		if r.URL.Query().Get("span") == s.name {
			chosen = s
		}
	}
	for _, i := range []int{1, 0, 2} {
		v.tabs = append(v.tabs, ui.Tab{Label: d.T("listen.span." + spans[i].name), Href: storiesPath + "?span=" + spans[i].name, Active: spans[i].name == chosen.name})
	}
	if !last.IsZero() {
		list, err := p.svc.Stories(r.Context(), hourAfter(last).Add(-chosen.span), hourAfter(last), 30)
		if err != nil {
			return err
		}
		v.stories = d.storyViews(list)
	}
	return web.Render(w, r, web.Page{Title: d.T("listen.stories"), Intro: d.T("listen.stories.intro"), Crumbs: d.crumbs(), Body: storiesBody(v)})
}

type storyPage struct {
	desk
	lead      []postView
	stats     []ui.StatProps
	volume    ui.ChartProps
	langs     ui.ChartProps
	sources   ui.ChartProps
	countries ui.ChartProps
	topics    []ui.Link
	posts     []postView
}

// story shows how one story spreads.
func (p pages) story(w http.ResponseWriter, r *http.Request) error {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return errs.New(errs.NotFound, "")
	}
	s, err := p.svc.Story(r.Context(), id)
	if err != nil {
		return err
	}
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	v := storyPage{desk: d, lead: d.foundPosts([]listen.Found{s.Lead}), posts: d.foundPosts(s.Newest)}
	v.stats = []ui.StatProps{
		{Label: d.T("listen.posts"), Value: d.p.Number(s.Posts), Icon: "messages"},
		{Label: d.T("listen.story.first"), Value: d.p.DateTime(s.First.In(d.zone)), Icon: "clock"},
		{Label: d.T("listen.story.last"), Value: d.p.DateTime(s.Last.In(d.zone)), Icon: "clock"},
	}
	v.volume = d.volumeChart("story-volume", d.T("listen.volume"), s.Bins, s.Step, true)
	v.langs = d.shareChart("story-langs", d.T("listen.by_language"), s.Languages, func(x listen.Share) string { return d.language(x.Key) })
	v.countries = d.countryChart("story-countries", s.Countries)
	v.sources = d.sourceChart("story-sources", s.Sources)
	for _, t := range s.Topics {
		v.topics = append(v.topics, ui.Link{Label: t.Name(d.p.Lang()), Href: topicHref(t)})
	}
	return web.Render(w, r, web.Page{Title: d.T("listen.story"), Intro: d.storyLine(s.Story), Crumbs: d.crumbs(ui.Link{Label: d.T("listen.stories"), Href: storiesPath}), Body: storyBody(v)})
}
