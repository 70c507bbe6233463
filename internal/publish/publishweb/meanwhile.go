package publishweb

import (
	"net/http"
	"strconv"

	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/web"
)

// meanwhile is what others did with a text since somebody has it before them.
type meanwhile struct {
	stored publish.Words // as it is stored now
	before publish.Words // as it was at the version that they began from
	by     string        // who saved another version since; empty when nobody did
	others []publish.Typed
}

// meanwhileOf looks what others did since a version of a text, and learns their
// names.
func (c *console) meanwhileOf(r *http.Request, d *desk, m publish.Message, l i18n.Lang, version int) (meanwhile, error) {
	v, _ := m.Variant(l)
	out := meanwhile{stored: publish.Words{Title: v.Title, Summary: v.Summary, Body: v.Body}}
	var err error
	if v.Version > version && version >= 0 {
		out.by = v.EditedBy
		if out.before, _, err = c.svc.TextAt(r.Context(), m.ID, l, version); err != nil {
			return out, err
		}
	}
	if _, out.others, err = c.svc.TypedOf(r.Context(), m, l); err != nil {
		return out, err
	}
	ids := []string{out.by}
	for _, y := range out.others {
		ids = append(ids, y.PersonID)
	}
	return out, d.know(c, ids...)
}

// join puts what was typed over a version into what is stored now. Where that
// cannot be done the page shows both.
func (c *console) join(r *http.Request, p *editPage, base int) error {
	v, _ := p.m.Variant(p.lang)
	if v.Version == base {
		return nil
	}
	joined, ok, err := c.svc.Join(r.Context(), p.m, p.lang, p.typed(), base)
	if err != nil {
		return err
	}
	p.now = publish.Words{Title: v.Title, Summary: v.Summary, Body: v.Body}
	if ok {
		p.v.Set("title", joined.Title)
		p.v.Set("summary", joined.Summary)
		p.v.Set("body", joined.Body)
		p.joined, p.notice = true, ""
	} else {
		p.clash = true
	}
	p.v.Set("version", strconv.Itoa(v.Version))
	return nil
}

// forget gives up what the writer typed and has not saved:
// POST /console/messages/{id}/forget.
func (c *console) forget(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	l := in.Lang("lang")
	if err := in.Err(); err != nil {
		return err
	}
	m, err := c.svc.Message(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return done(w, r, c.svc.DropTyped(r.Context(), m.ID, l), messagePath(m.ID)+"/edit?lang="+string(l), "publish.done.forgotten")
}
