package engageweb

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"sifara/internal/engage"
	"sifara/internal/i18n"
	"sifara/internal/module"
)

// panelSize is how many questions the Today page shows.
const panelSize = 6

// panel shows what waits for the actor.
func (p *pages) panel(r *http.Request) (templ.Component, error) {
	list, err := p.svc.Today(r.Context(), panelSize)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return panelView(list, p.svc.Clock.Now()), nil
}

// find serves the command palette.
func (p *pages) find(ctx context.Context, query string, limit int) ([]module.Found, error) {
	var out []module.Found
	for _, box := range []engage.Box{engage.BoxOpen, engage.BoxAnswered} {
		list, err := p.svc.List(ctx, engage.Filter{Box: box, Query: query, Limit: limit})
		if err != nil {
			return nil, err
		}
		for i := range list.Items {
			q := &list.Items[i]
			if len(out) < limit {
				out = append(out, module.Found{Title: number(ctx, q) + " – " + snippet(q.Text, 60), Hint: "engage.found", Href: "/console/inbox/" + q.ID})
			}
		}
	}
	if n, err := p.svc.ByNumber(ctx, i18n.ParseDigits(query)); err == nil && n != nil && len(out) < limit {
		out = append([]module.Found{{Title: number(ctx, n), Hint: "engage.found", Href: "/console/inbox/" + n.ID}}, out...)
	}
	return out, nil
}
