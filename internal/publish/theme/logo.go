package theme

import (
	"context"
	"fmt"
	"io"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/blob"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/perm"
	"sifara/internal/publish"
)

// The bounds of emblems. A page is allowed sixty kilobytes in all, so an emblem
// is small; it is drawn at half its size, sharp on dense screens.
const (
	MaxUpload = 4 << 20 // bytes as sent
	MaxLogo   = 3 << 10 // bytes as it travels
	maxWidth  = 360     // pixels
	maxHeight = 112     // pixels
	maxLogos  = 12      // of one unit
)

// AddLogo stores an emblem for a unit: a picture, drawn anew as small as pages
// show it. It is public once a saved theme wears it. Called again with the same
// id it adds nothing.
func (s *Service) AddLogo(ctx context.Context, missionID, logoID string, data io.Reader) (Logo, error) {
	if err := s.may(ctx, missionID); err != nil {
		return Logo{}, fmt.Errorf("add emblem: %w", err)
	}
	if s.Blobs == nil {
		return Logo{}, errs.New(errs.Unavailable, "")
	}
	p, err := s.Blobs.PutSmallImage(ctx, data, blob.Small{Limit: MaxUpload, Width: maxWidth, Height: maxHeight, Bytes: MaxLogo})
	if err != nil {
		return Logo{}, fmt.Errorf("add emblem: %w", err)
	}
	l := Logo{ID: logoID, MissionID: missionID, Digest: p.Hash, MediaType: p.ContentType, Size: p.Size, Width: p.Width, Height: p.Height, AddedBy: perm.From(ctx).ID, AddedAt: db.At(s.Clock.Now())}
	err = s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		n, err := tx.NewSelect().Model((*Logo)(nil)).Where("tl.mission_id = ?", missionID).Count(ctx)
		if err != nil {
			return fmt.Errorf("count: %w", err)
		}
		if n >= maxLogos {
			return errs.InvalidFields(errs.Field{Name: "file", Key: "publish.error.too_many_files", Args: []any{"max", maxLogos}})
		}
		res, err := tx.NewInsert().Model(&l).On("CONFLICT (id) DO NOTHING").Exec(ctx)
		if err != nil {
			return fmt.Errorf("write: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return s.Audit.Record(ctx, tx, audit.Entry{Act: "publish.logo", Object: "theme", ObjectID: missionID, Mission: missionID, Permission: publish.MayRelease})
	})
	if err != nil {
		return Logo{}, fmt.Errorf("add emblem: %w", err)
	}
	return l, nil
}

// DropLogo deletes an emblem that no kept theme of the unit wears.
func (s *Service) DropLogo(ctx context.Context, missionID, logoID string) error {
	if err := s.may(ctx, missionID); err != nil {
		return fmt.Errorf("drop emblem: %w", err)
	}
	err := s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := logoOf(ctx, tx, missionID, logoID); err != nil {
			return err
		}
		worn, err := tx.NewSelect().Model((*Theme)(nil)).Where("te.mission_id = ? AND te.logo_id = ?", missionID, logoID).Exists(ctx)
		if err != nil {
			return fmt.Errorf("look who wears it: %w", err)
		}
		if worn {
			return errs.New(errs.Conflict, "publish.theme.error.worn")
		}
		if _, err := tx.NewDelete().Model((*Logo)(nil)).Where("id = ? AND mission_id = ?", logoID, missionID).Exec(ctx); err != nil {
			return fmt.Errorf("delete: %w", err)
		}
		return s.Audit.Record(ctx, tx, audit.Entry{Act: "publish.logo_drop", Object: "theme", ObjectID: missionID, Mission: missionID, Permission: publish.MayRelease})
	})
	if err != nil {
		return fmt.Errorf("drop emblem %s: %w", logoID, err)
	}
	return nil
}

// Logos lists the emblems of a unit, the newest first, for those who arrange its
// site.
func (s *Service) Logos(ctx context.Context, missionID string) ([]Logo, error) {
	if err := s.may(ctx, missionID); err != nil {
		return nil, err
	}
	var all []Logo
	if err := s.DB.Reader().NewSelect().Model(&all).Where("tl.mission_id = ?", missionID).Order("tl.added_at DESC", "tl.id DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("emblems of %q: %w", missionID, err)
	}
	return all, nil
}

// Logo opens an emblem of a unit for those who arrange its site. The caller closes
// it.
func (s *Service) Logo(ctx context.Context, missionID, logoID string) (Logo, *blob.Content, error) {
	if err := s.may(ctx, missionID); err != nil {
		return Logo{}, nil, err
	}
	l, err := logoOf(ctx, s.DB.Reader(), missionID, logoID)
	if err != nil {
		return Logo{}, nil, err
	}
	return s.opened(ctx, l)
}

// PublicLogo opens an emblem by the file name of its address. Anybody may, when a
// theme wears it or lately did. The caller closes it.
func (s *Service) PublicLogo(ctx context.Context, file string) (Logo, *blob.Content, error) {
	kept, err := s.snap(ctx)
	if err != nil {
		return Logo{}, nil, err
	}
	l, ok := kept.logos[file]
	if !ok {
		return Logo{}, nil, errs.New(errs.NotFound, "")
	}
	return s.opened(ctx, l)
}

func (s *Service) opened(ctx context.Context, l Logo) (Logo, *blob.Content, error) {
	if s.Blobs == nil {
		return Logo{}, nil, errs.New(errs.NotFound, "")
	}
	c, err := s.Blobs.Open(ctx, l.Digest)
	if err != nil {
		return Logo{}, nil, fmt.Errorf("emblem %s: %w", l.ID, err)
	}
	return l, c, nil
}

func logoOf(ctx context.Context, r bun.IDB, missionID, logoID string) (Logo, error) {
	var l Logo
	err := r.NewSelect().Model(&l).Where("tl.id = ? AND tl.mission_id = ?", logoID, missionID).Scan(ctx)
	if db.IsNoRows(err) {
		return l, errs.New(errs.NotFound, "")
	}
	if err != nil {
		return l, fmt.Errorf("emblem %s: %w", logoID, err)
	}
	return l, nil
}
