package audit

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/uptrace/bun"
)

// LogNames are the names under which the logs of the house are signed, by log.
// A name is part of every checkpoint and key, so it never changes.
type LogNames map[string]string

// LogNames gives the names that were kept, none before the first start.
func (l *Log) LogNames(ctx context.Context) (LogNames, error) {
	// Asked first, for commands also look at a schema that is older.
	if there, err := l.db.HasTable(ctx, "audit_name"); err != nil || !there {
		return nil, wrapNames(err)
	}
	return readNames(ctx, l.db.Writer())
}

// KeepLogNames keeps those of the names that have none yet and gives all that
// are kept. The names of another node that was first win.
func (l *Log) KeepLogNames(ctx context.Context, names LogNames) (kept LogNames, err error) {
	err = l.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		for _, log := range slices.Sorted(maps.Keys(names)) {
			res, err := tx.ExecContext(ctx, `INSERT INTO audit_name (log, name) VALUES (?, ?) ON CONFLICT (log) DO NOTHING`, log, names[log])
			if err != nil {
				return err
			}
			if n, _ := res.RowsAffected(); n == 0 {
				continue
			}
			if err := l.Record(ctx, tx, Entry{Act: "audit.name", Object: "record", Detail: map[string]any{"name": names[log]}}); err != nil {
				return err
			}
		}
		kept, err = readNames(ctx, tx)
		return err
	})
	return kept, wrapNames(err)
}

func readNames(ctx context.Context, q bun.IDB) (LogNames, error) {
	var rows []struct{ Log, Name string }
	if err := q.NewRaw(`SELECT log, name FROM audit_name`).Scan(ctx, &rows); err != nil {
		return nil, wrapNames(err)
	}
	names := LogNames{}
	for _, r := range rows {
		names[r.Log] = r.Name
	}
	return names, nil
}

func wrapNames(err error) error {
	if err != nil {
		return fmt.Errorf("names of the logs: %w", err)
	}
	return nil
}
