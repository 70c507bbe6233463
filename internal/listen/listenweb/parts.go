package listenweb

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"sifara/internal/listen"
	"sifara/internal/listen/brief"
	"sifara/internal/text"
	"sifara/internal/text/classify"
	"sifara/internal/web/ui"
)

// matches reports whether a topic's name or terms hold what was typed.
func matches(t listen.Topic, query string) bool {
	q := text.Fold(strings.TrimSpace(query))
	if q == "" {
		return false
	}
	for _, n := range t.Names {
		if strings.Contains(text.Fold(n), q) {
			return true
		}
	}
	return slices.ContainsFunc(recognised(t, "", 1000), func(s string) bool { return strings.Contains(text.Fold(s), q) })
}

// parts turns a snippet into what ui.Highlight draws.
func parts(list []text.Part) []ui.Part {
	out := make([]ui.Part, len(list))
	for i, x := range list {
		out[i] = ui.Part{Text: x.Text}
		if x.Hit {
			out[i].Op = "!"
		}
	}
	return out
}

// beside joins texts of any language with dots: each keeps its own direction,
// their order is that of the page.
func (d desk) beside(texts []string) string {
	const isolate, pop, rlm = "\u2068", "\u2069", "\u200f"
	var b strings.Builder
	if d.p.Dir() == "rtl" {
		b.WriteString(rlm)
	}
	for i, s := range texts {
		if i > 0 {
			b.WriteString(" · ")
		}
		b.WriteString(isolate + s + pop)
	}
	return b.String()
}

// volumeChart draws posts over time. Bins of a day or more are labelled by the
// day.
func (d desk) volumeChart(id, title string, bins []listen.Bin, step time.Duration, accent bool) ui.ChartProps {
	c := ui.ChartProps{ID: id, Title: title, Kind: ui.ChartArea, Unit: d.T("listen.unit.posts"), Label: d.T("listen.time")}
	s := ui.Series{Name: d.T("listen.posts"), Accent: accent}
	for _, b := range bins {
		if step >= 24*time.Hour {
			c.Day(d.p, b.From.In(d.zone))
		} else {
			c.Hour(d.p, b.From.In(d.zone))
		}
		s.Values = append(s.Values, float64(b.Posts))
	}
	c.Series = []ui.Series{s}
	return c
}

// shareChart draws shares as rows.
func (d desk) shareChart(id, title string, shares []listen.Share, name func(listen.Share) string) ui.ChartProps {
	c := ui.ChartProps{ID: id, Title: title, Kind: ui.ChartRows, Unit: d.T("listen.unit.posts"), Label: title}
	s := ui.Series{Name: d.T("listen.posts")}
	for _, x := range shares {
		c.Labels = append(c.Labels, name(x))
		s.Values = append(s.Values, float64(x.Posts))
	}
	c.Series = []ui.Series{s}
	return c
}

// searchHref leads to a search.
func searchHref(q string, more ...string) string {
	v := url.Values{"q": {q}}
	for i := 0; i+1 < len(more); i += 2 {
		if more[i+1] != "" {
			v.Set(more[i], more[i+1])
		}
	}
	return searchPath + "?" + v.Encode()
}

// warningTitle says what a warning is about.
func (d desk) warningTitle(w listen.Warning, topics map[string]listen.Topic) string {
	name := w.Term
	if w.TopicID != "" {
		t := topics[w.TopicID]
		if name = t.Name(d.p.Lang()); name == "" {
			name = d.T("listen.topic.gone")
		}
	}
	if name == "" {
		return brief.PlaceTitle(d.p, w.Country, w.SourceGroup)
	}
	if w.Country != "" {
		return d.T("listen.warning.in_country", "topic", name, "country", d.p.Country(w.Country))
	}
	return name
}

// warningLine says how much more than usual was seen.
func (d desk) warningLine(w listen.Warning) string {
	return d.T("listen.warning.line", "count", w.Observed, "expected", d.p.Decimal(w.Expected, 1))
}

var strengthKind = map[string]ui.Kind{"strong": ui.Danger, "clear": ui.Warning, "slight": ui.Info}

func (d desk) strength(w listen.Warning) templ.Component {
	return ui.Badge(strengthKind[w.Strength()], d.T("listen.strength."+w.Strength()))
}

var stateKind = map[string]ui.Kind{
	listen.WarningOpen: ui.Waiting, listen.WarningAcknowledged: ui.Info, listen.WarningDismissed: ui.Neutral, listen.WarningDecided: ui.Success,
}

func (d desk) state(w listen.Warning) templ.Component {
	return ui.Badge(stateKind[w.State], d.T("listen.state."+w.State))
}

var healthKind = map[listen.Health]ui.Kind{
	listen.Healthy: ui.Success, listen.Fresh: ui.Info, listen.Failing: ui.Warning, listen.Dead: ui.Danger, listen.Resting: ui.Neutral,
}

func (d desk) health(s listen.Source) templ.Component {
	return ui.Badge(healthKind[s.Health()], d.T("listen.health."+string(s.Health())))
}

var importKind = map[string]ui.Kind{
	listen.ImportMapping: ui.Waiting, listen.ImportRunning: ui.Info, listen.ImportDone: ui.Success, listen.ImportFailed: ui.Danger, listen.ImportStopped: ui.Neutral,
}

func (d desk) importState(i listen.FileImport) templ.Component {
	return ui.Badge(importKind[i.State], d.T("listen.import.state."+i.State))
}

