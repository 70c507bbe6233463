package publishweb

import (
	"net/http"
	"slices"
	"strconv"

	"sifara/internal/clock"
	"sifara/internal/jobs"
	"sifara/internal/module"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/newsletter"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// LetterOptions are what the pages of newsletters need.
type LetterOptions struct {
	Service *newsletter.Service
	Publish *publish.Service
	Org     *org.Service
	Clock   clock.Clock
}

// letters holds the handlers of the pages of newsletters.
type letters struct {
	*console
	mail *newsletter.Service
}

// maxImportFile is the largest form with a file of subscribers.
const maxImportFile = 65 << 20

// AddLetters adds newsletters, their pages and operations to what publish
// offers.
func AddLetters(m module.Module, o LetterOptions) module.Module {
	p := &letters{console: &console{svc: o.Publish, org: o.Org, clock: o.Clock}, mail: o.Service}
	m.Migrations = append(slices.Clone(m.Migrations), newsletter.Migrations())
	m.Permissions = append(slices.Clone(m.Permissions), newsletter.Permissions()...)
	m.Nav = append(slices.Clone(m.Nav), module.Nav{Group: "nav.publish", Label: "newsletter.nav", Href: lettersPath, Icon: "mail", Permission: publish.MayView})
	m.SiteNav = append(slices.Clone(m.SiteNav), module.SiteNav{Label: "newsletter.nav", Path: "/newsletter"})
	m.Commands = append(slices.Clone(m.Commands), module.Command{Label: "newsletter.command.new", Href: lettersPath + "/letters/new", Permission: newsletter.MayWrite})
	m.Routes = append(append(slices.Clone(m.Routes), p.routes()...), p.siteRoutes()...)
	before := m.Jobs
	m.Jobs = func(q *jobs.Queue) {
		if before != nil {
			before(q)
		}
		o.Service.Jobs(q)
	}
	api := m.API
	m.API = func(a *web.API) {
		if api != nil {
			api(a)
		}
		p.api(a)
	}
	return m
}

const lettersPath = "/console/newsletters"

func listPath(id string) string   { return lettersPath + "/lists/" + id }
func letterPath(id string) string { return lettersPath + "/letters/" + id }

func (p *letters) routes() []web.Route {
	upload := web.Post(lettersPath+"/lists/{id}/import", newsletter.MayKeep, p.importing)
	upload.MaxBody = maxImportFile
	routes := []web.Route{
		web.Get(lettersPath, publish.MayView, p.overview),
		web.Get(lettersPath+"/lists/new", newsletter.MayKeep, p.newList),
		web.Post(lettersPath+"/lists", newsletter.MayKeep, p.saveList),
		web.Get(lettersPath+"/lists/{id}", publish.MayView, p.list),
		web.Get(lettersPath+"/lists/{id}/edit", newsletter.MayKeep, p.editList),
		upload,
		web.Post(lettersPath+"/lists/{id}/export", newsletter.MayKeep, p.export),
		web.Post(lettersPath+"/lists/{id}/forget", newsletter.MayKeep, p.forget),
		web.Post(lettersPath+"/lists/{id}/close", newsletter.MayKeep, p.close),
		web.Get(lettersPath+"/letters/new", newsletter.MayWrite, p.newLetter),
		web.Post(lettersPath+"/letters", newsletter.MayWrite, p.writeLetter),
		web.Get(lettersPath+"/letters/{id}", publish.MayView, p.letter),
		web.Get(lettersPath+"/letters/{id}/preview/{in}", publish.MayView, p.preview),
		web.Post(lettersPath+"/letters/{id}/test", newsletter.MayWrite, p.test),
		web.Post(lettersPath+"/letters/{id}/delete", newsletter.MayWrite, p.deleteLetter),
		web.Get(lettersPath+"/settings", newsletter.MayConfigure, p.settings),
		web.Post(lettersPath+"/settings", newsletter.MayConfigure, p.configure),
		web.Post(lettersPath+"/settings/key", newsletter.MayConfigure, p.makeKey),
		web.Post(lettersPath+"/settings/use", newsletter.MayConfigure, p.useKey),
	}
	for name, do := range p.acts() {
		routes = append(routes, web.Post(lettersPath+"/letters/{id}/"+name, newsletter.MaySend, p.act(name, do)))
	}
	return routes
}

// overviewPage lists newsletters and letters: GET /console/newsletters.
type overviewPage struct {
	d       *desk
	lists   []newsletter.Counted
	letters []letterLine
}

// letterLine is a letter in a list.
type letterLine struct {
	newsletter.Letter
	Title, List, Who, When string
}

func (p *letters) overview(w http.ResponseWriter, r *http.Request) error {
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	v := overviewPage{d: d}
	if v.lists, err = p.mail.Lists(r.Context()); err != nil {
		return err
	}
	if v.letters, err = p.lines(r, d, "", v.lists); err != nil {
		return err
	}
	return web.Render(w, r, web.Page{Title: d.t("newsletter.nav"), Intro: d.t("newsletter.intro"), Body: lettersOverview(v), Actions: overviewActions(v)})
}

// lines prepares the letters of a list, or of all.
func (p *letters) lines(r *http.Request, d *desk, listID string, lists []newsletter.Counted) ([]letterLine, error) {
	all, err := p.mail.Letters(r.Context(), listID, 50)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, l := range lists {
		names[l.ID] = l.Name(d.p.Lang())
	}
	var out []letterLine
	for _, t := range all {
		line := letterLine{Letter: t, List: names[t.ListID], Who: d.mission(t.MissionID), When: d.when(t.MissionID, max(t.StartedAt, t.CreatedAt))}
		line.Title = p.letterTitle(r, d, t)
		out = append(out, line)
	}
	return out, nil
}

// letterTitle names a letter by what it carries.
func (p *letters) letterTitle(r *http.Request, d *desk, t newsletter.Letter) string {
	if t.Kind == newsletter.DigestLetter {
		return d.t("newsletter.kind.digest", "count", len(t.Messages))
	}
	if len(t.Messages) > 0 {
		if m, err := p.svc.ReleasedByID(r.Context(), t.Messages[0]); err == nil {
			return d.title(&m)
		}
	}
	return d.t("publish.untitled")
}

func (d *desk) letterState(t newsletter.Letter) (ui.Kind, string) {
	kind := map[newsletter.State]ui.Kind{
		newsletter.Draft: ui.Draft, newsletter.Preparing: ui.Waiting, newsletter.Sending: ui.Live, newsletter.Paused: ui.Warning,
		newsletter.Done: ui.Success, newsletter.Cancelled: ui.Neutral,
	}[t.State]
	return kind, d.t("newsletter.state." + string(t.State))
}

func (d *desk) n(n int64) string { return d.p.Number(n) }

// digest says a list's rhythm.
func (d *desk) digest(l newsletter.List) string {
	word := d.t("newsletter.digest." + string(l.Digest) + ".word")
	if l.Digest == newsletter.NoDigest {
		return word
	}
	hour := d.p.Digits(strconv.Itoa(l.DigestHour) + ":00")
	if l.Digest == newsletter.Weekly {
		return word + ", " + d.t("newsletter.day."+strconv.Itoa(l.DigestDay)) + ", " + hour
	}
	return word + ", " + hour
}

func (d *desk) mayLetters(p perm.Permission, missionID string) bool {
	return d.actor.MayIn(p, perm.InMission(missionID))
}

// listTable is the table of newsletters.
func (v overviewPage) listTable() ui.TableProps {
	t := ui.TableProps{ID: "lists", Caption: v.d.t("newsletter.lists"), Columns: []ui.Column{
		{Label: v.d.t("newsletter.field.name")}, {Label: v.d.t("publish.field.speaker")}, {Label: v.d.t("newsletter.subscribers"), Numeric: true}, {Label: v.d.t("newsletter.field.digest")}, {Label: v.d.t("newsletter.field.open"), Short: true}},
		Empty: ui.EmptyState("mail", v.d.t("newsletter.none"), v.d.t("newsletter.none.next"), nil)}
	for _, l := range v.lists {
		open := v.d.t("publish.no")
		switch {
		case !l.ClosedAt.IsZero():
			open = v.d.t("newsletter.closed")
		case l.Open:
			open = v.d.t("publish.yes")
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{ui.LinkCell(l.Name(v.d.p.Lang()), listPath(l.ID)), ui.TextCell(v.d.mission(l.MissionID)), ui.TextCell(v.d.n(int64(l.Subscribers))), ui.TextCell(v.d.digest(l.List)), ui.TextCell(open)}})
	}
	return t
}

// letterTable is the table of letters.
func (d *desk) letterTable(lines []letterLine) ui.TableProps {
	t := ui.TableProps{ID: "letters", Caption: d.t("newsletter.letters"), Columns: []ui.Column{
		{Label: d.t("newsletter.letter")}, {Label: d.t("newsletter.field.state"), Short: true}, {Label: d.t("newsletter.row.sent"), Numeric: true}, {Label: d.t("newsletter.field.when"), Short: true}},
		Empty: ui.EmptyState("mail", d.t("newsletter.no_letters"), d.t("newsletter.no_letters.next"), nil)}
	for _, l := range lines {
		kind, state := d.letterState(l.Letter)
		sent := ""
		if l.Total > 0 {
			sent = d.t("newsletter.of", "sent", d.n(l.Sent), "total", d.n(l.Total))
		}
		row := ui.Row{Cells: []ui.Cell{{Text: l.Title, Href: letterPath(l.ID), Sub: l.List}, ui.CompCell(ui.Badge(kind, state)), ui.TextCell(sent), ui.TextCell(l.When)}}
		if l.State == newsletter.Paused || l.Trouble != "" {
			row.Kind = ui.Warning
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
