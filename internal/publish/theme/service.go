package theme

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/blob"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/event"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/publish"
)

// Topic is the live topic of every change of a theme; siteTopic is that of the
// public pages, which wear it.
const (
	Topic     = "publish.theme"
	siteTopic = "site" // web.SiteTopic; this package does not know web
)

// Deps are what the service needs. Blobs may be nil, which refuses emblems.
type Deps struct {
	DB    *db.DB
	Clock clock.Clock
	Audit *audit.Log
	Live  *event.Live
	Org   *org.Service
	Blobs *blob.Store
}

// Service keeps themes. It is safe for concurrent use. What pages ask for is
// kept in memory until some node saves a theme.
type Service struct {
	Deps
	kept *event.Kept[*snapshot]
}

// New gives the service.
func New(d Deps) *Service {
	return &Service{Deps: d, kept: event.Keep(d.Live, func(ctx context.Context) (*snapshot, error) { return readSnapshot(ctx, d.DB.Reader()) }, Topic)}
}

// snapshot is what pages need of all themes. It is never changed once made.
type snapshot struct {
	looks  map[string]Look   // by mission
	sheets map[string]Tokens // by digest, earlier ones too
	logos  map[string]Logo   // by file name, those that some saved theme wears or wore
}

// snap gives the themes as last committed: changes of this node at once, those
// of others when their notice arrives, which is before the caches of pages hear
// of it.
func (s *Service) snap(ctx context.Context) (*snapshot, error) {
	snap, err := s.kept.Get(ctx)
	if err != nil {
		return nil, fmt.Errorf("read themes: %w", err)
	}
	return snap, nil
}

func readSnapshot(ctx context.Context, r bun.IDB) (*snapshot, error) {
	var all []Theme
	if err := r.NewSelect().Model(&all).Order("te.mission_id", "te.version").Scan(ctx); err != nil {
		return nil, err
	}
	var logos []Logo
	if err := r.NewSelect().Model(&logos).Scan(ctx); err != nil {
		return nil, err
	}
	byID := map[string]Logo{}
	for _, l := range logos {
		byID[l.ID] = l
	}
	out := &snapshot{looks: map[string]Look{}, sheets: map[string]Tokens{}, logos: map[string]Logo{}}
	for _, t := range all {
		delete(out.looks, t.MissionID)
		if !t.Own || !t.Header.known() {
			continue
		}
		look := Look{Tokens: t.Tokens(), Sheet: t.Tokens().Digest(), Logo: byID[t.LogoID], Alt: t.Alt}
		out.looks[t.MissionID], out.sheets[look.Sheet] = look, look.Tokens
		if look.Logo.ID != "" {
			out.logos[look.Logo.File()] = look.Logo
		}
	}
	return out, nil
}

// Look is what the pages of a mission wear, of the ministry for the empty id: a
// mission without a theme of its own the ministry's.
func (s *Service) Look(ctx context.Context, missionID string) (Look, error) {
	kept, err := s.snap(ctx)
	if err != nil {
		return Look{}, err
	}
	if own, ok := kept.looks[missionID]; ok {
		return own, nil
	}
	return kept.looks[""], nil
}

// Sheet gives the style sheet of a digest; NotFound when no theme has, or lately
// had, it.
func (s *Service) Sheet(ctx context.Context, digest string) (string, error) {
	kept, err := s.snap(ctx)
	if err != nil {
		return "", err
	}
	t, ok := kept.sheets[digest]
	if !ok {
		return "", errs.New(errs.NotFound, "")
	}
	return t.Sheet(), nil
}

// Theme gives the theme of a mission, or of the ministry, as it was last saved;
// the standard one, with Version 0, when it never was. Anybody may read it.
func (s *Service) Theme(ctx context.Context, missionID string) (Theme, error) {
	return latest(ctx, s.DB.Reader(), missionID)
}

func latest(ctx context.Context, r bun.IDB, missionID string) (Theme, error) {
	var t Theme
	err := r.NewSelect().Model(&t).Where("te.mission_id = ?", missionID).Order("te.version DESC").Limit(1).Scan(ctx)
	switch {
	case db.IsNoRows(err):
		return Standard(missionID), nil
	case err != nil:
		return Theme{}, fmt.Errorf("theme of %q: %w", missionID, err)
	case !t.Own:
		plain := Standard(missionID)
		plain.Version = t.Version
		return plain, nil
	}
	return t, nil
}

// maxVersions is how many savings of a unit are kept.
const maxVersions = 20

// may asks for the right to arrange the site of a unit: that of those who release
// for it.
func (s *Service) may(ctx context.Context, missionID string) error {
	if !perm.From(ctx).MayIn(publish.MayRelease, perm.InMission(missionID)) {
		return errs.New(errs.Forbidden, "")
	}
	if missionID == "" {
		return nil
	}
	_, err := s.Org.Mission(ctx, missionID)
	return err
}

// Save changes the theme of a mission, or of the ministry, by those who release
// for it. Version is that of the theme the actor had before them; another one
// stored is publish.ErrEdited. An emblem must be one of the unit's own.
func (s *Service) Save(ctx context.Context, to Theme) (Theme, error) {
	if err := s.may(ctx, to.MissionID); err != nil {
		return Theme{}, fmt.Errorf("save theme: %w", err)
	}
	if err := to.Check(); err != nil {
		return Theme{}, err
	}
	was := to.Version
	to.Version, to.SavedBy, to.SavedAt = was+1, perm.From(ctx).ID, db.At(s.Clock.Now())
	err := s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		before, err := latest(ctx, tx, to.MissionID)
		if err != nil {
			return err
		}
		if before.Version != was {
			return publish.ErrEdited
		}
		if to.LogoID != "" {
			if _, err := logoOf(ctx, tx, to.MissionID, to.LogoID); err != nil {
				return errs.InvalidFields(errs.Field{Name: "logo", Key: "web.field.choice"})
			}
		}
		if _, err := tx.NewInsert().Model(&to).Exec(ctx); db.IsUnique(err) {
			return publish.ErrEdited
		} else if err != nil {
			return fmt.Errorf("write: %w", err)
		}
		if _, err := tx.NewDelete().Model((*Theme)(nil)).Where("mission_id = ? AND version <= ?", to.MissionID, to.Version-maxVersions).Exec(ctx); err != nil {
			return fmt.Errorf("forget old themes: %w", err)
		}
		db.AfterCommit(ctx, s.kept.Forget)
		if err := s.Live.Notify(ctx, tx, Topic, siteTopic); err != nil {
			return err
		}
		return s.Audit.Record(ctx, tx, audit.Entry{Act: "publish.theme", Object: "theme", ObjectID: to.MissionID, Mission: to.MissionID, Permission: publish.MayRelease})
	})
	if err != nil {
		return Theme{}, fmt.Errorf("save theme: %w", err)
	}
	return to, nil
}
