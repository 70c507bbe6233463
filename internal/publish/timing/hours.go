package timing

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/prayer"
)

// Manage is the permission to say when a mission publishes: its hours, and the
// list of occasions.
const Manage perm.Permission = "publish.calendar"

// Permissions says which standard roles hold it in a new ministry.
func Permissions() []perm.Definition {
	return []perm.Definition{{Permission: Manage, Roles: []string{"administrator", "unit_head", "head_of_mission"}}}
}

// Deps are what the service needs. All are required.
type Deps struct {
	DB    *db.DB
	Clock clock.Clock
	Audit *audit.Log
	Org   *org.Service
}

// Service keeps the hours of missions. It is safe for concurrent use.
type Service struct{ Deps }

// New gives the service.
func New(d Deps) *Service { return &Service{d} }

// NoPrayers is the method of a place whose public is not told of prayers.
const NoPrayers = "none"

// Hours are when a mission speaks: how prayers are reckoned where it is, and for
// how many minutes it is silent around them.
type Hours struct {
	bun.BaseModel `bun:"table:publish_timing_hours,alias:th" json:"-"`

	MissionID    string              `bun:",pk" json:"mission_id"` // empty: the ministry
	Method       string              `json:"method"`               // of prayer.Methods, or NoPrayers
	Shadow       prayer.Shadow       `json:"shadow"`
	HighLatitude prayer.HighLatitude `json:"high_latitude"`
	Lat          int                 `json:"-"` // of the ministry's seat, in ten-thousandths of a degree; a mission has its own place
	Lon          int                 `json:"-"`
	DayFrom      int                 `json:"day_from"`  // minutes after midnight: before it people sleep
	DayUntil     int                 `json:"day_until"` // and from then on
	FridayBefore int                 `json:"friday_before"`
	FridayAfter  int                 `json:"friday_after"` // of the noon of Friday
	PrayerAfter  int                 `json:"prayer_after"` // of every other prayer
	IftarBefore  int                 `json:"iftar_before"` // in Ramadan
	IftarAfter   int                 `json:"iftar_after"`
	Version      int                 `json:"version"` // zero: nobody has changed the standard
	EditedBy     string              `json:"-"`
	EditedAt     db.Time             `json:"-"`
}

// customs are the methods that are usual in a country whose public lives by
// the times of prayer; elsewhere none are reckoned unless the mission wants it.
var customs = map[string]string{
	"IQ": "mwl", "SY": "mwl", "LB": "mwl", "PS": "mwl", "JO": "karachi", "KW": "karachi", "PK": "karachi", "AF": "karachi", "BD": "karachi",
	"EG": "egyptian", "SD": "egyptian", "LY": "egyptian", "SA": "umm_al_qura", "QA": "umm_al_qura", "BH": "umm_al_qura", "OM": "umm_al_qura", "AE": "umm_al_qura", "YE": "umm_al_qura",
	"TR": "diyanet", "AZ": "diyanet", "IR": "tehran", "MA": "mwl", "DZ": "mwl", "TN": "mwl", "ID": "mwl", "MY": "mwl",
}

// Baghdad, in ten-thousandths of a degree.
const baghdadLat, baghdadLon = 333152, 443661

// standard are the hours of a unit that has set none.
func standard(missionID, country string) Hours {
	h := Hours{MissionID: missionID, Method: NoPrayers, Shadow: prayer.Standard, HighLatitude: prayer.AngleBased, DayFrom: 7 * 60, DayUntil: 22 * 60}
	if m := customs[country]; m != "" {
		h.Method, h.FridayBefore, h.FridayAfter, h.IftarBefore, h.IftarAfter = m, 15, 60, 30, 45
	}
	if missionID == "" && country == "IQ" {
		h.Lat, h.Lon = baghdadLat, baghdadLon
	}
	return h
}

// MaxQuiet bounds a silence in minutes.
const MaxQuiet = 180

