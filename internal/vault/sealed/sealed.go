// Package sealed walks the columns that hold sealed values: it counts them by
// key and seals them anew under the newest one, so that a rotation of keys ends
// with no value left under an old key.
package sealed

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/vault"
)

// Column is a column of sealed values. An empty value, and one that was never
// sealed, is left alone. A context lists its own; the names are SQL and never
// come from outside.
type Column struct {
	DB    *db.DB
	Table string
	Value string   // the column
	Key   []string // the columns of the primary key, in its order
	// Purpose is what the value of a row was sealed for.
	Purpose func(key []string) string
}

// Name is the column with its table.
func (c Column) Name() string { return c.Table + "." + c.Value }

// Tally counts the sealed values by the id of their key.
func (c Column) Tally(ctx context.Context) (map[string]int64, error) {
	var rows []struct {
		ID string
		N  int64
	}
	err := c.DB.Reader().NewRaw(fmt.Sprintf(`SELECT substr(%[2]s, ?, ?) AS id, count(*) AS n FROM %[1]s WHERE substr(%[2]s, 1, ?) = ? GROUP BY 1`, c.Table, c.Value),
		len(vault.Mark)+1, vault.IDLength, len(vault.Mark), vault.Mark).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("count %s: %w", c.Name(), err)
	}
	found := make(map[string]int64, len(rows))
	for _, r := range rows {
		found[r.ID] = r.N
	}
	return found, nil
}

// batch is how many values one transaction seals anew.
const batch = 200

// Outcome is what Reseal did with a column. Failed values could not be opened
// and are as they were; Why is the first reason, which tells nothing of a value.
type Outcome struct {
	Resealed int64
	Failed   int64
	Why      error
}

// Reseal seals anew what is not under the newest key, batch by batch. done, if
// not nil, hears after each commit how many values that sealed. Broken off
// anywhere, by kill -9 too, it can be called again: each value is under the old
// key or the new one, and what is done is not done twice. A value that somebody
// changes meanwhile keeps their change.
func (c Column) Reseal(ctx context.Context, v *vault.Vault, done func(n int64)) (Outcome, error) {
	var all Outcome
	for after := []any(nil); ; {
		rows, err := c.old(ctx, v, after)
		if err != nil || len(rows) == 0 {
			return all, err
		}
		after = rows[len(rows)-1].key
		o, err := c.write(ctx, v, rows)
		if err != nil {
			return all, fmt.Errorf("seal %s anew: %w", c.Name(), err)
		}
		all.Resealed += o.Resealed
		all.Failed += o.Failed
		if all.Why == nil {
			all.Why = o.Why
		}
		if done != nil {
			done(o.Resealed)
		}
	}
}

type row struct {
	key    []any
	sealed string
}

// old reads the next values that are not under the newest key.
func (c Column) old(ctx context.Context, v *vault.Vault, after []any) ([]row, error) {
	ids := v.KeyIDs()
	newest := vault.Mark + ids[len(ids)-1] + "."
	keys := strings.Join(c.Key, ", ")
	q := fmt.Sprintf(`SELECT %[1]s, %[2]s FROM %[3]s WHERE substr(%[2]s, 1, ?) = ? AND substr(%[2]s, 1, ?) <> ?`, keys, c.Value, c.Table)
	args := []any{len(vault.Mark), vault.Mark, len(newest), newest}
	if after != nil {
		q += ` AND (` + keys + `) > (` + strings.TrimSuffix(strings.Repeat("?, ", len(after)), ", ") + `)`
		args = append(args, after...)
	}
	// The writer: on it no other connection's delay hides what was committed.
	found, err := c.DB.Writer().QueryContext(ctx, q+` ORDER BY `+keys+` LIMIT ?`, append(args, batch)...)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", c.Name(), err)
	}
	defer found.Close()
	var rows []row
	for found.Next() {
		r := row{key: make([]any, len(c.Key))}
		into := make([]any, 0, len(c.Key)+1)
		for i := range r.key {
			into = append(into, &r.key[i])
		}
		if err := found.Scan(append(into, &r.sealed)...); err != nil {
			return nil, fmt.Errorf("read %s: %w", c.Name(), err)
		}
		rows = append(rows, r)
	}
	return rows, found.Err()
}

func (c Column) write(ctx context.Context, v *vault.Vault, rows []row) (o Outcome, err error) {
	update := fmt.Sprintf(`UPDATE %[1]s SET %[2]s = ? WHERE %[3]s = ? AND %[2]s = ?`, c.Table, c.Value, strings.Join(c.Key, " = ? AND "))
	err = c.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		o = Outcome{}
		for _, r := range rows {
			fresh, changed, err := v.Reseal(c.Purpose(text(r.key)), r.sealed)
			if err != nil {
				if o.Failed++; o.Why == nil {
					o.Why = reason(err)
				}
				continue
			}
			if !changed {
				continue
			}
			args := append(append([]any{fresh}, r.key...), r.sealed)
			res, err := tx.ExecContext(ctx, update, args...)
			if err != nil {
				return err
			}
			n, err := res.RowsAffected()
			if err != nil {
				return err
			}
			o.Resealed += n
		}
		return nil
	})
	return o, err
}

// reason is the kind of a failure without what it was about.
func reason(err error) error {
	for _, kind := range []error{vault.ErrUnknownKey, vault.ErrTampered, vault.ErrMalformed} {
		if errors.Is(err, kind) {
			return kind
		}
	}
	return err
}

// text gives the parts of a key as purposes name them.
func text(key []any) []string {
	out := make([]string, len(key))
	for i, k := range key {
		if b, ok := k.([]byte); ok {
			k = string(b)
		}
		out[i] = fmt.Sprint(k)
	}
	return out
}
