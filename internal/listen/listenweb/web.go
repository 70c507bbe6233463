// Package listenweb holds the console's pages and the API of listening.
package listenweb

import (
	"context"
	"net/http"
	"slices"
	"time"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/jobs"
	"sifara/internal/listen"
	"sifara/internal/listen/brief"
	"sifara/internal/listen/campaign"
	"sifara/internal/listen/discover"
	"sifara/internal/listen/group"
	"sifara/internal/listen/influence"
	"sifara/internal/listen/score"
	"sifara/internal/module"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/web"
)

// Services are what the pages of listening show and do.
type Services struct {
	Listen    *listen.Service
	Scores    *score.Service
	Org       *org.Service
	Campaigns *campaign.Service
	Briefs    *brief.Service
	Discover  *discover.Service
	Groups    *group.Service
	Influence *influence.Service
}

type pages struct {
	svc         *listen.Service
	org         *org.Service
	campaignSvc *campaign.Service
	briefs      *brief.Service
	discover    *discover.Service
	scores      *score.Service
	groups      *group.Service
	influence   *influence.Service
}

// Module offers listening to the house.
func Module(s Services) module.Module {
	p := pages{s.Listen, s.Org, s.Campaigns, s.Briefs, s.Discover, s.Scores, s.Groups, s.Influence}
	return module.Module{
		Name:        "listen",
		Migrations:  []db.Migrations{listen.Migrations()},
		Locales:     listen.Locales(),
		Permissions: slices.Concat(listen.Permissions(), campaign.Permissions(), group.Permissions(), influence.Permissions()),
		Jobs: func(q *jobs.Queue) {
			s.Listen.Jobs(q)
			s.Campaigns.Jobs(q)
			s.Briefs.Jobs(q)
			s.Discover.Jobs(q)
			s.Groups.Jobs(q)
			s.Influence.Jobs(q)
		},
		Nav: []module.Nav{
			{Group: "nav.listen", Label: "listen.overview", Href: root, Icon: "ear", Permission: listen.View},
			{Group: "nav.listen", Label: "listen.briefing", Href: briefingPath, Icon: "news", Permission: listen.View},
			{Group: "nav.listen", Label: "listen.warnings", Href: warningsPath, Icon: "alarm", Permission: listen.View, Badge: s.Listen.CountOpen},
			{Group: "nav.listen", Label: "listen.score", Href: scorecardPath, Icon: "checks", Permission: listen.View},
			{Group: "nav.listen", Label: "listen.campaigns", Href: campaignsPath, Icon: "flag", Permission: campaign.Manage, Badge: s.Campaigns.CountHanded},
			{Group: "nav.listen", Label: "listen.groups", Href: groupsPath, Icon: "hierarchy", Permission: listen.View},
			{Group: "nav.listen", Label: "listen.actors", Href: actorsPath, Icon: "speakerphone", Permission: listen.View, Badge: s.Influence.CountWaiting},
			{Group: "nav.listen", Label: "listen.search", Href: searchPath, Icon: "world-search", Permission: listen.View},
			{Group: "nav.listen", Label: "listen.topics", Href: topicsPath, Icon: "target", Permission: listen.View},
			{Group: "nav.listen", Label: "listen.narratives", Href: narrativesPath, Icon: "masks-theater", Permission: listen.View},
			{Group: "nav.listen", Label: "listen.stories", Href: storiesPath, Icon: "messages", Permission: listen.View},
			{Group: "nav.listen", Label: "listen.sources", Href: sourcesPath, Icon: "rss", Permission: listen.View},
			{Group: "nav.listen", Label: "listen.imports", Href: importsPath, Icon: "file-upload", Permission: listen.ImportFiles},
		},
		Routes: p.routes(),
		API:    p.api,
		Panels: p.panels(),
		Search: []module.Search{{Permission: listen.View, Find: p.findTopics}},
		Commands: []module.Command{
			{Label: "listen.search", Href: searchPath, Permission: listen.View},
			{Label: "listen.briefing", Href: briefingPath, Permission: listen.View},
			{Label: "listen.alerts", Href: alertsPath, Permission: listen.View},
			{Label: "listen.privacy", Href: privacyPath, Permission: listen.View},
			{Label: "listen.topic.new", Href: topicsPath + "/new", Permission: listen.ManageTopics},
			{Label: "listen.narrative.new", Href: narrativesPath + "/new", Permission: listen.ManageTopics},
			{Label: "listen.source.new", Href: sourcesPath + "/new", Permission: listen.ManageSources},
			{Label: "listen.groups", Href: groupsPath, Permission: listen.View},
			{Label: "listen.actors", Href: actorsPath, Permission: listen.View},
			{Label: "listen.actor.new", Href: actorsPath + "/new", Permission: influence.Manage},
			{Label: "listen.campaign.new", Href: campaignsPath + "/new", Permission: campaign.Manage},
			{Label: "listen.import.new", Href: importsPath + "/new", Permission: listen.ImportFiles},
		},
	}
}