// Check holds the bounds.
func (h Hours) Check() error {
	var bad []errs.Field
	if _, ok := prayer.Find(h.Method); !ok && h.Method != NoPrayers {
		bad = append(bad, errs.Field{Name: "method", Key: "web.field.choice"})
	}
	if h.Shadow != prayer.Standard && h.Shadow != prayer.Hanafi {
		bad = append(bad, errs.Field{Name: "shadow", Key: "web.field.choice"})
	}
	if h.HighLatitude != prayer.MiddleOfNight && h.HighLatitude != prayer.Seventh && h.HighLatitude != prayer.AngleBased {
		bad = append(bad, errs.Field{Name: "high_latitude", Key: "web.field.choice"})
	}
	for _, f := range []struct {
		name          string
		value, lo, hi int
	}{
		{"lat", h.Lat, -90 * 10000, 90 * 10000}, {"lon", h.Lon, -180 * 10000, 180 * 10000},
		{"friday_before", h.FridayBefore, 0, MaxQuiet}, {"friday_after", h.FridayAfter, 0, MaxQuiet}, {"prayer_after", h.PrayerAfter, 0, MaxQuiet},
		{"iftar_before", h.IftarBefore, 0, MaxQuiet}, {"iftar_after", h.IftarAfter, 0, MaxQuiet},
	} {
		if f.value < f.lo || f.value > f.hi {
			bad = append(bad, errs.Field{Name: f.name, Key: "web.field.number", Args: []any{"min", f.lo, "max", f.hi}})
		}
	}
	if h.DayFrom < 0 || h.DayUntil > 24*60 || h.DayUntil-h.DayFrom < 60 {
		bad = append(bad, errs.Field{Name: "day_until", Key: "publish.time.day_wrong"})
	}
	return errs.InvalidFields(bad...)
}

// unit is the country of a mission, or of the ministry. errs.NotFound when
// there is no such mission.
func (s *Service) unit(ctx context.Context, missionID string) (country string, err error) {
	if missionID != "" {
		m, err := s.Org.Mission(ctx, missionID)
		return m.Country, err
	}
	m, err := s.Org.Ministry(ctx)
	if errs.KindOf(err) == errs.NotFound {
		return "", nil // before the house is set up
	}
	return m.Country, err
}

// Hours gives the hours of a mission, the ministry's for the empty id.
func (s *Service) Hours(ctx context.Context, missionID string) (Hours, error) {
	country, err := s.unit(ctx, missionID)
	if err != nil {
		return Hours{}, err
	}
	var h Hours
	err = s.DB.Reader().NewSelect().Model(&h).Where("th.mission_id = ?", missionID).Scan(ctx)
	if db.IsNoRows(err) {
		return standard(missionID, country), nil
	}
	if err != nil {
		return h, fmt.Errorf("hours of %q: %w", missionID, err)
	}
	return h, nil
}

// SaveHours changes them. Version is that which the actor had before them;
// another one stored is publish.ErrEdited. Needs publish.calendar in the
// mission, everywhere for the ministry's.
func (s *Service) SaveHours(ctx context.Context, to Hours) error {
	scope := perm.InMission(to.MissionID)
	if !perm.From(ctx).MayIn(Manage, scope) {
		return errs.New(errs.Forbidden, "")
	}
	if _, err := s.unit(ctx, to.MissionID); err != nil {
		return err
	}
	if err := to.Check(); err != nil {
		return err
	}
	had := to.Version
	to.Version, to.EditedBy, to.EditedAt = had+1, perm.From(ctx).ID, db.At(s.Clock.Now())
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		q := tx.NewUpdate().Model(&to).WherePK().Where("version = ?", had)
		exec := q.Exec
		if had == 0 {
			exec = tx.NewInsert().Model(&to).On("CONFLICT (mission_id) DO NOTHING").Exec
		}
		res, err := exec(ctx)
		if err != nil {
			return fmt.Errorf("hours of %q: %w", to.MissionID, err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return firstOf(err, publish.ErrEdited)
		}
		return s.Audit.Record(ctx, tx, audit.Entry{Act: "publish.hours", Object: "publish_hours", ObjectID: to.MissionID, Permission: Manage, Mission: to.MissionID})
	})
}

func firstOf(err, other error) error {
	if err != nil {
		return err
	}
	return other
}
