package planningweb

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/planning"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// openPage is the form that opens a file or changes its question.
type openPage struct {
	planning.Draft
	Action   string
	Version  int64 // of the file that is changed, 0 for a new one
	Unit     string
	Units    []ui.Option
	Evidence *planning.Evidence
	Zone     *time.Location
	Due      ui.DateProps
	DueTime  string
	Errors   map[string]string
	Problem  string
}

func (o openPage) summary() []ui.FieldError {
	var out []ui.FieldError
	if o.Problem != "" {
		out = append(out, ui.FieldError{Text: o.Problem})
	}
	for _, f := range []struct{ name, id string }{{"title", "title"}, {"question", "question"}, {"unit", "unit"}, {"due", "due-day"}} {
		if t := o.Errors[f.name]; t != "" {
			out = append(out, ui.FieldError{Field: f.id, Text: t})
		}
	}
	return out
}

// setDue fills the date fields from a time.
func (o *openPage) setDue(r *http.Request, t db.Time) {
	if t.IsZero() {
		return
	}
	at := t.In(o.Zone)
	d := i18n.From(r.Context()).Digits
	o.Due.Day, o.Due.Month, o.Due.Year = d(strconv.Itoa(at.Day())), d(strconv.Itoa(int(at.Month()))), d(strconv.Itoa(at.Year()))
	o.DueTime = i18n.From(r.Context()).Clock(at)
}

// readDue keeps the date fields as they were typed and reads them.
func (o *openPage) readDue(f *web.Form) db.Time {
	o.Due.Day, o.Due.Month, o.Due.Year, o.DueTime = f.Raw("due-day"), f.Raw("due-month"), f.Raw("due-year"), f.Raw("due-time")
	return db.At(f.DateTime("due", o.Zone))
}

func (p *pages) newForm(w http.ResponseWriter, r *http.Request) error {
	o := openPage{Draft: planning.Draft{ID: id.New()}}
	if wid := r.URL.Query().Get("warning"); wid != "" {
		d, e, existing, err := p.svc.FromWarning(r.Context(), wid)
		if err != nil {
			return err
		}
		if existing != "" {
			return web.Redirect(w, r, "/console/decisions/"+existing)
		}
		o.Draft, o.Evidence = d, e
	}
	return p.renderOpen(w, r, o, 0)
}

func (p *pages) renderOpen(w http.ResponseWriter, r *http.Request, o openPage, status int) error {
	n, err := p.names(r.Context())
	if err != nil {
		return err
	}
	if o.Zone == nil {
		o.Zone = n.zone(o.MissionID)
	}
	o.Units = n.unitOptions(r.Context(), o.Unit)
	title, back := web.T(r, "planning.new"), "/console/decisions"
	if o.Version > 0 {
		title, back = web.T(r, "planning.edit"), "/console/decisions/"+o.ID
	}
	return web.Render(w, r, web.Page{Title: title, Intro: web.T(r, "planning.new_intro"), Body: openView(o, back), Status: status,
		Crumbs: []ui.Link{{Label: web.T(r, "planning.title"), Href: "/console/decisions"}}})
}

func (p *pages) open(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	o := openPage{Draft: planning.Draft{ID: f.ID("id"), Title: f.Text("title", planning.MaxTitle), Question: f.Text("question", planning.MaxText), WarningID: f.OptionalID("warning")}, Unit: f.Raw("unit")}
	if o.WarningID != "" {
		d, e, _, err := p.svc.FromWarning(ctx, o.WarningID)
		if err != nil {
			return err
		}
		o.Evidence, o.MissionID, o.DepartmentID = e, d.MissionID, d.DepartmentID
	} else if o.MissionID, o.DepartmentID, err = readUnit(o.Unit); err != nil {
		f.Fail("unit", "web.field.choice")
	}
	n, err := p.names(ctx)
	if err != nil {
		return err
	}
	o.Zone = n.zone(o.MissionID)
	o.DueAt = o.readDue(f)
	if err = f.Err(); err == nil {
		err = p.svc.Open(ctx, o.Draft)
	}
	if err != nil {
		return p.openAgain(w, r, o, err)
	}
	web.Flash(ctx, ui.Success, web.T(r, "planning.done.opened"))
	return web.Redirect(w, r, "/console/decisions/"+o.ID)
}

func (p *pages) openAgain(w http.ResponseWriter, r *http.Request, o openPage, cause error) error {
	e, ok := errs.Find(cause)
	if !ok || e.Kind != errs.Invalid && e.Kind != errs.Conflict {
		return cause
	}
	o.Errors = web.Errors(r, cause)
	if len(o.Errors) == 0 {
		o.Problem = web.Message(i18n.From(r.Context()), e)
	}
	return p.renderOpen(w, r, o, http.StatusUnprocessableEntity)
}

// readUnit reads "mission:ID", "department:ID" or "ministry:".
func readUnit(s string) (mission, department string, err error) {
	kind, unit, ok := strings.Cut(s, ":")
	switch {
	case ok && kind == "mission" && id.Valid(unit):
		return unit, "", nil
	case ok && kind == "department" && id.Valid(unit):
		return "", unit, nil
	case s == "ministry:":
		return "", "", nil
	}
	return "", "", errs.New(errs.Invalid, "")
}

func (p *pages) editForm(w http.ResponseWriter, r *http.Request) error {
	f, err := p.svc.File(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	o, err := p.editing(r, f)
	if err != nil {
		return err
	}
	o.setDue(r, f.DueAt)
	return p.renderOpen(w, r, o, 0)
}

func (p *pages) editing(r *http.Request, f *planning.File) (openPage, error) {
	n, err := p.names(r.Context())
	if err != nil {
		return openPage{}, err
	}
	return openPage{Draft: planning.Draft{ID: f.ID, Title: f.Title, Question: f.Question, MissionID: f.MissionID}, Version: f.Version, Zone: n.zone(f.MissionID), Action: "/console/decisions/" + f.ID + "/edit"}, nil
}

func (p *pages) edit(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	file, err := p.svc.File(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	o, err := p.editing(r, file)
	if err != nil {
		return err
	}
	o.Title, o.Question = f.Text("title", planning.MaxTitle), f.Text("question", planning.MaxText)
	o.DueAt = o.readDue(f)
	version := f.Int("version", 1, 1<<31-1)
	if err = f.Err(); err == nil {
		err = p.svc.Edit(ctx, o.ID, o.Draft, int64(version))
	}
	if err != nil {
		return p.openAgain(w, r, o, err)
	}
	web.Flash(ctx, ui.Success, web.T(r, "planning.done.edited"))
	return web.Redirect(w, r, "/console/decisions/"+o.ID)
}
