package campaign

import (
	"context"

	"sifara/internal/publish"
)

// Figures tell how a campaign's messages were received, as far as the actor
// may view them: sums over Messages, and each by the message's id.
type Figures struct {
	Released  int
	Reading   publish.Reading
	Asked     Asked
	ByMessage map[string]MessageFigures
}

// MessageFigures are those of one message.
type MessageFigures struct {
	Reading publish.Reading
	Asked   Asked
}

// Figures counts for messages that were read with Messages.
func (s *Service) Figures(ctx context.Context, list []publish.Message) (Figures, error) {
	out := Figures{ByMessage: map[string]MessageFigures{}}
	var ids []string
	for _, m := range list {
		if m.WasPublic() {
			out.Released++
			ids = append(ids, m.ID)
		}
	}
	read, err := s.Publish.MessageFigures(ctx, ids...)
	if err != nil {
		return out, err
	}
	asked := map[string]Asked{}
	if s.Questions != nil {
		if asked, err = s.Questions.CampaignQuestions(ctx, ids); err != nil {
			return out, err
		}
	}
	for _, id := range ids {
		r, q := read[id], asked[id]
		out.ByMessage[id] = MessageFigures{r, q}
		out.Reading.Views += r.Views
		out.Reading.Readers += r.Readers
		out.Reading.FeedViews += r.FeedViews
		out.Asked.Asked += q.Asked
		out.Asked.Answered += q.Answered
	}
	return out, nil
}
