package ui

import "github.com/a-h/templ"

// Column is the heading of a table's column.
type Column struct {
	Label    string
	Numeric  bool   // figures: aligned at the end
	Short    bool   // never broken over two lines: dates, states
	Hidden   bool   // the label is only for screen readers: actions, selection
	SortHref string // address of the list sorted by this column; optional
	Sorted   string // "ascending", "descending" or empty
}

// Cell is the content of a table's cell. At most one of Comp and Text is
// drawn; Href makes a link of Text.
type Cell struct {
	Text string
	Sub  string // a second, quieter line
	Href string
	Comp templ.Component
	Ltr  bool // codes and addresses: always left to right
}

// Row is a table's row. Its first cell is its heading.
type Row struct {
	ID    string
	Cells []Cell
	Kind  Kind // Warning and Danger mark the row at its edge; others do nothing
}

// TableProps is a table of data, which becomes a list of cards on phones.
type TableProps struct {
	ID       string
	Caption  string // what the table shows; always there for screen readers
	Visible  bool   // draw the caption too
	Columns  []Column
	Rows     []Row
	Empty    templ.Component // drawn in place of a table without rows; may be nil
	LiveHref string          // address of this table, loaded again on topics of Live
	Live     string
}

// TextCell is a cell with text.
func TextCell(text string) Cell { return Cell{Text: text} }

// LinkCell is a cell that leads to an address.
func LinkCell(text, href string) Cell { return Cell{Text: text, Href: href} }

// CompCell is a cell with any component, such as a Badge.
func CompCell(c templ.Component) Cell { return Cell{Comp: c} }

// column is the heading of the i-th cell, empty beyond the last.
func (t TableProps) column(i int) Column {
	if i < len(t.Columns) {
		return t.Columns[i]
	}
	return Column{}
}

// Part is a piece of a text: Op is "" for unchanged or plain text, "+" for
// added, "-" for removed, "!" for found by a search.
type Part struct {
	Op   string
	Text string
}

// Step is one step of a process or one event of a history.
type Step struct {
	Title string
	Note  string // who and why
	When  string // formatted; empty for steps that lie ahead
	State StepState
	Icon  string          // in place of the state's own icon
	Comp  templ.Component // more about the step; may be nil
}

// StepState says how far a step is.
type StepState string

// The states of a step. The empty state is Ahead.
const (
	Ahead   StepState = "ahead"
	Now     StepState = "now"
	Done    StepState = "done"
	Failed  StepState = "failed"
	Skipped StepState = "skipped"
)

// icon stands for the state in the line of steps.
func (s Step) icon() string {
	if s.Icon != "" {
		return s.Icon
	}
	switch s.State {
	case Now:
		return "point"
	case Done:
		return "check"
	case Failed:
		return "x"
	case Skipped:
		return "minus"
	}
	return "circle"
}

func (s Step) class() string { return "step-" + or(string(s.State), string(Ahead)) }

// LangTab is one language's variant of a text, with the state it is in.
type LangTab struct {
	Code   string
	Name   string
	Href   string
	Kind   Kind
	State  string // "Approved", "Older than its source"
	Active bool
}