// Links lead from the kinds of object in audit records to their pages.
func Links() map[string]string {
	return map[string]string{"topic": topicsPath + "/{id}", "source": sourcesPath + "/{id}", "import": importsPath + "/{id}", "warning": warningsPath + "/{id}", "fault": warningsPath + "?show=faults", "event": scorecardPath, "campaign": campaignsPath + "/{id}", "framework": campaignsPath + "/framework", "alert": alertsPath, "view": searchPath, "briefing": briefingPath, "discovered": discoveredPath, "group": groupsPath + "/{id}", "actor": actorsPath + "/{id}", "influence": actorsPath, "look": groupsPath}
}

// Addresses of the pages.
const (
	root           = "/console/listen"
	searchPath     = root + "/search"
	topicsPath     = root + "/topics"
	narrativesPath = root + "/narratives"
	discoveredPath = root + "/discovered"
	storiesPath    = root + "/stories"
	warningsPath   = root + "/warnings"
	sourcesPath    = root + "/sources"
	importsPath    = root + "/imports"
)

func (p pages) routes() []web.Route {
	upload := web.Post(importsPath, listen.ImportFiles, p.upload)
	upload.MaxBody = listen.MaxUpload + 1<<20
	return append(slices.Concat(p.campaignRoutes(), p.groupRoutes(), p.actorRoutes()), []web.Route{
		web.Get(root, listen.View, p.overview),
		web.Get(searchPath, listen.View, p.search),
		web.Get(exportPath, listen.View, p.exportPosts),
		web.Post(viewsPath, listen.View, p.keepView),
		web.Post(viewsPath+"/{id}/drop", listen.View, p.dropView),

		web.Get(briefingPath, listen.View, p.briefing),
		web.Get(printPath, listen.View, p.printBriefing),
		web.Post(briefingPath+"/mail", listen.View, p.subscribeBriefing),
		web.Get(privacyPath, listen.View, p.privacy),
		web.Get(alertsPath, listen.View, p.alerts),
		web.Post(alertsPath, listen.View, p.addAlert),
		web.Post(alertsPath+"/{id}", listen.View, p.switchAlert),

		web.Get(topicsPath, listen.View, p.topics),
		web.Get(topicsPath+"/new", listen.ManageTopics, p.newTopic),
		web.Post(topicsPath, listen.ManageTopics, p.createTopic),
		web.Get(topicsPath+"/{id}", listen.View, p.topic),
		web.Get(topicsPath+"/{id}/edit", listen.ManageTopics, p.editTopic),
		web.Post(topicsPath+"/{id}", listen.ManageTopics, p.saveTopic),
		web.Get(narrativesPath, listen.View, p.narratives),
		web.Get(narrativesPath+"/new", listen.ManageTopics, p.newNarrative),
		web.Post(narrativesPath, listen.ManageTopics, p.createNarrative),
		web.Get(narrativesPath+"/{id}", listen.View, p.topic),
		web.Get(narrativesPath+"/{id}/edit", listen.ManageTopics, p.editTopic),
		web.Post(narrativesPath+"/{id}", listen.ManageTopics, p.saveTopic),
		web.Get(discoveredPath, listen.View, p.discovered),
		web.Post(discoveredPath+"/{id}/dismiss", listen.ManageTopics, p.dismissDiscovered),
		web.Get(storiesPath, listen.View, p.stories),
		web.Get(storiesPath+"/{id}", listen.View, p.story),

		web.Get(warningsPath, listen.View, p.warnings),
		web.Get(ratesPath, listen.View, p.rates),
		web.Get(scorecardPath, listen.View, p.scorecard),
		web.Get(scoreCSVPath, listen.View, p.scoreCSV),
		web.Post(eventsPath, listen.Warn, p.enterEvent),
		web.Post(eventsPath+"/{id}/withdraw", listen.Warn, p.withdrawEvent),
		web.Post(ratesPath, listen.ManageTopics, p.setRate),
		web.Get(warningsPath+"/{id}", listen.View, p.warning),
		web.Post(warningsPath+"/{id}/acknowledge", listen.Warn, p.acknowledge),
		web.Post(warningsPath+"/{id}/dismiss", listen.Warn, p.dismiss),
		web.Post(warningsPath+"/{id}/judge", listen.Warn, p.judge),

		web.Get(sourcesPath, listen.View, p.sources),
		web.Get(sourcesPath+"/new", listen.ManageSources, p.newSource),
		web.Post(sourcesPath, listen.ManageSources, p.createSource),
		web.Get(sourcesPath+"/{id}", listen.View, p.source),
		web.Get(sourcesPath+"/{id}/edit", listen.ManageSources, p.editSource),
		web.Post(sourcesPath+"/{id}", listen.ManageSources, p.saveSource),
		web.Post(sourcesPath+"/{id}/pause", listen.ManageSources, p.pauseSource),
		web.Post(sourcesPath+"/{id}/filter", listen.ManageSources, p.applyFilter),
		web.Get(sourcesPath+".opml", listen.View, p.writeOPML),
		web.Post(sourcesPath+"/opml", listen.ManageSources, p.readOPML),

		web.Get(importsPath, listen.ImportFiles, p.imports),
		web.Get(importsPath+"/new", listen.ImportFiles, p.newImport),
		upload,
		web.Get(importsPath+"/{id}", listen.ImportFiles, p.fileImport),
		web.Post(importsPath+"/{id}/start", listen.ImportFiles, p.startImport),
		web.Post(importsPath+"/{id}/stop", listen.ImportFiles, p.stopImport),
		web.Get(importsPath+"/{id}/rejects", listen.ImportFiles, p.rejects),
	}...)
}