// postView is a post as pages show it.
type postView struct {
	parts  []ui.Part
	when   string
	source string
	grade  string
	lang   string // code
	langN  string
	dir    string
	author string
	place  string
	href   string
	said   []string // what the classifiers are sure of
	story  string   // page of the story that it goes on with
}

func (d desk) post(p listen.Post, src listen.Source, found []ui.Part) postView {
	if found == nil {
		found = []ui.Part{{Text: p.Text}}
	}
	v := postView{
		parts: found, when: d.p.DateTime(p.At.In(d.zone)), source: d.sourceName(src), grade: src.Grade,
		langN: d.language(p.Lang), dir: text.Direction(p.Text), href: p.URL,
	}
	if p.Lang != "und" {
		v.lang = p.Lang
	}
	switch {
	case p.Official != "":
		v.author = d.T("listen.author.official", "name", "@"+p.Official)
	case p.Author != 0:
		v.author = d.T("listen.author", "code", strings.ToUpper(p.Pseudonym()))
	}
	if p.Country != "" {
		v.place = d.p.Country(p.Country)
	}
	v.said = d.labels(p.Labels)
	if p.Story != 0 {
		v.story = storiesPath + "/" + strconv.FormatInt(p.Story, 10)
	}
	return v
}

// labels names what the classifiers are sure of and what is not usual: that a
// text states something or is about no crisis is not said.
func (d desk) labels(l listen.Labels) (out []string) {
	if s := l.Sentiment(); s == classify.Positive || s == classify.Negative {
		out = append(out, d.T("listen.sentiment."+s.String()))
	}
	switch a := l.Act(); a {
	case classify.ActUnsure, classify.Statement, classify.Other:
	default:
		out = append(out, d.T("listen.act."+a.String()))
	}
	if l.Crisis() == classify.Related {
		out = append(out, d.T("listen.crisis"))
	}
	if l.Sarcasm() {
		out = append(out, d.T("listen.sarcasm"))
	}
	return out
}

// foundPosts are posts with the words that were found marked.
func (d desk) foundPosts(list []listen.Found) (out []postView) {
	for _, f := range list {
		out = append(out, d.post(f.Post, f.Source, parts(f.Snippet)))
	}
	return out
}

func direction(s string) string { return text.Direction(s) }

// countryChart draws where posts come from; those of unknown place stand last.
func (d desk) countryChart(id string, all []listen.Share) ui.ChartProps {
	var known []listen.Share
	var last []listen.Share
	for _, s := range all {
		if s.Key == "" || s.Key == listen.OtherKey {
			last = append(last, s)
		} else if len(known) < 12 {
			known = append(known, s)
		}
	}
	known = append(known, last...)
	return d.shareChart(id, d.T("listen.by_country"), known, func(s listen.Share) string {
		switch s.Key {
		case "":
			return d.T("listen.country.unknown")
		case listen.OtherKey:
			return d.T("listen.others")
		}
		return d.p.Country(s.Key)
	})
}

// sourceChart draws the busiest sources.
func (d desk) sourceChart(id string, all []listen.SourceShare) ui.ChartProps {
	var shares []listen.Share
	for _, s := range all[:min(len(all), 10)] {
		shares = append(shares, listen.Share{Key: d.shareOf(s), Posts: s.Posts})
	}
	return d.shareChart(id, d.T("listen.by_source"), shares, func(s listen.Share) string { return s.Key })
}

// topicMap gives topics by their ids, archived ones by asking.
func topicMap(list []listen.Topic) map[string]listen.Topic {
	m := map[string]listen.Topic{}
	for _, t := range list {
		m[t.ID] = t
	}
	return m
}

// countries are the choices of a field for countries, by name.
func (d desk) countries(chosen string) []ui.Option {
	var out []ui.Option
	for _, c := range countryCodes {
		out = append(out, ui.Option{Value: c, Label: d.p.Country(c), Checked: c == chosen})
	}
	text.Sort(string(d.p.Lang()), out, func(o ui.Option) string { return o.Label })
	return out
}

// languages are the choices of a field for a language of posts.
func (d desk) languages(chosen string) []ui.Option {
	var out []ui.Option
	for _, c := range []string{"ar", "ckb", "kmr", "en", "fa", "tr", "fr", "de", "ru", "es", "it", "nl", "uk", "ur", "he", "zh", "und"} {
		out = append(out, ui.Option{Value: c, Label: d.language(c), Checked: c == chosen})
	}
	return out
}

// errorList leads from the summary to the fields.
func errorList(m map[string]string, ids map[string]string) []ui.FieldError {
	var out []ui.FieldError
	for name, msg := range m {
		id := name
		if x, ok := ids[name]; ok {
			id = x
		}
		out = append(out, ui.FieldError{Field: id, Text: msg})
	}
	slices.SortFunc(out, func(a, b ui.FieldError) int { return strings.Compare(a.Field, b.Field) })
	return out
}

// countryCodes are the countries that can be chosen.
var countryCodes = strings.Fields(`AD AE AF AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM CN CO CR CU CV CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FM FR GA GB GD GE GH GM GN GQ GR GT GW GY HN HR HT HU ID IE IL IN IQ IR IS IT JM JO JP KE KG KH KI KM KN KP KR KW KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MM MN MR MT MU MV MW MX MY MZ NA NE NG NI NL NO NP NR NZ OM PA PE PG PH PK PL PS PT PW PY QA RO RS RU RW SA SB SC SD SE SG SI SK SL SM SN SO SR SS ST SV SY SZ TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VN VU WS YE ZA ZM ZW`)
