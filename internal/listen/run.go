package listen

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
)

const (
	chunkRecords = 256       // records handed to a worker at once
	chunkBytes   = 512 << 10 // or so many bytes
	batchPosts   = 4096      // posts of one transaction
	batchBytes   = 4 << 20   // or so many bytes
	// hopeless is how many lines at the beginning may be refused before the
	// columns must have been named wrongly.
	hopeless = 500
	// keptRejects is how many refused lines of an import are told; all are
	// counted.
	keptRejects = 100_000
)

// run is one go at an import: read, normalise in parallel, store in order.
type run struct {
	svc      *Service
	imp      FileImport
	source   Source
	charset  string
	progress func(Progress)
	until    time.Time // stop at the next transaction after it; zero never

	file    *importFile
	state   position
	topics  atomic.Pointer[matcher]
	read    time.Time // when the topics were read last
	started time.Time
	first   int64 // records read before this go
	cpu     time.Duration
	told    time.Time
	rate    float64
	rateAt  time.Time
	rateN   int64
}

// position is a row of listen_import_progress.
type position struct {
	bun.BaseModel `bun:"table:listen_import_progress,alias:p"`

	Import     string `bun:",pk"`
	ReadTo     int64
	Line       int64
	ReadPosts  int64
	Stored     int64
	Duplicates int64
	Rejected   int64
	WallUs     int64
	CPUUs      int64 `bun:"cpu_us"`
	FirstAt    db.Time
	LastAt     db.Time
}

func (p position) report() Report {
	return Report{
		Read: p.ReadPosts, Stored: p.Stored, Duplicates: p.Duplicates, Rejected: p.Rejected,
		Seconds: float64(p.WallUs) / 1e6, CPUSeconds: float64(p.CPUUs) / 1e6, From: p.FirstAt, To: p.LastAt,
	}
}

// positionOf reads how far an import is; the beginning when it has not begun.
func (s *Service) positionOf(ctx context.Context, q bun.IDB, imp string) (position, error) {
	p := position{}
	err := q.NewSelect().Model(&p).Where("import = ?", imp).Scan(ctx)
	if db.IsNoRows(err) {
		return position{Import: imp, Line: 1}, nil
	}
	if err != nil {
		return p, fmt.Errorf("progress of import: %w", err)
	}
	return p, nil
}

// work reads on until the end of the file (done) or the time is up. What it
// reports is in the store already.
func (r *run) work(ctx context.Context, in io.Reader) (report Report, done bool, err error) {
	r.started, r.cpu = time.Now(), CPUTime()
	r.rateAt = r.started
	if r.state, err = r.svc.positionOf(ctx, r.svc.store.Reader(), r.imp.ID); err != nil {
		return Report{}, false, err
	}
	r.first, r.rateN = r.state.ReadPosts, r.state.ReadPosts
	if r.file, err = openImport(in, r.charset); err != nil {
		return r.state.report(), false, err
	}
	mapping, err := r.imp.Mapping.complete(r.file.columns)
	if err != nil {
		return r.state.report(), false, err
	}
	cols := newColumns(r.file, mapping)
	norm, err := r.svc.normaliser(ctx, r.source)
	if err != nil {
		return r.state.report(), false, err
	}
	r.topics.Store(norm.topics())
	norm.topics = r.topics.Load
	reader, err := r.file.records(r.state.ReadTo, r.state.Line)
	if err != nil {
		return r.state.report(), false, err
	}
	done, err = r.pump(ctx, reader, func(rec record) arrival { return cols.arrival(norm, rec) })
	return r.state.report(), done, err
}

// chunk is a piece of the file on its way; ready is closed when out is filled.
type chunk struct {
	in    []record
	out   []arrival
	err   error // behind the last record; io.EOF at the end
	ready chan struct{}
}

// pump moves records through the workers into the store, in their order.
func (r *run) pump(ctx context.Context, reader recordReader, make1 func(record) arrival) (done bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	workers := max(1, runtime.GOMAXPROCS(0))
	todo := make(chan *chunk, workers)
	// While one batch is stored the next is made ready.
	order := make(chan *chunk, batchPosts/chunkRecords+2*workers)
	wg.Go(func() { split(ctx, reader, todo, order) })
	for range workers {
		wg.Go(func() {
			for c := range todo {
				c.out = make([]arrival, len(c.in))
				for i, rec := range c.in {
					c.out[i] = make1(rec)
				}
				c.in = nil
				close(c.ready)
			}
		})
	}
	var batch []arrival
	size := 0
	for c := range order {
		select {
		case <-c.ready:
		case <-ctx.Done():
			return false, ctx.Err()
		}
		batch = append(batch, c.out...)
		for i := range c.out {
			size += len(c.out[i].Text) + len(c.out[i].words) + len(c.out[i].head)
		}
		end := c.err != nil
		late := !r.until.IsZero() && !time.Now().Before(r.until)
		if len(batch) >= batchPosts || size >= batchBytes || end || late {
			if err := r.commit(ctx, batch); err != nil {
				return false, err
			}
			batch, size = batch[:0], 0
		}
		switch {
		case errors.Is(c.err, io.EOF):
			return true, nil
		case c.err != nil:
			return false, fmt.Errorf("%w: %w", ErrFileBroken, c.err)
		case late:
			return false, nil
		}
	}
	return false, ctx.Err()
}

