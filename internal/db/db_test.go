package db_test

import (
	"context"
	"errors"
	"testing"
	"testing/fstest"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/db/dbtest"
)

func schema(text string) []db.Migrations {
	return []db.Migrations{{Context: "demo", FS: fstest.MapFS{"0001_demo.sql": {Data: []byte(text)}}}}
}

const demoTable = `CREATE TABLE demo_item (id TEXT PRIMARY KEY, at BIGINT NOT NULL, body BLOB);
CREATE INDEX demo_item_at ON demo_item (at);`

func TestTx(t *testing.T) {
	dbtest.Each(t, schema(demoTable), func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		at := db.At(time.Date(2026, 3, 4, 5, 6, 7, 8000, time.UTC))
		ran := 0
		err := d.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
			db.AfterCommit(ctx, func() { ran++ })
			_, err := tx.ExecContext(ctx, `INSERT INTO demo_item (id, at, body) VALUES (?, ?, ?)`, "a", at, []byte{1, 2})
			return err
		})
		if err != nil || ran != 1 {
			t.Fatalf("Tx = %v, hooks ran %d times, want nil and 1", err, ran)
		}
		boom := errors.New("boom")
		err = d.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
			db.AfterCommit(ctx, func() { ran++ })
			if _, err := tx.ExecContext(ctx, `INSERT INTO demo_item (id, at) VALUES (?, ?)`, "b", at); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) || ran != 1 {
			t.Fatalf("Tx = %v, hooks ran %d times, want boom and 1", err, ran)
		}
		var got struct {
			N  int
			At db.Time
		}
		if err := d.Reader().NewRaw(`SELECT count(*) AS n, max(at) AS at FROM demo_item`).Scan(ctx, &got); err != nil {
			t.Fatal(err)
		}
		if got.N != 1 || got.At != at {
			t.Errorf("got %+v, want one row at %d", got, at)
		}
		err = d.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
			_, err := tx.ExecContext(ctx, `INSERT INTO demo_item (id, at) VALUES (?, ?)`, "a", at)
			return err
		})
		if !db.IsUnique(err) {
			t.Errorf("second insert = %v, want a unique violation", err)
		}
	})
}

func TestMigrateTwiceAndEdited(t *testing.T) {
	dbtest.Each(t, schema(demoTable), func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		if err := d.Migrate(ctx, true, schema(demoTable)...); err != nil {
			t.Fatalf("second Migrate = %v, want nil", err)
		}
		if err := d.Migrate(ctx, true, schema(demoTable+"\n-- edited")...); err == nil {
			t.Error("an edited migration was accepted")
		}
	})
}
