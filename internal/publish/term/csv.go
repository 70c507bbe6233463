package term

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"

	"sifara/internal/i18n"
)

// The columns of a table: "id", "kind", "source", "note", and three for each
// language, "ar", "ar also" and "ar wrong". Several wordings in one cell are parted
// by ";" or line ends. Columns that nobody knows are passed over.
const (
	alsoColumn  = " also"
	wrongColumn = " wrong"
	maxColumns  = 4 + 3*MaxLangs + 8
)

func readCSV(b []byte) ([]Entry, error) {
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	r := csv.NewReader(bytes.NewReader(b))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	line, _, _ := bytes.Cut(b, []byte("\n"))
	switch {
	case bytes.IndexByte(line, '\t') >= 0:
		r.Comma = '\t'
	case bytes.IndexByte(line, ',') < 0 && bytes.IndexByte(line, ';') >= 0:
		r.Comma = ';' // as spreadsheets write where the comma is a decimal point
	}
	head, err := r.Read()
	if err != nil || len(head) > maxColumns {
		return nil, ErrFormat
	}
	usable := false
	for i, h := range head {
		head[i] = strings.ToLower(strings.Join(strings.Fields(h), " "))
		_, tag := langTag(head[i])
		usable = usable || tag
	}
	if !usable {
		return nil, ErrFormat
	}
	var out []Entry
	for len(out) <= maxEntries {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, ErrFormat
		}
		out = append(out, readRow(head, row))
	}
	return out, nil
}

func readRow(head, row []string) Entry {
	e := Entry{Kind: Other, Words: Words{}}
	for i, cell := range row[:min(len(row), len(head))] {
		cell = strings.TrimSpace(active(cell))
		switch head[i] {
		case "id":
			e.ID = cell
		case "kind":
			if cell != "" {
				e.Kind = Kind(strings.ToLower(cell))
			}
		case "source":
			e.Source = cell
		case "note":
			e.Note = cell
		default:
			e.put(head[i], cell)
		}
	}
	return e
}

// put enters the cell of a column of wordings.
func (e *Entry) put(column, cell string) {
	lang, also := strings.CutSuffix(column, alsoColumn)
	lang, wrong := strings.CutSuffix(lang, wrongColumn)
	tag, ok := langTag(lang)
	if !ok || cell == "" {
		return
	}
	w := e.Words[tag]
	list := lines(strings.FieldsFunc(cell, func(r rune) bool { return r == ';' || r == '؛' || r == '\n' }))
	switch {
	case also:
		w.Also = list
	case wrong:
		w.Wrong = list
	default:
		w.Preferred = cell
	}
	e.Words[tag] = w
}

func writeCSV(to io.Writer, list []Entry) error {
	langs := allLangs(list)
	head := []string{"id", "kind"}
	for _, l := range langs {
		head = append(head, l, l+alsoColumn, l+wrongColumn)
	}
	w := csv.NewWriter(to)
	if err := w.Write(append(head, "source", "note")); err != nil {
		return err
	}
	for _, e := range list {
		row := []string{e.ID, string(e.Kind)}
		for _, l := range langs {
			x := e.Words[l]
			row = append(row, inert(x.Preferred), inert(strings.Join(x.Also, "; ")), inert(strings.Join(x.Wrong, "; ")))
		}
		if err := w.Write(append(row, inert(e.Source), inert(e.Note))); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// allLangs are the languages of the house and those that some entry has.
func allLangs(list []Entry) []string {
	all := Words{}
	for _, l := range i18n.Langs {
		all[string(l)] = Wording{}
	}
	for _, e := range list {
		for l := range e.Words {
			all[l] = Wording{}
		}
	}
	return all.Langs()
}

const formulas = "=+-@\t\r"

// inert keeps a spreadsheet from taking a wording for a formula; active undoes it.
func inert(s string) string {
	if s != "" && strings.IndexByte(formulas, s[0]) >= 0 {
		return "'" + s
	}
	return s
}

func active(s string) string {
	if len(s) > 1 && s[0] == '\'' && strings.IndexByte(formulas, s[1]) >= 0 {
		return s[1:]
	}
	return s
}
