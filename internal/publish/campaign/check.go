package campaign

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/publish"
	"sifara/internal/text"
)

// Bounds of what a campaign says, in characters or entries.
const (
	MaxName      = 160
	MaxText      = 2000
	MaxNote      = 300
	maxMessages  = 8
	maxCountries = 60
	maxPartners  = 80
	maxYears     = 5
)

// problems collects what is wrong with what was typed.
type problems []errs.Field

func (p *problems) add(name, key string, args ...any) {
	*p = append(*p, errs.Field{Name: name, Key: key, Args: args})
}

func (p *problems) long(name, s string, most int) {
	if n := utf8.RuneCountInString(s); n > most {
		p.add(name, "web.field.long", "max", most, "count", n-most)
	}
}

// texts evens out a text in four languages and holds it against its bound.
func (p *problems) texts(name string, t publish.Texts, most int, clean func(string) string) publish.Texts {
	out := publish.Texts{}
	for _, l := range i18n.Langs {
		if s := clean(t[l]); s != "" {
			out[l] = s
			p.long(name+"-"+string(l), s, most)
		}
	}
	return out
}

func paragraphs(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(text.Clean(s), "\r\n", "\n"))
}

// lines puts one message on each line.
func lines(s string) string {
	var out []string
	for l := range strings.Lines(text.Clean(s)) {
		if l = text.Line(l); l != "" {
			out = append(out, l)
		}
	}
	return strings.Join(out, "\n")
}

// check evens out what was typed and finds what is wrong with it.
func (c *Campaign) check() error {
	var bad problems
	if !id.Valid(c.ID) {
		bad.add("id", "web.field.required")
	}
	c.Names = bad.texts("names", c.Names, MaxName, text.Line)
	c.Objective = bad.texts("objective", c.Objective, MaxText, paragraphs)
	c.KeyMessages = bad.texts("messages", c.KeyMessages, MaxText, lines)
	c.Result = bad.texts("result", c.Result, MaxText, paragraphs)
	c.Indicator = bad.texts("indicator", c.Indicator, MaxName, text.Line)
	first := string(i18n.Langs[0])
	if len(c.Names) == 0 {
		bad.add("names-"+first, "publish.campaign.no_name")
	}
	if len(c.Objective) == 0 {
		bad.add("objective-"+first, "publish.campaign.no_objective")
	}
	for l, s := range c.KeyMessages {
		if strings.Count(s, "\n") >= maxMessages {
			bad.add("messages-"+string(l), "publish.campaign.many", "max", maxMessages)
		}
	}
	c.Folded = folded(c.Names)
	c.checkPublics(&bad)
	c.checkPlaces(&bad)
	c.checkDays(&bad)
	if _, ok := Exponent(c.Currency); !ok {
		bad.add("currency", "web.field.choice")
	}
	if c.Baseline < 0 || c.Target < 0 {
		bad.add("target", "web.field.choice")
	}
	return errs.InvalidFields(bad...)
}

func folded(names publish.Texts) string {
	var out []string
	for _, l := range i18n.Langs {
		out = append(out, text.Fold(names[l]))
	}
	return strings.Join(out, "\n")
}

func (c *Campaign) checkPublics(bad *problems) {
	given := c.Publics
	c.Publics = []Public{}
	for _, s := range Segments {
		if i := slices.IndexFunc(given, func(p Public) bool { return p.Segment == s }); i >= 0 {
			p := Public{Segment: s, Note: text.Line(given[i].Note)}
			bad.long("public-"+s, p.Note, MaxNote)
			c.Publics = append(c.Publics, p)
		}
	}
	if len(c.Publics) == 0 {
		bad.add("publics", "publish.campaign.no_public")
	}
	if slices.ContainsFunc(given, func(p Public) bool { return !slices.Contains(Segments, p.Segment) }) {
		bad.add("publics", "web.field.choice")
	}
}

func (c *Campaign) checkPlaces(bad *problems) {
	c.Countries = sorted(c.Countries)
	c.Partners = slices.DeleteFunc(sorted(c.Partners), func(m string) bool { return m == c.MissionID })
	if len(c.Countries) > maxCountries {
		bad.add("countries", "publish.campaign.many", "max", maxCountries)
	}
	if len(c.Partners) > maxPartners {
		bad.add("partners", "publish.campaign.many", "max", maxPartners)
	}
	c.Langs = kept(i18n.Langs, c.Langs)
	if len(c.Langs) == 0 {
		bad.add("langs", "publish.campaign.no_lang")
	}
	c.Channels = kept(Channels, c.Channels)
}

// kept are those of all that were chosen, in the order of all.
func kept[T comparable](all, chosen []T) []T {
	out := []T{}
	for _, x := range all {
		if slices.Contains(chosen, x) {
			out = append(out, x)
		}
	}
	return out
}

func sorted(list []string) []string {
	out := slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == "" })
	slices.Sort(out)
	if out = slices.Compact(out); out == nil {
		return []string{}
	}
	return out
}

func (c *Campaign) checkDays(bad *problems) {
	c.StartsOn, c.EndsOn = day(c.StartsOn), day(c.EndsOn)
	for name, at := range map[string]db.Time{"starts": c.StartsOn, "ends": c.EndsOn} {
		if at.IsZero() {
			bad.add(name, "web.field.required")
		}
	}
	if c.EndsOn.Before(c.StartsOn) || c.EndsOn.Std().After(c.StartsOn.Std().AddDate(maxYears, 0, 0)) {
		bad.add("ends", "publish.campaign.bad_days", "max", maxYears)
	}
}

// day is the first moment of a day, UTC.
func day(t db.Time) db.Time {
	if t.IsZero() {
		return 0
	}
	return db.At(t.Std().Truncate(24 * time.Hour))
}
