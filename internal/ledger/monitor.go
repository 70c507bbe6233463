package ledger

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Monitor follows a log of somebody else from checkpoint to checkpoint, by C2SP
// tlog-tiles: it asks for what others ask for and believes nothing that the
// checkpoint does not prove.
type Monitor struct {
	Read      func(path string) ([]byte, error) // below the log's address: "checkpoint", "tile/0/000"
	Keys      []string                          // of the log
	Witnesses []string                          // whose signatures count
	Quorum    int                               // how many of them must have signed
}

// Sight is what a monitor saw.
type Sight struct {
	Checkpoint   Checkpoint
	Text         []byte // the checkpoint as it was served, to be kept for the next time
	Cosignatures []Cosignature
	First        int64    // index of the first new record
	New          [][]byte // records that were not there the last time, at most MostNew
}

// MostNew is how many new records one look gives; a longer stretch is checked
// as a whole, and First says where New begins.
const MostNew = 10_000

// ErrQuorum means that too few witnesses signed a checkpoint.
var ErrQuorum = errors.New("ledger: too few witnesses signed the checkpoint")

// Look reads the log. last is the text of the checkpoint that was seen last,
// empty the first time. Errors: ErrCheckpoint when the log is not what it was or
// not signed, ErrQuorum, ErrBundle when its records are not what it signed, and
// those of Read.
func (m Monitor) Look(last []byte) (Sight, error) {
	var before Checkpoint
	if len(last) > 0 {
		var err error
		if before, err = OpenCheckpoint(last, m.Keys...); err != nil {
			return Sight{}, fmt.Errorf("the checkpoint that was kept: %w", err)
		}
	}
	text, err := m.Read("checkpoint")
	if err != nil {
		return Sight{}, err
	}
	s := Sight{Text: text}
	if s.Checkpoint, s.Cosignatures, err = OpenCosigned(text, m.Keys, m.Witnesses); err != nil {
		return Sight{}, err
	}
	if before.Origin != "" && before.Origin != s.Checkpoint.Origin {
		return Sight{}, fmt.Errorf("%w: it is of %s, and that of the last time of %s", ErrCheckpoint, s.Checkpoint.Origin, before.Origin)
	}
	if len(s.Cosignatures) < m.Quorum {
		return Sight{}, fmt.Errorf("%w: %d of %d", ErrQuorum, len(s.Cosignatures), m.Quorum)
	}
	if err := Continues(before.Tree, s.Checkpoint.Tree, m.tile); err != nil {
		return Sight{}, err
	}
	s.First = max(before.Size, s.Checkpoint.Size-MostNew)
	s.New, err = m.records(s.First, s.Checkpoint.Tree)
	return s, err
}

func (m Monitor) tile(path string) ([]byte, error) { return m.Read("tile/" + path) }

// records reads the records of a tree from an index on and checks them, a tile
// at a time.
func (m Monitor) records(from int64, tree Tree) ([][]byte, error) {
	var out [][]byte
	for at := from; at < tree.Size; {
		all, err := m.bundle(at, tree.Size)
		if err != nil {
			return nil, err
		}
		if err := CheckEntries(tree, at, all, m.tile); err != nil {
			return nil, err
		}
		out = append(out, all...)
		at += int64(len(all))
	}
	return out, nil
}

// bundle reads the records from an index to the end of its tile.
func (m Monitor) bundle(at, size int64) ([][]byte, error) {
	n := at / TileWidth
	w := int(min(size-n*TileWidth, TileWidth))
	data, err := m.tile(Tile{-1, n, w}.Path())
	if err != nil {
		return m.plain(at, n*TileWidth+int64(w), err)
	}
	all, err := ReadEntries(data, w)
	if err != nil {
		return nil, err
	}
	return all[at-n*TileWidth:], nil
}

// plain reads records one address further, as JSON: a tile with a record above 64
// KiB has no bundle of entries. A log that has no such address fails with cause,
// what was wrong with the bundle. Whether the records are the log's is checked by
// its tiles like that of others.
func (m Monitor) plain(from, until int64, cause error) ([][]byte, error) {
	data, err := m.Read(fmt.Sprintf("entries?start=%d&end=%d", from, until-1))
	if err != nil {
		return nil, cause
	}
	var answer struct {
		Start   int64    `json:"start"`
		Records [][]byte `json:"records"`
	}
	if err := json.Unmarshal(data, &answer); err != nil || answer.Start != from || len(answer.Records) == 0 || int64(len(answer.Records)) > until-from {
		return nil, fmt.Errorf("%w: %w", ErrEntry, cause)
	}
	return answer.Records, nil
}
