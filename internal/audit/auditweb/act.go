package auditweb

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"sifara/internal/audit"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// verify recomputes the record: POST /console/audit/verify.
func (p pages) verify(w http.ResponseWriter, r *http.Request) error {
	c, err := p.Audit.Check(r.Context())
	if err != nil {
		return err
	}
	if c.Good() {
		web.Flash(r.Context(), ui.Success, web.T(r, "audit.verified", "count", c.Size))
	} else {
		web.Flash(r.Context(), ui.Danger, web.T(r, "audit.damaged", "place", c.Place))
	}
	return web.Redirect(w, r, listPath)
}

// export sends all records that the filter lets through as a file: POST
// /console/audit/export?…filter… with format=csv or json (one object a line).
func (p pages) export(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	format := form.Choice("format", "csv", "json")
	f, problem := p.filter(r)
	if problem != nil || format == "" {
		return errs.New(errs.Invalid, "")
	}
	f.Before = 0
	w.Header().Set("Content-Disposition", `attachment; filename="audit.`+format+`"`)
	if format == "json" {
		w.Header().Set("Content-Type", "application/x-ndjson")
		out := json.NewEncoder(w)
		return p.Audit.Each(r.Context(), f, func(rec audit.Record) error { return out.Encode(rec) })
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	return p.writeCSV(w, r, f)
}

// writeCSV writes a table that spreadsheets open rightly in every language:
// UTF-8 with its mark, and no cell that a spreadsheet would take for a formula.
func (p pages) writeCSV(w io.Writer, r *http.Request, f audit.Filter) error {
	pr, zone := i18n.From(r.Context()), p.zone(r)
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	columns := []string{"seq", "at", "kind", "actor", "actor_name", "for", "role", "source", "act", "object", "object_id", "mission", "department", "sentence", "detail"}
	if err := out.Write(columns); err != nil {
		return err
	}
	err := p.Audit.Each(r.Context(), f, func(rec audit.Record) error {
		detail, err := json.Marshal(rec.Detail)
		if err != nil {
			return err
		}
		row := []string{itoa(rec.Seq), rec.At.Std().Format(time.RFC3339Nano), string(rec.Kind), rec.Actor, rec.ActorName, rec.For, rec.Role, rec.Source,
			rec.Act, rec.Object, rec.ObjectID, rec.Mission, rec.Department, rec.Sentence(pr, zone), string(detail)}
		for i := range row {
			row[i] = plainCell(row[i])
		}
		return out.Write(row)
	})
	if err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

// plainCell keeps a spreadsheet from running what a cell says.
func plainCell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
