package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"sifara/internal/channels"
	"sifara/internal/db"
	"sifara/internal/publish"
)

// gate lets channels ask whether publishing is paused before each call to
// another program.
type gate struct{ h *House }

// Pass implements channels.Gate.
func (g gate) Pass(ctx context.Context, data json.RawMessage, due db.Time, send func(ctx context.Context) error) error {
	var facts struct {
		MessageID string `json:"message_id"`
		MissionID string `json:"mission_id"`
		TopicID   string `json:"topic_id"`
	}
	if err := json.Unmarshal(data, &facts); err != nil {
		return fmt.Errorf("facts of an event: %w", err)
	}
	err := g.h.Publish.Pass(ctx, publish.About{MessageID: facts.MessageID, MissionID: facts.MissionID, TopicID: facts.TopicID, Due: due}, send)
	if errors.Is(err, publish.ErrPaused) {
		return channels.ErrHeld
	}
	return err
}

// heldCalls are the calls of webhooks that a pause held up.
type heldCalls struct{ channels *channels.Service }

// Held implements publish.HeldSource.
func (c heldCalls) Held(ctx context.Context, limit int) ([]publish.Held, error) {
	list, err := c.channels.Held(ctx, limit)
	var out []publish.Held
	for _, d := range list {
		out = append(out, publish.Held{ID: d.ID, Word: "channels.event." + d.Event, DueAt: d.NextAt, Href: "/console/webhooks/" + d.WebhookID + "/deliveries/" + d.ID})
	}
	return out, err
}

// LetGo implements publish.HeldSource.
func (c heldCalls) LetGo(ctx context.Context, id string, at time.Time) error {
	return c.channels.LetGo(ctx, id, at)
}

// Drop implements publish.HeldSource.
func (c heldCalls) Drop(ctx context.Context, id, reason string) error {
	return c.channels.DropHeld(ctx, id, reason)
}
