package brief

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/jobs"
	"sifara/internal/mail"
	"sifara/internal/org"
	"sifara/internal/perm"
)

// dailyJob looks for readers whose morning has come.
type dailyJob struct{}

// Kind implements jobs.Args.
func (dailyJob) Kind() string { return "listen.brief" }

// letterJob sends one briefing to one reader.
type letterJob struct {
	PersonID string `json:"person_id"`
	About
	Day string `json:"day"`
}

// Kind implements jobs.Args.
func (letterJob) Kind() string { return "listen.brief_letter" }

const (
	dailyEvery = 15 * time.Minute
	// morning is the hour, in the zone of the desk, at which letters leave.
	morning = 6
)

func (s *Service) runDaily(ctx context.Context, _ jobs.Job[dailyJob]) error { return s.Look(ctx) }

// Look queues the letters of those for whose desk it is morning. Who had
// theirs gets no second one, whichever node looks.
func (s *Service) Look(ctx context.Context) error {
	if s.Mail == nil || s.Draw == nil {
		return nil
	}
	var rows []reader
	if err := s.DB.Reader().NewSelect().Model(&rows).OrderExpr("mission_id, department_id, topic_id, person_id").Scan(ctx); err != nil {
		return fmt.Errorf("readers of briefings: %w", err)
	}
	now := s.Clock.Now()
	for _, r := range rows {
		zone, err := s.see(perm.With(ctx, house()), r.about())
		if errs.KindOf(err) == errs.NotFound {
			continue // its topic or mission is gone
		}
		if err != nil {
			return err
		}
		here := now.In(zone)
		day := here.AddDate(0, 0, -1).Format(time.DateOnly)
		if here.Hour() < morning || r.LastDay >= day {
			continue
		}
		week, err := s.Org.Week(ctx, r.MissionID)
		if err != nil {
			return fmt.Errorf("working days: %w", err)
		}
		if !week.Works(now) {
			continue
		}
		if err := s.queue(ctx, r, day); err != nil {
			return fmt.Errorf("briefing for %s: %w", r.PersonID, err)
		}
	}
	return nil
}

func (s *Service) queue(ctx context.Context, r reader, day string) error {
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewUpdate().Model(&r).Set("last_day = ?", day).WherePK().Where("last_day < ?", day).Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return s.Queue.Insert(ctx, tx, letterJob{PersonID: r.PersonID, About: r.about(), Day: day}, jobs.Attempts(12))
	})
}

// sendLetter sends a briefing in the reader's language. A second run after a
// crash sends the same Message-ID.
func (s *Service) sendLetter(ctx context.Context, job jobs.Job[letterJob]) error {
	d := job.Args
	p, acting, err := s.actingAs(ctx, d.PersonID)
	if errs.KindOf(err) == errs.NotFound || err == nil && (!p.Active || p.Email == "") {
		return nil
	}
	if err != nil {
		return err
	}
	zone, err := s.see(acting, d.About)
	if errs.KindOf(err) == errs.NotFound {
		return nil // no longer theirs to read
	}
	if err != nil {
		return err
	}
	from, err := time.ParseInLocation(time.DateOnly, d.Day, zone)
	if err != nil {
		return jobs.Cancel(err)
	}
	b, err := s.keep(ctx, d.About, from)
	if err != nil {
		return err
	}
	m, err := s.letter(ctx, p, b)
	if err != nil {
		return err
	}
	err = s.Mail.Send(ctx, m)
	act := "listen.briefing.send"
	if err != nil {
		if errs.KindOf(err) == errs.Unavailable && !job.Last() {
			return fmt.Errorf("briefing for %s: %w", p.ID, err)
		}
		s.Log.Warn("briefing not sent", "person", p.ID, "err", err)
		act = "listen.briefing.fail"
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return s.record(ctx, tx, "", d.scope(), act, "briefing", b.ID, map[string]any{"day": b.Day, "name": p.Recorded()})
	})
}

// actingAs gives a person and a context in which they act with their present
// rights.
func (s *Service) actingAs(ctx context.Context, personID string) (org.Person, context.Context, error) {
	p, err := s.Org.Person(ctx, personID)
	if err != nil {
		return p, ctx, err
	}
	grants, err := s.Org.Grants(ctx, p.ID)
	if err != nil {
		return p, ctx, err
	}
	return p, perm.With(ctx, &perm.Actor{Kind: perm.Person, ID: p.ID, Name: p.Name, Grants: grants}), nil
}

// letter is a briefing as mail.
func (s *Service) letter(ctx context.Context, p org.Person, b Briefing) (mail.Message, error) {
	t := s.printer(p.Language)
	html, err := s.Draw.Briefing(i18n.WithPrinter(ctx, t), b, false)
	if err != nil {
		return mail.Message{}, errors.Join(errors.New("draw briefing"), err)
	}
	name := In(b.Content.Name, t.Lang())
	return mail.Message{
		ID: "briefing-" + b.ID + "-" + p.ID, To: []mail.Address{{Name: p.Called(t.Lang()), Email: p.Email}},
		Subject: t.T("listen.briefing.subject", "name", name, "day", t.Date(b.From)),
		Text:    s.plain(t, b), HTML: html, Lang: t.Lang().Tag(),
		Headers: map[string]string{"List-Unsubscribe": "<" + s.BaseURL + b.Path() + ">"},
	}, nil
}

// printer writes in a person's language, else in Arabic.
func (s *Service) printer(l i18n.Lang) *i18n.Printer {
	if _, ok := i18n.Parse(string(l)); !ok {
		l = i18n.Arabic
	}
	return s.Words.Printer(l)
}
