package listenweb

import (
	"net/http"
	"strings"
	"time"

	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

type importsPage struct {
	desk
	table ui.TableProps
	links ui.PageLinks
}

// imports lists the files that were or are being read.
func (p pages) imports(w http.ResponseWriter, r *http.Request) error {
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	before := r.URL.Query().Get("before")
	list, next, err := p.svc.Imports(r.Context(), before, 30)
	if err != nil {
		return err
	}
	v := importsPage{desk: d}
	v.table = ui.TableProps{ID: "imports", Caption: d.T("listen.imports"), Columns: []ui.Column{
		{Label: d.T("listen.import.file")}, {Label: d.T("listen.import.state")}, {Label: d.T("listen.import.stored"), Numeric: true}, {Label: d.T("listen.import.duplicates"), Numeric: true}, {Label: d.T("listen.import.rejected"), Numeric: true},
	}}
	for _, x := range list {
		v.table.Rows = append(v.table.Rows, ui.Row{Cells: []ui.Cell{
			{Text: x.Name, Href: importsPath + "/" + x.ID, Sub: d.when(x.CreatedAt) + " · " + d.p.Bytes(x.Size)}, ui.CompCell(d.importState(x)),
			ui.TextCell(d.p.Number(x.Report.Stored)), ui.TextCell(d.p.Number(x.Report.Duplicates)), ui.TextCell(d.p.Number(x.Report.Rejected)),
		}})
	}
	if next != "" {
		v.links.OlderHref = importsPath + "?before=" + next
	}
	if before != "" {
		v.links.NewerHref = importsPath
	}
	return web.Render(w, r, web.Page{
		Title: d.T("listen.imports"), Intro: d.T("listen.imports.intro"), Crumbs: d.crumbs(), Body: importsBody(v),
		Actions: ui.Btn(ui.Button{Label: d.T("listen.import.new"), Icon: "upload", Href: importsPath + "/new"}),
	})
}

type uploadPage struct {
	desk
	id      string
	problem string
}

func (p pages) newImport(w http.ResponseWriter, r *http.Request) error {
	return p.uploadForm(w, r, id.New(), "", 0)
}

func (p pages) uploadForm(w http.ResponseWriter, r *http.Request, id, problem string, status int) error {
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, web.Page{
		Title: d.T("listen.import.new"), Intro: d.T("listen.import.new.intro"), Status: status,
		Crumbs: d.crumbs(ui.Link{Label: d.T("listen.imports"), Href: importsPath}), Body: uploadBody(uploadPage{desk: d, id: id, problem: problem}),
	})
}

