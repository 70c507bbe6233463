package publishweb

import (
	"net/http"

	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// historyPage is every version of a message with what changed, of all languages or
// of one, and what differs between any two: GET /console/messages/{id}/history.
type historyPage struct {
	d        *desk
	m        publish.Message
	lang     i18n.Lang // empty for all of them
	changes  []publish.Change
	from, to *publish.Change // that are compared; nil for none
	edit     bool            // the reader may bring a version back
}

func (c *console) history(w http.ResponseWriter, r *http.Request) error {
	m, err := c.svc.Message(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	p := historyPage{m: m, edit: c.svc.Allowed(r.Context(), m).Edit}
	q := r.URL.Query()
	p.lang, _ = i18n.Parse(q.Get("lang"))
	if p.changes, err = c.svc.History(r.Context(), m.ID); err != nil {
		return err
	}
	p.from, p.to = p.text(number(q.Get("from"))), p.text(number(q.Get("to")))
	if p.d, err = c.desk(r, m); err != nil {
		return err
	}
	return web.Render(w, r, web.Page{Title: p.d.t("publish.act.history"), Crumbs: p.d.crumbs(&m), Body: historyView(p)})
}

// text gives the version of the chosen language that made a text; nil when there
// is none of that number.
func (p historyPage) text(number int) *publish.Change {
	for i, c := range p.changes {
		if c.Version.Version == number && p.lang != "" && c.Lang == p.lang && c.After != (publish.Words{}) {
			return &p.changes[i]
		}
	}
	return nil
}

// tabs lead to the versions of all languages and of each.
func (p historyPage) tabs() []ui.Tab {
	path := messagePath(p.m.ID) + "/history"
	out := []ui.Tab{{Label: p.d.t("publish.version.all"), Href: path, Active: p.lang == ""}}
	for _, l := range i18n.Langs {
		out = append(out, ui.Tab{Label: p.d.p.LanguageName(string(l)), Href: path + "?lang=" + string(l), Active: p.lang == l})
	}
	return out
}

// versions offers the texts of the chosen language for comparing.
func (p historyPage) versions(name, label string, chosen *publish.Change) ui.ChoiceProps {
	out := ui.ChoiceProps{Name: name, Label: p.d.t(label)}
	for _, c := range p.changes {
		if c.Lang == p.lang && c.After != (publish.Words{}) {
			out.Options = append(out.Options, ui.Option{Value: itoa(c.Version.Version), Checked: chosen != nil && chosen.Version.Version == c.Version.Version,
				Label: p.d.t("publish.version.at", "number", c.Version.Version, "time", p.d.when(p.m.MissionID, c.At))})
		}
	}
	return out
}

// steps are the versions, the newest first.
func (p historyPage) steps() []ui.Step {
	var out []ui.Step
	for _, c := range p.changes {
		if p.lang != "" && c.Lang != p.lang {
			continue
		}
		title := p.d.t("publish.version."+c.Act, "number", c.Version.Version, "lang", c.Lang)
		s := ui.Step{Title: title, Note: p.d.by(c.ActorID, c.OnBehalfOf), When: p.d.when(p.m.MissionID, c.At), State: ui.Done, Icon: "pencil"}
		if c.Lang != "" {
			s.Comp = changeView(p, c)
		}
		out = append(out, s)
	}
	return out
}

// restorable reports whether the reader may bring the text of a version back: it
// has one, and it is not the one there is.
func (p historyPage) restorable(c publish.Change) bool {
	v, _ := p.m.Variant(c.Lang)
	return p.edit && c.After != (publish.Words{}) && c.After != (publish.Words{Title: v.Title, Summary: v.Summary, Body: v.Body})
}

// now is the version of the text that there is in a language; zero for none.
func (p historyPage) now(l i18n.Lang) string {
	v, _ := p.m.Variant(l)
	return itoa(v.Version)
}

// restore brings an earlier text back: POST /console/messages/{id}/restore.
func (c *console) restore(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	messageID := r.PathValue("id")
	version := number(in.Raw("version"))
	_, err = c.svc.Restore(r.Context(), messageID, version, number(in.Raw("over")))
	return done(w, r, err, messagePath(messageID)+"/history", "publish.done.restored", "number", version)
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
