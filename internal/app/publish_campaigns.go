package app

import (
	"context"

	"sifara/internal/publish/campaign"
)

// campaignQuestions tells the campaigns of publish what was asked under their
// messages.
type campaignQuestions struct{ h *House }

// CampaignQuestions implements campaign.Questions of publish.
func (q campaignQuestions) CampaignQuestions(ctx context.Context, messageIDs []string) (map[string]campaign.Asked, error) {
	figures, err := q.h.Engage.MessageFigures(ctx, messageIDs)
	out := map[string]campaign.Asked{}
	for id, f := range figures {
		out[id] = campaign.Asked{Asked: f.Asked, Answered: f.Answered}
	}
	return out, err
}
