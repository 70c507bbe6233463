package planning

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/jobs"
	"sifara/internal/mail"
	"sifara/internal/org"
)

// remindArgs are those of the hourly job that looks for parties to remind.
type remindArgs struct{}

// Kind implements jobs.Args.
func (remindArgs) Kind() string { return "planning.remind" }

// reminderArgs name one letter: to a person, for a party, before its date
// ("soon") or after it ("late").
type reminderArgs struct {
	PartyID  string `json:"party_id"`
	PersonID string `json:"person_id"`
	When     string `json:"when"`
}

// Kind implements jobs.Args.
func (reminderArgs) Kind() string { return "planning.reminder" }

const (
	remindBefore  = 24 * time.Hour
	maxRecipients = 12 // of one party
	remindBatch   = 100
)

// runRemind reminds parties a day before they must be heard and once after.
func (s *Service) runRemind(ctx context.Context, _ jobs.Job[remindArgs]) error {
	now := s.now()
	for _, c := range []struct {
		when, column string
		before       db.Time
	}{{"late", "overdue_at", now}, {"soon", "reminded_at", now.Add(remindBefore)}} {
		var due []Party
		err := s.DB.Reader().NewSelect().Model(&due).Join("JOIN planning_decision AS d ON d.id = p.decision_id").
			Where("d.state = ?", Opened).Where("p.recorded_at = 0").Where("p.due_at < ?", c.before).Where("p.overdue_at = 0").Where("p." + c.column + " = 0").
			Order("p.due_at").Limit(remindBatch).Scan(ctx)
		if err != nil {
			return fmt.Errorf("parties to remind: %w", err)
		}
		for i := range due {
			if err := s.remind(ctx, &due[i], c.when, c.column); err != nil {
				return fmt.Errorf("remind party %s: %w", due[i].ID, err)
			}
		}
	}
	return nil
}

// remind marks a party as reminded and queues the letters, once.
func (s *Service) remind(ctx context.Context, p *Party, when, column string) error {
	people, err := s.voices(ctx, p)
	if err != nil {
		return err
	}
	name := s.nameOf(ctx, p)
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewUpdate().Model((*Party)(nil)).Set("? = ?", bun.Ident(column), s.now()).
			Where("id = ?", p.ID).Where("recorded_at = 0").Where("? = 0", bun.Ident(column)).Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		for _, x := range people {
			if err := s.Queue.Insert(ctx, tx, reminderArgs{PartyID: p.ID, PersonID: x.ID, When: when}, jobs.Attempts(8)); err != nil {
				return err
			}
		}
		f, err := s.lock(ctx, tx, p.DecisionID)
		if err != nil {
			return err
		}
		c := &change{act: "reminded_" + when, subject: string(p.Kind) + ":" + p.UnitID, detail: map[string]any{"party": name}}
		if err := s.enter(ctx, tx, f.ID, c); err != nil {
			return err
		}
		if err := s.Live.Notify(ctx, tx, ListTopic, FileTopic(f.ID)); err != nil {
			return err
		}
		return s.record(ctx, tx, &f.Decision, c)
	})
}

// voices are the people who can speak for a party: the person, or those who
// serve in the unit and may speak there.
func (s *Service) voices(ctx context.Context, p *Party) ([]org.Person, error) {
	if s.Mail == nil {
		return nil, nil
	}
	if p.Kind == PersonParty {
		x, err := s.Org.Person(ctx, p.UnitID)
		if errs.KindOf(err) == errs.NotFound {
			return nil, nil
		}
		return []org.Person{x}, err
	}
	mission, department := p.UnitID, ""
	if p.Kind == DepartmentParty {
		mission, department = "", p.UnitID
	}
	all, err := s.Org.Holders(ctx, Open, scopeOf(mission, department))
	if err != nil {
		return nil, err
	}
	var out []org.Person
	for _, x := range all {
		if x.Email != "" && x.MissionID == mission && x.DepartmentID == department && len(out) < maxRecipients {
			out = append(out, x)
		}
	}
	return out, nil
}

// runReminder sends one letter. It says that a file waits and where, not what
// it is about: mail is read by more people than the file.
func (s *Service) runReminder(ctx context.Context, job jobs.Job[reminderArgs]) error {
	p := &Party{}
	err := s.DB.Reader().NewSelect().Model(p).Where("p.id = ?", job.Args.PartyID).Scan(ctx)
	if db.IsNoRows(err) || err == nil && p.Heard() || s.Mail == nil {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reminder: %w", err)
	}
	x, err := s.Org.Person(ctx, job.Args.PersonID)
	if err != nil || !x.Active || x.Email == "" {
		return nil
	}
	words := s.Words.Printer(x.Language)
	zone := time.UTC
	if m, err := s.Org.Ministry(ctx); err == nil {
		zone = m.Location()
	}
	if m, err := s.Org.Mission(ctx, x.MissionID); err == nil {
		zone = m.Location()
	}
	key := "planning.letter." + job.Args.When
	err = s.Mail.Send(ctx, mail.Message{
		ID: "planning-" + job.Args.When + "-" + p.ID + "-" + x.ID, To: []mail.Address{{Name: x.Name, Email: x.Email}}, Lang: x.Language.Tag(),
		Subject: words.T(key + ".subject"),
		Text:    words.T(key+".text", "date", words.DateTime(p.DueAt.In(zone))) + "\n\n" + s.BaseURL + "/console/decisions/" + p.DecisionID + "\n",
	})
	if errs.KindOf(err) == errs.Unavailable {
		return fmt.Errorf("reminder to %s: %w", x.ID, err)
	}
	if err != nil {
		s.Log.Warn("reminder failed", "party", p.ID, "person", x.ID, "err", err)
	}
	return nil
}
