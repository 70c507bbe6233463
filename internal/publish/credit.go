package publish

import (
	"slices"
	"unicode/utf8"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/text"
)

// Licence says on what terms a file is shown.
type Licence string

// The licences. All but OwnWork name where the file comes from.
const (
	OwnWork      Licence = "own"        // the ministry's or its missions'
	Permitted    Licence = "permission" // its owner allowed this use
	Bought       Licence = "bought"     // of an agency
	CCBY         Licence = "cc-by"      // Creative Commons Attribution 4.0
	CCBYSA       Licence = "cc-by-sa"   // Attribution-ShareAlike 4.0
	CC0          Licence = "cc0"
	PublicDomain Licence = "public-domain"
)

// Licences lists them in the order in which they are offered.
var Licences = []Licence{OwnWork, Permitted, Bought, CCBY, CCBYSA, CC0, PublicDomain}

// Address is where the text of a licence stands; empty for terms without one.
func (l Licence) Address() string {
	const cc = "https://creativecommons.org/"
	return map[Licence]string{CCBY: cc + "licenses/by/4.0/", CCBYSA: cc + "licenses/by-sa/4.0/", CC0: cc + "publicdomain/zero/1.0/", PublicDomain: cc + "publicdomain/mark/1.0/"}[l]
}

// MaxCredit bounds author and source, in characters; MaxFocus is the edge of a
// picture as seen from its middle.
const (
	MaxCredit = 200
	MaxFocus  = 50
)

// FileText is what is said of a file: to those who do not see it, below it, whose it
// is, and which point of a picture every crop keeps. All of it is content.
type FileText struct {
	Alt     Texts   // what it shows or says, needed in every language that goes out
	Caption Texts   // below it; may be empty
	Author  string  // who made it
	Source  string  // where it comes from; may be empty for OwnWork
	Licence Licence // empty: not said yet
	FocusX  int     // in hundredths of the width from the middle, −MaxFocus to MaxFocus
	FocusY  int     // of the height, downwards
}

// credited reports whether it is said whose the file is.
func (a FileText) credited() bool {
	return a.Author != "" && a.Licence != "" && (a.Source != "" || a.Licence == OwnWork)
}

// clean brings it into form; errors are at "alt-LANG", "caption-LANG", "author",
// "source", "licence", "focus_x" and "focus_y".
func (a FileText) clean() (FileText, error) {
	var bad []errs.Field
	long := func(name, s string, limit int) {
		if n := utf8.RuneCountInString(s); n > limit {
			bad = append(bad, errs.Field{Name: name, Key: "web.field.long", Args: []any{"max", limit, "count", n - limit}})
		}
	}
	texts := func(name string, in Texts) Texts {
		out := Texts{}
		for _, l := range i18n.Langs {
			if v := text.Line(in[l]); v != "" {
				long(name+string(l), v, MaxAlt)
				out[l] = v
			}
		}
		return out
	}
	a.Alt, a.Caption = texts("alt-", a.Alt), texts("caption-", a.Caption)
	a.Author, a.Source = text.Line(a.Author), text.Line(a.Source)
	long("author", a.Author, MaxCredit)
	long("source", a.Source, MaxCredit)
	if a.Licence != "" && !slices.Contains(Licences, a.Licence) {
		bad = append(bad, errs.Field{Name: "licence", Key: "web.field.choice"})
	}
	for _, f := range []struct {
		name string
		v    int
	}{{"focus_x", a.FocusX}, {"focus_y", a.FocusY}} {
		if f.v < -MaxFocus || f.v > MaxFocus {
			bad = append(bad, errs.Field{Name: f.name, Key: "web.field.number", Args: []any{"min", 0, "max", 2 * MaxFocus}})
		}
	}
	return a, errs.InvalidFields(bad...)
}

func (a FileText) equal(b FileText) bool {
	return equalTexts(a.Alt, b.Alt) && equalTexts(a.Caption, b.Caption) && a.Author == b.Author && a.Source == b.Source &&
		a.Licence == b.Licence && a.FocusX == b.FocusX && a.FocusY == b.FocusY
}

// credited reports what stands against a message's first step towards the public:
// a file of which it is not said whose it is. What was on its way before this was
// asked goes on.
func (m *Message) credited() error {
	if slices.ContainsFunc(m.Attachments, func(a Attachment) bool { return !a.FileText().credited() }) {
		return ErrNoCredit
	}
	return nil
}
