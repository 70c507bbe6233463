package i18n

// form is a CLDR plural category.
type form string

const (
	zero  form = "zero"
	one   form = "one"
	two   form = "two"
	few   form = "few"
	many  form = "many"
	other form = "other"
)

// allForms lists the categories in CLDR's order.
var allForms = []form{zero, one, two, few, many, other}

// forms are the categories which a language has; a message with plurals
// writes exactly these.
func (l Lang) forms() []form {
	if l.Tag() == "ar" {
		return allForms
	}
	return []form{one, other}
}

// plural is the category of a whole number by CLDR's cardinal rules; the sign
// plays no part.
func (l Lang) plural(n int64) form {
	if n < 0 {
		n = -n
	}
	switch {
	case n == 1:
		return one
	case l.Tag() != "ar":
		return other
	case n == 0:
		return zero
	case n == 2:
		return two
	}
	// The rest of the smallest int64, which -n leaves negative, is negative
	// too and so falls to "other", as does a rest of 0 to 2.
	switch rest := n % 100; {
	case rest >= 3 && rest <= 10:
		return few
	case rest >= 11:
		return many
	}
	return other
}
