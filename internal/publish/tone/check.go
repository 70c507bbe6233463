package tone

import (
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"sifara/internal/i18n"
	"sifara/internal/publish"
	engine "sifara/internal/text/tone"
)

// Check checks any text with the lists in force.
func (s *Service) Check(ctx context.Context, lang i18n.Lang, text string) (engine.Report, error) {
	c, err := s.Checker(ctx)
	if err != nil {
		return engine.Report{}, err
	}
	r := c.Check(string(lang), text)
	if s.Terms == nil {
		return r, nil
	}
	marked, _, err := s.Terms.Find(ctx, "", lang, text, "", "")
	r.Add(marked)
	return r, err
}

// Note is a finding in a field of a message: "title", "summary", "body" or "alt".
// The places of the finding are those within the field. Without a field it is about
// something that the text leaves out.
type Note struct {
	Field string `json:"field"`
	engine.Finding
	Released *Elsewhere `json:"released,omitempty"` // what it contradicts
}

// Elsewhere is a sentence of a public text that a new one contradicts.
type Elsewhere struct {
	MessageID string `json:"message_id"`
	Slug      string `json:"slug"`
	Title     string `json:"title"`
	Sentence  string `json:"sentence"`
}

// Checked is what is said of a message in one language.
type Checked struct {
	Lang    i18n.Lang      `json:"lang"`
	Heat    int            `json:"heat"` // thousandths
	Hot     bool           `json:"hot"`
	Reading engine.Reach   `json:"reading"`
	Notes   []Note         `json:"findings"`
	Weight  publish.Weight `json:"-"` // what it would lead to alone
}

// field is a part of a message's text in one language and the byte at which it
// begins in the whole.
type field struct {
	name     string
	from, to int
}

// whole joins what goes out in one language.
func whole(m *publish.Message, lang i18n.Lang, w publish.Words) (string, []field) {
	var b strings.Builder
	var fields []field
	add := func(name, s string) {
		if s == "" {
			return
		}
		if b.Len() > 0 {
			b.WriteString("\n\n")
		}
		fields = append(fields, field{name, b.Len(), b.Len() + len(s)})
		b.WriteString(s)
	}
	add("title", w.Title)
	add("summary", w.Summary)
	add("body", w.Body)
	for _, a := range m.Attachments {
		add("alt", a.Alt[lang])
	}
	return b.String(), fields
}

// Words checks what is written for a message in one language, saved or not.
func (s *Service) Words(ctx context.Context, m publish.Message, lang i18n.Lang, w publish.Words) (Checked, error) {
	e, err := s.current(ctx, s.DB.Reader())
	if err != nil {
		return Checked{}, err
	}
	all, fields := whole(&m, lang, w)
	r := e.checker.Check(string(lang), all)
	out := Checked{Lang: lang, Heat: thousandths(r.Heat), Hot: r.Hot, Reading: r.Reading, Notes: []Note{}}
	for _, f := range r.Findings {
		out.Notes = append(out.Notes, place(all, fields, f))
	}
	against, err := s.against(ctx, e.checker, &m, lang, all, fields)
	if err != nil {
		return out, err
	}
	dead, err := s.dead(ctx, all, fields)
	if err != nil {
		return out, err
	}
	terms, err := s.terms(ctx, &m, lang, all, fields)
	if err != nil {
		return out, err
	}
	out.Notes = slices.Concat(out.Notes, against, dead, terms)
	slices.SortStableFunc(out.Notes, func(a, b Note) int { return slices.Index(engine.Kinds, a.Kind) - slices.Index(engine.Kinds, b.Kind) })
	out.Weight = e.settings.Weigh(out.Heat, m.Sensitivity)
	return out, nil
}

// terms finds official names that are worded otherwise, and those of the source text
// that a translation leaves out.
func (s *Service) terms(ctx context.Context, m *publish.Message, lang i18n.Lang, all string, fields []field) ([]Note, error) {
	if s.Terms == nil || len(fields) == 0 {
		return nil, nil
	}
	source := ""
	if src, ok := m.Source(); ok && lang != src.Lang {
		source, _ = whole(m, src.Lang, publish.Words{Title: src.Title, Summary: src.Summary, Body: src.Body})
	}
	marked, missing, err := s.Terms.Find(ctx, m.MissionID, lang, all, m.SourceLang, source)
	if err != nil {
		return nil, err
	}
	var out []Note
	for _, f := range marked {
		out = append(out, place(all, fields, f))
	}
	for _, f := range missing {
		out = append(out, Note{Finding: f})
	}
	return out, nil
}

// Message checks every language of a message.
func (s *Service) Message(ctx context.Context, m publish.Message) ([]Checked, error) {
	var out []Checked
	for _, v := range m.Variants {
		c, err := s.Words(ctx, m, v.Lang, publish.Words{Title: v.Title, Summary: v.Summary, Body: v.Body})
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// place puts a finding on the whole into the field in which it begins.
func place(all string, fields []field, f engine.Finding) Note {
	at := fields[0]
	for _, x := range fields {
		if x.from <= f.From {
			at = x
		}
	}
	n := Note{Field: at.name, Finding: f}
	n.From, n.To = max(0, f.From-at.from), max(0, min(f.To, at.to)-at.from)
	n.From = min(n.From, n.To)
	part := all[at.from:at.to]
	n.RuneFrom = len([]rune(part[:n.From]))
	n.RuneTo = n.RuneFrom + len([]rune(part[n.From:n.To]))
	return n
}

func thousandths(heat float64) int { return int(heat*1000 + 0.5) }

// Weigh implements publish.Tone: the heat of the hottest language.
func (s *Service) Weigh(ctx context.Context, q bun.IDB, m publish.Message) (publish.Weight, error) {
	e, err := s.current(ctx, q)
	if err != nil {
		return publish.Weight{}, err
	}
	key := heatKey{e.number, m.ContentHash()}
	s.mu.Lock()
	heat, known := s.heats[key]
	s.mu.Unlock()
	if !known {
		for _, v := range m.Variants {
			all, _ := whole(&m, v.Lang, publish.Words{Title: v.Title, Summary: v.Summary, Body: v.Body})
			heat = max(heat, thousandths(e.checker.Check(string(v.Lang), all).Heat))
		}
		s.keep(key, heat)
	}
	return e.settings.Weigh(heat, m.Sensitivity), nil
}

// keep remembers the heat of a content.
func (s *Service) keep(key heatKey, heat int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.heats) >= maxHeats {
		clear(s.heats)
	}
	s.heats[key] = heat
}
