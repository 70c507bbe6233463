package listenweb

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/i18n"
	"sifara/internal/listen"
	"sifara/internal/listen/discover"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// discoveredView is a matter that nobody has asked for.
type discoveredView struct {
	id, title string
	line      string
	words     []ui.Link
	stories   []storyView
	watched   []ui.Link
}

type discoveredPage struct {
	desk
	tabs []ui.Tab
	list []discoveredView
	may  bool
}

// topicTabs lead between the topics of desks and those that are proposed.
func (d desk) topicTabs(active string) []ui.Tab {
	return []ui.Tab{
		{Label: d.T("listen.topics"), Href: topicsPath, Active: active == topicsPath},
		{Label: d.T("listen.discovered"), Href: discoveredPath, Active: active == discoveredPath},
	}
}

// discovered lists what is much spoken of and which no desk has asked for.
func (p pages) discovered(w http.ResponseWriter, r *http.Request) error {
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	list, err := p.discover.Clusters(r.Context(), 30)
	if err != nil {
		return err
	}
	v := discoveredPage{desk: d, tabs: d.topicTabs(discoveredPath), may: d.actor.May(listen.ManageTopics)}
	for _, c := range list {
		v.list = append(v.list, d.discoveredView(c))
	}
	return web.Render(w, r, web.Page{Title: d.T("listen.discovered"), Intro: d.T("listen.discovered.intro"), Crumbs: d.crumbs(), Body: discoveredBody(v)})
}

func (d desk) discoveredView(c discover.Found) discoveredView {
	v := discoveredView{id: c.ID, title: c.Title(), stories: d.storyViews(c.Largest)}
	v.line = strings.Join([]string{
		d.T("listen.discovered.stories", "count", c.Stories), d.T("listen.story.posts", "count", c.Posts), d.T("listen.story.first") + ": " + d.when(c.FirstAt),
	}, " · ")
	for _, w := range c.Words[:min(len(c.Words), 10)] {
		v.words = append(v.words, ui.Link{Label: w.Shown, Href: searchHref(w.Shown)})
	}
	for _, t := range c.Watched {
		v.watched = append(v.watched, ui.Link{Label: t.Name(d.p.Lang()), Href: topicHref(t)})
	}
	return v
}

// proposal fills a new topic with what was discovered.
func (p pages) proposal(r *http.Request, t *listen.Topic) error {
	id := r.URL.Query().Get("discovered")
	if id == "" {
		return nil
	}
	c, err := p.discover.Cluster(r.Context(), id)
	if err != nil {
		return err
	}
	t.Names[i18n.From(r.Context()).Lang()] = c.Title()
	t.Terms = c.Terms()
	return nil
}

func (p pages) dismissDiscovered(w http.ResponseWriter, r *http.Request) error {
	if err := p.discover.Dismiss(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "listen.discovered.dismissed"))
	return web.Redirect(w, r, discoveredPath)
}

// discoveredPanel shows three matters on the Today page of who may make topics
// of them.
func (p pages) discoveredPanel(r *http.Request) (templ.Component, error) {
	d, err := p.desk(r)
	if err != nil {
		return nil, err
	}
	list, err := p.discover.Clusters(r.Context(), 10)
	if err != nil {
		return nil, err
	}
	var links []ui.Link
	for _, c := range list {
		if len(c.Watched) == 0 && len(links) < 3 {
			links = append(links, ui.Link{Label: c.Title() + " · " + d.T("listen.story.posts", "count", c.Posts), Href: topicsPath + "/new?discovered=" + c.ID})
		}
	}
	if len(links) == 0 {
		return nil, nil
	}
	return tagList(links), nil
}

// listenDiscovered is a cluster as the API tells it.
type listenDiscovered struct {
	discover.Cluster
	Terms   []string `json:"terms" doc:"Proposed for a topic"`
	Watched []string `json:"watched" doc:"Ids of topics that count it already"`
}

func (p pages) discoveredAPI(a *web.API, op func(id, method, path, summary string) huma.Operation) {
	web.Operation(a, listen.View, op("list-discovered", http.MethodGet, "/discovered", "List matters that no desk has asked for, the largest first"), func(ctx context.Context, _ *struct{}) (*page[listenDiscovered], error) {
		all, err := p.discover.Clusters(ctx, 50)
		return list(all, func(f discover.Found) listenDiscovered {
			out := listenDiscovered{Cluster: f.Cluster, Terms: f.Terms(), Watched: []string{}}
			for _, t := range f.Watched {
				out.Watched = append(out.Watched, t.ID)
			}
			return out
		}), err
	})
	web.Operation(a, listen.ManageTopics, op("dismiss-discovered", http.MethodPost, "/discovered/{id}/dismiss", "Show a discovered matter no more"), func(ctx context.Context, in *ByID) (*struct{}, error) {
		return nil, p.discover.Dismiss(ctx, in.ID)
	})
}
