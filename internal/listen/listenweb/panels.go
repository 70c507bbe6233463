package listenweb

import (
	"net/http"
	"time"

	"github.com/a-h/templ"

	"sifara/internal/listen"
	"sifara/internal/listen/campaign"
	"sifara/internal/module"
	"sifara/internal/web/ui"
)

// panels are the parts of the Today page: open warnings, and what is said.
func (p pages) panels() []module.Panel {
	return []module.Panel{
		{Title: "listen.panel.open", Href: warningsPath, Permission: listen.View, Topics: []string{listen.LiveWarnings}, Body: p.warningsPanel},
		{Title: "listen.campaigns", Href: campaignsPath, Permission: campaign.Manage, Topics: []string{campaign.Live}, Body: p.campaignsPanel},
		{Title: "listen.volume", Href: root, Permission: listen.View, Wide: true, Topics: []string{listen.LivePosts}, Body: p.volumePanel},
		{Title: "listen.discovered", Href: discoveredPath, Permission: listen.ManageTopics, Topics: []string{listen.LivePosts}, Body: p.discoveredPanel},
	}
}

func (p pages) warningsPanel(r *http.Request) (templ.Component, error) {
	d, err := p.desk(r)
	if err != nil {
		return nil, err
	}
	rows, err := p.openRows(r, d, 5)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return warningList(rows), nil
}

func (p pages) volumePanel(r *http.Request) (templ.Component, error) {
	d, err := p.desk(r)
	if err != nil {
		return nil, err
	}
	_, last, err := p.svc.Extent(r.Context())
	if err != nil || last.IsZero() {
		return nil, err
	}
	bins, err := p.svc.Volume(r.Context(), "", hourAfter(last).Add(-week), hourAfter(last), 6*time.Hour)
	if err != nil {
		return nil, err
	}
	return ui.Chart(d.volumeChart("listen-volume", d.T("listen.volume"), bins, 6*time.Hour, true)), nil
}
