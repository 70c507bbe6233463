package publishweb

import (
	"net/http"
	"time"

	"github.com/a-h/templ"

	"sifara/internal/db"
	"sifara/internal/module"
	"sifara/internal/publish"
)

// panelSize is how many messages a panel of Today shows.
const panelSize = 6

// panels are the parts of the Today page: what waits for the reader, and what
// will go out.
func (c *console) panels() []module.Panel {
	return []module.Panel{
		{Title: "publish.panel.emergencies", Href: "/console/messages?show=unjudged", Permission: publish.MayView, Topics: []string{publish.TopicMessages}, Body: c.emergencyPanel},
		{Title: "publish.panel.waiting", Href: "/console/messages?show=waiting", Permission: publish.MayView, Topics: []string{publish.TopicMessages}, Body: c.waitingPanel},
		{Title: "publish.panel.planned", Href: "/console/calendar", Permission: publish.MayView, Topics: []string{publish.TopicMessages}, Body: c.plannedPanel},
	}
}

// emergencyPanel are the emergency releases that nobody has judged yet. It is
// empty, and not drawn, when there is none.
func (c *console) emergencyPanel(r *http.Request) (templ.Component, error) {
	return c.listPanel(r, publish.Filter{Unjudged: true, Limit: panelSize, Brief: true})
}

func (c *console) waitingPanel(r *http.Request) (templ.Component, error) {
	return c.listPanel(r, publish.Filter{Waiting: true, Limit: panelSize, Brief: true})
}

func (c *console) listPanel(r *http.Request, f publish.Filter) (templ.Component, error) {
	list, err := c.svc.Messages(r.Context(), f)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	d, err := c.desk(r)
	if err != nil {
		return nil, err
	}
	return waitingView(d, list), nil
}

// ahead is how far the panel of planned releases looks.
const ahead = 14 * 24 * time.Hour

func (c *console) plannedPanel(r *http.Request) (templ.Component, error) {
	now := c.clock.Now()
	list, err := c.svc.Planned(r.Context(), db.At(now), db.At(now.Add(ahead)))
	if err != nil {
		return nil, err
	}
	var planned []publish.Moment
	for _, m := range list {
		if m.Kind == publish.PlannedMoment && len(planned) < panelSize {
			planned = append(planned, m)
		}
	}
	if len(planned) == 0 {
		return nil, nil
	}
	d, err := c.desk(r)
	if err != nil {
		return nil, err
	}
	return plannedView(d, planned), nil
}
