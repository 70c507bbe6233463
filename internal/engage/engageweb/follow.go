package engageweb

import (
	"net/http"
	"time"

	"sifara/internal/engage"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// followPage is the asker's own page.
type followPage struct {
	Pair  *engage.Pair
	Path  string
	Link  string // absolute, shown when the question has just been taken
	Fresh bool
	Zone  *time.Location
	Title string
	Back  string // the statement
}

// step tells how far the question is: one step is the present one, and none is
// called done before it is.
func (f followPage) step(p *i18n.Printer) []ui.Step {
	q := f.Pair
	steps := []ui.Step{{Title: p.T("engage.follow.taken"), When: p.DateTime(q.AskedAt.In(f.Zone)), State: ui.Done}}
	now := ui.Step{Title: p.T("engage.follow.working"), State: ui.Now, Note: p.T("engage.follow.due", "date", p.Date(q.DueAt.In(f.Zone)))}
	switch q.State {
	case engage.Fresh:
		now.Title = p.T("engage.follow.waiting")
	case engage.Answered:
		return append(steps, ui.Step{Title: p.T("engage.follow.answered"), When: p.DateTime(q.AnsweredAt.In(f.Zone)), State: ui.Done})
	case engage.Closed:
		return append(steps, ui.Step{Title: p.T("engage.follow.closed"), When: p.DateTime(q.ClosedAt.In(f.Zone)), Note: p.T("engage.follow.reason." + string(q.Reason)), State: ui.Skipped})
	}
	return append(steps, now, ui.Step{Title: p.T("engage.follow.answer"), State: ui.Ahead})
}

// private keeps a page out of caches, search engines and the addresses that
// other sites are told.
func private(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Robots-Tag", "noindex, nofollow")
	w.Header().Set("Referrer-Policy", "no-referrer")
}

func (p *pages) follow(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	private(w)
	pair, err := p.byLink(r)
	if err != nil {
		return err
	}
	all, err := p.missions(ctx)
	if err != nil {
		return err
	}
	l := i18n.From(ctx).Lang()
	f := followPage{
		Pair: pair, Path: r.URL.Path, Fresh: r.URL.Query().Get("taken") != "" && pair.State == engage.Fresh, Zone: p.zone(ctx, all, pair.MissionID),
		Title: pair.Title(l), Back: "/" + string(l) + "/statements/" + pair.Slug, Link: p.svc.BaseURL + r.URL.Path,
	}
	return web.Render(w, r, web.Page{
		Title: number(ctx, &pair.Question), Body: followView(f), NoIndex: true, Private: true, Mission: all[pair.MissionID].Slug,
	})
}

// byLink finds the question of a secret link; who tries many is slowed.
func (p *pages) byLink(r *http.Request) (*engage.Pair, error) {
	pair, err := p.svc.Follow(r.Context(), r.PathValue("secret"))
	if errs.KindOf(err) == errs.NotFound {
		if err := web.Limit(r.Context(), "engage.follow", 10*time.Second, 20); err != nil {
			return nil, err
		}
	}
	return pair, err
}

func (p *pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	private(w)
	if _, err := p.byLink(r); err != nil {
		return err
	}
	if err := p.svc.Withdraw(r.Context(), r.PathValue("secret")); err != nil {
		return err
	}
	return web.Redirect(w, r, "/"+string(i18n.From(r.Context()).Lang())+"/questions/follow/"+r.PathValue("secret"))
}
