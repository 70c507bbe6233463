package newsletter

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/jobs"
	"sifara/internal/mail"
)

// request is a sign-up that waits for the click in the letter.
type request struct {
	bun.BaseModel `bun:"table:publish_newsletter_request,alias:r"`

	ID          string `bun:",pk"`
	AddressHash string
	Address     string // sealed
	Lang        i18n.Lang
	Country     string
	Lists       idList
	Topics      topicChoice
	CreatedAt   db.Time
	ExpiresAt   db.Time
}

const (
	// requestLife is how long the link in a letter holds.
	requestLife = 48 * time.Hour
	// requestsADay bounds the letters that strangers can have sent to one address.
	requestsADay = 3
)

// Wish is a filled sign-up form.
type Wish struct {
	Email   string
	Lang    i18n.Lang
	Country string
	Lists   []string
	Topics  map[string][]string
}

// SignUp has a letter with a link sent to the address, whether it is known or
// not, and says nothing of it: the answer, and what is written, is the same.
// Errors concern the form only.
func (s *Service) SignUp(ctx context.Context, w Wish) error {
	bare, err := mail.Bare(w.Email)
	if err != nil {
		return errs.InvalidFields(errs.Field{Name: "address", Key: "newsletter.error.address"})
	}
	if err := s.checkWish(ctx, w.Lang, w.Country); err != nil {
		return err
	}
	open, err := s.OpenLists(ctx, "")
	if err != nil {
		return err
	}
	r := request{ID: id.New(), Lang: w.Lang, Country: w.Country, Topics: topicChoice{}, AddressHash: s.hashOf(bare), CreatedAt: s.now()}
	for _, l := range open {
		if slices.Contains(w.Lists, l.ID) {
			r.Lists = append(r.Lists, l.ID)
			if t := l.Topics.keys(w.Topics[l.ID]); len(t) > 0 {
				r.Topics[l.ID] = t
			}
		}
	}
	if len(r.Lists) == 0 {
		return errs.InvalidFields(errs.Field{Name: "lists", Key: "newsletter.error.no_list"})
	}
	r.Address, r.ExpiresAt = s.Vault.Seal(requestPurpose(r.ID), []byte(bare)), r.CreatedAt.Add(requestLife)
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		n, err := tx.NewSelect().Model((*request)(nil)).Where("r.address_hash = ?", r.AddressHash).Where("r.created_at > ?", r.CreatedAt.Add(-24*time.Hour)).Count(ctx)
		if err != nil {
			return fmt.Errorf("newsletter: sign up: %w", err)
		}
		if n >= requestsADay {
			return nil // they have letters enough; nobody is told
		}
		if _, err := tx.NewInsert().Model(&r).Exec(ctx); err != nil {
			return fmt.Errorf("newsletter: sign up: %w", err)
		}
		return s.Queue.Insert(ctx, tx, inviteArgs{RequestID: r.ID}, jobs.Attempts(8))
	})
}

// inviteArgs name a request whose letter is to be sent.
type inviteArgs struct {
	RequestID string `json:"request_id"`
}

// Kind implements jobs.Args.
func (inviteArgs) Kind() string { return "newsletter.invite" }

func (s *Service) runInvite(ctx context.Context, job jobs.Job[inviteArgs]) error {
	var r request
	if err := s.DB.Reader().NewSelect().Model(&r).Where("r.id = ?", job.Args.RequestID).Scan(ctx); db.IsNoRows(err) {
		return nil
	} else if err != nil {
		return fmt.Errorf("newsletter: invitation: %w", err)
	}
	if s.Mail == nil || r.ExpiresAt < s.now() {
		return nil
	}
	bare, err := s.Vault.Unseal(requestPurpose(r.ID), r.Address)
	if err != nil {
		return jobs.Cancel(fmt.Errorf("newsletter: invitation %s: %w", r.ID, err))
	}
	m, err := s.invitation(ctx, r, string(bare))
	if err != nil {
		return err
	}
	err = s.Mail.Send(ctx, m)
	if errs.KindOf(err) == errs.Unavailable && !job.Last() {
		return fmt.Errorf("newsletter: invitation %s: %w", r.ID, err)
	}
	if err != nil {
		s.Log.Warn("invitation to a newsletter failed", "request", r.ID, "err", errs.KindOf(err))
	}
	return nil
}

