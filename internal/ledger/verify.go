package ledger

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"
	"golang.org/x/mod/sumdb/tlog"
)

// FaultKind says what is wrong with a log.
type FaultKind string

// The faults, in the order in which Verify notices them.
const (
	Changed    FaultKind = "changed"    // the record is not the one that was appended
	Missing    FaultKind = "missing"    // the record was removed
	Extra      FaultKind = "extra"      // a row that was never appended
	Torn       FaultKind = "torn"       // the record agrees, a stored hash above it does not
	Rewritten  FaultKind = "rewritten"  // all agrees within itself, but not with a known checkpoint
	Contradict FaultKind = "contradict" // VerifyOptions.Check refused the record
)

// Fault is the first thing found wrong. Index is the first record concerned;
// for Torn and Rewritten the fault lies at it or somewhere after.
type Fault struct {
	Kind   FaultKind `json:"kind"`
	Index  int64     `json:"index"`
	Detail string    `json:"detail"` // for the log, in English
}

// Report is the outcome of Verify. A nil Fault means all is well: every record
// up to Size is the one that was appended, and Root is their root.
type Report struct {
	Size  int64     `json:"size"`
	Root  tlog.Hash `json:"root"`
	Fault *Fault    `json:"fault,omitempty"`
}

// VerifyOptions may be left zero.
type VerifyOptions struct {
	// Known are checkpoints kept outside this database (opened with
	// OpenCheckpoint). The log must contain each of them.
	Known []Checkpoint
	// Check is called with every record in order; an error is a Contradict
	// fault. The owner compares its own columns with the record here.
	Check func(index int64, record []byte) error
	// Progress is called now and then with the number of records done.
	Progress func(done, size int64)
}

const verifyBatch = 1000

// Verify recomputes the whole tree from the records and compares it with every
// stored hash, reading in batches: some 200,000 short records a second,
// constant memory. It may run while others append. The error is about reading
// only; a damaged log is in the Report.
func (l *Log) Verify(ctx context.Context, q bun.IDB, o VerifyOptions) (Report, error) {
	v := verification{log: l, q: q, o: o}
	fault, err := v.run(ctx)
	if err != nil {
		return Report{}, fmt.Errorf("ledger: verify %s: %w", l.prefix, err)
	}
	return Report{Size: v.stored.size, Root: v.computed.root(), Fault: fault}, nil
}

type verification struct {
	log      *Log
	q        bun.IDB
	o        VerifyOptions
	stored   head  // what the head row says
	damaged  bool  // the head row's frontier cannot be right
	computed head  // what the records give
	agreed   int64 // size of the last known checkpoint that was met
}

func (v *verification) run(ctx context.Context) (*Fault, error) {
	var row headRow
	err := v.q.NewRaw(v.log.sql(`SELECT size, frontier FROM @head WHERE id = 1`)).Scan(ctx, &row)
	if err != nil {
		return nil, err
	}
	if v.stored, err = newHead(row.Size, row.Frontier); err != nil {
		v.stored.size, v.damaged = max(row.Size, 0), true
	}
	v.o.Known = slices.SortedFunc(slices.Values(v.o.Known), func(a, b Checkpoint) int { return cmp.Compare(a.Size, b.Size) })
	if fault := v.known(); fault != nil {
		return fault, nil
	}
	for v.computed.size < v.stored.size {
		fault, err := v.batch(ctx)
		if fault != nil || err != nil {
			return fault, err
		}
		if v.o.Progress != nil {
			v.o.Progress(v.computed.size, v.stored.size)
		}
	}
	if v.damaged || !slices.Equal(v.computed.frontier, v.stored.frontier) {
		return &Fault{Torn, 0, "the head row does not agree with the records"}, nil
	}
	if len(v.o.Known) > 0 {
		c := v.o.Known[0]
		return &Fault{Missing, v.stored.size, fmt.Sprintf("a known checkpoint has %d records, the log %d", c.Size, v.stored.size)}, nil
	}
	return v.extra(ctx)
}

type recordRow struct {
	ID   int64
	Hash []byte
	Data []byte
}