// desk is what pages know of the institution and the reader.
type desk struct {
	p           *i18n.Printer
	actor       *perm.Actor
	zone        *time.Location
	missions    map[string]string
	departments map[string]string
	order       []org.Mission
}

func (p pages) desk(r *http.Request) (desk, error) {
	ctx := r.Context()
	d := desk{p: i18n.From(ctx), actor: perm.From(ctx), zone: p.org.Zone(ctx, ""), missions: map[string]string{}, departments: map[string]string{}}
	var err error
	if d.order, err = p.org.Missions(ctx); err != nil {
		return d, err
	}
	for _, m := range d.order {
		d.missions[m.ID] = m.Name(d.p.Lang())
	}
	deps, err := p.org.Departments(ctx)
	if err != nil {
		return d, err
	}
	for _, x := range deps {
		d.departments[x.ID] = x.Name(d.p.Lang())
	}
	return d, nil
}

// T is a message in the reader's language.
func (d desk) T(key string, args ...any) string { return d.p.T(key, args...) }

// when writes a moment in the zone of the ministry.
func (d desk) when(t db.Time) string {
	if t.IsZero() {
		return d.T("listen.never")
	}
	return d.p.DateTime(t.In(d.zone))
}

// owner names the desk to which a topic or warning belongs.
func (d desk) owner(mission, department string) string {
	if n := d.missions[mission]; n != "" {
		return n
	}
	if n := d.departments[department]; n != "" {
		return n
	}
	return d.T("listen.desk.ministry")
}

// shareOf names what has a share.
func (d desk) shareOf(s listen.SourceShare) string {
	if s.Others {
		return d.T("listen.others")
	}
	return d.sourceName(s.Source)
}

// sourceName names a source; the general source of imports has no name of its
// own.
func (d desk) sourceName(s listen.Source) string {
	switch {
	case s.Name != "":
		return s.Name
	case s.ID == "":
		return d.T("listen.source.unknown")
	}
	return d.T("listen.source.imports")
}

// language names a language of posts.
func (d desk) language(code string) string {
	if code == "und" || code == "" {
		return d.T("listen.lang.unknown")
	}
	if code == listen.OtherKey {
		return d.T("listen.others")
	}
	return d.p.LanguageName(code)
}

func (p pages) findTopics(ctx context.Context, query string, limit int) ([]module.Found, error) {
	list, err := p.svc.Topics(ctx)
	if err != nil {
		return nil, err
	}
	var out []module.Found
	for _, t := range list {
		if matches(t, query) && len(out) < limit {
			out = append(out, module.Found{Title: t.Name(i18n.From(ctx).Lang()), Hint: kind(t).words, Href: topicHref(t)})
		}
	}
	return out, nil
}
