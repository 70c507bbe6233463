package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/jobs"
	"sifara/internal/mail"
	"sifara/internal/org"
	"sifara/internal/perm"
)

// Waits is one kind of thing that waits for a person. It is told in numbers:
// mail is read by more people than the page it leads to.
type Waits struct {
	Kind  string // "messages", "answers" or "questions": auth.digest.KIND
	Count int
	Late  int     // of these, beyond their time
	Due   db.Time // of the first that is not late; zero when none has a time
	Path  string  // of the page that lists them
}

// Waiting finds what waits for the actor of a context. What does not wait has a
// Count of zero or is left out.
type Waiting func(ctx context.Context) ([]Waits, error)

// What became of a digest.
const (
	digestQueued  = "queued"
	digestSent    = "sent"
	digestEmpty   = "empty" // nothing waited any more
	digestFailed  = "failed"
	digestRefused = "quiet" // switched off, left or closed meanwhile
)

const (
	// gather lets what happens together arrive in one letter.
	gather = 10 * time.Minute
	// morning is the hour, in the person's zone, of letters that are not told
	// of at once.
	morning = 7
)

// digest is the job that writes one person's letter of one day.
type digest struct {
	PersonID string `json:"person_id"`
	Day      string `json:"day"`
}

// Kind implements jobs.Args.
func (digest) Kind() string { return "auth.digest" }

// UseWaiting says who knows what waits for people. It is called while the
// house is wired.
func (s *Service) UseWaiting(sources ...Waiting) { s.waiting = append(s.waiting, sources...) }

// HoldDigests lets no digest be promised until it is called with false, for
// whoever writes a past that people should not get letters about.
func (s *Service) HoldDigests(hold bool) { s.held.Store(hold) }

// TellAtOnce promises people the digest soon; those who had today's get the
// next one tomorrow morning. Telling twice changes nothing.
func (s *Service) TellAtOnce(ctx context.Context, people []org.Person) error {
	return s.promise(ctx, people, true)
}

// TellDaily promises people the digest of today, at seven in the morning of
// their zone, if it is a working day where they serve.
func (s *Service) TellDaily(ctx context.Context, people []org.Person) error {
	return s.promise(ctx, people, false)
}

func (s *Service) promise(ctx context.Context, people []org.Person, soon bool) error {
	if s.held.Load() || s.Mail == nil {
		return nil
	}
	now := s.Clock.Now()
	for _, p := range people {
		if p.Email == "" || !p.Active {
			continue
		}
		here := now.In(s.Org.Zone(ctx, p.MissionID))
		at := now.Add(gather)
		if !soon {
			week, err := s.Org.Week(ctx, p.MissionID)
			if err != nil {
				return fmt.Errorf("digest of %s: %w", p.ID, err)
			}
			if !week.Works(now) {
				continue
			}
			at = later(at, early(here))
		}
		if err := s.promiseOn(ctx, p.ID, here, at, soon); err != nil {
			return fmt.Errorf("digest of %s: %w", p.ID, err)
		}
	}
	return nil
}

// promiseOn notes the digest of a day and queues it, once. Where that day's has
// left already and this one cannot wait for ever, it is the next day's.
func (s *Service) promiseOn(ctx context.Context, personID string, here, at time.Time, soon bool) error {
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		fresh, err := s.note(ctx, tx, digest{personID, here.Format(time.DateOnly)}, at)
		if err != nil || fresh || !soon {
			return err
		}
		var state string
		if err := tx.NewRaw(`SELECT state FROM auth_digest WHERE person_id = ? AND day = ?`, personID, here.Format(time.DateOnly)).Scan(ctx, &state); err != nil {
			return err
		}
		if state == digestQueued {
			return nil // it will tell this too
		}
		next := here.AddDate(0, 0, 1)
		_, err = s.note(ctx, tx, digest{personID, next.Format(time.DateOnly)}, early(next))
		return err
	})
}

func (s *Service) note(ctx context.Context, tx bun.Tx, d digest, at time.Time) (fresh bool, err error) {
	res, err := tx.ExecContext(ctx, `INSERT INTO auth_digest (person_id, day, state, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`, d.PersonID, d.Day, digestQueued, db.At(at))
	if err != nil {
		return false, err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return false, err
	}
	return true, s.Queue.Insert(ctx, tx, d, jobs.At(at), jobs.Attempts(12))
}

