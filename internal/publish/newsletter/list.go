package newsletter

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/text"
)

// Digest says how often a list gets a letter of all that was released.
type Digest string

// The rhythms of a digest. The zero value sends none.
const (
	NoDigest Digest = ""
	Daily    Digest = "daily" // on working days
	Weekly   Digest = "weekly"
)

// Digests lists the rhythms.
var Digests = []Digest{NoDigest, Daily, Weekly}

// List is one newsletter.
type List struct {
	bun.BaseModel `bun:"table:publish_newsletter_list,alias:l"`

	ID        string `bun:",pk"`
	Slug      string // in addresses; fixed once made
	MissionID string // empty: the ministry's
	Names     publish.Texts
	Abouts    publish.Texts
	Topics    Topics // from which subscribers choose
	Open      bool   // anybody may subscribe
	Digest    Digest
	// DigestHour and DigestDay are in the mission's time; the day is that of a
	// weekly digest, 0 is Sunday.
	DigestHour int
	DigestDay  int
	DigestUpto db.Time // what was released up to here has been in a digest
	DigestBy   string  // who planned the digest
	Version    int
	CreatedBy  string
	CreatedAt  db.Time
	ClosedAt   db.Time // gets no letters any more
}

// Scope is where a permission must hold for the list.
func (l *List) Scope() perm.Scope { return perm.InMission(l.MissionID) }

// Name gives its name in a language, else in any.
func (l *List) Name(lang i18n.Lang) string { return l.Names.In(lang) }

// ListTopic is a topic from which subscribers choose.
type ListTopic struct {
	Key   string        `json:"key"`
	Names publish.Texts `json:"names"`
}

// Topics are those of a list, kept as JSON.
type Topics []ListTopic

// Value implements driver.Valuer.
func (t Topics) Value() (driver.Value, error) { return jsonText(t) }

// Scan implements sql.Scanner.
func (t *Topics) Scan(v any) error { return jsonInto(v, t) }

func (t Topics) has(key string) bool {
	return slices.ContainsFunc(t, func(x ListTopic) bool { return x.Key == key })
}

// keys keeps those of the given keys that the list has, in its order.
func (t Topics) keys(of []string) []string {
	var out []string
	for _, x := range t {
		if slices.Contains(of, x.Key) {
			out = append(out, x.Key)
		}
	}
	return out
}