// invitation is the letter with the link. It repeats nothing that was typed but
// the lists' own names, so that the form cannot carry words to strangers.
func (s *Service) invitation(ctx context.Context, r request, bare string) (mail.Message, error) {
	p := s.Words.Printer(r.Lang)
	var lists []List
	if err := s.DB.Reader().NewSelect().Model(&lists).Where("l.id IN (?)", bun.List([]string(r.Lists))).Order("l.slug").Scan(ctx); err != nil {
		return mail.Message{}, fmt.Errorf("newsletter: invitation: %w", err)
	}
	body := p.T("newsletter.invite.text") + "\n"
	for _, l := range lists {
		body += "\n– " + l.Name(r.Lang)
	}
	body += "\n\n" + s.BaseURL + "/" + string(r.Lang) + "/newsletter/confirm/" + s.requestToken(r.ID) + "\n\n" +
		p.T("newsletter.invite.until", "date", p.DateTime(r.ExpiresAt.In(s.Org.Zone(ctx, "")))) + "\n" + p.T("newsletter.invite.not_you") + "\n"
	return mail.Message{ID: "newsletter-invite-" + r.ID, To: []mail.Address{{Email: bare}}, Lang: r.Lang.Tag(), Subject: p.T("newsletter.invite.subject"), Text: body}, nil
}

// requestToken signs the id of a request.
func (s *Service) requestToken(requestID string) string {
	u := uuid.MustParse(requestID)
	return linkText.EncodeToString(append(u[:], sum(hmac.New(sha256.New, s.key.token), append([]byte("request"), u[:]...), 14)...))
}

// pending finds the request of a link; ErrLink when its time is over.
func (s *Service) pending(ctx context.Context, q bun.IDB, token string) (request, error) {
	var r request
	b, err := linkText.DecodeString(token)
	if err != nil || len(b) != 30 || !hmac.Equal(b[16:], sum(hmac.New(sha256.New, s.key.token), append([]byte("request"), b[:16]...), 14)) {
		return r, ErrLink
	}
	err = q.NewSelect().Model(&r).Where("r.id = ?", uuid.UUID(b[:16]).String()).Where("r.expires_at > ?", s.now()).Scan(ctx)
	if db.IsNoRows(err) {
		return r, ErrLink
	}
	if err != nil {
		return r, fmt.Errorf("newsletter: request: %w", err)
	}
	return r, nil
}

// Pending gives the lists that a link would confirm.
func (s *Service) Pending(ctx context.Context, token string) ([]List, error) {
	r, err := s.pending(ctx, s.DB.Reader(), token)
	if err != nil {
		return nil, err
	}
	var lists []List
	if err := s.DB.Reader().NewSelect().Model(&lists).Where("l.id IN (?)", bun.List([]string(r.Lists))).Order("l.slug").Scan(ctx); err != nil {
		return nil, fmt.Errorf("newsletter: request: %w", err)
	}
	return lists, nil
}

// Confirm puts the address on the lists that its owner asked for.
func (s *Service) Confirm(ctx context.Context, token string) error {
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		r, err := s.pending(ctx, tx, token)
		if err != nil {
			return err
		}
		bare, err := s.Vault.Unseal(requestPurpose(r.ID), r.Address)
		if err != nil {
			return fmt.Errorf("newsletter: request %s: %w", r.ID, err)
		}
		for _, listID := range r.Lists {
			l, err := s.list(ctx, tx, listID)
			if err != nil {
				return err
			}
			if !l.ClosedAt.IsZero() {
				continue
			}
			b := subscriber{ListID: l.ID, Lang: r.Lang, Country: r.Country, Topics: joined(r.Topics[l.ID]), Consent: ConsentForm, ConsentAt: s.now()}
			if err := s.enlist(ctx, tx, b, string(bare)); err != nil {
				return err
			}
			if err := s.welcome(ctx, tx, l.ID, r.AddressHash); err != nil {
				return err
			}
			if err := s.record(ctx, tx, "", "subscribe", "newsletter", l.ID, l.MissionID, map[string]any{"name": named(l.Names)}); err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM publish_newsletter_request WHERE address_hash = ? AND id = ?`, r.AddressHash, r.ID)
		return err
	})
}
