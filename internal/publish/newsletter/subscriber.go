package newsletter

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/mail"
	"sifara/internal/org"
	"sifara/internal/vault/sealed"
)

// subscriber is one address on one list.
type subscriber struct {
	bun.BaseModel `bun:"table:publish_newsletter_subscriber,alias:b"`

	ID          string `bun:",pk"`
	ListID      string
	AddressHash string
	Address     string // sealed
	Lang        i18n.Lang
	Country     string // as they stated; may be empty
	Topics      string // ",a,b," or empty: all
	Consent     string // ConsentForm, or what the importing official stated
	ConsentAt   db.Time
	SoftBounces int
	CreatedAt   db.Time
}

// ConsentForm is the consent of those who followed the link in the letter.
const ConsentForm = "form"

// Why an address is on a list no more.
const (
	LeftByThemselves = "left"
	LeftDeleted      = "deleted" // deleted by an official at their wish
	LeftBounced      = "bounced" // their mailbox does not exist, or never takes letters
	LeftComplained   = "complained"
)

// Sealed lists the columns that the vault seals.
func (s *Service) Sealed() []sealed.Column {
	return []sealed.Column{
		{DB: s.DB, Table: "publish_newsletter_subscriber", Value: "address", Key: []string{"id"}, Purpose: func(k []string) string { return subscriberPurpose(k[0]) }},
		{DB: s.DB, Table: "publish_newsletter_request", Value: "address", Key: []string{"id"}, Purpose: func(k []string) string { return requestPurpose(k[0]) }},
		{DB: s.DB, Table: "publish_newsletter_key", Value: "private", Key: []string{"selector"}, Purpose: func(k []string) string { return signerPurpose(k[0]) }},
	}
}

func joined(topics []string) string {
	if len(topics) == 0 {
		return ""
	}
	return "," + strings.Join(topics, ",") + ","
}

func split(topics string) []string {
	if topics == "" {
		return nil
	}
	return strings.Split(strings.Trim(topics, ","), ",")
}

// enlist puts an address on a list, or changes what is known of it there.
func (s *Service) enlist(ctx context.Context, tx bun.Tx, b subscriber, bare string) error {
	b.ID, b.CreatedAt = id.New(), s.now()
	b.AddressHash, b.Address = s.hashOf(bare), s.Vault.Seal(subscriberPurpose(b.ID), []byte(bare))
	_, err := tx.NewInsert().Model(&b).On("CONFLICT (list_id, address_hash) DO UPDATE").
		Set("lang = EXCLUDED.lang, country = EXCLUDED.country, topics = EXCLUDED.topics, soft_bounces = 0").Exec(ctx)
	if err != nil {
		return fmt.Errorf("newsletter: subscribe: %w", err)
	}
	return nil
}

// leave takes an address from a list, or from all when listID is empty, and
// remembers its hash.
func (s *Service) leave(ctx context.Context, tx bun.Tx, listID, hash, why string) error {
	q := tx.NewDelete().Table("publish_newsletter_subscriber").Where("address_hash = ?", hash)
	if listID != "" {
		q = q.Where("list_id = ?", listID)
	}
	if _, err := q.Exec(ctx); err != nil {
		return fmt.Errorf("newsletter: leave: %w", err)
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO publish_newsletter_left (list_id, address_hash, reason, at) VALUES (?, ?, ?, ?)
		ON CONFLICT (list_id, address_hash) DO UPDATE SET reason = EXCLUDED.reason, at = EXCLUDED.at`, listID, hash, why, s.now())
	if err != nil {
		return fmt.Errorf("newsletter: leave: %w", err)
	}
	return nil
}

// Preferences are what the holder of a subscriber's link may see and change.
type Preferences struct {
	Token   string
	Masked  string // the address, so that its owner knows it and nobody else does
	Lang    i18n.Lang
	Country string
	Here    List   // the list whose letter the link stood in
	Lists   []List // to which they may belong: those they are on, and the open ones
	On      map[string]bool
	Topics  map[string][]string // chosen, by list; a list without means all
}

// Preferences gives those of a link. ErrLink when it is none of ours or its
// subscriber is gone.
func (s *Service) Preferences(ctx context.Context, token string) (Preferences, error) {
	me, bare, err := s.holder(ctx, s.DB.Reader(), token)
	if err != nil {
		return Preferences{}, err
	}
	p := Preferences{Token: token, Masked: masked(bare), Lang: me.Lang, Country: me.Country, On: map[string]bool{}, Topics: map[string][]string{}}
	var mine []subscriber
	if err := s.DB.Reader().NewSelect().Model(&mine).Where("b.address_hash = ?", me.AddressHash).Scan(ctx); err != nil {
		return p, fmt.Errorf("newsletter: preferences: %w", err)
	}
	for _, b := range mine {
		p.On[b.ListID], p.Topics[b.ListID] = true, split(b.Topics)
	}
	var all []List
	if err := s.DB.Reader().NewSelect().Model(&all).Where("l.closed_at = 0").Order("l.mission_id", "l.slug").Scan(ctx); err != nil {
		return p, fmt.Errorf("newsletter: preferences: %w", err)
	}
	for _, l := range all {
		if l.ID == me.ListID {
			p.Here = l
		}
		if l.Open || p.On[l.ID] {
			p.Lists = append(p.Lists, l)
		}
	}
	return p, nil
}

// holder finds the subscriber of a link and opens the address.
func (s *Service) holder(ctx context.Context, q bun.IDB, token string) (subscriber, string, error) {
	subscriberID, ok := s.subscriberOf(token)
	if !ok {
		return subscriber{}, "", ErrLink
	}
	var b subscriber
	if err := q.NewSelect().Model(&b).Where("b.id = ?", subscriberID).Scan(ctx); db.IsNoRows(err) {
		return subscriber{}, "", ErrLink
	} else if err != nil {
		return subscriber{}, "", fmt.Errorf("newsletter: subscriber: %w", err)
	}
	bare, err := s.Vault.Unseal(subscriberPurpose(b.ID), b.Address)
	if err != nil {
		return subscriber{}, "", fmt.Errorf("newsletter: address of %s: %w", b.ID, err)
	}
	return b, string(bare), nil
}

// masked shows as much of an address as its owner needs: "r•••@example.org".
func masked(bare string) string {
	r := []rune(bare)
	return string(r[:1]) + "•••@" + mail.Domain(bare)
}

// Change is what the holder of a link wants.
type Change struct {
	Lang    i18n.Lang
	Country string
	Lists   []string            // on which to be
	Topics  map[string][]string // by list
}

// Change changes preferences. Lists that are not open can be left, not entered.
// The owner of the address proved it by the link, so no further letter is
// needed.
func (s *Service) Change(ctx context.Context, token string, c Change) error {
	if err := s.checkWish(ctx, c.Lang, c.Country); err != nil {
		return err
	}
	p, err := s.Preferences(ctx, token)
	if err != nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		me, bare, err := s.holder(ctx, tx, token)
		if err != nil {
			return err
		}
		for _, l := range p.Lists {
			wanted := slices.Contains(c.Lists, l.ID)
			switch {
			case wanted && (l.Open || p.On[l.ID]):
				b := subscriber{ListID: l.ID, Lang: c.Lang, Country: c.Country, Topics: joined(l.Topics.keys(c.Topics[l.ID])), Consent: ConsentForm, ConsentAt: s.now()}
				if err := s.enlist(ctx, tx, b, bare); err != nil {
					return err
				}
				if err := s.welcome(ctx, tx, l.ID, me.AddressHash); err != nil {
					return err
				}
			case !wanted && p.On[l.ID]:
				if err := s.leave(ctx, tx, l.ID, me.AddressHash, LeftByThemselves); err != nil {
					return err
				}
			}
		}
		return s.record(ctx, tx, "", "preferences", "newsletter", me.ListID, p.Here.MissionID, map[string]any{"name": named(p.Here.Names)})
	})
}

// welcome forgets that an address had left: its owner wants to come back.
func (s *Service) welcome(ctx context.Context, tx bun.Tx, listID, hash string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM publish_newsletter_left WHERE list_id IN ('', ?) AND address_hash = ?`, listID, hash)
	if err != nil {
		return fmt.Errorf("newsletter: welcome: %w", err)
	}
	return nil
}

