package audit

import (
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"
	"time"

	"github.com/uptrace/bun"
	"golang.org/x/mod/sumdb/tlog"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/jobs"
	"sifara/internal/ledger"
	"sifara/internal/perm"
)

// Report is the outcome of Verify. A nil Fault means that every record is the
// one that was written, in its place, and that lists show them all.
type Report = ledger.Report

// Verify recomputes the whole record. It finds rows that were changed, added
// or removed; with checkpoints kept outside the house it also finds a history
// that was rewritten as a whole. The root of the last good check kept in the
// database is always compared.
func (l *Log) Verify(ctx context.Context, known ...ledger.Checkpoint) (Report, error) {
	good, ok, err := l.lastGood(ctx)
	if err != nil {
		return Report{}, err
	}
	if ok {
		known = append(known, good)
	}
	rows := &entries{q: l.db.Reader()}
	report, err := l.ledger.Verify(ctx, l.db.Reader(), ledger.VerifyOptions{
		Known: known,
		Check: func(seq int64, data []byte) error { return rows.check(ctx, seq, data) },
	})
	if rows.failure != nil {
		return Report{}, rows.failure
	}
	if err != nil || report.Fault != nil {
		return report, err
	}
	report.Fault, err = l.strayEntry(ctx)
	return report, err
}

// entries compares the rows that find records with the records, reading ahead
// in batches.
type entries struct {
	q       bun.IDB
	ahead   []entryRow
	failure error
}

type entryRow struct {
	Seq        int64
	At         db.Time
	ActorID    string
	Act        string
	Object     string
	ObjectID   string
	Mission    string
	Department string
}

func (e *entries) check(ctx context.Context, seq int64, data []byte) error {
	if len(e.ahead) == 0 {
		err := e.q.NewRaw(`SELECT seq, at, actor_id, act, object, object_id, mission, department FROM audit_entry WHERE seq >= ? ORDER BY seq LIMIT 1000`, seq).Scan(ctx, &e.ahead)
		if err != nil {
			e.failure = fmt.Errorf("verify audit entries: %w", err)
			return e.failure
		}
	}
	if len(e.ahead) == 0 || e.ahead[0].Seq != seq {
		return fmt.Errorf("the entry of the record is missing: lists do not show it")
	}
	got := e.ahead[0]
	e.ahead = e.ahead[1:]
	r, err := decode(seq, data)
	if err != nil {
		return err
	}
	if want := (entryRow{seq, r.At, r.Actor, r.Act, r.Object, r.ObjectID, r.Mission, r.Department}); got != want {
		return fmt.Errorf("the entry of the record was changed: lists put it elsewhere")
	}
	return nil
}

// strayEntry finds an entry that has no record.
func (l *Log) strayEntry(ctx context.Context) (*ledger.Fault, error) {
	var row struct{ Size, Count, Low, High int64 }
	err := l.db.Reader().NewRaw(`SELECT size, (SELECT count(*) FROM audit_entry) AS count,
		(SELECT coalesce(min(seq), 0) FROM audit_entry) AS low, (SELECT coalesce(max(seq), -1) FROM audit_entry) AS high
		FROM audit_log_head WHERE id = 1`).Scan(ctx, &row)
	if err != nil {
		return nil, fmt.Errorf("verify audit entries: %w", err)
	}
	if row.Count == row.Size && row.Low == 0 && row.High == row.Size-1 {
		return nil, nil
	}
	place := row.High
	if row.Low < 0 {
		place = row.Low
	}
	return &ledger.Fault{Kind: ledger.Extra, Index: place, Detail: "an entry without record"}, nil
}

// Check is the kept outcome of a verification.
type Check struct {
	ID    string  `json:"id"`
	At    db.Time `json:"at"`
	Actor string  `json:"actor"`
	Size  int64   `json:"size"`
	Root  string  `json:"root"`  // base64
	Fault string  `json:"fault"` // a ledger.FaultKind, empty when all is well
	Place int64   `json:"place"` // first record concerned by the fault
}

// Good reports whether nothing was wrong.
func (c Check) Good() bool { return c.Fault == "" }

