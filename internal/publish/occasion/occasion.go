package occasion

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/timing"
	"sifara/internal/text"
)

// Kind sorts occasions.
type Kind string

// The kinds.
const (
	National      Kind = "national"      // of Iraq or the Kurdistan Region
	Host          Kind = "host"          // of a country that hosts a mission
	Religious     Kind = "religious"     // a feast or fast
	International Kind = "international" // of the United Nations
)

// Kinds lists the kinds.
var Kinds = []Kind{National, Host, Religious, International}

// Occasion is a day, or some days in a row, that return.
type Occasion struct {
	bun.BaseModel `bun:"table:publish_occasion,alias:oc" json:"-"`

	ID       string        `bun:",pk" json:"id"`
	Kind     Kind          `json:"kind"`
	Country  string        `json:"country,omitempty"` // ISO 3166-1 alpha-2; empty: everywhere
	Rule     string        `json:"rule"`
	Days     int           `json:"days"`
	Mourning bool          `json:"mourning"` // a day of remembrance or grief: nothing cheerful goes out
	Hidden   bool          `json:"hidden"`   // taken off the list
	Names    publish.Texts `json:"names"`
	Version  int           `json:"version"` // zero: as it came with the program
	EditedBy string        `json:"-"`
	EditedAt db.Time       `json:"-"`
}

// Name is its name in a language, else in the first that has one.
func (o Occasion) Name(l i18n.Lang) string { return o.Names.In(l) }

// Moves reports whether a sighting of the moon may move it by a day.
func (o Occasion) Moves() bool {
	r, err := Parse(o.Rule)
	return err == nil && r.Moves()
}

// MaxDays and maxName bound an occasion.
const MaxDays, maxName = 15, 120