// early is the morning of a day, in its zone.
func early(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, morning, 0, 0, 0, t.Location())
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// sendDigest writes the letter from what waits now. A second run after a crash
// sends the same Message-ID.
func (s *Service) sendDigest(ctx context.Context, job jobs.Job[digest]) error {
	d := job.Args
	var state string
	err := s.DB.Reader().NewRaw(`SELECT state FROM auth_digest WHERE person_id = ? AND day = ?`, d.PersonID, d.Day).Scan(ctx, &state)
	if db.IsNoRows(err) || err == nil && state != digestQueued {
		return nil
	}
	if err != nil {
		return fmt.Errorf("digest of %s: %w", d.PersonID, err)
	}
	p, err := s.person(ctx, d.PersonID)
	if errors.Is(err, ErrNoAccess) {
		return s.settleDigest(ctx, d, p, digestRefused)
	}
	if err != nil {
		return err
	}
	quiet, err := s.Quiet(ctx, p.ID)
	if err != nil {
		return err
	}
	if quiet || p.Email == "" {
		return s.settleDigest(ctx, d, p, digestRefused)
	}
	waits, err := s.waitsFor(ctx, p)
	if err != nil {
		return fmt.Errorf("digest of %s: %w", p.ID, err)
	}
	if len(waits) == 0 {
		return s.settleDigest(ctx, d, p, digestEmpty)
	}
	m, err := s.digestLetter(ctx, p, d.Day, waits)
	if err != nil {
		return err
	}
	err = s.Mail.Send(ctx, m)
	switch {
	case err == nil:
		return s.settleDigest(ctx, d, p, digestSent)
	case errs.KindOf(err) == errs.Unavailable && !job.Last():
		return fmt.Errorf("digest of %s: %w", p.ID, err)
	}
	s.Log.Warn("digest failed", "person", p.ID, "err", err)
	return s.settleDigest(ctx, d, p, digestFailed)
}

// waitsFor asks the sources in the person's place: with their present rights.
func (s *Service) waitsFor(ctx context.Context, p org.Person) ([]Waits, error) {
	grants, err := s.Org.Grants(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	ctx = perm.With(ctx, &perm.Actor{Kind: perm.Person, ID: p.ID, Name: p.Name, Grants: grants})
	var out []Waits
	for _, ask := range s.waiting {
		some, err := ask(ctx)
		if err != nil {
			return nil, err
		}
		for _, w := range some {
			if w.Count > 0 {
				out = append(out, w)
			}
		}
	}
	return out, nil
}

func (s *Service) digestLetter(ctx context.Context, p org.Person, day string, waits []Waits) (mail.Message, error) {
	lang, ministry, err := s.letterhead(ctx, p)
	if err != nil {
		return mail.Message{}, err
	}
	t, zone := s.Catalogue.Printer(lang), s.Org.Zone(ctx, p.MissionID)
	body := t.T("auth.letter.greeting", "name", p.Called(lang)) + "\n\n" + t.T("auth.digest.intro") + "\n"
	for _, w := range waits {
		body += "\n• " + t.T("auth.digest."+w.Kind, "count", w.Count)
		switch {
		case w.Late > 0:
			body += " " + t.T("auth.digest.late", "count", w.Late)
		case !w.Due.IsZero():
			body += " " + t.T("auth.digest.due", "time", t.DateTime(w.Due.In(zone)))
		}
		body += "\n  " + s.o.BaseURL + w.Path + "\n"
	}
	body += "\n" + t.T("auth.digest.off") + "\n" + s.o.BaseURL + "/console/account/profile\n\n" + ministry + "\n"
	return mail.Message{
		ID: "digest-" + day + "-" + p.ID, To: []mail.Address{{Name: p.Called(lang), Email: p.Email}},
		Subject: t.T("auth.digest.subject", "ministry", ministry), Text: body, Lang: lang.Tag(),
	}, nil
}

func (s *Service) settleDigest(ctx context.Context, d digest, p org.Person, state string) error {
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE auth_digest SET state = ?, at = ? WHERE person_id = ? AND day = ?`, state, db.At(s.Clock.Now()), d.PersonID, d.Day)
		if err != nil {
			return fmt.Errorf("digest of %s: %w", d.PersonID, err)
		}
		if state != digestSent && state != digestFailed {
			return nil // nothing left the house
		}
		return s.record(ctx, tx, "auth.digest_"+state, p.ID, map[string]any{"name": p.Recorded()})
	})
}

// Quiet reports whether a person wants no digests.
func (s *Service) Quiet(ctx context.Context, personID string) (bool, error) {
	n := 0
	err := s.DB.Reader().NewRaw(`SELECT count(*) FROM auth_quiet WHERE person_id = ?`, personID).Scan(ctx, &n)
	if err != nil {
		return false, fmt.Errorf("digests of %s: %w", personID, err)
	}
	return n > 0, nil
}

// SetQuiet switches the actor's own digests off or on.
func (s *Service) SetQuiet(ctx context.Context, quiet bool) error {
	me := perm.From(ctx)
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		query, act := `DELETE FROM auth_quiet WHERE person_id = ?`, "auth.digest_on"
		args := []any{me.ID}
		if quiet {
			query, act = `INSERT INTO auth_quiet (person_id, since) VALUES (?, ?) ON CONFLICT DO NOTHING`, "auth.digest_off"
			args = append(args, db.At(s.Clock.Now()))
		}
		res, err := tx.ExecContext(ctx, query, args...)
		if err != nil {
			return fmt.Errorf("digests of %s: %w", me.ID, err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return s.record(ctx, tx, act, me.ID, nil)
	})
}