// checkWish holds a stated language and country.
func (s *Service) checkWish(ctx context.Context, lang i18n.Lang, country string) error {
	var bad []errs.Field
	if _, ok := i18n.Parse(string(lang)); !ok {
		bad = append(bad, errs.Field{Name: "lang", Key: "web.field.choice"})
	}
	if country != "" && !org.ValidCountry(s.Words.Printer(i18n.English), country) {
		bad = append(bad, errs.Field{Name: "country", Key: "web.field.choice"})
	}
	return errs.InvalidFields(bad...)
}

// Unsubscribe takes the holder of a link from the list it stood in, or from all.
// It is the same whether they were on it still: a click repeated is a yes, too.
// ErrLink only for what is none of our links.
func (s *Service) Unsubscribe(ctx context.Context, token string, all bool) error {
	subscriberID, ok := s.subscriberOf(token)
	if !ok {
		return ErrLink
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var b subscriber
		err := tx.NewSelect().Model(&b).Where("b.id = ?", subscriberID).Scan(ctx)
		if db.IsNoRows(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("newsletter: unsubscribe: %w", err)
		}
		l, err := s.list(ctx, tx, b.ListID)
		if err != nil {
			return err
		}
		from := b.ListID
		if all {
			from = ""
		}
		if err := s.leave(ctx, tx, from, b.AddressHash, LeftByThemselves); err != nil {
			return err
		}
		return s.record(ctx, tx, "", "unsubscribe", "newsletter", l.ID, l.MissionID, map[string]any{"name": named(l.Names)})
	})
}

// Forget deletes an address from a list at the wish of its owner, who wrote to
// an official. NotFound when it is not on it.
func (s *Service) Forget(ctx context.Context, listID, email string) error {
	bare, err := mail.Bare(email)
	if err != nil {
		return errs.InvalidFields(errs.Field{Name: "address", Key: "newsletter.error.address"})
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		l, err := s.list(ctx, tx, listID)
		if err != nil {
			return err
		}
		if err := allowed(ctx, MayKeep, l.MissionID); err != nil {
			return err
		}
		n, err := tx.NewSelect().Model((*subscriber)(nil)).Where("b.list_id = ?", listID).Where("b.address_hash = ?", s.hashOf(bare)).Count(ctx)
		if err != nil {
			return fmt.Errorf("newsletter: forget: %w", err)
		}
		if n == 0 {
			return errs.InvalidFields(errs.Field{Name: "address", Key: "newsletter.error.not_on"})
		}
		if err := s.leave(ctx, tx, listID, s.hashOf(bare), LeftDeleted); err != nil {
			return err
		}
		return s.record(ctx, tx, MayKeep, "forget", "newsletter", l.ID, l.MissionID, map[string]any{"name": named(l.Names)})
	})
}
