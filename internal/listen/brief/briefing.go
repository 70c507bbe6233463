package brief

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/perm"
)

// row is a kept briefing.
type row struct {
	bun.BaseModel `bun:"table:listen_briefing"`

	ID           string `bun:",pk"`
	MissionID    string
	DepartmentID string
	TopicID      string
	Day          string
	Content      Content
	MadeAt       db.Time
}

// Of gives the briefing of a day, the kept one or one made now; the day that
// the newest post allows when day is empty. errs.NotFound for a desk or topic
// that the actor does not see, errs.Invalid for a day that is none or is not
// over.
func (s *Service) Of(ctx context.Context, a About, day string) (Briefing, error) {
	zone, err := s.see(ctx, a)
	if err != nil {
		return Briefing{}, err
	}
	if day == "" {
		if day, err = s.latest(ctx, zone); err != nil {
			return Briefing{}, err
		}
	}
	from, err := time.ParseInLocation(time.DateOnly, day, zone)
	if err != nil || from.Year() < 1990 || s.Clock.Now().Before(from.AddDate(0, 0, 1)) {
		return Briefing{}, errs.InvalidFields(errs.Field{Name: "day", Key: "listen.briefing.bad_day"})
	}
	if b, found, err := s.kept(ctx, s.DB.Reader(), a, from); found || err != nil {
		return b, err
	}
	return s.make(ctx, a, from)
}

// see reports whether the actor may read the briefings of a desk or topic, and
// the zone in which its days begin.
func (s *Service) see(ctx context.Context, a About) (*time.Location, error) {
	if a.TopicID != "" {
		t, err := s.Listen.Topic(ctx, a.TopicID)
		if err != nil {
			return nil, err
		}
		return s.Org.Zone(ctx, t.MissionID), nil
	}
	if !perm.From(ctx).MayIn(listen.View, a.scope()) {
		return nil, notFound(fmt.Errorf("no briefing of %+v", a))
	}
	return s.Org.Zone(ctx, a.MissionID), nil
}

func (a About) scope() perm.Scope {
	if a.MissionID == "" && a.DepartmentID != "" {
		return perm.InDepartment(a.DepartmentID)
	}
	return perm.InMission(a.MissionID)
}

// latest is yesterday, or the last day of which there are posts.
func (s *Service) latest(ctx context.Context, zone *time.Location) (string, error) {
	day := s.Clock.Now().In(zone).AddDate(0, 0, -1)
	_, end, err := s.Listen.Extent(ctx)
	if err != nil {
		return "", err
	}
	if !end.IsZero() && end.Before(day) {
		day = end.In(zone)
	}
	return day.Format(time.DateOnly), nil
}

func (s *Service) kept(ctx context.Context, q bun.IDB, a About, from time.Time) (Briefing, bool, error) {
	var r row
	err := q.NewSelect().Model(&r).Where("mission_id = ? AND department_id = ? AND topic_id = ? AND day = ?", a.MissionID, a.DepartmentID, a.TopicID, from.Format(time.DateOnly)).Scan(ctx)
	if db.IsNoRows(err) {
		return Briefing{}, false, nil
	}
	if err != nil {
		return Briefing{}, false, fmt.Errorf("read briefing: %w", err)
	}
	if err := s.say(ctx, &r.Content); err != nil {
		return Briefing{}, false, err
	}
	return Briefing{ID: r.ID, About: a, Day: r.Day, From: from, To: from.AddDate(0, 0, 1), MadeAt: r.MadeAt.Std(), Content: r.Content}, true, nil
}

// silent is the content as it is kept: quotes name their posts without the words.
func silent(c Content) Content {
	c.Quotes = slices.Clone(c.Quotes)
	for i := range c.Quotes {
		c.Quotes[i].Text, c.Quotes[i].URL = "", ""
	}
	return c
}

// say gives the quotes of kept content the words of their posts. A quote whose
// post is no longer kept goes with it.
func (s *Service) say(ctx context.Context, c *Content) error {
	ids := make([]int64, 0, len(c.Quotes))
	for _, q := range c.Quotes {
		n, err := strconv.ParseInt(q.ID, 10, 64)
		if err != nil {
			return fmt.Errorf("quoted post: %w", err)
		}
		ids = append(ids, n)
	}
	posts, err := s.Listen.Posts(perm.With(ctx, house()), ids)
	if err != nil {
		return fmt.Errorf("quoted posts: %w", err)
	}
	said := make([]Quote, 0, len(posts))
	for _, p := range posts { // in the order of the quotes
		q := c.Quotes[slices.Index(ids, p.ID)]
		q.Text, q.URL = cut(p.Text, maxQuote), p.URL
		said = append(said, q)
	}
	c.Quotes = said
	return nil
}

