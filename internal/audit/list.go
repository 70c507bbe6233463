package audit

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/perm"
)

// Filter narrows a list of records; empty fields do not.
type Filter struct {
	Actor    string // id of a person, or the name of a job or command
	Act      string
	Object   string
	ObjectID string
	Mission  string
	From     time.Time // included
	Until    time.Time // excluded
	Before   int64     // records before this one; zero begins with the newest
	Limit    int       // 50 when zero, at most 500
}

// List gives records, the newest first, that the actor may see: those of the
// missions and departments in which they hold audit.view. Next is the Before
// of the following page, zero when there is none.
func (l *Log) List(ctx context.Context, f Filter) (records []Record, next int64, err error) {
	if f.Limit <= 0 {
		f.Limit = 50
	}
	f.Limit = min(f.Limit, 500)
	q := l.db.Reader().NewSelect().TableExpr("audit_entry AS e").Join("JOIN audit_log_record AS r ON r.id = e.seq").
		ColumnExpr("e.seq, r.data").OrderExpr("e.seq DESC").Limit(int64(f.Limit) + 1)
	for _, c := range []struct{ column, value string }{
		{"e.actor_id", f.Actor}, {"e.act", f.Act}, {"e.object", f.Object}, {"e.object_id", f.ObjectID}, {"e.mission", f.Mission},
	} {
		if c.value != "" {
			q = q.Where("? = ?", bun.Ident(c.column), c.value)
		}
	}
	if !f.From.IsZero() {
		q = q.Where("e.at >= ?", db.At(f.From))
	}
	if !f.Until.IsZero() {
		q = q.Where("e.at < ?", db.At(f.Until))
	}
	if f.Before > 0 {
		q = q.Where("e.seq < ?", f.Before)
	}
	var rows []struct {
		Seq  int64
		Data []byte
	}
	if err := visible(ctx, q).Scan(ctx, &rows); err != nil {
		return nil, 0, fmt.Errorf("list audit records: %w", err)
	}
	for i, row := range rows {
		if i == f.Limit {
			next = rows[i-1].Seq
			break
		}
		r, err := decode(row.Seq, row.Data)
		if err != nil {
			return nil, 0, err
		}
		records = append(records, r)
	}
	return records, next, nil
}

// visible keeps the records that the actor may see.
func visible(ctx context.Context, q *bun.SelectQuery) *bun.SelectQuery {
	scopes, everywhere := perm.From(ctx).Scopes(View)
	if everywhere {
		return q
	}
	if len(scopes) == 0 {
		return q.Where("1 = 0")
	}
	return q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		for _, s := range scopes {
			if s.Level == perm.Mission {
				q = q.WhereOr("e.mission = ?", s.Unit)
			} else {
				q = q.WhereOr("e.department = ?", s.Unit)
			}
		}
		return q
	})
}

// Choices are the values by which a list can be narrowed, sorted.
type Choices struct{ Actors, Acts, Objects []string }

// Choices gives the values that occur in the records the actor may see.
func (l *Log) Choices(ctx context.Context) (Choices, error) {
	var c Choices
	for _, x := range []struct {
		column string
		into   *[]string
	}{{"e.actor_id", &c.Actors}, {"e.act", &c.Acts}, {"e.object", &c.Objects}} {
		q := l.db.Reader().NewSelect().TableExpr("audit_entry AS e").ColumnExpr("DISTINCT ?", bun.Ident(x.column)).
			Where("? <> ''", bun.Ident(x.column)).OrderExpr("1").Limit(500)
		if err := visible(ctx, q).Scan(ctx, x.into); err != nil {
			return Choices{}, fmt.Errorf("choices of the audit list: %w", err)
		}
	}
	return c, nil
}

// Each calls fn with every record that the filter and the actor's rights let
// through, the newest first, and records that it was asked for: an export of
// the record is itself an act.
func (l *Log) Each(ctx context.Context, f Filter, fn func(Record) error) error {
	if !perm.From(ctx).May(View) {
		return errs.New(errs.Forbidden, "")
	}
	mission := f.Mission
	if ids, all := perm.From(ctx).Missions(View); mission == "" && !all && len(ids) == 1 {
		mission = ids[0]
	}
	err := l.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return l.Record(ctx, tx, Entry{Act: "audit.export", Object: "record", Mission: mission, Permission: View})
	})
	if err != nil {
		return err
	}
	f.Limit = 500
	for {
		records, next, err := l.List(ctx, f)
		if err != nil {
			return err
		}
		for _, r := range records {
			if err := fn(r); err != nil {
				return err
			}
		}
		if next == 0 {
			return nil
		}
		f.Before = next
	}
}
