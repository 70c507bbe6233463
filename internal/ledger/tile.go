package ledger

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/uptrace/bun"
	"golang.org/x/mod/sumdb/tlog"

	"sifara/internal/errs"
)

// tileHeight is that of C2SP tlog-tiles: a full tile has 256 hashes.
const tileHeight = 8

// TileWidth is how many hashes, or entries, a full tile has.
const TileWidth = 1 << tileHeight

// MaxEntry is the longest entry of a bundle: its length takes two bytes.
const MaxEntry = math.MaxUint16

// ErrTile means a path that names no tile.
var ErrTile = errors.New("ledger: not the path of a tile")

// ErrEntry means a bundle of entries that is cut off or goes on too long.
var ErrEntry = errors.New("ledger: not a bundle of entries")

// Tile is a tile of a log as C2SP tlog-tiles names it: W hashes, 1 to 256, from
// 256·N on at a level of the tree. At level -1 it is a bundle of W entries.
type Tile struct {
	Level int
	N     int64
	W     int
}

// ParseTile reads what follows "tile/" in an address: "0/x001/067",
// "entries/000.p/12". There is one spelling of each tile; ErrTile for any other.
func ParseTile(path string) (Tile, error) {
	level, rest, _ := strings.Cut(path, "/")
	if level == "data" {
		return Tile{}, ErrTile
	}
	if level == "entries" {
		level = "data"
	}
	t, err := tlog.ParseTilePath(fmt.Sprintf("tile/%d/%s/%s", tileHeight, level, rest))
	if err != nil || t.L > 63 || t.N > math.MaxInt64>>tileHeight-1 {
		return Tile{}, fmt.Errorf("%w: %.80q", ErrTile, path)
	}
	return Tile{t.L, t.N, t.W}, nil
}

// Path is what ParseTile reads.
func (t Tile) Path() string {
	path := strings.TrimPrefix(t.std().Path(), fmt.Sprintf("tile/%d/", tileHeight))
	if t.Level < 0 {
		path = "entries" + strings.TrimPrefix(path, "data")
	}
	return path
}

func (t Tile) std() tlog.Tile { return tlog.Tile{H: tileHeight, L: t.Level, N: t.N, W: t.W} }

// within reports whether a log of a size has all of the tile.
func (t Tile) within(size int64) bool {
	level := max(t.Level, 0)
	return tileHeight*level < 63 && t.N*TileWidth+int64(t.W) <= size>>(tileHeight*level)
}

// TileData gives a tile of hashes, 32 bytes each, or, at level -1, the bundle
// of entries: each preceded by its length in two bytes, big-endian. What it
// gave once it gives for ever. errs.NotFound when the log is not that long, or
// an entry is longer than a bundle can hold (64 KiB): Records has it.
func (l *Log) TileData(ctx context.Context, q bun.IDB, t Tile) ([]byte, error) {
	h, err := l.head(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("ledger: tile of %s: %w", l.prefix, err)
	}
	if t.W < 1 || !t.within(h.size) {
		return nil, l.outOfRange("tile "+t.Path(), t.N)
	}
	if t.Level < 0 {
		return l.entries(ctx, q, t)
	}
	data, err := tlog.ReadTileData(t.std(), l.reader(ctx, q))
	if err != nil {
		return nil, fmt.Errorf("ledger: tile %s of %s: %w", t.Path(), l.prefix, err)
	}
	return data, nil
}

func (l *Log) entries(ctx context.Context, q bun.IDB, t Tile) ([]byte, error) {
	records, err := l.Records(ctx, q, t.N*TileWidth, t.W)
	if err != nil {
		return nil, err
	}
	var out []byte
	for _, r := range records {
		if len(r) > MaxEntry {
			return nil, fmt.Errorf("ledger: an entry of %s has %d bytes: %w", t.Path(), len(r), errs.New(errs.NotFound, ""))
		}
		out = append(binary.BigEndian.AppendUint16(out, uint16(len(r))), r...)
	}
	return out, nil
}

