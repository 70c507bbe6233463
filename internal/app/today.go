package app

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/module"
	"sifara/internal/perm"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// today is the console's first page: what waits for the person, what alarms,
// what comes, each part from the context that knows. GET /console
func (h *House) today(w http.ResponseWriter, r *http.Request) error {
	p := i18n.From(r.Context())
	var panels []panel
	for i, m := range h.panels() {
		drawn, err := h.drawPanel(r, i, m)
		if err != nil {
			return err
		}
		if drawn != nil {
			panels = append(panels, *drawn)
		}
	}
	now := h.Clock.Now().In(h.ministryZone(r.Context()))
	intro := p.DateWeekday(now)
	if hijri := p.Hijri(now); hijri != "" {
		intro += " — " + hijri
	}
	return web.Render(w, r, web.Page{Title: p.T("nav.today"), Intro: intro, Body: todayPage(panels), Wide: true})
}

// todayPart draws one panel anew for a live page. GET /console/today/{n}
func (h *House) todayPart(w http.ResponseWriter, r *http.Request) error {
	n, err := strconv.Atoi(r.PathValue("n"))
	all := h.panels()
	if err != nil || n < 0 || n >= len(all) {
		return errs.New(errs.NotFound, "")
	}
	drawn, err := h.drawPanel(r, n, all[n])
	if err != nil {
		return err
	}
	if drawn == nil {
		return errs.New(errs.NotFound, "")
	}
	return web.Fragment(w, r, drawn.body)
}

// drawPanel gives nil when the person may not see the panel or there is
// nothing in it.
func (h *House) drawPanel(r *http.Request, n int, m module.Panel) (*panel, error) {
	if !perm.From(r.Context()).May(m.Permission) {
		return nil, nil
	}
	body, err := m.Body(r)
	if err != nil || body == nil {
		return nil, err
	}
	card := ui.CardProps{ID: "panel-" + strconv.Itoa(n), Title: web.T(r, m.Title)}
	if m.Href != "" {
		card.More = ui.Link{Label: web.T(r, "today.more"), Href: m.Href}
	}
	if len(m.Topics) > 0 {
		card.Live, card.LiveSrc = strings.Join(m.Topics, " "), "/console/today/"+strconv.Itoa(n)
	}
	return &panel{card: card, wide: m.Wide, body: body}, nil
}

// panelOrder is the order in which contexts fill the page: what alarms first,
// what only informs last.
var panelOrder = []string{"listen", "planning", "publish", "engage", "channels", "assess"}

func (h *House) panels() []module.Panel {
	modules := slices.Clone(h.Modules)
	slices.SortStableFunc(modules, func(x, y module.Module) int {
		return slices.Index(panelOrder, x.Name) - slices.Index(panelOrder, y.Name)
	})
	var all, wide []module.Panel
	for _, m := range modules {
		for _, p := range m.Panels {
			if p.Wide {
				wide = append(wide, p)
			} else {
				all = append(all, p)
			}
		}
	}
	return append(all, wide...)
}