// Check evens out what was typed and holds the bounds.
func (o *Occasion) Check() error {
	var bad []errs.Field
	names := publish.Texts{}
	for _, l := range i18n.Langs {
		if s := text.Line(o.Names[l]); s != "" {
			names[l] = s
			if n := utf8.RuneCountInString(s); n > maxName {
				bad = append(bad, errs.Field{Name: "names-" + string(l), Key: "web.field.long", Args: []any{"max", maxName, "count", n - maxName}})
			}
		}
	}
	o.Names, o.Rule, o.Country = names, strings.TrimSpace(i18n.ParseDigits(o.Rule)), strings.ToUpper(strings.TrimSpace(o.Country))
	if len(names) == 0 {
		bad = append(bad, errs.Field{Name: "names-" + string(i18n.Langs[0]), Key: "web.field.required"})
	}
	if _, err := Parse(o.Rule); err != nil {
		bad = append(bad, errs.Field{Name: "rule", Key: "publish.occasion.bad_rule"})
	}
	if !slices.Contains(Kinds, o.Kind) {
		bad = append(bad, errs.Field{Name: "kind", Key: "web.field.choice"})
	}
	if o.Country != "" && (len(o.Country) != 2 || strings.Trim(o.Country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		bad = append(bad, errs.Field{Name: "country", Key: "web.field.choice"})
	}
	if o.Days < 1 || o.Days > MaxDays {
		bad = append(bad, errs.Field{Name: "days", Key: "web.field.number", Args: []any{"min", 1, "max", MaxDays}})
	}
	if o.ID == "" || len(o.ID) > 64 {
		bad = append(bad, errs.Field{Name: "id", Key: "web.field.required"})
	}
	return errs.InvalidFields(bad...)
}

//go:embed table.txt
var table string

// Shipped are the occasions that come with the program.
func Shipped() []Occasion {
	var out []Occasion
	for line := range strings.Lines(table) {
		f := strings.Split(strings.TrimSpace(line), "|")
		if len(f) != 10 {
			continue // a comment
		}
		days, _ := strconv.Atoi(f[4])
		out = append(out, Occasion{ID: f[0], Kind: Kind(f[1]), Country: f[2], Rule: f[3], Days: days, Mourning: f[5] == "m",
			Names: publish.Texts{i18n.Arabic: f[6], i18n.Sorani: f[7], i18n.Kurmanji: f[8], i18n.English: f[9]}})
	}
	return out
}

// Deps are what the service needs. All are required.
type Deps struct {
	DB    *db.DB
	Clock clock.Clock
	Audit *audit.Log
}

// Service keeps the list. It is safe for concurrent use.
type Service struct{ Deps }

// New gives the service.
func New(d Deps) *Service { return &Service{d} }

// List gives all occasions, hidden ones too: those of the ministry and the
// shipped ones that it has not written over, by their ids.
func (s *Service) List(ctx context.Context) ([]Occasion, error) {
	var own []Occasion
	if err := s.DB.Reader().NewSelect().Model(&own).Scan(ctx); err != nil {
		return nil, fmt.Errorf("occasions: %w", err)
	}
	out := slices.Clone(own)
	for _, o := range Shipped() {
		if !slices.ContainsFunc(own, func(x Occasion) bool { return x.ID == o.ID }) {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b Occasion) int { return cmp.Compare(a.ID, b.ID) })
	return out, nil
}

// Occasion gives one; errs.NotFound when there is none.
func (s *Service) Occasion(ctx context.Context, id string) (Occasion, error) {
	list, err := s.List(ctx)
	if err != nil {
		return Occasion{}, err
	}
	if i := slices.IndexFunc(list, func(o Occasion) bool { return o.ID == id }); i >= 0 {
		return list[i], nil
	}
	return Occasion{}, fmt.Errorf("occasion %q: %w", id, errs.New(errs.NotFound, ""))
}

// moved is a correction: in a year of the rule's calendar the occasion begins on
// another day.
type moved struct {
	bun.BaseModel `bun:"table:publish_occasion_day,alias:od"`

	OccasionID string  `bun:",pk"`
	Year       int     `bun:",pk"`
	Day        db.Time // midnight UTC
}

// Date is an occasion in one year. First and Last are days as midnight UTC.
type Date struct {
	Occasion
	Year   int // of the rule's own calendar
	First  time.Time
	Last   time.Time
	ByHand bool // corrected for this year
}

// Between lists the occasions that touch the days from one to another (midnight
// UTC), without the hidden ones, the earliest first.
func (s *Service) Between(ctx context.Context, from, until time.Time) ([]Date, error) {
	list, err := s.List(ctx)
	if err != nil {
		return nil, err
	}
	var rows []moved
	if err := s.DB.Reader().NewSelect().Model(&rows).Scan(ctx); err != nil {
		return nil, fmt.Errorf("days of occasions: %w", err)
	}
	type key struct {
		id   string
		year int
	}
	by := map[key]time.Time{}
	for _, m := range rows {
		by[key{m.OccasionID, m.Year}] = m.Day.Std()
	}
	var out []Date
	for _, o := range list {
		r, err := Parse(o.Rule)
		if err != nil || o.Hidden {
			continue
		}
		a, b := r.years(from.AddDate(0, 0, -MaxDays), until)
		for year := a; year <= b; year++ {
			first, ok := r.date(year)
			day, byHand := by[key{o.ID, year}]
			if byHand {
				first = day
			}
			last := first.AddDate(0, 0, o.Days-1)
			if ok && !last.Before(from) && !first.After(until) {
				out = append(out, Date{o, year, first, last, byHand})
			}
		}
	}
	slices.SortFunc(out, func(a, b Date) int { return cmp.Or(a.First.Compare(b.First), cmp.Compare(a.ID, b.ID)) })
	return out, nil
}

// Next gives the first day of one occasion from a day on, within two years.
func (s *Service) Next(ctx context.Context, id string, from time.Time) (Date, error) {
	list, err := s.Between(ctx, from, from.AddDate(2, 0, 0))
	if err != nil {
		return Date{}, err
	}
	if i := slices.IndexFunc(list, func(d Date) bool { return d.ID == id }); i >= 0 {
		return list[i], nil
	}
	return Date{}, fmt.Errorf("day of occasion %q: %w", id, errs.New(errs.NotFound, ""))
}

// Save writes an occasion over the one with its id, or as a new one. Version is
// that which the actor had before them; another one stored is
// publish.ErrEdited. Needs publish.calendar everywhere.
func (s *Service) Save(ctx context.Context, to Occasion) error {
	if err := to.Check(); err != nil {
		return err
	}
	if _, err := s.Occasion(ctx, to.ID); errs.KindOf(err) == errs.NotFound && !id.Valid(to.ID) {
		return err
	}
	had := to.Version
	to.Version, to.EditedBy, to.EditedAt = had+1, perm.From(ctx).ID, db.At(s.Clock.Now())
	return s.act(ctx, "publish.occasion", to, func(ctx context.Context, tx bun.Tx) error {
		exec := tx.NewUpdate().Model(&to).WherePK().Where("version = ?", had).Exec
		if had == 0 {
			exec = tx.NewInsert().Model(&to).On("CONFLICT (id) DO NOTHING").Exec
		}
		res, err := exec(ctx)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n > 0 {
			return err
		}
		return publish.ErrEdited
	})
}

// maxShift is how far a correction may lie from the reckoned day.
const maxShift = 3 * 24 * time.Hour

// Move corrects the day of an occasion for one year, or with a zero day takes
// the correction back. Needs publish.calendar everywhere.
func (s *Service) Move(ctx context.Context, id string, year int, day time.Time) error {
	o, err := s.Occasion(ctx, id)
	if err != nil {
		return err
	}
	r, err := Parse(o.Rule)
	if err != nil {
		return err
	}
	if reckoned, ok := r.date(year); !ok || !day.IsZero() && day.Sub(reckoned).Abs() > maxShift {
		return errs.InvalidFields(errs.Field{Name: "day", Key: "publish.occasion.bad_shift"})
	}
	return s.act(ctx, "publish.occasion_day", o, func(ctx context.Context, tx bun.Tx) error {
		m := moved{OccasionID: id, Year: year, Day: db.At(day)}
		if day.IsZero() {
			_, err := tx.NewDelete().Model(&m).WherePK().Exec(ctx)
			return err
		}
		_, err := tx.NewInsert().Model(&m).On("CONFLICT (occasion_id, year) DO UPDATE").Set("day = EXCLUDED.day").Exec(ctx)
		return err
	})
}

// act runs a change of the list and records it.
func (s *Service) act(ctx context.Context, name string, o Occasion, change func(context.Context, bun.Tx) error) error {
	if !perm.From(ctx).MayIn(timing.Manage, perm.Everywhere()) {
		return errs.New(errs.Forbidden, "")
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := change(ctx, tx); err != nil {
			return fmt.Errorf("%s %s: %w", name, o.ID, err)
		}
		return s.Audit.Record(ctx, tx, audit.Entry{Act: name, Object: "publish_occasion", ObjectID: o.ID, Permission: timing.Manage, Detail: map[string]any{"name": o.Names}})
	})
}
