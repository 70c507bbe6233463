package app

import (
	"context"

	"sifara/internal/i18n"
	"sifara/internal/listen/campaign"
)

// answers tells campaign files of the decision and of the message that answer
// them, as far as the actor may see these.
type answers struct{ h *House }

// CampaignDecision implements campaign.Decisions.
func (a answers) CampaignDecision(ctx context.Context, id string) (campaign.Decision, error) {
	d, err := a.h.Planning.Decision(ctx, id)
	return campaign.Decision{Title: d.Title, State: string(d.State)}, err
}

// CampaignAnswer implements campaign.Answers.
func (a answers) CampaignAnswer(ctx context.Context, id string) (campaign.Answer, error) {
	m, err := a.h.Publish.Message(ctx, id)
	if err != nil {
		return campaign.Answer{}, err
	}
	figures, err := a.h.Publish.MessageFigures(ctx, id)
	if err != nil {
		return campaign.Answer{}, err
	}
	out := campaign.Answer{Titles: map[i18n.Lang]string{}, State: string(m.State), Views: figures[id].Views, Readers: figures[id].Readers}
	for _, v := range m.Variants {
		out.Titles[v.Lang] = v.Title
	}
	return out, nil
}