func jsonText(v any) (driver.Value, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

func jsonInto(v, into any) error {
	var b []byte
	switch v := v.(type) {
	case string:
		b = []byte(v)
	case []byte:
		b = v
	default:
		return fmt.Errorf("newsletter: JSON from %T", v)
	}
	if len(b) == 0 {
		return nil
	}
	return json.Unmarshal(b, into)
}

// The bounds of lists.
const (
	maxName   = 120
	maxAbout  = 600
	maxTopics = 12
	maxLists  = 200
)

var validKey = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$`)

// check refuses what pages and letters could not show.
func (l *List) check() error {
	var bad []errs.Field
	if !validKey.MatchString(l.Slug) {
		bad = append(bad, errs.Field{Name: "slug", Key: "newsletter.error.slug"})
	}
	l.Names, l.Abouts = cleaned(l.Names), cleaned(l.Abouts)
	for _, lang := range i18n.Langs {
		for _, f := range []struct {
			name, value string
			most        int
			needed      bool
		}{{"name-" + string(lang), l.Names[lang], maxName, true}, {"about-" + string(lang), l.Abouts[lang], maxAbout, false}} {
			if n := utf8.RuneCountInString(f.value); n > f.most {
				bad = append(bad, errs.Field{Name: f.name, Key: "web.field.long", Args: []any{"max", f.most, "count", n - f.most}})
			} else if n == 0 && f.needed {
				bad = append(bad, errs.Field{Name: f.name, Key: "web.field.required"})
			}
		}
	}
	if len(l.Topics) > maxTopics || slices.ContainsFunc(l.Topics, func(t ListTopic) bool { return !validKey.MatchString(t.Key) || len(t.Names) == 0 }) {
		bad = append(bad, errs.Field{Name: "topics", Key: "newsletter.error.topics"})
	}
	if !slices.Contains(Digests, l.Digest) || l.DigestHour < 0 || l.DigestHour > 23 || l.DigestDay < 0 || l.DigestDay > 6 {
		bad = append(bad, errs.Field{Name: "digest", Key: "web.field.choice"})
	}
	return errs.InvalidFields(bad...)
}

func cleaned(t publish.Texts) publish.Texts {
	out := publish.Texts{}
	for lang, s := range t {
		if s = text.Line(s); s != "" {
			out[lang] = s
		}
	}
	return out
}

// ParseTopics reads a list of topics, one a line: "key: Arabic | Sorani |
// Kurmanji | English". The error points at the field "topics".
func ParseTopics(s string) (Topics, error) {
	out := Topics{}
	for line := range strings.Lines(s) {
		if line = text.Line(line); line == "" {
			continue
		}
		key, names, ok := strings.Cut(line, ":")
		parts := strings.Split(names, "|")
		if key = strings.TrimSpace(key); !ok || len(parts) != len(i18n.Langs) || out.has(key) {
			return nil, errs.InvalidFields(errs.Field{Name: "topics", Key: "newsletter.error.topics"})
		}
		t := ListTopic{Key: key, Names: publish.Texts{}}
		for i, l := range i18n.Langs {
			t.Names[l] = strings.TrimSpace(parts[i])
		}
		out = append(out, t)
	}
	return out, nil
}

// FormatTopics writes what ParseTopics reads.
func FormatTopics(t Topics) string {
	var b strings.Builder
	for _, x := range t {
		b.WriteString(x.Key + ":")
		for i, l := range i18n.Langs {
			if i > 0 {
				b.WriteString(" |")
			}
			b.WriteString(" " + x.Names[l])
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// SaveList makes a list (Version 0) or changes it. To plan a digest or change
// its time, the permission to send is needed too. ErrEdited when it changed
// since it was read.
func (s *Service) SaveList(ctx context.Context, l List) (List, error) {
	if err := l.check(); err != nil {
		return List{}, err
	}
	err := s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		was := List{ID: l.ID, MissionID: l.MissionID}
		if l.Version > 0 {
			if err := tx.NewSelect().Model(&was).Where("l.id = ?", l.ID).Scan(ctx); err != nil {
				return notFound(err, "list", l.ID)
			}
		}
		if err := allowed(ctx, MayKeep, was.MissionID); err != nil {
			return err
		}
		return s.saveList(ctx, tx, &l, was)
	})
	return l, err
}

func (s *Service) saveList(ctx context.Context, tx bun.Tx, l *List, was List) error {
	me := perm.From(ctx)
	l.MissionID, l.DigestUpto, l.DigestBy = was.MissionID, was.DigestUpto, was.DigestBy
	planned := l.Digest != was.Digest || l.Digest != NoDigest && (l.DigestHour != was.DigestHour || l.DigestDay != was.DigestDay)
	if planned {
		if err := allowed(ctx, MaySend, l.MissionID); err != nil {
			return err
		}
		l.DigestBy = me.ID
		if was.Digest == NoDigest {
			l.DigestUpto = s.now()
		}
	}
	act := "list_change"
	if l.Version == 0 {
		act, l.Version, l.CreatedBy, l.CreatedAt = "list_make", 1, me.ID, s.now()
		if _, err := tx.NewInsert().Model(l).Exec(ctx); db.IsUnique(err) {
			return errs.InvalidFields(errs.Field{Name: "slug", Key: "newsletter.error.slug_taken"})
		} else if err != nil {
			return fmt.Errorf("newsletter: make list: %w", err)
		}
	} else {
		if was.Version != l.Version {
			return ErrEdited
		}
		l.Version, l.Slug, l.CreatedBy, l.CreatedAt = was.Version+1, was.Slug, was.CreatedBy, was.CreatedAt
		res, err := tx.NewUpdate().Model(l).WherePK().Where("version = ?", was.Version).Exec(ctx)
		if err != nil {
			return fmt.Errorf("newsletter: change list: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return ErrEdited
		}
	}
	if err := s.Live.Notify(ctx, tx, siteTopic); err != nil {
		return err
	}
	detail := map[string]any{"name": named(l.Names)}
	if planned {
		detail["newsletter_digest"] = audit.Word("newsletter.digest." + string(l.Digest) + ".word")
	}
	return s.record(ctx, tx, MayKeep, act, "newsletter", l.ID, l.MissionID, detail)
}

// named gives names as the record holds them.
func named(t publish.Texts) map[i18n.Lang]string { return t }

// List gives one list that the actor may see.
func (s *Service) List(ctx context.Context, id string) (List, error) {
	l, err := s.list(ctx, s.DB.Reader(), id)
	if err != nil {
		return List{}, err
	}
	if !perm.From(ctx).MayIn(publish.MayView, l.Scope()) {
		return List{}, notFound(errs.New(errs.NotFound, ""), "list", id)
	}
	return l, nil
}

func (s *Service) list(ctx context.Context, q bun.IDB, id string) (List, error) {
	var l List
	if err := q.NewSelect().Model(&l).Where("l.id = ?", id).Scan(ctx); err != nil {
		return List{}, notFound(err, "list", id)
	}
	return l, nil
}

// Counted is a list with how many are on it.
type Counted struct {
	List
	Subscribers int
}

// Lists gives the lists that the actor may see, with how many are on each.
func (s *Service) Lists(ctx context.Context) ([]Counted, error) {
	var all []List
	q := s.DB.Reader().NewSelect().Model(&all)
	if ids, everywhere := perm.From(ctx).Missions(publish.MayView); !everywhere {
		if len(ids) == 0 {
			return nil, nil
		}
		q = q.Where("l.mission_id IN (?)", bun.List(ids))
	}
	if err := q.Order("l.closed_at", "l.mission_id", "l.slug").Limit(maxLists).Scan(ctx); err != nil {
		return nil, fmt.Errorf("newsletter: lists: %w", err)
	}
	counts, err := s.counts(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Counted, len(all))
	for i, l := range all {
		out[i] = Counted{l, counts[l.ID]}
	}
	return out, nil
}

func (s *Service) counts(ctx context.Context) (map[string]int, error) {
	var rows []struct {
		ListID string
		N      int
	}
	if err := s.DB.Reader().NewRaw(`SELECT list_id, count(*) AS n FROM publish_newsletter_subscriber GROUP BY list_id`).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("newsletter: count subscribers: %w", err)
	}
	out := map[string]int{}
	for _, r := range rows {
		out[r.ListID] = r.N
	}
	return out, nil
}

// OpenLists gives the lists to which anybody may subscribe, those of a mission
// or, when it is empty, of the whole house.
func (s *Service) OpenLists(ctx context.Context, missionID string) ([]List, error) {
	var all []List
	q := s.DB.Reader().NewSelect().Model(&all).Where("l.open").Where("l.closed_at = 0")
	if missionID != "" {
		q = q.Where("l.mission_id = ?", missionID)
	}
	if err := q.Order("l.mission_id", "l.slug").Limit(maxLists).Scan(ctx); err != nil {
		return nil, fmt.Errorf("newsletter: open lists: %w", err)
	}
	return all, nil
}

// Close ends a list for good: nobody can subscribe, no letter goes to it, and
// the addresses on it are deleted.
func (s *Service) Close(ctx context.Context, id string) error {
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		l, err := s.list(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := allowed(ctx, MayKeep, l.MissionID); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM publish_newsletter_subscriber WHERE list_id = ?`, id); err != nil {
			return fmt.Errorf("newsletter: close list: %w", err)
		}
		if _, err := tx.ExecContext(ctx, `UPDATE publish_newsletter_list SET open = FALSE, digest = '', closed_at = ?, version = version + 1 WHERE id = ?`, s.now(), id); err != nil {
			return fmt.Errorf("newsletter: close list: %w", err)
		}
		if err := s.Live.Notify(ctx, tx, siteTopic); err != nil {
			return err
		}
		return s.record(ctx, tx, MayKeep, "list_close", "newsletter", id, l.MissionID, map[string]any{"name": named(l.Names)})
	})
}
