package brief

import (
	"net/url"
	"strings"

	"sifara/internal/i18n"
)

// Path leads to the page of the briefing.
func (b Briefing) Path() string {
	v := url.Values{"day": {b.Day}}
	for name, id := range map[string]string{"mission": b.MissionID, "department": b.DepartmentID, "topic": b.TopicID} {
		if id != "" {
			v.Set(name, id)
		}
	}
	return "/console/listen/briefing?" + v.Encode()
}

// plain is the letter for readers without HTML.
func (s *Service) plain(t *i18n.Printer, b Briefing) string {
	var w strings.Builder
	line := func(parts ...string) { w.WriteString(strings.Join(parts, "") + "\n") }
	zone := b.From.Location()
	line(Headline(t, b))
	line(Opening(t, b))
	if len(b.Content.Warnings) > 0 {
		line("\n", t.T("listen.briefing.warnings"))
		for _, x := range b.Content.Warnings {
			line("• ", x.Title(t), ": ", t.T("listen.warning.line", "count", x.Observed, "expected", t.Decimal(x.Expected, 1)))
			line("  ", s.BaseURL, "/console/listen/warnings/", x.ID)
		}
	}
	if len(b.Content.Topics) > 0 {
		line("\n", t.T("listen.topics"))
		for _, x := range b.Content.Topics {
			line("• ", In(x.Names, t.Lang()), ": ", Lead(t, x.Posts, x.Usual))
		}
	}
	if len(b.Content.Quotes) > 0 {
		line("\n", t.T("listen.briefing.quotes"))
		for _, q := range b.Content.Quotes {
			line("• ", strings.Join(strings.Fields(q.Text), " "))
			line("  ", SourceName(t, q.Source), " (", q.Grade, "), ", t.DateTime(q.At.In(zone)), " ", q.URL)
		}
	}
	line("\n", s.BaseURL, b.Path())
	line(t.T("listen.briefing.off"))
	return w.String()
}

// Headline names a briefing: its desk or topic and its day.
func Headline(t *i18n.Printer, b Briefing) string {
	return t.T("listen.briefing.of", "name", In(b.Content.Name, t.Lang()), "day", t.DateWeekday(b.From))
}

// Opening says how much was said, and what the next day is expected to bring
// where that says something.
func Opening(t *i18n.Printer, b Briefing) string {
	lead := Lead(t, b.Content.Posts, b.Content.Usual)
	if n := b.Content.Next; n != nil {
		return lead + " " + t.T("listen.briefing.next", "day", t.DateWeekday(n.Day.In(b.From.Location())), "low", n.Low, "high", n.High, "usual", t.Decimal(b.Content.Usual, 1))
	}
	return lead
}

// Lead says how much was said, against the usual.
func Lead(t *i18n.Printer, posts int64, usual float64) string {
	share, ok := change(posts, usual)
	switch {
	case !ok:
		return t.T("listen.briefing.lead.new", "count", posts)
	case share > 0.1:
		return t.T("listen.briefing.lead.more", "count", posts, "share", t.Percent(share))
	case share < -0.1:
		return t.T("listen.briefing.lead.less", "count", posts, "share", t.Percent(-share))
	}
	return t.T("listen.briefing.lead.same", "count", posts)
}

// Title says what a warning is about.
func (w WarningLine) Title(t *i18n.Printer) string {
	name := w.Term
	if len(w.Names) > 0 {
		name = In(w.Names, t.Lang())
	}
	if name == "" {
		return PlaceTitle(t, w.Country, w.Group)
	}
	if w.Country != "" {
		return t.T("listen.warning.in_country", "topic", name, "country", t.Country(w.Country))
	}
	return name
}

// SourceName names a source; the general source of imports has no name of its
// own.
func SourceName(t *i18n.Printer, name string) string {
	if name == "" {
		return t.T("listen.source.imports")
	}
	return name
}

// PlaceTitle names a warning of a country or, without one, of a kind of sources.
func PlaceTitle(t *i18n.Printer, country, group string) string {
	if country != "" {
		return t.T("listen.warning.country", "country", t.Country(country))
	}
	return t.T("listen.warning.group", "kind", t.T("listen.source.kind."+group))
}
