package ui

import "github.com/a-h/templ"

// FieldProps is one field of a form. Label is always drawn above it; Hint
// says why it is asked or how to write it; Error, when not empty, says what to
// change. Texts are translated by the caller.
type FieldProps struct {
	Name         string
	ID           string // Name when empty
	Label        string
	Hint         string
	Error        string
	Value        string
	Type         string // of input; "text" when empty
	Autocomplete string // token of HTML's autocomplete; "off" when empty
	InputMode    string
	Dir          string // "ltr" for addresses and codes; "auto" when empty
	Lang         string // of what is written, when it is not the page's
	Width        int    // expected length in characters: 2, 4, 5, 10, 20, 30; 0 is full width
	Rows         int    // of TextArea; 5 when zero
	MaxLength    int    // counted for the writer in TextArea; 0 is none
	Optional     bool   // adds "(optional)"; fields are required by default
	Disabled     bool
	BigLabel     bool             // the label is the question of the page
	Prefix       string           // shown before the input: "@", "https://"
	Suffix       string           // shown after it: "hours"
	Attrs        templ.Attributes // more attributes of the input: hx-*, data-*
}

func (f FieldProps) id() string  { return or(f.ID, f.Name) }
func (f FieldProps) dir() string { return or(f.Dir, "auto") }

// describedBy names the elements that explain the field.
func (f FieldProps) describedBy() string {
	return describe(f.id(), f.Hint, f.Error)
}

func describe(id, hint, problem string) string {
	ids := ""
	if hint != "" {
		ids = id + "-hint"
	}
	if problem != "" {
		if ids != "" {
			ids += " "
		}
		ids += id + "-error"
	}
	return ids
}

// rows is the height of a text area.
func (f FieldProps) rows() int {
	if f.Rows > 0 {
		return f.Rows
	}
	return 5
}

// width is the class for the expected length.
func (f FieldProps) width() string {
	if f.Width > 0 {
		return "w-" + itoa(f.Width)
	}
	return ""
}

// Option is one choice of a Select, Checkboxes or Radios.
type Option struct {
	Value   string
	Label   string
	Hint    string // not in Select
	Group   string // Select only: options with the same group stand together, in order
	Checked bool
	Lang    string          // of the label, when it is not the page's
	Then    templ.Component // Radios and Checkboxes: what this choice asks further; may be nil
}

// ChoiceProps is a question with several answers to choose from.
type ChoiceProps struct {
	Name     string
	ID       string // Name when empty
	Label    string
	Hint     string
	Error    string
	Options  []Option
	Optional bool
	Inline   bool // short answers side by side
	BigLabel bool
	Disabled bool
	Blank    string           // Select: label of the empty first choice; none when empty
	Attrs    templ.Attributes // of the select, or of every input
}

func (c ChoiceProps) id() string { return or(c.ID, c.Name) }

// optionID is where the i-th input is found; the first carries the question's
// own id, so that an error summary can lead to it.
func (c ChoiceProps) optionID(i int) string {
	if i == 0 {
		return c.id()
	}
	return c.id() + "-" + itoa(i+1)
}

// optionHintID is where the hint of the i-th input is found. It is never the
// id of the question's own hint.
func (c ChoiceProps) optionHintID(i int) string { return c.id() + "-" + itoa(i+1) + "-hint" }

// groups splits a select's options where the group changes.
func (c ChoiceProps) groups() [][]Option {
	var out [][]Option
	for i, o := range c.Options {
		if i == 0 || o.Group != c.Options[i-1].Group {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], o)
	}
	return out
}

// DateProps asks for a day in three fields, named Name+"-day", "-month" and
// "-year". Values are given back as they were typed.
type DateProps struct {
	Name     string
	Label    string
	Hint     string
	Error    string
	Day      string
	Month    string
	Year     string
	Birthday bool // the browser may fill in the person's own date of birth
	Optional bool
	BigLabel bool
}

func (d DateProps) autocomplete(part string) string {
	if d.Birthday {
		return "bday-" + part
	}
	return "off"
}

// FileProps asks for one or more files.
type FileProps struct {
	Name     string
	Label    string
	Hint     string
	Error    string
	Accept   string // as in HTML: "image/*,.pdf"
	MaxBytes int64  // checked on the spot where scripts run; 0 is none
	MaxText  string // the same, formatted
	Multiple bool
	Optional bool
}

// FieldError leads from the summary to the field that must be changed.
type FieldError struct {
	Field string // id of the input
	Text  string
}