func (s *Service) make(ctx context.Context, a About, from time.Time) (Briefing, error) {
	b := Briefing{About: a, Day: from.Format(time.DateOnly), From: from, To: from.AddDate(0, 0, 1), MadeAt: s.Clock.Now()}
	var err error
	b.Content, err = s.gather(ctx, a, b.From, b.To)
	return b, err
}

// keep makes and keeps the briefing of a day, or gives the one that is kept.
func (s *Service) keep(ctx context.Context, a About, from time.Time) (Briefing, error) {
	b, found, err := s.kept(ctx, s.DB.Reader(), a, from)
	if found || err != nil {
		return b, err
	}
	if b, err = s.make(ctx, a, from); err != nil {
		return b, err
	}
	b.ID = id.New()
	err = s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		r := row{ID: b.ID, MissionID: a.MissionID, DepartmentID: a.DepartmentID, TopicID: a.TopicID, Day: b.Day, Content: silent(b.Content), MadeAt: db.At(b.MadeAt)}
		res, err := tx.NewInsert().Model(&r).On("CONFLICT (mission_id, department_id, topic_id, day) DO NOTHING").Exec(ctx)
		if err != nil {
			return fmt.Errorf("keep briefing: %w", err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			b, _, err = s.kept(ctx, tx, a, from) // another node was faster
			return err
		}
		return s.record(ctx, tx, listen.View, a.scope(), "listen.briefing.make", "briefing", b.ID, map[string]any{"day": b.Day})
	})
	return b, err
}

// Days lists the days of which a briefing is kept, the newest first.
func (s *Service) Days(ctx context.Context, a About, limit int) ([]string, error) {
	if _, err := s.see(ctx, a); err != nil {
		return nil, err
	}
	days := []string{}
	err := s.DB.Reader().NewRaw(`SELECT day FROM listen_briefing WHERE mission_id = ? AND department_id = ? AND topic_id = ? ORDER BY day DESC LIMIT ?`,
		a.MissionID, a.DepartmentID, a.TopicID, max(1, min(limit, 200))).Scan(ctx, &days)
	if err != nil {
		return nil, fmt.Errorf("list briefings: %w", err)
	}
	return days, nil
}

// topicsOf are the topics that a briefing speaks of: the one, those of the
// desk and those of the ministry that matter in its countries, or all. What
// another desk listens for is not told.
func (s *Service) topicsOf(ctx context.Context, a About) ([]listen.Topic, error) {
	if a.TopicID != "" {
		t, err := s.Listen.Topic(ctx, a.TopicID)
		return []listen.Topic{t}, err
	}
	all, err := s.Listen.Topics(ctx)
	if err != nil || a == (About{}) {
		return all, err
	}
	var countries []string
	if a.MissionID != "" {
		m, err := s.Org.Mission(ctx, a.MissionID)
		if err != nil {
			return nil, err
		}
		countries = m.Countries()
	}
	return slices.DeleteFunc(all, func(t listen.Topic) bool {
		switch t.Scope() {
		case a.scope():
			return false
		case perm.Everywhere():
			return !slices.ContainsFunc(t.Countries, func(c string) bool { return slices.Contains(countries, c) })
		}
		return true
	}), nil
}

// nameOf is the name of the desk or topic; empty names the ministry.
func (s *Service) nameOf(ctx context.Context, a About) (map[i18n.Lang]string, error) {
	names := map[i18n.Lang]string{}
	switch {
	case a.TopicID != "":
		t, err := s.Listen.Topic(ctx, a.TopicID)
		maps.Copy(names, t.Names)
		return names, err
	case a.MissionID != "":
		m, err := s.Org.Mission(ctx, a.MissionID)
		maps.Copy(names, m.Names)
		return names, err
	case a.DepartmentID != "":
		d, err := s.Org.Department(ctx, a.DepartmentID)
		maps.Copy(names, d.Names)
		return names, err
	}
	m, err := s.Org.Ministry(ctx)
	if errs.KindOf(err) == errs.NotFound {
		return names, nil
	}
	maps.Copy(names, m.Names)
	return names, err
}
