package app

import (
	"context"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/listen"
	"sifara/internal/perm"
	"sifara/internal/planning"
	"sifara/internal/publish"
)

// origins tells publish what led to a message: it asks listening and planning,
// whose neighbours publish does not know.
type origins struct{ h *House }

// Origins implements publish.Origins. What the reader may not see is named
// without a link.
func (o origins) Origins(ctx context.Context, warningID, decisionID, topicID string) ([]publish.Origin, error) {
	system := perm.With(ctx, perm.SystemActor("origins"))
	a := perm.From(ctx)
	var out []publish.Origin
	link := func(p perm.Permission, href string) string {
		if a.May(p) {
			return href
		}
		return ""
	}
	if topicID != "" && warningID == "" {
		t, err := o.h.Listen.Topic(system, topicID)
		if err := ignoreMissing(err); err != nil {
			return nil, err
		}
		if err == nil {
			out = append(out, publish.Origin{Kind: "topic", Title: publish.Texts(t.Names), Href: link(listen.View, "/console/listen/topics/"+topicID)})
		}
	}
	if warningID != "" {
		w, err := o.h.Listen.Warning(system, warningID)
		if err := ignoreMissing(err); err != nil {
			return nil, err
		}
		if err == nil {
			titles, err := o.warningTitles(system, w)
			if err != nil {
				return nil, err
			}
			out = append(out, publish.Origin{Kind: "warning", Title: titles, At: w.RaisedAt, Href: link(listen.View, "/console/listen/warnings/"+warningID)})
		}
	}
	if decisionID != "" {
		d, err := o.h.Planning.Decision(system, decisionID)
		if err := ignoreMissing(err); err != nil {
			return nil, err
		}
		if err == nil {
			out = append(out, publish.Origin{Kind: "decision", Title: inAll(d.Title), At: d.CreatedAt, Href: link(planning.View, "/console/decisions/"+decisionID)})
		}
	}
	return out, nil
}

// ignoreMissing passes over what has gone since: the way is then shorter.
func ignoreMissing(err error) error {
	if errs.KindOf(err) == errs.NotFound {
		return nil
	}
	return err
}

// warningTitles names a warning by its topic, or by the hashtag that rose.
func (o origins) warningTitles(ctx context.Context, w listen.Warning) (publish.Texts, error) {
	if w.TopicID == "" {
		return inAll(w.Subject()), nil
	}
	t, err := o.h.Listen.Topic(ctx, w.TopicID)
	if err := ignoreMissing(err); err != nil {
		return nil, err
	}
	return publish.Texts(t.Names), nil
}

// inAll is a text that stands as it is in every language.
func inAll(text string) publish.Texts {
	out := publish.Texts{}
	for _, l := range i18n.Langs {
		out[l] = text
	}
	return out
}

// results tells planning which messages were begun from a decision.
type results struct{ h *House }

// FromDecision implements planning.Results.
func (r results) FromDecision(ctx context.Context, decisionID string) ([]planning.Followed, error) {
	messages, err := r.h.Publish.Messages(ctx, publish.Filter{DecisionID: decisionID})
	if err != nil {
		return nil, err
	}
	var out []planning.Followed
	for _, m := range messages {
		titles := map[i18n.Lang]string{}
		for _, v := range m.Variants {
			titles[v.Lang] = v.Title
		}
		out = append(out, planning.Followed{Titles: titles, StateKey: "publish.state." + string(m.State), At: m.CreatedAt, Href: "/console/messages/" + m.ID})
	}
	return out, nil
}
