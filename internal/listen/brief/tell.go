package brief

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/jobs"
	"sifara/internal/listen"
	"sifara/internal/listen/privacy"
	"sifara/internal/mail"
	"sifara/internal/org"
	"sifara/internal/perm"
)

// alertJob has the kept searches that somebody wants to hear of looked into.
type alertJob struct{}

// Kind implements jobs.Args.
func (alertJob) Kind() string { return "listen.alert" }

// alertSearch looks into the kept search of one alert: a search that takes long
// or fails holds up no other.
type alertSearch struct {
	AlertID string `json:"alert_id"`
}

// Kind implements jobs.Args.
func (alertSearch) Kind() string { return "listen.alert_search" }

// alertLetter is one letter of an alert to one person.
type alertLetter struct {
	AlertID   string  `json:"alert_id"`
	PersonID  string  `json:"person_id"`
	WarningID string  `json:"warning_id,omitempty"`
	Posts     int64   `json:"posts,omitempty"`
	At        db.Time `json:"at"`
}

// Kind implements jobs.Args.
func (alertLetter) Kind() string { return "listen.alert_letter" }

const (
	alertEvery = 5 * time.Minute
	// atMost is how often one search is told: a flood is one matter.
	atMost = time.Hour
	// maxTold bounds the people of a desk who get a letter.
	maxTold = 40
)

// onWarning tells the rules that a warning fits. It may run twice for one
// warning: letters that wait are not queued again.
func (s *Service) onWarning(ctx context.Context, e listen.WarningRaised) error {
	var rules []Alert
	err := s.DB.Reader().NewSelect().Model(&rules).Where("active = ? AND view_id = ''", true).
		Where("(topic_id = '' OR topic_id = ?) AND (country = '' OR country = ?)", e.TopicID, e.Country).OrderExpr("id").Scan(ctx)
	if err != nil {
		return fmt.Errorf("alerts of a warning: %w", err)
	}
	for _, a := range rules {
		if err := s.tell(ctx, a, alertLetter{WarningID: e.WarningID}); err != nil {
			return fmt.Errorf("alert %s: %w", a.ID, err)
		}
	}
	return nil
}

func (s *Service) runAlerts(ctx context.Context, _ jobs.Job[alertJob]) error {
	return s.LookForPosts(ctx)
}

// due are the alerts of kept searches that work and were not told lately.
// They are read into one or a list.
func (s *Service) due(into any) *bun.SelectQuery {
	return s.DB.Reader().NewSelect().Model(into).Where("active = ? AND view_id <> '' AND told_at <= ?", true, db.At(s.Clock.Now().Add(-atMost)))
}

// LookForPosts has the kept searches looked into that somebody wants to hear of,
// each by a job.
func (s *Service) LookForPosts(ctx context.Context) error {
	var rules []Alert
	if err := s.due(&rules).Column("id").OrderExpr("id").Scan(ctx); err != nil {
		return fmt.Errorf("alerts of searches: %w", err)
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		for _, a := range rules {
			if err := s.Queue.Insert(ctx, tx, alertSearch{a.ID}, jobs.Attempts(3), jobs.Unique()); err != nil {
				return err
			}
		}
		return nil
	})
}

// lookForPosts looks into one kept search, and tells what it found when that is
// enough.
func (s *Service) lookForPosts(ctx context.Context, job jobs.Job[alertSearch]) error {
	var a Alert
	err := s.due(&a).Where("id = ?", job.Args.AlertID).Scan(ctx)
	if db.IsNoRows(err) {
		return nil // told, or resting by now
	}
	if err != nil {
		return fmt.Errorf("alert of search: %w", err)
	}
	var v View
	err = s.DB.Reader().NewSelect().Model(&v).Where("id = ?", a.ViewID).Scan(ctx)
	if db.IsNoRows(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("search of alert: %w", err)
	}
	q := v.Asked.search()
	q.From, q.To, q.Limit, q.Count = a.LookedAt.Std(), s.Clock.Now(), 1, mostLeast
	found, err := s.Listen.Search(ctx, q)
	if errs.KindOf(err) == errs.NotFound || errs.KindOf(err) == errs.Invalid {
		return nil // its source is gone, or the question is no longer allowed
	}
	if err != nil {
		return err
	}
	if !found.AtLeast(int(a.Least)) {
		return nil
	}
	if err := s.tell(ctx, a, alertLetter{Posts: int64(found.Total)}); err != nil {
		return fmt.Errorf("alert %s: %w", a.ID, err)
	}
	return nil
}

// tell notes that a rule was told and queues its letters, once.
func (s *Service) tell(ctx context.Context, a Alert, l alertLetter) error {
	people, err := s.told(ctx, a, l)
	if err != nil {
		return err
	}
	now := db.At(s.Clock.Now())
	if l.AlertID = a.ID; l.WarningID == "" {
		l.At = now
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		q := tx.NewUpdate().Model((*Alert)(nil)).Set("told_at = ?, looked_at = ?, version = version + 1", now, now).Where("id = ? AND active = ?", a.ID, true)
		if l.WarningID == "" {
			q = q.Where("version = ?", a.Version) // what was counted is told once
		}
		res, err := q.Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err // told by another node, or resting by now
		}
		if a.Receiver == ToWebhook {
			if s.Bus == nil {
				return nil
			}
			if err := s.Bus.Emit(ctx, tx, Alerted{AlertID: a.ID, WarningID: l.WarningID, ViewID: a.ViewID, Posts: l.Posts}); err != nil {
				return err
			}
		}
		for _, p := range people {
			l.PersonID = p.ID
			if err := s.Queue.Insert(ctx, tx, l, jobs.Attempts(12), jobs.Unique()); err != nil {
				return err
			}
		}
		return s.record(ctx, tx, "", a.Desk(), "listen.alert.tell", "alert", a.ID, map[string]any{"name": a.Name, "people": len(people)})
	})
}

