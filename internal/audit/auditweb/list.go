package auditweb

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"sifara/internal/audit"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// listPage is what the page of the record shows.
type listPage struct {
	p        *i18n.Printer
	query    url.Values // as typed
	errors   map[string]string
	lines    []line
	links    ui.PageLinks
	filtered bool
	choices  audit.Choices
	missions map[string]string
	people   map[string]string
	head     audit.Head
	check    audit.Check
	checked  bool
	checkAt  string
	whole    bool // the reader sees the whole record, so may verify it
}

// line is one record as it is read.
type line struct {
	Seq, When, Day   string
	Sentence         string
	Authority        string
	Place            string
	Href, ActorHref  string
	ObjectHref, Kind string
	Facts            []ui.KeyValue
}

// list shows the record: GET /console/audit.
func (p pages) list(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	f, problem := p.filter(r)
	page := listPage{p: i18n.From(ctx), query: r.URL.Query(), errors: web.Errors(r, problem)}
	page.whole = perm.From(ctx).MayIn(audit.View, perm.Everywhere())
	if err := p.surround(r, &page); err != nil {
		return err
	}
	if problem == nil {
		records, next, err := p.Audit.List(ctx, f)
		if err != nil {
			return err
		}
		if page.lines, err = p.lines(r, &page, records); err != nil {
			return err
		}
		page.links = pageLinks(r.URL.Query(), next)
	}
	status := http.StatusOK
	if problem != nil {
		status = http.StatusUnprocessableEntity
	}
	if r.URL.Query().Get("part") == "list" {
		return web.Fragment(w, r, listTable(page))
	}
	return web.Render(w, r, web.Page{Title: web.T(r, "audit.title"), Intro: web.T(r, "audit.intro"), Body: listBody(page), Status: status})
}

// surround reads what stands around the list.
func (p pages) surround(r *http.Request, page *listPage) (err error) {
	ctx := r.Context()
	if page.choices, err = p.Audit.Choices(ctx); err != nil {
		return err
	}
	if page.missions, err = p.Directory.MissionNames(ctx); err != nil {
		return err
	}
	if ids, all := perm.From(ctx).Missions(audit.View); !all {
		maps.DeleteFunc(page.missions, func(id, _ string) bool { return !slices.Contains(ids, id) })
	}
	if page.people, err = p.Directory.PersonNames(ctx, page.choices.Actors); err != nil {
		return err
	}
	if page.head, err = p.Audit.Head(ctx); err != nil {
		return err
	}
	if page.check, page.checked, err = p.Audit.LastCheck(ctx); err != nil {
		return err
	}
	page.checkAt = page.p.DateTime(page.check.At.In(p.zone(r)))
	for k := range page.query {
		if k != "before" && page.query.Get(k) != "" {
			page.filtered = true
		}
	}
	return nil
}

// filter reads the query. Days are those of the list's zone; "to" is included.
func (p pages) filter(r *http.Request) (audit.Filter, error) {
	q := r.URL.Query()
	f := audit.Filter{Actor: q.Get("actor"), Act: q.Get("act"), Object: q.Get("object"), ObjectID: q.Get("id"), Mission: q.Get("mission")}
	form, err := queryForm(r.URL)
	if err != nil {
		return f, err
	}
	zone := p.zone(r)
	f.From = form.Date("from", zone)
	if f.Until = form.Date("to", zone); !f.Until.IsZero() {
		f.Until = f.Until.AddDate(0, 0, 1)
	}
	f.Before, _ = strconv.ParseInt(q.Get("before"), 10, 64)
	return f, form.Err()
}

// zone is one for the whole list, so that times stand in their order: that of
// the mission which the list, or its reader, is confined to, else the
// ministry's.
func (p pages) zone(r *http.Request) *time.Location {
	mission := r.URL.Query().Get("mission")
	if ids, all := perm.From(r.Context()).Missions(audit.View); mission == "" && !all && len(ids) == 1 {
		mission = ids[0]
	}
	return p.Directory.Zone(r.Context(), mission)
}

// queryForm reads the query of an address as a form.
func queryForm(u *url.URL) (*web.Form, error) {
	return web.ReadForm(&http.Request{Method: http.MethodGet, URL: u, PostForm: u.Query(), Header: http.Header{}})
}

func pageLinks(q url.Values, next int64) ui.PageLinks {
	var links ui.PageLinks
	q = maps.Clone(q)
	q.Del("part")
	if q.Get("before") != "" {
		first := maps.Clone(q)
		first.Del("before")
		links.NewerHref = listPath + "?" + first.Encode()
	}
	if next > 0 {
		q.Set("before", strconv.FormatInt(next, 10))
		links.OlderHref = listPath + "?" + q.Encode()
	}
	return links
}

// lines makes records readable.
func (p pages) lines(r *http.Request, page *listPage, records []audit.Record) ([]line, error) {
	ctx, pr := r.Context(), page.p
	roles, err := p.Directory.RoleNames(ctx)
	if err != nil {
		return nil, err
	}
	if err := p.call(ctx, records); err != nil {
		return nil, err
	}
	var absent []string
	for _, rec := range records {
		absent = append(absent, rec.For)
	}
	principals, err := p.Directory.PersonNames(ctx, absent)
	if err != nil {
		return nil, err
	}
	missions, err := p.Directory.MissionNames(ctx)
	if err != nil {
		return nil, err
	}
	zone := p.zone(r)
	var out []line
	for _, rec := range records {
		at := rec.At.In(zone)
		l := line{
			Seq: pr.Number(rec.Seq), When: pr.Clock(at), Day: pr.Date(at), Sentence: rec.Sentence(pr, zone),
			Authority: authority(pr, rec, principals, roles), Place: missions[rec.Mission], ObjectHref: p.link(rec), Kind: objectName(pr, rec.Object),
			ActorHref: listPath + "?" + url.Values{"actor": {rec.Actor}}.Encode(),
		}
		if rec.ObjectID != "" {
			l.Href = listPath + "?" + url.Values{"id": {rec.ObjectID}}.Encode()
		}
		l.Facts = facts(pr, rec, zone)
		out = append(out, l)
	}
	return out, nil
}

