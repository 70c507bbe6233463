package tone

import (
	"context"
	"slices"

	"sifara/internal/i18n"
	"sifara/internal/publish"
	engine "sifara/internal/text/tone"
)

// Bounds of the search for contradictions: how many sentences are looked up, of a
// text and of all that is said in its films, and how many released texts are
// compared.
const (
	maxLookedUp = 20
	maxCompared = 12
)

// against finds sentences that contradict a released text of the same language:
// they say nearly the same with other numbers, another date, or a negation.
func (s *Service) against(ctx context.Context, c *engine.Checker, m *publish.Message, lang i18n.Lang, parts []part) ([]Note, error) {
	if s.Released == nil {
		return nil, nil
	}
	sentences := make([][]engine.Sentence, len(parts))
	for i, p := range parts {
		sentences[i] = c.Sentences(string(lang), p.all)
	}
	texts, err := s.Released.Alike(ctx, lang, lookedUp(sentences), m.ID, maxCompared)
	if err != nil {
		return nil, err
	}
	var out []Note
	seen := map[*engine.Sentence]bool{}
	for _, t := range texts {
		v := t.Variant
		old := c.Sentences(string(lang), v.Title+"\n\n"+v.Summary+"\n\n"+publish.Plain(v.Body))
		for i, p := range parts {
			for k := range sentences[i] {
				x := &sentences[i][k]
				if f, said := contradicts(x, old, v.Title); said != nil && !seen[x] {
					seen[x] = true
					n := p.place(f)
					n.Released = &Elsewhere{t.Message.ID, t.Message.Slug, v.Title, said.Text}
					out = append(out, n)
				}
			}
		}
	}
	return out, nil
}

// lookedUp gives the sentences by which released texts are looked for: those with
// which the text begins, and then those with which what is said does, each once.
func lookedUp(sentences [][]engine.Sentence) []string {
	out := []string{}
	for i, list := range sentences {
		most := 2 * maxLookedUp
		if i == 0 {
			most = maxLookedUp
		}
		for _, x := range list {
			if len(out) < most && !slices.Contains(out, x.Text) {
				out = append(out, x.Text)
			}
		}
	}
	return out
}

// contradicts gives the sentence of a released text that a new one contradicts; nil
// for none, and for a sentence that stands there too.
func contradicts(x *engine.Sentence, old []engine.Sentence, title string) (engine.Finding, *engine.Sentence) {
	if slices.ContainsFunc(old, func(o engine.Sentence) bool { return o.Text == x.Text }) {
		return engine.Finding{}, nil
	}
	for k := range old {
		if d, ok := x.Against(&old[k]); ok {
			return engine.Finding{Kind: engine.Contradicts, From: x.From, To: x.To, Excerpt: engine.Excerpt(x.Text), Reason: "publish.tone.why.contradiction_" + string(d), Args: []any{"title", title}}, &old[k]
		}
	}
	return engine.Finding{}, nil
}
