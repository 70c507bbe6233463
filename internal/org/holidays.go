package org

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/perm"
)

func readHolidays(ctx context.Context, q bun.IDB, s *snapshot) error {
	var rows []holidayRow
	if err := q.NewSelect().Model(&rows).Order("calendar", "month", "day", "id").Scan(ctx); err != nil {
		return err
	}
	for _, r := range rows {
		s.holidays = append(s.holidays, r.Holiday)
	}
	var marks []unkeptRow
	if err := q.NewSelect().Model(&marks).Scan(ctx); err != nil {
		return err
	}
	s.unkept = map[unkept]bool{}
	for _, m := range marks {
		s.unkept[unkept{m.HolidayID, m.MissionID, m.Year}] = true
	}
	return nil
}

// Holidays lists the holidays that were entered for a mission, first those of
// the ministry, which it inherits; only those of the ministry when the id is
// empty.
func (s *Service) Holidays(ctx context.Context, missionID string) ([]Holiday, error) {
	snap, err := s.snap(ctx)
	if err != nil {
		return nil, err
	}
	var inherited, own []Holiday
	for _, h := range snap.holidays {
		switch h.MissionID {
		case "":
			inherited = append(inherited, h)
		case missionID:
			own = append(own, h)
		}
	}
	return append(inherited, own...), nil
}

// Holiday gives one holiday; errs.NotFound when there is none.
func (s *Service) Holiday(ctx context.Context, id string) (Holiday, error) {
	snap, err := s.snap(ctx)
	if err != nil {
		return Holiday{}, err
	}
	for _, h := range snap.holidays {
		if h.ID == id {
			return h, nil
		}
	}
	return Holiday{}, fmt.Errorf("holiday %q: %w", id, errs.New(errs.NotFound, ""))
}

// AddHoliday enters a holiday under the id that h brings along; the same id
// again changes nothing. Needs org.manage in its mission, everywhere for one of
// the ministry.
func (s *Service) AddHoliday(ctx context.Context, h Holiday) error {
	scope := perm.InMission(h.MissionID)
	if err := allowed(ctx, Manage, scope); err != nil {
		return err
	}
	h.normalise()
	h.CreatedAt, h.Version = db.At(s.clock.Now()), 1
	if err := h.check(); err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := openUnit(ctx, tx, scope); err != nil {
			return err
		}
		fresh, err := insert(ctx, tx, &holidayRow{Holiday: h})
		if err != nil || !fresh {
			return wrap(err, "add holiday %s", h.ID)
		}
		return s.recordHoliday(ctx, tx, "org.holiday.create", h, h.MissionID, nil)
	})
}

// EditHoliday changes name and days of a holiday, never whose it is; h.Version
// is the version that was edited. Needs the same as AddHoliday. Due times that
// were counted before stay as people were told them.
func (s *Service) EditHoliday(ctx context.Context, h Holiday) error {
	h.normalise()
	return s.changeHoliday(ctx, h.ID, "org.holiday.edit", func(ctx context.Context, tx bun.Tx, row *holidayRow) error {
		h.MissionID, h.CreatedAt = row.MissionID, row.CreatedAt
		if err := h.check(); err != nil {
			return err
		}
		row.Holiday = h
		row.Version++
		return wrap(update(ctx, tx, row, row.Version), "edit holiday %s", h.ID)
	})
}

// RemoveHoliday takes a holiday from the list, with the marks on it. Needs the
// same as AddHoliday.
func (s *Service) RemoveHoliday(ctx context.Context, id string) error {
	return s.changeHoliday(ctx, id, "org.holiday.remove", func(ctx context.Context, tx bun.Tx, row *holidayRow) error {
		if _, err := tx.NewDelete().Model((*unkeptRow)(nil)).Where("holiday_id = ?", id).Exec(ctx); err != nil {
			return fmt.Errorf("remove holiday %s: %w", id, err)
		}
		_, err := tx.NewDelete().Model(row).WherePK().Exec(ctx)
		return wrap(err, "remove holiday %s", id)
	})
}

// changeHoliday runs a change of a holiday that the actor may manage.
func (s *Service) changeHoliday(ctx context.Context, id, act string, change func(ctx context.Context, tx bun.Tx, row *holidayRow) error) error {
	return s.write(ctx, func(ctx context.Context, tx bun.Tx) error {
		row, err := one[holidayRow](ctx, tx, "id", id)
		if err != nil {
			return err
		}
		if err := allowed(ctx, Manage, perm.InMission(row.MissionID)); err != nil {
			return err
		}
		if err := change(ctx, tx, &row); err != nil {
			return err
		}
		return s.recordHoliday(ctx, tx, act, row.Holiday, row.MissionID, nil)
	})
}

// KeepHoliday says whether a mission keeps a holiday, its own or one of the
// ministry: in one year of the holiday's calendar, or in all when year is 0.
// Without a mission it is said for the ministry and all missions. Saying it
// twice changes nothing. Needs org.manage in the mission, everywhere without
// one.
func (s *Service) KeepHoliday(ctx context.Context, holidayID, missionID string, year int, keep bool) error {
	scope := perm.InMission(missionID)
	if err := allowed(ctx, Manage, scope); err != nil {
		return err
	}
	if year < 0 || year > 2100 {
		return errs.InvalidFields(errs.Field{Name: "year", Key: "org.holiday_date_wrong"})
	}
	return s.write(ctx, func(ctx context.Context, tx bun.Tx) error {
		h, err := one[holidayRow](ctx, tx, "id", holidayID)
		if err != nil {
			return err
		}
		if h.MissionID != "" && h.MissionID != missionID {
			return errs.New(errs.NotFound, "")
		}
		if err := openUnit(ctx, tx, scope); err != nil {
			return err
		}
		changed, err := mark(ctx, tx, &unkeptRow{HolidayID: holidayID, MissionID: missionID, Year: year}, !keep)
		if err != nil || !changed {
			return wrap(err, "keep holiday %s", holidayID)
		}
		act, detail := "org.holiday.unkeep", map[string]any{}
		if keep {
			act = "org.holiday.keep"
		}
		if year != 0 {
			detail["year"] = year
		}
		return s.recordHoliday(ctx, tx, act, h.Holiday, missionID, detail)
	})
}

// mark sets or takes away a mark and reports whether that changed anything.
func mark(ctx context.Context, tx bun.Tx, m *unkeptRow, set bool) (bool, error) {
	if set {
		res, err := tx.NewInsert().Model(m).On("CONFLICT DO NOTHING").Exec(ctx)
		if err != nil {
			return false, err
		}
		n, err := res.RowsAffected()
		return n == 1, err
	}
	res, err := tx.NewDelete().Model(m).WherePK().Exec(ctx)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

func (s *Service) recordHoliday(ctx context.Context, tx bun.Tx, act string, h Holiday, missionID string, detail map[string]any) error {
	d := map[string]any{"name": h.Names}
	for k, v := range detail {
		d[k] = v
	}
	return s.record(ctx, tx, Manage, perm.InMission(missionID), act, "holiday", h.ID, d)
}
