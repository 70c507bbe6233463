package tone

import "slices"

// Kind says what a finding is about.
type Kind string

// The kinds of finding. The first eight make heat.
const (
	Insult       Kind = "insult"
	Threat       Kind = "threat"
	Sarcasm      Kind = "sarcasm"
	Exclamation  Kind = "exclamation"
	Capitals     Kind = "capitals"
	Attack       Kind = "attack" // on the reader, in the second person
	Undiplomatic Kind = "undiplomatic"
	Leader       Kind = "leader" // a head of state or a government is named
	Superlative  Kind = "superlative"
	Number       Kind = "number" // that names no source
	Promise      Kind = "promise"
	Personal     Kind = "personal" // data of a person
	Language     Kind = "language"
	Direction    Kind = "direction"
	Reading      Kind = "reading"
	Alt          Kind = "alt"           // a picture without alternative text
	Link         Kind = "link"          // that leads nowhere
	Contradicts  Kind = "contradiction" // of a released statement; found by package publish/tone
	TermBase     Kind = "term"          // an official name or title worded otherwise; found by package publish/term
)

// Kinds lists them in the order in which they are shown.
var Kinds = []Kind{Threat, Insult, Attack, Sarcasm, Undiplomatic, Capitals, Exclamation, Contradicts, TermBase, Personal, Leader, Promise, Number, Superlative, Language, Direction, Link, Alt, Reading}

// Finding is one thing that was noticed. From and To are bytes of the text,
// RuneFrom and RuneTo the same in characters.
type Finding struct {
	Kind       Kind    `json:"kind"`
	From       int     `json:"from"`
	To         int     `json:"to"`
	RuneFrom   int     `json:"rune_from"`
	RuneTo     int     `json:"rune_to"`
	Excerpt    string  `json:"excerpt"`              // at most maxExcerpt characters
	Reason     string  `json:"reason"`               // message key
	Args       []any   `json:"args,omitempty"`       // name and value of each argument of the reason
	Suggestion string  `json:"suggestion,omitempty"` // another wording in the language of the text; may be empty
	Heat       float64 `json:"heat"`                 // what it alone would make of the text
}

// Report is what is said of one text.
type Report struct {
	Heat     float64   `json:"heat"` // 0 to 1
	Hot      bool      `json:"hot"`  // heat is at least HotFrom
	Language string    `json:"language"`
	Reading  Reach     `json:"reading"`
	Findings []Finding `json:"findings"` // in the order of the text; never nil
}

// Add adds findings of another check, in the order of the text.
func (r *Report) Add(more []Finding) {
	r.Findings = append(r.Findings, more...)
	slices.SortStableFunc(r.Findings, func(a, b Finding) int { return a.From - b.From })
}

// Reach is how hard a text is to read. Value is 0 where the text is too short.
type Reach struct {
	Measure string  `json:"measure"` // "flesch_kincaid": school years; "lix": Björnsson's index
	Value   float64 `json:"value"`
}

// HotFrom is the heat from which a text is called hot.
const HotFrom = 0.5

// maxFindings bounds the findings on one text; maxExcerpt one excerpt.
const (
	maxFindings = 500
	maxExcerpt  = 120
)