// told are the people who get a letter: who made the rule, or the desk, each
// only if they may see what it is about.
func (s *Service) told(ctx context.Context, a Alert, l alertLetter) ([]org.Person, error) {
	var people []org.Person
	var err error
	switch {
	case s.Mail == nil || a.Receiver == ToWebhook:
		return nil, nil
	case a.Receiver == ToMe:
		var p org.Person
		if p, err = s.Org.Person(ctx, a.PersonID); errs.KindOf(err) == errs.NotFound {
			return nil, nil
		}
		people = []org.Person{p}
	default:
		people, err = s.Org.Holders(ctx, listen.Warn, a.Desk())
	}
	if err != nil {
		return nil, err
	}
	var out []org.Person
	for _, p := range people {
		if !p.Active || p.Email == "" || len(out) == maxTold {
			continue
		}
		if a.Receiver == ToDesk && (p.MissionID != a.MissionID || a.DepartmentID != "" && p.DepartmentID != a.DepartmentID) {
			continue // whoever may answer everywhere is not written to about every desk
		}
		_, acting, err := s.actingAs(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		if l.WarningID != "" {
			if _, err := s.Listen.Warning(acting, l.WarningID); errs.KindOf(err) == errs.NotFound {
				continue
			} else if err != nil {
				return nil, err
			}
		} else if !perm.From(acting).May(listen.View) {
			continue
		}
		out = append(out, p)
	}
	return out, nil
}

// sendAlert sends one letter. A second run after a crash sends the same
// Message-ID.
func (s *Service) sendAlert(ctx context.Context, job jobs.Job[alertLetter]) error {
	l := job.Args
	var a Alert
	err := s.DB.Reader().NewSelect().Model(&a).Where("id = ?", l.AlertID).Scan(ctx)
	if db.IsNoRows(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("alert of letter: %w", err)
	}
	p, acting, err := s.actingAs(ctx, l.PersonID)
	if errs.KindOf(err) == errs.NotFound || err == nil && (!p.Active || p.Email == "") {
		return nil
	}
	if err != nil {
		return err
	}
	m, err := s.alertMail(acting, a, l, p)
	if k := errs.KindOf(err); k == errs.NotFound || k == errs.Forbidden {
		return nil // gone, or no longer theirs to read
	}
	if err != nil {
		return err
	}
	err = s.Mail.Send(ctx, m)
	act := "listen.alert.send"
	if err != nil {
		if errs.KindOf(err) == errs.Unavailable && !job.Last() {
			return fmt.Errorf("alert for %s: %w", p.ID, err)
		}
		s.Log.Warn("alert not sent", "person", p.ID, "err", err)
		act = "listen.alert.fail"
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return s.record(ctx, tx, "", a.Desk(), act, "alert", a.ID, map[string]any{"name": p.Recorded()})
	})
}

// alertMail tells what happened in the person's language.
func (s *Service) alertMail(ctx context.Context, a Alert, l alertLetter, p org.Person) (mail.Message, error) {
	t := s.printer(p.Language)
	var what, path, key string
	if l.WarningID != "" {
		w, err := s.Listen.Warning(ctx, l.WarningID)
		if err != nil {
			return mail.Message{}, err
		}
		x := WarningLine{Term: w.Term, Country: w.Country, Group: w.SourceGroup}
		if w.TopicID != "" {
			topic, err := s.Listen.Topic(ctx, w.TopicID)
			if err != nil {
				return mail.Message{}, err
			}
			x.Names = topic.Names
		}
		what = t.T("listen.alert.warning", "what", x.Title(t), "since", t.DateTime(w.Since.In(s.Org.Zone(ctx, p.MissionID)))) + "\n" +
			t.T("listen.warning.line", "count", w.Observed, "expected", t.Decimal(w.Expected, 1))
		path, key = "/console/listen/warnings/"+w.ID, l.WarningID
	} else {
		v, err := s.view(ctx, a.ViewID)
		if err != nil {
			return mail.Message{}, err
		}
		if what = t.T("listen.alert.posts", "count", l.Posts, "name", v.Name); l.Posts == 0 {
			what = t.T("listen.alert.few", "count", privacy.K, "name", v.Name)
		}
		path, key = "/console/listen/search?"+v.Asked.Values().Encode(), fmt.Sprint(int64(l.At))
	}
	return mail.Message{
		ID: "alert-" + key + "-" + a.ID[:8] + "-" + p.ID, To: []mail.Address{{Name: p.Called(t.Lang()), Email: p.Email}},
		Subject: t.T("listen.alert.subject", "name", a.Name),
		Text:    what + "\n\n" + s.BaseURL + path + "\n\n" + t.T("listen.alert.off") + "\n" + s.BaseURL + "/console/listen/alerts\n",
		Lang:    t.Lang().Tag(),
	}, nil
}

// Values are the fields of the page of searching.
func (q Asked) Values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"q": q.Text, "lang": q.Language, "source": q.SourceID, "country": q.Country} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}
