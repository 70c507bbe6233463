package publish

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/axiomhq/hyperloglog"
	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/i18n"
)

// ViewKind says how a text was read.
type ViewKind string

// The kinds of view.
const (
	PageView ViewKind = "page" // a page of the public site
	FeedView ViewKind = "feed" // delivered in a feed
)

// View is one reading. Visitor is any value that is the same for one reader
// within a day (web.Visitor); it never leaves memory. MessageID is empty for
// pages that are no message's own, and MissionID for those of the ministry.
type View struct {
	MissionID string
	MessageID string
	Lang      i18n.Lang
	Kind      ViewKind
	Visitor   uint64
	// Subscribers is what a feed aggregator says about itself: for how many
	// readers it asks. Aggregator names it. Zero for everyone else.
	Subscribers int
	Aggregator  string
	// Again says that nothing was delivered because the reader has it already:
	// the reader counts, the view does not.
	Again bool
}

type viewKey struct {
	mission, message string
	lang             i18n.Lang
	kind             ViewKind
	hour             db.Time
}

type readerKey struct {
	mission, message string
	kind             ViewKind
	day              db.Time
}

// readers estimates the distinct readers of one day without remembering any:
// a HyperLogLog sketch holds no value that went in.
type readers struct {
	seen        *hyperloglog.Sketch
	subscribers map[string]int // by aggregator: the most it spoke of
	stored      int64          // what the database has been told
}

func (r *readers) count() int64 {
	n := int64(r.seen.Estimate())
	for _, s := range r.subscribers {
		n += int64(s)
	}
	return n
}

// views are the counts since the last flush.
type views struct {
	mu      sync.Mutex
	counts  map[viewKey]int64
	readers map[readerKey]*readers
}

// Bounds of the memory that counting may take; beyond them readings are
// counted as views but not as new readers.
const (
	maxReaderSketches = 20_000
	maxAggregators    = 50
	maxSubscribers    = 1_000_000
)

func newViews() *views {
	return &views{counts: map[viewKey]int64{}, readers: map[readerKey]*readers{}}
}

// Count notes readings. It only touches memory and is safe for concurrent use.
func (s *Service) Count(all ...View) {
	now := s.clock.Now().UTC()
	hour, day := db.At(now.Truncate(time.Hour)), db.At(now.Truncate(24*time.Hour))
	s.views.mu.Lock()
	defer s.views.mu.Unlock()
	for _, v := range all {
		if !v.Again {
			s.views.counts[viewKey{v.MissionID, v.MessageID, v.Lang, v.Kind, hour}]++
		}
		s.views.read(readerKey{v.MissionID, v.MessageID, v.Kind, day}, v)
	}
}

func (w *views) read(k readerKey, v View) {
	r := w.readers[k]
	if r == nil {
		if len(w.readers) >= maxReaderSketches {
			return
		}
		r = &readers{seen: hyperloglog.New14(), subscribers: map[string]int{}}
		w.readers[k] = r
	}
	if v.Subscribers > 0 {
		if _, known := r.subscribers[v.Aggregator]; known || len(r.subscribers) < maxAggregators {
			r.subscribers[v.Aggregator] = max(r.subscribers[v.Aggregator], min(v.Subscribers, maxSubscribers))
		}
		return
	}
	var b [8]byte
	for i := range b {
		b[i] = byte(v.Visitor >> (8 * i))
	}
	r.seen.Insert(b[:])
}

// viewRow and readerRow are counts as the database keeps them.
type viewRow struct {
	bun.BaseModel `bun:"table:publish_view,alias:w"`

	MissionID string    `bun:",pk"`
	MessageID string    `bun:",pk"`
	Lang      i18n.Lang `bun:",pk"`
	Kind      ViewKind  `bun:",pk"`
	Hour      db.Time   `bun:",pk"`
	Views     int64
}

type readerRow struct {
	bun.BaseModel `bun:"table:publish_reader,alias:rd"`

	MissionID string   `bun:",pk"`
	MessageID string   `bun:",pk"`
	Kind      ViewKind `bun:",pk"`
	Day       db.Time  `bun:",pk"`
	Readers   int64
}

// take empties the counters into rows. Sketches of days that are over are
// given up.
func (w *views) take(today db.Time) (counts []viewRow, news []readerRow, undo func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for k, n := range w.counts {
		counts = append(counts, viewRow{MissionID: k.mission, MessageID: k.message, Lang: k.lang, Kind: k.kind, Hour: k.hour, Views: n})
	}
	taken := w.counts
	w.counts = map[viewKey]int64{}
	before := map[*readers]int64{}
	for k, r := range w.readers {
		if n := r.count(); n > r.stored {
			news = append(news, readerRow{MissionID: k.mission, MessageID: k.message, Kind: k.kind, Day: k.day, Readers: n - r.stored})
			before[r], r.stored = r.stored, n
		}
		if k.day < today {
			delete(w.readers, k)
		}
	}
	return counts, news, func() { w.back(taken, before) }
}

// back puts counts that could not be stored in again.
func (w *views) back(taken map[viewKey]int64, before map[*readers]int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for k, n := range taken {
		w.counts[k] += n
	}
	for r, n := range before {
		r.stored = n
	}
}

// flushRows bounds the rows of one upsert.
const flushRows = 400

// FlushViews stores what was counted since the last time, adding to what this
// and other nodes stored before. On an error nothing is lost.
func (s *Service) FlushViews(ctx context.Context) error {
	counts, news, undo := s.views.take(db.At(s.clock.Now().UTC().Truncate(24 * time.Hour)))
	if len(counts)+len(news) == 0 {
		return nil
	}
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := upsert(ctx, tx, sorted(counts, viewRow.order), "(message_id, mission_id, lang, kind, hour) DO UPDATE", "views = w.views + EXCLUDED.views"); err != nil {
			return err
		}
		return upsert(ctx, tx, sorted(news, readerRow.order), "(message_id, mission_id, kind, day) DO UPDATE", "readers = rd.readers + EXCLUDED.readers")
	})
	if err != nil {
		undo()
		return fmt.Errorf("publish: store views: %w", err)
	}
	return nil
}

// flushEvery is how often counts are stored: what a killed node loses at most.
const flushEvery = 5 * time.Second

// RunViews stores counts every few seconds until ctx ends, and once more then.
func (s *Service) RunViews(ctx context.Context) {
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushEvery)
			defer cancel()
			if err := s.FlushViews(last); err != nil {
				s.log.Error("last views not stored", "err", err)
			}
			return
		case <-tick.C:
			if err := s.FlushViews(ctx); err != nil && ctx.Err() == nil {
				s.log.Warn("views not stored yet", "err", err)
			}
		}
	}
}
