package tone

import (
	"context"
	"slices"

	"sifara/internal/i18n"
	"sifara/internal/publish"
	engine "sifara/internal/text/tone"
)

// Bounds of the search for contradictions: how many sentences of a text are looked
// up, and how many released texts are compared.
const (
	maxLookedUp = 20
	maxCompared = 12
)

// against finds sentences that contradict a released text of the same language:
// they say nearly the same with other numbers, another date, or a negation.
func (s *Service) against(ctx context.Context, c *engine.Checker, m *publish.Message, lang i18n.Lang, all string, fields []field) ([]Note, error) {
	if s.Released == nil || len(fields) == 0 {
		return nil, nil
	}
	sentences := c.Sentences(string(lang), all)
	passages := []string{}
	for _, x := range sentences[:min(len(sentences), maxLookedUp)] {
		passages = append(passages, x.Text)
	}
	texts, err := s.Released.Alike(ctx, lang, passages, m.ID, maxCompared)
	if err != nil {
		return nil, err
	}
	var out []Note
	seen := map[int]bool{}
	for _, t := range texts {
		v := t.Variant
		old := c.Sentences(string(lang), v.Title+"\n\n"+v.Summary+"\n\n"+publish.Plain(v.Body))
		for i := range sentences {
			x := &sentences[i]
			if seen[x.From] || slices.ContainsFunc(old, func(o engine.Sentence) bool { return o.Text == x.Text }) {
				continue
			}
			for k := range old {
				d, ok := x.Against(&old[k])
				if !ok {
					continue
				}
				seen[x.From] = true
				f := engine.Finding{Kind: engine.Contradicts, From: x.From, To: x.To, Excerpt: engine.Excerpt(x.Text), Reason: "publish.tone.why.contradiction_" + string(d), Args: []any{"title", v.Title}}
				n := place(all, fields, f)
				n.Released = &Elsewhere{t.Message.ID, t.Message.Slug, v.Title, old[k].Text}
				out = append(out, n)
				break
			}
		}
	}
	return out, nil
}
