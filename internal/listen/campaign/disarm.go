package campaign

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// MaxFramework is the largest file of the framework that is read, unpacked.
const MaxFramework = 32 << 20

// Framework says which edition of DISARM is loaded. The zero value is none.
type Framework struct {
	bun.BaseModel `bun:"table:listen_campaign_framework,alias:f" json:"-"`

	ID         string  `bun:",pk" json:"id"`
	SourceHash string  `json:"source_hash"` // SHA-256 of the file as it was given, hexadecimal
	Version    string  `json:"version"`     // day of its newest technique: it carries no other
	Techniques int64   `json:"techniques"`
	LoadedBy   string  `json:"loaded_by"`
	LoadedAt   db.Time `json:"loaded_at"`
}

// Pattern is a technique as the framework publishes it.
type Pattern struct {
	bun.BaseModel `bun:"table:listen_campaign_technique,alias:p" json:"-"`

	ID       string `bun:",pk" json:"id"` // T0000
	Name     string `json:"name"`
	STIXID   string `bun:"stix_id" json:"stix_id"` // attack-pattern--UUID
	Created  string `json:"created"`
	Modified string `json:"modified"`
}

// patternID is how STIX names an attack pattern: by a UUID of RFC 4122.
var patternID = regexp.MustCompile(`^attack-pattern--[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// ReadFramework reads the STIX 2.1 bundle in which the DISARM Foundation
// publishes its framework, plain or gzip. Objects that are no techniques are
// passed over; errs.Invalid when it is no such bundle. The techniques come in
// the order of their ids, each once.
func ReadFramework(b []byte) ([]Pattern, error) {
	if bytes.HasPrefix(b, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			return nil, notFramework(err)
		}
		if b, err = io.ReadAll(io.LimitReader(z, MaxFramework+1)); err != nil {
			return nil, notFramework(err)
		}
	}
	if len(b) > MaxFramework {
		return nil, errs.New(errs.TooLarge, "web.too_large", "limit", MaxFramework)
	}
	var bundle struct {
		Type    string `json:"type"`
		Objects []struct {
			Type, ID, Name, Created, Modified string
			Revoked                           bool
			Refs                              []struct {
				ID string `json:"external_id"`
			} `json:"external_references"`
		} `json:"objects"`
	}
	if err := json.Unmarshal(b, &bundle); err != nil {
		return nil, notFramework(err)
	}
	found := map[string]Pattern{}
	for _, o := range bundle.Objects {
		name := text.Line(o.Name)
		if o.Type != "attack-pattern" || !patternID.MatchString(o.ID) || o.Revoked || name == "" || len(name) > 400 {
			continue
		}
		created, ok1 := stixTime(o.Created)
		modified, ok2 := stixTime(o.Modified)
		for _, r := range o.Refs {
			if TechniqueForm(r.ID) && ok1 && ok2 {
				found[r.ID] = Pattern{ID: r.ID, Name: name, STIXID: o.ID, Created: created, Modified: modified}
				break
			}
		}
	}
	if bundle.Type != "bundle" || len(found) == 0 {
		return nil, notFramework(fmt.Errorf("%q with %d techniques", bundle.Type, len(found)))
	}
	out := make([]Pattern, 0, len(found))
	for _, p := range found {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b Pattern) int { return strings.Compare(a.ID, b.ID) })
	return out, nil
}

func notFramework(err error) error {
	return errs.Wrap(fmt.Errorf("read framework: %w", err), errs.Invalid, "listen.campaign.framework.bad")
}

// stixTime evens out a timestamp.
func stixTime(s string) (string, bool) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || t.Year() < 1970 || t.Year() > 9999 {
		return "", false
	}
	return stamp(t), true
}

// MayLoad reports whether an actor may load the framework: who works on campaign
// files everywhere.
func MayLoad(a *perm.Actor) bool { return a.MayIn(Manage, perm.Everywhere()) }

// LoadFramework puts an edition of the framework in the place of the one
// before. Files keep the names that they had. The whole house uses it: who works
// on campaign files of one desk only may not (MayLoad).
func (s *Service) LoadFramework(ctx context.Context, r io.Reader) (Framework, error) {
	if !MayLoad(perm.From(ctx)) {
		return Framework{}, errs.New(errs.Forbidden, "")
	}
	b, err := io.ReadAll(io.LimitReader(r, MaxFramework+1))
	if err != nil {
		return Framework{}, fmt.Errorf("read framework: %w", err)
	}
	list, err := ReadFramework(b)
	if err != nil {
		return Framework{}, err
	}
	sum := sha256.Sum256(b)
	f := Framework{ID: id.New(), SourceHash: hex.EncodeToString(sum[:]), Techniques: int64(len(list)), LoadedBy: perm.From(ctx).ID, LoadedAt: db.At(s.Clock.Now())}
	for _, p := range list {
		f.Version = max(f.Version, p.Modified[:len("2006-01-02")])
	}
	return f, s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		for _, table := range []string{"listen_campaign_technique", "listen_campaign_framework"} {
			if _, err := tx.ExecContext(ctx, `DELETE FROM `+table); err != nil {
				return fmt.Errorf("load framework: %w", err)
			}
		}
		if _, err := tx.NewInsert().Model(&f).Exec(ctx); err != nil {
			return fmt.Errorf("load framework: %w", err)
		}
		for part := range slices.Chunk(list, 100) {
			if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
				return fmt.Errorf("load framework: %w", err)
			}
		}
		return s.Audit.Record(ctx, tx, audit.Entry{
			Act: "listen.campaign.framework", Object: "framework", ObjectID: f.ID, Permission: Manage,
			Detail: map[string]any{"version": f.Version, "count": f.Techniques, "hash": f.SourceHash},
		})
	})
}

// Framework gives the loaded edition with its techniques by id; the zero
// Framework when none is loaded.
func (s *Service) Framework(ctx context.Context) (Framework, []Pattern, error) {
	var f []Framework
	if err := s.DB.Reader().NewSelect().Model(&f).Limit(1).Scan(ctx); err != nil {
		return Framework{}, nil, fmt.Errorf("framework: %w", err)
	}
	list := []Pattern{}
	if err := s.DB.Reader().NewSelect().Model(&list).OrderExpr("id").Scan(ctx); err != nil {
		return Framework{}, nil, fmt.Errorf("techniques: %w", err)
	}
	if len(f) == 0 {
		return Framework{}, list, nil
	}
	return f[0], list, nil
}

// name fills in the names of a file's techniques. With a framework loaded one
// that it lacks is refused, unless the file had it before.
func (s *Service) name(ctx context.Context, f *File, old []Technique) error {
	_, list, err := s.Framework(ctx)
	if err != nil {
		return err
	}
	byID := map[string]string{}
	for _, p := range list {
		byID[p.ID] = p.Name
	}
	for _, t := range old {
		if byID[t.ID] == "" {
			byID[t.ID] = t.Name
		}
	}
	for i, t := range f.Behaviour {
		n, ok := byID[t.ID]
		if !ok && len(list) > 0 {
			return errs.InvalidFields(errs.Field{Name: "behaviour", Key: "listen.campaign.unknown_technique", Args: []any{"technique", t.ID}})
		}
		f.Behaviour[i].Name = n
	}
	return nil
}
