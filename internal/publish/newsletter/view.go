package newsletter

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/mail"
	"sifara/internal/perm"
)

// Progress is how many rows of a letter's ledger are in each state.
type Progress map[string]int64

// Progress counts the ledger of a letter.
func (s *Service) Progress(ctx context.Context, letterID string) (Progress, error) {
	if _, err := s.Letter(ctx, letterID); err != nil {
		return nil, err
	}
	var rows []struct {
		State string
		N     int64
	}
	if err := s.DB.Reader().NewRaw(`SELECT state, count(*) AS n FROM publish_newsletter_delivery WHERE letter_id = ? GROUP BY state`, letterID).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("newsletter: progress: %w", err)
	}
	out := Progress{}
	for _, r := range rows {
		out[r.State] = r.N
	}
	return out, nil
}

// Preview gives a letter as it would go out, or went, in a language: subject,
// page and plain text, with example links.
func (s *Service) Preview(ctx context.Context, letterID string, lang i18n.Lang) (Edition, error) {
	t, err := s.Letter(ctx, letterID)
	if err != nil {
		return Edition{}, err
	}
	e, err := s.editionOf(ctx, t, lang)
	if err != nil {
		return Edition{}, err
	}
	show := strings.NewReplacer(markToken, "example", markPad, "")
	e.HTML, e.Plain = show.Replace(s.unmarked(e, e.HTML)), show.Replace(s.unmarked(e, e.Plain))
	return e, nil
}

// editionOf gives the edition that was fixed, or the one that would be.
func (s *Service) editionOf(ctx context.Context, t Letter, lang i18n.Lang) (Edition, error) {
	if t.State != Draft {
		all, err := s.stored(ctx, t.ID)
		if err != nil {
			return Edition{}, err
		}
		if e := all[lang]; e != nil {
			e.links, err = s.linksOf(ctx, t.ID, lang)
			return *e, err
		}
		return Edition{}, notFound(errs.New(errs.NotFound, ""), "edition", string(lang))
	}
	all, err := s.editions(ctx, t)
	if err != nil {
		return Edition{}, err
	}
	return all[langIndex(lang)], nil
}

func (s *Service) linksOf(ctx context.Context, letterID string, lang i18n.Lang) (urls []string, err error) {
	err = s.DB.Reader().NewRaw(`SELECT url FROM publish_newsletter_link WHERE letter_id = ? AND lang = ? ORDER BY n`, letterID, lang).Scan(ctx, &urls)
	if err != nil {
		return nil, fmt.Errorf("newsletter: links: %w", err)
	}
	return urls, nil
}

// unmarked puts addresses in the place of counted links.
func (s *Service) unmarked(e Edition, content string) string {
	for n, url := range e.links {
		content = strings.ReplaceAll(content, markLink+pad2(n)+"\x02", escapeHref(url))
	}
	return content
}

// Test sends a letter as it would go out, in each language, to the official who
// asks: to the address in their own file and no other. Its links lead where
// they lead and are not counted; those of the recipient lead nowhere.
func (s *Service) Test(ctx context.Context, letterID string) error {
	t, err := s.Letter(ctx, letterID)
	if err != nil {
		return err
	}
	if err := allowed(ctx, MayWrite, t.MissionID); err != nil {
		return err
	}
	me, err := s.Org.Person(ctx, perm.From(ctx).ID)
	if err != nil {
		return err
	}
	bare, err := mail.Bare(me.Email)
	if err != nil {
		return errs.New(errs.Conflict, "newsletter.error.no_address")
	}
	l, err := s.list(ctx, s.DB.Reader(), t.ListID)
	if err != nil {
		return err
	}
	if s.Carrier == nil {
		return mail.ErrUnavailable
	}
	line, err := s.Carrier.Open(ctx)
	if err != nil {
		return err
	}
	defer line.Close()
	m, err := s.about(ctx, t)
	if err != nil {
		return err
	}
	if t.StartedAt.IsZero() {
		t.StartedAt = s.now()
	}
	for _, lang := range i18n.Langs {
		e, err := s.editionOf(ctx, t, lang)
		if err != nil {
			return err
		}
		if err := s.testOne(ctx, line, t, l, e, bare, func(ctx context.Context, send func(context.Context) error) error { return s.Gate.Pass(ctx, m, send) }); err != nil {
			return err
		}
	}
	return s.recordTest(ctx, t, l)
}

func (s *Service) testOne(ctx context.Context, line mail.Line, t Letter, l List, e Edition, bare string, gate func(context.Context, func(context.Context) error) error) error {
	e.HTML, e.Plain = s.unmarked(e, e.HTML), s.unmarked(e, e.Plain)
	e.Subject = s.Words.Printer(e.Lang).T("newsletter.test.subject", "subject", e.Subject)
	f, err := s.compile(t, l, s.Speaker(ctx, l, e.Lang), &e, WordingA)
	if err != nil {
		return err
	}
	w := &letterWriter{codes: s.coder()}
	out := w.write(f, uuid.MustParse(id.New()), 0, uuid.Nil, bare)
	sign, err := s.signer(ctx)
	if err != nil {
		return err
	}
	if sign != nil {
		if out.data, err = sign.sign(out.data); err != nil {
			return err
		}
	}
	return gate(ctx, func(ctx context.Context) error {
		if err := line.Announce(ctx, mail.Envelope{From: s.From.Email, To: bare}); err != nil {
			return err
		}
		handed, _ := line.Hand(ctx, out.data, nil)
		return handed
	})
}
