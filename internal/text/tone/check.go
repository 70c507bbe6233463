package tone

import (
	"slices"
	"sync"
	"unicode/utf8"

	"sifara/internal/text/classify"
)

// Checker holds the lists of one edition. It is immutable and safe for use by
// several goroutines.
type Checker struct {
	byLang map[string]*index
	label  func(lang, s string) classify.Labels
}

// New makes a checker of lists by language. A language that is missing has none.
func New(lists map[string]Lists) *Checker {
	c := &Checker{byLang: map[string]*index{}, label: classify.Post}
	for _, lang := range Languages {
		c.byLang[lang] = newIndex(lang, lists[lang])
	}
	return c
}

// WithLabels gives the checker with another judge of posts in place of the
// shipped models, which have seen the texts that they are measured on.
func (c *Checker) WithLabels(label func(lang, s string) classify.Labels) *Checker {
	other := *c
	other.label = label
	return &other
}

// Default is the checker of the shipped lists.
var Default = sync.OnceValue(func() *Checker { return New(shippedLists()) })

// look is one text under the checker.
type look struct {
	*reading
	c    *Checker
	lang string
	hits []hit
	out  []Finding
	heat []spot
}

var looks = sync.Pool{New: func() any { return &look{reading: &reading{}} }}

// Check reads a text that is said to be in a language of [Languages], Markdown or
// plain. A text in any other language gives a report without findings of words.
func (c *Checker) Check(lang, s string) Report {
	l := looks.Get().(*look)
	defer looks.Put(l)
	*l = look{reading: l.reading, c: c, lang: lang, hits: l.hits[:0], heat: l.heat[:0], out: []Finding{}}
	l.scan(s)
	report := Report{Language: lang}
	if x := c.byLang[lang]; x != nil {
		l.hits = x.hits(l.reading, l.hits)
		l.terms()
		l.numbers()
	}
	l.signs()
	l.judged()
	l.personal()
	report.Language = l.language()
	l.direction()
	l.markdown()
	report.Reading = l.level()
	l.settle(&report)
	return report
}

// settle orders the findings, counts their characters and sums the heat.
func (l *look) settle(report *Report) {
	report.Heat = warmth(l.heat)
	report.Hot = report.Heat >= HotFrom
	slices.SortStableFunc(l.out, func(a, b Finding) int { return a.From - b.From })
	at, runes := 0, 0
	for i := range l.out {
		f := &l.out[i]
		runes += utf8.RuneCountInString(l.s[at:f.From])
		at = f.From
		f.RuneFrom, f.RuneTo = runes, runes+utf8.RuneCountInString(l.s[f.From:f.To])
	}
	report.Findings, l.out = l.out, nil
}

// add notes a finding on bytes of the text. Where it makes heat, at is the word
// at which it does.
func (l *look) add(k Kind, from, to, at int, heat float64, suggestion, reason string, args ...any) {
	if heat > 0 {
		l.heat = append(l.heat, spot{at, heat})
	}
	if len(l.out) >= maxFindings {
		return
	}
	l.out = append(l.out, Finding{Kind: k, From: from, To: to, Excerpt: Excerpt(l.s[from:to]), Reason: "publish.tone.why." + reason, Args: args, Suggestion: suggestion, Heat: heat})
}

// mark notes a finding on words from and up to, not including, to.
func (l *look) mark(k Kind, from, to int, heat float64, suggestion, reason string, args ...any) {
	l.add(k, l.words[from].from, l.words[to-1].to, from, heat, suggestion, reason, args...)
}

// Excerpt is the beginning of a passage, as a finding shows it.
func Excerpt(s string) string {
	n := 0
	for i := range s {
		if n++; n > maxExcerpt {
			return s[:i] + "…"
		}
	}
	return s
}
