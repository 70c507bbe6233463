package publish

import (
	"context"
	"fmt"
	"slices"

	"sifara/internal/errs"
)

// Certificate is a competence that a route may ask for at a step.
type Certificate struct {
	Key   string
	Names Texts
}

// Certifier says who has proved which competence. It is asked each time, so a
// certificate that runs out counts no more.
type Certifier interface {
	// Certificates are those that routes may ask for.
	Certificates(ctx context.Context) ([]Certificate, error)
	// Held gives the keys of those that a person holds now.
	Held(ctx context.Context, personID string) ([]string, error)
}

// Certificates gives what routes may ask for: nothing where nobody certifies.
func (s *Service) Certificates(ctx context.Context) ([]Certificate, error) {
	if s.certifier == nil {
		return nil, nil
	}
	list, err := s.certifier.Certificates(ctx)
	if err != nil {
		return nil, fmt.Errorf("publish: certificates: %w", err)
	}
	return list, nil
}

// heldBy gives the certificates of a person; none where nobody certifies.
func (s *Service) heldBy(ctx context.Context, personID string) ([]string, error) {
	if s.certifier == nil {
		return nil, nil
	}
	held, err := s.certifier.Held(ctx, personID)
	if err != nil {
		return nil, fmt.Errorf("publish: certificates of %s: %w", personID, err)
	}
	return held, nil
}

// certified reports whether who holds some certificates has the one that the step
// asks for.
func (s Step) certified(held []string) bool {
	return s.Certificate == "" || slices.Contains(held, s.Certificate)
}

// certifiable refuses a route that asks for a certificate which nobody can hold.
func (s *Service) certifiable(ctx context.Context, r Route) error {
	list, err := s.Certificates(ctx)
	if err != nil {
		return err
	}
	for _, step := range r.Steps {
		if step.Certificate != "" && !slices.ContainsFunc(list, func(c Certificate) bool { return c.Key == step.Certificate }) {
			return errs.InvalidFields(errs.Field{Name: "steps", Key: "publish.error.route_certificate"})
		}
	}
	return nil
}