// upload takes a file. Large files come slowly: the server's usual limit on
// the time of reading does not hold here.
func (p pages) upload(w http.ResponseWriter, r *http.Request) error {
	rc := http.NewResponseController(w)
	_ = rc.SetReadDeadline(time.Now().Add(2 * time.Hour)) // not every server can
	_ = rc.SetWriteDeadline(time.Now().Add(2 * time.Hour))
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	defer func() {
		if r.MultipartForm != nil {
			_ = r.MultipartForm.RemoveAll()
		}
	}()
	key := f.ID("id")
	file, head := f.File("file", listen.MaxUpload)
	if err := f.Err(); err != nil {
		return p.uploadForm(w, r, id.New(), web.Errors(r, err)["file"], http.StatusUnprocessableEntity)
	}
	if file == nil {
		return p.uploadForm(w, r, key, web.T(r, "web.field.required"), http.StatusUnprocessableEntity)
	}
	defer file.Close()
	err = p.svc.Upload(r.Context(), key, head.Filename, file)
	if e, ok := errs.Find(err); ok && e.Kind == errs.Invalid {
		d, derr := p.desk(r)
		if derr != nil {
			return derr
		}
		return p.uploadForm(w, r, id.New(), web.Message(d.p, e), http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, importsPath+"/"+key)
}

type importPage struct {
	desk
	i        listen.FileImport
	preview  listen.Preview
	sample   ui.TableProps
	errors   map[string]string
	facts    []ui.KeyValue
	rejects  ui.TableProps
	progress string
	rate     string
}

// fileImport shows an import in the state it is in: naming its columns, its
// progress, its outcome.
func (p pages) fileImport(w http.ResponseWriter, r *http.Request) error {
	i, err := p.svc.FileImport(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return p.showImport(w, r, i, nil)
}

func (p pages) showImport(w http.ResponseWriter, r *http.Request, i listen.FileImport, cause error) error {
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	v := importPage{desk: d, i: i, errors: web.Errors(r, cause)}
	if i.State == listen.ImportMapping {
		if v.preview, err = p.svc.Preview(r.Context(), i); err != nil {
			return err
		}
		if cause != nil {
			v.preview.Guess = i.Mapping
		}
		v.sample = d.sampleTable(v.preview)
	} else if err := p.importFacts(r, &v); err != nil {
		return err
	}
	status := 0
	if cause != nil {
		status = http.StatusUnprocessableEntity
	}
	return web.Render(w, r, web.Page{Title: i.Name, Status: status, Crumbs: d.crumbs(ui.Link{Label: d.T("listen.imports"), Href: importsPath}), Body: importBody(v)})
}

func (d desk) sampleTable(p listen.Preview) ui.TableProps {
	t := ui.TableProps{Caption: d.T("listen.import.sample"), Visible: true}
	for _, c := range p.Columns {
		t.Columns = append(t.Columns, ui.Column{Label: c})
	}
	for _, row := range p.Rows {
		var cells []ui.Cell
		for _, c := range row {
			cells = append(cells, ui.TextCell(c))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: cells})
	}
	return t
}

func (p pages) importFacts(r *http.Request, v *importPage) error {
	rep := v.i.Report
	v.facts = []ui.KeyValue{
		{Key: v.T("listen.import.state"), Comp: v.importState(v.i)},
		{Key: v.T("listen.import.read"), Value: v.p.Number(rep.Read)},
		{Key: v.T("listen.import.stored"), Value: v.p.Number(rep.Stored)},
		{Key: v.T("listen.import.duplicates"), Value: v.p.Number(rep.Duplicates)},
		{Key: v.T("listen.import.rejected"), Value: v.p.Number(rep.Rejected)},
	}
	if rep.Seconds > 0 {
		v.rate = v.T("listen.import.rate", "rate", v.p.Number(int64(float64(rep.Read)/rep.Seconds)))
		v.facts = append(v.facts, ui.KeyValue{Key: v.T("listen.import.time"), Value: v.p.Duration(time.Duration(rep.Seconds * float64(time.Second)))})
	}
	v.progress = v.T("listen.import.progress", "count", rep.Read)
	if rep.Rejected == 0 {
		return nil
	}
	list, err := p.svc.Rejects(r.Context(), v.i.ID, 0, 20)
	if err != nil {
		return err
	}
	v.rejects = ui.TableProps{Caption: v.T("listen.import.rejects"), Columns: []ui.Column{{Label: v.T("listen.import.line")}, {Label: v.T("listen.import.reason")}}}
	for _, x := range list {
		v.rejects.Rows = append(v.rejects.Rows, ui.Row{Cells: []ui.Cell{ui.TextCell(v.p.Number(x.Line)), ui.TextCell(v.T("listen.reject." + x.Reason))}})
	}
	return nil
}

// startImport takes the names of the columns.
func (p pages) startImport(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	i, err := p.svc.FileImport(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	var m listen.Mapping
	for _, name := range listen.MappingFields {
		*m.Field(name) = f.Raw("map_" + name)
		if v := m.Field(name); *v == "" && name != "time" && name != "text" {
			*v = "-"
		}
	}
	err = p.svc.StartImport(r.Context(), i.ID, f.Optional("source", 120), m)
	if errs.KindOf(err) == errs.Invalid && err != nil {
		i.Mapping = m
		return p.showImport(w, r, i, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, importsPath+"/"+i.ID)
}

func (p pages) stopImport(w http.ResponseWriter, r *http.Request) error {
	if err := p.svc.StopImport(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Info, web.T(r, "listen.import.stopped"))
	return web.Redirect(w, r, importsPath+"/"+r.PathValue("id"))
}

// rejects is the file of refused lines. It is for whoever brought the file and
// holds what they brought.
func (p pages) rejects(w http.ResponseWriter, r *http.Request) error {
	i, err := p.svc.FileImport(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/x-ndjson; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="rejects-`+i.ID+`.jsonl"`)
	w.Header().Set("Cache-Control", "no-store")
	return p.svc.WriteRejects(r.Context(), i.ID, w)
}

// field asks which column holds what.
func (v importPage) field(name string) ui.ChoiceProps {
	guess := v.preview.Guess
	c := ui.ChoiceProps{Name: "map_" + name, Label: v.T("listen.import.field." + name), Hint: v.T("listen.import.field." + name + ".hint"), Error: v.errors[name], Blank: v.T("listen.import.field.none")}
	c.Optional = name != "time" && name != "text"
	for _, col := range v.preview.Columns {
		c.Options = append(c.Options, ui.Option{Value: col, Label: col, Checked: strings.EqualFold(*guess.Field(name), col) && col != ""})
	}
	return c
}

// errorIDs leads from the names of mapping's fields to those of the form.
func (v importPage) errorIDs() map[string]string {
	m := map[string]string{}
	for _, n := range listen.MappingFields {
		m[n] = "map_" + n
	}
	return m
}
