package publishweb

import (
	"context"
	"html"
	"net/http"
	"strconv"
	"strings"
	"time"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/publish"
	"sifara/internal/publish/calendar"
	"sifara/internal/web/ui"
)

// eventZone is the zone in which an event is announced.
func eventZone(m publish.Message) *time.Location {
	at, err := org.ParseZone(m.Details.Zone)
	if err != nil {
		return time.UTC
	}
	return at
}

// eventTime writes when an event is, in its own zone: one day and two times, or
// two days.
func eventTime(p *i18n.Printer, m publish.Message) string {
	zone := eventZone(m)
	from, to := m.Details.Starts.In(zone), m.Details.Ends.In(zone)
	last := p.DateTime(to)
	if from.Format(time.DateOnly) == to.Format(time.DateOnly) {
		last = p.Clock(to)
	}
	return p.T("publish.site.event.time", "from", p.DateTime(from), "to", last, "offset", p.Digits(offset(from)))
}

// detailLines are the details of a public message in the reader's language.
func (s *site) detailLines(ctx context.Context, m publish.Message, v publish.Variant) []ui.KeyValue {
	p, d := i18n.From(ctx), m.Details
	var out []ui.KeyValue
	add := func(name, value string) {
		if value != "" {
			out = append(out, ui.KeyValue{Key: p.T("publish.field." + name), Value: value})
		}
	}
	zone := s.Org.Zone(ctx, m.MissionID)
	switch m.Kind {
	case publish.Event:
		add("when", eventTime(p, m))
		add("venue", d.Venue[v.Lang])
	case publish.Speech:
		add("given_by", d.GivenBy[v.Lang])
		add("occasion", d.Occasion[v.Lang])
		if !d.Delivered.IsZero() {
			add("delivered", p.Date(d.Delivered.In(zone)))
		}
	case publish.TravelAdvice:
		add("country", p.Country(d.Country))
		add("level", p.T("publish.level."+strconv.Itoa(d.Level)))
		add("valid_until", p.Date(d.ValidUntil.In(zone)))
	}
	return out
}

// detailHTML is detailLines for feeds.
func (s *site) detailHTML(ctx context.Context, m publish.Message, v publish.Variant) string {
	var b strings.Builder
	for _, f := range s.detailLines(ctx, m, v) {
		b.WriteString("<li><b>" + html.EscapeString(f.Key) + "</b>: " + html.EscapeString(f.Value) + "</li>\n")
	}
	if b.Len() == 0 {
		return ""
	}
	return "<ul>\n" + b.String() + "</ul>\n"
}

// bodyHTML is the text as its page shows it: a thread as the list of its parts.
func bodyHTML(m publish.Message, v publish.Variant) string {
	if m.Kind != publish.Thread {
		return v.HTML()
	}
	var b strings.Builder
	b.WriteString(`<ol class="thread">`)
	for _, part := range publish.Parts(v.Body) {
		b.WriteString("<li>" + publish.HTML(part) + "</li>")
	}
	b.WriteString("</ol>")
	return b.String()
}

// standing says of advice and pages whether they still hold: the address of the
// one that took their place, if any, and whether the time of advice has passed.
func (s *site) standing(r *http.Request, m publish.Message) (newer string, late bool, err error) {
	if !m.Kind.Replaced() {
		return "", false, nil
	}
	list, err := s.Service.InForce(r.Context(), publish.ReleasedFilter{Kind: m.Kind, MissionID: m.MissionID, Ministry: m.MissionID == "", Subject: m.Subject})
	if err != nil {
		return "", false, err
	}
	if len(list) > 0 && list[0].ID != m.ID {
		return href(langOf(r), "", "/statements/"+list[0].Slug), false, nil
	}
	return "", m.Lapsed(s.Clock.Now()), nil
}

// lapsed says of travel advice whose time has passed on which day it did; empty
// for all else. It stands wherever the advice is named.
func (s *site) lapsed(ctx context.Context, m publish.Message) string {
	if !m.Lapsed(s.Clock.Now()) {
		return ""
	}
	p := i18n.From(ctx)
	return p.T("publish.site.advice.lapsed", "date", p.Date(m.Details.ValidUntil.In(s.Org.Zone(ctx, m.MissionID))))
}

// icsHref is where an event's calendar entry is.
func icsHref(l i18n.Lang, m publish.Message) string {
	return href(l, "", "/statements/"+m.Slug+"/event.ics")
}

// eventFile gives an event to a calendar program:
// GET /{lang}/statements/{slug}/event.ics.
func (s *site) eventFile(w http.ResponseWriter, r *http.Request) error {
	p := i18n.From(r.Context())
	m, err := s.Service.ReleasedBySlug(r.Context(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	v, has := m.Variant(p.Lang())
	if !has || m.Kind != publish.Event || m.State != publish.StateReleased {
		return errs.New(errs.NotFound, "")
	}
	w.Header().Set("Content-Type", calendar.Media)
	w.Header().Set("Content-Disposition", `attachment; filename="event.ics"`)
	_, _ = w.Write([]byte(calendar.Write(v.Title, m.ReleasedAt.Std(), []calendar.Event{s.calendarEvent(p, m, v)}))) // the reader may have gone
	return nil
}

func (s *site) calendarEvent(p *i18n.Printer, m publish.Message, v publish.Variant) calendar.Event {
	return calendar.Event{
		UID:   m.ID + "-" + string(v.Lang) + "@" + strings.TrimPrefix(strings.TrimPrefix(s.BaseURL, "https://"), "http://"),
		Start: m.Details.Starts.Std(), End: m.Details.Ends.Std(), Summary: v.Title, Note: summary(v, 400), Place: m.Details.Venue[v.Lang],
		URL: s.BaseURL + href(v.Lang, "", "/statements/"+m.Slug), Kind: p.T("publish.kind.event"),
	}
}
