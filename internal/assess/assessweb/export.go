package assessweb

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"

	"sifara/internal/assess"
	"sifara/internal/errs"
	"sifara/internal/publish"
)

// export gives the figures of a page as a file:
// GET /console/assess/export?what=missions|statements&format=csv|json&…
func (p pages) export(w http.ResponseWriter, r *http.Request) error {
	what, format := r.URL.Query().Get("what"), r.URL.Query().Get("format")
	if what != "missions" && what != "statements" || format != "csv" && format != "json" {
		return errs.New(errs.Invalid, "")
	}
	q := p.ask(r)
	var data any
	var rows [][]string
	names, _, err := p.places(r.Context(), "")
	if err != nil {
		return err
	}
	if what == "missions" {
		o, err := p.Overview(r.Context(), q.period, q.mission)
		if err != nil {
			return err
		}
		data, rows = o, missionRows(o, names)
	} else {
		list, err := p.every(r, q)
		if err != nil {
			return err
		}
		data, rows = list, statementRows(list, names)
	}
	w.Header().Set("Content-Disposition", `attachment; filename="`+what+"."+format+`"`)
	if format == "json" {
		w.Header().Set("Content-Type", "application/json")
		return json.NewEncoder(w).Encode(data)
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	return writeCSV(w, rows)
}

// every reads all statements of a period, page by page.
func (p pages) every(r *http.Request, q question) ([]assess.Statement, error) {
	all := []assess.Statement{}
	var after publish.Place
	for {
		list, next, err := p.Statements(r.Context(), q.period, q.mission, after)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
		if next.At == 0 {
			return all, nil
		}
		after = next
	}
}

func missionRows(o assess.Overview, names map[string]string) [][]string {
	rows := [][]string{{"mission_id", "mission", "released", "emergencies", "views", "readers", "feed_views", "feed_readers", "questions", "answered", "median_hours", "p90_hours"}}
	for _, s := range o.Missions {
		rows = append(rows, []string{s.MissionID, names[s.MissionID], n(int64(s.Released)), n(int64(s.Emergencies)), n(s.Reading.Views), n(s.Reading.Readers), n(s.Reading.FeedViews), n(s.Reading.FeedReaders),
			n(int64(s.Questions.Asked)), n(int64(s.Questions.Answered)), decimal(s.Questions.MedianHours), decimal(s.Questions.P90Hours)})
	}
	return rows
}

func statementRows(list []assess.Statement, names map[string]string) [][]string {
	rows := [][]string{{"id", "slug", "mission_id", "mission", "title_ar", "title_ckb", "title_kmr", "title_en", "released_at", "withdrawn_at", "emergency", "warning_id", "decision_id",
		"views", "readers", "feed_views", "feed_readers", "questions", "answered", "median_hours", "topic_id", "posts_before", "posts_after", "posts_complete"}}
	for _, s := range list {
		row := []string{s.ID, s.Slug, s.MissionID, names[s.MissionID], s.Titles["ar"], s.Titles["ckb"], s.Titles["kmr"], s.Titles["en"], moment(s.ReleasedAt), moment(s.WithdrawnAt), strconv.FormatBool(s.Emergency), s.WarningID, s.DecisionID,
			n(s.Reading.Views), n(s.Reading.Readers), n(s.Reading.FeedViews), n(s.Reading.FeedReaders), n(int64(s.Questions.Asked)), n(int64(s.Questions.Answered)), decimal(s.Questions.MedianHours)}
		if v := s.Topic; v != nil {
			row = append(row, v.TopicID, n(v.Before), n(v.After), strconv.FormatBool(v.Complete))
		} else {
			row = append(row, "", "", "", "")
		}
		rows = append(rows, row)
	}
	return rows
}

func n(v int64) string { return strconv.FormatInt(v, 10) }

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }

// writeCSV writes rows for spreadsheets: with a mark of the encoding, and no
// cell that a spreadsheet would take for a formula.
func writeCSV(w io.Writer, rows [][]string) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	for _, row := range rows {
		for i, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				row[i] = "'" + cell
			}
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
