package app

import (
	"context"
	"fmt"

	"sifara/internal/auth"
	"sifara/internal/errs"
	"sifara/internal/org"
	"sifara/internal/publish/discuss"
	"sifara/internal/publish/publishweb"
)

// writing is what those who write messages together need of the house.
func (h *House) writing() publishweb.Writing {
	return publishweb.Writing{Accounts: h.Channels, Discuss: h.Discuss, Shares: h.Shares}
}

// called promises a letter to those whom a comment calls or of whom a fact is
// asked.
func (h *House) called(ctx context.Context, e discuss.Called) error {
	var people []org.Person
	for _, id := range e.People {
		p, err := h.Org.Person(ctx, id)
		if errs.KindOf(err) == errs.NotFound {
			continue
		}
		if err != nil {
			return fmt.Errorf("who is called on message %s: %w", e.MessageID, err)
		}
		if p.Active {
			people = append(people, p)
		}
	}
	return h.Auth.TellAtOnce(ctx, people)
}

// askedWait are the comments and fact checks that wait for the actor.
func (h *House) askedWait(ctx context.Context) ([]auth.Waits, error) {
	n, err := h.Discuss.Count(ctx)
	return []auth.Waits{{Kind: "asked", Count: n, Path: "/console/asked"}}, err
}
