package tone

import (
	"bufio"
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed lists/*.txt
var shipped embed.FS

// List names one of the lists of a language.
type List string

// The lists. Intent, Harm, Blame, Address, Office, Country, Source, Reference,
// Place, Negation and Month mark nothing alone: they decide about what stands
// beside them.
const (
	Insults       List = "insult"
	Threats       List = "threat"
	Intents       List = "intent" // "we will": with harm behind it, a threat
	Harms         List = "harm"
	Undiplomatics List = "undiplomatic"
	Blames        List = "blame" // with a second person near it, an attack
	Addresses     List = "address"
	Leaders       List = "leader"
	Offices       List = "office"  // "president": before a name, a leader
	Countries     List = "country" // what stands behind an office where there are no capitals
	Superlatives  List = "superlative"
	Promises      List = "promise"
	Sources       List = "source"    // makes the numbers of a sentence verified
	References    List = "reference" // before a number that needs no source: "resolution 2253"
	Sarcasms      List = "sarcasm"
	Places        List = "place" // "street": with a number, an address
	Negations     List = "negation"
	Months        List = "month"
	Allowed       List = "allow" // never marked
)

// AllLists are the lists in the order in which they are offered.
var AllLists = []List{Insults, Threats, Intents, Harms, Undiplomatics, Blames, Addresses, Sarcasms, Leaders, Offices, Countries, Superlatives, Promises,
	Sources, References, Places, Negations, Months, Allowed}

// Languages are those that can be checked.
var Languages = []string{"ar", "ckb", "kmr", "en"}

// Term is one entry of a list: words, each perhaps ending in "*" for any ending,
// and another wording, which may be empty.
type Term struct {
	Words      string
	Suggestion string
}

// Lists are the entries of one language by list.
type Lists map[List][]Term

// MaxTerm bounds one term in bytes, MaxTerms a list, MaxWords the words of a term.
const (
	MaxTerm  = 200
	MaxTerms = 2000
	MaxWords = 8
)

// LineError says which line of a list is wrong: its number and a message key.
type LineError struct {
	Line int
	Key  string
}

// Error is for logs.
func (e *LineError) Error() string { return fmt.Sprintf("tone: line %d: %s", e.Line, e.Key) }

// ParseTerms reads a list as people write it: terms on lines of their own or
// parted by ";", "term = other wording", notes behind "#" at the beginning of a
// line. The error is a *LineError.
func ParseTerms(s string) ([]Term, error) {
	var out []Term
	n := 0
	for line := range strings.Lines(s) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		left, suggestion, _ := strings.Cut(line, " = ")
		suggestion = strings.TrimSpace(suggestion)
		for term := range strings.SplitSeq(left, ";") {
			term = strings.Join(strings.Fields(term), " ")
			if term == "" {
				continue
			}
			if key := termFault(term, suggestion); key != "" {
				return nil, &LineError{n, key}
			}
			if out = append(out, Term{term, suggestion}); len(out) > MaxTerms {
				return nil, &LineError{n, "publish.tone.list.many"}
			}
		}
	}
	return out, nil
}

// termFault says what is wrong with a term: too long, without a letter, or so
// open that it would mark nearly everything.
func termFault(term, suggestion string) string {
	words := split(term)
	switch {
	case len(term) > MaxTerm || len(suggestion) > MaxTerm || len(words) > MaxWords:
		return "publish.tone.list.long"
	case len(words) == 0:
		return "publish.tone.list.empty"
	case slices.ContainsFunc(words, func(w pattern) bool { return w.open && len([]rune(w.key)) < 2 }):
		return "publish.tone.list.open"
	}
	return ""
}

// FormatTerms writes a list as ParseTerms reads it, one wording a line.
func FormatTerms(terms []Term) string {
	var b strings.Builder
	for i := 0; i < len(terms); {
		j := i + 1
		for terms[i].Suggestion != "" && j < len(terms) && terms[j].Suggestion == terms[i].Suggestion {
			j++
		}
		for k := i; k < j; k++ {
			if k > i {
				b.WriteString("; ")
			}
			b.WriteString(terms[k].Words)
		}
		if s := terms[i].Suggestion; s != "" {
			b.WriteString(" = " + s)
		}
		b.WriteByte('\n')
		i = j
	}
	return b.String()
}

// Shipped are the lists with which a house begins, by language.
func Shipped(lang string) Lists { return shippedLists()[lang] }

var shippedLists = sync.OnceValue(func() map[string]Lists {
	out := map[string]Lists{}
	for _, lang := range Languages {
		b, err := shipped.ReadFile("lists/" + lang + ".txt")
		if err == nil {
			out[lang], err = readFile(string(b))
		}
		if err != nil {
			panic("tone: list " + lang + ": " + err.Error()) // the binary was built wrong; a test reads each
		}
	}
	return out
})

// readFile reads all lists of a language, each under its name in brackets.
func readFile(s string) (Lists, error) {
	out := Lists{}
	var in List
	var part strings.Builder
	flush := func() error {
		terms, err := ParseTerms(part.String())
		if err == nil && in != "" {
			out[in] = append(out[in], terms...)
		}
		part.Reset()
		return err
	}
	for sc := bufio.NewScanner(strings.NewReader(s)); sc.Scan(); {
		line := sc.Text()
		if !strings.HasPrefix(line, "[") {
			part.WriteString(line + "\n")
			continue
		}
		if err := flush(); err != nil {
			return nil, err
		}
		if in = List(strings.Trim(line, "[]")); !slices.Contains(AllLists, in) {
			return nil, fmt.Errorf("no list %q", in)
		}
	}
	return out, flush()
}
