package ui

import "github.com/a-h/templ"

// The parts below stand on nearly every page. They are called and not copied
// into each page, which the compiler would do with what templ generates: it took
// two and a half megabytes of the program.

// Field asks for one line of text.
//
//go:noinline
func Field(f FieldProps) templ.Component { return drawField(f) }

// TextArea asks for several lines. With MaxLength the writer sees how many
// characters are left.
//
//go:noinline
func TextArea(f FieldProps) templ.Component { return drawTextArea(f) }

// Select offers a closed list. Use Radios for up to six answers.
//
//go:noinline
func Select(c ChoiceProps) templ.Component { return drawSelect(c) }

// Radios asks for exactly one of a few answers.
//
//go:noinline
func Radios(c ChoiceProps) templ.Component { return drawRadios(c) }

// Checkboxes asks for any number of answers. All inputs have the same name.
//
//go:noinline
func Checkboxes(c ChoiceProps) templ.Component { return drawCheckboxes(c) }

// DateFields asks for a day, month and year, each in its own field: the
// browser's own date input shows American order in our languages.
//
//go:noinline
func DateFields(d DateProps) templ.Component { return drawDateFields(d) }

// Btn draws one button.
//
//go:noinline
func Btn(b Button) templ.Component { return drawBtn(b) }

// FormButtons ends a form: its main button, other acts, and the way out.
//
//go:noinline
func FormButtons(buttons []Button, cancel Link) templ.Component {
	return drawFormButtons(buttons, cancel)
}

// FormPart groups fields under a heading.
//
//go:noinline
func FormPart(title, hint string) templ.Component { return drawFormPart(title, hint) }

// Table draws a table of data with rows that the caller has prepared.
//
//go:noinline
func Table(t TableProps) templ.Component { return drawTable(t) }

// Card frames what belongs together. Its children are the content.
//
//go:noinline
func Card(c CardProps) templ.Component { return drawCard(c) }

// KeyValues lists facts about one thing.
//
//go:noinline
func KeyValues(facts ...KeyValue) templ.Component { return drawKeyValues(facts...) }

// Notice is a message that stays on the page: something to know (Info), to
// beware of (Warning, Danger) or that went well (Success). Children may add
// to the text.
//
//go:noinline
func Notice(kind Kind, title, text string) templ.Component { return drawNotice(kind, title, text) }

// EmptyState stands where a list has nothing to show: what is missing, what
// to do next, and (when action is not nil) the button that does it.
//
//go:noinline
func EmptyState(icon, title, doNext string, action templ.Component) templ.Component {
	return drawEmptyState(icon, title, doNext, action)
}