// Check verifies the record, keeps the outcome and records that it was done.
// Needs audit.view everywhere.
func (l *Log) Check(ctx context.Context) (Check, error) {
	actor := perm.From(ctx)
	if !actor.MayIn(View, perm.Everywhere()) {
		return Check{}, errs.New(errs.Forbidden, "")
	}
	report, err := l.Verify(ctx)
	if err != nil {
		return Check{}, err
	}
	c := Check{ID: id.New(), At: db.At(l.clock.Now()), Actor: actor.ID, Size: report.Size, Root: base64.StdEncoding.EncodeToString(report.Root[:])}
	if report.Fault != nil {
		c.Fault, c.Place = string(report.Fault.Kind), report.Fault.Index
	}
	err = l.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO audit_check (id, at, actor, size, root, fault, place) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			c.ID, c.At, c.Actor, c.Size, c.Root, c.Fault, c.Place); err != nil {
			return fmt.Errorf("keep audit check: %w", err)
		}
		act := "audit.verify"
		if !c.Good() {
			act = "audit.damage"
		}
		return l.Record(ctx, tx, Entry{Act: act, Object: "record", Permission: View, Detail: map[string]any{"count": c.Size, "place": c.Place}})
	})
	return c, err
}

// LastCheck gives the latest outcome; false when there was no check yet.
func (l *Log) LastCheck(ctx context.Context) (Check, bool, error) {
	return l.readCheck(ctx, `SELECT id, at, actor, size, root, fault, place FROM audit_check ORDER BY at DESC, id DESC LIMIT 1`)
}

func (l *Log) readCheck(ctx context.Context, query string) (Check, bool, error) {
	var c Check
	err := l.db.Reader().NewRaw(query).Scan(ctx, &c)
	if db.IsNoRows(err) {
		return Check{}, false, nil
	}
	if err != nil {
		return Check{}, false, fmt.Errorf("read audit check: %w", err)
	}
	return c, true, nil
}

// lastGood is the latest check at which nothing was wrong, as a checkpoint.
func (l *Log) lastGood(ctx context.Context) (ledger.Checkpoint, bool, error) {
	c, ok, err := l.readCheck(ctx, `SELECT id, at, actor, size, root, fault, place FROM audit_check WHERE fault = '' ORDER BY at DESC, id DESC LIMIT 1`)
	if err != nil || !ok {
		return ledger.Checkpoint{}, false, err
	}
	root, err := base64.StdEncoding.DecodeString(c.Root)
	if err != nil || len(root) != tlog.HashSize {
		return ledger.Checkpoint{}, false, nil
	}
	return ledger.Checkpoint{Tree: ledger.Tree{Size: c.Size, Root: tlog.Hash(root)}}, true, nil
}

// Head is the present end of the record: how many records there are and the
// root that stands for them all. Text is the signed checkpoint, empty where no
// key is set.
type Head struct {
	Size int64  `json:"size"`
	Root string `json:"root"` // base64
	Text string `json:"checkpoint,omitempty"`
}

// Head gives the present end of the record. Kept outside the house, it proves
// later that nothing before it was changed.
func (l *Log) Head(ctx context.Context) (Head, error) {
	tree, err := l.ledger.Tree(ctx, l.db.Reader())
	if err != nil {
		return Head{}, err
	}
	h := Head{Size: tree.Size, Root: base64.StdEncoding.EncodeToString(tree.Root[:])}
	if l.signer == nil {
		return h, nil
	}
	text, err := ledger.SignCheckpoint(tree, l.signer)
	h.Text = string(text)
	return h, err
}

// verifyJob is the daily verification.
type verifyJob struct{}

// Kind implements jobs.Args.
func (verifyJob) Kind() string { return "audit.verify" }

// Jobs registers the daily verification.
func (l *Log) Jobs(q *jobs.Queue, log *slog.Logger) {
	jobs.Handle(q, func(ctx context.Context, _ jobs.Job[verifyJob]) error {
		c, err := l.Check(ctx)
		if err == nil && !c.Good() {
			log.Error("the audit record was changed behind the program's back", "fault", c.Fault, "record", c.Place, "size", c.Size)
		}
		return err
	})
	q.Every(24*time.Hour, verifyJob{})
}