// split cuts the file into chunks.
func split(ctx context.Context, reader recordReader, todo, order chan<- *chunk) {
	defer close(todo)
	defer close(order)
	for {
		c := &chunk{ready: make(chan struct{})}
		size := 0
		for len(c.in) < chunkRecords && size < chunkBytes {
			rec, err := reader.next()
			if err != nil {
				c.err = err
				break
			}
			size += len(rec.raw)
			for _, f := range rec.fields {
				size += len(f)
			}
			c.in = append(c.in, rec)
		}
		select {
		case order <- c:
		case <-ctx.Done():
			return
		}
		select {
		case todo <- c:
		case <-ctx.Done():
			return
		}
		if c.err != nil {
			return
		}
	}
}

// commit stores a batch, what is counted of it, what was refused, and how far
// the import is, in one transaction.
func (r *run) commit(ctx context.Context, batch []arrival) error {
	if len(batch) == 0 {
		return nil
	}
	next := r.state
	err := r.svc.store.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := r.svc.lockStore(ctx, tx); err != nil {
			return err
		}
		now, err := r.svc.positionOf(ctx, tx, r.imp.ID)
		if err != nil {
			return err
		}
		if now.ReadTo != r.state.ReadTo {
			return errs.New(errs.Conflict, "listen.import.elsewhere")
		}
		stored, err := r.svc.write(ctx, tx, batch)
		if err != nil {
			return err
		}
		if next, err = r.advance(ctx, tx, batch, int64(stored)); err != nil {
			return err
		}
		_, err = tx.NewInsert().Model(&next).On("CONFLICT (import) DO UPDATE").Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("store batch: %w", err)
	}
	r.state = next
	if next.ReadPosts == next.Rejected && next.Rejected >= hopeless {
		return errs.New(errs.Invalid, "listen.import.hopeless", "count", next.Rejected)
	}
	r.tell(ctx)
	return r.refresh(ctx)
}

// refresh reads the topics again now and then, for officers change them while
// a long import runs.
func (r *run) refresh(ctx context.Context) error {
	const often = 5 * time.Second
	if now := time.Now(); now.Sub(r.read) > often {
		list, err := topics(ctx, r.svc.db.Reader())
		if err != nil {
			return err
		}
		r.topics.Store(newMatcher(list))
		r.read = now
	}
	return nil
}

// advance gives the position behind a batch, and keeps its refused lines.
func (r *run) advance(ctx context.Context, tx bun.Tx, batch []arrival, stored int64) (position, error) {
	p := r.state
	last := batch[len(batch)-1]
	p.ReadTo = last.end
	p.Line = last.after
	p.ReadPosts += int64(len(batch))
	p.Stored += stored
	var rows []any
	refused := int64(0)
	for i := range batch {
		a := &batch[i]
		if a.reason == "" {
			at := db.At(a.At)
			if p.FirstAt == 0 || at < p.FirstAt {
				p.FirstAt = at
			}
			p.LastAt = max(p.LastAt, at)
			continue
		}
		refused++
		if p.Rejected+refused <= keptRejects {
			rows = append(rows, r.imp.ID, a.line, a.reason, r.svc.sealReject(r.imp.ID, a.head))
		}
	}
	p.Rejected += refused
	p.Duplicates += int64(len(batch)) - refused - stored
	p.WallUs = r.state.WallUs + time.Since(r.started).Microseconds()
	cpu := CPUTime()
	p.CPUUs = r.state.CPUUs + (cpu - r.cpu).Microseconds()
	r.started, r.cpu = time.Now(), cpu
	return p, r.svc.bulk(ctx, tx, `INSERT INTO listen_import_reject (import, line, reason, sealed)`, 4, rows, ` ON CONFLICT DO NOTHING`)
}

// tell reports progress a few times a second.
func (r *run) tell(ctx context.Context) {
	now := time.Now()
	if d := now.Sub(r.rateAt).Seconds(); d > 1 || r.rate == 0 {
		r.rate = float64(r.state.ReadPosts-r.rateN) / max(d, 0.001)
		r.rateAt, r.rateN = now, r.state.ReadPosts
	}
	if r.progress != nil && now.Sub(r.told) >= 200*time.Millisecond {
		r.told = now
		p := Progress{Report: r.state.report(), Bytes: r.file.raw.n.Load(), Size: r.imp.Size, Rate: r.rate}
		if read := r.state.ReadPosts - r.first; read > 0 && p.Size > p.Bytes && r.rate > 0 {
			perByte := float64(r.state.ReadPosts) / float64(max(1, p.Bytes))
			p.Remaining = time.Duration(float64(p.Size-p.Bytes) * perByte / r.rate * float64(time.Second)).Round(time.Second)
		}
		r.progress(p)
	}
	r.svc.tell(ctx, LiveImport(r.imp.ID), LivePosts)
}

// CPUTime is what this process has used of the processors.
func CPUTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
