package brief

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/listen"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// Receivers of an alert.
const (
	ToMe      = "me"      // the person who made the rule
	ToDesk    = "desk"    // those who may answer warnings at a mission or department
	ToWebhook = "webhook" // the webhooks that hear of listen.alerted
)

// Receivers lists them.
func Receivers() []string { return []string{ToMe, ToDesk, ToWebhook} }

// Alert is a rule: who is told of what at once. With a View it is about new
// posts of a kept search, else about warnings: of a topic, in a country, or of
// all that its maker sees.
type Alert struct {
	bun.BaseModel `bun:"table:listen_alert,alias:a" json:"-"`

	ID           string  `bun:",pk" json:"id"`
	Name         string  `json:"name"`
	TopicID      string  `json:"topic_id,omitempty"`
	Country      string  `json:"country,omitempty"`
	ViewID       string  `json:"view_id,omitempty"`
	Least        int64   `json:"least,omitempty"` // new posts of the search that are worth a word
	Receiver     string  `json:"receiver"`
	PersonID     string  `json:"person_id,omitempty"`  // of ToMe
	MissionID    string  `json:"mission_id,omitempty"` // of ToDesk; both empty is the ministry
	DepartmentID string  `json:"department_id,omitempty"`
	Active       bool    `json:"active"`
	CreatedBy    string  `json:"created_by"`
	CreatedAt    db.Time `json:"created_at"`
	LookedAt     db.Time `json:"looked_at"` // up to which posts were counted
	ToldAt       db.Time `json:"told_at"`
	Version      int64   `json:"version"`
}

// Desk is the desk that is told.
func (a Alert) Desk() perm.Scope {
	return About{MissionID: a.MissionID, DepartmentID: a.DepartmentID}.scope()
}

// Alerted is emitted when an alert is told to webhooks. Posts is 0 for a warning,
// and where they are fewer than may be told.
type Alerted struct {
	AlertID   string `json:"alert_id"`
	WarningID string `json:"warning_id,omitempty"`
	ViewID    string `json:"view_id,omitempty"`
	Posts     int64  `json:"posts,omitempty"`
}

// EventName implements event.Event.
func (Alerted) EventName() string { return "listen.alerted" }

const (
	maxAlerts    = 50 // of one maker
	maxAlertName = 80
	mostLeast    = 100_000
)

// check evens out what was typed and finds what is wrong with it.
func (a *Alert) check() error {
	var wrong []errs.Field
	a.Name = text.Line(a.Name)
	switch n := utf8.RuneCountInString(a.Name); {
	case n == 0:
		wrong = append(wrong, errs.Field{Name: "name", Key: "web.field.required"})
	case n > maxAlertName:
		wrong = append(wrong, errs.Field{Name: "name", Key: "web.field.long", Args: []any{"max", maxAlertName, "count", n - maxAlertName}})
	}
	switch a.Receiver {
	case ToMe, ToDesk, ToWebhook:
	default:
		wrong = append(wrong, errs.Field{Name: "receiver", Key: "web.field.choice"})
	}
	if a.ViewID == "" {
		a.Least = 0
	} else {
		a.TopicID, a.Country = "", ""
		if a.Least < 1 || a.Least > mostLeast {
			wrong = append(wrong, errs.Field{Name: "least", Key: "web.field.number", Args: []any{"min", 1, "max", mostLeast}})
		}
	}
	if len(a.Country) != 0 && len(a.Country) != 2 {
		wrong = append(wrong, errs.Field{Name: "country", Key: "web.field.choice"})
	}
	return errs.InvalidFields(wrong...)
}

