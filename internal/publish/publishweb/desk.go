package publishweb

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// desk is what the page of one request needs besides its message: words,
// names, time zones, who reads.
type desk struct {
	ctx      context.Context
	p        *i18n.Printer
	actor    *perm.Actor
	org      *org.Service
	now      time.Time
	missions map[string]string
	ministry string
	people   map[string]string
	topics   map[string]string
	roles    map[string]string
}

func (c *console) desk(r *http.Request, list ...publish.Message) (*desk, error) {
	ctx := r.Context()
	d := &desk{ctx: ctx, p: i18n.From(ctx), actor: perm.From(ctx), org: c.org, now: c.clock.Now(), topics: map[string]string{}}
	var err error
	if d.missions, err = c.org.MissionNames(ctx); err != nil {
		return nil, err
	}
	if m, err := c.org.Ministry(ctx); err == nil {
		d.ministry = m.Name(d.p.Lang())
	}
	if d.roles, err = c.org.RoleNames(ctx); err != nil {
		return nil, err
	}
	d.people, err = c.org.PersonNames(ctx, peopleOf(list))
	return d, err
}

// peopleOf gives everyone whom the pages of some messages may name.
func peopleOf(list []publish.Message) []string {
	seen := map[string]bool{}
	for _, m := range list {
		for _, id := range m.Authors {
			seen[id] = true
		}
		seen[m.CreatedBy], seen[m.SubmittedBy] = true, true
		for _, s := range m.Route.Steps {
			for _, id := range s.People {
				seen[id] = true
			}
			if s.Escalate != nil {
				for _, id := range s.Escalate.People {
					seen[id] = true
				}
			}
		}
		for _, a := range m.Approvals {
			seen[a.ActorID], seen[a.OnBehalfOf], seen[a.VoidedBy] = true, true, true
		}
	}
	delete(seen, "")
	ids := make([]string, 0, len(seen))
	for id := range seen {
		ids = append(ids, id)
	}
	return ids
}

func (d *desk) t(key string, args ...any) string { return d.p.T(key, args...) }

// mission is the name of who speaks.
func (d *desk) mission(id string) string {
	if id == "" {
		return d.ministry
	}
	if n := d.missions[id]; n != "" {
		return n
	}
	return d.t("publish.mission.unknown")
}

// person names someone who acted: an official, or the house itself.
func (d *desk) person(id string) string {
	if n := d.people[id]; n != "" {
		return n
	}
	return d.t("publish.person.house")
}

// by names who acted and in whose name.
func (d *desk) by(id, behalf string) string {
	if behalf == "" {
		return d.person(id)
	}
	return d.t("publish.by_for", "name", d.person(id), "other", d.person(behalf))
}

// when writes a moment in the zone of the mission.
func (d *desk) when(missionID string, t db.Time) string {
	if t.IsZero() {
		return ""
	}
	return d.p.DateTime(t.In(d.org.Zone(d.ctx, missionID)))
}

// scopes offers the ministry and the missions in which the reader holds a
// permission; one of them is chosen.
func (d *desk) scopes(p perm.Permission, chosen string) []ui.Option {
	var out []ui.Option
	if d.actor.MayIn(p, perm.Everywhere()) {
		out = append(out, ui.Option{Value: "", Label: d.ministry, Checked: chosen == ""})
	}
	list, err := d.org.Missions(d.ctx)
	if err != nil {
		return out
	}
	for _, m := range list {
		if (m.Open || m.ID == chosen) && d.actor.MayIn(p, perm.InMission(m.ID)) {
			out = append(out, ui.Option{Value: m.ID, Label: m.Name(d.p.Lang()), Checked: m.ID == chosen})
		}
	}
	return out
}

// state is the badge of a message.
func (d *desk) state(m *publish.Message) (ui.Kind, string) {
	kind := map[publish.State]ui.Kind{
		publish.StateDraft: ui.Draft, publish.StateRejected: ui.Warning, publish.StateInReview: ui.Waiting, publish.StateApproved: ui.Success,
		publish.StateScheduled: ui.Info, publish.StateReleased: ui.Live, publish.StateWithdrawn: ui.Neutral,
	}[m.State]
	return kind, d.t("publish.state." + string(m.State))
}

// text is the badge of one language of a message.
func (d *desk) text(m *publish.Message, l i18n.Lang) (ui.Kind, string) {
	v, _ := m.Variant(l)
	kind := map[publish.VariantState]ui.Kind{
		publish.VariantMissing: ui.Neutral, publish.VariantDraft: ui.Draft, publish.VariantReviewed: ui.Info, publish.VariantApproved: ui.Success, publish.VariantStale: ui.Warning,
	}[v.State]
	return kind, d.t("publish.variant." + string(v.State))
}

// step names the step of a route.
func (d *desk) step(s publish.Step) string {
	name := d.t("publish.step." + string(s.Kind))
	if s.Ministry {
		name = d.t("publish.step.at_ministry", "step", name)
	}
	if who := d.asked(s.Named); who != "" {
		return d.t("publish.step.by", "step", name, "who", who)
	}
	return name
}

// title of a message in the reader's language, or that it has none yet.
func (d *desk) title(m *publish.Message) string { return titleOf(d.ctx, m) }

func titleOf(ctx context.Context, m *publish.Message) string {
	if t, _ := m.Title(i18n.From(ctx).Lang()); t != "" {
		return t
	}
	return i18n.T(ctx, "publish.untitled")
}

func messagePath(id string) string { return "/console/messages/" + url.PathEscape(id) }

// crumbs is the way down to a page below a message.
func (d *desk) crumbs(m *publish.Message) []ui.Link {
	out := []ui.Link{{Label: d.t("publish.nav.messages"), Href: "/console/messages"}}
	if m != nil {
		out = append(out, ui.Link{Label: d.title(m), Href: messagePath(m.ID)})
	}
	return out
}

// done ends an act that has no form of its own: it says what was done, or
// what stood against it, on the page that it returns to.
func done(w http.ResponseWriter, r *http.Request, err error, back, said string, args ...any) error {
	if err == nil {
		web.Flash(r.Context(), ui.Success, web.T(r, said, args...))
		return web.Redirect(w, r, back)
	}
	if said, ok := explain(r, err); ok {
		web.Flash(r.Context(), ui.Danger, said)
		return web.Redirect(w, r, back)
	}
	return err
}

// explain puts into words what stands against an act, when that is something
// the person can understand and mend; other errors are pages of their own.
func explain(r *http.Request, err error) (string, bool) {
	e, ok := errs.Find(err)
	if !ok || e.Kind != errs.Invalid && e.Kind != errs.Conflict && (e.Kind != errs.Forbidden || e.Key == "") {
		return "", false
	}
	if len(e.Fields) > 0 {
		return web.T(r, e.Fields[0].Key, e.Fields[0].Args...), true
	}
	return web.Message(i18n.From(r.Context()), e), true
}

// mayRoute reports whether the reader may set routes there.
func (d *desk) mayRoute(missionID string) bool {
	return d.actor.MayIn(publish.MayRoutes, perm.InMission(missionID))
}

// plain gives options without their hints, for a select.
func (d *desk) plain(in []ui.Option) []ui.Option {
	out := make([]ui.Option, len(in))
	for i, o := range in {
		out[i] = ui.Option{Value: o.Value, Label: o.Label, Checked: o.Checked}
	}
	return out
}

func itoa(n int) string { return strconv.Itoa(n) }
