package listen

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/text/near"
)

const (
	// storyCapacity is how many texts are remembered: some days of a busy house,
	// in about twelve megabytes.
	storyCapacity = 1<<15 - 1
	// storyAlike is the least share of words that two posts of a story have in
	// common. Of those just so alike one in five is missed, of those with more in
	// common hardly any.
	storyAlike = 0.7
	// storySpan is how far in time the first post of a story may be.
	storySpan = 7 * 24 * time.Hour
	// storyWords is how many different words a text needs: shorter ones are
	// alike by chance; storyLead is how many are looked at.
	storyWords = 5
	storyLead  = 200
)

// storyIndex remembers the first posts of stories. What it remembers is a
// function of the rows of listen_story_sketch in their order, so a node that
// was restarted, or that waited while another wrote, reads them and knows the
// same. It is used under the lock of the store; the mutex is for the processor.
type storyIndex struct {
	mu     sync.Mutex
	index  *near.Index
	turn   int64 // of the last row that was read or written
	writer int64 // who wrote it: a row that was rolled back has another
	total  int64
}

// sketchRow is a row of listen_story_sketch.
type sketchRow struct {
	bun.BaseModel `bun:"table:listen_story_sketch,alias:k"`

	Turn    int64 `bun:",pk"`
	Writer  int64
	Total   int64
	Newest  int64
	Entries []byte
}

// assign gives each post its story, in their order, and remembers the new ones
// in the transaction that stores the posts.
func (x *storyIndex) assign(ctx context.Context, tx bun.Tx, posts []*arrival) error {
	if !slices.ContainsFunc(posts, func(a *arrival) bool { return len(a.set) >= storyWords }) {
		return nil
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if err := x.catchUp(ctx, tx); err != nil {
		return err
	}
	var kept []byte
	n, newest := int64(0), int64(0)
	remember := func(id int64, set near.Set) {
		x.index.Keep(id, set)
		kept = appendSketch(kept, id, set)
		n, newest = n+1, max(newest, id)
	}
	for _, a := range posts {
		if len(a.set) < storyWords {
			continue
		}
		first, age := x.first(a)
		switch {
		case first == 0:
			remember(a.ID, a.set)
		case age > storyCapacity/2: // a story that goes on is not forgotten
			remember(first, a.set)
		}
		a.Story = first
	}
	if n == 0 {
		return nil
	}
	row := sketchRow{Turn: x.turn + 1, Writer: rand.Int64(), Total: x.total + n, Newest: newest, Entries: kept}
	x.turn, x.writer, x.total = row.Turn, row.Writer, row.Total
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("remember stories: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM listen_story_sketch WHERE total <= ?`, x.total-storyCapacity); err != nil {
		return fmt.Errorf("forget stories: %w", err)
	}
	return nil
}

// first finds the story that a post belongs to; 0 if it is the first of its
// own.
func (x *storyIndex) first(a *arrival) (id int64, age int) {
	for _, m := range x.index.Match(a.set) {
		if gap := a.At.Sub(timeOf(m.ID)); gap <= storySpan && gap >= -storySpan && m.ID != a.ID {
			return m.ID, x.index.Age(m)
		}
	}
	return 0, 0
}

// catchUp reads what others wrote since this process wrote last, or all when
// what it remembers is not what was written.
func (x *storyIndex) catchUp(ctx context.Context, tx bun.Tx) error {
	var known int64
	if x.index != nil {
		err := tx.NewRaw(`SELECT writer FROM listen_story_sketch WHERE turn = ?`, x.turn).Scan(ctx, &known)
		if err != nil && !db.IsNoRows(err) {
			return fmt.Errorf("read stories: %w", err)
		}
	}
	if x.index == nil || x.turn > 0 && known != x.writer {
		x.index = near.NewIndex(near.Options{Threshold: storyAlike, Recall: 0.8, Capacity: storyCapacity})
		x.turn, x.writer, x.total = 0, 0, 0
	}
	for {
		var rows []sketchRow
		if err := tx.NewSelect().Model(&rows).Where("turn > ?", x.turn).OrderExpr("turn").Limit(200).Scan(ctx); err != nil {
			return fmt.Errorf("read stories: %w", err)
		}
		for _, r := range rows {
			if err := eachSketch(r.Entries, x.index.Insert); err != nil {
				return fmt.Errorf("stories of turn %d: %w", r.Turn, err)
			}
			x.turn, x.writer, x.total = r.Turn, r.Writer, r.Total
		}
		if len(rows) < 200 {
			return nil
		}
	}
}

// appendSketch writes an entry: the id, the number of words, and what each
// word's hash adds to the one before.
func appendSketch(b []byte, id int64, set near.Set) []byte {
	b = binary.AppendUvarint(b, uint64(id))
	b = binary.AppendUvarint(b, uint64(len(set)))
	before := uint32(0)
	for _, w := range set {
		b = binary.AppendUvarint(b, uint64(w-before))
		before = w
	}
	return b
}

// eachSketch reads what appendSketch wrote. The set is valid until fn returns.
func eachSketch(b []byte, fn func(id int64, set near.Set)) error {
	var set near.Set
	next := func() uint64 {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			b = nil
			return 0
		}
		b = b[n:]
		return v
	}
	for len(b) > 0 {
		id, n := next(), next()
		if n == 0 || n > storyLead {
			return fmt.Errorf("an entry of %d words", n)
		}
		set = set[:0]
		before := uint32(0)
		for range n {
			before += uint32(next())
			set = append(set, before)
		}
		if !slices.IsSorted(set) {
			return fmt.Errorf("words out of order")
		}
		fn(int64(id), set)
	}
	return nil
}
