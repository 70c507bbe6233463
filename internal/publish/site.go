package publish

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// Site is what a mission says of itself on its site besides its pages: when
// its doors are open on working days, and which officials may speak publicly.
type Site struct {
	bun.BaseModel `bun:"table:publish_site,alias:st"`

	MissionID string   `bun:",pk"`
	Opens     string   // "09:00" by the mission's clock; empty with Closes: not said
	Closes    string   // later than Opens
	Note      Texts    // what visitors should know; may be empty
	Speakers  []string // ids of people, in their order
	Version   int      // grows by one with every edit; 0 was never edited
	UpdatedBy string
	UpdatedAt db.Time
}

// Limits of a site.
const (
	MaxSiteNote = 400 // characters
	maxSpeakers = 20
)

// Site gives what a mission says of itself; empty when it has said nothing.
// Anybody may read it.
func (s *Service) Site(ctx context.Context, missionID string) (Site, error) {
	out := Site{MissionID: missionID}
	err := s.db.Reader().NewSelect().Model(&out).Where("st.mission_id = ?", missionID).Scan(ctx)
	if db.IsNoRows(err) {
		return Site{MissionID: missionID}, nil
	}
	if err != nil {
		return Site{}, fmt.Errorf("publish: site of %s: %w", missionID, err)
	}
	return out, nil
}

// SaveSite changes what a mission says of itself, by those who release for it.
// Version is that of the site the actor had before them; another one stored is
// ErrEdited. Only officials who serve at the mission can be its speakers.
func (s *Service) SaveSite(ctx context.Context, to Site) (Site, error) {
	actor := perm.From(ctx)
	scope := perm.InMission(to.MissionID)
	if to.MissionID == "" || !actor.MayIn(MayRelease, scope) {
		return Site{}, fmt.Errorf("publish: save site: %w", errNotPermitted)
	}
	to.Note = lines(to.Note)
	if err := to.check(); err != nil {
		return Site{}, err
	}
	if err := s.serve(ctx, to); err != nil {
		return Site{}, err
	}
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		was := to.Version
		to.Version, to.UpdatedBy, to.UpdatedAt = was+1, actor.ID, db.At(s.clock.Now())
		if to.Speakers == nil {
			to.Speakers = []string{}
		}
		res, err := tx.NewInsert().Model(&to).On("CONFLICT (mission_id) DO UPDATE").
			Set("opens = EXCLUDED.opens, closes = EXCLUDED.closes, note = EXCLUDED.note, speakers = EXCLUDED.speakers").
			Set("version = EXCLUDED.version, updated_by = EXCLUDED.updated_by, updated_at = EXCLUDED.updated_at").
			Where("st.version = ?", was).Exec(ctx)
		if err != nil {
			return fmt.Errorf("write: %w", err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return ErrEdited
		}
		if err := s.live.Notify(ctx, tx, siteTopic); err != nil {
			return err
		}
		return s.audit.Record(ctx, tx, audit.Entry{Act: "publish.site", Object: "mission", ObjectID: to.MissionID, Mission: to.MissionID, Permission: MayRelease})
	})
	if err != nil {
		return Site{}, fmt.Errorf("publish: save site: %w", err)
	}
	return to, nil
}

func (x *Site) check() error {
	var bad []errs.Field
	x.Opens, x.Closes = strings.TrimSpace(text.Line(x.Opens)), strings.TrimSpace(text.Line(x.Closes))
	if x.Opens != "" || x.Closes != "" {
		from, err1 := time.Parse("15:04", x.Opens)
		to, err2 := time.Parse("15:04", x.Closes)
		switch {
		case err1 != nil:
			bad = append(bad, errs.Field{Name: "opens", Key: "web.field.time"})
		case err2 != nil || !from.Before(to):
			bad = append(bad, errs.Field{Name: "closes", Key: "publish.error.closes"})
		}
	}
	for _, l := range i18n.Langs {
		if n := utf8.RuneCountInString(x.Note[l]); n > MaxSiteNote {
			bad = append(bad, errs.Field{Name: "note_" + string(l), Key: "web.field.long", Args: []any{"max", MaxSiteNote, "count", n - MaxSiteNote}})
		}
	}
	if len(x.Speakers) > maxSpeakers {
		bad = append(bad, errs.Field{Name: "speakers", Key: "web.field.choice"})
	}
	return errs.InvalidFields(bad...)
}

// serve refuses speakers who do not serve at the mission.
func (s *Service) serve(ctx context.Context, x Site) error {
	if len(x.Speakers) == 0 {
		return nil
	}
	people, err := s.AtMission(ctx, x.MissionID)
	if err != nil {
		return err
	}
	for _, id := range x.Speakers {
		if !slices.ContainsFunc(people, func(p org.Person) bool { return p.ID == id }) {
			return errs.InvalidFields(errs.Field{Name: "speakers", Key: "web.field.choice"})
		}
	}
	return nil
}

// AtMission are the officials who serve at a mission now.
func (s *Service) AtMission(ctx context.Context, missionID string) ([]org.Person, error) {
	if s.org == nil {
		return nil, nil
	}
	return s.org.People(ctx, org.PeopleFilter{MissionID: missionID, Lang: i18n.From(ctx).Lang()})
}

// Spokespeople are the officials of a mission who may speak publicly and still
// serve there, in the order chosen. Anybody may read them.
func (s *Service) Spokespeople(ctx context.Context, x Site) ([]org.Person, error) {
	people, err := s.AtMission(ctx, x.MissionID)
	if err != nil {
		return nil, err
	}
	var out []org.Person
	for _, id := range x.Speakers {
		if i := slices.IndexFunc(people, func(p org.Person) bool { return p.ID == id }); i >= 0 {
			out = append(out, people[i])
		}
	}
	return out, nil
}