// ReadEntries takes a bundle of w entries apart; ErrEntry when it has fewer or
// more.
func ReadEntries(data []byte, w int) ([][]byte, error) {
	out := make([][]byte, 0, max(0, min(w, TileWidth)))
	for range w {
		if len(data) < 2 {
			return nil, ErrEntry
		}
		n := int(binary.BigEndian.Uint16(data))
		if data = data[2:]; len(data) < n {
			return nil, ErrEntry
		}
		out = append(out, data[:n:n])
		data = data[n:]
	}
	if len(data) > 0 {
		return nil, ErrEntry
	}
	return out, nil
}

// Tiles reads the tiles of a log of somebody else, one by its path ("0/000").
type Tiles func(path string) ([]byte, error)

// Continues checks by tiles alone that the log of to continues the log of from,
// both being trees that their checkpoints were signed for. The tiles are held
// against to before anything is believed of them. A from without records is
// continued by every log. ErrCheckpoint when it is not so; an error of read is
// passed on.
func Continues(from, to Tree, read Tiles) error {
	if from.Size > to.Size {
		return fmt.Errorf("%w: the log had %d records and has %d now", ErrCheckpoint, from.Size, to.Size)
	}
	if from.Size == 0 {
		return nil
	}
	if from.Size == to.Size {
		if from.Root != to.Root {
			return fmt.Errorf("%w: two roots of one size, %d: the log was rewritten", ErrCheckpoint, to.Size)
		}
		return nil
	}
	hashes := tlog.TileHashReader(tlog.Tree{N: to.Size, Hash: to.Root}, &tileReader{read: read})
	root, err := tlog.TreeHash(from.Size, hashes)
	if err != nil {
		return fmt.Errorf("ledger: tiles of the log: %w", err)
	}
	if root != from.Root {
		return fmt.Errorf("%w: the log does not continue what it was at %d records: it was rewritten", ErrCheckpoint, from.Size)
	}
	return nil
}

// CheckEntries checks by tiles alone that records, which begin at index first,
// are in the log of a tree. ErrBundle when one is not.
func CheckEntries(to Tree, first int64, records [][]byte, read Tiles) error {
	if first < 0 || first+int64(len(records)) > to.Size {
		return fmt.Errorf("%w: records %d to %d of a log of %d", ErrBundle, first, first+int64(len(records))-1, to.Size)
	}
	ids := make([]int64, len(records))
	for i := range records {
		ids[i] = tlog.StoredHashIndex(0, first+int64(i))
	}
	hashes, err := tlog.TileHashReader(tlog.Tree{N: to.Size, Hash: to.Root}, &tileReader{read: read}).ReadHashes(ids)
	if err != nil {
		return fmt.Errorf("ledger: tiles of the log: %w", err)
	}
	for i, r := range records {
		if tlog.RecordHash(r) != hashes[i] {
			return fmt.Errorf("%w: record %d is not the one in the log", ErrBundle, first+int64(i))
		}
	}
	return nil
}

// tileReader gives tlog the tiles of C2SP addresses. A partial tile that is gone
// is taken from the full one.
type tileReader struct{ read Tiles }

// Height implements tlog.TileReader.
func (r *tileReader) Height() int { return tileHeight }

// ReadTiles implements tlog.TileReader.
func (r *tileReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(tiles))
	for i, t := range tiles {
		data, err := r.read(Tile{t.L, t.N, t.W}.Path())
		if err != nil && t.W < TileWidth {
			data, err = r.read(Tile{t.L, t.N, TileWidth}.Path())
		}
		if err != nil {
			return nil, err
		}
		if len(data) < t.W*tlog.HashSize {
			return nil, fmt.Errorf("tile %s: got %d bytes, want %d", Tile{t.L, t.N, t.W}.Path(), len(data), t.W*tlog.HashSize)
		}
		out[i] = data[:t.W*tlog.HashSize]
	}
	return out, nil
}

// SaveTiles implements tlog.TileReader.
func (r *tileReader) SaveTiles([]tlog.Tile, [][]byte) {}