// call names the actors of records in the reader's language, where they were
// recorded by their post. The records themselves stay as they are.
func (p pages) call(ctx context.Context, records []audit.Record) error {
	written := map[string][]string{}
	for _, rec := range records {
		if rec.Actor != "" && !slices.Contains(written[rec.Actor], rec.ActorName) {
			written[rec.Actor] = append(written[rec.Actor], rec.ActorName)
		}
	}
	called, err := p.Directory.CalledThen(ctx, written)
	if err != nil {
		return err
	}
	for i, rec := range records {
		if name := called[rec.Actor][rec.ActorName]; name != "" {
			records[i].ActorName = name
		}
	}
	return nil
}

// authority says on whose authority it was done.
func authority(pr *i18n.Printer, rec audit.Record, people, roles map[string]string) string {
	role := cmp.Or(roles[rec.Role], rec.Role)
	switch {
	case rec.Kind == perm.System:
		return pr.T("audit.by_system")
	case rec.For != "":
		return pr.T("audit.by_standin", "name", cmp.Or(people[rec.For], rec.For), "role", role)
	case rec.Kind == perm.Token:
		return pr.T("audit.by_token", "role", role)
	case rec.Role != "":
		return pr.T("audit.by_role", "role", role)
	case rec.Kind == perm.Nobody:
		return pr.T("audit.by_visitor")
	}
	return pr.T("audit.by_self")
}

func (p pages) link(rec audit.Record) string {
	pattern, ok := p.Links[rec.Object]
	if !ok || rec.ObjectID == "" && strings.Contains(pattern, "{id}") {
		return ""
	}
	return strings.ReplaceAll(pattern, "{id}", url.PathEscape(rec.ObjectID))
}

func objectName(pr *i18n.Printer, object string) string {
	if key := "audit.object." + object; pr.Has(key) {
		return pr.T(key)
	}
	return object
}

// actName says what kind of act a code is, without the one who did it.
func actName(pr *i18n.Printer, act string) string {
	if key := "audit.name." + act; pr.Has(key) {
		return pr.T(key)
	}
	return act
}

// facts are all that is recorded, for those who check.
func facts(pr *i18n.Printer, rec audit.Record, zone *time.Location) []ui.KeyValue {
	list := []ui.KeyValue{
		{Key: pr.T("audit.number"), Value: pr.Number(rec.Seq)},
		{Key: pr.T("audit.time_utc"), Value: rec.At.Std().Format(time.RFC3339Nano), Ltr: true},
		{Key: pr.T("audit.act_code"), Value: rec.Act, Ltr: true},
		{Key: pr.T("audit.actor_id"), Value: rec.Actor, Ltr: true},
	}
	if rec.ObjectID != "" {
		list = append(list, ui.KeyValue{Key: objectName(pr, rec.Object), Value: rec.ObjectID, Ltr: true})
	}
	if rec.Source != "" {
		list = append(list, ui.KeyValue{Key: pr.T("audit.assignment"), Value: rec.Source, Ltr: true})
	}
	for _, k := range slices.Sorted(maps.Keys(rec.Detail)) {
		text := audit.Show(pr, zone, rec.Detail[k])
		if n, ok := text.(int64); ok {
			text = pr.Number(n)
		}
		list = append(list, ui.KeyValue{Key: detailName(pr, k), Value: toText(text)})
	}
	return list
}

func detailName(pr *i18n.Printer, name string) string {
	if key := "audit.detail." + name; pr.Has(key) {
		return pr.T(key)
	}
	return name
}

func toText(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	if f, ok := v.(float64); ok {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return ""
}

// options makes the choices of a filter, sorted by what people read.
func options(codes []string, chosen string, name func(string) string) []ui.Option {
	if chosen != "" && !slices.Contains(codes, chosen) {
		codes = append(slices.Clone(codes), chosen)
	}
	var out []ui.Option
	for _, c := range codes {
		out = append(out, ui.Option{Value: c, Label: name(c), Checked: c == chosen})
	}
	slices.SortFunc(out, func(a, b ui.Option) int { return strings.Compare(a.Label, b.Label) })
	return out
}

func (l listPage) date(name, label string) ui.DateProps {
	return ui.DateProps{Name: name, Label: l.p.T(label), Optional: true, Error: l.errors[name],
		Day: l.query.Get(name + "-day"), Month: l.query.Get(name + "-month"), Year: l.query.Get(name + "-year")}
}

func (l listPage) actorName(id string) string { return cmp.Or(l.people[id], id) }

func (l listPage) missionName(id string) string { return cmp.Or(l.missions[id], id) }

// live is the address of the list alone, for live updates of its first page.
func (l listPage) live() string {
	q := maps.Clone(l.query)
	q.Set("part", "list")
	return listPath + "?" + q.Encode()
}

// exportHref is the address that exports what the list shows.
func (l listPage) exportHref() string {
	q := maps.Clone(l.query)
	q.Del("before")
	q.Del("part")
	return listPath + "/export?" + q.Encode()
}

// place says to which mission the record belongs.
func (r line) place(l listPage) string { return cmp.Or(r.Place, l.p.T("audit.ministry")) }

func keys(m map[string]string) []string { return slices.Collect(maps.Keys(m)) }

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