// AddAlert makes a rule under the id it brings; one that is there already is
// left as it is. A desk may be told by who may answer its warnings, webhooks by
// who may answer those of the ministry.
func (s *Service) AddAlert(ctx context.Context, a Alert) error {
	if err := a.check(); err != nil {
		return err
	}
	me := perm.From(ctx)
	switch a.Receiver {
	case ToMe:
		if me.Kind != perm.Person || !me.May(listen.View) {
			return errs.New(errs.Forbidden, "")
		}
		a.PersonID, a.MissionID, a.DepartmentID = me.ID, "", ""
	case ToDesk:
		if !me.MayIn(listen.Warn, a.Desk()) {
			return errs.New(errs.Forbidden, "")
		}
	case ToWebhook:
		if !me.MayIn(listen.Warn, perm.Everywhere()) {
			return errs.New(errs.Forbidden, "")
		}
		a.MissionID, a.DepartmentID = "", ""
	}
	if err := s.refersToSeen(ctx, a); err != nil {
		return err
	}
	if n, err := s.DB.Reader().NewSelect().Model((*Alert)(nil)).Where("created_by = ?", me.ID).Count(ctx); err != nil || n >= maxAlerts {
		if err == nil {
			err = errs.New(errs.Conflict, "listen.alert.many", "max", maxAlerts)
		}
		return err
	}
	now := db.At(s.Clock.Now())
	a.Active, a.CreatedBy, a.CreatedAt, a.LookedAt, a.ToldAt, a.Version = true, me.ID, now, now, 0, 1
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewInsert().Model(&a).On("CONFLICT (id) DO NOTHING").Exec(ctx)
		if err != nil {
			return fmt.Errorf("insert alert: %w", err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return nil
		}
		return s.record(ctx, tx, listen.View, a.Desk(), "listen.alert.add", "alert", a.ID, map[string]any{"name": a.Name, "receiver": a.Receiver})
	})
}

// refersToSeen refuses a rule about what its maker does not see.
func (s *Service) refersToSeen(ctx context.Context, a Alert) error {
	if a.ViewID != "" {
		if _, err := s.view(ctx, a.ViewID); err != nil {
			return gone(err, "view")
		}
	}
	if a.TopicID != "" {
		if _, err := s.Listen.Topic(ctx, a.TopicID); err != nil {
			return gone(err, "topic")
		}
	}
	return nil
}

func gone(err error, field string) error {
	if errs.KindOf(err) == errs.NotFound {
		return errs.InvalidFields(errs.Field{Name: field, Key: "web.field.choice"})
	}
	return err
}

// Alerts lists the rules of the actor and those of the desks whose warnings
// they may answer, by name.
func (s *Service) Alerts(ctx context.Context) ([]Alert, error) {
	me := perm.From(ctx)
	if !me.May(listen.View) {
		return nil, errs.New(errs.Forbidden, "")
	}
	var all []Alert
	if err := s.DB.Reader().NewSelect().Model(&all).OrderExpr("name, id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("alerts: %w", err)
	}
	list := []Alert{}
	for _, a := range all {
		if a.mayChange(me) {
			list = append(list, a)
		}
	}
	return list, nil
}

// mayChange: a person's own, and those of a desk by who may answer there.
func (a Alert) mayChange(who *perm.Actor) bool {
	return a.CreatedBy == who.ID || a.Receiver != ToMe && who.MayIn(listen.Warn, a.Desk())
}

// Switch has a rule rest or work again.
func (s *Service) Switch(ctx context.Context, id string, active bool) error {
	return s.changeAlert(ctx, id, "listen.alert.switch", func(ctx context.Context, tx bun.Tx, a *Alert) error {
		a.Active, a.LookedAt = active, db.At(s.Clock.Now())
		_, err := tx.NewUpdate().Model(a).Column("active", "looked_at").WherePK().Exec(ctx)
		return err
	})
}

// RemoveAlert removes a rule.
func (s *Service) RemoveAlert(ctx context.Context, id string) error {
	return s.changeAlert(ctx, id, "listen.alert.remove", func(ctx context.Context, tx bun.Tx, a *Alert) error {
		_, err := tx.NewDelete().Model(a).WherePK().Exec(ctx)
		return err
	})
}

func (s *Service) changeAlert(ctx context.Context, id, act string, change func(context.Context, bun.Tx, *Alert) error) error {
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var a Alert
		err := tx.NewSelect().Model(&a).Where("id = ?", id).Scan(ctx)
		if db.IsNoRows(err) || err == nil && !a.mayChange(perm.From(ctx)) {
			return notFound(fmt.Errorf("no alert %s", id))
		}
		if err != nil {
			return fmt.Errorf("read alert: %w", err)
		}
		if err := change(ctx, tx, &a); err != nil {
			return fmt.Errorf("change alert: %w", err)
		}
		return s.record(ctx, tx, listen.View, a.Desk(), act, "alert", id, map[string]any{"name": a.Name, "active": a.Active})
	})
}
