package engage

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// CannedAnswers are the prepared answers for a mission: its own and those for
// all. With language "" retired ones are left out as well, but none for want of
// a text.
func (s *Service) CannedAnswers(ctx context.Context, missionID string, l i18n.Lang) ([]Canned, error) {
	var all []Canned
	err := s.DB.Reader().NewSelect().Model(&all).Where("c.mission_id = ? OR c.mission_id = ''", missionID).Where("NOT c.retired").Order("c.id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("prepared answers: %w", err)
	}
	var out []Canned
	for _, c := range all {
		if l == "" || c.Bodies[l] != "" {
			out = append(out, c)
		}
	}
	return out, nil
}

// CannedList are all prepared answers that the actor may use, retired ones
// too, newest first.
func (s *Service) CannedList(ctx context.Context) ([]Canned, error) {
	var out []Canned
	sel := s.DB.Reader().NewSelect().Model(&out).Order("c.retired", "c.id DESC")
	if ids, all := perm.From(ctx).Missions(View); !all {
		sel = sel.Where("c.mission_id IN (?)", bun.List(append(ids, "")))
	}
	if err := sel.Scan(ctx); err != nil {
		return nil, fmt.Errorf("prepared answers: %w", err)
	}
	return out, nil
}

// Canned gives one prepared answer.
func (s *Service) Canned(ctx context.Context, id string) (*Canned, error) {
	c := &Canned{}
	if err := s.DB.Reader().NewSelect().Model(c).Where("c.id = ?", id).Scan(ctx); err != nil {
		return nil, fmt.Errorf("prepared answer %s: %w", id, noRows(err))
	}
	if c.MissionID != "" && !perm.From(ctx).MayIn(View, perm.InMission(c.MissionID)) {
		return nil, errs.New(errs.NotFound, "")
	}
	return c, nil
}

func (c *Canned) clean() error {
	var bad []errs.Field
	whole := 0
	for _, l := range i18n.Langs {
		c.Titles[l], c.Bodies[l] = text.Line(c.Titles[l]), strings.TrimSpace(text.Clean(c.Bodies[l]))
		if (c.Titles[l] == "") != (c.Bodies[l] == "") {
			name := "body-" + string(l)
			if c.Titles[l] == "" {
				name = "title-" + string(l)
			}
			bad = append(bad, errs.Field{Name: name, Key: "web.field.required"})
		}
		if c.Bodies[l] != "" {
			whole++
		}
		if n := utf8.RuneCountInString(c.Bodies[l]); n > MaxBody {
			bad = append(bad, errs.Field{Name: "body-" + string(l), Key: "web.field.long", Args: []any{"max", MaxBody, "count", n - MaxBody}})
		}
	}
	if whole == 0 && len(bad) == 0 {
		bad = append(bad, errs.Field{Name: "title-ar", Key: "engage.error.one_language"})
	}
	return errs.InvalidFields(bad...)
}

// SaveCanned makes a prepared answer (Version 0) or changes it. It needs
// Moderate in its mission, before and after the change. A stale version is
// Conflict; the same creation sent twice makes one.
func (s *Service) SaveCanned(ctx context.Context, c Canned) error {
	a := perm.From(ctx)
	if !a.MayIn(Moderate, perm.InMission(c.MissionID)) {
		return errs.New(errs.Forbidden, "")
	}
	if c.Titles == nil {
		c.Titles = map[i18n.Lang]string{}
	}
	if c.Bodies == nil {
		c.Bodies = map[i18n.Lang]string{}
	}
	if err := c.clean(); err != nil {
		return err
	}
	c.UpdatedBy, c.UpdatedAt = a.ID, s.now()
	err := s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		act, err := s.putCanned(ctx, tx, &c)
		if err != nil || act == "" {
			return err
		}
		if err := s.Live.Notify(ctx, tx, "engage.canned"); err != nil {
			return err
		}
		return s.Audit.Record(ctx, tx, audit.Entry{Act: act, Object: "canned", ObjectID: c.ID, Mission: c.MissionID, Detail: map[string]any{"title": c.Titles}})
	})
	if err != nil {
		return fmt.Errorf("save prepared answer %s: %w", c.ID, err)
	}
	return nil
}

// putCanned writes the row and tells the act; an empty one means that it was
// made before by the same form.
func (s *Service) putCanned(ctx context.Context, tx bun.Tx, c *Canned) (act string, err error) {
	if c.Version == 0 {
		c.Version = 1
		res, err := tx.NewInsert().Model(c).On("CONFLICT (id) DO NOTHING").Exec(ctx)
		if err != nil {
			return "", err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return "", err
		}
		return "engage.canned_made", nil
	}
	old := &Canned{}
	sel := tx.NewSelect().Model(old).Where("c.id = ?", c.ID)
	if s.DB.Engine() == db.Postgres {
		sel = sel.For("UPDATE")
	}
	if err := sel.Scan(ctx); err != nil {
		return "", noRows(err)
	}
	if !perm.From(ctx).MayIn(Moderate, perm.InMission(old.MissionID)) {
		return "", errs.New(errs.NotFound, "")
	}
	if old.Version != c.Version {
		return "", errs.New(errs.Conflict, "")
	}
	c.Version++
	if _, err := tx.NewUpdate().Model(c).WherePK().Exec(ctx); err != nil {
		return "", err
	}
	if c.Retired && !old.Retired {
		return "engage.canned_retired", nil
	}
	return "engage.canned_changed", nil
}
