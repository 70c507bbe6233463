package publishweb

import (
	"net/http"

	"sifara/internal/publish"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// historyPage is every version of a message with what changed:
// GET /console/messages/{id}/history.
type historyPage struct {
	d       *desk
	m       publish.Message
	changes []publish.Change
}

func (c *console) history(w http.ResponseWriter, r *http.Request) error {
	m, err := c.svc.Message(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	p := historyPage{m: m}
	if p.changes, err = c.svc.History(r.Context(), m.ID); err != nil {
		return err
	}
	if p.d, err = c.desk(r, m); err != nil {
		return err
	}
	return web.Render(w, r, web.Page{Title: p.d.t("publish.act.history"), Crumbs: p.d.crumbs(&m), Body: historyView(p)})
}

// steps are the versions, the newest first.
func (p historyPage) steps() []ui.Step {
	var out []ui.Step
	for _, c := range p.changes {
		title := p.d.t("publish.version."+c.Act, "number", c.Version.Version, "lang", c.Lang)
		s := ui.Step{Title: title, Note: p.d.by(c.ActorID, c.OnBehalfOf), When: p.d.when(p.m.MissionID, c.At), State: ui.Done, Icon: "pencil"}
		if c.Lang != "" {
			s.Comp = changeView(p.d, c)
		}
		out = append(out, s)
	}
	return out
}

// whole is a text as one piece, for comparing.
func whole(w publish.Words) string {
	if w == (publish.Words{}) {
		return ""
	}
	s := w.Title + "\n\n"
	if w.Summary != "" {
		s += w.Summary + "\n\n"
	}
	return s + w.Body
}
