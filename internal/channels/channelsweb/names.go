package channelsweb

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"sifara/internal/channels"
	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/module"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/text"
	"sifara/internal/web/ui"
)

// names knows what ids stand for, in the reader's language.
type names struct {
	p        *i18n.Printer
	ministry string
	missions map[string]string
	zone     func(missionID string) *time.Location
}

func (p pages) names(ctx context.Context) (names, error) {
	n := names{p: i18n.From(ctx), zone: func(id string) *time.Location { return p.Org.Zone(ctx, id) }}
	var err error
	if n.missions, err = p.Org.MissionNames(ctx); err != nil {
		return n, err
	}
	if m, err := p.Org.Ministry(ctx); err == nil {
		n.ministry = m.Name(n.p.Lang())
	}
	return n, nil
}

// mission is the name of a mission; without id it is the ministry's.
func (n names) mission(id string) string {
	if id == "" {
		return n.ministry
	}
	return n.missions[id]
}

func (n names) platform(p channels.Platform) string { return n.p.T("channels.platform." + string(p)) }

func (n names) day(t db.Time, mission string) string {
	if t.IsZero() {
		return "–"
	}
	return n.p.Date(t.In(n.zone(mission)))
}

func (n names) time(t db.Time, mission string) string {
	if t.IsZero() {
		return "–"
	}
	return n.p.DateTime(t.In(n.zone(mission)))
}

func (n names) state(s channels.State) ui.Option {
	return ui.Option{Value: string(s), Label: n.p.T("channels.state." + string(s))}
}

var stateKinds = map[channels.State]ui.Kind{channels.Proposed: ui.Draft, channels.Active: ui.Live, channels.Suspended: ui.Danger, channels.Closed: ui.Neutral}

// missionOptions are the missions in which the actor holds p, and the ministry
// for those who hold it everywhere.
func (p pages) missionOptions(ctx context.Context, n names, may perm.Permission, ministryValue string) ([]ui.Option, error) {
	all, err := p.Org.Missions(ctx)
	if err != nil {
		return nil, err
	}
	a := perm.From(ctx)
	var out []ui.Option
	if a.MayIn(may, perm.Everywhere()) {
		out = append(out, ui.Option{Value: ministryValue, Label: n.ministry})
	}
	slices.SortStableFunc(all, func(x, y org.Mission) int { return strings.Compare(n.missions[x.ID], n.missions[y.ID]) })
	for _, m := range all {
		if a.MayIn(may, perm.InMission(m.ID)) && m.Open {
			out = append(out, ui.Option{Value: m.ID, Label: n.missions[m.ID]})
		}
	}
	return out, nil
}

func platformOptions(n names) []ui.Option {
	var out []ui.Option
	for _, p := range channels.Platforms() {
		out = append(out, ui.Option{Value: string(p), Label: n.platform(p)})
	}
	return out
}

// find answers the command palette.
func (p pages) find(ctx context.Context, query string, limit int) ([]module.Found, error) {
	list, err := p.Accounts(ctx, channels.Filter{})
	if err != nil {
		return nil, err
	}
	folded := text.Fold(strings.TrimPrefix(query, "@"))
	var out []module.Found
	for _, a := range list {
		if len(out) < limit && strings.Contains(text.Fold(a.Handle), folded) {
			out = append(out, module.Found{Title: a.Handle, Hint: "channels.account", Href: accountsPath + "/" + a.ID})
		}
	}
	return out, nil
}

func crumbs(r *http.Request, more ...ui.Link) []ui.Link {
	return append([]ui.Link{{Label: i18n.T(r.Context(), "channels.title"), Href: accountsPath}}, more...)
}
