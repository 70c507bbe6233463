package ledger

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/bits"

	"github.com/uptrace/bun"
	"golang.org/x/mod/sumdb/tlog"

	"sifara/internal/errs"
)

// Tree is the state of a log: how many records, and the one hash that stands
// for all of them.
type Tree struct {
	Size int64
	Root tlog.Hash
}

type headRow struct {
	Size     int64
	Frontier []byte
}

// head is the right edge of the tree: the roots of the complete subtrees that
// the records fall into, largest (leftmost) first. It is all that is needed to
// append and to give the root.
type head struct {
	size     int64
	frontier []tlog.Hash
}

var errHead = errors.New("the head row is damaged")

func newHead(size int64, frontier []byte) (head, error) {
	if size < 0 || len(frontier) != bits.OnesCount64(uint64(size))*tlog.HashSize {
		return head{}, errHead
	}
	h := head{size: size}
	for b := frontier; len(b) > 0; b = b[tlog.HashSize:] {
		h.frontier = append(h.frontier, tlog.Hash(b[:tlog.HashSize]))
	}
	return h, nil
}

// add appends a leaf and returns the hashes it adds to the tree: the leaf and
// then the root of every subtree it completes (as tlog.StoredHashes).
func (h *head) add(leaf tlog.Hash) []tlog.Hash {
	stored := []tlog.Hash{leaf}
	for n := h.size; n&1 == 1; n >>= 1 {
		last := len(h.frontier) - 1
		leaf = tlog.NodeHash(h.frontier[last], leaf)
		h.frontier = h.frontier[:last]
		stored = append(stored, leaf)
	}
	h.frontier = append(h.frontier, leaf)
	h.size++
	return stored
}

func (h *head) root() tlog.Hash {
	if len(h.frontier) == 0 {
		return sha256.Sum256(nil) // RFC 6962: the empty tree
	}
	last := len(h.frontier) - 1
	root := h.frontier[last]
	for i := last - 1; i >= 0; i-- {
		root = tlog.NodeHash(h.frontier[i], root)
	}
	return root
}

func (h *head) bytes() []byte {
	out := make([]byte, 0, len(h.frontier)*tlog.HashSize)
	for _, f := range h.frontier {
		out = append(out, f[:]...)
	}
	return out
}

func (l *Log) head(ctx context.Context, q bun.IDB) (head, error) {
	var row headRow
	if err := q.NewRaw(l.sql(`SELECT size, frontier FROM @head WHERE id = 1`)).Scan(ctx, &row); err != nil {
		return head{}, err
	}
	return newHead(row.Size, row.Frontier)
}

// Tree returns the present size and root. It reads one row.
func (l *Log) Tree(ctx context.Context, q bun.IDB) (Tree, error) {
	h, err := l.head(ctx, q)
	if err != nil {
		return Tree{}, fmt.Errorf("ledger: tree of %s: %w", l.prefix, err)
	}
	return Tree{Size: h.size, Root: h.root()}, nil
}

// TreeAt returns the root the log had when it held size records; errs.NotFound
// when it is shorter.
func (l *Log) TreeAt(ctx context.Context, q bun.IDB, size int64) (Tree, error) {
	if size < 0 {
		return Tree{}, l.outOfRange("tree", size)
	}
	root, err := tlog.TreeHash(size, l.reader(ctx, q))
	if err != nil {
		return Tree{}, fmt.Errorf("ledger: tree of %s at %d: %w", l.prefix, size, err)
	}
	return Tree{Size: size, Root: root}, nil
}

// InclusionProof proves that record index is in the tree of the given size;
// check it with tlog.CheckRecord. errs.NotFound when there is no such record
// or the log is shorter than size.
func (l *Log) InclusionProof(ctx context.Context, q bun.IDB, index, size int64) (tlog.RecordProof, error) {
	if index < 0 || index >= size {
		return nil, l.outOfRange("inclusion proof", index)
	}
	proof, err := tlog.ProveRecord(size, index, l.reader(ctx, q))
	if err != nil {
		return nil, fmt.Errorf("ledger: inclusion proof of %d in %s at %d: %w", index, l.prefix, size, err)
	}
	return proof, nil
}

// ConsistencyProof proves that the tree of size continues the tree of old
// (0 < old ≤ size); check it with tlog.CheckTree. errs.NotFound when the log is
// shorter than size.
func (l *Log) ConsistencyProof(ctx context.Context, q bun.IDB, old, size int64) (tlog.TreeProof, error) {
	if old < 1 || old > size {
		return nil, l.outOfRange("consistency proof", old)
	}
	proof, err := tlog.ProveTree(size, old, l.reader(ctx, q))
	if err != nil {
		return nil, fmt.Errorf("ledger: consistency proof %d to %d of %s: %w", old, size, l.prefix, err)
	}
	return proof, nil
}

func (l *Log) outOfRange(what string, n int64) error {
	return fmt.Errorf("ledger: %s %d of %s: %w", what, n, l.prefix, errs.New(errs.NotFound, ""))
}

// reader reads stored hashes in the order asked for.
func (l *Log) reader(ctx context.Context, q bun.IDB) tlog.HashReaderFunc {
	return func(ids []int64) ([]tlog.Hash, error) {
		if len(ids) == 0 {
			return nil, nil
		}
		var rows []hashRow
		err := q.NewRaw(l.sql(`SELECT id, hash FROM @hash WHERE id IN (?)`), bun.List(ids)).Scan(ctx, &rows)
		if err != nil {
			return nil, err
		}
		found := make(map[int64]tlog.Hash, len(rows))
		for _, r := range rows {
			if len(r.Hash) == tlog.HashSize {
				found[r.ID] = tlog.Hash(r.Hash)
			}
		}
		out := make([]tlog.Hash, len(ids))
		for i, id := range ids {
			hash, ok := found[id]
			if !ok {
				return nil, fmt.Errorf("no hash %d: %w", id, errs.New(errs.NotFound, ""))
			}
			out[i] = hash
		}
		return out, nil
	}
}

type hashRow struct {
	ID   int64
	Hash []byte
}