func (v *verification) batch(ctx context.Context) (*Fault, error) {
	from, to := v.computed.size, min(v.computed.size+verifyBatch, v.stored.size)
	var records []recordRow
	err := v.q.NewRaw(v.log.sql(`SELECT id, hash, data FROM @record WHERE id >= ? AND id < ? ORDER BY id`), from, to).Scan(ctx, &records)
	if err != nil {
		return nil, err
	}
	var nodes []hashRow
	err = v.q.NewRaw(v.log.sql(`SELECT id, hash FROM @hash WHERE id >= ? AND id < ? ORDER BY id`),
		tlog.StoredHashCount(from), tlog.StoredHashCount(to)).Scan(ctx, &nodes)
	if err != nil {
		return nil, err
	}
	for i := from; i < to; i++ {
		at := int(i - from)
		if at >= len(records) || records[at].ID != i {
			return &Fault{Missing, i, "no such row"}, nil
		}
		fault, rest := v.record(records[at], nodes)
		if fault != nil {
			return fault, nil
		}
		nodes = rest
		if fault := v.known(); fault != nil {
			return fault, nil
		}
	}
	return nil, nil
}

// record adds one record to the computed tree, compares it with its own hash
// and with the tree nodes it completes, and returns the nodes that are left.
func (v *verification) record(r recordRow, nodes []hashRow) (*Fault, []hashRow) {
	leaf := tlog.RecordHash(r.Data)
	if !bytes.Equal(leaf[:], r.Hash) {
		return &Fault{Changed, r.ID, "the record does not match its hash"}, nil
	}
	id := tlog.StoredHashIndex(0, r.ID)
	want := v.computed.add(leaf)
	for level, hash := range want {
		node := id + int64(level)
		present := level < len(nodes) && nodes[level].ID == node
		switch {
		case present && bytes.Equal(nodes[level].Hash, hash[:]):
		case present && level == 0:
			return &Fault{Changed, r.ID, "the record does not match the tree"}, nil
		default:
			first := (r.ID >> level) << level
			return &Fault{Torn, first, fmt.Sprintf("stored hash %d (records %d to %d) is wrong or missing", node, first, r.ID)}, nil
		}
	}
	if v.o.Check != nil {
		if err := v.o.Check(r.ID, r.Data); err != nil {
			return &Fault{Contradict, r.ID, err.Error()}, nil
		}
	}
	return nil, nodes[len(want):]
}

// known compares the computed tree with the checkpoints of its size.
func (v *verification) known() *Fault {
	for len(v.o.Known) > 0 && v.o.Known[0].Size == v.computed.size {
		c := v.o.Known[0]
		if c.Root != v.computed.root() {
			return &Fault{Rewritten, v.agreed, fmt.Sprintf("a known checkpoint at %d records has another root", c.Size)}
		}
		v.o.Known, v.agreed = v.o.Known[1:], c.Size
	}
	return nil
}

// extra looks for rows outside the log. It asks for the size again in the same
// statement, for others may have appended meanwhile.
func (v *verification) extra(ctx context.Context) (*Fault, error) {
	var row struct{ Size, RecordMin, RecordMax, HashMin, HashMax int64 }
	err := v.q.NewRaw(v.log.sql(`SELECT size,
		(SELECT coalesce(min(id), 0) FROM @record) AS record_min,
		(SELECT coalesce(max(id), -1) FROM @record) AS record_max,
		(SELECT coalesce(min(id), 0) FROM @hash) AS hash_min,
		(SELECT coalesce(max(id), -1) FROM @hash) AS hash_max
		FROM @head WHERE id = 1`)).Scan(ctx, &row)
	if err != nil {
		return nil, err
	}
	switch {
	case row.RecordMin < 0:
		return &Fault{Extra, row.RecordMin, "a row before the first record"}, nil
	case row.RecordMax >= row.Size:
		return &Fault{Extra, row.RecordMax, fmt.Sprintf("a row after the last record (%d)", row.Size-1)}, nil
	case row.HashMin < 0 || row.HashMax >= tlog.StoredHashCount(row.Size):
		return &Fault{Torn, row.Size, "a stored hash outside the tree"}, nil
	}
	return nil, nil
}
