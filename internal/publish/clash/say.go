package clash

import (
	"time"

	"sifara/internal/i18n"
	"sifara/internal/publish/timing"
)

// Label is the sort of a warning in words.
func (w Warning) Label(p *i18n.Printer) string {
	switch {
	case w.Kind == Sign && w.Sign == timing.Holiday && w.Name != "":
		return p.T("publish.time.holiday", "name", w.Name)
	case w.Kind == Sign:
		return p.T("publish.time.sign." + string(w.Sign))
	}
	return p.T("publish.clash." + string(w.Kind))
}

// Say is what a warning says besides its sort, with times in a zone.
func (w Warning) Say(p *i18n.Printer, zone *time.Location) string {
	switch w.Kind {
	case Crowd:
		return p.T("publish.clash.count", "count", w.Count)
	case Sign:
		return w.Place
	case Occasion, Mourning:
		if w.Place == "" {
			return w.Name
		}
		return p.T("publish.clash.at", "name", w.Name, "place", w.Place)
	}
	switch {
	case w.Unit == "":
		return p.T("publish.clash.hidden")
	case w.MessageID == "":
		return p.T("publish.clash.unit", "unit", w.Unit, "time", p.DateTime(w.At.In(zone)))
	}
	title := w.Title
	if title == "" {
		title = p.T("publish.untitled")
	}
	return p.T("publish.clash.seen", "title", title, "unit", w.Unit, "time", p.DateTime(w.At.In(zone)))
}

// WarningLine is a warning as programs read it.
type WarningLine struct {
	Kind      Kind       `json:"kind" enum:"campaign,subject,topic,audience,crowd,mourning,occasion,sign"`
	Grave     bool       `json:"grave" doc:"Planning over it needs confirm"`
	Text      string     `json:"text" doc:"In the caller's language"`
	MessageID string     `json:"message_id,omitempty" doc:"The other message, when you may view it"`
	At        *time.Time `json:"at,omitempty" doc:"When the other message goes out, when you may know it"`
	Sign      string     `json:"sign,omitempty" enum:"night,weekend,holiday,friday,prayer,iftar"`
}

// Lines gives warnings for programs; never nil.
func Lines(list []Warning, p *i18n.Printer, zone *time.Location) []WarningLine {
	out := make([]WarningLine, len(list))
	for i, w := range list {
		out[i] = WarningLine{Kind: w.Kind, Grave: w.Grave, Text: w.Label(p) + ": " + w.Say(p, zone), MessageID: w.MessageID, Sign: string(w.Sign)}
		if !w.At.IsZero() {
			out[i].At = &w.At
		}
	}
	return out
}
