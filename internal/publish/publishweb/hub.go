package publishweb

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"sifara/internal/errs"
	"sifara/internal/jobs"
	"sifara/internal/module"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/websub"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// feedsPath is the page of those who are told of feeds.
const feedsPath = "/console/feeds"

// addHub adds the page of the hub's subscribers and their acts.
func (c *console) addHub(m *module.Module) {
	m.Nav = append(m.Nav, module.Nav{Group: "nav.settings", Label: "publish.hub.title", Href: feedsPath, Icon: "rss", Permission: publish.MayView})
	m.Routes = append(m.Routes,
		web.Get(feedsPath, publish.MayView, c.subscribers),
		web.Post(feedsPath+"/{id}/tell", publish.MayRelease, c.tellSubscriber),
		web.Post(feedsPath+"/{id}/remove", publish.MayRelease, c.removeSubscriber),
	)
	own := m.Jobs
	m.Jobs = func(q *jobs.Queue) {
		own(q)
		c.hub.Jobs(q)
	}
}

// subscribersPage lists who is told of feeds: GET /console/feeds?before=…
type subscribersPage struct {
	d    *desk
	list []websub.Subscription
	may  bool
	next ui.PageLinks
}

// shownSubscribers is how many subscribers a page shows.
const shownSubscribers = 50

func (c *console) subscribers(w http.ResponseWriter, r *http.Request) error {
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	p := subscribersPage{d: d, may: d.actor.MayIn(publish.MayRelease, perm.Everywhere())}
	var next string
	if p.list, next, err = c.hub.List(r.Context(), r.URL.Query().Get("before"), shownSubscribers); err != nil {
		return err
	}
	if next != "" {
		p.next.OlderHref = feedsPath + "?before=" + url.QueryEscape(next)
	}
	return web.Render(w, r, web.Page{Title: d.t("publish.hub.title"), Intro: d.t("publish.hub.intro"), Body: subscribersView(p)})
}

// feedName is the path of a feed, which says language, place and format.
func feedName(s websub.Subscription) string {
	if u, err := url.Parse(s.Topic); err == nil {
		return u.Path
	}
	return s.Topic
}

var subscriberKinds = map[websub.State]ui.Kind{websub.Quiet: ui.Info, websub.Told: ui.Success, websub.Waiting: ui.Waiting, websub.Failed: ui.Danger}

// why says how the last attempt ended; empty when there was none or it went
// well.
func (p subscribersPage) why(s websub.Subscription) string {
	switch st := s.State(); {
	case st != websub.Waiting && st != websub.Failed || s.Tried == 0:
		return ""
	case s.Failure == websub.Paused:
		return p.d.t("publish.hub.paused")
	case s.Failure != "":
		return p.d.t("publish.hub.no_answer")
	}
	return p.d.t("publish.hub.answered", "status", strconv.Itoa(s.Status))
}

// tellSubscriber tells one now: POST /console/feeds/{id}/tell.
func (c *console) tellSubscriber(w http.ResponseWriter, r *http.Request) error {
	return done(w, r, c.hub.TellNow(r.Context(), r.PathValue("id")), feedsPath, "publish.hub.telling")
}

// removeSubscriber ends a subscription: POST /console/feeds/{id}/remove.
func (c *console) removeSubscriber(w http.ResponseWriter, r *http.Request) error {
	return done(w, r, c.hub.Remove(r.Context(), r.PathValue("id")), feedsPath, "publish.hub.removed")
}

// askHub takes the request of a program that wants to be told of a feed, by the
// rules of WebSub: POST /hub.
func (s *site) askHub(w http.ResponseWriter, r *http.Request) error {
	if err := web.Limit(r.Context(), "hub", time.Second, 60); err != nil {
		return err
	}
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	lease := time.Duration(0)
	if raw := in.Raw("hub.lease_seconds"); raw != "" {
		n, err := strconv.ParseInt(raw, 10, 32)
		if err != nil || n < 0 {
			return errs.InvalidFields(errs.Field{Name: "hub.lease_seconds", Key: "publish.hub.lease"})
		}
		lease = time.Duration(n) * time.Second
	}
	err = s.Hub.Ask(r.Context(), websub.Request{Mode: websub.Mode(in.Raw("hub.mode")), Topic: in.Raw("hub.topic"), Callback: in.Raw("hub.callback"), Secret: in.Raw("hub.secret"), Lease: lease})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusAccepted)
	return nil
}

// named names the hub and the feed itself in the header of a feed.
func (s *site) named(h web.Handler) web.Handler {
	if s.Hub == nil {
		return h
	}
	return func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Link", websub.Links(s.Hub.Address, strings.TrimSuffix(s.BaseURL, "/")+r.URL.Path))
		return h(w, r)
	}
}

// hubAddress is that of the hub; empty when there is none.
func (s *site) hubAddress() string {
	if s.Hub == nil {
		return ""
	}
	return s.Hub.Address
}
