package app

import (
	"context"

	"sifara/internal/auth"
	"sifara/internal/web"
)

// answers lets the API keep its answers to requests with an Idempotency-Key
// where auth keeps them.
type answers struct{ keys auth.Idempotency }

// Begin implements web.Idempotency.
func (a answers) Begin(ctx context.Context, actorID, key, request string) (*web.KeptAnswer, error) {
	kept, err := a.keys.Begin(ctx, actorID, key, request)
	if err != nil || kept == nil {
		return nil, err
	}
	again := web.KeptAnswer(*kept)
	return &again, nil
}

// End implements web.Idempotency.
func (a answers) End(ctx context.Context, actorID, key string, answer web.KeptAnswer) error {
	return a.keys.End(ctx, actorID, key, auth.Answer(answer))
}

// Abandon implements web.Idempotency.
func (a answers) Abandon(ctx context.Context, actorID, key string) error {
	return a.keys.Abandon(ctx, actorID, key)
}
