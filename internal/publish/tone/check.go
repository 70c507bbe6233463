package tone

import (
	"context"
	"slices"

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

// Note is a finding in a field of a message: "title", "summary", "body", or of a
// file "alt", "captions" or "transcript". The places of the finding are those
// within the field; captions are read as the transcript that is made of them.
// Without an excerpt it is about something that the text, or the file, leaves out.
type Note struct {
	Field  string `json:"field"`
	FileID string `json:"file_id,omitempty"`
	File   string `json:"file,omitempty"` // its name
	// Time is when the cue begins in which it is found, as players write it.
	Time string `json:"time,omitempty"`
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

// Words checks what is written for a message in one language, saved or not, and
// what is said in its films and recordings.
func (s *Service) Words(ctx context.Context, m publish.Message, lang i18n.Lang, w publish.Words) (Checked, error) {
	e, err := s.current(ctx, s.DB.Reader())
	if err != nil {
		return Checked{}, err
	}
	out := Checked{Lang: lang, Notes: []Note{}}
	parts := partsOf(&m, lang, w)
	for i, p := range parts {
		r := e.checker.Check(string(lang), p.all)
		if i == 0 {
			out.Reading = r.Reading
		}
		out.Heat, out.Hot = max(out.Heat, thousandths(r.Heat)), out.Hot || r.Hot
		for _, f := range r.Findings {
			if !p.spoken || f.Kind != engine.Reading { // nobody reads what is said at their own pace
				out.Notes = append(out.Notes, p.place(f))
			}
		}
	}
	against, err := s.against(ctx, e.checker, &m, lang, parts)
	if err != nil {
		return out, err
	}
	dead, err := s.dead(ctx, parts[0])
	if err != nil {
		return out, err
	}
	terms, err := s.terms(ctx, &m, lang, parts)
	if err != nil {
		return out, err
	}
	out.Notes = slices.Concat(out.Notes, against, dead, terms)
	slices.SortStableFunc(out.Notes, func(a, b Note) int { return slices.Index(engine.Kinds, a.Kind) - slices.Index(engine.Kinds, b.Kind) })
	out.Weight = e.settings.Weigh(out.Heat, m.Sensitivity)
	return out, nil
}

// terms finds names that the house words otherwise, and those of the source that a
// translation leaves out: of the text in the text, of a film in what is said in it.
func (s *Service) terms(ctx context.Context, m *publish.Message, lang i18n.Lang, parts []part) ([]Note, error) {
	if s.Terms == nil {
		return nil, nil
	}
	var sources []part
	if src, ok := m.Source(); ok && lang != src.Lang {
		sources = partsOf(m, src.Lang, publish.Words{Title: src.Title, Summary: src.Summary, Body: src.Body})
	}
	var out []Note
	for _, p := range parts {
		if len(p.fields) == 0 {
			continue
		}
		source := ""
		if i := slices.IndexFunc(sources, func(o part) bool { return o.of == p.of }); i >= 0 {
			source = sources[i].all
		}
		marked, missing, err := s.Terms.Find(ctx, m.MissionID, lang, p.all, m.SourceLang, source)
		if err != nil {
			return nil, err
		}
		for _, f := range marked {
			out = append(out, p.place(f))
		}
		for _, f := range missing {
			n := Note{Finding: f}
			if p.spoken {
				n = p.fields[0].note(f)
			}
			out = append(out, n)
		}
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
			for _, p := range partsOf(&m, v.Lang, publish.Words{Title: v.Title, Summary: v.Summary, Body: v.Body}) {
				heat = max(heat, thousandths(e.checker.Check(string(v.Lang), p.all).Heat))
			}
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
