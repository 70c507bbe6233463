package listenweb

import (
	"net/http"
	"strconv"
	"time"

	"sifara/internal/listen"
	"sifara/internal/perm"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

const privacyPath = root + "/privacy"

type privacyPage struct {
	desk
	kept, rules []ui.KeyValue
	sources     ui.TableProps
	keys        ui.TableProps
	actors      ui.TableProps
	nots        []string
}

// notDone are the things that listening never does, each with its own words.
var notDone = []string{"handles", "search", "profiles", "closed", "buy", "share", "decide"}

// privacy is the data-protection report: to be read, printed and given away.
func (p pages) privacy(w http.ResponseWriter, r *http.Request) error {
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	report, err := p.svc.PrivacyReport(r.Context())
	if err != nil {
		return err
	}
	readers, err := p.org.Holders(r.Context(), listen.View, perm.Everywhere())
	if err != nil {
		return err
	}
	v := privacyPage{desk: d}
	v.fill(report, len(readers))
	intro := d.T("listen.privacy.intro", "time", d.p.DateTime(report.At.In(d.zone)))
	return web.Render(w, r, web.Page{Title: d.T("listen.privacy"), Intro: intro, Crumbs: d.crumbs(), Body: privacyBody(v)})
}

func (v *privacyPage) fill(r listen.PrivacyReport, readers int) {
	span := v.T("listen.none")
	if r.Posts > 0 {
		span = v.p.Date(r.Oldest.In(v.zone)) + " – " + v.p.Date(r.Newest.In(v.zone))
	}
	v.kept = []ui.KeyValue{
		{Key: v.T("listen.privacy.posts"), Value: v.p.Number(r.Posts)}, {Key: v.T("listen.privacy.span"), Value: span},
		{Key: v.T("listen.privacy.shared"), Value: v.p.Number(r.Shared)},
		{Key: v.T("listen.privacy.readers"), Value: v.p.Int(readers)},
		{Key: v.T("listen.privacy.refused"), Value: v.T("listen.privacy.refused.value", "count", r.Refused, "month", r.Refused30)},
	}
	for _, kind := range []string{"posts", "lines", "items", "keys", "responses"} {
		v.kept = append(v.kept, ui.KeyValue{Key: v.T("listen.privacy.removed." + kind), Value: v.p.Number(r.Removed[kind])})
	}
	v.rules = []ui.KeyValue{
		{Key: v.T("listen.privacy.rule.keep"), Value: v.days(r.KeepDays)},
		{Key: v.T("listen.privacy.rule.period"), Value: v.days(r.Period)},
		{Key: v.T("listen.privacy.rule.key"), Value: v.days(r.KeyDays)},
		{Key: v.T("listen.privacy.rule.lines"), Value: v.days(r.LineDays)},
		{Key: v.T("listen.privacy.rule.items"), Value: v.days(r.ItemDays)},
		{Key: v.T("listen.privacy.rule.responses"), Value: v.days(r.ResponseDays)},
		{Key: v.T("listen.privacy.rule.smallest"), Value: v.p.Int(r.Smallest)},
	}
	v.sources = ui.TableProps{Caption: v.T("listen.sources"), Columns: []ui.Column{
		{Label: v.T("listen.source")}, {Label: v.T("listen.privacy.kind")}, {Label: v.T("listen.privacy.kept")}, {Label: v.T("listen.posts"), Numeric: true},
	}}
	for _, s := range r.Sources {
		v.sources.Rows = append(v.sources.Rows, ui.Row{Cells: []ui.Cell{
			ui.LinkCell(v.sourceName(listen.Source{ID: s.ID, Name: s.Name}), sourcesPath+"/"+s.ID), ui.TextCell(v.T("listen.source.kind." + string(s.Kind))), ui.TextCell(v.days(s.KeepDays)), ui.TextCell(v.p.Number(s.Posts)),
		}})
	}
	v.keys = ui.TableProps{Caption: v.T("listen.privacy.keys"), Columns: []ui.Column{{Label: v.T("listen.privacy.key.period")}, {Label: v.T("listen.privacy.key.made")}, {Label: v.T("listen.privacy.key.goes")}}}
	date := func(t time.Time) string { return v.p.Date(t.In(v.zone)) }
	for _, k := range r.Keys {
		v.keys.Rows = append(v.keys.Rows, ui.Row{Cells: []ui.Cell{ui.TextCell(date(k.From) + " – " + date(k.Until)), ui.TextCell(date(k.CreatedAt)), ui.TextCell(date(k.GoesAt))}})
	}
	v.actors = ui.TableProps{Caption: v.T("listen.privacy.actors"), Columns: []ui.Column{{Label: v.T("listen.actor")}, {Label: v.T("listen.actor.reason")}, {Label: v.T("listen.actor.ends"), Short: true}}}
	for _, a := range r.Actors {
		v.actors.Rows = append(v.actors.Rows, ui.Row{Cells: []ui.Cell{
			{Text: a.Name, Href: actorsPath + "/" + a.ID, Sub: v.T("listen.actor.kind." + a.Kind)}, ui.TextCell(a.Reason), ui.TextCell(date(a.EndsAt)),
		}})
	}
	for _, n := range notDone {
		v.nots = append(v.nots, v.T("listen.privacy.not."+n))
	}
}

// days writes how long something is kept.
func (d desk) days(n int) string {
	if n == 0 {
		return d.T("listen.privacy.for_ever")
	}
	return d.T("listen.privacy.days", "count", n)
}

// keepValue is the field of a source's retention.
func (f sourceForm) keepValue() string {
	if f.s.KeepDays == 0 {
		return ""
	}
	return strconv.Itoa(f.s.KeepDays)
}
