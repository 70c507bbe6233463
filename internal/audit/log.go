package audit

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"
	"golang.org/x/mod/sumdb/note"

	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/event"
	"sifara/internal/ledger"
	"sifara/internal/perm"
)

// Topic is the live topic at which pages of the record look again.
const Topic = "audit"

// Log is the record of the house. It is safe for concurrent use.
type Log struct {
	db     *db.DB
	clock  clock.Clock
	ledger *ledger.Log
	live   *event.Live
	signer note.Signer
}

// New gives the record in a database.
func New(d *db.DB, c clock.Clock) *Log {
	return &Log{db: d, clock: c, ledger: ledger.New("audit_log")}
}

// UseLive has open pages hear of new entries. Call it while the house is
// wired.
func (l *Log) UseLive(live *event.Live) { l.live = live }

// UseSigner has checkpoints signed. Call it while the house is wired.
func (l *Log) UseSigner(s note.Signer) { l.signer = s }

// Record appends the entry in the transaction of the act. Actor and authority
// are those of ctx, the time that of the clock. Entries of all transactions
// wait for each other from here to the commit: record last.
func (l *Log) Record(ctx context.Context, tx bun.Tx, e Entry) error {
	r, err := record(perm.From(ctx), l.clock.Now(), e)
	if err != nil {
		return err
	}
	data, err := r.encode()
	if err != nil {
		return fmt.Errorf("audit %s: %w", e.Act, err)
	}
	seq, err := l.ledger.Append(ctx, tx, data)
	if err != nil {
		return fmt.Errorf("audit %s: %w", e.Act, err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO audit_entry (seq, at, actor_id, act, object, object_id, mission, department) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		seq, r.At, r.Actor, r.Act, r.Object, r.ObjectID, r.Mission, r.Department)
	if err != nil {
		return fmt.Errorf("audit %s: %w", e.Act, err)
	}
	if l.live == nil {
		return nil
	}
	return l.live.Notify(ctx, tx, Topic)
}
